//! From cells of the table to a plan: which state each request gets, and one letter of a kind for all of them together.

use super::table::{Cell, Sure, Who, cell};
use crate::domain::address::Address;
use crate::domain::case::{Ask, Proposal, RequestState, Work};
use crate::domain::facts::Due;
use crate::domain::plan::{
    Alert, Intention, Lane, Post, RequestKey, StaffNote, Step, Suppression, Target, TokenStep, Whom,
};
use crate::domain::right::Purpose;
use crate::domain::settings::{Automatic, Settings};
use crate::domain::time::{Date, Timestamp, day_of};

/// Who asks, and in which circumstances: the same for all requests of one mail.
pub(in crate::rules) struct Asker<'a> {
    /// Who, for the table.
    pub(in crate::rules) who: &'a Who,
    /// How sure.
    pub(in crate::rules) sure: Sure,
    /// The address that the letters to the requester go to.
    pub(in crate::rules) requester: &'a Address,
    /// Only a proven owner is answered automatically: in a conversation of our own people, and to a stranger who had the
    /// one mail of this week.
    pub(in crate::rules) conversation: bool,
    /// The queue of the letters.
    pub(in crate::rules) lane: Lane,
    /// The Message-ID of the mail at hand.
    pub(in crate::rules) in_reply_to: Option<String>,
}

/// Gathers the requests of one mail and the letters they need.
pub(in crate::rules) struct Composer<'a> {
    settings: &'a Settings,
    now: Timestamp,
    due: Due,
    asker: Asker<'a>,
    target: Target,
    steps: Vec<Step>,
    confirm: Vec<RequestKey>,
    identity: Vec<(RequestKey, Ask)>,
    acknowledge: Vec<RequestKey>,
    complaints: Vec<RequestKey>,
    objections: Vec<RequestKey>,
    staff: Vec<RequestKey>,
    /// The kind of letter that a stranger gets from this mail.
    strangers_letter: Option<std::mem::Discriminant<Cell>>,
}

impl<'a> Composer<'a> {
    pub(in crate::rules) fn new(
        settings: &'a Settings,
        now: Timestamp,
        due: Due,
        asker: Asker<'a>,
        target: Target,
    ) -> Self {
        Self {
            settings,
            now,
            due,
            asker,
            target,
            steps: Vec::new(),
            confirm: Vec::new(),
            identity: Vec::new(),
            acknowledge: Vec::new(),
            complaints: Vec::new(),
            objections: Vec::new(),
            staff: Vec::new(),
            strangers_letter: None,
        }
    }

    /// What happens with one request; returns the state it gets.
    pub(in crate::rules) fn place(&mut self, key: RequestKey, ask: Ask) -> RequestState {
        let said = cell(ask, self.asker.who, self.asker.sure);
        let permitted = self.permitted(said);
        match self.one_letter(permitted) {
            Cell::Disclose(address) => self.disclose(key, address),
            Cell::AskConfirmation => match self.asker.who.owner_to_ask() {
                Some(owner) => {
                    self.confirm.push(key);
                    RequestState::AwaitingConfirmation { asked: self.now, owner }
                }
                // Nobody on file may be asked: people decide.
                None => self.queue(key, Proposal::AskIdentity, false),
            },
            Cell::AskIdentity => {
                self.identity.push((key, ask));
                RequestState::AwaitingIdentity { asked: self.now, closes: self.due.identity_closes }
            }
            Cell::Queue { proposal, acknowledge, freeze } => {
                if freeze {
                    self.freeze(ask);
                }
                self.queue(key, proposal, acknowledge)
            }
            Cell::RecordObjection => {
                self.freeze(ask);
                self.objections.push(key);
                self.staff.push(key);
                RequestState::Answered { at: self.now }
            }
            Cell::AnswerComplaint => {
                self.complaints.push(key);
                self.queue(key, Proposal::TakeUpComplaint, false)
            }
            // Filtered out before a case is made; if it gets here all the same, people decide and nobody is mailed.
            Cell::Review => self.queue(key, Proposal::AskIdentity, false),
        }
    }

    fn queue(&mut self, key: RequestKey, proposal: Proposal, acknowledge: bool) -> RequestState {
        self.staff.push(key);
        if acknowledge {
            self.acknowledge.push(key);
        }
        RequestState::AwaitingStaff { since: self.now, proposal }
    }

