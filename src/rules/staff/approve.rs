//! `akkoord`: carry out the proposals of a case. All of the requests meant, or none.

use super::Order;
use crate::domain::address::Address;
use crate::domain::case::{Approval, Ask, Proposal, Request, RequestId, RequestState, Work};
use crate::domain::customer::CustomerId;
use crate::domain::disclosure::MayReceive;
use crate::domain::facts::{OnFile, StaffCase};
use crate::domain::plan::{
    By, Intention, Plan, Post, RequestKey, Settle, StaffDone, StaffProblem, Step, Suppression, TokenStep, Whom,
};
use crate::domain::right::{Purpose, Rights};
use crate::domain::time::Timestamp;
use crate::rules::policy::table::by_hand;

/// Carries out the proposals of all open requests of the case, or only of the named rights.
pub(super) fn approve(
    order: &Order<'_>,
    about: &StaffCase,
    named: Option<&CustomerId>,
    rights: &Rights,
    weak: bool,
) -> Result<Plan, StaffProblem> {
    let case = &about.case;
    if let (Some(named), Some(own)) = (named, &case.customer)
        && !named.matches(own)
    {
        return Err(StaffProblem::OtherCustomer);
    }
    if named.is_some() && about.customer.is_none() {
        return Err(StaffProblem::NoSuchCustomer);
    }
    let meant = meant(about, rights, named.is_some());
    let found: Rights = meant.iter().map(|(request, _)| request.ask.right()).collect();
    if meant.is_empty() || !rights.is_subset(&found) {
        return Err(StaffProblem::NoSuchRequest);
    }
    for (_, proposal) in &meant {
        if weak && proposal.touches_data() {
            return Err(StaffProblem::WordTooWeak);
        }
        let about_somebody = case.customer.is_none() && concerns_a_record(proposal);
        if named.is_none() && (proposal.needs_customer_number() || about_somebody) {
            return Err(StaffProblem::CustomerNumberNeeded);
        }
        if concerns_a_record(proposal) && about.customer.is_none() {
            return Err(StaffProblem::NoSuchCustomer);
        }
        if *proposal == Proposal::AskConfirmation && owner_to_ask(about).is_none() {
            return Err(StaffProblem::DoesNotFit);
        }
    }
    let mut work = Carrying::new(order, about);
    for (request, proposal) in meant {
        work.carry_out(request, proposal);
    }
    Ok(work.finish(named))
}

/// The requests that the command means, with what approving each does. Somebody whose identity is awaited is approved by
/// naming the customer.
fn meant<'a>(about: &'a StaffCase, rights: &Rights, named: bool) -> Vec<(&'a Request, Proposal)> {
    let proposal = |request: &Request| match &request.state {
        RequestState::AwaitingStaff { proposal: Proposal::AskIdentity, .. } if named => Some(by_hand(request.ask)),
        // The address was an owner's when it was proposed; now it would be a disclosure elsewhere.
        RequestState::AwaitingStaff { proposal: Proposal::Disclose(to), .. } if !is_owner(about, request.id, to) => {
            Some(Proposal::DiscloseElsewhere)
        }
        RequestState::AwaitingStaff { proposal, .. } => Some(proposal.clone()),
        RequestState::AwaitingIdentity { .. } => Some(by_hand(request.ask)),
        RequestState::AwaitingConfirmation { .. }
        | RequestState::AwaitingRequester { .. }
        | RequestState::Scheduled { .. }
        | RequestState::InProgress { .. }
        | RequestState::Answered { .. }
        | RequestState::Refused { .. }
        | RequestState::Closed { .. } => None,
    };
    about
        .case
        .open()
        .filter(|request| rights.is_empty() || rights.contains(&request.ask.right()))
        .filter_map(|request| proposal(request).map(|proposal| (request, proposal)))
        .collect()
}

fn is_owner(about: &StaffCase, request: RequestId, address: &Address) -> bool {
    let on_file = about.customer.as_ref();
    on_file.is_some_and(|on_file| MayReceive::owner(request, &on_file.customer, address).is_ok())
}

/// The owner to ask for confirmation: the requester if that is one, else the first of the record.
fn owner_to_ask(about: &StaffCase) -> Option<Address> {
    let customer = &about.customer.as_ref()?.customer;
    let mut owners = customer.reachable_owners();
    let itself = customer.reachable_owners().find(|owner| **owner == about.case.requester);
    itself.or_else(|| owners.next()).cloned()
}

/// Whether it needs to be known which customer it is about.
const fn concerns_a_record(proposal: &Proposal) -> bool {
    match proposal {
        Proposal::Disclose(_)
        | Proposal::DiscloseElsewhere
        | Proposal::DiscloseContact
        | Proposal::HandOver
        | Proposal::Correct
        | Proposal::Restrict
        | Proposal::StopUse
        | Proposal::Erase => true,
        Proposal::TakeUpComplaint
        | Proposal::AskIdentity
        | Proposal::AskConfirmation
        | Proposal::AnswerComplaint
        | Proposal::ConfirmObjection => false,
    }
}

