//! The other commands about a case: refuse, ask, extend, name other rights, close, finish, stop.

use std::collections::BTreeSet;

use super::Order;
use super::approve::suppression;
use crate::domain::case::{Ask, Case, Closing, Proposal, Request, RequestId, RequestState, Work};
use crate::domain::facts::{Due, StaffCase};
use crate::domain::plan::{
    By, Intention, Lane, NewRequest, Plan, RequestKey, Settle, StaffDone, StaffNote, StaffProblem, Step, Target, Whom,
};
use crate::domain::right::{Purpose, Rights};
use crate::domain::sender::{Authenticity, Because};
use crate::domain::time::day_of;
use crate::rules::policy::table::{Sure, Who};
use crate::rules::policy::{Asker, Composer, suppressed};

/// `afwijzen`: refuse with the reason; what was frozen for it may go on, and the letter says so.
pub(super) fn reject(
    order: &Order<'_>,
    about: &StaffCase,
    rights: &Rights,
    reason: String,
) -> Result<Plan, StaffProblem> {
    let meant: Vec<&Request> =
        about.case.open().filter(|r| rights.is_empty() || rights.contains(&r.ask.right())).collect();
    if meant.is_empty() || !rights.is_subset(&rights_of(&meant)) {
        return Err(StaffProblem::NoSuchRequest);
    }
    if meant.iter().any(|request| erased(&request.state)) {
        return Err(StaffProblem::DoesNotFit);
    }
    let now = order.facts.now;
    let mut steps: Vec<Step> = vec![Step::Withdraw(meant.iter().map(|r| r.id).collect())];
    for request in &meant {
        steps.push(set(order, request.id, RequestState::Refused { at: now }));
        steps.extend(lift(about, request));
    }
    let keys = meant.iter().map(|r| RequestKey::Old(r.id)).collect();
    let to = about.case.requester.clone();
    steps.push(Step::Post(order.letter(&about.case, to, keys, Intention::Refuse { reason })));
    let done = vec![StaffDone::Refused(rights_of(&meant))];
    Ok(finish(order, about, steps, done, about.case.open().count() > meant.len()))
}

/// Whether the deed is done: nobody can refuse or deny any more what staff approved and the program did.
const fn erased(state: &RequestState) -> bool {
    matches!(state, RequestState::InProgress { work: Work::Manual, approval: Some(_), .. })
}

/// A use that was stopped because this request came may go on. What was never stopped for it, or stays stopped for another
/// request of the case, is left alone.
fn lift(about: &StaffCase, request: &Request) -> Option<Step> {
    let (RequestState::AwaitingStaff { proposal, .. } | RequestState::AwaitingRequester { proposal, .. }) =
        &request.state
    else {
        return None;
    };
    let stopped = match proposal {
        Proposal::Restrict | Proposal::StopUse => request.proof.authenticity == Authenticity::Proven,
        Proposal::ConfirmObjection => true,
        Proposal::Disclose(_)
        | Proposal::DiscloseElsewhere
        | Proposal::DiscloseContact
        | Proposal::HandOver
        | Proposal::Correct
        | Proposal::Erase
        | Proposal::TakeUpComplaint
        | Proposal::AskIdentity
        | Proposal::AskConfirmation
        | Proposal::AnswerComplaint => false,
    };
    let what = suppression(request.ask);
    let others = about.case.requests.iter().filter(|other| other.id != request.id);
    let kept = others
        .filter(|other| matches!(other.state, RequestState::Answered { .. }))
        .any(|other| matches!(other.ask, Ask::Restriction | Ask::Objection(_)) && suppression(other.ask) == what);
    let whom = match (request.proof.because, &about.case.customer) {
        (Because::Confirmed, Some(customer)) => Whom::Customer(customer.clone()),
        _ => suppressed(&Who::of(&about.case.requester, &about.requester), &about.case.requester),
    };
    (stopped && !kept).then_some(Step::Lift { whom, what })
}

/// `vraag`: ask the requester; the answer brings it back to staff.
pub(super) fn ask(order: &Order<'_>, about: &StaffCase, text: String) -> Result<Plan, StaffProblem> {
    let asked = order.facts.now;
    let mut steps = Vec::new();
    let mut keys = Vec::new();
    for request in about.case.open() {
        if let RequestState::AwaitingStaff { proposal, .. } = &request.state {
            keys.push(RequestKey::Old(request.id));
            let state = RequestState::AwaitingRequester { asked, proposal: proposal.clone() };
            steps.push(set(order, request.id, state));
        }
    }
    if keys.is_empty() {
        return Err(StaffProblem::DoesNotFit);
    }
    let to = about.case.requester.clone();
    steps.push(Step::Post(order.letter(&about.case, to, keys, Intention::Ask { text })));
    Ok(finish(order, about, steps, vec![StaffDone::Asked], true))
}

