//! A requester's answer to "did you ask this?" (policy §2, *ask to confirm*).
//!
//! A yes lets a request go on and a no stops it and alerts staff, so both must be plain. What is neither is
//! [`YesNo::Unclear`], and unclear wins over yes.

use super::line::{Line, Sign, Token, asks, own_lines};
use super::{first_line, until_sign_off, words};

/// What a requester's reply says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesNo {
    /// "Yes, that was me."
    Yes,
    /// "No, not me", or "stop".
    No,
    /// Neither, or both.
    Unclear,
}

/// Reads the own words of a reply (quotes and signature already removed). Never fails: what is not understood is unclear.
#[must_use]
pub fn yes_no(own_words: &str) -> YesNo {
    let lines = own_lines(own_words);
    let Ok((line, after)) = first_line(&lines) else { return YesNo::Unclear };
    let body = until_sign_off(after).0;
    match of_line(line) {
        YesNo::Yes if body.iter().any(doubts) => YesNo::Unclear,
        YesNo::No if body.iter().any(affirms) => YesNo::Unclear,
        answer @ (YesNo::Yes | YesNo::No | YesNo::Unclear) => answer,
    }
}

fn of_line(line: &Line) -> YesNo {
    let Some(first) = line.keys().next() else { return YesNo::Unclear };
    let negated = line.keys().any(denies);
    if line.cut || (asks(&line.tokens) && !(negated && line.keys().count() > 1)) {
        return YesNo::Unclear;
    }
    if matches!(first, "nee" | "neen" | "no" | "nope" | "stop") {
        return if takes_no_back(line) { YesNo::Unclear } else { YesNo::No };
    }
    let understood = before_sign_off(&line.tokens).iter().all(|token| match &token.sign {
        Sign::Word { key, .. } => is_plain(key),
        Sign::Symbol(c) => words::is_friendly(*c),
        Sign::Question => false,
    });
    let yes = line.keys().any(is_yes) || speaks_of_self(line);
    let understood_or_denied =
        before_sign_off(&line.tokens).iter().all(|token| is_plain(token.key()) || denies(token.key()));
    if negated {
        return if understood_or_denied && !is_yes_word(first) { YesNo::No } else { YesNo::Unclear };
    }
    if yes && understood { YesNo::Yes } else { YesNo::Unclear }
}

/// Whether more follows a no than reasons for it: a yes, or "no problem".
fn takes_no_back(line: &Line) -> bool {
    let mut rest = line.keys().skip(1);
    let denied_again = line.keys().skip(1).any(denies);
    rest.any(|key| {
        is_yes_word(key)
            || (is_yes(key) && !denied_again)
            || matches!(key, "probleem" | "problem" | "doubt" | "twijfel" | "worries" | "bezwaar")
    })
}

/// The words in front of `, groet Jan`; the few words after it are a name.
fn before_sign_off(tokens: &[Token]) -> &[Token] {
    let ends = |at: usize| {
        let key = tokens.get(at).map_or("", Token::key);
        let next = tokens.get(at.saturating_add(1)).map_or("", Token::key);
        words::is_sign_off(key, next) || words::is_thanks(key)
    };
    let end = (0..tokens.len()).find(|at| ends(*at)).unwrap_or(tokens.len());
    let name = tokens.len().saturating_sub(end);
    if name <= 5 { tokens.get(..end).unwrap_or(tokens) } else { tokens }
}

/// Words that alone say yes.
fn is_yes(key: &str) -> bool {
    is_yes_word(key)
        || matches!(key, "klopt" | "correct" | "akkoord" | "bevestig" | "bevestigd" | "confirm" | "confirmed" | "juist")
}

fn is_yes_word(key: &str) -> bool {
    matches!(key, "ja" | "jazeker" | "jawel" | "yes" | "yep" | "yeah")
}

/// "Dat ben ik", "that was me", "ik heb dit gevraagd".
fn speaks_of_self(line: &Line) -> bool {
    let has = |wanted: &[&str]| line.keys().any(|key| wanted.contains(&key));
    (has(&["dat", "dit", "het"]) && has(&["ben", "was"]) && has(&["ik"]))
        || has(&["that's", "thats"]) && has(&["me"])
        || (has(&["that", "it", "this"]) && has(&["is", "was"]) && has(&["me"]))
}

/// Words that take something back.
fn denies(key: &str) -> bool {
    words::is_negation(key) || matches!(key, "wasn't" | "wasnt" | "didn't" | "didnt" | "haven't" | "stop" | "nope")
}

