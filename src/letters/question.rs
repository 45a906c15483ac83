//! A question from staff to the requester (`vraag <tekst>`, policy §4).

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct Question {
    /// Reference and dates.
    pub heading: Heading,
    /// From our own record; empty for somebody we do not know or are not sure of.
    pub name: String,
    /// What staff ask.
    pub text: String,
    /// Until when we wait, where there is such a day.
    pub answer_by: Option<Date>,
}

impl Sample for Question {
    const LETTER: &'static str = "question";

    fn samples() -> Vec<Self> {
        let with = |name: &str, answer_by| Self {
            heading: Heading::sample(),
            name: name.into(),
            text: "Welk adres moeten we aanpassen?\nJe hebt er twee.".into(),
            answer_by,
        };
        vec![with("Jan Smit", Some(sample_day(19))), with("", None)]
    }
}

impl Letters {
    /// Puts the question of staff to the requester.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn question(&self, language: LetterLanguage, context: &Question) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
