//! The world in which a scenario plays: an organisation that runs privacyloket, its customers, its staff and strangers,
//! each with a mailbox on the real servers. Only time is ours.
//!
//! ```ignore
//! let w = World::new("access").await;
//! w.writes(Mail::from(&w.jan).proven().says("Welke gegevens hebben jullie van mij?")).await; // arrives in the inbox
//! w.run().await;                                         // `privacyloket once`, and every letter is where it goes
//! let letter = w.letter_to(&w.jan).await;                // exactly one new letter in Jan's mailbox
//! letter.has("K-1001");
//! w.nothing_to(&w.staff).await;                          // nothing that was not read by the story so far
//! assert_eq!(w.states().await, ["access: answered"]);
//! w.done().await;                                        // always last
//! ```
//!
//! # Actors
//! `jan` (K-1001, a private person with one owner address), `baker` / `bookkeeper` / `apprentice` (owner, billing and contact
//! address of the company K-1002), `shared` (owner address of both K-1003 and K-1004), `lost` (K-1005; mail to it comes
//! back as a bounce), `stranger` (nobody's), `staff` and `colleague` (both decide when [`SetUp::two_staff`], else only `staff`).
//! More: [`World::somebody`]. All addresses carry the story's name and a random part, so that stories run side by side.
//!
//! # Verbs
//! - [`World::writes`]: a [`Mail`] comes in from the internet and is in the inbox when the call returns.
//!   [`World::staff_reply`]: staff, logged in, reply to one of our letters, quoting it as mail programs do.
//! - [`World::run`], [`World::hours_pass`], [`World::days_pass`] (the clock moves, then it runs), [`World::restart`].
//! - Reading takes: [`World::letter_to`], [`World::letters_to`], [`World::letters`], [`World::returned`]. What nobody took is unexpected:
//!   [`World::nothing_to`], [`World::nothing_else`], and in the end [`World::done`] fail on it.
//! - Looking inside: [`World::states`], [`World::stopped_for`], [`World::the_case`], [`World::cases`], [`World::reviews`], [`World::inbox`],
//!   [`World::case_folder`], [`World::database`].
//! - [`World::edit_customers`] writes customers.csv anew.
//!
//! # What every story checks without saying so
//! - Each letter keeps contract.md: headers, one recipient, text and HTML, our envelope sender.
//! - **The first rule**: whatever is secret about a customer (its phone number) is in no letter but those to its owner
//!   addresses and to staff, unless the story said [`World::may_see`].
//! - [`World::done`]: nothing waits that is due, a second run sends nothing, the log chain is whole, no unexpected mail.
//!   A story that forgets it fails.
//!
//! # Time
//! The clock starts at the real time and moves only when told. While it stands, mail comes in through Postfix; after
//! it was moved, mail is put into the mailbox with the date of the clock, and the header fields that our servers add.

pub mod letter;
pub mod mail;
pub mod organisation;
pub mod servers;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use privacyloket::app::{self, Report};
use privacyloket::config::{self, Config};
use privacyloket::domain::address::Address;
use privacyloket::domain::case::{Case, Reference};
use privacyloket::domain::customer::CustomerId;
use privacyloket::domain::plan::Whom;
use privacyloket::domain::time::{SignedDuration, Timestamp};
use privacyloket::flow::Office;
use privacyloket::io::clock::{Clock, random};
use privacyloket::io::mailbox::Mailbox;
use privacyloket::io::store::log::Chain;
use privacyloket::io::store::reviews::KeptReview;
use tempfile::TempDir;
use tokio::sync::Mutex;

pub use letter::{Letter, Letters};
pub use mail::{Mail, Quoting};
pub use organisation::SetUp;
use organisation::{configuration, customers, phone};
use servers::{Post, Stored};

/// The password of everybody.
pub const PASSWORD: &str = "geheim";

/// Somebody with a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub address: String,
}

impl Actor {
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').unwrap().1
    }
}

/// The program as it runs: thrown away and made anew by [`World::restart`].
pub struct Running {
    pub office: Office,
    pub mailbox: Mailbox,
}

