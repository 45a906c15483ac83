//! Makes the bytes of a mail (contract.md, "Mail headers"; RFC 5322, RFC 2045-2047, RFC 3834).
//!
//! The same input always gives the same bytes. Nothing that comes in can add a header: subject, name, ids and file names
//! are cleaned before they are encoded, and all bodies are encoded so that no line of them can look like a boundary.

use lettre::Address as Mailbox;
use lettre::message::header::{ContentTransferEncoding, ContentType, From, HeaderName, HeaderValue, Headers, To};
use lettre::message::{Attachment, Body, Mailbox as Named, Mailboxes, MultiPart, MultiPartKind, SinglePart};
use sha2::{Digest, Sha256};

use super::{PostError, shorten};
use crate::domain::address::Address;
use crate::domain::case::Reference;
use crate::domain::letter::{File, Letter};
use crate::domain::time::Timestamp;

/// Longest subject, in characters: far below the 998 bytes of a line, even as one word in UTF-8 (RFC 5322 §2.1.1).
const LONGEST_SUBJECT: usize = 200;
/// Longest display name and file name, in characters.
const LONGEST_NAME: usize = 100;
/// Longest message id, in bytes.
const LONGEST_ID: usize = 250;

/// What goes into one mail, besides the letter.
pub struct Outgoing<'a> {
    /// Subject, bodies and files; the token line is already in it.
    pub letter: &'a Letter,
    /// The display name of the sender.
    pub organisation: &'a str,
    /// The organisation's address.
    pub from: &'a Address,
    /// The one recipient.
    pub to: &'a Address,
    /// Put in brackets before the subject, once.
    pub reference: Option<&'a Reference>,
    /// Without `<>`.
    pub message_id: &'a str,
    /// The id of the mail that this one answers, without `<>`, as its sender wrote it. Left out unless it is harmless.
    pub in_reply_to: Option<&'a str>,
    /// Whether it answers a mail (RFC 3834 §5: `auto-replied`), or was started by us (`auto-generated`).
    pub answers: bool,
    /// The `Date`.
    pub at: Timestamp,
}

/// The mail as it goes over the wire: CRLF line ends, no line longer than 998 bytes. Only the headers of an address with
/// letters beyond ASCII are not ASCII (RFC 6532).
///
/// # Errors
/// [`PostError::Final`] when our own message id or a content type is malformed: a mistake of ours.
pub fn compose(outgoing: &Outgoing<'_>) -> Result<Vec<u8>, PostError> {
    let mut bytes = headers(outgoing)?.to_string().into_bytes();
    bytes.extend(body(outgoing)?.formatted());
    Ok(bytes)
}

fn headers(outgoing: &Outgoing<'_>) -> Result<Headers, PostError> {
    let id = message_id(outgoing.message_id).ok_or_else(|| PostError::Final("malformed message id".to_owned()))?;
    let mut headers = Headers::new();
    let name = one_line(outgoing.organisation, LONGEST_NAME);
    headers.set(From::from(mailboxes(Some(name).filter(|name| !name.is_empty()), outgoing.from)));
    headers.set(To::from(mailboxes(None, outgoing.to)));
    let mut set = |name: &'static str, value: String| {
        headers.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    };
    set("Subject", subject(&outgoing.letter.subject, outgoing.reference));
    set("Date", outgoing.at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
    set("Message-ID", id);
    if let Some(answered) = outgoing.in_reply_to.and_then(message_id) {
        set("In-Reply-To", answered.clone());
        set("References", answered);
    }
    set("Auto-Submitted", if outgoing.answers { "auto-replied" } else { "auto-generated" }.to_owned());
    // Never `All` or `NDR`: bounces must come back.
    set("X-Auto-Response-Suppress", "OOF, AutoReply, RN, NRN".to_owned());
    set("MIME-Version", "1.0".to_owned());
    Ok(headers)
}

fn mailboxes(name: Option<String>, address: &Address) -> Mailboxes {
    Named::new(name, mailbox(address)).into()
}

/// Our addresses are stricter than what this type checks (no quotes, blanks, controls or brackets), but for a length of the
/// local part that the recipient's server may judge itself.
pub(super) fn mailbox(address: &Address) -> Mailbox {
    Mailbox::new_dangerous(address.local(), address.domain())
}

fn subject(text: &str, reference: Option<&Reference>) -> String {
    // A subject that is written like an encoded word (RFC 2047) would be decoded into something else.
    let text = text.replace("=?", "= ?");
    match reference {
        Some(reference) => {
            let mark = format!("[{reference}]");
            one_line(&format!("{mark} {}", text.replace(&mark, " ")), LONGEST_SUBJECT)
        }
        None => one_line(&text, LONGEST_SUBJECT),
    }
}

