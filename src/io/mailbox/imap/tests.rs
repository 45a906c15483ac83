//! A scripted server, for what a good server never does.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::net::TcpListener;

use super::*;
use crate::io::mailbox::error::MailboxError;

/// In a script's answer: close the connection here.
const CLOSE: &str = "\u{0}close";

/// What the server heard, line by line, without tags.
type Heard = Arc<Mutex<Vec<String>>>;

fn settings() -> Settings {
    Settings {
        host: "localhost".into(),
        port: 993,
        tls: Tls::Implicit,
        username: "info@craftcloud.test".into(),
        secret: Secret::Password("geheim".into()),
        ca_file: None,
        inbox: "INBOX".into(),
        case_folder: "Privacyverzoeken".into(),
        also_read: Vec::new(),
        message_size: 1_000_000,
        timing: Timing {
            connect: Duration::from_secs(5),
            command: Duration::from_secs(5),
            keep_alive: Duration::from_millis(30),
            sign_of_life: Duration::from_millis(100),
            poll: Duration::from_millis(10),
        },
    }
}

/// What a small, decent server with three mails says; `None` from the script means this.
fn usual(capabilities: &str, tag: &str, command: &str) -> String {
    let untagged = match command.split(' ').next().unwrap_or_default() {
        "CAPABILITY" => format!("* CAPABILITY IMAP4rev1 {capabilities}\r\n"),
        "LIST" => "* LIST () \".\" INBOX\r\n* LIST () \".\" Privacyverzoeken\r\n".into(),
        "EXAMINE" | "SELECT" => {
            "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n".into()
        }
        "IDLE" => return "+ idling\r\n".into(),
        "UID" if command.starts_with("UID SEARCH UID ") => {
            let set = command.rsplit(' ').next().unwrap();
            let (from, to) = set.split_once(':').unwrap_or((set, set));
            let uids = from.parse::<u32>().unwrap()..=to.parse().unwrap();
            format!("* SEARCH{}\r\n", uids.map(|uid| format!(" {uid}")).collect::<String>())
        }
        "UID" if command.contains("RFC822.SIZE") => {
            (1..=3).map(|uid| format!("* {uid} FETCH (UID {uid} RFC822.SIZE 4)\r\n")).collect()
        }
        "UID" if command.contains("BODY.PEEK[]") => command
            .split(' ')
            .nth(2)
            .unwrap()
            .split(',')
            .map(|uid| format!("* {uid} FETCH (UID {uid} BODY[] {{4}}\r\nabc{uid})\r\n"))
            .collect(),
        _ => String::new(),
    };
    format!("{untagged}{tag} OK done\r\n")
}

/// Plays a server on one end of a pipe: each line goes to the script with its tag and command.
async fn serve(pipe: DuplexStream, heard: Heard, mut script: impl FnMut(&str, &str) -> String) {
    let (read, mut write) = tokio::io::split(pipe);
    let mut lines = BufReader::new(read).lines();
    let mut idle_tag = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let (mut tag, command) = line.split_once(' ').unwrap_or(("", &line));
        if command == "IDLE" || command.starts_with("AUTHENTICATE") {
            idle_tag = tag.to_owned();
        }
        if tag.is_empty() {
            tag = &idle_tag;
        }
        heard.lock().unwrap().push(command.to_owned());
        let answer = script(tag, command);
        let (answer, close) = answer.split_once(CLOSE).map_or((answer.as_str(), false), |(before, _)| (before, true));
        if write.write_all(answer.as_bytes()).await.is_err() || close {
            return;
        }
    }
}

/// A mailbox on a scripted server.
async fn mailbox(
    capabilities: &'static str,
    script: impl Fn(&str, &str) -> Option<String> + Send + 'static,
) -> (Imap, Heard) {
    let heard = Heard::default();
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(serve(theirs, Arc::clone(&heard), move |tag, command| {
        script(tag, command).unwrap_or_else(|| usual(capabilities, tag, command))
    }));
    let settings = settings();
    let live = connect::log_in(Box::new(ours), &settings).await.unwrap();
    (Imap { settings: Arc::new(settings), live: Some(live), inbox_seen: None, careful: false }, heard)
}

