//! Broken configurations and what is said about them.

/// What is replaced in `SERVERS`, by what, and what is said.
pub(super) const BROKEN: &[(&str, &str, &str)] = &[
    // Unknown keys and sections.
    (
        "username = \"info@example.nl\"\npassword_file = \"imap.password\"",
        "usrname = \"x\"",
        "line 6: unknown key `usrname` in [imap]; did you mean `username`?",
    ),
    (
        "password_file = \"smtp.password\"",
        "password = \"geheim\"",
        "line 11: unknown key `password` in [smtp]; did you mean `password_file`?",
    ),
    ("[staff]", "[staf]", "line 12: unknown section or key `staf`; did you mean [staff]?"),
    ("[staff]", "[colours]\n[staff]", "line 12: unknown section or key `colours`; known here: "),
    (
        "[staff]\n",
        "[staff]\nzzz = 1\n",
        "line 13: unknown key `zzz` in [staff]; known here: `addresses`, `require_proven`, `language`",
    ),
    (
        "[staff]\n",
        "[web]\nlisten = \"127.0.0.1:1\"\npublic_url = \"https://a.nl\"\nlistn = 1\n[staff]\n",
        "line 15: unknown key `listn` in [web]; did you mean `listen`?",
    ),
    (
        "[staff]\n",
        "[processing.en]\npurpose = []\n[staff]\n",
        "line 13: unknown key `purpose` in [processing.en]; did you mean `purposes`?",
    ),
    (
        "[staff]\n",
        "[delays]\nidentiy = \"1d\"\n[staff]\n",
        "line 13: unknown key `identiy` in [delays]; did you mean `identity`?",
    ),
    // Wrong types. The value is not shown: it may be a secret in the wrong place.
    ("name = \"Voorbeeld\"", "name = 5", "line 2: `name` in [organisation] must be a text in quotes, not a number"),
    (
        "[\"privacy@example.nl\"]",
        "\"privacy@example.nl\"",
        "line 13: `addresses` in [staff] must be a list such as [\"…\", \"…\"], not a text",
    ),
    ("[imap]\n", "[imap]\nport = \"geheim\"\n", "line 5: `port` in [imap] must be a whole number, not a text"),
    (
        "[staff]\n",
        "[staff]\nrequire_proven = \"yes\"\n",
        "line 13: `require_proven` in [staff] must be true or false, not a text",
    ),
    (
        "[staff]\n",
        "[limits]\nautomatic_mails_per_hour_proven = -1\n[staff]\n",
        "line 13: `automatic_mails_per_hour_proven` in [limits] must be a whole number, not negative",
    ),
    ("[organisation]\n", "web = 5\n[organisation]\n", "line 1: `web` must be a section, not a number"),
    // Missing keys and sections.
    ("host = \"imap.example.nl\"\n", "", "line 4: [imap] has no `host`; add a line `host = …` to this section"),
    (
        "addresses = [\"privacy@example.nl\"]\n",
        "",
        "line 12: [staff] has no `addresses`; add a line `addresses = …` to this section",
    ),
    (
        "password_file = \"imap.password\"\n",
        "",
        "line 4: [imap] has no `password_file`; add a line `password_file = \"imap.password\"` to this section and write the password into that file",
    ),
    (
        "[staff]\naddresses = [\"privacy@example.nl\"]\n",
        "",
        "there is no section [staff]; add [staff] with `addresses`, the people who decide by reply",
    ),
    (
        "[organisation]\nname = \"Voorbeeld\"\naddress = \"info@example.nl\"\n",
        "",
        "there is no section [organisation]; add [organisation] with `name` and `address`",
    ),
    (
        "[imap]\nhost = \"imap.example.nl\"\nusername = \"info@example.nl\"\npassword_file = \"imap.password\"\n",
        "",
        "there is no section [imap]; add [imap] with the mailbox to watch (or [maildir] with `path`)",
    ),
    (
        "[smtp]\nhost = \"smtp.example.nl\"\nusername = \"info@example.nl\"\npassword_file = \"smtp.password\"\n",
        "",
        "there is no section [smtp]; add [smtp] with the server that sends (or [outbox] with `path`)",
    ),
    (
        "[staff]\n",
        "[moneybird]\nadministration_id = \"1\"\n[staff]\n",
        "line 12: [moneybird] has no `token_file`; add a line `token_file = …` to this section",
    ),
    // Too much.
    (
        "[staff]\n",
        "[maildir]\npath = \"m\"\n[staff]\n",
        "line 12: [imap] and [maildir] are both there; mail is read from one place, so remove one of the two",
    ),
    (
        "[staff]\n",
        "[outbox]\npath = \"o\"\n[staff]\n",
        "line 12: [smtp] and [outbox] are both there; mail goes one way out, so remove one of the two",
    ),
    (
        "[smtp]\n",
        "[smtp]\ntoken_command = \"t\"\n",
        "line 9: `token_command` in [smtp] stands beside `password_file`; remove one of the two",
    ),
    // Wrong values.
    (
        "address = \"info@example.nl\"",
        "address = \"info\"",
        "line 3: `address` in [organisation] is not of the form name@domain",
    ),
    (
        "[\"privacy@example.nl\"]",
        "[\"privacy@example.nl\",\n \"Jan <jan@example.nl>\"]",
        "line 14: `addresses` in [staff] has an address (number 2) that holds a character that does not belong in an address",
    ),
    (
        "[\"privacy@example.nl\"]",
        "[]",
        "line 13: `addresses` in [staff] is empty; name at least one person who decides by reply",
    ),
    ("name = \"Voorbeeld\"", "name = \" \"", "line 2: `name` in [organisation] is empty; fill it in"),
    (
        "name = \"Voorbeeld\"",
        "name = \"a\\nBcc: b@c.nl\"",
        "line 2: `name` in [organisation] holds a line break or another control character; write one line of plain text",
    ),
    (
        "name = \"Voorbeeld\"",
        "name = \"V\"\ntimezone = \"Europe/Amsterdm\"",
        "line 3: `timezone` in [organisation] is `Europe/Amsterdm`, which is no time zone of this system; write for example \"Europe/Amsterdam\" (the system's package tzdata must be installed)",
    ),
    (
        "name = \"Voorbeeld\"",
        "name = \"V\"\nautomatic = \"some\"",
        "line 3: `automatic` in [organisation] is \"some\"; it must be \"all\" or \"safe\" or \"none\"",
    ),
    ("[imap]\n", "[imap]\nport = 0\n", "line 5: `port` in [imap] is 0; a port is a number from 1 to 65535"),
    ("[imap]\n", "[imap]\nport = 70000\n", "line 5: `port` in [imap] is 70000; a port is a number from 1 to 65535"),
    (
        "[imap]\n",
        "[imap]\ntls = \"none\"\n",
        "line 5: `tls` in [imap] is \"none\"; it must be \"implicit\" or \"starttls\"",
    ),
    (
        "[imap]\n",
        "[imap]\nstart = \"later\"\n",
        "line 5: `start` in [imap] is \"later\"; it must be \"now\" or \"all\"",
    ),
    (
        "\"imap.example.nl\"",
        "\"imap.example.nl:993\"",
        "line 5: `host` in [imap] is `imap.example.nl:993`, which is not the name of a server; write it without `imap://` and without port",
    ),
    (
        "[imap]\n",
        "[imap]\ncase_folder = \"inbox\"\n",
        "line 5: `case_folder` in [imap] is the inbox itself; mails of a case need a folder of their own",
    ),
    (
        "[imap]\n",
        "[imap]\nalso_read = [\"Junk\", \"INBOX\"]\n",
        "line 5: `also_read` in [imap] holds the inbox or the case folder; name only further folders such as \"Junk\"",
    ),
    (
        "[imap]\n",
        "[imap]\nca_file = \"no.pem\"\n",
        "line 5: `ca_file` in [imap] names no.pem, which cannot be read (No such file or directory (os error 2)); correct the path, or remove the key if the server has a public certificate",
    ),
    (
        "[staff]\n",
        "[delays]\nerasure = \"1 day\"\n[staff]\n",
        "line 13: `erasure` in [delays] is `1 day`, which is not a period; write for example \"21d\", \"72h\", \"30m\" or \"10s\"",
    ),
    (
        "[staff]\n",
        "[delays]\nidentity = \"36h\"\n[staff]\n",
        "line 13: `identity` in [delays] must be whole days, \"1d\" to \"365d\"",
    ),
    (
        "[staff]\n",
        "[limits]\nmessage_size = \"40 MiB\"\n[staff]\n",
        "line 13: `message_size` in [limits] is `40 MiB`, which is not a size; write for example \"500 kB\", \"25 MB\" or \"1 GB\"",
    ),
    (
        "[staff]\n",
        "[database]\nurl = \"mysql://u:geheim@h/d\"\n[staff]\n",
        "line 13: `url` in [database] is no address of a database; write \"sqlite://FILE\" or \"postgres://USER@HOST/DATABASE\"",
    ),
    (
        "[staff]\n",
        "[authentication]\nresolver = \"dns\"\n[staff]\n",
        "line 13: `resolver` in [authentication] must be \"off\" or an address such as \"127.0.0.1:5353\"; leave it out for the system's",
    ),
    (
        "[staff]\n",
        "[authentication]\nown_domains = [\"a@b.nl\"]\n[staff]\n",
        "line 13: `own_domains` in [authentication] holds `a@b.nl`, which is not a domain such as \"example.nl\"",
    ),
    (
        "[staff]\n",
        "[kvk]\nkey_file = \"k\"\nbase_url = \"http://api.kvk.nl\"\n[staff]\n",
        "line 14: `base_url` in [kvk] is plain http, which is only allowed to 127.0.0.1, ::1 and localhost; use https",
    ),
    (
        "[staff]\n",
        "[files]\nlayout = \"custom\"\nweb = \"/srv/www\"\n[staff]\n",
        "line 14: `web` in [files] must hold `{domain}`, or one customer would get the files of all",
    ),
    ("\"imap.password\"", "\"\"", "line 7: `password_file` in [imap] is empty; fill it in"),
    // Policy §4: staff and the watched mailbox are two.
    (
        "[\"privacy@example.nl\"]",
        "[\"a@example.nl\",\n\"INFO@example.nl\"]",
        "line 14: `addresses` in [staff] holds the watched address or an alias of it; staff mail would come back as a request; name another mailbox",
    ),
    (
        "name = \"Voorbeeld\"",
        "name = \"V\"\naliases = [\"privacy@example.nl\"]",
        "line 14: `addresses` in [staff] holds the watched address or an alias of it; staff mail would come back as a request; name another mailbox",
    ),
    // Not TOML at all.
    ("name = \"Voorbeeld\"", "name = Voorbeeld", "line 2: this is not TOML: "),
    ("name = \"Voorbeeld\"", "name = \"V\"\nname = \"W\"", "line 3: this is not TOML: duplicate key"),
];
