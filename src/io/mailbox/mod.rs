//! Floor 2: the mailbox, the thing outside that holds mail. It reads, waits and moves; it decides nothing.
//!
//! Two kinds stand behind one face: [`imap::Imap`] (any IMAP4rev1 server over TLS) and [`maildir::Maildir`] (a local
//! Maildir++). Both number the messages of a folder with ascending UIDs that hold as long as the folder's UIDVALIDITY
//! does (RFC 9051 §2.3.1.1), so that a caller remembers one [`Cursor`] per folder and nothing else.
//!
//! Promises: reading changes nothing, not even `\Seen`; a message is either returned, or gone, or an error, never
//! silently passed over; nothing is removed from a folder before a copy of it stands in another one, except by
//! [`Mailbox::destroy`]. Dropping any future half-way is safe: an IMAP connection is then given up and the next call
//! makes a new one.

pub mod backoff;
pub mod error;
pub mod imap;
pub mod maildir;
mod name;
pub mod place;

use std::time::Duration;

use crate::domain::time::{Date, Timestamp};

pub use backoff::Backoff;
pub use error::MailboxError;
pub use place::{Cursor, Place};

/// Most bytes of mail in one batch, so that a flood of large mails does not fill the memory. One message may be larger.
pub const BATCH_BYTES: u64 = 32 * 1024 * 1024;
/// Of a message larger than `message_size`: this much of its header, in bytes.
pub const HEAD_KEPT: usize = 256 * 1024;
/// Of a message larger than `message_size`: this much of what follows the header, in bytes.
pub const TEXT_KEPT: usize = 64 * 1024;

/// What a folder's numbering is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The numbering that UIDs in this folder belong to.
    pub uid_validity: u32,
    /// No message that arrives from now on gets a UID below this one.
    pub uid_next: u32,
}

impl Head {
    /// The cursor of somebody who has read everything that is there now: `start = "now"`.
    #[must_use]
    pub fn cursor(self) -> Cursor {
        Cursor { uid_validity: self.uid_validity, last_uid: self.uid_next.saturating_sub(1) }
    }
}

/// One message as it lies in the mailbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it lies.
    pub place: Place,
    /// When it reached the mailbox: INTERNALDATE, or the file's modification time. None if the server gave no date that
    /// can be read: then nobody knows, and the moment of reading is the best there is.
    pub received: Option<Timestamp>,
    /// The size of the whole message in bytes, as the server counts it.
    pub size: u64,
    /// The bytes; only the head of the message if it is not `whole`.
    pub raw: Vec<u8>,
    /// False if the message was larger than `message_size` and `raw` is only its header and the begin of its text.
    pub whole: bool,
}

impl Fetched {
    /// The cursor of somebody who has dealt with this message and all before it.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor { uid_validity: self.place.uid_validity, last_uid: self.place.uid }
    }
}

/// Mail content is never printed.
impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched")
            .field("place", &self.place)
            .field("received", &self.received)
            .field("size", &self.size)
            .field("whole", &self.whole)
            .finish_non_exhaustive()
    }
}

/// Messages in ascending order of UID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Oldest UID first.
    pub messages: Vec<Fetched>,
    /// The cursor after the whole batch. It can be past the last message, where messages were gone.
    pub cursor: Cursor,
    /// There is more to fetch at once.
    pub more: bool,
    /// The cursor that was given belongs to an older numbering: the folder is read from its begin again, and mail that
    /// was read before comes under new UIDs.
    pub renumbered: bool,
}

/// What came of moving a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// It lies in the other folder now.
    Done {
        /// Its new place, if the server told (COPYUID, RFC 4315).
        to: Option<Place>,
        /// The server can neither MOVE nor UID EXPUNGE: the message was copied and the original only marked `\Deleted`,
        /// because a plain EXPUNGE would also remove what others marked.
        original_marked: bool,
    },
    /// There is no message at this place any more: somebody moved or deleted it, or it was moved before.
    AlreadyGone,
    /// The folder was renumbered since: this place says nothing any more.
    Renumbered,
}

