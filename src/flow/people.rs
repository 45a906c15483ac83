//! The customers as they are today: the source's list with our overlay on top (policy §1). Erased customers are hidden,
//! addresses that appeared lately are young, addresses that bounced are dormant.
//!
//! [`People::today`] only reads. [`People::refresh`] writes down what changed, in a transaction of its own: a change is never
//! noticed in one that is dropped afterwards. Until then an address that we do not remember counts as young.

use tokio::sync::Mutex;

use super::commit::{CommitError, post_all};
use crate::domain::address::Address;
use crate::domain::customer::{AddressState, Customer, CustomerId};
use crate::domain::plan::{Alert, Intention, Lane, Post, Target};
use crate::domain::settings::Settings;
use crate::domain::time::Timestamp;
use crate::io::directory::{CsvFile, Directory, DirectoryError, Reload};
use crate::io::key::{Key, Use};
use crate::io::store::people::AddressBook;
use crate::io::store::{Store, StoreError, Tx};

/// The source and the last good list that it gave.
#[derive(Debug)]
pub struct People {
    source: Mutex<Source>,
}

#[derive(Debug)]
struct Source {
    file: Option<CsvFile>,
    customers: Vec<Customer>,
    /// The list was read anew, and what changed in it is not written down yet.
    changed: bool,
    /// The file is broken, and staff were not told yet.
    broken: Option<Alert>,
}

impl Source {
    /// Reads the file when it changed; a broken one keeps the old list.
    fn read(&mut self) {
        match self.file.as_mut().map(CsvFile::reload) {
            Some(Reload::Fresh(customers)) => {
                self.customers = customers;
                self.changed = true;
                self.broken = None;
            }
            Some(Reload::Broken(error)) => self.broken = Some(Alert::DirectoryBroken { error: error.to_string() }),
            Some(Reload::Unchanged) | None => {}
        }
    }
}

impl People {
    /// Customers from a file; without one, nobody is known.
    #[must_use]
    pub fn new(file: Option<CsvFile>) -> Self {
        Self { source: Mutex::new(Source { file, customers: Vec::new(), changed: false, broken: None }) }
    }

    /// Reads the list for the first time.
    ///
    /// # Errors
    /// [`DirectoryError`] when it cannot be read: there is no old list to go on with.
    pub async fn load(&self) -> Result<(), DirectoryError> {
        let mut source = self.source.lock().await;
        match source.file.as_mut().map(CsvFile::reload) {
            Some(Reload::Fresh(customers)) => {
                source.customers = customers;
                source.changed = true;
                Ok(())
            }
            Some(Reload::Broken(error)) => Err(error),
            Some(Reload::Unchanged) | None => Ok(()),
        }
    }

    /// The directory of this moment. Writes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the overlay cannot be read.
    pub async fn today(&self, tx: &mut Tx, settings: &Settings, now: Timestamp) -> Result<Directory, StoreError> {
        let mut source = self.source.lock().await;
        source.read();
        Ok(Directory::new(overlay(tx, settings, &source.customers, now).await?))
    }

    /// Writes down what changed in the list, and tells staff and the old addresses; or tells staff that the file is broken.
    /// Call it outside a transaction.
    ///
    /// # Errors
    /// [`CommitError`]: it is done next time.
    pub async fn refresh(&self, store: &Store, settings: &Settings, now: Timestamp) -> Result<(), CommitError> {
        let mut source = self.source.lock().await;
        source.read();
        if source.changed {
            let mut tx = store.begin().await?;
            notice_changes(&mut tx, settings, &source.customers, now).await?;
            tx.commit().await?;
            source.changed = false;
        }
        if let Some(alert) = source.broken.clone() {
            let mut tx = store.begin().await?;
            post_all(&mut tx, alert_staff(settings, alert, now), now).await?;
            tx.commit().await?;
            source.broken = None;
        }
        Ok(())
    }
}

/// A digest of a customer's record: an approval is tied to it (policy §2, "a change of the record stops it").
#[must_use]
pub fn record_digest(key: &Key, customer: &Customer) -> String {
    let record = serde_json::to_vec(customer).unwrap_or_default();
    key.hex(Use::Record, &[&record])
}

/// Compares the list with what we remember: an address added to an existing record is young from now on; staff and the
/// old addresses are told.
async fn notice_changes(
    tx: &mut Tx,
    settings: &Settings,
    customers: &[Customer],
    now: Timestamp,
) -> Result<(), CommitError> {
    let book = tx.address_book().await?;
    for customer in customers {
        let known = known_of(&book, &customer.id);
        let mut added = false;
        for address in customer.addresses.iter().map(|known| &known.address) {
            if !known.contains(&address) {
                // A customer of whom we know no address is new: the first addresses count as old.
                let since = (!known.is_empty()).then_some(now);
                added |= since.is_some();
                tx.remember_address(&customer.id, address, since).await?;
            }
        }
        for gone in known.iter().filter(|address| customer.address(address).is_none()) {
            tx.forget_address(customer.id.as_str(), gone).await?;
        }
        if added {
            let alert = Alert::AddressAdded { customer: customer.id.clone() };
            post_all(tx, alert_staff(settings, alert, now), now).await?;
            post_all(tx, known.iter().map(|old| address_added((*old).clone(), now)).collect(), now).await?;
        }
    }
    Ok(())
}

fn known_of<'a>(book: &'a AddressBook, customer: &CustomerId) -> Vec<&'a Address> {
    book.keys().filter(|(id, _)| id == customer.as_str()).map(|(_, address)| address).collect()
}

async fn overlay(
    tx: &mut Tx,
    settings: &Settings,
    customers: &[Customer],
    now: Timestamp,
) -> Result<Vec<Customer>, StoreError> {
    let tombstones = tx.tombstones().await?;
    let book = tx.address_book().await?;
    let alive = customers.iter().filter(|customer| !tombstones.contains(&tx.tombstone(&customer.id)));
    let with_overlay = |customer: &Customer| {
        let mut customer = customer.clone();
        for known in &mut customer.addresses {
            let (young, bounced) = match book.get(&(customer.id.as_str().to_owned(), known.address.clone())) {
                Some(remembered) => {
                    known.since = remembered.since;
                    let young = |since| now.duration_since(since) < settings.delays.young_address;
                    (remembered.since.is_some_and(young), remembered.bounced)
                }
                // Not written down yet: new in a record that we know, or the record itself is new.
                None => (!known_of(&book, &customer.id).is_empty(), false),
            };
            known.state = match (known.state, young, bounced) {
                (AddressState::Dormant, ..) | (_, _, true) => AddressState::Dormant,
                (AddressState::Young, ..) | (_, true, false) => AddressState::Young,
                (AddressState::Active, false, false) => AddressState::Active,
            };
        }
        customer
    };
    Ok(alive.map(with_overlay).collect())
}

fn alert_staff(settings: &Settings, alert: Alert, now: Timestamp) -> Vec<Post> {
    settings
        .staff
        .iter()
        .map(|to| plain_post(Intention::StaffAlert { alert: alert.clone() }, to.clone(), Lane::Staff, now))
        .collect()
}

fn address_added(to: Address, now: Timestamp) -> Post {
    plain_post(Intention::AddressAdded, to, Lane::Ordered, now)
}

fn plain_post(intention: Intention, to: Address, lane: Lane, now: Timestamp) -> Post {
    Post {
        intention,
        to,
        target: Target::None,
        requests: Vec::new(),
        lane,
        not_before: now,
        token: None,
        in_reply_to: None,
        why: "the directory changed",
    }
}
