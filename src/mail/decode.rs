//! Transfer encodings (RFC 2045), charsets and encoded words (RFC 2047), all lenient: what cannot be decoded is left
//! out or replaced, never an error. mail-parser's charset tables do the charsets.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Text in an undeclared or 8-bit charset: UTF-8 where it is valid, else Windows-1252, the commonest old charset.
pub fn legacy_text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| decode_as(bytes, "windows-1252"), str::to_owned)
}

fn decode_as(bytes: &[u8], charset: &str) -> String {
    charset_decoder(charset.as_bytes())
        .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decoder| decoder(bytes))
}

/// Text in a declared charset, and whether it decoded cleanly.
pub fn charset(bytes: &[u8], declared: Option<&str>) -> (String, bool) {
    let label = declared.unwrap_or("").trim().to_ascii_lowercase();
    let unicode = matches!(label.as_str(), "" | "utf-8" | "utf8" | "us-ascii" | "ascii" | "unicode-1-1-utf-8");
    if unicode || charset_decoder(label.as_bytes()).is_none() {
        return match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), unicode),
            Err(_) => (legacy_text(bytes), label.is_empty()),
        };
    }
    let text = decode_as(bytes, &label);
    let clean = !text.contains(char::REPLACEMENT_CHARACTER);
    (text, clean)
}

/// A transfer encoding of RFC 2045 §6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// 7bit, 8bit, binary, and what we do not know.
    Identity,
    /// Base64.
    Base64,
    /// Quoted-printable.
    QuotedPrintable,
}

impl Encoding {
    /// Reads a `Content-Transfer-Encoding`.
    pub fn of(value: &str) -> Self {
        let value = value.trim().to_ascii_lowercase();
        if value.starts_with("base64") {
            Self::Base64
        } else if value.starts_with("quoted-printable") {
            Self::QuotedPrintable
        } else {
            Self::Identity
        }
    }

    /// Decodes a body.
    pub fn decode(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Identity => bytes.to_vec(),
            Self::Base64 => base64(bytes),
            Self::QuotedPrintable => quoted_printable(bytes),
        }
    }

    /// The size that the decoded body has, without decoding it.
    pub fn decoded_size(self, bytes: &[u8]) -> usize {
        match self {
            Self::Identity => bytes.len(),
            Self::Base64 => bytes.iter().filter(|byte| sextet(**byte).is_some()).count().saturating_mul(3) / 4,
            Self::QuotedPrintable => {
                let escapes = bytes.iter().filter(|byte| **byte == b'=').count();
                bytes.len().saturating_sub(escapes.saturating_mul(2))
            }
        }
    }
}

fn sextet(byte: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Base64 without pedantry: other characters are skipped, padding restarts the group.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut group, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        if *byte == b'=' {
            (group, bits) = (0, 0);
        } else if let Some(value) = sextet(*byte) {
            group = ((group << 6) | value) & 0xffff;
            bits += 6;
            if bits >= 8 {
                bits -= 8;
                out.push((group >> bits) as u8);
            }
        }
    }
    out
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok())
}

/// Quoted-printable; a `=` that escapes nothing stays as it is.
fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if *byte != b'=' {
            out.push(*byte);
        } else if let (Some(high), Some(low)) = (hex(tail.first()), hex(tail.get(1))) {
            out.push((high << 4) | low);
            rest = tail.get(2..).unwrap_or_default();
        } else if let Some(after) = soft_line_end(tail) {
            rest = after;
        } else {
            out.push(b'=');
        }
    }
    out
}

/// What follows a soft line break: optional white space and a line end.
fn soft_line_end(tail: &[u8]) -> Option<&[u8]> {
    let blanks = tail.iter().take(80).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    match tail.get(blanks) {
        Some(b'\n') => tail.get(blanks.saturating_add(1)..),
        None if blanks == tail.len() => Some(&[]),
        Some(_) | None => None,
    }
}

