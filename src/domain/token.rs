//! Tokens: what ties a reply to one step of one case (policy §2, §4).
//!
//! A token is 160 bits, written as 32 letters and digits that survive any mail program. It stands in the `Message-ID` and
//! in a line at the end of the mail; the database holds only its hash.

use std::fmt;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

/// Bytes in a token: 160 bits.
pub const TOKEN_BYTES: usize = 20;
/// Characters in a written token.
pub const TOKEN_LENGTH: usize = 32;

/// What stands before a token, in a Message-ID and in the line at the end of a mail.
pub const PREFIX: &str = "pl-";

/// A secret that came with, or goes out in, one mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token of these random (or keyed) bytes.
    #[must_use]
    pub fn of_bytes(bytes: [u8; TOKEN_BYTES]) -> Self {
        Self(BASE32_NOPAD.encode(&bytes).to_lowercase())
    }

    /// Reads a written token; capitals do not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let good = text.len() == TOKEN_LENGTH && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
        good.then_some(Self(text))
    }

    /// The written token, for the mail that carries it only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database holds: SHA-256 in hex. Enough, because 160 random bits cannot be guessed.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(HEXLOWER.encode(&Sha256::digest(self.0.as_bytes())))
    }

    /// All tokens written in a text as `pl-` and 32 characters, each once, at most `most`.
    #[must_use]
    pub fn find_all(text: &str, most: usize) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for (at, _) in text.match_indices(PREFIX) {
            let start = at.saturating_add(PREFIX.len());
            let end = start.saturating_add(TOKEN_LENGTH);
            let Some(token) = text.get(start..end).and_then(Self::parse) else { continue };
            let goes_on =
                text.get(end..).and_then(|rest| rest.chars().next()).is_some_and(|c| c.is_ascii_alphanumeric());
            if !goes_on && !found.contains(&token) {
                found.push(token);
            }
            if found.len() >= most {
                break;
            }
        }
        found
    }
}

/// A token never prints itself.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The hash by which a token is looked up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// 64 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_a_message_id_and_in_a_quoted_line() {
        let token = Token::of_bytes([7; TOKEN_BYTES]);
        let id = format!("pl-{}@craftcloud.nl", token.reveal());
        let line = format!("> > Kenmerk: pl-{} \n", token.reveal());
        assert_eq!(Token::find_all(&id, 5), std::slice::from_ref(&token));
        assert_eq!(Token::find_all(&line, 5), [token]);
    }

    #[test]
    fn a_longer_or_shorter_word_is_no_token() {
        let token = Token::of_bytes([7; TOKEN_BYTES]);
        assert!(Token::find_all(&format!("pl-{}a", token.reveal()), 5).is_empty());
        assert!(Token::find_all("pl-abc", 5).is_empty());
        assert!(Token::find_all("pl-é", 5).is_empty());
    }

    #[test]
    fn a_token_never_prints_itself() {
        let token = Token::of_bytes([9; TOKEN_BYTES]);
        assert!(!format!("{token:?}").contains(token.reveal()));
    }
}
