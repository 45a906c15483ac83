//! Somebody whom we do not know shows who they are; staff decide; the owner is told before data leaves (policy §2).

use crate::world::{Letter, Mail, World};

const ASK: &str = "Hallo,\n\nIk wil graag inzage in alle persoonsgegevens die jullie van mij hebben.\n\nOnno";

/// The stranger asked, sent a copy, and staff approved for Jan's record. Returns the notice to Jan.
async fn approved_for_a_stranger(w: &World) -> Letter {
    w.writes(Mail::from(&w.stranger).proven().says(ASK)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    question.has("afgeschermde kopie").lacks("K-1001").no_attachments();
    w.nothing_to(&w.staff).await;
    assert_eq!(w.states().await, ["access: awaiting_identity"]);

    let copy = Mail::from(&w.stranger).proven().replies(&question).says("Hierbij mijn kopie.");
    w.writes(copy.attaches("kopie.pdf", "application/pdf", b"%PDF-1.4 kopie")).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    case_mail.has("akkoord").has(&w.stranger.address).no_attachments();
    w.nothing_to(&w.stranger).await;

    w.staff_reply(&case_mail, "akkoord K-1001").await;
    w.run().await;
    w.letter_to(&w.staff).await.has(&w.stranger.address);
    let notice = w.letter_to(&w.jan).await;
    notice.has("nee").no_attachments().lacks(&w.stranger.address);
    w.nothing_to(&w.stranger).await;
    assert_eq!(w.states().await, ["access: scheduled"]);
    notice
}

#[tokio::test]
async fn data_goes_to_an_approved_stranger_72_hours_after_the_owner_was_told() {
    let w = World::new("identity").await;
    w.may_see("K-1001", &w.stranger).await;
    approved_for_a_stranger(&w).await;
    w.hours_pass(71).await;
    w.nothing_else().await;
    w.hours_pass(2).await;
    w.letter_to(&w.stranger).await.has("K-1001").attachment("gegevens.json");
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn a_no_of_the_owner_stops_it() {
    let w = World::new("identity-no").await;
    let notice = approved_for_a_stranger(&w).await;
    w.hours_pass(20).await;
    w.writes(Mail::from(&w.jan).proven().replies(&notice).says("nee")).await;
    w.run().await;
    let told = w.letters_to(&w.staff, 2).await;
    told.about("Let op");
    told.about("Beslissen");
    w.hours_pass(72).await;
    w.nothing_to(&w.stranger).await;
    assert_eq!(w.states().await, ["access: awaiting_staff"]);
    w.done().await;
}
