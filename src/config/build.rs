//! From the file as written to [`Config`]: defaults of contract.md, paths made absolute, and the rules that concern more
//! than one key.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::build_later;
use super::document::Document;
use super::error::ConfigError;
use super::later::{self, Later};
use super::raw;
use super::secret::{From, Secret};
use super::values::{Domain, FilePath, Host, Line, Period, Port, Zone};
use super::{
    Config, Database, Directory, ImapConfig, Processing, Resolver, Sink, SmtpConfig, Source, Tls, TrustConfig,
};
use crate::domain::address::Address;
use crate::domain::settings::{Automatic, Delays, Limits, Settings};
use crate::domain::time::{SignedDuration, TimeZone};

/// Where mails of a case go.
const CASE_FOLDER: &str = "Privacyverzoeken";
/// A megabyte.
pub(super) const MB: u64 = 1_000_000;

/// Builds; knows where keys stand and where paths start.
pub(super) struct Builder<'a> {
    /// The file, for lines in messages.
    pub document: &'a Document<'a>,
    /// The file's folder, absolute.
    pub folder: &'a Path,
}

/// A value, or what is wrong.
pub(super) type Built<T> = Result<T, ConfigError>;

impl Builder<'_> {
    /// The whole.
    pub(super) fn build(&self, raw: raw::Raw) -> Built<Config> {
        let settings = self.settings(raw.organisation, raw.automatic, raw.staff, (&raw.delays, &raw.limits))?;
        let resolver = self.resolver(raw.authentication.as_ref())?;
        let (processing, processing_en) = processing(raw.processing);
        Ok(Config {
            file: self.document.file().to_path_buf(),
            settings,
            source: self.source(raw.imap, raw.maildir)?,
            sink: self.sink(raw.smtp, raw.outbox)?,
            database: self.database(raw.database)?,
            directory: Directory { customers: raw.directory.customers.map(|path| self.path(&path)) },
            trust: raw.authentication.and_then(trust),
            resolver,
            processing,
            processing_en,
            letters_folder: raw.letters.folder.map(|path| self.path(&path)),
            message_size: raw.limits.message_size.map_or(40 * MB, |size| size.0),
            evidence_size: raw.limits.evidence_size.map_or(25 * MB, |size| size.0),
            later: Later {
                web: raw.web.map(|web| later::Web { listen: web.listen.0, public_url: web.public_url.0 }),
                monitoring: raw.monitoring.map(|part| later::Monitoring { listen: part.listen.0 }),
                moneybird: raw.moneybird.map(|part| self.moneybird(part)).transpose()?,
                kvk: raw.kvk.map(|part| self.kvk(part)),
                files: raw.files.map(|part| self.files(part)).transpose()?,
                hostnet: raw.hostnet.map(|part| later::Hostnet { domains: self.path(&part.domains) }),
                retention: raw.retention.as_ref().map(build_later::retention),
                evidence: raw.evidence.map(|part| self.evidence(part)),
            },
            warnings: Vec::new(),
        })
    }

    fn settings(
        &self,
        organisation: Option<raw::Organisation>,
        at_the_top: Option<Automatic>,
        staff: Option<raw::Staff>,
        (delays, limits): (&raw::Delays, &raw::Limits),
    ) -> Built<Settings> {
        let Some(organisation) = organisation else {
            return Err(self.missing("organisation", "with `name` and `address`"));
        };
        let Some(staff) = staff else {
            return Err(self.missing("staff", "with `addresses`, the people who decide by reply"));
        };
        if at_the_top.is_some() && organisation.automatic.is_some() {
            return Err(self.document.wrong(&["automatic"], "stands at the top and in [organisation]; remove one"));
        }
        let settings = Settings {
            name: organisation.name.0,
            address: organisation.address,
            aliases: self.addresses(["organisation", "aliases"], &organisation.aliases)?,
            zone: match organisation.timezone {
                Some(Zone(zone)) => zone,
                None => self.usual_zone()?,
            },
            automatic: organisation.automatic.or(at_the_top).unwrap_or_default(),
            staff: self.addresses(["staff", "addresses"], &staff.addresses)?,
            require_proven: staff.require_proven.unwrap_or(true),
            staff_language: staff.language,
            delays: self.delays(delays)?,
            limits: Limits {
                per_address_per_day: limits.automatic_mails_per_address_per_day.unwrap_or(5),
                per_hour_unproven: limits.automatic_mails_per_hour_unproven.unwrap_or(200),
                per_hour_proven: limits.automatic_mails_per_hour_proven.unwrap_or(2000),
            },
        };
        self.check_staff(&settings)?;
        Ok(settings)
    }

    /// The addresses of a list. The message names the line, not the address: it may end up in a log.
    fn addresses(&self, path: [&str; 2], texts: &[String]) -> Built<Vec<Address>> {
        let read = |(index, text): (usize, &String)| {
            let number = index + 1;
            let wrong =
                |why| self.document.wrong_item(&path, index, &format!("has an address (number {number}) that {why}"));
            Address::parse(text).map_err(wrong)
        };
        texts.iter().enumerate().map(read).collect()
    }

    /// Policy §4: mail to a staff address that is the watched one would come back as a request, for ever.
    fn check_staff(&self, settings: &Settings) -> Built<()> {
        const PATH: [&str; 2] = ["staff", "addresses"];
        if settings.staff.is_empty() {
            return Err(self.document.wrong(&PATH, "is empty; name at least one person who decides by reply"));
        }
        if let Some(index) = settings.staff.iter().position(|address| settings.is_ours(address)) {
            let message = "holds the watched address or an alias of it; staff mail would come back as a request; name \
                           another mailbox";
            return Err(self.document.wrong_item(&PATH, index, message));
        }
        Ok(())
    }

    fn usual_zone(&self) -> Built<TimeZone> {
        TimeZone::get("Europe/Amsterdam").map_err(|_| {
            let message = "[organisation] has no `timezone`, and Europe/Amsterdam is not known to this system; install \
                           the package tzdata";
            self.document.error(&["organisation"], message.to_owned())
        })
    }

    fn delays(&self, raw: &raw::Delays) -> Built<Delays> {
        let identity = raw.identity.unwrap_or(Period::days(21)).whole_days();
        let identity_days = identity.and_then(|days| u16::try_from(days).ok()).filter(|days| (1..=365).contains(days));
        let wrong = || self.document.wrong(&["delays", "identity"], "must be whole days, \"1d\" to \"365d\"");
        Ok(Delays {
            identity_days: identity_days.ok_or_else(wrong)?,
            identity_reminder: or(raw.identity_reminder, Period::days(10)),
            confirmation: or(raw.confirmation, Period::days(14)),
            owner_notice: or(raw.owner_notice, Period::hours(72)),
            young_address: or(raw.young_address, Period::days(7)),
            erasure: or(raw.erasure, Period::hours(24)),
            repeat: or(raw.repeat, Period::hours(24)),
        })
    }

    fn source(&self, imap: Option<raw::Imap>, maildir: Option<raw::Maildir>) -> Built<Source> {
        match (imap, maildir) {
            (Some(imap), None) => self.imap(imap).map(Source::Imap),
            (None, Some(maildir)) => Ok(Source::Maildir {
                path: self.path(&maildir.path),
                case_folder: maildir
                    .case_folder
                    .map_or(CASE_FOLDER.to_owned(), |name| name.0.trim_start_matches('.').to_owned()),
            }),
            (Some(_), Some(_)) => Err(self.both("imap", "maildir", "mail is read from one place")),
            (None, None) => Err(self.missing("imap", "with the mailbox to watch (or [maildir] with `path`)")),
        }
    }

    fn imap(&self, raw: raw::Imap) -> Built<ImapConfig> {
        let inbox = raw.inbox.map_or("INBOX".to_owned(), |name| name.0);
        let case_folder = raw.case_folder.map_or(CASE_FOLDER.to_owned(), |name| name.0);
        let also_read: Vec<String> = raw.also_read.into_iter().map(|name| name.0).collect();
        if inbox.eq_ignore_ascii_case(&case_folder) {
            let message = "is the inbox itself; mails of a case need a folder of their own";
            return Err(self.document.wrong(&["imap", "case_folder"], message));
        }
        if let Some(index) = also_read.iter().position(|name| *name == case_folder || name.eq_ignore_ascii_case(&inbox))
        {
            let message = "holds the inbox or the case folder; name only further folders such as \"Junk\"";
            return Err(self.document.wrong_item(&["imap", "also_read"], index, message));
        }
        Ok(ImapConfig {
            host: raw.host.0,
            port: port(raw.port, raw.tls, (993, 143)),
            tls: raw.tls,
            username: raw.username.0,
            secret: self.password("imap", raw.password_file, raw.token_command)?,
            ca_file: self.ca_file("imap", raw.ca_file)?,
            inbox,
            case_folder,
            also_read,
            start: raw.start,
        })
    }

    fn sink(&self, smtp: Option<raw::Smtp>, outbox: Option<raw::Outbox>) -> Built<Sink> {
        match (smtp, outbox) {
            (Some(raw), None) => Ok(Sink::Smtp(SmtpConfig {
                host: raw.host.0,
                port: port(raw.port, raw.tls, (465, 587)),
                tls: raw.tls,
                username: raw.username.0,
                secret: self.password("smtp", raw.password_file, raw.token_command)?,
                ca_file: self.ca_file("smtp", raw.ca_file)?,
            })),
            (None, Some(outbox)) => Ok(Sink::Folder { path: self.path(&outbox.path) }),
            (Some(_), Some(_)) => Err(self.both("smtp", "outbox", "mail goes one way out")),
            (None, None) => Err(self.missing("smtp", "with the server that sends (or [outbox] with `path`)")),
        }
    }

    fn database(&self, raw: raw::Database) -> Built<Database> {
        let written = raw.url.map_or("sqlite://privacyloket.db".to_owned(), |url| url.0);
        let key_file = self.path(raw.key_file.as_deref().unwrap_or(Path::new("privacyloket.key")));
        let url = if let Some(rest) = written.strip_prefix("sqlite://") {
            self.sqlite_url(rest)
        } else if written.starts_with("postgres://") || written.starts_with("postgresql://") {
            Some(written)
        } else {
            None
        };
        // The URL itself is not shown: it may hold a password.
        let wrong = || {
            let message = "is no address of a database; write \"sqlite://FILE\" or \"postgres://USER@HOST/DATABASE\"";
            self.document.wrong(&["database", "url"], message)
        };
        Ok(Database { url: url.ok_or_else(wrong)?, key_file })
    }

    /// `sqlite://` and the absolute path, what has a meaning in a URL written as %XX; options after `?` stay.
    fn sqlite_url(&self, rest: &str) -> Option<String> {
        if rest.is_empty() || rest.starts_with('?') {
            return None;
        }
        if rest.starts_with('/') || rest.starts_with(":memory:") {
            return Some(format!("sqlite://{rest}"));
        }
        let mut url = "sqlite://".to_owned();
        for c in self.folder.to_str()?.trim_end_matches('/').chars() {
            match c {
                '%' => url.push_str("%25"),
                '?' => url.push_str("%3F"),
                '#' => url.push_str("%23"),
                ' ' => url.push_str("%20"),
                other => url.push(other),
            }
        }
        url.push('/');
        url.push_str(rest);
        Some(url)
    }

    fn resolver(&self, raw: Option<&raw::Authentication>) -> Built<Resolver> {
        let Some(Line(text)) = raw.and_then(|raw| raw.resolver.as_ref()) else { return Ok(Resolver::System) };
        if text == "off" {
            return Ok(Resolver::Off);
        }
        let with_port = text.parse::<SocketAddr>().ok().filter(|address| address.port() != 0);
        let bare = || text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 53));
        with_port.or_else(bare).map(Resolver::Server).ok_or_else(|| {
            let message = "must be \"off\" or an address such as \"127.0.0.1:5353\"; leave it out for the system's";
            self.document.wrong(&["authentication", "resolver"], message)
        })
    }

    fn password(&self, section: &str, file: Option<FilePath>, command: Option<Line>) -> Built<Secret> {
        match (file, command) {
            (Some(file), None) => Ok(self.secret_file(section, "password_file", &file)),
            (None, Some(_)) => Ok(self.secret(section, "token_command", From::Command)),
            (Some(_), Some(_)) => {
                let message = "stands beside `password_file`; remove one of the two";
                Err(self.document.wrong(&[section, "token_command"], message))
            }
            (None, None) => {
                let message = format!(
                    "[{section}] has no `password_file`; add a line `password_file = \"{section}.password\"` to this \
                     section and write the password into that file"
                );
                Err(self.document.error(&[section], message))
            }
        }
    }

    pub(super) fn secret_file(&self, section: &str, key: &str, path: &Path) -> Secret {
        self.secret(section, key, From::File(self.path(path)))
    }

    fn secret(&self, section: &str, key: &str, from: From) -> Secret {
        Secret {
            from,
            file: self.document.file().to_path_buf(),
            line: self.document.line(&[section, key]),
            key: format!("`{key}` in [{section}]"),
        }
    }

    fn ca_file(&self, section: &str, path: Option<FilePath>) -> Built<Option<PathBuf>> {
        let Some(path) = path.map(|path| self.path(&path)) else { return Ok(None) };
        match std::fs::File::open(&path) {
            Ok(_) => Ok(Some(path)),
            Err(error) => {
                let message = format!(
                    "names {}, which cannot be read ({error}); correct the path, or remove the key if the server has a \
                     public certificate",
                    path.display()
                );
                Err(self.document.wrong(&[section, "ca_file"], &message))
            }
        }
    }

    pub(super) fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    fn missing(&self, section: &str, what: &str) -> ConfigError {
        self.document.error(&[], format!("there is no section [{section}]; add [{section}] {what}"))
    }

    fn both(&self, one: &str, other: &str, why: &str) -> ConfigError {
        self.document.error(&[other], format!("[{one}] and [{other}] are both there; {why}, so remove one of the two"))
    }
}

