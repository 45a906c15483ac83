//! The outbox: letters and deeds that wait for their moment. Rows hold intentions, never the data that they disclose
//! (design rule 1).
//!
//! A row is `waiting`, then `sending` (with a lease and a fence, before SMTP starts), then `sent`, `failed` or
//! `withdrawn`. A lease that runs out means that the outcome is unknown.

use sqlx::any::AnyRow;

use super::{StoreError, Tx, json, number, parsed, text, to_json, without_nul};
use crate::domain::address::Address;
use crate::domain::case::{CaseId, RequestId};
use crate::domain::plan::{Intention, Post, TokenStep};
use crate::domain::time::{Timestamp, to_column};

/// A row as the worker takes it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number.
    pub id: i64,
    /// The case, unless it belongs to none.
    pub case: Option<CaseId>,
    /// What to write or do.
    pub intention: Intention,
    /// The one address it goes to.
    pub to: Address,
    /// Which queue.
    pub lane: String,
    /// The requests it is about.
    pub requests: Vec<RequestId>,
    /// What the token is made of; empty for a deed.
    pub nonce: String,
    /// What a reply may do.
    pub token: Option<TokenStep>,
    /// The Message-ID it answers.
    pub in_reply_to: Option<String>,
    /// How often it was tried.
    pub attempts: i64,
    /// Who holds it now: a later holder has a higher fence.
    pub fence: i64,
}

/// How a row ended, or why it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The server took it.
    Sent,
    /// Final: it will not be tried again.
    Failed,
    /// Taken back before it was sent.
    Withdrawn,
    /// Nobody knows whether the server took it, and it may not be sent twice.
    Unknown,
    /// Sent, but it came back.
    Bounced,
}

impl Ending {
    const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
            Self::Unknown => "unknown",
            Self::Bounced => "bounced",
        }
    }
}