fn said(heard: &Heard) -> Vec<String> {
    heard.lock().unwrap().clone()
}

fn place(uid: u32) -> Place {
    Place { folder: "INBOX".into(), uid_validity: 7, uid }
}

fn raws(batch: &Batch) -> Vec<String> {
    batch.messages.iter().map(|message| String::from_utf8(message.raw.clone()).unwrap()).collect()
}

#[test]
fn a_dead_connection_is_noticed_within_two_minutes_and_no_server_gets_to_its_29() {
    let timing = Timing::default();
    assert!(timing.keep_alive + timing.sign_of_life < Duration::from_secs(120));
}

#[tokio::test]
async fn a_server_that_dies_silently_while_we_wait_is_noticed() {
    let (mut imap, heard) = mailbox("IDLE", |_, command| (command == "DONE").then(String::new)).await;
    let error = imap.wait(Duration::from_secs(3600)).await.unwrap_err();
    assert!(matches!(error, MailboxError::Timeout { .. }) && error.is_temporary(), "{error}");
    assert!(imap.live.is_none(), "a dead connection is not used again");
    assert_eq!(said(&heard).last().unwrap(), "DONE");
}

#[tokio::test]
async fn still_here_does_not_put_off_the_question_whether_it_is_alive() {
    let heard = Heard::default();
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (read, mut write) = tokio::io::split(theirs);
    let log = Arc::clone(&heard);
    tokio::spawn(async move {
        let mut lines = BufReader::new(read).lines();
        let mut chatting = String::new();
        loop {
            let chat = tokio::time::timeout(Duration::from_millis(5), lines.next_line());
            let Ok(line) = chat.await else {
                if !chatting.is_empty() {
                    write.write_all(b"* OK Still here\r\n").await.unwrap();
                }
                continue;
            };
            let Ok(Some(line)) = line else { return };
            log.lock().unwrap().push(line.clone());
            let (tag, command) = line.split_once(' ').unwrap_or((&chatting, &line));
            let answer = usual("IDLE", tag, command);
            write.write_all(answer.as_bytes()).await.unwrap();
            chatting = if command == "IDLE" { tag.to_owned() } else { String::new() };
        }
    });
    let settings = settings();
    let live = connect::log_in(Box::new(ours), &settings).await.unwrap();
    let mut imap = Imap { settings: Arc::new(settings), live: Some(live), inbox_seen: None, careful: false };
    assert_eq!(imap.wait(Duration::from_millis(200)).await.unwrap(), Wake::Time);
    let dones = said(&heard).iter().filter(|line| *line == "DONE").count();
    assert!(dones >= 2, "{dones}");
}

#[tokio::test]
async fn an_announcement_of_known_mail_does_not_wake_and_one_of_new_mail_does() {
    let rounds = Mutex::new(0);
    let (mut imap, _) = mailbox("IDLE", move |_, command| {
        (command == "IDLE").then(|| {
            let mut rounds = rounds.lock().unwrap();
            *rounds += 1;
            if *rounds < 4 {
                "+ idling\r\n* 3 EXISTS\r\n".into()
            } else {
                "* 2 EXPUNGE\r\n+ idling\r\n* 3 EXISTS\r\n".into()
            }
        })
    })
    .await;
    assert_eq!(imap.wait(Duration::from_millis(50)).await.unwrap(), Wake::Time);
    assert_eq!(imap.wait(Duration::from_secs(60)).await.unwrap(), Wake::Mail, "one went, one came");
}

#[tokio::test]
async fn a_server_that_refuses_idle_is_polled() {
    for capabilities in ["IDLE", ""] {
        let noops = Mutex::new(0);
        let (mut imap, heard) = mailbox(capabilities, move |tag, command| match command {
            "IDLE" => Some(format!("{tag} NO not now\r\n")),
            "NOOP" => {
                let mut noops = noops.lock().unwrap();
                *noops += 1;
                (*noops == 3).then(|| format!("* 4 EXISTS\r\n{tag} OK\r\n"))
            }
            _ => None,
        })
        .await;
        assert_eq!(imap.wait(Duration::from_secs(60)).await.unwrap(), Wake::Mail);
        assert!(!said(&heard).contains(&"DONE".to_owned()));
    }
}

