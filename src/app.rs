//! Wiring and loops: makes an [`Office`] of a configuration, reads the mailbox through the pipeline, sends what is due, does
//! what time asks for. Errors are logged here, once.

use std::path::Path;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::config::{self, Config, Sink, Source, Start};
use crate::domain::facts::Place as Found;
use crate::domain::language::LetterLanguage;
use crate::domain::plan::{Alert, Plan, Settle, Target};
use crate::domain::time::Timestamp;
use crate::flow::commit::{CommitError, write};
use crate::flow::people::People;
use crate::flow::settle::settle;
use crate::flow::{Office, ProcessingTexts, carry_out, timers};
use crate::intake::{self, Outcome};
use crate::io::clock::{Clock, random};
use crate::io::directory::{CsvFile, DirectoryError};
use crate::io::key::{Key, KeyError};
use crate::io::mailbox::imap::Imap;
use crate::io::mailbox::maildir::Maildir;
use crate::io::mailbox::{Backoff, Batch, Cursor, Fetched, Mailbox, MailboxError, Wake, imap, maildir};
use crate::io::postman::{Folder, PostError, Postman, Smtp, SmtpSettings, Tls};
use crate::io::store::{Store, StoreError};
use crate::letters::access_answer::Processing;
use crate::letters::{BrokenTemplate, Letters, Organisation};
use crate::rules::authenticity::Trust;
use crate::rules::policy::staff_alert;

/// Messages of one batch.
const BATCH: usize = 50;
/// How long IDLE, or a pause between polls, lasts at most.
const WAIT: Duration = Duration::from_secs(60);
/// How often the outbox and the timers are looked at.
const TICK: Duration = Duration::from_secs(5);
/// A message that cannot be had is passed over after so many tries.
const UNREADABLE_TRIES: u32 = 5;

/// Why the program cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] config::ConfigError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The list of customers.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template.
    #[error(transparent)]
    Letters(#[from] BrokenTemplate),
    /// A folder of templates.
    #[error("{0}: {1}")]
    Folder(String, std::io::Error),
    /// The way out.
    #[error("cannot prepare sending: {0}")]
    Post(#[from] PostError),
    /// The mailbox.
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    /// A decision could not be written down.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl AppError {
    /// Whether the configuration must be mended first (exit code 2).
    #[must_use]
    pub const fn is_configuration(&self) -> bool {
        match self {
            Self::Config(_) | Self::Key(_) | Self::Directory(_) | Self::Letters(_) | Self::Folder(..) => true,
            Self::Store(_) | Self::Post(_) | Self::Mailbox(_) | Self::Commit(_) => false,
        }
    }
}

/// What one round did.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What became of each mail, in order.
    pub mails: Vec<Outcome>,
    /// Letters sent and deeds done.
    pub sent: usize,
    /// Letters that are tried again.
    pub later: usize,
    /// Something could not be done and will be tried again.
    pub troubles: usize,
}

/// Everything that the flows work with.
///
/// # Errors
/// [`AppError`]: what is wrong with the configuration, the key, the database or the templates.
pub async fn open(config: &Config, credentials: Option<&Path>, clock: Clock) -> Result<Office, AppError> {
    let key = Key::load_or_create(&config.database.key_file)?;
    let store = Store::open(&config.database.url, key).await?;
    office(config, credentials, clock, (store, people(config).await?))
}

/// The list of customers, read once. One that breaks later leaves the old one in force; at the start there is none, and
/// every customer would be a stranger.
async fn people(config: &Config) -> Result<People, AppError> {
    let people = People::new(config.directory.customers.clone().map(CsvFile::new));
    people.load().await?;
    Ok(people)
}

/// The same to look at only: no file is made or changed, what is written goes nowhere. Also where nothing is yet.
///
/// # Errors
/// [`AppError`], as [`open`].
pub async fn open_copy(config: &Config, credentials: Option<&Path>, clock: Clock) -> Result<Office, AppError> {
    let file = &config.database.key_file;
    let key = if file.exists() { Key::load_or_create(file)? } else { Key::of_bytes([0; 32]) };
    let store = Store::open_copy(&config.database.url, key).await?;
    office(config, credentials, clock, (store, people(config).await?))
}

