//! The outbox: what is due in which order, who holds a row, and what is counted against the budgets.

use privacyloket::domain::address::Address;
use privacyloket::domain::case::RequestId;
use privacyloket::domain::plan::{Intention, Lane, Post, StaffNote, Target, TokenStep};
use privacyloket::domain::time::Timestamp;
use privacyloket::io::store::Tx;
use privacyloket::io::store::outbox::Ending;

use crate::{Base, Raw, address, customer, jan, noon, on_both};

on_both!(
    a_row_comes_back_as_it_was_put_in,
    staff_come_first_and_strangers_last,
    nothing_is_due_before_its_moment,
    a_row_is_claimed_once,
    two_claims_at_once_give_the_row_to_one,
    an_old_holder_can_neither_end_nor_retry,
    a_retry_waits_and_counts,
    a_postponed_row_counts_no_attempt,
    a_row_is_abandoned_when_its_lease_runs_out,
    only_what_all_withdrawn_requests_wait_for_is_withdrawn,
    what_is_being_sent_while_it_is_withdrawn_stays_with_its_sender,
    only_a_letter_that_went_out_comes_back,
    a_lane_counts_what_was_sent_and_what_is_being_sent,
    an_address_counts_automatic_letters_only,
    wrote_means_a_letter_to_the_requester,
);

fn post(intention: Intention, lane: Lane, to: &str, not_before: Timestamp) -> Post {
    Post {
        intention,
        to: address(to),
        target: Target::None,
        requests: Vec::new(),
        lane,
        not_before,
        token: None,
        in_reply_to: None,
        why: "test",
    }
}

async fn put(tx: &mut Tx, lane: Lane, to: &str, not_before: Timestamp) -> i64 {
    let post = post(Intention::Acknowledge, lane, to, not_before);
    tx.enqueue(&post, None, &[], "", noon(0)).await.unwrap()
}

async fn put_about(tx: &mut Tx, lane: Lane, requests: &[i64]) -> i64 {
    let requests: Vec<_> = requests.iter().copied().map(RequestId).collect();
    let post = post(Intention::Acknowledge, lane, "jan@klant.test", noon(0));
    tx.enqueue(&post, None, &requests, "", noon(0)).await.unwrap()
}

async fn send(tx: &mut Tx, id: i64, ending: Ending, now: Timestamp) {
    let fence = tx.claim(id, now).await.unwrap().unwrap();
    assert!(tx.end_post((id, fence), ending, "", now).await.unwrap());
}

async fn due(tx: &mut Tx, now: Timestamp) -> Vec<i64> {
    tx.due(now, 100).await.unwrap().into_iter().map(|row| row.id).collect()
}

async fn state(raw: &mut Raw, id: i64) -> String {
    raw.text(&format!("SELECT state FROM outbox WHERE id = {id}")).await
}

async fn a_row_comes_back_as_it_was_put_in(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let case = jan(&mut tx).await;
    let post = Post {
        token: Some(TokenStep::StaffCase),
        in_reply_to: Some("vraag.1@klant.test".into()),
        ..post(Intention::StaffCase { note: StaffNote::New }, Lane::Staff, "anna@craftcloud.test", noon(5))
    };
    let id = tx.enqueue(&post, Some(case.id), &case.requests, "n0nce", noon(0)).await.unwrap();
    let row = tx.post(id).await.unwrap().unwrap();
    assert_eq!((row.id, row.case, &row.intention, &row.to), (id, Some(case.id), &post.intention, &post.to));
    assert_eq!((row.lane.as_str(), row.requests.as_slice()), ("staff", case.requests.as_slice()));
    assert_eq!((row.nonce.as_str(), row.token), ("n0nce", post.token));
    assert_eq!((row.in_reply_to, row.attempts, row.fence), (post.in_reply_to, 0, 0));

    let bare = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    let row = tx.post(bare).await.unwrap().unwrap();
    assert_eq!((row.case, row.token, row.in_reply_to, row.requests.len()), (None, None, None, 0));
    assert!(tx.post(99).await.unwrap().is_none());
    assert_eq!(tx.outbox_depth().await.unwrap(), 2);
}

