//! A mail as read in one language: what the rules say and what experience says, weighed against each other.
//!
//! The rules ([`super::score`]) know why; the learned opinion ([`super::opinion`]) knows what people write. Their sum
//! decides per right: surely asked for, worth a look, or nothing. Where one is certain and the other against, the sum
//! stays in the middle, and a person looks.

use super::features;
use super::opinion::{Opinion, PerRight, RIGHTS, Weights};
use super::rulebook::Rulebook;
use super::score::{self, Finding, Score};
use super::tokens::Text;
use super::{Hints, rulebook};
use crate::domain::language::Language;
use crate::domain::right::{Right, Rights};
use crate::domain::verdict::{Classification, Evidence, Verdict};

/// Log-odds that 100 points of the rules are worth.
const RULES: f32 = 1.1;
/// Weight of what was learned from whole mails, and from the sentences that carry a request.
const WHOLE: f32 = 0.5;
const STRONGEST: f32 = 0.5;
/// Log-odds from which a right is surely asked for.
const SURE: f32 = 0.3;
/// The same where no rule speaks for the right: experience alone must be surer of itself.
const SURE_ALONE: f32 = 1.5;
/// Log-odds from which a person must look.
const LOOK: f32 = -1.2;
/// The same for a mail of at most [`FEW_WORDS`] words that no rule speaks for.
const LOOK_FEW_WORDS: f32 = 1.0;
/// So few words, subject included, say little.
const FEW_WORDS: usize = 8;
/// In a mail of so few words, subject included, a mere hint of the rules is the whole mail's subject.
const SHORT_MAIL: usize = 20;
/// Longest quotation of evidence, in bytes.
const LONGEST_QUOTE: usize = 240;

/// What was found in a mail.
pub(super) struct Reading<'a> {
    language: Language,
    text: &'a Text,
    book: &'static Rulebook,
    weights: Option<&'a Weights>,
    score: Score,
    /// Of each sentence.
    features: Vec<features::Sentence>,
    /// Log-odds per right, in the order of [`Right::ALL`].
    odds: PerRight,
}

/// What rules and experience say together, as log-odds per right.
fn weigh(opinion: &Opinion, score: &Score) -> PerRight {
    let mut odds = [0.0; RIGHTS];
    let said = Right::ALL.into_iter().zip(opinion.whole).zip(opinion.strongest);
    for (odds, ((right, whole), strongest)) in odds.iter_mut().zip(said) {
        *odds = WHOLE * whole + STRONGEST * strongest + RULES * score.share_of(right);
    }
    odds
}

impl<'a> Reading<'a> {
    /// Reads a text in a language that it may be written in besides another. Where no rule of that language finds
    /// anything, experience is not asked.
    pub(super) fn second(language: Language, text: &'a mut Text, weights: Option<&'a Weights>) -> Self {
        let book = rulebook(language);
        let score = score::read(text, book);
        let features = if score.findings.is_empty() { Vec::new() } else { features::of(text, book) };
        Self { language, text, book, weights, score, features, odds: [0.0; RIGHTS] }.weighed()
    }

    /// Reads a text, which gets the concepts of the language.
    pub(super) fn of(language: Language, text: &'a mut Text, weights: Option<&'a Weights>) -> Self {
        let book = rulebook(language);
        let score = score::read(text, book);
        let features = features::of(text, book);
        Self { language, text, book, weights, score, features, odds: [0.0; RIGHTS] }.weighed()
    }

    /// With the log-odds; of a text that has no features nothing is asked.
    fn weighed(mut self) -> Self {
        let weights = self.weights.filter(|_| !self.features.is_empty());
        let opinion = weights.map(|weights| weights.opinion(&self.features));
        self.odds = opinion.map_or([f32::NEG_INFINITY; RIGHTS], |opinion| weigh(&opinion, &self.score));
        self
    }

    /// Whether a person must look whatever the answer is: the mail only points at what it quotes or carries (label
    /// guide, rule 11), a short mail has a hint that experience does not share, or what decides could not be read.
    pub(super) fn deserves_a_look(&self, hints: Hints) -> bool {
        let pointing = self.score.points_elsewhere && (hints.quoted || hints.attachments);
        let hinted = self.text.tokens.len() <= SHORT_MAIL && self.score.deserves_a_look();
        pointing || hinted || !self.book.errors.is_empty() || self.weights.is_none()
    }

    /// The answer, with the words that decided.
    pub(super) fn answer(&self, subject: &str, own_words: &str) -> Classification {
        let sure = self.from(SURE, SURE_ALONE);
        let (verdict, rights) = if sure.is_empty() {
            (Verdict::Review, self.from(LOOK, self.look_alone()))
        } else {
            (Verdict::Request, sure)
        };
        if rights.is_empty() {
            return Classification::ordinary(self.language);
        }
        let most = self.odds.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let evidence = rights.iter().flat_map(|right| self.evidence(*right, subject, own_words)).collect();
        let score = 1.0 / (1.0 + (-f64::from(most)).exp());
        Classification { verdict, rights, language: self.language, score, evidence }
    }

    /// The rights with at least these log-odds; `alone` holds for those that no rule speaks for.
    fn from(&self, least: f32, alone: f32) -> Rights {
        let enough =
            |(right, odds): &(Right, f32)| *odds >= if self.score.share_of(*right) > 0.0 { least } else { alone };
        Right::ALL.into_iter().zip(self.odds).filter(enough).map(|(right, _)| right).collect()
    }

    /// A few words, of which no rule makes anything, look like anything: experience must find them likely.
    fn look_alone(&self) -> f32 {
        let words = self.text.tokens.len();
        if words <= FEW_WORDS { LOOK_FEW_WORDS } else { LOOK }
    }

    /// The words that spoke for a right, strongest first, each once: those of the rules, else the sentence that
    /// experience knows best.
    fn evidence(&self, right: Right, subject: &str, own_words: &str) -> Vec<Evidence> {
        let mut findings: Vec<&Finding> = self.score.findings.iter().filter(|f| f.right == right).collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.points));
        let mut evidence: Vec<Evidence> = Vec::new();
        for finding in findings {
            let source = if finding.subject { subject } else { own_words };
            let Some(words) = source.get(finding.quote.0..finding.quote.1) else { continue };
            if evidence.iter().all(|known| known.text != words) {
                evidence.push(Evidence { right, text: words.to_owned(), purpose: finding.purpose });
            }
        }
        if evidence.is_empty() {
            evidence.extend(self.strongest_sentence(right, subject, own_words));
        }
        evidence
    }

    fn strongest_sentence(&self, right: Right, subject: &str, own_words: &str) -> Option<Evidence> {
        let sentence = self.text.sentences.get(self.weights?.strongest(&self.features, right)?)?;
        let tokens = self.text.tokens.get(sentence.first..sentence.end)?;
        let (first, last) = (tokens.first()?, tokens.last()?);
        let source = if sentence.subject { subject } else { own_words };
        let near = tokens.iter().rev().find(|token| token.end - first.start <= LONGEST_QUOTE).unwrap_or(last);
        Some(Evidence { right, text: source.get(first.start..near.end)?.to_owned(), purpose: None })
    }
}
