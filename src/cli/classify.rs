//! `privacyloket classify`: what mails ask. No configuration, no database, nothing is kept.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anstyle::Style;
use serde::Serialize;

use super::output::{self, ASIDE, CARE, GOOD, TITLE};
use super::{CliError, FAILED};
use crate::domain::language::Language;
use crate::domain::right::Rights;
use crate::domain::verdict::{Classification, Evidence, Verdict};
use crate::intake;
use crate::io::mailbox::{HEAD_KEPT, TEXT_KEPT};

/// Most bytes of a mail that are read; of a larger one only the head, as from a mailbox.
const LARGEST: usize = 64 * 1024 * 1024;
/// Characters of a line for the right and its deciding words, on a terminal of 80.
const WIDTH: usize = 70;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Mails as they are on disk (RFC 5322); - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Classifies every file in the order given. What cannot be read is said on stderr; the others are done.
///
/// # Errors
/// [`CliError::Output`].
pub fn classify(arguments: &Arguments) -> Result<u8, CliError> {
    let mut code = 0;
    for file in &arguments.files {
        let mail = match Mail::read(file) {
            Ok(mail) => mail,
            Err(error) => {
                output::error(&format!("{}: {error}", file.display()));
                code = FAILED;
                continue;
            }
        };
        let reading = intake::read(&mail.raw, mail.whole, mail.size);
        let classification = intake::classify_message(&reading, None);
        let name = file.display().to_string();
        if arguments.json {
            output::json(&Line { file: &name, classification: Classified::of(&classification) })?;
        } else {
            output::result(&format!("{TITLE}{}{TITLE:#}", output::clean(&name, 78)))?;
            for line in for_people(&classification) {
                output::result(&line)?;
            }
        }
    }
    Ok(code)
}

/// A mail as read from a file.
pub(super) struct Mail {
    /// Its bytes, or those of its head.
    pub raw: Vec<u8>,
    /// Whether it is all of it.
    pub whole: bool,
    /// How many bytes are known of it.
    pub size: u64,
}

impl Mail {
    /// Reads a file, or standard input for `-`.
    pub(super) fn read(file: &Path) -> std::io::Result<Self> {
        let mut raw = Vec::new();
        let most = (LARGEST as u64).saturating_add(1);
        if file == Path::new("-") {
            std::io::stdin().lock().take(most).read_to_end(&mut raw)?;
        } else {
            File::open(file)?.take(most).read_to_end(&mut raw)?;
        }
        let (size, whole) = (raw.len() as u64, raw.len() <= LARGEST);
        if !whole {
            raw.truncate(HEAD_KEPT.saturating_add(TEXT_KEPT));
        }
        Ok(Self { raw, whole, size })
    }
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    classification: Classified<'a>,
}

/// A classification in its JSON form (contract.md).
#[derive(Serialize)]
pub(super) struct Classified<'a> {
    verdict: Verdict,
    rights: &'a Rights,
    language: Language,
    score: f64,
    evidence: &'a [Evidence],
}

impl<'a> Classified<'a> {
    /// The form of this one; the score in hundredths.
    pub(super) fn of(classification: &'a Classification) -> Self {
        Self {
            verdict: classification.verdict,
            rights: &classification.rights,
            language: classification.language,
            score: (classification.score * 100.0).round() / 100.0,
            evidence: &classification.evidence,
        }
    }
}

/// A classification in lines, the deciding words last.
pub(super) fn for_people(classification: &Classification) -> Vec<String> {
    let (style, verdict) = in_words(classification.verdict);
    let mut first = format!("  {style}{verdict}{style:#}");
    if !classification.rights.is_empty() {
        let rights: Vec<&str> = classification.rights.iter().map(|right| right.name()).collect();
        first.push_str(&format!(": {}", rights.join(", ")));
    }
    let score = classification.score;
    let mut lines = vec![format!("{first} {ASIDE}({}, {score:.2}){ASIDE:#}", classification.language.code())];
    for evidence in &classification.evidence {
        let right = match evidence.purpose {
            Some(purpose) => format!("{} ({})", evidence.right.name(), purpose.name()),
            None => evidence.right.name().to_owned(),
        };
        lines.push(format!(
            "    {right}: \u{201c}{}\u{201d}",
            output::clean(&evidence.text, WIDTH.saturating_sub(right.len()))
        ));
    }
    lines
}

const fn in_words(verdict: Verdict) -> (Style, &'static str) {
    match verdict {
        Verdict::Request => (GOOD, "request"),
        Verdict::Review => (CARE, "review, a person must look"),
        Verdict::Ordinary => (ASIDE, "ordinary mail"),
        Verdict::Automated => (ASIDE, "written by a machine"),
    }
}
