//! Hostile text comes back as it went in, in every place where a stranger's words are kept.

use privacyloket::domain::case::{Ask, CaseMail};
use privacyloket::domain::facts::Review;
use privacyloket::domain::plan::{Intention, Lane, NewCase, Post, Target};
use privacyloket::domain::time::{SignedDuration, Timestamp, to_column};
use privacyloket::io::store::outbox::Ending;
use privacyloket::io::store::{Store, moves::Move};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::people::review;
use crate::{Base, address, new_case, noon, on_both, request, waiting};

on_both!(
    nasty_texts_come_back_as_they_were,
    random_texts_come_back_as_they_were,
    very_long_texts_come_back_whole,
    text_order_is_time_order_in_the_database,
);

/// What is kept of a NUL outside JSON: PostgreSQL has no NUL in text.
fn kept(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

async fn comes_back(store: &Store, text: &str) {
    let mut tx = store.begin().await.unwrap();
    let mail = CaseMail {
        message_id: Some(text.into()),
        subject: text.into(),
        own_words: text.into(),
        attachments: vec![text.into(), String::new()],
    };
    let mut ask = request(Ask::Access, waiting());
    ask.evidence = vec![text.into()];
    let case =
        NewCase { requester_name: text.into(), mail: mail.clone(), ..new_case("jan@klant.test", None, vec![ask]) };
    let opened = tx.open_case(&case, 2026, noon(0)).await.unwrap();
    let back = tx.case(opened.id).await.unwrap().unwrap();
    assert_eq!(back.requester_name, kept(text));
    assert_eq!(
        (back.mails.as_slice(), back.requests[0].evidence.as_slice()),
        ([mail.clone()].as_slice(), [text.to_owned()].as_slice())
    );

    let id = tx.add_review(&Review { name: text.into(), mail: mail.clone(), ..review("") }, noon(0)).await.unwrap();
    let back = tx.review(id).await.unwrap().unwrap().review;
    assert_eq!((back.name.as_str(), back.mail), (text, mail));

    let post = Post {
        intention: Intention::Refuse { reason: text.into() },
        to: address("jan@klant.test"),
        target: Target::None,
        requests: Vec::new(),
        lane: Lane::Ordered,
        not_before: noon(0),
        token: None,
        in_reply_to: Some(text.into()),
        why: "test",
    };
    let id = tx.enqueue(&post, Some(opened.id), &[], "", noon(0)).await.unwrap();
    let row = tx.post(id).await.unwrap().unwrap();
    assert_eq!(row.intention, post.intention);
    assert_eq!(row.in_reply_to.unwrap_or_default(), kept(text));
    let fence = tx.claim(id, noon(1)).await.unwrap().unwrap();
    assert!(tx.retry_post((id, fence), noon(0), text).await.unwrap());
    let fence = tx.claim(id, noon(1)).await.unwrap().unwrap();
    assert!(tx.end_post((id, fence), Ending::Failed, text, noon(1)).await.unwrap());

    for to_do in [Move::BackToInbox(text.into()), Move::ToCaseFolder(text.into())] {
        tx.add_move(&to_do).await.unwrap();
        let (id, back) = tx.moves().await.unwrap().pop().unwrap();
        let (Move::BackToInbox(back) | Move::ToCaseFolder(back)) = back;
        assert_eq!(back, kept(text));
        tx.end_move(id).await.unwrap();
    }
    tx.set_setting("x", text).await.unwrap();
    assert_eq!(tx.setting("x").await.unwrap(), Some(kept(text)));
    tx.set_cursor("x", text).await.unwrap();
    assert_eq!(tx.cursor("x").await.unwrap(), Some(kept(text)));
    tx.log(noon(0), "", text, "program").await.unwrap();
    assert_eq!(tx.events("").await.unwrap().pop().unwrap().what, kept(text));
    assert!(matches!(tx.verify_log().await.unwrap(), privacyloket::io::store::log::Chain::Whole { .. }));
    tx.commit().await.unwrap();
}

async fn nasty_texts_come_back_as_they_were(base: Base) {
    let store = base.open().await;
    for text in [
        "",
        " ",
        "'; DROP TABLE cases; --",
        "\"dubbel\" 'enkel' `schuin` \\ \\' \\n $1 ? :x {} %s",
        "🥖 één ﷽ \u{202e}omgekeerd\u{202c} e\u{301}",
        "\u{0}",
        "a\u{0}b",
        "\\u0000",
        "\r\n\t\u{1}\u{1b}[31m\u{7f}\u{85}\u{feff}",
        "\u{10ffff}\u{fffe}\u{e000}",
        "null",
        "[]",
        "<script>alert(1)</script>",
    ] {
        comes_back(&store, text).await;
    }
}

async fn random_texts_come_back_as_they_were(base: Base) {
    let store = base.open().await;
    let mut runner = TestRunner::deterministic();
    let text = proptest::collection::vec(prop_oneof![4 => any::<char>(), 1 => Just('\''), 1 => Just('\0')], 0..80);
    for _ in 0..40 {
        let text: String = text.new_tree(&mut runner).unwrap().current().into_iter().collect();
        comes_back(&store, &text).await;
    }
}

async fn very_long_texts_come_back_whole(base: Base) {
    let store = base.open().await;
    comes_back(&store, &"één heel lang verhaal 🥖 ".repeat(40_000)).await;
}

async fn text_order_is_time_order_in_the_database(base: Base) {
    let _store = base.open().await;
    let mut raw = base.raw().await;
    let mut runner = TestRunner::deterministic();
    // 1970 to 2200, and to the moment a second later, an hour later, and so on.
    let second = 0_i64..7_258_118_400;
    for _ in 0..60 {
        let from = Timestamp::from_second(second.new_tree(&mut runner).unwrap().current()).unwrap();
        for step in [0, 1, 59, 3600, 86_400, 31_536_000] {
            let to = from + SignedDuration::from_secs(step);
            let (a, b) = (to_column(from), to_column(to));
            assert_eq!((a.len(), b.len()), (20, 20));
            assert_eq!(a.cmp(&b), from.cmp(&to));
            let sql = format!("SELECT CASE WHEN '{a}' < '{b}' THEN -1 WHEN '{a}' = '{b}' THEN 0 ELSE 1 END");
            assert_eq!(raw.text(&format!("SELECT CAST(({sql}) AS TEXT)")).await, if step == 0 { "0" } else { "-1" });
            assert_eq!(a.parse::<Timestamp>().unwrap(), from);
        }
    }
}
