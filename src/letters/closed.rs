//! "We close this": nothing was done, and nothing was refused (policy §4 `geen verzoek`, withdrawn, not confirmed).

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct Closed {
    /// Reference and dates.
    pub heading: Heading,
    /// From our own record; empty for somebody we do not know or are not sure of.
    pub name: String,
    /// Why.
    pub why: ClosedBecause,
}

/// Why a request is closed without a decision on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBecause {
    /// A person read it and saw no request.
    NoRequest,
    /// The requester took it back.
    Withdrawn,
    /// The owner did not confirm it in time.
    NotConfirmed,
    /// The owner said that it was not him or her.
    Denied,
}

impl Sample for Closed {
    const LETTER: &'static str = "closed";

    fn samples() -> Vec<Self> {
        [
            ("Jan Smit", ClosedBecause::NoRequest),
            ("", ClosedBecause::Withdrawn),
            ("Jan Smit", ClosedBecause::NotConfirmed),
            ("Jan Smit", ClosedBecause::Denied),
        ]
        .map(|(name, why)| Self { heading: Heading::sample(), name: name.into(), why })
        .into()
    }
}

impl Letters {
    /// Says that the matter is closed, and how to go on if that is wrong.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn closed(&self, language: LetterLanguage, context: &Closed) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
