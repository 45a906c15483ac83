//! One step of the outbox: send a letter, or do a deed. The worker takes what is due, one by one; what fails for now waits
//! longer each time; what fails for good goes to staff. Nothing here decides what to say.
//!
//! A row is marked `sending` before SMTP starts. If its outcome stays unknown, a letter without data is sent again with the
//! same Message-ID; a letter with data is not: staff decide (design rule 1).

#[cfg(test)]
mod tests;

use super::Office;
use super::commit::{CommitError, write};
use super::compose::{Cannot, Composed, compose};
use super::people::record_digest;
use crate::domain::address::Address;
use crate::domain::case::{Approval, Ask, Case, Proposal, Request, RequestState, Work};
use crate::domain::language::LetterLanguage;
use crate::domain::plan::{
    Alert, By, Intention, Lane, Plan, Post, RequestKey, Settle, StaffNote, Step, Target, TokenStep,
};
use crate::domain::time::{SignedDuration, Timestamp};
use crate::domain::token::PREFIX;
use crate::io::postman::{Outgoing, Parcel, PostError, compose as to_bytes};

use crate::io::store::outbox::{Ending, Row};
use crate::io::store::{StoreError, Tx};
use crate::letters::with_token_line;
use crate::rules::policy::undelivered;

/// How long a row may be `sending` before its outcome counts as unknown.
const LEASE: SignedDuration = SignedDuration::from_mins(30);
/// Tries before a letter that is only ever refused for now is given up: with the pauses below, about five days.
const TRIES: i64 = 40;
/// Letters to unknown and unproven people of one domain in an hour (policy §2).
const PER_DOMAIN: i64 = 20;
/// Tries of a letter without data when the server breaks off after its content each time.
const UNKNOWN_TRIES: i64 = 5;
/// A waiting budget is looked at again after this.
const BUDGET_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// What one round of the outbox did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Letters that the server took, and deeds done.
    pub done: usize,
    /// Letters that are tried again.
    pub later: usize,
    /// Letters that failed for good.
    pub failed: usize,
}

/// Sends and does everything that is due now, until nothing is or `stop` says so; the letter in hand is finished.
///
/// # Errors
/// [`CommitError`] when the database does not answer; what was done stays done.
pub async fn carry_out(office: &Office, stop: &(dyn Fn() -> bool + Sync)) -> Result<Round, CommitError> {
    let mut round = Round::default();
    recover(office).await?;
    loop {
        if stop() {
            return Ok(round);
        }
        let Some(row) = next(office).await? else { return Ok(round) };
        match one(office, &row).await? {
            Became::Done => round.done = round.done.saturating_add(1),
            Became::Later => round.later = round.later.saturating_add(1),
            Became::Failed => round.failed = round.failed.saturating_add(1),
        }
    }
}

enum Became {
    Done,
    Later,
    Failed,
}

/// Takes the next row that may go now: not paused, within its budgets. After putting rows off it looks again: an alert
/// about them waits now, and what stood behind them may go.
async fn next(office: &Office) -> Result<Option<Row>, CommitError> {
    loop {
        match look(office).await? {
            Found::Row(row) => return Ok(Some(*row)),
            Found::PutOff => {}
            Found::Nothing => return Ok(None),
        }
    }
}

/// What a look at the outbox found.
enum Found {
    /// This row, taken.
    Row(Box<Row>),
    /// Only rows that must wait for their budgets.
    PutOff,
    /// Nothing that may go now.
    Nothing,
}

async fn look(office: &Office) -> Result<Found, CommitError> {
    let now = office.clock.now();
    let mut tx = office.store.begin().await?;
    let paused = tx.paused().await?;
    let mut found = Found::Nothing;
    for mut row in tx.due(now, 200).await? {
        let automatic = row.lane.starts_with("automatic");
        if automatic && paused {
            continue;
        }
        let first_answer = automatic && row.lane != Lane::AutomaticLater.name();
        if first_answer && over_budget(office, &mut tx, &row, now).await? {
            tx.postpone(row.id, now.saturating_add(BUDGET_PAUSE).unwrap_or(now)).await?;
            found = Found::PutOff;
            continue;
        }
        let lease = now.saturating_add(LEASE).unwrap_or(now);
        if let Some(fence) = tx.claim(row.id, lease).await? {
            row.fence = fence;
            row.attempts = row.attempts.saturating_add(1);
            tx.commit().await?;
            return Ok(Found::Row(Box::new(row)));
        }
    }
    tx.commit().await?;
    Ok(found)
}

