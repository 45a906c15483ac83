//! The answer to an access request: everything that art. 15(1) and (3) ask for (policy §6), or "nothing found".
//!
//! Writing it takes a [`MayReceive`]: nobody can render the data without having earned the right to send it.

use serde::Serialize;

use super::copies::copies;
use super::{BrokenTemplate, Heading, Letters, Sample};
use crate::domain::disclosure::MayReceive;
use crate::domain::dossier::{Dossier, Record, SourceData};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;

/// What the letter says.
#[derive(Clone, Serialize)]
pub struct AccessAnswer {
    /// Reference and dates.
    pub heading: Heading,
    /// The customer's name from our own record; empty when there is none.
    pub name: String,
    /// The data.
    pub dossier: Dossier,
    /// What happens with it.
    pub processing: Processing,
}

/// The texts of `[processing]` (art. 15(1)(a)–(h)). An empty list leaves its heading out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Processing {
    /// (a) What the data is used for.
    pub purposes: Vec<String>,
    /// (b) Which kinds of data.
    pub categories: Vec<String>,
    /// On which legal ground (art. 6).
    pub grounds: Vec<String>,
    /// (c) Recipients by name, with what they get it for (CJEU C-154/21).
    pub recipients: Vec<String>,
    /// (d) How long it is kept.
    pub retention: Vec<String>,
    /// (g) Where it comes from.
    pub origin: Vec<String>,
    /// Transfers outside the European Union and their safeguards (art. 15(2)).
    pub transfers: Vec<String>,
}

impl Sample for AccessAnswer {
    const LETTER: &'static str = "access_answer";

    fn samples() -> Vec<Self> {
        let full = Self {
            heading: Heading::sample(),
            name: "Jan Smit".into(),
            dossier: sample_dossier(),
            processing: sample_processing(),
        };
        let mut nothing = full.clone();
        nothing.name = String::new();
        nothing.dossier.sources.iter_mut().for_each(|source| source.records.clear());
        let bare = Self { processing: Processing::default(), ..full.clone() };
        vec![full, nothing, bare]
    }
}

fn sample_dossier() -> Dossier {
    let row = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let customer = Record {
        title: "Klant K-1001".into(),
        rows: vec![
            row("naam", "Jan Smit"),
            row("telefoon", "+31 6 12345678"),
            row("adres", "Dorpsstraat 1\n1234 AB Ons Dorp"),
        ],
    };
    let invoice = Record {
        title: "Factuur 2026-0012".into(),
        rows: vec![row("datum", "2026-01-15"), row("bedrag", "121,00"), row("notitie", "")],
    };
    Dossier {
        sources: vec![
            SourceData { name: "Klantenlijst".into(), records: vec![customer], note: String::new() },
            SourceData { name: "Moneybird".into(), records: vec![invoice], note: "Stand van 5 maart 2026.".into() },
            SourceData { name: "Hostnet".into(), records: Vec::new(), note: String::new() },
        ],
    }
}

fn sample_processing() -> Processing {
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Processing {
        purposes: list(&["Contact met je opnemen", "Onze diensten aan je leveren en factureren"]),
        categories: list(&["Naam, adres en contactgegevens", "Facturen en betalingen"]),
        grounds: list(&["Gerechtvaardigd belang", "Wettelijke plicht (facturen)"]),
        recipients: list(&["Hostnet: domeinregistratie", "Moneybird: facturen en offertes"]),
        retention: list(&["Facturen: 7 jaar", "E-mail: maximaal 2 jaar"]),
        origin: list(&["Van jou zelf", "Kamer van Koophandel, om gegevens op de factuur aan te vullen"]),
        transfers: list(&["Geen"]),
    }
}

impl Letters {
    /// The answer with all data, or "nothing found". Attaches the machine-readable copies when there is something.
    ///
    /// # Errors
    /// A template that breaks on this context, or a copy that could not be made.
    pub fn access_answer(
        &self,
        language: LetterLanguage,
        context: &AccessAnswer,
        _proof: &MayReceive,
    ) -> Result<Letter, BrokenTemplate> {
        self.access_letter(language, context)
    }

    /// The letter itself. Private to the letters: everybody else shows a proof.
    pub(super) fn access_letter(
        &self,
        language: LetterLanguage,
        context: &AccessAnswer,
    ) -> Result<Letter, BrokenTemplate> {
        let mut letter = self.write(language, context)?;
        letter.files = copies(language, &self.organisation, context)
            .map_err(|failed| BrokenTemplate { file: AccessAnswer::LETTER.into(), problem: failed.to_string() })?;
        Ok(letter)
    }
}
