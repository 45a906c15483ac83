//! Mail from outside, as people and their mail programs write it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use data_encoding::BASE64;
use privacyloket::domain::time::Timestamp;
use privacyloket::io::clock::random;

use super::{Actor, Letter};

/// A mail that somebody writes to us. Unproven unless it says otherwise.
#[derive(Debug, Clone)]
pub struct Mail {
    from: Actor,
    from_fields: Vec<String>,
    results: Option<String>,
    handed_in_by: HandedIn,
    subject: String,
    text: String,
    html: Option<String>,
    fields: Vec<(String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
    content_type: Option<String>,
    id: String,
    quotes: Option<(Letter, Quoting)>,
    envelope: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HandedIn {
    /// Another mail server.
    Server,
    /// A mail program that logged in at our server.
    LogIn,
}

/// How a mail program quotes what it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// "Op zo 22 nov 2026 om 10:00 schreef …" and `>`, text and HTML.
    Gmail,
    /// "Van: … Verzonden: …", without `>`, text and HTML.
    Outlook,
    /// "Verstuurd vanaf mijn iPhone", then the quote; text only.
    Phone,
    /// Quoted, but without `In-Reply-To` and `References`: only the line at the end of our letter tells what it answers.
    NoHeaders,
    /// `In-Reply-To` only; nothing is quoted.
    HeadersOnly,
}

/// Replies alternate between the mail programs.
static REPLIES: AtomicUsize = AtomicUsize::new(0);

impl Mail {
    pub fn from(actor: &Actor) -> Self {
        let unique = u64::from_be_bytes(random().unwrap());
        Self {
            from: actor.clone(),
            from_fields: vec![format!("{} <{}>", encoded(&actor.name), actor.address)],
            results: None,
            handed_in_by: HandedIn::Server,
            subject: "Vraag".to_owned(),
            text: String::new(),
            html: None,
            fields: Vec::new(),
            files: Vec::new(),
            content_type: None,
            id: format!("{unique:016x}@{}", actor.domain()),
            quotes: None,
            envelope: None,
        }
    }

    /// Our mail server found a good signature of the sender's domain.
    pub fn proven(mut self) -> Self {
        let domain = self.from.domain();
        self.results = Some(format!("dkim=pass header.d={domain}; dmarc=pass header.from={domain}"));
        self
    }

    /// Our mail server found only that the sending address fits: neighbours share it.
    pub fn by_spf_alone(mut self) -> Self {
        let domain = self.from.domain();
        self.results = Some(format!("spf=pass smtp.mailfrom={domain}; dkim=none; dmarc=pass header.from={domain}"));
        self
    }

    /// Our mail server found that it is forged.
    pub fn suspect(mut self) -> Self {
        let domain = self.from.domain();
        self.results = Some(format!("spf=fail smtp.mailfrom={domain}; dkim=none; dmarc=fail header.from={domain}"));
        self
    }

    /// Handed in by the logged-in owner of the address.
    pub fn login(mut self) -> Self {
        self.results = Some(format!("auth=pass smtp.auth={}", self.from.address));
        self.handed_in_by = HandedIn::LogIn;
        self
    }

    /// What our mail server found, in its own words.
    pub fn results(mut self, results: &str) -> Self {
        self.results = Some(results.to_owned());
        self
    }

    pub fn subject(mut self, subject: &str) -> Self {
        self.subject = subject.to_owned();
        self
    }

    pub fn says(mut self, text: &str) -> Self {
        self.text = text.to_owned();
        self
    }

    /// Written as HTML too.
    pub fn html(mut self, html: &str) -> Self {
        self.html = Some(html.to_owned());
        self
    }

    /// Another `From` field than that of the actor, as it stands in the mail. Twice: two fields. Empty: none.
    pub fn signed_as(mut self, fields: &[&str]) -> Self {
        self.from_fields = fields.iter().map(|&field| field.to_owned()).collect();
        self
    }

    /// One more header field.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn attaches(mut self, name: &str, content_type: &str, content: &[u8]) -> Self {
        self.files.push((name.to_owned(), content_type.to_owned(), content.to_owned()));
        self
    }

    /// The whole `Content-Type`; the text is then the whole body.
    pub fn content_type(mut self, content_type: &str) -> Self {
        self.content_type = Some(content_type.to_owned());
        self
    }

    pub fn message_id(mut self, id: &str) -> Self {
        self.id = id.to_owned();
        self
    }

    /// Another envelope sender than the actor; empty for `<>`.
    pub fn envelope(mut self, sender: &str) -> Self {
        self.envelope = Some(sender.to_owned());
        self
    }

    /// Replies to one of our letters, quoting it as one of the mail programs in turn.
    pub fn replies(self, letter: &Letter) -> Self {
        let turn = REPLIES.fetch_add(1, Ordering::Relaxed) + letter.subject.len();
        let quoting = [Quoting::Gmail, Quoting::Outlook, Quoting::Phone][turn % 3];
        self.replies_as(letter, quoting)
    }

    /// Replies to one of our letters in this way.
    pub fn replies_as(mut self, letter: &Letter, quoting: Quoting) -> Self {
        self.subject = format!("Re: {}", letter.subject);
        self.quotes = Some((letter.clone(), quoting));
        self
    }

