//! How long to wait before trying a mailbox again: twice as long each time, never longer than a cap, never all at once.

use std::time::Duration;

/// Grows with each failure; [`Backoff::reset`] after a success. Pure: the randomness is an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
    failures: u32,
}

impl Backoff {
    /// Starts at about `first` and grows to `cap`.
    #[must_use]
    pub const fn new(first: Duration, cap: Duration) -> Self {
        Self { first, cap, failures: 0 }
    }

    /// The time to wait after one more failure: between half and all of the full step, which of it decided by `random`
    /// (any 64 random bits), so that many instances do not come back together.
    pub fn next(&mut self, random: u64) -> Duration {
        let full = self.first.saturating_mul(2_u32.saturating_pow(self.failures)).min(self.cap);
        self.failures = self.failures.saturating_add(1);
        let half = full / 2;
        let span = u64::try_from(half.as_millis()).unwrap_or(u64::MAX);
        half.saturating_add(Duration::from_millis(random % span.saturating_add(1)))
    }

    /// It worked: the next failure starts from the begin.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// One second to five minutes.
impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_secs(1), Duration::from_secs(300))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_the_cap_and_stays_there() {
        let mut backoff = Backoff::default();
        let full: Vec<u64> = (0..12).map(|_| backoff.next(0).as_millis() as u64 * 2).collect();
        assert_eq!(full[..5], [1_000, 2_000, 4_000, 8_000, 16_000]);
        assert_eq!(full[9..], [300_000; 3]);
    }

    #[test]
    fn randomness_stays_between_half_and_all_of_the_step() {
        for random in [0, 1, 499, 500, 501, u64::MAX / 3, u64::MAX] {
            let wait = Backoff::default().next(random);
            assert!(wait >= Duration::from_millis(500) && wait <= Duration::from_secs(1), "{wait:?}");
        }
        let distinct: std::collections::HashSet<_> = (0..400).map(|r| Backoff::default().next(r)).collect();
        assert_eq!(distinct.len(), 400);
    }

    #[test]
    fn a_success_starts_from_the_begin_and_a_million_failures_do_no_harm() {
        let mut backoff = Backoff::default();
        for random in 0..100_000 {
            assert!(backoff.next(random) <= Duration::from_secs(300));
        }
        backoff.reset();
        assert!(backoff.next(u64::MAX) <= Duration::from_secs(1));
    }
}
