//! Reading a folder: which UIDs, how large, then the bytes. Everything with PEEK in a folder opened read-only.

use std::collections::BTreeMap;
use std::time::Duration;

use async_imap::imap_proto::{AttributeValue, MessageSection, Response, SectionPath};

use super::Settings;
use super::wire::{Live, found_uids};
use crate::domain::time::Timestamp;
use crate::io::mailbox::error::MailboxError;
use crate::io::mailbox::{BATCH_BYTES, Batch, Cursor, Fetched, HEAD_KEPT, Head, Place, TEXT_KEPT, head_of_large};

/// How many UIDs are asked about at once; grows where there are none.
const WINDOW: u32 = 1_000;
/// Bodies are fetched in groups of at most so many messages,
const GROUP: usize = 16;
/// and about so many bytes, so that a round trip is not paid for every small mail.
const GROUP_BYTES: u64 = 512 * 1024;
/// The slowest line that is waited for, in bytes a second.
const SLOWEST: u64 = 64 * 1024;

/// What the server says of a message before its bytes are fetched.
#[derive(Debug, Clone, Copy)]
struct Outline {
    size: u64,
    received: Option<Timestamp>,
}

/// See [`crate::io::mailbox::Mailbox::head`].
pub(super) async fn head(live: &mut Live, folder: &str) -> Result<Head, MailboxError> {
    let open = live.examine(folder).await?;
    let (uid_validity, uid_next) = (open.uid_validity, open.uid_next);
    let uid_next = match uid_next {
        Some(next) => next,
        None => {
            // UIDNEXT is only usual: the highest UID says the same.
            let mut uids = Vec::new();
            live.demand("numbering a folder", "UID SEARCH UID *", |answer| found_uids(answer, &mut uids)).await?;
            uids.into_iter().max().map_or(1, |uid| uid.saturating_add(1))
        }
    };
    Ok(Head { uid_validity, uid_next })
}

/// See [`crate::io::mailbox::Mailbox::fetch_after`].
pub(super) async fn fetch_after(
    live: &mut Live,
    settings: &Settings,
    folder: &str,
    cursor: Option<Cursor>,
    most: usize,
) -> Result<Batch, MailboxError> {
    let head = head(live, folder).await?;
    let renumbered = cursor.is_some_and(|cursor| cursor.uid_validity != head.uid_validity);
    let last_uid = cursor.filter(|_| !renumbered).map_or(0, |cursor| cursor.last_uid);
    let found = next_uids(live, last_uid, head.uid_next, most.max(1)).await?;
    let mut batch = Batch {
        messages: Vec::new(),
        cursor: Cursor { uid_validity: head.uid_validity, last_uid: last_uid.max(found.looked_to) },
        more: found.looked_to.saturating_add(1) < head.uid_next,
        renumbered,
    };
    if found.uids.is_empty() {
        return Ok(batch);
    }
    let outlines = outlines(live, &found.uids).await?;
    let (wanted, cut) = within_bytes(&found.uids, &outlines, settings.message_size);
    if let Some(before) = cut {
        batch.cursor.last_uid = before;
        batch.more = true;
    }
    let mut reader =
        Reader { live, folder, uid_validity: head.uid_validity, message_size: settings.message_size, outlines };
    if let Err((error, before)) = reader.all(&wanted, &mut batch.messages).await {
        // What came before the trouble is good: the caller gets it first, and meets the trouble with the next call.
        if batch.messages.is_empty() {
            return Err(error);
        }
        batch.cursor.last_uid = before;
        batch.more = true;
    }
    Ok(batch)
}

struct FoundUids {
    /// Ascending.
    uids: Vec<u32>,
    /// Up to here (with it) there is nothing else.
    looked_to: u32,
}

