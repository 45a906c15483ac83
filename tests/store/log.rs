//! The chain of the log: whatever is done to it past the program shows.

use privacyloket::io::store::log::Chain;
use privacyloket::io::store::{Store, StoreError};

use crate::{Base, noon, on_both};

on_both!(
    an_empty_log_is_whole,
    what_happened_in_a_case_is_told_in_order,
    a_whole_chain_says_how_long_it_is,
    whatever_is_done_to_the_log_shows,
    another_key_finds_no_whole_chain,
    what_is_not_committed_is_not_in_the_chain,
    writers_at_once_make_one_chain,
    a_check_beside_a_writer_is_no_false_alarm,
);

async fn write(store: &Store, rows: i64) {
    let mut tx = store.begin().await.unwrap();
    for n in 0..rows {
        tx.log(noon(n), &format!("PL-2026-000{}", n % 2), &format!("event {n}"), "program").await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn verify(store: &Store) -> Chain {
    store.begin().await.unwrap().verify_log().await.unwrap()
}

async fn an_empty_log_is_whole(base: Base) {
    let store = base.open().await;
    assert_eq!(verify(&store).await, Chain::Whole { rows: 0, head: String::new() });
}

async fn what_happened_in_a_case_is_told_in_order(base: Base) {
    let store = base.open().await;
    write(&store, 5).await;
    let mut tx = store.begin().await.unwrap();
    let told: Vec<_> = tx.events("PL-2026-0001").await.unwrap().into_iter().map(|e| (e.at, e.what, e.by)).collect();
    let event = |n| (noon(n), format!("event {n}"), "program".to_owned());
    assert_eq!(told, [event(1), event(3)]);
    assert_eq!(tx.events("PL-2026-0009").await.unwrap(), []);
}

async fn a_whole_chain_says_how_long_it_is(base: Base) {
    let store = base.open().await;
    write(&store, 5).await;
    let Chain::Whole { rows: 5, head } = verify(&store).await else { panic!("not whole") };
    assert_eq!(head, base.raw().await.text("SELECT chain FROM log WHERE seq = 5").await);
    write(&store, 2100).await; // more than one page
    assert!(matches!(verify(&store).await, Chain::Whole { rows: 2105, .. }));
}

async fn whatever_is_done_to_the_log_shows(base: Base) {
    let store = base.open().await;
    write(&store, 9).await;
    let mut raw = base.raw().await;
    let rows = "SELECT seq, at, reference, what, by_whom, chain FROM kept";
    for (attack, row) in [
        ("UPDATE log SET what = 'nothing' WHERE seq = 4", 4),
        ("UPDATE log SET at = '2020-01-01T00:00:00Z' WHERE seq = 4", 4),
        ("UPDATE log SET reference = 'PL-2026-0009' WHERE seq = 1", 1),
        ("UPDATE log SET by_whom = 'staff' WHERE seq = 9", 9),
        ("UPDATE log SET chain = 'x' WHERE seq = 5", 5),
        ("UPDATE log SET seq = 10 WHERE seq = 9", 9),
        ("UPDATE log SET what = what || ' ', reference = reference || '' WHERE seq = 2", 2),
        ("DELETE FROM log WHERE seq = 1", 1),
        ("DELETE FROM log WHERE seq = 5", 5),
        ("DELETE FROM log WHERE seq > 7", 8),
        ("DELETE FROM log", 1),
        ("INSERT INTO log (seq, at, reference, what, by_whom, chain) VALUES (10, '', '', 'x', 'staff', 'x')", 10),
        (
            "INSERT INTO log (seq, at, reference, what, by_whom, chain) SELECT 10, at, reference, what, by_whom, chain FROM log WHERE seq = 9",
            10,
        ),
        (
            "INSERT INTO log (seq, at, reference, what, by_whom, chain) SELECT 0, at, reference, what, by_whom, chain FROM log WHERE seq = 1",
            1,
        ),
        (
            "INSERT INTO log (seq, at, reference, what, by_whom, chain) VALUES (-5, '2026-01-01T00:00:00Z', 'PL-2026-0001', 'approved', 'staff', 'x')",
            1,
        ),
        ("UPDATE settings SET value = 'x' WHERE name = 'log_head'", 10),
        ("DELETE FROM settings WHERE name = 'log_head'", 10),
    ] {
        raw.run("CREATE TABLE kept AS SELECT * FROM log").await;
        raw.run("CREATE TABLE kept_head AS SELECT * FROM settings").await;
        assert!(raw.run(attack).await > 0, "{attack}");
        assert_eq!(verify(&store).await, Chain::Broken { row }, "{attack}");
        for undo in [
            "DELETE FROM log",
            &format!("INSERT INTO log (seq, at, reference, what, by_whom, chain) {rows}"),
            "DELETE FROM settings",
            "INSERT INTO settings (name, value) SELECT name, value FROM kept_head",
            "DROP TABLE kept",
            "DROP TABLE kept_head",
        ] {
            raw.run(undo).await;
        }
        assert!(matches!(verify(&store).await, Chain::Whole { rows: 9, .. }));
    }
}

async fn another_key_finds_no_whole_chain(base: Base) {
    let store = base.open().await;
    write(&store, 2).await;
    store.close().await;
    let other = Store::open(&base.url, privacyloket::io::key::Key::of_bytes([8; 32])).await.unwrap();
    assert_eq!(verify(&other).await, Chain::Broken { row: 1 });
}

async fn what_is_not_committed_is_not_in_the_chain(base: Base) {
    let store = base.open().await;
    write(&store, 2).await;
    let mut dropped = store.begin().await.unwrap();
    dropped.log(noon(9), "", "never", "program").await.unwrap();
    drop(dropped);
    write(&store, 1).await;
    assert!(matches!(verify(&store).await, Chain::Whole { rows: 3, .. }));
    assert_eq!(base.raw().await.number("SELECT COUNT(*) FROM log WHERE what = 'never'").await, 0);
}

async fn writers_at_once_make_one_chain(base: Base) {
    let stores = [base.open().await, base.open().await];
    let mut tasks = Vec::new();
    for n in 0..20 {
        let store = stores[n % 2].clone();
        tasks.push(tokio::spawn(async move { write(&store, 3).await }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert!(matches!(verify(&stores[0]).await, Chain::Whole { rows: 60, .. }));
}

async fn a_check_beside_a_writer_is_no_false_alarm(base: Base) {
    let (reader, writer) = (base.open().await, base.open().await);
    let work = tokio::spawn(async move {
        for n in 0..100 {
            let mut tx = writer.begin().await?;
            tx.log(noon(n), "", "event", "program").await?;
            tx.commit().await?;
        }
        Ok::<(), StoreError>(())
    });
    let mut checks = 0;
    while !work.is_finished() {
        let chain = verify(&reader).await;
        assert!(matches!(chain, Chain::Whole { .. }), "{chain:?} while somebody wrote");
        checks += 1;
    }
    work.await.unwrap().unwrap();
    assert!(checks > 0);
    assert!(matches!(verify(&reader).await, Chain::Whole { rows: 100, .. }));
}
