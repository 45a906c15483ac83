//! The outbox folder (contract.md, `[outbox]`): instead of being sent, letters are written as `000001.eml` with
//! `000001.json` beside it.
//!
//! Numbers go on from what is there. Whoever makes the hidden file `.000001.json.part` first has that number, so that two
//! processes never share one; a crash leaves a gap, never half a letter. The `.json` is put in place before the `.eml`:
//! who sees a letter finds its envelope.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Parcel, PostError, clean};

/// A folder that letters are written into.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    /// Where to begin to look for a free number; 0 = not looked yet.
    next: Arc<AtomicU64>,
}

/// The file beside a letter.
#[derive(serde::Serialize)]
struct Label<'a> {
    mail_from: &'a str,
    rcpt_to: &'a str,
    case: Option<&'a str>,
    kind: &'a str,
}

impl Folder {
    /// The folder at this path. It is made when the first letter is written.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, next: Arc::new(AtomicU64::new(0)) }
    }

    pub(super) async fn send(&self, parcel: &Parcel<'_>) -> Result<(), PostError> {
        let label = Label {
            mail_from: parcel.mail_from.as_str(),
            rcpt_to: parcel.to.as_str(),
            case: parcel.case.map(super::Reference::as_str),
            kind: parcel.kind,
        };
        let label = serde_json::to_vec(&label).map_err(|error| PostError::Final(error.to_string()))?;
        let mail = parcel.bytes.to_vec();
        self.in_background(move |folder| folder.write(&label, &mail)).await
    }

    pub(super) async fn probe(&self) -> Result<String, PostError> {
        self.in_background(|folder| {
            folder.make().map_err(|error| folder.temporary(&error))?;
            let probe = folder.path.join(format!(".probe-{}.part", std::process::id()));
            let tried = File::create(&probe).and_then(|_| std::fs::remove_file(&probe));
            tried.map_err(|error| folder.temporary(&error))?;
            Ok(format!("letters are written to {}", folder.path.display()))
        })
        .await
    }

    async fn in_background<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Self) -> Result<T, PostError> + Send + 'static,
    ) -> Result<T, PostError> {
        let folder = self.clone();
        let done = tokio::task::spawn_blocking(move || job(&folder)).await;
        done.unwrap_or_else(|error| Err(PostError::Unknown(clean(&error.to_string(), None))))
    }

    fn write(&self, label: &[u8], mail: &[u8]) -> Result<(), PostError> {
        let temporary = |error: io::Error| self.temporary(&error);
        self.make().map_err(temporary)?;
        let (number, claim) = self.claim().map_err(temporary)?;
        let part = self.part(number, "eml");
        let filled = fill(&claim, label)
            .and_then(|()| write_new(&part, mail))
            .and_then(|()| std::fs::rename(self.part(number, "json"), self.place(number, "json")))
            .and_then(|()| std::fs::rename(&part, self.place(number, "eml")));
        if let Err(error) = filled {
            // The letter is not in place: nothing of it stays behind, the label is of no use alone.
            for rest in [part, self.part(number, "json"), self.place(number, "json")] {
                drop(std::fs::remove_file(rest));
            }
            return Err(self.temporary(&error));
        }
        // Names are only safe once the folder itself is on the disk.
        let kept = File::open(&self.path).and_then(|folder| folder.sync_all());
        kept.map_err(|error| PostError::Unknown(self.said(&error)))
    }

    /// Takes the lowest number that nobody has.
    fn claim(&self) -> io::Result<(u64, File)> {
        let mut number = match self.next.load(Ordering::Relaxed) {
            0 => self.highest()?.saturating_add(1),
            known => known,
        };
        loop {
            let part = self.part(number, "json");
            match OpenOptions::new().write(true).create_new(true).open(&part) {
                // Looked at after the claim: who had the number before has put its files in place by then.
                Ok(_) if self.place(number, "json").exists() || self.place(number, "eml").exists() => {
                    std::fs::remove_file(&part)?;
                }
                Ok(file) => {
                    self.next.fetch_max(number.saturating_add(1), Ordering::Relaxed);
                    return Ok((number, file));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            number = number.checked_add(1).ok_or_else(|| io::Error::other("no number left"))?;
        }
    }

    fn highest(&self) -> io::Result<u64> {
        let mut highest = 0;
        for entry in std::fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            let stem = name.strip_suffix(".eml").or_else(|| name.strip_suffix(".json"));
            let digits = stem.filter(|stem| stem.bytes().all(|b| b.is_ascii_digit()));
            highest = highest.max(digits.and_then(|digits| digits.parse().ok()).unwrap_or(0));
        }
        Ok(highest)
    }

    /// Letters are personal: a folder that we make is for its owner only.
    fn make(&self) -> io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)
    }

    fn place(&self, number: u64, extension: &str) -> PathBuf {
        self.path.join(format!("{number:06}.{extension}"))
    }

    fn part(&self, number: u64, extension: &str) -> PathBuf {
        self.path.join(format!(".{number:06}.{extension}.part"))
    }

    fn temporary(&self, error: &io::Error) -> PostError {
        PostError::Temporary(self.said(error))
    }

    fn said(&self, error: &io::Error) -> String {
        clean(&format!("{}: {error}", self.path.display()), None)
    }
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    fill(&OpenOptions::new().write(true).create_new(true).open(path)?, content)
}

