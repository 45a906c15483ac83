//! From text to words: tokens with their place in the original, cut into sentences and clauses.
//!
//! One pass, linear in the text. Words are folded ([`super::fold`]); every token remembers the bytes of the original it
//! came from, so that evidence can quote the sender. A sentence ends at `.`, `!`, `?`, an empty line or the next item of
//! a list; a clause at other punctuation. A single line break is white space: how a mail is wrapped decides nothing.

use super::concept::{Builtin, ConceptSet};
use super::fold::{fold_char, is_apostrophe, is_dash, is_quote};
use super::shape::{address_kind, is_bullet, number_kind};

/// Sentences longer than this are cut: nobody means word 1 and word 200 together, and work stays bounded.
const LONGEST_SENTENCE: usize = 140;
/// A mail of up to this many words, subject included, is short: its few words are all about one thing.
const FEW_WORDS: usize = 30;
/// A body of up to this many words says hardly anything itself.
const HARDLY_ANY: usize = 12;
/// Words inside quotation marks are somebody else's from this many words on.
const QUOTATION: usize = 6;

/// One word, number or address.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Byte range in the original.
    pub start: usize,
    pub end: usize,
    /// Byte range in [`Text::folded`].
    folded: (usize, usize),
    /// Counts clauses through the whole text.
    pub clause: usize,
    /// What the word means; filled by the lexicon and by derivations.
    pub concepts: ConceptSet,
}

/// A run of tokens that belong together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sentence {
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// Stands in the subject, so offsets count in the subject.
    pub subject: bool,
    item: bool,
    question: bool,
}

impl Sentence {
    /// Ends with a question mark.
    pub(super) const fn question(self) -> bool {
        self.question
    }
}

/// Subject and body as sentences.
#[derive(Debug, Default, Clone)]
pub(super) struct Text {
    folded: String,
    pub tokens: Vec<Token>,
    pub sentences: Vec<Sentence>,
}

impl Text {
    /// Reads subject and body.
    pub(super) fn read(subject: &str, body: &str) -> Self {
        let mut reader = Reader::default();
        reader.read(subject, true);
        let in_subject = reader.text.tokens.len();
        reader.read(body, false);
        let words = reader.text.tokens.len();
        for token in &mut reader.text.tokens {
            if words <= FEW_WORDS {
                token.concepts.add_builtin(Builtin::Short);
            }
            if words - in_subject <= HARDLY_ANY {
                token.concepts.add_builtin(Builtin::Tiny);
            }
        }
        reader.text
    }

    /// The folded letters of a token.
    pub(super) fn word(&self, token: &Token) -> &str {
        self.folded.get(token.folded.0..token.folded.1).unwrap_or("")
    }
}

#[derive(Default)]
struct Reader {
    text: Text,
    subject: bool,
    /// First token of the sentence being read.
    sentence: usize,
    item: bool,
    clause: usize,
    /// The word before was a conjunction: the next one is the first of what it joins.
    joined: bool,
    /// First token after an opening quotation mark.
    quote: Option<usize>,
    /// The word being read: start in the original, start in `folded`, and where it ended last.
    word: Option<(usize, usize, usize)>,
}

impl Reader {
    fn read(&mut self, source: &str, subject: bool) {
        self.subject = subject;
        self.quote = None;
        let (mut at, mut newlines) = (0, 1);
        while let Some(rest) = source.get(at..) {
            let Some(blank) = rest.find(|c: char| !c.is_whitespace()) else { break };
            newlines += rest.get(..blank).map_or(0, |gap| gap.bytes().filter(|byte| *byte == b'\n').count());
            let start = at + blank;
            let length = rest.get(blank..).and_then(|r| r.find(char::is_whitespace)).unwrap_or(rest.len() - blank);
            at = start + length;
            let chunk = source.get(start..at).unwrap_or("");
            if newlines > 1 {
                self.end_sentence(false);
                self.quote = None;
            }
            if is_bullet(chunk, newlines > 0) {
                self.end_sentence(false);
                self.item = true;
            } else {
                self.read_chunk(chunk, start);
            }
            newlines = 0;
        }
        self.end_sentence(false);
    }

