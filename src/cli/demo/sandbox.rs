//! The sandbox: a folder with a Maildir, a database, an outbox and a configuration; and the hands that put mail into it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::mails::{CUSTOMERS, Found, Sample};
use crate::app::{self, AppError, Report};
use crate::cli::CliError;
use crate::config::{self, Config};
use crate::domain::time::SignedDuration;
use crate::flow::Office;
use crate::intake::read;
use crate::io::clock::Clock;
use crate::io::mailbox::Mailbox;

/// The member of staff of the demo.
pub(super) const STAFF: &str = "privacy@craftcloud.example";

const CONFIGURATION: &str = r#"# The configuration of the demo. `privacyloket init` writes a commented one for real use.
automatic = "all"

[organisation]
name = "CraftCloud"
address = "info@craftcloud.example"

[maildir]
path = "mail"

[outbox]
path = "outbox"

[database]
url = "sqlite://privacyloket.db"
key_file = "privacyloket.key"

[directory]
customers = "customers.csv"

[staff]
addresses = ["privacy@craftcloud.example"]

[authentication]
authserv_id = "mx.craftcloud.example"
own_domains = ["craftcloud.example"]
resolver = "off"

[processing]
purposes = ["Je website, domein en e-mail leveren", "Facturen en offertes sturen"]
categories = ["Naam, adres, telefoon, e-mail", "KvK-nummer en IBAN", "Facturen en betalingen"]
grounds = ["Gerechtvaardigd belang: onze diensten aanbieden", "Wettelijke plicht: facturen bewaren"]
retention = ["Facturen: zeven jaar", "Overige gegevens: zolang je klant bent", "E-mail: twee jaar"]
recipients = ["Hostnet, voor domeinnamen", "Moneybird, voor facturen"]
origin = ["Van jezelf", "Het handelsregister van de Kamer van Koophandel"]
"#;

/// The sandbox with its program.
pub(super) struct Sandbox {
    folder: PathBuf,
    config: Config,
    /// Everything that the flows work with.
    pub office: Office,
    mailbox: Mailbox,
    written: usize,
    shown: usize,
}

/// One letter that went out.
pub(super) struct Sent {
    /// To whom.
    pub to: String,
    /// Which letter.
    pub kind: String,
    /// The case.
    pub case: Option<String>,
    /// Its Message-ID, for a reply.
    pub message_id: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

#[derive(Deserialize)]
struct Envelope {
    rcpt_to: String,
    case: Option<String>,
    kind: String,
}

impl Sandbox {
    /// Makes the sandbox in an empty or new folder.
    pub(super) async fn make(folder: &Path, clock: Clock) -> Result<Self, CliError> {
        let file = |error| CliError::File(folder.display().to_string(), error);
        fs::create_dir_all(folder).map_err(file)?;
        if fs::read_dir(folder).map_err(file)?.next().is_some() {
            return Err(CliError::Said(format!(
                "{} is not empty; name a new folder with --dir, or leave --dir out",
                folder.display()
            )));
        }
        for part in ["mail/new", "mail/cur", "mail/tmp", "outbox"] {
            fs::create_dir_all(folder.join(part)).map_err(file)?;
        }
        fs::write(folder.join("privacyloket.toml"), CONFIGURATION).map_err(file)?;
        fs::write(folder.join("customers.csv"), CUSTOMERS).map_err(file)?;
        let config = config::load(&folder.join("privacyloket.toml"))?;
        let office = app::open(&config, None, clock).await?;
        let mailbox = app::mailbox(&config, None)?;
        Ok(Self { folder: folder.to_owned(), config, office, mailbox, written: 0, shown: 0 })
    }

    /// A mail arrives.
    pub(super) fn deliver(&mut self, sample: &Sample) -> Result<(), CliError> {
        let (name, address) = sample.from;
        let domain = address.split('@').nth(1).unwrap_or_default();
        let found = match sample.found {
            Found::Signed => format!("dkim=pass header.d={domain}; dmarc=pass header.from={domain}"),
            Found::Nothing => "none".to_owned(),
            Found::Forged => format!("spf=fail smtp.mailfrom={domain}; dmarc=fail header.from={domain}"),
            Found::LoggedIn => format!("auth=pass smtp.auth={address}"),
        };
        self.written = self.written.saturating_add(1);
        let n = self.written;
        let date = self.office.clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000");
        let body = sample.text.replace('\n', "\r\n");
        let mail = format!(
            "Authentication-Results: mx.craftcloud.example; {found}\r\n\
             Received: from mail.{domain} by mx.craftcloud.example with ESMTPS; {date}\r\n\
             From: {name} <{address}>\r\nTo: info@craftcloud.example\r\nSubject: {}\r\nDate: {date}\r\n\
             Message-ID: <demo-{n}@{domain}>\r\n{}MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n",
            sample.subject, sample.headers
        );
        let file = self.folder.join(format!("mail/new/{n:04}.demo.sandbox"));
        fs::write(&file, mail).map_err(|error| CliError::File(file.display().to_string(), error))
    }

    /// Somebody replies to one of our letters, quoting it as mail programs do.
    pub(super) fn reply(
        &mut self,
        to: &Sent,
        from: (&'static str, &'static str),
        found: Found,
        words: &str,
    ) -> Result<(), CliError> {
        let quoted: String = to.text.lines().fold(String::new(), |all, line| all + "> " + line + "\n");
        let text = format!("{words}\n\nOp zondag schreef CraftCloud <info@craftcloud.example>:\n{quoted}");
        let headers = format!("In-Reply-To: <{}>\r\nReferences: <{}>\r\n", to.message_id, to.message_id);
        let subject = format!("Re: {}", to.subject);
        let sample = Sample {
            shows: "",
            from,
            found,
            subject: Box::leak(subject.into_boxed_str()),
            headers: Box::leak(headers.into_boxed_str()),
            text: Box::leak(text.into_boxed_str()),
        };
        self.deliver(&sample)
    }

    /// The program looks: reads, decides, sends.
    pub(super) async fn look(&mut self) -> Result<Report, AppError> {
        app::once(&self.office, &mut self.mailbox, &self.config).await
    }

    /// Days pass.
    pub(super) fn pass(&self, time: SignedDuration) {
        self.office.clock.advance(time);
    }

    /// What went out since the last time.
    pub(super) fn sent(&mut self) -> Result<Vec<Sent>, CliError> {
        let mut sent = Vec::new();
        loop {
            let n = self.shown.saturating_add(1);
            let path = self.folder.join(format!("outbox/{n:06}.eml"));
            let Ok(bytes) = fs::read(&path) else { return Ok(sent) };
            let envelope = fs::read(path.with_extension("json"))
                .map_err(|error| CliError::File(path.display().to_string(), error))?;
            let envelope: Envelope =
                serde_json::from_slice(&envelope).map_err(|error| CliError::Said(error.to_string()))?;
            let message = read(&bytes, true, bytes.len() as u64).message;
            self.shown = n;
            sent.push(Sent {
                to: envelope.rcpt_to,
                kind: envelope.kind,
                case: envelope.case,
                message_id: message.message_id.unwrap_or_default(),
                subject: message.subject,
                text: message.text,
            });
        }
    }

    /// Hands the sandbox over to the serving loop.
    pub(super) fn into_parts(self) -> (Office, Mailbox, Config) {
        (self.office, self.mailbox, self.config)
    }
}
