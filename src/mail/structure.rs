//! The MIME structure of a message: which parts there are and where they stand (RFC 2046 §5.1).
//!
//! One pass over the lines with a stack of open boundaries, so that neither deep nesting nor ten thousand parts cost
//! more than reading the mail once. mail-parser is not used for this: it nests `message/rfc822` without limit and
//! frees the result recursively, and it searches the rest of the mail for every boundary that never comes.

use std::collections::HashMap;

use super::content_type::ContentType;
use super::decode::Encoding;
use super::header;

/// Most parts that are walked.
pub const MOST_PARTS: usize = 500;
/// Deepest nesting of multiparts that is walked.
const DEEPEST: usize = 50;
/// Longest boundary that is believed (RFC 2046 allows 70).
const LONGEST_BOUNDARY: usize = 250;
/// Most header fields of one part that are kept.
const MOST_PART_FIELDS: usize = 60;

/// One part. Index 0 of [`Structure::parts`] is the message itself.
#[derive(Debug)]
pub struct Part {
    /// Of its header; `text/plain` where there is none (RFC 2045 §5.2).
    pub content_type: ContentType,
    /// Of its header.
    pub disposition: ContentType,
    /// Of its header.
    pub encoding: Encoding,
    /// `Content-Id` is there: an inline picture of an HTML part.
    pub has_id: bool,
    /// Offsets of the body in the raw message, without the line end before the next boundary.
    pub start: usize,
    /// End of the body.
    pub end: usize,
    /// The multipart that it belongs to.
    pub parent: Option<usize>,
    /// The parts of this multipart, in order.
    pub children: Vec<usize>,
}

impl Part {
    /// Whether it is a multipart that was taken apart.
    pub fn is_multipart(&self) -> bool {
        !self.children.is_empty()
    }

    /// The body as it stands in the raw message.
    pub fn body<'a>(&self, raw: &'a [u8]) -> &'a [u8] {
        raw.get(self.start..self.end).unwrap_or_default()
    }
}

/// All parts of a message in order of appearance.
pub struct Structure {
    /// Never empty.
    pub parts: Vec<Part>,
    /// More parts, or deeper nesting, than is walked.
    pub many: bool,
}

struct Open {
    part: usize,
    boundary: Vec<u8>,
}

struct Walk<'a> {
    raw: &'a [u8],
    parts: Vec<Part>,
    open: Vec<Open>,
    /// How often each boundary is open, so that a line is looked up once however deep the nesting is.
    boundaries: HashMap<Vec<u8>, usize>,
    many: bool,
}

/// Takes a message apart whose header is `head`.
pub fn walk(raw: &[u8], head: &header::Head) -> Structure {
    let mut walk = Walk { raw, parts: Vec::new(), open: Vec::new(), boundaries: HashMap::new(), many: false };
    walk.begin(head, None);
    let mut at = head.body;
    while !walk.open.is_empty() {
        let Some(line) = header::line_at(raw, at) else { break };
        match walk.delimiter(line.content) {
            Some((level, ends)) => {
                walk.close_above(level, at);
                if ends {
                    walk.pop();
                    at = line.next;
                } else if walk.parts.len() >= MOST_PARTS {
                    walk.many = true;
                    break;
                } else {
                    let head = part_head(&walk, line.next);
                    let parent = walk.open.last().map(|open| open.part);
                    at = head.body;
                    walk.begin(&head, parent);
                }
            }
            None => at = line.next,
        }
    }
    walk.finish()
}

/// The header of the part that begins at `start`. One without a blank line would swallow the next boundary: it ends
/// there.
fn part_head(walk: &Walk<'_>, start: usize) -> header::Head {
    let mut at = start;
    while let Some(line) = header::line_at(walk.raw, at) {
        if walk.delimiter(line.content).is_some() {
            break;
        }
        at = line.next;
        if line.content.is_empty() {
            break;
        }
    }
    header::scan(walk.raw.get(..at).unwrap_or_default(), start, MOST_PART_FIELDS)
}

