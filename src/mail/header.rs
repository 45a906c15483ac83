//! The header section of a message or of one MIME part, read field by field.
//!
//! Nothing is merged, repaired or dropped: who is asking is decided on these fields, and a second `From` in disguise
//! must stay visible (policy §1). Linear in the size of the header.

use crate::domain::message::Header;

use super::decode;

/// Most fields that are kept of one header section.
pub const MOST_FIELDS: usize = 500;
/// Longest field value that is kept, in bytes.
const LONGEST_VALUE: usize = 64 * 1024;
/// Longest field name that is kept, in bytes.
const LONGEST_NAME: usize = 256;

/// A header section and where the body behind it begins.
pub struct Head {
    /// The fields, topmost first.
    pub fields: Vec<Header>,
    /// Offset of the first byte of the body.
    pub body: usize,
    /// There were more fields than are kept.
    pub many: bool,
    /// NUL or another control character stands in it.
    pub control_characters: bool,
}

impl Head {
    /// The first field with this (lower case) name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }
}

/// Reads the header section that begins at `start`, keeping at most `most` fields. Lines end with LF or CRLF; a lone
/// CR ends nothing, it stays in the value as the control character that it is.
pub fn scan(raw: &[u8], start: usize, most: usize) -> Head {
    let mut head = Head { fields: Vec::new(), body: raw.len(), many: false, control_characters: false };
    let mut at = start;
    let mut field: Option<(usize, usize)> = None;
    while let Some(line) = line_at(raw, at) {
        let folded = matches!(line.content.first(), Some(b' ' | b'\t'));
        if !line.content.is_empty() && folded {
            field = Some((field.map_or(at, |(from, _)| from), line.next));
        } else {
            keep(raw, field.take(), most, &mut head);
            if line.content.is_empty() {
                head.body = line.next;
                return head;
            }
            field = Some((at, line.next));
        }
        at = line.next;
    }
    keep(raw, field, most, &mut head);
    head
}

/// One line without its line end, and where the next begins.
pub struct Line<'a> {
    /// The bytes without LF or CRLF.
    pub content: &'a [u8],
    /// Offset of the next line.
    pub next: usize,
}

/// The line at this offset; `None` at the end.
pub fn line_at(raw: &[u8], at: usize) -> Option<Line<'_>> {
    let rest = raw.get(at..).filter(|rest| !rest.is_empty())?;
    let end = rest.iter().position(|byte| *byte == b'\n');
    let content = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let length = end.map_or(rest.len(), |end| end.saturating_add(1));
    let content = if end.is_some() { content.strip_suffix(b"\r").unwrap_or(content) } else { content };
    Some(Line { content, next: at.saturating_add(length) })
}

/// Unfolds one field and keeps it. Beyond the cap only what could be a `From` is kept, so that none can hide there.
fn keep(raw: &[u8], range: Option<(usize, usize)>, most: usize, head: &mut Head) {
    let Some(bytes) = range.and_then(|(from, to)| raw.get(from..to)) else { return };
    let unfolded: Vec<u8> = unfold(bytes);
    let colon = unfolded.iter().position(|byte| *byte == b':');
    let (name, value) = match colon {
        Some(colon) => (unfolded.get(..colon).unwrap_or_default(), unfolded.get(colon..).unwrap_or_default()),
        None => return,
    };
    let value = value.get(1..).unwrap_or_default();
    let value = value.get(..LONGEST_VALUE).unwrap_or(value);
    if unfolded.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        head.control_characters = true;
    }
    let name = decode::legacy_text(name.get(..LONGEST_NAME).unwrap_or(name)).to_lowercase();
    if head.fields.len() >= most {
        head.many = true;
        if !is_like_from(&name) || head.fields.len() >= most.saturating_add(2) {
            return;
        }
    }
    let value = decode::legacy_text(value).trim_matches([' ', '\t']).to_owned();
    head.fields.push(Header { name, value });
}

/// Removes the line ends (RFC 5322 §2.2.3); white space that followed them stays.
fn unfold(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut bytes = bytes.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let line_end = byte == b'\n' || (byte == b'\r' && bytes.peek() == Some(&b'\n'));
        if !line_end {
            out.push(byte);
        }
    }
    out
}

/// Whether a field name is `from`, plainly or in disguise: with spaces, controls or invisible characters in it.
pub fn is_like_from(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_ascii_graphic());
    let mut wanted = "from".chars();
    loop {
        match (letters.next(), wanted.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.eq_ignore_ascii_case(&b) => {}
            (Some(_) | None, Some(_) | None) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(raw: &str) -> Vec<String> {
        scan(raw.as_bytes(), 0, MOST_FIELDS).fields.into_iter().map(|field| field.name).collect()
    }

    #[test]
    fn fields_come_in_order_unfolded_and_none_is_merged() {
        let head = scan(b"From: a@b.nl\r\nSUBJECT: een\r\n twee\r\nFrom: c@d.nl\r\n\r\nFrom: body", 0, 500);
        let pairs: Vec<_> = head.fields.iter().map(|f| (f.name.as_str(), f.value.as_str())).collect();
        assert_eq!(pairs, [("from", "a@b.nl"), ("subject", "een twee"), ("from", "c@d.nl")]);
        assert_eq!(head.body, 51);
    }

    #[test]
    fn a_field_in_disguise_keeps_its_odd_name() {
        assert_eq!(names("From : a@b.nl\n\n"), ["from "]);
        assert_eq!(names("Fr\n om: a@b.nl\n\n"), ["fr om"]);
        assert_eq!(names(" From: a@b.nl\n\n"), [" from"]);
        assert!(is_like_from("fr\u{200b}om") && is_like_from("\u{feff}From ") && !is_like_from("resent-from"));
    }

    #[test]
    fn a_from_behind_five_hundred_fields_is_still_seen() {
        let raw = format!("From: a@b.nl\n{}From: c@d.nl\n\n", "X: y\n".repeat(600));
        let head = scan(raw.as_bytes(), 0, MOST_FIELDS);
        assert!(head.many);
        assert_eq!(head.fields.iter().filter(|f| f.name == "from").count(), 2);
        assert!(head.fields.len() <= MOST_FIELDS + 2);
    }

    #[test]
    fn a_header_without_a_body_ends_at_the_end() {
        let head = scan(b"Subject: x", 0, 500);
        assert_eq!((head.fields.len(), head.body), (1, 10));
        assert_eq!(scan(b"", 0, 500).body, 0);
    }
}
