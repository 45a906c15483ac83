//! Tokens: hashes only. Of twins (the same step of the same case, sent to several members of staff, or to several owners)
//! one use kills all. Questions for confirmation have no twins: each is about requests of its own.

use super::{StoreError, Tx, moment, number, parsed, text};
use crate::domain::address::Address;
use crate::domain::case::CaseId;
use crate::domain::facts::TokenId;
use crate::domain::plan::TokenStep;
use crate::domain::time::{Timestamp, to_column};
use crate::domain::token::TokenHash;

/// A token as found.
#[derive(Debug, Clone)]
pub struct FoundToken {
    /// Its number.
    pub id: TokenId,
    /// The case, unless it belongs to none.
    pub case: Option<CaseId>,
    /// The outbox row that carried it.
    pub post: i64,
    /// What it may do.
    pub step: TokenStep,
    /// The address that it was sent to.
    pub address: Address,
    /// Neither used nor run out.
    pub good: bool,
}

impl Tx {
    /// Writes down a token that goes out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_token(
        &mut self,
        hash: &TokenHash,
        step: TokenStep,
        (case, post): (Option<CaseId>, i64),
        address: &Address,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO tokens (hash, case_id, post_id, step, address, expires, used) \
             VALUES ($1, $2, $3, $4, $5, $6, '')",
        );
        let query = query
            .bind(hash.as_str().to_owned())
            .bind(case.map_or(0, |case| case.0))
            .bind(post)
            .bind(step.name())
            .bind(address.as_str().to_owned())
            .bind(to_column(expires));
        self.one("tokens", query).await
    }

    /// The token with this hash. Expires exactly at its moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_token(&mut self, hash: &TokenHash, now: Timestamp) -> Result<Option<FoundToken>, StoreError> {
        let row = sqlx::query("SELECT * FROM tokens WHERE hash = $1")
            .bind(hash.as_str().to_owned())
            .fetch_optional(&mut *self.tx)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let case = number(&row, "case_id")?;
        Ok(Some(FoundToken {
            id: TokenId(number(&row, "id")?),
            case: (case != 0).then_some(CaseId(case)),
            post: number(&row, "post_id")?,
            step: parsed(&row, "tokens", "step", TokenStep::from_name)?,
            address: parsed(&row, "tokens", "address", |value| Address::parse(value).ok())?,
            good: text(&row, "used")?.is_empty() && now < moment(&row, "tokens", "expires")?,
        }))
    }

    /// Uses a token up, with its twins. `false` when somebody was first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_token(&mut self, id: TokenId, now: Timestamp) -> Result<bool, StoreError> {
        let used = sqlx::query("UPDATE tokens SET used = $1 WHERE id = $2 AND used = ''")
            .bind(to_column(now))
            .bind(id.0)
            .execute(&mut *self.tx)
            .await?;
        if used.rows_affected() != 1 {
            return Ok(false);
        }
        sqlx::query(
            "UPDATE tokens SET used = $1 WHERE used = '' AND case_id <> 0 AND step NOT IN ('thread', 'confirmation') \
             AND case_id = (SELECT case_id FROM tokens WHERE id = $2) AND step = (SELECT step FROM tokens WHERE id = $3)",
        )
        .bind(to_column(now))
        .bind(id.0)
        .bind(id.0)
        .execute(&mut *self.tx)
        .await?;
        Ok(true)
    }
}
