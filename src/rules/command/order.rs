//! One line as an order: the first word says which, the rest is read by the grammar of that order.

use super::details::{self, Details, details, nothing_more};
use super::line::{Line, Sign, Token, asks, keys};
use super::told::{self, Told, told_text};
use super::words::{self, Verb};
use super::{Command, NotACommand, handled};
use crate::domain::address::Address;

/// Reads a command line. `under` are the lines below it, from which a reason may go on. Also gives how many of those
/// lines the order used.
pub(super) fn read(line: &Line, under: &[Line]) -> Result<(Command, usize), NotACommand> {
    if line.cut {
        return Err(NotACommand::TooLong);
    }
    if let Some(rest) = no_request(&line.tokens) {
        return nothing_more(rest, "geen verzoek").map(|()| (Command::NoRequest, 0));
    }
    let Some((first, rest)) = line.tokens.split_first() else { return Err(NotACommand::Empty) };
    let Some(verb) = words::verb(first.key()) else { return Err(no_order(line)) };
    let shown = words::suggestion(first.key(), "").unwrap_or_default();
    let alone = |command: Result<Command, NotACommand>| command.map(|command| (command, 0));
    match verb {
        Verb::Approve => alone(approve(rest, shown)),
        Verb::Weak => alone(weak(rest, shown)),
        Verb::Right => alone(right(rest, shown)),
        Verb::Handled => alone(handled::handled(rest, shown)),
        Verb::Request => alone(request(line, first, rest)),
        Verb::Stop => alone(stop(rest)),
        Verb::Pause => alone(nothing_more(rest, shown).map(|()| Command::Pause)),
        Verb::Resume => alone(nothing_more(rest, shown).map(|()| Command::Resume)),
        Verb::Status => alone(nothing_but_questions(rest, shown).map(|()| Command::Status)),
        Verb::Help => alone(nothing_but_questions(rest, shown).map(|()| Command::Help)),
        Verb::Reject => told::reject(line, first, rest, under, shown),
        Verb::Ask => {
            let (text, used) = told_text(line, first.end, rest, under, Told::Question)?;
            Ok((Command::Ask { text: text.ok_or(NotACommand::MissingReason(shown))? }, used))
        }
        Verb::Extend => {
            let (text, used) = told_text(line, first.end, rest, under, Told::Statement)?;
            Ok((Command::Extend { reason: text.ok_or(NotACommand::MissingReason(shown))? }, used))
        }
        Verb::Done => {
            let (text, used) = told_text(line, first.end, rest, under, Told::Statement)?;
            Ok((Command::Done { text }, used))
        }
    }
}

/// Whether a line is an order by itself, complete or with only its details missing.
pub(super) fn orders_something(line: &Line) -> bool {
    match read(line, &[]) {
        Ok((Command::Weak { .. }, _)) => false,
        Ok(_) => true,
        Err(_) => {
            let mut keys = line.keys();
            keys.next().is_some_and(words::is_strong_verb) && keys.next().is_none() && !asks(&line.tokens)
        }
    }
}

/// Whether a line holds nothing but rights and customer numbers.
pub(super) fn is_details(tokens: &[Token]) -> bool {
    details(tokens, "").is_ok_and(|details| details.customer.is_some() || !details.rights.is_empty())
}

/// The rest of the line after "no request", if it begins so.
fn no_request(tokens: &[Token]) -> Option<&[Token]> {
    let (first, rest) = tokens.split_first()?;
    let (second, rest) = rest.split_first()?;
    match (first.key(), second.key()) {
        ("geen", "verzoek" | "verzoeken" | "privacyverzoek" | "avg-verzoek") | ("no", "request" | "requests") => {
            Some(rest)
        }
        ("geen", "privacy" | "avg") | ("no", "privacy" | "gdpr") => {
            let (third, rest) = rest.split_first()?;
            matches!(third.key(), "verzoek" | "request").then_some(rest)
        }
        _ => None,
    }
}

