//! The policy table (§2) for a known customer's owner address: one story a cell, rights by column.
//!
//! Senders who are not proven write a link wherever they can; no letter of ours carries it on.

use crate::words::{
    ACCESS, COMPLAINT, CONSENT, ERASURE, IN_ENGLISH, MARKETING, OBJECTION, PORTABILITY, RECTIFICATION, RESTRICTION,
};
use crate::world::{Letter, Mail, World};

// --- proven ---

#[tokio::test]
async fn access_proven_the_data_at_once() {
    let w = World::new("access-proven").await;
    let mail = w.writes(Mail::from(&w.jan).proven().subject("Mijn gegevens").says(ACCESS)).await;
    w.run().await;
    let letter = w.letter_to(&w.jan).await;
    letter.has("K-1001").has("06-55501001").answers(&mail).lacks("K-1002");
    // Policy §6: all of art. 15(1), by name.
    letter.has("Hostnet").has("Moneybird").has("hosting en facturen").has("Kamer van Koophandel");
    letter.has("uitvoering van de overeenkomst").has("zeven jaar na een factuur").has("Autoriteit Persoonsgegevens");
    let json: serde_json::Value = serde_json::from_slice(letter.attachment("gegevens.json")).unwrap();
    assert!(json.to_string().contains("06-55501001"));
    letter.attachment("gegevens.csv");
    w.nothing_to(&w.staff).await;
    assert_eq!(w.states().await, ["access: answered"]);
    assert_eq!(w.case_folder().await.len(), 1);
    assert!(w.inbox().await.is_empty());
    // The log says what happened, and nothing about whom.
    let mut tx = w.running().await.office.store.begin().await.unwrap();
    let events = serde_json::to_string(&tx.events(letter.reference()).await.unwrap()).unwrap();
    drop(tx);
    assert!(events.contains("access: answered") && events.contains("sent: access_answer"), "{events}");
    for private in [w.jan.address.as_str(), "Jan", "06-55501001", "K-1001"] {
        assert!(!events.contains(private), "{events}");
    }
    w.done().await;
}

