//! The real servers seen from outside: the way in (SMTP), everybody's mailboxes (IMAP), and Postfix's log, which tells
//! whatever was handed in by us, to whom it went, and that nothing is under way any more.

use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use mail_parser::MessageParser;
use privacyloket::domain::time::Timestamp;
use privacyloket::io::tls;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

use super::PASSWORD;
use super::mail::date;

/// Where the servers are.
pub fn told(name: &str) -> String {
    let value =
        std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: start the tests through tests/run"));
    value.into_string().unwrap()
}

/// How long mail may take from one of our servers to the other.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at the log.
const LOOK: Duration = Duration::from_millis(5);

type Imap = Session<TlsStream<TcpStream>>;

/// A mail in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub subject: String,
    pub flags: Vec<String>,
    pub raw: Vec<u8>,
}

/// What Postfix did with one mail that was handed in.
#[derive(Debug, Default)]
struct Queued {
    /// Handed in by the program.
    ours: bool,
    /// Recipient, and whether it was delivered (else it came back).
    to: Vec<(String, bool)>,
    /// The bounce that it caused.
    bounce: Option<String>,
    /// Nothing is left to do.
    removed: bool,
    /// The story has read it.
    taken: bool,
}

/// The post of one story.
pub struct Post {
    ours: String,
    log: PathBuf,
    at: u64,
    rest: String,
    queue: BTreeMap<String, Queued>,
    sessions: BTreeMap<String, (Imap, u32)>,
}

