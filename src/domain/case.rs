//! A case: one requester's matter, holding one or more requests. State, proof and due date belong to the *request*; a
//! case shows its least finished one and its earliest due date (policy §2).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::customer::CustomerId;
use super::language::Language;
use super::right::{Purpose, Right};
use super::sender::Proof;
use super::time::{Date, Timestamp};

/// What people call a case: `PL-2026-0001`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// The reference of the `number`th case of a year.
    #[must_use]
    pub fn new(year: i16, number: i64) -> Self {
        Self(format!("PL-{year}-{number:04}"))
    }

    /// Reads a written reference; capitals do not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let mut parts = text.split('-');
        let good = parts.next() == Some("PL")
            && parts.next().is_some_and(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()))
            && parts.next().is_some_and(|n| (4..=9).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
            && parts.next().is_none();
        good.then_some(Self(text))
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The database's number of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub i64);

/// The database's number of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub i64);

/// What one request asks: a right, and for an objection what it is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Art. 15.
    Access,
    /// Art. 20.
    Portability,
    /// Art. 16.
    Rectification,
    /// Art. 18.
    Restriction,
    /// Art. 21, art. 7(3).
    Objection(Purpose),
    /// Art. 17.
    Erasure,
    /// Art. 77.
    Complaint,
}

impl Ask {
    /// A right as asked, with the purpose that the classifier saw for an objection.
    #[must_use]
    pub const fn of(right: Right, purpose: Purpose) -> Self {
        match right {
            Right::Access => Self::Access,
            Right::Portability => Self::Portability,
            Right::Rectification => Self::Rectification,
            Right::Restriction => Self::Restriction,
            Right::Objection => Self::Objection(purpose),
            Right::Erasure => Self::Erasure,
            Right::Complaint => Self::Complaint,
        }
    }

    /// The right alone.
    #[must_use]
    pub const fn right(self) -> Right {
        match self {
            Self::Access => Right::Access,
            Self::Portability => Right::Portability,
            Self::Rectification => Right::Rectification,
            Self::Restriction => Right::Restriction,
            Self::Objection(_) => Right::Objection,
            Self::Erasure => Right::Erasure,
            Self::Complaint => Right::Complaint,
        }
    }

    /// The purpose of an objection.
    #[must_use]
    pub const fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Objection(purpose) => Some(purpose),
            Self::Access
            | Self::Portability
            | Self::Rectification
            | Self::Restriction
            | Self::Erasure
            | Self::Complaint => None,
        }
    }
}

/// What an approval by staff would do. It stands in the staff mail, and is carried out on `akkoord`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposal {
    /// Send the customer's data to this owner address on file.
    Disclose(Address),
    /// Send a customer's data to the requester's address, which is not on file. Needs the customer number.
    DiscloseElsewhere,
    /// Send a contact what is held about that contact.
    DiscloseContact,
    /// Hand the data over by hand (portability).
    HandOver,
    /// Correct the record by hand.
    Correct,
    /// Keep the data frozen.
    Restrict,
    /// Keep the use that was objected to stopped.
    StopUse,
    /// Erase the customer's data. Needs the customer number.
    Erase,
    /// Look into a complaint.
    TakeUpComplaint,
    /// Send the ready letter that asks for an identity.
    AskIdentity,
    /// Send the ready letter that asks the owner to confirm.
    AskConfirmation,
    /// Send the ready answer to a complaint.
    AnswerComplaint,
    /// Send the ready confirmation that an objection is recorded.
    ConfirmObjection,
}

impl Proposal {
    /// Whether `akkoord` must name the customer (policy §4): erasure, and disclosure to an address not on file.
    #[must_use]
    pub const fn needs_customer_number(&self) -> bool {
        match self {
            Self::DiscloseElsewhere | Self::Erase => true,
            Self::Disclose(_)
            | Self::DiscloseContact
            | Self::HandOver
            | Self::Correct
            | Self::Restrict
            | Self::StopUse
            | Self::TakeUpComplaint
            | Self::AskIdentity
            | Self::AskConfirmation
            | Self::AnswerComplaint
            | Self::ConfirmObjection => false,
        }
    }

