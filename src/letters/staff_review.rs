//! To staff: mails that a person must look at, as one numbered digest (policy §4).

use serde::Serialize;

use super::{BrokenTemplate, Letters, Sample, sample_day};
use crate::domain::address::Address;
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::Right;
use crate::domain::time::Date;

/// What the mail says.
#[derive(Clone, Serialize)]
pub struct StaffReview {
    /// The day on which the mail is written.
    pub today: Date,
    /// The mails, numbered by staff's answer lines.
    pub items: Vec<ReviewItem>,
    /// The head of the log chain, so that a cut tail shows (policy §8); may be empty.
    pub log_head: String,
}

/// One mail to look at.
#[derive(Clone, Serialize)]
pub struct ReviewItem {
    /// The number that staff answer with, from 1.
    pub number: usize,
    /// The `From` address; `None` when it names nobody.
    pub address: Option<Address>,
    /// When it was received.
    pub received: Date,
    /// The last day to answer, if it is a request.
    pub due: Date,
    /// The subject. Hostile.
    pub subject: String,
    /// What it may ask for.
    pub candidates: Vec<Candidate>,
    /// Where the mail lies: `INBOX`, `Junk`.
    pub folder: String,
    /// Why a person must look, in the staff language; may be empty.
    pub why: String,
}

/// A right that a mail may ask for.
#[derive(Clone, Serialize)]
pub struct Candidate {
    /// Which.
    pub right: Right,
    /// The words that point to it. Hostile.
    pub words: Vec<String>,
}

impl Sample for StaffReview {
    const LETTER: &'static str = "staff_review";

    fn samples() -> Vec<Self> {
        let item = |number, right| ReviewItem {
            number,
            address: Address::parse("jan@smit.example").ok(),
            received: sample_day(3),
            due: sample_day(31),
            subject: "Vraag over mijn gegevens".into(),
            candidates: vec![Candidate { right, words: vec!["wat weten jullie van mij".into()] }],
            folder: "INBOX".into(),
            why: "De mail is waarschijnlijk door een ticketsysteem verstuurd.".into(),
        };
        let bare = ReviewItem {
            address: None,
            candidates: Vec::new(),
            subject: String::new(),
            why: String::new(),
            ..item(2, Right::Access)
        };
        let several =
            Self { today: sample_day(5), items: vec![item(1, Right::Access), bare.clone()], log_head: "3f2a".into() };
        let one = Self { items: vec![item(1, Right::Erasure)], log_head: String::new(), ..several.clone() };
        let nothing_pointed = Self { items: vec![ReviewItem { number: 1, ..bare }], ..several.clone() };
        vec![several, one, nothing_pointed]
    }
}

impl Letters {
    /// Puts mails to staff that a person must look at.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn staff_review(&self, language: LetterLanguage, context: &StaffReview) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
