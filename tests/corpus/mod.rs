//! The labelled mails of this folder, and how well a reader does on them: for the tests that hold the classifier above
//! its floors, and for the command that learns from the mails.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use privacyloket::domain::right::Rights;
use privacyloket::domain::verdict::{Classification, Verdict};
use privacyloket::rules::classify::Hints;
use privacyloket::rules::own_words;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Writers whose mails nobody looked at and nothing was learned from: they only measure.
pub const HELD_OUT: [&str; 2] = ["hands_b", "hands_z"];

/// One mail with its labels; the other fields of a line are for people.
#[derive(Deserialize, Clone)]
pub struct Mail {
    pub id: String,
    pub lang: String,
    pub subject: String,
    pub body: String,
    pub labels: Rights,
    pub ambiguous: bool,
}

impl Mail {
    /// What the sender wrote, and what is known of the mail besides.
    pub fn own_words(&self) -> (String, Hints) {
        let words = own_words::split(&self.body);
        let hints = Hints { attachments: false, quoted: !words.quoted.is_empty() };
        (words.own, hints)
    }
}

/// All mails by their writer, which is the name of the file, in the order of the names.
pub fn load() -> Vec<(String, Vec<Mail>)> {
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    files("tests/corpus", "jsonl").iter().map(|path| (name(path), mails(path))).collect()
}

fn mails(path: &Path) -> Vec<Mail> {
    let text = std::fs::read_to_string(path).unwrap();
    let mails: Vec<Mail> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: BTreeSet<&str> = mails.iter().map(|mail| mail.id.as_str()).collect();
    assert_eq!(ids.len(), mails.len(), "two mails of {} have the same id", path.display());
    mails
}

/// SHA-256 of everything that the learned weights depend on: the mails, and the words and rules.
pub fn digest() -> [u8; 32] {
    let mut hash = Sha256::new();
    for path in [files("tests/corpus", "jsonl"), files("src/rules/classify", "txt")].concat() {
        hash.update(std::fs::read(path).unwrap());
    }
    hash.finalize().into()
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}

/// How a reader did.
#[derive(Debug, Default, Clone, Copy)]
pub struct Figures {
    requests: usize,
    missed: usize,
    reviewed: usize,
    exact: usize,
    ordinary: usize,
    false_alarms: usize,
    ordinary_reviewed: usize,
    right_found: usize,
    right_wrong: usize,
    right_missing: usize,
    wrong_language: usize,
}

impl Figures {
    /// What a reader makes of mails; the ambiguous ones count for nothing.
    pub fn of<'a>(mails: impl IntoIterator<Item = &'a Mail>, read: impl Fn(&Mail) -> Classification) -> Self {
        let mut figures = Self::default();
        for mail in mails.into_iter().filter(|mail| !mail.ambiguous) {
            let found = read(mail);
            figures.wrong_language += usize::from(found.language.code() != mail.lang);
            let (review, ordinary) = (found.verdict == Verdict::Review, found.verdict == Verdict::Ordinary);
            let rights = if review { Rights::new() } else { found.rights };
            if mail.labels.is_empty() {
                figures.ordinary += 1;
                figures.false_alarms += usize::from(!review && !ordinary);
                figures.ordinary_reviewed += usize::from(review);
            } else {
                figures.requests += 1;
                figures.missed += usize::from(ordinary);
                figures.reviewed += usize::from(review);
                figures.exact += usize::from(rights == mail.labels);
            }
            figures.right_found += rights.intersection(&mail.labels).count();
            figures.right_wrong += rights.difference(&mail.labels).count();
            figures.right_missing += mail.labels.difference(&rights).count();
        }
        figures
    }

    fn per_mille(part: usize, whole: usize) -> usize {
        part * 1000 / whole.max(1)
    }

    fn micro_f1(&self) -> usize {
        let hits = 2 * self.right_found;
        Self::per_mille(hits, hits + self.right_wrong + self.right_missing)
    }

    /// Says them in a line.
    pub fn print(&self, name: &str) {
        println!(
            "{name}: {} requests: {} missed, {} to review, {} exact; {} ordinary: {} false alarms, {} to review; \
             micro-F1 {}.{:03}; {} in the wrong language; per mille {:?}",
            self.requests,
            self.missed,
            self.reviewed,
            self.exact,
            self.ordinary,
            self.false_alarms,
            self.ordinary_reviewed,
            self.micro_f1() / 1000,
            self.micro_f1() % 1000,
            self.wrong_language,
            self.in_per_mille()
        );
    }

    /// Adds those of other mails.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.missed += other.missed;
        self.reviewed += other.reviewed;
        self.exact += other.exact;
        self.ordinary += other.ordinary;
        self.false_alarms += other.false_alarms;
        self.ordinary_reviewed += other.ordinary_reviewed;
        self.right_found += other.right_found;
        self.right_wrong += other.right_wrong;
        self.right_missing += other.right_missing;
        self.wrong_language += other.wrong_language;
    }

    /// Missed, false, reviewed of the ordinary, exact, micro-F1, each in per mille: what the floors are held against.
    pub fn in_per_mille(&self) -> [usize; 5] {
        [
            Self::per_mille(self.missed, self.requests),
            Self::per_mille(self.false_alarms, self.ordinary),
            Self::per_mille(self.ordinary_reviewed, self.ordinary),
            Self::per_mille(self.exact, self.requests),
            self.micro_f1(),
        ]
    }
}
