//! Folding: one pass from what people type to plain lower-case ASCII, so that case, diacritics, ligatures and
//! invisible characters can decide nothing.
//!
//! German umlauts fold to the bare vowel (`ä` to `a`); the lexicons also list the spelled-out form (`ae`).

use unicode_normalization::char::decompose_compatible;

/// Calls `push` with the folded ASCII letters and digits of one character; nothing for characters that carry no sound
/// (combining marks, zero-width characters, soft hyphens). Answers whether the character belongs to a word.
pub(super) fn fold_char(character: char, mut push: impl FnMut(u8)) -> bool {
    if character.is_ascii_alphanumeric() {
        push(u8::try_from(character.to_ascii_lowercase()).unwrap_or(b'x'));
        return true;
    }
    if character.is_ascii() {
        return false;
    }
    if is_invisible(character) {
        return true;
    }
    if let Some(letters) = special(character) {
        for letter in letters.bytes() {
            push(letter);
        }
        return true;
    }
    if !character.is_alphanumeric() {
        return false;
    }
    let mut any = false;
    decompose_compatible(character, |part| {
        if part.is_ascii_alphanumeric() {
            any = true;
            push(u8::try_from(part.to_ascii_lowercase()).unwrap_or(b'x'));
        }
    });
    if !any {
        push(b'x');
    }
    true
}

/// Letters that Unicode does not decompose, and look-alikes.
const fn special(character: char) -> Option<&'static str> {
    Some(match character {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' | 'і' | 'І' => "i",
        'а' | 'А' => "a",
        'е' | 'Е' => "e",
        'о' | 'О' => "o",
        'с' | 'С' => "c",
        'р' | 'Р' => "p",
        'х' | 'Х' => "x",
        'у' | 'У' => "y",
        _ => return None,
    })
}

/// Characters that stand inside a word and are not seen.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}'
    )
}

/// Whether this is one of the characters that people type for an apostrophe.
pub(super) const fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2018}' | '\u{2019}' | '\u{b4}' | '`' | '\u{2bc}' | '\u{201b}')
}

/// Whether this character opens or closes a quotation.
pub(super) const fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '«' | '»')
}

/// Whether this is a hyphen or dash.
pub(super) const fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut out = Vec::new();
        for character in text.chars() {
            fold_char(character, |byte| out.push(byte));
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn case_and_diacritics_do_not_matter() {
        assert_eq!(folded("PRIVÉ"), folded("prive"));
        assert_eq!(folded("Löschung"), "loschung");
        assert_eq!(folded("straße"), "strasse");
        assert_eq!(folded("ge\u{ad}ge\u{200b}vens"), "gegevens");
        assert_eq!(folded("e\u{301}"), "e");
    }

    #[test]
    fn punctuation_is_no_part_of_a_word() {
        assert!(!fold_char('!', |_| ()));
        assert!(!fold_char('…', |_| ()));
    }
}
