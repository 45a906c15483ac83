//! Mails that a person must look at, until staff decide.

use sqlx::any::AnyRow;

use super::{StoreError, Tx, json, number, text, to_json};
use crate::domain::facts::{Review, ReviewId};
use crate::domain::time::{Timestamp, to_column};

/// A review as kept.
#[derive(Debug, Clone)]
pub struct KeptReview {
    /// Its number.
    pub id: ReviewId,
    /// The mail.
    pub review: Review,
    /// Whether staff decided.
    pub decided: bool,
}

impl Tx {
    /// Keeps a mail for staff to look at.
    ///
    /// # Errors
    /// [`StoreError`], as everywhere here.
    pub async fn add_review(&mut self, review: &Review, now: Timestamp) -> Result<ReviewId, StoreError> {
        let row = sqlx::query("INSERT INTO reviews (review, at, told, decided) VALUES ($1, $2, '', '') RETURNING id")
            .bind(to_json(review)?)
            .bind(to_column(now))
            .fetch_one(&mut *self.tx)
            .await?;
        Ok(ReviewId(number(&row, "id")?))
    }

    /// Reviews that staff were not told of yet, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn untold_reviews(&mut self, most: i64) -> Result<Vec<ReviewId>, StoreError> {
        let rows = sqlx::query("SELECT id FROM reviews WHERE told = '' AND decided = '' ORDER BY id LIMIT $1")
            .bind(most)
            .fetch_all(&mut *self.tx)
            .await?;
        rows.iter().map(|row| number(row, "id").map(ReviewId)).collect()
    }

    /// Staff are being told of a review.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_told(&mut self, id: ReviewId, now: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE reviews SET told = $1 WHERE id = $2");
        self.one("reviews", query.bind(to_column(now)).bind(id.0)).await
    }

    /// Staff decided. `false` when they had before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close_review(&mut self, id: ReviewId, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE reviews SET decided = $1 WHERE id = $2 AND decided = ''")
            .bind(to_column(now))
            .bind(id.0)
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// A review by its number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn review(&mut self, id: ReviewId) -> Result<Option<KeptReview>, StoreError> {
        let row = sqlx::query("SELECT * FROM reviews WHERE id = $1").bind(id.0).fetch_optional(&mut *self.tx).await?;
        row.as_ref().map(kept).transpose()
    }

    /// Reviews that wait for staff, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_reviews(&mut self) -> Result<Vec<KeptReview>, StoreError> {
        let rows = sqlx::query("SELECT * FROM reviews WHERE decided = '' ORDER BY id").fetch_all(&mut *self.tx).await?;
        rows.iter().map(kept).collect()
    }
}

fn kept(row: &AnyRow) -> Result<KeptReview, StoreError> {
    Ok(KeptReview {
        id: ReviewId(number(row, "id")?),
        review: json(row, "reviews", "review")?,
        decided: !text(row, "decided")?.is_empty(),
    })
}
