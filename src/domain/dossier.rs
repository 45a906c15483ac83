//! A dossier: all data about one customer, per source. Collected just before a disclosure, never stored.

use serde::Serialize;

/// All data about one customer.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Dossier {
    /// In the order in which people read them; also sources in which nothing was found.
    pub sources: Vec<SourceData>,
}

/// What one source gave.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SourceData {
    /// For people: `Facturen (Moneybird)`.
    pub name: String,
    /// Its records.
    pub records: Vec<Record>,
    /// A remark for people; may be empty.
    pub note: String,
}

/// One record of a source.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// For people: `Factuur 2026-0012`; may be empty.
    pub title: String,
    /// Label and value, in the source's order.
    pub rows: Vec<(String, String)>,
}

impl Dossier {
    /// Whether nothing was found anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.iter().all(|source| source.records.is_empty())
    }
}

/// Personal data: only the size is printed.
impl std::fmt::Debug for Dossier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dossier({} sources)", self.sources.len())
    }
}
