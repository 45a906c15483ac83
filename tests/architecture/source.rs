//! Reads Rust source as tokens, comments and literals left out, and finds the paths in it with the modules that they
//! stand in. What they may be is judged in `architecture.rs`.

/// Reads the source of a file that is this module.
pub fn read(source: &str, file_module: Vec<String>) -> Reading {
    let reader = Reader { tokens: tokens(source), i: 0, scopes: Vec::new(), file_module, reading: Reading::default() };
    reader.read()
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    /// `::`
    Sep,
    Sign(char),
}

/// The tokens of a source with their lines; comments, strings, characters and lifetimes are left out.
fn tokens(source: &str) -> Vec<(Token, usize)> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut i, mut line, mut out) = (0, 1, Vec::new());
    while i < chars.len() {
        let (start, c) = (i, at(i));
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            i = end_of_comment(&chars, i);
        } else if c == '"' {
            i = end_of_string(&chars, i);
        } else if c == '\'' && at(i + 1) == '\\' {
            i += 3; // the quote, the backslash, the escaped character
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
        } else if c == '\'' && at(i + 2) == '\'' {
            i += 3;
        } else if c == '\'' {
            i += 1;
            while is_word(at(i)) {
                i += 1;
            }
        } else if is_word(c) {
            while is_word(at(i)) {
                i += 1;
            }
            let word: String = chars[start..i].iter().collect();
            let raw = matches!(word.as_str(), "r" | "br" | "cr");
            if raw && (at(i) == '"' || (at(i) == '#' && matches!(at(i + 1), '#' | '"'))) {
                i = end_of_raw_string(&chars, i);
            } else if raw && at(i) == '#' {
                i += 1; // r#type: the word comes next
            } else {
                out.push((Token::Word(word), line));
            }
        } else if c == ':' && at(i + 1) == ':' {
            out.push((Token::Sep, line));
            i += 2;
        } else {
            if !c.is_whitespace() {
                out.push((Token::Sign(c), line));
            }
            i += 1;
        }
        line += chars[start..i.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    out
}

