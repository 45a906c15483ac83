//! The letters: a typed context goes in, a [`Letter`] comes out. Floor 1, pure: no clock, no files, no network.
//!
//! One file per letter, each with its context and the method of [`Letters`] that writes it. The words stand in
//! `templates/<letter>/{nl,en}/{subject,text,html}`, embedded in the binary and replaceable one by one
//! ([`Letters::with_overrides`]). Three things hold for every letter, whatever its template says:
//!
//! - an unknown variable, filter or file is an error that names the file. Every template is rendered with all samples
//!   of its context when [`Letters`] is made, so a broken override is found at the start of the program;
//! - HTML is escaped, a subject is one line, and nothing that looks like a token survives ([`fence`]): the only token in
//!   a mail is the one that the postman adds with [`with_token_line`];
//! - a letter to a person has no field for the words of the requester (policy §2: no phishing relay). Staff mails show
//!   them fenced, each line behind a bar.
//!
//! Reading order: this file, [`words`] (dates and names for people), [`fence`], [`access_answer`], [`staff_case`].

pub mod copies;
mod embedded;
pub mod fence;
mod filters;
#[cfg(test)]
mod tests;
mod token_line;
pub mod words;

pub mod access_answer;
pub mod acknowledgement;
pub mod address_added;
pub mod ask_confirmation;
pub mod ask_identity;
pub mod closed;
pub mod complaint_answer;
pub mod done;
pub mod extension;
pub mod identity_reminder;
pub mod objection_recorded;
pub mod owner_notice;
pub mod question;
pub mod refusal;
pub mod repeat_note;

pub mod staff_alert;
pub mod staff_case;
pub mod staff_confirmation;
pub mod staff_help;
pub mod staff_paused;
pub mod staff_review;
pub mod staff_status;
pub mod staff_words;

use std::error::Error as _;
use std::fmt;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::time::Date;

pub use token_line::with_token_line;

/// Who writes the letters.
#[derive(Debug, Clone, Serialize)]
pub struct Organisation {
    /// For the signature: `CraftCloud`.
    pub name: String,
    /// The watched address, where answers come from: `info@craftcloud.nl`.
    pub address: String,
}

/// What stands in every letter to a person.
#[derive(Debug, Clone, Serialize)]
pub struct Heading {
    /// `PL-2026-0001`.
    pub reference: String,
    /// The day on which the letter is written.
    pub today: Date,
    /// The day on which the request reached the mailbox.
    pub received: Date,
}

impl Heading {
    /// Sample data.
    fn sample() -> Self {
        Self { reference: "PL-2026-0001".into(), today: sample_day(5), received: sample_day(3) }
    }
}

/// A day in March 2026, for samples; the first of January where there is no such day.
fn sample_day(day: i8) -> Date {
    Date::new(2026, 3, day).unwrap_or_default()
}

/// A letter's context: it knows which template it belongs to and can make samples of itself.
pub trait Sample: Serialize + Sized {
    /// The folder of its templates.
    const LETTER: &'static str;

    /// Sample data: together the samples reach every branch of the templates. The first one is the fullest.
    fn samples() -> Vec<Self>;
}

/// A template that does not work. Never holds any of the data that was being written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template {file}: {problem}")]
pub struct BrokenTemplate {
    /// `ask_identity/nl/text`.
    pub file: String,
    /// What is wrong, with the line where it is known.
    pub problem: String,
}

impl BrokenTemplate {
    fn new(error: &minijinja::Error, file: &str) -> Self {
        let error = innermost(error);
        // Not `detail()`: it can quote a value, and a value can be personal.
        let line = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
        Self { file: error.name().unwrap_or(file).to_owned(), problem: format!("{}{line}", error.kind()) }
    }

    /// A syntax error is about the template alone, so its detail may be told.
    fn syntax(error: &minijinja::Error, file: &str) -> Self {
        let mut broken = Self::new(error, file);
        if let Some(detail) = innermost(error).detail() {
            broken.problem = format!("{}: {detail}", broken.problem);
        }
        broken
    }
}

/// The error of the file that is wrong, not of the file that includes it.
fn innermost(error: &minijinja::Error) -> &minijinja::Error {
    let mut innermost = error;
    while let Some(deeper) = innermost.source().and_then(|source| source.downcast_ref::<minijinja::Error>()) {
        innermost = deeper;
    }
    innermost
}

/// All templates, ready to write.
pub struct Letters {
    environment: Environment<'static>,
    organisation: Organisation,
}

impl fmt::Debug for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letters")
    }
}

/// What a template sees: the context's own fields, who writes, and in which language.
#[derive(Serialize)]
struct Page<'a, C> {
    language: LetterLanguage,
    organisation: &'a Organisation,
    #[serde(flatten)]
    context: &'a C,
}

impl Letters {
    /// The letters as they come with the program.
    ///
    /// # Errors
    /// [`BrokenTemplate`] if an embedded template does not work; a test makes sure that this does not happen.
    pub fn embedded(organisation: Organisation) -> Result<Self, BrokenTemplate> {
        Self::with_overrides(organisation, Vec::new())
    }

