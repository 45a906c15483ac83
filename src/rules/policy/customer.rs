//! What people outside do in a case that exists: answer our questions, send something after, or not get our mail.

use super::table::{Sure, Who, by_hand};
use super::{Asker, CONFIRMED, Composer, asked, fresh, new_request, repeated, review, staff_alert, staff_case};
use crate::domain::address::Address;
use crate::domain::case::{Ask, Case, Closing, Request, RequestId, RequestState};
use crate::domain::facts::{Facts, Place, ReviewReason, SentLetter, TokenId};
use crate::domain::plan::{Alert, By, Lane, Plan, RequestKey, Settle, StaffNote, Step, Target};
use crate::domain::right::Purpose;
use crate::domain::sender::Sender;
use crate::domain::settings::Settings;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;
use crate::rules::command::{YesNo, yes_no};

/// The owner answers "did you ask this?" The token went to that address alone; a suspect sender does not count.
/// It answers only what that letter asked about.
pub(in crate::rules) fn confirmation(
    facts: &Facts,
    settings: &Settings,
    (token, about): (TokenId, &[RequestId]),
    case: &Case,
) -> Plan {
    let waits = |request: &&Request| {
        about.contains(&request.id) && matches!(request.state, RequestState::AwaitingConfirmation { .. })
    };
    let waiting: Vec<&Request> = case.open().filter(waits).collect();
    let (Sender::Mailbox { address, .. }, Some(Sure::Proven | Sure::Unproven)) =
        (&facts.from, Sure::of(facts.proof.authenticity))
    else {
        return review(facts, ReviewReason::UnclearAnswer, Some(case));
    };
    match yes_no(&facts.mail.own_words) {
        // A no is the safe side wherever it is found; a yes has effect (policy §5, §1).
        YesNo::Yes if facts.place == Place::AlsoRead => review(facts, ReviewReason::OtherFolder, Some(case)),
        YesNo::Yes if facts.replay => review(facts, ReviewReason::Replay, Some(case)),
        YesNo::Yes => confirmed(facts, settings, address, (token, case), &waiting),
        YesNo::No => denied(facts, settings, token, case, &waiting),
        YesNo::Unclear => review(facts, ReviewReason::UnclearAnswer, Some(case)),
    }
}

fn confirmed(
    facts: &Facts,
    settings: &Settings,
    owner: &Address,
    (token, case): (TokenId, &Case),
    waiting: &[&Request],
) -> Plan {
    let who = Who::of(owner, &facts.standing);
    // The record may have changed since we asked: only an owner of this very customer confirms.
    let still_owner = matches!(&who, Who::Owner { customer, .. } if case.customer.as_ref() == Some(&customer.id));
    if !still_owner || waiting.is_empty() {
        return review(facts, ReviewReason::UnclearAnswer, Some(case));
    }
    let asker = Asker {
        who: &who,
        sure: Sure::Proven,
        requester: owner,
        conversation: false,
        lane: Lane::AutomaticLater,
        in_reply_to: facts.mail.message_id.clone(),
    };
    let mut composer = Composer::new(settings, facts.now, facts.due, asker, Target::Old(case.id));
    let mut steps = vec![Step::UseToken(token), Step::Join(case.id, facts.mail.clone())];
    for request in waiting {
        let state = composer.place(RequestKey::Old(request.id), request.ask);
        steps.push(Step::Prove(request.id, CONFIRMED));
        steps.push(Step::Set { request: RequestKey::Old(request.id), state, by: By::Person });
    }
    steps.extend(composer.finish(StaffNote::Confirmed));
    Plan { steps, settle: Settle::ToCaseFolder }
}

fn denied(facts: &Facts, settings: &Settings, token: TokenId, case: &Case, waiting: &[&Request]) -> Plan {
    let mut steps = vec![Step::UseToken(token), Step::Join(case.id, facts.mail.clone())];
    steps.extend(waiting.iter().map(|request| Step::Set {
        request: RequestKey::Old(request.id),
        state: RequestState::Closed { at: facts.now, how: Closing::DeniedByOwner },
        by: By::Person,
    }));
    steps.extend(staff_alert(settings, facts.now, Target::Old(case.id), Alert::OwnerDenied));
    Plan { steps, settle: Settle::ToCaseFolder }
}

