//! What mails from outside lead to (policy §2): a new request ([`fresh`]), or something in a case that exists
//! ([`customer`]). [`table`] is the policy table; [`compose`] turns its cells into states and letters.

mod compose;
pub(in crate::rules) mod customer;
pub mod table;
#[cfg(test)]
mod tests;

pub use compose::staff_alert;
pub(in crate::rules) use compose::{Asker, Composer, first_answer, staff_case, suppressed};
pub use customer::undelivered;

use self::table::{Sure, Who};
use crate::domain::address::Address;
use crate::domain::case::{Ask, Case, CaseId, Closing, Request, RequestState};
use crate::domain::facts::{Facts, Place, Review, ReviewReason};
use crate::domain::plan::{
    By, Intention, NewCase, NewRequest, Plan, Post, RequestKey, Settle, StaffNote, Step, Target, TokenStep,
};
use crate::domain::sender::{Authenticity, Because, Proof, Sender};
use crate::domain::settings::{Automatic, Settings};
use crate::domain::verdict::{Classification, Verdict};

/// Machine mail is never answered; one that clearly asks something is looked at (policy §2).
pub(in crate::rules) fn machine(facts: &Facts) -> Plan {
    match facts.classification.verdict {
        Verdict::Request => review(facts, ReviewReason::MachineAsks, None),
        Verdict::Review | Verdict::Ordinary | Verdict::Automated => Plan::ignore("machine mail"),
    }
}

/// A mail that opens a case, or goes to people, or is nothing.
pub(in crate::rules) fn fresh(facts: &Facts, settings: &Settings, linked: Option<&Case>, conversation: bool) -> Plan {
    if let Some(plan) = owner_after_all(facts, settings, linked) {
        return plan;
    }
    if let Some(reason) = why_people_look(facts, linked) {
        return review(facts, reason, linked);
    }
    let (Verdict::Request, Sender::Mailbox { address, name }, Some(sure)) =
        (facts.classification.verdict, &facts.from, Sure::of(facts.proof.authenticity))
    else {
        return Plan::ignore("ordinary mail");
    };
    let who = Who::of(address, &facts.standing);
    let stranger = matches!(who, Who::Stranger | Who::Young { .. });
    if stranger && sure == Sure::Suspect {
        return review(facts, ReviewReason::SuspectStranger, linked);
    }
    let asks = asked(&facts.classification);
    // A stranger who is not proven gets one mail a week; who is, is not asked the same twice.
    let had_a_mail = sure == Sure::Unproven && facts.recent.stranger_mails > 0;
    if stranger && (had_a_mail || asks.iter().all(|ask| facts.recent.open_asks.contains(ask))) {
        return review(facts, ReviewReason::OpenCase, linked);
    }
    let (notes, asks) = repeated(facts, settings, (&who, sure), conversation, asks);
    if asks.is_empty() {
        return Plan { steps: notes, settle: Settle::Leave };
    }
    let mut steps = open(facts, settings, (&who, sure), (address, name), (asks, conversation));
    steps.extend(notes);
    Plan { steps, settle: if conversation { Settle::Leave } else { Settle::ToCaseFolder } }
}

/// A proven mail from an owner address, in the thread of a case that waits for an identity, ends that question (policy §2):
/// what was asked there is asked by the owner now.
fn owner_after_all(facts: &Facts, settings: &Settings, linked: Option<&Case>) -> Option<Plan> {
    let (case, Sender::Mailbox { address, name }) = (linked?, &facts.from) else { return None };
    let who = Who::of(address, &facts.standing);
    let waiting: Vec<&Request> =
        case.open().filter(|request| matches!(request.state, RequestState::AwaitingIdentity { .. })).collect();
    let proven = facts.proof.authenticity == Authenticity::Proven;
    if !proven || facts.replay || facts.place != Place::Inbox || waiting.is_empty() || !matches!(who, Who::Owner { .. })
    {
        return None;
    }
    let mut asks: Vec<Ask> = waiting.iter().map(|request| request.ask).collect();
    if facts.classification.verdict == Verdict::Request {
        asks.extend(asked(&facts.classification));
    }
    asks.sort_unstable();
    asks.dedup();
    let mut steps = open(facts, settings, (&who, Sure::Proven), (address, name), (asks, false));
    steps.push(Step::Withdraw(waiting.iter().map(|request| request.id).collect()));
    steps.extend(waiting.iter().map(|request| Step::Set {
        request: RequestKey::Old(request.id),
        state: RequestState::Closed { at: facts.now, how: Closing::Handled },
        by: By::Person,
    }));
    Some(Plan { steps, settle: Settle::ToCaseFolder })
}

