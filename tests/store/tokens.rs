//! Tokens: found by hash, good until their moment, used once.

use privacyloket::domain::case::CaseId;
use privacyloket::domain::facts::TokenId;
use privacyloket::domain::plan::TokenStep;
use privacyloket::domain::token::TokenHash;
use privacyloket::io::store::{StoreError, Tx};

use crate::{Base, address, noon, on_both};

on_both!(
    a_token_is_found_by_its_hash_alone,
    a_token_is_good_until_exactly_its_moment,
    one_use_kills_the_twins_and_nothing_else,
    a_second_use_is_refused_and_harms_nobody,
    tokens_of_no_case_are_nobodys_twins,
    the_same_token_is_never_kept_twice,
    of_two_twins_used_at_once_one_wins,
);

fn hash(name: &str) -> TokenHash {
    Base::key().token(name).hash()
}

async fn add(tx: &mut Tx, name: &str, step: TokenStep, case: Option<i64>) {
    let to = address(&format!("{name}@craftcloud.test"));
    tx.add_token(&hash(name), step, (case.map(CaseId), 42), &to, noon(60)).await.unwrap();
}

async fn good(tx: &mut Tx, name: &str) -> bool {
    tx.find_token(&hash(name), noon(0)).await.unwrap().unwrap().good
}

async fn id(tx: &mut Tx, name: &str) -> TokenId {
    tx.find_token(&hash(name), noon(0)).await.unwrap().unwrap().id
}

async fn a_token_is_found_by_its_hash_alone(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    add(&mut tx, "a", TokenStep::Confirmation, Some(3)).await;
    let found = tx.find_token(&hash("a"), noon(0)).await.unwrap().unwrap();
    assert_eq!((found.case, found.post, found.step), (Some(CaseId(3)), 42, TokenStep::Confirmation));
    assert_eq!(found.address, address("a@craftcloud.test"));
    assert!(found.good);
    assert!(tx.find_token(&hash("b"), noon(0)).await.unwrap().is_none());
    tx.commit().await.unwrap();
    let kept = base.raw().await.text("SELECT hash FROM tokens").await;
    assert_ne!(kept, Base::key().token("a").reveal(), "the token itself is in the database");
}

async fn a_token_is_good_until_exactly_its_moment(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    for step in TokenStep::ALL {
        add(&mut tx, step.name(), step, Some(3)).await;
        for (now, good) in [(0, true), (59, true), (60, false), (61, false), (100_000_000, false)] {
            let found = tx.find_token(&hash(step.name()), noon(now)).await.unwrap().unwrap();
            assert_eq!((found.step, found.good), (step, good), "after {now} s");
        }
    }
}

async fn one_use_kills_the_twins_and_nothing_else(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    for name in ["anna", "bert"] {
        add(&mut tx, name, TokenStep::StaffCase, Some(1)).await;
    }
    add(&mut tx, "other-step", TokenStep::Confirmation, Some(1)).await;
    add(&mut tx, "other-case", TokenStep::StaffCase, Some(2)).await;
    add(&mut tx, "thread", TokenStep::Thread, Some(1)).await;
    add(&mut tx, "thread-2", TokenStep::Thread, Some(1)).await;
    let anna = id(&mut tx, "anna").await;
    assert!(tx.use_token(anna, noon(1)).await.unwrap());
    for (name, lives) in [
        ("anna", false),
        ("bert", false),
        ("other-step", true),
        ("other-case", true),
        ("thread", true),
        ("thread-2", true),
    ] {
        assert_eq!(good(&mut tx, name).await, lives, "{name}");
    }
    let bert = id(&mut tx, "bert").await;
    assert!(!tx.use_token(bert, noon(2)).await.unwrap(), "a dead twin worked");
    let thread = id(&mut tx, "thread").await;
    assert!(tx.use_token(thread, noon(2)).await.unwrap());
    assert!(good(&mut tx, "thread-2").await, "a thread token was taken for a twin");
}

async fn a_second_use_is_refused_and_harms_nobody(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    add(&mut tx, "old", TokenStep::StaffCase, Some(1)).await;
    let old = id(&mut tx, "old").await;
    assert!(tx.use_token(old, noon(1)).await.unwrap());
    // The same step comes up again, with a fresh token.
    add(&mut tx, "new", TokenStep::StaffCase, Some(1)).await;
    assert!(!tx.use_token(old, noon(2)).await.unwrap());
    assert!(good(&mut tx, "new").await, "a refused use killed the token of a later mail");
    assert!(!tx.use_token(TokenId(99), noon(2)).await.unwrap());
}

async fn tokens_of_no_case_are_nobodys_twins(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    add(&mut tx, "digest-1", TokenStep::StaffReview, None).await;
    add(&mut tx, "digest-2", TokenStep::StaffReview, None).await;
    let first = id(&mut tx, "digest-1").await;
    assert!(tx.use_token(first, noon(1)).await.unwrap());
    assert!(good(&mut tx, "digest-2").await, "another digest died");
    assert_eq!(tx.find_token(&hash("digest-1"), noon(0)).await.unwrap().unwrap().case, None);
}

async fn the_same_token_is_never_kept_twice(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    add(&mut tx, "a", TokenStep::Thread, Some(1)).await;
    let again = tx.add_token(&hash("a"), TokenStep::StaffCase, (None, 1), &address("x@y.nl"), noon(60)).await;
    assert!(matches!(again, Err(StoreError::Database(_))));
}

async fn of_two_twins_used_at_once_one_wins(base: Base) {
    let (one, two) = (base.open().await, base.open().await);
    let mut tx = one.begin().await.unwrap();
    add(&mut tx, "anna", TokenStep::StaffCase, Some(1)).await;
    add(&mut tx, "bert", TokenStep::StaffCase, Some(1)).await;
    let (anna, bert) = (id(&mut tx, "anna").await, id(&mut tx, "bert").await);
    tx.commit().await.unwrap();
    // A deadlock that the database breaks is an answer too: that mail is tried again, and then finds its token dead.
    let attempt = async |store: privacyloket::io::store::Store, token| {
        let mut tx = store.begin().await?;
        let won = tx.use_token(token, noon(1)).await?;
        tx.commit().await?;
        Ok::<bool, StoreError>(won)
    };
    let (anna, bert) = tokio::join!(attempt(one.clone(), anna), attempt(two, bert));
    let wins = [&anna, &bert].into_iter().filter(|result| matches!(result, Ok(true))).count();
    assert_eq!(wins, 1, "{anna:?} {bert:?}");
    let mut tx = one.begin().await.unwrap();
    assert!(!good(&mut tx, "anna").await && !good(&mut tx, "bert").await);
}