/// The plan of one approval as it grows.
struct Carrying<'a> {
    order: &'a Order<'a>,
    about: &'a StaffCase,
    steps: Vec<Step>,
    done: Vec<StaffDone>,
    manual: Rights,
    finished: Rights,
    told_owners: bool,
}

impl<'a> Carrying<'a> {
    fn new(order: &'a Order<'a>, about: &'a StaffCase) -> Self {
        Self {
            order,
            about,
            steps: Vec::new(),
            done: Vec::new(),
            manual: Rights::new(),
            finished: Rights::new(),
            told_owners: false,
        }
    }

    fn now(&self) -> Timestamp {
        self.order.facts.now
    }

    fn carry_out(&mut self, request: &Request, proposal: Proposal) {
        let now = self.now();
        let state = match (proposal, &self.about.customer) {
            (Proposal::Disclose(address), Some(on_file)) => self.disclose_to_owner(request, address, on_file),
            (Proposal::DiscloseElsewhere, Some(on_file)) => self.disclose_elsewhere(request, on_file),
            (Proposal::DiscloseContact, Some(on_file)) => self.disclose_contact(request, on_file),
            (Proposal::Erase, Some(on_file)) => self.erase(request, on_file),
            (Proposal::HandOver | Proposal::Correct | Proposal::TakeUpComplaint, _) => {
                self.manual.insert(request.ask.right());
                RequestState::InProgress { since: now, work: Work::Manual, approval: None }
            }
            (Proposal::Restrict | Proposal::StopUse, on_file) => {
                self.stop_use(request, on_file.as_ref());
                self.finished.insert(request.ask.right());
                self.letter(request, Intention::Done { text: None });
                RequestState::Answered { at: now }
            }
            (Proposal::AskIdentity, _) => {
                let closes = self.order.identity_closes(request.due);
                self.done.push(StaffDone::LetterSent);
                self.letter(request, Intention::AskIdentity { closes, light: request.ask == Ask::Rectification });
                RequestState::AwaitingIdentity { asked: now, closes }
            }
            (Proposal::AskConfirmation, _) => self.ask_confirmation(request),
            (Proposal::AnswerComplaint, _) => {
                self.done.push(StaffDone::LetterSent);
                self.letter(request, Intention::AnswerComplaint);
                RequestState::AwaitingStaff { since: now, proposal: Proposal::TakeUpComplaint }
            }
            (Proposal::ConfirmObjection, _) => {
                self.finished.insert(request.ask.right());
                self.letter(request, Intention::ObjectionRecorded);
                RequestState::Answered { at: now }
            }
            // Checked before: what concerns a record has one.
            (
                proposal @ (Proposal::Disclose(_)
                | Proposal::DiscloseElsewhere
                | Proposal::DiscloseContact
                | Proposal::Erase),
                None,
            ) => RequestState::AwaitingStaff { since: now, proposal },
        };
        let by = By::Staff(self.order.by.clone());
        self.steps.push(Step::Set { request: RequestKey::Old(request.id), state, by });
    }

    fn approval(&self, on_file: &OnFile, to: Address) -> Approval {
        Approval {
            by: self.order.by.clone(),
            at: self.now(),
            customer: on_file.customer.id.clone(),
            to,
            record: on_file.record.clone(),
        }
    }

    fn disclose_to_owner(&mut self, request: &Request, to: Address, on_file: &OnFile) -> RequestState {
        let intention = Intention::DiscloseToOwner { customer: on_file.customer.id.clone() };
        let post = self.order.letter(&self.about.case, to.clone(), vec![RequestKey::Old(request.id)], intention);
        self.steps.push(Step::Post(post));
        self.done.push(StaffDone::Disclosed(to));
        RequestState::InProgress { since: self.now(), work: Work::Sending, approval: None }
    }

    /// To an address that is not on file: the owner is told, the data leaves later, a "nee" stops it (policy §2).
    fn disclose_elsewhere(&mut self, request: &Request, on_file: &OnFile) -> RequestState {
        let to = self.about.case.requester.clone();
        if MayReceive::owner(request.id, &on_file.customer, &to).is_ok() {
            return self.disclose_to_owner(request, to, on_file);
        }
        let at = self.now().saturating_add(self.order.settings.delays.owner_notice).unwrap_or(Timestamp::MAX);
        if !self.told_owners {
            self.told_owners = true;
            for owner in on_file.customer.reachable_owners() {
                let notice = Intention::NotifyOwner { leaves: at };
                let keys = vec![RequestKey::Old(request.id)];
                let mut post = self.order.letter(&self.about.case, owner.clone(), keys, notice);
                post.token = Some(TokenStep::OwnerNotice);
                // The owner may know nothing of the stranger's mail: this is a mail of its own.
                post.in_reply_to = None;
                self.steps.push(Step::Post(post));
            }
        }
        let approval = self.approval(on_file, to.clone());
        let intention = Intention::DiscloseApproved { approval: approval.clone() };
        let keys = vec![RequestKey::Old(request.id)];
        let mut post = self.order.letter(&self.about.case, to.clone(), keys, intention);
        post.not_before = at;
        self.steps.push(Step::Post(post));
        self.done.push(StaffDone::DisclosureScheduled(to, at));
        RequestState::Scheduled { at, approval, proposal: Proposal::DiscloseElsewhere }
    }

