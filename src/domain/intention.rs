//! What a letter or deed in the outbox is for, and what staff are told: intentions and facts, never the data of a customer
//! and never finished words.

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::case::{Approval, Closing};
use super::customer::CustomerId;
use super::facts::ReviewId;
use super::right::Rights;
use super::time::{Date, Timestamp};

/// What an outbox row is for. Holds what to say, not the data said about a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Intention {
    /// The customer's data, to an owner address on file.
    DiscloseToOwner {
        /// Whose data.
        customer: CustomerId,
    },
    /// The customer's data, to an address that staff approved.
    DiscloseApproved {
        /// What staff approved.
        approval: Approval,
    },
    /// What is held about a contact, to that contact, approved by staff.
    DiscloseContact {
        /// What staff approved.
        approval: Approval,
    },
    /// "We hold nothing": the answer to a stranger whom staff identified as no customer is a refusal; this is for owners.
    AskIdentity {
        /// The closing date told.
        closes: Date,
        /// Only corrections are asked: the lighter way is enough.
        light: bool,
    },
    /// "We still wait to see who you are." Pointless once the requester answered.
    RemindIdentity {
        /// When we asked.
        asked: Date,
        /// The closing date told.
        closes: Date,
        /// Only corrections are asked.
        light: bool,
    },
    /// No, because nobody showed who it is before the closing date (art. 12(4)).
    RefuseUnidentified {
        /// When we asked.
        asked: Date,
    },
    /// "Did you ask this?"
    AskConfirmation {
        /// How long an answer counts.
        until: Timestamp,
    },
    /// "We have it, and this happens next."
    Acknowledge,
    /// The answer to a complaint.
    AnswerComplaint,
    /// "We stopped this use."
    ObjectionRecorded,
    /// No, because.
    Refuse {
        /// Staff's words.
        reason: String,
    },
    /// "Somebody else was approved for your data."
    NotifyOwner {
        /// When the data leaves.
        leaves: Timestamp,
    },
    /// Done.
    Done {
        /// Staff's words.
        text: Option<String>,
    },
    /// Staff ask.
    Ask {
        /// Staff's words.
        text: String,
    },
    /// It takes longer.
    Extension {
        /// Staff's words.
        reason: String,
    },
    /// "You got this on …"
    RepeatNote {
        /// The day.
        answered: Date,
    },
    /// "An address was added to your record."
    AddressAdded,
    /// Closed without action.
    Closed {
        /// Why.
        how: Closing,
    },
    /// Staff must decide.
    StaffCase {
        /// What happened.
        note: StaffNote,
    },
    /// Mails that a person must look at.
    StaffReview {
        /// In the order of the numbers in the mail.
        items: Vec<ReviewId>,
    },
    /// What was not understood, and the commands.
    StaffHelp {
        /// What is wrong.
        problem: StaffProblem,
    },
    /// What was done.
    StaffConfirmation {
        /// What, one line each.
        done: Vec<StaffDone>,
    },
    /// Something is wrong.
    StaffAlert {
        /// What.
        alert: Alert,
    },
    /// The state of a case.
    StaffStatus,
    /// A deed: erase the customer.
    Erase {
        /// What staff approved.
        approval: Approval,
    },
}

impl Intention {
    /// The name in the outbox, the log and the `.json` beside an `.eml`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::DiscloseToOwner { .. } | Self::DiscloseApproved { .. } | Self::DiscloseContact { .. } => {
                "access_answer"
            }
            Self::AskIdentity { .. } => "ask_identity",
            Self::RemindIdentity { .. } => "identity_reminder",
            Self::RefuseUnidentified { .. } => "refusal",
            Self::AskConfirmation { .. } => "ask_confirmation",
            Self::Acknowledge => "acknowledgement",
            Self::AnswerComplaint => "complaint_answer",
            Self::ObjectionRecorded => "objection_recorded",
            Self::Refuse { .. } => "refusal",
            Self::NotifyOwner { .. } => "owner_notice",
            Self::Done { .. } => "done",
            Self::Ask { .. } => "question",
            Self::Extension { .. } => "extension",
            Self::RepeatNote { .. } => "repeat_note",
            Self::AddressAdded => "address_added",
            Self::Closed { .. } => "closed",
            Self::StaffCase { .. } => "staff_case",
            Self::StaffReview { .. } => "staff_review",
            Self::StaffHelp { .. } => "staff_help",
            Self::StaffConfirmation { .. } => "staff_confirmation",
            Self::StaffAlert { .. } => "staff_alert",
            Self::StaffStatus => "staff_status",
            Self::Erase { .. } => "erase",
        }
    }

    /// Whether it carries personal data of a customer to somebody: never sent again when its outcome is unknown.
    #[must_use]
    pub const fn is_disclosure(&self) -> bool {
        match self {
            Self::DiscloseToOwner { .. } | Self::DiscloseApproved { .. } | Self::DiscloseContact { .. } => true,
            Self::AskIdentity { .. }
            | Self::RemindIdentity { .. }
            | Self::RefuseUnidentified { .. }
            | Self::AskConfirmation { .. }
            | Self::Acknowledge
            | Self::AnswerComplaint
            | Self::ObjectionRecorded
            | Self::Refuse { .. }
            | Self::NotifyOwner { .. }
            | Self::Done { .. }
            | Self::Ask { .. }
            | Self::Extension { .. }
            | Self::RepeatNote { .. }
            | Self::AddressAdded
            | Self::Closed { .. }
            | Self::StaffCase { .. }
            | Self::StaffReview { .. }
            | Self::StaffHelp { .. }
            | Self::StaffConfirmation { .. }
            | Self::StaffAlert { .. }
            | Self::StaffStatus
            | Self::Erase { .. } => false,
        }
    }
}

