//! The reply to a review digest: one answer a line, each with the number of its mail (policy §4).

use std::collections::BTreeMap;

use super::line::{Line, Token, asks, own_lines};
use super::order::orders_something;
use super::{NotACommand, first_line, signs_off, takes_back, words};
use crate::domain::right::Rights;

/// The highest number that a digest gives, and the most answers that one reply may hold.
const HIGHEST: usize = 1_000;

/// What staff say of one mail in the digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestAnswer {
    /// `1 geen`: it asks nothing.
    NoRequest,
    /// `2 inzage verwijdering`: it asks this. Never empty.
    Rights(Rights),
}

/// Reads the own words of a reply to a digest: `1 geen`, `2 inzage verwijdering`, `3: no request`, `4, 5 en 7-9 geen`.
/// Each number at most once in the result, in rising order. One line that is not understood spoils the whole reply, so
/// that nothing is half done.
///
/// # Errors
/// [`NotACommand`] says why nothing is carried out.
pub fn parse_digest(own_words: &str) -> Result<Vec<(usize, DigestAnswer)>, NotACommand> {
    let lines = own_lines(own_words);
    let (first, after) = first_line(&lines)?;
    if !begins_with_number(first) {
        return Err(NotACommand::Unknown { suggestion: Some("1 geen") });
    }
    let mut answers = BTreeMap::new();
    for line in std::iter::once(first).chain(after).take_while(|line| !signs_off(line)) {
        if begins_with_number(line) {
            read_answers(line, &mut answers)?;
        } else if orders_something(line) {
            return Err(NotACommand::Several);
        } else if takes_back(line) {
            return Err(NotACommand::Conditional);
        }
    }
    Ok(answers.into_iter().collect())
}

fn begins_with_number(line: &Line) -> bool {
    line.tokens.first().is_some_and(|token| numbers(token.key()).is_some())
}

/// The answers of one line: numbers, then what holds for them, and so on.
fn read_answers(line: &Line, answers: &mut BTreeMap<usize, DigestAnswer>) -> Result<(), NotACommand> {
    if line.cut {
        return Err(NotACommand::TooLong);
    }
    if asks(&line.tokens) {
        return Err(NotACommand::Conditional);
    }
    let mut left = line.tokens.as_slice();
    while !left.is_empty() {
        let (mails, rest) = take_numbers(left);
        if mails.is_empty() {
            return friendly_end(left);
        }
        let (answer, rest) = take_answer(rest)?;
        for mail in mails {
            if answers.insert(mail, answer.clone()).is_some_and(|earlier| earlier != answer) {
                return Err(NotACommand::Several);
            }
        }
        left = rest;
    }
    Ok(())
}

fn take_numbers(tokens: &[Token]) -> (Vec<usize>, &[Token]) {
    let mut found = Vec::new();
    let mut left = tokens;
    while let Some((token, rest)) = left.split_first() {
        match numbers(token.key()) {
            Some(mails) => found.extend(mails),
            None if !found.is_empty() && is_and(token) => {}
            None => break,
        }
        left = rest;
    }
    (found, left)
}

/// `3`, or the range `3-6`.
fn numbers(key: &str) -> Option<std::ops::RangeInclusive<usize>> {
    let number = |text: &str| {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if digits { text.parse().ok().filter(|number| (1..=HIGHEST).contains(number)) } else { None }
    };
    let (first, last) = key.split_once('-').unwrap_or((key, key));
    let (first, last): (usize, usize) = (number(first)?, number(last)?);
    (first <= last).then_some(first..=last)
}

fn take_answer(tokens: &[Token]) -> Result<(DigestAnswer, &[Token]), NotACommand> {
    if let Some((none, rest)) = tokens.split_first()
        && matches!(none.key(), "geen" | "no" | "none")
    {
        let named = rest.iter().take_while(|token| matches!(token.key(), "verzoek" | "request")).count().min(1);
        return Ok((DigestAnswer::NoRequest, rest.get(named..).unwrap_or_default()));
    }
    let mut rights = Rights::new();
    let mut left = tokens;
    while let Some((token, rest)) = left.split_first() {
        let named: Option<Vec<_>> = token.key().split('/').map(words::right).collect();
        match named {
            Some(named) => rights.extend(named),
            None if is_and(token) => {}
            None => break,
        }
        left = rest;
    }
    if rights.is_empty() { Err(NotACommand::MissingRight) } else { Ok((DigestAnswer::Rights(rights), left)) }
}

fn is_and(token: &Token) -> bool {
    matches!(token.key(), "en" | "and")
}

/// Only friendly words may stand after the last answer of a line.
fn friendly_end(tokens: &[Token]) -> Result<(), NotACommand> {
    if tokens.iter().any(|token| words::is_condition(token.key())) {
        return Err(NotACommand::Conditional);
    }
    let friendly = |token: &Token| words::is_pleasantry(token.key()) || words::is_thanks(token.key());
    if tokens.iter().all(friendly) { Ok(()) } else { Err(NotACommand::Unknown { suggestion: None }) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::right::Right;

    fn rights<const N: usize>(rights: [Right; N]) -> DigestAnswer {
        DigestAnswer::Rights(rights.into())
    }

    #[test]
    fn every_line_answers_for_its_mail() {
        let reply = "Hoi,\n\n1 geen\n2 inzage verwijdering\n3: no request\n 4. *klacht*\n5) Bezwaar, aub\n\nGroet, Piet\n6 jaar";
        assert_eq!(
            parse_digest(reply).unwrap(),
            [
                (1, DigestAnswer::NoRequest),
                (2, rights([Right::Access, Right::Erasure])),
                (3, DigestAnswer::NoRequest),
                (4, rights([Right::Complaint])),
                (5, rights([Right::Objection])),
            ]
        );
    }

    #[test]
    fn several_numbers_may_share_an_answer_and_a_line() {
        let none = |mail| (mail, DigestAnswer::NoRequest);
        assert_eq!(parse_digest("1, 2 en 4-6 geen").unwrap(), [1, 2, 4, 5, 6].map(none));
        assert_eq!(parse_digest("1 geen, 2 inzage").unwrap(), [none(1), (2, rights([Right::Access]))]);
        assert_eq!(parse_digest("1 geen\n1 geen verzoek").unwrap(), [none(1)]);
    }

    #[test]
    fn one_bad_line_spoils_the_whole_reply() {
        for (reply, why) in [
            ("", NotACommand::Empty),
            ("akkoord", NotACommand::Unknown { suggestion: Some("1 geen") }),
            ("1", NotACommand::MissingRight),
            ("1 geen\n2 misschien inzage", NotACommand::MissingRight),
            ("1 geen\n2 inzage?", NotACommand::Conditional),
            ("1 inzage maar eerst bellen", NotACommand::Conditional),
            ("1 geen\n1 inzage", NotACommand::Several),
            ("1 geen\nakkoord", NotACommand::Several),
            ("1 geen\nniet inzage", NotACommand::Conditional),
            ("1 geen idee", NotACommand::Unknown { suggestion: None }),
            ("0 geen", NotACommand::Unknown { suggestion: Some("1 geen") }),
            ("1001 geen", NotACommand::Unknown { suggestion: Some("1 geen") }),
            ("> 1 geen", NotACommand::Empty),
        ] {
            assert_eq!(parse_digest(reply), Err(why), "{reply:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_within_bounds(text in "(?s).{0,200}") {
            if let Ok(answers) = parse_digest(&text) {
                prop_assert!(!answers.is_empty() && answers.len() <= HIGHEST);
            }
        }
    }
}
