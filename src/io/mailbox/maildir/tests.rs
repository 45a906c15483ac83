//! Folders on a disk of their own: moves, uids that stay, files that come and go beside us.

use std::collections::BTreeMap;

use super::*;

struct Sandbox {
    dir: tempfile::TempDir,
    maildir: Maildir,
}

fn sandbox() -> Sandbox {
    let dir = tempfile::tempdir().unwrap();
    for sub in ["new", "cur", "tmp"] {
        fs::create_dir(dir.path().join(sub)).unwrap();
    }
    let settings = Settings {
        path: dir.path().to_owned(),
        case_folder: "Privacyverzoeken".into(),
        also_read: vec!["Junk".into(), "Absent".into()],
        message_size: 1_000_000,
    };
    Sandbox { dir, maildir: Maildir::new(settings) }
}

impl Sandbox {
    fn put(&self, name: &str, seconds: u64, text: &str) {
        let path = self.dir.path().join(name);
        fs::write(&path, text).unwrap();
        let when = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        File::options().append(true).open(path).unwrap().set_modified(when).unwrap();
    }

    /// Every file that is mail, with its content.
    fn mail(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for folder in ["", ".Privacyverzoeken", ".Junk"] {
            for sub in ["new", "cur", "tmp"] {
                let Ok(entries) = fs::read_dir(self.dir.path().join(folder).join(sub)) else { continue };
                for entry in entries {
                    let path = entry.unwrap().path();
                    let name = path.strip_prefix(self.dir.path()).unwrap().display().to_string();
                    all.insert(name, fs::read_to_string(path).unwrap());
                }
            }
        }
        all
    }
}

fn texts(batch: &Batch) -> Vec<&str> {
    batch.messages.iter().map(|message| std::str::from_utf8(&message.raw).unwrap()).collect()
}

#[tokio::test]
async fn mail_is_read_in_order_of_receipt_and_stays_as_it_was() {
    let sandbox = sandbox();
    sandbox.put("new/200.b.host", 200, "Message-ID: <b@x>\n\nb");
    sandbox.put("cur/100.a.host:2,S", 100, "Message-ID: <a@x>\n\na");
    let before = sandbox.mail();
    let first = sandbox.maildir.fetch_after(INBOX, None, 1).await.unwrap();
    assert_eq!(texts(&first), ["Message-ID: <a@x>\n\na"]);
    assert!(first.more && first.messages[0].whole && !first.renumbered);
    assert_eq!(first.messages[0].received, Some(Timestamp::from_second(100).unwrap()));
    let second = sandbox.maildir.fetch_after(INBOX, Some(first.cursor), 9).await.unwrap();
    assert_eq!(texts(&second), ["Message-ID: <b@x>\n\nb"]);
    assert!(!second.more);
    let third = sandbox.maildir.fetch_after(INBOX, Some(second.cursor), 9).await.unwrap();
    assert!(third.messages.is_empty());
    assert_eq!(third.cursor, second.cursor);
    assert_eq!(sandbox.mail(), before);
}

#[tokio::test]
async fn a_mail_put_in_later_with_an_old_date_is_not_missed_and_a_flag_change_is_not_new_mail() {
    let sandbox = sandbox();
    sandbox.put("new/200.b.host", 200, "b");
    let first = sandbox.maildir.fetch_after(INBOX, None, 9).await.unwrap();
    sandbox.put("new/100.a.host", 100, "a");
    fs::rename(sandbox.dir.path().join("new/200.b.host"), sandbox.dir.path().join("cur/200.b.host:2,FS")).unwrap();
    let second = sandbox.maildir.fetch_after(INBOX, Some(first.cursor), 9).await.unwrap();
    assert_eq!(texts(&second), ["a"]);
}

