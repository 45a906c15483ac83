//! A local Maildir++ as mailbox (contract `[maildir]`): for the demo, for tests, and for a host that reads its own disk.
//!
//! The inbox is `new` and `cur` of the path, another folder is `.Name` in it. Reading moves nothing from `new` to `cur`; a
//! mail is read where it lies. Receipt is the file's modification time.

mod files;
mod uidlist;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use self::files::{
    Found, file_of, gone_is_fine, has_message_id, header_end, list_files, move_file, read_at_most, sync_directory,
};
use self::uidlist::UidList;
use super::error::MailboxError;
use super::name::{is_sayable, modified_utf7, same_folder};
use super::{
    BATCH_BYTES, Batch, Cursor, Destroyed, Fetched, HEAD_KEPT, Head, Moved, Place, Probe, TEXT_KEPT, Wake,
    head_of_large,
};
use crate::domain::time::{Date, TimeZone, Timestamp, day_of};

/// How the inbox is called.
pub const INBOX: &str = "INBOX";
/// How often a waiting reader looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Where the Maildir is and what to read of it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder that holds `new`, `cur` and `tmp`. Must exist; what is missing in it is made.
    pub path: PathBuf,
    /// Where case mails go.
    pub case_folder: String,
    /// Folders to read besides the inbox.
    pub also_read: Vec<String>,
    /// Larger messages are not read whole. Bytes.
    pub message_size: u64,
}

/// A local Maildir++.
#[derive(Debug, Clone)]
pub struct Maildir {
    settings: Arc<Settings>,
}

