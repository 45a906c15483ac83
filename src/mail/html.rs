//! HTML as readable text: lines where people see lines, quotes as `> `, nothing of scripts and styles.
//!
//! Made for the classifier and for staff, not for looks. One pass, linear, no tree: hostile nesting costs nothing.

use mail_parser::decoders::html::add_html_token;

/// Deepest quoting that is shown.
const DEEPEST_QUOTE: usize = 10;
/// What a divider becomes; mail programs put one between an answer and what it answers.
const DIVIDER: &str = "________________________________";

/// The text of an HTML document, at most about `most` bytes.
pub fn to_text(html: &str, most: usize) -> String {
    let mut out = Page::default();
    let mut rest = html;
    let mut quotes = Quotes::default();
    while let Some(at) = rest.find('<') {
        let (before, markup) = rest.split_at(at);
        out.write(before);
        if out.done.len() > most {
            break;
        }
        rest = match read_markup(markup, &mut quotes) {
            Markup::Tag(tag, after) => {
                out.tag(&tag);
                if tag.closing { after } else { skip_unread(&tag.name, after) }
            }
            Markup::Nothing(after) => after,
            Markup::Text => {
                out.write("<");
                markup.get(1..).unwrap_or_default()
            }
        };
    }
    if out.done.len() <= most {
        out.write(rest);
    }
    out.finish()
}

/// Elements whose content nobody sees: what follows their end.
fn skip_unread<'a>(name: &str, after: &'a str) -> &'a str {
    let end = match name {
        "script" => "</script",
        "style" => "</style",
        "title" => "</title",
        "template" => "</template",
        _ => return after,
    };
    let bytes = after.as_bytes();
    let found = bytes.windows(end.len()).position(|window| window.eq_ignore_ascii_case(end.as_bytes()));
    found.and_then(|at| after.get(at..)).unwrap_or_default()
}

struct Tag {
    name: String,
    closing: bool,
    attributes: String,
}

enum Markup<'a> {
    Tag(Tag, &'a str),
    Nothing(&'a str),
    Text,
}

/// Which quotation marks are known not to come again: keeps the search for a closing one linear.
#[derive(Default)]
struct Quotes {
    no_double: bool,
    no_single: bool,
}

/// Reads what begins with `<`.
fn read_markup<'a>(markup: &'a str, quotes: &mut Quotes) -> Markup<'a> {
    if let Some(comment) = markup.strip_prefix("<!--") {
        return Markup::Nothing(comment.split_once("-->").map_or("", |(_, after)| after));
    }
    let inner = markup.get(1..).unwrap_or_default();
    let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    match inner.chars().next() {
        Some('!' | '?') => return Markup::Nothing(inner.split_once('>').map_or("", |(_, after)| after)),
        Some(c) if c.is_ascii_alphabetic() => {}
        Some(_) | None => return Markup::Text,
    }
    let name_end = inner.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<')).unwrap_or(inner.len());
    let (name, tail) = inner.split_at(name_end);
    if name.contains('@') || name.len() > 40 {
        return Markup::Text;
    }
    let length = tag_end(tail, quotes);
    let (attributes, after) = tail.split_at(length);
    let attributes = first_bytes(attributes, 2000).to_ascii_lowercase();
    let after = after.strip_prefix('>').unwrap_or(after);
    Markup::Tag(Tag { name: name.to_ascii_lowercase(), closing, attributes }, after)
}

/// Where the `>` of this tag is, not counting those inside quoted attribute values.
fn tag_end(tail: &str, quotes: &mut Quotes) -> usize {
    let mut at = 0;
    while let Some(rest) = tail.get(at..) {
        let Some(next) = rest.find(['>', '"', '\'']) else { return tail.len() };
        let here = at.saturating_add(next);
        let after = here.saturating_add(1);
        let closing = |mark: char| tail.get(after..).and_then(|rest| rest.find(mark));
        let follows_equals = tail.get(..here).is_some_and(|before| before.trim_end().ends_with('='));
        let end = match tail.as_bytes().get(here) {
            Some(b'"') if follows_equals && !quotes.no_double => {
                let end = closing('"');
                quotes.no_double = end.is_none();
                end
            }
            Some(b'\'') if follows_equals && !quotes.no_single => {
                let end = closing('\'');
                quotes.no_single = end.is_none();
                end
            }
            Some(b'"' | b'\'') => None,
            Some(_) | None => return here,
        };
        at = end.map_or(after, |end| after.saturating_add(end).saturating_add(1));
    }
    tail.len()
}

