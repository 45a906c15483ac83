//! What belongs to a case and what does not (policy §2, "joining a case"): the token *and* the right sender; a reference
//! in the subject never decides.

use crate::words::{ACCESS, ERASURE, ORDINARY, RECTIFICATION};
use privacyloket::domain::time::SignedDuration;

use crate::world::{Letter, Mail, Quoting, World};

/// Jan asked to be erased; staff have not decided. Returns what Jan and staff got.
async fn waiting(story: &str) -> (World, Letter, Letter) {
    let w = World::new(story).await;
    w.writes(Mail::from(&w.jan).proven().says(ERASURE)).await;
    w.run().await;
    let (told, case_mail) = (w.letter_to(&w.jan).await, w.letter_to(&w.staff).await);
    (w, told, case_mail)
}

#[tokio::test]
async fn a_follow_up_joins_its_case_and_staff_read_it() {
    let (w, told, _) = waiting("follow-up").await;
    for quoting in [Quoting::Outlook, Quoting::NoHeaders] {
        let mail = Mail::from(&w.jan).proven().replies_as(&told, quoting);
        w.writes(mail.says("Nog iets: mijn oude website mag ook weg.")).await;
        w.run().await;
        w.letter_to(&w.staff).await.subject_has("Beslissen").has("oude website").subject_has(told.reference());
        w.nothing_else().await;
    }
    assert_eq!(w.the_case().await.mails.len(), 3);
    assert_eq!(w.case_folder().await.len(), 3);
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn a_new_right_in_the_thread_is_a_new_request_of_the_same_case() {
    let w = World::new("new-right").await;
    let two_days_ago = w.now().saturating_sub(SignedDuration::from_hours(48)).unwrap();
    w.lies_in("INBOX", two_days_ago, Mail::from(&w.jan).proven().says(ERASURE)).await;
    w.run().await;
    let (told, _) = (w.letter_to(&w.jan).await, w.letter_to(&w.staff).await);
    w.writes(Mail::from(&w.jan).proven().replies(&told).says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001").subject_has(told.reference());
    w.nothing_else().await;
    let case = w.the_case().await;
    assert_eq!(w.states().await, ["erasure: awaiting_staff", "access: answered"]);
    let (first, second) = (case.requests[0].received, case.requests[1].received);
    assert_eq!(first, two_days_ago);
    assert!(second > first, "its own receipt date: {second} after {first}");
    assert!(case.requests[1].due >= case.requests[0].due);
    w.done().await;
}

#[tokio::test]
async fn a_third_party_who_asks_in_the_thread_is_new_and_gets_nothing_of_the_case() {
    let (w, told, _) = waiting("third-asks").await;
    w.writes(Mail::from(&w.stranger).proven().replies(&told).says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.stranger).await.has("afgeschermde kopie").lacks(told.reference()).lacks(&w.jan.address);
    w.nothing_to(&w.jan).await;
    assert_eq!(w.states().await, ["erasure: awaiting_staff", "access: awaiting_identity"]);
    assert_eq!(w.case(told.reference()).await.mails.len(), 1);
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_third_party_who_only_talks_in_the_thread_gets_nothing() {
    let (w, told, _) = waiting("third-talks").await;
    w.writes(Mail::from(&w.baker).proven().replies(&told).says("Bedankt, ik regel het verder.")).await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken").has(told.reference());
    w.nothing_else().await;
    assert_eq!(w.reviews().await, ["names somebody else's case"]);
    assert_eq!(w.the_case().await.mails.len(), 1);
    w.done().await;
}

#[tokio::test]
async fn a_case_mail_that_leaked_to_an_outsider_opens_nothing() {
    let (w, _, case_mail) = waiting("leaked").await;
    for somebody in [&w.stranger, &w.jan] {
        w.writes(Mail::from(somebody).proven().replies(&case_mail).says("akkoord K-1001")).await;
    }
    w.run().await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn a_reference_in_the_subject_joins_nothing() {
    let (w, told, _) = waiting("reference").await;
    let subject = format!("Re: {}", told.subject);
    w.writes(Mail::from(&w.jan).proven().subject(&subject).says(RECTIFICATION)).await;
    w.run().await;
    w.letter_to(&w.jan).await.subject_has("PL-");
    w.letter_to(&w.staff).await.has("rectificatie");
    assert_eq!(w.cases().await.len(), 2);
    w.done().await;
}

#[tokio::test]
async fn an_owner_joins_the_case_of_a_contact() {
    let w = World::new("owner-joins").await;
    w.writes(Mail::from(&w.apprentice).proven().says(ACCESS)).await;
    w.run().await;
    let told = w.letter_to(&w.apprentice).await;
    w.letter_to(&w.staff).await;
    w.writes(Mail::from(&w.baker).proven().replies(&told).says("Dit mag van mij.")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("Dit mag van mij");
    w.nothing_else().await;
    assert_eq!(w.the_case().await.mails.len(), 2);
    w.done().await;
}

#[tokio::test]
async fn a_suspect_follow_up_changes_nothing() {
    let (w, told, _) = waiting("suspect-follow-up").await;
    w.writes(Mail::from(&w.jan).suspect().replies(&told).says(ACCESS)).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken");
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn a_mail_to_a_closed_case_reopens_nothing() {
    let w = World::new("closed").await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    let answer = w.letter_to(&w.jan).await;
    w.writes(Mail::from(&w.jan).proven().replies(&answer).says("Dank je wel, maar klopt mijn adres wel?")).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken").has(answer.reference());
    assert_eq!(w.reviews().await, ["belongs to a closed case"]);
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn an_ordinary_conversation_of_our_people_is_not_touched() {
    let w = World::new("conversation").await;
    let mail = Mail::from(&w.jan).proven().subject("Re: Je storing").says(ORDINARY);
    w.writes(mail.field("In-Reply-To", "<abc123@craftcloud.test>")).await;
    let before = w.inbox().await;
    w.run().await;
    assert_eq!(w.inbox().await, before);
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_request_in_a_conversation_of_our_people_is_answered_to_a_proven_owner_and_stays_in_the_inbox() {
    let w = World::new("conversation-owner").await;
    let mail = Mail::from(&w.jan).proven().subject("Re: Je storing").says(ACCESS);
    w.writes(mail.field("In-Reply-To", "<abc123@craftcloud.test>")).await;
    let before = w.inbox().await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    assert_eq!(w.inbox().await, before, "the conversation stays where our people read it");
    assert!(w.case_folder().await.is_empty());
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_request_in_a_conversation_of_our_people_is_a_proposal_to_staff_when_it_is_not_a_proven_owner() {
    let w = World::new("conversation-rest").await;
    for (mail, words) in [
        (Mail::from(&w.jan), ACCESS),
        (Mail::from(&w.stranger).proven(), ACCESS),
        (Mail::from(&w.apprentice).proven(), ERASURE),
    ] {
        w.writes(mail.says(words).field("References", "<abc123@craftcloud.test>")).await;
        w.run().await;
        w.letter_to(&w.staff).await.subject_has("Beslissen");
        w.nothing_else().await;
    }
    assert_eq!(w.inbox().await.len(), 3);
    w.done().await;
}
