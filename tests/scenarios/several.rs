//! More than one: several rights in one mail, the same request again, the same mail again, and floods (policy §2).

use crate::words::{ACCESS, ACCESS_AND_ERASURE, COMPLAINT, ERASURE, MARKETING, RECTIFICATION};
use crate::world::{Mail, World};

#[tokio::test]
async fn access_is_answered_before_the_erasure_of_the_same_mail_runs() {
    let w = World::new("both").await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS_AND_ERASURE)).await;
    w.run().await;
    let told = w.letters_to(&w.jan, 2).await;
    told.about("De gegevens die wij van je hebben").has("06-55501001");
    told.about("We hebben je verzoek ontvangen").has("Verwijdering").lacks("06-55501001");
    let case_mail = w.letter_to(&w.staff).await;
    assert_eq!(w.states().await, ["access: answered", "erasure: awaiting_staff"]);
    assert_eq!(w.cases().await.len(), 1, "one mail, one case");

    w.staff_reply(&case_mail, "akkoord K-1001").await;
    w.run().await;
    w.letter_to(&w.staff).await.has("gewist");
    w.hours_pass(23).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: answered", "erasure: scheduled"]);
    w.hours_pass(2).await;
    let manual = w.letter_to(&w.staff).await;
    manual.has("klaar");
    w.nothing_to(&w.jan).await;
    w.staff_reply(&manual, "klaar").await;
    w.run().await;
    w.letter_to(&w.staff).await;
    w.letter_to(&w.jan).await.has("gewist").has("zeven jaar").lacks("06-55501001");
    assert_eq!(w.states().await, ["access: answered", "erasure: answered"]);

    // Afterwards the address is unknown (policy §7), whatever customers.csv still says.
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("afgeschermde kopie").lacks("06-55501001");
    w.done().await;
}

#[tokio::test]
async fn an_approved_erasure_waits_until_the_data_that_was_asked_for_has_left() {
    let w = World::new("both-stranger").await;
    w.may_see("K-1001", &w.stranger).await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS_AND_ERASURE)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    let copy = Mail::from(&w.stranger).proven().replies(&question).says("Hierbij.");
    w.writes(copy.attaches("id.pdf", "application/pdf", b"%PDF-1.4 id")).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    w.staff_reply(&case_mail, "akkoord K-1001").await;
    w.run().await;
    w.letter_to(&w.staff).await;
    w.letter_to(&w.jan).await.has("nee");
    assert_eq!(w.states().await, ["access: scheduled", "erasure: scheduled"]);
    // The erasure would be due after 24 hours, the data leaves after 72.
    w.hours_pass(25).await;
    w.nothing_else().await;
    w.hours_pass(48).await;
    w.letter_to(&w.stranger).await.has("06-55501001");
    assert_eq!(w.states().await[0], "access: answered");
    w.hours_pass(25).await;
    w.letter_to(&w.staff).await.has("klaar");
    assert_eq!(w.states().await, ["access: answered", "erasure: in_progress"]);
    w.done().await;
}

