//! Where a message lies and how far a folder has been read. Both have a text form for the database.

use std::fmt;
use std::str::FromStr;

/// How far a folder has been read: everything up to and with `last_uid`, in the numbering `uid_validity`. Its text form is
/// `1700000000:42`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The numbering that the UID belongs to.
    pub uid_validity: u32,
    /// The highest UID that was dealt with; 0 if none.
    pub last_uid: u32,
}

/// Where one message lies. Its text form is `1700000000:42:INBOX`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The folder's name as configured.
    pub folder: String,
    /// The numbering that the UID belongs to.
    pub uid_validity: u32,
    /// The message's number in its folder.
    pub uid: u32,
}

/// A text is not the text form of a cursor or place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a place in a mailbox")]
pub struct NotAPlace;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.uid_validity, self.last_uid)
    }
}

impl FromStr for Cursor {
    type Err = NotAPlace;
    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (uid_validity, last_uid) = text.split_once(':').ok_or(NotAPlace)?;
        Ok(Self { uid_validity: number(uid_validity)?, last_uid: number(last_uid)? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.uid_validity, self.uid, self.folder)
    }
}

impl FromStr for Place {
    type Err = NotAPlace;
    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (uid_validity, rest) = text.split_once(':').ok_or(NotAPlace)?;
        let (uid, folder) = rest.split_once(':').ok_or(NotAPlace)?;
        if folder.is_empty() {
            return Err(NotAPlace);
        }
        Ok(Self { folder: folder.to_owned(), uid_validity: number(uid_validity)?, uid: number(uid)? })
    }
}

fn number(text: &str) -> Result<u32, NotAPlace> {
    text.parse().map_err(|_| NotAPlace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_a_cursor_survive_the_database() {
        let place = Place { folder: "INBOX.Junk: 2".into(), uid_validity: 7, uid: u32::MAX };
        assert_eq!(place.to_string().parse(), Ok(place));
        let cursor = Cursor { uid_validity: 7, last_uid: 0 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_harm(text in "\\PC{0,40}", uid_validity: u32, uid: u32, folder in "\\PC{1,20}") {
            drop((text.parse::<Place>(), text.parse::<Cursor>()));
            let place = Place { folder, uid_validity, uid };
            proptest::prop_assert_eq!(place.to_string().parse(), Ok(place));
        }
    }

    #[test]
    fn other_text_is_no_place() {
        for text in ["", "1", "1:", "1:2:", "a:2:INBOX", "1:-2:INBOX", "1:4294967296:INBOX"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
        for text in ["", "1", "1:", "1:2:3"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