/// The next UIDs after `last_uid`, at most `most`. Looks window by window, so that neither a mailbox with a million
/// messages nor one with huge gaps gives a huge answer.
async fn next_uids(live: &mut Live, last_uid: u32, uid_next: u32, most: usize) -> Result<FoundUids, MailboxError> {
    let end = uid_next.saturating_sub(1);
    let mut looked_to = last_uid;
    let mut window = WINDOW;
    while looked_to < end {
        let from = looked_to.saturating_add(1);
        let to = looked_to.saturating_add(window).min(end);
        let mut uids = Vec::new();
        let search = format!("UID SEARCH UID {from}:{to}");
        live.demand("looking for new mail", &search, |answer| found_uids(answer, &mut uids)).await?;
        // A range past the highest UID gives that one (RFC 3501 §6.4.8).
        uids.retain(|uid| (from..=to).contains(uid));
        uids.sort_unstable();
        uids.dedup();
        if uids.len() > most {
            uids.truncate(most);
            let looked_to = uids.last().copied().unwrap_or(to);
            return Ok(FoundUids { uids, looked_to });
        }
        looked_to = to;
        if !uids.is_empty() {
            return Ok(FoundUids { uids, looked_to });
        }
        window = window.saturating_mul(4);
    }
    Ok(FoundUids { uids: Vec::new(), looked_to: looked_to.max(end) })
}

async fn outlines(live: &mut Live, uids: &[u32]) -> Result<BTreeMap<u32, Outline>, MailboxError> {
    let mut outlines = BTreeMap::new();
    let command = format!("UID FETCH {} (UID RFC822.SIZE INTERNALDATE)", set_of(uids));
    // A NO may only mean that one of them was expunged meanwhile; what is missing is looked at one by one.
    live.command("asking for sizes", &command, |answer| {
        let Response::Fetch(_, attributes) = answer else { return };
        let (mut uid, mut size, mut received) = (None, None, None);
        for attribute in attributes {
            if let AttributeValue::Uid(number) = attribute {
                uid = Some(*number);
            } else if let AttributeValue::Rfc822Size(bytes) = attribute {
                size = Some(u64::from(*bytes));
            } else if let AttributeValue::InternalDate(text) = attribute {
                received = internal_date(text);
            }
        }
        if let (Some(uid), Some(size)) = (uid, size) {
            outlines.insert(uid, Outline { size, received });
        }
    })
    .await?;
    Ok(outlines)
}

/// The first of these messages that fit in a batch, and the UID of the last one if they are not all.
fn within_bytes(uids: &[u32], outlines: &BTreeMap<u32, Outline>, message_size: u64) -> (Vec<u32>, Option<u32>) {
    let mut bytes = 0_u64;
    let mut wanted: Vec<u32> = Vec::new();
    for uid in uids {
        let size = outlines.get(uid).map_or(0, |outline| bytes_to_fetch(outline.size, message_size));
        bytes = bytes.saturating_add(size);
        if bytes > BATCH_BYTES && !wanted.is_empty() {
            let last = wanted.last().copied();
            return (wanted, last);
        }
        wanted.push(*uid);
    }
    (wanted, None)
}

fn bytes_to_fetch(size: u64, message_size: u64) -> u64 {
    let head = u64::try_from(HEAD_KEPT.saturating_add(TEXT_KEPT)).unwrap_or(u64::MAX);
    if size > message_size { size.min(head) } else { size }
}

struct Reader<'a> {
    live: &'a mut Live,
    folder: &'a str,
    uid_validity: u32,
    message_size: u64,
    outlines: BTreeMap<u32, Outline>,
}

