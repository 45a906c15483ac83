//! What a mail asks: the classifier.
//!
//! Nothing here lists sentences. The text is folded ([`fold`]) and cut into words, sentences and clauses ([`tokens`]);
//! a lexicon per language ([`lexicon`]) gives words their concepts; patterns ([`pattern`]) compose concepts into meanings
//! and meanings into rules ([`rulebook`]); what the rules find adds up per right, and two thresholds decide ([`score`]).
//! Words and rules are data files beside this one, made to be read by a lawyer: start at the top of `common.txt`.
//!
//! Follows the label guide: certain is a request, unsure goes to review, the rest is ordinary. Verdict `Automated` is
//! decided elsewhere, from headers.

mod concept;
mod fold;
mod language;
mod lexicon;
mod pattern;
mod rulebook;
mod score;
mod shape;
mod tokens;

use std::sync::LazyLock;

pub use self::language::detect_language;
use self::rulebook::Rulebook;
use self::score::{Finding, LOOK, SURE, Score};
use self::tokens::Text;
use crate::domain::language::Language;
use crate::domain::right::{Right, Rights};
use crate::domain::verdict::{Classification, Evidence, Verdict};

/// What the classifier may know of a mail besides its words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints {
    /// It carries attachments.
    pub attachments: bool,
    /// It quotes or forwards another mail.
    pub quoted: bool,
}

static DUTCH: LazyLock<Rulebook> =
    LazyLock::new(|| Rulebook::read(&[include_str!("nl.txt"), include_str!("common.txt")]));
static ENGLISH: LazyLock<Rulebook> =
    LazyLock::new(|| Rulebook::read(&[include_str!("en.txt"), include_str!("common.txt")]));
static GERMAN: LazyLock<Rulebook> =
    LazyLock::new(|| Rulebook::read(&[include_str!("de.txt"), include_str!("common.txt")]));
static FRENCH: LazyLock<Rulebook> =
    LazyLock::new(|| Rulebook::read(&[include_str!("fr.txt"), include_str!("common.txt")]));

fn rulebook(language: Language) -> &'static Rulebook {
    match language {
        Language::Nl => &DUTCH,
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
        Language::Fr => &FRENCH,
    }
}

/// Tells what a mail asks.
///
/// `own_words` is what its sender wrote: without quotes, signature and disclaimer. Linear in the text; never fails.
#[must_use]
pub fn classify(subject: &str, own_words: &str, hints: Hints) -> Classification {
    let mut text = Text::read(subject, own_words);
    let (language, second) = language::candidates(language::tally(&text));
    let mut other_text = second.map(|_| text.clone());
    let (mut best, mut look) = read_in(language, &mut text, subject, own_words, hints);
    if let (Some(second), Some(other_text)) = (second, other_text.as_mut()) {
        let (other, look_too) = read_in(second, other_text, subject, own_words, hints);
        look |= look_too;
        if rank(&other) > rank(&best) {
            best = Classification { language, ..other };
        }
    }
    if best.verdict == Verdict::Ordinary && look {
        best.verdict = Verdict::Review;
    }
    best
}

/// The answer of one language, and whether a person must look whatever the answer is: the mail only points at what it
/// quotes or carries (label guide, rule 11), or the rules could not be read.
fn read_in(
    language: Language,
    text: &mut Text,
    subject: &str,
    own_words: &str,
    hints: Hints,
) -> (Classification, bool) {
    let book = rulebook(language);
    let score = score::read(text, book);
    let pointing = score.points_elsewhere && (hints.quoted || hints.attachments);
    (answer(&score, language, subject, own_words), pointing || score.deserves_a_look() || !book.errors.is_empty())
}

/// The rules that matched, as written in the data files: for tuning them, and to show why.
#[must_use]
pub fn matched_rules(subject: &str, own_words: &str) -> Vec<&'static str> {
    let mut text = Text::read(subject, own_words);
    let (language, _) = language::candidates(language::tally(&text));
    let book = rulebook(language);
    let score = score::read(&mut text, book);
    score.fired.iter().filter_map(|number| book.rules.get(*number)).map(|rule| rule.source.as_str()).collect()
}

/// For choosing between readings in two languages.
const fn rank(classification: &Classification) -> (u8, usize) {
    let verdict = match classification.verdict {
        Verdict::Request => 2,
        Verdict::Review => 1,
        Verdict::Ordinary | Verdict::Automated => 0,
    };
    (verdict, classification.evidence.len())
}

fn answer(score: &Score, language: Language, subject: &str, own_words: &str) -> Classification {
    let from = |least: i32| Right::ALL.into_iter().filter(|right| score.of(*right) >= least).collect::<Rights>();
    let sure = from(SURE);
    let (verdict, rights) = if sure.is_empty() { (Verdict::Review, from(LOOK)) } else { (Verdict::Request, sure) };
    if rights.is_empty() {
        return Classification::ordinary(language);
    }
    let most = rights.iter().map(|right| score.of(*right)).max().unwrap_or(0);
    let evidence = rights.iter().flat_map(|right| evidence_of(score, *right, subject, own_words)).collect();
    Classification { verdict, rights, language, score: likelihood(most), evidence }
}

/// The words that spoke for a right, strongest first, each once.
fn evidence_of(score: &Score, right: Right, subject: &str, own_words: &str) -> Vec<Evidence> {
    let mut findings: Vec<&Finding> = score.findings.iter().filter(|finding| finding.right == right).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.points));
    let mut evidence: Vec<Evidence> = Vec::new();
    for finding in findings {
        let source = if finding.subject { subject } else { own_words };
        let Some(words) = source.get(finding.quote.0..finding.quote.1) else { continue };
        if evidence.iter().all(|known| known.text != words) {
            evidence.push(Evidence { right, text: words.to_owned(), purpose: finding.purpose });
        }
    }
    evidence
}

/// Points as a number between 0 and 1; [`SURE`] is 0.9.
fn likelihood(points: i32) -> f64 {
    let points = f64::from(points.clamp(0, 160));
    if points >= f64::from(SURE) { 0.9 + (points - 100.0) / 60.0 * 0.09 } else { points / 100.0 * 0.9 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_can_be_read() {
        for language in language::LANGUAGES {
            assert_eq!(rulebook(language).errors, Vec::<String>::new(), "{language:?}");
        }
    }
}