/// Budgets of policy §2. Going over one alerts staff once an hour; the letter waits.
async fn over_budget(office: &Office, tx: &mut Tx, row: &Row, now: Timestamp) -> Result<bool, CommitError> {
    let limits = &office.settings.limits;
    let before = |hours| now.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN);
    let in_lane = tx.sent_in_lane(&row.lane, before(1)).await?;
    let most = if row.lane == Lane::AutomaticProven.name() { limits.per_hour_proven } else { limits.per_hour_unproven };
    let to_address = tx.automatic_sent_to(&row.to, before(24)).await?;
    let stranger = row.lane == Lane::AutomaticUnproven.name()
        && case_of(tx, row).await?.is_some_and(|case| case.customer.is_none());
    let domain_full = stranger && tx.unproven_sent_to_domain(row.to.domain(), before(1)).await? >= PER_DOMAIN;
    let full = domain_full || in_lane >= i64::from(most);
    if full {
        let key = format!("alerted {}", row.lane);
        let last = tx.setting(&key).await?.and_then(|at| at.parse::<Timestamp>().ok());
        if last.is_none_or(|last| last <= before(1)) {
            tx.set_setting(&key, &now.to_string()).await?;
            let alert = Alert::BudgetUsed { lane: row.lane.clone() };
            write(tx, &office.settings, &alert_plan(office, Target::None, alert, now), None, now).await?;
        }
    }
    Ok(full || to_address >= i64::from(limits.per_address_per_day))
}

/// One row from claim to end.
async fn one(office: &Office, row: &Row) -> Result<Became, CommitError> {
    let now = office.clock.now();
    if let Intention::Erase { approval } = &row.intention {
        return erase(office, row, approval, now).await;
    }
    let mut tx = office.store.begin().await?;
    if let Intention::DiscloseApproved { approval } = &row.intention
        && let Some(until) = owner_not_told_long_enough(office, &mut tx, row, approval, now).await?
    {
        tx.retry_post((row.id, row.fence), until, "the owner was not told long enough ago").await?;
        tx.commit().await?;
        return Ok(Became::Later);
    }
    let composed = compose(office, &mut tx, row, now).await;
    tx.commit().await?;
    let composed = match composed {
        Ok(composed) => composed,
        Err(cannot) => return not_written(office, row, cannot, now).await,
    };
    match send(office, row, composed, now).await {
        Ok(()) => sent(office, row, now).await,
        Err(PostError::Temporary(why)) if row.attempts < TRIES => later(office, row, &why, now).await,
        Err(PostError::Unknown(why)) if row.intention.is_disclosure() => unknown(office, row, &why, now).await,
        // Perhaps it arrived: the same Message-ID lets mail programs tell, but nobody should get it for days.
        Err(PostError::Unknown(why)) if row.attempts < UNKNOWN_TRIES => later(office, row, &why, now).await,
        Err(PostError::Temporary(why) | PostError::Unknown(why) | PostError::Final(why)) => {
            failed(office, row, &why, now).await
        }
    }
}

/// Until when data for an approved other address must wait, because a notice to an owner left late or waits itself (policy
/// §2: the owner is told, and the data leaves `owner_notice` later).
async fn owner_not_told_long_enough(
    office: &Office,
    tx: &mut Tx,
    row: &Row,
    approval: &Approval,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let Some(case) = row.case else { return Ok(None) };
    let delay = office.settings.delays.owner_notice;
    let after = |moment: Timestamp| moment.saturating_add(delay).unwrap_or(Timestamp::MAX);
    let mut until = None;
    for (state, ended) in tx.owner_notices(case, approval.at).await? {
        let earliest = match (state.as_str(), ended) {
            ("waiting" | "sending", _) => after(now),
            ("sent", Some(ended)) => after(ended),
            _ => continue,
        };
        until = until.max(Some(earliest));
    }
    // Sending takes a moment: the notice of the same minute as the approval is in time.
    let grace = SignedDuration::from_mins(10);
    Ok(until.filter(|until| until.duration_since(now) > grace))
}

