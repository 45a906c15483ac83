//! A local Maildir++ as mailbox (contract `[maildir]`): for the demo, for tests, and for a host that reads its own disk.
//!
//! The inbox is `new` and `cur` of the path, another folder is `.Name` in it. Reading moves nothing from `new` to `cur`; a
//! mail is read where it lies. Receipt is the file's modification time.

mod uidlist;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use self::uidlist::UidList;
use super::error::MailboxError;
use super::name::{is_sayable, modified_utf7, same_folder};
use super::{
    BATCH_BYTES, Batch, Cursor, Destroyed, Fetched, HEAD_KEPT, Head, Moved, Place, Probe, TEXT_KEPT, Wake,
    head_of_large,
};
use crate::domain::time::Timestamp;

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

/// A message file as found on disk.
#[derive(Debug, Clone)]
struct Found {
    /// The name up to `:2,`: what stays the same when flags change.
    base: String,
    path: PathBuf,
    modified: SystemTime,
    size: u64,
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
        if !self.settings.directory(folder)?.join("cur").is_dir() {
            return Ok(Vec::new());
        }
        let (name, id) = (folder.to_owned(), message_id.to_owned());
        self.on_disk(folder, "looking for a message", move |settings, path| {
            let (list, files) = settings.scan(path)?;
            let mut places = Vec::new();
            for file in files {
                let Ok(head) = read_at_most(&file.path, HEAD_KEPT) else { continue };
                if let (true, Some(uid)) = (has_message_id(&head, &id), list.uid_of(&file.base)) {
                    places.push(Place { folder: name.clone(), uid_validity: list.uid_validity, uid });
                }
            }
            Ok(places)
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
        let mut looked_at: Option<Vec<Option<SystemTime>>> = None;
        loop {
            let before = looked_at.clone();
            let (news, stamp) = self
                .on_disk(INBOX, "waiting for mail", move |settings, path| {
                    let stamp = ["new", "cur"]
                        .map(|sub| fs::metadata(path.join(sub)).and_then(|data| data.modified()).ok())
                        .to_vec();
                    if before.as_ref() == Some(&stamp) {
                        return Ok((false, stamp));
                    }
                    settings.ensure(path)?;
                    let list = UidList::open(path)?;
                    Ok((list_files(path)?.iter().any(|file| list.uid_of(&file.base).is_none()), stamp))
                })
                .await?;
            if news {
                return Ok(Wake::Mail);
            }
            looked_at = Some(stamp);
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
        let by_base: std::collections::HashMap<&str, &Found> =
            files.iter().map(|file| (file.base.as_str(), file)).collect();
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

/// The message files of a folder, each base name once. Only plain files: a link could lead out of the Maildir.
fn list_files(directory: &Path) -> io::Result<Vec<Found>> {
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    for sub in ["cur", "new"] {
        let entries = match fs::read_dir(directory.join(sub)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') || name.chars().any(char::is_control) {
                continue;
            }
            // Renamed or deleted since it was listed: the next look finds it, or nobody does.
            let Ok(data) = entry.metadata() else { continue };
            let base = name.split(":2,").next().unwrap_or(&name).to_owned();
            if data.is_file() && seen.insert(base.clone()) {
                files.push(Found { base, path: entry.path(), modified: data.modified()?, size: data.len() });
            }
        }
    }
    Ok(files)
}

fn file_of<'a>(list: &UidList, files: &'a [Found], uid: u32) -> Option<&'a Found> {
    let name = list.name_of(uid)?;
    files.iter().find(|file| file.base == name)
}

/// Moves a file into a folder's `cur` with its flags, atomically; returns its base name there.
fn move_file(file: &Found, target: &Path) -> io::Result<String> {
    let old = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let flags = old.split_once(":2,").map_or("", |(_, flags)| flags);
    let taken = list_files(target)?;
    let mut base = file.base.clone();
    while taken.iter().any(|other| other.base == base) {
        base.push_str(".again");
    }
    fs::rename(&file.path, target.join("cur").join(format!("{base}:2,{flags}")))?;
    sync_directory(Some(&target.join("cur")))?;
    Ok(base)
}

fn sync_directory(directory: Option<&Path>) -> io::Result<()> {
    directory.map_or(Ok(()), |path| File::open(path)?.sync_all())
}

fn gone_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn read_at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where the header ends: after the first empty line, or at the end.
fn header_end(raw: &[u8]) -> usize {
    let mut at = 0_usize;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        at = at.saturating_add(line.len());
        if line == b"\n" || line == b"\r\n" {
            return at;
        }
    }
    raw.len()
}

/// Whether the header names exactly this Message-ID (without angle brackets).
fn has_message_id(raw: &[u8], id: &str) -> bool {
    let header = raw.get(..header_end(raw)).unwrap_or(raw);
    let text = String::from_utf8_lossy(header).replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    text.lines().any(|line| {
        line.split_once(':').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("message-id")
                && value.trim().trim_start_matches('<').trim_end_matches('>') == id
        })
    })
}

#[cfg(test)]
mod tests;
