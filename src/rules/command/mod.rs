//! What a reply orders: policy §4, the table of staff commands.
//!
//! Pure text in, one [`Command`] or the reason why it is none out. Whether the sender may order it, to which case and
//! step it belongs, and whether the case has these rights, is decided elsewhere.
//!
//! **One principle: an order is carried out only if every word of it is understood.** The first own line is the command
//! (a lone greeting before it is skipped). A friendly word, a signature and a plain sentence after it are fine. A
//! question mark, a condition, a negation, a second order or an unknown word next to an order that has effect makes the
//! whole reply [`NotACommand`], which is answered with help and changes nothing. Only `stop` is taken in any company: it
//! undoes nothing and prevents harm.
//!
//! * `line`: a reply as clean lines and words
//! * `words`: the vocabulary
//! * `order`: one line as an order; `details`, `told`, `handled`: what may follow the order's word
//! * `digest`: the lines that answer a review digest
//! * `answer`: a requester's yes or no

mod answer;
mod details;
mod digest;
mod handled;
mod line;
mod order;
#[cfg(test)]
mod tests;
mod told;
mod words;

use std::fmt;

use crate::domain::address::Address;
use crate::domain::customer::CustomerId;
use crate::domain::right::Rights;
use crate::domain::time::Date;

pub use answer::{YesNo, yes_no};
pub use digest::{DigestAnswer, parse_digest};

use line::{Line, asks, own_lines};

/// An order of staff (policy §4). Empty rights mean all open requests of the case.
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// `akkoord`: carry out the proposal.
    Approve {
        /// The customer number that erasure and disclosure to another address need.
        customer: Option<CustomerId>,
        /// Only these rights.
        rights: Rights,
    },
    /// `afwijzen`: refuse.
    Reject {
        /// Only these rights.
        rights: Rights,
        /// Told to the requester. Never empty.
        reason: String,
    },
    /// `vraag`: ask the requester.
    Ask {
        /// The question. Never empty.
        text: String,
    },
    /// `verleng`: use the extension of art. 12(3).
    Extend {
        /// Told to the requester. Never empty.
        reason: String,
    },
    /// `recht`: these are the requests. Never empty.
    Right {
        /// What is asked.
        rights: Rights,
    },
    /// `geen verzoek`: close, it asks nothing.
    NoRequest,
    /// `klaar`: the manual steps are done.
    Done {
        /// Told to the requester.
        text: Option<String>,
    },
    /// `afgehandeld`: settled outside, without a mail.
    Handled {
        /// When; today if not said.
        date: Option<Date>,
    },
    /// `stop`: cancel what was approved and has not happened.
    Stop,
    /// `verzoek`: open a case for the person with this address.
    Request {
        /// The requester.
        address: Address,
    },
    /// `status`
    Status,
    /// `help`
    Help,
    /// `pauze`: automatic mail off.
    Pause,
    /// `hervat`: automatic mail on.
    Resume,
    /// `ja`, `ok`, `goed`: approves only steps without data or deletion.
    Weak {
        /// Only these rights.
        rights: Rights,
    },
}

/// Reasons and questions are about people: only their length is printed.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &str| format!("{} characters", text.chars().count());
        match self {
            Self::Approve { customer, rights } => write!(f, "Approve({customer:?}, {rights:?})"),
            Self::Reject { rights, reason } => write!(f, "Reject({rights:?}, {})", text(reason)),
            Self::Ask { text: question } => write!(f, "Ask({})", text(question)),
            Self::Extend { reason } => write!(f, "Extend({})", text(reason)),
            Self::Right { rights } => write!(f, "Right({rights:?})"),
            Self::NoRequest => f.write_str("NoRequest"),
            Self::Done { text: told } => write!(f, "Done({:?})", told.as_deref().map(text)),
            Self::Handled { date } => write!(f, "Handled({date:?})"),
            Self::Stop => f.write_str("Stop"),
            Self::Request { address } => write!(f, "Request({address})"),
            Self::Status => f.write_str("Status"),
            Self::Help => f.write_str("Help"),
            Self::Pause => f.write_str("Pause"),
            Self::Resume => f.write_str("Resume"),
            Self::Weak { rights } => write!(f, "Weak({rights:?})"),
        }
    }
}

/// Why a reply is no order. Staff get help that fits; nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACommand {
    /// No own words at all.
    #[error("there are no own words in it")]
    Empty,
    /// Not a command, or a command with words that are not understood.
    #[error("it is not understood")]
    Unknown {
        /// The command that may have been meant. Never carried out.
        suggestion: Option<&'static str>,
    },
    /// More than one order.
    #[error("it holds more than one order")]
    Several,
    /// An order with a question mark, a condition or a negation.
    #[error("it asks or sets a condition")]
    Conditional,
    /// This command needs words that are told to the requester; the command's name.
    #[error("{0} needs a reason or a text")]
    MissingReason(&'static str),
    /// `recht`, or a number of the digest, without a right.
    #[error("no right is named")]
    MissingRight,
    /// No customer number where one is announced, or two different ones.
    #[error("the customer number is missing or not clear")]
    BadCustomer,
    /// `verzoek` without exactly one e-mail address.
    #[error("there is not exactly one e-mail address in it")]
    BadAddress,
    /// `afgehandeld` with something that is not a date.
    #[error("the date is not understood")]
    BadDate,
    /// A text that is longer than a letter takes.
    #[error("the text is too long")]
    TooLong,
}

