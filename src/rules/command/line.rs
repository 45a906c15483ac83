//! A reply cut into clean lines and words, so that the rest of this folder only compares plain lower-case words.
//!
//! What people's mail programs add is removed here: bold asterisks, quotation marks, non-breaking spaces, invisible
//! characters, curly apostrophes, long dashes, capitals and accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lines of a reply that are looked at.
const MOST_LINES: usize = 500;
/// Characters of one line that are looked at. A longer line holds no command that staff typed.
const LONGEST_LINE: usize = 4_000;

/// One line of own words.
#[derive(Default)]
pub(super) struct Line {
    /// For people: NFC, one space between words, no invisible characters.
    pub text: String,
    /// For comparing.
    pub tokens: Vec<Token>,
    /// Whether the line was longer than is kept.
    pub cut: bool,
}

/// One word or sign of a line.
pub(super) struct Token {
    pub sign: Sign,
    /// Byte offset in the line's text where it begins, and where it ends.
    pub start: usize,
    pub end: usize,
}

/// What a token is.
pub(super) enum Sign {
    /// A word: as written without its edges, and folded to lower case without accents.
    Word { written: String, key: String },
    /// A question mark.
    Question,
    /// An emoji or another sign that is neither letter nor plain punctuation.
    Symbol(char),
}

impl Token {
    /// The folded word; empty for a sign.
    pub fn key(&self) -> &str {
        match &self.sign {
            Sign::Word { key, .. } => key,
            Sign::Question | Sign::Symbol(_) => "",
        }
    }

    /// The word as written; empty for a sign.
    pub fn written(&self) -> &str {
        match &self.sign {
            Sign::Word { written, .. } => written,
            Sign::Question | Sign::Symbol(_) => "",
        }
    }
}

impl Line {
    /// Reads one line.
    pub fn read(raw: &str) -> Self {
        let mut characters = raw.chars();
        let text = tidy(characters.by_ref().take(LONGEST_LINE));
        let tokens = tokens(&text);
        Self { text, tokens, cut: characters.next().is_some() }
    }

    /// Whether it holds neither word nor sign.
    pub const fn is_blank(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The folded words, signs left out.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        keys(&self.tokens)
    }
}

/// The folded words among these tokens.
pub(super) fn keys(tokens: &[Token]) -> impl Iterator<Item = &str> {
    tokens.iter().map(Token::key).filter(|key| !key.is_empty())
}

/// Whether a question mark is among these tokens.
pub(super) fn asks(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token.sign, Sign::Question))
}

/// The lines that the sender wrote. A quoted line that slipped through counts as blank, and nothing after a signature
/// delimiter (RFC 3676 §4.3) counts: an order in a quote is nobody's order.
pub(super) fn own_lines(own_words: &str) -> Vec<Line> {
    own_words
        .lines()
        .take(MOST_LINES)
        .take_while(|raw| raw.trim_end() != "--")
        .map(|raw| if raw.trim_start().starts_with(['>', '|']) { Line::default() } else { Line::read(raw) })
        .collect()
}

/// NFC, white space as single spaces, long dashes as `-`, nothing invisible.
fn tidy(characters: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    for c in characters.filter(|c| !is_invisible(*c)).nfc() {
        match c {
            c if c.is_whitespace() || c.is_control() => {
                if !text.is_empty() && !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => text.push('-'),
            '\u{2018}' | '\u{2019}' => text.push('\''),
            c => text.push(c),
        }
    }
    text.truncate(text.trim_end().len());
    text
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut word_start = None;
    for (at, c) in text.char_indices() {
        if belongs_to_word(c) {
            word_start.get_or_insert(at);
            continue;
        }
        push_word(&mut found, text, word_start.take(), at);
        let sign = match c {
            '?' | '\u{ff1f}' | '\u{bf}' | '\u{61f}' => Sign::Question,
            c if separates(c) => continue,
            c => Sign::Symbol(c),
        };
        found.push(Token { sign, start: at, end: at.saturating_add(c.len_utf8()) });
    }
    push_word(&mut found, text, word_start, text.len());
    found
}

fn push_word(found: &mut Vec<Token>, text: &str, start: Option<usize>, end: usize) {
    let Some(start) = start else { return };
    let written = text.get(start..end).unwrap_or_default().trim_matches(is_edge);
    if !written.is_empty() {
        let sign = Sign::Word { written: written.to_owned(), key: fold(written) };
        found.push(Token { sign, start, end });
    }
}

/// Letters and digits, and what customer numbers, addresses and dates have inside.
fn belongs_to_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || is_edge(c)
}

/// Part of a word in its middle, not at its edges.
const fn is_edge(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '/' | '@' | '\'' | '#')
}

/// Plain punctuation. A tilde is not: `~~akkoord~~` is struck out.
fn separates(c: char) -> bool {
    c == ' ' || (c.is_ascii_punctuation() && c != '~') || "“”„«»‹›…•·´".contains(c)
}

/// Lower case without accents.
fn fold(word: &str) -> String {
    word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(raw: &str) -> Vec<String> {
        Line::read(raw).keys().map(str::to_owned).collect()
    }

    #[test]
    fn what_mail_programs_add_is_gone() {
        assert_eq!(words("*Akkoord*\u{a0}“K\u{2011}1001”."), ["akkoord", "k-1001"]);
        assert_eq!(words("\u{feff}**OKÉ**, ok\u{e9} oke\u{301}"), ["oke", "oke", "oke"]);
        assert_eq!(words("that’s - me!"), ["that's", "me"]);
    }

    #[test]
    fn a_struck_out_word_keeps_its_sign_in_front() {
        let line = Line::read("~~akkoord~~");
        assert!(matches!(line.tokens.first().map(|token| &token.sign), Some(Sign::Symbol('~'))));
    }

    #[test]
    fn quotes_and_what_follows_a_signature_delimiter_are_nobodys_words() {
        let lines = own_lines("> akkoord\nhallo\n-- \nakkoord");
        assert_eq!(lines.iter().flat_map(Line::keys).collect::<Vec<_>>(), ["hallo"]);
    }

    #[test]
    fn letters_that_only_look_alike_stay_others() {
        assert_ne!(words("аkkoord"), ["akkoord"], "the first letter is Cyrillic");
    }
}