    /// The letters with some files replaced: name (`ask_identity/nl/text`) and content.
    ///
    /// # Errors
    /// [`BrokenTemplate`] names the file that has no such letter, is not well formed, or uses something that does not
    /// exist.
    pub fn with_overrides(organisation: Organisation, files: Vec<(String, String)>) -> Result<Self, BrokenTemplate> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let lines = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(lines.map_err(|error| BrokenTemplate::syntax(&error, "layout"))?);
        environment.set_auto_escape_callback(escape_html_only);
        filters::add_to(&mut environment);
        for (name, source) in embedded::FILES {
            environment.add_template(name, source).map_err(|error| BrokenTemplate::syntax(&error, name))?;
        }
        for (name, source) in files {
            if !embedded::FILES.iter().any(|(known, _)| *known == name) {
                return Err(BrokenTemplate { file: name, problem: "there is no letter with this file".into() });
            }
            environment
                .add_template_owned(name.clone(), source)
                .map_err(|error| BrokenTemplate::syntax(&error, &name))?;
        }
        let letters = Self { environment, organisation };
        letters.samples(LetterLanguage::Nl)?;
        letters.samples(LetterLanguage::En)?;
        Ok(letters)
    }

    /// Every sample of every letter, with the letter's name.
    ///
    /// # Errors
    /// The first template that does not work.
    pub fn samples(&self, language: LetterLanguage) -> Result<Vec<(&'static str, Letter)>, BrokenTemplate> {
        let mut all = Vec::new();
        self.add_samples::<access_answer::AccessAnswer>(language, &mut all)?;
        self.add_samples::<acknowledgement::Acknowledgement>(language, &mut all)?;
        self.add_samples::<ask_confirmation::AskConfirmation>(language, &mut all)?;
        self.add_samples::<ask_identity::AskIdentity>(language, &mut all)?;
        self.add_samples::<closed::Closed>(language, &mut all)?;
        self.add_samples::<complaint_answer::ComplaintAnswer>(language, &mut all)?;
        self.add_samples::<done::Done>(language, &mut all)?;
        self.add_samples::<extension::Extension>(language, &mut all)?;
        self.add_samples::<identity_reminder::IdentityReminder>(language, &mut all)?;
        self.add_samples::<objection_recorded::ObjectionRecorded>(language, &mut all)?;
        self.add_samples::<owner_notice::OwnerNotice>(language, &mut all)?;
        self.add_samples::<question::Question>(language, &mut all)?;
        self.add_samples::<refusal::Refusal>(language, &mut all)?;
        self.add_samples::<repeat_note::RepeatNote>(language, &mut all)?;
        self.add_samples::<address_added::AddressAdded>(language, &mut all)?;
        self.add_samples::<staff_alert::StaffAlert>(language, &mut all)?;
        self.add_samples::<staff_case::StaffCase>(language, &mut all)?;
        self.add_samples::<staff_confirmation::StaffConfirmation>(language, &mut all)?;
        self.add_samples::<staff_help::StaffHelp>(language, &mut all)?;
        self.add_samples::<staff_paused::StaffPaused>(language, &mut all)?;
        self.add_samples::<staff_review::StaffReview>(language, &mut all)?;
        self.add_samples::<staff_status::StaffStatus>(language, &mut all)?;
        Ok(all)
    }

    fn add_samples<C: Sample>(
        &self,
        language: LetterLanguage,
        all: &mut Vec<(&'static str, Letter)>,
    ) -> Result<(), BrokenTemplate> {
        for sample in C::samples() {
            all.push((C::LETTER, self.write(language, &sample)?));
        }
        Ok(())
    }

    /// Renders the three templates of a letter and makes the result safe to send.
    fn write<C: Sample>(&self, language: LetterLanguage, context: &C) -> Result<Letter, BrokenTemplate> {
        let page = Page { language, organisation: &self.organisation, context };
        let page = Value::from(Serde(&page));
        let subject = self.render(C::LETTER, language, "subject", &page)?;
        let text = self.render(C::LETTER, language, "text", &page)?;
        let html = self.render(C::LETTER, language, "html", &page)?;
        Ok(Letter {
            subject: fence::one_line(&fence::break_tokens(&subject), fence::LONGEST_SUBJECT),
            text: fence::tidy(&fence::break_tokens(&text)),
            html: fence::break_tokens(&html),
            files: Vec::new(),
        })
    }

    fn render(
        &self,
        letter: &str,
        language: LetterLanguage,
        part: &str,
        page: &Value,
    ) -> Result<String, BrokenTemplate> {
        let name = format!("{letter}/{}/{part}", language.code());
        self.environment
            .get_template(&name)
            .and_then(|template| template.render(page.clone()))
            .map_err(|error| BrokenTemplate::new(&error, &name))
    }
}

/// Files named `…/html` are HTML; subjects and texts are not.
fn escape_html_only(name: &str) -> AutoEscape {
    if name.ends_with("/html") { AutoEscape::Html } else { AutoEscape::None }
}
