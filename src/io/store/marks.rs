//! Small things that must not be forgotten: how far each folder was read, which mails were seen, whether automatic mail is
//! off, when something was last done.

use super::{StoreError, Tx, number, text};
use crate::domain::time::{Timestamp, to_column};

impl Tx {
    /// How far a folder was read.
    ///
    /// # Errors
    /// [`StoreError`], as everywhere here.
    pub async fn cursor(&mut self, folder: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT cursor FROM cursors WHERE folder = $1")
            .bind(folder.to_owned())
            .fetch_optional(&mut *self.tx)
            .await?;
        row.map(|row| text(&row, "cursor")).transpose()
    }

    /// Moves the cursor of a folder.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_cursor(&mut self, folder: &str, cursor: &str) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO cursors (folder, cursor) VALUES ($1, $2) \
             ON CONFLICT (folder) DO UPDATE SET cursor = excluded.cursor",
        );
        self.one("cursors", query.bind(folder.to_owned()).bind(cursor.to_owned())).await
    }

    /// Whether a mail with this fingerprint was handled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn seen(&mut self, fingerprint: &str) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT fingerprint FROM seen WHERE fingerprint = $1")
            .bind(fingerprint.to_owned())
            .fetch_optional(&mut *self.tx)
            .await?;
        Ok(row.is_some())
    }

    /// Claims a mail by its fingerprint. `false` when it was handled before; who claims it at the same moment waits here
    /// until the first one is done.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_mail(&mut self, fingerprint: &str, at: Timestamp) -> Result<bool, StoreError> {
        let done =
            sqlx::query("INSERT INTO seen (fingerprint, at) VALUES ($1, $2) ON CONFLICT (fingerprint) DO NOTHING")
                .bind(fingerprint.to_owned())
                .bind(to_column(at))
                .execute(&mut *self.tx)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Marks a mail as handled. Marking it twice is harmless.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_seen(&mut self, fingerprint: &str, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO seen (fingerprint, at) VALUES ($1, $2) ON CONFLICT (fingerprint) DO NOTHING")
            .bind(fingerprint.to_owned())
            .bind(to_column(at))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// A remembered value.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT value FROM settings WHERE name = $1")
            .bind(name.to_owned())
            .fetch_optional(&mut *self.tx)
            .await?;
        row.map(|row| text(&row, "value")).transpose()
    }

    /// Remembers a value.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        );
        self.one("settings", query.bind(name.to_owned()).bind(value.to_owned())).await
    }

    /// Whether automatic mail is off (`pauze`).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn paused(&mut self) -> Result<bool, StoreError> {
        Ok(self.setting("paused").await?.is_some_and(|value| value == "yes"))
    }

    /// Turns automatic mail off or on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_paused(&mut self, paused: bool) -> Result<(), StoreError> {
        self.set_setting("paused", if paused { "yes" } else { "no" }).await
    }

    /// The next number of a series, from 1. Numbers of a series that is rolled back are used again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_number(&mut self, series: &str) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO counters (name, value) VALUES ($1, 1) \
             ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value",
        )
        .bind(series.to_owned())
        .fetch_one(&mut *self.tx)
        .await?;
        number(&row, "value")
    }
}
