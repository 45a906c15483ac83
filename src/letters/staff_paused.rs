//! To staff: automatic mail is off, or on again (`pauze`, `hervat`, policy §2).

use serde::Serialize;

use super::{BrokenTemplate, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the mail says.
#[derive(Clone, Serialize)]
pub struct StaffPaused {
    /// The day on which the mail is written.
    pub today: Date,
    /// Whether automatic mail is off now.
    pub paused: bool,
    /// How many mails wait.
    pub waiting: usize,
}

impl Sample for StaffPaused {
    const LETTER: &'static str = "staff_paused";

    fn samples() -> Vec<Self> {
        [(true, 3), (true, 1), (true, 0), (false, 3), (false, 0)]
            .map(|(paused, waiting)| Self { today: sample_day(5), paused, waiting })
            .into()
    }
}

impl Letters {
    /// Confirms that automatic mail is off, or on again.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn staff_paused(&self, language: LetterLanguage, context: &StaffPaused) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
