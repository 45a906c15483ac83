//! Floor 5: `privacyloket.toml`, read once at the start into plain values. contract.md ("Configuration") is the list of keys.
//!
//! `raw` is the file as serde sees it, `document` knows the lines and turns complaints into words, `build` fills in defaults
//! and checks what concerns several keys at once, [`secret`] reads passwords when they are needed, [`find()`] looks for the
//! file. Nothing here reads the environment or the clock.

mod build;
mod build_later;
mod document;
mod error;
mod find;
pub mod later;
mod raw;
pub mod secret;
mod values;
mod warn;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

pub use error::ConfigError;
pub use find::find;
pub use later::{Later, Start};
pub use secret::Secret;

use crate::domain::settings::Settings;

/// Everything that the file says, defaults filled in, paths absolute.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file itself.
    pub file: PathBuf,
    /// What decisions need.
    pub settings: Settings,
    /// Where mail comes from.
    pub source: Source,
    /// Where mail goes to.
    pub sink: Sink,
    /// Where state is kept.
    pub database: Database,
    /// Where customers are known from.
    pub directory: Directory,
    /// Our own mail server's findings about senders; `None` trusts none.
    pub trust: Option<TrustConfig>,
    /// Who answers our own DKIM and DMARC look-ups.
    pub resolver: Resolver,
    /// Texts for the access answer (art. 15(1)), in Dutch.
    pub processing: Processing,
    /// The same in English, where given.
    pub processing_en: Option<Processing>,
    /// Templates that replace the built-in ones.
    pub letters_folder: Option<PathBuf>,
    /// Bytes; of larger mails only the headers and the first text are read.
    pub message_size: u64,
    /// Bytes of evidence in one mail (policy §3).
    pub evidence_size: u64,
    /// Optional parts.
    pub later: Later,
    /// What is allowed but should be known, one sentence each.
    pub warnings: Vec<String>,
}

/// The watched mailbox.
#[derive(Debug, Clone)]
pub enum Source {
    /// `[imap]`.
    Imap(ImapConfig),
    /// `[maildir]`: a local Maildir++.
    Maildir {
        /// The folder that holds `cur`, `new` and `tmp`.
        path: PathBuf,
        /// Name of the case folder, without the leading dot that it has on disk.
        case_folder: String,
    },
}

/// The way out.
#[derive(Debug, Clone)]
pub enum Sink {
    /// `[smtp]`.
    Smtp(SmtpConfig),
    /// `[outbox]`: files instead of sending.
    Folder {
        /// Where they are written.
        path: PathBuf,
    },
}

/// How a connection is encrypted. There is no plaintext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the first byte.
    #[default]
    Implicit,
    /// After the command STARTTLS, which must succeed.
    Starttls,
}

/// `[imap]`.
#[derive(Clone)]
pub struct ImapConfig {
    /// The server.
    pub host: String,
    /// Its port: 993, or 143 for STARTTLS, where nothing else is said.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// The login.
    pub username: String,
    /// The password.
    pub secret: Secret,
    /// An extra trust root, PEM.
    pub ca_file: Option<PathBuf>,
    /// The folder that is watched.
    pub inbox: String,
    /// Where mails of a case go.
    pub case_folder: String,
    /// Folders that are read but never answered automatically.
    pub also_read: Vec<String>,
    /// What happens with old mail on the first run.
    pub start: Start,
}

/// `[smtp]`.
#[derive(Clone)]
pub struct SmtpConfig {
    /// The server.
    pub host: String,
    /// Its port: 465, or 587 for STARTTLS, where nothing else is said.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// The login.
    pub username: String,
    /// The password.
    pub secret: Secret,
    /// An extra trust root, PEM.
    pub ca_file: Option<PathBuf>,
}

/// `[database]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Database {
    /// `sqlite:///absolute/path` or `postgres://…`. May hold a password: never print it.
    pub url: String,
    /// The secret outside the database.
    pub key_file: PathBuf,
}

/// `[directory]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// `customers.csv`.
    pub customers: Option<PathBuf>,
}

/// `[authentication]`, where it names our own mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustConfig {
    /// Our server's name in Authentication-Results (RFC 8601 §2.2).
    pub authserv_id: String,
    /// The `by` names of our own Received lines, lower case.
    pub border: Vec<String>,
    /// Domains that we host and sign, in ASCII form: only a login proves.
    pub own_domains: Vec<String>,
}

/// Who answers DNS questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolver {
    /// The system's.
    System,
    /// Nobody: no look-ups.
    Off,
    /// This one.
    Server(SocketAddr),
}

/// `[processing]`: what an access answer says besides the data (art. 15(1)(a)-(d), (g)).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Processing {
    /// What the data is used for.
    pub purposes: Vec<String>,
    /// Kinds of data.
    pub categories: Vec<String>,
    /// Legal grounds.
    pub grounds: Vec<String>,
    /// How long it is kept.
    pub retention: Vec<String>,
    /// Who receives it, by name.
    pub recipients: Vec<String>,
    /// Where it comes from when not from the person.
    pub origin: Vec<String>,
}

impl Processing {
    /// The keys that are empty. An access answer needs them all.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        [
            ("purposes", &self.purposes),
            ("categories", &self.categories),
            ("grounds", &self.grounds),
            ("retention", &self.retention),
            ("recipients", &self.recipients),
            ("origin", &self.origin),
        ]
        .into_iter()
        .filter_map(|(name, texts)| texts.is_empty().then_some(name))
        .collect()
    }
}

impl Config {
    /// All secrets that this configuration names.
    #[must_use]
    pub fn secrets(&self) -> Vec<&Secret> {
        let imap = match &self.source {
            Source::Imap(imap) => Some(&imap.secret),
            Source::Maildir { .. } => None,
        };
        let smtp = match &self.sink {
            Sink::Smtp(smtp) => Some(&smtp.secret),
            Sink::Folder { .. } => None,
        };
        let moneybird = self.later.moneybird.as_ref().map(|moneybird| &moneybird.token);
        let kvk = self.later.kvk.as_ref().map(|kvk| &kvk.key);
        [imap, smtp, moneybird, kvk].into_iter().flatten().collect()
    }

    /// Reads every secret once and forgets it, so that a missing one shows at the start and not at the first mail.
    ///
    /// # Errors
    /// The first secret that cannot be read.
    pub fn check_secrets(&self, credentials: Option<&Path>) -> Result<(), ConfigError> {
        self.secrets().into_iter().try_for_each(|secret| secret.read(credentials).map(|_: SecretString| ()))
    }
}

/// Reads and checks a configuration. No secret is read; see [`Config::check_secrets`].
///
/// # Errors
/// The first thing that is wrong, with file, line and key.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::at(path, None, format!("cannot be read: {error}; is the path right?")))?;
    let document = document::Document::parse(path, &text)?;
    let absolute = std::path::absolute(path)
        .map_err(|error| ConfigError::at(path, None, format!("has no place in the file system: {error}")))?;
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let mut config = build::Builder { document: &document, folder }.build(document.read()?)?;
    config.warnings = warn::warnings(&config);
    Ok(config)
}

// User names are often addresses of people, and a database URL may hold a password: neither is printed.

impl fmt::Debug for ImapConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImapConfig").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpConfig").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("key_file", &self.key_file).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod broken;
#[cfg(test)]
mod tests;
