//! Where a quoted or forwarded mail begins: the lines that mail programs write above it, in four languages.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

/// Longest line that is looked at, in bytes; nobody's program writes longer ones here.
pub const LONGEST_LINE: usize = 400;
/// Most lines over which an attribution is folded.
const MOST_ATTRIBUTION_LINES: usize = 4;
/// Most lines of one header block.
const MOST_BLOCK_LINES: usize = 12;

/// Whether a line is quoted with `>`. `>From ` at the beginning of an otherwise unquoted text is mbox's escape.
pub fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// A line without the white space and bold marks around it.
pub fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '\u{feff}')
}

/// How an introduction ends and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribution {
    /// Number of lines it takes.
    pub lines: usize,
    /// Names an address, or a time of day and nobody but a name, as programs do: a quote follows even if no `>` marks it.
    pub certain: bool,
}

static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)^(?:
            (?:op|on|am|le|den|em|el|il|a)\s .{3,300}? \b(?:schreef|geschreven|wrote|schrieb|geschrieben|
                a\ [ée]crit|skrev|escribi[óo]|ha\ scritto)\b .{0,120} :
          | .{2,150}? \s(?:schreef|wrote|schrieb|a\ [ée]crit)\ (?:op|on|am|le)\s .{3,150} :
          | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4} .{3,200} (?:schreef|wrote|schrieb|a\ [ée]crit) .{0,60} :
          | (?:citeren|quoting|zitat\ von)\s .{3,100} :
          )$",
    )
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"@[\w-]+\."));
static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d{1,2}[:.h]\d{2}\b"));
/// `Op 3 maart om 14:02 schreef Menno mij:` is a sentence of the sender's own.
static PRONOUN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:mij|me|ons|onze|jullie|aan|dat|us|mir|uns|dass|nous|vous|que)\b"));
/// `Op 3 maart schreef ik jullie:` introduces words of the sender's own.
static FIRST_PERSON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix) \b(?:schreef|schreven)\ (?:ik|wij|we|u|jij|je|jullie|men)\b | \b(?:ik|wij|we|jullie)\b .{0,40} \b(?:schreef|schreven|geschreven)\b
          | \b(?:i|we|you)\ (?:\w+\ )?wrote\b | \bschrieb(?:en)?\ (?:ich|wir|sie)\b | \b(?:j'ai|nous\ avons|vous\ avez)\ .{0,20}[ée]crit\b",
    )
});
static STARTS_ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:op|on|am|le|den|em|el|il|a|citeren|quoting|zitat von)\s|^\d{1,4}[-/.]\d|\s(?:schreef|wrote|schrieb|a [ée]crit) (?:op|on|am|le)\s",
    )
});

/// The introduction of a quote that begins at `lines[at]`: `Op … schreef …:`, `On … wrote:`, also folded.
pub fn attribution(lines: &[&str], at: usize) -> Option<Attribution> {
    let first = bare(lines.get(at)?);
    if first.len() > LONGEST_LINE || !STARTS_ATTRIBUTION.is_match(first) {
        return None;
    }
    let mut joined = String::new();
    for count in 1..=MOST_ATTRIBUTION_LINES {
        let line = bare(lines.get(at.saturating_add(count).saturating_sub(1))?);
        if line.is_empty() || line.len() > LONGEST_LINE || is_quoted(line) {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
        if line.ends_with(':') {
            let found = ATTRIBUTION.is_match(&joined) && !FIRST_PERSON.is_match(&joined);
            let certain = ADDRESS.is_match(&joined) || (TIME.is_match(&joined) && !PRONOUN.is_match(&joined));
            return found.then_some(Attribution { lines: count, certain });
        }
    }
    None
}

static DIVIDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)^-{2,}\s*(?:
            oorspronkelijk(?:e)?\s(?:bericht|e-?mail) | origineel\sbericht | original\s(?:message|e-?mail|appointment)
          | urspr[üu]ngliche\snachricht | original-?nachricht | message\sd[’']origine | message\soriginal
          )\s*-{2,}.{0,60}$ | ^_{10,}$",
    )
});
static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)^(?:-{2,}\s*(?:
            doorgestuurd(?:e)?\s(?:bericht|e-?mail) | forwarded\s(?:message|e-?mail) | (?:begin\sof\s)?forwarded\smessage
          | weitergeleitete\snachricht | message\s(?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])
          )\s*-{2,}.{0,80}
          | (?:begin\sdoorgestuurd\sbericht | begin\sforwarded\smessage | anfang\sder\sweitergeleiteten\s(?:nachricht|e-?mail)
          | d[ée]but\sdu\smessage\s(?:transf[ée]r[ée]|r[ée]exp[ée]di[ée]))\s*:)$",
    )
});

