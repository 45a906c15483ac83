//! The database itself: migrations, transactions, restarts, rows that somebody changed, and what is special of SQLite.

use privacyloket::domain::case::Ask;
use privacyloket::domain::plan::{Intention, Lane, Post, Suppression, Target, TokenStep, Whom};
use privacyloket::io::store::log::Chain;
use privacyloket::io::store::moves::Move;
use privacyloket::io::store::{Store, StoreError};

use crate::people::review;
use crate::{Base, address, customer, jan, noon, on_both, request, waiting};

on_both!(
    tables_are_made_once,
    several_may_open_an_empty_database_at_once,
    tables_of_a_newer_version_are_refused,
    a_dropped_transaction_leaves_nothing,
    a_restart_keeps_everything,
    a_row_that_cannot_be_understood_names_its_place,
    every_hot_query_has_its_index,
);

async fn tables_are_made_once(base: Base) {
    let store = base.open().await;
    assert_eq!(store.kind(), if base.postgres { "PostgreSQL" } else { "SQLite" });
    jan(&mut store.begin().await.unwrap()).await;
    let migrations = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
    assert_eq!(base.raw().await.number(migrations).await, 1);
    store.close().await;
    let again = base.open().await;
    assert_eq!(base.raw().await.number(migrations).await, 1);
    jan(&mut again.begin().await.unwrap()).await;
}

async fn several_may_open_an_empty_database_at_once(base: Base) {
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let base = base.clone();
        tasks.push(tokio::spawn(async move { Store::open(&base.url, Base::key()).await }));
    }
    for task in tasks {
        let store = task.await.unwrap().unwrap();
        let mut tx = store.begin().await.unwrap();
        jan(&mut tx).await;
        tx.commit().await.unwrap();
    }
    assert_eq!(base.open().await.begin().await.unwrap().cases(false).await.unwrap().len(), 4);
}

async fn tables_of_a_newer_version_are_refused(base: Base) {
    base.open().await.close().await;
    let mut raw = base.raw().await;
    raw.run(
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
         SELECT 99, description, installed_on, success, checksum, execution_time FROM _sqlx_migrations",
    )
    .await;
    let opened = Store::open(&base.url, Base::key()).await;
    assert!(matches!(opened, Err(StoreError::Migration(_))), "{opened:?}");
}

