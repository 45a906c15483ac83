//! What a decision decides: a list of steps that one transaction writes down. A plan is data; `explain` prints it.
//! Nothing happens by making one.

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::case::{Approval, Ask, Case, CaseId, CaseMail, RequestId, RequestState};
use super::customer::CustomerId;
use super::facts::{Review, ReviewId, TokenId};
use super::language::Language;
use super::right::Rights;
use super::sender::Proof;
use super::time::{Date, Timestamp};

/// The steps of one decision, in order.
#[derive(Debug, Clone, Default)]
#[must_use = "a plan does nothing until it is committed"]
pub struct Plan {
    /// In order.
    pub steps: Vec<Step>,
    /// What becomes of the mail itself, after the commit.
    pub settle: Settle,
}

/// What becomes of the mail itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Settle {
    /// It stays exactly as it was.
    #[default]
    Leave,
    /// It opens or joins a case: to the case folder.
    ToCaseFolder,
}

/// One thing to write down.
#[derive(Debug, Clone)]
pub enum Step {
    /// Open a case. At most one in a plan; later steps mean it when they say [`Target::New`].
    Open(NewCase),
    /// The mail belongs to this case and is kept with it.
    Join(CaseId, CaseMail),
    /// Add a request to an existing case.
    Add(CaseId, NewRequest),
    /// Move a request to another state.
    Set {
        /// Which.
        request: RequestKey,
        /// Where to.
        state: RequestState,
        /// By whom, for the log.
        by: By,
    },
    /// The requester was told that it takes longer.
    Extend(RequestId),
    /// A request got a better proof.
    Prove(RequestId, Proof),
    /// The case is about this customer.
    Identify(CaseId, CustomerId),
    /// Put a letter, or a deed, in the outbox.
    Post(Post),
    /// Take back what waits in the outbox for these requests.
    Withdraw(Vec<RequestId>),
    /// Stop a use of somebody's data.
    Suppress {
        /// Whose.
        whom: Whom,
        /// Which use.
        what: Suppression,
    },
    /// A use that was stopped may go on.
    Lift {
        /// Whose.
        whom: Whom,
        /// Which use.
        what: Suppression,
    },
    /// A person must look.
    Review(Box<Review>),
    /// Staff looked.
    CloseReview(ReviewId),
    /// The token was used: it and its twins are dead.
    UseToken(TokenId),
    /// Automatic mail off, or on.
    Pause(bool),
    /// The letter did not arrive.
    Bounced {
        /// The outbox row.
        post: i64,
        /// The address that did not take it.
        address: Address,
    },
    /// The mails of this case go back to the inbox.
    MailsBack(CaseId),
    /// Nothing is done, for this reason.
    Ignore(&'static str),
}

/// Which request a step means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKey {
    /// The n-th that this plan makes.
    New(usize),
    /// One that exists.
    Old(RequestId),
}

/// Which case a letter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The one this plan opens.
    New,
    /// One that exists.
    Old(CaseId),
    /// None.
    None,
}

/// Who did something, for the log and the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The program, by the rules.
    Program,
    /// The requester or owner, by reply.
    Person,
    /// A member of staff, by reply.
    Staff(Address),
    /// Whoever runs the program, by a command on the machine itself.
    Operator,
}

/// A case to open.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// Whose matter.
    pub requester: Address,
    /// The display name. Hostile.
    pub requester_name: String,
    /// The customer, when known.
    pub customer: Option<CustomerId>,
    /// The language of the mail.
    pub language: Language,
    /// When the mail reached the mailbox.
    pub received: Timestamp,
    /// The mail.
    pub mail: CaseMail,
    /// What is asked.
    pub requests: Vec<NewRequest>,
}

/// A request to write down.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// What is asked.
    pub ask: Ask,
    /// When it reached the mailbox.
    pub received: Timestamp,
    /// Answer at the latest on this day.
    pub due: Date,
    /// The day if extended.
    pub due_extended: Date,
    /// How sure the sender is.
    pub proof: Proof,
    /// The deciding words.
    pub evidence: Vec<String>,
    /// Where it starts.
    pub state: RequestState,
}

/// A letter or deed for the outbox: the intention, never the content (design rule 1).
#[derive(Debug, Clone)]
pub struct Post {
    /// What to write or do.
    pub intention: Intention,
    /// The one address it goes to.
    pub to: Address,
    /// The case it belongs to.
    pub target: Target,
    /// The requests it is about.
    pub requests: Vec<RequestKey>,
    /// Whether it is subject to budgets and to `pauze`.
    pub lane: Lane,
    /// Not before this moment.
    pub not_before: Timestamp,
    /// What a reply to it may do.
    pub token: Option<TokenStep>,
    /// The Message-ID of the mail it answers, if it answers one.
    pub in_reply_to: Option<String>,
    /// Why, for `explain`.
    pub why: &'static str,
}

/// In which queue a letter stands (policy §2, budgets).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A first answer to a proven sender.
    AutomaticProven,
    /// A first answer to anybody else.
    AutomaticUnproven,
    /// A later step of a proven or confirmed case, taken by the program itself: no budget, but `pauze` holds it.
    AutomaticLater,
    /// What staff ordered: no budget, and `pauze` does not hold it.
    Ordered,
    /// To staff.
    Staff,
}

impl Lane {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AutomaticProven => "automatic_proven",
            Self::AutomaticUnproven => "automatic_unproven",
            Self::AutomaticLater => "automatic_later",
            Self::Ordered => "ordered",
            Self::Staff => "staff",
        }
    }
}