/// See the module.
pub struct World {
    pub jan: Actor,
    pub baker: Actor,
    pub bookkeeper: Actor,
    pub apprentice: Actor,
    pub shared: Actor,
    pub lost: Actor,
    pub stranger: Actor,
    pub staff: Actor,
    pub colleague: Actor,
    /// The organisation's own address, whose inbox is watched.
    pub ours: Actor,
    /// The clock of the program.
    pub clock: Clock,
    /// What `config::load` made of the file.
    pub config: Config,
    running: Mutex<Running>,
    post: Mutex<Post>,
    dir: TempDir,
    tag: String,
    may_see: Mutex<BTreeSet<(String, String)>>,
    finished: Cell<bool>,
}

impl World {
    /// The usual organisation: `automatic = "all"`, one member of staff. `story`: short, unique, letters and dashes.
    pub async fn new(story: &str) -> Self {
        Self::set_up(story).open().await
    }

    /// Another organisation: say how, then `open()`.
    pub fn set_up(story: &str) -> SetUp {
        SetUp {
            story: story.to_owned(),
            automatic: "all",
            start: "all",
            also_read: &[],
            two_staff: false,
            require_proven: true,
            more: String::new(),
        }
    }

    async fn open(set_up: SetUp) -> Self {
        let number = u32::from_be_bytes(random().unwrap());
        let tag = format!("{}.{number:08x}", set_up.story);
        let actor = |name: &str, local: &str, domain: &str| Actor {
            name: name.to_owned(),
            address: format!("{local}.{tag}@{domain}"),
        };
        let ours = actor("CraftCloud", "info", "craftcloud.test");
        let staff = actor("Petra", "privacy", "craftcloud.test");
        let colleague = actor("Sam", "collega", "craftcloud.test");
        let dir = TempDir::new().unwrap();
        let clock = Clock::manual(Clock::System.now());
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write("password", PASSWORD);
        write("privacyloket.toml", &configuration(&set_up, &ours, &staff, &colleague));
        write("customers.csv", &customers(&actor));
        let config = config::load(&dir.path().join("privacyloket.toml")).unwrap();
        Self {
            jan: actor("Jan de Vries", "jan", "klant.test"),
            baker: actor("Bea Bakker", "bea", "bakkerij.test"),
            bookkeeper: actor("Boris Boek", "boek", "bakkerij.test"),
            apprentice: actor("Lars Leerling", "lars", "bakkerij.test"),
            shared: actor("Kees en Ans", "kees-en-ans", "klant.test"),
            lost: actor("Lotte Weg", "lost", "klant.test"),
            stranger: actor("Onno Bekend", "onno", "onbekend.test"),
            running: Mutex::new(open(&config, &clock).await),
            post: Mutex::new(Post::new(&ours.address)),
            may_see: Mutex::default(),
            finished: Cell::new(false),
            staff,
            colleague,
            ours,
            clock,
            config,
            dir,
            tag,
        }
    }

    /// Somebody else: `piet`, `klant.test`.
    pub fn somebody(&self, local: &str, domain: &str) -> Actor {
        Actor { name: String::new(), address: format!("{local}.{}@{domain}", self.tag) }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    // --- what happens ---

    /// The mail comes in and is in the inbox when this returns; what becomes of it is seen at the next [`World::run`].
    /// Returns its Message-ID without angle brackets.
    pub async fn writes(&self, mail: Mail) -> String {
        let raw = mail.raw(&self.ours, self.now());
        self.arrives(mail.envelope_sender(), &raw).await;
        mail.id().to_owned()
    }

    /// Bytes come in as they are.
    pub async fn arrives(&self, envelope_sender: &str, raw: &[u8]) {
        let mut post = self.post.lock().await;
        let real = Clock::System.now();
        if self.now().duration_since(real).abs() < SignedDuration::from_mins(10) {
            post.hand_in(envelope_sender, &self.ours.address, raw).await;
        } else {
            post.put(&self.ours.address, "INBOX", envelope_sender, raw, self.now()).await;
        }
    }

    /// The mail lies in this folder, as of this moment of the past or present.
    pub async fn lies_in(&self, folder: &str, received: Timestamp, mail: Mail) -> String {
        let raw = mail.raw(&self.ours, received);
        self.post.lock().await.put(&self.ours.address, folder, mail.envelope_sender(), &raw, received).await;
        mail.id().to_owned()
    }

    /// Staff, logged in, reply to one of our letters.
    pub async fn staff_reply(&self, letter: &Letter, command: &str) -> String {
        self.writes(Mail::from(&self.staff).login().replies(letter).says(command)).await
    }

    /// `privacyloket once`. When it returns, every letter that it handed in is in the mailbox it was for.
    pub async fn run(&self) -> Report {
        let report = {
            let mut running = self.running.lock().await;
            let Running { office, mailbox } = &mut *running;
            Box::pin(app::once(office, mailbox, &self.config)).await.unwrap()
        };
        self.settle().await;
        report
    }

    /// Time passes, then it runs.
    pub async fn hours_pass(&self, hours: i64) -> Report {
        self.clock.advance(SignedDuration::from_hours(hours));
        self.run().await
    }

    /// Time passes, then it runs.
    pub async fn days_pass(&self, days: i64) -> Report {
        self.hours_pass(days * 24).await
    }

    /// The program is killed and started again.
    pub async fn restart(&self) {
        let mut running = self.running.lock().await;
        running.office.store.close().await;
        *running = open(&self.config, &self.clock).await;
    }

    /// The office and the mailbox of the program, for stories about its inside.
    pub async fn running(&self) -> tokio::sync::MutexGuard<'_, Running> {
        self.running.lock().await
    }