/// Why a line that does not begin with a command is none: the order is further on, negated or not, or not there.
fn no_order(line: &Line) -> NotACommand {
    let mut keys = line.keys();
    let (first, second) = (keys.next().unwrap_or_default(), keys.next().unwrap_or_default());
    let ordered = line.keys().take(4).find(|key| words::is_strong_verb(key));
    if ordered.is_some() && line.keys().take(4).any(words::is_condition) {
        return NotACommand::Conditional;
    }
    if let Some(Token { sign: Sign::Symbol('👍' | '👌' | '✅'), .. }) = line.tokens.first() {
        return NotACommand::Unknown { suggestion: Some("akkoord") };
    }
    if line.keys().next().is_none() && asks(&line.tokens) {
        return NotACommand::Unknown { suggestion: Some("help") };
    }
    let agreed = line.keys().take(4).find(|key| words::verb(key).is_some());
    let suggestion = words::suggestion(first, second).or_else(|| words::suggestion(ordered.or(agreed)?, ""));
    NotACommand::Unknown { suggestion }
}

/// `status?` asks for what it gets.
fn nothing_but_questions(tokens: &[Token], shown: &'static str) -> Result<(), NotACommand> {
    let answered = tokens.iter().take_while(|token| matches!(token.sign, Sign::Question)).count();
    nothing_more(tokens.get(answered..).unwrap_or_default(), shown)
}

fn approve(rest: &[Token], shown: &'static str) -> Result<Command, NotACommand> {
    let Details { customer, rights } = details(rest, shown)?;
    Ok(Command::Approve { customer, rights })
}

/// `ja`, and `ja, akkoord K-1001`, which is the stronger word.
fn weak(rest: &[Token], shown: &'static str) -> Result<Command, NotACommand> {
    if let Some((next, after)) = rest.split_first()
        && words::verb(next.key()) == Some(Verb::Approve)
    {
        return approve(after, shown);
    }
    let Details { customer, rights } = details(rest, shown)?;
    match customer {
        Some(_) => Err(NotACommand::Unknown { suggestion: Some(shown) }),
        None => Ok(Command::Weak { rights }),
    }
}

fn right(rest: &[Token], shown: &'static str) -> Result<Command, NotACommand> {
    let Details { customer, rights } = details(rest, shown)?;
    match customer {
        Some(_) => Err(NotACommand::Unknown { suggestion: Some(shown) }),
        None if rights.is_empty() => Err(NotACommand::MissingRight),
        None => Ok(Command::Right { rights }),
    }
}

/// Taken in any company but a negation, a question or another order.
fn stop(rest: &[Token]) -> Result<Command, NotACommand> {
    if asks(rest) || keys(rest).any(words::is_negation) {
        Err(NotACommand::Conditional)
    } else if keys(rest).any(|key| words::is_strong_verb(key) && !words::is_filler(key) && key != "stop") {
        Err(NotACommand::Several)
    } else {
        Ok(Command::Stop)
    }
}

/// `verzoek <adres>`: exactly one address, as text, in angle brackets or as a link.
fn request(line: &Line, verb: &Token, rest: &[Token]) -> Result<Command, NotACommand> {
    // "tot" and "of" stand in a heading ("verzoek tot inzage of wijziging"), which is no order for another reason.
    let doubted = |key: &str| words::is_negation(key) || (words::is_hedge(key) && key != "of");
    if asks(rest) || keys(rest).any(doubted) {
        return Err(NotACommand::Conditional);
    }
    let text = line.text.get(verb.end..).unwrap_or_default();
    let bracketed = text.contains('<');
    let mut found: Option<Address> = None;
    let mut others = 0_usize;
    for piece in text.split(|c: char| c.is_whitespace() || "<>()[]\"“”,;*".contains(c)) {
        let piece = piece.strip_prefix("mailto:").unwrap_or(piece).trim_matches([':', '.', '\'', '!']);
        if piece.contains('@') {
            let address = Address::parse(piece).map_err(|_| NotACommand::BadAddress)?;
            if found.replace(address.clone()).is_some_and(|other| other != address) {
                return Err(NotACommand::BadAddress);
            }
        } else if !piece.is_empty() && !matches!(piece.to_lowercase().as_str(), "van" | "voor" | "from" | "for" | "of")
        {
            others = others.saturating_add(1);
        }
    }
    let address = found.ok_or(NotACommand::BadAddress)?;
    if others > 0 && !(bracketed && others <= details::MOST_AFTER_SIGN_OFF) {
        return Err(NotACommand::BadAddress);
    }
    Ok(Command::Request { address })
}
