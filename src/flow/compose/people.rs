//! Letters to people that carry no data: questions, acknowledgements, decisions.

use super::{Cannot, Desk};
use crate::domain::case::{Ask, Closing, RequestState};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::plan::Intention;
use crate::domain::right::{Purpose, Right};
use crate::domain::time::Date;
use crate::letters::acknowledgement::{Acknowledged, Acknowledgement};
use crate::letters::address_added::AddressAdded;
use crate::letters::ask_confirmation::AskConfirmation;
use crate::letters::ask_identity::AskIdentity;
use crate::letters::closed::{Closed, ClosedBecause};
use crate::letters::complaint_answer::ComplaintAnswer;
use crate::letters::done::{Done, DoneItem, ErasedKind, Kept};
use crate::letters::extension::Extension;
use crate::letters::identity_reminder::IdentityReminder;
use crate::letters::objection_recorded::ObjectionRecorded;
use crate::letters::owner_notice::OwnerNotice;
use crate::letters::question::Question;
use crate::letters::refusal::{Reason, Refusal};
use crate::letters::repeat_note::RepeatNote;

impl Desk<'_> {
    /// Writes the letter of an intention to somebody outside.
    pub(super) fn to_a_person(&self) -> Result<Letter, Cannot> {
        let letters = &self.office.letters;
        let language = self.language();
        let heading = self.heading();
        let name = self.name();
        let rights: Vec<Right> = self.rights().into_iter().collect();
        let letter = match &self.row.intention {
            Intention::AskIdentity { closes, light } => {
                letters.ask_identity(language, &AskIdentity { heading, only_rectification: *light, closes: *closes })
            }
            Intention::RemindIdentity { asked, closes, light } => {
                let waits =
                    |r: &&crate::domain::case::Request| matches!(r.state, RequestState::AwaitingIdentity { .. });
                if !self.requests().iter().any(waits) {
                    return Err(Cannot::Pointless);
                }
                let context = IdentityReminder { heading, asked: *asked, only_rectification: *light, closes: *closes };
                letters.identity_reminder(language, &context)
            }
            Intention::RefuseUnidentified { asked } => {
                let going_on = self.case()?.open().map(|request| request.ask.right()).collect();
                let reason = Reason::NoIdentity(*asked);
                letters.refusal(language, &Refusal { heading, name, refused: rights, reason, going_on })
            }
            Intention::AskConfirmation { until } => {
                let expires = self.day(*until);
                letters.ask_confirmation(language, &AskConfirmation { heading, name, rights, expires })
            }
            Intention::Acknowledge => {
                letters.acknowledgement(language, &Acknowledgement { heading, name, ..self.acknowledged()? })
            }
            Intention::AnswerComplaint => {
                let handler = self.office.settings.staff.first().map_or("", |address| address.as_str()).to_owned();
                letters.complaint_answer(language, &ComplaintAnswer { heading, handler, due: self.due()? })
            }
            Intention::ObjectionRecorded => {
                let purposes = self.requests().into_iter().filter_map(|request| request.ask.purpose());
                let purpose = purposes.min().unwrap_or(Purpose::Marketing);
                letters.objection_recorded(language, &ObjectionRecorded { heading, purpose, due: self.due()? })
            }
            Intention::Refuse { reason } => {
                let going_on = self.case()?.open().map(|request| request.ask.right()).collect();
                let reason = Reason::Staff(reason.clone());
                letters.refusal(language, &Refusal { heading, name, refused: rights, reason, going_on })
            }
            Intention::NotifyOwner { leaves } => {
                let leaves = self.office.settings.zone.to_datetime(*leaves);
                letters.owner_notice(language, &OwnerNotice { heading, name, rights, leaves })
            }
            Intention::Done { text } => {
                let items = self.requests().into_iter().map(|request| self.done_item(language, request.ask)).collect();
                let staff_text = text.clone().unwrap_or_default();
                letters.done(language, &Done { heading, name, items, staff_text, recipients_told: Vec::new() })
            }
            Intention::Ask { text } => {
                letters.question(language, &Question { heading, name, text: text.clone(), answer_by: None })
            }
            Intention::Extension { reason } => {
                let old_due = self.requests().iter().map(|request| request.due).min();
                let new_due = self.requests().iter().map(|request| request.due_extended).max();
                let (old_due, new_due) = old_due.zip(new_due).ok_or(Cannot::Pointless)?;
                letters
                    .extension(language, &Extension { heading, name, rights, reason: reason.clone(), old_due, new_due })
            }
            Intention::RepeatNote { answered } => {
                letters.repeat_note(language, &RepeatNote { heading, name, sent: *answered })
            }
            Intention::AddressAdded => letters.address_added(language, &AddressAdded { heading }),
            Intention::Closed { how } => letters.closed(language, &Closed { heading, name, why: because(*how) }),
            Intention::DiscloseToOwner { .. }
            | Intention::DiscloseApproved { .. }
            | Intention::DiscloseContact { .. }
            | Intention::StaffCase { .. }
            | Intention::StaffReview { .. }
            | Intention::StaffHelp { .. }
            | Intention::StaffConfirmation { .. }
            | Intention::StaffAlert { .. }
            | Intention::StaffStatus
            | Intention::Erase { .. } => return Err(Cannot::Pointless),
        };
        Ok(letter?)
    }

    fn due(&self) -> Result<Date, Cannot> {
        let earliest = self.requests().iter().map(|request| request.deadline()).min();
        earliest.or_else(|| self.case.as_ref().and_then(crate::domain::case::Case::deadline)).ok_or(Cannot::Pointless)
    }

    fn acknowledged(&self) -> Result<Acknowledgement, Cannot> {
        // Stopped at once only where the sender was sure enough to be queued without a question (policy §2).
        let stopped = |ask: Ask, state: &RequestState| {
            matches!(ask, Ask::Restriction | Ask::Objection(_)) && matches!(state, RequestState::AwaitingStaff { .. })
        };
        let requests = self.requests();
        let requests = requests
            .iter()
            .map(|request| Acknowledged {
                right: request.ask.right(),
                use_stopped: stopped(request.ask, &request.state),
            })
            .collect();
        Ok(Acknowledgement { heading: self.heading(), name: String::new(), requests, due: self.due()? })
    }

    fn done_item(&self, language: LetterLanguage, ask: Ask) -> DoneItem {
        match ask {
            Ask::Access | Ask::Portability => DoneItem::DataGiven,
            Ask::Rectification => DoneItem::Corrected,
            Ask::Restriction => DoneItem::Restricted,
            Ask::Objection(_) => DoneItem::ObjectionHonoured,
            Ask::Erasure => DoneItem::Erased { kinds: self.erased_kinds(language), backups_until: None },
            Ask::Complaint => DoneItem::ComplaintHandled,
        }
    }

    /// What goes and what stays (policy §7): invoices of this year are kept longest.
    fn erased_kinds(&self, language: LetterLanguage) -> Vec<ErasedKind> {
        let until = Date::new(self.today().year().saturating_add(7), 12, 31).unwrap_or(Date::MAX);
        let (gone, stays, why) = match language {
            LetterLanguage::Nl => (
                "je klantgegevens, contactgegevens en hosting",
                "facturen en wat daarop staat, als we je die stuurden",
                "de Belastingdienst eist dat we die zeven jaar bewaren (artikel 52 AWR)",
            ),
            LetterLanguage::En => (
                "your customer record, contact details and hosting",
                "invoices and what is on them, if we sent you any",
                "tax law requires us to keep those for seven years (article 52 AWR)",
            ),
        };
        vec![
            ErasedKind { kind: gone.to_owned(), kept: None },
            ErasedKind { kind: stays.to_owned(), kept: Some(Kept { until, why: why.to_owned() }) },
        ]
    }
}

const fn because(how: Closing) -> ClosedBecause {
    match how {
        Closing::NoRequest | Closing::Relabelled => ClosedBecause::NoRequest,
        Closing::Handled => ClosedBecause::Withdrawn,
        Closing::DeniedByOwner => ClosedBecause::Denied,
        Closing::Unconfirmed => ClosedBecause::NotConfirmed,
    }
}
