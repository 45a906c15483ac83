//! Folder names: modified UTF-7 (RFC 3501 §5.1.3), which both IMAP4rev1 servers and Maildir++ use on the wire and on disk.

use data_encoding::{BASE64_NOPAD, Encoding};

/// A folder's name in modified UTF-7. ASCII stays as it is, except `&`, which becomes `&-`.
#[must_use]
pub(super) fn modified_utf7(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut wide: Vec<u8> = Vec::new();
    for c in name.chars() {
        if c == '&' || (' '..='~').contains(&c) {
            flush(&mut wide, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                wide.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    flush(&mut wide, &mut out);
    out
}

fn flush(wide: &mut Vec<u8>, out: &mut String) {
    if !wide.is_empty() {
        let encoding: &Encoding = &BASE64_NOPAD;
        out.push('&');
        out.push_str(&encoding.encode(wide).replace('/', ","));
        out.push('-');
        wide.clear();
    }
}

/// Whether a text can stand in a quoted string of IMAP, or be part of a file name: no line breaks, no controls.
#[must_use]
pub(super) fn is_sayable(text: &str) -> bool {
    !text.is_empty() && text.len() <= 900 && !text.chars().any(char::is_control)
}

/// INBOX is the same in any capitals, other names are not (RFC 3501 §5.1).
#[must_use]
pub(super) fn same_folder(a: &str, b: &str) -> bool {
    a == b || (a.eq_ignore_ascii_case("INBOX") && b.eq_ignore_ascii_case("INBOX"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_the_rfc_shows() {
        assert_eq!(modified_utf7("Privacyverzoeken"), "Privacyverzoeken");
        assert_eq!(modified_utf7("Entwürfe"), "Entw&APw-rfe");
        assert_eq!(modified_utf7("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(modified_utf7("a & b"), "a &- b");
    }

    proptest::proptest! {
        #[test]
        fn any_name_is_printable_ascii_on_the_wire_and_no_two_are_the_same(a in "\\PC{0,12}", b in "\\PC{0,12}") {
            let (wire_a, wire_b) = (modified_utf7(&a), modified_utf7(&b));
            proptest::prop_assert!(wire_a.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            proptest::prop_assert_eq!(wire_a == wire_b, a == b);
        }
    }

    #[test]
    fn a_name_with_a_line_break_cannot_be_said() {
        assert!(is_sayable("Privé verzoeken"));
        for text in ["", "a\r\nb", "a\0b", "\u{7f}"] {
            assert!(!is_sayable(text), "{text:?}");
        }
    }

    #[test]
    fn only_inbox_is_the_same_in_other_capitals() {
        assert!(same_folder("Inbox", "INBOX"));
        assert!(!same_folder("junk", "Junk"));
    }
}
