//! Who is asking: the single address in the single `From` (policy §1), and lists of addresses elsewhere.
//!
//! Strict on purpose. Every verifier, mail server and mail program reads a strange `From` in its own way; whoever can
//! make two of them disagree sends as somebody else. So only the forms that ordinary mail programs write are read;
//! everything else names nobody and goes to staff.

use crate::domain::address::Address;
use crate::domain::message::Header;
use crate::domain::sender::{Malformed, Sender};

use super::decode::{for_display, is_invisible, words};
use super::header::is_like_from;

/// Longest `From` that is read, in bytes.
const LONGEST_FROM: usize = 8 * 1024;
/// Longest display name that is kept, in characters.
const LONGEST_NAME: usize = 200;

/// Who the `From` of these header fields names.
#[must_use]
pub fn sender(headers: &[Header]) -> Sender {
    match only_from(headers).and_then(mailbox) {
        Ok((address, name)) => Sender::Mailbox { address, name },
        Err(malformed) => Sender::Malformed(malformed),
    }
}

/// The value of the only `From`. A field name in disguise (`From :`, a folded name, an invisible character) and a
/// `From:` behind a bare CR are read by some programs, so they count as a second one.
fn only_from(headers: &[Header]) -> Result<&str, Malformed> {
    let mut found = None;
    for header in headers {
        if header.value.contains('\r') && header.value.split('\r').skip(1).any(begins_with_from) {
            return Err(Malformed::SeveralHeaders);
        }
        if header.name == "from" {
            if found.replace(header.value.as_str()).is_some() {
                return Err(Malformed::SeveralHeaders);
            }
        } else if is_like_from(&header.name) {
            return Err(Malformed::SeveralHeaders);
        }
    }
    found.ok_or(Malformed::Missing)
}

fn begins_with_from(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| is_like_from(name))
}

/// Reads a `From` value: one address, with or without a name.
fn mailbox(value: &str) -> Result<(Address, String), Malformed> {
    if value.trim().is_empty() {
        return Err(Malformed::Missing);
    }
    if value.chars().any(|c| (c.is_control() && c != '\t') || is_invisible(c)) {
        return Err(Malformed::ControlCharacters);
    }
    if value.len() > LONGEST_FROM {
        return Err(Malformed::Form);
    }
    let items = items(value)?;
    let [item] = items.as_slice() else {
        return Err(Malformed::SeveralAddresses);
    };
    item.mailbox()
}

/// One element of an address list, taken apart.
#[derive(Default)]
struct Item {
    /// Outside quotes, comments and angle brackets.
    plain: String,
    /// The display name as written: quoted strings without their quotes, and the plain words.
    name: String,
    /// What stands in quotes.
    quoted: String,
    /// What stands in comments.
    comment: String,
    /// What stands in angle brackets.
    angle: Option<String>,
    /// Plain text behind the angle brackets, a second pair of them, or an address with something inside it.
    broken: bool,
    /// A comment or quoted string touched the middle of a plain word.
    interrupted: bool,
}

impl Item {
    fn is_empty(&self) -> bool {
        self.plain.trim().is_empty() && self.quoted.is_empty() && self.comment.is_empty() && self.angle.is_none()
    }

    fn mailbox(&self) -> Result<(Address, String), Malformed> {
        match &self.angle {
            Some(inner) => self.with_brackets(inner),
            None => self.bare(),
        }
    }

    fn with_brackets(&self, inner: &str) -> Result<(Address, String), Malformed> {
        if inner.trim().is_empty() {
            return Err(if self.hides_an_address() { Malformed::Hidden } else { Malformed::Missing });
        }
        if inner.contains("=?") {
            return Err(Malformed::Hidden);
        }
        if self.broken || inner.contains(['"', '\\', '(', ')', '<', ':', ';', '[']) {
            return Err(Malformed::Form);
        }
        if inner.contains(',') || inner.matches('@').count() > 1 {
            return Err(Malformed::SeveralAddresses);
        }
        let address = Address::parse(inner).map_err(|_| Malformed::Form)?;
        if self.names_another(&address) {
            return Err(Malformed::SeveralAddresses);
        }
        let name = if self.name.trim().is_empty() { &self.comment } else { &self.name };
        Ok((address, for_display(name, LONGEST_NAME)))
    }

    /// `jan@a.nl <jan@a.nl>` is written by ordinary programs; with another address in front, without quotes, some
    /// programs take the first. An encoded word is a name, whatever it holds.
    fn names_another(&self, address: &Address) -> bool {
        self.plain
            .split_whitespace()
            .filter(|word| word.contains('@') && !(word.starts_with("=?") && word.ends_with("?=")))
            .any(|word| Address::parse(word).as_ref() != Ok(address))
    }

