//! Known customers: who they are and through which addresses (policy §1).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::time::Timestamp;

/// A customer's number as the company writes it, for example `K-1001`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerId(String);

impl CustomerId {
    /// Reads a customer number: 1 to 64 printable characters without spaces.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let good = !text.is_empty()
            && text.chars().count() <= 64
            && text.chars().all(|c| c.is_alphanumeric() || "-_./".contains(c));
        good.then(|| Self(text.to_owned()))
    }

    /// As the company writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether staff mean this customer: capitals do not matter.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an address may do for its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The customer in person: the only one who gets data.
    Owner,
    /// Somebody at the customer's.
    Contact,
    /// Where the invoices go.
    Billing,
}

impl Role {
    /// The fixed name used in JSON and customers.csv.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Contact => "contact",
            Self::Billing => "billing",
        }
    }
}

/// Whether an address may be trusted with an automatic answer today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AddressState {
    /// Old enough and in use.
    Active,
    /// Added or replaced within the last `young_address` days: treated as unknown.
    Young,
    /// No running service, bounced, or its domain expired: staff decide.
    Dormant,
}

impl AddressState {
    /// The fixed name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Young => "young",
            Self::Dormant => "dormant",
        }
    }
}

/// One address of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownAddress {
    /// The address.
    pub address: Address,
    /// What it may do.
    pub role: Role,
    /// When it was first seen in an existing record; `None` for the first import and for the first address.
    pub since: Option<Timestamp>,
    /// Whether it may be trusted today.
    pub state: AddressState,
}

/// One customer as the directory knows them today: sources with our overlay on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The number.
    pub id: CustomerId,
    /// The person's name; may be empty for a company.
    pub name: String,
    /// The company's name; empty for a private person.
    pub company: String,
    /// Chamber of Commerce number; empty where there is none.
    pub kvk: String,
    /// All addresses.
    pub addresses: Vec<KnownAddress>,
    /// Everything else that the source holds about the customer, in the source's order: column name and value.
    pub fields: Vec<(String, String)>,
}

impl Customer {
    /// The address record of this customer with that address.
    #[must_use]
    pub fn address(&self, address: &Address) -> Option<&KnownAddress> {
        self.addresses.iter().find(|known| known.address == *address)
    }

    /// Owner addresses that may receive something today, in the order of the record.
    pub fn reachable_owners(&self) -> impl Iterator<Item = &Address> {
        self.addresses
            .iter()
            .filter(|known| known.role == Role::Owner && known.state == AddressState::Active)
            .map(|known| &known.address)
    }

    /// The name to put in a letter or a staff mail: the person, else the company.
    #[must_use]
    pub fn display_name(&self) -> &str {
        if self.name.is_empty() { &self.company } else { &self.name }
    }
}

/// What the directory says of an address. Exact matches only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// One customer has this address.
    Known(Customer),
    /// More than one customer has it: staff decide.
    Several(Vec<CustomerId>),
    /// Nobody has it.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_number_is_one_word() {
        assert_eq!(CustomerId::parse(" K-1001 ").unwrap().as_str(), "K-1001");
        for text in ["", "K 1001", "K\n1", "<K1>"] {
            assert!(CustomerId::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn only_active_owner_addresses_are_reachable() {
        let known = |address: &str, role, state| KnownAddress {
            address: Address::parse(address).unwrap(),
            role,
            since: None,
            state,
        };
        let customer = Customer {
            id: CustomerId::parse("K-1").unwrap(),
            name: String::new(),
            company: "Bakkerij Jansen".into(),
            kvk: String::new(),
            addresses: vec![
                known("young@a.nl", Role::Owner, AddressState::Young),
                known("boek@a.nl", Role::Billing, AddressState::Active),
                known("oud@a.nl", Role::Owner, AddressState::Dormant),
                known("jan@a.nl", Role::Owner, AddressState::Active),
            ],
            fields: Vec::new(),
        };
        let owners: Vec<_> = customer.reachable_owners().map(Address::as_str).collect();
        assert_eq!(owners, ["jan@a.nl"]);
        assert_eq!(customer.display_name(), "Bakkerij Jansen");
    }
}
