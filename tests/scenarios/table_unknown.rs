//! The policy table (§2) for somebody who is not on file: asked who they are, unless it is harmless; and never mailed
//! when something speaks against the sender.

use crate::words::{
    ACCESS, COMPLAINT, CONSENT, ERASURE, MARKETING, OBJECTION, PORTABILITY, RECTIFICATION, RESTRICTION,
};
use crate::world::{Letter, Mail, World};

#[tokio::test]
async fn access_is_asked_for_an_identity() {
    let w = World::new("unknown-access").await;
    is_asked(&w, poisoned(&w).proven().says(ACCESS), "access").await;
    w.done().await;
}

#[tokio::test]
async fn access_unproven_is_asked_for_an_identity() {
    let w = World::new("unknown-access-unproven").await;
    is_asked(&w, poisoned(&w).says(ACCESS), "access").await;
    w.done().await;
}

#[tokio::test]
async fn portability_is_asked_for_an_identity() {
    let w = World::new("unknown-portability").await;
    is_asked(&w, poisoned(&w).proven().says(PORTABILITY), "portability").await;
    w.done().await;
}

#[tokio::test]
async fn portability_unproven_is_asked_for_an_identity() {
    let w = World::new("unknown-portability-u").await;
    is_asked(&w, poisoned(&w).says(PORTABILITY), "portability").await;
    w.done().await;
}

#[tokio::test]
async fn rectification_is_asked_the_lighter_way_foremost() {
    let w = World::new("unknown-rectification").await;
    let question = is_asked(&w, poisoned(&w).proven().says(RECTIFICATION), "rectification").await;
    question.has("een legitimatiebewijs niet nodig");
    w.done().await;
}

#[tokio::test]
async fn rectification_unproven_is_asked_the_lighter_way_foremost() {
    let w = World::new("unknown-rectification-u").await;
    let question = is_asked(&w, poisoned(&w).says(RECTIFICATION), "rectification").await;
    question.has("een legitimatiebewijs niet nodig");
    w.done().await;
}

#[tokio::test]
async fn erasure_is_asked_for_an_identity() {
    let w = World::new("unknown-erasure").await;
    is_asked(&w, poisoned(&w).proven().says(ERASURE), "erasure").await;
    w.done().await;
}

#[tokio::test]
async fn erasure_unproven_is_asked_for_an_identity() {
    let w = World::new("unknown-erasure-unproven").await;
    is_asked(&w, poisoned(&w).says(ERASURE), "erasure").await;
    w.done().await;
}

#[tokio::test]
async fn restriction_is_asked_for_an_identity_and_nothing_stops() {
    let w = World::new("unknown-restriction").await;
    is_asked(&w, poisoned(&w).proven().says(RESTRICTION), "restriction").await;
    assert!(w.stopped_for_address(&w.stranger).await.is_empty());
    w.done().await;
}

#[tokio::test]
async fn restriction_unproven_is_asked_for_an_identity() {
    let w = World::new("unknown-restriction-u").await;
    is_asked(&w, poisoned(&w).says(RESTRICTION), "restriction").await;
    w.done().await;
}

#[tokio::test]
async fn objection_is_asked_for_an_identity() {
    let w = World::new("unknown-objection").await;
    is_asked(&w, poisoned(&w).proven().says(OBJECTION), "objection").await;
    w.done().await;
}

#[tokio::test]
async fn objection_unproven_is_asked_for_an_identity() {
    let w = World::new("unknown-objection-u").await;
    is_asked(&w, poisoned(&w).says(OBJECTION), "objection").await;
    w.done().await;
}

#[tokio::test]
async fn marketing_is_recorded_for_that_address_and_no_identity_asked() {
    let w = World::new("unknown-marketing").await;
    recorded(&w, poisoned(&w).proven().says(MARKETING), "marketing").await;
    w.done().await;
}

#[tokio::test]
async fn marketing_unproven_is_recorded_for_that_address() {
    let w = World::new("unknown-marketing-u").await;
    recorded(&w, poisoned(&w).says(MARKETING), "marketing").await;
    w.done().await;
}

#[tokio::test]
async fn withdrawn_consent_is_recorded_for_that_address() {
    let w = World::new("unknown-consent").await;
    recorded(&w, poisoned(&w).says(CONSENT), "consent").await;
    w.done().await;
}

