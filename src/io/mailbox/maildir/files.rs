//! Files of a Maildir folder: listing, finding, moving, and the little of their content that finding takes.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::uidlist::UidList;

/// A message file as found on disk.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The name up to `:2,`: what stays the same when flags change.
    pub(super) base: String,
    pub(super) path: PathBuf,
    pub(super) modified: SystemTime,
    pub(super) size: u64,
}

/// The message files of a folder, each base name once. Only plain files: a link could lead out of the Maildir.
pub(super) fn list_files(directory: &Path) -> io::Result<Vec<Found>> {
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

pub(super) fn file_of<'a>(list: &UidList, files: &'a [Found], uid: u32) -> Option<&'a Found> {
    let name = list.name_of(uid)?;
    files.iter().find(|file| file.base == name)
}

/// Moves a file into a folder's `cur` with its flags, atomically; returns its base name there.
pub(super) fn move_file(file: &Found, target: &Path) -> io::Result<String> {
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

pub(super) fn sync_directory(directory: Option<&Path>) -> io::Result<()> {
    directory.map_or(Ok(()), |path| File::open(path)?.sync_all())
}

pub(super) fn gone_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

pub(super) fn read_at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where the header ends: after the first empty line, or at the end.
pub(super) fn header_end(raw: &[u8]) -> usize {
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
pub(super) fn has_message_id(raw: &[u8], id: &str) -> bool {
    let header = raw.get(..header_end(raw)).unwrap_or(raw);
    let text = String::from_utf8_lossy(header).replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    text.lines().any(|line| {
        line.split_once(':').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("message-id")
                && value.trim().trim_start_matches('<').trim_end_matches('>') == id
        })
    })
}
