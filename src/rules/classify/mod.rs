//! What a mail asks: the classifier.
//!
//! Nothing here lists sentences. The text is folded ([`fold`]) and cut into words, sentences and clauses ([`tokens`]);
//! a lexicon per language ([`lexicon`]) gives words their concepts; patterns ([`pattern`]) compose concepts into meanings
//! and meanings into rules ([`rulebook`]); what the rules find adds up per right ([`score`]). Beside it stands what labelled
//! mails taught ([`opinion`]); both are weighed, and two thresholds decide ([`reading`]).
//! Words and rules are data files beside this one, made to be read by a lawyer: start at the top of `common.txt`.
//!
//! Follows the label guide: certain is a request, unsure goes to review, the rest is ordinary. Verdict `Automated` is
//! decided elsewhere, from headers.

mod concept;
mod features;
mod fold;
mod language;
mod lexicon;
pub mod opinion;
mod pattern;
mod reading;
mod rulebook;
mod score;
mod shape;
mod tokens;

use std::sync::LazyLock;

pub use self::features::{KINDS, PLACES, Sentence};
pub use self::language::detect_language;
use self::opinion::{WEIGHTS, Weights};
use self::reading::Reading;
use self::rulebook::Rulebook;
use self::tokens::Text;
use crate::domain::language::Language;
use crate::domain::verdict::{Classification, Verdict};

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
    classify_by(WEIGHTS.as_ref(), subject, own_words, hints)
}

/// The same with another table of weights, to judge what some mails teach about others. Without one everything goes to
/// a person.
#[must_use]
pub fn classify_by(weights: Option<&Weights>, subject: &str, own_words: &str, hints: Hints) -> Classification {
    let mut text = Text::read(subject, own_words);
    let (language, second) = language::candidates(language::tally(&text));
    let mut other_text = second.map(|_| text.clone());
    let reading = Reading::of(language, &mut text, weights);
    let (mut best, mut look) = (reading.answer(subject, own_words), reading.deserves_a_look(hints));
    if let (Some(second), Some(other_text)) = (second, other_text.as_mut()) {
        let other = Reading::second(second, other_text, weights);
        look |= other.deserves_a_look(hints);
        let answer = other.answer(subject, own_words);
        if rank(&answer) > rank(&best) {
            best = answer;
        }
    }
    if best.verdict == Verdict::Ordinary && look {
        best.verdict = Verdict::Review;
    }
    best
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

/// The features of a mail's sentences, the subject first: for the command that learns from labelled mails.
#[must_use]
pub fn features(subject: &str, own_words: &str) -> Vec<Sentence> {
    let mut text = Text::read(subject, own_words);
    let (language, _) = language::candidates(language::tally(&text));
    let book = rulebook(language);
    let _ = score::read(&mut text, book);
    features::of(&text, book)
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
