//! The one reminder that we still wait for an identity (policy §2). Like [`super::ask_identity`] it has no name.

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct IdentityReminder {
    /// Reference and dates.
    pub heading: Heading,
    /// The day on which we asked.
    pub asked: Date,
    /// Whether only a correction was asked.
    pub only_rectification: bool,
    /// The day after which we close the request.
    pub closes: Date,
}

impl Sample for IdentityReminder {
    const LETTER: &'static str = "identity_reminder";

    fn samples() -> Vec<Self> {
        [false, true]
            .map(|only_rectification| Self {
                heading: Heading::sample(),
                asked: sample_day(5),
                only_rectification,
                closes: sample_day(26),
            })
            .into()
    }
}

impl Letters {
    /// Reminds of the question and of the closing date.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn identity_reminder(
        &self,
        language: LetterLanguage,
        context: &IdentityReminder,
    ) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
