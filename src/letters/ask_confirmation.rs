//! To the owner address: was it you who asked this? (policy §2, "ask to confirm")

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::Right;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct AskConfirmation {
    /// Reference and dates.
    pub heading: Heading,
    /// The owner's name from our own record.
    pub name: String,
    /// What was asked in the owner's name.
    pub rights: Vec<Right>,
    /// The last day on which an answer counts.
    pub expires: Date,
}

impl Sample for AskConfirmation {
    const LETTER: &'static str = "ask_confirmation";

    fn samples() -> Vec<Self> {
        let several = Self {
            heading: Heading::sample(),
            name: "Jan Smit".into(),
            rights: vec![Right::Portability, Right::Erasure],
            expires: sample_day(19),
        };
        let one = Self { name: String::new(), rights: vec![Right::Access], ..several.clone() };
        vec![several, one]
    }
}

impl Letters {
    /// Asks the owner for a `ja` or a `nee`.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn ask_confirmation(
        &self,
        language: LetterLanguage,
        context: &AskConfirmation,
    ) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
