//! The labelled mails of `tests/corpus/`, read as the classifier reads them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use privacyloket::domain::right::Rights;
use privacyloket::domain::verdict::Verdict;
use privacyloket::rules::classify::opinion::RIGHTS;
use privacyloket::rules::classify::{Hints, Sentence, classify, features};
use privacyloket::rules::own_words;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Writers whose mails only measure.
pub const HELD_OUT: [&str; 2] = ["hands_b", "hands_z"];

#[derive(Deserialize)]
struct Line {
    id: String,
    lang: String,
    subject: String,
    body: String,
    labels: Rights,
    ambiguous: bool,
}

/// A labelled mail with what the classifier sees in it.
pub struct Mail {
    pub id: String,
    pub lang: String,
    pub writer: String,
    pub labels: Rights,
    pub ambiguous: bool,
    pub features: Vec<Sentence>,
    pub points: [i32; RIGHTS],
    pub verdict: Verdict,
    pub rights: Rights,
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    files
}

/// All mails, by file.
pub fn load() -> Vec<Mail> {
    let mut mails = Vec::new();
    for path in files() {
        let writer = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let line: Line = serde_json::from_str(line).unwrap();
            let words = own_words::split(&line.body);
            let (features, points) = features(&line.subject, &words.own);
            let hints = Hints { attachments: false, quoted: !words.quoted.is_empty() };
            let found = classify(&line.subject, &words.own, hints);
            mails.push(Mail {
                id: line.id,
                lang: line.lang,
                writer: writer.clone(),
                labels: line.labels,
                ambiguous: line.ambiguous,
                features,
                points,
                verdict: found.verdict,
                rights: found.rights,
            });
        }
    }
    mails
}

/// The writers, each once.
pub fn writers(mails: &[Mail]) -> BTreeSet<String> {
    mails.iter().map(|mail| mail.writer.clone()).collect()
}

/// SHA-256 of everything that the weights depend on: the mails and the word lists.
pub fn digest() -> [u8; 32] {
    let mut hash = Sha256::new();
    for path in files() {
        hash.update(std::fs::read(path).unwrap());
    }
    hash.finalize().into()
}