/// Opens a case for these asks: the table says what becomes of each.
fn open(
    facts: &Facts,
    settings: &Settings,
    (who, sure): (&Who, Sure),
    (address, name): (&Address, &str),
    (asks, conversation): (Vec<Ask>, bool),
) -> Vec<Step> {
    let in_reply_to = facts.mail.message_id.clone();
    let lane = first_answer(sure);
    let asker = Asker { who, sure, requester: address, conversation, lane, in_reply_to };
    let mut composer = Composer::new(settings, facts.now, facts.due, asker, Target::New);
    let place = |(n, ask)| new_request(facts, ask, composer.place(RequestKey::New(n), ask));
    let requests = asks.into_iter().enumerate().map(place).collect();
    let mut steps = vec![Step::Open(NewCase {
        requester: address.clone(),
        requester_name: name.to_owned(),
        customer: who.customer().map(|customer| customer.id.clone()),
        language: facts.classification.language,
        received: facts.received,
        mail: facts.mail.clone(),
        requests,
    })];
    steps.extend(composer.finish(StaffNote::New));
    steps
}

/// What an owner asks again within a day gets a short note instead of the data (policy §2), where a mail may be answered
/// without staff at all. The notes, and what is left to decide.
pub(in crate::rules) fn repeated(
    facts: &Facts,
    settings: &Settings,
    (who, sure): (&Who, Sure),
    conversation: bool,
    mut asks: Vec<Ask>,
) -> (Vec<Step>, Vec<Ask>) {
    let mut notes = Vec::new();
    let by_itself = match (settings.automatic, sure) {
        (_, Sure::Suspect) | (Automatic::None, _) | (Automatic::Safe, Sure::Unproven) => false,
        (Automatic::All | Automatic::Safe, Sure::Proven) => true,
        (Automatic::All, Sure::Unproven) => !conversation,
    };
    if let (Who::Owner { address, .. }, true) = (who, by_itself) {
        asks.retain(|ask| {
            let before = facts.recent.disclosed.iter().find(|(earlier, ..)| earlier == ask);
            if let Some((_, day, case)) = before {
                notes.push(repeat_note(facts, address, sure, (*day, *case)));
            }
            before.is_none()
        });
    }
    (notes, asks)
}

/// Why this mail goes to people before the table is even asked.
fn why_people_look(facts: &Facts, linked: Option<&Case>) -> Option<ReviewReason> {
    let asks = matches!(facts.classification.verdict, Verdict::Request | Verdict::Review);
    match (&facts.from, facts.place) {
        _ if facts.unreadable => Some(ReviewReason::Unreadable),
        _ if !asks => linked.map(|_| ReviewReason::OtherPerson),
        _ if facts.replay => Some(ReviewReason::Replay),
        (Sender::Malformed(_), _) => Some(ReviewReason::MalformedSender),
        (Sender::Mailbox { .. }, Place::AlsoRead) => Some(ReviewReason::OtherFolder),
        (Sender::Mailbox { .. }, Place::Inbox) => match facts.classification.verdict {
            Verdict::Review => Some(ReviewReason::Unclear),
            Verdict::Request | Verdict::Ordinary | Verdict::Automated => None,
        },
    }
}

/// What the classifier saw, in handling order.
pub(in crate::rules) fn asked(classification: &Classification) -> Vec<Ask> {
    let purpose = classification.purpose();
    classification.rights.iter().map(|right| Ask::of(*right, purpose)).collect()
}

/// A request as it is written down, with its dates from the receipt of this mail.
pub(in crate::rules) fn new_request(facts: &Facts, ask: Ask, state: RequestState) -> NewRequest {
    let evidence = facts.classification.evidence.iter();
    NewRequest {
        ask,
        received: facts.received,
        due: facts.due.normal,
        due_extended: facts.due.extended,
        proof: facts.proof,
        evidence: evidence.filter(|e| e.right == ask.right()).map(|e| e.text.clone()).collect(),
        state,
    }
}

fn repeat_note(
    facts: &Facts,
    owner: &Address,
    sure: Sure,
    (answered, case): (crate::domain::time::Date, CaseId),
) -> Step {
    Step::Post(Post {
        intention: Intention::RepeatNote { answered },
        to: owner.clone(),
        target: Target::Old(case),
        requests: Vec::new(),
        lane: first_answer(sure),
        not_before: facts.now,
        token: Some(TokenStep::Thread),
        in_reply_to: facts.mail.message_id.clone(),
        why: "the same request within a day",
    })
}

/// To people, with everything they need to decide; the mail stays where it is.
pub(in crate::rules) fn review(facts: &Facts, why: ReviewReason, linked: Option<&Case>) -> Plan {
    let (from, name) = match &facts.from {
        Sender::Mailbox { address, name } => (Some(address.clone()), name.clone()),
        Sender::Malformed(_) => (None, String::new()),
    };
    let item = Review {
        from,
        name,
        proof: facts.proof,
        received: facts.received,
        classification: facts.classification.clone(),
        mail: facts.mail.clone(),
        folder: facts.folder.clone(),
        why,
        linked: linked.map(|case| case.reference.clone()).or_else(|| facts.recent.open_case.clone()),
    };
    Plan { steps: vec![Step::Review(Box::new(item))], settle: Settle::Leave }
}

/// The proof of a request that the owner confirmed by answering our question with its token.
pub(in crate::rules) const CONFIRMED: Proof = Proof { authenticity: Authenticity::Proven, because: Because::Confirmed };
