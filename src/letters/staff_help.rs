//! To staff: that was not a command; these are (policy §4). Also the answer to `help`.

use serde::Serialize;

use super::{BrokenTemplate, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the mail says.
#[derive(Clone, Serialize)]
pub struct StaffHelp {
    /// The case that was answered, if any; may be empty.
    pub reference: String,
    /// The day on which the mail is written.
    pub today: Date,
    /// What was not understood; empty when staff asked for help. Fenced, because it can come from anywhere.
    pub not_understood: String,
    /// Why, or what was probably meant, in the staff language; may be empty.
    pub suggestion: String,
}

impl Sample for StaffHelp {
    const LETTER: &'static str = "staff_help";

    fn samples() -> Vec<Self> {
        let wrong = Self {
            reference: "PL-2026-0001".into(),
            today: sample_day(5),
            not_understood: "akkord".into(),
            suggestion: "Bedoelde je akkoord?".into(),
        };
        let asked = Self {
            reference: String::new(),
            not_understood: String::new(),
            suggestion: String::new(),
            ..wrong.clone()
        };
        vec![wrong, asked]
    }
}

impl Letters {
    /// Lists the commands.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn staff_help(&self, language: LetterLanguage, context: &StaffHelp) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