/// Why staff get a case mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffNote {
    /// A new case.
    New,
    /// The owner confirmed it.
    Confirmed,
    /// The requester answered; perhaps with an identity.
    RequesterAnswered,
    /// Something new is asked in the case.
    NewRequest,
    /// Staff stopped or changed it; decide again.
    Again,
    /// The right to receive was gone at the moment of sending.
    Denied,
    /// The erasure ran; these things people must do by hand.
    ManualSteps,
}

/// Why a staff mail did nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffProblem {
    /// No command on the first own line.
    NotUnderstood {
        /// Perhaps this was meant.
        suggestion: Option<String>,
    },
    /// Several commands in one reply.
    Several,
    /// A yes with a condition, or a no in other words.
    Conditional,
    /// A reason or text is missing behind this word.
    TextMissing(String),
    /// No right is named.
    RightMissing,
    /// There is not exactly one address behind `verzoek`.
    AddressMissing,
    /// The date is not understood.
    DateUnclear,
    /// The text is longer than a letter takes.
    TextTooLong,
    /// The sender is not proven.
    NotProven,
    /// The token was used: somebody decided before.
    AlreadyDecided,
    /// The case is closed.
    CaseClosed,
    /// The customer number must be named.
    CustomerNumberNeeded,
    /// There is no such customer.
    NoSuchCustomer,
    /// The number is another customer's than that of this case.
    OtherCustomer,
    /// None of the requests of this case is that right, or is open.
    NoSuchRequest,
    /// The command does not fit the state of the case.
    DoesNotFit,
    /// `ja` or `ok` is not enough where data is shown or deleted.
    WordTooWeak,
    /// A digest has several items: answer with lines.
    LinesNeeded,
    /// The date for an extension is over.
    TooLate,
    /// The command needs a case mail to reply to.
    NoCase,
    /// Just help.
    Asked,
}

/// One thing that a command did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffDone {
    /// Data goes to this address now.
    Disclosed(Address),
    /// Data goes to this address at this moment, unless the owner says no.
    DisclosureScheduled(Address, Timestamp),
    /// The erasure runs at this moment.
    ErasureScheduled(Timestamp),
    /// These are to be done by hand now; then `klaar`.
    ManualNow(Rights),
    /// These are finished and the requester is told.
    Finished(Rights),
    /// Refused, and the requester is told.
    Refused(Rights),
    /// Asked the requester.
    Asked,
    /// Extended, and the requester is told.
    Extended(Date),
    /// The requests of the case are now these.
    Relabelled(Rights),
    /// Closed without a request.
    NoRequest,
    /// Settled outside.
    Handled,
    /// Stopped what was approved.
    Stopped(Rights),
    /// A letter was sent as prepared.
    LetterSent,
    /// A case was opened for this person.
    Opened(Address),
    /// Automatic mail is off.
    Paused,
    /// Automatic mail is on.
    Resumed,
}

/// Something is wrong, and staff must know at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// A letter came back.
    Bounced {
        /// Which letter.
        kind: String,
        /// It carried personal data: possibly a data breach (art. 33).
        disclosure: bool,
    },
    /// The mail server refused a letter for good.
    SendFailed {
        /// Which letter.
        kind: String,
        /// What the server said; never the content.
        error: String,
    },
    /// It is unknown whether a letter with data was sent: it is not sent again.
    OutcomeUnknown,
    /// The owner said that it was not them.
    OwnerDenied,
    /// The owner stopped an approved disclosure.
    OwnerStopped,
    /// customers.csv is broken; the old list is used.
    DirectoryBroken {
        /// File, line and column.
        error: String,
    },
    /// An address was added to, or replaced in, a customer's record.
    AddressAdded {
        /// Whose.
        customer: CustomerId,
    },
    /// A request came from an address that was added too recently.
    YoungAddress {
        /// Whose.
        customer: CustomerId,
    },
    /// A budget is used up; the rest waits.
    BudgetUsed {
        /// Which.
        lane: String,
    },
    /// Somebody reports a leak or a misdelivered mail: possibly a data breach (art. 33).
    PossibleLeak {
        /// Who wrote it; `None` when the `From` is malformed.
        from: Option<Address>,
        /// The folder where the mail lies.
        folder: String,
    },
    /// A mail could not be read at all.
    Unreadable,
    /// A right to receive was lost between approval and sending.
    Denied {
        /// Why.
        why: String,
    },
}