    fn disclose(&mut self, key: RequestKey, address: Address) -> RequestState {
        let Some(customer) = self.asker.who.customer().map(|customer| customer.id.clone()) else {
            return self.queue(key, Proposal::DiscloseElsewhere, false);
        };
        self.post(
            Intention::DiscloseToOwner { customer },
            address,
            vec![key],
            Some(TokenStep::Thread),
            "owner on file",
        );
        RequestState::InProgress { since: self.now, work: Work::Sending, approval: None }
    }

    /// A use that stops at once: for the customer if the owner asks, else for the address that asks.
    fn freeze(&mut self, ask: Ask) {
        let what = match ask {
            Ask::Objection(Purpose::Marketing) => Suppression::Marketing,
            Ask::Objection(Purpose::Consent) => Suppression::Consent,
            Ask::Restriction => Suppression::Restriction,
            Ask::Objection(Purpose::Other)
            | Ask::Access
            | Ask::Portability
            | Ask::Rectification
            | Ask::Erasure
            | Ask::Complaint => Suppression::Objection,
        };
        let whom = suppressed(self.asker.who, self.asker.requester);
        self.steps.push(Step::Suppress { whom, what });
    }

    /// What of the table's word is done without staff (policy §2, `automatic` and conversations).
    fn permitted(&self, said: Cell) -> Cell {
        let owner = matches!(self.asker.who, Who::Owner { .. });
        let proven_owner = owner && self.asker.sure == Sure::Proven;
        let mode = if self.asker.conversation && !proven_owner { Automatic::None } else { self.settings.automatic };
        match (mode, &said) {
            (Automatic::All, _) => said,
            (Automatic::Safe, Cell::Disclose(_)) if proven_owner => said,
            (Automatic::Safe, Cell::Queue { .. } | Cell::RecordObjection) => said,
            (Automatic::Safe, _) => {
                let acknowledge = self.asker.who.customer().is_some() && self.asker.sure != Sure::Suspect;
                self.prepared(said, acknowledge)
            }
            (Automatic::None, _) => self.prepared(said, false),
        }
    }

    /// An unknown and unproven sender gets one mail (policy §2): the first that is due; staff get the others ready.
    fn one_letter(&mut self, said: Cell) -> Cell {
        let stranger = matches!(self.asker.who, Who::Stranger | Who::Young { .. });
        let limited = stranger && self.asker.sure == Sure::Unproven && self.asker.lane != Lane::Ordered;
        match said {
            Cell::AskIdentity | Cell::RecordObjection | Cell::AnswerComplaint if limited => {
                let kind = std::mem::discriminant(&said);
                if *self.strangers_letter.get_or_insert(kind) == kind { said } else { self.prepared(said, false) }
            }
            Cell::Disclose(_)
            | Cell::AskConfirmation
            | Cell::AskIdentity
            | Cell::Queue { .. }
            | Cell::RecordObjection
            | Cell::AnswerComplaint
            | Cell::Review => said,
        }
    }

    /// The same as a ready letter that staff send with `akkoord`.
    fn prepared(&self, said: Cell, acknowledge: bool) -> Cell {
        let ready = |proposal| Cell::Queue { proposal, acknowledge, freeze: false };
        match said {
            Cell::Disclose(address) => ready(Proposal::Disclose(address)),
            Cell::AskConfirmation => ready(Proposal::AskConfirmation),
            Cell::AskIdentity => ready(Proposal::AskIdentity),
            Cell::AnswerComplaint => ready(Proposal::AnswerComplaint),
            // Recording is harmless and may not wait; only the letter waits.
            Cell::RecordObjection => Cell::Queue { proposal: Proposal::ConfirmObjection, acknowledge, freeze: true },
            Cell::Queue { proposal, freeze, .. } => Cell::Queue { proposal, acknowledge, freeze },
            Cell::Review => Cell::Review,
        }
    }