fn end_of_comment(chars: &[char], mut i: usize) -> usize {
    let mut depth = 0;
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn end_of_string(chars: &[char], mut i: usize) -> usize {
    i += 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

fn end_of_raw_string(chars: &[char], mut i: usize) -> usize {
    let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
    i += hashes + 1;
    while i < chars.len() {
        if chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    i
}

/// A path in the code, with the module that it stands in.
pub struct Found {
    pub module: Vec<String>,
    pub segments: Vec<String>,
    pub line: usize,
    pub imported: bool,
    pub in_test: bool,
}

#[derive(Default)]
pub struct Reading {
    pub paths: Vec<Found>,
    /// Modules in files of their own that are only compiled for tests.
    pub test_modules: Vec<Vec<String>>,
    /// Words that are refused wherever they stand, with their line and whether that is test code.
    pub words: Vec<(String, usize, bool)>,
}

struct Reader {
    tokens: Vec<(Token, usize)>,
    i: usize,
    /// Open braces: the inline module that each opens, and whether it is test code.
    scopes: Vec<(Option<String>, bool)>,
    file_module: Vec<String>,
    reading: Reading,
}

impl Reader {
    fn word(&self, i: usize) -> Option<&str> {
        match self.tokens.get(i) {
            Some((Token::Word(word), _)) => Some(word),
            _ => None,
        }
    }

    fn sign(&self, i: usize, sign: char) -> bool {
        matches!(self.tokens.get(i), Some((Token::Sign(c), _)) if *c == sign)
    }

    fn sep(&self, i: usize) -> bool {
        matches!(self.tokens.get(i), Some((Token::Sep, _)))
    }

    fn module(&self) -> Vec<String> {
        let inline = self.scopes.iter().filter_map(|(name, _)| name.clone());
        self.file_module.iter().cloned().chain(inline).collect()
    }

    fn read(mut self) -> Reading {
        let (mut importing, mut test_item, mut opens) = (false, false, None);
        while let Some((token, line)) = self.tokens.get(self.i).cloned() {
            let in_test = test_item || self.scopes.iter().any(|(_, test)| *test);
            match token {
                Token::Sign('#') if self.sign(self.i + 1, '[') => {
                    if self.attribute() {
                        test_item = true;
                    }
                }
                Token::Sign('{') => {
                    self.scopes.push((opens.take(), in_test));
                    test_item = false;
                    self.i += 1;
                }
                Token::Sign('}') => {
                    self.scopes.pop();
                    self.i += 1;
                }
                Token::Sign(';') => {
                    (importing, test_item) = (false, false);
                    self.i += 1;
                }
                Token::Word(word) if word == "mod" && self.word(self.i + 1).is_some() => {
                    let name = self.word(self.i + 1).unwrap_or_default().to_owned();
                    if self.sign(self.i + 2, '{') {
                        opens = Some(name);
                    } else if in_test {
                        let mut module = self.module();
                        module.push(name);
                        self.reading.test_modules.push(module);
                    }
                    self.i += 2;
                }
                Token::Word(word) if word == "use" && !self.sign(self.i + 1, '<') => {
                    importing = true;
                    self.i += 1;
                }
                Token::Word(word) if word == "extern" && self.word(self.i + 1) == Some("crate") => {
                    importing = true;
                    self.i += 2;
                }
                Token::Word(word) if word == "as" && importing => self.i += 2,
                Token::Word(_) if self.i > 0 && self.sep(self.i - 1) && !self.starts_with_sep() => self.i += 1,
                Token::Word(word) => {
                    if matches!(word.as_str(), "unsafe" | "async" | "await") {
                        self.reading.words.push((word.clone(), line, in_test));
                    }
                    if word == "include" && self.sign(self.i + 1, '!') {
                        self.reading.words.push((word, line, in_test));
                    }
                    // `pub(in crate::x)` says who may look in, not what is used.
                    let visibility = self.i > 2
                        && self.word(self.i - 1) == Some("in")
                        && self.sign(self.i - 2, '(')
                        && self.word(self.i - 3) == Some("pub");
                    let before = self.reading.paths.len();
                    self.path(&[], importing, in_test);
                    if visibility {
                        self.reading.paths.truncate(before);
                    }
                }
                Token::Sep | Token::Sign(_) => self.i += 1,
            }
        }
        self.reading
    }

    /// Whether the `::` before this word begins the path (`::tokio::spawn`) instead of ending a type (`<T>::new`).
    fn starts_with_sep(&self) -> bool {
        match self.i.checked_sub(2).and_then(|before| self.tokens.get(before)) {
            Some((Token::Word(word), _)) => {
                matches!(word.as_str(), "use" | "crate" | "return" | "in" | "as" | "mut" | "dyn" | "impl" | "else")
            }
            Some((Token::Sign(sign), _)) => !matches!(sign, '>' | ')' | ']'),
            Some((Token::Sep, _)) | None => true,
        }
    }

    /// Steps over an attribute's head; `true` if the item after it is compiled for tests only. Paths inside
    /// (`#[tokio::test]`) are read on, except those of `cfg`.
    fn attribute(&mut self) -> bool {
        let line = self.tokens[self.i].1;
        self.i += 2;
        match self.word(self.i) {
            Some("path") if self.sign(self.i + 1, '=') => {
                self.reading.words.push(("#[path]".to_owned(), line, false));
                false
            }
            Some("cfg") => {
                let mut words = Vec::new();
                while self.i < self.tokens.len() && !self.sign(self.i, ']') {
                    words.extend(self.word(self.i).map(ToOwned::to_owned));
                    self.i += 1;
                }
                words.iter().any(|word| word == "test") && !words.iter().any(|word| word == "not" || word == "any")
            }
            _ => false,
        }
    }

    /// Reads a path, with all branches of a `use` tree.
    fn path(&mut self, prefix: &[String], imported: bool, in_test: bool) {
        let mut segments = prefix.to_vec();
        let line = self.tokens.get(self.i).map_or(0, |(_, line)| *line);
        if self.sep(self.i) {
            self.i += 1;
        }
        loop {
            if self.sign(self.i, '{') && imported {
                self.i += 1;
                while self.i < self.tokens.len() && !self.sign(self.i, '}') {
                    if self.sign(self.i, ',') {
                        self.i += 1;
                    } else {
                        self.path(&segments, imported, in_test);
                    }
                }
                self.i += 1;
                return;
            }
            if let Some(word) = self.word(self.i) {
                segments.push(word.to_owned());
            } else if self.sign(self.i, '*') && imported {
                segments.push("*".to_owned());
            }
            self.i += 1;
            let goes_on = self.word(self.i + 1).is_some()
                || (imported && (self.sign(self.i + 1, '{') || self.sign(self.i + 1, '*')));
            if !(self.sep(self.i) && goes_on) {
                break;
            }
            self.i += 1;
        }
        if imported && self.word(self.i) == Some("as") {
            self.i += 2;
        }
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        if segments.len() > 1 || imported {
            let module = self.module();
            self.reading.paths.push(Found { module, segments, line, imported, in_test });
        }
    }
}

/// `src/a/b.rs` is `a::b`, `src/a/mod.rs` is `a`, `src/lib.rs` is the root.
pub fn module_of(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<String> = inner.split('/').map(ToOwned::to_owned).collect();
    if parts == ["lib"] || parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}