async fn a_dropped_transaction_leaves_nothing(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    jan(&mut tx).await;
    tx.add_review(&review("x"), noon(0)).await.unwrap();
    tx.log(noon(0), "", "x", "program").await.unwrap();
    tx.set_cursor("INBOX", "1:1").await.unwrap();
    tx.mark_seen("f", noon(0)).await.unwrap();
    drop(tx);
    // The next one is not disturbed by what was left behind.
    let mut tx = store.begin().await.unwrap();
    tx.mark_seen("g", noon(0)).await.unwrap();
    tx.commit().await.unwrap();
    let mut raw = base.raw().await;
    for table in ["cases", "case_mails", "requests", "reviews", "log", "cursors", "counters", "settings"] {
        assert_eq!(raw.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(raw.text("SELECT fingerprint FROM seen").await, "g");
}

async fn a_restart_keeps_everything(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let opened = jan(&mut tx).await;
    let post = Post {
        intention: Intention::Acknowledge,
        to: address("jan@klant.test"),
        target: Target::None,
        requests: Vec::new(),
        lane: Lane::Ordered,
        not_before: noon(0),
        token: Some(TokenStep::Thread),
        in_reply_to: None,
        why: "test",
    };
    let sending = tx.enqueue(&post, Some(opened.id), &opened.requests, "n", noon(0)).await.unwrap();
    let hash = Base::key().token("n").hash();
    tx.add_token(&hash, TokenStep::Thread, (Some(opened.id), sending), &post.to, noon(60)).await.unwrap();
    tx.claim(sending, noon(60)).await.unwrap().unwrap();
    tx.add_review(&review("x"), noon(0)).await.unwrap();
    tx.suppress(&Whom::Address(post.to.clone()), Suppression::Marketing, noon(0)).await.unwrap();
    tx.entomb(&customer("K-9"), noon(0)).await.unwrap();
    tx.remember_address(&customer("K-1"), &post.to, Some(noon(0))).await.unwrap();
    tx.set_cursor("INBOX", "1:1").await.unwrap();
    tx.mark_seen("f", noon(0)).await.unwrap();
    tx.set_paused(true).await.unwrap();
    tx.add_move(&Move::BackToInbox("m".into())).await.unwrap();
    tx.log(noon(0), "", "x", "program").await.unwrap();
    let case = tx.case(opened.id).await.unwrap();
    let book = tx.address_book().await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;

    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.case(opened.id).await.unwrap(), case);
    assert_eq!(tx.abandoned(noon(60)).await.unwrap()[0].id, sending, "a crash while sending was forgotten");
    assert!(tx.find_token(&hash, noon(0)).await.unwrap().unwrap().good);
    assert_eq!(tx.open_reviews().await.unwrap().len(), 1);
    assert_eq!(tx.suppressed(&Whom::Address(post.to)).await.unwrap(), ["marketing"]);
    assert_eq!(tx.tombstones().await.unwrap().len(), 1);
    assert_eq!(tx.address_book().await.unwrap(), book);
    assert_eq!(tx.cursor("INBOX").await.unwrap().as_deref(), Some("1:1"));
    assert!(tx.seen("f").await.unwrap() && tx.paused().await.unwrap());
    assert_eq!(tx.moves().await.unwrap().len(), 1);
    assert!(matches!(tx.verify_log().await.unwrap(), Chain::Whole { rows: 1, .. }));
    assert_eq!(jan(&mut tx).await.reference.as_str(), "PL-2026-0002");
}

async fn a_row_that_cannot_be_understood_names_its_place(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let case = jan(&mut tx).await;
    tx.add_request(case.id, &request(Ask::Erasure, waiting())).await.unwrap();
    tx.add_review(&review("x"), noon(0)).await.unwrap();
    tx.remember_address(&customer("K-1"), &address("jan@klant.test"), Some(noon(0))).await.unwrap();
    tx.add_move(&Move::BackToInbox("m".into())).await.unwrap();
    let to = address("jan@klant.test");
    tx.add_token(&Base::key().token("n").hash(), TokenStep::Thread, (None, 1), &to, noon(60)).await.unwrap();
    let post = Post {
        intention: Intention::Acknowledge,
        to,
        target: Target::None,
        requests: Vec::new(),
        lane: Lane::Ordered,
        not_before: noon(0),
        token: None,
        in_reply_to: None,
        why: "test",
    };
    tx.enqueue(&post, None, &[], "", noon(0)).await.unwrap();
    tx.commit().await.unwrap();

    let mut raw = base.raw().await;
    for (table, column, value, row) in [
        ("cases", "reference", "nonsense", "1"),
        ("cases", "requester", "no address", "1"),
        ("cases", "language", "\"klingon\"", "1"),
        ("cases", "received", "yesterday", "1"),
        ("case_mails", "mail", "{", "1"),
        ("requests", "ask", "\"fly\"", "2"),
        ("requests", "due", "2026-02-30", "2"),
        ("requests", "detail", "{\"state\":\"sleeping\"}", "2"),
        ("requests", "proof", "", "2"),
        ("reviews", "review", "null", "1"),
        ("known_addresses", "address", "no address", "K-1"),
        ("known_addresses", "since", "once", "K-1"),
        ("moves", "kind", "to_the_moon", "1"),
        ("tokens", "step", "dance", "1"),
        ("tokens", "expires", "someday", "1"),
        ("outbox", "intention", "{\"letter\":\"of_love\"}", "1"),
        ("outbox", "token_step", "dance", "1"),
        ("outbox", "recipient", "", "1"),
    ] {
        let key = if table == "known_addresses" { "customer" } else { "id" };
        let old = raw.text(&format!("SELECT {column} FROM {table} WHERE {key} = '{row}'")).await;
        raw.run(&format!("UPDATE {table} SET {column} = '{value}' WHERE {key} = '{row}'")).await;
        let mut tx = store.begin().await.unwrap();
        let error = match table {
            "reviews" => tx.open_reviews().await.err(),
            "known_addresses" => tx.address_book().await.err(),
            "moves" => tx.moves().await.err(),
            "tokens" => tx.find_token(&Base::key().token("n").hash(), noon(0)).await.err(),
            "outbox" => tx.post(1).await.err(),
            _ => tx.case(case.id).await.err(),
        };
        let Some(StoreError::Corrupt { table: t, column: c, row: r }) = &error else {
            panic!("{table}.{column}: {error:?}")
        };
        assert_eq!((*t, *c, r.as_str()), (table, column, row));
        drop(tx);
        raw.run(&format!("UPDATE {table} SET {column} = '{old}' WHERE {key} = '{row}'")).await;
    }
}

/// The planner of SQLite tells what it would do; PostgreSQL has the same indexes from the same text.
async fn every_hot_query_has_its_index(base: Base) {
    let _store = base.open().await;
    if base.postgres {
        let indexes = base.raw().await.number("SELECT COUNT(*) FROM pg_indexes WHERE schemaname = 'public'").await;
        assert!(indexes > 15, "only {indexes} indexes");
        return;
    }
    let mut raw = base.raw().await;
    for sql in [
        "SELECT * FROM cases WHERE requester = 'x'",
        "SELECT * FROM cases WHERE customer = 'x'",
        "SELECT * FROM case_mails WHERE case_id = 1",
        "SELECT * FROM requests WHERE case_id = 1",
        "SELECT case_id FROM requests WHERE state NOT IN ('answered', 'refused', 'closed')",
        "SELECT * FROM tokens WHERE hash = 'x'",
        "SELECT * FROM tokens WHERE case_id = 1",
        "SELECT * FROM outbox WHERE case_id = 1",
        "SELECT * FROM outbox WHERE state = 'waiting' AND not_before <= 'x'",
        "SELECT COUNT(*) FROM outbox WHERE lane = 'x' AND ended >= 'x' AND state IN ('sent', 'bounced')",
        "SELECT COUNT(*) FROM outbox WHERE state = 'sending' AND lane = 'x'",
        "SELECT COUNT(*) FROM outbox WHERE recipient = 'x' AND created >= 'x'",
        "SELECT * FROM reviews WHERE decided = ''",
        "SELECT * FROM suppressions WHERE kind = 'x' AND whom = 'x' AND lifted = ''",
        "UPDATE known_addresses SET bounced = '' WHERE address = 'x'",
        "SELECT * FROM log WHERE reference = 'x'",
        "SELECT * FROM seen WHERE fingerprint = 'x'",
    ] {
        let plan: Vec<String> = raw
            .rows(&format!("EXPLAIN QUERY PLAN {sql}"))
            .await
            .iter()
            .map(|row| sqlx::Row::get(row, "detail"))
            .collect();
        let scans = plan.iter().any(|step| step.starts_with("SCAN") && !step.contains("USING"));
        assert!(!scans, "{sql} reads the whole table: {plan:?}");
    }
}

#[tokio::test]
async fn sqlite_makes_its_file_for_nobody_else_and_writes_ahead() {
    let base = Base::sqlite();
    assert!(!base.file().exists());
    let store = base.open().await;
    jan(&mut store.begin().await.unwrap()).await;
    assert!(base.file().exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(base.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "personal data is readable by others: {mode:o}");
    }
    assert_eq!(base.raw().await.text("PRAGMA journal_mode").await, "wal");
}

#[tokio::test]
async fn sqlite_refuses_a_value_of_the_wrong_type() {
    let base = Base::sqlite();
    let _store = base.open().await;
    let mut raw = base.raw().await;
    for sql in [
        "INSERT INTO counters (name, value) VALUES ('x', 'one')",
        "INSERT INTO moves (kind, what) VALUES ('x', x'00ff')",
        "INSERT INTO cursors (folder, cursor) VALUES ('x', NULL)",
        "INSERT INTO cursors (folder, cursor) VALUES (NULL, 'x')",
    ] {
        assert!(raw.try_run(sql).await.is_err(), "{sql}");
    }
    let loose = "SELECT COUNT(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 \
                 AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations'";
    assert_eq!(raw.number(loose).await, 0, "a table is not STRICT");
}

#[tokio::test]
async fn sqlite_can_be_read_by_another_while_one_writes() {
    let base = Base::sqlite();
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    jan(&mut tx).await;
    let mut other = base.raw().await;
    assert_eq!(other.number("SELECT COUNT(*) FROM cases").await, 0, "saw what was not committed");
    tx.commit().await.unwrap();
    assert_eq!(other.number("SELECT COUNT(*) FROM cases").await, 1);
}

#[tokio::test]
async fn sqlite_lets_a_second_process_open_and_wait_for_its_turn() {
    let base = Base::sqlite();
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    jan(&mut tx).await;
    let second = base.open().await; // while the first one writes
    let turn = tokio::spawn(async move {
        let mut tx = second.begin().await.unwrap();
        let cases = tx.cases(false).await.unwrap().len();
        jan(&mut tx).await;
        tx.commit().await.unwrap();
        cases
    });
    tx.commit().await.unwrap();
    assert_eq!(turn.await.unwrap(), 1);
    assert_eq!(store.begin().await.unwrap().cases(false).await.unwrap().len(), 2);
}

#[tokio::test]
async fn sqlite_overwrites_what_is_deleted() {
    let base = Base::sqlite();
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let secret = address("weg.ermee@klant.test");
    tx.remember_address(&customer("K-1"), &secret, None).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.forget_address("K-1", &secret).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await; // empties the write-ahead file into the database
    let bytes = std::fs::read(base.file()).unwrap();
    assert!(!bytes.windows(9).any(|window| window == b"weg.ermee"), "the address is still in the file");
}