async fn staff_come_first_and_strangers_last(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let lanes = [Lane::AutomaticUnproven, Lane::AutomaticProven, Lane::Ordered, Lane::Staff];
    let mut ids = Vec::new();
    for (n, lane) in (0..).zip(lanes.into_iter().chain(lanes)) {
        ids.push(put(&mut tx, lane, "jan@klant.test", noon(-n)).await);
    }
    // Of each lane the second one has waited longer.
    let order: Vec<i64> = [7, 3, 6, 2, 5, 1, 4, 0].into_iter().map(|n| ids[n]).collect();
    assert_eq!(due(&mut tx, noon(0)).await, order);
    let first: Vec<_> = tx.due(noon(0), 3).await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(first, order[..3]);
}

async fn nothing_is_due_before_its_moment(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let id = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(60)).await;
    assert_eq!(due(&mut tx, noon(59)).await, [0; 0]);
    assert_eq!(due(&mut tx, noon(60)).await, [id]);
}

async fn a_row_is_claimed_once(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let id = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    let fence = tx.claim(id, noon(60)).await.unwrap().unwrap();
    assert_eq!(tx.claim(id, noon(60)).await.unwrap(), None);
    assert_eq!(due(&mut tx, noon(9)).await, [0; 0]);
    assert!(tx.end_post((id, fence), Ending::Sent, "", noon(1)).await.unwrap());
    assert!(!tx.end_post((id, fence), Ending::Failed, "", noon(1)).await.unwrap(), "ended twice");
    assert_eq!(tx.claim(id, noon(60)).await.unwrap(), None);
    assert_eq!(tx.claim(99, noon(60)).await.unwrap(), None);
    assert_eq!(tx.outbox_depth().await.unwrap(), 0);
}

async fn two_claims_at_once_give_the_row_to_one(base: Base) {
    let (one, two) = (base.open().await, base.open().await);
    let mut tx = one.begin().await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await);
    }
    tx.commit().await.unwrap();
    for id in ids {
        let attempt = async |store: &privacyloket::io::store::Store| {
            let mut tx = store.begin().await.unwrap();
            let fence = tx.claim(id, noon(60)).await.unwrap();
            tx.commit().await.unwrap();
            fence
        };
        let (a, b) = tokio::join!(attempt(&one), attempt(&two));
        assert_ne!(a.is_some(), b.is_some(), "{a:?} {b:?}");
    }
}

async fn an_old_holder_can_neither_end_nor_retry(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let id = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    let old = tx.claim(id, noon(60)).await.unwrap().unwrap();
    assert!(tx.retry_post((id, old), noon(0), "he was gone").await.unwrap());
    let new = tx.claim(id, noon(120)).await.unwrap().unwrap();
    assert!(new > old);
    assert!(!tx.end_post((id, old), Ending::Sent, "", noon(1)).await.unwrap());
    assert!(!tx.retry_post((id, old), noon(0), "").await.unwrap());
    assert!(tx.end_post((id, new), Ending::Sent, "", noon(1)).await.unwrap());
}

async fn a_retry_waits_and_counts(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let id = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    for attempt in 1..=3 {
        let fence = tx.claim(id, noon(60)).await.unwrap().unwrap();
        assert!(tx.retry_post((id, fence), noon(600), "451 later").await.unwrap());
        let row = tx.post(id).await.unwrap().unwrap();
        assert_eq!((row.attempts, row.fence), (attempt, attempt));
        assert_eq!(due(&mut tx, noon(599)).await, [0; 0]);
        assert_eq!(due(&mut tx, noon(600)).await, [id]);
    }
    assert!(tx.abandoned(noon(9999)).await.unwrap().is_empty());
}

async fn a_postponed_row_counts_no_attempt(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let id = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    tx.postpone(id, noon(60)).await.unwrap();
    assert_eq!((due(&mut tx, noon(59)).await, due(&mut tx, noon(60)).await), (vec![], vec![id]));
    assert_eq!(tx.post(id).await.unwrap().unwrap().attempts, 0);
    let fence = tx.claim(id, noon(60)).await.unwrap().unwrap();
    tx.postpone(id, noon(0)).await.unwrap();
    assert_eq!(due(&mut tx, noon(60)).await, [0; 0], "a row that is being sent became due");
    assert!(tx.end_post((id, fence), Ending::Sent, "", noon(60)).await.unwrap());
}

