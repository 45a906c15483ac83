//! The short note for the same request again within a day (policy §2): you have it already.
//!
//! It goes to the address that the first answer went to, and says nothing about the content.

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct RepeatNote {
    /// Reference and dates.
    pub heading: Heading,
    /// From our own record.
    pub name: String,
    /// The day on which the answer was sent.
    pub sent: Date,
}

impl Sample for RepeatNote {
    const LETTER: &'static str = "repeat_note";

    fn samples() -> Vec<Self> {
        ["Jan Smit", ""].map(|name| Self { heading: Heading::sample(), name: name.into(), sent: sample_day(5) }).into()
    }
}

impl Letters {
    /// Says that the answer was sent already.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn repeat_note(&self, language: LetterLanguage, context: &RepeatNote) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