/// What came of destroying a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destroyed {
    /// Verified: it is not there any more (this also when it was gone before).
    Gone,
    /// The server cannot UID EXPUNGE: the message is marked `\Deleted` but still there.
    Marked,
    /// The folder was renumbered since: this place says nothing any more.
    Renumbered,
}

/// Why [`Mailbox::wait`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// There is, or may be, new mail in the inbox.
    Mail,
    /// The time is over.
    Time,
}

/// What `check` wants to know about the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// `host:port` or the path.
    pub server: String,
    /// New mail is announced (IDLE); else it is polled for.
    pub idle: bool,
    /// Messages can be moved in one step (MOVE).
    pub moves: bool,
    /// One message can be removed without touching others (UIDPLUS).
    pub uidplus: bool,
    /// Messages in the inbox now.
    pub messages: u32,
    /// The case folder is there already; if not, the first move makes it.
    pub case_folder: bool,
    /// Folders in `also_read` that do not exist.
    pub missing: Vec<String>,
}

/// Something that holds mail.
#[derive(Debug)]
pub enum Mailbox {
    /// An IMAP server.
    Imap(Box<imap::Imap>),
    /// A local Maildir++.
    Maildir(maildir::Maildir),
}

impl Mailbox {
    /// The folders to read: the inbox first, then those of `also_read` that exist.
    ///
    /// # Errors
    /// [`MailboxError`]: no connection, or the server refused.
    pub async fn folders(&mut self) -> Result<Vec<String>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.folders().await,
            Self::Maildir(maildir) => Ok(maildir.folders()),
        }
    }

    /// The folder's numbering now.
    ///
    /// # Errors
    /// [`MailboxError`]: no connection, or no such folder.
    pub async fn head(&mut self, folder: &str) -> Result<Head, MailboxError> {
        match self {
            Self::Imap(imap) => imap.head(folder).await,
            Self::Maildir(maildir) => maildir.head(folder).await,
        }
    }

    /// The messages after `cursor` (None: from the begin), oldest UID first, at most `most` of them and at most
    /// [`BATCH_BYTES`]. Changes nothing in the mailbox.
    ///
    /// # Errors
    /// [`MailboxError`]; [`MailboxError::Unreadable`] if the very first message cannot be had although it is there.
    pub async fn fetch_after(
        &mut self,
        folder: &str,
        cursor: Option<Cursor>,
        most: usize,
    ) -> Result<Batch, MailboxError> {
        match self {
            Self::Imap(imap) => imap.fetch_after(folder, cursor, most).await,
            Self::Maildir(maildir) => maildir.fetch_after(folder, cursor, most).await,
        }
    }

    /// Moves a message to the case folder, which is made if it is missing. Its flags stay as they are.
    ///
    /// # Errors
    /// [`MailboxError`]: no connection, or the server refused. Doing it again is right.
    pub async fn move_to_case_folder(&mut self, place: &Place) -> Result<Moved, MailboxError> {
        match self {
            Self::Imap(imap) => imap.move_to_case_folder(place).await,
            Self::Maildir(maildir) => maildir.move_to_case_folder(place).await,
        }
    }

    /// Moves the message with this Message-ID (without angle brackets) from the case folder back to the inbox: staff
    /// said "geen verzoek".
    ///
    /// # Errors
    /// [`MailboxError`]: no connection, or the server refused. Doing it again is right.
    pub async fn move_back(&mut self, message_id: &str) -> Result<Moved, MailboxError> {
        match self {
            Self::Imap(imap) => imap.move_back(message_id).await,
            Self::Maildir(maildir) => maildir.move_back(message_id).await,
        }
    }

    /// Where messages with this Message-ID (without angle brackets) lie in a folder. Empty if the folder is not there.
    ///
    /// # Errors
    /// [`MailboxError`]: no connection, or the server refused.
    pub async fn find(&mut self, folder: &str, message_id: &str) -> Result<Vec<Place>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.find(folder, message_id).await,
            Self::Maildir(maildir) => maildir.find(folder, message_id).await,
        }
    }

    /// Where messages lie that were received before a day (UTC on disk; an IMAP server judges by its own days), oldest
    /// UID first: for retention (policy §8). Empty if the folder is not there.
    ///
    /// # Errors
    /// [`MailboxError`]: no connection, or the server refused.
    pub async fn older_than(&mut self, folder: &str, day: Date) -> Result<Vec<Place>, MailboxError> {
        match self {
            Self::Imap(imap) => imap.older_than(folder, day).await,
            Self::Maildir(maildir) => maildir.older_than(folder, day).await,
        }
    }

    /// Removes one message for good and looks whether it is gone (policy §3: evidence). No other message is touched.
    ///
    /// # Errors
    /// [`MailboxError`]: no connection, or the server refused. Doing it again is right.
    pub async fn destroy(&mut self, place: &Place) -> Result<Destroyed, MailboxError> {
        match self {
            Self::Imap(imap) => imap.destroy(place).await,
            Self::Maildir(maildir) => maildir.destroy(place).await,
        }
    }

    /// Waits until there is new mail in the inbox, at most `most`. Only the inbox wakes: read the other folders when the
    /// time is over.
    ///
    /// # Errors
    /// [`MailboxError`]: the connection is dead, which is noticed within two minutes.
    pub async fn wait(&mut self, most: Duration) -> Result<Wake, MailboxError> {
        match self {
            Self::Imap(imap) => imap.wait(most).await,
            Self::Maildir(maildir) => maildir.wait(most).await,
        }
    }

    /// Looks whether everything is there, for `check`. Changes nothing.
    ///
    /// # Errors
    /// [`MailboxError`] says what is wrong and what to do.
    pub async fn probe(&mut self) -> Result<Probe, MailboxError> {
        match self {
            Self::Imap(imap) => imap.probe().await,
            Self::Maildir(maildir) => maildir.probe().await,
        }
    }

    /// Takes leave. Errors do not matter any more.
    pub async fn logout(self) {
        match self {
            Self::Imap(imap) => imap.logout().await,
            Self::Maildir(_) => {}
        }
    }
}

