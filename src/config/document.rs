//! The text of a configuration with its places: which line holds which key, and what serde's complaints mean to people.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, Error as TomlError};

use super::error::ConfigError;

/// A configuration file as text, and as a tree that knows its lines.
pub(super) struct Document<'i> {
    file: &'i Path,
    text: &'i str,
    table: DeTable<'i>,
}

impl<'i> Document<'i> {
    /// Reads the tree.
    ///
    /// # Errors
    /// The text is not TOML.
    pub(super) fn parse(file: &'i Path, text: &'i str) -> Result<Self, ConfigError> {
        let table = DeTable::parse(text).map_err(|error| {
            let line = error.span().map(|span| line_of(text, span.start));
            let message = error.message().trim().replace('\n', ", ");
            ConfigError::at(
                file,
                line,
                format!("this is not TOML: {message}; is a quote or a bracket missing, or a key twice?"),
            )
        })?;
        Ok(Self { file, text, table: table.into_inner() })
    }

    /// Reads the whole as a `T`.
    ///
    /// # Errors
    /// The first unknown key, wrong type, missing key or wrong value, with its line.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        toml::from_str(self.text).map_err(|error| self.translate(&error))
    }

    /// The file, as it was named.
    pub(super) const fn file(&self) -> &Path {
        self.file
    }

    /// The line of a key or section, or of the innermost part of the path that is there.
    pub(super) fn line(&self, path: &[&str]) -> Option<usize> {
        let mut table = Some(&self.table);
        let mut line = None;
        for name in path {
            let Some((key, value)) = table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == name)) else {
                break;
            };
            line = Some(line_of(self.text, key.span().start));
            table = value.get_ref().as_table();
        }
        line
    }

    /// An error about a key: "`key` in [section] …".
    pub(super) fn wrong(&self, path: &[&str], message: &str) -> ConfigError {
        self.error(path, format!("{} {message}", name_of(path)))
    }

    /// An error about an item of a list.
    pub(super) fn wrong_item(&self, path: &[&str], index: usize, message: &str) -> ConfigError {
        let list = path.iter().try_fold(None::<&DeValue<'_>>, |value, name| {
            let table = value.map_or(Some(&self.table), DeValue::as_table)?;
            let (_, found) = table.iter().find(|(key, _)| key.get_ref() == name)?;
            Some(Some(found.get_ref()))
        });
        let item = list.flatten().and_then(DeValue::as_array).and_then(|list| list.get(index));
        let line = item.map(|item| line_of(self.text, item.span().start)).or_else(|| self.line(path));
        ConfigError::at(self.file, line, format!("{} {message}", name_of(path)))
    }

    /// An error at the line of a key, in whole words.
    pub(super) fn error(&self, path: &[&str], message: String) -> ConfigError {
        ConfigError::at(self.file, self.line(path), message)
    }

    fn translate(&self, error: &TomlError) -> ConfigError {
        let at = error.span().map(|span| span.start);
        let path = at.and_then(|at| path_at(&self.table, at)).unwrap_or_default();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let line = at.map(|at| line_of(self.text, at));
        ConfigError::at(self.file, line, in_words(&path, error.message()))
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The names that lead to the key, value or section header at a byte of the text.
fn path_at(table: &DeTable<'_>, at: usize) -> Option<Vec<String>> {
    let holds = |span: Range<usize>| span.contains(&at);
    for (key, value) in table {
        let inner = value.get_ref().as_table().and_then(|table| path_at(table, at));
        let here = || (holds(key.span()) || holds(value.span())).then(Vec::new);
        if let Some(mut path) = inner.or_else(here) {
            path.insert(0, key.get_ref().to_string());
            return Some(path);
        }
    }
    None
}

/// "`key` in [section]", "`key`" at the top, or "[section]" for a path of which only the section is known.
fn name_of(path: &[&str]) -> String {
    match path {
        [] => "the file".to_owned(),
        [top] => format!("`{top}`"),
        [section @ .., key] => format!("`{key}` in [{}]", section.join(".")),
    }
}

/// serde's complaint in words for people. `path` leads to the key, or to the section where a key is missing.
fn in_words(path: &[&str], message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = quoted.first().copied().unwrap_or("");
    let known = quoted.get(1..).unwrap_or_default();
    if message.starts_with("unknown field") {
        return unknown_key(path, first, known);
    }
    if message.starts_with("missing field") {
        return format!("[{}] has no `{first}`; add a line `{first} = …` to this section", path.join("."));
    }
    if message.starts_with("unknown variant") {
        let choices: Vec<String> = known.iter().map(|choice| format!("\"{choice}\"")).collect();
        return format!("{} is \"{first}\"; it must be {}", name_of(path), choices.join(" or "));
    }
    let expected_after = |start| message.strip_prefix(start).and_then(|rest: &str| rest.rsplit_once(", expected "));
    if let Some((found, expected)) = expected_after("invalid type: ") {
        return format!("{} must be {}, not {}", name_of(path), expectation(expected), kind(found));
    }
    if let Some((_, expected)) = expected_after("invalid value: ") {
        return format!("{} must be {}", name_of(path), expectation(expected));
    }
    format!("{} {message}", name_of(path))
}

fn unknown_key(path: &[&str], key: &str, known: &[&str]) -> String {
    let section = path.split_last().map_or(&[] as &[&str], |(_, section)| section);
    let advice = |quote: &dyn Fn(&str) -> String| match closest(key, known) {
        Some(close) => format!("did you mean {}?", quote(close)),
        None => format!("known here: {}", known.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ")),
    };
    if section.is_empty() {
        let advice = advice(&|name| if name == "automatic" { format!("`{name}`") } else { format!("[{name}]") });
        return format!("unknown section or key `{key}`; {advice}");
    }
    format!("unknown key `{key}` in [{}]; {}", section.join("."), advice(&|name| format!("`{name}`")))
}

/// What serde expects, as people call it.
fn expectation(expected: &str) -> &str {
    match expected {
        "a string" => "a text in quotes",
        "a sequence" => "a list such as [\"…\", \"…\"]",
        "a boolean" => "true or false",
        "i64" => "a whole number",
        "u32" | "u64" => "a whole number, not negative",
        other => other,
    }
}

/// The kind of a value, without the value: it may be a secret in the wrong place.
fn kind(found: &str) -> &'static str {
    match found.split([' ', '`']).next().unwrap_or("") {
        "string" => "a text",
        "integer" => "a number",
        "floating" => "a number with a fraction",
        "boolean" => "true or false",
        "sequence" => "a list",
        "map" => "a section",
        _ => "this",
    }
}

/// The known name that somebody probably meant: a slip or two away, or the name that this one begins.
fn closest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    let slips = |name: &str| distance(written, name);
    let near = known.iter().copied().min_by_key(|name| slips(name));
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    near.filter(|name| slips(name) <= allowed).or_else(|| {
        let begins = |name: &&str| written.len() >= 3 && (name.starts_with(written) || written.starts_with(*name));
        known.iter().copied().find(begins)
    })
}