/// Words with single blanks between them; no controls, and nothing that turns the direction of writing.
fn one_line(text: &str, longest: usize) -> String {
    let blank = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let words: Vec<_> = text.split(blank).filter(|word| !word.is_empty()).collect();
    shorten(&words.join(" "), longest).trim_end().to_owned()
}

/// The id in its brackets, if it is one plain word that opens neither a comment nor a quotation.
fn message_id(id: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'(' | b')' | b'"' | b'\\');
    let good = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(plain);
    good.then(|| format!("<{id}>"))
}

fn body(outgoing: &Outgoing<'_>) -> Result<MultiPart, PostError> {
    let letter = outgoing.letter;
    let alternative = multipart(MultiPartKind::Alternative, "a", outgoing)
        .singlepart(text(ContentType::TEXT_PLAIN, &letter.text)?)
        .singlepart(text(ContentType::TEXT_HTML, &letter.html)?);
    if letter.files.is_empty() {
        return Ok(alternative);
    }
    let mixed = multipart(MultiPartKind::Mixed, "m", outgoing).multipart(alternative);
    letter.files.iter().try_fold(mixed, |mixed, file| Ok(mixed.singlepart(attachment(file)?)))
}

/// `=_` occurs neither in quoted-printable nor in base64 (RFC 2045 §6.7), so a boundary with it is never in a body. The
/// digest keeps the boundaries of two mails apart when one is put inside the other.
fn multipart(kind: MultiPartKind, mark: &str, outgoing: &Outgoing<'_>) -> MultiPart {
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(outgoing.message_id.as_bytes()));
    MultiPart::builder().kind(kind).boundary(format!("=_{mark}_{}", shorten(&digest, 32))).build()
}

fn text(kind: ContentType, text: &str) -> Result<SinglePart, PostError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    let body = encoded(text, ContentTransferEncoding::QuotedPrintable)?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn attachment(file: &File) -> Result<SinglePart, PostError> {
    let kind = ContentType::parse(file.content_type)
        .map_err(|_| PostError::Final("malformed content type of an attachment".to_owned()))?;
    let body = encoded(file.content.clone(), ContentTransferEncoding::Base64)?;
    Ok(Attachment::new(file_name(&file.name)).body(body, kind))
}

fn encoded(content: impl Into<lettre::message::MaybeString>, how: ContentTransferEncoding) -> Result<Body, PostError> {
    Body::new_with_encoding(content, how).map_err(|_| PostError::Final("a body cannot be encoded".to_owned()))
}

