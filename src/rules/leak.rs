//! Whether a mail reports a data leak or a misdelivered mail (policy §2). It may be friendly and ask nothing; staff must
//! hear of it at once all the same, because a breach is to be reported within 72 hours (art. 33).
//!
//! The words are data, in `leak.txt`. Only a person's own words count, so that spam about leaks, quotes and signatures do not.

use std::sync::LazyLock;

use regex::RegexSet;
use unicode_normalization::UnicodeNormalization;

/// What `~` in a rule stands for.
const NEAR: &str = r"[^.!?\n]{0,80}?";
/// More than this is no report but a book. Bytes.
const LONGEST: usize = 16 * 1024;

/// `None` if the rules cannot be compiled, which a test rules out; then every mail counts as no report.
static RULES: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new(rules()).ok());

fn rules() -> impl Iterator<Item = String> {
    let lines = include_str!("leak.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        // ASCII word borders: much faster, and the text is folded to ASCII anyway.
        line.replace('~', NEAR).replace(r"\b", r"(?-u:\b)")
    })
}

/// Whether these own words report a leak or a misdelivered mail.
#[must_use]
pub fn reported(subject: &str, own_words: &str) -> bool {
    let Some(rules) = RULES.as_ref() else { return false };
    let text: String = subject
        .chars()
        .chain(['\n'])
        .chain(own_words.chars())
        .take(LONGEST)
        .flat_map(char::to_lowercase)
        .nfd()
        .filter_map(|c| match c {
            c if c.is_ascii() => Some(c),
            '\u{2018}' | '\u{2019}' => Some('\''),
            // Accents, and letters that no rule speaks of.
            _ => None,
        })
        .collect();
    // A wrapped line goes on; an empty one ends the sentence.
    let text = text.replace("\r\n", "\n").replace("\n\n", ". ").replace('\n', " ");
    rules.is_match(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_compiles() {
        assert!(RULES.as_ref().is_some_and(|rules| rules.len() > 8));
    }

    #[test]
    fn a_report_is_heard_whatever_its_tone() {
        for text in [
            "Hoi, ik kreeg net een factuur die voor een andere klant is. Groetjes",
            "Ik meld hierbij een datalek.",
            "Er zit een mail van iemand anders in mijn bijlage, die heb ik per ongeluk ontvangen",
            "Volgens mij heb ik de gegevens van een wildvreemde\nontvangen in plaats van die van mij",
            "Mijn gegevens liggen op straat door jullie!",
            "jullie hebben mijn factuur naar een andere klant gestuurd",
            "I received an invoice that is meant for somebody else.",
            "I want to report a data breach",
        ] {
            assert!(reported("", text), "{text}");
        }
        assert!(reported("Datalek bij jullie?", ""));
    }

    #[test]
    fn ordinary_mail_and_offers_are_no_report() {
        for text in [
            "Kunnen jullie mij de factuur van maart nog eens sturen?",
            "Voorkom een datalek: bestel nu onze GDPR-scan!",
            "Welke gegevens hebben jullie van mij?",
            "Wij hebben de factuur ontvangen en betaald.",
            "Er zit een lek in het dak van de loods.",
            "Ik wil graag dat iemand anders de facturen ontvangt, namelijk onze boekhouder.",
        ] {
            assert!(!reported("", text), "{text}");
        }
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        assert!(!reported("", &"factuur ".repeat(100_000)));
        assert!(!reported("\u{0}é", "\u{202e}\u{1F600}"));
    }
}
