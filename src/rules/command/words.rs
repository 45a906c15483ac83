//! The vocabulary of staff replies, one list per meaning. Every list holds folded words: lower case, no accents.
//!
//! The lists err on one side: a word that is on none of them is not understood, and an order with a word that is not
//! understood is not carried out.

use crate::domain::right::Right;

/// What the first word of a command line orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Approve,
    Reject,
    Ask,
    Extend,
    Right,
    Done,
    Handled,
    Stop,
    Request,
    Status,
    Help,
    Pause,
    Resume,
    Weak,
}

/// Every spelling that is carried out, with its order and the word that help shows for it.
const SPELLINGS: &[(&str, Verb, &str)] = &[
    ("akkoord", Verb::Approve, "akkoord"),
    ("approve", Verb::Approve, "approve"),
    ("approved", Verb::Approve, "approve"),
    ("afwijzen", Verb::Reject, "afwijzen"),
    ("afgewezen", Verb::Reject, "afwijzen"),
    ("reject", Verb::Reject, "reject"),
    ("rejected", Verb::Reject, "reject"),
    ("vraag", Verb::Ask, "vraag"),
    ("ask", Verb::Ask, "ask"),
    ("verleng", Verb::Extend, "verleng"),
    ("verlengen", Verb::Extend, "verleng"),
    ("extend", Verb::Extend, "extend"),
    ("recht", Verb::Right, "recht"),
    ("rechten", Verb::Right, "recht"),
    ("right", Verb::Right, "right"),
    ("rights", Verb::Right, "right"),
    ("klaar", Verb::Done, "klaar"),
    ("done", Verb::Done, "done"),
    ("afgehandeld", Verb::Handled, "afgehandeld"),
    ("handled", Verb::Handled, "handled"),
    ("stop", Verb::Stop, "stop"),
    ("verzoek", Verb::Request, "verzoek"),
    ("request", Verb::Request, "request"),
    ("status", Verb::Status, "status"),
    ("help", Verb::Help, "help"),
    ("hulp", Verb::Help, "help"),
    ("pauze", Verb::Pause, "pauze"),
    ("pauzeer", Verb::Pause, "pauze"),
    ("pause", Verb::Pause, "pause"),
    ("hervat", Verb::Resume, "hervat"),
    ("hervatten", Verb::Resume, "hervat"),
    ("resume", Verb::Resume, "resume"),
    ("ja", Verb::Weak, "akkoord"),
    ("ok", Verb::Weak, "akkoord"),
    ("oke", Verb::Weak, "akkoord"),
    ("okay", Verb::Weak, "akkoord"),
    ("goed", Verb::Weak, "akkoord"),
    ("yes", Verb::Weak, "approve"),
    ("good", Verb::Weak, "approve"),
];

/// Words that mean a command without being one: only suggested.
const SYNONYMS: &[(&str, &str)] = &[
    ("goedgekeurd", "akkoord"),
    ("goedkeuren", "akkoord"),
    ("accoord", "akkoord"),
    ("prima", "akkoord"),
    ("top", "akkoord"),
    ("uitvoeren", "akkoord"),
    ("agree", "approve"),
    ("agreed", "approve"),
    ("fine", "approve"),
    ("sure", "approve"),
    ("yep", "approve"),
    ("nee", "afwijzen"),
    ("neen", "afwijzen"),
    ("weigeren", "afwijzen"),
    ("geweigerd", "afwijzen"),
    ("afkeuren", "afwijzen"),
    ("afgekeurd", "afwijzen"),
    ("no", "reject"),
    ("refuse", "reject"),
    ("deny", "reject"),
    ("denied", "reject"),
    ("vragen", "vraag"),
    ("uitstel", "verleng"),
    ("uitstellen", "verleng"),
    ("gereed", "klaar"),
    ("gedaan", "klaar"),
    ("finished", "done"),
    ("geen", "geen verzoek"),
    ("spam", "geen verzoek"),
    ("none", "no request"),
    ("annuleer", "stop"),
    ("annuleren", "stop"),
    ("cancel", "stop"),
    ("wacht", "stop"),
    ("wait", "stop"),
    ("doorgaan", "hervat"),
    ("continue", "resume"),
];

/// The order that a word gives as the first of a line.
pub(super) fn verb(key: &str) -> Option<Verb> {
    SPELLINGS.iter().find(|(spelling, ..)| *spelling == key).map(|(_, verb, _)| *verb)
}

/// An order with effect, as opposed to `ja` and `goed`, which stand in any sentence.
pub(super) fn is_strong_verb(key: &str) -> bool {
    verb(key).is_some_and(|verb| verb != Verb::Weak)
}

