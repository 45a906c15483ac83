//! The other commands about a case: refuse, ask, extend, name other rights, close, finish, stop.

use std::collections::BTreeSet;

use super::Order;
use super::approve::suppression;
use crate::domain::case::{Ask, Case, Closing, Proposal, Request, RequestId, RequestState, Work};
use crate::domain::facts::{Due, StaffCase};
use crate::domain::plan::{
    By, Intention, NewRequest, Plan, RequestKey, Settle, StaffDone, StaffNote, StaffProblem, Step, Target, Whom,
};
use crate::domain::right::{Purpose, Rights};
use crate::domain::time::day_of;
use crate::rules::policy::table::{Sure, Who};
use crate::rules::policy::{Asker, Composer};

/// `afwijzen`: refuse with the reason; what was frozen for it may go on, and the letter says so.
pub(super) fn reject(
    order: &Order<'_>,
    about: &StaffCase,
    rights: &Rights,
    reason: String,
) -> Result<Plan, StaffProblem> {
    let meant: Vec<&Request> =
        about.case.open().filter(|r| rights.is_empty() || rights.contains(&r.ask.right())).collect();
    if meant.is_empty() {
        return Err(StaffProblem::NoSuchRequest);
    }
    let now = order.facts.now;
    let mut steps: Vec<Step> = vec![Step::Withdraw(meant.iter().map(|r| r.id).collect())];
    for request in &meant {
        steps.push(set(order, request.id, RequestState::Refused { at: now }));
        if let (Some(customer), Ask::Restriction | Ask::Objection(_)) = (&about.case.customer, request.ask) {
            let whom = Whom::Customer(customer.clone());
            steps.push(Step::Lift { whom, what: suppression(request.ask) });
        }
    }
    let keys = meant.iter().map(|r| RequestKey::Old(r.id)).collect();
    let to = about.case.requester.clone();
    steps.push(Step::Post(order.letter(&about.case, to, keys, Intention::Refuse { reason })));
    let done = vec![StaffDone::Refused(rights_of(&meant))];
    Ok(finish(order, about, steps, done, about.case.open().count() > meant.len()))
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
    let gone: Vec<RequestId> = case.open().filter(|r| !rights.contains(&r.ask.right())).map(|r| r.id).collect();
    let mut steps = vec![Step::Withdraw(gone.clone())];
    steps.extend(gone.iter().map(|id| set(order, *id, RequestState::Closed { at: now, how: Closing::Relabelled })));
    let who = Who::of(&case.requester, &about.requester);
    let asker = Asker {
        who: &who,
        sure,
        requester: &case.requester,
        conversation: false,
        ordered: true,
        in_reply_to: case.last_message_id(),
    };
    let due = Due { normal: first.due, extended: first.due_extended, ..order.facts.due };
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
pub(super) fn no_request(order: &Order<'_>, about: &StaffCase) -> Plan {
    let mut steps = close_all(order, &about.case, Closing::NoRequest);
    steps.push(Step::MailsBack(about.case.id));
    if about.wrote {
        let keys = about.case.open().map(|r| RequestKey::Old(r.id)).collect();
        let told = Intention::Closed { how: Closing::NoRequest };
        steps.push(Step::Post(order.letter(&about.case, about.case.requester.clone(), keys, told)));
    }
    let mut plan = finish(order, about, steps, vec![StaffDone::NoRequest], false);
    plan.settle = Settle::Leave;
    plan
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
