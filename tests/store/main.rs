//! The store on both databases: each test is one function, and [`on_both`] runs it on SQLite and on PostgreSQL.
//! `tests/run --servers cargo nextest run --test store` starts what the PostgreSQL half needs.

#![cfg(test)]

mod cases;
mod database;
mod log;
mod marks;
mod outbox;
mod people;
mod texts;
mod tokens;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use privacyloket::domain::address::Address;
use privacyloket::domain::case::{Ask, CaseMail, Proposal, RequestState};
use privacyloket::domain::customer::CustomerId;
use privacyloket::domain::language::Language;
use privacyloket::domain::plan::{NewCase, NewRequest};
use privacyloket::domain::sender::{Authenticity, Because, Proof};
use privacyloket::domain::time::{SignedDuration, Timestamp};
use privacyloket::io::key::Key;
use privacyloket::io::store::cases::Opened;
use privacyloket::io::store::{Store, Tx};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};

/// An empty database of one test's own.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) url: String,
    pub(crate) postgres: bool,
    /// Removes the SQLite file at the end.
    folder: Option<Arc<tempfile::TempDir>>,
}

/// Runs every named test on both databases. A test left out of the list is dead code, which the lints refuse.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name(crate::Base::sqlite()).await; })+
        }
        mod postgres {
            $(#[tokio::test] async fn $name() {
                let base = crate::Base::postgres().await;
                super::$name(base.clone()).await;
                base.drop_database().await;
            })+
        }
    };
}
pub(crate) use on_both;

#[expect(clippy::disallowed_methods, reason = "where the servers are is known from the environment only")]
fn postgres_url() -> String {
    std::env::var("PL_PG_URL").expect("PL_PG_URL is not set: start the tests through tests/run")
}

impl Base {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("loket.db").display());
        Self { url, postgres: false, folder: Some(Arc::new(folder)) }
    }

    pub(crate) async fn postgres() -> Self {
        let server = postgres_url();
        let name = format!("store_{:x}", RandomState::new().hash_one(std::process::id()));
        admin(&format!("CREATE DATABASE {name}")).await;
        let (head, query) = server.split_once('?').map_or((server.as_str(), ""), |(head, query)| (head, query));
        let (authority, _) = head.rsplit_once('/').unwrap();
        let mark = if query.is_empty() { "" } else { "?" };
        Self { url: format!("{authority}/{name}{mark}{query}"), postgres: true, folder: None }
    }

    /// Only after a test that passed; the others are left to be looked at.
    pub(crate) async fn drop_database(&self) {
        let name = self.url.rsplit_once('/').unwrap().1;
        let name = name.split_once('?').map_or(name, |(name, _)| name);
        admin(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }

    pub(crate) fn key() -> Key {
        Key::of_bytes([7; 32])
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.url, Self::key()).await.unwrap()
    }

    /// The file of a SQLite database.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.folder.as_ref().unwrap().path().join("loket.db")
    }

    /// A connection of somebody else.
    pub(crate) async fn raw(&self) -> Raw {
        sqlx::any::install_default_drivers();
        Raw(AnyConnection::connect(&self.url).await.unwrap())
    }
}

async fn admin(sql: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&postgres_url()).await.unwrap();
    connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    connection.close().await.unwrap();
}

/// SQL past the store.
pub(crate) struct Raw(AnyConnection);

impl Raw {
    /// Runs a statement; how many rows it changed.
    pub(crate) async fn run(&mut self, sql: &str) -> u64 {
        self.try_run(sql).await.unwrap()
    }

    pub(crate) async fn try_run(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        Ok(self.0.execute(AssertSqlSafe(sql.to_owned())).await?.rows_affected())
    }

    pub(crate) async fn rows(&mut self, sql: &str) -> Vec<AnyRow> {
        self.0.fetch_all(AssertSqlSafe(sql.to_owned())).await.unwrap()
    }

    pub(crate) async fn number(&mut self, sql: &str) -> i64 {
        self.rows(sql).await[0].get(0)
    }

    pub(crate) async fn text(&mut self, sql: &str) -> String {
        self.rows(sql).await[0].get(0)
    }

    /// Comes back when another session of this database waits for a lock. PostgreSQL only.
    pub(crate) async fn until_somebody_waits(&mut self) {
        let sql =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let wait = async {
            while self.number(sql).await == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.expect("nobody waits for a lock");
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Noon of an ordinary day, and so many seconds.
pub(crate) fn noon(seconds: i64) -> Timestamp {
    at("2026-03-02T12:00:00Z") + SignedDuration::from_secs(seconds)
}

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn customer(text: &str) -> CustomerId {
    CustomerId::parse(text).unwrap()
}

pub(crate) const PROVEN: Proof = Proof { authenticity: Authenticity::Proven, because: Because::AlignedDkim };

pub(crate) fn mail(subject: &str) -> CaseMail {
    CaseMail {
        message_id: Some("vraag.1@klant.test".into()),
        subject: subject.into(),
        own_words: "Welke gegevens hebben jullie van mij?".into(),
        attachments: vec!["paspoort.pdf".into()],
    }
}

pub(crate) fn waiting() -> RequestState {
    RequestState::AwaitingStaff { since: noon(0), proposal: Proposal::DiscloseElsewhere }
}

pub(crate) fn answered() -> RequestState {
    RequestState::Answered { at: noon(3600) }
}

pub(crate) fn request(ask: Ask, state: RequestState) -> NewRequest {
    NewRequest {
        ask,
        received: noon(0),
        due: "2026-04-02".parse().unwrap(),
        due_extended: "2026-06-02".parse().unwrap(),
        proof: PROVEN,
        evidence: vec!["welke gegevens".into()],
        state,
    }
}

pub(crate) fn new_case(requester: &str, number: Option<&str>, requests: Vec<NewRequest>) -> NewCase {
    NewCase {
        requester: address(requester),
        requester_name: "Jan \"de bakker\" O'Neill".into(),
        customer: number.map(customer),
        language: Language::Nl,
        received: noon(0),
        mail: mail("Inzage"),
        requests,
    }
}

/// A case of jan, about K-1, with one open request for access.
pub(crate) async fn jan(tx: &mut Tx) -> Opened {
    let case = new_case("jan@klant.test", Some("K-1"), vec![request(Ask::Access, waiting())]);
    tx.open_case(&case, 2026, noon(0)).await.unwrap()
}
