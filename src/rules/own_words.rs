//! What the sender wrote in *this* mail: without quotes, forwarded mail, signature, contact card and disclaimer
//! (classification: only own words count).
//!
//! Losing a request breaks the law after a month; keeping a slogan too many harms nobody. So a line goes only when a
//! mail program or a template plainly wrote it, and what stands between or below quotes stays. Linear time; nothing
//! is decided here about what the words mean.

mod endings;
mod quotes;

use regex::Regex;

/// A mail's text, divided.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct OwnWords {
    /// The sender's own new words.
    pub own: String,
    /// Everything that was cut, in order: quotes, forwarded mail, signature, disclaimer. Tokens may stand in it.
    pub quoted: String,
}

/// Personal: only the sizes are printed.
impl std::fmt::Debug for OwnWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OwnWords({} own, {} quoted bytes)", self.own.len(), self.quoted.len())
    }
}

/// Most name lines below a closing.
const NAME_LINES: usize = 2;
/// Most lines of a signature below `--`; a longer text is no signature.
const LONGEST_SIGNATURE: usize = 25;

/// Longest paragraph that is searched for a disclaimer, in bytes.
const LONGEST_DISCLAIMER: usize = 16 * 1024;
/// Lines shorter than this, in characters, were not broken by a program but ended by a person.
const SHORT_LINE: usize = 50;

/// Divides a mail's text.
#[must_use]
pub fn split(text: &str) -> OwnWords {
    let lines: Vec<&str> = text.lines().collect();
    let mut own = vec![true; lines.len()];
    mark_quotes(&lines, &mut own);
    mark_signatures(&lines, &mut own);
    mark_cards(&lines, &mut own);
    let mut words = OwnWords::default();
    let mut paragraph: Vec<&str> = Vec::new();
    for (line, own) in lines.iter().zip(&own) {
        if *own && !line.trim().is_empty() {
            paragraph.push(line.strip_prefix('>').unwrap_or(line));
            continue;
        }
        finish(&mut paragraph, &mut words);
        if !*own {
            words.quoted.push_str(line);
            words.quoted.push('\n');
        }
    }
    finish(&mut paragraph, &mut words);
    words.own.truncate(words.own.trim_end().len());
    words
}

/// Whether an unquoted forwarded mail stands in the text: under a forward line, or under nothing but a header block.
#[must_use]
pub fn forwarded(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    if lines.iter().any(|line| quotes::is_forward(line)) {
        return true;
    }
    let first = lines.iter().position(|line| !line.trim().is_empty() && !quotes::is_divider(line));
    first.is_some_and(|first| quotes::header_block(&lines, first, false).is_some())
}

/// Marks quoted lines, what introduces them, and everything below a header block or divider without `>` marks.
fn mark_quotes(lines: &[&str], own: &mut [bool]) {
    let last_marked = lines.iter().rposition(|line| is_marked(line));
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let mut next = at.saturating_add(1);
        if is_marked(line) {
            if !is_escaped_from(lines, at) {
                cut(own, at, next);
            }
        } else if let Some(introduction) = introduction(lines, at) {
            let end = at.saturating_add(introduction.lines);
            let marked_follows = next_filled(lines, end).is_some_and(|next| is_marked(lines.get(next).unwrap_or(&"")));
            let marked_later = last_marked.is_some_and(|last| last >= end);
            if marked_follows || (introduction.certain && introduction.style == Style::Marked && marked_later) {
                cut(own, at, end);
                next = end;
            } else if introduction.certain {
                cut(own, at, lines.len());
                return;
            }
        }
        at = next;
    }
}

fn cut(own: &mut [bool], from: usize, to: usize) {
    own.iter_mut().take(to).skip(from).for_each(|own| *own = false);
}

fn is_marked(line: &str) -> bool {
    quotes::is_quoted(line)
}

/// `>From now on …` in a text without other marks around it: mbox's escape of a line of the sender's own.
fn is_escaped_from(lines: &[&str], at: usize) -> bool {
    let marked = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_some_and(|line| is_marked(line));
    lines.get(at).is_some_and(|line| line.starts_with(">From "))
        && !marked(at.checked_sub(1))
        && !marked(at.checked_add(1))
}

fn next_filled(lines: &[&str], from: usize) -> Option<usize> {
    let near = lines.iter().enumerate().skip(from).take(20);
    near.filter(|(_, line)| !line.trim().is_empty()).map(|(at, _)| at).next()
}

/// How a program quotes below its introduction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// With `>` before each line.
    Marked,
    /// With nothing: all that follows.
    Unmarked,
}

struct Introduction {
    lines: usize,
    certain: bool,
    style: Style,
}

