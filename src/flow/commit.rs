//! Writing a plan down: one transaction for the case, the log, the tokens, the outbox and what becomes of the mail.

use super::settle::to_case_folder;
use crate::domain::case::{CaseId, Reference, RequestId};
use crate::domain::plan::{By, NewCase, Plan, Post, RequestKey, Settle, Step, Target, TokenStep};
use crate::domain::settings::Settings;
use crate::domain::time::{SignedDuration, Timestamp, day_of};
use crate::io::clock::random;
use crate::io::mailbox::Place;
use crate::io::store::cases::by_name;
use crate::io::store::moves::Move;
use crate::io::store::{StoreError, Tx};

/// Why a plan was not written down. The transaction is dropped; nothing of it remains.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else used the token, or decided about the review, since the facts were gathered: decide again.
    #[error("somebody else decided first")]
    Overtaken,
    /// The customers could not be read yet. To decide without them would make strangers of all customers: wait.
    #[error("the customers cannot be read: {0}")]
    NoDirectory(String),
    /// The plan contradicts itself: a defect of the rules.
    #[error("a plan that does not fit together: {0}")]
    Plan(&'static str),
}

/// How long a reply to one of our letters can join its case.
const THREAD: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);
/// How long a staff mail can be answered with a command.
const STAFF: SignedDuration = SignedDuration::from_hours(400 * 24);

/// What the steps of one plan refer to.
#[derive(Default)]
struct Written {
    case: Option<(CaseId, Reference)>,
    requests: Vec<RequestId>,
}

/// Writes all steps of a plan. `mail` is the mail that led to it: where it lies, and its Message-ID, by which it is found
/// again when the folder is numbered anew before it was moved.
///
/// # Errors
/// [`CommitError`]; drop the transaction then.
pub async fn write(
    tx: &mut Tx,
    settings: &Settings,
    plan: &Plan,
    mail: Option<(&Place, Option<&str>)>,
    now: Timestamp,
) -> Result<(), CommitError> {
    let mut written = Written::default();
    for step in &plan.steps {
        write_step(tx, settings, step, &mut written, now).await?;
    }
    if let (Settle::ToCaseFolder, Some((place, message_id))) = (plan.settle, mail) {
        tx.add_move(&to_case_folder(place, message_id)).await?;
    }
    Ok(())
}

/// Puts letters in the outbox that belong to no case.
///
/// # Errors
/// [`CommitError`].
pub async fn post_all(tx: &mut Tx, posts: Vec<Post>, now: Timestamp) -> Result<(), CommitError> {
    for post in &posts {
        enqueue(tx, post, None, &[], None, now).await?;
    }
    Ok(())
}

async fn write_step(
    tx: &mut Tx,
    settings: &Settings,
    step: &Step,
    written: &mut Written,
    now: Timestamp,
) -> Result<(), CommitError> {
    match step {
        Step::Open(case) => open(tx, settings, case, written, now).await?,
        Step::Join(case, mail) => {
            tx.add_case_mail(*case, mail, now).await?;
            log(tx, *case, "a mail joined the case", &By::Person, now).await?;
        }
        Step::Add(case, request) => {
            written.requests.push(tx.add_request(*case, request).await?);
            let what = format!("request added: {}, {}", request.ask.right().name(), request.state.name());
            log(tx, *case, &what, &By::Program, now).await?;
        }
        Step::Set { request, state, by } => {
            let id = written.request(*request)?;
            if !tx.set_state(id, state, by).await? {
                return Err(CommitError::Overtaken);
            }
            if let Some(case) = tx.case_of_request(id).await? {
                let right = case.request(id).map_or("", |request| request.ask.right().name());
                tx.log(now, case.reference.as_str(), &format!("{right}: {}", state.name()), by_name(by)).await?;
            }
        }
        Step::Extend(request) => {
            tx.extend(*request).await?;
            log_request(tx, *request, "extended", now).await?;
        }
        Step::Prove(request, proof) => {
            tx.prove(*request, *proof).await?;
            log_request(tx, *request, "confirmed by the owner", now).await?;
        }
        Step::Identify(case, customer) => {
            tx.identify(*case, customer).await?;
            log(tx, *case, "staff named the customer", &By::Program, now).await?;
        }
        Step::Post(post) => write_post(tx, settings, post, written, now).await?,
        Step::Withdraw(requests) => tx.withdraw(requests, now).await?,
        Step::Suppress { whom, what } => {
            tx.suppress(whom, *what, now).await?;
            tx.log(now, written.reference(), &format!("stopped: {}", what.name()), "program").await?;
        }
        Step::Lift { whom, what } => {
            tx.lift(whom, *what, now).await?;
            tx.log(now, written.reference(), &format!("allowed again: {}", what.name()), "staff").await?;
        }
        Step::Review(review) => {
            tx.add_review(review, now).await?;
            tx.log(now, "", &format!("to review: {}", review.why.name()), "program").await?;
        }
        Step::CloseReview(id) => {
            if !tx.close_review(*id, now).await? {
                return Err(CommitError::Overtaken);
            }
        }
        Step::UseToken(id) => {
            if !tx.use_token(*id, now).await? {
                return Err(CommitError::Overtaken);
            }
        }
        Step::Pause(paused) => {
            tx.set_paused(*paused).await?;
            tx.log(now, "", if *paused { "automatic mail off" } else { "automatic mail on" }, "staff").await?;
        }
        Step::Bounced { post, address } => {
            tx.mark_bounced(*post).await?;
            tx.address_bounced(address, now).await?;
            tx.log(now, "", "a letter came back", "program").await?;
        }
        Step::MailsBack(case) => {
            if let Some(case) = tx.case(*case).await? {
                for id in case.mails.iter().filter_map(|mail| mail.message_id.clone()) {
                    tx.add_move(&Move::BackToInbox(id)).await?;
                }
            }
        }
        Step::Ignore(_) => {}
    }
    Ok(())
}

