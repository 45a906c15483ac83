//! A mailbox on an IMAP4rev1 server, over TLS only.
//!
//! [`connect`] makes a connection and logs in, [`wire`] says commands and reads answers with a time limit, [`read`], [`moves`]
//! and [`wait`] are the three jobs. Commands are said raw and every answer is judged here: async-imap's own fetch ends
//! silently when the connection breaks or the server says NO, and its move keeps COPYUID to itself.
//!
//! A connection lives in [`Imap`] between calls and is taken out while one runs: whatever goes wrong, also a dropped
//! future, the next call starts from a fresh one.

mod connect;
mod folders;
mod moves;
mod read;
mod wait;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use self::wire::Live;
use super::error::MailboxError;
use super::name::same_folder;
use super::{Batch, Cursor, Destroyed, Head, Moved, Place, Probe, Wake};
use crate::domain::time::Date;

/// How the connection is made safe. There is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (port 993).
    Implicit,
    /// Plain first, then STARTTLS, and nothing else before it (port 143).
    StartTls,
}

/// What is said to log in.
#[derive(Debug, Clone)]
pub enum Secret {
    /// A password: LOGIN, or AUTHENTICATE PLAIN where the server wants that.
    Password(SecretString),
    /// An OAuth 2 access token: AUTHENTICATE XOAUTH2.
    Token(SecretString),
}

/// Time limits. The defaults are right outside tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For name look-up, connection, TLS, greeting and login together.
    pub connect: Duration,
    /// For one command; a large body gets a second more per 64 KiB.
    pub command: Duration,
    /// While waiting: so long without a sign of life, then the server is asked for one.
    pub keep_alive: Duration,
    /// How long it has to give it. With `keep_alive` less than two minutes.
    pub sign_of_life: Duration,
    /// How often a server that cannot announce mail is asked.
    pub poll: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            command: Duration::from_secs(60),
            keep_alive: Duration::from_secs(100),
            sign_of_life: Duration::from_secs(15),
            poll: Duration::from_secs(30),
        }
    }
}

/// Contract `[imap]`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host name as in the server's certificate.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is made safe.
    pub tls: Tls,
    /// Login name.
    pub username: String,
    /// Password or token.
    pub secret: Secret,
    /// Extra trust root, PEM.
    pub ca_file: Option<PathBuf>,
    /// The folder where mail arrives.
    pub inbox: String,
    /// Where case mails go; made if missing.
    pub case_folder: String,
    /// Folders to read besides the inbox, where they exist.
    pub also_read: Vec<String>,
    /// Larger messages are not read whole. Bytes.
    pub message_size: u64,
    /// Time limits.
    pub timing: Timing,
}

impl Settings {
    /// `host:port`, as errors name the server.
    #[must_use]
    pub fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// A mailbox on an IMAP server. Connects when it is first needed, and again after anything went wrong; pausing between
/// tries is the caller's part ([`super::Backoff`]).
#[derive(Debug)]
pub struct Imap {
    settings: Arc<Settings>,
    live: Option<Live>,
    /// The inbox's numbering and size when it was last looked at, so that mail that comes between reading and waiting
    /// is not slept through.
    inbox_seen: Option<wait::Seen>,
    /// The connection broke while mail was fetched: the next time one message at a time, so that if it is a message that
    /// breaks it, those before it get through and it can be named.
    careful: bool,
}

impl Imap {
    /// Makes a mailbox; nothing is connected yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), live: None, inbox_seen: None, careful: false }
    }

    /// A fresh access token, or a changed password, from the next connection on.
    pub fn set_secret(&mut self, secret: Secret) {
        let mut settings = Settings::clone(&self.settings);
        settings.secret = secret;
        self.settings = Arc::new(settings);
    }

    /// Takes the connection out of its place, or makes one.
    async fn take(&mut self) -> Result<Live, MailboxError> {
        match self.live.take() {
            Some(live) => Ok(live),
            None => Box::pin(connect::connect(&self.settings)).await,
        }
    }

    /// Puts the connection back if it is still in step with the server.
    fn keep(&mut self, live: Live) {
        if !live.broken {
            self.live = Some(live);
        }
    }

