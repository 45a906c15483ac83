//! Answers to a review digest: `1 geen`, `2 inzage`; with one item the bare command will do.

use super::{Order, problem};
use crate::domain::case::Ask;
use crate::domain::facts::{Facts, ReviewItem, TokenId};
use crate::domain::plan::{
    Lane, NewCase, NewRequest, Plan, RequestKey, Settle, StaffDone, StaffNote, StaffProblem, Step, Target,
};
use crate::domain::right::Rights;
use crate::rules::command::{Command, DigestAnswer, parse, parse_digest};
use crate::rules::policy::table::{Sure, Who};
use crate::rules::policy::{Asker, Composer};

/// What happens with an answer to a digest. An item that is not named stays open; the token stays good until every item
/// is decided.
pub(super) fn answer(order: &Order<'_>, token: TokenId, items: &[ReviewItem]) -> Result<Plan, StaffProblem> {
    let words = &order.facts.mail.own_words;
    let answers = match (parse_digest(words), items) {
        (Ok(answers), _) if !answers.is_empty() => answers,
        (_, [_]) => vec![(1, single(words)?)],
        (Ok(_) | Err(_), _) => {
            return match parse(words) {
                Ok(Command::Pause) => Ok(order.pause(true)),
                Ok(Command::Resume) => Ok(order.pause(false)),
                Ok(Command::Help) => Err(StaffProblem::Asked),
                Ok(_) => Err(StaffProblem::LinesNeeded),
                Err(not) => Err(problem(not)),
            };
        }
    };
    let mut steps = Vec::new();
    let mut done = Vec::new();
    for (number, answer) in &answers {
        let item = number.checked_sub(1).and_then(|n| items.get(n)).ok_or(StaffProblem::NoSuchRequest)?;
        if item.decided {
            continue;
        }
        steps.push(Step::CloseReview(item.id));
        match answer {
            DigestAnswer::NoRequest => done.push(StaffDone::NoRequest),
            DigestAnswer::Rights(rights) => {
                let address = item.review.from.clone().ok_or(StaffProblem::DoesNotFit)?;
                steps.extend(open(order, item, rights)?);
                done.push(StaffDone::Opened(address));
            }
        }
    }
    if steps.is_empty() {
        return Err(StaffProblem::AlreadyDecided);
    }
    let named = |n: usize| answers.iter().any(|(number, _)| *number == n.saturating_add(1));
    if items.iter().enumerate().all(|(n, item)| item.decided || named(n)) {
        steps.push(Step::UseToken(token));
    }
    steps.extend(order.confirm(Target::None, done, false));
    Ok(Plan { steps, settle: Settle::Leave })
}

/// The only item of a digest is decided by a plain command.
fn single(words: &str) -> Result<DigestAnswer, StaffProblem> {
    match parse(words).map_err(problem)? {
        Command::NoRequest | Command::Handled { .. } => Ok(DigestAnswer::NoRequest),
        Command::Right { rights } => Ok(DigestAnswer::Rights(rights)),
        Command::Help => Err(StaffProblem::Asked),
        Command::Approve { .. }
        | Command::Weak { .. }
        | Command::Reject { .. }
        | Command::Ask { .. }
        | Command::Extend { .. }
        | Command::Done { .. }
        | Command::Stop
        | Command::Request { .. }
        | Command::Status
        | Command::Pause
        | Command::Resume => Err(StaffProblem::DoesNotFit),
    }
}

/// Staff said what it asks: the table decides as if the classifier had said so. A suspect sender gets no mail; the case
/// then waits for staff.
fn open(order: &Order<'_>, item: &ReviewItem, rights: &Rights) -> Result<Vec<Step>, StaffProblem> {
    let facts: &Facts = order.facts;
    let review = &item.review;
    let address = review.from.as_ref().ok_or(StaffProblem::DoesNotFit)?;
    let sure = Sure::of(review.proof.authenticity).unwrap_or(Sure::Suspect);
    let who = Who::of(address, &item.standing);
    let asker = Asker {
        who: &who,
        sure,
        requester: address,
        conversation: false,
        lane: Lane::Ordered,
        in_reply_to: review.mail.message_id.clone(),
    };
    let mut composer = Composer::new(order.settings, facts.now, item.due, asker, Target::New);
    let purpose = review.classification.purpose();
    let requests = rights.iter().map(|right| Ask::of(*right, purpose)).enumerate().map(|(n, ask)| NewRequest {
        ask,
        received: review.received,
        due: item.due.normal,
        due_extended: item.due.extended,
        proof: review.proof,
        evidence: Vec::new(),
        state: composer.place(RequestKey::New(n), ask),
    });
    let requests = requests.collect();
    let case = NewCase {
        requester: address.clone(),
        requester_name: review.name.clone(),
        customer: who.customer().map(|customer| customer.id.clone()),
        language: review.classification.language,
        received: review.received,
        mail: review.mail.clone(),
        requests,
    };
    let mut steps = vec![Step::Open(case)];
    steps.extend(composer.finish(StaffNote::New));
    Ok(steps)
}
