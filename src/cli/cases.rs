//! `privacyloket cases`: the queue, one case with its whole history, and closing many at once when a flood came in.

use std::collections::BTreeSet;

use serde::Serialize;

use super::output::{self, ASIDE, CARE, TITLE};
use super::{CliError, Place};
use crate::domain::case::{Case, CaseId, Closing, Reference, Request, RequestState};
use crate::domain::plan::{By, Plan, RequestKey, Settle, Step};
use crate::domain::right::{Right, Rights};
use crate::domain::time::{Date, TimeZone, Timestamp, day_of};
use crate::flow::Office;
use crate::flow::commit::write;
use crate::io::store::log::Event;
use selection::Selection;

mod selection;

/// Cases closed in one transaction: the running service waits no longer than for these.
const AT_ONCE: usize = 200;
/// Characters of a line on a terminal of 80, less the indent.
const WIDTH: usize = 76;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// As JSON
    #[arg(long, global = true)]
    json: bool,
    /// Closed ones too
    #[arg(long)]
    all: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The open cases [default]
    List {
        /// Closed ones too
        #[arg(long)]
        all: bool,
    },
    /// One case with its requests and its whole history
    Show {
        /// As in the subject of its mails: PL-2026-0001
        reference: String,
    },
    /// Close many requests at once, without a mail to anybody; shows what it would close until you say --yes
    #[command(
        after_help = "Example, after a flood:\n  privacyloket cases close --select state=awaiting_identity,domain=example.com\n\n\
        Keys (all must fit): state, right, requester, domain, customer, before (received before that day)"
    )]
    Close {
        /// What to close: KEY=VALUE, several separated by commas; all must fit
        #[arg(long, required = true, value_delimiter = ',', value_name = "KEY=VALUE")]
        select: Vec<String>,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

/// Does what the arguments say.
///
/// # Errors
/// [`CliError`]: an unknown reference, a selection that means nothing, or no access to the database.
pub async fn cases(place: &Place, arguments: &Arguments) -> Result<u8, CliError> {
    let json = arguments.json;
    match &arguments.what {
        None => list(&place.office_to_look().await?, arguments.all, json).await,
        Some(What::List { all }) => list(&place.office_to_look().await?, *all || arguments.all, json).await,
        Some(What::Show { reference }) => show(&place.office_to_look().await?, reference, json).await,
        Some(What::Close { select, yes }) => {
            let selection = Selection::parse(select, &place.config.settings.zone).map_err(CliError::Said)?;
            let office = if *yes { place.office().await? } else { place.office_to_look().await? };
            close(&office, &selection, *yes, json).await
        }
    }
}

/// A case in its JSON form (contract.md).
#[derive(Serialize)]
struct Line<'a> {
    reference: &'a str,
    state: &'static str,
    rights: Rights,
    requester: &'a str,
    customer: Option<&'a str>,
    received: String,
    due: Option<Date>,
    overdue: bool,
}

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    line: Line<'a>,
    requests: Vec<RequestLine>,
    events: Vec<EventLine<'a>>,
}

#[derive(Serialize)]
struct RequestLine {
    right: Right,
    state: &'static str,
    received: String,
    due: Date,
    due_extended: Date,
    proof: &'static str,
}

#[derive(Serialize)]
struct EventLine<'a> {
    at: String,
    what: &'a str,
    by: &'a str,
}

/// The organisation's time: its zone, and which day it is.
struct Now {
    zone: TimeZone,
    at: Timestamp,
    today: Date,
}

impl Now {
    fn of(office: &Office) -> Self {
        let (zone, at) = (office.settings.zone.clone(), office.clock.now());
        Self { today: day_of(at, &zone), zone, at }
    }
}

/// What is asked in a case; what staff replaced by other rights no longer counts.
fn rights(case: &Case) -> Rights {
    let replaced = |request: &&Request| matches!(request.state, RequestState::Closed { how: Closing::Relabelled, .. });
    case.requests.iter().filter(|request| !replaced(request)).map(|request| request.ask.right()).collect()
}

