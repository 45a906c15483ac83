//! Waiting for mail in the inbox: IDLE (RFC 2177) where the server has it, else asking now and then.
//!
//! IDLE runs on a timer of its own, not on the server's "still here": every `keep_alive` it is ended and begun again with a
//! NOOP in between, so that a dead connection is noticed within two minutes and no server gets near its 29.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::Settings;
use super::wire::Live;
use crate::io::mailbox::Wake;
use crate::io::mailbox::error::MailboxError;

/// What a folder looked like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) uid_validity: u32,
    pub(super) uid_next: Option<u32>,
    pub(super) exists: u32,
}

impl Seen {
    /// Whether there may be mail now that was not there then.
    fn may_have_more(self, now: Self) -> bool {
        let numbers_moved = self.uid_validity != now.uid_validity || self.uid_next != now.uid_next;
        numbers_moved || now.exists > self.exists
    }
}

/// See [`crate::io::mailbox::Mailbox::wait`].
pub(super) async fn wait(
    live: &mut Live,
    settings: &Settings,
    before: Option<Seen>,
    most: Duration,
) -> Result<Wake, MailboxError> {
    // Longer than a month is a mistake, and more than the timer can count.
    let until = Instant::now() + most.min(Duration::from_secs(31 * 24 * 3600));
    live.examine(&settings.inbox).await?;
    // Mail that came since the last reading would not be announced any more.
    if let (Some(before), Some(now)) = (before, live.seen())
        && before.may_have_more(now)
    {
        return Ok(Wake::Mail);
    }
    while Instant::now() < until {
        let woken = if live.can.idle { idle(live, until).await? } else { poll(live, until).await? };
        if woken {
            return Ok(Wake::Mail);
        }
    }
    Ok(Wake::Time)
}

/// Asks after a while. True if there is more mail.
async fn poll(live: &mut Live, until: Instant) -> Result<bool, MailboxError> {
    let pause = live.timing.poll.min(until.saturating_duration_since(Instant::now()));
    sleep(pause).await;
    live.demand("asking for new mail", "NOOP", |_| {}).await?;
    Ok(live.take_arrived())
}

/// One round of IDLE. True if there is more mail.
async fn idle(live: &mut Live, until: Instant) -> Result<bool, MailboxError> {
    const DOING: &str = "waiting for mail";
    let limit = live.timing.sign_of_life;
    let Some(tag) = timeout(limit, live.start_idle()).await.map_err(|_| live.too_late(DOING, limit))?? else {
        // It said that it could, and does not want to: then by asking.
        live.can.idle = false;
        return Ok(live.take_arrived());
    };
    let round_ends = until.min(Instant::now() + live.timing.keep_alive);
    let mut woken = live.take_arrived();
    while !woken {
        // No answer in time is the usual case, not an error.
        let Ok(answer) = timeout_at(round_ends, live.next(DOING, |_| {})).await else { break };
        answer?;
        woken = live.take_arrived();
    }
    timeout(limit, live.end_idle(&tag)).await.map_err(|_| live.too_late(DOING, limit))??;
    live.command_within(limit, DOING, "NOOP", |_| {}).await?;
    Ok(live.take_arrived() || woken)
}