fn office(
    config: &Config,
    credentials: Option<&Path>,
    clock: Clock,
    (store, people): (Store, People),
) -> Result<Office, AppError> {
    Ok(Office {
        store,
        clock,
        settings: config.settings.clone(),
        trust: config.trust.as_ref().map(|trust| Trust {
            authserv_id: trust.authserv_id.clone(),
            border: trust.border.clone(),
            own_domains: trust.own_domains.clone(),
        }),
        people,
        letters: letters(config)?,
        processing: ProcessingTexts::new(processing(&config.processing), config.processing_en.as_ref().map(processing)),
        postman: postman(config, credentials)?,
        case_folder: case_folder(config).to_owned(),
    })
}

/// The letters, with the overrides of a folder.
///
/// # Errors
/// [`AppError`]: a broken template, or a folder that cannot be read.
pub fn letters(config: &Config) -> Result<Letters, AppError> {
    let settings = &config.settings;
    let organisation = Organisation { name: settings.name.clone(), address: settings.address.as_str().to_owned() };
    let Some(folder) = &config.letters_folder else { return Ok(Letters::embedded(organisation)?) };
    let mut files = Vec::new();
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error| AppError::Folder(path, error)
    };
    for letter in std::fs::read_dir(folder).map_err(failed(folder))? {
        let letter = letter.map_err(failed(folder))?;
        for language in [LetterLanguage::Nl, LetterLanguage::En] {
            let path = letter.path().join(language.code());
            for part in ["subject", "text", "html"] {
                let file = path.join(part);
                if file.is_file() {
                    let name = format!("{}/{}/{part}", letter.file_name().display(), language.code());
                    files.push((name, std::fs::read_to_string(&file).map_err(failed(&file))?));
                }
            }
        }
    }
    Ok(Letters::with_overrides(organisation, files)?)
}

fn processing(texts: &config::Processing) -> Processing {
    Processing {
        purposes: texts.purposes.clone(),
        categories: texts.categories.clone(),
        grounds: texts.grounds.clone(),
        recipients: texts.recipients.clone(),
        retention: texts.retention.clone(),
        origin: texts.origin.clone(),
        transfers: Vec::new(),
    }
}

/// Who carries the mail away.
///
/// # Errors
/// [`AppError`]: the password or the certificate file cannot be read.
pub fn postman(config: &Config, credentials: Option<&Path>) -> Result<Postman, AppError> {
    Ok(match &config.sink {
        Sink::Folder { path } => Postman::Folder(Folder::new(path.clone())),
        Sink::Smtp(smtp) => Postman::Smtp(Smtp::new(SmtpSettings {
            host: smtp.host.clone(),
            port: smtp.port,
            tls: match smtp.tls {
                config::Tls::Implicit => Tls::Implicit,
                config::Tls::Starttls => Tls::StartTls,
            },
            username: smtp.username.clone(),
            password: smtp.secret.read(credentials)?,
            ca_file: smtp.ca_file.clone(),
        })?),
    })
}

/// The watched mailbox; connects when it is first used.
///
/// # Errors
/// [`AppError`]: the password cannot be read.
pub fn mailbox(config: &Config, credentials: Option<&Path>) -> Result<Mailbox, AppError> {
    Ok(match &config.source {
        Source::Maildir { path, case_folder } => Mailbox::Maildir(Maildir::new(maildir::Settings {
            path: path.clone(),
            case_folder: case_folder.clone(),
            also_read: Vec::new(),
            message_size: config.message_size,
        })),
        Source::Imap(server) => Mailbox::Imap(Box::new(Imap::new(imap::Settings {
            host: server.host.clone(),
            port: server.port,
            tls: match server.tls {
                config::Tls::Implicit => imap::Tls::Implicit,
                config::Tls::Starttls => imap::Tls::StartTls,
            },
            username: server.username.clone(),
            secret: imap::Secret::Password(server.secret.read(credentials)?),
            ca_file: server.ca_file.clone(),
            inbox: server.inbox.clone(),
            case_folder: server.case_folder.clone(),
            also_read: server.also_read.clone(),
            message_size: config.message_size,
            timing: imap::Timing::default(),
        }))),
    })
}

fn case_folder(config: &Config) -> &str {
    match &config.source {
        Source::Imap(imap) => &imap.case_folder,
        Source::Maildir { case_folder, .. } => case_folder,
    }
}

/// Whether mail that was there before the first run is handled.
const fn start(config: &Config) -> Start {
    match &config.source {
        Source::Imap(imap) => imap.start,
        Source::Maildir { .. } => Start::All,
    }
}