fn line<'a>(case: &'a Case, now: &Now) -> Line<'a> {
    let due = case.deadline();
    Line {
        reference: case.reference.as_str(),
        state: case.least_finished().map_or("closed", |request| request.state.name()),
        rights: rights(case),
        requester: case.requester.as_str(),
        customer: case.customer.as_ref().map(|id| id.as_str()),
        received: output::moment(case.received, &now.zone),
        due,
        overdue: !case.is_closed() && due.is_some_and(|due| due < now.today),
    }
}

async fn list(office: &Office, all: bool, json: bool) -> Result<u8, CliError> {
    let now = Now::of(office);
    let cases = office.store.begin().await?.cases(!all).await?;
    office.store.close().await;
    if json {
        output::json(&cases.iter().map(|case| line(case, &now)).collect::<Vec<_>>())?;
        return Ok(0);
    }
    for case in &cases {
        output::result(&headline(case, &now))?;
        for line in about(case) {
            output::result(&format!("    {line}"))?;
        }
    }
    match cases.len() {
        0 => output::say(if all { "no cases" } else { "no open cases" }),
        1 => output::say("1 case"),
        n => output::say(&format!("{n} cases")),
    }
    Ok(0)
}

/// Reference, state and deadline.
fn headline(case: &Case, now: &Now) -> String {
    let state = case.least_finished().map_or("closed", |request| output::state(&request.state));
    let due = match case.deadline() {
        Some(due) if case.is_closed() => format!("{ASIDE}was due {due}{ASIDE:#}"),
        Some(due) => format!("due {due}, {}", output::until(due, now.today)),
        None => String::new(),
    };
    format!("{TITLE}{}{TITLE:#}  {state:20} {due}", case.reference)
}

/// What is asked and by whom; on two lines where one is too short.
fn about(case: &Case) -> Vec<String> {
    let rights: Vec<&str> = rights(case).iter().map(|right| right.name()).collect();
    let customer = case.customer.as_ref().map_or("no known customer", |id| id.as_str());
    let parts = [rights.join(", "), case.requester.as_str().to_owned(), customer.to_owned()];
    let whole = parts.join(" | ");
    if whole.chars().count() <= WIDTH {
        return vec![whole];
    }
    parts.iter().map(|part| output::clean(part, WIDTH)).collect()
}

async fn show(office: &Office, reference: &str, json: bool) -> Result<u8, CliError> {
    let now = Now::of(office);
    let written = output::clean(reference, 40);
    let Some(wanted) = Reference::parse(reference) else {
        return Err(CliError::Said(format!("{written} is no reference; they look like PL-2026-0001")));
    };
    let mut tx = office.store.begin().await?;
    let Some(case) = tx.case_by_reference(&wanted).await? else {
        return Err(CliError::Said(format!("there is no case {wanted}; `privacyloket cases --all` lists them")));
    };
    let events = tx.events(wanted.as_str()).await?;
    drop(tx);
    office.store.close().await;
    if json {
        output::json(&whole(&case, &events, &now))?;
    } else {
        tell(&case, &events, &now)?;
    }
    Ok(0)
}

fn whole<'a>(case: &'a Case, events: &'a [Event], now: &Now) -> Whole<'a> {
    let request = |request: &Request| RequestLine {
        right: request.ask.right(),
        state: request.state.name(),
        received: output::moment(request.received, &now.zone),
        due: request.due,
        due_extended: request.due_extended,
        proof: request.proof.authenticity.name(),
    };
    let event =
        |event: &'a Event| EventLine { at: output::moment(event.at, &now.zone), what: &event.what, by: &event.by };
    Whole {
        line: line(case, now),
        requests: case.requests.iter().map(request).collect(),
        events: events.iter().map(event).collect(),
    }
}

