//! The database: what the program must not forget. One SQL text for SQLite and PostgreSQL (design rule 10); every write
//! goes through a [`Tx`], so that a decision is written down as a whole or not at all.
//!
//! One file per thing kept: [`cases`], [`tokens`], [`outbox`], [`reviews`], [`people`], [`marks`] (cursors, fingerprints,
//! switches) and [`log`]. Domain types in and out; no decisions.

pub mod cases;
mod copy;
pub mod log;
pub mod marks;
pub mod moves;
pub mod outbox;
pub mod people;
pub mod reviews;
mod schema;
pub mod tokens;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::{Any, AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, Executor, Row, Transaction};

pub use copy::sqlite_file;

use super::key::Key;
use crate::domain::time::{Timestamp, to_column};

/// What went wrong with the database. Always temporary for the one who waits: the step is tried again, nothing is lost.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or refused a statement.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be made or are of a newer version.
    #[error("the tables of the database: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row does not fit: somebody changed it by hand, or a newer version wrote it.
    #[error("the database: {table}.{column} of row {row} cannot be understood")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's number or name.
        row: String,
    },
    /// A write touched no row, or more than one.
    #[error("the database: {0} changed {1} rows instead of one")]
    Count(&'static str, u64),
    /// No randomness, no key file, or the like.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// The open database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    key: Key,
    sqlite: bool,
}

/// One transaction. Dropped without [`Tx::commit`], it changes nothing.
#[must_use = "dropping a transaction takes it back"]
pub struct Tx {
    tx: Transaction<'static, Any>,
    key: Key,
}

impl Store {
    /// Opens the database, makes it (SQLite) and its tables if missing.
    ///
    /// # Errors
    /// [`StoreError`]: unreachable, not allowed, or of a newer version.
    pub async fn open(url: &str, key: Key) -> Result<Self, StoreError> {
        let (pool, sqlite) = connect(url).await?;
        schema::migrate(&pool, sqlite).await?;
        Ok(Self { pool, key, sqlite })
    }

    /// Begins a transaction. One at a time, in both databases: a decision rests on what it read, so nobody may write in
    /// between. In SQLite it is a writing one from the start; in PostgreSQL it takes a lock that our own transactions alone
    /// ask for. Transactions are short: nothing is sent or fetched inside one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let statement = if self.sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        let mut tx = self.pool.begin_with(statement).await?;
        if !self.sqlite {
            sqlx::query("LOCK TABLE cursors IN EXCLUSIVE MODE").execute(&mut *tx).await?;
        }
        Ok(Tx { tx, key: self.key.clone() })
    }

    /// The key that fingerprints and tokens are made with.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Which database this is, for `check`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        if self.sqlite { "SQLite" } else { "PostgreSQL" }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Connects, and makes the file of an SQLite database if it is missing; and whether it is SQLite.
async fn connect(url: &str) -> Result<(AnyPool, bool), StoreError> {
    sqlx::any::install_default_drivers();
    let sqlite = url.starts_with("sqlite:");
    let in_memory = url == "sqlite::memory:";
    let url = if sqlite && !in_memory && !url.contains('?') {
        make_private_file(url.trim_start_matches("sqlite:").trim_start_matches("//"));
        format!("{url}?mode=rwc")
    } else {
        url.to_owned()
    };
    let pool = AnyPoolOptions::new()
        .max_connections(if sqlite { 1 } else { 4 })
        .acquire_timeout(std::time::Duration::from_secs(30))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if sqlite {
                    // One writer at a time; a commit is on the disk; deleted content is overwritten (policy §8).
                    connection
                        .execute(
                            "PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
                        )
                        .await?;
                }
                Ok(())
            })
        })
        .connect(&url)
        .await?;
    Ok((pool, sqlite))
}

/// Makes the file of a new SQLite database for its owner only: it will hold personal data. (SQLite gives the files beside
/// it the same rights.) Whatever goes wrong here, opening the database says better.
fn make_private_file(path: &str) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if !path.contains(['%', ':']) {
        drop(options.open(path));
    }
}

impl Tx {
    /// The key that fingerprints and tokens are made with.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Writes everything down.
    ///
    /// # Errors
    /// When the database does not answer; then nothing was written.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }

    /// Runs a statement that must change exactly one row.
    async fn one(
        &mut self,
        what: &'static str,
        query: sqlx::query::Query<'_, Any, sqlx::any::AnyArguments>,
    ) -> Result<(), StoreError> {
        match query.execute(&mut *self.tx).await?.rows_affected() {
            1 => Ok(()),
            n => Err(StoreError::Count(what, n)),
        }
    }
}

/// PostgreSQL has no NUL in text; a stranger's words may hold one. (JSON columns escape it, and keep it.)
fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// The empty text stands for "not yet".
fn moment_or_empty(moment: Option<Timestamp>) -> String {
    moment.map(to_column).unwrap_or_default()
}

fn text(row: &AnyRow, column: &'static str) -> Result<String, StoreError> {
    Ok(row.try_get::<String, _>(column)?)
}

fn number(row: &AnyRow, column: &'static str) -> Result<i64, StoreError> {
    Ok(row.try_get::<i64, _>(column)?)
}

/// Reads a column through its text form.
fn parsed<T>(
    row: &AnyRow,
    table: &'static str,
    column: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    let value = text(row, column)?;
    parse(&value).ok_or_else(|| StoreError::Corrupt { table, column, row: name_of(row) })
}

/// How to find a row again: its number, or the customer's where it has none.
fn name_of(row: &AnyRow) -> String {
    let number = row.try_get::<i64, _>("id").map(|id| id.to_string());
    number.or_else(|_| row.try_get("customer")).unwrap_or_else(|_| "?".to_owned())
}

fn moment(row: &AnyRow, table: &'static str, column: &'static str) -> Result<Timestamp, StoreError> {
    parsed(row, table, column, |value| value.parse().ok())
}

/// A column that holds JSON.
fn json<T: DeserializeOwned>(row: &AnyRow, table: &'static str, column: &'static str) -> Result<T, StoreError> {
    parsed(row, table, column, |value| serde_json::from_str(value).ok())
}

/// Our own types always have a JSON form; should one not, the write is refused rather than made half.
fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Io(std::io::Error::other(error)))
}
