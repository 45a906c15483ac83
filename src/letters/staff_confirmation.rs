//! To staff: your command was carried out, and this is still open (policy §4: every command is confirmed).

use serde::Serialize;

use super::{BrokenTemplate, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the mail says. Lines are in the staff language and hold no words of a requester.
#[derive(Clone, Serialize)]
pub struct StaffConfirmation {
    /// `PL-2026-0001`; may be empty.
    pub reference: String,
    /// The day on which the mail is written.
    pub today: Date,
    /// What was done, or is going to happen and when.
    pub done: Vec<String>,
    /// What is left to do, also by hand: `haal regel K-1001 uit customers.csv`.
    pub open: Vec<String>,
    /// Commands that make sense now, ready to copy; may be empty.
    pub commands: Vec<String>,
    /// The deadline of what is open.
    pub due: Option<Date>,
}

impl Sample for StaffConfirmation {
    const LETTER: &'static str = "staff_confirmation";

    fn samples() -> Vec<Self> {
        let full = Self {
            reference: "PL-2026-0001".into(),
            today: sample_day(19),
            done: vec!["Klant K-1001 wordt gewist op vr 20 maart.".into()],
            open: vec!["Haal regel K-1001 uit customers.csv.".into()],
            commands: vec!["klaar".into(), "stop".into()],
            due: Some(sample_day(28)),
        };
        let bare = Self { reference: String::new(), open: Vec::new(), commands: Vec::new(), due: None, ..full.clone() };
        vec![full, bare]
    }
}

impl Letters {
    /// Confirms a command.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn staff_confirmation(
        &self,
        language: LetterLanguage,
        context: &StaffConfirmation,
    ) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
