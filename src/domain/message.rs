//! A mail as read: what `mail::read` makes of raw bytes. Reading never fails; what was wrong with the bytes is listed in
//! [`Message::defects`].

use super::address::Address;
use super::sender::Sender;
use super::time::Timestamp;

/// One mail, decoded. Everything in it was written by a stranger.
#[derive(Debug, Clone)]
pub struct Message {
    /// The top-level header fields as they stand on the wire, in order, topmost first. Capped.
    pub headers: Vec<Header>,
    /// Who the single `From` names, or why it names nobody (policy §1).
    pub from: Sender,
    /// Every address in `To` and `Cc`, for "was this sent to us"; never a recipient of anything.
    pub recipients: Vec<Address>,
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// The ids in `In-Reply-To`, then in `References`, without angle brackets, each once. Capped.
    pub replies_to: Vec<String>,
    /// Decoded, on one line, without control characters.
    pub subject: String,
    /// The `Date` header.
    pub date: Option<Timestamp>,
    /// The readable body: the text part, else the HTML part as text; `format=flowed` joined; line ends `\n`. Quotes and
    /// signatures are still in it. Capped.
    pub text: String,
    /// Files that came along, inline pictures not counted.
    pub attachments: Vec<Attachment>,
    /// What kind of top-level content it has, as far as decisions need it.
    pub shape: Shape,
    /// Message-IDs of the mail that a delivery report returns (RFC 3464, RFC 3462), without angle brackets.
    pub returned_ids: Vec<String>,
    /// What was wrong with the bytes.
    pub defects: Vec<Defect>,
    /// Size of the raw message in bytes.
    pub size: usize,
}

/// One header field.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// Lower case, without the colon.
    pub name: String,
    /// Unfolded (line breaks removed), not decoded, trimmed.
    pub value: String,
}

/// A header's value may be personal: only the name is printed.
impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: …", self.name)
    }
}

/// A file that came along. The name is shown to staff, never used as a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// As the sender named it; may be empty.
    pub name: String,
    /// Declared `type/subtype`, lower case.
    pub content_type: String,
    /// Decoded size in bytes.
    pub size: usize,
}

/// The top-level shape of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Text, HTML, attachments: what people send.
    Ordinary,
    /// `multipart/report; report-type=delivery-status`: a bounce. `failed` only if the report says `Action: failed`.
    DeliveryReport {
        /// Whether delivery failed for good (not merely delayed).
        failed: bool,
    },
    /// Another `multipart/report` (RFC 8098 read receipt, feedback report).
    OtherReport,
    /// A calendar invitation or answer.
    Calendar,
    /// Encrypted content that we cannot read (RFC 3156, RFC 8551).
    Encrypted,
}

/// Something wrong with the bytes. Never an error: the message is read as well as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// Not a mail at all as far as the parser can see.
    Unparsable,
    /// No readable text anywhere.
    NoText,
    /// More header fields than are kept.
    ManyHeaders,
    /// More MIME parts, or deeper nesting, than is walked.
    ManyParts,
    /// The text was longer than is kept.
    TextCut,
    /// Only the head was fetched, because the mail is larger than `message_size`.
    NotWhole,
    /// NUL or other control characters in the header.
    ControlCharacters,
    /// An encoding that could not be decoded cleanly.
    Encoding,
}

impl Message {
    /// The values of a header, topmost first. `name` in lower case.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |header| header.name == name).map(|header| header.value.as_str())
    }

    /// Whether it has this defect.
    #[must_use]
    pub fn has(&self, defect: Defect) -> bool {
        self.defects.contains(&defect)
    }
}