/// The command that somebody who wrote this word, or these two, may have meant. Never carried out.
pub(super) fn suggestion(first: &str, second: &str) -> Option<&'static str> {
    if let Some((.., shown)) = SPELLINGS.iter().find(|(spelling, ..)| *spelling == first) {
        return Some(shown);
    }
    let both = format!("{first} {second}");
    if let Some(phrase) =
        ["geen verzoek", "no request"].into_iter().find(|phrase| is_near(&both, phrase) || is_near(first, phrase))
    {
        return Some(phrase);
    }
    if let Some((_, meant)) = SYNONYMS.iter().find(|(synonym, _)| *synonym == first) {
        return Some(meant);
    }
    SPELLINGS.iter().find(|(spelling, ..)| is_near(first, spelling)).map(|(.., shown)| *shown)
}

/// The right that staff name with a word.
pub(super) fn right(key: &str) -> Option<Right> {
    Some(match key {
        "inzage" | "inzageverzoek" | "inzagerecht" | "inzien" | "access" => Right::Access,
        "overdracht" | "overdraagbaarheid" | "dataoverdracht" | "gegevensoverdracht" | "portabiliteit"
        | "dataportabiliteit" | "data-portabiliteit" | "portability" => Right::Portability,
        "rectificatie" | "correctie" | "corrigeren" | "wijziging" | "wijzigen" | "aanpassing" | "aanpassen"
        | "verbetering" | "rectification" | "rectify" | "correction" => Right::Rectification,
        "beperking" | "beperken" | "restriction" | "restrict" => Right::Restriction,
        "bezwaar" | "objection" | "object" => Right::Objection,
        "verwijdering" | "verwijderen" | "wissen" | "wissing" | "gegevenswissing" | "vergetelheid" | "erasure"
        | "erase" | "deletion" | "delete" | "forgotten" => Right::Erasure,
        "klacht" | "complaint" => Right::Complaint,
        _ => return None,
    })
}

/// Words between a command and its details that change nothing.
pub(super) fn is_filler(key: &str) -> bool {
    matches!(
        key,
        "en" | "and"
            | "de"
            | "het"
            | "the"
            | "met"
            | "with"
            | "voor"
            | "for"
            | "op"
            | "to"
            | "van"
            | "be"
            | "recht"
            | "rechten"
            | "right"
            | "rights"
            | "gegevens"
            | "data"
            | "persoonsgegevens"
            | "alle"
            | "alles"
            | "all"
            | "everything"
            | "verzoek"
            | "request"
            | "volledig"
            | "geheel"
    )
}

/// Words that narrow: a right must be named with them.
pub(super) fn is_only(key: &str) -> bool {
    matches!(key, "alleen" | "enkel" | "slechts" | "only" | "just")
}

/// Words that announce a customer number.
pub(super) fn is_customer(key: &str) -> bool {
    matches!(key, "klant" | "klantnummer" | "klantnr" | "customer" | "client")
}

/// Friendly words that change nothing and after which details may still follow.
pub(super) fn is_pleasantry(key: &str) -> bool {
    matches!(
        key,
        "graag"
            | "aub"
            | "a.u.b"
            | "svp"
            | "s.v.p"
            | "alsjeblieft"
            | "alstublieft"
            | "please"
            | "pls"
            | "hoor"
            | "alvast"
            | "prima"
            | "perfect"
            | "mooi"
            | "fijn"
    )
}

/// Whether this word, before the next one, ends a mail.
pub(super) fn is_sign_off(key: &str, next: &str) -> bool {
    match key {
        "groet" | "groeten" | "groetjes" | "gr" | "mvg" | "m.v.g" | "regards" | "cheers" | "sincerely" => true,
        "vriendelijke" | "hartelijke" | "vele" => matches!(next, "groet" | "groeten"),
        "kind" | "best" | "warm" => matches!(next, "regards" | "wishes"),
        "yours" => matches!(next, "sincerely" | "truly"),
        "verstuurd" | "verzonden" => matches!(next, "vanaf" | "vanuit" | "met" | "via"),
        "sent" => next == "from",
        _ => false,
    }
}

/// Thanks: nothing but a name may follow on the line, but the mail may go on.
pub(super) fn is_thanks(key: &str) -> bool {
    matches!(
        key,
        "dank" | "dankje" | "dankjewel" | "bedankt" | "thanks" | "thank" | "thx" | "fijne" | "prettig" | "prettige"
    )
}

/// A greeting in front of the command.
pub(super) fn is_greeting(key: &str) -> bool {
    matches!(
        key,
        "hoi"
            | "hallo"
            | "hi"
            | "hey"
            | "he"
            | "hello"
            | "ha"
            | "dag"
            | "beste"
            | "dear"
            | "goedemorgen"
            | "goedemiddag"
            | "goedenmiddag"
            | "goedenavond"
            | "goedendag"
            | "goededag"
            | "goeiemorgen"
            | "goeiemiddag"
    )
}

