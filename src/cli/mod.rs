//! Floor 5: the commands (contract.md, "Commands"). Reads the arguments and the environment, nobody else does; messages for
//! people go to stderr, results to stdout.

pub mod cases;
pub mod check;
pub mod classify;
pub mod customers;
pub mod demo;
pub mod explain;
pub mod init;
pub mod output;
pub mod register;
pub mod serve;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::{self, AppError};
use crate::config::{self, Config, ConfigError};
use crate::flow::Office;
use crate::io::clock::Clock;
use crate::io::store::sqlite_file;

/// Something could not be done, and will be tried again or must be looked at.
pub const FAILED: u8 = 1;
/// The configuration must be mended first.
pub const CONFIGURATION: u8 = 2;

/// Carries out a company's privacy statement by e-mail.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, after_help = "Try it without a mail server:\n  privacyloket demo")]
struct Arguments {
    /// The configuration [default: $PRIVACYLOKET_CONFIG, ./privacyloket.toml, /etc/privacyloket/privacyloket.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until stopped (SIGTERM finishes the message in hand)
    #[command(after_help = "Example:\n  privacyloket run --config /etc/privacyloket/privacyloket.toml")]
    Run,
    /// Handle what is in the mailbox, send what is due, do what time asks for, and leave
    #[command(
        after_help = "Example, every five minutes from cron:\n  */5 * * * * privacyloket once --config /etc/privacyloket/privacyloket.toml"
    )]
    Once,
    /// The whole job on an embedded sandbox, no server needed
    #[command(after_help = "Example:\n  privacyloket demo --dir /tmp/loket")]
    Demo(demo::Arguments),
    /// What a mail asks; needs no configuration
    #[command(
        after_help = "Examples:\n  privacyloket classify mail.eml\n  cat mail.eml | privacyloket classify --json -"
    )]
    Classify(classify::Arguments),
    /// The full decision for a mail, without doing anything
    #[command(after_help = "Example:\n  privacyloket explain --received 2026-03-03T10:00:00+01:00 mail.eml")]
    Explain(explain::Arguments),
    /// Is the configuration right; do mailbox, mail server, database and customer list answer
    #[command(after_help = "Example:\n  privacyloket check --config privacyloket.toml")]
    Check,
    /// Write a commented configuration to start from
    #[command(after_help = "Example:\n  privacyloket init /etc/privacyloket")]
    Init {
        /// The folder to write into
        #[arg(default_value = ".", value_name = "DIR")]
        folder: PathBuf,
    },
    /// The queue; one case with its whole history; close many at once
    #[command(
        after_help = "Examples:\n  privacyloket cases\n  privacyloket cases show PL-2026-0001\n  privacyloket cases close --select state=awaiting_identity"
    )]
    Cases(cases::Arguments),
    /// The directory of customers
    #[command(after_help = "Examples:\n  privacyloket customers\n  privacyloket customers import new-customers.csv")]
    Customers(customers::Arguments),
    /// The accountability register, and the check of the log's chain
    #[command(after_help = "Examples:\n  privacyloket register export register.csv\n  privacyloket register verify")]
    Register(register::Arguments),
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration or the parts it names.
    #[error(transparent)]
    App(#[from] AppError),
    /// A file of the user's.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// Writing the result failed.
    #[error("cannot write the result: {0}")]
    Output(#[from] std::io::Error),
    /// In so many words.
    #[error("{0}")]
    Said(String),
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::App(error.into())
    }
}

impl From<crate::io::store::StoreError> for CliError {
    fn from(error: crate::io::store::StoreError) -> Self {
        Self::App(error.into())
    }
}

impl From<crate::flow::commit::CommitError> for CliError {
    fn from(error: crate::flow::commit::CommitError) -> Self {
        Self::App(error.into())
    }
}

/// What the arguments and the environment say, for the commands that need a configuration.
pub struct Place {
    /// The configuration.
    pub config: Config,
    /// Where systemd put credentials.
    pub credentials: Option<PathBuf>,
}

impl Place {
    fn find(explicit: Option<&Path>) -> Result<Self, ConfigError> {
        let place = Self::read(explicit)?;
        place.config.check_secrets(place.credentials.as_deref())?;
        for warning in &place.config.warnings {
            output::warn(warning);
        }
        Ok(place)
    }

    /// Without looking at secrets and without a word: for `check`, which says all that itself.
    fn read(explicit: Option<&Path>) -> Result<Self, ConfigError> {
        let file = config::find(explicit, environment("PRIVACYLOKET_CONFIG").as_deref())?;
        let config = config::load(&file)?;
        let credentials = environment("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        Ok(Self { config, credentials })
    }

    /// Everything, to look at what is there. Where no database is yet none is made: a file that root made while looking
    /// would be closed to the service.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn office_to_look(&self) -> Result<Office, AppError> {
        let there = sqlite_file(&self.config.database.url).is_none_or(|file| file.exists());
        if there {
            return self.office().await;
        }
        app::open_copy(&self.config, self.credentials.as_deref(), Clock::System).await
    }

    /// Everything that the flows work with.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn office(&self) -> Result<Office, AppError> {
        app::open(&self.config, self.credentials.as_deref(), Clock::System).await
    }
}

#[expect(clippy::disallowed_methods, reason = "only cli reads the environment")]
fn environment(name: &str) -> Option<OsString> {
    std::env::var(name).ok().map(OsString::from)
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    // One provider for every connection (design rule 9); a second call would only say that it is there already.
    let _already = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider().install_default();
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::error(&format!("cannot start: {error}"));
            return ExitCode::from(FAILED);
        }
    };
    match runtime.block_on(dispatch(arguments)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output::error(&error.to_string());
            let configuration = matches!(&error, CliError::App(error) if error.is_configuration());
            ExitCode::from(if configuration { CONFIGURATION } else { FAILED })
        }
    }
}

async fn dispatch(arguments: Arguments) -> Result<u8, CliError> {
    let explicit = arguments.config.as_deref();
    match arguments.command {
        Command::Run => serve::run(&Place::find(explicit)?).await,
        Command::Once => serve::once(&Place::find(explicit)?).await,
        Command::Demo(arguments) => Box::pin(demo::demo(&arguments)).await,
        Command::Classify(arguments) => classify::classify(&arguments),
        Command::Explain(arguments) => explain::explain(&Place::find(explicit)?, &arguments).await,
        Command::Check => check::check(&Place::read(explicit)?).await,
        Command::Init { folder } => {
            let made = init::init(&folder).map_err(|error| CliError::Said(error.to_string()))?;
            output::say(&init::next_steps(&made));
            Ok(0)
        }
        Command::Cases(arguments) => cases::cases(&Place::find(explicit)?, &arguments).await,
        Command::Customers(arguments) => customers::customers(&Place::find(explicit)?, &arguments).await,
        Command::Register(arguments) => register::register(&Place::find(explicit)?, &arguments).await,
    }
}
