//! From sentences to a verdict: rules add up per right, and two thresholds decide.

use super::concept::ConceptSet;
use super::pattern::Span;
use super::rulebook::{Effect, Meaning, Rulebook};
use super::tokens::{Sentence, Text, Token};
use crate::domain::right::{Purpose, Right};

/// Evidence for a right counts up to here, so that a doubt weighs the same in a long mail.
const MOST: i32 = 160;

/// The strength of a right that is asked for by its article or its legal name: nobody does that by accident. Counts
/// beside all other evidence.
pub(super) const NAMED: i32 = 250;
/// Evidence against a right counts down to here.
const LEAST: i32 = -60;

/// From here on the rules hint at something.
const HINTED: i32 = 50;

/// One rule that matched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finding {
    pub right: Right,
    pub purpose: Option<Purpose>,
    pub points: i32,
    /// In the subject, else in the body.
    pub subject: bool,
    /// Byte range in the original.
    pub quote: (usize, usize),
}

/// What the rules found in a text.
#[derive(Debug, Default)]
pub(super) struct Score {
    pub findings: Vec<Finding>,
    off_all: i32,
    look: i32,
    off: [i32; Right::ALL.len()],
    /// The mail points at what it quotes or carries ("zie bijlage").
    pub points_elsewhere: bool,
    /// Numbers of the rules that matched, in order.
    pub fired: Vec<usize>,
}

impl Score {
    /// Whether the rules hint at a right, or speak of the sender's data without telling the right.
    pub(super) fn deserves_a_look(&self) -> bool {
        let hinted = Right::ALL.into_iter().any(|right| self.of(right) >= HINTED);
        hinted || self.look.min(MOST) - self.off_all >= HINTED
    }

    /// Points of one right.
    pub(super) fn of(&self, right: Right) -> i32 {
        let points = || self.findings.iter().filter(|f| f.right == right).map(|f| f.points);
        let usual: i32 = points().filter(|points| *points != NAMED).sum();
        let named = points().find(|points| *points == NAMED).unwrap_or(0);
        let off = self.off.get(right as usize).copied().unwrap_or(0);
        usual.min(MOST) + named - self.off_all - off
    }

    /// What the rules say of one right: 1 is sure, 0 nothing, below it against.
    pub(super) fn share_of(&self, right: Right) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let points = self.of(right).clamp(LEAST, MOST + NAMED) as f32;
        points / 100.0
    }
}

/// Reads a text by a rulebook.
pub(super) fn read(text: &mut Text, book: &Rulebook) -> Score {
    book.lexicon.annotate(text);
    let mut score = Score::default();
    let mut fired = vec![false; book.rules.len()];
    let mut candidates = Vec::new();
    let mut carried = vec![0_usize; book.meanings.len()];
    for sentence in text.sentences.clone() {
        let Some(tokens) = text.tokens.get_mut(sentence.first..sentence.end) else { continue };
        let all = work_out(tokens, book, &mut carried);
        book.candidates(all, &mut candidates);
        for &number in &candidates {
            let Some(rule) = book.rules.get(number) else { continue };
            if fired.get(number).copied().unwrap_or(true) {
                continue;
            }
            let mut found: Option<Span> = None;
            for pattern in &rule.patterns {
                pattern.find(tokens, all, |spans| {
                    found = Some(hull(spans));
                    false
                });
                if found.is_some() {
                    break;
                }
            }
            let Some(span) = found else { continue };
            if let Some(mark) = fired.get_mut(number) {
                *mark = true;
            }
            score.fired.push(number);
            apply(&mut score, rule.effect, sentence, tokens, span);
        }
    }
    score
}

fn apply(score: &mut Score, effect: Effect, sentence: Sentence, tokens: &[Token], span: Span) {
    match effect {
        Effect::For(right, purpose, points) => {
            let quote = quote(tokens, span);
            score.findings.push(Finding { right, purpose, points, subject: sentence.subject, quote });
        }
        Effect::Against(right, points) => {
            if let Some(off) = score.off.get_mut(right as usize) {
                *off += points;
            }
        }
        Effect::Look(points) => score.look += points,
        Effect::AgainstAll(points) => score.off_all += points,
        Effect::PointsElsewhere => score.points_elsewhere = true,
    }
}

/// Adds the derived concepts to the tokens of a sentence and gives all that stand in it.
fn work_out(tokens: &mut [Token], book: &Rulebook, carried: &mut [usize]) -> ConceptSet {
    let mut all = ConceptSet::default();
    for token in tokens.iter() {
        all.merge(token.concepts);
    }
    let mut spans: Vec<Span> = Vec::new();
    for (number, meaning) in book.meanings.iter().enumerate() {
        match meaning {
            Meaning::Derive { concept, patterns } => {
                spans.clear();
                for pattern in patterns {
                    pattern.find(tokens, all, |found| {
                        spans.extend_from_slice(found);
                        true
                    });
                }
                for (from, to) in &spans {
                    for token in tokens.get_mut(*from..=*to).unwrap_or(&mut []) {
                        token.concepts.merge(*concept);
                    }
                    all.merge(*concept);
                }
            }
            Meaning::Carry { from, to, concept, sentences } => {
                let Some(left) = carried.get_mut(number) else { continue };
                let mut live = *left > 0;
                *left = left.saturating_sub(1);
                let matters = all.meets(from) || (live && all.meets(to));
                if !matters {
                    continue;
                }
                for token in tokens.iter_mut() {
                    if live && token.concepts.meets(to) {
                        token.concepts.merge(*concept);
                        all.merge(*concept);
                    }
                    if token.concepts.meets(from) {
                        live = true;
                        *left = *sentences;
                    }
                }
            }
        }
    }
    all
}

fn hull(spans: &[Span]) -> Span {
    let low = spans.iter().map(|(from, _)| *from).min().unwrap_or(0);
    let high = spans.iter().map(|(_, to)| *to).max().unwrap_or(0);
    (low, high)
}

/// The clauses around a span, as byte range in the original.
fn quote(tokens: &[Token], (low, high): Span) -> (usize, usize) {
    let (Some(first), Some(last)) = (tokens.get(low), tokens.get(high)) else { return (0, 0) };
    let start = tokens.iter().find(|token| token.clause == first.clause).map_or(first.start, |token| token.start);
    let end = tokens.iter().rev().find(|token| token.clause == last.clause).map_or(last.end, |token| token.end);
    if end.saturating_sub(start) <= 240 { (start, end) } else { (first.start, last.end) }
}
