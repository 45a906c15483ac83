//! The rulebook of one language: words, meanings and rules, read from the data files once.
//!
//! How the files are written is explained at the top of `common.txt`.

use super::concept::{ConceptSet, MOST, Names};
use super::features;
use super::lexicon::Lexicon;
use super::pattern::Pattern;
use super::score::NAMED;
use crate::domain::right::{Purpose, Right};

/// What a matching rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Points for a right.
    For(Right, Option<Purpose>, i32),
    /// Points off one right.
    Against(Right, i32),
    /// Points off all rights.
    AgainstAll(i32),
    /// Points for a look by a person, whatever the right.
    Look(i32),
    /// The mail only points at what it quotes or carries.
    PointsElsewhere,
}

/// A rule: any of the patterns has the effect, once a mail.
#[derive(Debug)]
pub(super) struct Rule {
    /// As written in the data file.
    pub source: String,
    pub effect: Effect,
    pub patterns: Vec<Pattern>,
}

/// One step of working out what a sentence means.
#[derive(Debug)]
pub(super) enum Meaning {
    /// Where a pattern fits, its tokens get the concept.
    Derive { concept: ConceptSet, patterns: Vec<Pattern> },
    /// After a sentence with `from`, the words `to` of this and the next sentences mean `concept`.
    Carry { from: ConceptSet, to: ConceptSet, concept: ConceptSet, sentences: usize },
}

/// All that is known of a language.
#[derive(Debug, Default)]
pub(super) struct Rulebook {
    pub lexicon: Lexicon,
    pub meanings: Vec<Meaning>,
    pub rules: Vec<Rule>,
    /// For each concept the rules that need it, so that a sentence tries only these.
    rules_by_concept: Vec<Vec<usize>>,
    /// For each concept the hash of its name: the same in all languages, whatever its number.
    name_hashes: Vec<Option<u64>>,
    /// Lines that could not be read. There are none in the files shipped (a test says so); a rulebook with errors
    /// sends all mail to review.
    pub errors: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    None,
    Words,
    Meanings,
    Rules,
}

impl Rulebook {
    /// Reads the files in order; later ones may use what earlier ones define.
    pub(super) fn read(sources: &[&str]) -> Self {
        let mut book = Self::default();
        let mut names = Names::new();
        for source in sources {
            let mut section = Section::None;
            for (number, line) in joined_lines(source) {
                let outcome = match line.as_str() {
                    "[words]" => book.enter(&mut section, Section::Words),
                    "[meanings]" => book.enter(&mut section, Section::Meanings),
                    "[rules]" => book.enter(&mut section, Section::Rules),
                    text => match section {
                        Section::None => Err("text before the first section".to_owned()),
                        Section::Words => book.read_words(text, &mut names),
                        Section::Meanings => book.read_meaning(text, &mut names),
                        Section::Rules => book.read_rule(text, &mut names),
                    },
                };
                if let Err(reason) = outcome {
                    book.errors.push(format!("line {number}: {reason}"));
                }
            }
        }
        book.name_hashes = vec![None; MOST];
        for (name, number) in names.iter() {
            if let Some(slot) = book.name_hashes.get_mut(number) {
                *slot = Some(features::hash(name.as_bytes()));
            }
        }
        book
    }

    /// The hash of a concept's name, the same in all languages.
    pub(super) fn name_hash(&self, concept: usize) -> Option<u64> {
        self.name_hashes.get(concept).copied().flatten()
    }

    /// Numbers of the rules that can match a sentence with these concepts, rising.
    pub(super) fn candidates(&self, all: ConceptSet, numbers: &mut Vec<usize>) {
        numbers.clear();
        for concept in all.numbers() {
            numbers.extend(self.rules_by_concept.get(concept).into_iter().flatten());
        }
        numbers.sort_unstable();
        numbers.dedup();
    }

    fn enter(&self, section: &mut Section, next: Section) -> Result<(), String> {
        *section = next;
        if self.errors.len() > 100 { Err("too many errors".to_owned()) } else { Ok(()) }
    }