/// What introduces a quote at this line, if anything.
fn introduction(lines: &[&str], at: usize) -> Option<Introduction> {
    let line = lines.get(at)?;
    let after = at.saturating_add(1);
    if quotes::is_forward(line) || quotes::is_divider(line) {
        // A mere rule also stands above signatures and between paragraphs: the block under it must prove itself.
        let rule = quotes::is_rule(line);
        let block = next_filled(lines, after).and_then(|next| {
            quotes::header_block(lines, next, !rule).map(|taken| next.saturating_add(taken).saturating_sub(at))
        });
        if block.is_some() || !rule {
            return Some(Introduction { lines: block.unwrap_or(1), certain: true, style: Style::Unmarked });
        }
        return None;
    }
    if let Some(found) = quotes::attribution(lines, at) {
        return Some(Introduction { lines: found.lines, certain: found.certain, style: Style::Marked });
    }
    let block = quotes::header_block(lines, at, false)?;
    Some(Introduction { lines: block, certain: true, style: Style::Unmarked })
}

/// Marks `-- ` with what follows it up to the next quote, and lines such as `Verstuurd vanaf mijn iPhone`. A line in
/// which somebody speaks stays.
fn mark_signatures(lines: &[&str], own: &mut [bool]) {
    let mut signature = false;
    for (at, line) in lines.iter().enumerate() {
        let Some(here) = own.get(at).copied() else { return };
        if !here {
            signature = false;
            continue;
        }
        if endings::is_signature_line(line) {
            let rest = own.iter().skip(at).take(LONGEST_SIGNATURE + 1).take_while(|own| **own).count();
            signature = rest <= LONGEST_SIGNATURE;
        }
        let goes = signature && (endings::is_card(line) || !endings::is_speech(line));
        if (goes && !line.trim().is_empty()) || endings::is_phone_line(line) {
            cut(own, at, at.saturating_add(1));
        }
    }
}

/// Marks the contact card below a closing: the lines after the name, up to where somebody speaks again.
fn mark_cards(lines: &[&str], own: &mut [bool]) {
    let mut names: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let Some(here) = own.get(at).copied() else { return };
        if !here || line.trim().is_empty() {
            continue;
        }
        if endings::is_closing(line) {
            names = Some(0);
            continue;
        }
        let Some(seen) = names else { continue };
        if endings::is_card(line) {
            cut(own, at, at.saturating_add(1));
            names = Some(NAME_LINES);
        } else if endings::is_speech(line) || line.len() > 120 {
            names = None;
        } else {
            names = Some(seen.saturating_add(1));
        }
    }
}

/// Adds a paragraph of own lines, without the sentences of a disclaimer.
fn finish(paragraph: &mut Vec<&str>, words: &mut OwnWords) {
    if paragraph.is_empty() {
        return;
    }
    let joined = paragraph.join("\n");
    let small = joined.len() <= LONGEST_DISCLAIMER;
    let (kept, gone) = if small && endings::has_disclaimer(&joined.replace('\n', " ")) {
        without_disclaimer(paragraph)
    } else {
        (joined, String::new())
    };
    paragraph.clear();
    if !gone.is_empty() {
        words.quoted.push_str(&gone);
        words.quoted.push('\n');
    }
    if !kept.trim().is_empty() {
        if !words.own.is_empty() {
            words.own.push_str("\n\n");
        }
        words.own.push_str(kept.trim_end());
    }
}

/// Divides a paragraph that holds a disclaimer, sentence by sentence.
fn without_disclaimer(paragraph: &[&str]) -> (String, String) {
    let (mut kept, mut gone) = (String::new(), String::new());
    for sentence in sentences(paragraph) {
        let goes = endings::is_disclaimer(&sentence.replace('\n', " "));
        if goes { gone.push_str(&sentence) } else { kept.push_str(&sentence) }
    }
    (kept, gone)
}

/// The sentences of a paragraph, white space included. A short line is a sentence of its own: names and greetings
/// have no full stop.
fn sentences(paragraph: &[&str]) -> Vec<String> {
    let mut found = vec![String::new()];
    let append = |found: &mut Vec<String>, piece: &str| {
        if let Some(last) = found.last_mut() {
            last.push_str(piece);
        }
    };
    for line in paragraph {
        for piece in line.split_inclusive(". ").flat_map(|piece| piece.split_inclusive(['!', '?'])) {
            append(&mut found, piece);
            if piece.ends_with(". ") || piece.ends_with(['!', '?']) {
                found.push(String::new());
            }
        }
        append(&mut found, "\n");
        if line.chars().count() < SHORT_LINE || line.trim_end().ends_with(['.', ':', ',', '!', '?']) {
            found.push(String::new());
        }
    }
    found
}

/// Word boundaries are those of ASCII: with Unicode's the engine takes its slow way on every letter with an accent,
/// ten times slower on ordinary mail.
#[expect(clippy::expect_used, reason = "a constant; the tests compile every one")]
fn pattern(text: &str) -> Regex {
    Regex::new(&text.replace(r"\b", r"(?-u:\b)")).expect("a constant pattern")
}

#[cfg(test)]
mod tests;
