//! Which parts of a mail are its readable text, and that text decoded.

use crate::domain::message::Defect;

use super::structure::{Part, Structure};
use super::{decode, flowed, html};

/// Longest text that is kept, in bytes.
pub const LONGEST_TEXT: usize = 256 * 1024;
/// Most bytes of one encoded plain text part that are decoded: quoted-printable makes three bytes of one.
const MOST_PLAIN: usize = 4 * LONGEST_TEXT;
/// Most bytes of one encoded HTML part that are decoded: markup is often twenty times its text.
const MOST_HTML: usize = 20 * LONGEST_TEXT;
/// A plain text alternative shorter than this may be a mere "your program cannot show HTML".
const SHORT: usize = 300;

/// The readable text of the mail, line ends `\n`.
pub fn body(raw: &[u8], structure: &Structure, defects: &mut Vec<Defect>) -> String {
    let mut chosen = Vec::new();
    choose(raw, structure, 0, &mut chosen);
    let mut out = String::new();
    for index in chosen {
        let Some(part) = structure.parts.get(index) else { continue };
        let text = part_text(raw, part, defects);
        if !out.is_empty() && !text.trim().is_empty() {
            out.push('\n');
        }
        out.push_str(&text);
        if out.len() > LONGEST_TEXT {
            defects.push(Defect::TextCut);
            break;
        }
    }
    let cut = html::first_bytes(&out, LONGEST_TEXT).len();
    out.truncate(cut);
    out
}

/// The parts to read, in order. Parts always come before their children, so this is a walk down and never round.
fn choose(raw: &[u8], structure: &Structure, top: usize, chosen: &mut Vec<usize>) {
    let mut waiting = vec![top];
    while let Some(index) = waiting.pop() {
        let Some(part) = structure.parts.get(index) else { continue };
        if !part.is_multipart() {
            if is_readable(structure, index, part) {
                chosen.push(index);
            }
            continue;
        }
        match part.content_type.sub() {
            "alternative" => waiting.extend(best_alternative(raw, structure, part)),
            "related" | "signed" | "report" => waiting.extend(part.children.first()),
            "digest" | "encrypted" => {}
            _ => waiting.extend(part.children.iter().rev()),
        }
    }
}

/// The plain text, unless it is empty or only says that there is HTML; else the last part, which is the richest.
fn best_alternative(raw: &[u8], structure: &Structure, part: &Part) -> Option<usize> {
    let leaf = |wanted: &str| {
        let mut children = part.children.iter().copied();
        children.find(|child| structure.parts.get(*child).is_some_and(|part| part.content_type.value == wanted))
    };
    let richer = leaf("text/html").or_else(|| {
        let mut children = part.children.iter().copied().rev();
        children.find(|child| structure.parts.get(*child).is_some_and(Part::is_multipart))
    });
    let plain = leaf("text/plain").filter(|plain| {
        let text = structure.parts.get(*plain).map(|part| part_text(raw, part, &mut Vec::new())).unwrap_or_default();
        let text = text.trim();
        let stub = text.is_empty() || (text.len() < SHORT && text.to_lowercase().contains("html"));
        !(stub && richer.is_some())
    });
    plain.or(richer).or_else(|| part.children.first().copied())
}

/// Whether a part is text that people read in the mail itself. A text with a file name is a file, unless it is all there is;
/// but some programs give every text a name, so a name without a disposition does not make the first part a file.
pub fn is_readable(structure: &Structure, index: usize, part: &Part) -> bool {
    if part.is_multipart() || !is_text(part) {
        return false;
    }
    let parent = part.parent.and_then(|parent| structure.parts.get(parent));
    let first = parent
        .is_none_or(|parent| parent.children.first() == Some(&index) || parent.content_type.sub() == "alternative");
    let only_a_name = first && part.disposition.value.is_empty();
    let named = part.disposition.readable("filename").is_some()
        || (part.content_type.readable("name").is_some() && !only_a_name);
    let report =
        parent.is_some_and(|parent| parent.content_type.sub() == "report" && parent.children.first() != Some(&index));
    let file = part.disposition.value == "attachment" || named || report;
    index == 0 || !file
}

fn is_text(part: &Part) -> bool {
    let value = part.content_type.value.as_str();
    match part.content_type.main() {
        "text" => matches!(part.content_type.sub(), "" | "plain" | "html" | "enriched" | "richtext" | "markdown"),
        _ => value.is_empty() || !value.contains('/'),
    }
}

/// The decoded text of one part.
fn part_text(raw: &[u8], part: &Part, defects: &mut Vec<Defect>) -> String {
    let is_html = matches!(part.content_type.sub(), "html" | "enriched" | "richtext");
    let most = if is_html { MOST_HTML } else { MOST_PLAIN };
    let body = part.body(raw);
    if body.len() > most && !defects.contains(&Defect::TextCut) {
        defects.push(Defect::TextCut);
    }
    let bytes = part.encoding.decode(body.get(..most).unwrap_or(body));
    let (text, clean) = decode::charset(&bytes, part.content_type.parameter("charset"));
    if !clean && !defects.contains(&Defect::Encoding) {
        defects.push(Defect::Encoding);
    }
    let text = tidy(&text);
    if is_html {
        return html::to_text(&text, LONGEST_TEXT);
    }
    let parameter = |name| part.content_type.parameter(name).unwrap_or_default().to_ascii_lowercase();
    if parameter("format") == "flowed" { flowed::join(&text, parameter("delsp") == "yes") } else { text }
}

/// Line ends `\n`; no other control characters and no invisible ones, which only serve to hide words.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let hidden = |c: char| (c.is_control() && c != '\n' && c != '\t') || (decode::is_invisible(c) && c != '\u{200d}');
    if text.contains(hidden) { text.replace(hidden, "") } else { text }
}
