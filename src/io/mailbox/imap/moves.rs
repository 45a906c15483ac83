//! Moving, finding and destroying messages. A move is MOVE (RFC 6851), else COPY, `\Deleted` and UID EXPUNGE of that one
//! UID (RFC 4315); never a plain EXPUNGE, which would also remove what people marked.

use async_imap::imap_proto::rfc4315::UidSetMember;
use async_imap::imap_proto::{Response, ResponseCode};

use super::folders::quote;
use super::wire::{Live, Reply, Said, found_uids};
use crate::domain::time::Date;
use crate::io::mailbox::error::MailboxError;
use crate::io::mailbox::name::{is_sayable, same_folder};
use crate::io::mailbox::{Destroyed, Moved, Place};

/// Moves a message to another folder, which is made if it is missing.
pub(super) async fn relocate(live: &mut Live, place: &Place, to: &str) -> Result<Moved, MailboxError> {
    if same_folder(&place.folder, to) {
        return Ok(Moved::Done { to: Some(place.clone()), original_marked: false });
    }
    if live.select_unless_open(&place.folder).await? != place.uid_validity {
        return Ok(Moved::Renumbered);
    }
    if !is_there(live, place.uid).await? {
        return Ok(Moved::AlreadyGone);
    }
    let mut transfer = transfer(live, place.uid, to).await?;
    if let Transfer::Refused(said) = &transfer
        && (said.try_create || !live.names(true).await?.has(to))
    {
        live.make_folder(to).await?;
        transfer = self::transfer(live, place.uid, to).await?;
    }
    let to = match transfer {
        // Another instance, or a person, was faster: RFC 5530 EXPUNGEISSUED, or whatever this server says then.
        Transfer::Refused(_) if !is_there(live, place.uid).await? => return Ok(Moved::AlreadyGone),
        Transfer::Refused(said) => return Err(live.refused("moving a message", said)),
        Transfer::Done(numbers) => {
            numbers.map(|(uid_validity, uid)| Place { folder: to.to_owned(), uid_validity, uid })
        }
    };
    if live.can.moves {
        return Ok(Moved::Done { to, original_marked: false });
    }
    let removed = remove(live, place.uid).await?;
    Ok(Moved::Done { to, original_marked: removed == Destroyed::Marked })
}

enum Transfer {
    /// The new UIDVALIDITY and UID, if told.
    Done(Option<(u32, u32)>),
    Refused(Said),
}

/// MOVE, or COPY where the server has no MOVE.
async fn transfer(live: &mut Live, uid: u32, to: &str) -> Result<Transfer, MailboxError> {
    let verb = if live.can.moves { "MOVE" } else { "COPY" };
    let command = format!("UID {verb} {uid} {}", live.quoted(to).await?);
    let mut numbers = None;
    let reply = live
        .command("moving a message", &command, |answer| {
            // COPYUID stands in the tagged answer to COPY, and in an untagged OK before the one to MOVE (RFC 6851 §4.3).
            let (Response::Data { outcome, .. } | Response::Done { outcome, .. }) = answer else { return };
            if let Some(ResponseCode::CopyUid(uid_validity, from, to)) = &outcome.code
                && only(from) == Some(uid)
            {
                numbers = only(to).map(|uid| (*uid_validity, uid));
            }
        })
        .await?;
    Ok(match reply {
        Reply::Ok => Transfer::Done(numbers),
        Reply::No(said) => Transfer::Refused(said),
    })
}

/// The UID in a set of one.
fn only(set: &[UidSetMember]) -> Option<u32> {
    match set {
        [UidSetMember::Uid(uid)] => Some(*uid),
        [UidSetMember::UidRange(range)] if range.start() == range.end() => Some(*range.start()),
        _ => None,
    }
}

/// A search sees what the connection has been told about. A message that came since, or came to the notice of another
/// connection only, is not among that: before we say that it is gone, the server is asked for its news (RFC 9051 §5.2).
async fn is_there(live: &mut Live, uid: u32) -> Result<bool, MailboxError> {
    if finds(live, uid).await? {
        return Ok(true);
    }
    live.demand("looking for a message", "NOOP", |_| {}).await?;
    finds(live, uid).await
}

async fn finds(live: &mut Live, uid: u32) -> Result<bool, MailboxError> {
    let mut uids = Vec::new();
    let search = format!("UID SEARCH UID {uid}");
    live.demand("looking for a message", &search, |answer| found_uids(answer, &mut uids)).await?;
    Ok(uids.contains(&uid))
}

/// Marks a message of the open folder and removes it, if the server can do that to a single one; looks whether it is gone.
async fn remove(live: &mut Live, uid: u32) -> Result<Destroyed, MailboxError> {
    let mark = format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)");
    live.demand("removing a message", &mark, |_| {}).await?;
    if live.can.uidplus {
        live.demand("removing a message", &format!("UID EXPUNGE {uid}"), |_| {}).await?;
    }
    Ok(if is_there(live, uid).await? { Destroyed::Marked } else { Destroyed::Gone })
}

/// See [`crate::io::mailbox::Mailbox::destroy`].
pub(super) async fn destroy(live: &mut Live, place: &Place) -> Result<Destroyed, MailboxError> {
    if live.select_unless_open(&place.folder).await? != place.uid_validity {
        return Ok(Destroyed::Renumbered);
    }
    if !is_there(live, place.uid).await? {
        return Ok(Destroyed::Gone);
    }
    remove(live, place.uid).await
}

/// See [`crate::io::mailbox::Mailbox::find`].
pub(super) async fn find(live: &mut Live, folder: &str, message_id: &str) -> Result<Vec<Place>, MailboxError> {
    // A quoted string holds no 8-bit: a Message-ID that has some is not found, which is what a caller must expect anyway.
    if !is_sayable(message_id) || !message_id.is_ascii() {
        return Ok(Vec::new());
    }
    // HEADER finds parts of a value: the angle brackets make it the whole.
    search(live, folder, &format!("HEADER Message-ID {}", quote(&format!("<{message_id}>")))).await
}

/// See [`crate::io::mailbox::Mailbox::older_than`].
pub(super) async fn older_than(live: &mut Live, folder: &str, day: Date) -> Result<Vec<Place>, MailboxError> {
    search(live, folder, &format!("BEFORE {}", day.strftime("%-d-%b-%Y"))).await
}

async fn search(live: &mut Live, folder: &str, what: &str) -> Result<Vec<Place>, MailboxError> {
    if !live.names(false).await?.has(folder) && !live.names(true).await?.has(folder) {
        return Ok(Vec::new());
    }
    let uid_validity = live.examine(folder).await?.uid_validity;
    let mut uids = Vec::new();
    live.demand("looking for messages", &format!("UID SEARCH {what}"), |answer| found_uids(answer, &mut uids)).await?;
    uids.sort_unstable();
    Ok(uids.into_iter().map(|uid| Place { folder: folder.to_owned(), uid_validity, uid }).collect())
}