async fn a_row_is_abandoned_when_its_lease_runs_out(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let id = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    let fence = tx.claim(id, noon(60)).await.unwrap().unwrap();
    assert!(tx.abandoned(noon(59)).await.unwrap().is_empty());
    let [row] = tx.abandoned(noon(60)).await.unwrap().try_into().unwrap();
    assert_eq!((row.id, row.fence, row.attempts), (id, fence, 1));
    assert!(tx.end_post((id, fence), Ending::Unknown, "lost", noon(60)).await.unwrap());
    assert!(tx.abandoned(noon(9999)).await.unwrap().is_empty());
}

async fn only_what_all_withdrawn_requests_wait_for_is_withdrawn(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let one = put_about(&mut tx, Lane::Ordered, &[1]).await;
    let both = put_about(&mut tx, Lane::AutomaticProven, &[1, 2]).await;
    let more = put_about(&mut tx, Lane::Ordered, &[2, 3]).await;
    let none = put_about(&mut tx, Lane::Ordered, &[]).await;
    let staff = put_about(&mut tx, Lane::Staff, &[1]).await;
    let sending = put_about(&mut tx, Lane::Ordered, &[1]).await;
    let fence = tx.claim(sending, noon(60)).await.unwrap().unwrap();
    let sent = put_about(&mut tx, Lane::Ordered, &[1]).await;
    send(&mut tx, sent, Ending::Sent, noon(1)).await;
    let eleven = put_about(&mut tx, Lane::Ordered, &[11, 12]).await;
    tx.withdraw(&[RequestId(1), RequestId(2)], noon(2)).await.unwrap();
    tx.withdraw(&[], noon(2)).await.unwrap();
    assert_eq!(due(&mut tx, noon(9)).await, [staff, more, none, eleven]);
    assert!(tx.end_post((sending, fence), Ending::Sent, "", noon(3)).await.unwrap());
    tx.commit().await.unwrap();
    let mut raw = base.raw().await;
    for (id, expected) in [(one, "withdrawn"), (both, "withdrawn"), (sent, "sent"), (sending, "sent")] {
        assert_eq!(state(&mut raw, id).await, expected);
    }
}

/// PostgreSQL lets both run at once: the withdrawal sees the row waiting, and must look again when it gets it.
async fn what_is_being_sent_while_it_is_withdrawn_stays_with_its_sender(base: Base) {
    let (one, two) = (base.open().await, base.open().await);
    let mut tx = one.begin().await.unwrap();
    let id = put_about(&mut tx, Lane::Ordered, &[1]).await;
    tx.commit().await.unwrap();

    let mut sender = one.begin().await.unwrap();
    let fence = sender.claim(id, noon(60)).await.unwrap().unwrap();
    let withdrawal = tokio::spawn(async move {
        let mut tx = two.begin().await.unwrap();
        tx.withdraw(&[RequestId(1)], noon(1)).await.unwrap();
        tx.commit().await.unwrap();
    });
    if base.postgres {
        base.raw().await.until_somebody_waits().await;
    }
    sender.commit().await.unwrap();
    withdrawal.await.unwrap();

    assert_eq!(state(&mut base.raw().await, id).await, "sending");
    let mut tx = one.begin().await.unwrap();
    assert!(tx.end_post((id, fence), Ending::Sent, "", noon(2)).await.unwrap());
}

async fn only_a_letter_that_went_out_comes_back(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let mut ids = Vec::new();
    for ending in [Ending::Sent, Ending::Unknown, Ending::Failed, Ending::Withdrawn] {
        let id = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
        send(&mut tx, id, ending, noon(1)).await;
        tx.mark_bounced(id).await.unwrap();
        ids.push(id);
    }
    let waiting = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    tx.mark_bounced(waiting).await.unwrap();
    tx.mark_bounced(99).await.unwrap();
    tx.commit().await.unwrap();
    let mut raw = base.raw().await;
    for (id, expected) in ids.into_iter().zip(["bounced", "bounced", "failed", "withdrawn"]) {
        assert_eq!(state(&mut raw, id).await, expected);
    }
    assert_eq!(state(&mut raw, waiting).await, "waiting");
}

