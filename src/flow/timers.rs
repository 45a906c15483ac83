//! What time asks for: the review digest, and questions that ran out. Driven by stored moments, so that downtime delays and
//! never doubles.

use super::Office;
use super::commit::{CommitError, write};
use crate::domain::case::{Closing, RequestState};
use crate::domain::plan::{By, Intention, Lane, Plan, Post, RequestKey, Settle, Step, Target, TokenStep};
use crate::domain::time::{SignedDuration, Timestamp, day_of};
use crate::io::store::Tx;

/// Reviews come as one digest in this time (policy §4).
const DIGEST: SignedDuration = SignedDuration::from_hours(24);
/// Items of one digest; the rest comes with the next one.
const ITEMS: i64 = 40;
/// When the last digest went out.
const DIGEST_AT: &str = "review digest";

/// Does what is due by the clock now; returns how many things.
///
/// # Errors
/// [`CommitError`] when the database does not answer; it is done next time.
pub async fn run(office: &Office) -> Result<usize, CommitError> {
    let now = office.clock.now();
    let mut tx = office.store.begin().await?;
    tx.lock("timers").await?;
    if office.people.wants_a_look(now).await {
        let _directory = office.people.today(&mut tx, &office.settings, now).await?;
    }
    let mut done = usize::from(review_digest(office, &mut tx, now).await?);
    done = done.saturating_add(unconfirmed(office, &mut tx, now).await?);
    done = done.saturating_add(unidentified(office, &mut tx, now).await?);
    tx.commit().await?;
    Ok(done)
}

/// One digest a day of the mails that people must look at; none when there is nothing.
async fn review_digest(office: &Office, tx: &mut Tx, now: Timestamp) -> Result<bool, CommitError> {
    let last = tx.setting(DIGEST_AT).await?.and_then(|at| at.parse::<Timestamp>().ok());
    if last.is_some_and(|last| now.duration_since(last) < DIGEST) {
        return Ok(false);
    }
    let items = tx.untold_reviews(ITEMS).await?;
    if items.is_empty() {
        return Ok(false);
    }
    for id in &items {
        tx.mark_told(*id, now).await?;
    }
    let post = |to: &crate::domain::address::Address| {
        Step::Post(Post {
            intention: Intention::StaffReview { items: items.clone() },
            to: to.clone(),
            target: Target::None,
            requests: Vec::new(),
            lane: Lane::Staff,
            not_before: now,
            token: Some(TokenStep::StaffReview),
            in_reply_to: None,
            why: "people must look",
        })
    };
    let plan = Plan { steps: office.settings.staff.iter().map(post).collect(), settle: Settle::Leave };
    write(tx, &office.settings, &plan, None, now).await?;
    tx.set_setting(DIGEST_AT, &now.to_string()).await?;
    Ok(true)
}

/// Questions for confirmation that nobody answered in time: closed, and the owner is told.
async fn unconfirmed(office: &Office, tx: &mut Tx, now: Timestamp) -> Result<usize, CommitError> {
    let mut closed: usize = 0;
    for case in tx.cases(true).await? {
        let mut steps = Vec::new();
        let mut keys = Vec::new();
        let mut asked_owner = None;
        for request in case.open() {
            let RequestState::AwaitingConfirmation { asked, owner } = &request.state else { continue };
            if now.duration_since(*asked) < office.settings.delays.confirmation {
                continue;
            }
            keys.push(RequestKey::Old(request.id));
            asked_owner = Some(owner.clone());
            let state = RequestState::Closed { at: now, how: Closing::Unconfirmed };
            steps.push(Step::Set { request: RequestKey::Old(request.id), state, by: By::Program });
        }
        let Some(owner) = asked_owner else { continue };
        // A question that still waits for its turn must not follow its own end.
        let ids = keys.iter().filter_map(|key| if let RequestKey::Old(id) = key { Some(*id) } else { None });
        steps.push(Step::Withdraw(ids.collect()));
        steps.push(Step::Post(Post {
            intention: Intention::Closed { how: Closing::Unconfirmed },
            to: owner,
            target: Target::Old(case.id),
            requests: keys,
            // In the budgets: a flood of false requests in somebody's name must not become a flood of letters to them.
            lane: Lane::AutomaticUnproven,
            not_before: now,
            token: None,
            in_reply_to: None,
            why: "nobody confirmed it in time",
        }));
        write(tx, &office.settings, &Plan { steps, settle: Settle::Leave }, None, now).await?;
        closed = closed.saturating_add(1);
    }
    Ok(closed)
}

/// Questions for identity that nobody answered before the closing date that we told: refused with the reason (art. 12(4)).
async fn unidentified(office: &Office, tx: &mut Tx, now: Timestamp) -> Result<usize, CommitError> {
    let zone = &office.settings.zone;
    let mut closed: usize = 0;
    for case in tx.cases(true).await? {
        let mut steps = Vec::new();
        let mut keys = Vec::new();
        let mut asked_on = None;
        for request in case.open() {
            let RequestState::AwaitingIdentity { asked, closes } = &request.state else { continue };
            if day_of(now, zone) <= *closes {
                continue;
            }
            keys.push(RequestKey::Old(request.id));
            asked_on = Some(day_of(*asked, zone));
            let state = RequestState::Refused { at: now };
            steps.push(Step::Set { request: RequestKey::Old(request.id), state, by: By::Program });
        }
        let Some(asked) = asked_on else { continue };
        steps.push(Step::Post(Post {
            intention: Intention::RefuseUnidentified { asked },
            to: case.requester.clone(),
            target: Target::Old(case.id),
            requests: keys,
            lane: Lane::Ordered,
            not_before: now,
            token: Some(TokenStep::Thread),
            in_reply_to: case.last_message_id(),
            why: "nobody showed who it is in time",
        }));
        write(tx, &office.settings, &Plan { steps, settle: Settle::Leave }, None, now).await?;
        closed = closed.saturating_add(1);
    }
    Ok(closed)
}
