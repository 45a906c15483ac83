//! The mailbox against a real Dovecot, over real TLS. Start through `tests/run`, which runs the server and says where it is.
//!
//! A second, independent connection plays the rest of the world: it delivers, flags, deletes and looks at what is left.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that panics fails, which is what it is for")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use privacyloket::io::mailbox::imap::{Imap, Secret, Settings, Timing, Tls};
use privacyloket::io::mailbox::{Cursor, Destroyed, Mailbox, MailboxError, Moved, Place, Wake};
use privacyloket::io::tls;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

fn told(name: &str) -> String {
    let value =
        std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: start the tests through tests/run"));
    value.into_string().unwrap()
}

fn port(name: &str) -> u16 {
    told(name).parse().unwrap()
}

/// A mailbox of our own: the name of the test.
fn settings(test: &str) -> Settings {
    Settings {
        host: told("PL_IMAP_HOST"),
        port: port("PL_IMAPS_PORT"),
        tls: Tls::Implicit,
        // A new mailbox each run: the process is part of the name.
        username: format!("{test}-{}@craftcloud.test", std::process::id()),
        secret: Secret::Password("geheim".into()),
        ca_file: Some(PathBuf::from(told("PL_CA_FILE"))),
        inbox: "INBOX".into(),
        case_folder: "Privacyverzoeken".into(),
        also_read: vec!["Junk".into(), "Absent".into()],
        message_size: 1_000_000,
        timing: Timing::default(),
    }
}

fn mailbox(settings: Settings) -> Mailbox {
    Mailbox::Imap(Box::new(Imap::new(settings)))
}

/// The rest of the world.
struct World(Session<TlsStream<TcpStream>>);

impl World {
    async fn of(settings: &Settings) -> Self {
        let config = tls::client_config(settings.ca_file.as_deref()).unwrap();
        let tcp = TcpStream::connect((settings.host.as_str(), port("PL_IMAPS_PORT"))).await.unwrap();
        let name = ServerName::try_from(settings.host.clone()).unwrap();
        let mut client = Client::new(TlsConnector::from(config).connect(name, tcp).await.unwrap());
        client.read_response().await.unwrap();
        Self(client.login(&settings.username, "geheim").await.map_err(|(error, _)| error).unwrap())
    }

    async fn deliver(&mut self, folder: &str, text: &[u8]) {
        self.0.append(folder, None, Some("\" 3-Mar-2026 23:30:00 +0000\""), text).await.unwrap();
    }

    /// UID -> (flags, content) of all messages.
    async fn look(&mut self, folder: &str) -> BTreeMap<u32, (Vec<String>, Vec<u8>)> {
        if self.0.examine(folder).await.is_err() {
            return BTreeMap::new();
        }
        let all: Vec<_> =
            self.0.uid_fetch("1:*", "(UID FLAGS BODY.PEEK[])").await.unwrap().try_collect().await.unwrap();
        all.iter()
            .filter_map(|one| {
                // \Recent belongs to a session, not to the message (and is gone from RFC 9051).
                let mut flags: Vec<String> =
                    one.flags().map(|flag| format!("{flag:?}")).filter(|flag| flag != "Recent").collect();
                flags.sort();
                Some((one.uid?, (flags, one.body()?.to_vec())))
            })
            .collect()
    }

    async fn contents(&mut self, folder: &str) -> Vec<String> {
        self.look(folder).await.into_values().map(|(_, raw)| String::from_utf8(raw).unwrap()).collect()
    }

    async fn flag(&mut self, folder: &str, uid: u32, flag: &str) {
        self.0.select(folder).await.unwrap();
        let set = self.0.uid_store(uid.to_string(), format!("+FLAGS ({flag})")).await.unwrap();
        set.try_collect::<Vec<_>>().await.unwrap();
    }

    async fn expunge(&mut self, folder: &str, uid: u32) {
        self.flag(folder, uid, "\\Deleted").await;
        self.0.expunge().await.unwrap().try_collect::<Vec<_>>().await.unwrap();
    }
}

fn mail(n: u32) -> String {
    format!("Message-ID: <{n}@klant.example>\r\nSubject: mail {n}\r\n\r\nTekst {n}\r\n")
}

fn uids(messages: &[privacyloket::io::mailbox::Fetched]) -> Vec<u32> {
    messages.iter().map(|message| message.place.uid).collect()
}

