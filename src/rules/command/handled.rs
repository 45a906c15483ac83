//! `afgehandeld [datum]`: the one order with a date.

use jiff::civil::Date;

use super::details::{changes_nothing, is_doubtful, not_understood, only_a_name};
use super::line::Token;
use super::{Command, NotACommand, words};

/// `afgehandeld [datum]`. Day before month, as in the Netherlands; a year first is ISO 8601.
pub(super) fn handled(rest: &[Token], shown: &'static str) -> Result<Command, NotACommand> {
    if is_doubtful(rest) {
        return Err(NotACommand::Conditional);
    }
    let mut date = None;
    let mut left = rest;
    while let Some((token, after)) = left.split_first() {
        let next = after.first().map_or("", Token::key);
        left = after;
        if words::is_sign_off(token.key(), next) || words::is_thanks(token.key()) {
            only_a_name(after, shown)?;
            break;
        }
        if token.key().starts_with(|c: char| c.is_ascii_digit()) {
            let (day, after) = date_at(token, after).ok_or(NotACommand::BadDate)?;
            if date.replace(day).is_some_and(|other| other != day) {
                return Err(NotACommand::BadDate);
            }
            left = after;
        } else if matches!(token.key(), "gisteren" | "eergisteren" | "yesterday") || month(token.key()).is_some() {
            return Err(NotACommand::BadDate);
        } else if !says_how(token.key()) && !changes_nothing(token) {
            return Err(not_understood(rest, shown));
        }
    }
    Ok(Command::Handled { date })
}

/// Words that say how something was settled.
fn says_how(key: &str) -> bool {
    matches!(
        key,
        "telefonisch"
            | "telefoon"
            | "per"
            | "via"
            | "mondeling"
            | "balie"
            | "bezoek"
            | "post"
            | "brief"
            | "phone"
            | "by"
            | "on"
            | "in"
            | "at"
            | "person"
            | "dd"
            | "d.d"
            | "vandaag"
            | "today"
            | "klant"
            | "customer"
            | "aan"
    )
}

/// A date at this word: in one piece, or `3 maart 2026` over three.
fn date_at<'a>(token: &Token, after: &'a [Token]) -> Option<(Date, &'a [Token])> {
    if let Some(date) = date_of(token.key()) {
        return Some((date, after));
    }
    let (name, after) = after.split_first()?;
    let (year, after) = after.split_first()?;
    let date = Date::new(year.key().parse().ok()?, month(name.key())?, token.key().parse().ok()?).ok()?;
    (date.year() >= 2000).then_some((date, after))
}

/// `2026-03-03`, `3-3-2026`, `3/3/26`, `03.03.2026`.
pub(super) fn date_of(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str| part.chars().all(|c| c.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten();
    let (year, day) = if first.len() == 4 { (first, third) } else { (third, first) };
    let year = match year.len() {
        4 => number(year)?,
        2 => number(year)?.checked_add(2000)?,
        _ => return None,
    };
    let date = Date::new(year, number(second)?.try_into().ok()?, number(day)?.try_into().ok()?).ok()?;
    (parts.next().is_none() && date.year() >= 2000).then_some(date)
}

/// The number of a month by its Dutch or English name.
fn month(key: &str) -> Option<i8> {
    Some(match key {
        "januari" | "january" | "jan" => 1,
        "februari" | "february" | "feb" => 2,
        "maart" | "march" | "mrt" => 3,
        "april" | "apr" => 4,
        "mei" | "may" => 5,
        "juni" | "june" | "jun" => 6,
        "juli" | "july" | "jul" => 7,
        "augustus" | "august" | "aug" => 8,
        "september" | "sep" | "sept" => 9,
        "oktober" | "october" | "okt" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    })
}
