//! The language a mail is written in, and the one it is answered in.

use serde::{Deserialize, Serialize};

/// A language that the classifier tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch, also what cannot be told.
    #[default]
    Nl,
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
}

impl Language {
    /// The two-letter code (ISO 639-1).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
        }
    }

    /// The language of the letters: German and French are answered in English (policy §6).
    #[must_use]
    pub const fn of_letters(self) -> LetterLanguage {
        match self {
            Self::Nl => LetterLanguage::Nl,
            Self::En | Self::De | Self::Fr => LetterLanguage::En,
        }
    }
}

/// A language that every letter exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum LetterLanguage {
    /// Plain Dutch, "je".
    #[default]
    Nl,
    /// Plain English.
    En,
}

impl LetterLanguage {
    /// The two-letter code, also the name of the template folder.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }
}
