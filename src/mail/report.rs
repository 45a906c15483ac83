//! What machines send: delivery reports (RFC 3464, RFC 6522), read receipts (RFC 8098), calendars, and encrypted mail
//! that nobody here can read (RFC 3156, RFC 8551).

use crate::domain::message::Shape;

use super::header::{self, Head};
use super::structure::{Part, Structure};

/// Most bytes of a report or of a returned message that are read.
const MOST_READ: usize = 64 * 1024;
/// Most returned ids that are kept.
const MOST_IDS: usize = 20;

/// The top-level shape of the mail.
pub fn shape(raw: &[u8], structure: &Structure, text: &str) -> Shape {
    let Some(top) = structure.parts.first() else { return Shape::Ordinary };
    let is_status =
        |part: &&Part| part.content_type.main() == "message" && part.content_type.sub().contains("delivery-status");
    let report_type = top.content_type.parameter("report-type").unwrap_or_default().to_ascii_lowercase();
    let is_report = top.content_type.value == "multipart/report";
    let delivery = structure.parts.iter().filter(is_status).any(|part| part.parent.is_none_or(|parent| parent == 0));
    if (is_report && (report_type == "delivery-status" || (report_type.is_empty() && delivery))) || is_status(&top) {
        let failed = structure.parts.iter().filter(is_status).any(|part| says_failed(raw, part));
        return Shape::DeliveryReport { failed };
    }
    if is_report || top.content_type.value == "message/disposition-notification" {
        return Shape::OtherReport;
    }
    if is_encrypted(structure, text) {
        return Shape::Encrypted;
    }
    if structure.parts.iter().any(|part| is_invitation(structure, part)) {
        return Shape::Calendar;
    }
    Shape::Ordinary
}

/// Whether a delivery status says that a recipient was given up (RFC 3464 §2.3.3).
fn says_failed(raw: &[u8], part: &Part) -> bool {
    let report = decoded(raw, part);
    String::from_utf8_lossy(&report).lines().filter_map(|line| line.split_once(':')).any(|(name, value)| {
        let action = value.split(['(', ';']).next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("action") && action.trim().eq_ignore_ascii_case("failed")
    })
}

fn decoded(raw: &[u8], part: &Part) -> Vec<u8> {
    let body = part.body(raw);
    part.encoding.decode(body.get(..MOST_READ).unwrap_or(body))
}

fn is_encrypted(structure: &Structure, text: &str) -> bool {
    let top = structure.parts.first().map_or("", |part| part.content_type.value.as_str());
    let pgp = structure.parts.iter().any(|part| part.content_type.value == "application/pgp-encrypted");
    top == "multipart/encrypted"
        || pgp
        || matches!(top, "application/pkcs7-mime" | "application/x-pkcs7-mime")
        || is_pgp_block(text)
}

/// Whether an encrypted block, not quoted, is most of the text.
fn is_pgp_block(text: &str) -> bool {
    let Some((before, rest)) = text.split_once("-----BEGIN PGP MESSAGE-----") else { return false };
    let (block, after) = rest.split_once("-----END PGP MESSAGE-----").unwrap_or((rest, ""));
    let starts_a_line = before.is_empty() || before.ends_with('\n');
    let around = before.trim().len().saturating_add(after.trim().len());
    starts_a_line && around < block.len()
}

/// A calendar that is the mail itself, not a file that came along with words.
fn is_invitation(structure: &Structure, part: &Part) -> bool {
    let parent = part.parent.and_then(|parent| structure.parts.get(parent));
    let in_place = parent.is_none_or(|parent| parent.content_type.sub() == "alternative");
    let method = part.content_type.parameter("method").is_some();
    part.content_type.value == "text/calendar"
        && part.disposition.value != "attachment"
        && (part.parent.is_none() || (in_place && method))
}

/// The Message-IDs of what a report returns: from the returned message or its headers, from the `Original-Message-ID`
/// of a read receipt, and from the text of the old-style bounces that are no reports.
pub fn returned_ids(raw: &[u8], structure: &Structure, head: &Head, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_report = structure.parts.first().is_some_and(|top| top.content_type.value == "multipart/report");
    let returned = structure.parts.iter().skip(1).filter(|_| is_report).filter(|part| {
        matches!(part.content_type.main(), "message" | "text")
            && !matches!(part.content_type.sub(), "plain" | "html" | "delivery-status")
    });
    for part in returned {
        let bytes = decoded(raw, part);
        keep_ids(&header::scan(&bytes, 0, header::MOST_FIELDS), &mut found);
    }
    if !is_report && is_from_a_mailer(head) {
        let lines = text.lines().map(|line| line.trim_start_matches([' ', '\t', '>']));
        for line in lines {
            if line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:")) {
                keep_ids(&header::scan(line.as_bytes(), 0, 1), &mut found);
            }
        }
    }
    found
}

/// A mail that a mail server wrote: with an empty return path, or from `MAILER-DAEMON`.
fn is_from_a_mailer(head: &Head) -> bool {
    head.first("return-path").is_some_and(|path| path.split_whitespace().collect::<String>() == "<>")
        || head.first("from").is_some_and(|from| from.to_ascii_lowercase().contains("mailer-daemon@"))
}

fn keep_ids(head: &Head, found: &mut Vec<String>) {
    let fields = head.fields.iter().filter(|field| matches!(field.name.as_str(), "message-id" | "original-message-id"));
    for id in fields.flat_map(|field| super::ids(&field.value)) {
        if found.len() < MOST_IDS && !found.contains(&id) {
            found.push(id);
        }
    }
}
