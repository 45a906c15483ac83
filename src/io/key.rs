//! The secret outside the database (`key_file`): fingerprints, the chain of the log, tokens, tombstones. Whoever steals the
//! database alone can neither follow people through it, nor act for them, nor rewrite the log unseen.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::Path;

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::clock::random;
use crate::domain::token::{TOKEN_BYTES, Token};

/// Bytes of the secret.
const LENGTH: usize = 32;

/// The secret. Never printed.
#[derive(Clone)]
pub struct Key([u8; LENGTH]);

/// What the secret is used for; each use is a key of its own.
#[derive(Debug, Clone, Copy)]
pub enum Use {
    /// Fingerprints of mails.
    Fingerprint,
    /// The chain of the log.
    Log,
    /// Tokens in mails.
    Token,
    /// Addresses and customer numbers that are only to be recognised.
    Person,
    /// A digest of a customer's record, to notice that it changed.
    Record,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is there, but does not hold 64 hex digits.
    #[error(
        "{0}: is not a key of 64 hex digits; restore it from the backup (a new key makes the old log and tokens void)"
    )]
    Damaged(String),
    /// The file cannot be read or made.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
}

impl Key {
    /// The key in this file, or a new one in a new file of mode 0600.
    ///
    /// # Errors
    /// [`KeyError`] names the file.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        let name = path.display().to_string();
        match std::fs::File::open(path) {
            Ok(mut file) => {
                let mut text = String::new();
                file.read_to_string(&mut text).map_err(|error| KeyError::File(name.clone(), error))?;
                let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok();
                bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(KeyError::Damaged(name))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self(random().map_err(|error| KeyError::File(name.clone(), error))?);
                key.create(path).map_err(|error| KeyError::File(name, error))?;
                Ok(key)
            }
            Err(error) => Err(KeyError::File(name, error)),
        }
    }

    fn create(&self, path: &Path) -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        writeln!(file, "{}", HEXLOWER_PERMISSIVE.encode(&self.0))?;
        file.sync_all()
    }

    /// A key that is in no file, for `explain` and tests.
    #[must_use]
    pub const fn of_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// HMAC-SHA-256 over the parts, each with its length before it, so that two lists never read the same.
    #[must_use]
    pub fn digest(&self, usage: Use, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac();
        let name: &[u8] = match usage {
            Use::Fingerprint => b"fingerprint",
            Use::Log => b"log",
            Use::Token => b"token",
            Use::Person => b"person",
            Use::Record => b"record",
        };
        for part in std::iter::once(&name).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The same as text.
    #[must_use]
    pub fn hex(&self, usage: Use, parts: &[&[u8]]) -> String {
        HEXLOWER_PERMISSIVE.encode(&self.digest(usage, parts))
    }

    /// The token that belongs to a nonce in the database. Only with the key can one be made of the other.
    #[must_use]
    pub fn token(&self, nonce: &str) -> Token {
        let digest = self.digest(Use::Token, &[nonce.as_bytes()]);
        let mut bytes = [0; TOKEN_BYTES];
        for (to, from) in bytes.iter_mut().zip(digest) {
            *to = from;
        }
        Token::of_bytes(bytes)
    }

    fn mac(&self) -> Hmac<Sha256> {
        // A key of exactly the block's half length is always accepted; the fallback keeps this free of panics.
        <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).unwrap_or_else(|_| KeyInit::new(&Default::default()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        let made = Key::load_or_create(&path).unwrap();
        let read = Key::load_or_create(&path).unwrap();
        assert_eq!(made.hex(Use::Log, &[b"x"]), read.hex(Use::Log, &[b"x"]));
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_is_never_replaced_by_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        std::fs::write(&path, "abc").unwrap();
        assert!(matches!(Key::load_or_create(&path), Err(KeyError::Damaged(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "abc");
    }

    #[test]
    fn uses_and_parts_do_not_run_into_each_other() {
        let key = Key::of_bytes([1; 32]);
        assert_ne!(key.hex(Use::Log, &[b"ab", b"c"]), key.hex(Use::Log, &[b"a", b"bc"]));
        assert_ne!(key.hex(Use::Log, &[b"ab"]), key.hex(Use::Person, &[b"ab"]));
        assert!(!format!("{key:?}").contains("01"));
    }
}
