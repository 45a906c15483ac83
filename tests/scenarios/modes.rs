//! How much goes out without people: `automatic = "safe"` and `"none"`, and the staff mails `pauze` and `hervat`.

use crate::words::{ACCESS, COMPLAINT, ERASURE, MARKETING};
use crate::world::{Mail, World};

async fn with(automatic: &'static str, story: &str) -> World {
    World::set_up(story).automatic(automatic).open().await
}

// --- safe ---

#[tokio::test]
async fn safe_answers_a_proven_owner_and_records_objections_by_itself() {
    let w = with("safe", "safe").await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.nothing_else().await;
    w.writes(Mail::from(&w.stranger).says(MARKETING)).await;
    w.run().await;
    w.letter_to(&w.stranger).await;
    w.letter_to(&w.staff).await;
    assert_eq!(w.stopped_for_address(&w.stranger).await, ["marketing"]);
    w.writes(Mail::from(&w.jan).proven().says(ERASURE)).await;
    w.run().await;
    w.letter_to(&w.jan).await.subject_has("ontvangen");
    w.letter_to(&w.staff).await.subject_has("Beslissen");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn safe_gives_data_to_an_unproven_owner_only_after_staff_agree() {
    let w = with("safe", "safe-unproven").await;
    w.writes(Mail::from(&w.jan).says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.subject_has("ontvangen").no_attachments().lacks("06-55501001");
    let case_mail = w.letter_to(&w.staff).await;
    case_mail.has("ligt klaar").has(&w.jan.address);
    w.staff_reply(&case_mail, "akkoord").await;
    w.run().await;
    w.letter_to(&w.staff).await;
    w.letter_to(&w.jan).await.has("06-55501001");
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn safe_asks_a_stranger_nothing_before_staff_agree() {
    let w = with("safe", "safe-stranger").await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: awaiting_staff"]);
    w.staff_reply(&case_mail, "akkoord").await;
    w.run().await;
    w.letter_to(&w.staff).await;
    w.letter_to(&w.stranger).await.has("afgeschermde kopie");
    assert_eq!(w.states().await, ["access: awaiting_identity"]);
    w.done().await;
}

#[tokio::test]
async fn safe_asks_for_confirmation_and_answers_complaints_only_after_staff_agree() {
    let w = with("safe", "safe-rest").await;
    w.writes(Mail::from(&w.jan).suspect().says(ACCESS)).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    w.nothing_else().await;
    w.staff_reply(&case_mail, "akkoord").await;
    w.run().await;
    w.letter_to(&w.staff).await;
    let question = w.letter_to(&w.jan).await;
    question.subject_has("Heb jij dit gevraagd");
    w.writes(Mail::from(&w.jan).proven().replies(&question).says("ja")).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");

    w.writes(Mail::from(&w.stranger).says(COMPLAINT)).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    w.nothing_else().await;
    w.staff_reply(&case_mail, "akkoord").await;
    w.run().await;
    w.letter_to(&w.staff).await;
    w.letter_to(&w.stranger).await.has("Autoriteit Persoonsgegevens");
    w.done().await;
}

// --- none ---

#[tokio::test]
async fn none_sends_nothing_to_anybody_outside_before_staff_agree() {
    let w = with("none", "none").await;
    let mut case_mails = Vec::new();
    for mail in [
        Mail::from(&w.jan).proven().says(ACCESS),
        Mail::from(&w.baker).proven().says(ERASURE),
        Mail::from(&w.stranger).says(ACCESS),
        Mail::from(&w.bookkeeper).says(MARKETING),
        Mail::from(&w.apprentice).says(COMPLAINT),
    ] {
        w.writes(mail).await;
        w.run().await;
        case_mails.push(w.letter_to(&w.staff).await);
        w.nothing_else().await;
    }
    assert_eq!(w.stopped_for_address(&w.bookkeeper).await, ["marketing"], "recording may not wait");
    for (case_mail, to) in [(&case_mails[0], &w.jan), (&case_mails[2], &w.stranger), (&case_mails[3], &w.bookkeeper)] {
        w.staff_reply(case_mail, "akkoord").await;
        w.run().await;
        w.letter_to(&w.staff).await;
        w.letter_to(to).await;
        w.nothing_else().await;
    }
    w.done().await;
}

// --- pauze and hervat ---

#[tokio::test]
async fn nothing_automatic_leaves_while_paused_and_staff_mail_does() {
    let w = World::new("pause").await;
    w.writes(Mail::from(&w.staff).login().subject("Even stil").says("pauze")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("staat uit");
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.writes(Mail::from(&w.baker).proven().says(ERASURE)).await;
    w.writes(Mail::from(&w.stranger).says(ACCESS)).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    case_mail.subject_has("Beslissen").has("K-1002");
    w.nothing_else().await;
    w.days_pass(2).await;
    w.nothing_else().await;
    // What staff order themselves is not automatic.
    w.staff_reply(&case_mail, "vraag Welke website bedoel je?").await;
    w.run().await;
    w.letter_to(&w.baker).await.has("Welke website bedoel je?");
    w.letter_to(&w.staff).await;
    w.nothing_else().await;

    w.writes(Mail::from(&w.staff).login().subject("Weer aan").says("hervat")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("weer aan");
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.stranger).await.has("afgeschermde kopie");
    w.letter_to(&w.baker).await.subject_has("ontvangen");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_pause_that_is_not_proven_or_not_of_staff_pauses_nothing() {
    let w = World::new("pause-forged").await;
    w.writes(Mail::from(&w.staff).subject("Stil").says("pauze")).await;
    w.writes(Mail::from(&w.staff).proven().subject("Stil").says("pauze")).await;
    w.writes(Mail::from(&w.jan).proven().subject("Stil").says("pauze")).await;
    w.run().await;
    w.letters(&w.staff).await;
    w.nothing_to(&w.jan).await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.nothing_else().await;
    w.done().await;
}
