//! Concepts: what a word can mean to the rules, as bits.
//!
//! A concept has a name in the data files (`DELETE`, `MYDATA`) and a number here. Some are built in: they follow from
//! the shape of a token or its place, not from a lexicon.

use std::collections::HashMap;

/// 64 bits each.
const WORDS: usize = 5;
/// How many concepts there can be.
pub(super) const MOST: usize = MARK;
/// Set apart for the lexicon: there is more to look up about this word.
pub(super) const MARK: usize = WORDS * 64 - 1;

/// Concepts that need no lexicon. The order is their number; [`Builtin::NAMES`] their names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Builtin {
    /// In the subject line.
    Subject,
    /// In an item of a list.
    Item,
    /// In a sentence that ends with a question mark.
    Question,
    /// First word of a clause.
    First,
    /// First word of a sentence.
    Start,
    /// Between quotation marks, too long to be a title.
    Quoted,
    /// An e-mail address.
    Email,
    /// A domain name or web address.
    Domain,
    /// Has digits.
    Number,
    /// A bank account number.
    Iban,
    /// A telephone number.
    Phone,
    /// A Dutch postcode.
    Postcode,
    /// In a mail of few words.
    Short,
    /// In a mail of hardly any words.
    Tiny,
}

impl Builtin {
    /// Names in the data files, in the order of the variants.
    pub(super) const NAMES: [&'static str; 14] = [
        "SUBJECT", "ITEM", "QUESTION", "FIRST", "START", "QUOTED", "EMAIL", "DOMAIN", "NUMBER", "IBAN", "PHONE",
        "POSTCODE", "SHORT", "TINY",
    ];
}

/// A set of concepts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ConceptSet([u64; WORDS]);

impl ConceptSet {
    pub(super) fn of(number: usize) -> Self {
        let mut set = Self::default();
        set.add(number);
        set
    }

    pub(super) fn of_builtin(builtin: Builtin) -> Self {
        Self::of(builtin as usize)
    }

    pub(super) fn add(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    pub(super) fn add_builtin(&mut self, builtin: Builtin) {
        self.add(builtin as usize);
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }

    /// Forgets everything that a lexicon gave.
    pub(super) fn keep_builtin(&mut self) {
        let builtin = (1_u64 << Builtin::NAMES.len()) - 1;
        for (place, word) in self.0.iter_mut().enumerate() {
            *word &= if place == 0 { builtin } else { 0 };
        }
    }

    /// Takes a concept out; answers whether it was in.
    pub(super) fn take(&mut self, number: usize) -> bool {
        self.0.get_mut(number / 64).is_some_and(|word| {
            let bit = 1 << (number % 64);
            let was = *word & bit != 0;
            *word &= !bit;
            was
        })
    }

    /// The numbers of the concepts in it, rising.
    pub(super) fn numbers(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(place, word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros() as usize;
                    left &= left - 1;
                    place * 64 + bit
                })
            })
        })
    }

    pub(super) fn is_single(&self) -> bool {
        self.0.iter().map(|word| word.count_ones()).sum::<u32>() == 1
    }

    pub(super) fn holds(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| mine & theirs == *theirs)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(mine, theirs)| mine & theirs != 0)
    }
}

/// The names in use.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    /// Only the built-in ones.
    pub(super) fn new() -> Self {
        Self(Builtin::NAMES.iter().enumerate().map(|(number, name)| ((*name).to_owned(), number)).collect())
    }

    /// The names and their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(name, number)| (name.as_str(), *number))
    }

    /// The number of a name, given out if new; `None` when there are too many.
    pub(super) fn number_of(&mut self, name: &str) -> Option<usize> {
        let next = self.0.len();
        if let Some(number) = self.0.get(name) {
            return Some(*number);
        }
        (next < MOST).then(|| {
            self.0.insert(name.to_owned(), next);
            next
        })
    }
}
