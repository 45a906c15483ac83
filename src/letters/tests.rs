//! What holds for all letters together.

use std::collections::BTreeMap;

use super::access_answer::AccessAnswer;
use super::ask_identity::AskIdentity;
use super::done::{Done, DoneItem};
use super::question::Question;
use super::refusal::{Reason, Refusal};
use super::staff_alert::StaffAlert;
use super::staff_case::StaffCase;
use super::staff_help::StaffHelp;
use super::staff_review::StaffReview;
use super::*;
use crate::domain::token::{TOKEN_BYTES, Token};

const LANGUAGES: [LetterLanguage; 2] = [LetterLanguage::Nl, LetterLanguage::En];

fn organisation() -> Organisation {
    Organisation { name: "CraftCloud".into(), address: "info@craftcloud.nl".into() }
}

fn letters() -> Letters {
    Letters::embedded(organisation()).unwrap()
}

fn with_override(file: &str, content: &str) -> Result<Letters, BrokenTemplate> {
    Letters::with_overrides(organisation(), vec![(file.to_owned(), content.to_owned())])
}

/// Words that try everything at once.
fn attack() -> String {
    let token = Token::of_bytes([7; TOKEN_BYTES]);
    format!(
        "hoi\r\nakkoord K-1001\rakkoord K-1001\u{2028}<script>alert(1)</script></blockquote></body>\n\
         Kenmerk: pl-{0}\nPL-{0}\n{{{{ organisation.name }}}} {{% raw %}}\n\n> afwijzen\n{1} akkoord K-1001",
        token.reveal(),
        "woord ".repeat(40)
    )
}

fn assert_harmless(letter: &Letter) {
    assert!(!letter.subject.contains(['\r', '\n', '\u{2028}']), "{}", letter.subject);
    assert!(Token::find_all(&letter.text.to_lowercase(), 9).is_empty());
    assert!(Token::find_all(&letter.html.to_lowercase(), 9).is_empty());
    assert!(!letter.html.contains("<script"), "{}", letter.html);
    assert_eq!(letter.html.matches("</body>").count(), 1);
    assert_eq!(letter.html.matches("<blockquote>").count(), letter.html.matches("</blockquote>").count());
    assert_balanced(&letter.html);
}

/// Every element that is opened is closed, in order. Enough of HTML for what the templates use.
fn assert_balanced(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap();
        let name = tag.split([' ', '\n']).next().unwrap();
        if name == "!DOCTYPE" || name == "meta" || name == "br" {
            continue;
        }
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "{html}"),
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?} in {html}");
}

/// No line is a command or a token line, unless it is fenced or one of our own: indented, or in the list of help.
fn assert_no_loose_command(letter: &Letter) {
    for line in letter.text.split(['\n', '\r', '\u{2028}', '\u{85}']) {
        let ours = line.starts_with("    akkoord K-1001") || line.starts_with("- \"akkoord\"");
        assert!(!line.contains("akkoord K-1001") || line.starts_with("| ") || ours, "loose: {line:?}");
        assert!(!line.starts_with("akkoord"), "loose: {line:?}");
        assert!(!line.contains("Kenmerk") || line.starts_with("| "), "loose: {line:?}");
        assert!(!line.contains("<script>") || line.starts_with("| "), "loose: {line:?}");
    }
    for line in letter.html.split(['\n', '\r', '\u{2028}']) {
        assert!(!line.trim_start().starts_with("akkoord"), "loose: {line:?}");
    }
}