/// Handles what is in the mailbox, sends what is due, does what time asks for.
///
/// # Errors
/// [`AppError`] when nothing could be done at all; what was done stays done.
pub async fn once(office: &Office, mailbox: &mut Mailbox, config: &Config) -> Result<Report, AppError> {
    let mut report = Report::default();
    let read = async {
        tidy(office, mailbox, &mut report).await;
        read_all(office, mailbox, (start(config), &never), &mut report).await
    };
    let read = read.await;
    // What is due goes out also while the mailbox cannot be read.
    work(office, &never, &mut report).await?;
    read?;
    tidy(office, mailbox, &mut report).await;
    Ok(report)
}

/// Moves the mails that wait for it. A mail that cannot be moved never keeps others from being read: it is tried again.
async fn tidy(office: &Office, mailbox: &mut Mailbox, report: &mut Report) {
    match settle(office, mailbox).await {
        Ok(settled) => report.troubles = report.troubles.saturating_add(settled.refused),
        Err(error) => {
            tracing::warn!(%error, "a mail could not be moved; trying again");
            report.troubles = report.troubles.saturating_add(1);
        }
    }
}

/// Asked between two messages and between two letters: stop here?
type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

const fn never() -> bool {
    false
}

/// Timers and outbox.
async fn work(office: &Office, stop: Stop<'_>, report: &mut Report) -> Result<(), AppError> {
    timers::run(office).await?;
    let round = carry_out::carry_out(office, stop).await?;
    report.sent = report.sent.saturating_add(round.done);
    report.later = report.later.saturating_add(round.later);
    report.troubles = report.troubles.saturating_add(round.later).saturating_add(round.failed);
    Ok(())
}