#[tokio::test]
async fn of_two_rights_in_an_unproven_mail_each_goes_its_own_way_in_one_case() {
    let w = World::new("both-unproven").await;
    w.writes(Mail::from(&w.jan).says(ACCESS_AND_ERASURE)).await;
    w.run().await;
    let told = w.letters_to(&w.jan, 2).await;
    told.about("De gegevens die wij van je hebben").has("06-55501001");
    let question = told.about("Heb jij dit gevraagd");
    w.nothing_to(&w.staff).await;
    assert_eq!(w.states().await, ["access: answered", "erasure: awaiting_confirmation"]);
    w.writes(Mail::from(&w.jan).replies(question).says("ja")).await;
    w.run().await;
    w.letter_to(&w.jan).await;
    w.letter_to(&w.staff).await;
    assert_eq!(w.states().await, ["access: answered", "erasure: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn the_same_request_within_a_day_gets_a_short_note_and_later_the_data_again() {
    let w = World::new("repeat").await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.hours_pass(20).await;
    w.writes(Mail::from(&w.jan).proven().subject("Nog een keer").says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.subject_has("Je hebt ons antwoord al").no_attachments().lacks("06-55501001");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: answered"]);
    // Another right is no repetition.
    w.writes(Mail::from(&w.jan).proven().says(RECTIFICATION)).await;
    w.run().await;
    w.letter_to(&w.jan).await.subject_has("ontvangen");
    w.letter_to(&w.staff).await;
    w.hours_pass(5).await;
    w.writes(Mail::from(&w.jan).proven().subject("En weer").says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_stranger_gets_at_most_one_mail_a_week() {
    let w = World::new("weekly").await;
    w.writes(Mail::from(&w.stranger).says(MARKETING)).await;
    w.run().await;
    w.letter_to(&w.stranger).await;
    w.letter_to(&w.staff).await;
    w.days_pass(1).await;
    w.writes(Mail::from(&w.stranger).says(COMPLAINT)).await;
    w.writes(Mail::from(&w.stranger).says(ACCESS)).await;
    w.run().await;
    w.nothing_to(&w.stranger).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 2 mails");
    w.days_pass(7).await;
    w.writes(Mail::from(&w.stranger).says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.stranger).await.has("afgeschermde kopie");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn two_mails_of_one_stranger_in_one_round_get_one_answer() {
    let w = World::new("weekly-round").await;
    w.writes(Mail::from(&w.stranger).says(ACCESS)).await;
    w.writes(Mail::from(&w.stranger).says(ERASURE)).await;
    w.run().await;
    w.letter_to(&w.stranger).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 1 mail");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn the_same_mail_twice_is_one_mail() {
    let w = World::new("twice").await;
    let mail = Mail::from(&w.jan).proven().says(ACCESS);
    w.writes(mail.clone()).await;
    w.writes(mail.clone()).await;
    w.run().await;
    w.writes(mail).await;
    w.run().await;
    w.letter_to(&w.jan).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn a_known_message_id_on_another_content_is_a_replay() {
    let w = World::new("replay").await;
    w.writes(Mail::from(&w.jan).proven().message_id("eerste@klant.test").says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await;
    w.days_pass(2).await;
    for words in [ERASURE, "Geef me nog eens inzage in al mijn persoonsgegevens."] {
        w.writes(Mail::from(&w.jan).proven().message_id("eerste@klant.test").says(words)).await;
    }
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 2 mails");
    assert_eq!(w.reviews().await, ["a replay of a mail seen before"; 2]);
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn a_flood_of_strangers_waits_its_turn_and_does_not_delay_a_proven_customer() {
    let limits = "[limits]\nautomatic_mails_per_hour_unproven = 3\n";
    let w = World::set_up("flood").more(limits).open().await;
    let flood: Vec<_> = (0..6).map(|n| w.somebody(&format!("vloed{n}"), &format!("onbekend{n}.test"))).collect();
    for somebody in &flood {
        w.writes(Mail::from(somebody).says(ACCESS)).await;
    }
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.staff).await.subject_has("Let op: te veel automatische mail");
    for somebody in &flood[..3] {
        w.letter_to(somebody).await;
    }
    w.nothing_else().await;
    w.hours_pass(2).await;
    for somebody in &flood[3..] {
        w.letter_to(somebody).await;
    }
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn one_address_gets_no_more_than_its_share_of_automatic_mail_a_day() {
    let limits = "[limits]\nautomatic_mails_per_address_per_day = 2\n";
    let w = World::set_up("share").more(limits).open().await;
    for words in [ACCESS, RECTIFICATION, COMPLAINT] {
        w.writes(Mail::from(&w.jan).proven().says(words)).await;
    }
    w.run().await;
    w.letters_to(&w.jan, 2).await;
    w.letters_to(&w.staff, 2).await;
    w.nothing_else().await;
    w.hours_pass(25).await;
    w.letter_to(&w.jan).await.has("Autoriteit Persoonsgegevens");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn strangers_of_one_domain_get_twenty_mails_an_hour_together() {
    let w = World::new("domain").await;
    let flood: Vec<_> = (0..22).map(|n| w.somebody(&format!("vloed{n}"), "onbekend.test")).collect();
    for somebody in &flood {
        w.writes(Mail::from(somebody).says(ACCESS)).await;
    }
    let elsewhere = w.somebody("rustig", "elders.test");
    w.writes(Mail::from(&elsewhere).says(ACCESS)).await;
    w.run().await;
    w.letter_to(&elsewhere).await;
    for somebody in &flood[..20] {
        w.letter_to(somebody).await;
    }
    w.letters(&w.staff).await;
    w.nothing_else().await;
    w.hours_pass(2).await;
    for somebody in &flood[20..] {
        w.letter_to(somebody).await;
    }
    w.nothing_else().await;
    w.done().await;
}