#[tokio::test]
async fn without_move_and_uidplus_nothing_is_expunged() {
    let (mut imap, heard) = mailbox("", |_, _| None).await;
    let moved = imap.move_to_case_folder(&place(2)).await.unwrap();
    assert_eq!(moved, Moved::Done { to: None, original_marked: true });
    assert_eq!(imap.destroy(&place(3)).await.unwrap(), Destroyed::Marked);
    let said = said(&heard);
    assert!(said.contains(&"UID COPY 2 \"Privacyverzoeken\"".to_owned()));
    assert!(said.contains(&"UID STORE 2 +FLAGS.SILENT (\\Deleted)".to_owned()));
    assert!(!said.iter().any(|line| line.contains("EXPUNGE") || line.contains("CLOSE")), "{said:?}");
}

#[tokio::test]
async fn with_uidplus_only_that_one_message_is_expunged_and_only_after_the_copy() {
    let (mut imap, heard) = mailbox("UIDPLUS", |tag, command| {
        command.starts_with("UID COPY").then(|| format!("{tag} OK [COPYUID 9 2 41] done\r\n"))
    })
    .await;
    let Moved::Done { to: Some(to), .. } = imap.move_to_case_folder(&place(2)).await.unwrap() else { panic!() };
    assert_eq!((to.folder.as_str(), to.uid_validity, to.uid), ("Privacyverzoeken", 9, 41));
    let steps: Vec<String> = said(&heard).into_iter().filter(|line| line.starts_with("UID ")).collect();
    let verbs: Vec<&str> = steps.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(verbs, ["SEARCH", "COPY", "STORE", "EXPUNGE", "SEARCH"]);
    assert!(steps.contains(&"UID EXPUNGE 2".to_owned()), "{steps:?}");
}

#[tokio::test]
async fn a_refused_copy_removes_nothing() {
    let (mut imap, heard) = mailbox("UIDPLUS", |tag, command| {
        command.starts_with("UID COPY").then(|| format!("{tag} NO [OVERQUOTA] full\r\n"))
    })
    .await;
    let error = imap.move_to_case_folder(&place(2)).await.unwrap_err();
    assert!(matches!(&error, MailboxError::Refused { said, .. } if said.contains("full")), "{error}");
    let said = said(&heard);
    assert!(!said.iter().any(|line| line.contains("STORE") || line.contains("EXPUNGE")), "{said:?}");
    assert!(imap.live.is_some(), "a NO leaves the connection usable");
}

#[tokio::test]
async fn what_others_do_meanwhile_does_not_disturb_a_fetch() {
    let (mut imap, _) = mailbox("", |tag, command| {
        command.contains("BODY.PEEK[]").then(|| {
            let noise = "* 9 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 2 FLAGS (\\Seen $Forwarded))\r\n\
                         * 4 EXPUNGE\r\n* OK [ALERT] hello\r\n* 8 FETCH (UID 88 BODY[] {3}\r\nxyz)\r\n";
            let body = |uid| format!("* {uid} FETCH (FLAGS () BODY[] {{4}}\r\nabc{uid} UID {uid})\r\n");
            format!("{noise}{}{noise}{}{}{tag} OK done\r\n", body(2), body(1), body(3))
        })
    })
    .await;
    let batch = imap.fetch_after("INBOX", None, 9).await.unwrap();
    assert_eq!(raws(&batch), ["abc1", "abc2", "abc3"]);
    assert_eq!(batch.cursor, Cursor { uid_validity: 7, last_uid: 3 });
}

