//! `format=flowed` (RFC 3676): long lines that were broken on the way are joined again, quotes stay quotes.

/// Joins the lines. `delete_space`: the parameter `delsp=yes` (languages without spaces).
pub fn join(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut paragraph: Option<usize> = None;
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        let content = line.trim_start_matches('>');
        let depth = line.len().saturating_sub(content.len());
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if paragraph != Some(depth) || signature {
            if paragraph.is_some() {
                out.push('\n');
            }
            for _ in 0..depth.min(10) {
                out.push_str("> ");
            }
        }
        let flows = content.ends_with(' ') && !signature;
        let kept = if flows && delete_space { content.strip_suffix(' ').unwrap_or(content) } else { content };
        out.push_str(kept);
        if flows {
            paragraph = Some(depth);
        } else {
            out.push('\n');
            paragraph = None;
        }
    }
    match (out.ends_with('\n'), text.ends_with('\n')) {
        (true, false) => out.truncate(out.len().saturating_sub(1)),
        (false, true) => out.push('\n'),
        (true, true) | (false, false) => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined_within_one_quote_depth() {
        assert_eq!(
            join("Graag \nmijn gegevens.\n>> oud \n>> en ouder\n> midden \nslot", false),
            "Graag mijn gegevens.\n> > oud en ouder\n> midden \nslot"
        );
    }

    #[test]
    fn stuffed_lines_and_the_signature_line_are_kept() {
        assert_eq!(join(" From hier\n -- x\n-- \nJan", false), "From hier\n-- x\n-- \nJan");
    }

    #[test]
    fn delsp_removes_the_joining_space() {
        assert_eq!(join("per \nsoons \ngegevens", true), "persoonsgegevens");
    }
}