    /// Rewrites customers.csv.
    pub fn edit_customers(&self, edit: impl FnOnce(String) -> String) {
        let path = self.dir.path().join("customers.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        let edited = edit(text.clone());
        assert_ne!(text, edited, "the edit changed nothing");
        std::fs::write(path, edited).unwrap();
    }

    /// From now on this customer's data in a letter to this actor is as it should be.
    pub async fn may_see(&self, customer: &str, actor: &Actor) {
        self.may_see.lock().await.insert((customer.to_owned(), actor.address.clone()));
    }

    // --- what came of it ---

    /// Waits until every letter that the program handed in lies in the mailbox it was for, or came back.
    pub async fn settle(&self) {
        let sent =
            self.count("SELECT COUNT(*) FROM outbox WHERE state IN ('sent', 'bounced') AND kind <> 'erase'").await;
        self.post.lock().await.settle(sent).await;
    }

    /// All new letters to somebody, whose number must be this.
    pub async fn letters_to(&self, actor: &Actor, number: usize) -> Letters {
        let letters = self.letters(actor).await;
        let list: Vec<String> = letters.iter().map(|letter| format!("\n  {}", letter.subject)).collect();
        assert_eq!(letters.len(), number, "letters to {}:{}", actor.address, list.concat());
        Letters(letters)
    }

    /// All new letters to somebody, however many.
    pub async fn letters(&self, actor: &Actor) -> Vec<Letter> {
        let raw = self.post.lock().await.take(&actor.address).await;
        let letters: Vec<Letter> = raw.iter().map(|raw| Letter::read(raw, actor, &self.ours)).collect();
        for letter in &letters {
            self.check_first_rule(letter, actor).await;
        }
        letters
    }

    /// The one new letter to somebody.
    pub async fn letter_to(&self, actor: &Actor) -> Letter {
        self.letters_to(actor, 1).await.0.remove(0)
    }

    /// One new letter to somebody, and it came back undeliverable (a bounce to it lies in our inbox).
    pub async fn returned(&self, actor: &Actor) {
        let returned = self.post.lock().await.take_returned(&actor.address);
        assert_eq!(returned, 1, "letters to {} that came back", actor.address);
    }

    /// Nothing went to somebody that the story has not read.
    pub async fn nothing_to(&self, actor: &Actor) {
        self.letters_to(actor, 0).await;
    }

    /// Nothing went to anybody that the story has not read.
    pub async fn nothing_else(&self) {
        let mut post = self.post.lock().await;
        let left = post.left().await;
        assert!(left.is_empty(), "unexpected letters:{}", left.concat());
    }

    /// All cases, oldest first.
    pub async fn cases(&self) -> Vec<Case> {
        self.running.lock().await.office.store.begin().await.unwrap().cases(false).await.unwrap()
    }

    /// The case with this reference.
    pub async fn case(&self, reference: &str) -> Case {
        let reference = Reference::parse(reference).unwrap();
        let mut tx = self.running.lock().await.office.store.begin().await.unwrap();
        tx.case_by_reference(&reference).await.unwrap().unwrap()
    }

    /// The one case that there is.
    pub async fn the_case(&self) -> Case {
        let mut cases = self.cases().await;
        assert_eq!(cases.len(), 1, "cases");
        cases.remove(0)
    }

    /// All requests of all cases, oldest case first: `access: answered`.
    pub async fn states(&self) -> Vec<String> {
        let cases = self.cases().await;
        let requests = cases.iter().flat_map(|case| &case.requests);
        requests.map(|request| format!("{}: {}", request.ask.right().name(), request.state.name())).collect()
    }

    /// Which uses of a customer's data are stopped.
    pub async fn stopped_for(&self, customer: &str) -> Vec<String> {
        self.stopped(&Whom::Customer(CustomerId::parse(customer).unwrap())).await
    }

    /// Which uses are stopped of whatever is held about an address.
    pub async fn stopped_for_address(&self, actor: &Actor) -> Vec<String> {
        self.stopped(&Whom::Address(Address::parse(&actor.address).unwrap())).await
    }

    async fn stopped(&self, whom: &Whom) -> Vec<String> {
        self.running.lock().await.office.store.begin().await.unwrap().suppressed(whom).await.unwrap()
    }

    /// Why people must look at the mails that wait for that: the English phrase of each reason, oldest first.
    pub async fn reviews(&self) -> Vec<&'static str> {
        self.open_reviews().await.iter().map(|kept| kept.review.why.name()).collect()
    }