#[tokio::test]
async fn mail_comes_in_batches_in_order_and_stays_exactly_as_it_was() {
    let settings = settings("batches");
    let mut world = World::of(&settings).await;
    for n in 1..=25 {
        world.deliver("INBOX", mail(n).as_bytes()).await;
    }
    world.flag("INBOX", 3, "\\Flagged $Label1").await;
    let before = world.look("INBOX").await;

    let mut mailbox = mailbox(settings);
    let (mut cursor, mut read, mut rounds) = (None, Vec::new(), 0);
    loop {
        let batch = mailbox.fetch_after("INBOX", cursor, 10).await.unwrap();
        assert!(batch.messages.len() <= 10 && !batch.renumbered);
        cursor = Some(batch.cursor);
        read.extend(batch.messages);
        rounds += 1;
        if !batch.more {
            break;
        }
    }
    assert_eq!(rounds, 3);
    assert_eq!(uids(&read), (1..=25).collect::<Vec<_>>());
    for (n, message) in (1..).zip(&read) {
        assert_eq!(message.raw, mail(n).as_bytes());
        assert!(message.whole);
        assert_eq!(message.size, message.raw.len() as u64);
        assert_eq!(message.received.unwrap().to_string(), "2026-03-03T23:30:00Z");
    }
    assert_eq!(cursor, Some(read[24].cursor()));
    assert_eq!(world.look("INBOX").await, before, "reading changed something");
    assert!(before.values().all(|(flags, _)| !flags.contains(&"Seen".to_owned())));

    // Nothing new: the last message is not given again (the `n:*` quirk), and the cursor stays.
    let again = mailbox.fetch_after("INBOX", cursor, 10).await.unwrap();
    assert!(again.messages.is_empty() && !again.more);
    assert_eq!(Some(again.cursor), cursor);
    world.deliver("INBOX", mail(26).as_bytes()).await;
    let again = mailbox.fetch_after("INBOX", cursor, 10).await.unwrap();
    assert_eq!(uids(&again.messages), [26]);
    mailbox.logout().await;
}

#[tokio::test]
async fn starting_now_skips_what_was_there_and_nothing_else() {
    let settings = settings("now");
    let mut world = World::of(&settings).await;
    let mut mailbox = mailbox(settings);
    let empty = mailbox.head("INBOX").await.unwrap().cursor();
    assert_eq!(empty.last_uid, 0);
    world.deliver("INBOX", mail(1).as_bytes()).await;
    let now = mailbox.head("INBOX").await.unwrap().cursor();
    world.deliver("INBOX", mail(2).as_bytes()).await;
    assert_eq!(uids(&mailbox.fetch_after("INBOX", Some(now), 9).await.unwrap().messages), [2]);
    assert_eq!(uids(&mailbox.fetch_after("INBOX", Some(empty), 9).await.unwrap().messages), [1, 2]);
}

#[tokio::test]
async fn a_renumbered_folder_is_noticed_and_old_places_move_nothing() {
    let settings = settings("validity");
    let mut world = World::of(&settings).await;
    world.0.create("Junk").await.unwrap();
    world.deliver("Junk", mail(1).as_bytes()).await;
    let mut mailbox = mailbox(settings);
    assert_eq!(mailbox.folders().await.unwrap(), ["INBOX", "Junk"]);
    let first = mailbox.fetch_after("Junk", None, 9).await.unwrap();
    assert_eq!(first.messages.len(), 1);

    let old = first.cursor.uid_validity;
    world.0.delete("Junk").await.unwrap();
    world.0.create("Junk").await.unwrap();
    world.deliver("Junk", mail(2).as_bytes()).await;
    let mut second = mailbox.fetch_after("Junk", Some(first.cursor), 9).await.unwrap();
    assert_ne!(second.cursor.uid_validity, old);
    assert!(second.renumbered);
    assert_eq!(second.messages.pop().unwrap().raw, mail(2).as_bytes());
    assert_eq!(mailbox.move_to_case_folder(&first.messages[0].place).await.unwrap(), Moved::Renumbered);
    assert_eq!(mailbox.destroy(&first.messages[0].place).await.unwrap(), Destroyed::Renumbered);
    assert_eq!(world.contents("Junk").await, [mail(2)]);
}

