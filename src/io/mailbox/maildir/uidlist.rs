//! UIDs for a Maildir folder. A Maildir has names but no numbers, and no order that a file's date could give (a mail can be
//! put in with an old date). So the folder gets a file that lists each base name once, in the order of discovery: its
//! number is its UID. Other programs leave files that they do not know in a Maildir alone.
//!
//! Form: a first line `1 <uidvalidity> <first free uid>`, then lines `<uid> <base name>`. A line without its line end (a
//! crash while writing) does not count. Lost or unreadable file: a new UIDVALIDITY, as with any IMAP server.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The file's name in the folder.
const FILE: &str = "privacyloket-uidlist";
/// More lines of vanished messages than this (and than messages): the file is written anew.
const VANISHED_KEPT: usize = 1_000;

/// A folder's numbering.
#[derive(Debug)]
pub(super) struct UidList {
    path: PathBuf,
    pub(super) uid_validity: u32,
    pub(super) uid_next: u32,
    by_name: HashMap<String, u32>,
    by_uid: BTreeMap<u32, String>,
}

impl UidList {
    /// Reads the folder's list, and starts one if there is none.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        match Self::look(folder)? {
            Some(list) => Ok(list),
            None => Self::start(folder.join(FILE)),
        }
    }

    /// Reads the folder's list, if there is one.
    pub(super) fn look(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
            Err(error) => return Err(error),
        };
        Ok(Self::parse(&path, &text))
    }

    fn start(path: PathBuf) -> io::Result<Self> {
        let file = File::create(&path)?;
        // The new file's own date: a clock that only goes forward as long as the machine's does, without asking for one.
        let made = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
        let uid_validity = u32::try_from(made).unwrap_or(u32::MAX);
        let list = Self { path, uid_validity, uid_next: 1, by_name: HashMap::new(), by_uid: BTreeMap::new() };
        list.rewrite()?;
        Ok(list)
    }

    fn parse(path: &Path, text: &str) -> Option<Self> {
        let mut lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        let mut first = lines.next()?.split(' ');
        if first.next()? != "1" {
            return None;
        }
        let uid_validity = first.next()?.parse().ok()?;
        let mut list = Self {
            path: path.to_owned(),
            uid_validity,
            uid_next: first.next()?.parse().ok()?,
            by_name: HashMap::new(),
            by_uid: BTreeMap::new(),
        };
        for line in lines {
            let Some((uid, name)) = line.split_once(' ') else { continue };
            let Ok(uid) = uid.parse() else { continue };
            list.remember(uid, name.to_owned());
        }
        Some(list)
    }

    fn remember(&mut self, uid: u32, name: String) {
        self.uid_next = self.uid_next.max(uid.saturating_add(1));
        self.by_uid.insert(uid, name.clone());
        self.by_name.insert(name, uid);
    }

    /// Numbers the names that are new, in the order given, and puts them on disk before anybody hears of them.
    pub(super) fn number(&mut self, names: &[String]) -> io::Result<()> {
        let mut lines = String::new();
        for name in names {
            if !self.by_name.contains_key(name) {
                let uid = self.uid_next;
                lines.push_str(&format!("{uid} {name}\n"));
                self.remember(uid, name.clone());
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        // After a crash the last line may lack its end: an empty line does no harm, a joined one would.
        file.write_all(format!("\n{lines}").as_bytes())?;
        file.sync_data()
    }

    /// Forgets names that are not in the folder any more, once there are many.
    pub(super) fn tidy(&mut self, present: &HashSet<&str>) -> io::Result<()> {
        let vanished = self.by_name.len().saturating_sub(present.len());
        if vanished <= VANISHED_KEPT.max(present.len()) {
            return Ok(());
        }
        self.by_name.retain(|name, _| present.contains(name.as_str()));
        self.by_uid.retain(|_, name| present.contains(name.as_str()));
        self.rewrite()
    }

    fn rewrite(&self) -> io::Result<()> {
        let mut text = format!("1 {} {}\n", self.uid_validity, self.uid_next);
        for (uid, name) in &self.by_uid {
            text.push_str(&format!("{uid} {name}\n"));
        }
        let fresh = self.path.with_extension("new");
        let mut file = File::create(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(fresh, &self.path)
    }

    /// The UID of a base name.
    pub(super) fn uid_of(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// The base name of a UID.
    pub(super) fn name_of(&self, uid: u32) -> Option<&str> {
        self.by_uid.get(&uid).map(String::as_str)
    }

    /// UIDs and base names after `last_uid`, ascending.
    pub(super) fn after(&self, last_uid: u32) -> impl Iterator<Item = (u32, &str)> {
        let range = (std::ops::Bound::Excluded(last_uid), std::ops::Bound::Unbounded);
        self.by_uid.range::<u32, _>(range).map(|(uid, name)| (*uid, name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn any_file_is_read_without_harm(text in "(1 [0-9]{1,11} [0-9]{1,11}\n)?([0-9]{0,11} ?[a-z.:]{0,5}\n?){0,9}\\PC{0,9}") {
            if let Some(list) = UidList::parse(Path::new("x"), &text) {
                for (uid, name) in list.after(0) {
                    proptest::prop_assert!(uid < list.uid_next || uid == u32::MAX);
                    proptest::prop_assert!(list.uid_of(name).is_some());
                }
            }
        }
    }

    fn names(from: u32, to: u32) -> Vec<String> {
        (from..to).map(|n| format!("{n}.M1P1.host")).collect()
    }

    #[test]
    fn a_name_keeps_its_number_and_numbers_only_grow() {
        let dir = tempfile::tempdir().unwrap();
        let mut list = UidList::open(dir.path()).unwrap();
        list.number(&names(10, 13)).unwrap();
        let validity = list.uid_validity;
        let mut again = UidList::open(dir.path()).unwrap();
        again.number(&names(8, 14)).unwrap();
        assert_eq!(again.uid_validity, validity);
        assert_eq!(again.uid_of("10.M1P1.host"), Some(1));
        assert_eq!(again.uid_of("8.M1P1.host"), Some(4), "an older name that came later gets a later number");
        assert_eq!(again.after(3).map(|(uid, _)| uid).collect::<Vec<_>>(), [4, 5, 6]);
    }

    #[test]
    fn a_half_written_line_does_not_count_and_does_not_spoil_the_next() {
        let dir = tempfile::tempdir().unwrap();
        UidList::open(dir.path()).unwrap().number(&names(1, 3)).unwrap();
        let path = dir.path().join(FILE);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.strip_suffix(".M1P1.host\n").unwrap()).unwrap();
        let mut list = UidList::open(dir.path()).unwrap();
        assert_eq!(list.uid_next, 2);
        list.number(&names(5, 6)).unwrap();
        let list = UidList::open(dir.path()).unwrap();
        assert_eq!(list.uid_of("5.M1P1.host"), Some(2));
    }

    #[test]
    fn vanished_names_are_forgotten_but_their_numbers_are_not_given_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut list = UidList::open(dir.path()).unwrap();
        list.number(&names(0, 2_000)).unwrap();
        list.tidy(&HashSet::from(["7.M1P1.host"])).unwrap();
        let mut list = UidList::open(dir.path()).unwrap();
        assert_eq!(list.after(0).count(), 1);
        list.number(&names(0, 1)).unwrap();
        assert_eq!(list.uid_of("0.M1P1.host"), Some(2_001));
    }

    #[test]
    fn rubbish_in_the_file_starts_a_new_list() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), b"\xff\xfe nonsense").unwrap();
        let list = UidList::open(dir.path()).unwrap();
        assert!(list.uid_validity > 1_600_000_000);
        assert_eq!(list.uid_next, 1);
    }
}
