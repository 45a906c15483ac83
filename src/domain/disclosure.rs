//! The proof that somebody may receive a customer's data. The first rule of the system (policy §2): data goes only to an
//! owner address of that customer, old enough and not dormant, or to an address that staff approved for this one request.
//!
//! A [`MayReceive`] has no public constructor but the ones here, is never stored, and lives only from just before
//! rendering a disclosure until it is sent. Whoever writes or sends data takes one as an argument.

use super::address::Address;
use super::case::{Approval, RequestId};
use super::customer::{AddressState, Customer, CustomerId, Role};

/// Which data the receiver may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything about the customer.
    Customer,
    /// Only what is held about this contact.
    Contact,
}

/// This address may receive this customer's data, for this request, now.
#[derive(Debug)]
#[must_use = "earned for one disclosure; dropping it sends nothing"]
pub struct MayReceive {
    request: RequestId,
    customer: CustomerId,
    address: Address,
    scope: Scope,
}

/// Why an address may not receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The address is not in the customer's record.
    #[error("the address is not on file for this customer")]
    NotOnFile,
    /// It is, but not as an owner.
    #[error("the address is on file, but not as an owner")]
    NotOwner,
    /// It was added too short ago.
    #[error("the address was added too recently")]
    Young,
    /// It is not in use any more.
    #[error("the address is dormant")]
    Dormant,
    /// Staff approved another customer or address.
    #[error("staff approved something else")]
    OtherApproval,
    /// The record changed after staff approved.
    #[error("the customer's record changed after staff approved")]
    RecordChanged,
}

impl MayReceive {
    /// An owner address on file, in the record of this moment.
    ///
    /// # Errors
    /// [`Denied`]: not on file, not an owner, young or dormant.
    pub fn owner(request: RequestId, customer: &Customer, address: &Address) -> Result<Self, Denied> {
        let known = customer.address(address).ok_or(Denied::NotOnFile)?;
        match (known.role, known.state) {
            (Role::Contact | Role::Billing, _) => Err(Denied::NotOwner),
            (Role::Owner, AddressState::Young) => Err(Denied::Young),
            (Role::Owner, AddressState::Dormant) => Err(Denied::Dormant),
            (Role::Owner, AddressState::Active) => Ok(Self {
                request,
                customer: customer.id.clone(),
                address: known.address.clone(),
                scope: Scope::Customer,
            }),
        }
    }

    /// An address that staff approved for this request, while the customer's record is what it was then.
    ///
    /// # Errors
    /// [`Denied::OtherApproval`] or [`Denied::RecordChanged`].
    pub fn approved(
        request: RequestId,
        customer: &Customer,
        approval: &Approval,
        record_now: &str,
    ) -> Result<Self, Denied> {
        if !approval.customer.matches(&customer.id) {
            return Err(Denied::OtherApproval);
        }
        if approval.record != record_now {
            return Err(Denied::RecordChanged);
        }
        Ok(Self { request, customer: customer.id.clone(), address: approval.to.clone(), scope: Scope::Customer })
    }

    /// A contact on file, approved by staff, who sees what is held about that contact only.
    ///
    /// # Errors
    /// As [`MayReceive::approved`]; and [`Denied::NotOnFile`], [`Denied::Young`], [`Denied::Dormant`].
    pub fn contact(
        request: RequestId,
        customer: &Customer,
        approval: &Approval,
        record_now: &str,
    ) -> Result<Self, Denied> {
        let known = customer.address(&approval.to).ok_or(Denied::NotOnFile)?;
        match known.state {
            AddressState::Young => return Err(Denied::Young),
            AddressState::Dormant => return Err(Denied::Dormant),
            AddressState::Active => {}
        }
        let whole = Self::approved(request, customer, approval, record_now)?;
        Ok(Self { scope: Scope::Contact, ..whole })
    }

    /// For which request.
    #[must_use]
    pub const fn request(&self) -> RequestId {
        self.request
    }

    /// About whom.
    #[must_use]
    pub const fn customer(&self) -> &CustomerId {
        &self.customer
    }

    /// The one address that receives.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Which data.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::customer::KnownAddress;
    use crate::domain::time::Timestamp;

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
                known("new@a.nl", Role::Owner, AddressState::Young),
                known("old@a.nl", Role::Owner, AddressState::Dormant),
                known("boek@a.nl", Role::Billing, AddressState::Active),
            ],
            fields: Vec::new(),
        }
    }

    fn approval(to: &str) -> Approval {
        Approval {
            by: address("staf@c.nl"),
            at: Timestamp::UNIX_EPOCH,
            customer: CustomerId::parse("k-1").unwrap(),
            to: address(to),
            record: "as it was".into(),
        }
    }

    #[test]
    fn only_an_active_owner_address_receives_without_staff() {
        let owner = |text: &str| MayReceive::owner(RequestId(1), &customer(), &address(text)).map(|_| ());
        assert_eq!(owner("jan@a.nl"), Ok(()));
        assert_eq!(owner("new@a.nl"), Err(Denied::Young));
        assert_eq!(owner("old@a.nl"), Err(Denied::Dormant));
        assert_eq!(owner("boek@a.nl"), Err(Denied::NotOwner));
        assert_eq!(owner("jan@evil.nl"), Err(Denied::NotOnFile));
    }

    #[test]
    fn an_approval_is_void_once_the_record_changed_and_for_another_customer() {
        let given = approval("elders@b.nl");
        assert!(MayReceive::approved(RequestId(1), &customer(), &given, "as it was").is_ok());
        let changed = MayReceive::approved(RequestId(1), &customer(), &given, "changed").map(|_| ());
        assert_eq!(changed, Err(Denied::RecordChanged));
        let other = Approval { customer: CustomerId::parse("K-2").unwrap(), ..given };
        let denied = MayReceive::approved(RequestId(1), &customer(), &other, "as it was").map(|_| ());
        assert_eq!(denied, Err(Denied::OtherApproval));
    }

    #[test]
    fn a_contact_sees_only_what_is_held_about_that_contact() {
        let may = MayReceive::contact(RequestId(1), &customer(), &approval("boek@a.nl"), "as it was").unwrap();
        assert_eq!(may.scope(), Scope::Contact);
        let elsewhere = MayReceive::contact(RequestId(1), &customer(), &approval("x@b.nl"), "as it was").map(|_| ());
        assert_eq!(elsewhere, Err(Denied::NotOnFile));
    }
}
