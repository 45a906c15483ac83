//! `privacyloket explain`: what the program would do with a mail, under this configuration and with what the database knows,
//! without doing it. No file is made or changed: the decision is taken on a copy of the database in memory.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::classify::{Classified, Mail, for_people};
use super::output::{self, ASIDE, BAD, CARE, GOOD, TITLE};
use super::{CliError, FAILED, Place};
use crate::app;
use crate::domain::customer::Standing;
use crate::domain::facts::{Facts, Route};
use crate::domain::plan::{Action, Plan};
use crate::domain::sender::Authenticity;
use crate::domain::time::{Date, TimeZone, Timestamp};
use crate::domain::verdict::Classification;
use crate::flow::Office;
use crate::flow::people::People;
use crate::intake;
use crate::io::clock::Clock;
use crate::io::directory::CsvFile;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// When it reached the mailbox: RFC 3339, or a day or time in the organisation's zone [default: now]
    #[arg(long, value_name = "TIME")]
    received: Option<String>,
    /// Mails as they are on disk (RFC 5322); - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Explains every file in the order given. What cannot be read is said on stderr; the others are done.
///
/// # Errors
/// [`CliError`]: a time that is none, a customer list that cannot be read, or no access to the database.
pub async fn explain(place: &Place, arguments: &Arguments) -> Result<u8, CliError> {
    let zone = &place.config.settings.zone;
    let received = arguments.received.as_deref().map(|text| moment_of(text, zone)).transpose()?;
    // Decided as if it were read when it came: dates that are told count from then.
    let clock = received.map_or(Clock::System, Clock::manual);
    let customers = place.config.directory.customers.as_deref();
    if let Some(Err(error)) = customers.map(|file| CsvFile::new(file.to_path_buf()).read()) {
        // Without its list the program would know nobody; that is not what it would decide.
        return Err(CliError::Said(error.to_string()));
    }
    let mut office = Box::pin(app::open_copy(&place.config, place.credentials.as_deref(), clock)).await?;
    let mut code = 0;
    for file in &arguments.files {
        let mail = match Mail::read(file) {
            Ok(mail) if mail.whole => mail,
            Ok(_) => {
                output::error(&format!("{}: too large; of such a mail only the head is read", file.display()));
                code = FAILED;
                continue;
            }
            Err(error) => {
                output::error(&format!("{}: {error}", file.display()));
                code = FAILED;
                continue;
            }
        };
        // The list is compared with the database for each mail anew: what the last one found was dropped with it.
        office.people = People::new(customers.map(|file| CsvFile::new(file.to_path_buf())));
        let received = received.unwrap_or_else(|| office.clock.now());
        let (facts, plan) = Box::pin(intake::explain(&office, &mail.raw, received)).await?;
        let explained = Explained::of(&office, file, &mail, facts, &plan);
        if arguments.json {
            output::json(&explained.line(zone))?;
        } else {
            explained.tell(zone)?;
        }
    }
    office.store.close().await;
    Ok(code)
}

/// A moment as RFC 3339, or as a day or time on the organisation's clock.
fn moment_of(text: &str, zone: &TimeZone) -> Result<Timestamp, CliError> {
    let local = || {
        let at = text.parse::<jiff::civil::DateTime>().ok()?;
        Some(at.to_zoned(zone.clone()).ok()?.timestamp())
    };
    text.parse().ok().or_else(local).ok_or_else(|| {
        let text = output::clean(text, 40);
        CliError::Said(format!("--received {text}: is no time; write it as 2026-03-03T10:00:00+01:00 or 2026-03-03"))
    })
}

/// Everything that is said about one mail.
struct Explained {
    file: String,
    facts: Facts,
    classification: Classification,
    actions: Vec<Action>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    received: String,
    due: Date,
    due_extended: Date,
    sender: Sender<'a>,
    classification: Classified<'a>,
    actions: &'a [Action],
}

#[derive(Serialize)]
struct Sender<'a> {
    address: Option<&'a str>,
    authenticity: &'static str,
    customer: Option<&'a str>,
    role: Option<&'static str>,
}