/// `verleng`: once, inside the first month, told to the requester with the reason (art. 12(3)).
pub(super) fn extend(order: &Order<'_>, about: &StaffCase, reason: String) -> Result<Plan, StaffProblem> {
    let today = day_of(order.facts.now, &order.settings.zone);
    let meant: Vec<&Request> = about.case.open().filter(|r| !r.extended).collect();
    let Some(until) = meant.iter().map(|r| r.due_extended).max() else { return Err(StaffProblem::DoesNotFit) };
    if meant.iter().any(|request| request.due < today) {
        return Err(StaffProblem::TooLate);
    }
    let mut steps: Vec<Step> = meant.iter().map(|request| Step::Extend(request.id)).collect();
    let keys = meant.iter().map(|r| RequestKey::Old(r.id)).collect();
    let to = about.case.requester.clone();
    steps.push(Step::Post(order.letter(&about.case, to, keys, Intention::Extension { reason })));
    Ok(finish(order, about, steps, vec![StaffDone::Extended(until)], true))
}

/// `recht`: these are the requests; what is not among them is closed, what is new is decided by the table.
pub(super) fn relabel(order: &Order<'_>, about: &StaffCase, rights: &Rights) -> Result<Plan, StaffProblem> {
    let case = &about.case;
    let Some(first) = case.requests.first() else { return Err(StaffProblem::NoSuchRequest) };
    let Some(sure) = Sure::of(first.proof.authenticity) else { return Err(StaffProblem::DoesNotFit) };
    let now = order.facts.now;
    let gone: Vec<&Request> = case.open().filter(|r| !rights.contains(&r.ask.right())).collect();
    if gone.iter().any(|request| erased(&request.state)) {
        return Err(StaffProblem::DoesNotFit);
    }
    let mut steps = vec![Step::Withdraw(gone.iter().map(|request| request.id).collect())];
    for request in &gone {
        steps.push(set(order, request.id, RequestState::Closed { at: now, how: Closing::Relabelled }));
        steps.extend(lift(about, request));
    }
    let who = Who::of(&case.requester, &about.requester);
    let asker = Asker {
        who: &who,
        sure,
        requester: &case.requester,
        conversation: false,
        lane: Lane::Ordered,
        in_reply_to: case.last_message_id(),
    };
    let due =
        Due { normal: first.due, extended: first.due_extended, identity_closes: order.identity_closes(first.due) };
    let mut composer = Composer::new(order.settings, now, due, asker, Target::Old(case.id));
    let there: BTreeSet<_> = case.open().map(|r| r.ask.right()).collect();
    let new = rights.iter().filter(|right| !there.contains(right)).map(|right| Ask::of(*right, Purpose::Other));
    for (n, ask) in new.enumerate() {
        let state = composer.place(RequestKey::New(n), ask);
        let request = NewRequest {
            ask,
            received: first.received,
            due: due.normal,
            due_extended: due.extended,
            proof: first.proof,
            evidence: Vec::new(),
            state,
        };
        steps.push(Step::Add(case.id, request));
    }
    steps.extend(composer.finish(StaffNote::Again));
    Ok(finish(order, about, steps, vec![StaffDone::Relabelled(rights.clone())], true))
}

/// `geen verzoek`: close; the mails go back to the inbox; the requester is told if we already wrote.
pub(super) fn no_request(order: &Order<'_>, about: &StaffCase) -> Result<Plan, StaffProblem> {
    if about.case.open().any(|request| erased(&request.state)) {
        return Err(StaffProblem::DoesNotFit);
    }
    let mut steps = close_all(order, &about.case, Closing::NoRequest);
    steps.extend(about.case.open().filter_map(|request| lift(about, request)));
    steps.push(Step::MailsBack(about.case.id));
    if about.wrote {
        let keys = about.case.open().map(|r| RequestKey::Old(r.id)).collect();
        let told = Intention::Closed { how: Closing::NoRequest };
        steps.push(Step::Post(order.letter(&about.case, about.case.requester.clone(), keys, told)));
    }
    let mut plan = finish(order, about, steps, vec![StaffDone::NoRequest], false);
    plan.settle = Settle::Leave;
    Ok(plan)
}

