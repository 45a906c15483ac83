//! "It is done": per right what happened (policy §7; art. 12(3), 17, 19).

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct Done {
    /// Reference and dates.
    pub heading: Heading,
    /// From our own record; empty for somebody we do not know.
    pub name: String,
    /// What happened.
    pub items: Vec<DoneItem>,
    /// What staff add; may be empty.
    pub staff_text: String,
    /// Whom we told of it, by name (art. 19); may be empty.
    pub recipients_told: Vec<String>,
}

/// What happened for one right.
#[derive(Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DoneItem {
    /// The data is corrected (art. 16).
    Corrected,
    /// The data is erased, as far as it may be (art. 17).
    Erased {
        /// Per kind of data what happened to it.
        kinds: Vec<ErasedKind>,
        /// When the last backup that holds it is gone; `None` where there are no backups.
        backups_until: Option<Date>,
    },
    /// The data is frozen (art. 18).
    Restricted,
    /// The freeze is over (art. 18(3): told before it ends).
    RestrictionLifted {
        /// The first day on which the data is used again.
        from: Date,
    },
    /// The use that was objected to has stopped (art. 21).
    ObjectionHonoured,
    /// The complaint is handled.
    ComplaintHandled,
    /// The data was given in another way than by a mail of ours (art. 15, 20).
    DataGiven,
}

/// One kind of data and what happened to it.
#[derive(Clone, Serialize)]
pub struct ErasedKind {
    /// For people: `Facturen`.
    pub kind: String,
    /// Until which day it is kept and why; `None`: erased now.
    pub kept: Option<Kept>,
}

/// Why something is kept.
#[derive(Clone, Serialize)]
pub struct Kept {
    /// The last day.
    pub until: Date,
    /// The reason: `de Belastingdienst vraagt dat (artikel 52 AWR)`.
    pub why: String,
}

impl Sample for Done {
    const LETTER: &'static str = "done";

    fn samples() -> Vec<Self> {
        let until = Date::new(2033, 12, 31).unwrap_or_default();
        let kinds = vec![
            ErasedKind { kind: "Klantgegevens".into(), kept: None },
            ErasedKind {
                kind: "Facturen".into(),
                kept: Some(Kept { until, why: "dat moet van de Belastingdienst (artikel 52 AWR)".into() }),
            },
        ];
        let full = Self {
            heading: Heading::sample(),
            name: "Jan Smit".into(),
            items: vec![
                DoneItem::Corrected,
                DoneItem::Erased { kinds: kinds.clone(), backups_until: Some(sample_day(30)) },
                DoneItem::Restricted,
                DoneItem::RestrictionLifted { from: sample_day(12) },
                DoneItem::ObjectionHonoured,
                DoneItem::ComplaintHandled,
                DoneItem::DataGiven,
            ],
            staff_text: "We hebben ook je oude adres verwijderd.\nBedankt voor het melden.".into(),
            recipients_told: vec!["Hostnet".into(), "Moneybird".into()],
        };
        let bare = Self {
            name: String::new(),
            items: vec![DoneItem::Erased { kinds, backups_until: None }],
            staff_text: String::new(),
            recipients_told: Vec::new(),
            ..full.clone()
        };
        vec![full, bare]
    }
}

impl Letters {
    /// Tells what was done.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn done(&self, language: LetterLanguage, context: &Done) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
