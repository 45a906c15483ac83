//! What a sentence looks like to the learned opinion ([`super::opinion`]): features, as places in a table.
//!
//! Four kinds: words with their neighbours, pieces of words (so that typos, compounds and inflections look alike), and
//! the concepts of the lexicon ([`super::lexicon`]) in pairs, in order and together. A feature is hashed to a place; no
//! list of features is kept. The same code serves training and judging.

use super::concept::{Builtin, ConceptSet};
use super::rulebook::Rulebook;
use super::tokens::{self, Text, Token};

/// Places in the table, a power of two.
pub const PLACES: usize = 1 << 17;
/// How far apart two concepts in order may stand, in words.
const REACH: usize = 5;
/// Concepts of one sentence that are paired; more is a list, not a sentence.
const MOST_CONCEPTS: usize = 32;
/// Longest word that is cut into pieces, in letters.
const LONGEST_WORD: usize = 40;

/// How many kinds of features there are.
pub const KINDS: usize = Kind::ALL.len();

/// The kinds of features. Each weighs the same however many features of it a mail has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word, two words, three words in a row.
    Words,
    /// Three to five letters of a word.
    Letters,
    /// A concept, or one before another.
    Ordered,
    /// Two concepts in one sentence.
    Together,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Words, Self::Letters, Self::Ordered, Self::Together];

    const fn salt(self) -> u64 {
        match self {
            Self::Words => 0x51,
            Self::Letters => 0x52,
            Self::Ordered => 0x53,
            Self::Together => 0x54,
        }
    }
}

/// The features of one sentence, each once: places in the table.
#[derive(Debug, Default, Clone)]
pub struct Sentence {
    /// Those that no sentence before it has, per kind in the order of [`Kind::ALL`]. Together with those of the other
    /// sentences they are the features of the mail.
    pub fresh: [Vec<u32>; KINDS],
    /// Those that one has.
    pub repeated: [Vec<u32>; KINDS],
}

impl Sentence {
    /// Whether it holds anything that no sentence before it does.
    #[must_use]
    pub fn says_something_new(&self) -> bool {
        self.fresh.iter().any(|places| !places.is_empty())
    }
}

