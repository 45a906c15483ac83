//! What is kept about people beside cases: reviews, stopped uses, erased customers, addresses.

use privacyloket::domain::case::Reference;
use privacyloket::domain::facts::{Review, ReviewId, ReviewReason};
use privacyloket::domain::language::Language;
use privacyloket::domain::plan::{Suppression, Whom};
use privacyloket::domain::verdict::Classification;
use privacyloket::io::store::StoreError;
use privacyloket::io::store::people::Remembered;

use crate::{Base, PROVEN, address, customer, mail, noon, on_both};

on_both!(
    a_review_waits_until_staff_decide_once,
    staff_are_told_of_a_review_once,
    stopping_a_use_twice_is_one_stop,
    a_lifted_use_can_be_stopped_again,
    a_stopped_address_is_not_readable_in_the_database,
    two_stops_at_once_are_one_stop,
    an_erased_customer_stays_erased,
    the_first_sight_of_an_address_is_kept,
    a_bounced_address_is_alive_again_when_it_writes,
);

pub(crate) fn review(subject: &str) -> Review {
    Review {
        folder: "INBOX".into(),
        from: Some(address("jan@klant.test")),
        name: "Jan".into(),
        proof: PROVEN,
        received: noon(0),
        classification: Classification::ordinary(Language::Nl),
        mail: mail(subject),
        why: ReviewReason::Unclear,
        linked: Some(Reference::new(2026, 1)),
    }
}

async fn a_review_waits_until_staff_decide_once(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let first = tx.add_review(&review("een"), noon(0)).await.unwrap();
    let second = tx.add_review(&Review { from: None, linked: None, ..review("twee") }, noon(0)).await.unwrap();
    let kept = tx.review(first).await.unwrap().unwrap();
    assert_eq!((kept.id, kept.decided, kept.review.mail), (first, false, mail("een")));
    assert_eq!((kept.review.from, kept.review.linked), (review("").from, review("").linked));
    assert!(tx.close_review(first, noon(1)).await.unwrap());
    assert!(!tx.close_review(first, noon(2)).await.unwrap());
    assert!(!tx.close_review(ReviewId(99), noon(2)).await.unwrap());
    assert!(tx.review(first).await.unwrap().unwrap().decided);
    let open: Vec<_> = tx.open_reviews().await.unwrap().into_iter().map(|kept| kept.id).collect();
    assert_eq!(open, [second]);
    assert_eq!(tx.review(second).await.unwrap().unwrap().review.from, None);
    assert!(tx.review(ReviewId(99)).await.unwrap().is_none());
}

async fn staff_are_told_of_a_review_once(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let mut ids = Vec::new();
    for subject in ["een", "twee", "drie", "vier"] {
        ids.push(tx.add_review(&review(subject), noon(0)).await.unwrap());
    }
    tx.close_review(ids[1], noon(1)).await.unwrap();
    assert_eq!(tx.untold_reviews(2).await.unwrap(), [ids[0], ids[2]]);
    tx.mark_told(ids[0], noon(2)).await.unwrap();
    assert_eq!(tx.untold_reviews(9).await.unwrap(), [ids[2], ids[3]]);
    assert_eq!(tx.open_reviews().await.unwrap().len(), 3, "told is not decided");
    assert!(matches!(tx.mark_told(ReviewId(99), noon(2)).await, Err(StoreError::Count("reviews", 0))));
}

