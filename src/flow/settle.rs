//! What becomes of the mails themselves: moved after the decision was written down, never before. What could not be moved
//! now is moved next time.

use super::Office;
use crate::io::mailbox::{Mailbox, MailboxError, Place};
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

/// Moves every mail that waits to be moved; returns how many.
///
/// # Errors
/// [`SettleError`]; what was moved before stays moved.
pub async fn settle(office: &Office, mailbox: &mut Mailbox) -> Result<usize, SettleError> {
    let mut tx = office.store.begin().await?;
    let moves = tx.moves().await?;
    drop(tx);
    let mut done: usize = 0;
    for (id, to_do) in moves {
        match to_do {
            Move::ToCaseFolder(place) => {
                if let Ok(place) = place.parse::<Place>() {
                    // Gone or renumbered: somebody moved it by hand; there is nothing left to do.
                    let _moved = mailbox.move_to_case_folder(&place).await?;
                }
            }
            Move::BackToInbox(message_id) => {
                let _moved = mailbox.move_back(&message_id).await?;
            }
        }
        let mut tx = office.store.begin().await?;
        tx.end_move(id).await?;
        tx.commit().await?;
        done = done.saturating_add(1);
    }
    Ok(done)
}