    /// Whether it shows or deletes data, so that a mere `ja` or `ok` does not approve it (policy §4).
    #[must_use]
    pub const fn touches_data(&self) -> bool {
        match self {
            Self::Disclose(_) | Self::DiscloseElsewhere | Self::DiscloseContact | Self::HandOver | Self::Erase => true,
            Self::Correct
            | Self::Restrict
            | Self::StopUse
            | Self::TakeUpComplaint
            | Self::AskIdentity
            | Self::AskConfirmation
            | Self::AnswerComplaint
            | Self::ConfirmObjection => false,
        }
    }
}

/// What staff approved for one request: the only ground, next to an owner address, on which data may leave. Checked again
/// just before it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved.
    pub by: Address,
    /// When.
    pub at: Timestamp,
    /// About whom.
    pub customer: CustomerId,
    /// The address that may receive.
    pub to: Address,
    /// A digest of the customer's record at that moment: if the record changes, the approval is void.
    pub record: String,
}

/// How a request ended without an answer to its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// Staff: this was no request.
    NoRequest,
    /// Staff: settled outside, by phone for example.
    Handled,
    /// The owner answered "no" to our question.
    DeniedByOwner,
    /// Staff named other rights instead.
    Relabelled,
    /// The question for confirmation ran out.
    Unconfirmed,
}

/// What is being done for a request that is in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A letter that answers it stands in the outbox.
    Sending,
    /// People do it by hand and answer `klaar`.
    Manual,
}

/// Where a request stands. Each state carries what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RequestState {
    /// A stranger was asked to show who they are.
    AwaitingIdentity {
        /// When we asked.
        asked: Timestamp,
        /// The closing date that we told them.
        closes: Date,
    },
    /// The owner was asked whether it is really theirs.
    AwaitingConfirmation {
        /// When we asked.
        asked: Timestamp,
        /// The owner address that was asked.
        owner: Address,
    },
    /// Staff asked the requester something.
    AwaitingRequester {
        /// When.
        asked: Timestamp,
        /// What `akkoord` does once the answer is there.
        proposal: Proposal,
    },
    /// Staff must decide.
    AwaitingStaff {
        /// Since when.
        since: Timestamp,
        /// What `akkoord` does.
        proposal: Proposal,
    },
    /// Approved; happens at a set time unless stopped.
    Scheduled {
        /// When.
        at: Timestamp,
        /// What staff approved.
        approval: Approval,
        /// What `akkoord` did, for a `stop`.
        proposal: Proposal,
    },
    /// Being done.
    InProgress {
        /// Since when.
        since: Timestamp,
        /// What is being done.
        work: Work,
        /// What staff approved, when they did.
        approval: Option<Approval>,
    },
    /// Done, and the requester was told.
    Answered {
        /// When.
        at: Timestamp,
    },
    /// Refused with reasons.
    Refused {
        /// When.
        at: Timestamp,
    },
    /// Ended without an answer to its content.
    Closed {
        /// When.
        at: Timestamp,
        /// Why.
        how: Closing,
    },
}

impl RequestState {
    /// The name in contract.md and in the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AwaitingIdentity { .. } => "awaiting_identity",
            Self::AwaitingConfirmation { .. } => "awaiting_confirmation",
            Self::AwaitingRequester { .. } => "awaiting_requester",
            Self::AwaitingStaff { .. } => "awaiting_staff",
            Self::Scheduled { .. } => "scheduled",
            Self::InProgress { .. } => "in_progress",
            Self::Answered { .. } => "answered",
            Self::Refused { .. } => "refused",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether nothing more happens.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::AwaitingIdentity { .. }
            | Self::AwaitingConfirmation { .. }
            | Self::AwaitingRequester { .. }
            | Self::AwaitingStaff { .. }
            | Self::Scheduled { .. }
            | Self::InProgress { .. } => false,
            Self::Answered { .. } | Self::Refused { .. } | Self::Closed { .. } => true,
        }
    }

    /// How far from finished: the lowest of a case is what the case shows.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::AwaitingStaff { .. } => 0,
            Self::AwaitingConfirmation { .. } => 1,
            Self::AwaitingIdentity { .. } => 2,
            Self::AwaitingRequester { .. } => 3,
            Self::Scheduled { .. } => 4,
            Self::InProgress { .. } => 5,
            Self::Answered { .. } => 6,
            Self::Refused { .. } => 7,
            Self::Closed { .. } => 8,
        }
    }
}