impl Walk<'_> {
    /// Whether a line is a delimiter of an open multipart: how many multiparts are open outside of it, and whether
    /// it is the last one.
    fn delimiter(&self, line: &[u8]) -> Option<(usize, bool)> {
        let content = line.strip_prefix(b"--")?;
        if content.len() > LONGEST_BOUNDARY + 64 {
            return None;
        }
        let content = content.trim_ascii_end();
        let shorter = content.strip_suffix(b"--");
        let (boundary, ends) = if self.boundaries.contains_key(content) {
            (content, false)
        } else {
            (shorter.filter(|shorter| self.boundaries.contains_key(*shorter))?, true)
        };
        self.open.iter().rposition(|open| open.boundary == boundary).map(|level| (level, ends))
    }

    /// Adds a part; a multipart with a boundary becomes the innermost open one.
    fn begin(&mut self, head: &header::Head, parent: Option<usize>) {
        let content_type = ContentType::parse(head.first("content-type").unwrap_or("text/plain"));
        let boundary = content_type
            .parameter("boundary")
            .filter(|boundary| {
                let end = boundary.trim_end();
                content_type.main() == "multipart" && !end.is_empty() && end.len() <= LONGEST_BOUNDARY
            })
            .map(|boundary| boundary.trim_end().as_bytes().to_vec());
        let index = self.parts.len();
        self.parts.push(Part {
            disposition: ContentType::parse(head.first("content-disposition").unwrap_or_default()),
            encoding: Encoding::of(head.first("content-transfer-encoding").unwrap_or_default()),
            has_id: head.first("content-id").is_some(),
            start: head.body,
            end: self.raw.len(),
            parent,
            children: Vec::new(),
            content_type,
        });
        if let Some(parent) = parent.and_then(|parent| self.parts.get_mut(parent)) {
            parent.children.push(index);
        }
        match boundary {
            Some(_) if self.open.len() >= DEEPEST => self.many = true,
            Some(boundary) => {
                let count = self.boundaries.entry(boundary.clone()).or_default();
                *count = count.saturating_add(1);
                self.open.push(Open { part: index, boundary });
            }
            None => {}
        }
    }

    /// Ends the part that is being read and all multiparts inside level `level`, at offset `at`.
    fn close_above(&mut self, level: usize, at: usize) {
        let before = self.raw.get(..at).unwrap_or_default();
        let end = before.strip_suffix(b"\n").map_or(at, |cut| cut.strip_suffix(b"\r").unwrap_or(cut).len());
        let from = self.open.get(level).map_or(0, |open| open.part).saturating_add(1);
        for part in self.parts.iter_mut().skip(from).filter(|part| part.end == self.raw.len()) {
            part.end = end.max(part.start);
        }
        while self.open.len() > level.saturating_add(1) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if let Some(count) = self.boundaries.get_mut(&open.boundary) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.boundaries.remove(&open.boundary);
            }
        }
    }

    /// A multipart whose boundary never came is read as text: better a strange text than a request unseen.
    fn finish(mut self) -> Structure {
        for part in &mut self.parts {
            if part.content_type.main() == "multipart" && part.children.is_empty() {
                part.content_type = ContentType::parse("text/plain");
            }
        }
        Structure { parts: self.parts, many: self.many }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(raw: &str) -> Structure {
        walk(raw.as_bytes(), &header::scan(raw.as_bytes(), 0, 500))
    }

    fn bodies(raw: &str) -> Vec<String> {
        let structure = walked(raw);
        let leaves = structure.parts.iter().filter(|part| !part.is_multipart());
        leaves.map(|part| String::from_utf8_lossy(part.body(raw.as_bytes())).into_owned()).collect()
    }

    #[test]
    fn parts_end_before_the_line_end_of_the_next_boundary() {
        let raw = "Content-Type: multipart/mixed; boundary=a\r\n\r\npreamble\r\n--a\r\n\r\neen\r\n--a\r\nContent-Type: \
                   multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\n\r\ntwee\r\n--b\r\n\r\ndrie\r\n--b--\r\nx\r\n\
                   --a\r\n\r\nvier\r\n--a--\r\nepilogue";
        assert_eq!(bodies(raw), ["een", "twee", "drie", "vier"]);
        let structure = walked(raw);
        assert_eq!(structure.parts[0].children, [1, 2, 5]);
        assert_eq!(structure.parts[3].parent, Some(2));
    }

    #[test]
    fn a_boundary_that_never_comes_makes_a_text() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\nhallo\n--ab\n";
        assert_eq!(bodies(raw), ["hallo\n--ab\n"]);
        assert_eq!(walked(raw).parts[0].content_type.value, "text/plain");
    }

    #[test]
    fn an_inner_part_that_is_not_closed_ends_at_the_outer_boundary() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; \
                   boundary=b\n\n--b\n\neen\n--a\n\ntwee\n--a--\n";
        assert_eq!(bodies(raw), ["een", "twee"]);
    }

    #[test]
    fn a_part_header_without_a_blank_line_ends_at_the_boundary() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n--a\n\ntwee\n--a--\n";
        assert_eq!(bodies(raw), ["", "twee"]);
    }

    #[test]
    fn ten_thousand_parts_and_deep_nesting_are_cut_and_told() {
        let many = format!("Content-Type: multipart/mixed; boundary=a\n\n{}", "--a\n\nx\n".repeat(10_000));
        let structure = walked(&many);
        assert!(structure.many && structure.parts.len() <= MOST_PARTS);
        let mut deep = String::new();
        for level in 0..200 {
            deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
        }
        assert!(walked(&deep).many);
        let messages = "Content-Type: message/rfc822\n\n".repeat(100_000);
        assert_eq!(walked(&messages).parts.len(), 1);
    }
}
