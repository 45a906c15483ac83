//! The answer to a complaint, at once: who handles it, by when, and how to reach the authority (policy §2).
//!
//! The same for everybody: it has no name.

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct ComplaintAnswer {
    /// Reference and dates.
    pub heading: Heading,
    /// Who handles complaints, from the configuration; empty: "a colleague".
    pub handler: String,
    /// The last day on which we answer.
    pub due: Date,
}

impl Sample for ComplaintAnswer {
    const LETTER: &'static str = "complaint_answer";

    fn samples() -> Vec<Self> {
        ["Anna de Boer", ""]
            .map(|handler| Self { heading: Heading::sample(), handler: handler.into(), due: sample_day(31) })
            .into()
    }
}

impl Letters {
    /// Tells a complainant what happens with the complaint.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn complaint_answer(
        &self,
        language: LetterLanguage,
        context: &ComplaintAnswer,
    ) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
