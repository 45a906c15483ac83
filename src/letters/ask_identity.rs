//! To somebody whom we do not know: show us who you are, in the lightest way that works (policy §2, privacy statement,
//! EDPB 01/2022 §73–79).
//!
//! It says nothing about anybody being a customer and has no field for a name: to an outsider all of these letters are
//! alike.

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct AskIdentity {
    /// Reference and dates.
    pub heading: Heading,
    /// Whether only a correction was asked: a person decides then, and an identity document is seldom needed.
    pub only_rectification: bool,
    /// The day after which we close the request.
    pub closes: Date,
}

impl Sample for AskIdentity {
    const LETTER: &'static str = "ask_identity";

    fn samples() -> Vec<Self> {
        [false, true]
            .map(|only_rectification| Self { heading: Heading::sample(), only_rectification, closes: sample_day(26) })
            .into()
    }
}

impl Letters {
    /// Asks for a mail from the known address, else for a shielded copy of an identity document.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn ask_identity(&self, language: LetterLanguage, context: &AskIdentity) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