/// The head of a message that is too large to be read whole: its header, ended with an empty line, and what of the text
/// was fetched.
fn head_of_large(header: &[u8], text: &[u8]) -> Vec<u8> {
    let mut raw = Vec::with_capacity(header.len().saturating_add(text.len()).saturating_add(4));
    raw.extend_from_slice(header);
    if !(header.ends_with(b"\r\n\r\n") || header.ends_with(b"\n\n")) {
        raw.extend_from_slice(b"\r\n\r\n");
    }
    raw.extend_from_slice(text);
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_large_message_is_a_message_also_when_its_header_was_cut() {
        assert_eq!(head_of_large(b"A: b\r\n\r\n", b"text"), b"A: b\r\n\r\ntext");
        assert_eq!(head_of_large(b"A: b\n\n", b"text"), b"A: b\n\ntext");
        assert_eq!(head_of_large(b"A: b", b"text"), b"A: b\r\n\r\ntext");
    }

    #[test]
    fn a_message_never_prints_its_content() {
        let place = Place { folder: "INBOX".into(), uid_validity: 1, uid: 2 };
        let message = Fetched { place, received: None, size: 6, raw: b"secret".to_vec(), whole: true };
        let printed = format!("{message:?}");
        assert!(!printed.contains("secret") && !printed.contains("115"), "{printed}");
    }

    #[test]
    fn the_cursor_of_an_empty_folder_lets_its_first_message_through() {
        assert_eq!(Head { uid_validity: 5, uid_next: 1 }.cursor(), Cursor { uid_validity: 5, last_uid: 0 });
        assert_eq!(Head { uid_validity: 5, uid_next: 0 }.cursor(), Cursor { uid_validity: 5, last_uid: 0 });
    }
}