    /// The mails that people must look at.
    pub async fn open_reviews(&self) -> Vec<KeptReview> {
        self.running.lock().await.office.store.begin().await.unwrap().open_reviews().await.unwrap()
    }

    /// The mails in our inbox, with their flags.
    pub async fn inbox(&self) -> Vec<Stored> {
        self.folder("INBOX").await
    }

    /// The mails in the case folder.
    pub async fn case_folder(&self) -> Vec<Stored> {
        self.folder("Privacyverzoeken").await
    }

    /// The mails in one of our folders.
    pub async fn folder(&self, folder: &str) -> Vec<Stored> {
        self.post.lock().await.look(&self.ours.address, folder).await
    }

    /// Sets a flag on the only mail of our inbox, as a colleague's mail program would.
    pub async fn flag(&self, flag: &str) {
        self.post.lock().await.flag(&self.ours.address, flag).await;
    }

    /// The database file, for stories that damage or copy it.
    pub fn database(&self) -> PathBuf {
        self.dir.path().join("privacyloket.db")
    }

    /// A number out of the database.
    pub async fn count(&self, query: &'static str) -> i64 {
        use sqlx::Connection;
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}", self.database().display());
        let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
        let number = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        number
    }

    /// The end of every story: nothing waits that is due, nothing more is sent, nothing unexpected was, the log is whole.
    pub async fn done(self) {
        self.nothing_else().await;
        let again = self.run().await;
        assert_eq!((again.sent, again.later, again.troubles), (0, 0, 0), "a second run does something: {again:?}");
        self.nothing_else().await;
        {
            let running = self.running.lock().await;
            let mut tx = running.office.store.begin().await.unwrap();
            let paused = tx.paused().await.unwrap();
            let due = tx.due(self.now(), 100).await.unwrap();
            let due: Vec<_> = due.iter().filter(|row| !(paused && row.lane.starts_with("automatic"))).collect();
            assert!(due.is_empty(), "the outbox holds what is due: {due:?}");
            assert!(matches!(tx.verify_log().await.unwrap(), Chain::Whole { .. }), "the log chain is broken");
        }
        self.finished.set(true);
    }

    /// Policy §2, first rule: no letter shows what is secret about a customer to anybody but its owner addresses, whom
    /// staff approved, and staff.
    async fn check_first_rule(&self, letter: &Letter, to: &Actor) {
        if *to == self.staff || *to == self.colleague {
            return;
        }
        let secrets = [
            ("K-1001", vec![&self.jan]),
            ("K-1002", vec![&self.baker]),
            ("K-1003", vec![&self.shared]),
            ("K-1004", vec![&self.shared]),
            ("K-1005", vec![&self.lost]),
        ];
        let allowed = self.may_see.lock().await;
        for (customer, owners) in secrets {
            let secret = phone(customer);
            if letter.everything().contains(&secret) && !owners.contains(&to) {
                let said = allowed.contains(&(customer.to_owned(), to.address.clone()));
                assert!(said, "the data of {customer} went to {}: {}", to.address, letter.subject);
            }
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.finished.get(), "a story ends with done()");
        }
    }
}