impl Post {
    /// `ours`: the program's log-in.
    pub fn new(ours: &str) -> Self {
        let log = PathBuf::from(told("PL_SERVERS_DIR")).join("postfix/postfix.log");
        let at = std::fs::metadata(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display())).len();
        Self { ours: ours.to_owned(), log, at, rest: String::new(), queue: BTreeMap::new(), sessions: BTreeMap::new() }
    }

    /// Reads what Postfix wrote since the last look.
    fn look_at_log(&mut self) {
        let mut file = std::fs::File::open(&self.log).unwrap();
        file.seek(SeekFrom::Start(self.at)).unwrap();
        let mut new = Vec::new();
        self.at += u64::try_from(file.read_to_end(&mut new).unwrap()).unwrap();
        self.rest += &String::from_utf8_lossy(&new);
        while let Some(end) = self.rest.find('\n') {
            let line: String = self.rest.drain(..=end).collect();
            self.understand(line.trim_end());
        }
    }

    /// `Nov 22 21:10:00 host postfix/lmtp[123]: 4AB1C2: to=<…>, …, status=sent (…)`
    fn understand(&mut self, line: &str) {
        let Some((_, said)) = line.split_once("]: ") else { return };
        let Some((id, said)) = said.split_once(": ") else { return };
        if id.len() < 6 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return;
        }
        let login = format!("sasl_username={}", self.ours);
        let queued = self.queue.entry(id.to_owned()).or_default();
        if said.starts_with("client=") && said.split(", ").any(|word| word == login) {
            queued.ours = true;
        } else if let Some((to, rest)) = said.strip_prefix("to=<").and_then(|rest| rest.split_once('>')) {
            if rest.contains("status=sent") {
                queued.to.push((to.to_owned(), true));
            } else if rest.contains("status=bounced") {
                queued.to.push((to.to_owned(), false));
            }
        } else if let Some(bounce) = said.strip_prefix("sender non-delivery notification: ") {
            queued.bounce = Some(bounce.to_owned());
        } else if said == "removed" {
            queued.removed = true;
        }
    }

    fn is_over(&self, id: &str) -> bool {
        self.queue.get(id).is_some_and(|queued| {
            queued.removed
                && queued.bounce.as_ref().is_none_or(|bounce| self.queue.get(bounce).is_some_and(|b| b.removed))
        })
    }

    /// Waits until all that the program handed in, at least `sent` mails, is where it goes.
    pub async fn settle(&mut self, sent: i64) {
        let start = Instant::now();
        loop {
            self.look_at_log();
            let ours: Vec<&String> = self.queue.iter().filter(|(_, queued)| queued.ours).map(|(id, _)| id).collect();
            let enough = i64::try_from(ours.len()).unwrap() >= sent;
            if enough && ours.iter().all(|id| self.is_over(id)) {
                return;
            }
            let waited = start.elapsed();
            assert!(waited < PATIENCE, "{} of {sent} letters after {waited:?}: {:#?}", ours.len(), self.queue);
            tokio::time::sleep(LOOK).await;
        }
    }

    /// All letters to somebody that the story has not read.
    pub async fn take(&mut self, to: &str) -> Vec<Vec<u8>> {
        let mut expected = 0;
        for queued in self.queue.values_mut().filter(|queued| queued.ours && !queued.taken) {
            if queued.to.iter().any(|(one, delivered)| one == to && *delivered) {
                queued.taken = true;
                expected += 1;
            }
        }
        // Not even a log-in when there is nothing: that is what most stories ask about most people.
        if expected == 0 && !self.sessions.contains_key(to) {
            return Vec::new();
        }
        let (session, seen) = self.session(to).await;
        session.examine("INBOX").await.unwrap();
        let range = format!("{}:*", *seen + 1);
        let fetched: Vec<_> = session.uid_fetch(range, "(UID BODY.PEEK[])").await.unwrap().try_collect().await.unwrap();
        let mut letters = Vec::new();
        let before = *seen;
        for one in fetched.iter().filter(|one| one.uid.unwrap() > before) {
            *seen = (*seen).max(one.uid.unwrap());
            letters.push(one.body().unwrap().to_owned());
        }
        assert_eq!(letters.len(), expected, "mails in the mailbox of {to}, and mails that Postfix delivered there");
        letters
    }

    /// How many letters to somebody came back since the last look.
    pub fn take_returned(&mut self, to: &str) -> usize {
        let mut returned = 0;
        for queued in self.queue.values_mut().filter(|queued| queued.ours && !queued.taken) {
            if queued.to.iter().any(|(one, delivered)| one == to && !*delivered) {
                queued.taken = true;
                returned += 1;
            }
        }
        returned
    }

    /// All that nobody read: one line each.
    pub async fn left(&mut self) -> Vec<String> {
        let left: Vec<String> = self
            .queue
            .values()
            .filter(|queued| queued.ours && !queued.taken)
            .flat_map(|queued| queued.to.iter().map(|(to, _)| to.clone()))
            .collect();
        let mut lines = Vec::new();
        for to in left {
            for raw in self.take(&to).await {
                let mail = MessageParser::new().parse(&raw).unwrap();
                let text = mail.body_text(0).unwrap_or_default();
                lines.push(format!("\n  to {to}: {}\n{text}", mail.subject().unwrap_or_default()));
            }
            for _ in 0..self.take_returned(&to) {
                lines.push(format!("\n  to {to}, came back"));
            }
        }
        lines
    }

    /// Hands a mail in from the internet; returns when it is in the mailbox.
    pub async fn hand_in(&mut self, from: &str, to: &str, raw: &[u8]) {
        let address = (told("PL_SMTP_HOST"), told("PL_SMTP_IN_PORT").parse::<u16>().unwrap());
        let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        answer(&mut stream).await;
        for command in
            ["EHLO world.test".to_owned(), format!("MAIL FROM:<{from}>"), format!("RCPT TO:<{to}>"), "DATA".to_owned()]
        {
            stream.write_all(format!("{command}\r\n").as_bytes()).await.unwrap();
            answer(&mut stream).await;
        }
        let mut data = Vec::with_capacity(raw.len() + 64);
        for line in raw.split_inclusive(|&byte| byte == b'\n') {
            if line.starts_with(b".") {
                data.push(b'.');
            }
            data.extend(line);
        }
        if !data.ends_with(b"\r\n") {
            data.extend(b"\r\n");
        }
        data.extend(b".\r\n");
        stream.write_all(&data).await.unwrap();
        let said = answer(&mut stream).await;
        let id = said.rsplit(' ').next().unwrap().trim().to_owned();
        stream.write_all(b"QUIT\r\n").await.unwrap();
        let start = Instant::now();
        while !self.is_over(&id) {
            assert!(start.elapsed() < PATIENCE, "a mail from outside did not arrive: {:?}", self.queue.get(&id));
            tokio::time::sleep(LOOK).await;
            self.look_at_log();
        }
        let delivered = self.queue.get(&id).is_some_and(|queued| queued.to.iter().all(|(_, delivered)| *delivered));
        assert!(delivered, "a mail from outside was refused: {said}");
    }

    /// Puts a mail into a folder as if it had come through our servers at that moment.
    pub async fn put(&mut self, user: &str, folder: &str, from: &str, raw: &[u8], received: Timestamp) {
        let mut whole = format!(
            "Return-Path: <{from}>\r\nDelivered-To: {user}\r\nReceived: from mail.world.test (unknown [127.0.0.1])\r\n\tby \
             mx.craftcloud.test (Postfix) with ESMTP id 4f1c\r\n\tfor <{user}>; {}\r\n",
            date(received)
        )
        .into_bytes();
        whole.extend(raw);
        let internal = received.strftime("\"%d-%b-%Y %H:%M:%S +0000\"").to_string();
        let (session, _) = self.session(user).await;
        if folder != "INBOX" {
            let _exists_already = session.create(folder).await;
        }
        session.append(folder, None, Some(&internal), &whole).await.unwrap();
    }

    /// What lies in a folder.
    pub async fn look(&mut self, user: &str, folder: &str) -> Vec<Stored> {
        let (session, _) = self.session(user).await;
        let Ok(mailbox) = session.examine(folder).await else { return Vec::new() };
        if mailbox.exists == 0 {
            return Vec::new();
        }
        let all: Vec<_> =
            session.uid_fetch("1:*", "(UID FLAGS BODY.PEEK[])").await.unwrap().try_collect().await.unwrap();
        all.iter()
            .map(|one| {
                let raw = one.body().unwrap().to_owned();
                // \Recent belongs to a session, not to the message.
                let flags = one.flags().map(|flag| format!("{flag:?}")).filter(|flag| flag != "Recent");
                let parsed = MessageParser::new().parse(&raw);
                let subject = parsed.as_ref().and_then(|mail| mail.subject()).unwrap_or_default().to_owned();
                Stored { subject, flags: flags.collect(), raw: raw.clone() }
            })
            .collect()
    }

    /// Sets a flag on the only mail of the inbox.
    pub async fn flag(&mut self, user: &str, flag: &str) {
        let (session, _) = self.session(user).await;
        session.select("INBOX").await.unwrap();
        let set = session.store("1", format!("+FLAGS ({flag})")).await.unwrap();
        set.try_collect::<Vec<_>>().await.unwrap();
    }

    /// Somebody's mailbox, and the last message in it that was read.
    async fn session(&mut self, user: &str) -> &mut (Imap, u32) {
        if !self.sessions.contains_key(user) {
            let ca = PathBuf::from(told("PL_CA_FILE"));
            let config = tls::client_config(Some(&ca)).unwrap();
            let address = (told("PL_IMAP_HOST"), told("PL_IMAPS_PORT").parse::<u16>().unwrap());
            let tcp = TcpStream::connect(address).await.unwrap();
            let name = ServerName::try_from(told("PL_IMAP_HOST")).unwrap();
            let mut client = Client::new(TlsConnector::from(config).connect(name, tcp).await.unwrap());
            client.read_response().await.unwrap();
            let session = client.login(user, PASSWORD).await.map_err(|(error, _)| error).unwrap();
            self.sessions.insert(user.to_owned(), (session, 0));
        }
        self.sessions.get_mut(user).unwrap()
    }
}

/// One answer of an SMTP server, which must be a good one.
async fn answer(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        assert!(line.starts_with('2') || line.starts_with('3'), "the server said {line:?}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    }
}

impl Post {
    /// Logs somebody off, so that the next look sees what happened to the mailbox behind the server's back.
    pub fn log_off(&mut self, user: &str) {
        self.sessions.remove(user);
    }
}