fn fill(mut file: &File, content: &[u8]) -> io::Result<()> {
    file.write_all(content).and_then(|()| file.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::Address;
    use crate::domain::case::Reference;

    struct Place {
        folder: tempfile::TempDir,
        from: Address,
        to: Address,
    }

    impl Place {
        fn new() -> Self {
            let address = |text| Address::parse(text).unwrap();
            let folder = tempfile::tempdir().unwrap();
            Self { folder, from: address("info@craftcloud.test"), to: address("jan@klant.test") }
        }

        fn outbox(&self) -> Folder {
            Folder::new(self.folder.path().join("outbox"))
        }

        async fn send(&self, outbox: &Folder, case: Option<&Reference>, text: &str) -> Result<(), PostError> {
            let bytes = text.as_bytes();
            outbox.send(&Parcel { mail_from: &self.from, to: &self.to, case, kind: "acknowledge", bytes }).await
        }

        fn names(&self) -> Vec<String> {
            let listed = std::fs::read_dir(self.folder.path().join("outbox")).unwrap();
            let mut names: Vec<_> = listed.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }

        fn read(&self, name: &str) -> String {
            std::fs::read_to_string(self.folder.path().join("outbox").join(name)).unwrap()
        }
    }

    #[tokio::test]
    async fn a_letter_lies_beside_its_envelope_and_nothing_else_is_left() {
        let place = Place::new();
        let case = Reference::new(2026, 1);
        place.send(&place.outbox(), Some(&case), "one").await.unwrap();
        place.send(&place.outbox(), None, "two").await.unwrap();
        assert_eq!(place.names(), ["000001.eml", "000001.json", "000002.eml", "000002.json"]);
        assert_eq!(place.read("000001.eml"), "one");
        let label = r#"{"mail_from":"info@craftcloud.test","rcpt_to":"jan@klant.test","case":"PL-2026-0001","kind":"acknowledge"}"#;
        assert_eq!(place.read("000001.json"), label);
        assert!(place.read("000002.json").contains(r#""case":null"#));
    }

    #[tokio::test]
    async fn numbers_go_on_from_what_is_there_and_nothing_is_overwritten() {
        let place = Place::new();
        let outbox = place.outbox();
        place.send(&outbox, None, "one").await.unwrap();
        let path = place.folder.path().join("outbox");
        // Somebody else's letter, a label whose letter never came, a claim of somebody who died.
        for name in ["000002.eml", "000003.json", ".000004.json.part", "notes.eml", "7x.eml"] {
            std::fs::write(path.join(name), "theirs").unwrap();
        }
        place.send(&outbox, None, "five").await.unwrap();
        place.send(&place.outbox(), None, "six").await.unwrap();
        assert_eq!(place.read("000005.eml"), "five");
        assert_eq!(place.read("000006.eml"), "six");
        assert_eq!(place.read("000002.eml"), "theirs");
        assert_eq!(place.read("000003.json"), "theirs");
        assert_eq!(place.read(".000004.json.part"), "theirs");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn many_writers_at_once_never_share_a_number() {
        let place = Arc::new(Place::new());
        let writers: Vec<_> = (0..40)
            .map(|n| {
                let place = Arc::clone(&place);
                // Each its own `Folder`, as another process would have.
                tokio::spawn(async move { place.send(&place.outbox(), None, &format!("letter {n}")).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap().unwrap();
        }
        let letters: std::collections::BTreeSet<_> =
            place.names().iter().filter(|name| name.ends_with(".eml")).map(|name| place.read(name)).collect();
        assert_eq!(letters.len(), 40);
        assert_eq!(place.names().len(), 80, "a label for each letter, and no leftovers");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_temporary_and_found_by_the_probe() {
        let place = Place::new();
        std::fs::write(place.folder.path().join("outbox"), "a file").unwrap();
        assert!(matches!(place.send(&place.outbox(), None, "one").await, Err(PostError::Temporary(_))));
        assert!(matches!(place.outbox().probe().await, Err(PostError::Temporary(_))));
        std::fs::remove_file(place.folder.path().join("outbox")).unwrap();
        place.outbox().probe().await.unwrap();
        assert!(place.names().is_empty());
    }
}
