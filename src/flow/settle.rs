//! What becomes of the mails themselves: moved after the decision was written down, never before. What could not be moved
//! now is moved next time.

use std::collections::BTreeSet;

use super::Office;
use crate::domain::time::{SignedDuration, Timestamp};
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

/// The instance that moves mails holds this for a while: two that move the same mail at once leave it twice in the folder
/// (a MOVE is a copy and a removal on many servers).
const TURN: &str = "mails are moved until";
/// How long a turn lasts if nobody ends it; each moved mail renews it.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// So many refusals end a turn: whatever is wrong is wrong for the rest too.
const MOST_REFUSED: usize = 20;

/// Moves every mail that waits to be moved, unless another instance is doing just that. A move that the server refuses (a
/// folder that cannot be made, a full mailbox) is left for the next time and stops nothing else: requests must be answered
/// wherever their mails lie.
///
/// # Errors
/// [`SettleError`] when the mailbox or the database does not answer; what was moved before stays moved.
pub async fn settle(office: &Office, mailbox: &mut Mailbox) -> Result<Settled, SettleError> {
    let mut settled = Settled::default();
    let mut refused = BTreeSet::new();
    let mut moves = turn(office, &refused, Turn::Begins).await?;
    while !moves.is_empty() {
        for (id, to_do) in moves {
            match carry_out(mailbox, &to_do).await {
                Ok(()) => end(office, id).await?,
                Err(error @ MailboxError::Refused { .. }) => {
                    tracing::warn!(%error, "a mail cannot be moved now; it is tried again");
                    refused.insert(id);
                    settled.refused = refused.len();
                    if refused.len() >= MOST_REFUSED {
                        turn(office, &refused, Turn::Ends).await?;
                        return Ok(settled);
                    }
                    continue;
                }
                Err(error) => {
                    turn(office, &refused, Turn::Ends).await?;
                    return Err(error.into());
                }
            }
            settled.done = settled.done.saturating_add(1);
        }
        moves = turn(office, &refused, Turn::GoesOn).await?;
    }
    Ok(settled)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Begins,
    GoesOn,
    Ends,
}

/// The moves that are ours now. None: nothing waits, or another instance has its turn. It looks once more before it ends
/// its turn, so what was passed over meanwhile is not forgotten.
async fn turn(office: &Office, refused: &BTreeSet<i64>, turn: Turn) -> Result<Vec<(i64, Move)>, StoreError> {
    let now = office.clock.now();
    let mut tx = office.store.begin().await?;
    let until = tx.setting(TURN).await?.and_then(|until| until.parse::<Timestamp>().ok());
    if turn == Turn::Begins && until.is_some_and(|until| until > now) {
        return Ok(Vec::new());
    }
    let mut moves = if turn == Turn::Ends { Vec::new() } else { tx.moves().await? };
    moves.retain(|(id, _)| !refused.contains(id));
    match (moves.is_empty(), until) {
        (true, None) => return Ok(moves),
        (true, Some(_)) => tx.set_setting(TURN, "").await?,
        (false, _) => tx.set_setting(TURN, &lease(now)).await?,
    }
    tx.commit().await?;
    Ok(moves)
}

fn lease(now: Timestamp) -> String {
    now.saturating_add(LEASE).unwrap_or(now).to_string()
}

async fn end(office: &Office, id: i64) -> Result<(), StoreError> {
    let mut tx = office.store.begin().await?;
    match tx.end_move(id).await {
        // Its lease ran out, and another instance was faster.
        Ok(()) | Err(StoreError::Count(_, 0)) => {}
        Err(error) => return Err(error),
    }
    tx.set_setting(TURN, &lease(office.clock.now())).await?;
    tx.commit().await
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