/// Letters to add, drop, change or swap with their neighbour (optimal string alignment). Bounded: long texts are cut.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.to_lowercase().chars().take(40).collect();
    let other: Vec<char> = other.chars().take(40).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous = None;
    for (row, &a) in one.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, &b) in other.iter().enumerate() {
            let cell = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX - 1);
            let change = cell(&last, column) + usize::from(a != b);
            let mut best = change.min(cell(&last, column + 1) + 1).min(cell(&now, column) + 1);
            let left = column.checked_sub(1).and_then(|left| other.get(left).copied());
            if let Some(at) = column.checked_sub(1)
                && previous == Some(b)
                && left == Some(a)
            {
                best = best.min(cell(&before, at) + 1);
            }
            now.push(best);
        }
        before = std::mem::replace(&mut last, now);
        previous = Some(a);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_counted_as_people_make_them() {
        assert_eq!(distance("usrname", "username"), 1);
        assert_eq!(distance("hsot", "host"), 1);
        assert_eq!(distance("", "port"), 4);
        assert_eq!(distance("port", "port"), 0);
    }

    #[test]
    fn a_guess_is_only_made_where_it_is_close() {
        let known = ["host", "port", "password_file", "username"];
        assert_eq!(closest("password", &known), Some("password_file"));
        assert_eq!(closest("user_name", &known), Some("username"));
        assert_eq!(closest("Hosts", &known), Some("host"));
        assert_eq!(closest("colour", &known), None);
        assert_eq!(closest("x", &known), None);
    }

    proptest! {
        #[test]
        fn the_distance_is_symmetric_and_bounded(one in "[a-z_]{0,12}", other in "[a-z_]{0,12}") {
            prop_assert_eq!(distance(&one, &other), distance(&other, &one));
            prop_assert!(distance(&one, &other) <= one.len().max(other.len()));
            prop_assert_eq!(distance(&one, &one), 0);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "(\\PC|\n|\\[|\\]|=|\"){0,80}") {
            if let Ok(document) = Document::parse(Path::new("f"), &text) {
                let _ = document.read::<crate::config::raw::Raw>();
            }
        }
    }
}