/// `afgehandeld`: settled outside; closed without a mail to the requester.
pub(super) fn handled(order: &Order<'_>, about: &StaffCase) -> Plan {
    let steps = close_all(order, &about.case, Closing::Handled);
    finish(order, about, steps, vec![StaffDone::Handled], false)
}

/// `klaar`: what people do by hand is done; the requester is told.
pub(super) fn done(order: &Order<'_>, about: &StaffCase, text: Option<String>) -> Result<Plan, StaffProblem> {
    let at = order.facts.now;
    let meant: Vec<&Request> = about.case.open().filter(|request| done_by_hand(&request.state)).collect();
    if meant.is_empty() {
        return Err(StaffProblem::DoesNotFit);
    }
    let mut steps: Vec<Step> =
        meant.iter().map(|request| set(order, request.id, RequestState::Answered { at })).collect();
    // The letter says that the use has stopped: it has, from now on, also where it had not stopped at once.
    let stopped = meant.iter().filter(|request| matches!(request.ask, Ask::Restriction | Ask::Objection(_)));
    if let Some(customer) = &about.case.customer {
        let whom = || Whom::Customer(customer.clone());
        steps.extend(stopped.map(|request| Step::Suppress { whom: whom(), what: suppression(request.ask) }));
    }
    let keys = meant.iter().map(|r| RequestKey::Old(r.id)).collect();
    let to = about.case.requester.clone();
    steps.push(Step::Post(order.letter(&about.case, to, keys, Intention::Done { text })));
    let finished = vec![StaffDone::Finished(rights_of(&meant))];
    Ok(finish(order, about, steps, finished, about.case.open().count() > meant.len()))
}

/// Manual work under way; or something that people may simply have done without approving it first. Never what shows or
/// deletes data.
fn done_by_hand(state: &RequestState) -> bool {
    match state {
        RequestState::InProgress { work: Work::Manual, .. } => true,
        RequestState::AwaitingStaff {
            proposal: Proposal::Correct | Proposal::TakeUpComplaint | Proposal::Restrict | Proposal::StopUse,
            ..
        } => true,
        RequestState::InProgress { .. }
        | RequestState::AwaitingStaff { .. }
        | RequestState::AwaitingIdentity { .. }
        | RequestState::AwaitingConfirmation { .. }
        | RequestState::AwaitingRequester { .. }
        | RequestState::Scheduled { .. }
        | RequestState::Answered { .. }
        | RequestState::Refused { .. }
        | RequestState::Closed { .. } => false,
    }
}

/// `stop`: cancel what was approved and has not happened yet.
pub(super) fn stop(order: &Order<'_>, about: &StaffCase) -> Result<Plan, StaffProblem> {
    let since = order.facts.now;
    let mut steps = Vec::new();
    let mut meant = Vec::new();
    for request in about.case.open() {
        if let RequestState::Scheduled { proposal, .. } = &request.state {
            meant.push(request);
            steps.push(set(order, request.id, RequestState::AwaitingStaff { since, proposal: proposal.clone() }));
        }
    }
    if meant.is_empty() {
        return Err(StaffProblem::DoesNotFit);
    }
    steps.push(Step::Withdraw(meant.iter().map(|r| r.id).collect()));
    Ok(finish(order, about, steps, vec![StaffDone::Stopped(rights_of(&meant))], true))
}

fn close_all(order: &Order<'_>, case: &Case, how: Closing) -> Vec<Step> {
    let at = order.facts.now;
    let mut steps = vec![Step::Withdraw(case.open().map(|r| r.id).collect())];
    steps.extend(case.open().map(|r| set(order, r.id, RequestState::Closed { at, how })));
    steps
}

fn set(order: &Order<'_>, request: RequestId, state: RequestState) -> Step {
    Step::Set { request: RequestKey::Old(request), state, by: By::Staff(order.by.clone()) }
}

fn rights_of(requests: &[&Request]) -> Rights {
    requests.iter().map(|request| request.ask.right()).collect()
}

/// The token is used up, the command is confirmed, the reply joins the case's mails.
fn finish(order: &Order<'_>, about: &StaffCase, steps: Vec<Step>, done: Vec<StaffDone>, still_open: bool) -> Plan {
    let mut all = vec![Step::UseToken(about.token)];
    all.extend(steps);
    all.extend(order.confirm(Target::from(&about.case), done, still_open));
    Plan { steps: all, settle: Settle::ToCaseFolder }
}