    fn bare(&self) -> Result<(Address, String), Malformed> {
        let text = self.plain.trim();
        let at_signs = text.matches('@').count();
        if at_signs == 0 || text.contains("=?") {
            return Err(if self.hides_an_address() { Malformed::Hidden } else { Malformed::Form });
        }
        if self.interrupted || !self.quoted.is_empty() || text.contains(char::is_whitespace) {
            return Err(if at_signs > 1 { Malformed::SeveralAddresses } else { Malformed::Form });
        }
        let address = Address::parse(text).map_err(|_| Malformed::Form)?;
        Ok((address, for_display(&self.comment, LONGEST_NAME)))
    }

    fn hides_an_address(&self) -> bool {
        [&self.plain, &self.quoted, &self.comment].into_iter().any(|text| words(text).contains('@'))
    }
}

/// Splits an address list at its commas (RFC 5322 §3.4) into at least one item.
fn items(value: &str) -> Result<Vec<Item>, Malformed> {
    let mut items = vec![Item::default()];
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        let Some(item) = items.last_mut() else { break };
        match c {
            ',' => items.push(Item::default()),
            '"' => {
                let text = quoted(&mut rest)?;
                item.interrupted |= !ends_a_word(&item.plain) || continues_a_word(rest.as_str());
                item.broken |= item.angle.is_some();
                item.name.push_str(&text);
                item.quoted.push_str(&text);
            }
            '(' => {
                let text = comment(&mut rest)?;
                item.interrupted |= !ends_a_word(&item.plain) && continues_a_word(rest.as_str());
                if !item.comment.is_empty() {
                    item.comment.push(' ');
                }
                item.comment.push_str(&text);
            }
            '<' => {
                let inner = angle(&mut rest)?;
                item.broken |= item.angle.replace(inner).is_some();
            }
            ':' => return Err(Malformed::Group),
            '>' | ')' | ';' | '\\' => return Err(Malformed::Form),
            _ => {
                item.broken |= item.angle.is_some() && !c.is_whitespace();
                item.plain.push(c);
                item.name.push(c);
            }
        }
    }
    if items.len() == 1 {
        return Ok(items);
    }
    let empty = items.iter().filter(|item| item.is_empty()).count();
    if items.len().saturating_sub(empty) == 1 { Err(Malformed::Form) } else { Err(Malformed::SeveralAddresses) }
}

fn ends_a_word(text: &str) -> bool {
    text.is_empty() || text.ends_with(char::is_whitespace)
}

fn continues_a_word(rest: &str) -> bool {
    !(rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || matches!(c, ',' | '<' | '(')))
}

/// The content of a quoted string whose opening quote is read.
fn quoted(rest: &mut std::str::Chars<'_>) -> Result<String, Malformed> {
    let mut text = String::new();
    loop {
        match rest.next().ok_or(Malformed::Form)? {
            '"' => return Ok(text),
            '\\' => text.push(rest.next().ok_or(Malformed::Form)?),
            c => text.push(c),
        }
    }
}

/// The content of a comment whose opening bracket is read; comments nest.
fn comment(rest: &mut std::str::Chars<'_>) -> Result<String, Malformed> {
    let mut text = String::new();
    let mut depth = 1_usize;
    loop {
        let c = rest.next().ok_or(Malformed::Form)?;
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            '\\' => {
                text.push(rest.next().ok_or(Malformed::Form)?);
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            return Ok(text);
        }
        text.push(c);
    }
}

/// What stands in angle brackets whose opening one is read.
fn angle(rest: &mut std::str::Chars<'_>) -> Result<String, Malformed> {
    let (inner, after) = rest.as_str().split_once('>').ok_or(Malformed::Form)?;
    let inner = inner.to_owned();
    *rest = after.chars();
    Ok(inner)
}

