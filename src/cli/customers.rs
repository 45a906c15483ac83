//! `privacyloket customers`: the directory as the program knows it now, a new list checked before it is used, and reading
//! the list at once.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::output::{self, ASIDE, BAD, CARE, GOOD, TITLE};
use super::{CliError, Place};
use crate::domain::customer::{AddressState, Customer};
use crate::domain::plan::Whom;
use crate::domain::time::{TimeZone, Timestamp};
use crate::flow::Office;
use crate::io::directory::{CsvFile, Directory};
use crate::io::store::Tx;

mod import;

/// The one source of customers, as the JSON names it.
const SOURCE: &str = "customers.csv";

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// As JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// All customers with their addresses, and what we know beyond the list [default]
    List,
    /// Check a new list and show what it changes; --yes puts it in the place of the configured one
    Import {
        /// The new list
        file: PathBuf,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
    /// Read the configured list now
    Sync,
}

/// Does what the arguments say.
///
/// # Errors
/// [`CliError`]: a list that cannot be read, or no access to the database.
pub async fn customers(place: &Place, arguments: &Arguments) -> Result<u8, CliError> {
    match &arguments.what {
        None | Some(What::List) => list(place, arguments.json).await,
        Some(What::Import { file, yes }) => import::import(place, file, *yes, arguments.json),
        Some(What::Sync) => sync(place, arguments.json).await,
    }
}

/// The configured list.
fn configured(place: &Place) -> Result<&Path, CliError> {
    place.config.directory.customers.as_deref().ok_or_else(|| {
        let file = place.config.file.display();
        CliError::Said(format!("{file} names no customers; add `customers = \"customers.csv\"` to [directory]"))
    })
}

/// Reads the list; a broken one is an error here, where the service would go on with the old one.
fn read(file: &Path) -> Result<Vec<Customer>, CliError> {
    CsvFile::new(file.to_path_buf()).read().map_err(|error| CliError::Said(error.to_string()))
}

/// A customer in its JSON form (contract.md).
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    name: &'a str,
    company: &'a str,
    kvk: &'a str,
    addresses: Vec<AddressLine<'a>>,
    suppressed: Vec<String>,
    sources: [&'static str; 1],
}

#[derive(Serialize)]
struct AddressLine<'a> {
    address: &'a str,
    role: &'static str,
    since: Option<String>,
    state: &'static str,
}

impl<'a> Line<'a> {
    fn of(customer: &'a Customer, suppressed: Vec<String>, zone: &TimeZone) -> Self {
        let addresses = customer.addresses.iter().map(|known| AddressLine {
            address: known.address.as_str(),
            role: known.role.name(),
            since: known.since.map(|at| output::moment(at, zone)),
            state: known.state.name(),
        });
        Self {
            id: customer.id.as_str(),
            name: &customer.name,
            company: &customer.company,
            kvk: &customer.kvk,
            addresses: addresses.collect(),
            suppressed,
            sources: [SOURCE],
        }
    }
}

async fn list(place: &Place, json: bool) -> Result<u8, CliError> {
    if let Some(file) = &place.config.directory.customers {
        read(file)?;
    }
    let office = place.office_to_look().await?;
    let zone = &office.settings.zone;
    let mut tx = office.store.begin().await?;
    // Whatever is new in the list is noticed in this transaction and dropped with it: noticing is the service's.
    let directory = today(&office, &mut tx).await?;
    let mut lines = Vec::new();
    for customer in directory.customers() {
        let suppressed = tx.suppressed(&Whom::Customer(customer.id.clone())).await?;
        lines.push(Line::of(customer, suppressed, zone));
    }
    drop(tx);
    office.store.close().await;
    if json {
        output::json(&lines)?;
    } else {
        for line in &lines {
            tell(line)?;
        }
        output::say(&count(lines.len(), "customer"));
    }
    Ok(0)
}

async fn today(office: &Office, tx: &mut Tx) -> Result<Directory, CliError> {
    Ok(office.people.today(tx, &office.settings, office.clock.now()).await?)
}

fn tell(line: &Line<'_>) -> std::io::Result<()> {
    let names: Vec<&str> = [line.name, line.company].into_iter().filter(|name| !name.is_empty()).collect();
    let id = line.id;
    let room = 76_usize.saturating_sub(id.chars().count()).max(12);
    output::result(&format!("{TITLE}{id}{TITLE:#}  {}", output::clean(&names.join(", "), room)))?;
    for known in &line.addresses {
        let style = match known.state {
            "active" => GOOD,
            "young" => CARE,
            _ => BAD,
        };
        let since = known.since.as_deref().and_then(|since| since.get(..10));
        let since = since.map(|day| format!(" since {day}")).unwrap_or_default();
        let address = output::clean(known.address, 40);
        output::result(&format!("    {address:40} {:8} {style}{}{style:#}{since}", known.role, known.state))?;
    }
    if !line.suppressed.is_empty() {
        output::result(&format!("    {ASIDE}stopped: {}{ASIDE:#}", line.suppressed.join(", ")))?;
    }
    Ok(())
}

/// What reading the list found.
#[derive(Serialize)]
struct Synced {
    customers: usize,
    addresses: usize,
    young: usize,
    dormant: usize,
    added: usize,
    gone: usize,
}

async fn sync(place: &Place, json: bool) -> Result<u8, CliError> {
    let file = configured(place)?;
    read(file)?;
    let office = place.office().await?;
    let mut tx = office.store.begin().await?;
    let before = tx.address_book().await?;
    let directory = today(&office, &mut tx).await?;
    let after = tx.address_book().await?;
    tx.commit().await?;
    office.store.close().await;
    let in_state = |state: AddressState| {
        directory
            .customers()
            .iter()
            .flat_map(|customer| &customer.addresses)
            .filter(|known| known.state == state)
            .count()
    };
    let synced = Synced {
        customers: directory.len(),
        addresses: directory.customers().iter().map(|customer| customer.addresses.len()).sum(),
        young: in_state(AddressState::Young),
        dormant: in_state(AddressState::Dormant),
        added: after.keys().filter(|known| !before.contains_key(*known)).count(),
        gone: before.keys().filter(|known| !after.contains_key(*known)).count(),
    };
    if json {
        output::json(&synced)?;
        return Ok(0);
    }
    let (customers, addresses) = (count(synced.customers, "customer"), count(synced.addresses, "address"));
    output::result(&format!("{}: {customers}, {addresses}", output::clean(&file.display().to_string(), 200)))?;
    output::result(&format!("  new since last time  {}", synced.added))?;
    output::result(&format!("  gone since last time {}", synced.gone))?;
    output::result(&format!("  young now            {}", synced.young))?;
    output::result(&format!("  dormant now          {}", synced.dormant))?;
    Ok(0)
}

fn count(n: usize, what: &str) -> String {
    match (n, what) {
        (1, _) => format!("1 {what}"),
        (n, "address") => format!("{n} addresses"),
        (n, _) => format!("{n} {what}s"),
    }
}

/// What young means, for the person who changes the list.
fn young_until(place: &Place, now: Timestamp) -> String {
    let until = now.saturating_add(place.config.settings.delays.young_address).unwrap_or(now);
    output::minute(until, &place.config.settings.zone)
}
