//! (placeholder until the parser lands)
#![allow(missing_docs, dead_code, unused_variables)]
use crate::domain::address::Address;
use crate::domain::customer::CustomerId;
use crate::domain::right::Rights;
use crate::domain::time::Date;
pub enum Command {
    Approve { customer: Option<CustomerId>, rights: Rights },
    Reject { rights: Rights, reason: String },
    Ask { text: String },
    Extend { reason: String },
    Right { rights: Rights },
    NoRequest,
    Done { text: Option<String> },
    Handled { date: Option<Date> },
    Stop,
    Request { address: Address },
    Status,
    Help,
    Pause,
    Resume,
    Weak { rights: Rights },
}
pub enum NotACommand {
    Empty,
    Unknown { suggestion: Option<&'static str> },
    Several,
    Conditional,
    MissingReason(&'static str),
}
pub fn parse(own_words: &str) -> Result<Command, NotACommand> {
    Err(NotACommand::Empty)
}
pub enum DigestAnswer {
    NoRequest,
    Rights(Rights),
}
pub fn parse_digest(own_words: &str) -> Result<Vec<(usize, DigestAnswer)>, NotACommand> {
    Err(NotACommand::Empty)
}
pub enum YesNo {
    Yes,
    No,
    Unclear,
}
pub fn yes_no(own_words: &str) -> YesNo {
    YesNo::Unclear
}
