//! To staff: something needs a person now (policy §2: budget, owner says no, possible data leak, and the like).

use serde::Serialize;

use super::{BrokenTemplate, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the mail says. All texts but `quoted` are in the staff language and hold no words of a requester.
#[derive(Clone, Serialize)]
pub struct StaffAlert {
    /// `PL-2026-0001`; empty when it is about no case.
    pub reference: String,
    /// The day on which the mail is written.
    pub today: Date,
    /// What it is about.
    pub kind: AlertKind,
    /// The subject, in a few words; empty: the usual words for this kind.
    pub headline: String,
    /// What happened.
    pub what_happened: String,
    /// What to do now, in order.
    pub what_now: Vec<String>,
    /// Commands that make sense now, ready to copy; may be empty.
    pub commands: Vec<String>,
    /// Words from outside that belong to it; may be empty. Hostile, fenced.
    pub quoted: String,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// The customer list could not be read: everybody counts as unknown.
    DirectoryBroken,
    /// A mail with personal data came back.
    DataBounced,
    /// A mail could not be delivered for good.
    SendFailed,
    /// More automatic mail than the budget allows; the rest waits.
    BudgetUsedUp,
    /// The owner said no to a request in his or her name, or to a disclosure.
    OwnerSaidNo,
    /// Somebody reports a leak or a misdelivered mail (art. 33: 72 hours).
    PossibleDataLeak,
    /// A genuine mail came a second time.
    Replay,
    /// Whether a mail with data was delivered is not known; it is not sent again.
    OutcomeUnknown,
    /// A case is past its due date.
    Overdue,
    /// Anything else.
    Other,
}

impl AlertKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::DirectoryBroken,
        Self::DataBounced,
        Self::SendFailed,
        Self::BudgetUsedUp,
        Self::OwnerSaidNo,
        Self::PossibleDataLeak,
        Self::Replay,
        Self::OutcomeUnknown,
        Self::Overdue,
        Self::Other,
    ];
}

impl Sample for StaffAlert {
    const LETTER: &'static str = "staff_alert";

    fn samples() -> Vec<Self> {
        let alert = |kind| Self {
            reference: "PL-2026-0001".into(),
            today: sample_day(5),
            kind,
            headline: String::new(),
            what_happened: "De mail met de gegevens van klant K-1001 kwam terug.".into(),
            what_now: vec!["Bel de klant.".into(), "Pas het adres aan.".into()],
            commands: vec!["status".into()],
            quoted: "550 5.1.1 unknown user".into(),
        };
        let mut all: Vec<_> = AlertKind::ALL.map(alert).into();
        all.push(Self {
            reference: String::new(),
            headline: "De schijf is bijna vol".into(),
            what_now: Vec::new(),
            commands: Vec::new(),
            quoted: String::new(),
            ..alert(AlertKind::Other)
        });
        all
    }
}

impl Letters {
    /// Alerts staff.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn staff_alert(&self, language: LetterLanguage, context: &StaffAlert) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
