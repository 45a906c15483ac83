//! The log: append-only, each row chained to the one before with an HMAC whose key is outside the database (policy §8).
//! No personal data: who is "program", "person", "staff" or "operator", what is a short phrase.

use serde::Serialize;
use sqlx::any::AnyRow;

use super::{StoreError, Tx, moment, number, text, without_nul};
use crate::domain::time::{Timestamp, to_column};
use crate::io::key::{Key, Use};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: String,
    /// By whom.
    pub by: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// All rows fit.
    Whole {
        /// How many rows.
        rows: i64,
        /// The last link.
        head: String,
    },
    /// The first row that does not fit.
    Broken {
        /// Its number.
        row: i64,
    },
}

/// What comes before the first row.
const ROOT: &str = "";

impl Tx {
    /// Adds an event. `reference` is empty for what belongs to no case.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log(&mut self, at: Timestamp, reference: &str, what: &str, by: &str) -> Result<(), StoreError> {
        // Taking the number locks the series, so that two instances never chain to the same row.
        let seq = self.next_number("log").await?;
        let before = self.setting("log_head").await?.unwrap_or_else(|| ROOT.to_owned());
        let (at, what) = (to_column(at), &without_nul(what));
        let chain = link(&self.key, &before, seq, [&at, reference, what, by]);
        let query =
            sqlx::query("INSERT INTO log (seq, at, reference, what, by_whom, chain) VALUES ($1, $2, $3, $4, $5, $6)");
        let query = query
            .bind(seq)
            .bind(at)
            .bind(reference.to_owned())
            .bind(what.clone())
            .bind(by.to_owned())
            .bind(chain.clone());
        self.one("log", query).await?;
        self.set_setting("log_head", &chain).await
    }

    /// What happened in one case, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events(&mut self, reference: &str) -> Result<Vec<Event>, StoreError> {
        let rows = sqlx::query("SELECT seq AS id, at, what, by_whom FROM log WHERE reference = $1 ORDER BY seq")
            .bind(reference.to_owned())
            .fetch_all(&mut *self.tx)
            .await?;
        let event = |row: &AnyRow| {
            Ok(Event { at: moment(row, "log", "at")?, what: text(row, "what")?, by: text(row, "by_whom")? })
        };
        rows.iter().map(event).collect()
    }

    /// The last link of the chain, to be kept elsewhere: in every digest (policy §8). Empty before the first event.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log_head(&mut self) -> Result<String, StoreError> {
        Ok(self.setting("log_head").await?.unwrap_or_else(|| ROOT.to_owned()))
    }

    /// Checks every link, and that the head that was remembered apart is the last one: a cut tail shows. Whoever can
    /// write the database can also put an older state of it back as a whole; only the head kept elsewhere shows that.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn verify_log(&mut self) -> Result<Chain, StoreError> {
        let mut checked = Checked::default();
        // PostgreSQL shows what others commit meanwhile. The head is read first, so the rows that belong to it are there;
        // when there are more, the head has moved on and is read again.
        loop {
            let head = self.setting("log_head").await?.unwrap_or_else(|| ROOT.to_owned());
            let before = checked.rows;
            if !self.check_rows(&mut checked).await? {
                return Ok(Chain::Broken { row: checked.rows.saturating_add(1) });
            }
            if checked.link == head {
                return Ok(Chain::Whole { rows: checked.rows, head });
            }
            if checked.rows == before {
                return Ok(Chain::Broken { row: checked.rows.saturating_add(1) });
            }
        }
    }

    /// Follows the chain to its end; `false` at the first row that does not fit.
    async fn check_rows(&mut self, checked: &mut Checked) -> Result<bool, StoreError> {
        loop {
            // At first from below zero: rows that somebody put before the first one do not fit either.
            let after = if checked.rows == 0 { i64::MIN } else { checked.rows };
            let rows = sqlx::query(
                "SELECT seq, at, reference, what, by_whom, chain FROM log WHERE seq > $1 ORDER BY seq LIMIT 1000",
            )
            .bind(after)
            .fetch_all(&mut *self.tx)
            .await?;
            if rows.is_empty() {
                return Ok(true);
            }
            for row in &rows {
                let seq = number(row, "seq")?;
                let [at, reference, what, by] =
                    [text(row, "at")?, text(row, "reference")?, text(row, "what")?, text(row, "by_whom")?];
                let chain = link(&self.key, &checked.link, seq, [&at, &reference, &what, &by]);
                if seq != checked.rows.saturating_add(1) || text(row, "chain")? != chain {
                    return Ok(false);
                }
                *checked = Checked { rows: seq, link: chain };
            }
        }
    }
}

/// How far the chain was followed.
#[derive(Default)]
struct Checked {
    rows: i64,
    /// The link of the last row; [`ROOT`] before the first.
    link: String,
}

fn link(key: &Key, before: &str, seq: i64, row: [&str; 4]) -> String {
    let seq = seq.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![before.as_bytes(), &seq];
    parts.extend(row.iter().map(|part| part.as_bytes()));
    key.hex(Use::Log, &parts)
}