/// A place in the table for a hash of one kind.
const fn place(kind: Kind, hash: u64) -> u32 {
    let mixed = (hash ^ kind.salt().wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    #[expect(clippy::cast_possible_truncation, reason = "17 bits are left")]
    let place = (mixed >> (64 - PLACES.trailing_zeros())) as u32;
    place
}

/// Hash of a name or word (FNV-1a).
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Hash of two hashes in order.
const fn pair(first: u64, second: u64) -> u64 {
    (first.rotate_left(23) ^ second).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Gathers features, each once a sentence.
struct Gatherer {
    /// One bit per kind and place: seen in this sentence …
    here: Vec<u64>,
    /// … and in the mail.
    seen: Vec<u64>,
    found: Sentence,
}

impl Gatherer {
    fn new() -> Self {
        let bits = vec![0; KINDS * PLACES / 64];
        Self { here: bits.clone(), seen: bits, found: Sentence::default() }
    }

    fn add(&mut self, kind: Kind, hash: u64) {
        let place = place(kind, hash);
        let bit = kind as usize * PLACES + place as usize;
        let mask = 1_u64 << (bit % 64);
        let (Some(here), Some(seen)) = (self.here.get_mut(bit / 64), self.seen.get_mut(bit / 64)) else { return };
        if *here & mask != 0 {
            return;
        }
        *here |= mask;
        let lists = if *seen & mask == 0 { &mut self.found.fresh } else { &mut self.found.repeated };
        *seen |= mask;
        if let Some(list) = lists.get_mut(kind as usize) {
            list.push(place);
        }
    }

    /// Hands out what was gathered of a sentence.
    fn finish(&mut self) -> Sentence {
        let found = std::mem::take(&mut self.found);
        for lists in [&found.fresh, &found.repeated] {
            for (kind, places) in lists.iter().enumerate() {
                for place in places {
                    if let Some(word) = self.here.get_mut((kind * PLACES + *place as usize) / 64) {
                        *word = 0;
                    }
                }
            }
        }
        found
    }
}

/// The features of each sentence of a text that the lexicon and the meanings have annotated, the subject first.
pub(super) fn of(text: &Text, book: &Rulebook) -> Vec<Sentence> {
    let mut gatherer = Gatherer::new();
    let mut hashes = Vec::new();
    let of_one = |sentence: &tokens::Sentence| {
        let tokens = text.tokens.get(sentence.first..sentence.end).unwrap_or(&[]);
        words(&mut gatherer, text, *sentence, tokens, &mut hashes);
        concepts(&mut gatherer, tokens, book);
        gatherer.finish()
    };
    text.sentences.iter().map(of_one).collect()
}

fn words(gatherer: &mut Gatherer, text: &Text, sentence: tokens::Sentence, tokens: &[Token], hashes: &mut Vec<u64>) {
    hashes.clear();
    if sentence.subject {
        hashes.push(hash(b"subject:"));
    }
    for token in tokens {
        let word = text.word(token);
        let number = word.bytes().all(|byte| byte.is_ascii_digit());
        hashes.push(if number { hash(b"0") } else { hash(word.as_bytes()) });
        // The digits of a number say nothing: what it is (a postcode, an account) is a concept.
        if !number {
            letters(gatherer, word.as_bytes());
        }
    }
    hashes.push(hash(if sentence.question() { b"?" } else { b"." }));
    let (mut before, mut before_that) = (None, None);
    for word in hashes.iter().copied() {
        gatherer.add(Kind::Words, word);
        if let Some(before) = before {
            let two = pair(before, word);
            gatherer.add(Kind::Words, two);
            if let Some(first) = before_that {
                gatherer.add(Kind::Words, pair(first, two));
            }
        }
        before_that = before.replace(word);
    }
}

/// Three to five letters in a row, the gaps before and after the word being letters too.
fn letters(gatherer: &mut Gatherer, word: &[u8]) {
    let word = word.get(..LONGEST_WORD).unwrap_or(word);
    // The last five letters, one a byte: pieces of three to five are its lower bytes.
    let mut last = u64::from(b' ');
    for (at, letter) in word.iter().chain(b" ").enumerate() {
        last = (last << 8) | u64::from(*letter);
        for size in 3..=5_u32.min(u32::try_from(at).unwrap_or(5) + 2) {
            gatherer.add(Kind::Letters, last & ((1 << (8 * size)) - 1));
        }
    }
}

/// What holds for a whole sentence or mail says nothing about order.
fn is_local(concept: usize) -> bool {
    ![
        Builtin::Short,
        Builtin::Tiny,
        Builtin::Subject,
        Builtin::Item,
        Builtin::Question,
        Builtin::Start,
        Builtin::Quoted,
    ]
    .iter()
    .any(|builtin| *builtin as usize == concept)
}

fn concepts(gatherer: &mut Gatherer, tokens: &[Token], book: &Rulebook) {
    let mut all = ConceptSet::default();
    let mut near: Vec<(usize, u64)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        all.merge(token.concepts);
        near.retain(|(before, _)| at - before <= REACH);
        let earlier = near.len();
        for name in token.concepts.numbers().filter(|concept| is_local(*concept)).filter_map(|c| book.name_hash(c)) {
            gatherer.add(Kind::Ordered, name);
            for (_, before) in near.get(..earlier).unwrap_or(&[]) {
                gatherer.add(Kind::Ordered, pair(*before, name));
            }
            near.push((at, name));
        }
    }
    let mut names: Vec<u64> = all.numbers().filter_map(|concept| book.name_hash(concept)).take(MOST_CONCEPTS).collect();
    names.sort_unstable();
    for (at, first) in names.iter().enumerate() {
        for second in names.get(at + 1..).unwrap_or(&[]) {
            gatherer.add(Kind::Together, pair(*first, *second));
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn of_dutch(body: &str) -> Vec<Sentence> {
        super::super::features("", body)
    }

    #[test]
    fn what_stood_before_is_repeated_and_not_fresh() {
        let mail = of_dutch("Appel en peer op een schaal, dat is al het fruit van vandaag hier. Appel. Kers.");
        let count = |lists: &[Vec<u32>; KINDS]| lists.iter().map(Vec::len).sum::<usize>();
        assert_eq!(count(&mail[0].repeated), 0);
        assert!(count(&mail[1].repeated) > 0, "the apple");
        assert!(mail[2].says_something_new());
    }

    #[test]
    fn the_digits_of_a_number_are_no_features() {
        let same = |one: &str, other: &str| format!("{:?}", of_dutch(one)) == format!("{:?}", of_dutch(other));
        assert!(same("ruimte 3100 is leeg", "ruimte 7722 is leeg"));
        assert!(!same("ruimte 3100 is leeg", "kamer 3100 is leeg"));
    }
}