#[tokio::test]
async fn a_case_mail_moves_comes_back_and_others_are_not_touched() {
    let settings = settings("moves");
    let mut world = World::of(&settings).await;
    for n in [1, 2, 3] {
        world.deliver("INBOX", mail(n).as_bytes()).await;
    }
    // Somebody marked a mail for deletion and has not expunged: ours is the only one that may go.
    world.flag("INBOX", 3, "\\Deleted").await;
    world.flag("INBOX", 2, "\\Flagged").await;
    let mut mailbox = mailbox(settings);
    let can = mailbox.probe().await.unwrap();
    assert!(!can.case_folder);
    assert_eq!(can.missing, ["Junk", "Absent"]);
    assert_eq!(can.messages, 3);
    let batch = mailbox.fetch_after("INBOX", None, 9).await.unwrap();
    let mine = batch.messages[1].place.clone();

    let moved = mailbox.move_to_case_folder(&mine).await.unwrap();
    let Moved::Done { to, original_marked } = moved else { panic!("{moved:?}") };
    assert_eq!(original_marked, !can.moves && !can.uidplus);
    if can.moves || can.uidplus {
        assert_eq!(world.contents("INBOX").await, [mail(1), mail(3)]);
        assert_eq!(mailbox.move_to_case_folder(&mine).await.unwrap(), Moved::AlreadyGone);
    } else {
        assert_eq!(world.look("INBOX").await.len(), 3, "without UIDPLUS nothing is expunged");
        assert_eq!(world.look("INBOX").await[&2].0, ["Deleted", "Flagged"]);
    }
    assert_eq!(world.contents("Privacyverzoeken").await, [mail(2)]);
    assert_eq!(world.look("Privacyverzoeken").await.into_values().next().unwrap().0, ["Flagged"]);
    let found = mailbox.find("Privacyverzoeken", "2@klant.example").await.unwrap();
    assert_eq!(to.as_slice(), found, "the server's word for the new place");
    assert!(mailbox.probe().await.unwrap().case_folder);
    let subscribed: Vec<_> = world.0.lsub(None, Some("*")).await.unwrap().try_collect().await.unwrap();
    assert!(subscribed.iter().any(|name| name.name() == "Privacyverzoeken"));

    assert!(mailbox.find("Privacyverzoeken", "@klant.example").await.unwrap().is_empty(), "a part is no match");
    assert_eq!(mailbox.move_back("3@klant.example").await.unwrap(), Moved::AlreadyGone);
    assert!(matches!(mailbox.move_back("2@klant.example").await.unwrap(), Moved::Done { .. }));
    if can.moves || can.uidplus {
        assert_eq!(world.contents("INBOX").await, [mail(1), mail(3), mail(2)]);
        assert!(world.contents("Privacyverzoeken").await.is_empty());
    }
    assert!(mailbox.find("INBOX", "x\r\nA1 LOGOUT").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_destroyed_mail_is_verified_gone_and_its_neighbour_stays() {
    let settings = settings("destroy");
    let mut world = World::of(&settings).await;
    for n in [1, 2] {
        world.deliver("INBOX", mail(n).as_bytes()).await;
    }
    world.flag("INBOX", 2, "\\Deleted").await;
    let mut mailbox = mailbox(settings);
    let uidplus = mailbox.probe().await.unwrap().uidplus;
    let batch = mailbox.fetch_after("INBOX", None, 1).await.unwrap();
    let place = &batch.messages[0].place;
    let destroyed = mailbox.destroy(place).await.unwrap();
    if uidplus {
        assert_eq!(destroyed, Destroyed::Gone);
        assert_eq!(mailbox.destroy(place).await.unwrap(), Destroyed::Gone);
        assert_eq!(world.contents("INBOX").await, [mail(2)]);
    } else {
        assert_eq!(destroyed, Destroyed::Marked);
        assert_eq!(world.contents("INBOX").await, [mail(1), mail(2)]);
    }
}

#[tokio::test]
async fn a_folder_with_a_name_beyond_ascii_works() {
    let mut settings = settings("unicode");
    settings.case_folder = "Privé \"verzoeken\" & co".into();
    let mut world = World::of(&settings).await;
    world.deliver("INBOX", mail(1).as_bytes()).await;
    let mut mailbox = mailbox(settings.clone());
    let batch = mailbox.fetch_after("INBOX", None, 9).await.unwrap();
    let moved = mailbox.move_to_case_folder(&batch.messages[0].place).await.unwrap();
    assert!(matches!(moved, Moved::Done { .. }), "{moved:?}");
    assert!(mailbox.probe().await.unwrap().case_folder);
    assert_eq!(mailbox.fetch_after(&settings.case_folder, None, 9).await.unwrap().messages.len(), 1);
    let error = mailbox.head("no\r\nsuch").await.unwrap_err();
    assert!(matches!(error, MailboxError::BadName { .. }), "{error}");
    let error = mailbox.head("Nergens").await.unwrap_err();
    assert!(matches!(error, MailboxError::NoFolder { .. }) && !error.is_temporary(), "{error}");
    assert!(mailbox.head("INBOX").await.is_ok(), "the connection survives a refusal");
}

#[tokio::test]
async fn of_a_thirty_megabyte_mail_only_the_head_is_read_unless_it_may_be_larger() {
    let mut settings = settings("large");
    let mut world = World::of(&settings).await;
    let line = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef012345678\r\n";
    let large = format!("Subject: groot\r\n\r\n{}", line.repeat(30_000_000 / line.len()));
    world.deliver("INBOX", mail(1).as_bytes()).await;
    world.deliver("INBOX", large.as_bytes()).await;
    world.deliver("INBOX", mail(3).as_bytes()).await;

    let mut small = mailbox(settings.clone());
    let batch = small.fetch_after("INBOX", None, 9).await.unwrap();
    assert_eq!(uids(&batch.messages), [1, 2, 3]);
    let head = &batch.messages[1];
    assert!(!head.whole);
    assert_eq!(head.size, large.len() as u64);
    assert_eq!(head.raw.len(), "Subject: groot\r\n\r\n".len() + 65_536);
    assert!(large.as_bytes().starts_with(&head.raw));

    settings.message_size = 40_000_000;
    let mut whole = mailbox(settings);
    let batch = whole.fetch_after("INBOX", None, 9).await.unwrap();
    assert_eq!(uids(&batch.messages), [1, 2, 3]);
    assert!(batch.messages[1].whole && batch.messages[1].raw == large.as_bytes());
}

#[tokio::test]
async fn mail_that_others_expunge_while_it_is_read_is_passed_over_and_the_rest_comes() {
    let settings = settings("expunged");
    let mut world = World::of(&settings).await;
    for n in 1..=6 {
        world.deliver("INBOX", mail(n).as_bytes()).await;
    }
    let mut mailbox = mailbox(settings);
    let first = mailbox.fetch_after("INBOX", None, 2).await.unwrap();
    world.expunge("INBOX", 3).await;
    world.expunge("INBOX", 1).await;
    let second = mailbox.fetch_after("INBOX", Some(first.cursor), 2).await.unwrap();
    assert_eq!(uids(&second.messages), [4, 5]);
    world.expunge("INBOX", 6).await;
    let third = mailbox.fetch_after("INBOX", Some(second.cursor), 2).await.unwrap();
    assert!(third.messages.is_empty() && !third.more);
    assert_eq!(mailbox.move_to_case_folder(&first.messages[0].place).await.unwrap(), Moved::AlreadyGone);
}

#[tokio::test]
async fn new_mail_wakes_also_when_it_came_between_reading_and_waiting() {
    let mut settings = settings("wakes");
    settings.timing.poll = Duration::from_millis(200);
    let mut world = World::of(&settings).await;
    let mut mailbox = mailbox(settings);
    assert_eq!(mailbox.wait(Duration::from_millis(300)).await.unwrap(), Wake::Time);
    let batch = mailbox.fetch_after("INBOX", None, 9).await.unwrap();

    world.deliver("INBOX", mail(1).as_bytes()).await;
    let begun = Instant::now();
    assert_eq!(mailbox.wait(Duration::from_secs(60)).await.unwrap(), Wake::Mail);
    assert!(begun.elapsed() < Duration::from_secs(5), "mail that was already there is not slept through");
    let batch = mailbox.fetch_after("INBOX", Some(batch.cursor), 9).await.unwrap();
    assert_eq!(uids(&batch.messages), [1]);

    let (wake, ()) = tokio::join!(mailbox.wait(Duration::from_secs(60)), async {
        // A flag and an expunge are no news; a mail is.
        world.flag("INBOX", 1, "\\Seen").await;
        world.expunge("INBOX", 1).await;
        world.deliver("INBOX", mail(2).as_bytes()).await;
    });
    assert_eq!(wake.unwrap(), Wake::Mail);
    let batch = mailbox.fetch_after("INBOX", Some(batch.cursor), 9).await.unwrap();
    assert_eq!(uids(&batch.messages), [2]);
    assert_eq!(mailbox.wait(Duration::from_millis(300)).await.unwrap(), Wake::Time);
}

#[tokio::test]
async fn a_wait_that_is_given_up_leaves_a_mailbox_that_works() {
    let settings = settings("given-up");
    let mut world = World::of(&settings).await;
    let mut mailbox = mailbox(settings);
    for n in 1..=3 {
        let given_up = tokio::time::timeout(Duration::from_millis(100), mailbox.wait(Duration::from_secs(600))).await;
        assert!(given_up.is_err());
        world.deliver("INBOX", mail(n).as_bytes()).await;
        let cursor = Some(Cursor { last_uid: n - 1, ..mailbox.head("INBOX").await.unwrap().cursor() });
        assert_eq!(uids(&mailbox.fetch_after("INBOX", cursor, 9).await.unwrap().messages), [n]);
    }
}

#[tokio::test]
async fn keep_alive_rounds_end_and_begin_idle_without_losing_mail() {
    let mut settings = settings("keep-alive");
    settings.timing.keep_alive = Duration::from_millis(20);
    settings.timing.poll = Duration::from_millis(20);
    let mut world = World::of(&settings).await;
    let mut mailbox = mailbox(settings);
    let mut cursor = mailbox.fetch_after("INBOX", None, 9).await.unwrap().cursor;
    for n in 1..=20 {
        let (wake, ()) = tokio::join!(mailbox.wait(Duration::from_secs(60)), async {
            world.deliver("INBOX", mail(n).as_bytes()).await;
        });
        assert_eq!(wake.unwrap(), Wake::Mail);
        let batch = mailbox.fetch_after("INBOX", Some(cursor), 9).await.unwrap();
        assert_eq!(uids(&batch.messages), [n]);
        cursor = batch.cursor;
    }
}

#[tokio::test]
async fn starttls_reads_the_same_mailbox() {
    let mut settings = settings("starttls");
    let mut world = World::of(&settings).await;
    world.deliver("INBOX", mail(1).as_bytes()).await;
    settings.tls = Tls::StartTls;
    settings.port = port("PL_IMAP_STARTTLS_PORT");
    let mut mailbox = mailbox(settings);
    assert_eq!(mailbox.fetch_after("INBOX", None, 9).await.unwrap().messages.len(), 1);
}

#[tokio::test]
async fn tls_and_starttls_on_each_others_port_fail_in_plain_words() {
    let mut settings = settings("ports");
    settings.port = port("PL_IMAP_STARTTLS_PORT");
    let error = mailbox(settings.clone()).head("INBOX").await.unwrap_err();
    assert!(matches!(error, MailboxError::Tls { .. }) && error.to_string().contains("starttls"), "{error}");
    settings.port = port("PL_IMAPS_PORT");
    settings.tls = Tls::StartTls;
    settings.timing.connect = Duration::from_millis(500);
    let error = mailbox(settings).head("INBOX").await.unwrap_err();
    assert!(matches!(error, MailboxError::Timeout { .. } | MailboxError::Closed { .. }), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_said_plainly_and_shown_nowhere() {
    let mut settings = settings("password");
    settings.secret = Secret::Password("niet-geheim".into());
    let error = mailbox(settings.clone()).head("INBOX").await.unwrap_err();
    assert!(matches!(error, MailboxError::Login { passes: false, .. }), "{error:?}");
    assert!(!error.is_temporary());
    for text in [error.to_string(), format!("{error:?}"), format!("{settings:?}")] {
        assert!(!text.contains("niet-geheim"), "{text}");
    }
    assert!(!error.to_string().contains("craftcloud.test"));

    // A password that async-imap would have to quote, or cannot say at all.
    for password in ["\"\\ géhéim", "a\r\nA2 LOGOUT"] {
        settings.secret = Secret::Password(password.into());
        let error = mailbox(settings.clone()).head("INBOX").await.unwrap_err();
        assert!(matches!(error, MailboxError::Login { .. } | MailboxError::BadName { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_before_the_login() {
    let mut settings = settings("authority");
    settings.ca_file = None;
    let error = mailbox(settings.clone()).head("INBOX").await.unwrap_err();
    assert!(matches!(error, MailboxError::Tls { .. }) && error.to_string().contains("ca_file"), "{error}");
    settings.tls = Tls::StartTls;
    settings.port = port("PL_IMAP_STARTTLS_PORT");
    let error = mailbox(settings.clone()).head("INBOX").await.unwrap_err();
    assert!(matches!(error, MailboxError::Tls { .. }), "{error}");
    settings.ca_file = Some("/nonexistent.pem".into());
    let error = mailbox(settings).head("INBOX").await.unwrap_err();
    assert!(matches!(error, MailboxError::TrustRoot { .. }) && !error.is_temporary(), "{error}");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable_for_now() {
    let mut settings = settings("nobody");
    // A port that was free a moment ago, and that nobody listens on now.
    settings.port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = settings.server();
    let error = mailbox(settings).head("INBOX").await.unwrap_err();
    assert!(matches!(error, MailboxError::Unreachable { .. }) && error.is_temporary(), "{error}");
    assert!(error.to_string().contains(&server), "{error}");
}

#[tokio::test]
async fn hostile_bytes_come_through_unchanged() {
    let settings = settings("hostile");
    let mut world = World::of(&settings).await;
    let mails: Vec<Vec<u8>> = vec![
        b"Subject: \xff\xfe caf\xe9\r\n\r\n\x80\x81".to_vec(),
        b"\r\n".to_vec(),
        b"* BYE\r\nA0001 OK done\r\n)\r\n* 1 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n".to_vec(),
        [b"Subject: ".as_slice(), &[b'a'; 300_000], b"\r\n\r\nx\r\n"].concat(),
    ];
    for raw in &mails {
        world.deliver("INBOX", raw).await;
    }
    let batch = mailbox(settings).fetch_after("INBOX", None, 9).await.unwrap();
    let read: Vec<Vec<u8>> = batch.messages.into_iter().map(|message| message.raw).collect();
    assert!(read == mails, "{:?}", read.iter().map(Vec::len).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_huge_gap_in_the_numbers_costs_little() {
    let settings = settings("gap");
    let mut world = World::of(&settings).await;
    world.deliver("INBOX", mail(1).as_bytes()).await;
    world.0.select("INBOX").await.unwrap();
    for _ in 0..12 {
        world.0.uid_copy("1:*", "INBOX").await.unwrap();
    }
    let mark = world.0.uid_store("2:4095", "+FLAGS.SILENT (\\Deleted)").await.unwrap();
    mark.try_collect::<Vec<_>>().await.unwrap();
    world.0.expunge().await.unwrap().try_collect::<Vec<_>>().await.unwrap();
    let mut mailbox = mailbox(settings);
    let (mut cursor, mut read, mut rounds) = (None, Vec::new(), 0);
    loop {
        let batch = mailbox.fetch_after("INBOX", cursor, 50).await.unwrap();
        cursor = Some(batch.cursor);
        read.extend(uids(&batch.messages));
        rounds += 1;
        if !batch.more {
            break;
        }
    }
    assert_eq!(read, [1, 4_096]);
    assert!(rounds <= 3, "{rounds}");
}

#[tokio::test]
async fn old_mail_is_listed_for_retention_and_younger_is_not() {
    let settings = settings("old");
    let mut world = World::of(&settings).await;
    world.0.append("INBOX", None, Some("\"01-Feb-2024 12:00:00 +0000\""), mail(1)).await.unwrap();
    world.deliver("INBOX", mail(2).as_bytes()).await;
    let mut mailbox = mailbox(settings);
    let old = mailbox.older_than("INBOX", "2026-03-02".parse().unwrap()).await.unwrap();
    assert_eq!(old.iter().map(|place| place.uid).collect::<Vec<_>>(), [1]);
    assert!(mailbox.older_than("Nergens", "2026-03-02".parse().unwrap()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_place_survives_its_text_form() {
    let settings = settings("place");
    let mut world = World::of(&settings).await;
    world.deliver("INBOX", mail(1).as_bytes()).await;
    let mut mailbox = mailbox(settings);
    let batch = mailbox.fetch_after("INBOX", None, 9).await.unwrap();
    let place: Place = batch.messages[0].place.to_string().parse().unwrap();
    assert!(matches!(mailbox.move_to_case_folder(&place).await.unwrap(), Moved::Done { .. }));
}