#[tokio::test]
async fn a_connection_that_breaks_in_a_fetch_is_an_error_and_never_an_empty_mailbox() {
    for step in ["SEARCH", "RFC822.SIZE", "BODY.PEEK[]"] {
        for end in [
            CLOSE.to_owned(),
            format!("* BYE shutting down\r\n{CLOSE}"),
            format!("* 1 FETCH (UID 1 BODY[] {{9}}\r\nab{CLOSE}"),
        ] {
            let (mut imap, _) = mailbox("", move |_, command| command.contains(step).then(|| end.clone())).await;
            let error = imap.fetch_after("INBOX", None, 9).await.unwrap_err();
            assert!(matches!(error, MailboxError::Closed { .. }), "{step}: {error}");
            assert!(imap.live.is_none());
        }
    }
}

#[tokio::test]
async fn a_message_that_is_there_but_not_given_stops_the_reading_before_it() {
    let script = |tag: &str, command: &str| {
        let asked = command.contains("BODY.PEEK[]");
        let two = command.split(' ').nth(2).is_some_and(|set| set.split(',').any(|uid| uid == "2"));
        (asked && two).then(|| {
            let first = if command.contains("1,") { "* 1 FETCH (UID 1 BODY[] {4}\r\nabc1)\r\n" } else { "" };
            format!("{first}{tag} NO [SERVERBUG] cannot read\r\n")
        })
    };
    let (mut imap, _) = mailbox("", script).await;
    let batch = imap.fetch_after("INBOX", None, 9).await.unwrap();
    assert_eq!(raws(&batch), ["abc1"]);
    assert!(batch.more);
    assert_eq!(batch.cursor.last_uid, 1, "the cursor does not pass a message that was not read");
    let error = imap.fetch_after("INBOX", Some(batch.cursor), 9).await.unwrap_err();
    assert!(matches!(error, MailboxError::Unreadable { uid: 2, .. }) && error.is_temporary(), "{error}");
}

#[tokio::test]
async fn a_message_that_went_meanwhile_is_passed_over() {
    let (mut imap, _) = mailbox("", |tag, command| match command {
        "UID SEARCH UID 2" => Some(format!("* SEARCH\r\n{tag} OK\r\n")),
        _ if command.contains("BODY.PEEK[]") => Some(
            format!("* 1 FETCH (UID 1 BODY[] {{4}}\r\nabc1)\r\n* 3 FETCH (UID 3 BODY[] {{4}}\r\nabc3)\r\n{tag} NO [EXPUNGEISSUED] some\r\n"),
        ),
        _ => None,
    })
    .await;
    let batch = imap.fetch_after("INBOX", None, 9).await.unwrap();
    assert_eq!(raws(&batch), ["abc1", "abc3"]);
    assert_eq!((batch.cursor.last_uid, batch.more), (3, false));
}

