//! `Authentication-Results` (RFC 8601) read to the letter: comments, quoting, versions. Whatever does not fit the
//! grammar proves nothing.

/// One field: who made it and what was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Results {
    /// The server that made it, lower case.
    pub authserv_id: String,
    /// Whether the version of the field is the one we know; if not, nothing in it counts (RFC 8601 §2.2).
    pub known_version: bool,
    /// The findings that fit the grammar, in order.
    pub found: Vec<Finding>,
}

/// One finding: a method, its result and the properties it rests on.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// `dkim`, `dmarc`, `auth` …, lower case.
    pub method: String,
    /// `pass`, `fail` …, lower case.
    pub result: String,
    /// `header.d` … in lower case, with their values as they stand.
    pub properties: Vec<(String, String)>,
}

impl Finding {
    /// The value of a property, if it stands there exactly once: of two, nobody knows which one was meant.
    pub fn property(&self, name: &str) -> Option<&str> {
        let mut values = self.properties.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }
}

/// Reads a field value; `None` when even its server cannot be told, or when quotes or comments do not end.
pub fn parse(value: &str) -> Option<Results> {
    let mut pieces = pieces(value)?.into_iter();
    let mut head = pieces.next()?.into_iter();
    let authserv_id = match head.next()? {
        Token::Word(id) | Token::Quoted(id) => id.to_ascii_lowercase(),
        Token::Equals => return None,
    };
    let known_version = match (head.next(), head.next()) {
        (None, _) => true,
        (Some(Token::Word(version)), None) => version == "1",
        (Some(_), _) => return None,
    };
    let found = pieces.filter_map(finding).collect();
    Some(Results { authserv_id, known_version, found })
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Equals,
}

/// One finding from its tokens: `method[/version]=result`, then properties. A method version other than 1 is one we
/// do not know (RFC 8601 §2.7): ignored.
fn finding(tokens: Vec<Token>) -> Option<Finding> {
    let mut tokens = tokens.into_iter();
    let (method, result) = pair(&mut tokens)??;
    let (method, version) = match method.split_once('/') {
        Some((method, version)) => (method.to_owned(), version.to_owned()),
        None => (method, "1".to_owned()),
    };
    if version != "1" {
        return None;
    }
    let mut properties = Vec::new();
    while let Some(property) = pair(&mut tokens) {
        properties.push(property?);
    }
    Some(Finding { method, result: result.to_ascii_lowercase(), properties })
}

/// The next `key=value`; outside `None` at the end, inside `None` when it is none.
fn pair(tokens: &mut impl Iterator<Item = Token>) -> Option<Option<(String, String)>> {
    let key = tokens.next()?;
    let (Token::Word(key), Some(Token::Equals), Some(Token::Word(value) | Token::Quoted(value))) =
        (key, tokens.next(), tokens.next())
    else {
        return Some(None);
    };
    Some(Some((key.to_ascii_lowercase(), value)))
}

/// Splits at `;` into tokens, without comments and white space (CFWS, RFC 5322 §3.2.2).
fn pieces(value: &str) -> Option<Vec<Vec<Token>>> {
    let mut pieces = vec![Vec::new()];
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.peek().copied() {
        let piece = pieces.last_mut()?;
        match c {
            ' ' | '\t' => {
                rest.next();
            }
            '(' => skip_comment(&mut rest)?,
            ';' => {
                rest.next();
                pieces.push(Vec::new());
            }
            '=' => {
                rest.next();
                piece.push(Token::Equals);
            }
            _ => {
                let after_equals = piece.last() == Some(&Token::Equals);
                let token = word(&mut rest, after_equals)?;
                join(piece, token);
            }
        }
    }
    Some(pieces)
}

/// `dkim / 1` and `header . d` are one key, however they are spaced.
fn join(piece: &mut Vec<Token>, token: Token) {
    let Token::Word(next) = &token else { return piece.push(token) };
    let is_key = piece.len() < 2 || piece.iter().rev().nth(1) != Some(&Token::Equals);
    if let Some(Token::Word(before)) = piece.last_mut()
        && is_key
        && (before.ends_with(['.', '/']) || next.starts_with(['.', '/']))
    {
        before.push_str(next);
        return;
    }
    piece.push(token);
}

