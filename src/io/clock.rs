//! Time and randomness: the only place that asks for either (clippy denies it elsewhere).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::time::{SignedDuration, Timestamp};

/// Where the time comes from. The manual clock is for tests and the demo, in which days pass at once.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved; shared by its clones. Whole seconds.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at this moment.
    #[must_use]
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.as_second())))
    }

    /// Now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Manual(seconds) => Timestamp::from_second(seconds.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX),
        }
    }

    /// Moves a manual clock; the machine's clock goes its own way.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Manual(seconds) = self {
            seconds.fetch_add(by.as_secs(), Ordering::SeqCst);
        }
    }
}

/// Random bytes from the operating system.
///
/// # Errors
/// When the operating system has none, which is temporary at worst.
#[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
pub fn random<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_it_is_moved_and_its_clones_move_along() {
        let clock = Clock::manual(Timestamp::UNIX_EPOCH);
        let same = clock.clone();
        assert_eq!(clock.now(), same.now());
        clock.advance(SignedDuration::from_hours(72));
        assert_eq!(same.now().as_second(), 72 * 3600);
    }
}