    /// See [`super::Mailbox::folders`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn folders(&mut self) -> Result<Vec<String>, MailboxError> {
        let mut live = self.take().await?;
        let settings = Arc::clone(&self.settings);
        let folders = live.names(true).await.map(|names| {
            let mut folders = vec![settings.inbox.clone()];
            for name in &settings.also_read {
                if names.has(name) && !folders.iter().any(|other| same_folder(other, name)) {
                    folders.push(name.clone());
                }
            }
            folders
        });
        self.keep(live);
        folders
    }

    /// See [`super::Mailbox::head`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn head(&mut self, folder: &str) -> Result<Head, MailboxError> {
        let mut live = self.take().await?;
        let head = read::head(&mut live, folder).await;
        self.keep(live);
        head
    }

    /// See [`super::Mailbox::fetch_after`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn fetch_after(
        &mut self,
        folder: &str,
        cursor: Option<Cursor>,
        most: usize,
    ) -> Result<Batch, MailboxError> {
        let mut live = self.take().await?;
        let most = if self.careful { 1 } else { most };
        let batch = Box::pin(read::fetch_after(&mut live, &self.settings, folder, cursor, most)).await;
        self.careful = live.broken;
        if batch.is_ok() && same_folder(folder, &self.settings.inbox) {
            self.inbox_seen = live.seen();
        }
        self.keep(live);
        batch
    }

    /// See [`super::Mailbox::move_to_case_folder`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn move_to_case_folder(&mut self, place: &Place) -> Result<Moved, MailboxError> {
        let mut live = self.take().await?;
        let moved = Box::pin(moves::relocate(&mut live, place, &self.settings.case_folder)).await;
        self.keep(live);
        moved
    }

    /// See [`super::Mailbox::move_back`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn move_back(&mut self, message_id: &str) -> Result<Moved, MailboxError> {
        let case_folder = self.settings.case_folder.clone();
        let places = self.find(&case_folder, message_id).await?;
        let Some(place) = places.first() else { return Ok(Moved::AlreadyGone) };
        let mut live = self.take().await?;
        let moved = Box::pin(moves::relocate(&mut live, place, &self.settings.inbox)).await;
        self.keep(live);
        moved
    }

    /// See [`super::Mailbox::find`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn find(&mut self, folder: &str, message_id: &str) -> Result<Vec<Place>, MailboxError> {
        let mut live = self.take().await?;
        let places = Box::pin(moves::find(&mut live, folder, message_id)).await;
        self.keep(live);
        places
    }

    /// See [`super::Mailbox::older_than`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn older_than(&mut self, folder: &str, day: Date) -> Result<Vec<Place>, MailboxError> {
        let mut live = self.take().await?;
        let places = Box::pin(moves::older_than(&mut live, folder, day)).await;
        self.keep(live);
        places
    }

    /// See [`super::Mailbox::destroy`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn destroy(&mut self, place: &Place) -> Result<Destroyed, MailboxError> {
        let mut live = self.take().await?;
        let destroyed = Box::pin(moves::destroy(&mut live, place)).await;
        self.keep(live);
        destroyed
    }

    /// See [`super::Mailbox::wait`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn wait(&mut self, most: Duration) -> Result<Wake, MailboxError> {
        let mut live = self.take().await?;
        let wake = Box::pin(wait::wait(&mut live, &self.settings, self.inbox_seen, most)).await;
        if wake.is_ok() {
            self.inbox_seen = live.seen();
        }
        self.keep(live);
        wake
    }

    /// See [`super::Mailbox::probe`].
    ///
    /// # Errors
    /// [`MailboxError`].
    pub async fn probe(&mut self) -> Result<Probe, MailboxError> {
        let mut live = self.take().await?;
        let probe = Box::pin(probe(&mut live, &self.settings)).await;
        self.keep(live);
        probe
    }

    /// See [`super::Mailbox::logout`].
    pub async fn logout(mut self) {
        if let Some(mut live) = self.live.take() {
            live.logout().await;
        }
    }
}

async fn probe(live: &mut Live, settings: &Settings) -> Result<Probe, MailboxError> {
    live.examine(&settings.inbox).await?;
    let messages = live.count();
    let can = live.can;
    let names = live.names(true).await?;
    Ok(Probe {
        server: settings.server(),
        idle: can.idle,
        moves: can.moves,
        uidplus: can.uidplus,
        messages,
        case_folder: names.has(&settings.case_folder),
        missing: settings.also_read.iter().filter(|name| !names.has(name)).cloned().collect(),
    })
}

#[cfg(test)]
mod tests;
