//! The list of customers: reading `customers.csv`, and answering who has an address.
//!
//! A source is read, never written (policy §1). What we know beyond it (corrections, tombstones, since when an address
//! is known) is laid on top by the caller before a [`Directory`] is made of it.
//!
//! * [`CsvFile`]: the file, read again when it changes
//! * [`Directory`]: a snapshot of all customers with two indexes
//! * [`DirectoryError`]: what is wrong in the file, where, and what to do

mod csv_file;
mod error;
mod rows;

use std::collections::HashMap;
use std::fmt;

use crate::domain::address::Address;
use crate::domain::customer::{Customer, CustomerId, Standing};

pub use csv_file::{CsvFile, Reload};
pub use error::{DirectoryError, Mistake, Problem};

/// All customers at one moment. Never changes; a new list makes a new one.
#[derive(Default)]
pub struct Directory {
    customers: Vec<Customer>,
    /// Places in `customers`, each once and in order.
    by_address: HashMap<Address, Vec<usize>>,
    /// Lower-case number to place; the first of two equal numbers.
    by_id: HashMap<String, usize>,
}

impl Directory {
    /// A snapshot of these customers.
    #[must_use]
    pub fn new(customers: Vec<Customer>) -> Self {
        let mut by_address: HashMap<Address, Vec<usize>> = HashMap::new();
        let mut by_id = HashMap::new();
        for (place, customer) in customers.iter().enumerate() {
            by_id.entry(customer.id.as_str().to_lowercase()).or_insert(place);
            for known in &customer.addresses {
                let places = by_address.entry(known.address.clone()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self { customers, by_address, by_id }
    }

    /// Who has this address: exact matches only (policy §1).
    #[must_use]
    pub fn standing(&self, address: &Address) -> Standing {
        let places = self.by_address.get(address).map_or(&[][..], Vec::as_slice);
        let mut found = places.iter().filter_map(|place| self.customers.get(*place));
        match (found.next(), found.next()) {
            (None, _) => Standing::Unknown,
            (Some(only), None) => Standing::Known(only.clone()),
            (Some(first), Some(second)) => Standing::Several(
                [first, second].into_iter().chain(found).map(|customer| customer.id.clone()).collect(),
            ),
        }
    }

    /// The customer with this number; capitals do not matter.
    #[must_use]
    pub fn customer(&self, id: &CustomerId) -> Option<&Customer> {
        self.customers.get(*self.by_id.get(&id.as_str().to_lowercase())?)
    }

    /// All customers, in the order of the source.
    #[must_use]
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// How many customers there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.customers.len()
    }

    /// Whether there is nobody in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.customers.is_empty()
    }
}

/// Only the number of customers is printed.
impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Directory({} customers)", self.customers.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(text: &str) -> Directory {
        Directory::new(rows::read(text.as_bytes()).unwrap())
    }

    fn standing(directory: &Directory, address: &str) -> Standing {
        directory.standing(&Address::parse(address).unwrap())
    }

    #[test]
    fn an_address_has_one_customer_several_or_none() {
        let directory = directory(
            "id,emails\nK-1,jan@a.nl boek@x.nl=billing\nK-2,piet@b.nl boek@x.nl=billing\nK-3,boek@x.nl=billing\n",
        );
        assert!(matches!(standing(&directory, "JAN@A.nl"), Standing::Known(customer) if customer.id.as_str() == "K-1"));
        assert_eq!(standing(&directory, "jan+x@a.nl"), Standing::Unknown);
        let Standing::Several(ids) = standing(&directory, "boek@x.nl") else { panic!("not several") };
        assert_eq!(ids.iter().map(CustomerId::as_str).collect::<Vec<_>>(), ["K-1", "K-2", "K-3"]);
        assert_eq!(directory.len(), 3);
    }

    #[test]
    fn a_number_is_found_in_any_capitals_and_no_other_number_is() {
        let directory = directory("id,emails\nK-1,jan@a.nl\n");
        let customer = |id: &str| directory.customer(&CustomerId::parse(id).unwrap());
        assert!(customer("k-1").is_some());
        assert!(customer("K-10").is_none() && customer("1").is_none());
    }

    #[test]
    fn nobody_is_known_to_an_empty_directory_and_nothing_personal_is_printed() {
        assert_eq!(standing(&Directory::default(), "jan@a.nl"), Standing::Unknown);
        assert!(Directory::default().is_empty());
        assert_eq!(format!("{:?}", directory("id,emails\nK-1,jan@a.nl\n")), "Directory(1 customers)");
    }
}
