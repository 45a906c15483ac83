//! The policy table (policy §2) as one exhaustive match: what a right, asked by somebody, leads to.

use crate::domain::address::Address;
use crate::domain::case::{Ask, Proposal};
use crate::domain::customer::{AddressState, Customer, CustomerId, Role, Standing};
use crate::domain::right::Purpose;
use crate::domain::sender::Authenticity;

/// How sure a well-formed sender is. Malformed senders never reach the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// Surely the owner of the address.
    Proven,
    /// Nothing proves it, nothing speaks against it.
    Unproven,
    /// Something speaks against it.
    Suspect,
}

impl Sure {
    /// `None` for a malformed sender. DNS trouble that lasts counts as suspect (policy §1).
    #[must_use]
    pub const fn of(authenticity: Authenticity) -> Option<Self> {
        match authenticity {
            Authenticity::Proven => Some(Self::Proven),
            Authenticity::Unproven => Some(Self::Unproven),
            Authenticity::Suspect | Authenticity::Temporary => Some(Self::Suspect),
            Authenticity::Malformed => None,
        }
    }
}

/// Who asks, as far as the table cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// An owner address of one customer, old enough and in use.
    Owner {
        /// The customer.
        customer: Customer,
        /// The address.
        address: Address,
    },
    /// A contact or billing address of one customer.
    Colleague {
        /// The customer.
        customer: Customer,
    },
    /// An address of several customers.
    Shared(Vec<CustomerId>),
    /// A dormant address of one customer: staff decide.
    Dormant {
        /// The customer.
        customer: Customer,
    },
    /// An address added too recently: treated as unknown, staff are told.
    Young {
        /// The customer.
        customer: Customer,
    },
    /// Not on file.
    Stranger,
}

impl Who {
    /// Reads the directory's answer about the sender's address.
    #[must_use]
    pub fn of(address: &Address, standing: &Standing) -> Self {
        let customer = match standing {
            Standing::Known(customer) => customer.clone(),
            Standing::Several(ids) => return Self::Shared(ids.clone()),
            Standing::Unknown => return Self::Stranger,
        };
        match customer.address(address).map(|known| (known.role, known.state)) {
            None => Self::Stranger,
            Some((_, AddressState::Young)) => Self::Young { customer },
            Some((_, AddressState::Dormant)) => Self::Dormant { customer },
            Some((Role::Owner, AddressState::Active)) => Self::Owner { address: address.clone(), customer },
            Some((Role::Contact | Role::Billing, AddressState::Active)) => Self::Colleague { customer },
        }
    }

    /// The customer whose matter this is, as far as the sender is believed to speak for one.
    #[must_use]
    pub const fn customer(&self) -> Option<&Customer> {
        match self {
            Self::Owner { customer, .. } | Self::Colleague { customer } | Self::Dormant { customer } => Some(customer),
            Self::Shared(_) | Self::Young { .. } | Self::Stranger => None,
        }
    }

    /// The owner address to ask for confirmation: the sender's own if it is one, else the first of the record.
    #[must_use]
    pub fn owner_to_ask(&self) -> Option<Address> {
        match self {
            Self::Owner { address, .. } => Some(address.clone()),
            Self::Colleague { customer } | Self::Dormant { customer } => customer.reachable_owners().next().cloned(),
            Self::Shared(_) | Self::Young { .. } | Self::Stranger => None,
        }
    }
}

/// What one cell of the table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// The data, at once, to this owner address.
    Disclose(Address),
    /// The owner is asked to confirm.
    AskConfirmation,
    /// Ask who it is.
    AskIdentity,
    /// Staff decide; the requester is told so unless something speaks against the sender.
    Queue {
        /// What `akkoord` does.
        proposal: Proposal,
        /// Tell the requester that it is being handled.
        acknowledge: bool,
        /// The use objected to, or to be restricted, stops at once.
        freeze: bool,
    },
    /// Recorded and acknowledged at once.
    RecordObjection,
    /// The answer to a complaint, at once; staff too.
    AnswerComplaint,
    /// No mail to anybody outside; people look.
    Review,
}

/// The table. One row a right, one column a kind of sender; no cell is left to chance.
#[must_use]
pub fn cell(ask: Ask, who: &Who, sure: Sure) -> Cell {
    match who {
        Who::Owner { address, .. } => owner(ask, address, sure),
        Who::Colleague { .. } => colleague(ask, sure),
        Who::Shared(_) | Who::Dormant { .. } => staff_decide(ask, sure),
        Who::Young { .. } | Who::Stranger => stranger(ask, sure),
    }
}