impl Maildir {
    /// A Maildir; nothing is touched yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings) }
    }

    /// See [`super::Mailbox::folders`].
    #[must_use]
    pub fn folders(&self) -> Vec<String> {
        let mut folders = vec![INBOX.to_owned()];
        for name in &self.settings.also_read {
            let exists = self.settings.directory(name).is_ok_and(|path| path.join("cur").is_dir());
            if exists && !folders.iter().any(|other| same_folder(other, name)) {
                folders.push(name.clone());
            }
        }
        folders
    }

    /// See [`super::Mailbox::head`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`] or [`MailboxError::NoFolder`].
    pub async fn head(&self, folder: &str) -> Result<Head, MailboxError> {
        self.on_disk(folder, "numbering a folder", |settings, folder| {
            let (list, _) = settings.scan(folder)?;
            Ok(Head { uid_validity: list.uid_validity, uid_next: list.uid_next })
        })
        .await
    }

    /// See [`super::Mailbox::fetch_after`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`], [`MailboxError::NoFolder`] or [`MailboxError::Unreadable`].
    pub async fn fetch_after(&self, folder: &str, after: Option<Cursor>, most: usize) -> Result<Batch, MailboxError> {
        let name = folder.to_owned();
        let read =
            self.on_disk(folder, "reading a folder", move |settings, path| settings.read(&name, path, after, most));
        match read.await? {
            Ok(batch) => Ok(batch),
            Err(place) => Err(MailboxError::Unreadable {
                server: self.settings.path.display().to_string(),
                folder: place.folder,
                uid_validity: place.uid_validity,
                uid: place.uid,
            }),
        }
    }

    /// See [`super::Mailbox::move_to_case_folder`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`] or [`MailboxError::NoFolder`].
    pub async fn move_to_case_folder(&self, place: &Place) -> Result<Moved, MailboxError> {
        self.relocate(place, &self.settings.case_folder).await
    }

    /// See [`super::Mailbox::move_back`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`] or [`MailboxError::NoFolder`].
    pub async fn move_back(&self, message_id: &str) -> Result<Moved, MailboxError> {
        match self.find(&self.settings.case_folder, message_id).await?.first() {
            Some(place) => self.relocate(place, INBOX).await,
            None => Ok(Moved::AlreadyGone),
        }
    }

    /// See [`super::Mailbox::find`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`].
    pub async fn find(&self, folder: &str, message_id: &str) -> Result<Vec<Place>, MailboxError> {
        let id = message_id.to_owned();
        self.search(folder, move |file| {
            read_at_most(&file.path, HEAD_KEPT).is_ok_and(|head| has_message_id(&head, &id))
        })
        .await
    }

    /// See [`super::Mailbox::older_than`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`].
    pub async fn older_than(&self, folder: &str, day: Date) -> Result<Vec<Place>, MailboxError> {
        self.search(folder, move |file| {
            Timestamp::try_from(file.modified).is_ok_and(|moment| day_of(moment, &TimeZone::UTC) < day)
        })
        .await
    }

    async fn search(
        &self,
        folder: &str,
        wanted: impl Fn(&Found) -> bool + Send + 'static,
    ) -> Result<Vec<Place>, MailboxError> {
        if !self.settings.directory(folder)?.join("cur").is_dir() {
            return Ok(Vec::new());
        }
        let name = folder.to_owned();
        self.on_disk(folder, "looking for messages", move |settings, path| {
            let (list, files) = settings.scan(path)?;
            let found = files.iter().filter(|file| wanted(file)).filter_map(|file| list.uid_of(&file.base));
            let mut uids: Vec<u32> = found.collect();
            uids.sort_unstable();
            let place = |uid| Place { folder: name.clone(), uid_validity: list.uid_validity, uid };
            Ok(uids.into_iter().map(place).collect())
        })
        .await
    }

    /// See [`super::Mailbox::destroy`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`] or [`MailboxError::NoFolder`].
    pub async fn destroy(&self, place: &Place) -> Result<Destroyed, MailboxError> {
        let place = place.clone();
        self.on_disk(&place.folder.clone(), "removing a message", move |settings, path| {
            let (list, files) = settings.scan(path)?;
            if list.uid_validity != place.uid_validity {
                return Ok(Destroyed::Renumbered);
            }
            if let Some(file) = file_of(&list, &files, place.uid) {
                gone_is_fine(fs::remove_file(&file.path))?;
                sync_directory(file.path.parent())?;
            }
            Ok(Destroyed::Gone)
        })
        .await
    }

    /// See [`super::Mailbox::wait`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`].
    pub async fn wait(&self, most: Duration) -> Result<Wake, MailboxError> {
        let until = tokio::time::Instant::now().checked_add(most);
        let mut looked: Option<Look> = None;
        loop {
            let before = looked.clone();
            let (news, look) = self.on_disk(INBOX, "waiting for mail", move |_, path| look(path, before)).await?;
            if news {
                return Ok(Wake::Mail);
            }
            looked = Some(look);
            let now = tokio::time::Instant::now();
            match until {
                Some(until) if until <= now => return Ok(Wake::Time),
                Some(until) => tokio::time::sleep(LOOK_EVERY.min(until.duration_since(now))).await,
                None => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    }

    /// See [`super::Mailbox::probe`].
    ///
    /// # Errors
    /// [`MailboxError::Disk`].
    pub async fn probe(&self) -> Result<Probe, MailboxError> {
        let folders = self.folders();
        let missing = self.settings.also_read.iter().filter(|name| !folders.contains(name)).cloned().collect();
        let case_folder = self.settings.directory(&self.settings.case_folder)?.join("cur").is_dir();
        let messages = self.on_disk(INBOX, "looking at the inbox", |_, path| Ok(list_files(path)?.len())).await?;
        Ok(Probe {
            server: self.settings.path.display().to_string(),
            idle: false,
            moves: true,
            uidplus: true,
            messages: u32::try_from(messages).unwrap_or(u32::MAX),
            case_folder,
            missing,
        })
    }

    async fn relocate(&self, place: &Place, to: &str) -> Result<Moved, MailboxError> {
        let target = self.settings.directory(to)?;
        let (place, to) = (place.clone(), to.to_owned());
        self.on_disk(&place.folder.clone(), "moving a message", move |settings, path| {
            let (list, files) = settings.scan(path)?;
            if list.uid_validity != place.uid_validity {
                return Ok(Moved::Renumbered);
            }
            let Some(file) = file_of(&list, &files, place.uid) else { return Ok(Moved::AlreadyGone) };
            settings.ensure(&target)?;
            let name = move_file(file, &target)?;
            let (list, _) = settings.scan(&target)?;
            let place = list.uid_of(&name).map(|uid| Place { folder: to, uid_validity: list.uid_validity, uid });
            Ok(Moved::Done { to: place, original_marked: false })
        })
        .await
    }

    /// Runs blocking work on a folder's directory.
    async fn on_disk<T: Send + 'static>(
        &self,
        folder: &str,
        doing: &'static str,
        work: impl FnOnce(&Settings, &Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, MailboxError> {
        let directory = self.settings.directory(folder)?;
        if !directory.is_dir() {
            return Err(MailboxError::NoFolder {
                server: self.settings.path.display().to_string(),
                folder: folder.to_owned(),
            });
        }
        let settings = Arc::clone(&self.settings);
        let disk = |why| MailboxError::Disk { path: self.settings.path.clone(), doing, why };
        match tokio::task::spawn_blocking(move || work(&settings, &directory)).await {
            Ok(result) => result.map_err(|error| disk(error.kind())),
            Err(_) => Err(disk(io::ErrorKind::Other)),
        }
    }
}

impl Settings {
    /// A folder's directory (Maildir++: `.Name`, levels joined by dots).
    fn directory(&self, folder: &str) -> Result<PathBuf, MailboxError> {
        if same_folder(folder, INBOX) {
            return Ok(self.path.clone());
        }
        if !is_sayable(folder) || folder.split(['.', '/']).any(str::is_empty) {
            return Err(MailboxError::BadName { what: "a folder name" });
        }
        let name = folder.split('/').map(modified_utf7).collect::<Vec<_>>().join(".");
        Ok(self.path.join(format!(".{name}")))
    }

    /// Makes what a folder needs.
    fn ensure(&self, directory: &Path) -> io::Result<()> {
        for sub in ["tmp", "new", "cur"] {
            fs::create_dir_all(directory.join(sub))?;
        }
        if directory != self.path {
            // Maildir++ marks a subfolder with this empty file.
            File::options().create(true).append(true).open(directory.join("maildirfolder"))?;
        }
        Ok(())
    }

    /// The folder's messages, all of them numbered.
    fn scan(&self, directory: &Path) -> io::Result<(UidList, Vec<Found>)> {
        self.ensure(directory)?;
        // Another process (a command beside the service) must not number at the same time. Unlocked when dropped.
        let lock = File::open(directory)?;
        lock.lock()?;
        let mut list = UidList::open(directory)?;
        let mut files = list_files(directory)?;
        files.sort_by(|a, b| (a.modified, &a.base).cmp(&(b.modified, &b.base)));
        let names: Vec<String> = files.iter().map(|file| file.base.clone()).collect();
        list.number(&names)?;
        list.tidy(&names.iter().map(String::as_str).collect())?;
        Ok((list, files))
    }

    /// A batch, or the place of the message that cannot be read although it is there.
    fn read(
        &self,
        folder: &str,
        directory: &Path,
        after: Option<Cursor>,
        most: usize,
    ) -> io::Result<Result<Batch, Place>> {
        let (list, files) = self.scan(directory)?;
        let renumbered = after.is_some_and(|cursor| cursor.uid_validity != list.uid_validity);
        let mut last_uid = after.filter(|_| !renumbered).map_or(0, |cursor| cursor.last_uid);
        let mut bytes = 0_u64;
        let mut batch = Batch {
            messages: Vec::new(),
            cursor: Cursor { uid_validity: list.uid_validity, last_uid },
            more: false,
            renumbered,
        };
        let by_base: HashMap<&str, &Found> = files.iter().map(|file| (file.base.as_str(), file)).collect();
        for (uid, name) in list.after(last_uid) {
            let Some(found) = by_base.get(name) else { continue };
            bytes = bytes.saturating_add(found.size.min(self.message_size));
            let full = batch.messages.len() >= most || bytes > BATCH_BYTES;
            if full && !batch.messages.is_empty() {
                batch.more = true;
                return Ok(Ok(batch));
            }
            let place = Place { folder: folder.to_owned(), uid_validity: list.uid_validity, uid };
            match self.read_one(directory, found) {
                Ok(Some((raw, whole))) => {
                    let received = Timestamp::try_from(found.modified).ok();
                    batch.messages.push(Fetched { place, received, size: found.size, raw, whole });
                }
                Ok(None) => {}
                Err(_) if batch.messages.is_empty() => return Ok(Err(place)),
                Err(_) => {
                    batch.more = true;
                    return Ok(Ok(batch));
                }
            }
            last_uid = uid;
            batch.cursor.last_uid = last_uid;
        }
        Ok(Ok(batch))
    }

    /// The bytes, and whether they are all. None if the message is gone.
    fn read_one(&self, directory: &Path, found: &Found) -> io::Result<Option<(Vec<u8>, bool)>> {
        match self.read_file(&found.path, found.size) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => return other.map(Some),
        }
        // Somebody's mail program may have renamed it meanwhile (new to cur, or other flags).
        match list_files(directory)?.into_iter().find(|file| file.base == found.base) {
            Some(again) => self.read_file(&again.path, again.size).map(Some),
            None => Ok(None),
        }
    }

    fn read_file(&self, path: &Path, size: u64) -> io::Result<(Vec<u8>, bool)> {
        if size <= self.message_size {
            return Ok((fs::read(path)?, true));
        }
        let start = read_at_most(path, HEAD_KEPT.saturating_add(TEXT_KEPT))?;
        let end = header_end(&start).min(HEAD_KEPT);
        let (header, text) = start.split_at_checked(end).unwrap_or((&start, &[]));
        let text = text.get(..TEXT_KEPT).unwrap_or(text);
        Ok((head_of_large(header, text), false))
    }
}

/// A look at the inbox while waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    /// The dates of its directories.
    stamp: [Option<SystemTime>; 2],
    /// The dates were the same a look before: a file put in within the same tick of the file system's clock was seen too.
    settled: bool,
}

/// Whether there is mail without a number. Lists the files only if the directories changed.
fn look(path: &Path, before: Option<Look>) -> io::Result<(bool, Look)> {
    let stamp = ["new", "cur"].map(|sub| fs::metadata(path.join(sub)).and_then(|data| data.modified()).ok());
    let same = before.as_ref().is_some_and(|before| before.stamp == stamp);
    let look = Look { stamp, settled: same };
    if same && before.is_some_and(|before| before.settled) {
        return Ok((false, look));
    }
    let known = UidList::look(path)?;
    let knows = |file: &Found| known.as_ref().is_some_and(|list| list.uid_of(&file.base).is_some());
    Ok((!list_files(path)?.iter().all(knows), look))
}

#[cfg(test)]
mod tests;
