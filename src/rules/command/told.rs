//! Orders that carry words to the requester: a reason, a question, a closing remark.

use super::details::{MOST_AFTER_SIGN_OFF, nothing_more, rights_in};
use super::line::{Line, Sign, Token, asks};
use super::{Command, NotACommand, signs_off, words};
use crate::domain::right::Rights;

/// Characters of a reason or a question.
const LONGEST_TEXT: usize = 4_000;
/// Words that a text must have to begin under its command: a name alone is no reason.
const FEWEST_UNDER: usize = 3;

/// What kind of text a command carries to the requester.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It may ask.
    Question,
    /// A question mark makes it doubtful.
    Statement,
}

/// `afwijzen [inzage …] <reden>`.
pub(super) fn reject(
    line: &Line,
    verb: &Token,
    rest: &[Token],
    under: &[Line],
    shown: &'static str,
) -> Result<(Command, usize), NotACommand> {
    let mut rights = Rights::new();
    let mut from = verb.end;
    let mut left = rest;
    for (at, token) in rest.iter().enumerate() {
        if let Some(named) = rights_in(token.key()) {
            rights.extend(named);
            from = token.end;
            left = rest.get(at.saturating_add(1)..).unwrap_or_default();
        } else if !matches!(token.key(), "en" | "and") {
            break;
        }
    }
    let (reason, used) = told_text(line, from, left, under, Told::Statement)?;
    let reason = reason.ok_or(NotACommand::MissingReason(shown))?;
    Ok((Command::Reject { rights, reason }, used))
}

/// The words that are told to the requester: from byte `from` of the command line, where the words `rest` stand, or from
/// the line right under it, up to an empty line or a sign-off. Also gives how many lines under the command it used.
pub(super) fn told_text(
    line: &Line,
    from: usize,
    rest: &[Token],
    under: &[Line],
    told: Told,
) -> Result<(Option<String>, usize), NotACommand> {
    let marked = line.text.get(from..).is_some_and(|text| text.trim_start().starts_with([':', '=']));
    if !marked && hesitates(rest, told) {
        return Err(NotACommand::Conditional);
    }
    let begun = nothing_more(rest, "").is_err();
    let skipped = if begun { Some(0) } else { lines_before_text(under, told) };
    let goes_on = |line: &&Line| !line.is_blank() && !signs_off(line);
    let used = skipped.map_or(0, |skipped| {
        let lines = under.iter().skip(skipped).take_while(goes_on).count();
        skipped.saturating_add(lines)
    });
    let end = own_end(line, rest);
    let first = line.text.get(from..end).unwrap_or_default().trim_matches(is_around_text);
    let mut text = if begun { first.to_owned() } else { String::new() };
    for line in under.iter().take(used) {
        if line.cut {
            return Err(NotACommand::TooLong);
        }
        if !text.is_empty() && !line.is_blank() {
            text.push('\n');
        }
        text.push_str(line.text.trim_matches(['*', ' ']));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(NotACommand::TooLong);
    }
    if told == Told::Statement && text.trim_end().ends_with('?') {
        return Err(NotACommand::Conditional);
    }
    let says_something = text.chars().any(char::is_alphanumeric);
    Ok((says_something.then_some(text), used))
}

/// Where a text that does not begin on the command line begins: right under it. A question may stand after an empty line,
/// where a name could be taken for any other text.
fn lines_before_text(under: &[Line], told: Told) -> Option<usize> {
    let blank = under.iter().take_while(|line| line.is_blank()).count();
    let line = under.get(blank)?;
    let long_enough = line.keys().count() >= FEWEST_UNDER && !signs_off(line);
    (long_enough && (blank == 0 || (told == Told::Question && asks(&line.tokens)))).then_some(blank)
}

/// Marks between a command and its text, and around the text.
const fn is_around_text(c: char) -> bool {
    matches!(c, ' ' | ':' | '=' | '-' | ',' | ';' | '*' | '_' | '"' | '“' | '”' | '„' | '<' | '>' | '[' | ']')
}

/// Whether the words after a command that tells something begin with doubt: `afwijzen?`, `klaar, maar nog niet`.
fn hesitates(rest: &[Token], told: Told) -> bool {
    let Some(first) = rest.first() else { return false };
    if matches!(first.sign, Sign::Question) {
        return true;
    }
    let key = first.key();
    match told {
        Told::Question => matches!(key, "niet" | "not" | "maar" | "but" | "nog"),
        Told::Statement => {
            let thinks = key == "ik" || key == "i";
            let second = rest.get(1).map_or("", Token::key);
            words::is_hedge(key)
                || words::is_negation(key)
                || (thinks && matches!(second, "denk" | "think" | "twijfel"))
        }
    }
}

/// Where the text on the command line ends: before `, groet Piet`, else at its end.
fn own_end(line: &Line, rest: &[Token]) -> usize {
    for (at, token) in rest.iter().enumerate() {
        let after = rest.get(at.saturating_add(1)..).unwrap_or_default();
        let next = after.first().map_or("", Token::key);
        let before = line.text.get(..token.start).unwrap_or_default().trim_end();
        let before = before.strip_suffix("met").unwrap_or(before).trim_end();
        let parted = before.ends_with([',', '.', ';', '!', '-']);
        if parted && words::is_sign_off(token.key(), next) && after.len() <= MOST_AFTER_SIGN_OFF {
            return before.len();
        }
    }
    line.text.len()
}