/// The owner says no to an approved disclosure. Stopping is the safe side: any sender from that address with the token may.
pub(in crate::rules) fn owner_notice(facts: &Facts, settings: &Settings, token: TokenId, case: &Case) -> Plan {
    match yes_no(&facts.mail.own_words) {
        YesNo::No => stop_scheduled(facts, settings, token, case),
        YesNo::Yes => Plan::ignore("the owner agrees with what was announced"),
        // It may be a no in other words, and the time is short: staff see it at once, not with the next digest.
        YesNo::Unclear => told_to_staff(facts, settings, case),
    }
}

/// Staff get what somebody wrote in a case; nothing else changes.
fn told_to_staff(facts: &Facts, settings: &Settings, case: &Case) -> Plan {
    let keys = case.open().map(|request| RequestKey::Old(request.id)).collect();
    let mut steps = vec![Step::Join(case.id, facts.mail.clone())];
    steps.extend(staff_case(settings, facts.now, Target::Old(case.id), keys, StaffNote::RequesterAnswered));
    Plan { steps, settle: Settle::ToCaseFolder }
}

fn stop_scheduled(facts: &Facts, settings: &Settings, token: TokenId, case: &Case) -> Plan {
    if !case.open().any(|request| matches!(request.state, RequestState::Scheduled { .. })) {
        // Too late, or stopped before: to say that nothing was sent could be wrong.
        return told_to_staff(facts, settings, case);
    }
    let mut steps = vec![Step::UseToken(token), Step::Join(case.id, facts.mail.clone())];
    let mut stopped = Vec::new();
    for request in case.open() {
        if let RequestState::Scheduled { proposal, .. } = &request.state {
            stopped.push(request.id);
            let state = RequestState::AwaitingStaff { since: facts.now, proposal: proposal.clone() };
            steps.push(Step::Set { request: RequestKey::Old(request.id), state, by: By::Person });
        }
    }
    let keys = stopped.iter().copied().map(RequestKey::Old).collect();
    steps.push(Step::Withdraw(stopped));
    steps.extend(staff_alert(settings, facts.now, Target::Old(case.id), Alert::OwnerStopped));
    steps.extend(staff_case(settings, facts.now, Target::Old(case.id), keys, StaffNote::Again));
    Plan { steps, settle: Settle::ToCaseFolder }
}

/// The requester, or an owner of the case's customer, writes again in the case.
pub(in crate::rules) fn joins(facts: &Facts, settings: &Settings, case: &Case) -> Plan {
    let asks_something = facts.classification.verdict == Verdict::Request;
    if case.is_closed() {
        return match (asks_something, facts.classification.verdict) {
            (true, _) => fresh(facts, settings, Some(case), false),
            (false, _) => review(facts, ReviewReason::ClosedCase, Some(case)),
        };
    }
    let (Sender::Mailbox { address, .. }, Some(sure @ (Sure::Proven | Sure::Unproven))) =
        (&facts.from, Sure::of(facts.proof.authenticity))
    else {
        return review(facts, ReviewReason::UnclearAnswer, Some(case));
    };
    if facts.place == Place::AlsoRead {
        return review(facts, ReviewReason::OtherFolder, Some(case));
    }
    if asks_something && facts.replay {
        return review(facts, ReviewReason::Replay, Some(case));
    }
    let who = Who::of(address, &facts.standing);
    let new_asks: Vec<Ask> =
        asked(&facts.classification).into_iter().filter(|ask| asks_something && is_new(case, *ask)).collect();
    if !new_asks.is_empty() && *address != case.requester {
        // A case is one person's matter: an owner who asks something in the case of somebody else opens one, so that the
        // answers do not go to the other.
        return fresh(facts, settings, Some(case), false);
    }
    let stranger = matches!(who, Who::Stranger | Who::Young { .. });
    let asker = Asker {
        who: &who,
        sure,
        requester: address,
        conversation: stranger && sure == Sure::Unproven && facts.recent.stranger_mails > 0,
        lane: match sure {
            Sure::Proven => Lane::AutomaticLater,
            Sure::Unproven | Sure::Suspect => Lane::AutomaticUnproven,
        },
        in_reply_to: facts.mail.message_id.clone(),
    };
    let target = Target::Old(case.id);
    let mut composer = Composer::new(settings, facts.now, facts.due, asker, target);
    let mut steps = vec![Step::Join(case.id, facts.mail.clone())];
    let (notes, new_asks) = repeated(facts, settings, (&who, sure), false, new_asks);
    let nothing_new = new_asks.is_empty() && notes.is_empty();
    for (n, ask) in new_asks.into_iter().enumerate() {
        let state = composer.place(RequestKey::New(n), ask);
        steps.push(Step::Add(case.id, new_request(facts, ask, state)));
    }
    steps.extend(notes);
    steps.extend(composer.finish(StaffNote::NewRequest));
    let answered = steps_for_answer(facts, case);
    if nothing_new || !answered.is_empty() {
        let keys = case.open().map(|request| RequestKey::Old(request.id)).collect();
        steps.extend(answered);
        steps.extend(staff_case(settings, facts.now, target, keys, StaffNote::RequesterAnswered));
    }
    Plan { steps, settle: Settle::ToCaseFolder }
}