    fn disclose_contact(&mut self, request: &Request, on_file: &OnFile) -> RequestState {
        let to = self.about.case.requester.clone();
        let approval = self.approval(on_file, to.clone());
        let intention = Intention::DiscloseContact { approval: approval.clone() };
        let post = self.order.letter(&self.about.case, to.clone(), vec![RequestKey::Old(request.id)], intention);
        self.steps.push(Step::Post(post));
        self.done.push(StaffDone::Disclosed(to));
        RequestState::InProgress { since: self.now(), work: Work::Sending, approval: Some(approval) }
    }

    fn erase(&mut self, request: &Request, on_file: &OnFile) -> RequestState {
        let at = self.now().saturating_add(self.order.settings.delays.erasure).unwrap_or(Timestamp::MAX);
        let approval = self.approval(on_file, self.about.case.requester.clone());
        let deed = Intention::Erase { approval: approval.clone() };
        let to = self.order.by.clone();
        let mut post = self.order.letter(&self.about.case, to, vec![RequestKey::Old(request.id)], deed);
        post.not_before = at;
        post.token = None;
        self.steps.push(Step::Post(post));
        self.done.push(StaffDone::ErasureScheduled(at));
        RequestState::Scheduled { at, approval, proposal: Proposal::Erase }
    }

    fn ask_confirmation(&mut self, request: &Request) -> RequestState {
        let now = self.now();
        let Some(owner) = owner_to_ask(self.about) else {
            return RequestState::AwaitingStaff { since: now, proposal: Proposal::AskConfirmation };
        };
        let until = now.saturating_add(self.order.settings.delays.confirmation).unwrap_or(Timestamp::MAX);
        let keys = vec![RequestKey::Old(request.id)];
        let ask = Intention::AskConfirmation { until };
        let mut post = self.order.letter(&self.about.case, owner.clone(), keys, ask);
        post.token = Some(TokenStep::Confirmation);
        self.one_of_a_kind(post, request);
        self.done.push(StaffDone::LetterSent);
        RequestState::AwaitingConfirmation { asked: now, owner }
    }

    /// What was frozen when the request came stays so; a stranger's is frozen now.
    fn stop_use(&mut self, request: &Request, on_file: Option<&OnFile>) {
        if let Some(on_file) = on_file {
            let what = suppression(request.ask);
            self.steps.push(Step::Suppress { whom: Whom::Customer(on_file.customer.id.clone()), what });
        }
    }

    fn letter(&mut self, request: &Request, intention: Intention) {
        let to = self.about.case.requester.clone();
        let post = self.order.letter(&self.about.case, to, vec![RequestKey::Old(request.id)], intention);
        self.one_of_a_kind(post, request);
    }

    /// Two requests approved together need one letter of a kind.
    fn one_of_a_kind(&mut self, post: Post, request: &Request) {
        for step in &mut self.steps {
            if let Step::Post(earlier) = step
                && earlier.intention == post.intention
                && earlier.to == post.to
            {
                earlier.requests.push(RequestKey::Old(request.id));
                return;
            }
        }
        self.steps.push(Step::Post(post));
    }

    fn finish(mut self, named: Option<&CustomerId>) -> Plan {
        let case = &self.about.case;
        if let (Some(_), None, Some(on_file)) = (named, &case.customer, &self.about.customer) {
            self.steps.insert(0, Step::Identify(case.id, on_file.customer.id.clone()));
        }
        self.steps.insert(0, Step::UseToken(self.about.token));
        if !self.manual.is_empty() {
            self.done.push(StaffDone::ManualNow(self.manual.clone()));
        }
        if !self.finished.is_empty() {
            self.done.push(StaffDone::Finished(self.finished.clone()));
        }
        let finishing = self.steps.iter().filter(|step| matches!(step, Step::Set { state, .. } if state.is_final()));
        let still_open = case.open().count() > finishing.count();
        self.steps.extend(self.order.confirm(case.into(), self.done, still_open));
        Plan { steps: self.steps, settle: Settle::ToCaseFolder }
    }
}

/// Which use a request stops.
pub(super) const fn suppression(ask: Ask) -> Suppression {
    match ask {
        Ask::Restriction => Suppression::Restriction,
        Ask::Objection(Purpose::Marketing) => Suppression::Marketing,
        Ask::Objection(Purpose::Consent) => Suppression::Consent,
        Ask::Objection(Purpose::Other)
        | Ask::Access
        | Ask::Portability
        | Ask::Rectification
        | Ask::Erasure
        | Ask::Complaint => Suppression::Objection,
    }
}
