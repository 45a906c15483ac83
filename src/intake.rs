//! The pipeline: one message from raw bytes to committed plan. Read this file first.
//!
//! read (parse, own words) → claim (seen before?) → route (what does it belong to?) → understand (what does it ask?) →
//! **ordinary mail leaves here: a fingerprint, nothing else** → prove (who is it, how sure) → gather facts → decide →
//! commit (one transaction: case, log, tokens, outbox, cursor). Settling (moving the mail) and sending come afterwards,
//! elsewhere, from what was committed: a crash between any two steps leaves a state from which running again is right.

use std::fmt::Write;

use crate::domain::facts::{Facts, Place, Route};
use crate::domain::plan::{Action, Plan};
use crate::domain::sender::Authenticity;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Classification, Verdict};
use crate::flow::Office;
use crate::flow::commit::{CommitError, write};
use crate::flow::gather::{self, Reading, Understood};
use crate::io::key::{Key, Use};
use crate::io::mailbox::Fetched;
use crate::io::store::{StoreError, Tx};
use crate::rules::authenticity::prove;
use crate::rules::automatic::machine;
use crate::rules::classify::{Hints, classify};
use crate::rules::decide::decide;
use crate::rules::own_words;
use crate::{mail, rules};

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Handled before, under this or another number.
    SeenBefore,
    /// Ordinary mail: left exactly as it was.
    Ordinary,
    /// Decided: what was written down.
    Decided(Vec<Action>),
}

/// How often a decision is taken again when somebody else was first.
const TRIES: usize = 3;

/// Handles one message and moves the cursor of its folder past it.
///
/// # Errors
/// [`CommitError`]: nothing was written; run it again.
pub async fn handle(office: &Office, fetched: &Fetched, place: Place) -> Result<Outcome, CommitError> {
    let mut tries = TRIES;
    loop {
        match attempt(office, fetched, place).await {
            Err(CommitError::Overtaken) if tries > 1 => tries = tries.saturating_sub(1),
            outcome => return outcome,
        }
    }
}

async fn attempt(office: &Office, fetched: &Fetched, place: Place) -> Result<Outcome, CommitError> {
    let now = office.clock.now();
    let received = fetched.received.unwrap_or(now);

    // read
    let reading = read(&fetched.raw, fetched.whole, fetched.size);
    let prints = Fingerprints::of(office.store.key(), &reading);

    let mut tx = office.store.begin().await?;
    // claim
    if !tx.mark_seen(&prints.content, now).await? {
        return leave(tx, fetched, &prints, now, Outcome::SeenBefore).await;
    }
    // route, understand
    let route = gather::route(office, &mut tx, &reading, now).await?;
    let classification = understand(&reading, &route);
    // ordinary mail leaves here
    let leak = reports_leak(&reading, &route);
    if is_ordinary(&reading, &route, &classification) && !leak {
        return leave(tx, fetched, &prints, now, Outcome::Ordinary).await;
    }
    // prove
    let proof = prove(&reading.message, office.trust.as_ref());
    // gather
    let replay = prints.message_id_seen(&mut tx).await?;
    let folder = &fetched.place.folder;
    let mail = Understood { reading: &reading, classification, proof, place, folder, received, leak, replay };
    let facts = gather::facts(office, &mut tx, mail, route, now).await?;
    // decide
    let plan = decide(&facts, &office.settings);
    // commit
    if let (Some(address), Authenticity::Proven) = (facts.from.address(), facts.proof.authenticity) {
        tx.address_alive(address).await?;
    }
    let message_id = reading.message.message_id.as_deref();
    write(&mut tx, &office.settings, &plan, Some((&fetched.place, message_id)), now).await?;
    leave(tx, fetched, &prints, now, Outcome::Decided(plan.actions())).await
}