/// Whether a case does not have this request yet. What was recorded once need not be recorded and answered again, or two
/// robots would do so for ever.
fn is_new(case: &Case, ask: Ask) -> bool {
    let recorded = matches!(ask, Ask::Objection(Purpose::Marketing | Purpose::Consent));
    let has = |request: &Request| {
        request.ask == ask
            && (!request.state.is_final() || recorded && matches!(request.state, RequestState::Answered { .. }))
    };
    !case.requests.iter().any(has)
}

/// What an answer moves: a question of staff is answered by any mail; a question for identity by one with files.
fn steps_for_answer(facts: &Facts, case: &Case) -> Vec<Step> {
    let moved = |request: &Request| {
        let proposal = match &request.state {
            RequestState::AwaitingIdentity { .. } if !facts.mail.attachments.is_empty() => by_hand(request.ask),
            RequestState::AwaitingRequester { proposal, .. } => proposal.clone(),
            RequestState::AwaitingIdentity { .. }
            | RequestState::AwaitingConfirmation { .. }
            | RequestState::AwaitingStaff { .. }
            | RequestState::Scheduled { .. }
            | RequestState::InProgress { .. }
            | RequestState::Answered { .. }
            | RequestState::Refused { .. }
            | RequestState::Closed { .. } => return None,
        };
        let state = RequestState::AwaitingStaff { since: facts.now, proposal };
        Some(Step::Set { request: RequestKey::Old(request.id), state, by: By::Person })
    };
    case.open().filter_map(moved).collect()
}

/// A delivery report. Only a final failure of one of our letters counts (RFC 3464).
pub(in crate::rules) fn bounce(facts: &Facts, settings: &Settings, failed: bool, of: Option<&SentLetter>) -> Plan {
    let (true, Some(letter)) = (failed, of) else { return Plan::ignore("a delivery report without consequences") };
    let mut steps = vec![Step::Bounced { post: letter.post, address: letter.to.clone() }];
    let target = letter.case.as_ref().map_or(Target::None, |case| Target::Old(case.id));
    if let Some(case) = &letter.case {
        steps.extend(undelivered(&letter.kind, case, settings, facts.now));
    }
    // An alert about an alert, or to the very address that does not take mail, would come back too, without end.
    if letter.kind != "staff_alert" {
        let alert = Alert::Bounced { kind: letter.kind.clone(), disclosure: letter.disclosure };
        let alerts = staff_alert(settings, facts.now, target, alert).into_iter();
        steps.extend(alerts.filter(|step| !matches!(step, Step::Post(post) if post.to == letter.to)));
    }
    Plan { steps, settle: Settle::Leave }
}

/// What a letter that did not and will not arrive leaves undone: an approved disclosure of which the owner could not be
/// told does not happen (policy §2), and a question that nobody can answer goes to staff.
#[must_use]
pub fn undelivered(kind: &str, case: &Case, settings: &Settings, now: Timestamp) -> Vec<Step> {
    let again = |request: &Request| match (kind, &request.state) {
        ("owner_notice", RequestState::Scheduled { proposal, .. }) => Some((request.id, proposal.clone())),
        ("ask_confirmation", RequestState::AwaitingConfirmation { .. }) => Some((request.id, by_hand(request.ask))),
        _ => None,
    };
    let stopped: Vec<_> = case.open().filter_map(again).collect();
    if stopped.is_empty() {
        return Vec::new();
    }
    let ids: Vec<RequestId> = stopped.iter().map(|(id, _)| *id).collect();
    let keys = ids.iter().copied().map(RequestKey::Old).collect();
    let mut steps = vec![Step::Withdraw(ids)];
    steps.extend(stopped.into_iter().map(|(id, proposal)| Step::Set {
        request: RequestKey::Old(id),
        state: RequestState::AwaitingStaff { since: now, proposal },
        by: By::Program,
    }));
    steps.extend(staff_case(settings, now, Target::Old(case.id), keys, StaffNote::Again));
    steps
}