fn owner(ask: Ask, address: &Address, sure: Sure) -> Cell {
    match (ask, sure) {
        (Ask::Access, Sure::Proven | Sure::Unproven) => Cell::Disclose(address.clone()),
        (Ask::Objection(Purpose::Marketing | Purpose::Consent), Sure::Proven | Sure::Unproven) => Cell::RecordObjection,
        (Ask::Complaint, Sure::Proven | Sure::Unproven) => Cell::AnswerComplaint,
        (Ask::Complaint, Sure::Suspect) => silent(Proposal::AnswerComplaint),
        (
            Ask::Portability | Ask::Rectification | Ask::Restriction | Ask::Objection(Purpose::Other) | Ask::Erasure,
            Sure::Proven,
        ) => queue(ask),
        (
            Ask::Portability | Ask::Rectification | Ask::Restriction | Ask::Objection(Purpose::Other) | Ask::Erasure,
            Sure::Unproven | Sure::Suspect,
        )
        | (Ask::Access | Ask::Objection(Purpose::Marketing | Purpose::Consent), Sure::Suspect) => Cell::AskConfirmation,
    }
}

/// Contact and billing addresses are known, but data about the whole customer goes to the owner: staff decide what shows
/// data, the owner confirms what changes it.
fn colleague(ask: Ask, sure: Sure) -> Cell {
    match (ask, sure) {
        (Ask::Access | Ask::Portability, Sure::Proven | Sure::Unproven) => {
            Cell::Queue { proposal: Proposal::DiscloseContact, acknowledge: true, freeze: false }
        }
        (Ask::Access | Ask::Portability, Sure::Suspect) => silent(Proposal::DiscloseContact),
        (Ask::Objection(Purpose::Marketing | Purpose::Consent), Sure::Proven | Sure::Unproven) => Cell::RecordObjection,
        (Ask::Complaint, Sure::Proven | Sure::Unproven) => Cell::AnswerComplaint,
        (Ask::Complaint, Sure::Suspect) => silent(Proposal::AnswerComplaint),
        (Ask::Rectification | Ask::Restriction | Ask::Objection(Purpose::Other) | Ask::Erasure, Sure::Proven) => {
            queue(ask)
        }
        (
            Ask::Rectification | Ask::Restriction | Ask::Objection(Purpose::Other) | Ask::Erasure,
            Sure::Unproven | Sure::Suspect,
        )
        | (Ask::Objection(Purpose::Marketing | Purpose::Consent), Sure::Suspect) => Cell::AskConfirmation,
    }
}

/// An address of several customers, or one that is not in use any more: people decide everything but what is harmless.
fn staff_decide(ask: Ask, sure: Sure) -> Cell {
    match (ask, sure) {
        (Ask::Objection(Purpose::Marketing | Purpose::Consent), Sure::Proven | Sure::Unproven) => Cell::RecordObjection,
        (Ask::Complaint, Sure::Proven | Sure::Unproven) => Cell::AnswerComplaint,
        (Ask::Complaint, Sure::Suspect) => silent(Proposal::AnswerComplaint),
        (Ask::Objection(Purpose::Marketing | Purpose::Consent), Sure::Suspect) => silent(Proposal::ConfirmObjection),
        (
            Ask::Access
            | Ask::Portability
            | Ask::Rectification
            | Ask::Restriction
            | Ask::Objection(Purpose::Other)
            | Ask::Erasure,
            Sure::Proven | Sure::Unproven,
        ) => Cell::Queue { proposal: by_hand(ask), acknowledge: true, freeze: false },
        (
            Ask::Access
            | Ask::Portability
            | Ask::Rectification
            | Ask::Restriction
            | Ask::Objection(Purpose::Other)
            | Ask::Erasure,
            Sure::Suspect,
        ) => silent(by_hand(ask)),
    }
}

fn stranger(ask: Ask, sure: Sure) -> Cell {
    match (ask, sure) {
        (
            Ask::Access
            | Ask::Portability
            | Ask::Rectification
            | Ask::Restriction
            | Ask::Objection(_)
            | Ask::Erasure
            | Ask::Complaint,
            Sure::Suspect,
        ) => Cell::Review,
        (
            Ask::Access
            | Ask::Portability
            | Ask::Rectification
            | Ask::Restriction
            | Ask::Objection(Purpose::Other)
            | Ask::Erasure,
            Sure::Proven | Sure::Unproven,
        ) => Cell::AskIdentity,
        (Ask::Objection(Purpose::Marketing | Purpose::Consent), Sure::Proven | Sure::Unproven) => Cell::RecordObjection,
        (Ask::Complaint, Sure::Proven | Sure::Unproven) => Cell::AnswerComplaint,
    }
}

fn silent(proposal: Proposal) -> Cell {
    Cell::Queue { proposal, acknowledge: false, freeze: false }
}

