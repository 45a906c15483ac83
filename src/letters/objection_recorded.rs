//! "We stopped that": an objection to marketing or a withdrawn consent, recorded at once for the address that wrote,
//! known or not (policy §2; art. 21(2)–(3), art. 7(3)). The same for everybody: it has no name.

use serde::Serialize;

use super::{BrokenTemplate, Heading, Letters, Sample, sample_day};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::Purpose;
use crate::domain::time::Date;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct ObjectionRecorded {
    /// Reference and dates.
    pub heading: Heading,
    /// What the objection is aimed at. `Other`: the words were not clear, so a colleague looks too.
    pub purpose: Purpose,
    /// The last day on which a colleague answers; only told when the purpose is not clear.
    pub due: Date,
}

impl Sample for ObjectionRecorded {
    const LETTER: &'static str = "objection_recorded";

    fn samples() -> Vec<Self> {
        [Purpose::Marketing, Purpose::Consent, Purpose::Other]
            .map(|purpose| Self { heading: Heading::sample(), purpose, due: sample_day(31) })
            .into()
    }
}

impl Letters {
    /// Confirms that the use has stopped.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn objection_recorded(
        &self,
        language: LetterLanguage,
        context: &ObjectionRecorded,
    ) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