/// Words that take an order back.
pub(super) fn is_negation(key: &str) -> bool {
    matches!(
        key,
        "niet"
            | "geen"
            | "nee"
            | "neen"
            | "nooit"
            | "not"
            | "no"
            | "never"
            | "don't"
            | "dont"
            | "doesn't"
            | "won't"
            | "can't"
            | "cannot"
            | "isn't"
            | "nothing"
            | "niets"
    )
}

/// Words that make an order depend on something, or take it back.
pub(super) fn is_condition(key: &str) -> bool {
    is_negation(key)
        || is_hedge(key)
        || is_strong_condition(key)
        || matches!(
            key,
            "pas"
                | "na"
                | "nadat"
                | "voordat"
                | "after"
                | "before"
                | "wanneer"
                | "when"
                | "until"
                | "tot"
                | "totdat"
                | "behalve"
                | "except"
                | "zonder"
                | "without"
                | "yet"
                | "later"
                | "eventueel"
                | "voorlopig"
                | "zodra"
                | "once"
                | "dan"
                | "then"
        )
}

/// Words with which hesitation begins, also at the head of a reason.
pub(super) fn is_hedge(key: &str) -> bool {
    matches!(
        key,
        "maar"
            | "but"
            | "of"
            | "or"
            | "als"
            | "if"
            | "indien"
            | "misschien"
            | "maybe"
            | "perhaps"
            | "denk"
            | "think"
            | "lijkt"
            | "nog"
            | "toch"
            | "eerst"
            | "first"
            | "echter"
            | "however"
            | "behoudens"
            | "tenzij"
            | "unless"
            | "mits"
    )
}

/// Words that make a whole reply conditional wherever they stand in it.
pub(super) fn is_strong_condition(key: &str) -> bool {
    matches!(
        key,
        "mits"
            | "tenzij"
            | "unless"
            | "provided"
            | "wacht"
            | "wachten"
            | "wait"
            | "voorwaarde"
            | "voorbehoud"
            | "condition"
            | "hold"
    )
}

/// Emoji that only smile. Any other sign is not understood.
pub(super) const fn is_friendly(c: char) -> bool {
    matches!(c, '👍' | '👌' | '🙏' | '🙂' | '😊' | '😀' | '😃' | '😄' | '😁' | '✅' | '✔' | '☺' | '🎉' | '🏻'..='🏿')
}

/// Whether two words differ by so little that it is a typing error: nothing in short words, one letter in middling ones,
/// two in long ones; two neighbouring letters that changed places count as one.
fn is_near(written: &str, spelling: &str) -> bool {
    let allowed = match spelling.len() {
        0..=3 => 0,
        4..=5 => 1,
        _ => 2,
    };
    let written: Vec<char> = written.chars().take(24).collect();
    let spelling: Vec<char> = spelling.chars().collect();
    written.len().abs_diff(spelling.len()) <= allowed && distance(&written, &spelling) <= allowed
}

/// Optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last_a = None;
    for (row, &in_a) in a.iter().enumerate() {
        let mut current = vec![row.saturating_add(1)];
        let mut last_b = None;
        for (column, &in_b) in b.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX);
            let changed = at(&above, column).saturating_add(usize::from(in_a != in_b));
            let dropped = at(&above, column.saturating_add(1)).saturating_add(1);
            let added = at(&current, column).saturating_add(1);
            let mut best = changed.min(dropped).min(added);
            if last_a == Some(in_b) && last_b == Some(in_a) {
                best = best.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            current.push(best);
            last_b = Some(in_b);
        }
        before = std::mem::replace(&mut above, current);
        last_a = Some(in_a);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_near_and_other_words_are_not() {
        for (written, meant) in
            [("akoord", "akkoord"), ("akkord", "akkoord"), ("akokord", "akkoord"), ("aprove", "approve")]
        {
            assert_eq!(suggestion(written, ""), Some(meant), "{written}");
        }
        assert_eq!(suggestion("geen", "verzok"), Some("geen verzoek"));
        assert_eq!(suggestion("geenverzoek", ""), Some("geen verzoek"));
        for other in ["factuur", "hallo", "iets", "", "wij"] {
            assert_eq!(suggestion(other, "anders"), None, "{other}");
        }
    }

    #[test]
    fn swapped_neighbours_count_once() {
        let distance = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(distance("hervta", "hervat"), 1);
        assert_eq!(distance("", "stop"), 4);
        assert_eq!(distance("stop", "stop"), 0);
        assert_eq!(distance("abc", "xyz"), 3);
    }

    #[test]
    fn every_right_answers_to_its_dutch_and_its_english_name() {
        for each in Right::ALL {
            assert_eq!(right(each.name()), Some(each));
            assert_eq!(right(each.dutch()), Some(each));
        }
    }

    #[test]
    fn no_word_is_an_order_and_a_condition_at_once() {
        for (spelling, ..) in SPELLINGS {
            assert!(!is_condition(spelling) && right(spelling).is_none(), "{spelling}");
        }
    }
}
