//! The classifier against labelled mails: prints its figures and holds them above floors.
//!
//! `tests/corpus/` holds mails by many writers, labelled by the guide (invented people, addresses under `.example`).
//! The learned opinion was taught by them, so what it does on them says only that nothing broke. Two writers are held
//! out: nothing was learned from `hands_b.jsonl` and `hands_z.jsonl`. Only the thresholds were chosen with their totals in
//! view, so their figures tell, a little kindly, how unseen mail does.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that panics fails, which is what it is for; the figures are for people to read"
)]

use std::collections::BTreeSet;
use std::path::Path;

use privacyloket::domain::right::Rights;
use privacyloket::domain::verdict::{Classification, Verdict};
use privacyloket::rules::classify::opinion::WEIGHTS;
use privacyloket::rules::classify::{Hints, classify};
use privacyloket::rules::own_words;
use proptest::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct Mail {
    id: String,
    lang: String,
    subject: String,
    body: String,
    labels: Rights,
    ambiguous: bool,
}

/// What the sender wrote, and whether there was a quote.
fn own_words(body: &str) -> (String, bool) {
    let words = own_words::split(body);
    let quoted = !words.quoted.is_empty();
    (words.own, quoted)
}

fn read(mail: &Mail) -> Classification {
    let (own, quoted) = own_words(&mail.body);
    classify(&mail.subject, &own, Hints { attachments: false, quoted })
}

fn load(path: &Path) -> Vec<Mail> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[derive(Debug, Default)]
struct Figures {
    requests: usize,
    missed: usize,
    reviewed: usize,
    exact: usize,
    ordinary: usize,
    false_alarms: usize,
    ordinary_reviewed: usize,
    right_found: usize,
    right_wrong: usize,
    right_missing: usize,
    wrong_language: usize,
}

impl Figures {
    fn of(mails: &[Mail]) -> Self {
        let mut figures = Self::default();
        for mail in mails.iter().filter(|mail| !mail.ambiguous) {
            let found = read(mail);
            figures.wrong_language += usize::from(found.language.code() != mail.lang);
            let (review, ordinary) = (found.verdict == Verdict::Review, found.verdict == Verdict::Ordinary);
            let rights = if review { Rights::new() } else { found.rights };
            if mail.labels.is_empty() {
                figures.ordinary += 1;
                figures.false_alarms += usize::from(!review && !ordinary);
                figures.ordinary_reviewed += usize::from(review);
            } else {
                figures.requests += 1;
                figures.missed += usize::from(ordinary);
                figures.reviewed += usize::from(review);
                figures.exact += usize::from(rights == mail.labels);
            }
            figures.right_found += rights.intersection(&mail.labels).count();
            figures.right_wrong += rights.difference(&mail.labels).count();
            figures.right_missing += mail.labels.difference(&rights).count();
        }
        figures
    }

    fn per_mille(part: usize, whole: usize) -> usize {
        part * 1000 / whole.max(1)
    }

    fn micro_f1(&self) -> usize {
        let hits = 2 * self.right_found;
        Self::per_mille(hits, hits + self.right_wrong + self.right_missing)
    }

    fn print(&self, name: &str) {
        println!(
            "{name}: {} requests: {} missed, {} to review, {} exact; {} ordinary: {} false alarms, {} to review; \
             micro-F1 0.{:03}; {} in the wrong language",
            self.requests,
            self.missed,
            self.reviewed,
            self.exact,
            self.ordinary,
            self.false_alarms,
            self.ordinary_reviewed,
            self.micro_f1(),
            self.wrong_language
        );
    }

    /// Floors in per mille: what may be missed, false, reviewed of the ordinary; what must be exact; micro-F1.
    fn hold(&self, [missed, false_alarms, reviewed, exact, f1]: [usize; 5]) {
        assert!(Self::per_mille(self.missed, self.requests) <= missed, "too many requests missed");
        assert!(Self::per_mille(self.false_alarms, self.ordinary) <= false_alarms, "too many false alarms");
        assert!(Self::per_mille(self.ordinary_reviewed, self.ordinary) <= reviewed, "too much ordinary mail to review");
        assert!(Self::per_mille(self.exact, self.requests) >= exact, "too few requests with exactly their rights");
        assert!(self.micro_f1() >= f1, "micro-F1 too low");
    }
}

/// Every labelled mail of `tests/corpus/` by its writer, the file's name.
fn corpus() -> Vec<(String, Vec<Mail>)> {
    let files = std::fs::read_dir("tests/corpus").unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect();
    files.sort();
    files.iter().map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), load(path))).collect()
}

/// Writers whose mails nobody looked at and nothing was learned from.
const UNSEEN: [&str; 2] = ["hands_b", "hands_z"];

