//! A refusal, also of a part, and also because no identity came: with the reason, the authority and the court
//! (art. 12(4); UAVG art. 35: petition within six weeks).

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::Right;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct Refusal {
    /// Reference and dates.
    pub heading: Heading,
    /// From our own record; empty for somebody we do not know or are not sure of.
    pub name: String,
    /// What we do not do.
    pub refused: Vec<Right>,
    /// Why.
    pub reason: Reason,
    /// What of the same mail we do, or have not decided yet; empty when all is refused.
    pub going_on: Vec<Right>,
}

/// Why we refuse.
#[derive(Clone, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum Reason {
    /// In the words of staff.
    Staff(String),
    /// No identity came before the closing date; the day on which we asked.
    NoIdentity(Date),
    /// What came did not show who it is; the day on which we asked.
    IdentityNotShown(Date),
    /// The requester did not answer our question of that day.
    NoAnswer(Date),
}

impl Sample for Refusal {
    const LETTER: &'static str = "refusal";

    fn samples() -> Vec<Self> {
        let staff = Self {
            heading: Heading::sample(),
            name: "Jan Smit".into(),
            refused: vec![Right::Erasure],
            reason: Reason::Staff("Je hebt nog een lopende dienst.\nZeg die eerst op.".into()),
            going_on: vec![Right::Access],
        };
        let by_us = |reason| Self {
            name: String::new(),
            refused: vec![Right::Access, Right::Erasure],
            reason,
            going_on: Vec::new(),
            ..staff.clone()
        };
        vec![
            staff.clone(),
            Self { refused: vec![Right::Restriction], ..staff.clone() },
            by_us(Reason::NoIdentity(sample_day(3))),
            by_us(Reason::IdentityNotShown(sample_day(3))),
            by_us(Reason::NoAnswer(sample_day(3))),
        ]
    }
}

impl Letters {
    /// Says no, why, and where to complain.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn refusal(&self, language: LetterLanguage, context: &Refusal) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
