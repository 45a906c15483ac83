//! What the classifier says of a mail: the seam between understanding and deciding.

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::right::{Purpose, Right, Rights};

/// Which of the four sorts a mail is (contract.md, `classify --json`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Surely asks for the rights named.
    Request,
    /// A person must look; the rights are candidates.
    Review,
    /// Ordinary mail: left exactly as it was.
    Ordinary,
    /// A machine wrote it (bounce, auto-reply, list, newsletter, bulk).
    Automated,
}

/// The words that decided for one right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The right these words speak for.
    pub right: Right,
    /// The words as the sender wrote them.
    pub text: String,
    /// What an objection is aimed at; `None` for the other rights.
    pub purpose: Option<Purpose>,
}

/// The classifier's whole answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// Which sort of mail.
    pub verdict: Verdict,
    /// The rights asked for; candidates when the verdict is `review`; else empty.
    pub rights: Rights,
    /// The language it is written in.
    pub language: Language,
    /// How sure, 0 to 1, of the best right.
    pub score: f64,
    /// The deciding words.
    pub evidence: Vec<Evidence>,
}

impl Classification {
    /// Nothing asked.
    #[must_use]
    pub const fn ordinary(language: Language) -> Self {
        Self { verdict: Verdict::Ordinary, rights: Rights::new(), language, score: 0.0, evidence: Vec::new() }
    }

    /// What the objection in this mail is aimed at: all of its evidence must agree on marketing or consent, else it
    /// is [`Purpose::Other`], which people look at.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        let mut purposes = self
            .evidence
            .iter()
            .filter(|evidence| evidence.right == Right::Objection)
            .map(|evidence| evidence.purpose.unwrap_or(Purpose::Other));
        match purposes.next() {
            Some(first) if purposes.all(|next| next == first) => first,
            Some(_) | None => Purpose::Other,
        }
    }
}