/// What a reply that carries the token of a letter may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStep {
    /// Join the case.
    Thread,
    /// Answer "did you ask this?"
    Confirmation,
    /// Say "nee" to an approved disclosure.
    OwnerNotice,
    /// Decide about the case.
    StaffCase,
    /// Decide about reviews.
    StaffReview,
}

impl TokenStep {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Thread, Self::Confirmation, Self::OwnerNotice, Self::StaffCase, Self::StaffReview];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Thread => "thread",
            Self::Confirmation => "confirmation",
            Self::OwnerNotice => "owner_notice",
            Self::StaffCase => "staff_case",
            Self::StaffReview => "staff_review",
        }
    }

    /// The step with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// Whose data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A customer's.
    Customer(CustomerId),
    /// Whatever is held about this address.
    Address(Address),
}

/// A use of data that is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// Direct marketing (art. 21(3)).
    Marketing,
    /// What consent was withdrawn for (art. 7(3)).
    Consent,
    /// The use objected to (art. 21(1)).
    Objection,
    /// Everything but storage (art. 18).
    Restriction,
}

impl Suppression {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Marketing, Self::Consent, Self::Objection, Self::Restriction];

    /// The name in JSON and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::Consent => "consent",
            Self::Objection => "objection",
            Self::Restriction => "restriction",
        }
    }
}

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
        how: super::case::Closing,
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
    /// A mail could not be read at all.
    Unreadable,
    /// A right to receive was lost between approval and sending.
    Denied {
        /// Why.
        why: String,
    },
}

/// One line of `explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// One of the kinds of contract.md.
    pub kind: &'static str,
    /// To whom, where a mail goes out.
    pub to: Option<String>,
    /// Why.
    pub why: String,
}

impl Plan {
    /// A plan that does nothing.
    pub fn ignore(why: &'static str) -> Self {
        Self { steps: vec![Step::Ignore(why)], settle: Settle::Leave }
    }

    /// What `explain` prints: the plan as actions, each kind and recipient once.
    #[must_use]
    pub fn actions(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = Vec::new();
        for action in self.steps.iter().filter_map(Step::action) {
            if !actions.contains(&action) {
                actions.push(action);
            }
        }
        actions
    }
}

impl Step {
    fn action(&self) -> Option<Action> {
        let action = |kind, to: Option<&Address>, why: &str| {
            Some(Action { kind, to: to.map(|address| address.as_str().to_owned()), why: why.to_owned() })
        };
        match self {
            Self::Post(post) => post.action(),
            Self::Join(..) | Self::Add(..) => action("join_case", None, "belongs to an open case"),
            Self::Suppress { what, .. } => match what {
                Suppression::Restriction | Suppression::Objection => action("freeze", None, what.name()),
                Suppression::Marketing | Suppression::Consent => action("record_objection", None, what.name()),
            },
            Self::Review(review) => action("review", None, review.why.name()),
            Self::Pause(_) => action("staff_command", None, "automatic mail off or on"),
            Self::Ignore(why) => action("ignore", None, why),
            Self::Open(_)
            | Self::Set { .. }
            | Self::Extend(_)
            | Self::Prove(..)
            | Self::Identify(..)
            | Self::Withdraw(_)
            | Self::Lift { .. }
            | Self::CloseReview(_)
            | Self::UseToken(_)
            | Self::Bounced { .. }
            | Self::MailsBack(_) => None,
        }
    }
}

impl Post {
    fn action(&self) -> Option<Action> {
        let (kind, named) = match &self.intention {
            Intention::DiscloseToOwner { .. }
            | Intention::DiscloseApproved { .. }
            | Intention::DiscloseContact { .. } => ("disclose", true),
            Intention::AskIdentity { .. } => ("ask_identity", true),
            Intention::AskConfirmation { .. } => ("ask_confirmation", true),
            Intention::Acknowledge
            | Intention::ObjectionRecorded
            | Intention::Done { .. }
            | Intention::Ask { .. }
            | Intention::Extension { .. }
            | Intention::RepeatNote { .. }
            | Intention::AddressAdded
            | Intention::Closed { .. } => ("acknowledge", true),
            Intention::AnswerComplaint => ("answer_complaint", true),
            Intention::Refuse { .. } | Intention::RefuseUnidentified { .. } => ("refuse", true),
            Intention::NotifyOwner { .. } => ("notify_owner", true),
            Intention::StaffCase { .. } => ("queue", false),
            Intention::StaffReview { .. } => ("review", false),
            Intention::StaffHelp { .. } | Intention::StaffConfirmation { .. } | Intention::StaffStatus => {
                ("staff_command", false)
            }
            Intention::StaffAlert { .. } => ("alert_staff", false),
            // Not an answer to this mail: they happen later, if at all.
            Intention::Erase { .. } | Intention::RemindIdentity { .. } => return None,
        };
        Some(Action { kind, to: named.then(|| self.to.as_str().to_owned()), why: self.why.to_owned() })
    }
}

impl super::facts::ReviewReason {
    /// A short English phrase for `explain` and the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unclear => "unclear what is asked",
            Self::MalformedSender => "malformed sender",
            Self::SuspectStranger => "unknown and suspect sender",
            Self::OtherFolder => "found in a folder that is never answered automatically",
            Self::MachineAsks => "a machine wrote it, but it asks something",
            Self::Unreadable => "could not be read",
            Self::ClosedCase => "belongs to a closed case",
            Self::OpenCase => "this requester was answered already",
            Self::Replay => "a replay of a mail seen before",
            Self::UnclearAnswer => "an unclear answer to our question",
            Self::OtherPerson => "names somebody else's case",
        }
    }
}

/// The case a plan works on, for those who compose it.
impl From<&Case> for Target {
    fn from(case: &Case) -> Self {
        Self::Old(case.id)
    }
}