/// At most this many bytes, cut between characters.
pub fn first_bytes(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

/// The page as it is being written.
#[derive(Default)]
struct Page {
    done: String,
    line: String,
    /// For every open `blockquote` whether it is a quote (and not an indent).
    blocks: Vec<bool>,
    quote: usize,
    preformatted: usize,
    blank_wanted: bool,
    /// The open paragraph is one of Outlook's, which stand without space between them.
    tight_paragraph: bool,
    space_wanted: bool,
}

impl Page {
    fn tag(&mut self, tag: &Tag) {
        match tag.name.as_str() {
            "br" => self.end_line(true),
            "p" => {
                if !tag.closing {
                    let style = &tag.attributes;
                    self.tight_paragraph = style.contains("msonormal") || style.contains("margin:0");
                }
                self.end_line(false);
                self.blank_wanted |= !self.tight_paragraph;
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" => {
                self.end_line(false);
                self.blank_wanted = true;
            }
            "div" => {
                self.end_line(false);
                let outlook = tag.attributes.contains("border-top:solid") && tag.attributes.contains("border:none");
                if outlook && !tag.closing {
                    self.divider();
                }
            }
            "tr" | "table" | "section" | "article" | "header" | "footer" | "center" | "dt" | "dd" | "form"
            | "address" | "fieldset" | "body" | "html" | "head" => self.end_line(false),
            "td" | "th" => self.space_wanted = true,
            "li" => {
                self.end_line(false);
                if !tag.closing {
                    self.line.push_str("- ");
                }
            }
            "hr" => self.divider(),
            "pre" | "textarea" => {
                self.end_line(false);
                let opened = if tag.closing { self.preformatted.saturating_sub(1) } else { self.preformatted + 1 };
                self.preformatted = opened.min(100);
            }
            "blockquote" => self.blockquote(tag),
            _ => {}
        }
    }

    /// A quote; but the "indent" button of web mail makes a blockquote too, with a margin and without a border.
    fn blockquote(&mut self, tag: &Tag) {
        self.end_line(false);
        if tag.closing {
            if self.blocks.pop() == Some(true) {
                self.quote = self.quote.saturating_sub(1);
            }
            return;
        }
        let indent = tag.attributes.contains("border:none")
            && tag.attributes.contains("margin")
            && !tag.attributes.contains("cite")
            && !tag.attributes.contains("quote");
        if self.blocks.len() < 1000 {
            self.blocks.push(!indent);
            self.quote = self.quote.saturating_add(usize::from(!indent));
        }
    }

    fn divider(&mut self) {
        self.end_line(false);
        self.line.push_str(DIVIDER);
        self.end_line(false);
    }

    /// Ends the line. `forced`: an empty line stays too.
    fn end_line(&mut self, forced: bool) {
        self.space_wanted = false;
        let end = self.line.trim_end().len();
        self.line.truncate(end);
        if self.line.is_empty() && !forced {
            return;
        }
        let marks = self.quote.min(DEEPEST_QUOTE);
        if self.blank_wanted && !self.line.is_empty() && !self.done.is_empty() {
            self.done.push_str(">".repeat(marks).as_str());
            self.done.push('\n');
        }
        self.blank_wanted &= self.line.is_empty();
        self.done.push_str("> ".repeat(marks).as_str());
        self.done.push_str(&self.line);
        self.done.push('\n');
        self.line.clear();
    }

    /// Character data.
    fn write(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            let (before, after) = rest.split_at(at);
            self.plain(before);
            let near = first_bytes(after, 12);
            let end = near.find(';').map_or(1, |end| end.saturating_add(1));
            let (entity, tail) = after.split_at(end);
            let mut decoded = String::new();
            add_html_token(&mut decoded, entity.as_bytes(), false);
            self.plain(&decoded);
            rest = tail;
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        for c in text.chars() {
            if c == '\n' && self.preformatted > 0 {
                self.end_line(true);
            } else if c == '\u{a0}' {
                // White space to a reader, but it keeps an otherwise empty line.
                self.line.push(' ');
                self.blank_wanted |= self.line.trim().is_empty();
            } else if c.is_whitespace() && self.preformatted == 0 {
                self.space_wanted = true;
            } else if !(c.is_control() && c != '\t') {
                if self.space_wanted && !self.line.is_empty() && !self.line.ends_with(' ') {
                    self.line.push(' ');
                }
                self.space_wanted = false;
                self.line.push(c);
            }
        }
    }

    fn finish(mut self) -> String {
        self.end_line(false);
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        to_text(html, 100_000).trim().to_owned()
    }

    #[test]
    fn blocks_become_lines_and_links_keep_their_text() {
        assert_eq!(text("<div>een</div><div>twee<br>drie</div>"), "een\ntwee\ndrie");
        assert_eq!(text("<p>een</p>\n<p>twee <a href=\"http://x.nl/?a>b\">hier</a>.</p>"), "een\n\ntwee hier.");
        assert_eq!(text("<ul><li>een<li>twee</ul>"), "- een\n- twee");
        assert_eq!(text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"), "a b\nc");
        assert_eq!(
            text("een\n  twee&nbsp;drie &amp; vier &euro; &#233; &onzin; 5 < 6 & 7"),
            "een twee drie & vier \u{20ac} \u{e9} &onzin; 5 < 6 & 7"
        );
    }

    #[test]
    fn an_empty_line_of_outlook_stays_an_empty_line() {
        let html = "<p class=MsoNormal>een<o:p></o:p></p>\n<p class=MsoNormal>&nbsp;<o:p></o:p></p>\n\
                    <p class=MsoNormal>twee</p>\n<p class=MsoNormal>drie</p>";
        assert_eq!(text(html), "een\n\ntwee\ndrie");
    }

    #[test]
    fn what_nobody_sees_is_dropped() {
        let html = "<head><title>t</title><STYLE>p{}</STYLE></head><!-- wis mijn --><script>'<p>'</script>hallo";
        assert_eq!(text(html), "hallo");
        assert_eq!(text("hallo<!-- zonder einde"), "hallo");
        assert_eq!(text("hallo<style> zonder einde"), "hallo");
    }

    #[test]
    fn quotes_are_marked_and_indents_are_not() {
        let html = "Dank<br><blockquote type=\"cite\"><div>een</div><blockquote>twee</blockquote></blockquote>slot";
        assert_eq!(text(html), "Dank\n> een\n> > twee\nslot");
        let indent = "<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">wis mijn gegevens</blockquote>";
        assert_eq!(text(indent), "wis mijn gegevens");
    }

    #[test]
    fn the_divider_of_outlook_is_kept() {
        let html = "<p>ja</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>Van:</b> x</p></div>";
        assert_eq!(text(html), format!("ja\n\n{DIVIDER}\n\nVan: x"));
        assert!(text("ja<hr tabindex=-1>Van: x").contains(DIVIDER));
    }

    #[test]
    fn preformatted_lines_stay_lines() {
        assert_eq!(text("<pre class=\"moz-quote-pre\">een\n  twee\n</pre>drie"), "een\n  twee\ndrie");
    }

    #[test]
    fn hostile_markup_is_read_in_linear_time() {
        for piece in ["<a \"", "<a ='", "<", "<!", "&", "<blockquote>", "<a b=\"", "<x@y.nl>"] {
            let html = piece.repeat(200_000);
            assert!(to_text(&html, 300_000).len() < 2_000_000, "{piece}");
        }
    }
}