#[tokio::test]
async fn a_case_mail_moves_with_its_flags_and_comes_back() {
    let sandbox = sandbox();
    sandbox.put("cur/1.a.host:2,F", 100, "Subject: x\nMessage-Id:\n <a@x>\n\na");
    sandbox.put("new/2.b.host", 200, "Message-ID: <xa@x>\n\nb");
    let mut batch = sandbox.maildir.fetch_after(INBOX, None, 9).await.unwrap();
    let (other, mine) = (batch.messages.pop().unwrap(), batch.messages.pop().unwrap());
    let moved = sandbox.maildir.move_to_case_folder(&mine.place).await.unwrap();
    let Moved::Done { to: Some(place), original_marked: false } = moved else { panic!("{moved:?}") };
    assert_eq!(place.folder, "Privacyverzoeken");
    assert!(sandbox.mail().contains_key(".Privacyverzoeken/cur/1.a.host:2,F"), "{:?}", sandbox.mail().keys());
    assert_eq!(sandbox.maildir.move_to_case_folder(&mine.place).await.unwrap(), Moved::AlreadyGone);
    let other_moved = sandbox.maildir.move_to_case_folder(&other.place).await.unwrap();
    assert!(matches!(other_moved, Moved::Done { .. }));
    assert!(sandbox.mail().contains_key(".Privacyverzoeken/cur/2.b.host:2,"));

    assert_eq!(sandbox.maildir.find("Privacyverzoeken", "a@x").await.unwrap(), [place]);
    assert!(matches!(sandbox.maildir.move_back("a@x").await.unwrap(), Moved::Done { .. }));
    assert_eq!(sandbox.maildir.move_back("a@x").await.unwrap(), Moved::AlreadyGone);
    assert!(sandbox.mail().contains_key("cur/1.a.host:2,F"));
    assert!(sandbox.mail().contains_key(".Privacyverzoeken/cur/2.b.host:2,"), "only the one that was meant came back");
}

#[tokio::test]
async fn a_destroyed_mail_is_gone_and_its_neighbour_is_not() {
    let sandbox = sandbox();
    sandbox.put("new/1.a.host", 100, "a");
    sandbox.put("new/2.b.host", 200, "b");
    let batch = sandbox.maildir.fetch_after(INBOX, None, 9).await.unwrap();
    assert_eq!(sandbox.maildir.destroy(&batch.messages[0].place).await.unwrap(), Destroyed::Gone);
    assert_eq!(sandbox.maildir.destroy(&batch.messages[0].place).await.unwrap(), Destroyed::Gone);
    assert_eq!(sandbox.mail().into_values().collect::<Vec<_>>(), ["b"]);
    let wrong = Place { uid_validity: 1, ..batch.messages[1].place.clone() };
    assert_eq!(sandbox.maildir.destroy(&wrong).await.unwrap(), Destroyed::Renumbered);
    assert_eq!(sandbox.mail().len(), 1);
}

#[tokio::test]
async fn old_mail_is_listed_by_its_day() {
    let sandbox = sandbox();
    let day: Date = "2026-03-04".parse().unwrap();
    let midnight = u64::try_from(day.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second()).unwrap();
    sandbox.put("new/1.a.host", midnight - 1, "a");
    sandbox.put("new/2.b.host", midnight, "b");
    let old = sandbox.maildir.older_than(INBOX, day).await.unwrap();
    assert_eq!(old.iter().map(|place| place.uid).collect::<Vec<_>>(), [1]);
    assert!(sandbox.maildir.older_than("Absent", day).await.unwrap().is_empty());
}

