//! `privacyloket check`: does everything that the service needs answer? One line each. Never sends mail, never changes the
//! mailbox, makes no key and no database.

use std::path::Path;

use anstyle::Style;

use super::output::{self, BAD, CARE, GOOD};
use super::{CliError, FAILED, Place};
use crate::app;
use crate::config::{Resolver, Sink, Source};
use crate::domain::language::LetterLanguage;
use crate::io::directory::CsvFile;
use crate::io::key::Key;
use crate::io::mailbox::Probe;
use crate::io::store::log::Chain;
use crate::io::store::{Store, StoreError, sqlite_file};

/// What the lines say together.
#[derive(Default)]
struct Findings {
    failed: usize,
    warned: usize,
}

impl Findings {
    fn ok(&mut self, what: &str, text: &str) -> std::io::Result<()> {
        line(GOOD, "ok", what, text)
    }

    fn warn(&mut self, what: &str, text: &str) -> std::io::Result<()> {
        self.warned = self.warned.saturating_add(1);
        line(CARE, "warn", what, text)
    }

    fn fail(&mut self, what: &str, text: &str) -> std::io::Result<()> {
        self.failed = self.failed.saturating_add(1);
        line(BAD, "fail", what, text)
    }
}

fn line(style: Style, word: &str, what: &str, text: &str) -> std::io::Result<()> {
    output::result(&format!("{style}{word:4}{style:#}  {what:13}  {}", output::clean(text, 600)))
}

