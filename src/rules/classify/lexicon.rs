//! The lexicon of one language: which words mean which concepts.
//!
//! An entry is a word (`wis`), a beginning (`verwijder*`), an ending (`*gegevens`: Dutch and German glue words
//! together), both (`*bewaar*` is not allowed: it would cost a search), or several words (`op de hoogte`). Words are
//! looked up in a trie, one step per letter, so the work is linear in the text.

use std::collections::HashMap;

use super::concept::{ConceptSet, MARK};
use super::tokens::Text;

/// The words after the first, and what the whole means; `only` when its words mean nothing else here.
#[derive(Debug)]
struct Phrase {
    rest: Vec<String>,
    concepts: ConceptSet,
    only: bool,
}

/// One word list.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    /// Read from the first letter.
    forward: Trie,
    /// Read from the last letter.
    backward: Trie,
    /// Entries of several words, by their first word.
    phrases: HashMap<String, Vec<Phrase>>,
    /// Single words that mean one thing only, whatever beginning or ending they share with others.
    alone: HashMap<String, ConceptSet>,
}

impl Lexicon {
    /// Adds an entry as written in the data file; the error tells what is wrong with it.
    ///
    /// With `only` its words mean this and nothing else ("Autoriteit Persoonsgegevens" is no personal data).
    pub(super) fn add(&mut self, entry: &str, concept: usize, only: bool) -> Result<(), String> {
        let set = ConceptSet::of(concept);
        let marked = ConceptSet::of(MARK);
        let words: Vec<&str> = entry.split_whitespace().collect();
        let plain = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) && !word.is_empty();
        match words.as_slice() {
            [] => Err("an empty entry".to_owned()),
            [word] => {
                if only && plain(word) {
                    self.forward.insert(word.bytes(), marked, false);
                    self.alone.entry((*word).to_owned()).or_default().merge(set);
                } else if let Some(stem) = word.strip_suffix('*') {
                    if !plain(stem) {
                        return Err(format!("not a folded word: {entry}"));
                    }
                    self.forward.insert(stem.bytes(), set, true);
                } else if let Some(ending) = word.strip_prefix('*') {
                    if !plain(ending) {
                        return Err(format!("not a folded word: {entry}"));
                    }
                    self.backward.insert(ending.bytes().rev(), set, true);
                } else if plain(word) {
                    self.forward.insert(word.bytes(), set, false);
                } else {
                    return Err(format!("not a folded word: {entry}"));
                }
                Ok(())
            }
            [first, rest @ ..] => {
                if !plain(first) || !rest.iter().all(|word| plain(word.trim_end_matches('*'))) {
                    return Err(format!("not folded words: {entry}"));
                }
                self.forward.insert(first.bytes(), marked, false);
                let rest = rest.iter().map(|word| (*word).to_owned()).collect();
                self.phrases.entry((*first).to_owned()).or_default().push(Phrase { rest, concepts: set, only });
                Ok(())
            }
        }
    }

    /// Gives every token of the text its concepts.
    pub(super) fn annotate(&self, text: &mut Text) {
        let mut found: Vec<(usize, usize, &Phrase)> = Vec::new();
        for index in 0..text.tokens.len() {
            let Some(token) = text.tokens.get(index) else { continue };
            let word = text.word(token);
            let mut set = self.forward.find(word.bytes());
            set.merge(self.backward.find(word.bytes().rev()));
            if set.take(MARK) {
                if let Some(only) = self.alone.get(word) {
                    set = *only;
                }
                for phrase in self.phrases.get(word).into_iter().flatten() {
                    if follows(text, index + 1, &phrase.rest) {
                        found.push((index, index + 1 + phrase.rest.len(), phrase));
                    }
                }
            }
            if let Some(token) = text.tokens.get_mut(index) {
                token.concepts.merge(set);
            }
        }
        for (from, to, phrase) in found {
            for token in text.tokens.get_mut(from..to).unwrap_or(&mut []) {
                if phrase.only {
                    token.concepts.keep_builtin();
                }
                token.concepts.merge(phrase.concepts);
            }
        }
    }
}