    /// All steps but the opening of the case: letters, one of a kind, and the staff mail last.
    pub(in crate::rules) fn finish(mut self, note: StaffNote) -> Vec<Step> {
        let confirm = std::mem::take(&mut self.confirm);
        if let (false, Some(owner)) = (confirm.is_empty(), self.asker.who.owner_to_ask()) {
            let until = self.now.saturating_add(self.settings.delays.confirmation).unwrap_or(Timestamp::MAX);
            let ask = Intention::AskConfirmation { until };
            self.post(ask, owner, confirm, Some(TokenStep::Confirmation), "known, but not sure enough");
        }
        let identity = std::mem::take(&mut self.identity);
        if !identity.is_empty() {
            let light = identity.iter().all(|(_, ask)| *ask == Ask::Rectification);
            let keys: Vec<RequestKey> = identity.into_iter().map(|(key, _)| key).collect();
            let closes = self.due.identity_closes;
            self.remind(keys.clone(), closes, light);
            self.post_to_requester(Intention::AskIdentity { closes, light }, keys, "unknown address");
        }
        let keys = std::mem::take(&mut self.acknowledge);
        self.post_to_requester(Intention::Acknowledge, keys, "staff decide");
        let keys = std::mem::take(&mut self.complaints);
        self.post_to_requester(Intention::AnswerComplaint, keys, "a complaint is answered at once");
        let keys = std::mem::take(&mut self.objections);
        self.post_to_requester(Intention::ObjectionRecorded, keys, "recorded at once");
        let keys = std::mem::take(&mut self.staff);
        if !keys.is_empty() {
            self.steps.extend(staff_case(self.settings, self.now, self.target, keys, note));
        }
        if let Who::Young { customer } = self.asker.who {
            let alert = Alert::YoungAddress { customer: customer.id.clone() };
            self.steps.extend(staff_alert(self.settings, self.now, self.target, alert));
        }
        self.steps
    }

    /// The reminder waits in the outbox, and turns out to be pointless if the requester answers before (policy §2).
    fn remind(&mut self, requests: Vec<RequestKey>, closes: Date, light: bool) {
        let at = self.now.saturating_add(self.settings.delays.identity_reminder).unwrap_or(Timestamp::MAX);
        let zone = &self.settings.zone;
        if day_of(at, zone) >= closes {
            return;
        }
        self.steps.push(Step::Post(Post {
            intention: Intention::RemindIdentity { asked: day_of(self.now, zone), closes, light },
            to: self.asker.requester.clone(),
            target: self.target,
            requests,
            lane: Lane::Ordered,
            not_before: at,
            token: Some(TokenStep::Thread),
            in_reply_to: self.asker.in_reply_to.clone(),
            why: "no answer yet",
        }));
    }

    fn post_to_requester(&mut self, intention: Intention, requests: Vec<RequestKey>, why: &'static str) {
        if !requests.is_empty() {
            let to = self.asker.requester.clone();
            self.post(intention, to, requests, Some(TokenStep::Thread), why);
        }
    }

    fn post(
        &mut self,
        intention: Intention,
        to: Address,
        requests: Vec<RequestKey>,
        token: Option<TokenStep>,
        why: &'static str,
    ) {
        self.steps.push(Step::Post(Post {
            intention,
            to,
            target: self.target,
            requests,
            lane: self.asker.lane,
            not_before: self.now,
            token,
            in_reply_to: self.asker.in_reply_to.clone(),
            why,
        }));
    }
}

/// The queue of a first answer.
pub(in crate::rules) const fn first_answer(sure: Sure) -> Lane {
    match sure {
        Sure::Proven => Lane::AutomaticProven,
        Sure::Unproven | Sure::Suspect => Lane::AutomaticUnproven,
    }
}

/// Whose data a suppression covers.
pub(in crate::rules) fn suppressed(who: &Who, requester: &Address) -> Whom {
    match who {
        Who::Owner { customer, .. } => Whom::Customer(customer.id.clone()),
        Who::Colleague { .. } | Who::Dormant { .. } | Who::Shared(_) | Who::Young { .. } | Who::Stranger => {
            Whom::Address(requester.clone())
        }
    }
}

/// The case mail, to every member of staff.
pub(in crate::rules) fn staff_case(
    settings: &Settings,
    now: Timestamp,
    target: Target,
    requests: Vec<RequestKey>,
    note: StaffNote,
) -> Vec<Step> {
    to_staff(settings, now, target, &requests, &Intention::StaffCase { note }, Some(TokenStep::StaffCase))
}

/// An alert, to every member of staff.
#[must_use]
pub fn staff_alert(settings: &Settings, now: Timestamp, target: Target, alert: Alert) -> Vec<Step> {
    to_staff(settings, now, target, &[], &Intention::StaffAlert { alert }, None)
}

fn to_staff(
    settings: &Settings,
    now: Timestamp,
    target: Target,
    requests: &[RequestKey],
    intention: &Intention,
    token: Option<TokenStep>,
) -> Vec<Step> {
    let post = |to: &Address| {
        Step::Post(Post {
            intention: intention.clone(),
            to: to.clone(),
            target,
            requests: requests.to_vec(),
            lane: Lane::Staff,
            not_before: now,
            token,
            in_reply_to: None,
            why: "staff decide",
        })
    };
    settings.staff.iter().map(post).collect()
}