#[tokio::test]
async fn an_answer_that_is_no_imap_is_an_error_that_shows_nothing_of_it() {
    let (mut imap, _) = mailbox("", |_, command| {
        command.contains("BODY.PEEK[]").then(|| "* 1 FETCH (((SECRET mail text\r\n".to_owned())
    })
    .await;
    let error = imap.fetch_after("INBOX", None, 9).await.unwrap_err();
    assert!(matches!(error, MailboxError::Protocol { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("SECRET"));
}

#[tokio::test]
async fn a_message_that_breaks_the_connection_is_named_and_those_before_it_get_through() {
    let script = |_: &str, command: &str| {
        let (set, bodies) = (command.split(' ').nth(2)?, command.contains("BODY.PEEK[]"));
        (bodies && set.split(',').any(|uid| uid == "2")).then(|| "* 2 FETCH (((\r\n".to_owned())
    };
    let (mut imap, _) = mailbox("", script).await;
    let error = imap.fetch_after("INBOX", None, 9).await.unwrap_err();
    assert!(matches!(error, MailboxError::Protocol { .. }) && imap.live.is_none(), "{error}");
    imap.live = mailbox("", script).await.0.live;
    let batch = imap.fetch_after("INBOX", None, 9).await.unwrap();
    assert_eq!((raws(&batch), batch.more), (vec!["abc1".to_owned()], true));
    let again = imap.fetch_after("INBOX", Some(batch.cursor), 1).await.unwrap_err();
    assert!(matches!(again, MailboxError::Unreadable { uid: 2, .. }), "{again}");
    assert!(imap.live.is_none(), "the connection is out of step");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let (mut imap, _) = mailbox("", |_, command| command.contains("SEARCH").then(String::new)).await;
    imap.live.as_mut().unwrap().timing.command = Duration::from_millis(30);
    let error = imap.head("INBOX").await.map(|_| ()).err();
    assert_eq!(error, None);
    let error = imap.fetch_after("INBOX", None, 9).await.unwrap_err();
    assert!(matches!(error, MailboxError::Timeout { .. }), "{error}");
    assert!(imap.live.is_none());
}

#[tokio::test]
async fn a_case_folder_that_cannot_stand_beside_the_inbox_is_made_below_it() {
    let made = Arc::new(Mutex::new(false));
    let script = move |tag: &str, command: &str| {
        let mut made = made.lock().unwrap();
        match command {
            _ if command.starts_with("LIST") => {
                let below = if *made { "* LIST () \".\" \"INBOX.Privacyverzoeken\"\r\n" } else { "" };
                Some(format!("* LIST () \".\" \"INBOX\"\r\n{below}{tag} OK\r\n"))
            }
            "CREATE \"Privacyverzoeken\"" => Some(format!("{tag} NO nonexistent namespace\r\n")),
            "CREATE \"INBOX.Privacyverzoeken\"" => {
                *made = true;
                None
            }
            "UID MOVE 2 \"INBOX.Privacyverzoeken\"" => {
                Some(format!("* OK [COPYUID 9 2 1] x\r\n* 2 EXPUNGE\r\n{tag} OK\r\n"))
            }
            _ if command.starts_with("UID MOVE") => Some(format!("{tag} NO [TRYCREATE] no such folder\r\n")),
            _ => None,
        }
    };
    let (mut imap, heard) = mailbox("MOVE", script).await;
    let moved = imap.move_to_case_folder(&place(2)).await.unwrap();
    assert!(matches!(moved, Moved::Done { to: Some(_), original_marked: false }), "{moved:?}");
    assert!(said(&heard).contains(&"SUBSCRIBE \"INBOX.Privacyverzoeken\"".to_owned()));
}

#[tokio::test]
async fn login_is_used_unless_the_server_forbids_it() {
    for (capabilities, verb) in
        [("AUTH=PLAIN", "LOGIN"), ("LOGINDISABLED AUTH=PLAIN", "AUTHENTICATE PLAIN"), ("", "LOGIN")]
    {
        let (_, heard) =
            mailbox(capabilities, |_, command| command.starts_with("AUTHENTICATE").then(|| "+ \r\n".to_owned())).await;
        assert!(said(&heard).iter().any(|line| line.starts_with(verb)), "{capabilities}: {:?}", said(&heard));
    }
}

#[tokio::test]
async fn nothing_secret_is_said_to_a_server_without_starttls() {
    for answer in
        ["s1 NO not here\r\n", "s1 BAD what\r\n", "s1 OK begin\r\nA0001 OK Logged in\r\nA0002 OK Logged in\r\n"]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = settings();
        settings.tls = Tls::StartTls;
        settings.port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut tcp, _) = listener.accept().await.unwrap();
            tcp.write_all(b"* OK hello\r\n").await.unwrap();
            let mut heard = vec![0; 4096];
            let length = tokio::io::AsyncReadExt::read(&mut tcp, &mut heard).await.unwrap();
            assert_eq!(&heard[..length], b"s1 STARTTLS\r\n");
            tcp.write_all(answer.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            drop(tokio::io::AsyncReadExt::read_to_end(&mut tcp, &mut rest).await);
            rest
        });
        let error = Imap::new(settings).head("INBOX").await.unwrap_err();
        assert!(matches!(error, MailboxError::Tls { .. }), "{error}");
        let rest = String::from_utf8_lossy(&server.await.unwrap()).into_owned();
        assert!(!rest.contains("geheim") && !rest.contains("LOGIN"), "{rest}");
    }
}
