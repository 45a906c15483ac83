//! Cursors, fingerprints, switches, series of numbers, moves.

use std::collections::BTreeSet;

use privacyloket::io::store::StoreError;
use privacyloket::io::store::moves::Move;

use crate::{Base, noon, on_both};

on_both!(
    a_cursor_moves_and_each_folder_has_its_own,
    a_mail_is_seen_once_and_for_all,
    a_setting_is_the_last_value,
    automatic_mail_is_on_until_it_is_paused,
    a_series_counts_from_one_and_gives_back_what_was_not_committed,
    many_at_once_never_get_the_same_number,
    a_move_waits_until_it_is_done,
);

async fn a_cursor_moves_and_each_folder_has_its_own(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.cursor("INBOX").await.unwrap(), None);
    tx.set_cursor("INBOX", "1:1").await.unwrap();
    tx.set_cursor("Ongewenst é/ü", "9:9").await.unwrap();
    tx.set_cursor("INBOX", "1:2").await.unwrap();
    assert_eq!(tx.cursor("INBOX").await.unwrap().as_deref(), Some("1:2"));
    assert_eq!(tx.cursor("Ongewenst é/ü").await.unwrap().as_deref(), Some("9:9"));
    assert_eq!(tx.cursor("inbox").await.unwrap(), None);
}

async fn a_mail_is_seen_once_and_for_all(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.seen("f1").await.unwrap());
    tx.mark_seen("f1", noon(0)).await.unwrap();
    tx.mark_seen("f1", noon(1)).await.unwrap();
    assert!(tx.seen("f1").await.unwrap());
    assert!(!tx.seen("f2").await.unwrap());
}

async fn a_setting_is_the_last_value(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.setting("x").await.unwrap(), None);
    for value in ["a", "", "b"] {
        tx.set_setting("x", value).await.unwrap();
        assert_eq!(tx.setting("x").await.unwrap().as_deref(), Some(value));
    }
    assert_eq!(tx.setting("y").await.unwrap(), None);
}

async fn automatic_mail_is_on_until_it_is_paused(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.paused().await.unwrap());
    for paused in [true, true, false] {
        tx.set_paused(paused).await.unwrap();
        assert_eq!(tx.paused().await.unwrap(), paused);
    }
}

async fn a_series_counts_from_one_and_gives_back_what_was_not_committed(base: Base) {
    let store = base.open().await;
    for expected in [1, 2] {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.next_number("a").await.unwrap(), expected);
        tx.commit().await.unwrap();
    }
    let mut dropped = store.begin().await.unwrap();
    assert_eq!(dropped.next_number("a").await.unwrap(), 3);
    drop(dropped);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.next_number("a").await.unwrap(), 3, "a case number was lost");
    assert_eq!(tx.next_number("b").await.unwrap(), 1);
}

async fn many_at_once_never_get_the_same_number(base: Base) {
    let stores = [base.open().await, base.open().await, base.open().await];
    let mut tasks = Vec::new();
    for n in 0..30 {
        let store = stores[n % stores.len()].clone();
        tasks.push(tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let number = tx.next_number("case 2026").await.unwrap();
            tokio::task::yield_now().await;
            tx.commit().await.unwrap();
            number
        }));
    }
    let mut numbers = BTreeSet::new();
    for task in tasks {
        numbers.insert(task.await.unwrap());
    }
    assert_eq!(numbers, (1..=30).collect());
}

async fn a_move_waits_until_it_is_done(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let moves = [Move::ToCaseFolder("INBOX 1:7".into()), Move::BackToInbox("vraag.1@klant.test".into())];
    for to_do in &moves {
        tx.add_move(to_do).await.unwrap();
    }
    let [(first, a), (second, b)] = tx.moves().await.unwrap().try_into().unwrap();
    assert_eq!([a, b], moves);
    tx.end_move(first).await.unwrap();
    assert!(matches!(tx.end_move(first).await, Err(StoreError::Count("moves", 0))));
    assert_eq!(tx.moves().await.unwrap().into_iter().map(|(id, _)| id).collect::<Vec<_>>(), [second]);
}