fn tell(case: &Case, events: &[Event], now: &Now) -> std::io::Result<()> {
    output::result(&headline(case, now))?;
    let name = output::clean(&case.requester_name, 40);
    let name = if name.is_empty() { name } else { format!(" ({name})") };
    output::result(&format!("  requester  {}", output::clean(&format!("{}{name}", case.requester.as_str()), 66)))?;
    let customer = case.customer.as_ref().map_or("none known", |id| id.as_str());
    output::result(&format!("  customer   {}", output::clean(customer, 66)))?;
    output::result(&format!("  received   {}", output::minute(case.received, &now.zone)))?;
    for mail in &case.mails {
        output::result(&format!("  mail       {}", output::clean(&mail.subject, 66)))?;
    }
    output::result(&format!("{TITLE}Requests{TITLE:#}"))?;
    for request in &case.requests {
        let extended = if request.extended { ", extended" } else { "" };
        output::result(&format!(
            "  {:14} {:20} due {}{extended}, sender {}",
            request.ask.right().name(),
            output::state(&request.state),
            request.deadline(),
            request.proof.authenticity.name(),
        ))?;
        for words in &request.evidence {
            output::result(&format!("    {ASIDE}\u{201c}{}\u{201d}{ASIDE:#}", output::clean(words, 70)))?;
        }
    }
    output::result(&format!("{TITLE}History{TITLE:#}"))?;
    for event in events {
        let what = output::clean(&event.what, 52);
        let (at, by) = (output::minute(event.at, &now.zone), &event.by);
        output::result(&format!("  {at} {ASIDE}{by:8}{ASIDE:#} {what}"))?;
    }
    Ok(())
}

/// One request that is, or would be, closed.
#[derive(Serialize)]
struct Closed {
    reference: Reference,
    right: Right,
    state: &'static str,
    requester: String,
    received: String,
}

async fn close(office: &Office, selection: &Selection, yes: bool, json: bool) -> Result<u8, CliError> {
    let now = Now::of(office);
    let cases = office.store.begin().await?.cases(true).await?;
    let hit: Vec<CaseId> =
        cases.iter().filter(|case| selection.of(case).next().is_some()).map(|case| case.id).collect();
    let mut closed = Vec::new();
    if yes {
        for some in hit.chunks(AT_ONCE) {
            closed.extend(close_some(office, selection, some, &now).await?);
        }
    } else {
        closed.extend(cases.iter().flat_map(|case| told(case, selection, &now)));
    }
    office.store.close().await;
    if json {
        output::json(&closed)?;
    } else {
        for one in &closed {
            let right = one.right.name();
            output::result(&format!("{}  {right:14} {}", one.reference, output::clean(&one.requester, 48)))?;
        }
    }
    let cases = closed.iter().map(|one| &one.reference).collect::<BTreeSet<_>>().len();
    let sum = format!("{} of {}", count(closed.len(), "request"), count(cases, "case"));
    if yes {
        output::say(&format!("closed {sum}; nobody was written to"));
    } else {
        output::say(&format!("{CARE}nothing is closed yet:{CARE:#} this would close {sum}; say --yes to do it"));
    }
    Ok(0)
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn told<'a>(case: &'a Case, selection: &'a Selection, now: &'a Now) -> impl Iterator<Item = Closed> + use<'a> {
    selection.of(case).map(|request| Closed {
        reference: case.reference.clone(),
        right: request.ask.right(),
        state: request.state.name(),
        requester: case.requester.as_str().to_owned(),
        received: output::moment(request.received, &now.zone),
    })
}

/// Closes what still fits the selection now, in one transaction, with its lines in the log.
async fn close_some(
    office: &Office,
    selection: &Selection,
    cases: &[CaseId],
    now: &Now,
) -> Result<Vec<Closed>, CliError> {
    let mut tx = office.store.begin().await?;
    let mut closed = Vec::new();
    let mut ids = Vec::new();
    for id in cases {
        let Some(case) = tx.case(*id).await? else { continue };
        ids.extend(selection.of(&case).map(|request| request.id));
        closed.extend(told(&case, selection, now));
    }
    let mut steps = vec![Step::Withdraw(ids.clone())];
    steps.extend(ids.into_iter().map(|id| Step::Set {
        request: RequestKey::Old(id),
        state: RequestState::Closed { at: now.at, how: Closing::Handled },
        by: By::Operator,
    }));
    write(&mut tx, &office.settings, &Plan { steps, settle: Settle::Leave }, None, now.at).await?;
    tx.commit().await?;
    Ok(closed)
}
