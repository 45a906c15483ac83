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

mod corpus;

use std::collections::BTreeSet;

use corpus::{Figures, HELD_OUT, Mail};
use privacyloket::domain::verdict::{Classification, Verdict};
use privacyloket::rules::classify::opinion::WEIGHTS;
use privacyloket::rules::classify::{Hints, classify};
use proptest::prelude::*;

fn read(mail: &Mail) -> Classification {
    let (own, hints) = mail.own_words();
    classify(&mail.subject, &own, hints)
}

/// Floors in per mille: what may be missed, false, reviewed of the ordinary; what must be exact; micro-F1.
fn hold(name: &str, figures: &Figures, floors: [usize; 5]) {
    figures.print(name);
    let [missed, false_alarms, reviewed, exact, f1] = figures.in_per_mille();
    assert!(missed <= floors[0], "{name}: too many requests missed");
    assert!(false_alarms <= floors[1], "{name}: too many false alarms");
    assert!(reviewed <= floors[2], "{name}: too much ordinary mail to review");
    assert!(exact >= floors[3], "{name}: too few requests with exactly their rights");
    assert!(f1 >= floors[4], "{name}: micro-F1 too low");
}

/// The mails of one writer.
fn written_by(name: &str) -> Vec<Mail> {
    corpus::load().into_iter().find(|(writer, _)| writer == name).unwrap().1
}

#[test]
fn the_mails_that_were_learned_from_are_read_as_before() {
    let mut all = Figures::default();
    for (writer, mails) in corpus::load().into_iter().filter(|(writer, _)| !HELD_OUT.contains(&writer.as_str())) {
        let figures = Figures::of(&mails, read);
        match writer.as_str() {
            "fresh" => hold(&writer, &figures, FRESH_FLOORS),
            "hands_a" => hold(&writer, &figures, OTHER_HANDS_FLOORS),
            "company" => hold(&writer, &figures, COMPANY_FLOORS),
            _ => figures.print(&writer),
        }
        all.add(&figures);
    }
    hold("all that was learned from", &all, LEARNED_FLOORS);
}

#[test]
fn mails_that_nothing_was_learned_from_are_read_as_before() {
    hold("hands_b", &Figures::of(&written_by("hands_b"), read), HARD_FLOORS);
    hold("hands_z", &Figures::of(&written_by("hands_z"), read), UNSEEN_FLOORS);
}

// Floors may only rise.
const OTHER_HANDS_FLOORS: [usize; 5] = [103, 21, 42, 413, 590];
const FRESH_FLOORS: [usize; 5] = [6, 5, 20, 905, 950];
const COMPANY_FLOORS: [usize; 5] = [5, 5, 37, 880, 940];
const LEARNED_FLOORS: [usize; 5] = [1, 2, 36, 998, 995];
const HARD_FLOORS: [usize; 5] = [18, 76, 56, 824, 890];
const UNSEEN_FLOORS: [usize; 5] = [15, 54, 104, 863, 910];

/// Whoever changes mails, words or rules must learn anew, or the figures above speak of other weights.
#[test]
fn the_weights_were_learned_from_these_mails_and_words() {
    let learned_from = WEIGHTS.as_ref().unwrap().digest;
    assert_eq!(learned_from, corpus::digest(), "run `cargo run --release --example learn`");
}

#[test]
fn evidence_quotes_the_sender_for_every_right() {
    for mail in written_by("fresh") {
        let (own, _) = mail.own_words();
        let found = read(&mail);
        for evidence in &found.evidence {
            let there = own.contains(&evidence.text) || mail.subject.contains(&evidence.text);
            assert!(there && !evidence.text.is_empty(), "{}: {:?}", mail.id, evidence.text);
        }
        let spoken_for: BTreeSet<_> = found.evidence.iter().map(|evidence| evidence.right).collect();
        assert_eq!(spoken_for, found.rights, "{}", mail.id);
    }
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
    for mail in written_by("fresh") {
        let (own, hints) = mail.own_words();
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
fn a_request_that_is_only_quoted_below_a_word_of_thanks_is_never_acted_on() {
    for (writer, mails) in corpus::load() {
        for mail in mails.iter().filter(|mail| !mail.labels.is_empty()) {
            let quoted: String = mail.body.lines().map(|line| format!("> {line}\n")).collect();
            let body =
                format!("Dank je wel!\n\nOp ma 2 jun 2025 om 10:11 schreef Jan <jan@voorbeeld.example>:\n{quoted}");
            let thanks = Mail { subject: "Re: bericht".to_owned(), body, ..mail.clone() };
            let found = read(&thanks);
            assert_ne!(found.verdict, Verdict::Request, "{writer} {}: {:?}", mail.id, found.evidence);
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
