//! What the templates can call: the functions of [`super::words`] and [`super::fence`] as filters, in the language of
//! the letter. Errors never quote the value, because a value can be personal.

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State};
use serde::de::DeserializeOwned;

use super::{fence, words};
use crate::domain::customer::{AddressState, Role};
use crate::domain::language::LetterLanguage;
use crate::domain::right::Right;
use crate::domain::sender::Because;
use crate::domain::time::Date;

/// Longest title or remark that is shown on one line.
const LONGEST_LINE: usize = 200;
/// Longest name of a person or company: behind its label it never reaches the end of a line, so no part of a name ever
/// begins one.
const LONGEST_NAME: usize = 50;

/// Makes the filters known.
///
/// | filter | on | gives |
/// |---|---|---|
/// | `date`, `short_date` | a date | `dinsdag 7 april 2026`, `di 7 april` |
/// | `moment` | a date with time | `vrijdag 10 april 2026 om 14:30 uur` |
/// | `deadline(today)` | a date | `nog 9 dagen, uiterlijk di 28 april` |
/// | `word`, `asked`, `article`, `approval_does` | a right | see [`super::words`] |
/// | `words`, `all_asked` | a list of rights | the same, joined with `en` |
/// | `joined` | a list of texts | joined with `en` |
/// | `role`, `address_state`, `how_sure` | that type | a text for staff |
/// | `line`, `name` | a text | one line of at most 200 or 50 characters |
/// | `own` | a text by staff | its lines, without anything that could be markup |
/// | `fence` | words of a stranger | behind bars, see [`super::fence`] |
/// | `fence_all` | a list of words of a stranger | one line each, behind bars |
/// | `value` | a data value | its lines, indented in a text |
/// | `found` | a dossier | whether it holds anything |
pub(super) fn add_to(environment: &mut Environment<'static>) {
    environment.add_filter("date", |state: &State<'_, '_>, date: Value| {
        Ok::<_, Error>(words::long_date(language(state)?, read(date)?))
    });
    environment.add_filter("short_date", |state: &State<'_, '_>, date: Value| {
        Ok::<_, Error>(words::short_date(language(state)?, read(date)?))
    });
    environment.add_filter("moment", |state: &State<'_, '_>, at: Value| {
        Ok::<_, Error>(words::moment(language(state)?, read(at)?))
    });
    environment.add_filter("deadline", |state: &State<'_, '_>, due: Value, today: Value| {
        Ok::<_, Error>(words::deadline(language(state)?, read::<Date>(due)?, read::<Date>(today)?))
    });
    add_rights(environment);
    environment.add_filter("role", |state: &State<'_, '_>, role: Value| {
        Ok::<_, Error>(words::role(language(state)?, read::<Role>(role)?))
    });
    environment.add_filter("address_state", |state: &State<'_, '_>, address: Value| {
        Ok::<_, Error>(words::address_state(language(state)?, read::<AddressState>(address)?))
    });
    environment.add_filter("how_sure", |state: &State<'_, '_>, because: Value| {
        Ok::<_, Error>(words::how_sure(language(state)?, read::<Because>(because)?))
    });
    environment.add_filter("joined", |state: &State<'_, '_>, all: Vec<String>| {
        let all: Vec<_> = all.iter().map(|text| fence::one_line(text, LONGEST_LINE)).collect();
        Ok::<_, Error>(words::joined(language(state)?, &all.iter().map(String::as_str).collect::<Vec<_>>()))
    });
    environment.add_filter("line", |text: String| fence::one_line(&text, LONGEST_LINE));
    environment.add_filter("name", |text: String| fence::one_line(&text, LONGEST_NAME));
    environment.add_filter("own", own);
    environment.add_filter("fence", fenced);
    environment.add_filter("fence_all", |state: &State<'_, '_>, all: Vec<String>| {
        let lines: Vec<_> = all.iter().map(|text| fence::one_line(text, LONGEST_LINE)).collect();
        fenced(state, lines.join("\n"))
    });
    environment.add_filter("found", found);
    environment.add_filter("value", value);
}

fn add_rights(environment: &mut Environment<'static>) {
    environment.add_filter("word", |state: &State<'_, '_>, right: Value| {
        Ok::<_, Error>(words::right_word(language(state)?, read(right)?))
    });
    environment.add_filter("asked", |state: &State<'_, '_>, right: Value| {
        Ok::<_, Error>(words::right_asked(language(state)?, read(right)?))
    });
    environment.add_filter("article", |right: Value| Ok::<_, Error>(read::<Right>(right)?.article()));
    environment.add_filter("approval_does", |state: &State<'_, '_>, right: Value| {
        Ok::<_, Error>(words::approval_does(language(state)?, read(right)?))
    });
    environment.add_filter("words", |state: &State<'_, '_>, rights: Value| {
        let language = language(state)?;
        let all: Vec<_> = read::<Vec<Right>>(rights)?.into_iter().map(|r| words::right_word(language, r)).collect();
        Ok::<_, Error>(words::joined(language, &all))
    });
    environment.add_filter("all_asked", |state: &State<'_, '_>, rights: Value| {
        let language = language(state)?;
        let all: Vec<_> = read::<Vec<Right>>(rights)?.into_iter().map(|r| words::right_asked(language, r)).collect();
        Ok::<_, Error>(words::joined(language, &all))
    });
}

/// Text by staff: in HTML escaped with `<br>`, in a text its lines without bars.
fn own(state: &State<'_, '_>, text: String) -> Value {
    lines_of(state, &text, "\n")
}

/// A data value, which may have several lines: in a text the further lines are indented under the first.
fn value(state: &State<'_, '_>, text: String) -> Value {
    lines_of(state, &text, "\n      ")
}

fn lines_of(state: &State<'_, '_>, text: &str, between: &str) -> Value {
    let lines = text.trim().lines().map(|line| line.replace(|c: char| c.is_control(), " "));
    if is_html(state) {
        let lines: Vec<_> = lines.map(|line| fence::escape(&line)).collect();
        Value::from_safe_string(lines.join("<br>\n"))
    } else {
        Value::from(lines.collect::<Vec<_>>().join(between))
    }
}

fn fenced(state: &State<'_, '_>, text: String) -> Value {
    if is_html(state) {
        Value::from_safe_string(fence::fence_html(&text))
    } else {
        Value::from(fence::fence_text(&text))
    }
}

/// Whether a dossier holds any record.
fn found(dossier: Value) -> Result<bool, Error> {
    for source in dossier.get_attr("sources")?.try_iter()? {
        if source.get_attr("records")?.is_true() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_html(state: &State<'_, '_>) -> bool {
    matches!(state.auto_escape(), AutoEscape::Html)
}

fn language(state: &State<'_, '_>) -> Result<LetterLanguage, Error> {
    state.lookup("language").ok_or_else(|| Error::new(ErrorKind::UndefinedError, "no language")).and_then(read)
}

/// A value back into the type that it was before it went into the template.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(value).map_err(|_| Error::new(ErrorKind::InvalidOperation, "not of the kind that this filter needs"))
}
