//! The customers as they are today: the source's list with our overlay on top (policy §1). Erased customers are hidden,
//! addresses that appeared lately are young, addresses that bounced are dormant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::Mutex;

use super::commit::{CommitError, post_all};
use crate::domain::address::Address;
use crate::domain::customer::{AddressState, Customer};
use crate::domain::plan::{Alert, Intention, Lane, Post, Target};
use crate::domain::settings::Settings;
use crate::domain::time::{SignedDuration, Timestamp};
use crate::io::directory::{CsvFile, Directory, DirectoryError, Reload};
use crate::io::key::{Key, Use};
use crate::io::store::Tx;
use crate::io::store::people::AddressBook;

/// The source and the last good list that it gave.
#[derive(Debug)]
pub struct People {
    source: Mutex<Source>,
}

#[derive(Debug)]
struct Source {
    file: Option<CsvFile>,
    /// `None` until the file was good once.
    customers: Option<Arc<Vec<Customer>>>,
    /// When the timers last looked.
    looked: Option<Timestamp>,
}

/// How often the timers look.
const LOOK: SignedDuration = SignedDuration::from_secs(60);

impl People {
    /// Customers from a file; without one, nobody is known.
    #[must_use]
    pub fn new(file: Option<CsvFile>) -> Self {
        let customers = file.is_none().then(Arc::default);
        Self { source: Mutex::new(Source { file, customers, looked: None }) }
    }

    /// Reads the list for the first time, so that a broken one is known at the start: there is no old list to go on with.
    ///
    /// # Errors
    /// [`DirectoryError`] when it cannot be read.
    pub async fn load(&self) -> Result<(), DirectoryError> {
        let mut source = self.source.lock().await;
        match source.file.as_mut().map(CsvFile::reload) {
            Some(Reload::Fresh(customers)) => {
                source.customers = Some(Arc::new(customers));
                Ok(())
            }
            Some(Reload::Broken(error)) => Err(error),
            Some(Reload::Unchanged) | None => Ok(()),
        }
    }

    /// Whether nobody looked at the list for a minute: changes are to be noticed also when no mail comes.
    pub async fn wants_a_look(&self, now: Timestamp) -> bool {
        let mut source = self.source.lock().await;
        let wants = source.looked.is_none_or(|last| now.duration_since(last) >= LOOK);
        if wants {
            source.looked = Some(now);
        }
        wants
    }

    /// The directory of this moment. Reads the file when it changed; a broken one keeps the old list and alerts staff.
    ///
    /// The list is compared with what we remember every time, not only when it was read anew: the transaction that noticed
    /// a new address may have been taken back, and an address that nobody remembers would count as old.
    ///
    /// # Errors
    /// [`CommitError::NoDirectory`] while the file was never good; [`CommitError::Store`] when the overlay cannot be read.
    pub async fn today(&self, tx: &mut Tx, settings: &Settings, now: Timestamp) -> Result<Directory, CommitError> {
        // The lock is not held while the database is asked: another transaction may be waiting for this one.
        let (customers, broken) = self.look().await;
        let Some(customers) = customers else {
            return Err(CommitError::NoDirectory(broken.unwrap_or_else(|| "it was broken before".to_owned())));
        };
        if let Some(error) = broken {
            post_all(tx, alert_staff(settings, Alert::DirectoryBroken { error }, now), now).await?;
        }
        let tombstones = tx.tombstones().await?;
        let alive: Vec<&Customer> =
            customers.iter().filter(|customer| !tombstones.contains(&tx.tombstone(&customer.id))).collect();
        let mut book = tx.address_book().await?;
        if notice_changes(tx, settings, &alive, &book, now).await? {
            book = tx.address_book().await?;
        }
        Ok(Directory::new(overlay(settings, &alive, &book, now)))
    }

    /// The last good list, and what is wrong with a new one.
    async fn look(&self) -> (Option<Arc<Vec<Customer>>>, Option<String>) {
        let mut source = self.source.lock().await;
        let broken = match source.file.as_mut().map(CsvFile::reload) {
            Some(Reload::Fresh(customers)) => {
                source.customers = Some(Arc::new(customers));
                None
            }
            Some(Reload::Broken(error)) => Some(error.to_string()),
            Some(Reload::Unchanged) | None => None,
        };
        (source.customers.clone(), broken)
    }
}

/// A digest of a customer's record: an approval is tied to it (policy §2, "a change of the record stops it").
#[must_use]
pub fn record_digest(key: &Key, customer: &Customer) -> String {
    let record = serde_json::to_vec(customer).unwrap_or_default();
    key.hex(Use::Record, &[&record])
}

/// Compares the list with what we remember: an address added to an existing record is young from now on; staff and the
/// old addresses are told. Whether anything changed.
async fn notice_changes(
    tx: &mut Tx,
    settings: &Settings,
    customers: &[&Customer],
    book: &AddressBook,
    now: Timestamp,
) -> Result<bool, CommitError> {
    let mut remembered: BTreeMap<&str, BTreeSet<&Address>> = BTreeMap::new();
    for (id, address) in book.keys() {
        remembered.entry(id).or_default().insert(address);
    }
    let mut changed = false;
    for customer in customers {
        let known = remembered.remove(customer.id.as_str()).unwrap_or_default();
        let mut added = false;
        for address in customer.addresses.iter().map(|known| &known.address).filter(|a| !known.contains(a)) {
            // A customer of whom we know no address is new: the first addresses count as old.
            let since = (!known.is_empty()).then_some(now);
            added |= since.is_some();
            changed = true;
            tx.remember_address(&customer.id, address, since).await?;
        }
        // Of a record without any address the old ones are kept in mind, so that the next one is young.
        let gone = known.iter().filter(|address| customer.address(address).is_none());
        for gone in gone.filter(|_| !customer.addresses.is_empty()) {
            changed = true;
            tx.forget_address(customer.id.as_str(), gone).await?;
        }
        if added {
            let alert = Alert::AddressAdded { customer: customer.id.clone() };
            post_all(tx, alert_staff(settings, alert, now), now).await?;
            post_all(tx, known.iter().map(|old| address_added((*old).clone(), now)).collect(), now).await?;
        }
    }
    Ok(changed)
}

fn overlay(settings: &Settings, customers: &[&Customer], book: &AddressBook, now: Timestamp) -> Vec<Customer> {
    let with_overlay = |customer: &&Customer| {
        let mut customer = Customer::clone(customer);
        for known in &mut customer.addresses {
            let Some(remembered) = book.get(&(customer.id.as_str().to_owned(), known.address.clone())) else {
                continue;
            };
            known.since = remembered.since;
            let young = remembered.since.is_some_and(|since| now.duration_since(since) < settings.delays.young_address);
            known.state = match (known.state, young, remembered.bounced) {
                (AddressState::Dormant, ..) | (_, _, true) => AddressState::Dormant,
                (AddressState::Young, ..) | (_, true, false) => AddressState::Young,
                (AddressState::Active, false, false) => AddressState::Active,
            };
        }
        customer
    };
    customers.iter().map(with_overlay).collect()
}

fn alert_staff(settings: &Settings, alert: Alert, now: Timestamp) -> Vec<Post> {
    settings
        .staff
        .iter()
        .map(|to| plain_post(Intention::StaffAlert { alert: alert.clone() }, to.clone(), Lane::Staff, now))
        .collect()
}

fn address_added(to: Address, now: Timestamp) -> Post {
    plain_post(Intention::AddressAdded, to, Lane::AutomaticLater, now)
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
