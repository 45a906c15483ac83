//! A second opinion: what many labelled mails taught, as one number per right.
//!
//! Logistic regression over the features of [`super::features`], learned by `cargo run --release --example learn` from
//! `tests/corpus/` and kept as two tables of small numbers in `weights.bin`: one was taught by whole mails, one by the
//! few sentences of each mail that carry the request, so that a request in a long mail about other things is found too.
//! It reads no law: what it says is weighed against the rules in [`super::reading`].
//!
//! The file: `PLW3`, SHA-256 of what it was learned from, per table a scale and a bias per right (f32, little-endian),
//! then for each place one signed byte per table and right, rights in the order of [`Right::ALL`].

use super::features::{KINDS, PLACES, Sentence};
use crate::domain::right::Right;

/// How many rights there are.
pub const RIGHTS: usize = Right::ALL.len();
/// How many sentences in a row the second table looks at.
pub const WINDOW: usize = 3;

/// First bytes of the file.
const MAGIC: &[u8; 4] = b"PLW3";
/// Length of the digest.
const DIGEST: usize = 32;
/// Weights of a place: of both tables.
const ROW: usize = 2 * RIGHTS;

/// One number per right, in the order of [`Right::ALL`].
pub type PerRight = [f32; RIGHTS];

/// What the tables say, as log-odds per right: above 0 is more likely than not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion {
    /// Of the mail as a whole.
    pub whole: PerRight,
    /// Of its strongest sentences.
    pub strongest: PerRight,
}

/// A learned table as numbers, before it is written.
#[derive(Debug)]
pub struct Learned {
    /// What no feature at all says.
    pub bias: PerRight,
    /// For each place.
    pub weights: Vec<PerRight>,
}

/// Both tables.
#[derive(Debug)]
pub struct Weights {
    /// SHA-256 of the material that they were learned from.
    pub digest: [u8; DIGEST],
    whole: Line,
    window: Line,
    /// For each place first the weights for whole mails, then those for windows.
    rows: &'static [[u8; ROW]],
}

/// What turns sums of small numbers into log-odds.
#[derive(Debug)]
struct Line {
    scale: PerRight,
    bias: PerRight,
}

/// The tables that come with the program.
pub static WEIGHTS: std::sync::LazyLock<Option<Weights>> =
    std::sync::LazyLock::new(|| Weights::read(include_bytes!("weights.bin")));

impl Weights {
    /// Reads a file; `None` when it is not one.
    #[must_use]
    pub fn read(file: &'static [u8]) -> Option<Self> {
        let (digest, rest) = file.strip_prefix(MAGIC)?.split_first_chunk::<DIGEST>()?;
        let (whole, rest) = Line::read(rest)?;
        let (window, rest) = Line::read(rest)?;
        let (rows, rest) = rest.as_chunks::<ROW>();
        (rows.len() == PLACES && rest.is_empty()).then_some(Self { digest: *digest, whole, window, rows })
    }

    /// Makes a file of what was learned.
    #[must_use]
    pub fn file(digest: [u8; DIGEST], whole: &Learned, window: &Learned) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend(digest);
        let scales = [whole, window].map(Learned::scale);
        for (learned, scale) in [whole, window].into_iter().zip(&scales) {
            file.extend(scale.iter().chain(&learned.bias).flat_map(|number| number.to_le_bytes()));
        }
        for weights in whole
            .weights
            .iter()
            .zip(&window.weights)
            .flat_map(|(whole, window)| [whole, window].into_iter().zip(&scales))
        {
            let (weights, scale) = weights;
            for (weight, scale) in weights.iter().zip(scale) {
                #[expect(clippy::cast_possible_truncation, reason = "between -127 and 127 by the choice of the scale")]
                let small = (weight / scale.max(f32::MIN_POSITIVE)).round() as i8;
                file.extend(small.to_le_bytes());
            }
        }
        file
    }

    /// What the tables say of a mail. A sentence without anything new adds nothing: a table or a log says the same
    /// thing a thousand times, and is no more certain of it.
    #[must_use]
    pub fn opinion(&self, mail: &[Sentence]) -> Opinion {
        let mut whole = Sums::default();
        let telling = mail.iter().filter(|sentence| sentence.says_something_new());
        let each: Vec<Sums> = telling.map(|sentence| self.sums(sentence, &mut whole)).collect();
        let mut strongest = [f32::NEG_INFINITY; RIGHTS];
        for window in windows(&each) {
            let odds = self.window.odds(&window.iter().copied().sum());
            for (most, odds) in strongest.iter_mut().zip(odds) {
                *most = most.max(odds);
            }
        }
        Opinion { whole: self.whole.odds(&whole), strongest }
    }

    /// Which sentence speaks most for a right.
    #[must_use]
    pub fn strongest(&self, mail: &[Sentence], right: Right) -> Option<usize> {
        let mut whole = Sums::default();
        let odds = |sentence| self.window.odds(&self.sums(sentence, &mut whole)).get(right as usize).copied();
        let each: Vec<f32> = mail.iter().filter_map(odds).collect();
        let each = each.into_iter().enumerate();
        each.max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(at, _)| at)
    }

    /// Adds up the weights of one sentence, for windows; and those of its fresh features to the whole mail.
    fn sums(&self, sentence: &Sentence, whole: &mut Sums) -> Sums {
        let mut sums = Sums::default();
        for (kind, (fresh, repeated)) in sentence.fresh.iter().zip(&sentence.repeated).enumerate() {
            let mut of_fresh = [0_i32; ROW];
            self.add(fresh, &mut of_fresh);
            let mut of_repeated = [0_i32; ROW];
            self.add(repeated, &mut of_repeated);
            let (for_whole, for_window) = of_fresh.split_at(RIGHTS);
            whole.add(kind, for_whole, fresh.len());
            sums.add(kind, for_window, fresh.len());
            sums.add(kind, of_repeated.split_at(RIGHTS).1, repeated.len());
        }
        sums
    }

    fn add(&self, places: &[u32], sums: &mut [i32; ROW]) {
        for place in places {
            let Some(weights) = self.rows.get(*place as usize) else { continue };
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i32::from(i8::from_le_bytes([*weight]));
            }
        }
    }
}

