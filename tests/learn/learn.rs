//! Learns the classifier's second opinion from the labelled mails, and says how well it does on hands it has not seen.
//!
//! `cargo run --release --example learn` writes `src/rules/classify/weights.bin`; the same mails give the same file.
//! With `--cross-validate` some writers at a time are left out, the others are learned from, and the figures of those
//! left out are printed, decided as the program decides; nothing is written. Mails of writers named in
//! [`corpus::HELD_OUT`] are never learned from.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a tool for developers, on files of this repository"
)]

#[path = "../corpus/mod.rs"]
mod corpus;
mod regression;
mod teach;

use privacyloket::domain::right::Right;
use privacyloket::rules::classify::opinion::{Learned, RIGHTS, Weights};
use privacyloket::rules::classify::{PLACES, classify_by};

use corpus::{Figures, HELD_OUT, Mail};
use teach::Lesson;

/// Groups of writers for the cross-validation.
const FOLDS: usize = 6;

fn main() {
    let writers: Vec<Writer> = corpus::load().into_iter().map(Writer::new).collect();
    if std::env::args().any(|argument| argument == "--cross-validate") {
        cross_validate(&writers);
    } else {
        let lessons: Vec<&Lesson> =
            writers.iter().filter(|writer| !writer.held_out()).flat_map(|w| &w.lessons).collect();
        println!("{} mails learned from", lessons.len());
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/classify/weights.bin"), learn(&lessons))
            .unwrap();
    }
}

/// One hand, and what there is to learn from it.
struct Writer {
    name: String,
    mails: Vec<Mail>,
    lessons: Vec<Lesson>,
}

impl Writer {
    fn new((name, mails): (String, Vec<Mail>)) -> Self {
        let lessons = mails.iter().filter(|mail| !mail.ambiguous).map(Lesson::of).collect();
        Self { name, mails, lessons }
    }

    fn held_out(&self) -> bool {
        HELD_OUT.contains(&self.name.as_str())
    }
}

/// One file of weights from these mails.
fn learn(lessons: &[&Lesson]) -> Vec<u8> {
    let mut whole = Learned { bias: [0.0; RIGHTS], weights: vec![[0.0; RIGHTS]; PLACES] };
    let mut window = Learned { bias: [0.0; RIGHTS], weights: vec![[0.0; RIGHTS]; PLACES] };
    for pair in Right::ALL.chunks(2) {
        std::thread::scope(|scope| {
            let tasks: Vec<_> =
                pair.iter().map(|right| scope.spawn(|| (*right, teach::one(lessons, *right)))).collect();
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

/// What the others taught of every writer, some writers at a time.
fn cross_validate(writers: &[Writer]) {
    let mut all = Figures::default();
    for fold in 0..=FOLDS {
        // The last fold is those who are never learned from.
        let number_of = |name: &str| writers.iter().filter(|w| !w.held_out()).position(|w| w.name == name);
        let left_out = |writer: &Writer| number_of(&writer.name).map_or(FOLDS, |number| number % FOLDS) == fold;
        let others: Vec<&Lesson> =
            writers.iter().filter(|w| !w.held_out() && !left_out(w)).flat_map(|w| &w.lessons).collect();
        let weights = Weights::read(learn(&others).leak()).unwrap();
        let read = |mail: &Mail| {
            let (own, hints) = mail.own_words();
            classify_by(Some(&weights), &mail.subject, &own, hints)
        };
        for writer in writers.iter().filter(|writer| left_out(writer)) {
            let figures = Figures::of(&writer.mails, read);
            figures.print(&writer.name);
            if !writer.held_out() {
                all.add(&figures);
            }
        }
    }
    all.print("all that were left out in turn");
}