impl Reader<'_> {
    /// Fetches these messages in order. On trouble: what it was, and the UID before the one that gave it.
    async fn all(&mut self, uids: &[u32], into: &mut Vec<Fetched>) -> Result<(), (MailboxError, u32)> {
        let mut rest = uids;
        while let Some(first) = rest.first().copied() {
            let (group, after) = rest.split_at_checked(self.group_length(rest)).unwrap_or((rest, &[]));
            let before = first.saturating_sub(1);
            let mut bodies = self.bodies(group).await.map_err(|error| (self.blame(group, error), before))?;
            for uid in group {
                let message = match bodies.remove(uid) {
                    Some(raw) => self.message(*uid, raw, true),
                    None => self.one(*uid).await.map_err(|error| (error, uid.saturating_sub(1)))?,
                };
                into.extend(message);
            }
            rest = after;
        }
        Ok(())
    }

    /// An answer that cannot be understood, to a question about one message: it is that message.
    fn blame(&self, group: &[u32], error: MailboxError) -> MailboxError {
        match (&error, group) {
            (MailboxError::Protocol { .. }, [uid]) => self.unreadable(*uid),
            _ => error,
        }
    }

    fn unreadable(&self, uid: u32) -> MailboxError {
        MailboxError::Unreadable {
            server: self.live.server.clone(),
            folder: self.folder.to_owned(),
            uid_validity: self.uid_validity,
            uid,
        }
    }

    /// How many of the next messages are fetched together: at least one.
    fn group_length(&self, uids: &[u32]) -> usize {
        let mut bytes = 0_u64;
        let fits = uids.iter().take(GROUP).take_while(|uid| {
            let size = self.outlines.get(uid).map_or(0, |outline| outline.size);
            bytes = bytes.saturating_add(size);
            bytes <= GROUP_BYTES
        });
        fits.count().max(1)
    }

    /// The whole bytes of those messages that are not too large, as far as the server gives them.
    async fn bodies(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, Vec<u8>>, MailboxError> {
        let small = |uid: &u32| self.outlines.get(uid).filter(|outline| outline.size <= self.message_size);
        let uids: Vec<u32> = uids.iter().filter(|uid| small(uid).is_some()).copied().collect();
        let mut bodies = BTreeMap::new();
        if uids.is_empty() {
            return Ok(bodies);
        }
        let bytes = uids.iter().filter_map(small).map(|outline| outline.size).fold(0, u64::saturating_add);
        let command = format!("UID FETCH {} (UID BODY.PEEK[])", set_of(&uids));
        let limit = self.patience(bytes);
        self.live
            .command_within(limit, "fetching mail", &command, |answer| {
                if let Some((uid, part)) = parts_of(answer)
                    && let Some(whole) = part.whole
                    && uids.contains(&uid)
                {
                    bodies.insert(uid, whole);
                }
            })
            .await?;
        Ok(bodies)
    }

    /// One message that did not come with its group: too large, gone, or in trouble. None if it is gone.
    async fn one(&mut self, uid: u32) -> Result<Option<Fetched>, MailboxError> {
        if !self.outlines.contains_key(&uid) {
            let again = outlines(self.live, &[uid]).await?;
            self.outlines.extend(again);
        }
        let size = self.outlines.get(&uid).map(|outline| outline.size);
        match size {
            Some(size) if size > self.message_size => {
                if let Some(raw) = self.head_of(uid).await? {
                    return Ok(self.message(uid, raw, false));
                }
            }
            Some(_) => {
                if let Some(raw) = self.bodies(&[uid]).await?.remove(&uid) {
                    return Ok(self.message(uid, raw, true));
                }
            }
            None => {}
        }
        let mut still_there = Vec::new();
        let search = format!("UID SEARCH UID {uid}");
        self.live.demand("looking for a message", &search, |answer| found_uids(answer, &mut still_there)).await?;
        if still_there.contains(&uid) {
            return Err(self.unreadable(uid));
        }
        Ok(None)
    }

    /// Header and first text of a large message.
    async fn head_of(&mut self, uid: u32) -> Result<Option<Vec<u8>>, MailboxError> {
        let command = format!("UID FETCH {uid} (UID BODY.PEEK[HEADER]<0.{HEAD_KEPT}> BODY.PEEK[TEXT]<0.{TEXT_KEPT}>)");
        let mut raw = None;
        let limit = self.patience(bytes_to_fetch(u64::MAX, 0));
        self.live
            .command_within(limit, "fetching the head of a large mail", &command, |answer| {
                if let Some((of, Parts { header: Some(header), text, .. })) = parts_of(answer)
                    && of == uid
                {
                    raw = Some(head_of_large(&header, &text.unwrap_or_default()));
                }
            })
            .await?;
        Ok(raw)
    }

    fn message(&self, uid: u32, raw: Vec<u8>, whole: bool) -> Option<Fetched> {
        let outline = self.outlines.get(&uid)?;
        let place = Place { folder: self.folder.to_owned(), uid_validity: self.uid_validity, uid };
        let size = if whole { u64::try_from(raw.len()).unwrap_or(u64::MAX) } else { outline.size };
        Some(Fetched { place, received: outline.received, size, raw, whole })
    }

    /// How long fetching so many bytes may take.
    fn patience(&self, bytes: u64) -> Duration {
        self.live.timing.command.saturating_add(Duration::from_secs(bytes / SLOWEST))
    }
}