/// A word. Behind `=` it may hold further `=` (base64) and quoted pieces (`"a b"@c`).
fn word(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, is_value: bool) -> Option<Token> {
    let mut text = String::new();
    let mut only_quoted = true;
    while let Some(c) = rest.peek().copied() {
        match c {
            '"' => {
                rest.next();
                quoted(rest, &mut text)?;
                continue;
            }
            ' ' | '\t' | ';' | '(' => break,
            '=' if !is_value => break,
            // Nothing else ends a word, and no control character belongs in a field.
            _ if c.is_control() => return None,
            _ => {
                only_quoted = false;
                text.push(c);
            }
        }
        rest.next();
    }
    Some(if only_quoted { Token::Quoted(text) } else { Token::Word(text) })
}

fn quoted(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, text: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '"' => return Some(()),
            '\\' => text.push(rest.next()?),
            c => text.push(c),
        }
    }
}

fn skip_comment(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<()> {
    let mut depth = 0_usize;
    loop {
        match rest.next()? {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            '\\' => {
                rest.next()?;
            }
            _ => {}
        }
        if depth == 0 {
            return Some(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: &str) -> Vec<String> {
        let results = parse(value).unwrap();
        let show = |f: Finding| format!("{}={} {:?}", f.method, f.result, f.properties);
        results.found.into_iter().map(show).collect()
    }

    #[test]
    fn a_usual_field_is_read() {
        let value = "MX.x.nl; dkim=pass (2048-bit; x=y) header.d=a.nl header.i=@a.nl header.b=\"aB=\";\tspf=Pass \
                     reason=\"a;b (c)\" smtp.mailfrom=\"a b\"@c.nl";
        let read = parse(value).unwrap();
        assert_eq!((read.authserv_id.as_str(), read.known_version), ("mx.x.nl", true));
        assert_eq!(
            found(value),
            [
                "dkim=pass [(\"header.d\", \"a.nl\"), (\"header.i\", \"@a.nl\"), (\"header.b\", \"aB=\")]",
                "spf=pass [(\"reason\", \"a;b (c)\"), (\"smtp.mailfrom\", \"a b@c.nl\")]",
            ]
        );
    }

    #[test]
    fn comments_and_spaces_may_stand_anywhere() {
        let value = "(a) mx.x.nl (b) 1 (c); (d) dkim (e) / (f) 1 (g) = (h(i)\\) ) pass (j) header (k) . d = a.nl";
        assert_eq!(found(value), ["dkim=pass [(\"header.d\", \"a.nl\")]"]);
        assert_eq!(found("x; dkim=pass header.b=aB3= header.d=a.nl").len(), 1);
    }

    #[test]
    fn unknown_versions_do_not_count() {
        assert!(!parse("mx.x.nl 2; dkim=pass").unwrap().known_version);
        assert!(found("mx.x.nl 1; dkim/2=pass header.d=a.nl").is_empty());
        assert_eq!(found("mx.x.nl; dkim/1=pass").len(), 1);
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        assert!(found("x; none").is_empty());
        assert!(found("x; dkim=pass header.d").is_empty());
        assert!(found("x; dkim pass header.d=a.nl").is_empty());
        assert!(found("x; (dkim=pass header.d=a.nl)").is_empty());
        assert!(found("x; \"dkim=pass\"").is_empty());
        for broken in ["", "(x", "\"x", "x; dkim=\"pass", "=x", "x 1 2; dkim=pass", "x y; dkim=pass\r\n"] {
            let read = parse(broken);
            assert!(read.is_none_or(|read| !read.known_version), "{broken:?}");
        }
    }

    #[test]
    fn a_property_that_stands_twice_has_no_value() {
        let read = parse("x; dkim=pass header.d=a.nl header.d=b.nl header.s=s").unwrap();
        assert_eq!(read.found[0].property("header.d"), None);
        assert_eq!(read.found[0].property("header.s"), Some("s"));
    }
}
