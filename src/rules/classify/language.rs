//! Which language a mail is written in: counts the small words that every sentence needs.
//!
//! Works from two or three words on. What cannot be told is Dutch, the language of nearly all mail.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::tokens::Text;
use crate::domain::language::Language;

/// Points per language, in the order of [`LANGUAGES`].
pub(super) type Tally = [u32; 4];

/// The order of a [`Tally`]; the first wins a draw.
pub(super) const LANGUAGES: [Language; 4] = [Language::Nl, Language::En, Language::De, Language::Fr];

/// No small word has more letters.
const LONGEST: usize = 14;

/// The small words, one line per language: `nl 3: …` gives three points each.
static SMALL_WORDS: LazyLock<HashMap<&'static str, Tally>> = LazyLock::new(|| {
    let mut words: HashMap<&'static str, Tally> = HashMap::new();
    for line in include_str!("small_words.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((head, list)) = line.split_once(':') else { continue };
        let mut head = head.split_whitespace();
        let language = head.next().unwrap_or("");
        let points = head.next().and_then(|points| points.parse().ok()).unwrap_or(1);
        let Some(place) = LANGUAGES.iter().position(|known| known.code() == language) else { continue };
        for word in list.split_whitespace() {
            if let Some(slot) = words.entry(word).or_default().get_mut(place) {
                *slot = points;
            }
        }
    }
    words
});

/// Counts the small words of each language.
pub(super) fn tally(text: &Text) -> Tally {
    let mut total = Tally::default();
    for token in &text.tokens {
        let word = text.word(token);
        if word.len() > LONGEST {
            continue;
        }
        if let Some(points) = SMALL_WORDS.get(word) {
            for (sum, point) in total.iter_mut().zip(points) {
                *sum += point;
            }
        }
    }
    total
}

/// The languages worth reading the text in, likeliest first: the best one, and a second that is close.
pub(super) fn candidates(tally: Tally) -> (Language, Option<Language>) {
    let mut ranked: Vec<(u32, Language)> = tally.into_iter().zip(LANGUAGES).collect();
    ranked.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    let (best, language) = ranked.first().copied().unwrap_or_default();
    let (next, second) = ranked.get(1).copied().unwrap_or_default();
    let close = next * 3 >= best * 2 || best < 8;
    (language, close.then_some(second))
}

/// The language of a text.
#[must_use]
pub fn detect_language(subject: &str, own_words: &str) -> Language {
    candidates(tally(&Text::read(subject, own_words))).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_mails_are_told_apart() {
        assert_eq!(detect_language("", "Stuur mij mijn gegevens"), Language::Nl);
        assert_eq!(detect_language("", "pls remove me"), Language::En);
        assert_eq!(detect_language("", "Bitte löschen Sie meine Daten"), Language::De);
        assert_eq!(detect_language("", "Supprimez mon compte s'il vous plaît"), Language::Fr);
    }

    #[test]
    fn what_cannot_be_told_is_dutch() {
        assert_eq!(detect_language("", ""), Language::Nl);
        assert_eq!(detect_language("", "12345"), Language::Nl);
    }
}