async fn a_lane_counts_what_was_sent_and_what_is_being_sent(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let lane = Lane::AutomaticProven;
    for (ending, ended) in [
        (Ending::Sent, 10),
        (Ending::Unknown, 11),
        (Ending::Bounced, 12),
        (Ending::Failed, 13),
        (Ending::Withdrawn, 14),
        (Ending::Sent, 9),
    ] {
        let id = put(&mut tx, lane, "jan@klant.test", noon(0)).await;
        send(&mut tx, id, ending, noon(ended)).await;
    }
    let sending = put(&mut tx, lane, "jan@klant.test", noon(0)).await;
    tx.claim(sending, noon(60)).await.unwrap().unwrap();
    put(&mut tx, lane, "jan@klant.test", noon(0)).await;
    let other = put(&mut tx, Lane::Ordered, "jan@klant.test", noon(0)).await;
    send(&mut tx, other, Ending::Sent, noon(10)).await;
    assert_eq!(tx.sent_in_lane("automatic_proven", noon(10)).await.unwrap(), 4);
    assert_eq!(tx.sent_in_lane("automatic_proven", noon(9)).await.unwrap(), 5);
    assert_eq!(tx.sent_in_lane("ordered", noon(10)).await.unwrap(), 1);
    assert_eq!(tx.sent_in_lane("automatic_unproven", noon(0)).await.unwrap(), 0);
}

async fn an_address_counts_automatic_letters_only(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let jan = "jan@klant.test";
    for (lane, to, ending) in [
        (Lane::AutomaticProven, jan, Ending::Sent),
        (Lane::AutomaticUnproven, jan, Ending::Bounced),
        (Lane::AutomaticUnproven, jan, Ending::Unknown),
        (Lane::AutomaticUnproven, jan, Ending::Failed),
        (Lane::AutomaticUnproven, jan, Ending::Withdrawn),
        (Lane::Ordered, jan, Ending::Sent),
        (Lane::Staff, jan, Ending::Sent),
        (Lane::AutomaticProven, "piet@klant.test", Ending::Sent),
    ] {
        let id = put(&mut tx, lane, to, noon(0)).await;
        send(&mut tx, id, ending, noon(10)).await;
    }
    let jan: Address = address(jan);
    assert_eq!(tx.automatic_sent_to(&jan, noon(10)).await.unwrap(), 3);
    assert_eq!(tx.automatic_sent_to(&jan, noon(11)).await.unwrap(), 0);
    assert_eq!(tx.automatic_for(&jan, noon(0)).await.unwrap(), 3);

    // One more that waits, and then is being sent: another instance must not send a second one meanwhile.
    let id = put(&mut tx, Lane::AutomaticUnproven, jan.as_str(), noon(0)).await;
    assert_eq!(tx.automatic_sent_to(&jan, noon(10)).await.unwrap(), 3);
    assert_eq!(tx.automatic_for(&jan, noon(0)).await.unwrap(), 4);
    assert_eq!(tx.automatic_for(&jan, noon(1)).await.unwrap(), 0);
    tx.claim(id, noon(60)).await.unwrap().unwrap();
    assert_eq!(tx.automatic_sent_to(&jan, noon(10)).await.unwrap(), 4);
    assert_eq!(tx.automatic_for(&jan, noon(0)).await.unwrap(), 4);
}

async fn wrote_means_a_letter_to_the_requester(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    for (lane, to, ending, wrote) in [
        (Lane::Ordered, "jan@klant.test", Some(Ending::Sent), true),
        (Lane::AutomaticUnproven, "jan@klant.test", Some(Ending::Unknown), true),
        (Lane::Ordered, "jan@klant.test", Some(Ending::Bounced), false),
        (Lane::Ordered, "jan@klant.test", Some(Ending::Failed), false),
        (Lane::Ordered, "jan@klant.test", Some(Ending::Withdrawn), false),
        (Lane::Ordered, "jan@klant.test", None, false),
        (Lane::Ordered, "owner@klant.test", Some(Ending::Sent), false),
        (Lane::Staff, "jan@klant.test", Some(Ending::Sent), false),
    ] {
        let case = jan(&mut tx).await.id;
        let intention = Intention::DiscloseToOwner { customer: customer("K-1") };
        let id = tx.enqueue(&post(intention, lane, to, noon(0)), Some(case), &[], "", noon(0)).await.unwrap();
        if let Some(ending) = ending {
            send(&mut tx, id, ending, noon(1)).await;
        }
        assert_eq!(tx.wrote(case).await.unwrap(), wrote, "{} {to} {ending:?}", lane.name());
        if ending.is_none() {
            tx.claim(id, noon(60)).await.unwrap().unwrap();
            assert!(tx.wrote(case).await.unwrap(), "it may be arriving now");
        }
    }
}