fn file_name(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = name.chars().map(safe).take(LONGEST_NAME).collect();
    if name.is_empty() { "file".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};
    use proptest::prelude::*;

    use super::*;

    const AT: i64 = 1_772_541_296;

    fn letter(subject: &str) -> Letter {
        let subject = subject.to_owned();
        Letter { subject, text: "Beste Jan,\n\nDag!\n".into(), html: "<p>Beste Jan</p>".into(), files: vec![] }
    }

    struct Given<'a> {
        letter: Letter,
        organisation: &'a str,
        in_reply_to: Option<&'a str>,
        to: &'a str,
    }

    impl Given<'_> {
        fn compose(&self) -> Vec<u8> {
            let mail = compose(&Outgoing {
                letter: &self.letter,
                organisation: self.organisation,
                from: &Address::parse("info@craftcloud.nl").unwrap(),
                to: &Address::parse(self.to).unwrap(),
                reference: Some(&Reference::new(2026, 1)),
                message_id: "abc.123@craftcloud.nl",
                in_reply_to: self.in_reply_to,
                answers: true,
                at: Timestamp::from_second(AT).unwrap(),
            });
            mail.unwrap()
        }
    }

    fn given(letter: Letter) -> Given<'static> {
        Given { letter, organisation: "CraftCloud", in_reply_to: Some("x.1@klant.nl"), to: "jan@klant.nl" }
    }

    /// Names of the headers, unfolded.
    fn names(mail: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(mail).into_owned();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let starts = head.split("\r\n").filter(|line| !line.starts_with(' '));
        starts.map(|line| line.split_once(": ").unwrap().0.to_owned()).collect()
    }

    fn assert_lines(mail: &[u8]) {
        let text = mail.split(|b| *b == b'\n');
        for line in text {
            assert!(line.len() <= 999, "a line of {} bytes", line.len());
            let inner = line.strip_suffix(b"\r").unwrap_or(line);
            assert!(!inner.contains(&b'\r') && !inner.contains(&0), "a bare CR or NUL");
            assert!(inner.len() < line.len() || line.is_empty(), "a bare LF");
        }
    }

    const NAMES: [&str; 11] = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Content-Type",
    ];

    #[test]
    fn a_letter_has_the_headers_of_the_contract_once_each() {
        let mail = given(letter("Uw verzoek")).compose();
        assert_eq!(names(&mail), NAMES);
        assert_lines(&mail);
        let text = String::from_utf8(mail.clone()).unwrap();
        for line in [
            "From: CraftCloud <info@craftcloud.nl>\r\n",
            "To: jan@klant.nl\r\n",
            "Subject: [PL-2026-0001] Uw verzoek\r\n",
            "Date: Tue, 03 Mar 2026 12:34:56 +0000\r\n",
            "Message-ID: <abc.123@craftcloud.nl>\r\n",
            "In-Reply-To: <x.1@klant.nl>\r\n",
            "References: <x.1@klant.nl>\r\n",
            "Auto-Submitted: auto-replied\r\n",
            "X-Auto-Response-Suppress: OOF, AutoReply, RN, NRN\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains("multipart/mixed"));
        assert_eq!(MessageParser::new().parse(&mail).unwrap().date().unwrap().to_timestamp(), AT);
    }

    #[test]
    fn a_letter_of_our_own_answers_nothing() {
        let letter = letter("Herinnering");
        let address = Address::parse("info@craftcloud.nl").unwrap();
        let outgoing = Outgoing {
            letter: &letter,
            organisation: "",
            from: &address,
            to: &address,
            reference: None,
            message_id: "a@b",
            in_reply_to: None,
            answers: false,
            at: Timestamp::UNIX_EPOCH,
        };
        let text = String::from_utf8(compose(&outgoing).unwrap()).unwrap();
        assert!(text.starts_with("From: info@craftcloud.nl\r\n"));
        assert!(text.contains("Subject: Herinnering\r\n") && text.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(!text.contains("In-Reply-To") && !text.contains("References"));
        let broken = compose(&Outgoing { message_id: "a b", ..outgoing });
        assert!(matches!(broken, Err(PostError::Final(_))));
    }

    #[test]
    fn the_reference_stands_in_the_subject_once_and_first() {
        let mail = given(letter("Re: [PL-2026-0001] Uw verzoek")).compose();
        let mail = MessageParser::new().parse(&mail).unwrap();
        assert_eq!(mail.subject(), Some("[PL-2026-0001] Re: Uw verzoek"));
    }

    #[test]
    fn two_files_come_back_byte_for_byte_and_the_bodies_stay_readable() {
        let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let mut letter = letter("Uw gegevens");
        letter.text = "Café\n.\n..punt\nFrom hier\n \nregel \n".into();
        letter.html = format!("<p>caf\u{e9} {}</p>", "lang ".repeat(2_000));
        letter.files = vec![
            File {
                name: "gegevens.csv".into(),
                content_type: "text/csv; charset=utf-8",
                content: b"{\"a\":\"\xc3\xab\"}\n".to_vec(),
            },
            File {
                name: "a b\"\r\n/\u{e9}.bin".into(),
                content_type: "application/octet-stream",
                content: bytes.clone(),
            },
        ];
        let html = letter.html.clone();
        let mail = given(letter).compose();
        assert_lines(&mail);
        assert!(mail.is_ascii());
        let mail = MessageParser::new().parse(&mail).unwrap();
        assert_eq!(mail.content_type().unwrap().subtype(), Some("mixed"));
        assert_eq!(
            mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end_matches('\n'),
            "Café\n.\n..punt\nFrom hier\n \nregel "
        );
        assert_eq!(mail.body_html(0).unwrap().trim_end(), html);
        let files: Vec<_> = mail.attachments().collect();
        assert_eq!(files.len(), 2);
        assert_eq!(files[0].contents(), b"{\"a\":\"\xc3\xab\"}\n");
        assert_eq!(files[0].attachment_name(), Some("gegevens.csv"));
        assert!(files[1].contents() == bytes);
        assert_eq!(files[1].attachment_name(), Some("a_b_____.bin"));
        assert_eq!(files[1].content_type().unwrap().subtype(), Some("octet-stream"));
    }

    #[test]
    fn a_body_that_holds_our_boundary_ends_no_part() {
        let first = given(letter("a")).compose();
        let first = String::from_utf8(first).unwrap();
        let boundary = first.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(boundary.starts_with("=_"));
        let mut letter = letter("a");
        letter.text = format!("voor\n--{boundary}--\nna\n");
        let mail = given(letter).compose();
        let mail = MessageParser::new().parse(&mail).unwrap();
        assert!(mail.body_text(0).unwrap().contains("na"));
        assert!(mail.body_html(0).unwrap().contains("Beste Jan"));
    }

    #[test]
    fn umlauts_and_a_written_encoded_word_arrive_as_they_were() {
        let mut given = given(letter("Auskunft für Jürgen: ✓ =?utf-8?q?Hallo?= ünd so weiter"));
        given.organisation = "Käse & Söhne, \"Zürich\" <GmbH>";
        let mail = given.compose();
        assert!(mail.is_ascii());
        let mail = MessageParser::new().parse(&mail).unwrap();
        assert_eq!(mail.subject(), Some("[PL-2026-0001] Auskunft für Jürgen: ✓ = ?utf-8?q?Hallo?= ünd so weiter"));
        let from = mail.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Käse & Söhne, \"Zürich\" <GmbH>"));
        assert_eq!(from.address(), Some("info@craftcloud.nl"));
    }

    #[test]
    fn an_address_beyond_ascii_is_written_as_it_is() {
        let mut given = given(letter("a"));
        given.to = "jürgen@klant.nl";
        let mail = given.compose();
        assert!(String::from_utf8(mail).unwrap().contains("\r\nTo: jürgen@klant.nl\r\n"));
    }

    #[test]
    fn a_hostile_id_is_not_repeated() {
        let long = "a".repeat(251);
        for id in ["", "a b", "a>\r\nBcc: x@y", "a\r\n", "<a@b>", "a(b@c", "a\"b@c", "é@b", "a\0b", &long] {
            let mut given = given(letter("a"));
            given.in_reply_to = Some(id);
            let names = names(&given.compose());
            assert!(!names.iter().any(|name| name == "In-Reply-To" || name == "References"), "{id:?}");
        }
    }

    #[test]
    fn the_same_letter_gives_the_same_bytes() {
        assert_eq!(given(letter("a")).compose(), given(letter("a")).compose());
    }

    const HOSTILE: &str =
        "(\\PC|[\r\n\t\u{0}-\u{1f}<>\"@:;,()\\\\=? ]|\r\nBcc: x@y\\.nl|=\\?utf-8\\?q\\?a\\?=|[a-z]{100}|é{50}){0,30}";

    proptest! {
        #[test]
        fn nothing_adds_or_breaks_a_header(subject in HOSTILE, organisation in HOSTILE, id in HOSTILE) {
            let given = Given { letter: letter(&subject), organisation: &organisation, in_reply_to: Some(&id), to: "jan@klant.nl" };
            let mail = given.compose();
            assert_lines(&mail);
            prop_assert!(mail.is_ascii());
            let mut expected = NAMES.to_vec();
            if message_id(&id).is_none() {
                expected.retain(|name| !matches!(*name, "In-Reply-To" | "References"));
            }
            prop_assert_eq!(names(&mail), expected);
            let mail = MessageParser::new().parse(&mail).unwrap();
            prop_assert_eq!(mail.from().unwrap().iter().count(), 1);
            prop_assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("info@craftcloud.nl"));
            prop_assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("jan@klant.nl"));
            prop_assert_eq!(mail.message_id(), Some("abc.123@craftcloud.nl"));
            prop_assert!(mail.subject().unwrap().starts_with("[PL-2026-0001]"));
            let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
            prop_assert_eq!(text.trim_end(), "Beste Jan,\n\nDag!");
        }

        #[test]
        fn every_subject_reads_as_it_was_written(text in "(\\PC| |é{40}|[a-z]{90}){0,20}") {
            let mail = given(letter(&text)).compose();
            let mail = MessageParser::new().parse(&mail).unwrap();
            let expected = subject(&text, Some(&Reference::new(2026, 1)));
            prop_assert_eq!(mail.subject().unwrap(), expected);
        }

        #[test]
        fn every_text_comes_back(text in "([ -~]|\n|é|\\PC|[.]\n|[a-z]{200}){0,80}") {
            let mut letter = letter("a");
            letter.text = text.clone();
            let mail = given(letter).compose();
            assert_lines(&mail);
            let mail = MessageParser::new().parse(&mail).unwrap();
            let read = mail.body_text(0).unwrap().replace("\r\n", "\n");
            prop_assert_eq!(read.trim_end_matches('\n'), text.trim_end_matches('\n'));
        }
    }
}