/// Every address in a list such as `To` or `Cc`, read leniently: for "was this sent to us" only. At most `most`.
#[must_use]
pub fn addresses(value: &str, most: usize) -> Vec<Address> {
    let mut found = Vec::new();
    let mut quoted = false;
    let words = value.split(|c: char| {
        if c == '"' {
            quoted = !quoted;
        }
        quoted || c == '"' || c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | ':')
    });
    for word in words.filter(|word| word.contains('@')) {
        if found.len() >= most {
            break;
        }
        if let Ok(address) = Address::parse(word)
            && !found.contains(&address)
        {
            found.push(address);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mail::header;

    fn of(raw: &str) -> Sender {
        sender(&header::scan(raw.as_bytes(), 0, header::MOST_FIELDS).fields)
    }

    fn from(value: &str) -> Sender {
        of(&format!("To: x@y.nl\r\nFrom: {value}\r\nSubject: z\r\n\r\n"))
    }

    fn named(address: &str, name: &str) -> Sender {
        Sender::Mailbox { address: Address::parse(address).unwrap(), name: name.to_owned() }
    }

    #[test]
    fn what_ordinary_mail_programs_write_names_one_person() {
        for (value, address, name) in [
            ("jan@klant.nl", "jan@klant.nl", ""),
            ("<jan@klant.nl>", "jan@klant.nl", ""),
            ("Jan Smit <Jan@Klant.NL>", "jan@klant.nl", "Jan Smit"),
            ("\"Smit, Jan (CraftCloud)\" <jan@klant.nl>", "jan@klant.nl", "Smit, Jan (CraftCloud)"),
            ("\"Jan \\\"de Kok\\\" Smit\" <jan@klant.nl>", "jan@klant.nl", "Jan \"de Kok\" Smit"),
            ("=?utf-8?Q?J=C3=A9r=C3=B4me?= =?utf-8?B?IEtvaw==?= <j@klant.nl>", "j@klant.nl", "J\u{e9}r\u{f4}me Kok"),
            ("=?utf-8?Q?jan@klant.nl?= <jan@klant.nl>", "jan@klant.nl", "jan@klant.nl"),
            ("jan@klant.nl (Jan Smit)", "jan@klant.nl", "Jan Smit"),
            ("jan@klant.nl(thuis)", "jan@klant.nl", "thuis"),
            ("(x) jan@klant.nl", "jan@klant.nl", "x"),
            ("Jan <jan@klant.nl> (thuis)", "jan@klant.nl", "Jan"),
            ("jan@klant.nl <jan@klant.nl>", "jan@klant.nl", "jan@klant.nl"),
            ("Jan J. Smit [KNP] <jan@klant.nl>", "jan@klant.nl", "Jan J. Smit [KNP]"),
            ("Jan\r\n <jan@klant.nl>", "jan@klant.nl", "Jan"),
            ("J\u{e9}r\u{f4}me <info@b\u{fc}cher.example>", "info@xn--bcher-kva.example", "J\u{e9}r\u{f4}me"),
            ("O'Neill <jan.o'neill+privacy@klant.nl>", "jan.o'neill+privacy@klant.nl", "O'Neill"),
        ] {
            assert_eq!(from(value), named(address, name), "{value}");
        }
    }

    #[test]
    fn an_address_in_the_display_name_is_not_the_sender() {
        for value in [
            "\"jan@klant.nl\" <evil@x.nl>",
            "\"Jan <jan@klant.nl>\" <evil@x.nl>",
            "=?utf-8?B?amFuQGtsYW50Lm5s?= <evil@x.nl>",
            "=?utf-8?Q?Jan_=3Cjan=40klant.nl=3E=2C?= <evil@x.nl>",
            "evil@x.nl (jan@klant.nl)",
            "(jan@klant.nl) evil@x.nl",
            "evil@x.nl (\"jan@klant.nl\" <jan@klant.nl>, jan@klant.nl)",
        ] {
            assert_eq!(from(value).address().map(Address::as_str), Some("evil@x.nl"), "{value}");
        }
    }

    #[test]
    fn what_two_programs_could_read_differently_names_nobody() {
        use Malformed::{ControlCharacters, Form, Group, Hidden, Missing, SeveralAddresses};
        for (value, why) in [
            ("", Missing),
            ("  ", Missing),
            ("<>", Missing),
            ("jan@klant.nl, evil@x.nl", SeveralAddresses),
            ("jan@klant.nl <evil@x.nl>", SeveralAddresses),
            ("jan@klant.nl,", Form),
            (", jan@klant.nl", Form),
            ("Smit, Jan <jan@klant.nl>", SeveralAddresses),
            ("<jan@klant.nl> <evil@x.nl>", Form),
            ("<jan@klant.nl> evil@x.nl", Form),
            ("<jan@klant.nl>\"x\"", Form),
            ("<jan@klant.nl,evil@x.nl>", SeveralAddresses),
            ("<jan@klant.nl@x.nl>", SeveralAddresses),
            ("Team: jan@klant.nl;", Group),
            ("undisclosed-recipients:;", Group),
            ("\"jan@klant.nl\"", Hidden),
            ("(jan@klant.nl)", Hidden),
            ("Jan (jan@klant.nl)", Hidden),
            ("\"jan@klant.nl\" <>", Hidden),
            ("=?utf-8?B?amFuQGtsYW50Lm5s?=", Hidden),
            ("<=?utf-8?B?amFuQGtsYW50Lm5s?=>", Hidden),
            ("=?utf-8?Q?jan?=@klant.nl", Hidden),
            ("<@relay.nl:jan@klant.nl>", Form),
            ("<@relay.nl,@b.nl:jan@klant.nl>", Form),
            ("\"jan\"@klant.nl", Form),
            ("<\"jan\"@klant.nl>", Form),
            ("<jan(x)@klant.nl>", Form),
            ("jan(x)@klant.nl", Form),
            ("jan@(x)klant.nl", Form),
            ("jan\\@klant.nl", Form),
            ("<jan\\@klant.nl>", Form),
            ("jan@[127.0.0.1]", Form),
            ("<jan@[127.0.0.1]>", Form),
            ("jan@klant.nl.", Form),
            ("jan @ klant.nl", Form),
            ("jan@klant", Form),
            ("jan", Form),
            ("Jan <jan@klant.nl", Form),
            ("\"Jan <jan@klant.nl>", Form),
            ("(Jan <jan@klant.nl>", Form),
            ("jan@klant.nl\0", ControlCharacters),
            ("jan\0@klant.nl", ControlCharacters),
            ("Jan\u{202e} <jan@klant.nl>", ControlCharacters),
            ("jan@kl\u{200b}ant.nl", ControlCharacters),
            ("Jan \r<jan@klant.nl>", ControlCharacters),
        ] {
            assert_eq!(from(value), Sender::Malformed(why), "{value:?}");
        }
    }

    #[test]
    fn a_second_from_in_any_disguise_is_seen() {
        let several = Sender::Malformed(Malformed::SeveralHeaders);
        for raw in [
            "From: jan@klant.nl\nFrom: evil@x.nl\n\n",
            "From: jan@klant.nl\nFrom: jan@klant.nl\n\n",
            "From: jan@klant.nl\nfROM : evil@x.nl\n\n",
            "From : jan@klant.nl\n\n",
            "From\t: jan@klant.nl\n\n",
            "From\n : jan@klant.nl\n\n",
            "Fr\r\n om: evil@x.nl\r\nFrom: jan@klant.nl\r\n\r\n",
            " From: evil@x.nl\nFrom: jan@klant.nl\n\n",
            "\u{feff}From: evil@x.nl\nFrom: jan@klant.nl\n\n",
            "From\0: evil@x.nl\nFrom: jan@klant.nl\n\n",
            "X: y\rFrom: evil@x.nl\r\nFrom: jan@klant.nl\r\n\r\n",
        ] {
            assert_eq!(of(raw), several, "{raw:?}");
        }
    }

    #[test]
    fn other_fields_are_never_the_sender() {
        for raw in [
            "Reply-To: jan@klant.nl\nSender: jan@klant.nl\nReturn-Path: <jan@klant.nl>\n\n",
            "Resent-From: jan@klant.nl\n\nFrom: jan@klant.nl\n",
            "X-From: jan@klant.nl\nFrom-: jan@klant.nl\n\n",
        ] {
            assert_eq!(of(raw), Sender::Malformed(Malformed::Missing), "{raw:?}");
        }
        assert_eq!(of("From: a@b.nl\nReply-To: jan@klant.nl\n\n"), named("a@b.nl", ""));
    }

    #[test]
    fn the_name_shows_no_control_or_direction_characters() {
        assert_eq!(from("=?utf-8?B?4oCuSmFuDQpCY2M6IHg=?= <a@b.nl>"), named("a@b.nl", "Jan Bcc: x"));
    }

    #[test]
    fn recipients_are_found_in_lists_and_groups_but_not_in_names() {
        let found = addresses("\"x@y.nl, z\" <a@b.nl>, Team: c@d.nl, C@D.nl;, (e) f@g.nl", 10);
        let found: Vec<_> = found.iter().map(Address::as_str).collect();
        assert_eq!(found, ["a@b.nl", "c@d.nl", "f@g.nl"]);
        assert_eq!(addresses("a@b.nl, c@d.nl", 1).len(), 1);
    }

    proptest! {
        #[test]
        fn no_from_panics(value in "[ -~\r\n\t\0\u{e9}\u{202e}\u{20ac}<>@,:;\"()\\\\=?]{0,200}") {
            let _ = from(&value);
            let _ = addresses(&value, 50);
        }

        #[test]
        fn whoever_is_named_stands_in_the_field(value in "[a-c@.<>,:;\"()\\\\ =?]{0,30}") {
            if let Sender::Mailbox { address, .. } = from(&value) {
                prop_assert!(value.contains(address.as_str()), "{value:?}");
            }
        }
    }
}