#[test]
fn the_mails_that_were_learned_from_are_read_as_before() {
    let mut all = Vec::new();
    for (writer, mails) in corpus().into_iter().filter(|(writer, _)| !UNSEEN.contains(&writer.as_str())) {
        Figures::of(&mails).print(&writer);
        all.extend(mails);
    }
    let figures = Figures::of(&all);
    figures.print("all that was learned from");
    figures.hold(LEARNED_FLOORS);
}

#[test]
fn mails_that_nobody_fitted_to_are_read_as_before() {
    for (writer, mails) in corpus().into_iter().filter(|(writer, _)| UNSEEN.contains(&writer.as_str())) {
        let figures = Figures::of(&mails);
        figures.print(&writer);
        figures.hold(if writer == "hands_b" { HARD_FLOORS } else { UNSEEN_FLOORS });
    }
}

// Floors may only rise.
const LEARNED_FLOORS: [usize; 5] = [1, 2, 36, 998, 995];
const HARD_FLOORS: [usize; 5] = [18, 76, 56, 824, 890];
const UNSEEN_FLOORS: [usize; 5] = [15, 54, 104, 863, 910];

/// Whoever changes the mails or adds some must learn anew, or the figures above speak of other weights.
#[test]
fn the_weights_were_learned_from_these_mails() {
    let files = std::fs::read_dir("tests/corpus").unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect();
    files.sort();
    let mut hash = Sha256::new();
    for path in files {
        hash.update(std::fs::read(path).unwrap());
    }
    let learned_from = WEIGHTS.as_ref().unwrap().digest;
    assert_eq!(learned_from.as_slice(), hash.finalize().as_slice(), "run `cargo run --release --example learn`");
}

#[test]
fn evidence_quotes_the_sender_for_every_right() {
    for mail in load(Path::new("tests/corpus/fresh.jsonl")) {
        let (own, _) = own_words(&mail.body);
        let found = read(&mail);
        for evidence in &found.evidence {
            let there = own.contains(&evidence.text) || mail.subject.contains(&evidence.text);
            assert!(there && !evidence.text.is_empty(), "{}: {:?}", mail.id, evidence.text);
        }
        let spoken_for: BTreeSet<_> = found.evidence.iter().map(|evidence| evidence.right).collect();
        assert_eq!(spoken_for, found.rights, "{}", mail.id);
    }
}

#[test]
fn ids_are_unique() {
    let mails = load(Path::new("tests/corpus/fresh.jsonl"));
    let ids: BTreeSet<_> = mails.iter().map(|mail| &mail.id).collect();
    assert_eq!(ids.len(), mails.len());
}

/// How much is asked: an outcome may only move towards review.
fn same_or_review(before: &Classification, after: &Classification) -> bool {
    after.verdict == Verdict::Review || (after.verdict, &after.rights) == (before.verdict, &before.rights)
}

