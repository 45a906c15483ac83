//! `privacyloket register`: the accountability register (policy §8: reference, right, dates, outcome; no address, no text), and
//! the check that nobody changed the log.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::output::{self, ASIDE, BAD, GOOD, TITLE};
use super::{CliError, FAILED, Place};
use crate::domain::time::{TimeZone, day_of};
use crate::io::store::cases::RegisterLine;
use crate::io::store::log::Chain;
use crate::io::store::sqlite_file;

/// The header of the CSV (contract.md).
const HEADER: [&str; 8] = ["reference", "right", "received", "due", "extended", "answered", "outcome", "decided_by"];

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write the register as CSV
    Export {
        /// The file; - is standard output
        file: PathBuf,
        /// Overwrite a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Check the chain of the log: exit 0 when it is whole, 1 when a row was changed, added or removed
    Verify,
}

/// Does what the arguments say.
///
/// # Errors
/// [`CliError`]: no access to the database, or to the file.
pub async fn register(place: &Place, arguments: &Arguments) -> Result<u8, CliError> {
    match &arguments.what {
        None => table(place).await,
        Some(What::Export { file, force }) => export(place, file, *force).await,
        Some(What::Verify) => verify(place).await,
    }
}

async fn lines(place: &Place) -> Result<Vec<RegisterLine>, CliError> {
    let office = place.office_to_look().await?;
    let lines = office.store.begin().await?.register().await?;
    office.store.close().await;
    Ok(lines)
}

async fn table(place: &Place) -> Result<u8, CliError> {
    let zone = &place.config.settings.zone;
    let lines = lines(place).await?;
    if lines.is_empty() {
        output::say("the register is empty");
        return Ok(0);
    }
    let head = format!("{:12} {:13} {:10} {:10} {:10} outcome", "reference", "right", "received", "due", "answered");
    output::result(&format!("{TITLE}{head}{TITLE:#}"))?;
    for line in &lines {
        let ended = line.ended.map(|at| day_of(at, zone).to_string()).unwrap_or_default();
        // A due date that was extended shows the extended day.
        let due = line.extended.unwrap_or(line.due);
        let by = if line.decided_by.is_empty() { String::new() } else { format!("/{}", line.decided_by) };
        let outcome =
            output::clean(&format!("{}{by}", line.outcome.replace('_', " ").replace("awaiting", "awaits")), 20);
        let received = day_of(line.received, zone);
        let start = format!("{:12} {:13} {received} {due} {ended:10}", line.reference, line.right);
        output::result(&format!("{start} {ASIDE}{outcome}{ASIDE:#}"))?;
    }
    Ok(0)
}

async fn export(place: &Place, file: &Path, force: bool) -> Result<u8, CliError> {
    let lines = lines(place).await?;
    let content = csv(&lines, &place.config.settings.zone)?;
    if file == Path::new("-") {
        std::io::stdout().write_all(&content)?;
        return Ok(0);
    }
    let name = || file.display().to_string();
    let mut options = OpenOptions::new();
    if force {
        options.write(true).create(true).truncate(true);
    } else {
        options.write(true).create_new(true);
    }
    let mut target = options.open(file).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            CliError::Said(format!("{}: is already there and is left as it is; say --force to overwrite it", name()))
        } else {
            CliError::File(name(), error)
        }
    })?;
    target.write_all(&content).and_then(|()| target.sync_all()).map_err(|error| CliError::File(name(), error))?;
    let rows = if lines.len() == 1 { "1 request".to_owned() } else { format!("{} requests", lines.len()) };
    output::say(&format!("{}: {rows}", name()));
    Ok(0)
}

/// The register as CSV (RFC 4180, lines ended as on this system). Moments with the organisation's offset.
fn csv(lines: &[RegisterLine], zone: &TimeZone) -> Result<Vec<u8>, CliError> {
    let failed = |error: csv::Error| CliError::Output(std::io::Error::other(error));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER).map_err(failed)?;
    for line in lines {
        let row = [
            line.reference.clone(),
            line.right.clone(),
            output::moment(line.received, zone),
            line.due.to_string(),
            line.extended.map(|day| day.to_string()).unwrap_or_default(),
            line.ended.map(|at| output::moment(at, zone)).unwrap_or_default(),
            line.outcome.clone(),
            line.decided_by.clone(),
        ];
        writer.write_record(row.map(defused)).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| CliError::Output(std::io::Error::other(error.to_string())))
}

/// A cell that no spreadsheet runs as a formula, whatever somebody wrote into the database.
fn defused(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

async fn verify(place: &Place) -> Result<u8, CliError> {
    if let Some(file) = sqlite_file(&place.config.database.url).filter(|file| !file.exists()) {
        // An empty log is whole; a missing one must not look like that to a monitor.
        return Err(CliError::Said(format!("{}: there is no database, so no log to check", file.display())));
    }
    if !place.config.database.key_file.exists() {
        let key = place.config.database.key_file.display();
        return Err(CliError::Said(format!("{key}: the key of the log is not there; restore it from its backup")));
    }
    let office = place.office().await?;
    let chain = office.store.begin().await?.verify_log().await?;
    office.store.close().await;
    match chain {
        Chain::Whole { rows, head } => {
            let head = if head.is_empty() { "none yet".to_owned() } else { head };
            output::result(&format!("{GOOD}log whole{GOOD:#}: {rows} rows, head {head}"))?;
            Ok(0)
        }
        Chain::Broken { row } => {
            output::result(&format!("{BAD}log broken{BAD:#}: row {row} does not fit"))?;
            output::say(
                "a row was changed, added or removed, or the key file is another one; compare with a backup of the \
                 database, and with the head in earlier digests",
            );
            Ok(FAILED)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(decided_by: &str) -> RegisterLine {
        RegisterLine {
            reference: "PL-2026-0001".into(),
            right: "access".into(),
            received: "2026-03-03T09:00:00Z".parse().unwrap(),
            due: "2026-04-07".parse().unwrap(),
            extended: None,
            ended: None,
            outcome: "awaiting_staff".into(),
            decided_by: decided_by.into(),
        }
    }

    #[test]
    fn the_csv_has_the_header_of_the_contract_and_no_formula() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let text = String::from_utf8(csv(&[line("=1+1")], &zone).unwrap()).unwrap();
        assert_eq!(
            text,
            "reference,right,received,due,extended,answered,outcome,decided_by\n\
             PL-2026-0001,access,2026-03-03T10:00:00+01:00,2026-04-07,,,awaiting_staff,'=1+1\n"
        );
    }
}