async fn open(
    tx: &mut Tx,
    settings: &Settings,
    case: &NewCase,
    written: &mut Written,
    now: Timestamp,
) -> Result<(), CommitError> {
    let year = day_of(case.received, &settings.zone).year();
    let opened = tx.open_case(case, year, now).await?;
    for request in &case.requests {
        let what = format!("request received: {}, {}", request.ask.right().name(), request.state.name());
        tx.log(now, opened.reference.as_str(), &what, "program").await?;
    }
    written.case = Some((opened.id, opened.reference));
    written.requests = opened.requests;
    Ok(())
}

async fn write_post(
    tx: &mut Tx,
    settings: &Settings,
    post: &Post,
    written: &Written,
    now: Timestamp,
) -> Result<(), CommitError> {
    let case = match post.target {
        Target::None => None,
        Target::Old(case) => Some(case),
        Target::New => Some(written.case.as_ref().ok_or(CommitError::Plan("a letter of no case"))?.0),
    };
    let requests = post.requests.iter().map(|key| written.request(*key)).collect::<Result<Vec<_>, _>>()?;
    let expires = post.token.map(|step| {
        let life = match step {
            TokenStep::Thread => THREAD,
            TokenStep::Confirmation | TokenStep::OwnerNotice => settings.delays.confirmation,
            TokenStep::StaffCase | TokenStep::StaffReview => STAFF,
        };
        post.not_before.saturating_add(life).unwrap_or(Timestamp::MAX)
    });
    enqueue(tx, post, case, &requests, expires, now).await
}

/// Every letter has a token in its Message-ID, so that a bounce finds its letter; `expires` only where a reply may act.
async fn enqueue(
    tx: &mut Tx,
    post: &Post,
    case: Option<CaseId>,
    requests: &[RequestId],
    expires: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), CommitError> {
    let nonce = data_encoding::HEXLOWER.encode(&random::<16>().map_err(StoreError::Io)?);
    let id = tx.enqueue(post, case, requests, &nonce, now).await?;
    let hash = tx.key().token(&nonce).hash();
    let step = post.token.unwrap_or(TokenStep::Thread);
    let expires = expires.unwrap_or_else(|| now.saturating_add(THREAD).unwrap_or(Timestamp::MAX));
    tx.add_token(&hash, step, (case, id), &post.to, expires).await?;
    Ok(())
}

async fn log(tx: &mut Tx, case: CaseId, what: &str, by: &By, now: Timestamp) -> Result<(), CommitError> {
    if let Some(case) = tx.case(case).await? {
        tx.log(now, case.reference.as_str(), what, by_name(by)).await?;
    }
    Ok(())
}

async fn log_request(tx: &mut Tx, request: RequestId, what: &str, now: Timestamp) -> Result<(), CommitError> {
    if let Some(case) = tx.case_of_request(request).await? {
        tx.log(now, case.reference.as_str(), what, "program").await?;
    }
    Ok(())
}

impl Written {
    fn request(&self, key: RequestKey) -> Result<RequestId, CommitError> {
        match key {
            RequestKey::Old(id) => Ok(id),
            RequestKey::New(n) => self.requests.get(n).copied().ok_or(CommitError::Plan("a request that was not made")),
        }
    }

    fn reference(&self) -> &str {
        self.case.as_ref().map_or("", |(_, reference)| reference.as_str())
    }
}