    /// Its Message-ID, without angle brackets.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn envelope_sender(&self) -> &str {
        self.envelope.as_deref().unwrap_or(&self.from.address)
    }

    /// As our border hands it on: what it found above what came from outside.
    pub fn raw(&self, to: &Actor, now: Timestamp) -> Vec<u8> {
        let date = date(now);
        let domain = self.from.domain();
        let mut head = String::new();
        if let Some(results) = &self.results {
            write!(head, "Authentication-Results: mx.craftcloud.test;\r\n\t{results}\r\n").unwrap();
        }
        if self.handed_in_by == HandedIn::Server {
            write!(head, "Received: from client.{domain} (client.{domain} [192.0.2.25])\r\n\tby smtp.{domain} with ESMTPSA id 4f1c; {date}\r\n").unwrap();
        }
        for from in &self.from_fields {
            write!(head, "From: {from}\r\n").unwrap();
        }
        write!(head, "To: {} <{}>\r\nSubject: {}\r\n", to.name, to.address, encoded(&self.subject)).unwrap();
        write!(head, "Date: {date}\r\nMIME-Version: 1.0\r\n").unwrap();
        if !self.id.is_empty() {
            write!(head, "Message-ID: <{}>\r\n", self.id).unwrap();
        }
        if let Some((letter, quoting)) = &self.quotes
            && *quoting != Quoting::NoHeaders
        {
            write!(head, "In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n", id = letter.message_id).unwrap();
        }
        for (name, value) in &self.fields {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        let (content_type, body) = self.body(to);
        write!(head, "Content-Type: {content_type}\r\n").unwrap();
        if content_type.starts_with("text/") {
            head += "Content-Transfer-Encoding: 8bit\r\n";
        }
        let mut raw = head.into_bytes();
        raw.extend(b"\r\n");
        raw.extend(body);
        raw
    }

    fn body(&self, to: &Actor) -> (String, Vec<u8>) {
        if let Some(content_type) = &self.content_type {
            return (content_type.clone(), crlf(&self.text).into_bytes());
        }
        let (text, html) = self.words(to);
        let plain = (r#"text/plain; charset="utf-8""#.to_owned(), crlf(&text).into_bytes());
        let words = match html {
            Some(html) => {
                let html = (r#"text/html; charset="utf-8""#.to_owned(), crlf(&html).into_bytes());
                multipart("alternative", "alt-4f1c", &[plain, html], None)
            }
            None => plain,
        };
        if self.files.is_empty() { words } else { multipart("mixed", "mix-4f1c", &[words], Some(&self.files)) }
    }

    /// What is written, with what it answers below it.
    fn words(&self, to: &Actor) -> (String, Option<String>) {
        let Some((letter, quoting)) = &self.quotes else { return (format!("{}\n", self.text), self.html.clone()) };
        let own = &self.text;
        let quoted: String = letter.text.lines().map(|line| format!("> {line}\n")).collect();
        let (name, address) = (&to.name, &to.address);
        let html = |intro: &str, class: &str| {
            let (own, quoted) = (escaped(own), escaped(&letter.text));
            Some(format!(
                "<html><body><div>{own}</div><br><div class=\"{class}\">{intro}<blockquote>{quoted}</blockquote></div></body></html>"
            ))
        };
        match quoting {
            Quoting::Gmail | Quoting::NoHeaders => {
                let intro = format!("Op zo 22 nov 2026 om 10:00 schreef {name} <{address}>:");
                (format!("{own}\n\n{intro}\n\n{quoted}"), html(&escaped(&intro), "gmail_quote"))
            }
            Quoting::Outlook => {
                let intro = format!(
                    "Van: {name} <{address}>\nVerzonden: zondag 22 november 2026 10:00\nAan: {}\nOnderwerp: {}\n",
                    self.from.address, letter.subject
                );
                let line = "________________________________";
                (format!("{own}\n\n{line}\n{intro}\n{}\n", letter.text), html(&escaped(&intro), "OutlookMessageHeader"))
            }
            Quoting::Phone => {
                let intro = format!("Op 22 nov. 2026 om 10:00 heeft {name} <{address}> het volgende geschreven:");
                (format!("{own}\n\nVerstuurd vanaf mijn iPhone\n\n> {intro}\n> \n{quoted}"), None)
            }
            Quoting::HeadersOnly => (format!("{own}\n"), None),
        }
    }
}

type Part = (String, Vec<u8>);

fn multipart(kind: &str, boundary: &str, parts: &[Part], files: Option<&[(String, String, Vec<u8>)]>) -> Part {
    let mut body = Vec::new();
    for (content_type, content) in parts {
        body.extend(format!("--{boundary}\r\nContent-Type: {content_type}\r\n").bytes());
        if content_type.starts_with("text/") {
            body.extend(b"Content-Transfer-Encoding: 8bit\r\n");
        }
        body.extend(b"\r\n");
        body.extend(content);
        body.extend(b"\r\n");
    }
    for (name, content_type, content) in files.unwrap_or_default() {
        let head = format!(
            "--{boundary}\r\nContent-Type: {content_type}; name=\"{name}\"\r\nContent-Disposition: attachment; \
             filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        );
        body.extend(head.bytes());
        for line in BASE64.encode(content).as_bytes().chunks(76) {
            body.extend(line);
            body.extend(b"\r\n");
        }
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    (format!("multipart/{kind}; boundary=\"{boundary}\""), body)
}

fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>\n")
}

/// RFC 2047, where needed.
fn encoded(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { format!("=?utf-8?B?{}?=", BASE64.encode(text.as_bytes())) }
}

/// RFC 5322 §3.3.
pub fn date(moment: Timestamp) -> String {
    moment.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
