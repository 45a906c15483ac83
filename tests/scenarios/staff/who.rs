//! Who may order, and when it is too late.

use super::{CORRECT, asks, correction, helped, orders};
use crate::world::{Mail, World};

#[tokio::test]
async fn an_order_from_a_staff_address_that_is_not_proven_does_nothing() {
    let w = World::new("who-unproven").await;
    let case_mail = correction(&w).await;
    let forged = [
        Mail::from(&w.staff),
        // Neighbours on our own server can get our signature: only a log-in proves.
        Mail::from(&w.staff).proven(),
        Mail::from(&w.staff).by_spf_alone(),
        Mail::from(&w.staff).suspect(),
    ];
    for mail in forged {
        w.writes(mail.replies(&case_mail).says("akkoord")).await;
        w.run().await;
        w.letter_to(&w.staff).await.has("niet vaststellen dat deze mail echt van jou komt");
        assert_eq!(w.states().await, ["rectification: awaiting_staff"]);
        w.nothing_to(&w.jan).await;
    }
    orders(&w, &case_mail, "akkoord").await.has("Goedgekeurd");
    w.done().await;
}

#[tokio::test]
async fn where_staff_need_no_proof_a_plain_mail_orders() {
    let w = World::set_up("who-no-proof").staff_need_no_proof().open().await;
    let case_mail = correction(&w).await;
    w.writes(Mail::from(&w.staff).replies(&case_mail).says("akkoord")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("Goedgekeurd");
    w.done().await;
}

#[tokio::test]
async fn an_outsider_with_a_forwarded_case_mail_orders_nothing_and_hears_nothing() {
    let w = World::new("who-outsider").await;
    let case_mail = correction(&w).await;
    for outsider in [&w.stranger, &w.jan, &w.baker, &w.bookkeeper] {
        for command in ["akkoord", "akkoord K-1001", "status", "help", "afwijzen Nee.", "pauze"] {
            w.writes(Mail::from(outsider).proven().replies(&case_mail).says(command)).await;
            w.run().await;
            assert_eq!(w.states().await, ["rectification: awaiting_staff"], "{command} of {}", outsider.address);
        }
    }
    for outsider in [&w.stranger, &w.jan, &w.baker, &w.bookkeeper] {
        w.nothing_to(outsider).await;
    }
    // Staff may be told that somebody wrote; the mail that was forwarded still works for them.
    let _told = w.letters_of(&w.staff).await;
    orders(&w, &case_mail, "akkoord").await.has("Goedgekeurd");
    w.done().await;
}

#[tokio::test]
async fn a_vacation_answer_of_staff_orders_nothing() {
    let w = World::new("who-vacation").await;
    let case_mail = correction(&w).await;
    for field in [("Auto-Submitted", "auto-replied"), ("X-Autoreply", "yes"), ("Precedence", "auto_reply")] {
        let mail =
            Mail::from(&w.staff).login().field(field.0, field.1).replies(&case_mail).says("akkoord\n\nIk ben er niet.");
        w.writes(mail).await;
        w.run().await;
        w.nothing_else().await;
        assert_eq!(w.states().await, ["rectification: awaiting_staff"], "{field:?}");
    }
    w.done().await;
}

#[tokio::test]
async fn the_first_of_two_colleagues_decides_and_the_second_is_told_so() {
    let w = World::set_up("who-two").two_staff().open().await;
    w.writes(Mail::from(&w.jan).proven().says(CORRECT)).await;
    w.run().await;
    w.letter_to(&w.jan).await;
    let (to_petra, to_sam) = (w.letter_to(&w.staff).await, w.letter_to(&w.colleague).await);
    assert_ne!(to_petra.token(), to_sam.token());

    w.writes(Mail::from(&w.colleague).login().replies(&to_sam).says("akkoord")).await;
    w.run().await;
    let confirmed = w.letter_to(&w.staff).await;
    confirmed.has("Goedgekeurd: rectificatie");
    w.letter_to(&w.colleague).await.has("Goedgekeurd: rectificatie");
    for command in ["akkoord", "afwijzen Het adres bestaat niet."] {
        w.staff_reply(&to_petra, command).await;
        w.run().await;
        w.letter_to(&w.staff).await.has("Hierover is al beslist");
        w.nothing_to(&w.colleague).await;
        w.nothing_to(&w.jan).await;
        assert_eq!(w.states().await, ["rectification: in_progress"]);
    }
    w.staff_reply(&confirmed, "klaar").await;
    w.run().await;
    w.letter_to(&w.jan).await.has("verbeterd");
    w.letter_to(&w.staff).await.has("Afgerond");
    w.letter_to(&w.colleague).await.has("Afgerond");
    w.done().await;
}

#[tokio::test]
async fn two_orders_that_arrive_together_count_once() {
    let w = World::set_up("who-together").two_staff().open().await;
    let (_, to_petra) = asks(&w, &w.jan, CORRECT).await;
    let to_sam = w.letter_to(&w.colleague).await;
    w.staff_reply(&to_petra, "akkoord").await;
    w.writes(Mail::from(&w.colleague).login().replies(&to_sam).says("afwijzen Het klopt al.")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("Goedgekeurd");
    let to_sam = w.letters_to(&w.colleague, 2).await;
    to_sam.about("Gedaan").has("Goedgekeurd");
    to_sam.about("Zo beslis je").has("Hierover is al beslist");
    w.nothing_to(&w.jan).await;
    assert_eq!(w.states().await, ["rectification: in_progress"]);
    w.done().await;
}

#[tokio::test]
async fn a_mail_that_was_answered_and_a_closed_case_are_told_so() {
    let w = World::new("who-old").await;
    let case_mail = correction(&w).await;
    let confirmed = orders(&w, &case_mail, "akkoord").await;
    helped(&w, &case_mail, "akkoord", "Hierover is al beslist").await;
    let status = orders(&w, &confirmed, "status").await;
    orders(&w, &confirmed, "klaar").await;
    w.letter_to(&w.jan).await;
    assert_eq!(w.states().await, ["rectification: answered"]);
    for (letter, command) in [(&case_mail, "akkoord"), (&confirmed, "klaar"), (&status, "afwijzen Nee.")] {
        let before = w.states().await;
        orders(&w, letter, command).await.lacks("Je opdracht is uitgevoerd");
        assert_eq!(w.states().await, before);
        w.nothing_to(&w.jan).await;
    }
    w.done().await;
}

#[tokio::test]
async fn reply_all_with_the_requester_in_copy_orders_as_usual() {
    let w = World::new("who-reply-all").await;
    let case_mail = correction(&w).await;
    let mail = Mail::from(&w.staff).login().field("Cc", &w.jan.address).replies(&case_mail).says("akkoord");
    w.writes(mail).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("Goedgekeurd");
    w.nothing_to(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn staff_who_read_english_get_english_and_order_in_either_language() {
    let mut w = World::new("who-english").await;
    w.reconfigure(|file| file.replace("[staff]\n", "[staff]\nlanguage = \"en\"\n")).await;
    w.writes(Mail::from(&w.jan).proven().says(CORRECT)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("We hebben je verzoek ontvangen");
    let case_mail = w.letter_to(&w.staff).await;
    case_mail.has("approve").has("reject <reason>").lacks("akkoord").lacks("Beslissen");
    helped(&w, &case_mail, "aprove", "Did you mean `approve`?").await;
    let confirmed = orders(&w, &case_mail, "akkoord").await;
    confirmed.has("Approved: rectification").has("done");
    orders(&w, &confirmed, "done Your street is right now.").await.has("Finished: rectification");
    w.letter_to(&w.jan).await.has("We hebben je gegevens verbeterd").has("Your street is right now.");
    w.done().await;
}
