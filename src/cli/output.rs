//! How the commands speak: plain in a pipe, in colour on a terminal. Messages for people on stderr, results on stdout.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::domain::case::RequestState;
use crate::domain::time::{Date, TimeZone, Timestamp};

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

/// A result as JSON, on one line of stdout.
///
/// # Errors
/// When stdout is closed.
pub fn json(value: &impl Serialize) -> std::io::Result<()> {
    let line = serde_json::to_string(value).map_err(std::io::Error::other)?;
    writeln!(std::io::stdout(), "{line}")
}

/// A moment as the JSON has it: RFC 3339, whole seconds, with the organisation's offset.
#[must_use]
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A moment for people, in the organisation's time zone.
#[must_use]
pub fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// How far off a deadline is, in words and in colour: what is late is red, the last days are yellow.
#[must_use]
pub fn until(due: Date, today: Date) -> String {
    let days = (due - today).get_days();
    match days {
        ..-1 => format!("{BAD}{} days overdue{BAD:#}", days.saturating_neg()),
        -1 => format!("{BAD}1 day overdue{BAD:#}"),
        0 => format!("{CARE}today{CARE:#}"),
        1 => format!("{CARE}tomorrow{CARE:#}"),
        2..=5 => format!("{CARE}in {days} days{CARE:#}"),
        6.. => format!("in {days} days"),
    }
}

/// A state in words, at most 19 characters.
#[must_use]
pub const fn state(state: &RequestState) -> &'static str {
    match state {
        RequestState::AwaitingIdentity { .. } => "waits for identity",
        RequestState::AwaitingConfirmation { .. } => "waits for the owner",
        RequestState::AwaitingRequester { .. } => "waits for requester",
        RequestState::AwaitingStaff { .. } => "waits for staff",
        RequestState::Scheduled { .. } => "scheduled",
        RequestState::InProgress { .. } => "in progress",
        RequestState::Answered { .. } => "answered",
        RequestState::Refused { .. } => "refused",
        RequestState::Closed { .. } => "closed",
    }
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
    fn a_moment_has_the_offset_of_the_organisation_in_summer_and_in_winter() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let said = |at: &str| moment(at.parse().unwrap(), &zone);
        assert_eq!(said("2026-03-03T09:00:00.9Z"), "2026-03-03T10:00:00+01:00");
        assert_eq!(said("2026-07-03T22:30:00Z"), "2026-07-04T00:30:00+02:00");
    }

    #[test]
    fn a_deadline_is_said_in_days_also_over_the_end_of_a_month_and_red_only_when_it_is_over() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let said = |due: &str| until(day(due), day("2026-03-30"));
        assert_eq!(said("2026-05-04"), "in 35 days");
        assert!(said("2026-04-02").contains("in 3 days") && said("2026-03-31").contains("tomorrow"));
        assert!(said("2026-03-30").contains("today") && !said("2026-03-30").contains(&BAD.to_string()));
        assert!(said("2026-03-29").contains("1 day overdue") && said("2026-02-01").contains("57 days overdue"));
        assert!(said("2026-03-29").starts_with(&BAD.to_string()));
    }

    #[test]
    fn text_from_outside_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\r\n c\u{202e}d", 20), "a[31mb cd");
        assert_eq!(clean("abcdef", 4), "abc…");
    }
}
