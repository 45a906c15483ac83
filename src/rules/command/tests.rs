//! Spellings of staff replies, and what each of them orders.

use proptest::prelude::*;

use super::*;
use crate::domain::right::Right;

fn rights<const N: usize>(rights: [Right; N]) -> Rights {
    rights.into()
}

fn approve<const N: usize>(customer: &str, named: [Right; N]) -> Command {
    Command::Approve { customer: CustomerId::parse(customer), rights: rights(named) }
}

fn reject<const N: usize>(named: [Right; N], reason: &str) -> Command {
    Command::Reject { rights: rights(named), reason: reason.into() }
}

/// Compares without `Debug`, which hides the texts.
fn check(table: Vec<(&str, Command)>) -> usize {
    all_hold(table.iter().map(|(reply, command)| (*reply, parse(reply), parse(reply).as_ref() == Ok(command))))
}

/// Fails with every reply that was read wrongly. Gives their number.
fn all_hold<'a>(rows: impl Iterator<Item = (&'a str, Result<Command, NotACommand>, bool)>) -> usize {
    let rows: Vec<_> = rows.collect();
    let wrong: Vec<_> = rows.iter().filter(|(.., holds)| !holds).map(|(reply, read, _)| (reply, read)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    rows.len()
}

fn approvals() -> Vec<(&'static str, Command)> {
    use Right::{Access, Complaint, Erasure, Objection, Portability, Rectification, Restriction};
    vec![
        ("akkoord", approve("", [])),
        ("Akkoord", approve("", [])),
        ("AKKOORD!", approve("", [])),
        ("akkoord.", approve("", [])),
        ("akkoord...", approve("", [])),
        ("  akkoord  ", approve("", [])),
        ("\u{a0}akkoord\u{a0}", approve("", [])),
        ("\u{feff}akkoord\r\n", approve("", [])),
        ("*akkoord*", approve("", [])),
        ("**Akkoord**", approve("", [])),
        ("\"akkoord\"", approve("", [])),
        ("“Akkoord”", approve("", [])),
        ("- akkoord", approve("", [])),
        ("akkoord, dank!", approve("", [])),
        ("akkoord, groet Piet", approve("", [])),
        ("Akkoord, met vriendelijke groet, Piet", approve("", [])),
        ("akkoord mvg Piet de Vries", approve("", [])),
        ("akkoord 👍", approve("", [])),
        ("akkoord graag", approve("", [])),
        ("akkoord alles", approve("", [])),
        ("akkoord\n\nGroet, Piet", approve("", [])),
        ("akkoord\n\nIk heb haar net aan de telefoon gehad.\n\nGroet, Piet", approve("", [])),
        ("Hoi,\n\nakkoord\n\nPiet", approve("", [])),
        ("Beste collega,\nakkoord", approve("", [])),
        ("Akkoord.\n> akkoord of afwijzen?", approve("", [])),
        ("approve", approve("", [])),
        ("Approved, thanks", approve("", [])),
        ("approve, kind regards, Pete", approve("", [])),
        ("ja, akkoord", approve("", [])),
        ("ok akkoord K-1001", approve("K-1001", [])),
        ("akkoord K-1001", approve("K-1001", [])),
        ("akkoord k-1001.", approve("k-1001", [])),
        ("Akkoord K\u{2011}1001", approve("K-1001", [])),
        ("Akkoord K–1001", approve("K-1001", [])),
        ("akkoord: K-1001", approve("K-1001", [])),
        ("akkoord #1001", approve("1001", [])),
        ("akkoord 1001", approve("1001", [])),
        ("akkoord klant K-1001", approve("K-1001", [])),
        ("akkoord klant: K-1001, inzage", approve("K-1001", [Access])),
        ("akkoord klant nr. 1001", approve("1001", [])),
        ("akkoord klantnummer 1001", approve("1001", [])),
        ("akkoord [klant K-1001] [inzage]", approve("K-1001", [Access])),
        ("akkoord <K-1001>", approve("K-1001", [])),
        ("akkoord K-1001 inzage", approve("K-1001", [Access])),
        ("akkoord klant K-1001 inzage", approve("K-1001", [Access])),
        ("akkoord inzage klant K-1001", approve("K-1001", [Access])),
        ("akkoord K-1001 verwijdering", approve("K-1001", [Erasure])),
        ("akkoord K-1001 K-1001", approve("K-1001", [])),
        ("approve K-1001 access", approve("K-1001", [Access])),
        ("approve customer K-1001 access and erasure", approve("K-1001", [Access, Erasure])),
        ("Approve the right of access", approve("", [Access])),
        ("akkoord inzage", approve("", [Access])),
        ("akkoord met inzage", approve("", [Access])),
        ("akkoord alleen inzage", approve("", [Access])),
        ("akkoord inzage, overdracht en verwijderen", approve("", [Access, Portability, Erasure])),
        ("akkoord inzage/overdracht", approve("", [Access, Portability])),
        ("akkoord inzage+bezwaar", approve("", [Access, Objection])),
        ("akkoord portabiliteit", approve("", [Portability])),
        ("akkoord dataportabiliteit", approve("", [Portability])),
        ("akkoord rectificatie", approve("", [Rectification])),
        ("akkoord correctie", approve("", [Rectification])),
        ("akkoord wijziging", approve("", [Rectification])),
        ("akkoord beperking", approve("", [Restriction])),
        ("akkoord bezwaar", approve("", [Objection])),
        ("approve objection", approve("", [Objection])),
        ("akkoord wissen", approve("", [Erasure])),
        ("akkoord verwijderen", approve("", [Erasure])),
        ("akkoord recht op vergetelheid", approve("", [Erasure])),
        ("approve right to be forgotten", approve("", [Erasure])),
        ("akkoord klacht", approve("", [Complaint])),
        ("approve complaint", approve("", [Complaint])),
    ]
}

fn others() -> Vec<(&'static str, Command)> {
    use Right::{Access, Erasure};
    let done = |text: &str| Command::Done { text: Some(text.into()) };
    let handled = |date: Date| Command::Handled { date: Some(date) };
    let march = Date::constant(2026, 3, 3);
    let jan = || Command::Request { address: Address::parse("jan@a.nl").unwrap() };
    let weak = || Command::Weak { rights: Rights::new() };
    vec![
        ("afwijzen dit is geen klant van ons", reject([], "dit is geen klant van ons")),
        ("Afwijzen: niet van jou", reject([], "niet van jou")),
        ("afwijzen dubbel", reject([], "dubbel")),
        ("afwijzen inzage dit kreeg je gisteren al.", reject([Access], "dit kreeg je gisteren al.")),
        ("afwijzen inzage en verwijdering: dubbel", reject([Access, Erasure], "dubbel")),
        ("reject erasure we must keep invoices", reject([Erasure], "we must keep invoices")),
        ("afwijzen te laat\nen ook dubbel\n\nGroet, Piet", reject([], "te laat\nen ook dubbel")),
        ("afwijzen te laat\nGroet,\nPiet", reject([], "te laat")),
        ("afwijzen te laat, groet Piet", reject([], "te laat")),
        ("afwijzen te laat, met vriendelijke groet, Piet", reject([], "te laat")),
        ("afwijzen\nDit is al beantwoord.", reject([], "Dit is al beantwoord.")),
        ("*afwijzen* Één keer is genoeg", reject([], "Één keer is genoeg")),
        ("vraag Welk adres?", Command::Ask { text: "Welk adres?".into() }),
        ("Vraag: om welke domeinen gaat het?", Command::Ask { text: "om welke domeinen gaat het?".into() }),
        (
            "vraag\nOm welk adres gaat het?\nEn sinds wanneer?",
            Command::Ask { text: "Om welk adres gaat het?\nEn sinds wanneer?".into() },
        ),
        ("vraag:\n\nWelk adres bedoel je?\n\nGroet, Piet", Command::Ask { text: "Welk adres bedoel je?".into() }),
        ("ask which address?", Command::Ask { text: "which address?".into() }),
        ("verleng veel domeinen", Command::Extend { reason: "veel domeinen".into() }),
        ("extend: many domains", Command::Extend { reason: "many domains".into() }),
        ("recht inzage", Command::Right { rights: rights([Access]) }),
        ("Recht: inzage, verwijdering", Command::Right { rights: rights([Access, Erasure]) }),
        ("recht op inzage", Command::Right { rights: rights([Access]) }),
        ("right access", Command::Right { rights: rights([Access]) }),
        ("rights access and erasure", Command::Right { rights: rights([Access, Erasure]) }),
        ("geen verzoek", Command::NoRequest),
        ("Geen verzoek.", Command::NoRequest),
        ("geen\u{a0}privacyverzoek, dank", Command::NoRequest),
        ("no request", Command::NoRequest),
        ("No request!", Command::NoRequest),
        ("klaar", Command::Done { text: None }),
        ("klaar!", Command::Done { text: None }),
        ("Klaar, groet Piet", Command::Done { text: None }),
        ("klaar\nPiet Jansen", Command::Done { text: None }),
        ("klaar je adres is gewijzigd", done("je adres is gewijzigd")),
        ("done: address changed", done("address changed")),
        ("afgehandeld", Command::Handled { date: None }),
        ("afgehandeld vandaag", Command::Handled { date: None }),
        ("afgehandeld 2026-03-03", handled(march)),
        ("afgehandeld op 3-3-2026", handled(march)),
        ("afgehandeld 3/3/26", handled(march)),
        ("afgehandeld 03.03.2026.", handled(march)),
        ("afgehandeld 3 maart 2026, telefonisch", handled(march)),
        ("Handled by phone on 3 March 2026", handled(march)),
        ("stop", Command::Stop),
        ("STOP!!", Command::Stop),
        ("stop de verwijdering, de klant heeft zich bedacht", Command::Stop),
        ("stop\nmaar eerst even bellen?", Command::Stop),
        ("verzoek jan@a.nl", jan()),
        ("Verzoek van Jan@A.nl.", jan()),
        ("verzoek <jan@a.nl>", jan()),
        ("verzoek Jan Jansen <jan@a.nl>", jan()),
        ("verzoek jan@a.nl<mailto:jan@a.nl>", jan()),
        ("request from jan@a.nl\n\nVerzoek tot inzage", jan()),
        ("verzoek jan@a.nl\n\n---- Doorgestuurd ----\nIk wil inzage. Kan dat?\nStop met mailen.", jan()),
        ("akkoord\nVerstuurd vanaf mijn iPhone", approve("", [])),
        ("akkoord\n\nMvg,\nPiet | CraftCloud\nVragen? Mail ons", approve("", [])),
        ("status", Command::Status),
        ("Status?", Command::Status),
        ("help", Command::Help),
        ("Help!", Command::Help),
        ("hulp", Command::Help),
        ("pauze", Command::Pause),
        ("Pause, please", Command::Pause),
        ("hervat", Command::Resume),
        ("resume", Command::Resume),
        ("ja", weak()),
        ("Ja.", weak()),
        ("ok", weak()),
        ("OK!", weak()),
        ("Oké", weak()),
        ("oke\u{301}", weak()),
        ("goed", weak()),
        ("yes, thanks", weak()),
        ("ok inzage", Command::Weak { rights: rights([Access]) }),
    ]
}

#[test]
fn every_spelling_is_the_command_that_staff_mean() {
    let spellings = check(approvals()) + check(others());
    assert!(spellings >= 130, "{spellings}");
}

#[test]
fn doubt_is_never_an_order() {
    let replies = [
        "niet akkoord",
        "Niet akkoord!",
        "nog niet akkoord",
        "not approved",
        "don't approve",
        "do not approve",
        "akkoord?",
        "akkoord ?",
        "Akkoord？",
        "ok, maar…",
        "ok maar eerst bellen",
        "ja maar niet inzage",
        "ok?",
        "akkoord maar pas na overleg",
        "akkoord, mits betaald",
        "akkoord tenzij hij belt",
        "akkoord als hij betaald heeft",
        "akkoord niet",
        "akkoord K-1001, niet verwijderen",
        "akkoord inzage, verwijdering niet",
        "akkoord inzage of verwijdering",
        "akkoord geen bezwaar",
        "akkoord inzage?",
        "akkoord, wacht nog even",
        "approve unless he calls",
        "approve but wait",
        "approve access or erasure",
        "akkoord\nmaar eerst even bellen",
        "akkoord\n\nMaar wacht nog tot maandag.",
        "akkoord\nOf toch niet",
        "akkoord\n\nKlopt het adres?",
        "akkoord\n\nVerwijdering niet uitvoeren.",
        "akkoord\n\nAlleen inzage.",
        "akkoord\ninzage",
        "akkoord\nK-1001",
        "akkoord\n\nGroet, Piet\n\nPS: nog niet doen",
        "afwijzen?",
        "niet afwijzen",
        "afwijzen of akkoord?",
        "afwijzen, denk ik?",
        "afwijzen niet doen",
        "afwijzen ik denk het wel",
        "klaar?",
        "klaar, maar nog niet alles",
        "nog niet klaar",
        "verleng?",
        "geen verzoek?",
        "geen verzoek, of toch",
        "stop niet",
        "stop?",
        "recht inzage?",
        "pauze?",
        "hervat nog niet",
        "vraag niet",
        "verzoek jan@a.nl?",
        "afgehandeld?",
        "ok dan",
    ];
    all_hold(replies.into_iter().map(|reply| (reply, parse(reply), parse(reply) == Err(NotACommand::Conditional))));
}

#[test]
fn words_that_are_not_understood_undo_an_order() {
    let replies = [
        ("akkoord vanaf maandag", Some("akkoord")),
        ("akkoord 24 uur", Some("akkoord")),
        ("akkoord 3-3-2026", Some("akkoord")),
        ("akkoord K 1001", Some("akkoord")),
        ("akkoord 👎", Some("akkoord")),
        ("akkoord, dank! alleen inzage", Some("akkoord")),
        ("akkoord groet Piet zeg hem dat hij belt", Some("akkoord")),
        ("ok K-1001", Some("akkoord")),
        ("geen verzoek het gaat over de factuur", Some("geen verzoek")),
        ("goed weekend", Some("akkoord")),
        ("ja hallo", Some("akkoord")),
        ("pauze is om twaalf uur", Some("pauze")),
        ("status van de server", Some("status")),
        ("recht vooruit", Some("recht")),
        ("Hoi, akkoord", Some("akkoord")),
        ("ik ben akkoord", Some("akkoord")),
        ("is goed", Some("akkoord")),
        ("Akkoord, Piet", Some("akkoord")),
        ("~~akkoord~~", Some("akkoord")),
        ("👍", Some("akkoord")),
        ("?", Some("help")),
        ("akoord", Some("akkoord")),
        ("Akkord K-1001", Some("akkoord")),
        ("accoord", Some("akkoord")),
        ("aprove", Some("approve")),
        ("afwijsen te laat", Some("afwijzen")),
        ("prima", Some("akkoord")),
        ("nee", Some("afwijzen")),
        ("geen", Some("geen verzoek")),
        ("geen verzok", Some("geen verzoek")),
        ("hervta", Some("hervat")),
        ("Bedankt voor je bericht", None),
        ("Ik ben afwezig tot 3 augustus", None),
        ("аkkoord", Some("akkoord")),
    ];
    all_hold(
        replies
            .into_iter()
            .map(|(reply, suggestion)| (reply, parse(reply), parse(reply) == Err(NotACommand::Unknown { suggestion }))),
    );
}

#[test]
fn two_orders_in_one_reply_are_none() {
    let replies = [
        "akkoord\nafwijzen te laat",
        "akkoord\nafwijzen",
        "akkoord K-1001\n\nvraag Welk adres?",
        "akkoord\n\nstop",
        "stop\nakkoord",
        "akkoord afwijzen",
        "stop akkoord",
        "geen verzoek\nrecht inzage",
        "verzoek jan@a.nl\nverzoek piet@b.nl",
        "afwijzen te laat\nakkoord K-1001",
        "akkoord inzage\nakkoord verwijdering",
    ];
    all_hold(replies.into_iter().map(|reply| (reply, parse(reply), parse(reply) == Err(NotACommand::Several))));
}

#[test]
fn a_missing_detail_is_named() {
    let replies = [
        ("", NotACommand::Empty),
        ("\n \n", NotACommand::Empty),
        ("> akkoord", NotACommand::Empty),
        ("Hoi,\n", NotACommand::Empty),
        ("-- \nakkoord", NotACommand::Empty),
        ("afwijzen", NotACommand::MissingReason("afwijzen")),
        ("afwijzen!", NotACommand::MissingReason("afwijzen")),
        ("afwijzen inzage", NotACommand::MissingReason("afwijzen")),
        ("afwijzen\n\nPiet Jansen", NotACommand::MissingReason("afwijzen")),
        ("afwijzen\nPiet Jansen", NotACommand::MissingReason("afwijzen")),
        ("afwijzen, groet Piet", NotACommand::MissingReason("afwijzen")),
        ("reject", NotACommand::MissingReason("reject")),
        ("vraag", NotACommand::MissingReason("vraag")),
        ("vraag\n\nPiet Jansen van CraftCloud", NotACommand::MissingReason("vraag")),
        ("verleng", NotACommand::MissingReason("verleng")),
        ("extend.", NotACommand::MissingReason("extend")),
        ("recht", NotACommand::MissingRight),
        ("akkoord alleen", NotACommand::MissingRight),
        ("akkoord klant", NotACommand::BadCustomer),
        ("akkoord klant Jansen", NotACommand::BadCustomer),
        ("akkoord K-1001 K-1002", NotACommand::BadCustomer),
        ("verzoek", NotACommand::BadAddress),
        ("verzoek jan", NotACommand::BadAddress),
        ("verzoek jan@a.nl piet@b.nl", NotACommand::BadAddress),
        ("verzoek tot inzage van jan@a.nl", NotACommand::BadAddress),
        ("afgehandeld 31-2-2026", NotACommand::BadDate),
        ("afgehandeld gisteren", NotACommand::BadDate),
        ("afgehandeld 3 maart", NotACommand::BadDate),
        ("afgehandeld 3-3-2026 4-3-2026", NotACommand::BadDate),
    ];
    all_hold(replies.into_iter().map(|(reply, why)| (reply, parse(reply), parse(reply) == Err(why))));
    assert_eq!(parse(&format!("afwijzen {}", "x".repeat(9_000))), Err(NotACommand::TooLong));
    assert_eq!(parse(&format!("afwijzen x\n{}", "abc\n".repeat(400))).map(|_| ()), Ok(()));
    assert_eq!(parse(&format!("afwijzen x\n{}", "abcdefgh efgh\n".repeat(400))), Err(NotACommand::TooLong));
}

#[test]
fn an_order_never_prints_what_is_told_to_people() {
    let printed = format!("{:?} {:?}", parse("afwijzen geheim").unwrap(), parse("klaar geheim").unwrap());
    assert!(!printed.contains("geheim"), "{printed}");
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "(?s).{0,400}") {
        let _ = parse(&text);
    }

    #[test]
    fn words_of_the_vocabulary_in_any_order_are_read_without_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "akkoord", "afwijzen", "niet", "klant", "K-1001", "inzage", "?", "\n", "groet", ",", "ja", "vraag", "1", "geen",
            "verzoek", "jan@a.nl", "afgehandeld", "3", "maart", "2026", "-", "/", "met", ":", "👍", "é",
        ]), 0..12),
    ) {
        let text = words.join(" ");
        let _ = (parse(&text), parse_digest(&text), yes_no(&text));
    }

    #[test]
    fn text_that_does_not_begin_with_a_command_word_is_no_command(first in "\\p{L}{1,12}", rest in "[a-z K0-9.\n]{0,60}") {
        let key = Line::read(&first).keys().next().unwrap_or_default().to_owned();
        prop_assume!(words::verb(&key).is_none() && !words::is_greeting(&key));
        prop_assume!(!matches!(key.as_str(), "geen" | "no"));
        for reply in [format!("{first} {rest}"), format!("{first} akkoord K-1001")] {
            prop_assert!(parse(&reply).is_err(), "{}", reply);
        }
    }

    #[test]
    fn an_approval_with_a_negation_or_question_anywhere_on_its_line_is_none(
        before in "[a-z ]{0,20}", doubt in prop::sample::select(vec!["niet", "?", "not", "tenzij", "maar"]), after in "[a-z ]{0,20}",
    ) {
        let reply = format!("akkoord {before} {doubt} {after}");
        prop_assert!(parse(&reply).is_err(), "{}", reply);
    }
}
