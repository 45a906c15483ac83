//! "We have your request": which rights, by when, what happens next (policy §2).

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::Right;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct Acknowledgement {
    /// Reference and dates.
    pub heading: Heading,
    /// From our own record; empty for somebody we do not know or are not sure of.
    pub name: String,
    /// What was asked.
    pub requests: Vec<Acknowledged>,
    /// The last day on which we answer (art. 12(3)).
    pub due: Date,
}

/// One right that was asked for.
#[derive(Clone, Copy, Serialize)]
pub struct Acknowledged {
    /// Which one.
    pub right: Right,
    /// Whether the use stops until staff decide (art. 18(1)(d), 21(1)).
    pub use_stopped: bool,
}

impl Sample for Acknowledgement {
    const LETTER: &'static str = "acknowledgement";

    fn samples() -> Vec<Self> {
        let all = |use_stopped| Right::ALL.into_iter().map(|right| Acknowledged { right, use_stopped }).collect();
        let with = |name: &str, requests| Self {
            heading: Heading::sample(),
            name: name.into(),
            requests,
            due: sample_day(31),
        };
        vec![
            with("Jan Smit", all(true)),
            with("", all(false)),
            with("", vec![Acknowledged { right: Right::Rectification, use_stopped: false }]),
        ]
    }
}

impl Letters {
    /// Confirms that the request was received.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn acknowledgement(
        &self,
        language: LetterLanguage,
        context: &Acknowledgement,
    ) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
