//! The configuration as people write it, whole and broken.

use crate::domain::time::SignedDuration;
use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::broken::BROKEN;
use super::*;
use crate::domain::language::LetterLanguage;
use crate::domain::settings::Automatic;

/// Every section and key that contract.md documents.
const COMPLETE: &str = include_str!("complete.toml");

/// The least that works: a local mailbox and files for what goes out.
const SMALL: &str = "\
[organisation]
name = \"Voorbeeld\"
address = \"info@example.nl\"

[maildir]
path = \"mail\"

[outbox]
path = \"out\"

[staff]
addresses = [\"privacy@example.nl\"]
";

/// With a server on both sides.
const SERVERS: &str = "\
[organisation]
name = \"Voorbeeld\"
address = \"info@example.nl\"
[imap]
host = \"imap.example.nl\"
username = \"info@example.nl\"
password_file = \"imap.password\"
[smtp]
host = \"smtp.example.nl\"
username = \"info@example.nl\"
password_file = \"smtp.password\"
[staff]
addresses = [\"privacy@example.nl\"]
";

fn write(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("privacyloket.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

/// The message, with the folder's name cut out.
fn broken(text: &str) -> String {
    let (folder, path) = write(text);
    let message = load(&path).map(|_| ()).expect_err(&format!("this loads:\n{text}")).to_string();
    message.replace(&format!("{}/", folder.path().display()), "")
}

fn whole(text: &str) -> (TempDir, Config) {
    let (folder, path) = write(text);
    let config = load(&path).unwrap_or_else(|error| panic!("{error}"));
    (folder, config)
}

fn imap(config: &Config) -> &ImapConfig {
    match &config.source {
        Source::Imap(imap) => imap,
        Source::Maildir { .. } => panic!("no IMAP"),
    }
}

#[test]
fn every_documented_key_loads_with_the_value_that_it_has() {
    let (folder, path) = write(COMPLETE);
    for (name, text) in [("ca.pem", "x"), ("imap.password", "een\n"), ("smtp.password", "twee"), ("kvk.key", "k")] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::write(folder.path().join("moneybird.token"), "m").unwrap();
    let config = load(&path).unwrap_or_else(|error| panic!("{error}"));
    config.check_secrets(None).unwrap();
    let settings = &config.settings;
    assert_eq!((settings.name.as_str(), settings.address.as_str()), ("CraftCloud", "info@craftcloud.nl"));
    assert_eq!(settings.zone.iana_name(), Some("Europe/Amsterdam"));
    assert_eq!((settings.automatic, settings.require_proven), (Automatic::All, true));
    assert_eq!(settings.staff[0].as_str(), "privacy@craftcloud.nl");
    assert_eq!(settings.delays.identity_days, 21);
    assert_eq!(settings.delays.owner_notice, SignedDuration::from_hours(72));
    let mailbox = imap(&config);
    assert_eq!((mailbox.host.as_str(), mailbox.port, mailbox.tls), ("imap.example.nl", 993, Tls::Implicit));
    assert_eq!((mailbox.inbox.as_str(), mailbox.case_folder.as_str()), ("INBOX", "Privacyverzoeken"));
    assert_eq!((mailbox.also_read.as_slice(), mailbox.start), (["Junk".to_owned()].as_slice(), Start::Now));
    assert_eq!(mailbox.secret.read(None).unwrap().expose_secret(), "een");
    assert_eq!(mailbox.ca_file.as_deref(), Some(folder.path().join("ca.pem").as_path()));
    let trust = config.trust.as_ref().unwrap();
    assert_eq!(
        (trust.border.as_slice(), trust.own_domains.as_slice()),
        (["mx.craftcloud.nl".to_owned()].as_slice(), ["craftcloud.nl".to_owned()].as_slice(),)
    );
    assert_eq!(config.resolver, Resolver::Server("127.0.0.1:5353".parse().unwrap()));
    assert_eq!((config.message_size, config.evidence_size), (40_000_000, 25_000_000));
    assert_eq!(config.directory.customers.as_deref(), Some(folder.path().join("customers.csv").as_path()));
    let later = &config.later;
    assert_eq!(later.web.as_ref().unwrap().public_url, "https://privacy.craftcloud.nl");
    assert_eq!(later.moneybird.as_ref().unwrap().administration_id, "123");
    assert!(later.monitoring.is_some() && later.kvk.is_some() && later.hostnet.is_some() && later.evidence.is_some());
    assert_eq!(later.files.as_ref().unwrap().web.as_deref(), Some("/srv/www/{domain}"));
    assert_eq!(later.retention.unwrap().register, SignedDuration::from_hours(1826 * 24));
    assert!(config.warnings.iter().any(|warning| warning.starts_with("[web] is read")), "{:?}", config.warnings);
    assert!(!config.warnings.iter().any(|warning| warning.contains("authserv_id")), "{:?}", config.warnings);
}

#[test]
fn what_is_left_out_has_the_documented_default() {
    let (folder, config) = whole(SMALL);
    let here = folder.path();
    let settings = &config.settings;
    assert_eq!((settings.automatic, settings.require_proven), (Automatic::All, true));
    assert_eq!((settings.staff_language, settings.zone.iana_name()), (LetterLanguage::Nl, Some("Europe/Amsterdam")));
    let hours = SignedDuration::from_hours;
    let delays = &settings.delays;
    assert_eq!((delays.identity_days, delays.confirmation, delays.owner_notice), (21, hours(336), hours(72)));
    assert_eq!((delays.young_address, delays.erasure, delays.repeat), (hours(168), hours(24), hours(24)));
    assert_eq!(config.settings.delays.identity_reminder, hours(240));
    let limits = settings.limits;
    assert_eq!((limits.per_address_per_day, limits.per_hour_unproven, limits.per_hour_proven), (5, 200, 2000));
    assert_eq!((config.message_size, config.evidence_size), (40_000_000, 25_000_000));
    assert_eq!(config.database.url, format!("sqlite://{}/privacyloket.db", here.display()));
    assert_eq!(config.database.key_file, here.join("privacyloket.key"));
    assert!(config.trust.is_none() && config.letters_folder.is_none() && config.processing_en.is_none());
    assert_eq!(config.resolver, Resolver::System);
    assert!(config.secrets().is_empty());
    assert!(matches!(&config.source, Source::Maildir { path, case_folder }
        if *path == here.join("mail") && case_folder == "Privacyverzoeken"));
    assert!(matches!(&config.sink, Sink::Folder { path } if *path == here.join("out")));
}

#[test]
fn the_port_follows_the_encryption_where_none_is_written() {
    for (tls, ports) in [("implicit", (993, 465)), ("starttls", (143, 587))] {
        let text = SERVERS
            .replace("[imap]\n", &format!("[imap]\ntls = \"{tls}\"\n"))
            .replace("[smtp]\n", &format!("[smtp]\ntls = \"{tls}\"\n"));
        let (_folder, config) = whole(&text);
        let Sink::Smtp(smtp) = &config.sink else { panic!("no SMTP") };
        assert_eq!((imap(&config).port, smtp.port), ports);
    }
}

#[test]
fn loading_reads_no_secret_and_checking_names_the_first_that_is_missing() {
    let (folder, config) = whole(SERVERS);
    let error = config.check_secrets(None).unwrap_err();
    assert_eq!(error.line(), Some(7));
    assert!(error.to_string().contains("line 7: `password_file` in [imap] names "), "{error}");
    for name in ["imap.password", "smtp.password"] {
        std::fs::write(folder.path().join(name), "x").unwrap();
    }
    config.check_secrets(None).unwrap();
}

#[test]
fn automatic_may_stand_at_the_top_or_in_the_organisation_but_not_in_both() {
    let at_the_top = format!("automatic = \"none\"\n{SMALL}");
    assert_eq!(whole(&at_the_top).1.settings.automatic, Automatic::None);
    let inside = "[organisation]\nautomatic = \"safe\"";
    assert_eq!(whole(&SMALL.replace("[organisation]", inside)).1.settings.automatic, Automatic::Safe);
    assert_eq!(
        broken(&at_the_top.replace("[organisation]", inside)),
        "privacyloket.toml, line 1: `automatic` stands at the top and in [organisation]; remove one"
    );
}

#[test]
fn what_is_wrong_is_said_in_one_line_with_file_line_and_key() {
    let mut wrong = Vec::new();
    for (old, new, expected) in BROKEN {
        assert!(SERVERS.contains(old), "{old:?} is not in the example");
        let message = broken(&SERVERS.replacen(old, new, 1));
        let separator = if expected.starts_with("line") { ", " } else { ": " };
        let expected = format!("privacyloket.toml{separator}{expected}");
        let open = expected.ends_with("here: ") || expected.contains("not TOML");
        if message.contains('\n')
            || message.contains("geheim")
            || !message.starts_with(&expected)
            || !(open || message == expected)
        {
            wrong.push(format!("expected {expected}\n     got {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_missing_file_and_one_that_is_no_text_are_errors_that_name_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    assert!(load(&path).unwrap_err().to_string().contains("x.toml: cannot be read"));
    std::fs::write(&path, [0xff]).unwrap();
    assert!(load(&path).unwrap_err().to_string().contains("x.toml: cannot be read"));
}

#[test]
fn a_relative_database_is_beside_the_configuration_whatever_the_folder_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("50% a?b#c");
    std::fs::create_dir(&odd).unwrap();
    let path = odd.join("privacyloket.toml");
    let url = |written: &str| {
        std::fs::write(&path, format!("{SMALL}[database]\nurl = \"{written}\"\n")).unwrap();
        load(&path).unwrap().database.url
    };
    let here = format!("sqlite://{}/50%25%20a%3Fb%23c", folder.path().display());
    assert_eq!(url("sqlite://a/b.db?mode=rwc"), format!("{here}/a/b.db?mode=rwc"));
    assert_eq!(url("sqlite:///var/lib/x.db"), "sqlite:///var/lib/x.db");
    assert_eq!(url("postgres://u@h/d"), "postgres://u@h/d");
}

#[tokio::test]
async fn the_database_is_made_where_its_address_says_even_in_an_oddly_named_folder() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("50% é ?b#c");
    std::fs::create_dir(&odd).unwrap();
    let path = odd.join("privacyloket.toml");
    std::fs::write(&path, SMALL).unwrap();
    let url = load(&path).unwrap().database.url;
    crate::io::store::Store::open(&url, crate::io::key::Key::of_bytes([1; 32])).await.unwrap();
    assert!(odd.join("privacyloket.db").is_file(), "{url}");
}

#[test]
fn without_authentication_a_warning_says_that_staff_commands_are_not_accepted() {
    let (_folder, config) = whole(SMALL);
    let warning = "[authentication] authserv_id is absent: every sender counts as unproven: staff commands will not be \
                   accepted while require_proven = true";
    assert!(config.warnings.iter().any(|each| each == warning), "{:?}", config.warnings);
    let (_folder, config) = whole(&SMALL.replace("[staff]", "[staff]\nrequire_proven = false"));
    assert!(!config.warnings.iter().any(|each| each == warning), "{:?}", config.warnings);
    assert!(config.warnings.iter().any(|each| each.contains("can give commands")), "{:?}", config.warnings);
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = write(SMALL);
    let key = folder.path().join("privacyloket.key");
    std::fs::write(&key, "x").unwrap();
    for (mode, expected) in [(0o644, true), (0o640, false), (0o600, false)] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        let warned = load(&path).unwrap().warnings.iter().any(|warning| warning.contains("chmod 600"));
        assert_eq!(warned, expected, "{mode:o}");
    }
}

#[test]
fn printing_a_configuration_shows_no_address_login_or_database_password() {
    let (_folder, config) = whole(&format!("{SERVERS}[database]\nurl = \"postgres://u:geheim@h/d\"\n"));
    let text = format!("{config:?}");
    for secret in ["geheim", "info@example.nl", "privacy@example.nl"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn the_resolver_may_be_off_a_server_or_a_server_with_a_port() {
    let resolver = |value: &str| whole(&format!("{SMALL}[authentication]\nresolver = \"{value}\"\n")).1;
    assert_eq!(resolver("off").resolver, Resolver::Off);
    assert_eq!(resolver("9.9.9.9").resolver, Resolver::Server("9.9.9.9:53".parse().unwrap()));
    assert!(resolver("off").trust.is_none());
}

#[test]
fn the_border_is_our_own_server_where_none_is_named() {
    let (_folder, config) = whole(&format!("{SMALL}[authentication]\nauthserv_id = \"MX.example.nl\"\n"));
    assert_eq!(config.trust.unwrap().border, ["mx.example.nl"]);
}