/// The text without line breaks, to look for sentences.
fn flat(letter: &Letter) -> String {
    letter.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_sample_of_every_letter_is_a_whole_harmless_mail_in_both_languages() {
    for language in LANGUAGES {
        let samples = letters().samples(language).unwrap();
        assert!(samples.len() > 50);
        for (name, letter) in samples {
            assert!(!letter.subject.is_empty() && letter.text.len() > 60, "{name}");
            assert!(letter.html.starts_with("<!DOCTYPE html>"), "{name}");
            assert!(letter.html.contains(&format!("<html lang=\"{}\">", language.code())), "{name}");
            assert!(!letter.text.contains("{{") && !letter.text.contains("{%"), "{name}");
            // How a missing value would be written; in English it is also a word.
            assert!(language == LetterLanguage::En || !letter.text.contains("none"), "{name}");
            assert_harmless(&letter);
            assert_no_loose_command(&letter);
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere_and_no_link_can_be_clicked() {
    for (name, source) in embedded::FILES {
        for forbidden in ["http:", "https:", "src=", "href=", "url(", "@import", "|safe", "autoescape"] {
            assert!(!source.contains(forbidden), "{name} holds {forbidden}");
        }
    }
}

#[test]
fn a_letter_to_a_person_carries_reference_and_date_and_no_strangers_words() {
    let mut people = 0;
    for (name, letter) in letters().samples(LetterLanguage::Nl).unwrap() {
        if !name.starts_with("staff_") {
            people += 1;
            for body in [&letter.text, &letter.html] {
                // A note about the record itself belongs to no case.
                assert!(body.contains("PL-2026-0001") || name == "address_added", "{name}");
                assert!(body.contains("donderdag 5 maart 2026"), "{name}");
            }
            assert!(!letter.text.contains("\n|"), "{name} fences something: whose words are that?");
        }
    }
    assert!(people > 30);
}

#[test]
fn fields_with_a_strangers_words_are_only_ever_shown_fenced() {
    let hostile = ["own_text", "display_name", "attachments", "item.subject", "not_understood", "quoted"];
    for (name, source) in embedded::FILES {
        for shown in source.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap().trim()) {
            let is_hostile =
                hostile.iter().any(|field| shown.starts_with(field) || shown.contains(&format!(".{field}")))
                    || shown.starts_with("words");
            if is_hostile && shown != "attachments|length" {
                assert!(name.starts_with("staff_"), "{name} shows {shown}");
                assert!(shown.ends_with("|fence") || shown.ends_with("|fence_all"), "{name} shows {shown}");
            }
        }
    }
}

#[test]
fn the_words_of_a_requester_stay_behind_the_bar_in_every_staff_mail() {
    let letters = letters();
    let mut case = StaffCase::samples().remove(0);
    case.own_text = attack();
    case.asker.display_name = attack();
    case.attachments = vec![attack(), "../../x\nakkoord K-1001".into()];
    case.requests.iter_mut().for_each(|asked| asked.words = vec![attack(), "akkoord K-1001".into()]);
    let mut review = StaffReview::samples().remove(0);
    review.items.iter_mut().for_each(|item| {
        item.subject = attack();
        item.candidates.iter_mut().for_each(|candidate| candidate.words = vec![attack()]);
    });
    let mut help = StaffHelp::samples().remove(0);
    help.not_understood = attack();
    let mut alert = StaffAlert::samples().remove(0);
    alert.quoted = attack();
    for language in LANGUAGES {
        for letter in [
            letters.staff_case(language, &case).unwrap(),
            letters.staff_review(language, &review).unwrap(),
            letters.staff_help(language, &help).unwrap(),
            letters.staff_alert(language, &alert).unwrap(),
        ] {
            assert_harmless(&letter);
            assert_no_loose_command(&letter);
            assert!(letter.text.contains("| akkoord K-1001"), "{}", letter.text);
            assert!(letter.html.contains("| akkoord K-1001"));
            assert!(letter.text.contains("{{ organisation.name }}"), "a template in the words was run");
        }
    }
}

#[test]
fn names_and_texts_of_staff_are_escaped_and_cannot_break_the_subject() {
    let letters = letters();
    let mut case = StaffCase::samples().remove(0);
    case.asker.customer.as_mut().unwrap().name = format!("{} akkoord K-1001", "x".repeat(45));
    let mut question = Question::samples().remove(0);
    question.text = attack();
    question.name = attack();
    let mut refusal = Refusal::samples().remove(0);
    refusal.reason = Reason::Staff(attack());
    let mut done = Done::samples().remove(0);
    done.staff_text = attack();
    done.recipients_told = vec![attack()];
    if let Some(DoneItem::Erased { kinds, .. }) = done.items.get_mut(1) {
        kinds[1].kind = attack();
        kinds[1].kept.as_mut().unwrap().why = attack();
    }
    let mut alert = StaffAlert::samples().remove(0);
    alert.headline = format!("x\r\nBcc: a@b.nl {}", attack());
    let mut answer = AccessAnswer::samples().remove(0);
    answer.name = attack();
    answer.dossier.sources[0].name = attack();
    answer.dossier.sources[0].note = attack();
    answer.dossier.sources[0].records[0].title = attack();
    answer.dossier.sources[0].records[0].rows = vec![(attack(), attack())];
    answer.processing.purposes = vec!["<script>".into()];
    for language in LANGUAGES {
        for letter in [
            letters.staff_case(language, &case).unwrap(),
            letters.question(language, &question).unwrap(),
            letters.refusal(language, &refusal).unwrap(),
            letters.done(language, &done).unwrap(),
            letters.staff_alert(language, &alert).unwrap(),
            letters.access_letter(language, &answer).unwrap(),
        ] {
            assert_harmless(&letter);
            assert!(!letter.text.lines().any(|line| line.starts_with("akkoord") && letter.subject.contains("Beslis")));
        }
    }
}

#[test]
fn every_way_a_hostile_organisation_name_could_break_out_is_closed() {
    let name = "Craft</title><script>&\r\nBcc: x".to_owned();
    let letters = Letters::embedded(Organisation { name, address: "info@craftcloud.nl".into() }).unwrap();
    for (_, letter) in letters.samples(LetterLanguage::En).unwrap() {
        assert_harmless(&letter);
    }
}

#[test]
fn asking_for_an_identity_never_tells_who_is_a_customer() {
    for language in LANGUAGES {
        for sample in AskIdentity::samples() {
            let letter = letters().ask_identity(language, &sample).unwrap();
            let greeting = letter.text.lines().next().unwrap();
            assert!(greeting == "Hallo," || greeting == "Hello,");
            for (nl, en) in [("KopieID", "KopieID"), ("BSN", "BSN"), ("foto", "photo"), ("vernietigen", "destroy")] {
                assert!(letter.text.contains(if language == LetterLanguage::Nl { nl } else { en }), "{nl}");
            }
            assert!(letter.text.contains("26 maart 2026") || letter.text.contains("26 March 2026"));
            let known = letter.text.find("dat wij van je kennen").or(letter.text.find("that we know")).unwrap();
            assert!(known < letter.text.find("BSN").unwrap(), "the lighter way must come first");
        }
    }
}

#[test]
fn an_access_answer_holds_everything_that_article_15_asks_for() {
    let letters = letters();
    let answer = AccessAnswer::samples().remove(0);
    let letter = letters.access_letter(LetterLanguage::Nl, &answer).unwrap();
    let processing = &answer.processing;
    let lists = [
        &processing.purposes,
        &processing.categories,
        &processing.grounds,
        &processing.recipients,
        &processing.retention,
        &processing.origin,
        &processing.transfers,
    ];
    let texts = lists.into_iter().flatten().map(String::as_str);
    let ours = [
        "Autoriteit Persoonsgegevens",
        "2509 AJ Den Haag",
        "bezwaar",
        "beperking",
        "die alleen door een computer worden gemaakt",
    ];
    for text in texts.chain(ours).chain(["+31 6 12345678", "Dorpsstraat 1", "Hier staat niets over je"]) {
        assert!(flat(&letter).contains(text), "{text}");
        assert!(letter.html.contains(&fence::escape(text)), "{text}");
    }
    assert_eq!(letter.files.len(), 2);
}

#[test]
fn an_access_answer_without_data_says_so_and_attaches_nothing() {
    let answer = AccessAnswer::samples().remove(1);
    for language in LANGUAGES {
        let letter = letters().access_letter(language, &answer).unwrap();
        assert!(letter.files.is_empty());
        let text = flat(&letter);
        assert!(text.contains("niets gevonden") || text.contains("found nothing"));
        assert!(!letter.text.contains("bijlage") && !letter.text.contains("attached"));
    }
}

#[test]
fn a_refusal_names_the_authority_and_the_court_in_both_languages() {
    for language in LANGUAGES {
        for sample in Refusal::samples() {
            let text = letters().refusal(language, &sample).unwrap();
            let text = flat(&text);
            assert!(text.contains("Autoriteit Persoonsgegevens") && text.contains("rechtbank"));
            assert!(text.contains("binnen zes weken") || text.contains("within six weeks"));
        }
    }
}

#[test]
fn a_staff_mail_shows_decision_deadline_and_commands_before_any_word_of_the_requester() {
    let letters = letters();
    let case = StaffCase::samples().remove(0);
    let text = letters.staff_case(LetterLanguage::Nl, &case).unwrap().text;
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what} in {text}"));
    let first_fenced = at("\n| ");
    for what in ["nog 9 dagen, uiterlijk za 28 maart", "Lopende diensten: hosting", "Openstaande facturen: geen"] {
        assert!(at(what) < at("\n    akkoord K-1001\n"), "{what}");
    }
    assert!(at("\n    akkoord K-1001\n") < first_fenced && at("\n    geen verzoek\n") < first_fenced);
    let unknown = letters.staff_case(LetterLanguage::Nl, &StaffCase::samples()[1]).unwrap().text;
    assert!(unknown.contains("Lopende diensten: hier niet bekend"));
}

#[test]
fn a_broken_override_is_an_error_that_names_the_file() {
    for (file, content) in [
        ("ask_identity/nl/text", "{{ klant }}"),
        ("ask_identity/en/html", "{{ heading.nothing }}"),
        ("refusal/nl/html", "{% if going_on %}"),
        ("question/nl/subject", "{{ text|nosuchfilter }}"),
        ("closed/en/text", "{% include 'nosuch/en/text' %}"),
        ("done/nl/text", "{{ heading.today|fence }}{{ items|date }}"),
        ("layout/nl/html", "{{ nothing }}"),
        ("authority/nl/text", "{{ nothing }}"),
        ("refusal/nl/text", "{% if reason.kind == 'no_answer' %}{{ nothing }}{% endif %}"),
    ] {
        let broken = with_override(file, content).unwrap_err();
        assert_eq!(broken.file, file, "{broken}");
        assert!(broken.to_string().contains(file));
    }
}

#[test]
fn an_override_without_a_letter_is_an_error_that_names_the_file() {
    for file in ["nosuch/nl/text", "ask_identity/de/text", "ask_identity/nl/text.txt", "../x", ""] {
        assert_eq!(with_override(file, "x").unwrap_err().file, file);
    }
}

#[test]
fn an_override_replaces_one_file_only_and_html_stays_escaped() {
    let letters = with_override("question/nl/html", "<b>{{ text }}</b>").unwrap();
    let mut question = Question::samples().remove(0);
    question.text = "<i>".into();
    let letter = letters.question(LetterLanguage::Nl, &question).unwrap();
    assert_eq!(letter.html, "<b>&lt;i&gt;</b>");
    assert!(flat(&letter).contains("We hebben daar een vraag over:"));
}

#[test]
fn a_broken_template_never_tells_the_data() {
    let letters = with_override("question/nl/text", "{% if text == 'geheim' %}{{ text|date }}{% endif %}").unwrap();
    let mut question = Question::samples().remove(0);
    question.text = "geheim".into();
    let broken = letters.question(LetterLanguage::Nl, &question).unwrap_err();
    assert_eq!(broken.file, "question/nl/text");
    assert!(!format!("{broken:?} {broken}").contains("geheim"));
}

#[test]
fn every_letter_reads_as_its_snapshot() {
    for language in LANGUAGES {
        let mut by_letter: BTreeMap<&str, String> = BTreeMap::new();
        for (name, letter) in letters().samples(language).unwrap() {
            let page = by_letter.entry(name).or_default();
            page.push_str(&format!("Subject: {}\n\n{}\n{}\n", letter.subject, letter.text, "~".repeat(76)));
        }
        for (name, page) in by_letter {
            insta::assert_snapshot!(format!("{name}_{}", language.code()), page);
        }
    }
}

#[test]
fn the_html_says_what_the_text_says() {
    for language in LANGUAGES {
        for (name, letter) in letters().samples(language).unwrap() {
            for word in letter.text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 4) {
                assert!(letter.html.contains(word), "{name}: {word} is missing from the HTML");
            }
        }
    }
}

#[test]
fn letters_can_be_shared_between_tasks() {
    fn shared<T: Send + Sync>() {}
    shared::<Letters>();
}
