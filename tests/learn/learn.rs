//! Learns the classifier's second opinion from the labelled mails, and says how well it does on hands it has not seen.
//!
//! `cargo run --release --example learn` writes `src/rules/classify/weights.bin`; the same mails give the same file.
//! With `--cross-validate` it leaves out one writer at a time, learns from the others and prints the figures of the
//! writer left out; nothing is written. Mails of writers named in [`HELD_OUT`] are never learned from.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a tool for developers, on files of this repository"
)]

mod corpus;
mod regression;
mod teach;

use privacyloket::domain::right::Right;
use privacyloket::rules::classify::PLACES;
use privacyloket::rules::classify::opinion::{Learned, RIGHTS, Weights};

use corpus::{HELD_OUT, Mail};

/// Groups of writers for the cross-validation.
const FOLDS: usize = 6;

fn main() {
    let mails = corpus::load();
    println!("{} mails of {} writers", mails.len(), corpus::writers(&mails).len());
    if std::env::args().any(|argument| argument == "--cross-validate") {
        cross_validate(&mails);
    } else {
        let seen: Vec<&Mail> = mails.iter().filter(|mail| !HELD_OUT.contains(&mail.writer.as_str())).collect();
        let file = learn(&seen);
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/classify/weights.bin"), file).unwrap();
    }
}

/// One file of weights from these mails.
fn learn(mails: &[&Mail]) -> Vec<u8> {
    let clear: Vec<&Mail> = mails.iter().copied().filter(|mail| !mail.ambiguous).collect();
    let mut whole = Learned { bias: [0.0; RIGHTS], weights: vec![[0.0; RIGHTS]; PLACES] };
    let mut window = Learned { bias: [0.0; RIGHTS], weights: vec![[0.0; RIGHTS]; PLACES] };
    for pair in Right::ALL.chunks(2) {
        std::thread::scope(|scope| {
            let tasks: Vec<_> = pair.iter().map(|right| scope.spawn(|| (*right, teach::one(&clear, *right)))).collect();
            for task in tasks {
                let (right, (of_whole, of_window)) = task.join().unwrap();
                for (table, (weights, bias)) in [(&mut whole, of_whole), (&mut window, of_window)] {
                    table.bias[right as usize] = bias;
                    for (row, weight) in table.weights.iter_mut().zip(weights) {
                        row[right as usize] = weight;
                    }
                }
            }
        });
    }
    Weights::file(corpus::digest(), &whole, &window)
}

/// What the others taught of every writer, some writers at a time: one JSON line per mail.
fn cross_validate(mails: &[Mail]) {
    let writers: Vec<String> = corpus::writers(mails).into_iter().collect();
    let (held_out, learned): (Vec<String>, Vec<String>) =
        writers.into_iter().partition(|writer| HELD_OUT.contains(&writer.as_str()));
    let mut folds = vec![held_out];
    folds.extend((0..FOLDS).map(|fold| learned.iter().skip(fold).step_by(FOLDS).cloned().collect()));
    for fold in folds {
        let others: Vec<&Mail> = mails
            .iter()
            .filter(|mail| !fold.contains(&mail.writer) && !HELD_OUT.contains(&mail.writer.as_str()))
            .collect();
        let weights = Weights::read(learn(&others).leak()).unwrap();
        for mail in mails.iter().filter(|mail| fold.contains(&mail.writer)) {
            let opinion = weights.opinion(&mail.features);
            println!(
                "{}",
                serde_json::json!({
                    "writer": mail.writer, "id": mail.id, "lang": mail.lang, "labels": mail.labels,
                    "ambiguous": mail.ambiguous, "points": mail.points, "whole": opinion.whole,
                    "strongest": opinion.strongest, "verdict": mail.verdict, "rights": mail.rights,
                })
            );
        }
    }
}
