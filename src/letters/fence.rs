//! Keeping other people's words harmless: one line where one line is meant, a bar before every line that a stranger
//! wrote, and no text that could pass for a token.
//!
//! Staff decide by replying (policy §4), so a requester who writes "akkoord K-1001" in his mail must never get that line
//! to stand as a line of its own in a staff mail, not even after a mail program has wrapped or quoted it. Therefore
//! fenced lines are short enough not to be wrapped again, and every one of them carries the bar, in HTML too.

use crate::domain::token::PREFIX;

/// Longest subject, in characters; mail allows 998 octets a line, people read far fewer.
pub const LONGEST_SUBJECT: usize = 150;
/// Width of a fenced line without its bar: quoted three times it still fits the 76 columns at which programs wrap.
const FENCED_WIDTH: usize = 64;
/// Width of an ordinary line of text.
const TEXT_WIDTH: usize = 76;
/// Most lines that are shown of somebody's words.
const MOST_LINES: usize = 150;
/// Most characters that are looked at of somebody's words.
const MOST_CHARACTERS: usize = 10_000;
/// The bar.
const BAR: &str = "| ";
/// Shown where something was cut off.
const CUT: &str = "[…]";
/// So many letters and digits after the prefix could be taken for a token (a real one has 32).
const LIKE_A_TOKEN: usize = 16;

/// A text on one line: every run of white space or control characters becomes one space, invisible and
/// direction-changing characters go, and after `longest` characters it is cut.
#[must_use]
pub fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let mut length = 0_usize;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut first = true;
        for c in word.chars().filter(|c| !is_invisible(*c)) {
            if length >= longest {
                line.push('…');
                return line;
            }
            if first && !line.is_empty() {
                line.push(' ');
                length = length.saturating_add(1);
            }
            first = false;
            line.push(c);
            length = length.saturating_add(1);
        }
    }
    line
}

/// Somebody's words as short harmless lines, without a bar. Linear, and bounded whatever goes in.
fn harmless_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let start: String = text.chars().take(MOST_CHARACTERS).collect();
    let mut cut = start.len() < text.len();
    let whole = start.replace("\r\n", "\n");
    for line in whole.trim().split(is_line_end) {
        if lines.len() >= MOST_LINES {
            cut = true;
            break;
        }
        wrap(&one_line(line, MOST_CHARACTERS), &FENCED, &mut lines);
    }
    lines.truncate(MOST_LINES);
    if cut {
        lines.push(CUT.to_owned());
    }
    lines
}

/// Somebody's words for a text body: every line behind a bar.
#[must_use]
pub fn fence_text(words: &str) -> String {
    let lines = harmless_lines(words).into_iter().map(|line| format!("{BAR}{line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// Somebody's words for an HTML body: escaped, in a `blockquote`. The bars are there too, because a mail program that
/// makes text of the HTML when somebody replies drops the `blockquote`.
#[must_use]
pub fn fence_html(words: &str) -> String {
    let lines = harmless_lines(words).into_iter().map(|line| format!("{BAR}{}", escape(&line)));
    format!("<blockquote>{}</blockquote>", lines.collect::<Vec<_>>().join("<br>\n"))
}

/// Breaks up everything that looks like a token of ours by a space after the prefix.
#[must_use]
pub fn break_tokens(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut broken = String::with_capacity(text.len());
    let mut from = 0_usize;
    for (at, _) in lower.match_indices(PREFIX) {
        let after = at.saturating_add(PREFIX.len());
        let rest = text.get(after..).unwrap_or("");
        if rest.chars().take(LIKE_A_TOKEN).filter(char::is_ascii_alphanumeric).count() == LIKE_A_TOKEN {
            broken.push_str(text.get(from..after).unwrap_or(""));
            broken.push(' ');
            from = after;
        }
    }
    broken.push_str(text.get(from..).unwrap_or(""));
    broken
}

/// The finishing touch for a text body: no trailing spaces, one blank line at a time, long paragraphs wrapped. Indented
/// lines (commands, data) and fenced lines stay as they are.
#[must_use]
pub(super) fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.replace("\r\n", "\n").split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
        } else if line.starts_with([' ', '|']) {
            lines.push(line.to_owned());
        } else {
            wrap(line, if line.starts_with("- ") { &ITEM } else { &PARAGRAPH }, &mut lines);
        }
    }
    let mut tidied = lines.join("\n");
    tidied.truncate(tidied.trim_end().len());
    tidied.push('\n');
    tidied
}

