//! `Content-Type` and `Content-Disposition`: a value with parameters (RFC 2045 §5.1, RFC 2183, RFC 2231).

use super::decode;

/// Most parameters that are read of one field.
const MOST_PARAMETERS: usize = 50;

/// A field value with its parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContentType {
    /// `type/subtype` or the disposition, lower case; empty when there is none.
    pub value: String,
    parameters: Vec<(String, String)>,
}

impl ContentType {
    /// Reads a field value.
    pub fn parse(field: &str) -> Self {
        let mut pieces = split_outside_quotes(field).into_iter();
        let value = pieces.next().unwrap_or_default().split_whitespace().collect::<String>().to_ascii_lowercase();
        let parameters = pieces
            .take(MOST_PARAMETERS)
            .filter_map(|piece| {
                let (name, value) = piece.split_once('=')?;
                Some((name.trim().to_ascii_lowercase(), unquote(value.trim())))
            })
            .collect();
        Self { value, parameters }
    }

    /// A parameter as it stands; `name` in lower case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter for people, with the charset and continuations of RFC 2231, or the encoded words that many
    /// programs use instead.
    pub fn readable(&self, name: &str) -> Option<String> {
        if let Some(value) = self.parameter(name) {
            return Some(decode::words(value));
        }
        let mut joined = String::new();
        let mut encoded = false;
        for (key, value) in &self.parameters {
            let Some(tail) = key.strip_prefix(name).and_then(|tail| tail.strip_prefix('*')) else { continue };
            encoded |= tail.is_empty() || tail.ends_with('*');
            joined.push_str(value);
        }
        if joined.is_empty() {
            return None;
        }
        let Some((label, rest)) = joined.split_once('\'').filter(|_| encoded) else { return Some(joined) };
        let text = rest.split_once('\'').map_or(rest, |(_, text)| text);
        Some(decode::charset(&percent_decoded(text), Some(label)).0)
    }

    /// The main type: `text` of `text/plain`.
    pub fn main(&self) -> &str {
        self.value.split('/').next().unwrap_or_default()
    }

    /// The subtype: `plain` of `text/plain`.
    pub fn sub(&self) -> &str {
        self.value.split_once('/').map_or("", |(_, sub)| sub)
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        let code = tail.get(..2).filter(|_| *byte == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(code) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            out.push(code);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            out.push(*byte);
        }
    }
    out
}

/// Splits at `;` outside quoted strings; comments in parentheses go.
fn split_outside_quotes(field: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut escaped, mut comment) = (false, false, 0_usize);
    for c in field.chars() {
        let plain = !escaped && !quoted;
        match c {
            '(' if plain => comment = comment.saturating_add(1),
            ')' if plain && comment > 0 => comment -= 1,
            ';' if plain && comment == 0 => pieces.push(String::new()),
            _ => {
                if c == '"' && !escaped && comment == 0 {
                    quoted = !quoted;
                }
                if comment == 0
                    && let Some(piece) = pieces.last_mut()
                {
                    piece.push(c);
                }
            }
        }
        escaped = c == '\\' && !escaped;
    }
    pieces
}

fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let mut out = String::with_capacity(inner.len());
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => break,
            _ => {
                out.push(c);
                escaped = false;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_parameters_are_read_through_quotes_and_comments() {
        let read = ContentType::parse("Text/Plain (a;b); charset=\"utf-8\"; Format=Flowed; boundary=\"a;\\\"b\"");
        assert_eq!((read.main(), read.sub()), ("text", "plain"));
        assert_eq!(read.parameter("charset"), Some("utf-8"));
        assert_eq!(read.parameter("format"), Some("Flowed"));
        assert_eq!(read.parameter("boundary"), Some("a;\"b"));
    }

    #[test]
    fn a_file_name_in_any_dress_is_readable() {
        for field in [
            "attachment; filename=\"brief\u{e9}.pdf\"",
            "attachment; filename==?utf-8?Q?brief=C3=A9.pdf?=",
            "attachment; filename*=utf-8''brief%C3%A9.pdf",
            "attachment; filename*0*=utf-8''brief; filename*1*=%C3%A9.pdf",
        ] {
            assert_eq!(ContentType::parse(field).readable("filename").as_deref(), Some("brief\u{e9}.pdf"), "{field}");
        }
    }

    #[test]
    fn rubbish_is_no_parameter() {
        let read = ContentType::parse(";;=;\"(((");
        assert_eq!(read.value, "");
        assert_eq!(read.parameter("charset"), None);
    }
}
