//! The configuration as it is written: the one list of sections and keys. Every key that is not here is an error.
//!
//! Defaults that stand in contract.md are filled in by `build`; here a key that may be left out is an `Option`. Addresses in
//! lists are still texts: serde would not say which item of a list is wrong, `build` does.

use serde::Deserialize;

use super::Tls;
use super::later::{Layout, Start};
use super::values::{Domain, FilePath, Host, Line, Listen, Period, Port, Size, Url, Zone};
use crate::domain::address::Address;
use crate::domain::language::LetterLanguage;
use crate::domain::settings::Automatic;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Raw {
    /// `automatic` at the top of the file; the usual place is `[organisation]`.
    pub automatic: Option<Automatic>,
    pub organisation: Option<Organisation>,
    pub imap: Option<Imap>,
    pub maildir: Option<Maildir>,
    pub smtp: Option<Smtp>,
    pub outbox: Option<Outbox>,
    #[serde(default)]
    pub database: Database,
    #[serde(default)]
    pub directory: Directory,
    pub staff: Option<Staff>,
    pub authentication: Option<Authentication>,
    #[serde(default)]
    pub processing: Processing,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub delays: Delays,
    #[serde(default)]
    pub letters: Letters,
    pub web: Option<Web>,
    pub monitoring: Option<Monitoring>,
    pub moneybird: Option<Moneybird>,
    pub kvk: Option<Kvk>,
    pub files: Option<Files>,
    pub hostnet: Option<Hostnet>,
    pub retention: Option<Retention>,
    pub evidence: Option<Evidence>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Organisation {
    pub name: Line,
    pub address: Address,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub timezone: Option<Zone>,
    pub automatic: Option<Automatic>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Imap {
    pub host: Host,
    pub port: Option<Port>,
    #[serde(default)]
    pub tls: Tls,
    pub username: Line,
    pub password_file: Option<FilePath>,
    pub token_command: Option<Line>,
    pub ca_file: Option<FilePath>,
    pub inbox: Option<Line>,
    pub case_folder: Option<Line>,
    #[serde(default)]
    pub also_read: Vec<Line>,
    #[serde(default)]
    pub start: Start,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Maildir {
    pub path: FilePath,
    pub case_folder: Option<Line>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Smtp {
    pub host: Host,
    pub port: Option<Port>,
    #[serde(default)]
    pub tls: Tls,
    pub username: Line,
    pub password_file: Option<FilePath>,
    pub token_command: Option<Line>,
    pub ca_file: Option<FilePath>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Outbox {
    pub path: FilePath,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Database {
    pub url: Option<Line>,
    pub key_file: Option<FilePath>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Directory {
    pub customers: Option<FilePath>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Staff {
    pub addresses: Vec<String>,
    pub require_proven: Option<bool>,
    #[serde(default)]
    pub language: LetterLanguage,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Authentication {
    pub authserv_id: Option<Line>,
    pub border: Option<Vec<Host>>,
    #[serde(default)]
    pub own_domains: Vec<Domain>,
    pub resolver: Option<Line>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Processing {
    #[serde(default)]
    pub purposes: Vec<Line>,
    #[serde(default)]
    pub categories: Vec<Line>,
    #[serde(default)]
    pub grounds: Vec<Line>,
    #[serde(default)]
    pub retention: Vec<Line>,
    #[serde(default)]
    pub recipients: Vec<Line>,
    #[serde(default)]
    pub origin: Vec<Line>,
    /// The same texts in English, for letters in English.
    pub en: Option<Box<English>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct English {
    #[serde(default)]
    pub purposes: Vec<Line>,
    #[serde(default)]
    pub categories: Vec<Line>,
    #[serde(default)]
    pub grounds: Vec<Line>,
    #[serde(default)]
    pub retention: Vec<Line>,
    #[serde(default)]
    pub recipients: Vec<Line>,
    #[serde(default)]
    pub origin: Vec<Line>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Limits {
    pub automatic_mails_per_address_per_day: Option<u32>,
    pub automatic_mails_per_hour_unproven: Option<u32>,
    pub automatic_mails_per_hour_proven: Option<u32>,
    pub message_size: Option<Size>,
    pub evidence_size: Option<Size>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Delays {
    pub identity: Option<Period>,
    pub identity_reminder: Option<Period>,
    pub confirmation: Option<Period>,
    pub owner_notice: Option<Period>,
    pub young_address: Option<Period>,
    pub erasure: Option<Period>,
    pub repeat: Option<Period>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Letters {
    pub folder: Option<FilePath>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Web {
    pub listen: Listen,
    pub public_url: Url,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Monitoring {
    pub listen: Listen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Moneybird {
    pub base_url: Option<Url>,
    pub administration_id: Line,
    pub token_file: FilePath,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Kvk {
    pub base_url: Option<Url>,
    pub key_file: FilePath,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Files {
    pub layout: Layout,
    pub web: Option<Line>,
    pub mail: Option<Line>,
    pub domains: Option<FilePath>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Hostnet {
    pub domains: FilePath,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Retention {
    pub fingerprints: Option<Period>,
    pub cases: Option<Period>,
    pub mailbox: Option<Period>,
    pub register: Option<Period>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section")]
pub(super) struct Evidence {
    pub vault: Option<FilePath>,
    pub vault_size: Option<Size>,
    pub size_per_sender: Option<Size>,
}