/// The windows of a mail: [`WINDOW`] sentences in a row, or all when there are fewer.
pub fn windows<T>(sentences: &[T]) -> impl Iterator<Item = &[T]> {
    sentences.windows(WINDOW.min(sentences.len()).max(1)).chain(sentences.is_empty().then_some(sentences))
}

impl Learned {
    /// What one step of a byte is worth, per right.
    fn scale(&self) -> PerRight {
        let mut scale = [0_f32; RIGHTS];
        for weights in &self.weights {
            for (most, weight) in scale.iter_mut().zip(weights) {
                *most = most.max(weight.abs() / 127.0);
            }
        }
        scale
    }
}

/// Weights of some sentences added up, per kind, and how many features there were.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    weights: [[i32; RIGHTS]; KINDS],
    features: [usize; KINDS],
}

impl std::iter::Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(each: I) -> Self {
        each.fold(Self::default(), |mut total, one| {
            for (total, one) in total.weights.iter_mut().flatten().zip(one.weights.iter().flatten()) {
                *total += one;
            }
            for (total, one) in total.features.iter_mut().zip(one.features) {
                *total += one;
            }
            total
        })
    }
}

impl Sums {
    fn add(&mut self, kind: usize, weights: &[i32], features: usize) {
        for (total, weight) in self.weights.iter_mut().skip(kind).take(1).flatten().zip(weights) {
            *total += weight;
        }
        if let Some(total) = self.features.get_mut(kind) {
            *total += features;
        }
    }
}

impl Line {
    fn read(file: &[u8]) -> Option<(Self, &[u8])> {
        let (scale, rest) = per_right(file)?;
        let (bias, rest) = per_right(rest)?;
        Some((Self { scale, bias }, rest))
    }

    fn odds(&self, sums: &Sums) -> PerRight {
        let mut odds = self.bias;
        for (sums, features) in sums.weights.iter().zip(sums.features) {
            for ((odds, sum), scale) in odds.iter_mut().zip(sums).zip(self.scale) {
                #[expect(clippy::cast_precision_loss, reason = "a few thousand features of at most 127 each")]
                let sum = *sum as f32;
                *odds += sum * scale * norm(features);
            }
        }
        odds
    }
}

fn per_right(file: &[u8]) -> Option<(PerRight, &[u8])> {
    let (bytes, rest) = file.split_first_chunk::<{ RIGHTS * 4 }>()?;
    let mut numbers = [0_f32; RIGHTS];
    for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *number = f32::from_le_bytes(*bytes);
    }
    Some((numbers, rest))
}

/// A handful of features speaks no louder than so many.
const QUIET: usize = 24;

/// What each of so many features of one kind counts for: long mails have many, and are no more of anything for it.
#[must_use]
pub fn norm(features: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "at most as many as there are places")]
    let count = features.max(QUIET) as f32;
    count.sqrt().recip()
}

#[cfg(test)]
mod tests {
    use super::super::features;
    use super::*;

    fn learned(weight: f32) -> Learned {
        let mut weights = vec![[0.0; RIGHTS]; PLACES];
        for (place, row) in weights.iter_mut().enumerate() {
            row[place % RIGHTS] = weight;
        }
        Learned { bias: [-1.0; RIGHTS], weights }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let file = Weights::file([7; DIGEST], &learned(0.5), &learned(-0.25)).leak();
        let read = Weights::read(file).unwrap();
        assert_eq!(read.digest, [7; DIGEST]);
        assert_eq!((read.whole.bias, read.window.bias), ([-1.0; RIGHTS], [-1.0; RIGHTS]));
        assert_eq!(read.rows[0][0], 127_i8.to_le_bytes()[0]);
        assert_eq!(read.rows[1][RIGHTS + 1], (-127_i8).to_le_bytes()[0]);
    }

    #[test]
    fn a_file_that_is_cut_or_too_long_is_none() {
        let file = Weights::file([7; DIGEST], &learned(0.5), &learned(0.5)).leak();
        assert!(Weights::read(&file[..file.len() - 1]).is_none());
        assert!(Weights::read(&file[1..]).is_none());
        assert!(Weights::read(&[]).is_none());
        assert!(Weights::read([&*file, &[0]].concat().leak()).is_none());
    }

    #[test]
    fn a_mail_without_a_word_gets_the_bias_alone() {
        let weights = Weights::read(Weights::file([0; DIGEST], &learned(0.5), &learned(0.5)).leak()).unwrap();
        assert_eq!(weights.opinion(&[]), Opinion { whole: [-1.0; RIGHTS], strongest: [-1.0; RIGHTS] });
        assert_eq!(weights.strongest(&[], Right::Access), None);
    }

    #[test]
    fn saying_a_thing_a_hundred_times_says_no_more() {
        // Both are too long to be a short mail, which is a concept of its own.
        let opinion = |times: usize| {
            let text = "Regel nummer een van de lijst met artikelen. ".repeat(times);
            WEIGHTS.as_ref().unwrap().opinion(&features::tests::of_dutch(&text))
        };
        assert_eq!(opinion(10), opinion(1000));
    }
}
