//! Floor 2: sends one composed letter, over SMTP or into a folder. No decisions: what is said to whom was decided before,
//! and what happens after a failure is decided by whoever called, from the kind of [`PostError`].
//!
//! [`compose`] makes the bytes of a mail; [`Postman`] hands them over and says for sure, or admits not to know, whether
//! they left.

mod compose;
mod folder;
mod smtp;

pub use compose::{Outgoing, compose};
pub use folder::Folder;
pub use smtp::{Smtp, SmtpSettings, Tls};

use crate::domain::address::Address;
use crate::domain::case::Reference;

/// Longest text in a [`PostError`], in characters.
const LONGEST_REASON: usize = 200;

/// A composed mail with its envelope.
pub struct Parcel<'a> {
    /// The envelope sender: bounces come back to it.
    pub mail_from: &'a Address,
    /// The one recipient.
    pub to: &'a Address,
    /// The case that it belongs to. Only written by [`Folder`].
    pub case: Option<&'a Reference>,
    /// What kind of letter it is. Only written by [`Folder`].
    pub kind: &'a str,
    /// The mail as [`compose`] made it.
    pub bytes: &'a [u8],
}

/// Why a letter did not leave, or may not have left. The text says what the server said, in one line and without
/// addresses; never what is in the letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// For sure nothing was sent, and trying again may help.
    #[error("not sent, worth another try: {0}")]
    Temporary(String),
    /// For sure nothing was sent, and trying again will never help.
    #[error("refused for good: {0}")]
    Final(String),
    /// The connection broke after the content began to go out and before the server answered: it may have been sent.
    #[error("may have been sent: {0}")]
    Unknown(String),
}

impl PostError {
    /// What happened, without the consequence.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Temporary(reason) | Self::Final(reason) | Self::Unknown(reason) => reason,
        }
    }
}

/// Where letters go.
#[derive(Debug)]
pub enum Postman {
    /// To a mail server (`[smtp]`).
    Smtp(Smtp),
    /// Into a folder (`[outbox]`).
    Folder(Folder),
}

impl Postman {
    /// Hands over one mail.
    ///
    /// # Errors
    /// [`PostError`]: only `Unknown` leaves open whether it was sent.
    pub async fn send(&self, parcel: &Parcel<'_>) -> Result<(), PostError> {
        match self {
            Self::Smtp(smtp) => smtp.send(parcel).await,
            Self::Folder(folder) => folder.send(parcel).await,
        }
    }

    /// Tries all that sending needs without sending anything, and says who answered.
    ///
    /// # Errors
    /// [`PostError::Temporary`] with what does not work.
    pub async fn probe(&self) -> Result<String, PostError> {
        match self {
            Self::Smtp(smtp) => smtp.probe().await,
            Self::Folder(folder) => folder.probe().await,
        }
    }
}

/// One short line of what a server said. Every word that holds an address, or that names the recipient, is masked: servers
/// like to repeat whom they refuse.
fn clean(text: &str, to: Option<&Address>) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(if names_somebody(word, to) { "***" } else { word });
        if line.len() > 4 * LONGEST_REASON {
            break;
        }
    }
    shorten(&line, LONGEST_REASON)
}

fn names_somebody(word: &str, to: Option<&Address>) -> bool {
    if word.contains(['@', '\u{ff20}', '\u{fe6b}']) {
        return true;
    }
    let Some(to) = to else { return false };
    let word = word.to_lowercase();
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    // A short local part ("jan") would mask half of the sentence if it were looked for inside words.
    word.contains(to.domain()) || bare == to.local() || (to.local().len() > 4 && word.contains(to.local()))
}

/// The first `most` characters.
fn shorten(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_server_says_is_one_line_that_names_nobody() {
        let to = Address::parse("jan.jansen@klant.test").unwrap();
        let said =
            "5.1.1 <Jan.Jansen@klant.test>:\r\n Recipient\taddress rejected: user JAN.JANSEN unknown at mx.klant.test.";
        let clean = clean(said, Some(&to));
        assert_eq!(clean, "5.1.1 *** Recipient address rejected: user *** unknown at ***");
    }

    #[test]
    fn a_short_name_is_masked_only_as_a_word_of_its_own() {
        let to = Address::parse("re@klant.test").unwrap();
        assert_eq!(clean("address refused: no 're' here", Some(&to)), "address refused: no *** here");
    }

    proptest! {
        #[test]
        fn no_reply_gets_an_address_or_a_line_break_into_a_reason(said in "(\\PC|[@<>\r\n\u{0}-\u{1f}]){0,400}") {
            let clean = clean(&said, None);
            prop_assert!(clean.chars().count() <= LONGEST_REASON);
            prop_assert!(!clean.contains('@'));
            prop_assert!(!clean.chars().any(char::is_control));
        }
    }
}