pub(super) fn or(period: Option<Period>, usual: Period) -> SignedDuration {
    period.unwrap_or(usual).0
}

fn port(written: Option<Port>, tls: Tls, (implicit, starttls): (u16, u16)) -> u16 {
    written.map_or(
        match tls {
            Tls::Implicit => implicit,
            Tls::Starttls => starttls,
        },
        |port| port.0,
    )
}

fn trust(raw: raw::Authentication) -> Option<TrustConfig> {
    let authserv_id = raw.authserv_id?.0;
    let border = raw.border.map(|names| names.into_iter().map(|Host(name)| name).collect());
    Some(TrustConfig {
        border: border.unwrap_or_else(|| vec![authserv_id.to_lowercase()]),
        own_domains: raw.own_domains.into_iter().map(|Domain(name)| name).collect(),
        authserv_id,
    })
}

fn processing(raw: raw::Processing) -> (Processing, Option<Processing>) {
    let lines = |lines: Vec<Line>| lines.into_iter().map(|line| line.0).collect();
    let english = raw.en.map(|en| Processing {
        purposes: lines(en.purposes),
        categories: lines(en.categories),
        grounds: lines(en.grounds),
        retention: lines(en.retention),
        recipients: lines(en.recipients),
        origin: lines(en.origin),
    });
    let dutch = Processing {
        purposes: lines(raw.purposes),
        categories: lines(raw.categories),
        grounds: lines(raw.grounds),
        retention: lines(raw.retention),
        recipients: lines(raw.recipients),
        origin: lines(raw.origin),
    };
    (dutch, english)
}
