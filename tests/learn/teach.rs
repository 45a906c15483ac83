//! What one right looks like: in a mail as a whole, and in the sentences that carry it.

use privacyloket::domain::right::{Right, Rights};
use privacyloket::rules::classify::opinion::windows;
use privacyloket::rules::classify::{Sentence, features};

use crate::corpus::Mail;
use crate::regression::{Example, Model, fit};

/// How much the examples weigh against small weights.
const TRUST: f64 = 40.0;
/// How often the sentences that carry the request are chosen anew.
const ROUNDS: usize = 2;

/// A clear mail as the classifier sees it, and what it asks.
pub struct Lesson {
    sentences: Vec<Sentence>,
    labels: Rights,
}

impl Lesson {
    /// What a mail teaches.
    pub fn of(mail: &Mail) -> Self {
        Self { sentences: features(&mail.subject, &mail.own_words().0), labels: mail.labels.clone() }
    }
}

/// The model for whole mails and the one for windows of sentences.
pub fn one(mails: &[&Lesson], right: Right) -> (Model, Model) {
    let whole: Vec<Example<'_>> =
        mails.iter().map(|mail| Example::whole(&mail.sentences, mail.labels.contains(&right))).collect();
    let whole = fit(&whole, TRUST);
    let mut window = whole.clone();
    for _ in 0..ROUNDS {
        window = fit(&chosen(mails, right, &window), TRUST);
    }
    (whole, window)
}

/// Of each mail that carries the right the window that says so most, by what was learned so far; of each mail that
/// does not, all windows.
fn chosen<'a>(mails: &[&'a Lesson], right: Right, model: &Model) -> Vec<Example<'a>> {
    let mut examples = Vec::new();
    for mail in mails {
        let each: Vec<Example<'a>> = windows(&mail.sentences)
            .map(|sentences| Example::window(sentences, mail.labels.contains(&right)))
            .collect();
        if mail.labels.contains(&right) {
            let odds = |example: &Example<'_>| example.odds(model);
            examples.extend(each.into_iter().max_by(|one, other| odds(one).total_cmp(&odds(other))));
        } else {
            #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
            let weight = (each.len() as f64).sqrt().recip();
            examples.extend(each.into_iter().map(|mut example| {
                example.weight = weight;
                example
            }));
        }
    }
    examples
}
