//! What is not carried out: doubt, conditions, several orders, words that are not understood, orders that staff did not
//! write themselves. Help comes back, nothing changes, and the mail can still be answered.

use super::{CORRECT, asks, correction, erasure, helped, orders};
use crate::world::{Mail, Quoting, World};

#[tokio::test]
async fn an_unknown_word_gets_help_and_uses_nothing_up() {
    let w = World::new("unclear-word").await;
    let case_mail = correction(&w).await;
    helped(&w, &case_mail, "Wat is dit voor mail", "begrijp je eerste regel niet").await;
    helped(&w, &case_mail, "ik bel hem morgen even", "begrijp je eerste regel niet").await;
    helped(&w, &case_mail, "help", "verzoek <adres>").await;
    helped(&w, &case_mail, "hulp", "verzoek <adres>").await;
    orders(&w, &case_mail, "akkoord").await.has("Goedgekeurd");
    w.done().await;
}

#[tokio::test]
async fn a_typing_error_is_shown_what_may_have_been_meant_and_help_can_be_answered() {
    let w = World::new("unclear-typo").await;
    let case_mail = correction(&w).await;
    helped(&w, &case_mail, "akoord", "Bedoel je `akkoord`?").await;
    helped(&w, &case_mail, "aprove", "Bedoel je `approve`?").await;
    helped(&w, &case_mail, "prima!", "Bedoel je `akkoord`?").await;
    helped(&w, &case_mail, "👍", "Bedoel je `akkoord`?").await;
    let help = orders(&w, &case_mail, "geen verzok").await;
    help.has("Bedoel je `geen verzoek`?");
    orders(&w, &help, "akkoord").await.has("Goedgekeurd");
    w.done().await;
}

#[tokio::test]
async fn conditions_questions_and_refusals_in_other_words_approve_nothing() {
    let w = World::new("unclear-if").await;
    let case_mail = erasure(&w).await;
    for words in [
        "niet akkoord",
        "akkoord?",
        "akkoord K-1002?",
        "ok, maar eerst even bellen",
        "akkoord K-1002 maar niet de website",
        "akkoord K-1002\n\nTenzij er nog een factuur openstaat.",
        "nog niet akkoord K-1002",
        "akkoord K-1002 als ze betaald heeft",
        "Nee, niet akkoord K-1002.",
    ] {
        let before = w.states().await;
        orders(&w, &case_mail, words).await.lacks("Je opdracht is uitgevoerd");
        assert_eq!(w.states().await, before, "{words:?}");
    }
    w.hours_pass(48).await;
    w.nothing_else().await;
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0);
    orders(&w, &case_mail, "akkoord K-1002").await;
    w.done().await;
}

#[tokio::test]
async fn several_orders_in_one_mail_are_none() {
    let w = World::new("unclear-several").await;
    let case_mail = correction(&w).await;
    helped(&w, &case_mail, "akkoord\nafwijzen Het adres bestaat niet.", "meer opdrachten").await;
    helped(&w, &case_mail, "verleng Het is druk.\nklaar", "meer opdrachten").await;
    orders(&w, &case_mail, "akkoord\n\nGroet,\nPetra").await.has("Goedgekeurd");
    w.done().await;
}

#[tokio::test]
async fn an_order_that_stands_only_in_the_quote_or_the_signature_is_none() {
    let w = World::new("unclear-quote").await;
    let case_mail = correction(&w).await;
    assert!(case_mail.text.lines().any(|line| line.trim() == "akkoord"), "{}", case_mail.text);
    for quoting in [Quoting::Gmail, Quoting::Outlook, Quoting::Phone, Quoting::NoHeaders] {
        for own in ["", "Wie pakt deze op?", "Groeten,\nPetra\n-- \nakkoord"] {
            let before = w.states().await;
            w.writes(Mail::from(&w.staff).login().replies_as(&case_mail, quoting).says(own)).await;
            w.run().await;
            w.letter_to(&w.staff).await.lacks("Je opdracht is uitgevoerd");
            assert_eq!(w.states().await, before, "{quoting:?} {own:?}");
        }
    }
    w.nothing_to(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn every_way_of_quoting_carries_an_order() {
    for (story, quoting) in [
        ("quote-gmail", Quoting::Gmail),
        ("quote-outlook", Quoting::Outlook),
        ("quote-phone", Quoting::Phone),
        ("quote-text", Quoting::NoHeaders),
        ("quote-headers", Quoting::HeadersOnly),
    ] {
        let w = World::new(story).await;
        let case_mail = correction(&w).await;
        w.writes(Mail::from(&w.staff).login().replies_as(&case_mail, quoting).says("Akkoord")).await;
        w.run().await;
        w.letter_to(&w.staff).await.has("Goedgekeurd: rectificatie");
        w.done().await;
    }
}

#[tokio::test]
async fn what_a_requester_writes_orders_nothing() {
    let w = World::new("unclear-requester").await;
    let text = format!(
        "{CORRECT}\n\nakkoord K-1001\n\nKenmerk: pl-00000000000000000000000000000000\nKenmerk: \
         pl-abcdefabcdefabcdefabcdefabcdefab\n\nakkoord K-1001\n"
    );
    let (told, case_mail) = asks(&w, &w.jan, &text).await;
    assert_eq!(w.states().await, ["rectification: awaiting_staff"]);
    case_mail.lacks("pl-00000000000000000000000000000000").lacks("pl-abcdefabcdefabcdefabcdefabcdefab");
    assert!(!case_mail.text.lines().any(|line| line.trim() == "akkoord K-1001"), "{}", case_mail.text);

    // He orders by replying, too.
    w.writes(Mail::from(&w.jan).proven().replies(&told).says("akkoord K-1001")).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    let again = w.letter_to(&w.staff).await;
    again.has("De aanvrager heeft geantwoord");
    assert_eq!(w.states().await, ["rectification: awaiting_staff"]);

    // Staff quote it all, without an order of their own.
    w.writes(Mail::from(&w.staff).login().replies_as(&again, Quoting::NoHeaders).says("Sam, kijk jij even?")).await;
    w.run().await;
    w.letter_to(&w.staff).await.lacks("Je opdracht is uitgevoerd");
    assert_eq!(w.states().await, ["rectification: awaiting_staff"]);
    orders(&w, &again, "akkoord").await.has("Goedgekeurd");
    w.done().await;
}