/// Reads every folder to its end.
async fn read_all(
    office: &Office,
    mailbox: &mut Mailbox,
    (start, stop): (Start, Stop<'_>),
    report: &mut Report,
) -> Result<(), AppError> {
    for (n, folder) in mailbox.folders().await?.into_iter().enumerate() {
        let found = if n == 0 { Found::Inbox } else { Found::AlsoRead };
        let (mut cursor, began) = begin(office, mailbox, &folder, start).await?;
        let mut tries: u32 = 0;
        loop {
            let batch = match mailbox.fetch_after(&folder, cursor, BATCH).await {
                Ok(batch) => batch,
                Err(MailboxError::Unreadable { uid, uid_validity, .. }) if tries >= UNREADABLE_TRIES => {
                    tracing::error!(
                        uid,
                        "a message cannot be had from the server; it is passed over, look at it by hand"
                    );
                    report.troubles = report.troubles.saturating_add(1);
                    tries = 0;
                    let past = Cursor { uid_validity, last_uid: uid };
                    pass_over(office, &folder, past).await?;
                    cursor = Some(past);
                    continue;
                }
                Err(error @ MailboxError::Unreadable { .. }) => {
                    tracing::warn!(%error, "trying again");
                    tries = tries.saturating_add(1);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let more = batch.more;
            cursor = Some(batch.cursor);
            handle_batch(office, batch, (&folder, found, began), stop, report).await?;
            tidy(office, mailbox, report).await;
            if stop() {
                return Ok(());
            }
            if !more {
                break;
            }
        }
    }
    Ok(())
}

/// Staff must look at a message that cannot be had: it may be a request. Said in the transaction that moves the cursor past
/// it, so that it is said once.
async fn pass_over(office: &Office, folder: &str, past: Cursor) -> Result<(), AppError> {
    let now = office.clock.now();
    let steps = staff_alert(&office.settings, now, Target::None, Alert::Unreadable);
    let mut tx = office.store.begin().await?;
    write(&mut tx, &office.settings, &Plan { steps, settle: Settle::Leave }, None, now).await?;
    tx.set_cursor(folder, &past.to_string()).await?;
    tx.commit().await?;
    Ok(())
}

/// Where to go on reading a folder. On the first run with `start = "now"` what is there already is left alone, also when
/// the server numbers it anew later.
async fn begin(
    office: &Office,
    mailbox: &mut Mailbox,
    folder: &str,
    start: Start,
) -> Result<(Option<Cursor>, Option<Timestamp>), AppError> {
    let key = format!("began {folder}");
    let mut tx = office.store.begin().await?;
    let cursor = tx.cursor(folder).await?.and_then(|cursor| cursor.parse().ok());
    let began = tx.setting(&key).await?.and_then(|at| at.parse().ok());
    drop(tx);
    if cursor.is_some() || matches!(start, Start::All) {
        return Ok((cursor, began));
    }
    let head = mailbox.head(folder).await?.cursor();
    let now = office.clock.now();
    let mut tx = office.store.begin().await?;
    tx.set_cursor(folder, &head.to_string()).await?;
    tx.set_setting(&key, &now.to_string()).await?;
    tx.commit().await?;
    Ok((Some(head), Some(now)))
}

async fn handle_batch(
    office: &Office,
    batch: Batch,
    (folder, found, began): (&str, Found, Option<Timestamp>),
    stop: Stop<'_>,
    report: &mut Report,
) -> Result<(), AppError> {
    for fetched in &batch.messages {
        if stop() {
            return Ok(());
        }
        // After a renumbering old mail comes again; what was there before we began is still none of our business.
        let before_us = began.zip(fetched.received).is_some_and(|(began, received)| received < began);
        if batch.renumbered && before_us {
            continue;
        }
        report.mails.push(handle(office, fetched, found).await?);
    }
    // The cursor may be past the last message, where messages were gone.
    let mut tx = office.store.begin().await?;
    tx.set_cursor(folder, &batch.cursor.to_string()).await?;
    tx.commit().await?;
    Ok(())
}

async fn handle(office: &Office, fetched: &Fetched, found: Found) -> Result<Outcome, CommitError> {
    let outcome = intake::handle(office, fetched, found).await?;
    match &outcome {
        Outcome::Decided(actions) => {
            let kinds: Vec<&str> = actions.iter().map(|action| action.kind).collect();
            tracing::info!(uid = fetched.place.uid, actions = kinds.join(" "), "decided");
        }
        Outcome::Ordinary => tracing::debug!(uid = fetched.place.uid, "ordinary mail, left alone"),
        Outcome::SeenBefore => tracing::debug!(uid = fetched.place.uid, "seen before"),
    }
    Ok(outcome)
}

/// Serves until `stop` says so: the message in hand is finished first.
pub async fn run(office: &Office, mut mailbox: Mailbox, config: &Config, stop: watch::Receiver<bool>) {
    // Answers leave as soon as they are decided, not at the next tick.
    let decided = Notify::new();
    tokio::join!(
        watch_mailbox(office, &mut mailbox, (start(config), &decided), stop.clone()),
        watch_outbox(office, &decided, stop)
    );
    mailbox.logout().await;
}

/// Reads the mailbox, waits for more, and never spins: after a failure it waits longer each time.
async fn watch_mailbox(
    office: &Office,
    mailbox: &mut Mailbox,
    (start, decided): (Start, &Notify),
    mut stop: watch::Receiver<bool>,
) {
    let mut backoff = Backoff::default();
    let mut failing = false;
    let asked = stop.clone();
    let stopped = move || *asked.borrow();
    while !stopped() {
        let mut report = Report::default();
        let read = async {
            tidy(office, mailbox, &mut report).await;
            read_all(office, mailbox, (start, &stopped), &mut report).await
        };
        let read = read.await;
        if report.mails.iter().any(|outcome| matches!(outcome, Outcome::Decided(_))) {
            decided.notify_one();
        }
        match read {
            Ok(()) => {
                if failing {
                    tracing::info!("the mailbox is served again");
                }
                failing = false;
                backoff.reset();
                let waited = tokio::select! {
                    waited = mailbox.wait(WAIT) => waited,
                    _ = stop.changed() => return,
                };
                if let Err(error) = waited {
                    tracing::warn!(%error, "the connection to the mailbox broke; connecting again");
                    pause(&mut backoff, &mut stop).await;
                } else if matches!(waited, Ok(Wake::Mail)) {
                    tracing::debug!("new mail");
                }
            }
            Err(error) => {
                failing = true;
                tracing::error!(%error, "the mailbox cannot be served now; trying again");
                pause(&mut backoff, &mut stop).await;
            }
        }
    }
}

async fn pause(backoff: &mut Backoff, stop: &mut watch::Receiver<bool>) {
    let jitter = random::<8>().map_or(0, u64::from_le_bytes);
    let time = backoff.next(jitter);
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        _ = stop.changed() => {}
    }
}

/// Sends what is due and does what time asks for.
async fn watch_outbox(office: &Office, decided: &Notify, mut stop: watch::Receiver<bool>) {
    let asked = stop.clone();
    let stopped = move || *asked.borrow();
    while !stopped() {
        let mut report = Report::default();
        if let Err(error) = work(office, &stopped, &mut report).await {
            tracing::error!(%error, "outbox and timers have to wait; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            () = decided.notified() => {}
            _ = stop.changed() => {}
        }
    }
}
