//! Mails that are to be moved: written down with the decision, done afterwards, so that a crash in between only delays.

use super::{StoreError, Tx, number, parsed, text, without_nul};

/// A move that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// The mail at this place opens or joins a case.
    ToCaseFolder(String),
    /// The mail with this Message-ID was no request after all.
    BackToInbox(String),
}

impl Tx {
    /// Remembers to move a mail.
    ///
    /// # Errors
    /// [`StoreError`], as everywhere here.
    pub async fn add_move(&mut self, to_do: &Move) -> Result<(), StoreError> {
        let (kind, what) = match to_do {
            Move::ToCaseFolder(place) => ("to_case_folder", place),
            Move::BackToInbox(message_id) => ("back_to_inbox", message_id),
        };
        let query = sqlx::query("INSERT INTO moves (kind, what) VALUES ($1, $2)").bind(kind).bind(without_nul(what));
        self.one("moves", query).await
    }

    /// The moves that wait, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn moves(&mut self) -> Result<Vec<(i64, Move)>, StoreError> {
        let rows = sqlx::query("SELECT id, kind, what FROM moves ORDER BY id").fetch_all(&mut *self.tx).await?;
        let mut moves = Vec::new();
        for row in &rows {
            let what = text(row, "what")?;
            let to_do = |kind: &str| match kind {
                "back_to_inbox" => Some(Move::BackToInbox(what)),
                "to_case_folder" => Some(Move::ToCaseFolder(what)),
                _ => None,
            };
            moves.push((number(row, "id")?, parsed(row, "moves", "kind", to_do)?));
        }
        Ok(moves)
    }

    /// A move is done, or has become pointless.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_move(&mut self, id: i64) -> Result<(), StoreError> {
        self.one("moves", sqlx::query("DELETE FROM moves WHERE id = $1").bind(id)).await
    }
}
