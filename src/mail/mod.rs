//! Floor 1: raw bytes to a [`Message`]. Never fails and never panics: what is wrong with the bytes is listed in
//! [`Message::defects`]; what is too much is cut and told. Time and memory are linear in the size of the mail.
//!
//! Header fields, structure and text are read here; charsets and HTML entities come from mail-parser's tables.

mod content_type;
mod decode;
mod flowed;
mod header;
mod html;
mod report;
pub mod sender;
mod structure;
mod text;

use jiff::fmt::rfc2822::DateTimeParser;

use crate::domain::message::{Attachment, Defect, Message};
use crate::domain::time::Timestamp;

use header::Head;
use structure::{Part, Structure};

/// Longest subject that is kept, in characters.
const LONGEST_SUBJECT: usize = 1000;
/// Most addresses of `To` and `Cc` that are kept.
const MOST_RECIPIENTS: usize = 200;
/// Most ids of `In-Reply-To` and `References` that are kept.
const MOST_IDS: usize = 100;
/// Longest Message-ID that is kept, in bytes (a line holds at most 998, RFC 5322 §2.1.1).
const LONGEST_ID: usize = 998;
/// Longest file name that is kept, in characters.
const LONGEST_FILE_NAME: usize = 255;

/// Reads a mail.
#[must_use]
pub fn read(raw: &[u8]) -> Message {
    let head = header::scan(raw, 0, header::MOST_FIELDS);
    let structure = structure::walk(raw, &head);
    let mut defects = Vec::new();
    let body = text::body(raw, &structure, &mut defects);
    let shape = report::shape(raw, &structure, &body);
    let returned_ids = report::returned_ids(raw, &structure, &head, &body);
    note(&mut defects, head.fields.is_empty(), Defect::Unparsable);
    note(&mut defects, body.trim().is_empty(), Defect::NoText);
    note(&mut defects, head.many, Defect::ManyHeaders);
    note(&mut defects, structure.many, Defect::ManyParts);
    note(&mut defects, head.control_characters, Defect::ControlCharacters);
    Message {
        from: sender::sender(&head.fields),
        recipients: recipients(&head),
        message_id: head.first("message-id").and_then(|value| ids(value).into_iter().next()),
        replies_to: replies_to(&head),
        subject: decode::for_display(head.first("subject").unwrap_or_default(), LONGEST_SUBJECT),
        date: head.first("date").and_then(date),
        text: body,
        attachments: attachments(raw, &structure),
        shape,
        returned_ids,
        defects,
        size: raw.len(),
        headers: head.fields,
    }
}

/// Reads a mail of which only the head and the first text were fetched, because it is `size` bytes long.
#[must_use]
pub fn read_head(raw_head: &[u8], size: usize) -> Message {
    let mut message = read(raw_head);
    message.size = size;
    message.defects.push(Defect::NotWhole);
    message
}

fn note(defects: &mut Vec<Defect>, found: bool, defect: Defect) {
    if found && !defects.contains(&defect) {
        defects.push(defect);
    }
}

fn recipients(head: &Head) -> Vec<crate::domain::address::Address> {
    let mut found = Vec::new();
    for field in head.fields.iter().filter(|field| field.name == "to" || field.name == "cc") {
        for address in sender::addresses(&field.value, MOST_RECIPIENTS) {
            if found.len() < MOST_RECIPIENTS && !found.contains(&address) {
                found.push(address);
            }
        }
    }
    found
}

/// The ids in a field: what stands in angle brackets, else the words that hold an `@`.
fn ids(value: &str) -> Vec<String> {
    let bracketed: Vec<&str> =
        value.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(id, _)| id).collect();
    let bare = if bracketed.is_empty() { value } else { "" };
    bracketed
        .into_iter()
        .map(str::trim)
        .chain(bare.split_whitespace().filter(|word| word.contains('@')))
        .filter(|id| !id.is_empty() && id.len() <= LONGEST_ID && !id.contains(char::is_control))
        .map(str::to_owned)
        .collect()
}

/// `In-Reply-To`, then `References`; of many references the last ones, which stand nearest to this mail.
fn replies_to(head: &Head) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let all =
        |name: &'static str| head.fields.iter().filter(move |field| field.name == name).flat_map(|f| ids(&f.value));
    for id in all("in-reply-to").take(MOST_IDS / 2) {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    let references: Vec<String> = all("references").collect();
    for id in references.iter().skip(references.len().saturating_sub(MOST_IDS / 2)) {
        if !found.contains(id) {
            found.push(id.clone());
        }
    }
    found
}

fn date(value: &str) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
    let value = html::first_bytes(value.trim(), 100);
    PARSER.parse_zoned(value).ok().map(|zoned| zoned.timestamp())
}

/// Whether a part is a file that came along, rather than text to read or a picture in the text.
fn is_file(structure: &Structure, index: usize, part: &Part) -> bool {
    if part.is_multipart() || text::is_readable(structure, index, part) {
        return false;
    }
    let inline_picture = part.content_type.main() == "image" && part.has_id && part.disposition.value != "attachment";
    let of_a_report = part.content_type.main() == "message" && part.content_type.sub().contains("delivery-status");
    !(inline_picture || of_a_report)
}

fn attachments(raw: &[u8], structure: &Structure) -> Vec<Attachment> {
    let files = structure.parts.iter().enumerate().filter(|(index, part)| is_file(structure, *index, part));
    files
        .map(|(_, part)| {
            let name = part.disposition.readable("filename").or_else(|| part.content_type.readable("name"));
            Attachment {
                name: decode::for_display(&name.unwrap_or_default(), LONGEST_FILE_NAME),
                content_type: part.content_type.value.clone(),
                size: part.encoding.decoded_size(part.body(raw)),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
