//! What becomes of the mails themselves: moved after the decision was written down, never before. What could not be moved
//! now is moved next time.

use super::Office;
use crate::io::mailbox::{Mailbox, MailboxError, Moved, Place};
use crate::io::store::StoreError;
use crate::io::store::moves::Move;

/// Why a mail was not moved. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mailbox.
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
}

/// What became of the moves that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    /// Moved, or gone from where it lay.
    pub done: usize,
    /// The server refused: tried again next time.
    pub refused: usize,
}

/// Moves every mail that waits to be moved. A move that the server refuses (a folder that cannot be made, a full
/// mailbox) is left for the next time and stops nothing else: requests must be answered wherever their mails lie.
///
/// # Errors
/// [`SettleError`] when the mailbox or the database does not answer; what was moved before stays moved.
pub async fn settle(office: &Office, mailbox: &mut Mailbox) -> Result<Settled, SettleError> {
    let mut tx = office.store.begin().await?;
    let moves = tx.moves().await?;
    drop(tx);
    let mut settled = Settled::default();
    for (id, to_do) in moves {
        match carry_out(mailbox, &to_do).await {
            Ok(()) => {}
            Err(error @ MailboxError::Refused { .. }) => {
                tracing::warn!(%error, "a mail cannot be moved now; it is tried again");
                settled.refused = settled.refused.saturating_add(1);
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        let mut tx = office.store.begin().await?;
        match tx.end_move(id).await {
            // Another instance had the same move in hand, and ended it first.
            Ok(()) | Err(StoreError::Count(_, 0)) => tx.commit().await?,
            Err(error) => return Err(error.into()),
        }
        settled.done = settled.done.saturating_add(1);
    }
    Ok(settled)
}

/// The move of a mail to the case folder: its place, and below it the Message-ID, if it has one, by which it is found again
/// when the server numbers the folder anew before it was moved.
pub(super) fn to_case_folder(place: &Place, message_id: Option<&str>) -> Move {
    Move::ToCaseFolder(format!("{place}\n{}", message_id.unwrap_or_default()))
}

/// What is gone was moved by hand; there is nothing left to do.
async fn carry_out(mailbox: &mut Mailbox, to_do: &Move) -> Result<(), MailboxError> {
    match to_do {
        Move::ToCaseFolder(what) => {
            let (place, message_id) = what.split_once('\n').unwrap_or((what, ""));
            let Ok(place) = place.parse::<Place>() else { return Ok(()) };
            let moved = mailbox.move_to_case_folder(&place).await?;
            if moved == Moved::Renumbered && !message_id.is_empty() {
                // Two mails with one Message-ID: which of them it was cannot be told, so neither is touched.
                if let [now_at] = mailbox.find(&place.folder, message_id).await?.as_slice() {
                    let _moved = mailbox.move_to_case_folder(now_at).await?;
                }
            }
        }
        Move::BackToInbox(message_id) => {
            let _moved = mailbox.move_back(message_id).await?;
        }
    }
    Ok(())
}