impl Tx {
    /// Puts a letter or deed in the outbox; returns its number.
    ///
    /// # Errors
    /// [`StoreError`], as everywhere here.
    pub async fn enqueue(
        &mut self,
        post: &Post,
        case: Option<CaseId>,
        requests: &[RequestId],
        nonce: &str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO outbox (case_id, kind, disclosure, lane, recipient, intention, requests, nonce, token_step, \
             in_reply_to, not_before, state, attempts, fence, lease, created, ended, error) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', 0, 0, '', $12, '', '') RETURNING id",
        )
        .bind(case.map_or(0, |case| case.0))
        .bind(post.intention.kind())
        .bind(i64::from(post.intention.is_disclosure()))
        .bind(post.lane.name())
        .bind(post.to.as_str().to_owned())
        .bind(to_json(&post.intention)?)
        .bind(to_json(&requests)?)
        .bind(nonce.to_owned())
        .bind(post.token.map_or("", TokenStep::name))
        .bind(without_nul(post.in_reply_to.as_deref().unwrap_or_default()))
        .bind(to_column(post.not_before))
        .bind(to_column(now))
        .fetch_one(&mut *self.tx)
        .await?;
        number(&row, "id")
    }

    /// Rows that are due, staff first, then proven senders, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due(&mut self, now: Timestamp, most: i64) -> Result<Vec<Row>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM outbox WHERE state = 'waiting' AND not_before <= $1 \
             ORDER BY CASE lane WHEN 'staff' THEN 0 WHEN 'ordered' THEN 1 WHEN 'automatic_later' THEN 2 \
             WHEN 'automatic_proven' THEN 3 ELSE 4 END, \
             not_before, id LIMIT $2",
        )
        .bind(to_column(now))
        .bind(most)
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(outbox_row).collect()
    }

    /// Takes a row: `sending`, until `lease`. The fence, or `None` when somebody else took it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim(&mut self, id: i64, lease: Timestamp) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1, fence = fence + 1, lease = $1 \
             WHERE id = $2 AND state = 'waiting' RETURNING fence",
        )
        .bind(to_column(lease))
        .bind(id)
        .fetch_optional(&mut *self.tx)
        .await?;
        row.map(|row| number(&row, "fence")).transpose()
    }

    /// Ends a row that we hold. `false` when it is not ours any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_post(
        &mut self,
        (id, fence): (i64, i64),
        ending: Ending,
        error: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE outbox SET state = $1, ended = $2, error = $3, lease = '' \
             WHERE id = $4 AND fence = $5 AND state = 'sending'",
        )
        .bind(ending.name())
        .bind(to_column(now))
        .bind(without_nul(error))
        .bind(id)
        .bind(fence)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a row that we hold back, to be tried again later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn retry_post(
        &mut self,
        (id, fence): (i64, i64),
        not_before: Timestamp,
        error: &str,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE outbox SET state = 'waiting', not_before = $1, error = $2, lease = '' \
             WHERE id = $3 AND fence = $4 AND state = 'sending'",
        )
        .bind(to_column(not_before))
        .bind(without_nul(error))
        .bind(id)
        .bind(fence)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Lets a waiting row wait longer, without counting an attempt.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone(&mut self, id: i64, not_before: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET not_before = $1 WHERE id = $2 AND state = 'waiting'")
            .bind(to_column(not_before))
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Rows whose lease ran out: somebody died while sending.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn abandoned(&mut self, now: Timestamp) -> Result<Vec<Row>, StoreError> {
        let rows = sqlx::query("SELECT * FROM outbox WHERE state = 'sending' AND lease <= $1 ORDER BY id")
            .bind(to_column(now))
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(outbox_row).collect()
    }

    /// Takes back what waits for these requests and for no other. What is being sent is not taken back, nor is mail to
    /// staff.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn withdraw(&mut self, requests: &[RequestId], now: Timestamp) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT id, requests FROM outbox WHERE state = 'waiting' AND lane <> 'staff'")
            .fetch_all(&mut *self.tx)
            .await?;
        for row in &rows {
            let about: Vec<RequestId> = json(row, "outbox", "requests")?;
            if !about.is_empty() && about.iter().all(|id| requests.contains(id)) {
                // Asked again: another instance may have begun to send it since it was read.
                sqlx::query("UPDATE outbox SET state = 'withdrawn', ended = $1 WHERE id = $2 AND state = 'waiting'")
                    .bind(to_column(now))
                    .bind(number(row, "id")?)
                    .execute(&mut *self.tx)
                    .await?;
            }
        }
        Ok(())
    }

    /// A letter came back. That also settles whether it was sent at all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_bounced(&mut self, id: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET state = 'bounced' WHERE id = $1 AND state IN ('sent', 'unknown')")
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// A row by its number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn post(&mut self, id: i64) -> Result<Option<Row>, StoreError> {
        let row = sqlx::query("SELECT * FROM outbox WHERE id = $1").bind(id).fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(outbox_row).transpose()
    }

    /// How many letters of a lane were sent since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sent_in_lane(&mut self, lane: &str, since: Timestamp) -> Result<i64, StoreError> {
        // Two counts, because each has its index; one count with OR reads all that the lane ever sent.
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM outbox WHERE lane = $1 AND ended >= $2 \
             AND state IN ('sent', 'bounced', 'unknown')) + \
             (SELECT COUNT(*) FROM outbox WHERE state = 'sending' AND lane = $3) AS n",
        )
        .bind(lane.to_owned())
        .bind(to_column(since))
        .bind(lane.to_owned())
        .fetch_one(&mut *self.tx)
        .await?;
        number(&row, "n")
    }

    /// How many automatic letters an address was sent since, or is being sent now, perhaps by another instance.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn automatic_sent_to(&mut self, address: &Address, since: Timestamp) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS n FROM outbox WHERE recipient = $1 \
             AND lane IN ('automatic_proven', 'automatic_unproven') \
             AND ((state IN ('sent', 'bounced', 'unknown') AND ended >= $2) OR state = 'sending')",
        )
        .bind(address.as_str().to_owned())
        .bind(to_column(since))
        .fetch_one(&mut *self.tx)
        .await?;
        number(&row, "n")
    }

    /// How many first answers to senders who are not proven went to a domain since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unproven_sent_to_domain(&mut self, domain: &str, since: Timestamp) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS n FROM outbox WHERE lane = 'automatic_unproven' AND recipient LIKE $1 AND ended >= $2 \
             AND state IN ('sent', 'bounced', 'unknown')",
        )
        .bind(format!("%@{domain}"))
        .bind(to_column(since))
        .fetch_one(&mut *self.tx)
        .await?;
        number(&row, "n")
    }

    /// How many automatic letters an address was sent, or is to be sent, since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn automatic_for(&mut self, address: &Address, since: Timestamp) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS n FROM outbox WHERE recipient = $1 AND created >= $2 \
             AND lane IN ('automatic_proven', 'automatic_unproven') AND state NOT IN ('withdrawn', 'failed')",
        )
        .bind(address.as_str().to_owned())
        .bind(to_column(since))
        .fetch_one(&mut *self.tx)
        .await?;
        number(&row, "n")
    }

    /// Whether the requester of a case has had a letter in it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wrote(&mut self, case: CaseId) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS n FROM outbox o JOIN cases c ON c.id = o.case_id WHERE o.case_id = $1 \
             AND o.recipient = c.requester AND o.lane <> 'staff' AND o.state IN ('sent', 'sending', 'unknown')",
        )
        .bind(case.0)
        .fetch_one(&mut *self.tx)
        .await?;
        Ok(number(&row, "n")? > 0)
    }

    /// The owner notices of a case since an approval: the state's name and when each ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn owner_notices(
        &mut self,
        case: CaseId,
        since: Timestamp,
    ) -> Result<Vec<(String, Option<Timestamp>)>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, state, ended FROM outbox WHERE case_id = $1 AND kind = 'owner_notice' AND created >= $2 \
             ORDER BY id",
        )
        .bind(case.0)
        .bind(to_column(since))
        .fetch_all(&mut *self.tx)
        .await?;
        let notice = |row: &AnyRow| Ok((text(row, "state")?, text(row, "ended")?.parse().ok()));
        rows.iter().map(notice).collect()
    }

    /// How many rows wait, and how many are being sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox_depth(&mut self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS n FROM outbox WHERE state IN ('waiting', 'sending')")
            .fetch_one(&mut *self.tx)
            .await?;
        number(&row, "n")
    }
}

fn outbox_row(row: &AnyRow) -> Result<Row, StoreError> {
    let case = number(row, "case_id")?;
    let step = text(row, "token_step")?;
    let in_reply_to = text(row, "in_reply_to")?;
    Ok(Row {
        id: number(row, "id")?,
        case: (case != 0).then_some(CaseId(case)),
        intention: json(row, "outbox", "intention")?,
        to: parsed(row, "outbox", "recipient", |value| Address::parse(value).ok())?,
        lane: text(row, "lane")?,
        requests: json(row, "outbox", "requests")?,
        nonce: text(row, "nonce")?,
        token: if step.is_empty() { None } else { Some(parsed(row, "outbox", "token_step", TokenStep::from_name)?) },
        in_reply_to: (!in_reply_to.is_empty()).then_some(in_reply_to),
        attempts: number(row, "attempts")?,
        fence: number(row, "fence")?,
    })
}