/// The parts of a message in one answer.
#[derive(Default)]
struct Parts {
    whole: Option<Vec<u8>>,
    header: Option<Vec<u8>>,
    text: Option<Vec<u8>>,
}

/// The UID and bytes in a FETCH answer; None if it is another answer, such as somebody else's change of flags.
fn parts_of(answer: &Response<'_>) -> Option<(u32, Parts)> {
    let Response::Fetch(_, attributes) = answer else { return None };
    let mut uid = None;
    let mut parts = Parts::default();
    for attribute in attributes {
        if let AttributeValue::Uid(number) = attribute {
            uid = Some(*number);
        } else if let AttributeValue::BodySection { section, data: Some(data), .. } = attribute {
            let bytes = Some(data.to_vec());
            if section.is_none() {
                parts.whole = bytes;
            } else if matches!(section, Some(SectionPath::Full(MessageSection::Header))) {
                parts.header = bytes;
            } else if matches!(section, Some(SectionPath::Full(MessageSection::Text))) {
                parts.text = bytes;
            }
        }
    }
    uid.map(|uid| (uid, parts))
}

/// `1,5,7`.
fn set_of(uids: &[u32]) -> String {
    uids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// INTERNALDATE (RFC 3501 §9, date-time): ` 7-Feb-2026 09:05:00 +0100`, the day filled up with a space.
fn internal_date(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_of_receipt_keeps_its_offset() {
        let read = |text| internal_date(text).map(|moment| moment.to_string());
        assert_eq!(read("17-Jul-2026 02:44:25 -0700").as_deref(), Some("2026-07-17T09:44:25Z"));
        assert_eq!(read(" 7-Feb-2026 23:30:00 +0100").as_deref(), Some("2026-02-07T22:30:00Z"));
        assert_eq!(read("07-Feb-2026 23:30:00 +0000").as_deref(), Some("2026-02-07T23:30:00Z"));
        for text in ["", "today", "31-Feb-2026 00:00:00 +0000"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_batch_is_cut_at_its_bytes_but_never_empty() {
        let outline = |size| Outline { size, received: None };
        let mb = 1024 * 1024;
        let outlines = BTreeMap::from([(1, outline(20 * mb)), (2, outline(12 * mb)), (3, outline(1)), (4, outline(1))]);
        assert_eq!(within_bytes(&[1, 2, 3, 4], &outlines, 100 * mb), (vec![1, 2], Some(2)));
        assert_eq!(within_bytes(&[1, 2, 3, 4], &outlines, mb), (vec![1, 2, 3, 4], None), "large ones count as heads");
        let huge = BTreeMap::from([(1, outline(90 * mb)), (2, outline(1))]);
        assert_eq!(within_bytes(&[1, 2], &huge, 100 * mb), (vec![1], Some(1)));
    }
}