/// Remembers the Message-ID, moves the cursor, and writes everything down.
async fn leave(
    mut tx: Tx,
    fetched: &Fetched,
    prints: &Fingerprints,
    now: Timestamp,
    outcome: Outcome,
) -> Result<Outcome, CommitError> {
    if let Some(print) = &prints.message_id {
        tx.mark_seen(print, now).await?;
    }
    tx.set_cursor(&fetched.place.folder, &fetched.cursor().to_string()).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Parses the bytes and finds the sender's own words. Never fails.
#[must_use]
pub fn read(raw: &[u8], whole: bool, size: u64) -> Reading {
    let message =
        if whole { mail::read(raw) } else { mail::read_head(raw, usize::try_from(size).unwrap_or(usize::MAX)) };
    let words = own_words::split(&message.text);
    Reading { message, words }
}

/// What a mail asks. For an order of staff the passed-on text counts too.
fn understand(reading: &Reading, route: &Route) -> Classification {
    let message = &reading.message;
    let hints = Hints { attachments: !message.attachments.is_empty(), quoted: !reading.words.quoted.is_empty() };
    match route {
        Route::Staff { .. } => classify(&message.subject, &reading.words.quoted, hints),
        Route::OurOwn
        | Route::Bounce { .. }
        | Route::Machine
        | Route::Answer { .. }
        | Route::Joins { .. }
        | Route::Conversation
        | Route::New { .. } => classify(&message.subject, &reading.words.own, hints),
    }
}

/// What a mail asks, as `privacyloket classify` says it: with machine mail told apart.
#[must_use]
pub fn classify_message(reading: &Reading, ours: Option<&crate::domain::address::Address>) -> Classification {
    let nobody = crate::domain::address::Address::parse("nobody@invalid.example").ok();
    let asked = understand(reading, &Route::Conversation);
    let by_machine = ours.or(nobody.as_ref()).and_then(|ours| machine(&reading.message, ours)).is_some();
    match (by_machine, asked.verdict) {
        (true, Verdict::Request) => Classification { verdict: Verdict::Review, ..asked },
        (true, Verdict::Review | Verdict::Ordinary | Verdict::Automated) => {
            Classification { verdict: Verdict::Automated, ..Classification::ordinary(asked.language) }
        }
        (false, _) if reading.unreadable() && asked.verdict == Verdict::Ordinary => {
            Classification { verdict: Verdict::Review, ..asked }
        }
        (false, _) => asked,
    }
}

/// Mail that is none of our business: nothing of ours is in it, and it asks nothing.
fn is_ordinary(reading: &Reading, route: &Route, classification: &Classification) -> bool {
    let asks = matches!(classification.verdict, Verdict::Request | Verdict::Review);
    match route {
        Route::OurOwn => true,
        Route::Machine | Route::Conversation | Route::New { linked: None } => !asks && !reading.unreadable(),
        Route::Bounce { of, .. } => of.is_none(),
        Route::Staff { .. } | Route::Answer { .. } | Route::Joins { .. } | Route::New { linked: Some(_) } => false,
    }
}

/// Whether a person reports a data leak or a misdelivered mail.
fn reports_leak(reading: &Reading, route: &Route) -> bool {
    match route {
        Route::OurOwn | Route::Bounce { .. } | Route::Machine | Route::Staff { .. } => false,
        Route::Answer { .. } | Route::Joins { .. } | Route::Conversation | Route::New { .. } => {
            rules::leak::reported(&reading.message.subject, &reading.words.own)
        }
    }
}

/// Everything that `explain` shows about a mail; nothing is written.
///
/// # Errors
/// [`CommitError`] when the database cannot be read.
pub async fn explain(office: &Office, raw: &[u8], received: Timestamp) -> Result<(Facts, Plan), CommitError> {
    let now = office.clock.now();
    let reading = read(raw, true, raw.len() as u64);
    let mut tx = office.store.begin().await?;
    let route = gather::route(office, &mut tx, &reading, now).await?;
    let classification = understand(&reading, &route);
    let leak = reports_leak(&reading, &route);
    let ordinary = is_ordinary(&reading, &route, &classification) && !leak;
    let proof = prove(&reading.message, office.trust.as_ref());
    // This very mail may have been handled already: then the question is why, and it is no replay of itself.
    let prints = Fingerprints::of(office.store.key(), &reading);
    let replay = prints.message_id_seen(&mut tx).await? && !tx.seen(&prints.content).await?;
    let place = Place::Inbox;
    let mail = Understood { reading: &reading, classification, proof, place, folder: "", received, leak, replay };
    let facts = gather::facts(office, &mut tx, mail, route, now).await?;
    let plan = if ordinary { Plan::ignore("ordinary mail") } else { rules::decide::decide(&facts, &office.settings) };
    Ok((facts, plan))
}

/// Keyed fingerprints of a mail: all that is kept of ordinary mail.
struct Fingerprints {
    /// Of its content: the same mail under a new number, or delivered twice, has the same.
    content: String,
    /// Of its Message-ID: another mail with the same is a replay.
    message_id: Option<String>,
}

impl Fingerprints {
    fn of(key: &Key, reading: &Reading) -> Self {
        let message = &reading.message;
        let mut text = String::new();
        for name in ["message-id", "from", "date", "subject", "to"] {
            for value in message.header(name) {
                let _infallible = writeln!(text, "{name}:{value}");
            }
        }
        for file in &message.attachments {
            let _infallible = writeln!(text, "file:{}:{}", file.name, file.size);
        }
        let content = key.hex(Use::Fingerprint, &[text.as_bytes(), message.text.as_bytes()]);
        let message_id = message.message_id.as_ref();
        let message_id = message_id.map(|id| key.hex(Use::Fingerprint, &[b"message-id", id.as_bytes()]));
        Self { content, message_id }
    }

    async fn message_id_seen(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        match &self.message_id {
            Some(print) => tx.seen(print).await,
            None => Ok(false),
        }
    }
}