async fn stopping_a_use_twice_is_one_stop(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let (k1, k2) = (Whom::Customer(customer("K-1")), Whom::Customer(customer("K-2")));
    for what in [Suppression::Restriction, Suppression::Marketing, Suppression::Marketing] {
        tx.suppress(&k1, what, noon(0)).await.unwrap();
    }
    assert_eq!(tx.suppressed(&k1).await.unwrap(), ["marketing", "restriction"]);
    assert_eq!(tx.suppressed(&k2).await.unwrap(), [""; 0]);
    tx.lift(&k2, Suppression::Marketing, noon(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(base.raw().await.number("SELECT COUNT(*) FROM suppressions WHERE lifted = ''").await, 2);
}

async fn a_lifted_use_can_be_stopped_again(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let k1 = Whom::Customer(customer("K-1"));
    for round in 0..3 {
        for what in Suppression::ALL {
            tx.suppress(&k1, what, noon(round)).await.unwrap();
        }
        tx.lift(&k1, Suppression::Consent, noon(round + 1)).await.unwrap();
        assert_eq!(tx.suppressed(&k1).await.unwrap(), ["marketing", "objection", "restriction"]);
    }
    tx.commit().await.unwrap();
    // What was lifted stays as history.
    assert_eq!(base.raw().await.number("SELECT COUNT(*) FROM suppressions WHERE what = 'consent'").await, 3);
}

async fn a_stopped_address_is_not_readable_in_the_database(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let whom = Whom::Address(address("jan@klant.test"));
    tx.suppress(&whom, Suppression::Marketing, noon(0)).await.unwrap();
    assert_eq!(tx.suppressed(&whom).await.unwrap(), ["marketing"]);
    assert_eq!(tx.suppressed(&Whom::Address(address("piet@klant.test"))).await.unwrap(), [""; 0]);
    tx.commit().await.unwrap();
    assert!(!base.raw().await.text("SELECT whom FROM suppressions").await.contains('@'));
}

async fn two_stops_at_once_are_one_stop(base: Base) {
    let (one, two) = (base.open().await, base.open().await);
    let k1 = Whom::Customer(customer("K-1"));
    let mut first = one.begin().await.unwrap();
    first.suppress(&k1, Suppression::Marketing, noon(0)).await.unwrap();
    let whom = k1.clone();
    let second = tokio::spawn(async move {
        let mut tx = two.begin().await.unwrap();
        tx.suppress(&whom, Suppression::Marketing, noon(0)).await.unwrap();
        tx.commit().await.unwrap();
    });
    if base.postgres {
        base.raw().await.until_somebody_waits().await;
    }
    first.commit().await.unwrap();
    second.await.unwrap();
    assert_eq!(one.begin().await.unwrap().suppressed(&k1).await.unwrap(), ["marketing"]);
}

async fn an_erased_customer_stays_erased(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    tx.remember_address(&customer("K-1"), &address("jan@klant.test"), None).await.unwrap();
    tx.remember_address(&customer("K-2"), &address("jan@klant.test"), None).await.unwrap();
    assert!(tx.tombstones().await.unwrap().is_empty());
    tx.entomb(&customer("K-1"), noon(0)).await.unwrap();
    tx.entomb(&customer("K-1"), noon(9)).await.unwrap();
    let hash = tx.tombstone(&customer("k-1"));
    assert_eq!(tx.tombstones().await.unwrap().into_iter().collect::<Vec<_>>(), std::slice::from_ref(&hash));
    assert!(!hash.contains("K-1") && hash != tx.tombstone(&customer("K-2")));
    let book = tx.address_book().await.unwrap();
    assert_eq!(book.keys().map(|(customer, _)| customer.as_str()).collect::<Vec<_>>(), ["K-2"]);
}

async fn the_first_sight_of_an_address_is_kept(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let (k1, jan, piet) = (customer("K-1"), address("jan@klant.test"), address("piet@klant.test"));
    tx.remember_address(&k1, &jan, None).await.unwrap();
    tx.remember_address(&k1, &jan, Some(noon(5))).await.unwrap();
    tx.remember_address(&k1, &piet, Some(noon(6))).await.unwrap();
    tx.remember_address(&k1, &piet, Some(noon(7))).await.unwrap();
    let book = tx.address_book().await.unwrap();
    let since = |address| book.get(&("K-1".to_owned(), address)).map(|known| known.since);
    assert_eq!((since(jan.clone()), since(piet.clone())), (Some(None), Some(Some(noon(6)))));

    tx.forget_address("K-1", &piet).await.unwrap();
    assert!(matches!(tx.forget_address("K-1", &piet).await, Err(StoreError::Count("known_addresses", 0))));
    tx.remember_address(&k1, &piet, Some(noon(8))).await.unwrap();
    let book = tx.address_book().await.unwrap();
    assert_eq!(book.len(), 2);
    assert_eq!(book[&("K-1".to_owned(), piet)], Remembered { since: Some(noon(8)), bounced: false });
}

async fn a_bounced_address_is_alive_again_when_it_writes(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let (jan, piet) = (address("jan@klant.test"), address("piet@klant.test"));
    for (number, address) in [("K-1", &jan), ("K-2", &jan), ("K-3", &piet)] {
        tx.remember_address(&customer(number), address, Some(noon(0))).await.unwrap();
    }
    tx.address_bounced(&jan, noon(1)).await.unwrap();
    let bounced = |book: privacyloket::io::store::people::AddressBook| {
        book.into_values().map(|known| known.bounced).collect::<Vec<_>>()
    };
    assert_eq!(bounced(tx.address_book().await.unwrap()), [true, true, false]);
    tx.address_alive(&jan).await.unwrap();
    assert_eq!(bounced(tx.address_book().await.unwrap()), [false, false, false]);
    tx.address_bounced(&address("niemand@klant.test"), noon(1)).await.unwrap();
}
