//! Patterns: how concepts must stand together in one sentence to mean something.
//!
//! `DELETE ~6 MYDATA & ACT ! NEG !! HOWTO @20` reads: a deleting word, at most six words later my data; anywhere within
//! twenty words of it a speech act; no negation in its clauses within four words of what matched; no how-to word in the sentence.
//! Atoms without a distance stand within three words. `A|B` is either, `A+B` one word that is both. All loops are bounded
//! by these distances, so matching is linear in the sentence.

use super::concept::{ConceptSet, Names};
use super::tokens::Token;

/// Words between two atoms when no distance is given.
const GAP: usize = 3;
/// Words that a whole pattern may span when it does not say.
const WINDOW: usize = 16;
/// A `!` looks this many words beyond what matched, in the clauses of what matched.
const NEAR: usize = 4;

/// One word of a pattern: every set must meet the token.
#[derive(Debug, Clone)]
struct Atom(Vec<ConceptSet>);

impl Atom {
    fn fits(&self, token: &Token) -> bool {
        self.0.iter().all(|set| token.concepts.meets(set))
    }
}

/// Atoms in order, each with the greatest distance from the one before.
#[derive(Debug, Clone)]
struct Chain(Vec<(usize, Atom)>);

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    chains: Vec<Chain>,
    near: ConceptSet,
    anywhere: ConceptSet,
    window: usize,
    /// What a sentence must hold for the pattern to have a chance: all of these …
    all_of: ConceptSet,
    /// … and one of each of these.
    one_of_each: Vec<ConceptSet>,
}

/// Token positions in the sentence, first and last, both inclusive.
pub(super) type Span = (usize, usize);

impl Pattern {
    /// Reads one alternative as written in the data file.
    pub(super) fn parse(source: &str, names: &mut Names) -> Result<Self, String> {
        let mut pattern = Self {
            chains: Vec::new(),
            near: ConceptSet::default(),
            anywhere: ConceptSet::default(),
            window: WINDOW,
            all_of: ConceptSet::default(),
            one_of_each: Vec::new(),
        };
        let (mut chain, mut gap, mut mode) = (Vec::new(), GAP, Mode::Wanted);
        for word in source.split_whitespace() {
            match word {
                "&" => {
                    pattern.chains.push(Chain(std::mem::take(&mut chain)));
                    mode = Mode::Wanted;
                }
                "!" => mode = Mode::Near,
                "!!" => mode = Mode::Anywhere,
                _ => {
                    if let Some(number) = word.strip_prefix('@') {
                        pattern.window = number.parse().map_err(|_| format!("no number: {word}"))?;
                    } else if let Some(number) = word.strip_prefix('~') {
                        gap = number.parse().map_err(|_| format!("no number: {word}"))?;
                    } else {
                        let atom = parse_atom(word, names)?;
                        match mode {
                            Mode::Wanted => {
                                pattern.need(&atom);
                                chain.push((gap, atom));
                            }
                            Mode::Near => atom.0.iter().for_each(|set| pattern.near.merge(*set)),
                            Mode::Anywhere => atom.0.iter().for_each(|set| pattern.anywhere.merge(*set)),
                        }
                        gap = GAP;
                    }
                }
            }
        }
        pattern.chains.push(Chain(chain));
        if pattern.chains.iter().any(|chain| chain.0.is_empty()) {
            return Err(format!("an empty part: {source}"));
        }
        Ok(pattern)
    }

    fn need(&mut self, atom: &Atom) {
        for set in &atom.0 {
            if set.is_single() {
                self.all_of.merge(*set);
            } else {
                self.one_of_each.push(*set);
            }
        }
    }

    /// Concepts of which a sentence must hold one: what to look the pattern up by. Concepts defined later are rarer, so
    /// the last one is taken.
    pub(super) fn keys(&self) -> ConceptSet {
        let last = self.all_of.numbers().last().map(ConceptSet::of);
        last.or_else(|| self.one_of_each.first().copied()).unwrap_or_default()
    }

    /// Whether a sentence that holds these concepts can fit.
    pub(super) fn can_fit(&self, all: &ConceptSet) -> bool {
        all.holds(&self.all_of) && !all.meets(&self.anywhere) && self.one_of_each.iter().all(|set| all.meets(set))
    }

    /// Calls `matched` with the spans of every place where the pattern fits, until it answers false.
    pub(super) fn find(&self, sentence: &[Token], all: ConceptSet, mut matched: impl FnMut(&[Span]) -> bool) {
        if !self.can_fit(&all) {
            return;
        }
        let Some((first, rest)) = self.chains.split_first() else { return };
        let mut spans = Vec::with_capacity(self.chains.len());
        for start in 0..sentence.len() {
            let Some(end) = first.fit(sentence, start) else { continue };
            spans.clear();
            spans.push((start, end));
            let (mut low, mut high) = (start, end);
            for chain in rest {
                if let Some(span) = nearest(chain, sentence, (low, high), self.window) {
                    low = low.min(span.0);
                    high = high.max(span.1);
                    spans.push(span);
                }
            }
            if spans.len() < self.chains.len() || self.forbidden(sentence, low, high) {
                continue;
            }
            if !matched(&spans) {
                return;
            }
        }
    }

    fn forbidden(&self, sentence: &[Token], low: usize, high: usize) -> bool {
        let from = low.saturating_sub(NEAR);
        let to = (high + NEAR + 1).min(sentence.len());
        let clause = |place: usize| sentence.get(place).map_or(0, |token| token.clause);
        let clauses = clause(low)..=clause(high);
        let around = sentence.get(from..to).unwrap_or(&[]);
        around.iter().any(|token| token.concepts.meets(&self.near) && clauses.contains(&token.clause))
    }
}

#[derive(Clone, Copy)]
enum Mode {
    Wanted,
    Near,
    Anywhere,
}

fn parse_atom(word: &str, names: &mut Names) -> Result<Atom, String> {
    let mut sets = Vec::new();
    for part in word.split('+') {
        let mut set = ConceptSet::default();
        for name in part.split('|') {
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
                return Err(format!("not a concept: {word}"));
            }
            set.add(names.number_of(name).ok_or_else(|| format!("too many concepts at {name}"))?);
        }
        sets.push(set);
    }
    Ok(Atom(sets))
}

impl Chain {
    /// The last token of the chain when it starts at `start`.
    fn fit(&self, sentence: &[Token], start: usize) -> Option<usize> {
        let (_, atom) = self.0.first()?;
        atom.fits(sentence.get(start)?).then(|| fit_rest(self.0.get(1..).unwrap_or(&[]), sentence, start)).flatten()
    }
}

fn fit_rest(atoms: &[(usize, Atom)], sentence: &[Token], from: usize) -> Option<usize> {
    let Some(((gap, atom), rest)) = atoms.split_first() else { return Some(from) };
    (from + 1..=from + gap)
        .filter(|place| sentence.get(*place).is_some_and(|token| atom.fits(token)))
        .find_map(|place| fit_rest(rest, sentence, place))
}

/// The place of a chain nearest to what matched already, within the window.
fn nearest(chain: &Chain, sentence: &[Token], (low, high): Span, window: usize) -> Option<Span> {
    let from = high.saturating_sub(window);
    let to = (low + window).min(sentence.len().saturating_sub(1));
    let distance = |place: usize| if place < low { low - place } else { place.saturating_sub(high) };
    (from..=to)
        .filter_map(|start| chain.fit(sentence, start).filter(|end| *end <= to).map(|end| (start, end)))
        .min_by_key(|(start, _)| distance(*start))
}
