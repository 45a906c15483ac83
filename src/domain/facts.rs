//! All that a decision needs, gathered before it is taken. Plain data: the decision asks nobody anything.

use super::address::Address;
use super::case::{Ask, Case, CaseId, CaseMail, Reference, RequestId};
use super::customer::{Customer, Standing};
use super::sender::{Proof, Sender};
use super::time::{Date, Timestamp};
use super::verdict::Classification;

/// Where a mail was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The inbox.
    Inbox,
    /// A folder that is only `also_read`: never answered automatically (policy §5).
    AlsoRead,
}

/// The facts about one mail.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The moment of the decision.
    pub now: Timestamp,
    /// When the mail reached the mailbox: the clock starts here.
    pub received: Timestamp,
    /// Which folder it was found in.
    pub place: Place,
    /// The name of that folder, for staff.
    pub folder: String,
    /// Who the `From` names.
    pub from: Sender,
    /// How sure that is.
    pub proof: Proof,
    /// What the directory says of the address.
    pub standing: Standing,
    /// What kind of mail it is and what it belongs to.
    pub route: Route,
    /// What it asks.
    pub classification: Classification,
    /// Threading and content.
    pub mail: CaseMail,
    /// What this sender got and asked lately.
    pub recent: Recent,
    /// It reports a data leak or a misdelivered mail.
    pub leak: bool,
    /// The same Message-ID was seen before on another mail: a replay (policy §1).
    pub replay: bool,
    /// It could not be read well enough to know what it asks (encrypted, damaged, too large).
    pub unreadable: bool,
    /// The due dates for a request received now.
    pub due: Due,
}

/// Due dates counted from the receipt of the mail (policy §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Within a month.
    pub normal: Date,
    /// Within three months.
    pub extended: Date,
    /// The closing date of a question for identity asked now.
    pub identity_closes: Date,
}

/// What this sender got and asked lately.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    /// Asks of this sender that were answered with data within `repeat`, with the day of that answer and its case.
    pub disclosed: Vec<(Ask, Date, CaseId)>,
    /// Mails that we sent to this address, unknown and unproven, within the last week.
    pub stranger_mails: u32,
    /// An open case of this requester.
    pub open_case: Option<Reference>,
    /// What is open in it.
    pub open_asks: Vec<Ask>,
}

/// What kind of mail it is, and what it belongs to.
#[derive(Debug, Clone)]
pub enum Route {
    /// Our own mail coming back.
    OurOwn,
    /// A delivery report; of which of our letters, when it could be told.
    Bounce {
        /// Delivery failed for good.
        failed: bool,
        /// The letter that did not arrive.
        of: Option<SentLetter>,
    },
    /// Another machine.
    Machine,
    /// A mail from a staff address that carries a staff token of ours, or gives an order that needs none.
    Staff {
        /// What it answers.
        answers: StaffThread,
    },
    /// An answer to one of our questions, from the address that was asked, with its token.
    Answer {
        /// Which question.
        question: Question,
        /// The token that came with it.
        token: TokenId,
        /// The requests that were asked about.
        about: Vec<RequestId>,
        /// The case.
        case: Case,
    },
    /// A follow-up in a case, from its requester or an owner of its customer, with the case's token.
    Joins {
        /// The case.
        case: Case,
    },
    /// It replies to a message that is not the program's.
    Conversation,
    /// A new mail. It may carry the token of somebody else's case; then staff see the link.
    New {
        /// The case whose token it carried without a right to it.
        linked: Option<Case>,
    },
}

/// What a staff mail answers.
#[derive(Debug, Clone)]
pub enum StaffThread {
    /// A case mail, with a token that is good.
    Case(Box<StaffCase>),
    /// A review digest, with a token that is good.
    Reviews {
        /// The token.
        token: TokenId,
        /// The items in the order of the digest; those already decided are marked.
        items: Vec<ReviewItem>,
    },
    /// A mail of ours whose token was used already, or ran out.
    Spent {
        /// Of this case.
        reference: Option<Reference>,
    },
    /// None of ours.
    None,
}

/// All that a command about a case needs.
#[derive(Debug, Clone)]
pub struct StaffCase {
    /// The token that came with it.
    pub token: TokenId,
    /// The case.
    pub case: Case,
    /// The customer that the command names, else the case's own; `None` when there is no such customer.
    pub customer: Option<OnFile>,
    /// What the directory says of the requester today.
    pub requester: Standing,
    /// Whether the requester has had a mail from us in this case.
    pub wrote: bool,
}

/// A customer as on file now, with a digest of the record that an approval is tied to.
#[derive(Debug, Clone)]
pub struct OnFile {
    /// The customer.
    pub customer: Customer,
    /// Changes when the record changes.
    pub record: String,
}

/// The database's number of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenId(pub i64);

/// Which question a customer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// "Did you ask this?"
    Confirmation,
    /// "Somebody else was approved for your data; say nee to stop it."
    OwnerNotice,
}

/// The database's number of a mail that a person must look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ReviewId(pub i64);

/// A mail that a person must look at, as it was read.
#[derive(Debug, Clone)]
pub struct ReviewItem {
    /// The database's number.
    pub id: ReviewId,
    /// Whether staff decided about it already.
    pub decided: bool,
    /// The mail.
    pub review: Review,
    /// What the directory says of its sender today.
    pub standing: Standing,
    /// Due dates counted from its receipt.
    pub due: Due,
}

/// A mail for people to look at.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Review {
    /// Who wrote it; `None` when the `From` is malformed.
    pub from: Option<Address>,
    /// The display name. Hostile.
    pub name: String,
    /// How sure the sender is.
    pub proof: Proof,
    /// When it reached the mailbox.
    pub received: Timestamp,
    /// What it may ask.
    pub classification: Classification,
    /// Threading and content. Hostile.
    pub mail: CaseMail,
    /// The folder it lies in.
    pub folder: String,
    /// Why a person must look.
    pub why: ReviewReason,
    /// The case that it seems to belong to.
    pub linked: Option<Reference>,
}

/// Why a person must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// The words do not tell surely what is asked.
    Unclear,
    /// The `From` names nobody.
    MalformedSender,
    /// Unknown, and something speaks against the sender.
    SuspectStranger,
    /// Found in a folder that is never answered automatically.
    OtherFolder,
    /// A machine wrote it, but it asks something.
    MachineAsks,
    /// It could not be read (encrypted, damaged, too large).
    Unreadable,
    /// It belongs to a closed case.
    ClosedCase,
    /// This requester has an open case, or got a mail from us this week.
    OpenCase,
    /// The same Message-ID came before with other content.
    Replay,
    /// It answers our question without a clear yes or no, or from a sender that is suspect.
    UnclearAnswer,
    /// Somebody else's case was named in it.
    OtherPerson,
}

/// One of our letters, as found by the token in a delivery report.
#[derive(Debug, Clone)]
pub struct SentLetter {
    /// The outbox row.
    pub post: i64,
    /// Which letter.
    pub kind: String,
    /// Whether it carried personal data.
    pub disclosure: bool,
    /// To whom it went.
    pub to: Address,
    /// Its case.
    pub case: Option<Case>,
}
