//! The overlay on the customer directory: which uses are stopped, who was erased, since when an address is known, and
//! whether mail to it bounced. Sources are never written; this is where our own knowledge lives (policy §1).

use std::collections::{BTreeMap, BTreeSet};

use super::{StoreError, Tx, moment, parsed, text};
use crate::domain::address::Address;
use crate::domain::customer::CustomerId;
use crate::domain::plan::{Suppression, Whom};
use crate::domain::time::{Timestamp, to_column};
use crate::io::key::Use;

/// What we know of an address of a customer beyond the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// When it appeared in an existing record; `None` for the first import and for the first address of a new customer.
    pub since: Option<Timestamp>,
    /// Mail to it came back, and it has not written since.
    pub bounced: bool,
}

/// All that is remembered of the addresses of all customers.
pub type AddressBook = BTreeMap<(String, Address), Remembered>;

impl Tx {
    /// Stops a use of somebody's data. Stopping it twice is harmless.
    ///
    /// # Errors
    /// [`StoreError`], as everywhere here.
    pub async fn suppress(&mut self, whom: &Whom, what: Suppression, now: Timestamp) -> Result<(), StoreError> {
        let (kind, whom) = self.whom(whom);
        sqlx::query(
            "INSERT INTO suppressions (kind, whom, what, since, lifted) VALUES ($1, $2, $3, $4, '') \
             ON CONFLICT (kind, whom, what) WHERE lifted = '' DO NOTHING",
        )
        .bind(kind)
        .bind(whom)
        .bind(what.name())
        .bind(to_column(now))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// A use may go on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lift(&mut self, whom: &Whom, what: Suppression, now: Timestamp) -> Result<(), StoreError> {
        let (kind, whom) = self.whom(whom);
        sqlx::query("UPDATE suppressions SET lifted = $1 WHERE kind = $2 AND whom = $3 AND what = $4 AND lifted = ''")
            .bind(to_column(now))
            .bind(kind)
            .bind(whom)
            .bind(what.name())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Which uses are stopped for somebody: fixed names, sorted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn suppressed(&mut self, whom: &Whom) -> Result<Vec<String>, StoreError> {
        let (kind, whom) = self.whom(whom);
        let rows =
            sqlx::query("SELECT what FROM suppressions WHERE kind = $1 AND whom = $2 AND lifted = '' ORDER BY what")
                .bind(kind)
                .bind(whom)
                .fetch_all(&mut *self.tx)
                .await?;
        rows.iter().map(|row| text(row, "what")).collect()
    }

    /// An erased customer: a keyed hash hides the record from every source.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entomb(&mut self, customer: &CustomerId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO tombstones (hash, at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING")
            .bind(self.tombstone(customer))
            .bind(to_column(now))
            .execute(&mut *self.tx)
            .await?;
        sqlx::query("DELETE FROM known_addresses WHERE customer = $1")
            .bind(customer.as_str().to_owned())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// The hashes of all erased customers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tombstones(&mut self) -> Result<BTreeSet<String>, StoreError> {
        let rows = sqlx::query("SELECT hash FROM tombstones").fetch_all(&mut *self.tx).await?;
        rows.iter().map(|row| text(row, "hash")).collect()
    }

    /// The hash under which a customer would be entombed.
    #[must_use]
    pub fn tombstone(&self, customer: &CustomerId) -> String {
        self.key.hex(Use::Person, &[b"customer", customer.as_str().to_lowercase().as_bytes()])
    }

    /// All that is remembered of addresses.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn address_book(&mut self) -> Result<AddressBook, StoreError> {
        let rows = sqlx::query("SELECT * FROM known_addresses").fetch_all(&mut *self.tx).await?;
        let mut book = AddressBook::new();
        for row in &rows {
            let address = parsed(row, "known_addresses", "address", |value| Address::parse(value).ok())?;
            let since = text(row, "since")?;
            let since = if since.is_empty() { None } else { Some(moment(row, "known_addresses", "since")?) };
            let bounced = !text(row, "bounced")?.is_empty();
            book.insert((text(row, "customer")?, address), Remembered { since, bounced });
        }
        Ok(book)
    }

    /// Remembers an address of a customer; `since` is `None` for the first import.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remember_address(
        &mut self,
        customer: &CustomerId,
        address: &Address,
        since: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO known_addresses (customer, address, since, bounced) VALUES ($1, $2, $3, '') \
             ON CONFLICT (customer, address) DO NOTHING",
        )
        .bind(customer.as_str().to_owned())
        .bind(address.as_str().to_owned())
        .bind(super::moment_or_empty(since))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Forgets an address that is no longer in a customer's record, so that it is young when it comes back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_address(&mut self, customer: &str, address: &Address) -> Result<(), StoreError> {
        let query = sqlx::query("DELETE FROM known_addresses WHERE customer = $1 AND address = $2");
        self.one("known_addresses", query.bind(customer.to_owned()).bind(address.as_str().to_owned())).await
    }

    /// Mail to this address came back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn address_bounced(&mut self, address: &Address, now: Timestamp) -> Result<(), StoreError> {
        self.set_bounced(address, &to_column(now)).await
    }

    /// This address wrote to us, so it is in use.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn address_alive(&mut self, address: &Address) -> Result<(), StoreError> {
        self.set_bounced(address, "").await
    }

    async fn set_bounced(&mut self, address: &Address, value: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE known_addresses SET bounced = $1 WHERE address = $2")
            .bind(value.to_owned())
            .bind(address.as_str().to_owned())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    fn whom(&self, whom: &Whom) -> (&'static str, String) {
        match whom {
            Whom::Customer(id) => ("customer", id.as_str().to_owned()),
            Whom::Address(address) => {
                ("address", self.key.hex(Use::Person, &[b"address", address.as_str().as_bytes()]))
            }
        }
    }
}