impl Explained {
    fn of(office: &Office, file: &Path, mail: &Mail, facts: Facts, plan: &Plan) -> Self {
        let classification = match &facts.route {
            // An order of staff: what the mail that it is about asks.
            Route::Staff { .. } => facts.classification.clone(),
            Route::OurOwn
            | Route::Bounce { .. }
            | Route::Machine
            | Route::Answer { .. }
            | Route::Joins { .. }
            | Route::Conversation
            | Route::New { .. } => {
                let reading = intake::read(&mail.raw, mail.whole, mail.size);
                intake::classify_message(&reading, Some(&office.settings.address))
            }
        };
        Self { file: file.display().to_string(), facts, classification, actions: plan.actions() }
    }

    fn line(&self, zone: &TimeZone) -> Line<'_> {
        let facts = &self.facts;
        Line {
            file: &self.file,
            received: output::moment(facts.received, zone),
            due: facts.due.normal,
            due_extended: facts.due.extended,
            sender: self.sender(),
            classification: Classified::of(&self.classification),
            actions: &self.actions,
        }
    }

    fn sender(&self) -> Sender<'_> {
        let address = self.facts.from.address();
        let (customer, role) = match (&self.facts.standing, address) {
            (Standing::Known(customer), Some(address)) => {
                (Some(customer.id.as_str()), customer.address(address).map(|known| known.role.name()))
            }
            (Standing::Known(_) | Standing::Several(_) | Standing::Unknown, _) => (None, None),
        };
        Sender {
            address: address.map(|address| address.as_str()),
            authenticity: self.facts.proof.authenticity.name(),
            customer,
            role,
        }
    }

    fn tell(&self, zone: &TimeZone) -> std::io::Result<()> {
        let facts = &self.facts;
        output::result(&format!("{TITLE}{}{TITLE:#}", output::clean(&self.file, 78)))?;
        for line in for_people(&self.classification) {
            output::result(&line)?;
        }
        let sender = self.sender();
        let authenticity = facts.proof.authenticity;
        let style = match authenticity {
            Authenticity::Proven => GOOD,
            Authenticity::Unproven | Authenticity::Temporary => CARE,
            Authenticity::Suspect | Authenticity::Malformed => BAD,
        };
        let address = output::clean(sender.address.unwrap_or("nobody that can be named"), 55);
        output::result(&format!("  from      {address} {style}{}{style:#}", authenticity.name()))?;
        let known = match (&facts.standing, sender.customer, sender.role) {
            (Standing::Several(ids), ..) => {
                let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
                format!("several: {}", ids.join(", "))
            }
            (Standing::Known(_), Some(customer), Some(role)) => format!("{customer}, {role}"),
            (Standing::Known(_) | Standing::Unknown, ..) => "unknown".to_owned(),
        };
        output::result(&format!("  customer  {}", output::clean(&known, 66)))?;
        output::result(&format!("  received  {}", output::moment(facts.received, zone)))?;
        let due = facts.due;
        output::result(&format!("  due       {} {ASIDE}(extended {}){ASIDE:#}", due.normal, due.extended))?;
        for (n, action) in self.actions.iter().enumerate() {
            let label = if n == 0 { "does" } else { "" };
            let to = action.to.as_deref().map(|to| format!(" to {}", output::clean(to, 40))).unwrap_or_default();
            output::result(&format!("  {label:9} {TITLE}{}{TITLE:#}{to}", action.kind))?;
            output::result(&format!("            {ASIDE}{}{ASIDE:#}", output::clean(&action.why, 66)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_its_offset_or_on_the_clock_of_the_organisation() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let at = |text| moment_of(text, &zone).map(|at| at.to_string()).map_err(|error| error.to_string());
        assert_eq!(at("2026-03-03T10:00:00+01:00").unwrap(), "2026-03-03T09:00:00Z");
        assert_eq!(at("2026-07-03T10:00:00").unwrap(), "2026-07-03T08:00:00Z");
        assert_eq!(at("2026-03-03").unwrap(), "2026-03-02T23:00:00Z");
        assert!(at("tomorrow").unwrap_err().contains("is no time; write it as"));
    }
}