/// Whether these words stand at this place.
fn follows(text: &Text, from: usize, words: &[String]) -> bool {
    words.iter().enumerate().all(|(step, word)| {
        text.tokens.get(from + step).is_some_and(|token| match word.strip_suffix('*') {
            Some(stem) => text.word(token).starts_with(stem),
            None => text.word(token) == word,
        })
    })
}

#[derive(Debug, Default)]
struct Node {
    /// Sorted by letter.
    next: Vec<(u8, u32)>,
    /// Places in [`Trie::sets`]; 0 is the empty one. For a word that ends here …
    whole: u32,
    /// … and for a word that goes on.
    part: u32,
}

/// Words by their letters.
#[derive(Debug)]
struct Trie {
    nodes: Vec<Node>,
    sets: Vec<ConceptSet>,
    /// Where each first letter leads …
    root: [u32; 128],
    /// … and each first two, so that most words are done with at once.
    pairs: Vec<u32>,
}

impl Default for Trie {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default()],
            sets: vec![ConceptSet::default()],
            root: [0; 128],
            pairs: vec![0; 128 * 128],
        }
    }
}

impl Trie {
    fn insert(&mut self, letters: impl Iterator<Item = u8>, set: ConceptSet, part: bool) {
        let mut at: u32 = 0;
        let mut first = None;
        for (depth, letter) in letters.enumerate() {
            let fresh = u32::try_from(self.nodes.len()).unwrap_or(0);
            let Some(node) = self.nodes.get_mut(at as usize) else { return };
            let next = match node.next.binary_search_by_key(&letter, |(l, _)| *l) {
                Ok(place) => node.next.get(place).map_or(0, |(_, next)| *next),
                Err(place) => {
                    node.next.insert(place, (letter, fresh));
                    self.nodes.push(Node::default());
                    fresh
                }
            };
            match (depth, first) {
                (0, _) => {
                    first = Some(letter);
                    if let Some(slot) = self.root.get_mut(usize::from(letter)) {
                        *slot = next;
                    }
                }
                (1, Some(first)) => {
                    if let Some(slot) = self.pairs.get_mut(pair(first, letter)) {
                        *slot = next;
                    }
                }
                _ => {}
            }
            at = next;
        }
        let fresh = u32::try_from(self.sets.len()).unwrap_or(0);
        let Some(node) = self.nodes.get_mut(at as usize) else { return };
        let slot = if part { &mut node.part } else { &mut node.whole };
        if *slot == 0 {
            *slot = fresh;
            self.sets.push(set);
        } else if let Some(known) = self.sets.get_mut(*slot as usize) {
            known.merge(set);
        }
    }

    fn find(&self, mut letters: impl Iterator<Item = u8>) -> ConceptSet {
        let mut set = ConceptSet::default();
        let Some(first) = letters.next() else { return set };
        let at = self.root.get(usize::from(first)).copied().unwrap_or(0);
        let Some(here) = self.nodes.get(at as usize).filter(|_| at != 0) else { return set };
        self.merge(&mut set, here.part);
        let Some(second) = letters.next() else {
            self.merge(&mut set, here.whole);
            return set;
        };
        let mut at = self.pairs.get(pair(first, second)).copied().unwrap_or(0);
        if at == 0 {
            return set;
        }
        loop {
            let Some(here) = self.nodes.get(at as usize) else { return set };
            self.merge(&mut set, here.part);
            let Some(letter) = letters.next() else {
                self.merge(&mut set, here.whole);
                return set;
            };
            let Some((_, next)) = here.next.iter().find(|(l, _)| *l == letter) else { return set };
            at = *next;
        }
    }

    fn merge(&self, set: &mut ConceptSet, place: u32) {
        if place != 0
            && let Some(more) = self.sets.get(place as usize)
        {
            set.merge(*more);
        }
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) * 128 + usize::from(second)
}