#[tokio::test]
async fn a_complaint_is_answered_at_once_and_no_identity_asked() {
    let w = World::new("unknown-complaint").await;
    complaint_answered(&w, poisoned(&w).proven().says(COMPLAINT)).await;
    w.done().await;
}

#[tokio::test]
async fn a_complaint_unproven_is_answered_at_once() {
    let w = World::new("unknown-complaint-u").await;
    complaint_answered(&w, poisoned(&w).says(COMPLAINT)).await;
    w.done().await;
}

#[tokio::test]
async fn suspect_strangers_get_no_mail_whatever_they_ask_and_staff_get_one_list() {
    let w = World::new("unknown-suspect").await;
    let all = [ACCESS, PORTABILITY, RECTIFICATION, ERASURE, RESTRICTION, OBJECTION, MARKETING, CONSENT, COMPLAINT];
    for (n, words) in all.iter().enumerate() {
        let somebody = w.somebody(&format!("iemand{n}"), "onbekend.test");
        w.writes(Mail::from(&somebody).suspect().says(words)).await;
    }
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 9 mails");
    w.nothing_else().await;
    assert_eq!(w.reviews().await, ["unknown and suspect sender"; 9]);
    assert!(w.states().await.is_empty());
    assert!(w.stopped_for_address(&w.stranger).await.is_empty());
    assert_eq!(w.inbox().await.len(), 9, "mails to review stay where they are");
    w.done().await;
}

#[tokio::test]
async fn neither_words_nor_outcome_tell_a_stranger_who_is_a_customer() {
    let w = World::new("no-oracle").await;
    // Both say that they are Jan; one writes from Jan's neighbour's address, the other names Jan's number.
    let guesser = w.somebody("gokker", "klant.test");
    w.writes(Mail::from(&guesser).says(&format!("{ACCESS}\n\nKlantnummer K-1001, {}", w.jan.address))).await;
    w.writes(poisoned(&w).says(&format!("{ACCESS}\n\nKlantnummer K-9999"))).await;
    w.run().await;
    let guessed = w.letter_to(&guesser).await;
    let other = w.letter_to(&w.stranger).await;
    assert_eq!(bare(&guessed), bare(&other));
    w.nothing_else().await;
    w.done().await;
}

// --- what cells have in common ---

/// A mail with a link in everything that a stranger could fill in.
fn poisoned(w: &World) -> Mail {
    let from = format!("\"Klik op http://kwaad.test\" <{}>", w.stranger.address);
    Mail::from(&w.stranger).signed_as(&[&from]).subject("Zie http://kwaad.test/nu")
}

/// Asked who they are; staff need not look, and nobody on file hears of it.
async fn is_asked(w: &World, mail: Mail, right: &str) -> Letter {
    let id = w.writes(mail).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    question.has("mail ons vanaf je bekende adres").has("afgeschermde kopie").has("KopieID").has("KvK-uittreksel");
    question.has("We wachten tot en met").answers(&id).no_attachments().lacks("kwaad.test");
    let lighter = question.text.find("bekende adres").unwrap();
    assert!(lighter < question.text.find("afgeschermde kopie").unwrap(), "the lighter way comes first");
    w.nothing_else().await;
    assert_eq!(w.states().await, [format!("{right}: awaiting_identity")]);
    assert_eq!(w.the_case().await.customer, None);
    question
}

async fn recorded(w: &World, mail: Mail, what: &str) {
    w.writes(mail).await;
    w.run().await;
    w.letter_to(&w.stranger).await.no_attachments().lacks("kwaad.test").lacks("afgeschermde kopie");
    w.letter_to(&w.staff).await.has("bezwaar");
    w.nothing_else().await;
    assert_eq!(w.stopped_for_address(&w.stranger).await, [what]);
    assert!(w.stopped_for("K-1001").await.is_empty());
    assert_eq!(w.states().await, ["objection: answered"]);
}

async fn complaint_answered(w: &World, mail: Mail) {
    w.writes(mail).await;
    w.run().await;
    let answer = w.letter_to(&w.stranger).await;
    answer.has("Autoriteit Persoonsgegevens").has("uiterlijk").lacks("kwaad.test").lacks("afgeschermde kopie");
    w.letter_to(&w.staff).await.subject_has("Beslissen").has("klacht");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["complaint: awaiting_staff"]);
}

/// A letter without what differs in each: reference and token.
fn bare(letter: &Letter) -> String {
    letter.text.replace(letter.reference(), "PL").replace(letter.token(), "pl-")
}
