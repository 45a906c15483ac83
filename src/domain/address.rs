//! An e-mail address that is safe to compare, to store and to send to.
//!
//! Compared exactly, after IDNA (domain to ASCII) and lower case: no plus folding, no dot folding, no look-alikes
//! (policy §1). Printing one is masked; the text is only had by asking for it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest address that is accepted, in bytes (RFC 5321 §4.5.3.1.3 allows 256 with the angle brackets).
const LONGEST: usize = 254;

/// One mailbox: `local@domain`, lower case, the domain in its ASCII form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// Why a text is not an address that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// There is no `@`, or nothing on one side of it.
    #[error("is not of the form name@domain")]
    Form,
    /// A character that has no place in an address that we send to (spaces, controls, quotes, separators).
    #[error("holds a character that does not belong in an address")]
    Character,
    /// The domain is not a domain name.
    #[error("has a domain that is not a domain name")]
    Domain,
    /// Longer than mail allows.
    #[error("is too long")]
    TooLong,
}

impl Address {
    /// Reads a bare address (no display name, no angle brackets). White space around it is ignored.
    ///
    /// # Errors
    /// [`NotAnAddress`] says which rule it breaks.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnAddress::Form)?;
        if local.is_empty() || domain.is_empty() {
            return Err(NotAnAddress::Form);
        }
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(NotAnAddress::Form);
        }
        if !local.chars().all(allowed_in_local) {
            return Err(NotAnAddress::Character);
        }
        let domain = domain_to_ascii(domain)?;
        let address = format!("{}@{domain}", local.to_lowercase());
        if address.len() > LONGEST {
            return Err(NotAnAddress::TooLong);
        }
        Ok(Self(address))
    }

    /// The whole address. For headers, the database and comparison; never for a log line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the `@`, in ASCII form.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// `atext` of RFC 5322 and the dot, and letters beyond ASCII (RFC 6532). Quoted local parts are not used by people.
fn allowed_in_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || (!c.is_ascii() && c.is_alphanumeric())
}

fn domain_to_ascii(domain: &str) -> Result<String, NotAnAddress> {
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| NotAnAddress::Domain)?;
    let good_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if ascii.contains('.') && ascii.split('.').all(good_label) { Ok(ascii) } else { Err(NotAnAddress::Domain) }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;
    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// Masked: the first letter and the last label of the domain, enough to tell two addresses apart in a log.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.0.chars().next().unwrap_or('?');
        let last = self.0.rsplit('.').next().unwrap_or("");
        write!(f, "{first}***@***.{last}")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_mailbox_in_other_capitals_and_in_punycode_is_one_address() {
        let plain = Address::parse("Jan@Bücher.Example").unwrap();
        assert_eq!(plain, Address::parse(" jan@xn--bcher-kva.example ").unwrap());
        assert_eq!(plain.domain(), "xn--bcher-kva.example");
    }

    #[test]
    fn plus_and_dots_are_other_mailboxes() {
        let plain = Address::parse("jan.smit@a.nl").unwrap();
        assert_ne!(plain, Address::parse("jansmit@a.nl").unwrap());
        assert_ne!(plain, Address::parse("jan.smit+x@a.nl").unwrap());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@b.nl",
            "a b@c.nl",
            "a@b",
            "a@b..nl",
            "a@-b.nl",
            "a@b.nl.",
            "a\r\n@b.nl",
            "\"a\"@b.nl",
            "a,b@c.nl",
            "<a@b.nl>",
            "a@[127.0.0.1]",
            "a\u{202e}@b.nl",
            "a@b_c.nl",
            ".a@b.nl",
            "a@b@c.nl",
            "a\0@b.nl",
        ] {
            assert!(Address::parse(text).is_err(), "{text:?} passed");
        }
    }

    #[test]
    fn an_address_never_prints_itself() {
        let address = Address::parse("secret.person@private.example.org").unwrap();
        for text in [format!("{address}"), format!("{address:?}")] {
            assert!(!text.contains("secret") && !text.contains("private"), "{text}");
        }
    }
}