/// Decodes the encoded words of a header value, for display only (RFC 2047). White space between two of them goes.
pub fn words(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, candidate) = rest.split_at(at);
        if let Some((text, after)) = encoded_word(candidate) {
            if !(after_word && before.chars().all(char::is_whitespace)) {
                out.push_str(before);
            }
            out.push_str(&text);
            rest = after;
            after_word = true;
        } else {
            out.push_str(before);
            out.push_str("=?");
            rest = candidate.get(2..).unwrap_or_default();
            after_word = false;
        }
    }
    out.push_str(rest);
    out
}

/// One encoded word at the beginning of `text`, decoded, and what follows it. At most 4 KB long, so that a header
/// full of beginnings stays linear.
fn encoded_word(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix("=?")?;
    let mut window = inner.len().min(4096);
    while !inner.is_char_boundary(window) {
        window -= 1;
    }
    let near = inner.get(..window)?;
    let (label, tail) = near.split_once('?')?;
    let (kind, tail) = tail.split_once('?')?;
    let (content, _) = tail.split_once("?=")?;
    let label = label.split_once('*').map_or(label, |(label, _)| label);
    if label.is_empty() || label.contains(char::is_whitespace) || content.contains("=?") {
        return None;
    }
    let bytes = match kind {
        "b" | "B" => base64(content.as_bytes()),
        "q" | "Q" => quoted_printable(content.replace('_', " ").as_bytes()),
        _ => return None,
    };
    let used = inner.len().checked_sub(near.len())?;
    let after_in_near = tail.get(content.len().saturating_add(2)..)?.len();
    let after = inner.get(inner.len().checked_sub(used.saturating_add(after_in_near))?..)?;
    Some((charset(&bytes, Some(label)).0, after))
}

/// Whether a character is invisible, or turns the direction of the text: never wanted in a name or an address.
pub const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

/// A header text for people: decoded, on one line, without control and direction characters, at most `most`
/// characters.
pub fn for_display(value: &str, most: usize) -> String {
    let decoded = words(value);
    let mut out = String::new();
    let mut characters = 0;
    for word in decoded.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
            characters += 1;
        }
        for c in word.chars().filter(|c| !is_invisible(*c)) {
            if characters >= most {
                return out;
            }
            out.push(c);
            characters += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_decode_leniently() {
        assert_eq!(Encoding::of(" BASE64 ").decode(b"SG\r\nVs bG8="), b"Hello");
        assert_eq!(Encoding::of("Quoted-Printable").decode(b"caf=C3=A9 =\r\n=zz="), "caf\u{e9} =zz".as_bytes());
        assert_eq!(Encoding::of("x-unknown").decode(b"a=3D"), b"a=3D");
        assert_eq!(Encoding::Base64.decoded_size(b"SGVsbG8="), 5);
    }

    #[test]
    fn encoded_words_decode_and_join() {
        assert_eq!(words("=?utf-8?Q?Caf=C3=A9_?= =?iso-8859-1?b?6ek=?= (x)"), "Caf\u{e9} \u{e9}\u{e9} (x)");
        assert_eq!(words("a =?broken b"), "a =?broken b");
        assert_eq!(words("=?utf-8?x?abc?= c"), "=?utf-8?x?abc?= c");
        assert_eq!(for_display("=?utf-8?B?YQ0KYg==?=\u{202e} c", 100), "a b c");
        assert_eq!(for_display("abcdef", 3), "abc");
    }

    #[test]
    fn an_undeclared_or_lying_charset_still_reads() {
        assert_eq!(charset(b"caf\xe9", None).0, "caf\u{e9}");
        assert_eq!(charset(b"caf\xe9", Some("utf-8")), ("caf\u{e9}".to_owned(), false));
        assert_eq!(charset(b"caf\xe9", Some("ISO-8859-1")), ("caf\u{e9}".to_owned(), true));
        assert_eq!(charset(b"hallo", Some("x-klingon")), ("hallo".to_owned(), false));
    }

    #[test]
    fn a_header_full_of_half_encoded_words_stays_linear() {
        let value = "=?utf-8?Q?".repeat(6000);
        assert_eq!(words(&value).len(), value.len());
    }
}
