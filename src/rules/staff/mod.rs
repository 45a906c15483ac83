//! Staff decide by replying (policy §4): a reply's first own line is the command; this turns it into a plan.
//!
//! [`reply`] sorts what was answered; [`approve`] carries out `akkoord`; [`decide`] the other commands about a case;
//! [`reviews`] the answers to a review digest. Whatever does not fit gives help and changes nothing.

mod approve;
mod decide;
mod reviews;
#[cfg(test)]
mod tests;

use super::command::{Command, NotACommand, parse};
use super::policy::table::by_hand;
use super::policy::{asked, staff_case};
use crate::domain::address::Address;
use crate::domain::case::{Ask, Case, RequestState};
use crate::domain::facts::{Facts, StaffCase, StaffThread};
use crate::domain::plan::{
    Intention, Lane, NewCase, NewRequest, Plan, Post, RequestKey, Settle, StaffDone, StaffNote, StaffProblem, Step,
    Target, TokenStep,
};
use crate::domain::sender::{Authenticity, Because, Proof};
use crate::domain::settings::Settings;
use crate::domain::time::{Date, day_of};
use crate::rules::deadline::identity_closing;

/// Who commands, and when: the same for every command.
pub(super) struct Order<'a> {
    facts: &'a Facts,
    settings: &'a Settings,
    by: &'a Address,
}

/// What happens with a mail from a staff address.
pub fn reply(facts: &Facts, settings: &Settings, answers: &StaffThread) -> Plan {
    let Some(by) = facts.from.address().filter(|address| settings.is_staff(address)) else {
        return Plan::ignore("not from staff");
    };
    let order = Order { facts, settings, by };
    let target = match answers {
        StaffThread::Case(about) => Target::Old(about.case.id),
        StaffThread::Reviews { .. } | StaffThread::Spent { .. } | StaffThread::None => Target::None,
    };
    if settings.require_proven && facts.proof.authenticity != Authenticity::Proven {
        return order.help(target, StaffProblem::NotProven);
    }
    if facts.replay {
        // Somebody sends a captured mail of staff again.
        return order.help(target, StaffProblem::AlreadyDecided);
    }
    let done = match answers {
        StaffThread::Case(about) => about_case(&order, about),
        StaffThread::Reviews { token, items } => reviews::answer(&order, *token, items),
        StaffThread::Spent { .. } => Err(StaffProblem::AlreadyDecided),
        StaffThread::None => without_thread(&order),
    };
    done.unwrap_or_else(|problem| order.help(target, problem))
}

/// A command in reply to a case mail.
fn about_case(order: &Order<'_>, about: &StaffCase) -> Result<Plan, StaffProblem> {
    let command = parse(&order.facts.mail.own_words).map_err(problem)?;
    if about.case.is_closed() && !matches!(command, Command::Status | Command::Help | Command::Pause | Command::Resume)
    {
        return Err(StaffProblem::CaseClosed);
    }
    match command {
        Command::Approve { customer, rights } => approve::approve(order, about, customer.as_ref(), &rights, false),
        Command::Weak { rights } => approve::approve(order, about, None, &rights, true),
        Command::Reject { rights, reason } => decide::reject(order, about, &rights, reason),
        Command::Ask { text } => decide::ask(order, about, text),
        Command::Extend { reason } => decide::extend(order, about, reason),
        Command::Right { rights } => decide::relabel(order, about, &rights),
        Command::NoRequest => decide::no_request(order, about),
        Command::Done { text } => decide::done(order, about, text),
        Command::Handled { .. } => Ok(decide::handled(order, about)),
        Command::Stop => decide::stop(order, about),
        Command::Status => Ok(order.answer(Target::Old(about.case.id), Intention::StaffStatus)),
        Command::Help => Err(StaffProblem::Asked),
        Command::Request { address } => open_for(order, address),
        Command::Pause => Ok(order.pause(true)),
        Command::Resume => Ok(order.pause(false)),
    }
}

/// An order that answers no mail of ours. Without a token only a proven sender is believed, whatever is configured
/// (policy §4).
fn without_thread(order: &Order<'_>) -> Result<Plan, StaffProblem> {
    if order.facts.proof.authenticity != Authenticity::Proven {
        return Err(StaffProblem::NotProven);
    }
    match parse(&order.facts.mail.own_words).map_err(problem)? {
        Command::Pause => Ok(order.pause(true)),
        Command::Resume => Ok(order.pause(false)),
        Command::Request { address } => open_for(order, address),
        Command::Help => Err(StaffProblem::Asked),
        Command::Approve { .. }
        | Command::Weak { .. }
        | Command::Reject { .. }
        | Command::Ask { .. }
        | Command::Extend { .. }
        | Command::Right { .. }
        | Command::NoRequest
        | Command::Done { .. }
        | Command::Handled { .. }
        | Command::Stop
        | Command::Status => Err(StaffProblem::NoCase),
    }
}

/// Whether a mail from staff that answers nothing of ours is an order: `verzoek`, `pauze`, `hervat`, `help`.
#[must_use]
pub fn is_order(own_words: &str) -> bool {
    match parse(own_words) {
        Ok(Command::Pause | Command::Resume | Command::Request { .. } | Command::Help) => true,
        Ok(
            Command::Approve { .. }
            | Command::Weak { .. }
            | Command::Reject { .. }
            | Command::Ask { .. }
            | Command::Extend { .. }
            | Command::Right { .. }
            | Command::NoRequest
            | Command::Done { .. }
            | Command::Handled { .. }
            | Command::Stop
            | Command::Status,
        )
        | Err(_) => false,
    }
}

