//! The seven rights of chapter III GDPR that a person may use by mail, and the purpose of an objection.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// One right. The order is the order in which several rights of one mail are handled: what shows data comes before
/// what deletes it (policy §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// Art. 15: which data do you hold about me?
    Access,
    /// Art. 20: give me my data to take along.
    Portability,
    /// Art. 16: my data is wrong.
    Rectification,
    /// Art. 18: freeze my data.
    Restriction,
    /// Art. 21 and art. 7(3): stop using my data for this.
    Objection,
    /// Art. 17: delete my data.
    Erasure,
    /// Art. 77: you handled my data badly.
    Complaint,
}

/// Several rights, each once, in handling order.
pub type Rights = BTreeSet<Right>;

impl Right {
    /// All seven, in handling order.
    pub const ALL: [Self; 7] = [
        Self::Access,
        Self::Portability,
        Self::Rectification,
        Self::Restriction,
        Self::Objection,
        Self::Erasure,
        Self::Complaint,
    ];

    /// The fixed English name used in JSON, CSV and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Portability => "portability",
            Self::Rectification => "rectification",
            Self::Restriction => "restriction",
            Self::Objection => "objection",
            Self::Erasure => "erasure",
            Self::Complaint => "complaint",
        }
    }

    /// The Dutch word that the Autoriteit Persoonsgegevens uses, and staff type.
    #[must_use]
    pub const fn dutch(self) -> &'static str {
        match self {
            Self::Access => "inzage",
            Self::Portability => "overdracht",
            Self::Rectification => "rectificatie",
            Self::Restriction => "beperking",
            Self::Objection => "bezwaar",
            Self::Erasure => "verwijdering",
            Self::Complaint => "klacht",
        }
    }

    /// The article of the GDPR.
    #[must_use]
    pub const fn article(self) -> &'static str {
        match self {
            Self::Access => "15",
            Self::Portability => "20",
            Self::Rectification => "16",
            Self::Restriction => "18",
            Self::Objection => "21",
            Self::Erasure => "17",
            Self::Complaint => "77",
        }
    }

    /// The right with this fixed English name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.name() == name)
    }
}

/// What an objection is aimed at (policy §2 treats marketing and consent apart).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Direct marketing, newsletters, calls: absolute (art. 21(2)-(3)).
    Marketing,
    /// Withdrawn consent (art. 7(3)).
    Consent,
    /// Anything else, or not clear from the words.
    Other,
}

impl Purpose {
    /// The fixed English name used in JSON and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::Consent => "consent",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_comes_before_erasure() {
        let both: Rights = [Right::Erasure, Right::Access].into();
        assert_eq!(both.into_iter().next(), Some(Right::Access));
    }

    #[test]
    fn names_are_those_of_the_json() {
        for right in Right::ALL {
            assert_eq!(Right::from_name(right.name()), Some(right));
            assert_eq!(serde_json::to_string(&right).unwrap(), format!("\"{}\"", right.name()));
        }
    }
}