/// One request of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The database's number.
    pub id: RequestId,
    /// What is asked.
    pub ask: Ask,
    /// When it reached the mailbox.
    pub received: Timestamp,
    /// Answer at the latest on this day.
    pub due: Date,
    /// The day if it is, or were, extended.
    pub due_extended: Date,
    /// Whether the requester was told that it takes longer.
    pub extended: bool,
    /// How sure the sender was when it came.
    pub proof: Proof,
    /// Where it stands.
    pub state: RequestState,
    /// The deciding words.
    pub evidence: Vec<String>,
}

impl Request {
    /// The day that counts now.
    #[must_use]
    pub const fn deadline(&self) -> Date {
        if self.extended { self.due_extended } else { self.due }
    }
}

/// One case with its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The database's number.
    pub id: CaseId,
    /// What people call it.
    pub reference: Reference,
    /// Whose matter it is; the bare address.
    pub requester: Address,
    /// The display name that came with it. Hostile text, for staff only.
    pub requester_name: String,
    /// The customer, once known.
    pub customer: Option<CustomerId>,
    /// The language of the opening mail.
    pub language: Language,
    /// When the opening mail reached the mailbox.
    pub received: Timestamp,
    /// Its mails from outside, oldest first; the first one opened it.
    pub mails: Vec<CaseMail>,
    /// Its requests, oldest first.
    pub requests: Vec<Request>,
}

/// What a case keeps of a mail from outside: threading and content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseMail {
    /// Its Message-ID, for `In-Reply-To`.
    pub message_id: Option<String>,
    /// Its subject. Hostile text, for staff only.
    pub subject: String,
    /// The sender's own words. Hostile text, for staff only.
    pub own_words: String,
    /// Names of attached files. Hostile text, for staff only.
    pub attachments: Vec<String>,
}

impl Case {
    /// The Message-ID of the last mail from outside, which our letters answer.
    #[must_use]
    pub fn last_message_id(&self) -> Option<String> {
        self.mails.iter().rev().find_map(|mail| mail.message_id.clone())
    }

    /// The request with this number.
    #[must_use]
    pub fn request(&self, id: RequestId) -> Option<&Request> {
        self.requests.iter().find(|request| request.id == id)
    }

    /// The least finished request, which the case shows as its state.
    #[must_use]
    pub fn least_finished(&self) -> Option<&Request> {
        self.requests.iter().min_by_key(|request| request.state.rank())
    }

    /// The earliest deadline among the requests that are open, else among all.
    #[must_use]
    pub fn deadline(&self) -> Option<Date> {
        let open = self.open().map(Request::deadline).min();
        open.or_else(|| self.requests.iter().map(Request::deadline).min())
    }

    /// Requests that are not finished.
    pub fn open(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|request| !request.state.is_final())
    }

    /// Whether nothing is open.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.open().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_back_as_written() {
        let reference = Reference::new(2026, 7);
        assert_eq!(reference.as_str(), "PL-2026-0007");
        assert_eq!(Reference::parse("pl-2026-0007 "), Some(reference));
        for text in ["PL-26-0001", "PL-2026-1", "PL-2026-0001-2", "XX-2026-0001", ""] {
            assert_eq!(Reference::parse(text), None, "{text}");
        }
    }

    #[test]
    fn deleting_or_sending_data_elsewhere_takes_the_customer_number_and_more_than_a_ja() {
        for proposal in [Proposal::Erase, Proposal::DiscloseElsewhere] {
            assert!(proposal.needs_customer_number() && proposal.touches_data());
        }
        assert!(!Proposal::Correct.touches_data());
    }

    #[test]
    fn the_state_in_the_database_carries_its_name() {
        let state = RequestState::Closed { at: Timestamp::UNIX_EPOCH, how: Closing::Handled };
        let json = serde_json::to_value(&state).unwrap();
        assert_eq!(json["state"], state.name());
        assert_eq!(serde_json::from_value::<RequestState>(json).unwrap(), state);
    }
}