/// The program starts.
async fn open(config: &Config, clock: &Clock) -> Running {
    Running {
        office: app::open(config, None, clock.clone()).await.unwrap(),
        mailbox: app::mailbox(config, None).unwrap(),
    }
}

// --- for stories about trouble and restarts ---

pub mod program;

impl World {
    /// All new letters to somebody, however many.
    pub async fn letters_of(&self, actor: &Actor) -> Letters {
        let mut post = self.post.lock().await;
        let letters: Vec<Letter> =
            post.take(&actor.address).await.iter().map(|raw| Letter::read(raw, actor, &self.ours)).collect();
        for letter in &letters {
            self.check_first_rule(letter, actor).await;
        }
        Letters(letters)
    }

    /// What lies in somebody's inbox now, read or not.
    pub async fn mailbox_of(&self, actor: &Actor) -> Vec<Stored> {
        self.post.lock().await.look(&actor.address, "INBOX").await
    }

    /// The configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.dir.path().join("privacyloket.toml")
    }

    /// Rewrites the configuration file and starts the program again with it.
    pub async fn reconfigure(&mut self, edit: impl FnOnce(String) -> String) {
        let path = self.configuration();
        let text = std::fs::read_to_string(&path).unwrap();
        let edited = edit(text.clone());
        assert_ne!(text, edited, "the edit changed nothing");
        std::fs::write(&path, edited).unwrap();
        self.config = config::load(&path).unwrap();
        self.restart().await;
    }

    /// How far a folder was read: `numbering:last number`.
    pub async fn cursor(&self, folder: &str) -> String {
        self.running.lock().await.office.store.begin().await.unwrap().cursor(folder).await.unwrap().unwrap()
    }

    /// Keeps a copy of the database as it is now.
    pub async fn keep_database(&self, name: &str) -> PathBuf {
        use sqlx::Connection;
        sqlx::any::install_default_drivers();
        let copy = self.dir.path().join(name);
        let url = format!("sqlite://{}", self.database().display());
        let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
        let keep = sqlx::AssertSqlSafe(format!("VACUUM INTO '{}'", copy.display()));
        sqlx::query(keep).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        copy
    }

    /// The program is killed and started with this copy of its database.
    pub async fn restart_with(&self, copy: &std::path::Path) {
        let mut running = self.running.lock().await;
        running.office.store.close().await;
        for rest in ["-wal", "-shm"] {
            let _not_there = std::fs::remove_file(format!("{}{rest}", self.database().display()));
        }
        std::fs::copy(copy, self.database()).unwrap();
        *running = open(&self.config, &self.clock).await;
    }

    /// Dovecot's memory of the numbers of our inbox goes: UIDVALIDITY changes, and the mails get new numbers.
    pub async fn renumber(&self) {
        let (local, domain) = self.ours.address.split_once('@').unwrap();
        let home = PathBuf::from(servers::told("PL_SERVERS_DIR")).join("mail").join(domain).join(local);
        self.post.lock().await.log_off(&self.ours.address);
        let mut removed = 0;
        for file in std::fs::read_dir(home.join("Maildir")).unwrap() {
            let file = file.unwrap();
            if file.file_name().to_string_lossy().starts_with("dovecot") {
                std::fs::remove_file(file.path()).unwrap();
                removed += 1;
            }
        }
        assert!(removed > 0, "nothing to remove in {}", home.display());
    }

    /// The clock goes to the real time, which the program as a process of its own uses.
    pub fn catch_up(&self) {
        let behind = Clock::System.now().duration_since(self.now());
        if behind.is_positive() {
            self.clock.advance(behind);
        }
    }

    /// A configuration file of its own, made of the world's.
    pub fn variant(&self, name: &str, edit: impl FnOnce(String) -> String) -> PathBuf {
        let text = std::fs::read_to_string(self.configuration()).unwrap();
        let edited = edit(text.clone());
        assert_ne!(text, edited, "the edit changed nothing");
        let path = self.dir.path().join(name);
        std::fs::write(&path, edited).unwrap();
        path
    }
}