/// Reads the own words of a staff reply (quotes and signature already removed).
///
/// # Errors
/// [`NotACommand`] says why nothing is carried out.
pub fn parse(own_words: &str) -> Result<Command, NotACommand> {
    let lines = own_lines(own_words);
    let (command_line, after) = first_line(&lines)?;
    let (command, used) = order::read(command_line, after)?;
    check_company(&command, after, used)?;
    Ok(command)
}

/// The first line with words, not counting one that only greets; and the lines after it.
fn first_line(lines: &[Line]) -> Result<(&Line, &[Line]), NotACommand> {
    let mut left = lines;
    let mut greeted = false;
    while let Some((line, after)) = left.split_first() {
        if !line.is_blank() {
            if greeted || !only_greets(line) {
                return Ok((line, after));
            }
            greeted = true;
        }
        left = after;
    }
    Err(NotACommand::Empty)
}

/// `Hoi,` or `Beste collega,`: a greeting with at most three more words, none of which orders or asks anything.
fn only_greets(line: &Line) -> bool {
    let mut keys = line.keys();
    let greets = keys.next().is_some_and(words::is_greeting);
    let says_more = |key: &str| words::verb(key).is_some() || words::right(key).is_some() || words::is_condition(key);
    greets && line.keys().count() <= 4 && !keys.any(says_more) && !asks(&line.tokens)
}

/// Whether what stands under the command leaves it an order. `used` lines of it are the command's own text.
fn check_company(command: &Command, after: &[Line], used: usize) -> Result<(), NotACommand> {
    // Under a forwarded mail's `verzoek` stands what the requester wrote: nobody's order, nobody's doubt.
    let forwards = matches!(command, Command::Request { .. });
    let after = if forwards { after.split(Line::is_blank).next().unwrap_or_default() } else { after };
    let own_text = after.iter().take(used);
    let (body, tail) = until_sign_off(after.get(used..).unwrap_or_default());
    if own_text.chain(body).any(order::orders_something) {
        return Err(NotACommand::Several);
    }
    let tail_takes_back = tail.iter().any(|line| line.keys().next().is_some_and(|key| matches!(key, "ps" | "p.s")));
    if must_stand_alone(command) && (body.iter().any(takes_back) || tail_takes_back) {
        return Err(NotACommand::Conditional);
    }
    Ok(())
}

/// Splits at the line that ends the mail (`Groet, Piet`).
fn until_sign_off(lines: &[Line]) -> (&[Line], &[Line]) {
    let end = lines.iter().position(signs_off).unwrap_or(lines.len());
    lines.split_at_checked(end).unwrap_or((lines, &[]))
}

/// A short line that begins with the end of a mail.
fn signs_off(line: &Line) -> bool {
    let mut keys = line.keys().skip_while(|key| matches!(*key, "met" | "with")).chain(["", ""]);
    let (first, second) = (keys.next().unwrap_or_default(), keys.next().unwrap_or_default());
    words::is_sign_off(first, second) && line.keys().count() <= 6
}

/// Orders that could do harm if the writer did not mean them as they stand.
const fn must_stand_alone(command: &Command) -> bool {
    match command {
        Command::Approve { .. }
        | Command::Weak { .. }
        | Command::Reject { .. }
        | Command::Right { .. }
        | Command::NoRequest
        | Command::Done { .. }
        | Command::Handled { .. }
        | Command::Request { .. }
        | Command::Extend { .. }
        | Command::Resume => true,
        Command::Ask { .. } | Command::Stop | Command::Status | Command::Help | Command::Pause => false,
    }
}

/// Whether a line under an order makes it doubtful: it asks, begins with a condition, holds a strong one anywhere,
/// negates a right or an order, or looks like details that belong on the command line.
fn takes_back(line: &Line) -> bool {
    let begins = line.keys().next().is_some_and(|key| {
        words::is_hedge(key)
            || words::is_only(key)
            || words::is_negation(key)
            || matches!(key, "wel" | "pas" | "ps" | "p.s")
    });
    let negated = line.keys().any(words::is_negation)
        && line.keys().any(|key| words::right(key).is_some() || words::verb(key).is_some() || acts(key));
    asks(&line.tokens)
        || begins
        || negated
        || line.keys().any(words::is_strong_condition)
        || order::is_details(&line.tokens)
        || line.cut
}

/// Words for carrying something out.
fn acts(key: &str) -> bool {
    matches!(key, "uitvoeren" | "doen" | "versturen" | "sturen" | "do" | "send" | "yet" | "zeker" | "sure")
}
