//! From an intention in the outbox to a letter, at the moment of sending. Data is collected here and nowhere else, and only
//! with a [`MayReceive`] that was just earned (design rule 1).

mod dossier;
mod people;
mod staff;

use super::Office;
use super::commit::CommitError;
use super::people::record_digest;
use crate::domain::case::{Approval, Case, Reference, Request, RequestId, RequestState, Work};
use crate::domain::customer::{Customer, CustomerId};
use crate::domain::disclosure::{Denied, MayReceive};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::plan::Intention;
use crate::domain::right::Rights;
use crate::domain::time::{Date, Timestamp, day_of};
use crate::io::directory::Directory;
use crate::io::store::outbox::Row;
use crate::io::store::{StoreError, Tx};
use crate::letters::{BrokenTemplate, Heading};

/// A letter that is ready to go.
#[derive(Debug)]
pub struct Composed {
    /// The words and files.
    pub letter: Letter,
    /// Its language, for the line with the token.
    pub language: LetterLanguage,
    /// The case's reference, for the subject.
    pub reference: Option<Reference>,
    /// For a letter with data: the right to receive it. The postman's address is taken from it.
    pub may_receive: Option<MayReceive>,
}

/// Why there is no letter.
#[derive(Debug, thiserror::Error)]
pub enum Cannot {
    /// The right to receive is gone: final; staff decide again.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// The customer is not in the directory any more: final; staff decide again.
    #[error("the customer is no longer in the directory")]
    NoCustomer,
    /// What the letter is about is gone: final; nobody needs it.
    #[error("nobody needs it any more")]
    Pointless,
    /// A template is broken: temporary, until it is mended.
    #[error(transparent)]
    Template(#[from] BrokenTemplate),
    /// The database: temporary.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The directory: temporary.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What every letter of one row is made from.
struct Desk<'a> {
    office: &'a Office,
    row: &'a Row,
    case: Option<Case>,
    directory: Directory,
    now: Timestamp,
}

/// Writes the letter of an outbox row.
///
/// # Errors
/// [`Cannot`].
pub async fn compose(office: &Office, tx: &mut Tx, row: &Row, now: Timestamp) -> Result<Composed, Cannot> {
    let case = match row.case {
        Some(case) => Some(tx.case(case).await?.ok_or(Cannot::Pointless)?),
        None => None,
    };
    let directory = office.people.today(tx, &office.settings, now).await?;
    let desk = Desk { office, row, case, directory, now };
    if row.intention.is_disclosure() && !desk.still_to_be_disclosed() {
        return Err(Cannot::Pointless);
    }
    let mut may_receive = None;
    let (letter, language) = match &row.intention {
        Intention::DiscloseToOwner { customer } => {
            let customer = desk.customer(customer)?;
            let proof = MayReceive::owner(desk.request_id(), customer, &row.to)?;
            let letter = desk.disclosure(tx, &proof, customer).await?;
            may_receive = Some(proof);
            (letter, desk.language())
        }
        Intention::DiscloseApproved { approval } => {
            let (customer, record) = desk.approved(approval)?;
            let proof = MayReceive::approved(desk.request_id(), customer, approval, &record)?;
            let letter = desk.disclosure(tx, &proof, customer).await?;
            may_receive = Some(proof);
            (letter, desk.language())
        }
        Intention::DiscloseContact { approval } => {
            let (customer, record) = desk.approved(approval)?;
            let proof = MayReceive::contact(desk.request_id(), customer, approval, &record)?;
            let letter = desk.disclosure(tx, &proof, customer).await?;
            may_receive = Some(proof);
            (letter, desk.language())
        }
        Intention::AskIdentity { .. }
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
        | Intention::Closed { .. } => (desk.to_a_person()?, desk.language()),
        Intention::StaffCase { .. }
        | Intention::StaffReview { .. }
        | Intention::StaffHelp { .. }
        | Intention::StaffConfirmation { .. }
        | Intention::StaffAlert { .. }
        | Intention::StaffStatus => (desk.to_staff(tx).await?, office.settings.staff_language),
        // A deed, not a letter.
        Intention::Erase { .. } => return Err(Cannot::Pointless),
    };
    let reference = desk.case.map(|case| case.reference);
    Ok(Composed { letter, language, reference, may_receive })
}

impl Desk<'_> {
    fn language(&self) -> LetterLanguage {
        self.case.as_ref().map_or(LetterLanguage::Nl, |case| case.language.of_letters())
    }

    fn day(&self, moment: Timestamp) -> Date {
        day_of(moment, &self.office.settings.zone)
    }

    fn today(&self) -> Date {
        self.day(self.now)
    }

    fn case(&self) -> Result<&Case, Cannot> {
        self.case.as_ref().ok_or(Cannot::Pointless)
    }

    fn heading(&self) -> Heading {
        let (reference, received) = match &self.case {
            Some(case) => (case.reference.to_string(), self.day(case.received)),
            None => (String::new(), self.today()),
        };
        Heading { reference, today: self.today(), received }
    }

    /// The requests that the letter is about.
    fn requests(&self) -> Vec<&Request> {
        let about = |request: &&Request| self.row.requests.contains(&request.id);
        self.case.iter().flat_map(|case| case.requests.iter().filter(about)).collect()
    }

    /// Whether what a letter with data answers still waits for it: a `stop` or a "nee" may have come after the row was taken.
    fn still_to_be_disclosed(&self) -> bool {
        let waits = |request: &&Request| {
            matches!(
                request.state,
                RequestState::Scheduled { .. } | RequestState::InProgress { work: Work::Sending, .. }
            )
        };
        self.requests().iter().any(waits)
    }

    fn rights(&self) -> Rights {
        self.requests().iter().map(|request| request.ask.right()).collect()
    }

    fn request_id(&self) -> RequestId {
        self.row.requests.first().copied().unwrap_or(RequestId(0))
    }

    fn customer(&self, id: &CustomerId) -> Result<&Customer, Cannot> {
        self.directory.customer(id).ok_or(Cannot::NoCustomer)
    }

    /// The customer of an approval with the digest of the record as it is now; and only for the address that was approved.
    fn approved(&self, approval: &Approval) -> Result<(&Customer, String), Cannot> {
        let customer = self.customer(&approval.customer)?;
        if approval.to != self.row.to {
            return Err(Cannot::Denied(Denied::OtherApproval));
        }
        Ok((customer, record_digest(self.office.store.key(), customer)))
    }

    /// The name to greet with: from our own record, and only at an address that is on file for that customer.
    fn name(&self) -> String {
        let customer = self.case.as_ref().and_then(|case| case.customer.as_ref());
        let customer = customer.and_then(|id| self.directory.customer(id));
        let on_file = customer.filter(|customer| customer.address(&self.row.to).is_some());
        on_file.map(|customer| customer.name.clone()).unwrap_or_default()
    }
}