    fn read_chunk(&mut self, chunk: &str, offset: usize) {
        if let Some(kind) = address_kind(chunk) {
            let trimmed = chunk.trim_matches(|c: char| !c.is_alphanumeric());
            let lead = chunk.find(trimmed).unwrap_or(0);
            self.word = Some((offset + lead, self.text.folded.len(), offset + lead + trimmed.len()));
            self.end_word_as(ConceptSet::of_builtin(kind));
            if chunk.ends_with(['.', '!', '?']) {
                self.end_sentence(chunk.ends_with('?'));
            } else if chunk.ends_with([',', ';', ':', ')']) {
                self.clause += 1;
            }
            return;
        }
        let mut characters = chunk.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            let here = offset + at;
            if self.take(character, here) {
                continue;
            }
            if is_apostrophe(character) {
                self.apostrophe();
            } else if is_dash(character) {
                self.dash(next);
            } else if character == '.' {
                self.dot(next, chunk.get(at + 1..).unwrap_or(""));
            } else {
                self.end_word();
                match character {
                    '!' | '…' => self.end_sentence(false),
                    '?' => self.end_sentence(true),
                    quote if is_quote(quote) => self.toggle_quote(),
                    '/' | '&' | '+' | '_' | '*' => {}
                    _ => self.clause += 1,
                }
            }
        }
        self.end_word();
    }

    /// Adds a character to the word being read; false when it is none of a word.
    fn take(&mut self, character: char, at: usize) -> bool {
        let folded_start = self.text.folded.len();
        let folded = &mut self.text.folded;
        if !fold_char(character, |byte| folded.push(char::from(byte))) {
            return false;
        }
        let end = at + character.len_utf8();
        match &mut self.word {
            Some(word) => word.2 = end,
            None => self.word = Some((at, folded_start, end)),
        }
        true
    }

    fn current(&self) -> &str {
        self.word.and_then(|(_, start, _)| self.text.folded.get(start..)).unwrap_or("")
    }

    /// `don't` and `foto's` are one word; French `d'acces` and `qu'il` are two.
    fn apostrophe(&mut self) {
        if matches!(
            self.current(),
            "d" | "l" | "j" | "m" | "n" | "s" | "t" | "c" | "qu" | "jusqu" | "lorsqu" | "puisqu"
        ) {
            self.end_word();
        }
    }

    /// `e-mail` is one word, `AVG-verzoek` two, a telephone number one.
    fn dash(&mut self, next: Option<char>) {
        let word = self.current();
        let digits = word.bytes().all(|byte| byte.is_ascii_digit()) && next.is_some_and(|n| n.is_ascii_digit());
        let joins = next.is_some_and(char::is_alphanumeric) && (word.len() == 1 || word == "opt" || digits);
        if word.is_empty() {
            self.clause += 1;
        } else if !joins {
            self.end_word();
        }
    }

    /// A dot ends the sentence unless it is part of an abbreviation or a number.
    fn dot(&mut self, next: Option<char>, rest: &str) {
        let word = self.current();
        let letter = word.len() == 1 || (word.len() <= 4 && self.initialism());
        let mut after = rest.chars().skip(1);
        let initial_follows = next.is_some_and(char::is_alphabetic) && !after.next().is_some_and(char::is_alphabetic);
        let number =
            word.bytes().last().is_some_and(|b| b.is_ascii_digit()) && next.is_some_and(|n| n.is_ascii_digit());
        if (letter && initial_follows) || number {
            return;
        }
        let short = letter || ABBREVIATIONS.contains(&word);
        self.end_word();
        if !short {
            self.end_sentence(false);
        }
    }

    /// Whether the word so far was written with dots between its letters.
    fn initialism(&self) -> bool {
        self.word.is_some_and(|(start, folded, end)| end - start > self.text.folded.len() - folded)
    }

    fn end_word(&mut self) {
        let Some((_, start, _)) = self.word else { return };
        if self.text.folded.len() == start {
            self.word = None;
            return;
        }
        let kinds = number_kind(self.current());
        self.end_word_as(kinds);
    }

    fn end_word_as(&mut self, concepts: ConceptSet) {
        let Some((start, folded, end)) = self.word.take() else { return };
        let joins = CONJUNCTIONS.contains(&self.text.folded.get(folded..).unwrap_or(""));
        if joins {
            self.clause += 1;
        }
        let mut concepts = concepts;
        if std::mem::replace(&mut self.joined, joins) {
            concepts.add_builtin(Builtin::First);
        }
        let token = Token { start, end, folded: (folded, self.text.folded.len()), clause: self.clause, concepts };
        self.postcode(&token);
        self.text.tokens.push(token);
        if self.text.tokens.len() - self.sentence >= LONGEST_SENTENCE {
            self.end_sentence(false);
        }
    }

    /// Four digits and two letters: the letters make the number before them a Dutch postcode.
    fn postcode(&mut self, token: &Token) {
        let letters = self.text.folded.get(token.folded.0..token.folded.1).unwrap_or("");
        if letters.len() != 2 || !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return;
        }
        if matches!(letters, "en" | "of" | "is" | "we" | "to" | "in" | "op" | "at" | "or" | "uw" | "zo" | "te" | "as") {
            return;
        }
        let sentence = self.sentence;
        let count = self.text.tokens.len();
        if count <= sentence {
            return;
        }
        if let Some(previous) = self.text.tokens.last_mut() {
            let (from, to) = previous.folded;
            let digits = self.text.folded.get(from..to).unwrap_or("");
            if digits.len() == 4 && previous.clause == token.clause && digits.bytes().all(|byte| byte.is_ascii_digit())
            {
                previous.concepts.add_builtin(Builtin::Postcode);
            }
        }
    }

    fn toggle_quote(&mut self) {
        match self.quote.take() {
            None => self.quote = Some(self.text.tokens.len()),
            Some(from) => {
                let words = self.text.tokens.get_mut(from..).unwrap_or(&mut []);
                if words.len() >= QUOTATION {
                    for token in words {
                        token.concepts.add_builtin(Builtin::Quoted);
                    }
                }
            }
        }
        self.clause += 1;
    }

    fn end_sentence(&mut self, question: bool) {
        self.end_word();
        self.clause += 1;
        let (first, end) = (self.sentence, self.text.tokens.len());
        if first == end {
            // Nothing was said: "?!" after the sentence belongs to it.
            if question && let Some(last) = self.text.sentences.last().copied() {
                self.mark(Sentence { question: true, ..last });
            }
            return;
        }
        let sentence = Sentence { first, end, subject: self.subject, item: self.item, question };
        self.mark(sentence);
        self.text.sentences.push(sentence);
        self.sentence = end;
        self.item = false;
    }

    /// Gives all tokens of a sentence what holds for the sentence as a whole.
    fn mark(&mut self, sentence: Sentence) {
        let mut whole = ConceptSet::default();
        if sentence.subject {
            whole.add_builtin(Builtin::Subject);
        }
        if sentence.item {
            whole.add_builtin(Builtin::Item);
        }
        if sentence.question {
            whole.add_builtin(Builtin::Question);
        }
        let mut clause = usize::MAX;
        for token in self.text.tokens.get_mut(sentence.first..sentence.end).unwrap_or(&mut []) {
            token.concepts.merge(whole);
            if token.clause != clause {
                token.concepts.add_builtin(Builtin::First);
                clause = token.clause;
            }
        }
        if let Some(first) = self.text.tokens.get_mut(sentence.first) {
            first.concepts.add_builtin(Builtin::Start);
        }
    }
}