/// Words of which a plain yes is made.
fn is_plain(key: &str) -> bool {
    is_yes(key)
        || words::is_pleasantry(key)
        || matches!(
            key,
            "dat"
                | "dit"
                | "deze"
                | "het"
                | "de"
                | "een"
                | "mijn"
                | "ik"
                | "u"
                | "jullie"
                | "je"
                | "ben"
                | "was"
                | "is"
                | "heb"
                | "hebben"
                | "zelf"
                | "inderdaad"
                | "zeker"
                | "uiteraard"
                | "natuurlijk"
                | "absoluut"
                | "hierbij"
                | "helemaal"
                | "mail"
                | "e-mail"
                | "email"
                | "bericht"
                | "aanvraag"
                | "verzoek"
                | "gestuurd"
                | "verstuurd"
                | "gedaan"
                | "ingediend"
                | "aangevraagd"
                | "gevraagd"
                | "kan"
                | "kunt"
                | "mag"
                | "door"
                | "doorgaan"
                | "ga"
                | "gaan"
                | "verder"
                | "uit"
                | "van"
                | "me"
                | "that"
                | "that's"
                | "thats"
                | "this"
                | "it"
                | "it's"
                | "the"
                | "a"
                | "my"
                | "i"
                | "have"
                | "did"
                | "do"
                | "myself"
                | "sent"
                | "made"
                | "asked"
                | "request"
                | "message"
                | "indeed"
                | "sure"
                | "definitely"
                | "absolutely"
                | "certainly"
                | "right"
                | "hereby"
                | "go"
                | "ahead"
                | "proceed"
                | "you"
                | "may"
                | "can"
                | "from"
                | "and"
                | "en"
                | "mij"
                | "wil"
        )
}

/// Whether a line under a yes leaves doubt: a negation or a condition in it.
fn doubts(line: &Line) -> bool {
    let begins = line.keys().next().is_some_and(|key| words::is_hedge(key) || words::is_only(key));
    begins || line.cut || line.keys().any(|key| denies(key) || words::is_strong_condition(key))
}

/// Whether a line under a no says yes after all.
fn affirms(line: &Line) -> bool {
    of_line(line) == YesNo::Yes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_yes_is_yes() {
        for text in [
            "ja",
            "Ja.",
            "JA!",
            "*Ja*",
            "Ja, dat klopt",
            "Ja dat klopt.",
            "yes",
            "Yes, please",
            "yes please!",
            "klopt",
            "Dat klopt",
            "klopt helemaal",
            "ja graag",
            "that's me",
            "That’s me!",
            "That was me",
            "Yes that's me",
            "dat ben ik",
            "Ja, dat ben ik",
            "dat was ik",
            "Correct",
            "Ja, ik heb dit zelf aangevraagd.",
            "Ja, ik heb deze mail gestuurd",
            "Yes, I sent this request",
            "Hierbij bevestig ik mijn verzoek",
            "I confirm",
            "Ja hoor",
            "Jazeker 👍",
            "Hallo,\n\nJa, dat klopt.\n\nMet vriendelijke groet,\nJan Jansen",
            "ja, groet Jan",
            "Ja, bedankt!",
            "Ja\n> Heb je dit gevraagd? Zo niet, antwoord nee",
            "Ja\n\nWanneer krijg ik antwoord?",
        ] {
            assert_eq!(yes_no(text), YesNo::Yes, "{text:?}");
        }
    }

    #[test]
    fn a_plain_no_is_no() {
        for text in [
            "nee",
            "Nee.",
            "NEE!!",
            "no",
            "No, that wasn't me",
            "nee dat was ik niet",
            "Nee hoor",
            "stop",
            "Stop!",
            "Dat was ik niet",
            "that wasn't me",
            "That was not me",
            "Nee, ik heb dit nooit aangevraagd! Wat is dit?",
            "klopt niet",
            "dit klopt niet",
            "Ik heb dit niet gevraagd",
            "I did not do this",
            "niet gedaan",
            "Beste,\nNee, dit verzoek is niet van mij.",
        ] {
            assert_eq!(yes_no(text), YesNo::No, "{text:?}");
        }
    }

    #[test]
    fn anything_else_is_unclear() {
        for text in [
            "",
            "?",
            "ja?",
            "Ja?",
            "nee?",
            "ja maar ik wil eerst weten waarom",
            "Ja, maar alleen mijn adres",
            "ja en nee",
            "Ja\nmaar niet mijn mail",
            "Ja\n\nOf nee, toch niet",
            "nee hoor, geen probleem, ja",
            "No problem",
            "Nee\nJa, dat klopt",
            "ja dat kan ik niet zeggen",
            "wie bent u?",
            "Ik ben op vakantie tot 3 augustus",
            "> ja",
            "-- \nja",
            "mijn klantnummer is 1001",
            "Ja als u dat zegt",
            "ok",
            "javascript",
            "nota",
            "misschien",
            "Was ik dat?",
        ] {
            assert_eq!(yes_no(text), YesNo::Unclear, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(?s).{0,300}") {
            let _ = yes_no(&text);
        }

        #[test]
        fn a_yes_with_a_condition_is_never_yes(rest in "[a-z ,.]{0,40}") {
            prop_assert_ne!(yes_no(&format!("ja maar {rest}")), YesNo::Yes);
            prop_assert_ne!(yes_no(&format!("ja {rest} niet")), YesNo::Yes);
        }
    }
}