/// `-----Oorspronkelijk bericht-----` and the rule that Outlook draws.
pub fn is_divider(line: &str) -> bool {
    let line = bare(line);
    line.len() <= LONGEST_LINE && DIVIDER.is_match(line)
}

/// Whether a divider is a mere rule, which also stands above signatures: only a header block under it counts.
pub fn is_rule(line: &str) -> bool {
    bare(line).starts_with('_')
}

/// `---------- Forwarded message ---------`, `Begin doorgestuurd bericht:`.
pub fn is_forward(line: &str) -> bool {
    let line = bare(line);
    line.len() <= LONGEST_LINE && FORWARD.is_match(line)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Sent,
    Date,
    To,
    Subject,
    Other,
}

fn field(line: &str) -> Option<(Field, &str)> {
    let (name, value) = bare(line).split_once(':')?;
    if name.len() > 24 {
        return None;
    }
    let name = name.trim_matches(|c: char| c.is_whitespace() || c == '*').to_lowercase();
    let kind = match name.as_str() {
        "van" | "from" | "von" | "de" | "expéditeur" | "afzender" => Field::From,
        "verzonden" | "sent" | "gesendet" | "envoyé" => Field::Sent,
        "datum" | "date" => Field::Date,
        "aan" | "to" | "an" | "à" | "destinataire" => Field::To,
        "onderwerp" | "subject" | "betreff" | "objet" | "betreft" => Field::Subject,
        "cc" | "bcc" | "kopie" | "antwoord aan" | "beantwoorden" | "reply-to" | "antwort an" | "répondre à"
        | "bijlagen" | "attachments" | "prioriteit" | "importance" | "urgentie" => Field::Other,
        _ => return None,
    };
    Some((kind, value.trim()))
}

/// The header block of a quoted or forwarded mail that begins at `lines[at]`, as Outlook and others write it: how
/// many lines it takes. A letter that begins with `Van: … Aan: … Datum: 3 maart` is none: `trusted` says that a
/// divider stood above; else a `Verzonden` line, or a date with a time of day, must be there.
pub fn header_block(lines: &[&str], at: usize, trusted: bool) -> Option<usize> {
    let mut kinds: Vec<Field> = Vec::new();
    let (mut program, mut end) = (trusted, at);
    for (offset, line) in lines.iter().skip(at).take(MOST_BLOCK_LINES).enumerate() {
        if line.len() > LONGEST_LINE.saturating_mul(8) || is_quoted(line) {
            break;
        }
        match field(line) {
            Some((kind, value)) => {
                program |= kind == Field::Sent || (kind == Field::Date && TIME.is_match(value));
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
                end = at.saturating_add(offset).saturating_add(1);
            }
            // Some programs leave an empty line between the fields; a long list of recipients is folded.
            None if offset > 0 && bare(line).is_empty() && kinds.last() != Some(&Field::Subject) => {}
            None if matches!(kinds.last(), Some(Field::To | Field::Other)) && line.contains(['@', ';']) => {}
            None => break,
        }
    }
    let first = kinds.first();
    let starts_right = first == Some(&Field::From) || (trusted && kinds.contains(&Field::From));
    (starts_right && kinds.len() >= 2 && program).then(|| end.saturating_sub(at))
}
