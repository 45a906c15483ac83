//! Sections whose parts of the program are optional: absent means off. They are read and checked here in full, so that a
//! configuration that was written for them loads; `Config::warnings` says where a part is not built in.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::secret::Secret;
use crate::domain::time::SignedDuration;

/// What happens on the first run with mail that is already in the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// It is left alone: only what comes from now on is read.
    #[default]
    Now,
    /// It is read like new mail.
    All,
}

/// The optional sections, each as its section says.
#[derive(Debug, Clone, Default)]
pub struct Later {
    /// `[web]`: the download page.
    pub web: Option<Web>,
    /// `[monitoring]`: metrics, health, status page.
    pub monitoring: Option<Monitoring>,
    /// `[moneybird]`: invoices and contacts.
    pub moneybird: Option<Moneybird>,
    /// `[kvk]`: the Handelsregister.
    pub kvk: Option<Kvk>,
    /// `[files]`: hosting files for portability.
    pub files: Option<Files>,
    /// `[hostnet]`: domains, from an export.
    pub hostnet: Option<Hostnet>,
    /// `[retention]`: how long things are kept (policy §8).
    pub retention: Option<Retention>,
    /// `[evidence]`: the vault for ID copies and extracts (policy §3).
    pub evidence: Option<Evidence>,
}

/// `[web]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How people reach it; no slash at the end.
    pub public_url: String,
}

/// `[monitoring]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitoring {
    /// Where it listens.
    pub listen: SocketAddr,
}

/// `[moneybird]`.
#[derive(Debug, Clone)]
pub struct Moneybird {
    /// The API, no slash at the end; plain http only to this machine.
    pub base_url: String,
    /// The administration, digits.
    pub administration_id: String,
    /// The API token.
    pub token: Secret,
}

/// `[kvk]`.
#[derive(Debug, Clone)]
pub struct Kvk {
    /// The API, no slash at the end.
    pub base_url: String,
    /// The API key.
    pub key: Secret,
}

/// How a server lays out hosting files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// DirectAdmin's.
    Directadmin,
    /// Plesk's.
    Plesk,
    /// As `web` and `mail` say.
    Custom,
}

/// `[files]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The layout.
    pub layout: Layout,
    /// Website files; holds `{domain}`.
    pub web: Option<String>,
    /// Mailboxes; holds `{domain}`.
    pub mail: Option<String>,
    /// CSV with the columns domain, customer, user.
    pub domains: Option<PathBuf>,
}

/// `[hostnet]`. There is no public API: an export is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hostnet {
    /// The export, CSV.
    pub domains: PathBuf,
}

/// `[retention]`, with the periods of policy §8 where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Fingerprints of ordinary mail.
    pub fingerprints: SignedDuration,
    /// Case mails and case content; two years at most.
    pub cases: SignedDuration,
    /// Age from which mail in the mailbox is reported to staff.
    pub mailbox: SignedDuration,
    /// The register and the log.
    pub register: SignedDuration,
}

/// `[evidence]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The folder of the vault.
    pub vault: PathBuf,
    /// Bytes that the vault may hold.
    pub vault_size: u64,
    /// Bytes of one sender.
    pub size_per_sender: u64,
}
