//! Somebody whom we do not know shows who they are; staff decide; the owner is told before data leaves (policy §2).

use crate::words::{ACCESS, ERASURE, MARKETING, RECTIFICATION};
use crate::world::{Letter, Mail, World};

/// The stranger asked, sent a copy, and staff approved for Jan's record. Returns the notice to Jan.
async fn approved_for_a_stranger(w: &World) -> Letter {
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
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

#[tokio::test]
async fn a_change_of_the_record_in_between_stops_it() {
    let w = World::new("identity-changed").await;
    approved_for_a_stranger(&w).await;
    w.hours_pass(30).await;
    w.edit_customers(|text| text.replace("K-1001,Jan de Vries", "K-1001,Johan de Vries"));
    w.hours_pass(43).await;
    w.nothing_to(&w.stranger).await;
    w.nothing_to(&w.jan).await;
    w.letters_to(&w.staff, 2).await.about("Beslissen");
    assert_eq!(w.states().await, ["access: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn a_notice_that_comes_back_stops_it() {
    let w = World::new("identity-bounce").await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    let copy = Mail::from(&w.stranger).proven().replies(&question).says("Zie de bijlage.");
    w.writes(copy.attaches("kopie.png", "image/png", b"\x89PNG\r\n\x1a\n")).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    w.staff_reply(&case_mail, "akkoord K-1005").await;
    w.run().await;
    w.returned(&w.lost).await;
    w.letter_to(&w.staff).await;
    w.run().await;
    w.letters_to(&w.staff, 2).await.about("Beslissen");
    w.hours_pass(80).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn staff_may_stop_it_in_time() {
    let w = World::new("identity-stop").await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    let copy = Mail::from(&w.stranger).proven().replies(&question).says("Zie de bijlage.");
    w.writes(copy.attaches("kopie.pdf", "application/pdf", b"%PDF-1.4 kopie")).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    w.staff_reply(&case_mail, "akkoord K-1001").await;
    w.run().await;
    let confirmation = w.letter_to(&w.staff).await;
    w.letter_to(&w.jan).await.has("nee");
    w.staff_reply(&confirmation, "stop").await;
    w.run().await;
    w.letters(&w.staff).await;
    w.hours_pass(80).await;
    w.nothing_to(&w.stranger).await;
    assert_eq!(w.states().await, ["access: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn an_answer_without_a_copy_reaches_staff_and_the_question_stays() {
    let w = World::new("identity-words").await;
    w.writes(Mail::from(&w.stranger).proven().says(RECTIFICATION)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    let reply = Mail::from(&w.stranger).proven().replies(&question);
    w.writes(reply.says("Mijn laatste factuur had nummer 2026-17.")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("2026-17");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["rectification: awaiting_identity"]);
    w.done().await;
}

#[tokio::test]
async fn a_copy_from_a_suspect_sender_or_a_third_party_changes_nothing() {
    let w = World::new("identity-forged").await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    let thief = w.somebody("dief", "onbekend.test");
    for mail in [Mail::from(&w.stranger).suspect(), Mail::from(&thief).proven()] {
        let mail = mail.replies(&question).says("Hierbij mijn kopie.");
        w.writes(mail.attaches("kopie.pdf", "application/pdf", b"%PDF-1.4 kopie")).await;
    }
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 2 mails");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: awaiting_identity"]);
    w.done().await;
}

#[tokio::test]
async fn writing_again_from_the_known_address_is_the_lighter_way() {
    let w = World::new("identity-lighter").await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    w.writes(Mail::from(&w.jan).proven().replies(&question).says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.nothing_to(&w.stranger).await;
    w.letters(&w.staff).await;
    // That was the answer to our question: it is closed (policy §2).
    assert_eq!(w.states().await, ["access: closed", "access: answered"]);
    w.days_pass(30).await;
    w.nothing_to(&w.stranger).await;
    w.nothing_to(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn nobody_answered_a_reminder_then_a_refusal_with_reasons_and_staff_see_it_coming() {
    let w = World::new("identity-closing").await;
    w.writes(Mail::from(&w.stranger).proven().says(ERASURE)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    w.days_pass(9).await;
    w.nothing_else().await;
    w.days_pass(2).await;
    w.letter_to(&w.stranger).await.subject_has(question.reference());
    w.nothing_else().await;
    for _ in 0..14 {
        w.days_pass(1).await;
    }
    w.letter_to(&w.stranger).await.has("Autoriteit Persoonsgegevens").has("rechter").has("geen antwoord");
    w.letters(&w.staff).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["erasure: refused"]);
    // What was closed stays closed.
    w.days_pass(30).await;
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn with_two_members_of_staff_the_first_of_two_orders_counts() {
    let w = World::set_up("two-staff").two_staff().open().await;
    w.writes(Mail::from(&w.stranger).says(MARKETING)).await;
    w.writes(Mail::from(&w.jan).proven().says(ERASURE)).await;
    w.run().await;
    w.letter_to(&w.stranger).await;
    w.letter_to(&w.jan).await;
    let case_mails = w.letters_to(&w.staff, 2).await;
    let other = w.letters_to(&w.colleague, 2).await;
    w.staff_reply(case_mails.about("verwijdering"), "afwijzen We moeten je gegevens nog bewaren.").await;
    let second = Mail::from(&w.colleague).login().replies(other.about("verwijdering"));
    w.writes(second.says("akkoord K-1001")).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("nog bewaren");
    w.letter_to(&w.staff).await;
    // Both hear what was done; the second is told that it was too late.
    w.letters_to(&w.colleague, 2).await.about("Zo beslis je").has("al beslist");
    w.days_pass(2).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["objection: answered", "erasure: refused"]);
    w.done().await;
}

#[tokio::test]
async fn where_staff_need_no_proof_a_plain_reply_decides() {
    let w = World::set_up("no-proof").staff_need_no_proof().open().await;
    w.writes(Mail::from(&w.jan).proven().says(RECTIFICATION)).await;
    w.run().await;
    w.letter_to(&w.jan).await;
    let case_mail = w.letter_to(&w.staff).await;
    w.writes(Mail::from(&w.staff).suspect().replies(&case_mail).says("akkoord")).await;
    w.writes(Mail::from(&w.staff).replies(&case_mail).says("akkoord")).await;
    w.run().await;
    w.letters(&w.staff).await;
    assert_eq!(w.states().await, ["rectification: in_progress"]);
    w.done().await;
}