/// The letters without their accents, as people type them who have no such keys.
fn without_diacritics(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'à' | 'á' | 'â' | 'ä' => 'a',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ò' | 'ó' | 'ô' | 'ö' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}

/// Another line length: single line breaks become spaces and the other way round. Lists keep their lines.
fn rewrapped(text: &str, width: usize) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        if paragraph.lines().skip(1).any(|line| !line.starts_with(|c: char| c.is_alphabetic())) {
            return paragraph.to_owned();
        }
        let mut column = 0;
        let mut lines = String::new();
        for word in paragraph.split_whitespace() {
            let breaks = column + word.len() > width && word.starts_with(|c: char| c.is_alphabetic());
            if !lines.is_empty() {
                lines.push(if breaks && word.len() > 3 { '\n' } else { ' ' });
            }
            column = if breaks { word.len() } else { column + word.len() + 1 };
            lines.push_str(word);
        }
        lines
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[test]
fn upper_case_missing_accents_and_line_length_change_nothing_or_ask_a_person() {
    for mail in load(Path::new("tests/corpus/fresh.jsonl")) {
        let (own, quoted) = own_words(&mail.body);
        let hints = Hints { attachments: false, quoted };
        let before = classify(&mail.subject, &own, hints);
        for (what, subject, body) in [
            ("upper case", mail.subject.to_uppercase(), own.to_uppercase()),
            ("no accents", without_diacritics(&mail.subject), without_diacritics(&own)),
            ("short lines", mail.subject.clone(), rewrapped(&own, 40)),
            ("long lines", mail.subject.clone(), rewrapped(&own, 4000)),
        ] {
            let after = classify(&subject, &body, hints);
            assert!(same_or_review(&before, &after), "{}, {what}: {:?} -> {:?}", mail.id, before.rights, after.rights);
        }
    }
}

#[test]
fn hostile_text_is_read_to_its_end() {
    let size = 60_000;
    for piece in [
        "a",
        "verwijder ",
        "\"",
        "mijn gegevens ",
        "delete my data and ",
        "\n",
        "(a) ",
        "a.",
        "- ",
        "é\u{300}",
        "@",
        "'",
    ] {
        let text = piece.repeat(size / piece.len());
        let found = classify(&text, &text, Hints::default());
        assert!((0.0..=1.0).contains(&found.score));
    }
    let buried = format!("{} Graag al mijn persoonsgegevens verwijderen.", "Het weer is mooi vandaag. ".repeat(4000));
    assert_eq!(classify("", &buried, Hints::default()).verdict, Verdict::Request);
}

#[test]
fn a_mail_that_only_points_is_looked_at_when_there_is_something_to_point_at() {
    let hints = Hints { attachments: true, quoted: false };
    assert_eq!(classify("Verzoek", "Zie bijlage.", hints).verdict, Verdict::Review);
    assert_eq!(classify("Verzoek", "Zie bijlage.", Hints::default()).verdict, Verdict::Ordinary);
}

proptest! {
    #[test]
    fn no_text_panics(subject in "\\PC{0,40}", body in "(\\PC|\n|\t){0,400}", attachments: bool, quoted: bool) {
        let found = classify(&subject, &body, Hints { attachments, quoted });
        prop_assert!((0.0..=1.0).contains(&found.score));
        prop_assert!(found.verdict != Verdict::Automated);
        prop_assert_eq!(found.verdict == Verdict::Ordinary, found.rights.is_empty() && found.verdict != Verdict::Review);
    }

    #[test]
    fn words_in_any_order_do_not_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["verwijder", "mijn", "gegevens", "niet", ".", "?", "\"", "AP", "als", "(a)", "\n\n", "8911", "ZZ", "delete", "my", "data"]), 0..120)) {
        let found = classify("", &words.join(" "), Hints::default());
        prop_assert!(found.evidence.iter().all(|evidence| !evidence.text.is_empty()));
    }
}

fn outcome(text: &str) -> (Verdict, Vec<&'static str>) {
    let found = classify("", text, Hints::default());
    (found.verdict, found.rights.iter().map(|right| right.name()).collect())
}

#[test]
fn what_is_denied_past_or_asked_of_somebody_else_is_not_asked_of_us() {
    for text in [
        "Jullie hoeven mijn gegevens niet te verwijderen.",
        "Bedankt voor het toesturen van mijn gegevens.",
        "Een klant van ons vraagt om inzage in zijn gegevens. Hoe moeten wij dat doen?",
        "Wilt u de mailbox van onze stagiair verwijderen?",
        "We have updated our privacy policy. You can access, correct or delete your data at any time.",
    ] {
        assert_eq!(outcome(text).0, Verdict::Ordinary, "{text}");
    }
}

#[test]
fn asking_to_see_ones_data_is_asking_for_access() {
    assert_eq!(outcome("Mag ik mijn gegevens zien?"), (Verdict::Request, vec!["access"]));
}

#[test]
fn what_is_too_weak_for_a_right_but_about_the_senders_data_goes_to_a_person() {
    for text in [
        "Die beoordeling van mij van vorig jaar, die wil ik graag lezen.",
        "Zolang dat verschil niet is uitgezocht, blijf van mijn dossier af.",
    ] {
        assert_ne!(outcome(text).0, Verdict::Ordinary, "{text}");
    }
    assert_eq!(outcome("Ik kom niet in mijn account, kunnen jullie mijn wachtwoord resetten?").0, Verdict::Ordinary);
}

#[test]
fn a_closing_threat_adds_no_complaint() {
    let text = "Op grond van artikel 15 AVG verzoek ik u om een kopie van mijn persoonsgegevens. Mocht u niet binnen een \
                maand reageren, dan dien ik een klacht in bij de Autoriteit Persoonsgegevens.";
    assert_eq!(outcome(text), (Verdict::Request, vec!["access"]));
}

#[test]
fn two_rights_of_one_sentence_both_count() {
    let text = "Stuur me eerst alles wat jullie van mij hebben en wis daarna al mijn gegevens.";
    assert_eq!(outcome(text), (Verdict::Request, vec!["access", "erasure"]));
}

#[test]
fn the_purpose_of_an_objection_is_told() {
    let purpose = |text: &str| classify("", text, Hints::default()).purpose().name();
    assert_eq!(purpose("Ik wil geen reclame meer van jullie ontvangen."), "marketing");
    assert_eq!(purpose("Hierbij trek ik mijn toestemming in."), "consent");
    assert_eq!(purpose("Ik maak bezwaar tegen profilering van mijn gegevens."), "other");
}
