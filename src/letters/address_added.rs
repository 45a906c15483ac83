//! Tells the addresses on file that another one was added or replaced (policy §1), so that the first step of a takeover is
//! seen by the person it is aimed at. Names no address.

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct AddressAdded {
    /// Only the dates: it belongs to no case.
    pub heading: Heading,
}

impl Sample for AddressAdded {
    const LETTER: &'static str = "address_added";

    fn samples() -> Vec<Self> {
        vec![Self { heading: Heading { reference: String::new(), today: sample_day(5), received: sample_day(5) } }]
    }
}

impl Letters {
    /// Says that an address was added.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn address_added(&self, language: LetterLanguage, context: &AddressAdded) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
