//! "We need more time": once, with the reason, inside the first month (art. 12(3), policy §5).

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::Right;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct Extension {
    /// Reference and dates.
    pub heading: Heading,
    /// From our own record; empty for somebody we do not know or are not sure of.
    pub name: String,
    /// What takes longer.
    pub rights: Vec<Right>,
    /// Why, in the words of staff.
    pub reason: String,
    /// The day that was promised.
    pub old_due: Date,
    /// The new last day.
    pub new_due: Date,
}

impl Sample for Extension {
    const LETTER: &'static str = "extension";

    fn samples() -> Vec<Self> {
        ["Jan Smit", ""]
            .map(|name| Self {
                heading: Heading::sample(),
                name: name.into(),
                rights: vec![Right::Portability],
                reason: "Je hebt veel websites bij ons. Het bestand maken kost meer tijd.".into(),
                old_due: sample_day(31),
                new_due: Date::new(2026, 6, 3).unwrap_or_default(),
            })
            .into()
    }
}

impl Letters {
    /// Tells the new date and the reason.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn extension(&self, language: LetterLanguage, context: &Extension) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