/// Breaks a line at spaces so that it fits `layout`; lines after the first begin with its `hang`.
fn wrap(line: &str, layout: &Layout, lines: &mut Vec<String>) {
    let (mut current, mut length, mut no_word_yet) = (String::new(), 0_usize, true);
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        let needed = word.chars().count().saturating_add(1);
        if !no_word_yet && length.saturating_add(needed) > layout.width {
            lines.push(std::mem::replace(&mut current, layout.hang.to_owned()));
            length = layout.hang.len();
            no_word_yet = true;
        }
        if !no_word_yet {
            current.push(' ');
            length = length.saturating_add(1);
        }
        for c in word.chars() {
            if layout.break_words && length >= layout.width {
                lines.push(std::mem::take(&mut current));
                length = 0;
            }
            current.push(c);
            length = length.saturating_add(1);
        }
        no_word_yet = false;
    }
    lines.push(current);
}

/// How [`wrap`] breaks a line.
struct Layout {
    /// Characters on a line.
    width: usize,
    /// What lines after the first begin with.
    hang: &'static str,
    /// Whether a word longer than a line is broken (a link must not be).
    break_words: bool,
}

/// Somebody else's words.
const FENCED: Layout = Layout { width: FENCED_WIDTH, hang: "", break_words: true };
/// Our own words.
const PARAGRAPH: Layout = Layout { width: TEXT_WIDTH, hang: "", break_words: false };
/// An item of a list.
const ITEM: Layout = Layout { width: TEXT_WIDTH, hang: "  ", break_words: false };

/// The five characters that mean something in HTML.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Everything that some program shows as the start of a new line (Unicode UAX #14, class BK, CR, LF, NL).
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that show nothing, or turn the writing direction: they only serve to deceive.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::token::{TOKEN_BYTES, Token};

    #[test]
    fn one_line_is_one_line_whatever_goes_in() {
        assert_eq!(one_line("a\r\nBcc: b\u{2028}c\td\0e", 80), "a Bcc: b c d e");
        assert_eq!(one_line("  \u{202e}  x\u{200b}y ", 80), "xy");
        assert_eq!(one_line("abcdef", 3), "abc…");
    }

    #[test]
    fn a_command_in_somebodys_words_never_stands_on_a_line_of_its_own() {
        let words = format!("hoi\rakkoord K-1001\u{2028}akkoord K-1001\u{85}{} akkoord K-1001", "x".repeat(200));
        for line in fence_text(&words).split(['\n', '\r', '\u{2028}', '\u{85}']) {
            assert!(line.starts_with('|') && line.chars().count() <= FENCED_WIDTH + 2, "{line:?}");
        }
        for line in fence_html(&words).trim_start_matches("<blockquote>").split("<br>") {
            assert!(line.trim_start().starts_with("| "), "{line:?}");
        }
    }

    #[test]
    fn a_token_in_somebodys_words_is_broken_in_any_capitals() {
        let token = Token::of_bytes([7; TOKEN_BYTES]);
        for text in [
            format!("Kenmerk: pl-{}", token.reveal()),
            format!("PL-{}", token.reveal().to_uppercase()),
            format!("pl-pl-{}", token.reveal()),
        ] {
            assert!(Token::find_all(&break_tokens(&text).to_lowercase(), 9).is_empty(), "{text}");
        }
        assert_eq!(break_tokens("[PL-2026-0001] pl-é"), "[PL-2026-0001] pl-é");
    }

    #[test]
    fn an_endless_text_is_cut_and_says_so() {
        let fenced = fence_text(&"regel\n".repeat(100_000));
        assert!(fenced.lines().count() <= MOST_LINES + 1 && fenced.ends_with(CUT));
        assert!(fence_text(&"x".repeat(5_000_000)).len() < 20_000);
    }

    #[test]
    fn text_is_wrapped_but_data_commands_and_links_are_not() {
        let long = "woord ".repeat(40);
        let tidied = tidy(&format!("{long}\n\n\n\n    {long}\n- {long}\n{}", "u".repeat(100)));
        assert_eq!(tidied.lines().filter(|line| line.chars().count() > TEXT_WIDTH).count(), 2, "{tidied}");
        assert!(tidied.contains("\n- woord") && tidied.contains("\n  woord") && !tidied.contains("\n\n\n"));
        assert!(tidied.contains(&"u".repeat(100)));
    }

    proptest! {
        #[test]
        fn fencing_keeps_every_line_behind_the_bar(words in ".{0,400}|[\\s\\S]{0,400}") {
            for line in fence_text(&words).split(is_line_end) {
                prop_assert!(line.starts_with('|'));
            }
            prop_assert!(!fence_html(&words).replace("<blockquote>", "").replace("</blockquote>", "").replace("<br>", "").contains('<'));
        }

        #[test]
        fn no_token_survives(words in "[plPL2-7a-]{0,90}") {
            prop_assert!(Token::find_all(&break_tokens(&words).to_lowercase(), 9).is_empty());
        }

        #[test]
        fn one_line_never_breaks(words in "[\\s\\S]{0,200}") {
            prop_assert!(!one_line(&words, 100).contains(|c: char| is_line_end(c) || c.is_control()));
        }
    }
}
