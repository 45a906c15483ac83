//! What can go wrong with a mailbox, in words for the person who runs the program: what failed, where, what to do next.
//! Never mail content, never a password, never what the server said about a login.

use std::path::PathBuf;
use std::time::Duration;

/// Why the mailbox could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// Nobody answers there.
    #[error(
        "cannot reach the mail server {server}: {why}. Check host and port in [imap], and the network; it is tried again"
    )]
    Unreachable {
        /// `host:port`.
        server: String,
        /// What the system says.
        why: String,
    },
    /// The connection cannot be trusted.
    #[error("no safe connection with the mail server {server}: {why}")]
    Tls {
        /// `host:port`.
        server: String,
        /// In plain words, with what to do.
        why: String,
    },
    /// The file with the extra trust root is not usable.
    #[error("the certificate file {} cannot be used: {why}", path.display())]
    TrustRoot {
        /// `ca_file`.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Wrong name or password.
    #[error(
        "the mail server {server} refuses the user name or password{code}. Check username and the password file in [imap]"
    )]
    Login {
        /// `host:port`.
        server: String,
        /// The server's response code (such as ` [AUTHENTICATIONFAILED]`, with a space before it), or nothing.
        code: String,
        /// The server says that this will pass (`[UNAVAILABLE]`, RFC 5530).
        passes: bool,
    },
    /// An answer did not come.
    #[error("the mail server {server} did not answer within {} s ({doing}); it is tried again on a new connection", after.as_secs())]
    Timeout {
        /// `host:port`.
        server: String,
        /// What we were doing.
        doing: &'static str,
        /// How long we waited.
        after: Duration,
    },
    /// The connection is gone.
    #[error("the mail server {server} closed the connection ({doing}); it is tried again")]
    Closed {
        /// `host:port`.
        server: String,
        /// What we were doing.
        doing: &'static str,
    },
    /// The server said NO or BAD to a command.
    #[error("the mail server {server} refuses ({doing}): {said}")]
    Refused {
        /// `host:port`.
        server: String,
        /// What we were doing.
        doing: &'static str,
        /// The server's words, cut and cleaned.
        said: String,
    },
    /// The server said something that is not IMAP as we know it.
    #[error(
        "the mail server {server} gave an answer that cannot be understood ({doing}); it is tried again on a new connection"
    )]
    Protocol {
        /// `host:port`.
        server: String,
        /// What we were doing.
        doing: &'static str,
    },
    /// A configured folder is not there.
    #[error("there is no folder {folder:?} in the mailbox {server}. Check inbox and also_read in the configuration")]
    NoFolder {
        /// `host:port` or the path.
        server: String,
        /// Its configured name.
        folder: String,
    },
    /// A name in the configuration cannot be said to the server.
    #[error("{what} holds a character that cannot be used in a mailbox. Check the configuration")]
    BadName {
        /// Which setting.
        what: &'static str,
    },
    /// One message is there but cannot be had.
    #[error("message {uid} in folder {folder:?} is there but the mailbox {server} does not give it; it is tried again")]
    Unreadable {
        /// `host:port` or the path.
        server: String,
        /// Its folder.
        folder: String,
        /// Its numbering.
        uid_validity: u32,
        /// Its number.
        uid: u32,
    },
    /// The disk said no to the Maildir.
    #[error("the Maildir {} cannot be used ({doing}): {why}. Check [maildir] path and the rights on it", path.display())]
    Disk {
        /// Of the Maildir; never of one message.
        path: PathBuf,
        /// What we were doing.
        doing: &'static str,
        /// What the system says.
        why: std::io::ErrorKind,
    },
}

impl MailboxError {
    /// Whether trying again later can help without anybody changing something. What only a person can mend is not
    /// temporary: the caller says so and tries again slowly.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Closed { .. }
            | Self::Refused { .. }
            | Self::Protocol { .. }
            | Self::Unreadable { .. }
            | Self::Disk { .. } => true,
            Self::Login { passes, .. } => *passes,
            Self::Tls { .. } | Self::TrustRoot { .. } | Self::NoFolder { .. } | Self::BadName { .. } => false,
        }
    }
}

/// A server's words, fit for a log line: printable, on one line, at most 120 characters.
pub(super) fn cleaned(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_person_can_mend_is_not_temporary() {
        let server = || "mail.example.nl:993".to_owned();
        assert!(!MailboxError::Login { server: server(), code: String::new(), passes: false }.is_temporary());
        assert!(MailboxError::Login { server: server(), code: String::new(), passes: true }.is_temporary());
        assert!(!MailboxError::Tls { server: server(), why: String::new() }.is_temporary());
        assert!(MailboxError::Closed { server: server(), doing: "IDLE" }.is_temporary());
    }

    #[test]
    fn a_server_cannot_write_lines_into_our_log() {
        let said = cleaned(&format!("no\r\nERROR forged\u{1b}[31m{}", "x".repeat(500)));
        assert!(!said.contains(['\r', '\n', '\u{1b}']) && said.len() == 120, "{said}");
    }
}
