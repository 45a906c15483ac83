//! The file `customers.csv`: read at the start, and again when it changed.
//!
//! A broken new version never replaces a good old one: it is reported once and the caller keeps what it has.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use super::error::{DirectoryError, Mistake, Problem};
use super::rows;
use crate::domain::customer::Customer;

/// Megabytes that are read.
const MOST_MB: u64 = 64;

/// The file and what was last seen of it.
#[derive(Debug)]
pub struct CsvFile {
    path: PathBuf,
    /// What the file system said when `content` was read.
    stamp: Option<Stamp>,
    /// What was reported last; nothing before the first [`CsvFile::reload`].
    reported: Option<Seen>,
}

/// What [`CsvFile::reload`] found.
#[derive(Debug)]
pub enum Reload {
    /// The same as last time, whether that was good or broken.
    Unchanged,
    /// A new list.
    Fresh(Vec<Customer>),
    /// A new version that cannot be used: keep the old list and tell somebody. Said once per content.
    Broken(DirectoryError),
}

/// Enough to see cheaply that nobody wrote to the file. The time of the last status change also moves when a copy keeps
/// the old modification time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    changed: (i64, i64),
    size: u64,
    inode: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Content([u8; 32]),
    Trouble(Problem),
}

impl CsvFile {
    /// The file at this place; nothing is read yet.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path, stamp: None, reported: None }
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it now, whatever was seen before.
    ///
    /// # Errors
    /// [`DirectoryError`] names the first mistake.
    pub fn read(&self) -> Result<Vec<Customer>, DirectoryError> {
        let (_, bytes) = self.load().map_err(|problem| self.error(Mistake::in_file(problem)))?;
        rows::read(&bytes).map_err(|mistake| self.error(mistake))
    }

    /// Reads it if it changed since the last call; the first call always reads.
    pub fn reload(&mut self) -> Reload {
        let unmoved = self.stamp.is_some() && std::fs::metadata(&self.path).ok().map(|now| stamp(&now)) == self.stamp;
        if unmoved {
            return Reload::Unchanged;
        }
        match self.load() {
            Ok((stamp, bytes)) => {
                self.stamp = Some(stamp);
                if !self.is_news(Seen::Content(Sha256::digest(&bytes).into())) {
                    return Reload::Unchanged;
                }
                match rows::read(&bytes) {
                    Ok(customers) => Reload::Fresh(customers),
                    Err(mistake) => Reload::Broken(self.error(mistake)),
                }
            }
            Err(problem) => {
                self.stamp = None;
                if self.is_news(Seen::Trouble(problem)) {
                    Reload::Broken(self.error(Mistake::in_file(problem)))
                } else {
                    Reload::Unchanged
                }
            }
        }
    }

    fn is_news(&mut self, seen: Seen) -> bool {
        self.reported.replace(seen) != Some(seen)
    }

    /// The stamp is taken before the content: a change in between shows at the next look.
    fn load(&self) -> Result<(Stamp, Vec<u8>), Problem> {
        let unreadable = |error: std::io::Error| Problem::Unreadable(error.kind());
        let most = MOST_MB.saturating_mul(1_000_000);
        let file = File::open(&self.path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
            return Err(Problem::TooLarge(MOST_MB));
        }
        Ok((stamp(&metadata), bytes))
    }

    fn error(&self, at: Mistake) -> DirectoryError {
        DirectoryError { file: self.path.clone(), at }
    }
}

fn stamp(metadata: &Metadata) -> Stamp {
    #[cfg(unix)]
    let (changed, inode) = {
        use std::os::unix::fs::MetadataExt as _;
        ((metadata.ctime(), metadata.ctime_nsec()), metadata.ino())
    };
    #[cfg(not(unix))]
    let (changed, inode) = ((0, 0), 0);
    Stamp { modified: metadata.modified().ok(), changed, size: metadata.len(), inode }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const GOOD: &str = "id,emails\nK-1,jan@a.nl\n";
    const OTHER: &str = "id,emails\nK-1,jan@a.nl\nK-2,piet@b.nl\n";
    const BROKEN: &str = "id,emails\nK-1,jan\n";

    struct Place {
        folder: tempfile::TempDir,
        file: CsvFile,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let file = CsvFile::new(folder.path().join("customers.csv"));
        Place { folder, file }
    }

    impl Place {
        fn write(&self, text: &str) {
            // A new file under the old name: an in-place write within one tick of the clock could keep the stamp.
            let fresh = self.folder.path().join("new.csv");
            fs::write(&fresh, text).unwrap();
            fs::rename(fresh, self.file.path()).unwrap();
        }

        /// `=` unchanged, `!` broken, else the number of customers.
        fn reload(&mut self) -> String {
            match self.file.reload() {
                Reload::Unchanged => "=".into(),
                Reload::Fresh(customers) => customers.len().to_string(),
                Reload::Broken(_) => "!".into(),
            }
        }
    }

    #[test]
    fn a_list_is_given_when_it_is_new_and_only_then() {
        let mut place = place();
        place.write(GOOD);
        assert_eq!(place.reload(), "1");
        assert_eq!(place.reload(), "=");
        place.write(GOOD);
        assert_eq!(place.reload(), "=", "touched, but the same");
        place.write(OTHER);
        assert_eq!(place.reload(), "2");
        assert_eq!(place.reload(), "=");
    }

    #[test]
    fn a_broken_version_is_told_once_and_the_repaired_one_is_read() {
        let mut place = place();
        place.write(GOOD);
        assert_eq!(place.reload(), "1");
        place.write(BROKEN);
        assert_eq!(place.reload(), "!");
        place.write(BROKEN);
        assert_eq!(place.reload(), "=");
        place.write(GOOD);
        assert_eq!(place.reload(), "1");
    }

    #[test]
    fn a_missing_file_is_told_once_and_read_when_it_comes_back() {
        let mut place = place();
        assert_eq!(place.reload(), "!");
        assert_eq!(place.reload(), "=");
        place.write(GOOD);
        assert_eq!(place.reload(), "1");
        fs::remove_file(place.file.path()).unwrap();
        assert_eq!(place.reload(), "!");
        place.write(GOOD);
        assert_eq!(place.reload(), "1", "the caller was told of trouble, so it is told of the end of it");
    }

    #[test]
    fn an_error_names_file_line_column_and_remedy_but_nobody() {
        let place = place();
        place.write("id,emails\nK-1,geheim@adres\n");
        let told = place.file.read().unwrap_err().to_string();
        assert!(told.contains("customers.csv, line 2, column emails: address 1 "), "{told}");
        assert!(told.contains("correct it") && !told.contains("geheim"), "{told}");
        fs::remove_file(place.file.path()).unwrap();
        let told = place.file.read().unwrap_err().to_string();
        assert!(told.contains("cannot be read"), "{told}");
    }

    #[test]
    fn a_folder_in_place_of_the_file_is_an_error() {
        let place = place();
        let file = CsvFile::new(place.folder.path().to_owned());
        assert!(matches!(file.read().unwrap_err().at.problem, Problem::Unreadable(_)));
    }

    #[test]
    fn reading_leaves_the_file_as_it_was() {
        let mut place = place();
        place.write(GOOD);
        let before = stamp(&fs::metadata(place.file.path()).unwrap());
        assert_eq!(place.file.read().unwrap().len(), 1);
        assert_eq!(place.reload(), "1", "reading does not count as having reported");
        assert_eq!(stamp(&fs::metadata(place.file.path()).unwrap()), before);
    }
}