/// `verzoek <adres>`: a case for that person, awaiting staff; never a disclosure target by itself.
fn open_for(order: &Order<'_>, address: Address) -> Result<Plan, StaffProblem> {
    let facts = order.facts;
    if order.settings.is_ours(&address) {
        // We would write to ourselves.
        return Err(StaffProblem::AddressMissing);
    }
    let mut asks = asked(&facts.classification);
    if asks.is_empty() {
        asks.push(Ask::Access);
    }
    let proof = Proof { authenticity: Authenticity::Unproven, because: Because::PassedOn };
    let request = |ask: Ask| NewRequest {
        ask,
        received: facts.received,
        due: facts.due.normal,
        due_extended: facts.due.extended,
        proof,
        evidence: Vec::new(),
        state: RequestState::AwaitingStaff { since: facts.now, proposal: by_hand(ask) },
    };
    let requests: Vec<NewRequest> = asks.into_iter().map(request).collect();
    let keys = (0..requests.len()).map(RequestKey::New).collect();
    let case = NewCase {
        requester: address.clone(),
        requester_name: String::new(),
        customer: None,
        language: facts.classification.language,
        received: facts.received,
        mail: facts.mail.clone(),
        requests,
    };
    let mut steps = vec![Step::Open(case)];
    steps.extend(staff_case(order.settings, facts.now, Target::New, keys, StaffNote::New));
    steps.extend(order.confirm(Target::New, vec![StaffDone::Opened(address)], false));
    Ok(Plan { steps, settle: Settle::ToCaseFolder })
}

/// What was wrong, as staff read it.
fn problem(not: NotACommand) -> StaffProblem {
    match not {
        NotACommand::Empty => StaffProblem::NotUnderstood { suggestion: None },
        NotACommand::Unknown { suggestion } => {
            StaffProblem::NotUnderstood { suggestion: suggestion.map(str::to_owned) }
        }
        NotACommand::Several => StaffProblem::Several,
        NotACommand::Conditional => StaffProblem::Conditional,
        NotACommand::MissingReason(word) => StaffProblem::TextMissing(word.to_owned()),
        NotACommand::MissingRight => StaffProblem::RightMissing,
        NotACommand::BadCustomer => StaffProblem::CustomerNumberNeeded,
        NotACommand::BadAddress => StaffProblem::AddressMissing,
        NotACommand::BadDate => StaffProblem::DateUnclear,
        NotACommand::TooLong => StaffProblem::TextTooLong,
    }
}

impl Order<'_> {
    /// The closing date of a question for identity that is asked now, for a request that is due on this day.
    fn identity_closes(&self, due: Date) -> Date {
        identity_closing(day_of(self.facts.now, &self.settings.zone), due, self.settings.delays.identity_days)
    }

    /// Help to the one who wrote; nothing changes, the token stays good.
    fn help(&self, target: Target, problem: StaffProblem) -> Plan {
        self.answer(target, Intention::StaffHelp { problem })
    }

    /// A mail back to the one who wrote, that can be answered with a command again.
    fn answer(&self, target: Target, intention: Intention) -> Plan {
        let token = matches!(target, Target::Old(_)).then_some(TokenStep::StaffCase);
        Plan { steps: vec![self.post(self.by.clone(), target, intention, token)], settle: Settle::Leave }
    }

    fn pause(&self, paused: bool) -> Plan {
        let done = if paused { StaffDone::Paused } else { StaffDone::Resumed };
        let mut steps = vec![Step::Pause(paused)];
        steps.extend(self.confirm(Target::None, vec![done], false));
        Plan { steps, settle: Settle::Leave }
    }

    /// Every command is confirmed, to all of staff, so that nobody does it twice. While something is open the
    /// confirmation can be answered with the next command.
    fn confirm(&self, target: Target, done: Vec<StaffDone>, still_open: bool) -> Vec<Step> {
        let token = still_open.then_some(TokenStep::StaffCase);
        let post =
            |to: &Address| self.post(to.clone(), target, Intention::StaffConfirmation { done: done.clone() }, token);
        self.settings.staff.iter().map(post).collect()
    }

    fn post(&self, to: Address, target: Target, intention: Intention, token: Option<TokenStep>) -> Step {
        let in_reply_to = (to == *self.by).then(|| self.facts.mail.message_id.clone()).flatten();
        Step::Post(Post {
            intention,
            to,
            target,
            requests: Vec::new(),
            lane: Lane::Staff,
            not_before: self.facts.now,
            token,
            in_reply_to,
            why: "a command is answered",
        })
    }

    /// A letter to somebody outside, ordered by staff.
    fn letter(&self, case: &Case, to: Address, requests: Vec<RequestKey>, intention: Intention) -> Post {
        Post {
            intention,
            to,
            target: Target::Old(case.id),
            requests,
            lane: Lane::Ordered,
            not_before: self.facts.now,
            token: Some(TokenStep::Thread),
            in_reply_to: case.last_message_id(),
            why: "ordered by staff",
        }
    }
}