#[tokio::test]
async fn two_readers_at_once_give_each_mail_one_number() {
    let sandbox = sandbox();
    for n in 0..200 {
        sandbox.put(&format!("new/{n}.x.host"), 100, "x");
    }
    let reads = (0..8).map(|_| {
        let maildir = sandbox.maildir.clone();
        tokio::spawn(async move { maildir.fetch_after(INBOX, None, 1_000).await.unwrap() })
    });
    for read in reads.collect::<Vec<_>>() {
        let uids: Vec<u32> = read.await.unwrap().messages.iter().map(|message| message.place.uid).collect();
        assert_eq!(uids, (1..=200).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn of_a_large_mail_only_the_head_is_read() {
    let sandbox = sandbox();
    let text = format!("Subject: groot\r\n\r\n{}", "0123456789\r\n".repeat(100_000));
    sandbox.put("new/1.a.host", 100, &text);
    let batch = sandbox.maildir.fetch_after(INBOX, None, 9).await.unwrap();
    let message = &batch.messages[0];
    assert!(!message.whole);
    assert_eq!(message.size, text.len() as u64);
    assert_eq!(message.raw.len(), "Subject: groot\r\n\r\n".len() + TEXT_KEPT);
    assert!(text.as_bytes().starts_with(&message.raw));
}

#[tokio::test]
async fn a_lost_numbering_is_said_and_everything_is_read_again() {
    let sandbox = sandbox();
    sandbox.put("new/1.a.host", 100, "a");
    let stale = Cursor { uid_validity: 12, last_uid: 900 };
    let batch = sandbox.maildir.fetch_after(INBOX, Some(stale), 9).await.unwrap();
    assert!(batch.renumbered);
    assert_eq!(texts(&batch), ["a"]);
}

#[tokio::test]
async fn waiting_ends_with_new_mail_and_with_the_time() {
    let sandbox = sandbox();
    assert_eq!(sandbox.maildir.wait(Duration::ZERO).await.unwrap(), Wake::Time);
    sandbox.put("new/1.a.host", 100, "a");
    assert_eq!(sandbox.maildir.wait(Duration::from_secs(60)).await.unwrap(), Wake::Mail);
    sandbox.maildir.fetch_after(INBOX, None, 9).await.unwrap();
    assert_eq!(sandbox.maildir.wait(Duration::ZERO).await.unwrap(), Wake::Time);
}

#[test]
fn a_look_is_spared_only_when_nothing_changed_for_two_looks() {
    let sandbox = sandbox();
    let (path, mut before) = (sandbox.dir.path(), None);
    for settled in [false, true, true] {
        let (news, now) = look(path, before).unwrap();
        assert_eq!((news, now.settled), (false, settled));
        before = Some(now);
    }
    let unsettled = Look { settled: false, ..before.clone().unwrap() };
    sandbox.put("new/1.a.host", 100, "a");
    assert!(look(path, before).unwrap().0);
    let same_tick = Look { stamp: look(path, None).unwrap().1.stamp, ..unsettled };
    assert!(look(path, Some(same_tick)).unwrap().0, "mail of the same tick is seen by the second look");
}

#[tokio::test]
async fn only_folders_that_exist_are_read_and_none_outside_the_maildir() {
    let sandbox = sandbox();
    assert_eq!(sandbox.maildir.folders(), ["INBOX"]);
    fs::create_dir_all(sandbox.dir.path().join(".Junk/cur")).unwrap();
    assert_eq!(sandbox.maildir.folders(), ["INBOX", "Junk"]);
    let probe = sandbox.maildir.probe().await.unwrap();
    assert_eq!((probe.missing, probe.case_folder), (vec!["Absent".to_owned()], false));
    for folder in ["../other", "..", "a/../b", "a\0b", ""] {
        let error = sandbox.maildir.fetch_after(folder, None, 9).await.unwrap_err();
        assert!(matches!(error, MailboxError::BadName { .. }), "{folder:?}: {error}");
    }
    let error = sandbox.maildir.fetch_after("Absent", None, 9).await.unwrap_err();
    assert!(matches!(error, MailboxError::NoFolder { .. }), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_is_not_followed() {
    let sandbox = sandbox();
    let outside = tempfile::NamedTempFile::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), sandbox.dir.path().join("new/1.link.host")).unwrap();
    assert!(sandbox.maildir.fetch_after(INBOX, None, 9).await.unwrap().messages.is_empty());
}
