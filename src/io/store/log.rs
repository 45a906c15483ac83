//! The log: append-only, each row chained to the one before with an HMAC whose key is outside the database (policy §8).
//! No personal data: who is "program", "person", "staff" or "operator", what is a short phrase.

use serde::Serialize;
use sqlx::any::AnyRow;

use super::{StoreError, Tx, moment, number, text};
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
        let at = to_column(at);
        let chain = link(&self.key, &before, seq, [&at, reference, what, by]);
        let query =
            sqlx::query("INSERT INTO log (seq, at, reference, what, by_whom, chain) VALUES ($1, $2, $3, $4, $5, $6)");
        let query = query
            .bind(seq)
            .bind(at)
            .bind(reference.to_owned())
            .bind(what.to_owned())
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

    /// Checks every link, and that the head that was remembered apart is the last one: a cut tail shows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn verify_log(&mut self) -> Result<Chain, StoreError> {
        let mut before = ROOT.to_owned();
        let mut last: i64 = 0;
        loop {
            let rows = sqlx::query(
                "SELECT seq, at, reference, what, by_whom, chain FROM log WHERE seq > $1 ORDER BY seq LIMIT 1000",
            )
            .bind(last)
            .fetch_all(&mut *self.tx)
            .await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let seq = number(row, "seq")?;
                let [at, reference, what, by] =
                    [text(row, "at")?, text(row, "reference")?, text(row, "what")?, text(row, "by_whom")?];
                let chain = link(&self.key, &before, seq, [&at, &reference, &what, &by]);
                if seq != last.saturating_add(1) || text(row, "chain")? != chain {
                    return Ok(Chain::Broken { row: last.saturating_add(1) });
                }
                (before, last) = (chain, seq);
            }
        }
        let head = self.setting("log_head").await?.unwrap_or_else(|| ROOT.to_owned());
        if head == before {
            Ok(Chain::Whole { rows: last, head })
        } else {
            Ok(Chain::Broken { row: last.saturating_add(1) })
        }
    }
}

fn link(key: &Key, before: &str, seq: i64, row: [&str; 4]) -> String {
    let seq = seq.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![before.as_bytes(), &seq];
    parts.extend(row.iter().map(|part| part.as_bytes()));
    key.hex(Use::Log, &parts)
}