/// From a letter to a mail on its way. A letter with data goes to the address in its proof and nowhere else.
async fn send(office: &Office, row: &Row, composed: Composed, now: Timestamp) -> Result<(), PostError> {
    let to: &Address = match &composed.may_receive {
        Some(proof) => proof.address(),
        None if row.intention.is_disclosure() => return Err(PostError::Final("data without a right to it".into())),
        None => &row.to,
    };
    let settings = &office.settings;
    let token = office.store.key().token(&row.nonce);
    let word = match composed.language {
        LetterLanguage::Nl => "Kenmerk",
        LetterLanguage::En => "Reference",
    };
    let letter = match row.token {
        Some(_) => with_token_line(composed.letter, composed.language, &format!("{word}: {PREFIX}{}", token.reveal())),
        None => composed.letter,
    };
    let message_id = format!("{PREFIX}{}@{}", token.reveal(), settings.address.domain());
    let bytes = to_bytes(&Outgoing {
        letter: &letter,
        organisation: &settings.name,
        from: &settings.address,
        to,
        reference: composed.reference.as_ref(),
        message_id: &message_id,
        in_reply_to: row.in_reply_to.as_deref(),
        answers: row.in_reply_to.is_some(),
        at: now,
    })?;
    let kind = row.intention.kind();
    let parcel = Parcel { mail_from: &settings.address, to, case: composed.reference.as_ref(), kind, bytes: &bytes };
    office.postman.send(&parcel).await
}

