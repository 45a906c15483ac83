//! A dossier: all data about one customer, per source. Collected just before a disclosure, never stored.

use serde::Serialize;

/// All data about one customer.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Dossier {
    /// What each source gave.
    pub sources: Vec<SourceData>,
}

/// What one source gave.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SourceData {
    /// The source's name for people.
    pub name: String,
    /// Its records.
    pub records: Vec<Record>,
    /// A remark for people; may be empty.
    pub note: String,
}

/// One record of a source.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// What it is.
    pub title: String,
    /// Label and value, in the source's order.
    pub rows: Vec<(String, String)>,
}

/// Personal data: only the size is printed.
impl std::fmt::Debug for Dossier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dossier({} sources)", self.sources.len())
    }
}
