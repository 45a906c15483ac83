//! Logistic regression with small weights: dual coordinate descent (Yu, Huang and Lin 2011), one right at a time.
//!
//! The order in which examples are visited is fixed, so the same examples give the same weights.

use privacyloket::rules::classify::opinion::norm;
use privacyloket::rules::classify::{KINDS, PLACES, Sentence};

/// Rounds over all examples at most.
const ROUNDS: usize = 60;
/// A round that moves no dual variable by more than this share of its bound is the last.
const STILL: f64 = 3e-3;

/// A weight per place, and a bias.
pub type Model = (Vec<f32>, f32);

/// Something to learn from: sentences in a row, and whether they ask for the right.
pub struct Example<'a> {
    sentences: &'a [Sentence],
    /// Each feature once, not once a sentence.
    once: bool,
    pub positive: bool,
    /// How much it counts beside the others.
    pub weight: f64,
}

impl<'a> Example<'a> {
    /// A mail as a whole.
    pub const fn whole(sentences: &'a [Sentence], positive: bool) -> Self {
        Self { sentences, once: true, positive, weight: 1.0 }
    }

    /// A few of its sentences.
    pub const fn window(sentences: &'a [Sentence], positive: bool) -> Self {
        Self { sentences, once: false, positive, weight: 1.0 }
    }

    /// What a model says of it.
    pub fn odds(&self, (weights, bias): &Model) -> f64 {
        let mut total = f64::from(*bias);
        self.visit(|place, value| total += f64::from(weights[place]) * value);
        total
    }

    fn lists(&self, kind: usize) -> impl Iterator<Item = &Vec<u32>> {
        let repeated = self.sentences.iter().filter(|_| !self.once).map(move |sentence| &sentence.repeated[kind]);
        self.sentences.iter().map(move |sentence| &sentence.fresh[kind]).chain(repeated)
    }

    fn visit(&self, mut each: impl FnMut(usize, f64)) {
        for kind in 0..KINDS {
            let value = f64::from(norm(self.lists(kind).map(Vec::len).sum()));
            for place in self.lists(kind).flatten() {
                each(*place as usize, value);
            }
        }
    }

    /// Square of its length.
    fn square(&self) -> f64 {
        let mut values: Vec<(usize, f64)> = Vec::new();
        self.visit(|place, value| values.push((place, value)));
        values.sort_unstable_by_key(|(place, _)| *place);
        let runs = values.chunk_by(|(one, _), (other, _)| one == other);
        runs.map(|run| run.iter().map(|(_, value)| value).sum::<f64>().powi(2)).sum()
    }
}

/// Weights and bias for one right. Both sides of the question weigh the same in total, so that rare rights count.
pub fn fit(examples: &[Example<'_>], trust: f64) -> Model {
    let total = |positive: bool| examples.iter().filter(|e| e.positive == positive).map(|e| e.weight).sum::<f64>();
    let half = examples.len() as f64 / 2.0;
    let (positives, negatives) = (half / total(true).max(1.0), half / total(false).max(1.0));
    let bound = |example: &Example<'_>| trust * example.weight * if example.positive { positives } else { negatives };
    let sign = |example: &Example<'_>| if example.positive { 1.0 } else { -1.0 };
    let (mut weights, mut bias) = (vec![0_f64; PLACES], 0_f64);
    let squares: Vec<f64> = examples.iter().map(|example| example.square() + 1.0).collect();
    let mut alphas: Vec<f64> = examples.iter().map(|example| (0.001 * bound(example)).min(1e-8)).collect();
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut shuffle = Shuffle(0x2545_f491_4f6c_dd1d);
    for _ in 0..ROUNDS {
        shuffle.mix(&mut order);
        let mut most = 0_f64;
        for &at in &order {
            let example = &examples[at];
            let mut odds = bias;
            example.visit(|place, value| odds += weights[place] * value);
            let step = step(alphas[at], bound(example), squares[at], sign(example) * odds);
            if step != 0.0 {
                alphas[at] += step;
                bias += sign(example) * step;
                example.visit(|place, value| weights[place] += sign(example) * step * value);
                most = most.max(step.abs() / bound(example));
            }
        }
        if most < STILL {
            break;
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "they are kept in a byte each in the end")]
    let small = (weights.into_iter().map(|weight| weight as f32).collect(), bias as f32);
    small
}

/// The best change of one dual variable, by Newton's method on the half of the problem where it is well behaved.
fn step(alpha: f64, bound: f64, square: f64, margin: f64) -> f64 {
    let mirrored = 0.5 * square * (bound - 2.0 * alpha) + margin < 0.0;
    let (sign, old) = if mirrored { (-1.0, bound - alpha) } else { (1.0, alpha) };
    let mut z = if bound - old < 0.5 * bound { 0.1 * old } else { old };
    let slope = |z: f64| square * (z - old) + sign * margin + (z / (bound - z)).ln();
    let mut gradient = slope(z);
    for _ in 0..100 {
        if gradient.abs() < 1e-6 {
            break;
        }
        let next = z - gradient / (square + bound / (bound - z) / z);
        z = if next <= 0.0 { z * 0.1 } else { next };
        gradient = slope(z);
    }
    sign * (z - old)
}

/// A small generator of numbers (xorshift): the same in every run.
struct Shuffle(u64);

impl Shuffle {
    fn mix(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            #[expect(clippy::cast_possible_truncation, reason = "a remainder")]
            let other = (self.0 % (last as u64 + 1)) as usize;
            order.swap(last, other);
        }
    }
}
