//! Mails to staff.

use super::{Cannot, Desk};
use crate::domain::address::Address;
use crate::domain::case::{Case, Proposal, Request, RequestState, Work};
use crate::domain::customer::{AddressState, Customer, Standing};
use crate::domain::facts::ReviewId;
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::plan::{Alert, Intention, StaffDone, StaffNote, StaffProblem};
use crate::io::store::Tx;
use crate::letters::staff_alert::StaffAlert;
use crate::letters::staff_case::{Asked, Asker, BeforeErasure, KnownAs, StaffCase};
use crate::letters::staff_confirmation::StaffConfirmation;
use crate::letters::staff_help::StaffHelp;
use crate::letters::staff_review::{Candidate, ReviewItem, StaffReview};
use crate::letters::staff_status::{StaffStatus, StatusEvent, StatusRequest};
use crate::letters::staff_words as words;
use crate::rules::deadline::due;

impl Desk<'_> {
    /// Writes the letter of an intention to staff.
    pub(super) async fn to_staff(&self, tx: &mut Tx) -> Result<Letter, Cannot> {
        match &self.row.intention {
            Intention::StaffCase { note } => self.case_mail(*note),
            Intention::StaffReview { items } => self.review(tx, items).await,
            Intention::StaffHelp { problem } => self.help(problem),
            Intention::StaffConfirmation { done } => self.confirmation(done),
            Intention::StaffAlert { alert } => self.alert(alert),
            Intention::StaffStatus => self.status(tx).await,
            Intention::DiscloseToOwner { .. }
            | Intention::DiscloseApproved { .. }
            | Intention::DiscloseContact { .. }
            | Intention::AskIdentity { .. }
            | Intention::RemindIdentity { .. }
            | Intention::RefuseUnidentified { .. }
            | Intention::AskConfirmation { .. }
            | Intention::Acknowledge
            | Intention::AnswerComplaint
            | Intention::ObjectionRecorded
            | Intention::Refuse { .. }
            | Intention::NotifyOwner { .. }
            | Intention::Done { .. }
            | Intention::Ask { .. }
            | Intention::Extension { .. }
            | Intention::RepeatNote { .. }
            | Intention::AddressAdded
            | Intention::Closed { .. }
            | Intention::Erase { .. } => Err(Cannot::Pointless),
        }
    }

    fn staff_language(&self) -> LetterLanguage {
        self.office.settings.staff_language
    }

    fn case_mail(&self, note: StaffNote) -> Result<Letter, Cannot> {
        let language = self.staff_language();
        let case = self.case()?;
        let about: Vec<&Request> = self.requests();
        let shown = if about.is_empty() { case.requests.iter().collect() } else { about };
        let latest = case.mails.last().cloned().unwrap_or_default();
        let waiting = |request: &&&Request| matches!(request.state, RequestState::AwaitingStaff { .. });
        let context = StaffCase {
            reference: case.reference.to_string(),
            today: self.today(),
            received: self.day(case.received),
            due: case.deadline().ok_or(Cannot::Pointless)?,
            asker: self.asker(case)?,
            requests: shown.iter().map(|request| self.asked(request)).collect(),
            erasure: shown
                .iter()
                .filter(waiting)
                .any(|request| request.ask == crate::domain::case::Ask::Erasure)
                .then_some(BeforeErasure { services: None, open_invoices: None }),
            decide: shown.iter().any(|request| {
                matches!(
                    request.state,
                    RequestState::AwaitingStaff { .. }
                        | RequestState::AwaitingIdentity { .. }
                        | RequestState::InProgress { work: Work::Manual, .. }
                )
            }),
            approve_with: self.approve_with(case),
            letter_ready: shown.iter().any(|request| letter_ready(&request.state)),
            warnings: self.warnings(case, note),
            own_text: latest.own_words,
            attachments: latest.attachments,
            folder: self.office.case_folder.clone(),
        };
        Ok(self.office.letters.staff_case(language, &context)?)
    }

    fn asker(&self, case: &Case) -> Result<Asker, Cannot> {
        let customer = match self.directory.standing(&case.requester) {
            Standing::Known(customer) => known_as(&customer, &case.requester),
            Standing::Several(_) | Standing::Unknown => None,
        };
        let proof = case.requests.last().map(|request| request.proof).ok_or(Cannot::Pointless)?;
        let address = Some(case.requester.clone());
        Ok(Asker { address, display_name: case.requester_name.clone(), customer, proof })
    }

    fn asked(&self, request: &Request) -> Asked {
        let language = self.staff_language();
        let approval = match &request.state {
            RequestState::AwaitingStaff { proposal, .. } => words::proposal(language, proposal),
            RequestState::AwaitingIdentity { .. }
            | RequestState::AwaitingConfirmation { .. }
            | RequestState::AwaitingRequester { .. }
            | RequestState::Scheduled { .. }
            | RequestState::InProgress { .. }
            | RequestState::Answered { .. }
            | RequestState::Refused { .. }
            | RequestState::Closed { .. } => words::state(language, &request.state, &self.office.settings.zone),
        };
        Asked {
            right: request.ask.right(),
            purpose: request.ask.purpose(),
            words: request.evidence.clone(),
            approval: vec![approval],
        }
    }

    /// The number that an approval needs: the customer's if it is known, else a blank to fill in.
    fn approve_with(&self, case: &Case) -> Option<String> {
        let needs = case.open().any(|request| match &request.state {
            RequestState::AwaitingStaff { proposal, .. } => {
                proposal.needs_customer_number() || (case.customer.is_none() && proposal.touches_data())
            }
            RequestState::AwaitingIdentity { .. } => true,
            RequestState::AwaitingConfirmation { .. }
            | RequestState::AwaitingRequester { .. }
            | RequestState::Scheduled { .. }
            | RequestState::InProgress { .. }
            | RequestState::Answered { .. }
            | RequestState::Refused { .. }
            | RequestState::Closed { .. } => false,
        });
        let blank = match self.staff_language() {
            LetterLanguage::Nl => "<klantnummer>",
            LetterLanguage::En => "<customer number>",
        };
        needs.then(|| case.customer.as_ref().map_or_else(|| blank.to_owned(), ToString::to_string))
    }

    fn warnings(&self, case: &Case, note: StaffNote) -> Vec<String> {
        let language = self.staff_language();
        let say = |nl: &str, en: &str| match language {
            LetterLanguage::Nl => nl.to_owned(),
            LetterLanguage::En => en.to_owned(),
        };
        let mut warnings: Vec<String> = words::note(language, note).into_iter().collect();
        if let (StaffNote::ManualSteps, Some(customer)) = (note, &case.customer) {
            // The directory has forgotten the customer by now; staff still need the number.
            warnings.push(say(&format!("het gaat om klant {customer}."), &format!("it is about customer {customer}.")));
        }
        match self.directory.standing(&case.requester) {
            Standing::Several(ids) => {
                let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
                let ids = ids.join(", ");
                warnings.push(say(
                    &format!("dit adres hoort bij meer klanten: {ids}."),
                    &format!("this address belongs to several customers: {ids}."),
                ));
            }
            Standing::Known(customer) => match customer.address(&case.requester).map(|known| known.state) {
                Some(AddressState::Young) => warnings.push(say(
                    "dit adres staat pas kort bij deze klant.",
                    "this address was added to the customer's record lately.",
                )),
                Some(AddressState::Dormant) => {
                    warnings.push(say("dit adres lijkt niet meer in gebruik.", "this address seems to be out of use."))
                }
                Some(AddressState::Active) | None => {}
            },
            Standing::Unknown => {}
        }
        warnings
    }

    async fn review(&self, tx: &mut Tx, ids: &[ReviewId]) -> Result<Letter, Cannot> {
        let language = self.staff_language();
        let mut items = Vec::new();
        for (n, id) in ids.iter().enumerate() {
            let Some(kept) = tx.review(*id).await? else { continue };
            let review = kept.review;
            let candidates = review.classification.rights.iter().map(|right| Candidate {
                right: *right,
                words: review
                    .classification
                    .evidence
                    .iter()
                    .filter(|evidence| evidence.right == *right)
                    .map(|evidence| evidence.text.clone())
                    .collect(),
            });
            items.push(ReviewItem {
                number: n.saturating_add(1),
                address: review.from.clone(),
                received: self.day(review.received),
                due: due(review.received, &self.office.settings.zone),
                subject: review.mail.subject.clone(),
                candidates: candidates.collect(),
                folder: review.folder.clone(),
                why: words::review_reason(language, review.why),
            });
        }
        if items.is_empty() {
            return Err(Cannot::Pointless);
        }
        let log_head = tx.log_head().await?;
        let context = StaffReview { today: self.today(), items, log_head };
        Ok(self.office.letters.staff_review(language, &context)?)
    }

    fn help(&self, problem: &StaffProblem) -> Result<Letter, Cannot> {
        let language = self.staff_language();
        let context = StaffHelp {
            reference: self.case.as_ref().map(|case| case.reference.to_string()).unwrap_or_default(),
            today: self.today(),
            not_understood: String::new(),
            suggestion: words::problem(language, problem),
        };
        Ok(self.office.letters.staff_help(language, &context)?)
    }

    fn confirmation(&self, done: &[StaffDone]) -> Result<Letter, Cannot> {
        let language = self.staff_language();
        let zone = &self.office.settings.zone;
        let open: Vec<&Request> = self.case.iter().flat_map(|case| case.open()).collect();
        let context = StaffConfirmation {
            reference: self.case.as_ref().map(|case| case.reference.to_string()).unwrap_or_default(),
            today: self.today(),
            done: done.iter().map(|one| words::done(language, one, zone)).collect(),
            open: open
                .iter()
                .map(|request| {
                    let right = words::rights(language, &[request.ask.right()].into());
                    format!("{right}: {}", words::state(language, &request.state, zone))
                })
                .collect(),
            commands: self.commands(&open),
            due: open.iter().map(|request| request.deadline()).min(),
        };
        Ok(self.office.letters.staff_confirmation(language, &context)?)
    }

    /// The commands that make sense now.
    fn commands(&self, open: &[&Request]) -> Vec<String> {
        let mut commands: Vec<&str> = Vec::new();
        for request in open {
            let fits: &[(&str, &str)] = match &request.state {
                RequestState::AwaitingStaff { .. } | RequestState::AwaitingIdentity { .. } => {
                    &[("akkoord", "approve"), ("afwijzen <reden>", "reject <reason>")]
                }
                RequestState::Scheduled { .. } => &[("stop", "stop")],
                RequestState::InProgress { work: Work::Manual, .. } => &[("klaar", "done")],
                RequestState::AwaitingRequester { .. } => &[("afgehandeld", "handled")],
                RequestState::InProgress { work: Work::Sending, .. }
                | RequestState::AwaitingConfirmation { .. }
                | RequestState::Answered { .. }
                | RequestState::Refused { .. }
                | RequestState::Closed { .. } => &[],
            };
            for (nl, en) in fits {
                let word = match self.staff_language() {
                    LetterLanguage::Nl => nl,
                    LetterLanguage::En => en,
                };
                if !commands.contains(word) {
                    commands.push(word);
                }
            }
        }
        commands.into_iter().map(ToOwned::to_owned).collect()
    }

    fn alert(&self, alert: &Alert) -> Result<Letter, Cannot> {
        let language = self.staff_language();
        let said = words::alert(language, alert);
        let context = StaffAlert {
            reference: self.case.as_ref().map(|case| case.reference.to_string()).unwrap_or_default(),
            today: self.today(),
            kind: said.kind,
            headline: said.headline,
            what_happened: said.what_happened,
            what_now: said.what_now,
            commands: Vec::new(),
            quoted: String::new(),
        };
        Ok(self.office.letters.staff_alert(language, &context)?)
    }

    async fn status(&self, tx: &mut Tx) -> Result<Letter, Cannot> {
        let language = self.staff_language();
        let case = self.case()?;
        let zone = &self.office.settings.zone;
        let events = tx.events(case.reference.as_str()).await?;
        let request = |request: &Request| StatusRequest {
            right: request.ask.right(),
            state: words::state(language, &request.state, zone),
            received: self.day(request.received),
            due: request.deadline(),
            settled: request.state.is_final(),
        };
        let context = StaffStatus {
            reference: case.reference.to_string(),
            today: self.today(),
            requester: Some(case.requester.clone()),
            customer: case.customer.clone(),
            requests: case.requests.iter().map(request).collect(),
            events: events
                .into_iter()
                .map(|event| StatusEvent { at: zone.to_datetime(event.at), what: event.what, by: event.by })
                .collect(),
        };
        Ok(self.office.letters.staff_status(language, &context)?)
    }
}

fn known_as(customer: &Customer, address: &Address) -> Option<KnownAs> {
    let known = customer.address(address)?;
    Some(KnownAs {
        id: customer.id.clone(),
        name: customer.display_name().to_owned(),
        role: known.role,
        state: known.state,
    })
}

/// Whether `akkoord` sends a letter that is ready.
const fn letter_ready(state: &RequestState) -> bool {
    matches!(
        state,
        RequestState::AwaitingStaff {
            proposal: Proposal::Disclose(_)
                | Proposal::AskIdentity
                | Proposal::AskConfirmation
                | Proposal::AnswerComplaint
                | Proposal::ConfirmObjection,
            ..
        }
    )
}
