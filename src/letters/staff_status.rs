//! To staff: the state of a case and its history (`status`, policy §4).

use jiff::civil::DateTime;
use serde::Serialize;

use super::{BrokenTemplate, Letters, Sample, sample_day};
use crate::domain::address::Address;
use crate::domain::customer::CustomerId;
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::Right;
use crate::domain::time::Date;

/// What the mail says.
#[derive(Clone, Serialize)]
pub struct StaffStatus {
    /// `PL-2026-0001`.
    pub reference: String,
    /// The day on which the mail is written.
    pub today: Date,
    /// Who asked; `None` when purged or when the mail named nobody.
    pub requester: Option<Address>,
    /// The customer it is about.
    pub customer: Option<CustomerId>,
    /// The requests of the case.
    pub requests: Vec<StatusRequest>,
    /// What happened, oldest first. Without words of a requester.
    pub events: Vec<StatusEvent>,
}

/// One request of the case.
#[derive(Clone, Serialize)]
pub struct StatusRequest {
    /// Which right.
    pub right: Right,
    /// Its state, in the staff language.
    pub state: String,
    /// When it was received.
    pub received: Date,
    /// The last day to answer.
    pub due: Date,
    /// Whether it is settled, so that the deadline no longer matters.
    pub settled: bool,
}

/// One event of the log.
#[derive(Clone, Serialize)]
pub struct StatusEvent {
    /// When, in the organisation's local time.
    pub at: DateTime,
    /// What, in the staff language.
    pub what: String,
    /// By whom; may be empty.
    pub by: String,
}

impl Sample for StaffStatus {
    const LETTER: &'static str = "staff_status";

    fn samples() -> Vec<Self> {
        let request = |right, settled, state: &str| StatusRequest {
            right,
            state: state.into(),
            received: sample_day(3),
            due: sample_day(31),
            settled,
        };
        let event = |day, what: &str, by: &str| StatusEvent {
            at: sample_day(day).at(9, 5, 0, 0),
            what: what.into(),
            by: by.into(),
        };
        let full = Self {
            reference: "PL-2026-0001".into(),
            today: sample_day(19),
            requester: Address::parse("jan@smit.example").ok(),
            customer: CustomerId::parse("K-1001"),
            requests: vec![
                request(Right::Access, true, "beantwoord"),
                request(Right::Erasure, false, "wacht op jullie"),
            ],
            events: vec![event(3, "ontvangen", ""), event(4, "inzage verstuurd", "programma")],
        };
        let bare = Self { requester: None, customer: None, events: Vec::new(), ..full.clone() };
        vec![full, bare]
    }
}

impl Letters {
    /// Shows a case.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn staff_status(&self, language: LetterLanguage, context: &StaffStatus) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