/// Looks at everything; 1 when something does not work.
///
/// # Errors
/// [`CliError::Output`].
pub async fn check(place: &Place) -> Result<u8, CliError> {
    let mut findings = Findings::default();
    configuration(place, &mut findings)?;
    secrets(place, &mut findings)?;
    Box::pin(database(place, &mut findings)).await?;
    customers(place, &mut findings)?;
    processing(place, &mut findings)?;
    letters(place, &mut findings)?;
    Box::pin(mailbox(place, &mut findings)).await?;
    Box::pin(sending(place, &mut findings)).await?;
    let Findings { failed, warned } = findings;
    output::say(&match (failed, warned) {
        (0, 0) => "everything answers".to_owned(),
        (0, warned) => format!("everything answers; {} to know of", count(warned, "thing")),
        (failed, _) => format!("{} must be mended first", count(failed, "thing")),
    });
    Ok(if failed == 0 { 0 } else { FAILED })
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// The file loaded, or we were not here; what it allows but should be known.
fn configuration(place: &Place, findings: &mut Findings) -> Result<(), CliError> {
    let config = &place.config;
    let settings = &config.settings;
    findings.ok("configuration", &config.file.display().to_string())?;
    // Loading refuses an empty list, and one with the watched address or an alias in it.
    let staff = if settings.staff.len() == 1 { "1 address" } else { &format!("{} addresses", settings.staff.len()) };
    findings.ok("staff", &format!("{staff}, none of them the watched one"))?;
    if let Some(trust) = &config.trust {
        findings.ok("authenticity", &format!("the findings of {} count", trust.authserv_id))?;
    }
    if let Resolver::Server(server) = config.resolver {
        findings.warn("resolver", &format!("{server} is read, but this version makes no DNS look-ups of its own"))?;
    }
    for warning in config.warnings.iter().filter(|warning| !said_elsewhere(warning)) {
        findings.warn("configuration", warning)?;
    }
    Ok(())
}

/// Warnings about things that have a line of their own here.
fn said_elsewhere(warning: &str) -> bool {
    ["[processing]", "[directory]", "[maildir]"].iter().any(|section| warning.starts_with(section))
}

fn secrets(place: &Place, findings: &mut Findings) -> Result<(), CliError> {
    let secrets = place.config.secrets();
    let mut good: usize = 0;
    for secret in &secrets {
        match secret.read(place.credentials.as_deref()) {
            Ok(_) => good = good.saturating_add(1),
            Err(error) => findings.fail("secrets", &error.to_string())?,
        }
    }
    if good > 0 || secrets.is_empty() {
        let text = if secrets.is_empty() { "none needed".to_owned() } else { format!("{good} can be read") };
        findings.ok("secrets", &text)?;
    }
    Ok(())
}

/// The key and the database belong together: a database without its key is as good as lost.
async fn database(place: &Place, findings: &mut Findings) -> Result<(), CliError> {
    let (url, key_file) = (&place.config.database.url, &place.config.database.key_file);
    let file = sqlite_file(url);
    let there = file.as_ref().is_none_or(|file| file.exists());
    let key = if key_file.exists() {
        match Key::load_or_create(key_file) {
            Ok(key) => {
                findings.ok("key", &key_file.display().to_string())?;
                Some(key)
            }
            Err(error) => {
                findings.fail("key", &error.to_string())?;
                return Ok(());
            }
        }
    } else if there && file.is_some() {
        let key = key_file.display();
        findings.fail("key", &format!("{key} is not there, but the database is; restore it from its backup"))?;
        return Ok(());
    } else {
        writable(findings, "key", key_file, "made at the first start")?;
        None
    };
    if let Some(file) = &file {
        if !there {
            writable(findings, "database", file, "made at the first start")?;
            return Ok(());
        }
        if let Err(error) = std::fs::OpenOptions::new().append(true).open(file) {
            let text = format!("{} cannot be written ({error}); give it to the service's user", file.display());
            findings.fail("database", &text)?;
            return Ok(());
        }
        if let Err(error) = try_to_write(file) {
            let folder = file.parent().unwrap_or(Path::new("/")).display();
            let text = format!(
                "SQLite needs to write beside its file: {folder}: {error}; give the folder to the service's user"
            );
            findings.fail("database", &text)?;
            return Ok(());
        }
    }
    let known = key.is_some();
    match chain(url, key.unwrap_or_else(|| Key::of_bytes([0; 32]))).await {
        Ok((kind, Chain::Whole { rows, .. })) => {
            findings
                .ok("database", &format!("{kind} opens, its tables are of this version, log whole ({rows} rows)"))?;
        }
        Ok((_, Chain::Broken { .. })) if !known => {
            let key = key_file.display();
            findings
                .fail("key", &format!("{key} is not there, but the database has a log; restore it from its backup"))?;
        }
        Ok((_, Chain::Broken { row })) => {
            let text = format!(
                "row {row} of the log does not fit: it was changed, or the key is another one; compare with a backup"
            );
            findings.fail("database", &text)?;
        }
        Err(error) => {
            let text = format!("{error}; check [database] url, and whether the database runs and this user may use it");
            findings.fail("database", &text)?;
        }
    }
    Ok(())
}

/// Opens it as the service would, which brings its tables up to date, and checks the log.
async fn chain(url: &str, key: Key) -> Result<(&'static str, Chain), StoreError> {
    let store = Store::open(url, key).await?;
    let chain = store.begin().await?.verify_log().await;
    let kind = store.kind();
    store.close().await;
    Ok((kind, chain?))
}

fn writable(findings: &mut Findings, what: &str, file: &Path, when: &str) -> std::io::Result<()> {
    match try_to_write(file) {
        Ok(()) => findings.ok(what, &format!("{} is {when}", file.display())),
        Err(error) => {
            let folder = file.parent().unwrap_or(Path::new("/")).display();
            findings.fail(
                what,
                &format!("{folder} cannot be written ({error}); make it, and give it to the service's user"),
            )
        }
    }
}

/// Whether a file can be made beside this one. What is made is gone again.
fn try_to_write(file: &Path) -> std::io::Result<()> {
    let mut probe = file.as_os_str().to_owned();
    probe.push(format!(".probe-{}", std::process::id()));
    std::fs::File::create_new(&probe)?;
    std::fs::remove_file(&probe)
}

fn customers(place: &Place, findings: &mut Findings) -> Result<(), CliError> {
    let Some(file) = &place.config.directory.customers else {
        findings.warn("customers", "[directory] names no list: every sender counts as unknown")?;
        return Ok(());
    };
    match CsvFile::new(file.clone()).read() {
        Ok(list) if list.is_empty() => {
            findings.warn("customers", &format!("{} names nobody: every sender counts as unknown", file.display()))?;
        }
        Ok(list) => findings.ok("customers", &format!("{} in {}", count(list.len(), "customer"), file.display()))?,
        Err(error) => findings.fail("customers", &error.to_string())?,
    }
    Ok(())
}

/// Policy §6: without these texts an access answer lacks what art. 15(1) GDPR asks for.
fn processing(place: &Place, findings: &mut Findings) -> Result<(), CliError> {
    let missing = place.config.processing.missing();
    if missing.is_empty() {
        findings.ok("processing", "all texts of an access answer are there")?;
    } else {
        let keys = missing.join(", ");
        findings.fail(
            "processing",
            &format!("[processing] lacks {keys}; write them, an access answer needs them (art. 15(1) GDPR)"),
        )?;
    }
    match &place.config.processing_en {
        Some(english) if !english.missing().is_empty() => {
            let keys = english.missing().join(", ");
            findings.fail("processing", &format!("[processing.en] lacks {keys}; write them, or remove the section"))?;
        }
        Some(_) => {}
        None => findings.warn("processing", "[processing.en] is absent: answers in English carry the Dutch texts")?,
    }
    Ok(())
}

fn letters(place: &Place, findings: &mut Findings) -> Result<(), CliError> {
    let rendered = app::letters(&place.config).map_err(|error| error.to_string()).and_then(|letters| {
        let all = [LetterLanguage::Nl, LetterLanguage::En].map(|language| letters.samples(language));
        let [nl, en] = all.map(|samples| samples.map(|samples| samples.len()).map_err(|error| error.to_string()));
        Ok(nl?.saturating_add(en?))
    });
    match rendered {
        Ok(samples) => findings.ok("letters", &format!("all can be written ({samples} samples, Dutch and English)"))?,
        Err(error) => findings.fail("letters", &format!("{error}; correct it, or remove the file from [letters]"))?,
    }
    Ok(())
}

async fn mailbox(place: &Place, findings: &mut Findings) -> Result<(), CliError> {
    let config = &place.config;
    if let Source::Maildir { path, .. } = &config.source
        && !path.is_dir()
    {
        let text = format!("{} is not a folder; correct `path` in [maildir], or make it", path.display());
        return Ok(findings.fail("mailbox", &text)?);
    }
    let mut mailbox = match app::mailbox(config, place.credentials.as_deref()) {
        Ok(mailbox) => mailbox,
        // A missing password has its line already.
        Err(_) => return Ok(findings.fail("mailbox", "not tried: its password cannot be read, see secrets")?),
    };
    let probe = mailbox.probe().await;
    mailbox.logout().await;
    match probe {
        Ok(probe) => found(place, &probe, findings)?,
        Err(error) => findings.fail("mailbox", &error.to_string())?,
    }
    Ok(())
}

fn found(place: &Place, probe: &Probe, findings: &mut Findings) -> Result<(), CliError> {
    let (case_folder, imap) = match &place.config.source {
        Source::Imap(imap) => (&imap.case_folder, true),
        Source::Maildir { case_folder, .. } => (case_folder, false),
    };
    let login = if imap { "login good, " } else { "" };
    let messages = count(usize::try_from(probe.messages).unwrap_or(usize::MAX), "message");
    findings.ok("mailbox", &format!("{}: {login}{messages} in the inbox", probe.server))?;
    let folder = if probe.case_folder { "is there" } else { "is made with the first case" };
    findings.ok("case folder", &format!("{case_folder} {folder}"))?;
    if imap && !probe.idle {
        findings.warn("mailbox", "the server has no IDLE: new mail is noticed after a minute, not at once")?;
    }
    if imap && !probe.uidplus {
        findings.warn("mailbox", "the server has no UIDPLUS: a message can be marked as deleted, not removed")?;
    }
    if imap && !probe.moves && !probe.uidplus {
        findings.warn("mailbox", "the server has no MOVE: a moved mail stays in the inbox, marked as deleted")?;
    }
    for name in &probe.missing {
        let text = format!("there is no folder {name}: it is read once it is there; or correct `also_read` in [imap]");
        findings.warn("also_read", &text)?;
    }
    Ok(())
}

async fn sending(place: &Place, findings: &mut Findings) -> Result<(), CliError> {
    let what = match &place.config.sink {
        Sink::Smtp(smtp) if smtp.secret.read(place.credentials.as_deref()).is_err() => {
            return Ok(findings.fail("smtp", "not tried: its password cannot be read, see secrets")?);
        }
        Sink::Smtp(_) => "smtp",
        // Made here it would belong to whoever looks, not to the service.
        Sink::Folder { path } if !path.exists() => {
            return Ok(writable(findings, "outbox", path, "made with the first letter")?);
        }
        Sink::Folder { .. } => "outbox",
    };
    let postman = match app::postman(&place.config, place.credentials.as_deref()) {
        Ok(postman) => postman,
        Err(error) => return Ok(findings.fail(what, &format!("{error}; check [{what}]"))?),
    };
    match postman.probe().await {
        Ok(answered) => findings.ok(what, &answered)?,
        Err(error) => findings.fail(what, &format!("{}; check [{what}]", error.reason()))?,
    }
    Ok(())
}