/// The server took it: what it answers is answered.
async fn sent(office: &Office, row: &Row, now: Timestamp) -> Result<Became, CommitError> {
    let mut tx = office.store.begin().await?;
    if tx.end_post((row.id, row.fence), Ending::Sent, "", now).await? {
        log(&mut tx, row, &format!("sent: {}", row.intention.kind()), now).await?;
        if row.intention.is_disclosure() {
            let answered = |request: &Request| {
                matches!(
                    request.state,
                    RequestState::InProgress { work: Work::Sending, .. } | RequestState::Scheduled { .. }
                )
                .then_some(RequestState::Answered { at: now })
            };
            if set_states(office, &mut tx, row, answered, now).await? == 0 {
                // Somebody stopped it while it was on its way, and was told that nothing was sent.
                let target = row.case.map_or(Target::None, Target::Old);
                let plan = alert_plan(office, target, Alert::OutcomeUnknown, now);
                write(&mut tx, &office.settings, &plan, None, now).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(Became::Done)
}

/// Not now: again after a pause that doubles, up to four hours.
async fn later(office: &Office, row: &Row, why: &str, now: Timestamp) -> Result<Became, CommitError> {
    let minutes = 2_i64.saturating_pow(u32::try_from(row.attempts.min(8)).unwrap_or(8)).min(240);
    let again = now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(now);
    tracing::warn!(post = row.id, kind = row.intention.kind(), why, minutes, "a letter is tried again");
    let mut tx = office.store.begin().await?;
    tx.retry_post((row.id, row.fence), again, why).await?;
    tx.commit().await?;
    Ok(Became::Later)
}

/// Refused for good: staff are told, and decide again about what it would have answered.
async fn failed(office: &Office, row: &Row, why: &str, now: Timestamp) -> Result<Became, CommitError> {
    tracing::error!(post = row.id, kind = row.intention.kind(), why, "a letter was refused for good; staff are told");
    let alert = Alert::SendFailed { kind: row.intention.kind().to_owned(), error: why.to_owned() };
    give_up(office, row, Ending::Failed, why, alert, now).await
}

/// A letter with data, and nobody knows whether it arrived: never twice.
async fn unknown(office: &Office, row: &Row, why: &str, now: Timestamp) -> Result<Became, CommitError> {
    tracing::error!(post = row.id, kind = row.intention.kind(), why, "unknown whether data was sent; staff are told");
    give_up(office, row, Ending::Unknown, why, Alert::OutcomeUnknown, now).await
}

async fn give_up(
    office: &Office,
    row: &Row,
    ending: Ending,
    why: &str,
    alert: Alert,
    now: Timestamp,
) -> Result<Became, CommitError> {
    let mut tx = office.store.begin().await?;
    if tx.end_post((row.id, row.fence), ending, why, now).await? {
        log(&mut tx, row, &format!("not sent: {}", row.intention.kind()), now).await?;
        let target = row.case.map_or(Target::None, Target::Old);
        back_to_staff(office, &mut tx, row, StaffNote::Again, now).await?;
        // Refused at once is the same as bounced later.
        if let Some(case) = case_of(&mut tx, row).await? {
            let steps = undelivered(row.intention.kind(), &case, &office.settings, now);
            write(&mut tx, &office.settings, &Plan { steps, settle: Settle::Leave }, None, now).await?;
        }
        // An alert about a mail to staff would go to the same staff: it stands in the program's log instead.
        if row.lane != Lane::Staff.name() {
            write(&mut tx, &office.settings, &alert_plan(office, target, alert, now), None, now).await?;
        }
    }
    tx.commit().await?;
    Ok(Became::Failed)
}

/// There is no letter: the right to receive is gone, nobody needs it, or it cannot be written now.
async fn not_written(office: &Office, row: &Row, cannot: Cannot, now: Timestamp) -> Result<Became, CommitError> {
    match cannot {
        Cannot::Denied(_) | Cannot::NoCustomer => {
            let why = cannot.to_string();
            tracing::warn!(post = row.id, why, "the right to receive is gone; staff decide again");
            give_up(office, row, Ending::Failed, &why, Alert::Denied { why: why.clone() }, now).await
        }
        Cannot::Pointless => {
            let mut tx = office.store.begin().await?;
            tx.end_post((row.id, row.fence), Ending::Withdrawn, "nobody needs it any more", now).await?;
            tx.commit().await?;
            Ok(Became::Done)
        }
        // Nothing was sent: the row is given back, so that nobody takes it for one of unknown outcome.
        Cannot::Template(_) | Cannot::Store(_) | Cannot::Commit(_) => {
            later(office, row, &cannot.to_string(), now).await
        }
    }
}

/// What a letter with data would have answered waits for staff again.
async fn back_to_staff(
    office: &Office,
    tx: &mut Tx,
    row: &Row,
    note: StaffNote,
    now: Timestamp,
) -> Result<(), CommitError> {
    if !row.intention.is_disclosure() && !matches!(row.intention, Intention::Erase { .. }) {
        return Ok(());
    }
    let again = |request: &Request| {
        let proposal = match (&request.state, &row.intention) {
            (RequestState::Scheduled { proposal, .. }, _) => proposal.clone(),
            (RequestState::InProgress { work: Work::Sending, .. }, Intention::DiscloseToOwner { .. }) => {
                Proposal::Disclose(row.to.clone())
            }
            (RequestState::InProgress { work: Work::Sending, .. }, Intention::DiscloseContact { .. }) => {
                Proposal::DiscloseContact
            }
            _ => return None,
        };
        Some(RequestState::AwaitingStaff { since: now, proposal })
    };
    set_states(office, tx, row, again, now).await?;
    let target = row.case.map_or(Target::None, Target::Old);
    let requests = row.requests.iter().copied().map(RequestKey::Old).collect::<Vec<_>>();
    let posts = office.settings.staff.iter().map(|to| {
        let post = staff_post(to, target, Intention::StaffCase { note }, now);
        Step::Post(Post { requests: requests.clone(), token: Some(TokenStep::StaffCase), ..post })
    });
    let plan = Plan { steps: posts.collect(), settle: Settle::Leave };
    write(tx, &office.settings, &plan, None, now).await
}

/// Moves the requests of a row to the state that fits them; returns how many.
async fn set_states(
    office: &Office,
    tx: &mut Tx,
    row: &Row,
    state: impl Fn(&Request) -> Option<RequestState>,
    now: Timestamp,
) -> Result<usize, CommitError> {
    let Some(case) = case_of(tx, row).await? else { return Ok(0) };
    let about = case.requests.iter().filter(|request| row.requests.contains(&request.id));
    let steps = about.filter_map(|request| {
        let state = state(request)?;
        Some(Step::Set { request: RequestKey::Old(request.id), state, by: By::Program })
    });
    let steps: Vec<Step> = steps.collect();
    let moved = steps.len();
    write(tx, &office.settings, &Plan { steps, settle: Settle::Leave }, None, now).await?;
    Ok(moved)
}

/// The deed of an approved erasure: the customer is hidden from now on, staff do the rest by hand (policy §7). Waits while
/// data that the person asked for has not left yet.
async fn erase(office: &Office, row: &Row, approval: &Approval, now: Timestamp) -> Result<Became, CommitError> {
    let mut tx = office.store.begin().await?;
    let Some(case) = case_of(&mut tx, row).await? else {
        tx.end_post((row.id, row.fence), Ending::Withdrawn, "the case is gone", now).await?;
        tx.commit().await?;
        return Ok(Became::Done);
    };
    let scheduled = case
        .requests
        .iter()
        .any(|request| row.requests.contains(&request.id) && matches!(request.state, RequestState::Scheduled { .. }));
    if !scheduled {
        // Stopped between being taken and now.
        tx.end_post((row.id, row.fence), Ending::Withdrawn, "nobody wants it any more", now).await?;
        tx.commit().await?;
        return Ok(Became::Done);
    }
    let others = tx.cases_of_customer(&approval.customer).await?;
    if data_is_still_to_leave(&case, &others) {
        let tomorrow = now.saturating_add(office.settings.delays.erasure).unwrap_or(now);
        tx.retry_post((row.id, row.fence), tomorrow, "data that was asked for has not left yet").await?;
        tx.commit().await?;
        return Ok(Became::Later);
    }
    let directory = office.people.today(&mut tx, &office.settings, now).await?;
    let record = directory.customer(&approval.customer).map(|customer| record_digest(office.store.key(), customer));
    if record.as_ref() != Some(&approval.record) {
        tx.commit().await?;
        let why = "the customer's record changed after staff approved".to_owned();
        return give_up(office, row, Ending::Failed, &why, Alert::Denied { why: why.clone() }, now).await;
    }
    if tx.end_post((row.id, row.fence), Ending::Sent, "", now).await? {
        tx.entomb(&approval.customer, now).await?;
        tx.log(now, case.reference.as_str(), "customer erased from the directory", "program").await?;
        let manual = |request: &Request| {
            let approval = Some(approval.clone());
            matches!(request.state, RequestState::Scheduled { .. }).then_some(RequestState::InProgress {
                since: now,
                work: Work::Manual,
                approval,
            })
        };
        set_states(office, &mut tx, row, manual, now).await?;
        let requests: Vec<RequestKey> = row.requests.iter().copied().map(RequestKey::Old).collect();
        let posts = office.settings.staff.iter().map(|to| {
            let intention = Intention::StaffCase { note: StaffNote::ManualSteps };
            let post = staff_post(to, Target::Old(case.id), intention, now);
            Step::Post(Post { requests: requests.clone(), token: Some(TokenStep::StaffCase), ..post })
        });
        let plan = Plan { steps: posts.collect(), settle: Settle::Leave };
        write(&mut tx, &office.settings, &plan, None, now).await?;
    }
    tx.commit().await?;
    Ok(Became::Done)
}

/// Whether the person asked for data that has not left yet: in the same case anything open, in another case of the customer
/// what is on its way.
fn data_is_still_to_leave(case: &Case, others: &[Case]) -> bool {
    let data = |request: &&Request| matches!(request.ask, Ask::Access | Ask::Portability);
    let on_its_way =
        |request: &Request| matches!(request.state, RequestState::InProgress { .. } | RequestState::Scheduled { .. });
    case.open().any(|request| data(&request)) || others.iter().flat_map(Case::open).filter(data).any(on_its_way)
}

/// Rows that somebody left while sending: letters without data wait again, letters with data go to staff.
async fn recover(office: &Office) -> Result<(), CommitError> {
    let now = office.clock.now();
    let mut tx = office.store.begin().await?;
    let abandoned = tx.abandoned(now).await?;
    tx.commit().await?;
    for row in abandoned {
        if row.intention.is_disclosure() {
            unknown(office, &row, "the program stopped while sending", now).await?;
        } else {
            let mut tx = office.store.begin().await?;
            tx.retry_post((row.id, row.fence), now, "the program stopped while sending").await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn case_of(tx: &mut Tx, row: &Row) -> Result<Option<Case>, StoreError> {
    match row.case {
        Some(case) => tx.case(case).await,
        None => Ok(None),
    }
}

async fn log(tx: &mut Tx, row: &Row, what: &str, now: Timestamp) -> Result<(), StoreError> {
    let case = case_of(tx, row).await?;
    tx.log(now, case.as_ref().map_or("", |case| case.reference.as_str()), what, "program").await
}

fn alert_plan(office: &Office, target: Target, alert: Alert, now: Timestamp) -> Plan {
    let posts = office
        .settings
        .staff
        .iter()
        .map(|to| Step::Post(staff_post(to, target, Intention::StaffAlert { alert: alert.clone() }, now)));
    Plan { steps: posts.collect(), settle: Settle::Leave }
}

fn staff_post(to: &Address, target: Target, intention: Intention, now: Timestamp) -> Post {
    Post {
        intention,
        to: to.clone(),
        target,
        requests: Vec::new(),
        lane: Lane::Staff,
        not_before: now,
        token: None,
        in_reply_to: None,
        why: "staff must know",
    }
}