    fn read_words(&mut self, line: &str, names: &mut Names) -> Result<(), String> {
        let (name, entries) = line.split_once(':').ok_or_else(|| format!("no colon: {line}"))?;
        let (name, only) = name.trim().strip_suffix('!').map_or((name.trim(), false), |name| (name, true));
        let concept = names.number_of(name).ok_or("too many concepts")?;
        for entry in entries.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            self.lexicon.add(entry, concept, only)?;
        }
        Ok(())
    }

    fn read_meaning(&mut self, line: &str, names: &mut Names) -> Result<(), String> {
        if let Some(carry) = line.strip_prefix("carry ") {
            let words: Vec<&str> = carry.split_whitespace().collect();
            let [from, "->", to, "as", concept, "within", sentences] = words.as_slice() else {
                return Err(format!("not `carry A -> B as C within N`: {line}"));
            };
            let mut set = |list: &str| -> Result<ConceptSet, String> {
                let mut set = ConceptSet::default();
                for name in list.split('|') {
                    set.add(names.number_of(name).ok_or("too many concepts")?);
                }
                Ok(set)
            };
            let (from, to, concept) = (set(from)?, set(to)?, set(concept)?);
            let sentences = sentences.parse().map_err(|_| format!("no number: {line}"))?;
            self.meanings.push(Meaning::Carry { from, to, concept, sentences });
            return Ok(());
        }
        let (name, source) = line.split_once('=').ok_or_else(|| format!("no `=`: {line}"))?;
        let patterns = alternatives(source, names)?;
        let concept = ConceptSet::of(names.number_of(name.trim()).ok_or("too many concepts")?);
        self.meanings.push(Meaning::Derive { concept, patterns });
        Ok(())
    }

    fn read_rule(&mut self, line: &str, names: &mut Names) -> Result<(), String> {
        let (head, source) = line.split_once('=').ok_or_else(|| format!("no `=`: {line}"))?;
        let words: Vec<&str> = head.split_whitespace().collect();
        let right = |name: &str| Right::from_name(name).ok_or_else(|| format!("no right: {name}"));
        let effect = match words.as_slice() {
            ["points-elsewhere"] => Effect::PointsElsewhere,
            ["look", strength] => Effect::Look(points(strength)?),
            ["against", "all", strength] => Effect::AgainstAll(points(strength)?),
            ["against", name, strength] => Effect::Against(right(name)?, points(strength)?),
            [name, strength] => match name.split_once('.') {
                Some((name, purpose)) => Effect::For(right(name)?, Some(purpose_named(purpose)?), points(strength)?),
                None => Effect::For(right(name)?, None, points(strength)?),
            },
            _ => return Err(format!("not a rule: {line}")),
        };
        let patterns = alternatives(source, names)?;
        let number = self.rules.len();
        self.rules_by_concept.resize_with(MOST, Vec::new);
        for key in patterns.iter().flat_map(|pattern| pattern.keys().numbers()) {
            if let Some(list) = self.rules_by_concept.get_mut(key) {
                list.push(number);
            }
        }
        self.rules.push(Rule { source: line.to_owned(), effect, patterns });
        Ok(())
    }
}

fn points(strength: &str) -> Result<i32, String> {
    match strength {
        "named" => Ok(NAMED),
        "sure" => Ok(100),
        "likely" => Ok(60),
        "hint" => Ok(25),
        _ => strength.parse().map_err(|_| format!("no strength: {strength}")),
    }
}

fn purpose_named(name: &str) -> Result<Purpose, String> {
    [Purpose::Marketing, Purpose::Consent, Purpose::Other]
        .into_iter()
        .find(|purpose| purpose.name() == name)
        .ok_or_else(|| format!("no purpose: {name}"))
}

fn alternatives(source: &str, names: &mut Names) -> Result<Vec<Pattern>, String> {
    source.split(" / ").map(|alternative| Pattern::parse(alternative, names)).collect()
}

/// Lines without comments; an indented line goes on the line before.
fn joined_lines(source: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, line) in source.lines().enumerate() {
        let text = line.split('#').next().unwrap_or("");
        if text.trim().is_empty() {
            continue;
        }
        match lines.last_mut() {
            Some((_, previous)) if text.starts_with([' ', '\t']) => {
                previous.push(' ');
                previous.push_str(text.trim());
            }
            _ => lines.push((number + 1, text.trim().to_owned())),
        }
    }
    lines
}