/// Words that start a clause without a comma.
const CONJUNCTIONS: &[&str] = &["en", "and", "und", "et", "maar", "but", "aber", "mais", "want", "omdat", "because"];

/// Words after which a dot ends nothing.
const ABBREVIATIONS: &[&str] = &[
    "art", "artt", "dhr", "mevr", "mw", "mr", "mrs", "ms", "dr", "drs", "ir", "ing", "prof", "nr", "no", "tel", "bijv",
    "bv", "incl", "excl", "evt", "ca", "resp", "jl", "dd", "st", "ref", "abs", "nr", "bzw", "ggf", "inkl", "herr",
    "vgl", "sog", "eg", "ie", "vs", "etc", "zgn", "mbt", "ivm", "tav", "ovv", "lid", "sub", "jr", "sr", "vr", "gr",
    "aug", "sept", "okt", "nov", "dec", "jan", "febr", "mrt", "apr", "max", "min", "cf", "ibid", "kon",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let read = Text::read("", text);
        read.sentences
            .iter()
            .map(|s| read.tokens[s.first..s.end].iter().map(|t| read.word(t).to_owned()).collect())
            .collect()
    }

    #[test]
    fn sentences_end_at_full_stops_but_not_at_abbreviations() {
        assert_eq!(words("Stop a.u.b. daarmee. Nu!").len(), 2);
        assert_eq!(words("Op grond van art. 15 AVG vraag ik dit.").len(), 1);
        assert_eq!(words("Wis dit.Graag vandaag"), [vec!["wis", "dit"], vec!["graag", "vandaag"]]);
    }

    #[test]
    fn apostrophes_and_hyphens_join_or_part_words_as_the_language_does() {
        assert_eq!(words("don't e-mail foto's"), [["dont", "email", "fotos"]]);
        assert_eq!(words("droit d'accès, envoyez-moi"), [["droit", "d", "acces", "envoyez", "moi"]]);
    }

    #[test]
    fn a_line_break_is_white_space_and_an_empty_line_is_not() {
        assert_eq!(words("wis mijn\ngegevens"), words("wis mijn gegevens"));
        assert_eq!(words("Hallo\n\nwis").len(), 2);
    }

    #[test]
    fn items_of_a_list_are_sentences_of_their_own() {
        assert_eq!(words("Ik vraag:\n1. inzage;\n2. wissing").len(), 3);
    }

    #[test]
    fn offsets_point_into_the_original() {
        let source = "Één gegéven, s.v.p.";
        let read = Text::read("", source);
        let quoted: Vec<&str> = read.tokens.iter().map(|t| source.get(t.start..t.end).unwrap_or_default()).collect();
        assert_eq!(quoted, ["Één", "gegéven", "s.v.p"]);
    }
}
