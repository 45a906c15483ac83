//! To the owner: somebody at another address was approved for your data; say no and it stays (policy §2).

use jiff::civil::DateTime;
use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::Right;

/// What the letter says. It does not name the other address: that text is the requester's.
#[derive(Clone, Serialize)]
pub struct OwnerNotice {
    /// Reference and dates.
    pub heading: Heading,
    /// The owner's name from our own record.
    pub name: String,
    /// What was approved.
    pub rights: Vec<Right>,
    /// When the data leaves, in the organisation's local time.
    pub leaves: DateTime,
}

impl Sample for OwnerNotice {
    const LETTER: &'static str = "owner_notice";

    fn samples() -> Vec<Self> {
        let leaves = sample_day(8).at(14, 30, 0, 0);
        ["Jan Smit", ""]
            .map(|name| Self { heading: Heading::sample(), name: name.into(), rights: vec![Right::Access], leaves })
            .into()
    }
}

impl Letters {
    /// Tells the owner what is about to happen and how to stop it.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn owner_notice(&self, language: LetterLanguage, context: &OwnerNotice) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
