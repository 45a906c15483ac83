//! What stands between an order and the end of its line: rights, a customer number, friendly words. Anything else makes
//! the order one that is not understood.

use super::line::{Sign, Token, keys};
use super::{NotACommand, handled, words};
use crate::domain::customer::CustomerId;
use crate::domain::right::{Right, Rights};

/// Words that may follow a sign-off on the command line: a name.
pub(super) const MOST_AFTER_SIGN_OFF: usize = 5;

/// Customer and rights named after a command.
#[derive(Default)]
pub(super) struct Details {
    pub customer: Option<CustomerId>,
    pub rights: Rights,
}

pub(super) fn details(tokens: &[Token], shown: &'static str) -> Result<Details, NotACommand> {
    if is_doubtful(tokens) {
        return Err(NotACommand::Conditional);
    }
    let mut found = Details::default();
    let mut narrowed = false;
    let mut left = tokens;
    while let Some((token, rest)) = left.split_first() {
        let key = token.key();
        let next = rest.first().map_or("", Token::key);
        left = rest;
        if let Some(named) = rights_in(key) {
            found.rights.extend(named);
        } else if words::is_customer(key) {
            let (number, rest) = announced(rest)?;
            found.name_customer(number)?;
            left = rest;
        } else if words::is_only(key) {
            narrowed = true;
        } else if words::is_sign_off(key, next) || words::is_thanks(key) {
            only_a_name(rest, shown)?;
            left = &[];
        } else if let Some(number) = customer_number(token) {
            found.name_customer(number)?;
        } else if !changes_nothing(token) {
            return Err(not_understood(tokens, shown));
        }
    }
    if narrowed && found.rights.is_empty() {
        return Err(NotACommand::MissingRight);
    }
    Ok(found)
}

impl Details {
    fn name_customer(&mut self, number: CustomerId) -> Result<(), NotACommand> {
        if self.customer.as_ref().is_some_and(|named| !named.matches(&number)) {
            return Err(NotACommand::BadCustomer);
        }
        self.customer = Some(number);
        Ok(())
    }
}

/// `inzage`, or `inzage/verwijdering`.
pub(super) fn rights_in(key: &str) -> Option<Vec<Right>> {
    key.split('/').map(words::right).collect()
}

/// The number after `klant`, perhaps after `nr`.
fn announced(tokens: &[Token]) -> Result<(CustomerId, &[Token]), NotACommand> {
    let is_prefix = |token: &&Token| matches!(token.key(), "nr" | "nummer" | "number" | "id" | "met" | "with");
    let prefixes = tokens.iter().take_while(is_prefix).count();
    let (token, rest) = tokens.get(prefixes..).and_then(<[Token]>::split_first).ok_or(NotACommand::BadCustomer)?;
    let number = customer_number(token).ok_or(NotACommand::BadCustomer)?;
    Ok((number, rest))
}

/// A word with a digit that is no date and no time.
fn customer_number(token: &Token) -> Option<CustomerId> {
    let written = token.written();
    let has_digit = written.chars().any(|c| c.is_ascii_digit());
    (has_digit && handled::date_of(written).is_none()).then(|| CustomerId::parse(written)).flatten()
}

pub(super) fn changes_nothing(token: &Token) -> bool {
    match &token.sign {
        Sign::Word { key, .. } => words::is_filler(key) || words::is_pleasantry(key) || key == "of",
        Sign::Symbol(c) => words::is_friendly(*c),
        Sign::Question => false,
    }
}

/// After `groet` on the command line: a few words without meaning.
pub(super) fn only_a_name(tokens: &[Token], shown: &'static str) -> Result<(), NotACommand> {
    let means_something = |token: &Token| {
        let key = token.key();
        words::right(key).is_some()
            || words::is_strong_verb(key)
            || words::is_only(key)
            || words::is_customer(key)
            || key.chars().any(|c| c.is_ascii_digit())
            || matches!(token.sign, Sign::Symbol(c) if !words::is_friendly(c))
    };
    if tokens.len() > MOST_AFTER_SIGN_OFF || tokens.iter().any(means_something) {
        return Err(not_understood(tokens, shown));
    }
    Ok(())
}

/// Nothing but friendly words may follow.
pub(super) fn nothing_more(tokens: &[Token], shown: &'static str) -> Result<(), NotACommand> {
    if is_doubtful(tokens) {
        return Err(NotACommand::Conditional);
    }
    let mut left = tokens;
    while let Some((token, rest)) = left.split_first() {
        let next = rest.first().map_or("", Token::key);
        if words::is_sign_off(token.key(), next) || words::is_thanks(token.key()) {
            return only_a_name(rest, shown);
        }
        let friendly = match &token.sign {
            Sign::Word { key, .. } => words::is_pleasantry(key) || matches!(key.as_str(), "met" | "with"),
            Sign::Symbol(c) => words::is_friendly(*c),
            Sign::Question => false,
        };
        if !friendly {
            return Err(not_understood(tokens, shown));
        }
        left = rest;
    }
    Ok(())
}

/// What stands in the way of an order whose words are not all understood.
pub(super) fn not_understood(tokens: &[Token], shown: &'static str) -> NotACommand {
    if is_doubtful(tokens) {
        NotACommand::Conditional
    } else if keys(tokens).any(words::is_strong_verb) {
        NotACommand::Several
    } else {
        NotACommand::Unknown { suggestion: Some(shown).filter(|shown| !shown.is_empty()) }
    }
}

/// Whether a question mark or a condition stands among these words. `right of access` holds no Dutch "or".
pub(super) fn is_doubtful(tokens: &[Token]) -> bool {
    let mut before = "";
    for token in tokens {
        let key = token.key();
        let english_of = key == "of" && matches!(before, "right" | "rights");
        if matches!(token.sign, Sign::Question) || (words::is_condition(key) && !english_of) {
            return true;
        }
        before = key;
    }
    false
}
