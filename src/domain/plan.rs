//! What a decision decides: a list of steps that one transaction writes down. A plan is data; `explain` prints it.
//! Nothing happens by making one.

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::case::{Ask, Case, CaseId, CaseMail, RequestId, RequestState};
use super::customer::CustomerId;
use super::facts::{Review, ReviewId, TokenId};
pub use super::intention::{Alert, Intention, StaffDone, StaffNote, StaffProblem};
use super::language::Language;
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
