//! The line at the end of a mail that ties a reply to its step (contract.md, "Mail headers"). The postman knows the
//! line; here is how it gets into the letter.

use super::fence::{LONGEST_SUBJECT, escape, one_line};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;

/// Adds the token line (`Kenmerk: pl-…`) as the last line of the text and as the last paragraph of the HTML body.
#[must_use]
pub fn with_token_line(mut letter: Letter, language: LetterLanguage, line: &str) -> Letter {
    let line = one_line(line, LONGEST_SUBJECT);
    let please = match language {
        LetterLanguage::Nl => "Laat de regel hieronder staan als je antwoordt.",
        LetterLanguage::En => "Please leave the line below in your reply.",
    };
    letter.text = format!("{}\n\n{please}\n{line}\n", letter.text.trim_end());
    let paragraph = format!("<p class=\"token\">{please}<br>\n{}</p>\n", escape(&line));
    let end = letter.html.rfind("</body>").unwrap_or(letter.html.len());
    letter.html.insert_str(end, &paragraph);
    letter
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(html: &str) -> Letter {
        Letter { subject: "s".into(), text: "Hallo\n\n".into(), html: html.into(), files: Vec::new() }
    }

    #[test]
    fn the_line_is_the_last_of_the_text_and_stands_inside_the_body() {
        let done =
            with_token_line(letter("<html><body><p>x</p></body></html>"), LetterLanguage::Nl, "Kenmerk: pl-abc\r\n");
        assert!(done.text.ends_with("\nKenmerk: pl-abc\n"));
        assert!(done.html.ends_with("Kenmerk: pl-abc</p>\n</body></html>"));
    }

    #[test]
    fn a_layout_without_a_body_still_gets_the_line_and_the_line_is_escaped() {
        let done = with_token_line(letter("<p>x</p>"), LetterLanguage::En, "Reference: <b>");
        assert!(done.html.ends_with("Reference: &lt;b&gt;</p>\n"));
    }
}
