//! What a piece of text is by its shape alone: an address, a kind of number, the sign before an item of a list.

use super::concept::{Builtin, ConceptSet};

/// Endings that make a word with a dot a domain name, and not two sentences without a space.
const DOMAINS: &[&str] = &[
    "nl",
    "com",
    "org",
    "net",
    "eu",
    "be",
    "de",
    "fr",
    "nu",
    "info",
    "io",
    "shop",
    "frl",
    "amsterdam",
    "uk",
    "co",
    "example",
    "test",
    "php",
    "html",
    "pdf",
    "at",
    "ch",
    "lu",
    "dev",
    "app",
    "online",
    "site",
    "tv",
    "me",
];

/// An e-mail address or web address, told by its shape.
pub(super) fn address_kind(chunk: &str) -> Option<Builtin> {
    if !chunk.bytes().any(|byte| matches!(byte, b'@' | b'.' | b':')) {
        return None;
    }
    if let Some((before, after)) = chunk.split_once('@') {
        let near = before.chars().next_back().is_some_and(char::is_alphanumeric);
        return (near && after.chars().next().is_some_and(char::is_alphanumeric)).then_some(Builtin::Email);
    }
    if chunk.len() > 3 && (chunk.contains("://") || chunk.get(..4).is_some_and(|www| www.eq_ignore_ascii_case("www.")))
    {
        return Some(Builtin::Domain);
    }
    let name = chunk.trim_matches(|c: char| !c.is_alphanumeric());
    let (before, last) = name.rsplit_once('.')?;
    let known = DOMAINS.iter().any(|domain| domain.eq_ignore_ascii_case(last));
    (known && before.len() > 2 && before.bytes().any(|byte| byte.is_ascii_alphabetic())).then_some(Builtin::Domain)
}

/// What a word with digits is.
pub(super) fn number_kind(word: &str) -> ConceptSet {
    let mut kinds = ConceptSet::default();
    let bytes = word.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return kinds;
    }
    kinds.add_builtin(Builtin::Number);
    let letters_first = matches!(bytes, [a, b, c, d, ..] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit());
    if letters_first && (bytes.len() == 4 || (bytes.len() >= 14 && bytes.len() <= 34)) {
        kinds.add_builtin(Builtin::Iban);
    }
    if digits == bytes.len()
        && (word == "06" || (word.starts_with('0') && (9..=14).contains(&digits)) || word == "0031" || word == "31")
    {
        kinds.add_builtin(Builtin::Phone);
    }
    if let [a, b, c, d, e, f] = bytes
        && [a, b, c, d].iter().all(|byte| byte.is_ascii_digit())
        && e.is_ascii_alphabetic()
        && f.is_ascii_alphabetic()
    {
        kinds.add_builtin(Builtin::Postcode);
    }
    kinds
}

/// `-`, `*`, `1.`, `a)`, `(iv)`: the sign before an item of a list. Signs in round brackets also count within a line.
pub(super) fn is_bullet(chunk: &str, line_start: bool) -> bool {
    if let Some(inner) = chunk.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return is_ordinal(inner);
    }
    if !line_start {
        return false;
    }
    if matches!(chunk, "-" | "*" | "•" | "–" | "·" | "—" | "▪" | "o" | "+" | "‣" | "●") {
        return true;
    }
    chunk.strip_suffix(['.', ')']).is_some_and(is_ordinal)
}

fn is_ordinal(inner: &str) -> bool {
    let roman = inner.len() <= 4 && inner.chars().all(|c| matches!(c.to_ascii_lowercase(), 'i' | 'v' | 'x'));
    let number = inner.len() <= 2 && inner.bytes().all(|byte| byte.is_ascii_digit());
    let letter = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_alphabetic());
    !inner.is_empty() && (roman || number || letter)
}
