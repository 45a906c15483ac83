//! "Did you ask this?" A reply that says yes continues, "nee" stops it, and nothing else counts (policy §2).

use crate::words::{ACCESS, ERASURE};
use crate::world::{Letter, Mail, Quoting, World};

/// Somebody who looks like Jan asked for his data; Jan is asked.
async fn asked(story: &str) -> (World, Letter) {
    let w = World::new(story).await;
    w.writes(Mail::from(&w.jan).suspect().says(ACCESS)).await;
    w.run().await;
    let question = w.letter_to(&w.jan).await;
    question.subject_has("Heb jij dit gevraagd");
    w.nothing_else().await;
    (w, question)
}

#[tokio::test]
async fn yes_continues_from_every_mail_program_and_once_only() {
    for quoting in [Quoting::Gmail, Quoting::Outlook, Quoting::Phone, Quoting::NoHeaders, Quoting::HeadersOnly] {
        let (w, question) = asked(&format!("yes-{quoting:?}").to_lowercase()).await;
        w.writes(Mail::from(&w.jan).replies_as(&question, quoting).says("Ja")).await;
        w.run().await;
        w.letter_to(&w.jan).await.has("06-55501001");
        assert_eq!(w.states().await, ["access: answered"], "{quoting:?}");
        w.done().await;
    }
}

#[tokio::test]
async fn a_second_yes_sends_nothing_again() {
    let (w, question) = asked("yes-twice").await;
    w.writes(Mail::from(&w.jan).replies(&question).says("Ja")).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    for (days, words) in [(0, "Ja, dat was ik."), (2, "ja")] {
        w.days_pass(days).await;
        w.writes(Mail::from(&w.jan).proven().replies(&question).says(words)).await;
        w.run().await;
        w.nothing_to(&w.jan).await;
        w.letter_to(&w.staff).await.subject_has("Bekijken");
    }
    assert_eq!(w.states().await, ["access: answered"]);
    assert_eq!(w.reviews().await, ["belongs to a closed case"; 2]);
    w.done().await;
}

#[tokio::test]
async fn two_yeses_in_one_round_send_the_data_once() {
    let (w, question) = asked("yes-yes").await;
    w.writes(Mail::from(&w.jan).replies(&question).says("Ja")).await;
    w.writes(Mail::from(&w.jan).replies(&question).says("Ja, dat was ik.")).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.staff).await;
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn no_stops_it_and_alerts_staff_and_a_yes_after_that_is_too_late() {
    let (w, question) = asked("no").await;
    w.writes(Mail::from(&w.jan).replies(&question).says("Nee, dat was ik niet!")).await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("de eigenaar zei nee");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: closed"]);
    w.writes(Mail::from(&w.jan).proven().replies(&question).says("ja")).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken");
    assert_eq!(w.states().await, ["access: closed"]);
    w.done().await;
}

#[tokio::test]
async fn an_unclear_answer_goes_to_people_and_the_question_stays_open() {
    let (w, question) = asked("unclear").await;
    w.writes(Mail::from(&w.jan).replies(&question).says("Wat bedoelen jullie precies?")).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken");
    assert_eq!(w.states().await, ["access: awaiting_confirmation"]);
    w.writes(Mail::from(&w.jan).replies(&question).says("Ja, dat was ik.")).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.done().await;
}

#[tokio::test]
async fn a_forged_yes_does_not_count() {
    let (w, question) = asked("forged").await;
    w.writes(Mail::from(&w.jan).suspect().replies(&question).says("ja")).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken");
    assert_eq!(w.states().await, ["access: awaiting_confirmation"]);
    w.done().await;
}

#[tokio::test]
async fn a_yes_of_somebody_else_with_the_token_does_not_count() {
    let (w, question) = asked("third-party").await;
    w.writes(Mail::from(&w.stranger).proven().replies(&question).says("ja")).await;
    w.writes(Mail::from(&w.baker).proven().replies(&question).says("ja")).await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 2 mails");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: awaiting_confirmation"]);
    w.done().await;
}

#[tokio::test]
async fn a_yes_without_the_token_does_not_count() {
    let (w, question) = asked("no-token").await;
    let subject = format!("Re: {}", question.subject);
    w.writes(Mail::from(&w.jan).proven().subject(&subject).says("ja")).await;
    w.run().await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: awaiting_confirmation"]);
    w.done().await;
}

#[tokio::test]
async fn nobody_answered_for_two_weeks_closes_it_and_a_late_yes_does_nothing() {
    let (w, question) = asked("expired").await;
    w.days_pass(13).await;
    w.nothing_else().await;
    w.days_pass(2).await;
    w.letter_to(&w.jan).await.has("niet geantwoord");
    assert_eq!(w.states().await, ["access: closed"]);
    w.writes(Mail::from(&w.jan).proven().replies(&question).says("ja")).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken");
    assert_eq!(w.states().await, ["access: closed"]);
    w.done().await;
}

#[tokio::test]
async fn an_absence_notice_is_no_answer() {
    let (w, question) = asked("absent").await;
    let notice = Mail::from(&w.jan).proven().replies(&question).says("Ja, ik ben op vakantie.");
    w.writes(notice.field("Auto-Submitted", "auto-replied")).await;
    w.run().await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: awaiting_confirmation"]);
    w.done().await;
}

#[tokio::test]
async fn a_question_that_comes_back_goes_to_staff() {
    let w = World::new("question-lost").await;
    w.writes(Mail::from(&w.lost).says(ERASURE)).await;
    w.run().await;
    w.returned(&w.lost).await;
    assert_eq!(w.states().await, ["erasure: awaiting_confirmation"]);
    w.run().await;
    let told = w.letters_to(&w.staff, 2).await;
    told.about("Beslissen").has("K-1005");
    told.about("Let op");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn an_owner_whose_address_was_removed_meanwhile_confirms_nothing() {
    let (w, question) = asked("removed").await;
    let new = w.somebody("jan-nieuw", "klant.test");
    w.edit_customers(|text| text.replace(&w.jan.address, &new.address));
    w.writes(Mail::from(&w.jan).proven().replies(&question).says("ja")).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("toegevoegd").lacks("06-55501001");
    w.letters_to(&w.staff, 2).await.about("Bekijken");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: awaiting_confirmation"]);
    w.done().await;
}
