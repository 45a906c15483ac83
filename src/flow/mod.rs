//! Floor 3: where rules and the outside meet, one job each.
//!
//! [`gather`] collects what a decision needs; [`commit`] writes a plan down in one transaction; [`settle`] moves mails
//! afterwards; [`carry_out`] sends one letter or does one deed; [`timers`] sees what is due by the clock; [`people`] keeps
//! the customer directory fresh.

pub mod carry_out;
pub mod commit;
pub mod compose;
pub mod gather;
pub mod people;
pub mod settle;
pub mod timers;

use crate::domain::language::LetterLanguage;
use crate::domain::settings::Settings;
use crate::io::clock::Clock;
use crate::io::postman::Postman;
use crate::io::store::Store;
use crate::letters::Letters;
use crate::letters::access_answer::Processing;
use crate::rules::authenticity::Trust;

/// The texts of the access answer: in Dutch, and in English where the configuration has them.
#[derive(Debug, Clone)]
pub struct ProcessingTexts {
    nl: Processing,
    en: Option<Processing>,
}

impl ProcessingTexts {
    /// Dutch, and perhaps English.
    #[must_use]
    pub const fn new(nl: Processing, en: Option<Processing>) -> Self {
        Self { nl, en }
    }

    /// The texts for a letter in this language; Dutch where there are no others.
    #[must_use]
    pub fn of(&self, language: LetterLanguage) -> &Processing {
        match language {
            LetterLanguage::Nl => &self.nl,
            LetterLanguage::En => self.en.as_ref().unwrap_or(&self.nl),
        }
    }
}

/// Everything that the flows work with: made once by `app`, shared by all loops.
#[derive(Debug)]
pub struct Office {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// What the organisation decided.
    pub settings: Settings,
    /// Whose `Authentication-Results` count; `None` = nobody's.
    pub trust: Option<Trust>,
    /// The customers.
    pub people: people::People,
    /// The words.
    pub letters: Letters,
    /// The texts of the access answer.
    pub processing: ProcessingTexts,
    /// Who carries the mail away.
    pub postman: Postman,
    /// The folder of case mails, as staff know it.
    pub case_folder: String,
}
