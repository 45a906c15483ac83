//! A letter of ours, as it lies in somebody's mailbox.

use std::collections::BTreeMap;

use mail_parser::{MessageParser, MimeHeaders};

use super::Actor;

/// A letter as its reader sees it; [`Letter::read`] checks what contract.md promises of every one.
#[derive(Debug, Clone)]
pub struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Without angle brackets.
    pub message_id: String,
    /// Without angle brackets.
    pub in_reply_to: Option<String>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub raw: String,
}

impl Letter {
    pub fn read(raw: &[u8], to: &Actor, from: &Actor) -> Self {
        let mail = MessageParser::new().parse(raw).unwrap();
        let field = |name: &str| mail.header_raw(name).map(|value| value.trim().to_owned());
        let only = |list: Option<&mail_parser::Address<'_>>| {
            let all: Vec<String> =
                list.unwrap().iter().map(|one| one.address.as_deref().unwrap_or_default().to_owned()).collect();
            assert_eq!(all.len(), 1, "one address: {all:?}");
            all.into_iter().next().unwrap()
        };
        let letter = Self {
            subject: mail.subject().unwrap().to_owned(),
            text: mail.body_text(0).unwrap().replace("\r\n", "\n"),
            html: mail.body_html(0).unwrap().into_owned(),
            message_id: mail.message_id().unwrap().to_owned(),
            in_reply_to: mail.in_reply_to().as_text().map(str::to_owned),
            files: mail
                .attachments()
                .map(|part| (part.attachment_name().unwrap().to_owned(), part.contents().to_owned()))
                .collect(),
            raw: String::from_utf8_lossy(raw).into_owned(),
        };
        let about = &letter.subject;
        assert_eq!(only(mail.from()), from.address, "From of {about}");
        assert_eq!(only(mail.to()), to.address, "To of {about}");
        assert!(mail.cc().is_none() && mail.bcc().is_none() && mail.reply_to().is_none(), "one recipient: {about}");
        assert_eq!(mail.return_path().as_text(), Some(from.address.as_str()), "envelope sender of {about}");
        let submitted = if letter.in_reply_to.is_some() { "auto-replied" } else { "auto-generated" };
        assert_eq!(field("Auto-Submitted").as_deref(), Some(submitted), "Auto-Submitted of {about}");
        assert_eq!(field("X-Auto-Response-Suppress").as_deref(), Some("OOF, AutoReply, RN, NRN"), "{about}");
        assert!(letter.message_id.starts_with("pl-"), "the token stands in the Message-ID of {about}");
        assert_eq!((mail.text_body_count(), mail.html_body_count()), (1, 1), "text and HTML of {about}");
        for broken in ["{{", "{%", "undefined"] {
            assert!(!letter.text.contains(broken) && !letter.html.contains(broken), "{broken} in {about}");
        }
        letter
    }

    /// The text, whatever its line breaks, holds this.
    pub fn has(&self, words: &str) -> &Self {
        assert!(flat(&self.text).contains(&flat(words)), "not in the letter: {words}\n{}", self.whole());
        self
    }

    /// Neither subject, text, HTML nor files hold this.
    pub fn lacks(&self, words: &str) -> &Self {
        assert!(!flat(&self.everything()).contains(&flat(words)), "in the letter: {words}\n{}", self.whole());
        self
    }

    /// The subject holds this.
    pub fn subject_has(&self, words: &str) -> &Self {
        assert!(self.subject.contains(words), "not in the subject: {words}\n{}", self.whole());
        self
    }

    /// The attached file with this name.
    pub fn attachment(&self, name: &str) -> &[u8] {
        self.files.get(name).unwrap_or_else(|| panic!("no file {name}\n{}", self.whole()))
    }

    /// No file is attached.
    pub fn no_attachments(&self) -> &Self {
        assert!(self.files.is_empty(), "files are attached: {:?}\n{}", self.files.keys(), self.whole());
        self
    }

    /// It answers the mail with this Message-ID.
    pub fn answers(&self, id: &str) -> &Self {
        assert_eq!(self.in_reply_to.as_deref(), Some(id), "In-Reply-To\n{}", self.whole());
        self
    }

    /// The reference in the subject.
    pub fn reference(&self) -> &str {
        let inside = self.subject.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
        inside.map(|(reference, _)| reference).unwrap_or_else(|| panic!("no reference\n{}", self.whole()))
    }

    /// The token of its case and step.
    pub fn token(&self) -> &str {
        self.message_id.split('@').next().unwrap()
    }

    /// All that a reader can get out of it.
    pub fn everything(&self) -> String {
        let files: Vec<_> = self.files.values().map(|content| String::from_utf8_lossy(content)).collect();
        format!("{}\n{}\n{}\n{}", self.subject, self.text, self.html, files.join("\n"))
    }

    fn whole(&self) -> String {
        format!("--- {}\n{}", self.subject, self.text)
    }
}

/// Several letters to one person.
pub struct Letters(pub Vec<Letter>);

impl Letters {
    /// The one whose subject holds this.
    pub fn about(&self, words: &str) -> &Letter {
        let fitting: Vec<&Letter> = self.0.iter().filter(|letter| letter.subject.contains(words)).collect();
        let subjects: Vec<&str> = self.0.iter().map(|letter| letter.subject.as_str()).collect();
        assert_eq!(fitting.len(), 1, "letters about {words}: {subjects:#?}");
        fitting[0]
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