#[tokio::test]
async fn access_in_english_is_answered_in_english() {
    let w = World::new("access-english").await;
    w.writes(Mail::from(&w.jan).proven().subject("My data").says(IN_ENGLISH)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("K-1001").has("Phone").lacks("Vriendelijke groet");
    w.done().await;
}

#[tokio::test]
async fn portability_proven_acknowledged_and_queued() {
    let w = World::new("portability-proven").await;
    w.writes(Mail::from(&w.jan).proven().says(PORTABILITY)).await;
    queued(&w, "portability", "overdracht").await;
    w.done().await;
}

#[tokio::test]
async fn rectification_proven_acknowledged_and_queued() {
    let w = World::new("rectification-proven").await;
    w.writes(Mail::from(&w.jan).proven().says(RECTIFICATION)).await;
    let case_mail = queued(&w, "rectification", "rectificatie").await;
    case_mail.has("Kerkstraat 5");
    w.done().await;
}

#[tokio::test]
async fn erasure_proven_acknowledged_and_queued_and_nothing_is_erased() {
    let w = World::new("erasure-proven").await;
    w.writes(Mail::from(&w.jan).proven().says(ERASURE)).await;
    let case_mail = queued(&w, "erasure", "verwijdering").await;
    case_mail.has("akkoord K-1001").has("Lopende diensten").has("Openstaande facturen");
    assert!(w.stopped_for("K-1001").await.is_empty());
    w.days_pass(3).await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.done().await;
}

#[tokio::test]
async fn restriction_proven_stops_the_use_at_once_and_is_queued() {
    let w = World::new("restriction-proven").await;
    w.writes(Mail::from(&w.jan).proven().says(RESTRICTION)).await;
    queued(&w, "restriction", "beperking").await;
    assert_eq!(w.stopped_for("K-1001").await, ["restriction"]);
    w.done().await;
}

#[tokio::test]
async fn objection_proven_stops_the_use_at_once_and_is_queued() {
    let w = World::new("objection-proven").await;
    w.writes(Mail::from(&w.jan).proven().says(OBJECTION)).await;
    queued(&w, "objection", "bezwaar").await;
    assert_eq!(w.stopped_for("K-1001").await, ["objection"]);
    w.done().await;
}

#[tokio::test]
async fn marketing_proven_recorded_at_once() {
    let w = World::new("marketing-proven").await;
    w.writes(Mail::from(&w.jan).proven().says(MARKETING)).await;
    recorded(&w, "marketing").await;
    w.done().await;
}

#[tokio::test]
async fn withdrawn_consent_proven_recorded_at_once() {
    let w = World::new("consent-proven").await;
    w.writes(Mail::from(&w.jan).proven().says(CONSENT)).await;
    recorded(&w, "consent").await;
    w.done().await;
}

#[tokio::test]
async fn complaint_proven_answered_at_once_and_queued() {
    let w = World::new("complaint-proven").await;
    w.writes(Mail::from(&w.jan).proven().says(COMPLAINT)).await;
    complaint_answered(&w).await;
    w.done().await;
}

// --- unproven ---

#[tokio::test]
async fn access_unproven_the_data_at_once_because_it_reaches_only_the_owner() {
    let w = World::new("access-unproven").await;
    w.writes(poisoned(&w).says(ACCESS).field("Reply-To", &format!("<{}>", w.stranger.address))).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001").lacks("kwaad.test");
    w.nothing_to(&w.stranger).await;
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn portability_unproven_confirmed_first() {
    let w = World::new("portability-unproven").await;
    let question = confirmed_first(&w, poisoned(&w).says(PORTABILITY), "portability").await;
    yes(&w, &question).await;
    queued(&w, "portability", "overdracht").await;
    w.done().await;
}

#[tokio::test]
async fn rectification_unproven_confirmed_first() {
    let w = World::new("rectification-unproven").await;
    let question = confirmed_first(&w, poisoned(&w).says(RECTIFICATION), "rectification").await;
    yes(&w, &question).await;
    queued(&w, "rectification", "rectificatie").await;
    w.done().await;
}

#[tokio::test]
async fn erasure_unproven_confirmed_first() {
    let w = World::new("erasure-unproven").await;
    let question = confirmed_first(&w, poisoned(&w).says(ERASURE), "erasure").await;
    yes(&w, &question).await;
    queued(&w, "erasure", "verwijdering").await;
    w.done().await;
}

#[tokio::test]
async fn restriction_unproven_confirmed_first_and_nothing_stops_before() {
    let w = World::new("restriction-unproven").await;
    let question = confirmed_first(&w, poisoned(&w).says(RESTRICTION), "restriction").await;
    assert!(w.stopped_for("K-1001").await.is_empty());
    yes(&w, &question).await;
    queued(&w, "restriction", "beperking").await;
    assert_eq!(w.stopped_for("K-1001").await, ["restriction"]);
    w.done().await;
}

#[tokio::test]
async fn objection_unproven_confirmed_first_and_nothing_stops_before() {
    let w = World::new("objection-unproven").await;
    let question = confirmed_first(&w, poisoned(&w).by_spf_alone().says(OBJECTION), "objection").await;
    assert!(w.stopped_for("K-1001").await.is_empty());
    yes(&w, &question).await;
    queued(&w, "objection", "bezwaar").await;
    assert_eq!(w.stopped_for("K-1001").await, ["objection"]);
    w.done().await;
}

#[tokio::test]
async fn marketing_unproven_recorded_at_once_because_it_is_harmless() {
    let w = World::new("marketing-unproven").await;
    w.writes(poisoned(&w).says(MARKETING)).await;
    recorded(&w, "marketing").await;
    w.done().await;
}

#[tokio::test]
async fn complaint_unproven_answered_at_once() {
    let w = World::new("complaint-unproven").await;
    w.writes(poisoned(&w).says(COMPLAINT)).await;
    complaint_answered(&w).await;
    w.done().await;
}

// --- suspect ---

#[tokio::test]
async fn access_suspect_confirmed_first_then_the_data() {
    let w = World::new("access-suspect").await;
    let question = confirmed_first(&w, poisoned(&w).suspect().says(ACCESS), "access").await;
    yes(&w, &question).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001").lacks("kwaad.test");
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn portability_suspect_confirmed_first() {
    let w = World::new("portability-suspect").await;
    confirmed_first(&w, poisoned(&w).suspect().says(PORTABILITY), "portability").await;
    w.done().await;
}

#[tokio::test]
async fn rectification_suspect_confirmed_first() {
    let w = World::new("rectification-suspect").await;
    confirmed_first(&w, poisoned(&w).suspect().says(RECTIFICATION), "rectification").await;
    w.done().await;
}

#[tokio::test]
async fn erasure_suspect_confirmed_first() {
    let w = World::new("erasure-suspect").await;
    confirmed_first(&w, poisoned(&w).suspect().says(ERASURE), "erasure").await;
    w.done().await;
}

#[tokio::test]
async fn restriction_suspect_confirmed_first_and_nothing_stops_before() {
    let w = World::new("restriction-suspect").await;
    confirmed_first(&w, poisoned(&w).suspect().says(RESTRICTION), "restriction").await;
    assert!(w.stopped_for("K-1001").await.is_empty());
    w.done().await;
}

#[tokio::test]
async fn objection_suspect_confirmed_first_and_nothing_stops_before() {
    let w = World::new("objection-suspect").await;
    confirmed_first(&w, poisoned(&w).suspect().says(OBJECTION), "objection").await;
    assert!(w.stopped_for("K-1001").await.is_empty());
    w.done().await;
}

#[tokio::test]
async fn marketing_suspect_confirmed_first_then_recorded() {
    let w = World::new("marketing-suspect").await;
    let question = confirmed_first(&w, poisoned(&w).suspect().says(MARKETING), "objection").await;
    assert!(w.stopped_for("K-1001").await.is_empty());
    yes(&w, &question).await;
    recorded(&w, "marketing").await;
    w.done().await;
}

#[tokio::test]
async fn complaint_suspect_for_staff_only() {
    let w = World::new("complaint-suspect").await;
    w.writes(poisoned(&w).suspect().says(COMPLAINT)).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.staff).await.subject_has("Beslissen").has("klacht");
    assert_eq!(w.states().await, ["complaint: awaiting_staff"]);
    w.done().await;
}

// --- what cells have in common ---

/// A mail of Jan's address with a link in everything that a stranger could fill in.
fn poisoned(w: &World) -> Mail {
    let from = format!("\"Klik op http://kwaad.test\" <{}>", w.jan.address);
    Mail::from(&w.jan).signed_as(&[&from]).subject("Zie http://kwaad.test/nu")
}

/// Jan is told, staff decide; nobody else hears of it. Returns the case mail.
async fn queued(w: &World, right: &str, dutch: &str) -> Letter {
    w.run().await;
    w.letter_to(&w.jan).await.has("uiterlijk").no_attachments().lacks("kwaad.test").lacks("06-55501001");
    let case_mail = w.letter_to(&w.staff).await;
    case_mail.subject_has("Beslissen").subject_has(dutch).has("K-1001").has("akkoord").has(&w.jan.address);
    w.nothing_else().await;
    assert_eq!(w.states().await, [format!("{right}: awaiting_staff")]);
    case_mail
}

/// Jan is told that it is recorded; staff hear of it.
async fn recorded(w: &World, what: &str) {
    w.run().await;
    w.letter_to(&w.jan).await.no_attachments().lacks("kwaad.test").lacks("06-55501001");
    w.letter_to(&w.staff).await.has("bezwaar");
    w.nothing_else().await;
    assert_eq!(w.stopped_for("K-1001").await, [what]);
    assert_eq!(w.states().await, ["objection: answered"]);
}

/// Jan is told who handles it, by when, and where else to complain; staff get it.
async fn complaint_answered(w: &World) {
    w.run().await;
    let answer = w.letter_to(&w.jan).await;
    answer.has("uiterlijk").has("Autoriteit Persoonsgegevens").no_attachments().lacks("kwaad.test");
    w.letter_to(&w.staff).await.subject_has("Beslissen").has("klacht");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["complaint: awaiting_staff"]);
}

/// Jan is asked whether it was him, and nothing else happens. Returns the question.
async fn confirmed_first(w: &World, mail: Mail, right: &str) -> Letter {
    w.writes(mail).await;
    w.run().await;
    let question = w.letter_to(&w.jan).await;
    question.subject_has("Heb jij dit gevraagd").has("nee").no_attachments().lacks("kwaad.test").lacks("06-55501001");
    w.nothing_else().await;
    assert_eq!(w.states().await, [format!("{right}: awaiting_confirmation")]);
    question
}

/// Jan answers the question with yes, from an address that nothing proves.
async fn yes(w: &World, question: &Letter) {
    w.writes(Mail::from(&w.jan).replies(question).says("Ja")).await;
}
