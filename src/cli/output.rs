//! How the commands speak: plain in a pipe, in colour on a terminal. Messages for people on stderr, results on stdout.

use std::io::Write;

use anstyle::{AnsiColor, Style};

/// A heading.
pub const TITLE: Style = Style::new().bold();
/// Something good.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Something to look at.
pub const CARE: Style = AnsiColor::Yellow.on_default();
/// Something wrong.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Something aside.
pub const ASIDE: Style = Style::new().dimmed();

/// A line of a result, on stdout.
///
/// # Errors
/// When stdout is closed.
pub fn result(line: &str) -> std::io::Result<()> {
    writeln!(anstream::stdout(), "{line}")
}

/// A line for people, on stderr.
pub fn say(line: &str) {
    let _closed = writeln!(anstream::stderr(), "{line}");
}

/// Something to look at, on stderr.
pub fn warn(line: &str) {
    say(&format!("{CARE}warning:{CARE:#} {line}"));
}

/// Something wrong, on stderr.
pub fn error(line: &str) {
    say(&format!("{BAD}error:{BAD:#} {line}"));
}

/// Text from outside on one line, without anything that steers a terminal, at most so many characters.
#[must_use]
pub fn clean(text: &str, longest: usize) -> String {
    let hidden = |c: &char| {
        !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(hidden).collect();
    if line.chars().count() <= longest {
        return line;
    }
    line.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\r\n c\u{202e}d", 20), "a[31mb cd");
        assert_eq!(clean("abcdef", 4), "abc…");
    }
}