/// Acknowledged and queued with a ready proposal; what is to be restricted or objected to stops at once (art. 18(1)(d),
/// 21(1)).
const fn queue(ask: Ask) -> Cell {
    Cell::Queue {
        proposal: by_hand(ask),
        acknowledge: true,
        freeze: matches!(ask, Ask::Restriction | Ask::Objection(Purpose::Other)),
    }
}

/// What `akkoord` does for somebody whom the program itself does not answer.
#[must_use]
pub const fn by_hand(ask: Ask) -> Proposal {
    match ask {
        Ask::Access => Proposal::DiscloseElsewhere,
        Ask::Portability => Proposal::HandOver,
        Ask::Rectification => Proposal::Correct,
        Ask::Restriction => Proposal::Restrict,
        Ask::Objection(_) => Proposal::StopUse,
        Ask::Erasure => Proposal::Erase,
        Ask::Complaint => Proposal::TakeUpComplaint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::KnownAddress;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    fn customer() -> Customer {
        let known = |text: &str, role, state| KnownAddress { address: address(text), role, since: None, state };
        Customer {
            id: CustomerId::parse("K-1").unwrap(),
            name: "Jan".into(),
            company: String::new(),
            kvk: String::new(),
            addresses: vec![
                known("jan@a.nl", Role::Owner, AddressState::Active),
                known("boek@a.nl", Role::Billing, AddressState::Active),
                known("nieuw@a.nl", Role::Owner, AddressState::Young),
                known("oud@a.nl", Role::Owner, AddressState::Dormant),
            ],
            fields: Vec::new(),
        }
    }

    fn who(text: &str) -> Who {
        let customer = customer();
        let standing =
            if customer.address(&address(text)).is_some() { Standing::Known(customer) } else { Standing::Unknown };
        Who::of(&address(text), &standing)
    }

    const ASKS: [Ask; 9] = [
        Ask::Access,
        Ask::Portability,
        Ask::Rectification,
        Ask::Restriction,
        Ask::Objection(Purpose::Marketing),
        Ask::Objection(Purpose::Consent),
        Ask::Objection(Purpose::Other),
        Ask::Erasure,
        Ask::Complaint,
    ];

    #[test]
    fn data_leaves_at_once_only_for_access_from_an_active_owner_that_is_not_suspect() {
        for text in ["jan@a.nl", "boek@a.nl", "nieuw@a.nl", "oud@a.nl", "x@b.nl"] {
            for ask in ASKS {
                for sure in [Sure::Proven, Sure::Unproven, Sure::Suspect] {
                    let discloses = matches!(cell(ask, &who(text), sure), Cell::Disclose(_));
                    let may = text == "jan@a.nl" && ask == Ask::Access && sure != Sure::Suspect;
                    assert_eq!(discloses, may, "{text} {ask:?} {sure:?}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_suspect_sender_never_gets_a_mail() {
        for ask in ASKS {
            assert_eq!(cell(ask, &Who::Stranger, Sure::Suspect), Cell::Review, "{ask:?}");
        }
    }

    #[test]
    fn a_known_unproven_sender_changes_nothing_before_the_owner_confirms() {
        for ask in [Ask::Rectification, Ask::Erasure, Ask::Restriction, Ask::Objection(Purpose::Other)] {
            assert_eq!(cell(ask, &who("jan@a.nl"), Sure::Unproven), Cell::AskConfirmation, "{ask:?}");
            assert_eq!(cell(ask, &who("boek@a.nl"), Sure::Unproven), Cell::AskConfirmation, "{ask:?}");
        }
    }

    #[test]
    fn a_stranger_is_asked_who_they_are_but_not_for_marketing_or_a_complaint() {
        assert_eq!(cell(Ask::Access, &Who::Stranger, Sure::Proven), Cell::AskIdentity);
        assert_eq!(cell(Ask::Objection(Purpose::Marketing), &Who::Stranger, Sure::Unproven), Cell::RecordObjection);
        assert_eq!(cell(Ask::Complaint, &Who::Stranger, Sure::Unproven), Cell::AnswerComplaint);
    }

    #[test]
    fn a_young_address_is_a_stranger_and_speaks_for_nobody() {
        let young = who("nieuw@a.nl");
        assert_eq!(cell(Ask::Access, &young, Sure::Proven), Cell::AskIdentity);
        assert_eq!(young.customer(), None);
    }

    #[test]
    fn a_suspect_complaint_is_for_staff_only() {
        let Cell::Queue { acknowledge, .. } = cell(Ask::Complaint, &who("jan@a.nl"), Sure::Suspect) else {
            panic!("must be queued")
        };
        assert!(!acknowledge);
    }
}
