//! What one right looks like: in a mail as a whole, and in the sentences that carry it.

use privacyloket::domain::right::Right;
use privacyloket::rules::classify::opinion::windows;

use crate::corpus::Mail;
use crate::regression::{Example, Model, fit};

/// How much the examples weigh against small weights.
const TRUST: f64 = 40.0;
/// How often the sentences that carry the request are chosen anew.
const ROUNDS: usize = 2;

/// The model for whole mails and the one for windows of sentences.
pub fn one(mails: &[&Mail], right: Right) -> (Model, Model) {
    let whole: Vec<Example<'_>> =
        mails.iter().map(|mail| Example::whole(&mail.features, mail.labels.contains(&right))).collect();
    let whole = fit(&whole, TRUST);
    let mut window = whole.clone();
    for _ in 0..ROUNDS {
        window = fit(&chosen(mails, right, &window), TRUST);
    }
    (whole, window)
}

/// Of each mail that carries the right the window that says so most, by what was learned so far; of each mail that
/// does not, all windows.
fn chosen<'a>(mails: &[&'a Mail], right: Right, model: &Model) -> Vec<Example<'a>> {
    let mut examples = Vec::new();
    for mail in mails {
        let each: Vec<Example<'a>> =
            windows(&mail.features).map(|sentences| Example::window(sentences, mail.labels.contains(&right))).collect();
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
