//! `akkoord`, `klaar`, `stop`: what was proposed happens, completely, and nothing else does.

use super::{ACCESS, CORRECT, ERASE, asks, correction, erasure, helped, orders};
use crate::world::{Mail, World};

#[tokio::test]
async fn an_approved_correction_is_done_by_hand_and_then_told() {
    let w = World::new("staff-correct").await;
    let case_mail = correction(&w).await;
    let confirmed = orders(&w, &case_mail, "akkoord").await;
    confirmed.has("Goedgekeurd: rectificatie").has("klaar");
    w.nothing_to(&w.jan).await;
    assert_eq!(w.states().await, ["rectification: in_progress"]);

    orders(&w, &confirmed, "klaar Je adres is nu Kerkstraat 5.").await.has("Afgerond: rectificatie");
    let told = w.letter_to(&w.jan).await;
    told.subject_has("Je verzoek is uitgevoerd")
        .has("We hebben je gegevens verbeterd")
        .has("Je adres is nu Kerkstraat 5.");
    told.lacks("06-55501001").no_attachments();
    assert_eq!(w.states().await, ["rectification: answered"]);
    assert!(w.inbox().await.is_empty(), "the replies of staff join the case's mails");
    assert_eq!(w.case_folder().await.len(), 3);
    w.done().await;
}

#[tokio::test]
async fn in_english_too() {
    let w = World::new("staff-approve").await;
    let case_mail = correction(&w).await;
    let confirmed = orders(&w, &case_mail, "Approve, please.\n\nKind regards,\nPetra").await;
    orders(&w, &confirmed, "done").await;
    w.letter_to(&w.jan).await.has("We hebben je gegevens verbeterd");
    assert_eq!(w.states().await, ["rectification: answered"]);
    w.done().await;
}

#[tokio::test]
async fn a_correction_that_was_simply_done_needs_no_approval_first() {
    let w = World::new("staff-just-done").await;
    let case_mail = correction(&w).await;
    orders(&w, &case_mail, "klaar").await.has("Afgerond");
    w.letter_to(&w.jan).await.has("We hebben je gegevens verbeterd");
    w.done().await;
}

#[tokio::test]
async fn an_approved_erasure_waits_a_day_then_the_customer_is_unknown_and_told_when_all_is_done() {
    let w = World::new("staff-erase").await;
    let case_mail = erasure(&w).await;
    orders(&w, &case_mail, "akkoord K-1002").await.has("De gegevens worden gewist").has("stop");
    w.nothing_to(&w.baker).await;
    assert_eq!(w.states().await, ["erasure: scheduled"]);

    w.hours_pass(23).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["erasure: scheduled"]);
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0);

    w.hours_pass(2).await;
    let manual = w.letter_to(&w.staff).await;
    manual.has("K-1002").has("customers.csv").has("klaar");
    w.nothing_to(&w.baker).await;
    assert_eq!(w.states().await, ["erasure: in_progress"]);

    // The line is still there, but this program does not know her any more.
    let file = std::fs::read_to_string(w.database().with_file_name("customers.csv")).unwrap();
    assert!(file.contains(&w.baker.address));
    w.writes(Mail::from(&w.baker).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.baker).await.has("afgeschermde kopie").lacks("06-55501002").lacks("K-1002").no_attachments();
    w.nothing_to(&w.staff).await;

    orders(&w, &manual, "klaar Alles is gewist.").await.has("Afgerond: verwijdering");
    let told = w.letter_to(&w.baker).await;
    told.subject_has("Je verzoek is uitgevoerd").has("Alles is gewist.").lacks("06-55501002");
    assert_eq!(w.states().await, ["erasure: answered", "access: awaiting_identity"]);
    w.done().await;
}

#[tokio::test]
async fn an_approved_erasure_survives_a_restart_and_happens_once() {
    let w = World::new("staff-erase-twice").await;
    let case_mail = erasure(&w).await;
    orders(&w, &case_mail, "akkoord klant K-1002").await;
    w.restart().await;
    w.hours_pass(25).await;
    w.letter_to(&w.staff).await.has("customers.csv");
    w.restart().await;
    w.hours_pass(25).await;
    w.nothing_else().await;
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 1);
    w.done().await;
}

#[tokio::test]
async fn approving_one_of_two_rights_leaves_the_other_open() {
    let w = World::new("staff-partly").await;
    let text = format!("{CORRECT}\n\n{ERASE}");
    let (_, case_mail) = asks(&w, &w.jan, &text).await;
    assert_eq!(w.states().await, ["rectification: awaiting_staff", "erasure: awaiting_staff"]);
    let confirmed = orders(&w, &case_mail, "akkoord rectificatie").await;
    confirmed.has("Goedgekeurd: rectificatie").has("verwijdering: wacht op jullie beslissing").lacks("gewist:");
    assert_eq!(w.states().await, ["rectification: in_progress", "erasure: awaiting_staff"]);
    w.hours_pass(30).await;
    w.nothing_else().await;

    helped(&w, &confirmed, "akkoord bezwaar", "niets van open").await;
    helped(&w, &confirmed, "akkoord verwijdering", "klantnummer").await;
    let confirmed = orders(&w, &confirmed, "akkoord K-1001 verwijdering").await;
    confirmed.has("De gegevens worden gewist");
    assert_eq!(w.states().await, ["rectification: in_progress", "erasure: scheduled"]);
    let confirmed = orders(&w, &confirmed, "klaar").await;
    confirmed.has("Afgerond: rectificatie");
    w.letter_to(&w.jan).await.has("verbeterd").lacks("gewist");
    assert_eq!(w.states().await, ["rectification: answered", "erasure: scheduled"]);
    orders(&w, &confirmed, "stop").await.has("Gestopt: verwijdering");
    w.hours_pass(30).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["rectification: answered", "erasure: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn only_access_of_two_rights_of_a_stranger_is_approved() {
    let w = World::new("staff-access-only").await;
    w.may_see("K-1001", &w.stranger).await;
    w.writes(Mail::from(&w.stranger).proven().says(&format!("{ACCESS}\n\n{ERASE}"))).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    let copy = Mail::from(&w.stranger).proven().replies(&question).says("Hierbij mijn kopie.");
    w.writes(copy.attaches("kopie.pdf", "application/pdf", b"%PDF-1.4 kopie")).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    orders(&w, &case_mail, "akkoord K-1001 inzage").await.has("stop").has("verwijdering: wacht");
    w.letter_to(&w.jan).await.has("nee");
    assert_eq!(w.states().await, ["access: scheduled", "erasure: awaiting_staff"]);
    w.hours_pass(73).await;
    w.letter_to(&w.stranger).await.attachment("gegevens.json");
    assert_eq!(w.states().await, ["access: answered", "erasure: awaiting_staff"]);
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0);
    w.done().await;
}

#[tokio::test]
async fn access_is_answered_before_erasure_runs() {
    let w = World::new("staff-both").await;
    w.writes(Mail::from(&w.jan).proven().says(&format!("{ACCESS}\n\n{ERASE}"))).await;
    w.run().await;
    w.letters_to(&w.jan, 2).await.about("De gegevens die wij van je hebben").has("06-55501001");
    let case_mail = w.letter_to(&w.staff).await;
    assert_eq!(w.states().await, ["access: answered", "erasure: awaiting_staff"]);
    orders(&w, &case_mail, "akkoord K-1001").await;
    w.hours_pass(25).await;
    w.letter_to(&w.staff).await.has("customers.csv");
    assert_eq!(w.states().await, ["access: answered", "erasure: in_progress"]);
    w.done().await;
}

#[tokio::test]
async fn a_number_that_does_not_exist_or_is_another_customers_does_nothing() {
    let w = World::new("staff-number").await;
    let case_mail = erasure(&w).await;
    helped(&w, &case_mail, "akkoord", "klantnummer").await;
    helped(&w, &case_mail, "akkoord K-9999", "andere klant").await;
    helped(&w, &case_mail, "akkoord K-1001", "andere klant").await;
    helped(&w, &case_mail, "akkoord K-1002 K-1001", "klantnummer").await;
    helped(&w, &case_mail, "akkoord klant", "klantnummer").await;
    w.hours_pass(30).await;
    w.nothing_else().await;
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0);
    orders(&w, &case_mail, "akkoord k-1002").await.has("De gegevens worden gewist");
    w.done().await;
}

#[tokio::test]
async fn a_stranger_is_not_approved_for_a_customer_who_does_not_exist() {
    let w = World::new("staff-nobody").await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    let copy = Mail::from(&w.stranger).proven().replies(&question).says("Hierbij mijn kopie.");
    w.writes(copy.attaches("kopie.pdf", "application/pdf", b"%PDF-1.4 kopie")).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    helped(&w, &case_mail, "akkoord K-9999", "Die klant ken ik niet").await;
    helped(&w, &case_mail, "akkoord", "klantnummer").await;
    w.days_pass(4).await;
    w.nothing_to(&w.stranger).await;
    w.done().await;
}

#[tokio::test]
async fn stop_cancels_an_erasure_and_it_can_be_approved_again() {
    let w = World::new("staff-stop-erase").await;
    let case_mail = erasure(&w).await;
    let confirmed = orders(&w, &case_mail, "akkoord K-1002").await;
    w.hours_pass(20).await;
    let stopped = orders(&w, &confirmed, "Stop! Er loopt nog een rekening.").await;
    stopped.has("Gestopt: verwijdering").has("Beslis opnieuw");
    w.hours_pass(48).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0);
    orders(&w, &stopped, "akkoord K-1002").await;
    w.hours_pass(23).await;
    w.nothing_else().await;
    w.hours_pass(2).await;
    w.letter_to(&w.staff).await.has("customers.csv");
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 1);
    w.done().await;
}

#[tokio::test]
async fn stop_cancels_a_disclosure_that_was_announced() {
    let w = World::new("staff-stop-data").await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    let copy = Mail::from(&w.stranger).proven().replies(&question).says("Hierbij mijn kopie.");
    w.writes(copy.attaches("kopie.pdf", "application/pdf", b"%PDF-1.4 kopie")).await;
    w.run().await;
    let case_mail = w.letter_to(&w.staff).await;
    let confirmed = orders(&w, &case_mail, "akkoord K-1001").await;
    w.letter_to(&w.jan).await.has("nee");
    w.hours_pass(70).await;
    orders(&w, &confirmed, "stop").await.has("Gestopt: inzage");
    w.days_pass(5).await;
    w.nothing_to(&w.stranger).await;
    assert_eq!(w.states().await, ["access: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn stop_where_nothing_is_planned_changes_nothing() {
    let w = World::new("staff-stop-nothing").await;
    let case_mail = correction(&w).await;
    helped(&w, &case_mail, "stop", "Dat kan nu niet").await;
    orders(&w, &case_mail, "akkoord").await;
    w.done().await;
}

#[tokio::test]
async fn a_weak_yes_does_not_show_or_delete_data_but_is_enough_for_a_correction() {
    let w = World::new("staff-weak").await;
    let case_mail = erasure(&w).await;
    for weak in ["ja", "Ok", "goed", "yes", "Ja hoor, prima"] {
        helped(&w, &case_mail, weak, "schrijf voluit").await;
    }
    w.hours_pass(30).await;
    w.nothing_else().await;
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0);
    w.done().await;

    let w = World::new("staff-weak-fine").await;
    let case_mail = correction(&w).await;
    orders(&w, &case_mail, "ok").await.has("Goedgekeurd: rectificatie");
    assert_eq!(w.states().await, ["rectification: in_progress"]);
    w.done().await;
}

#[tokio::test]
async fn a_weak_yes_does_not_send_the_data_of_a_ready_letter() {
    let w = World::set_up("staff-ready").automatic("none").open().await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    let case_mail = w.letter_to(&w.staff).await;
    case_mail.has("akkoord").lacks("06-55501001");
    helped(&w, &case_mail, "ja", "schrijf voluit").await;
    orders(&w, &case_mail, "akkoord").await.has(&w.jan.address);
    w.letter_to(&w.jan).await.has("06-55501001");
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn a_contact_gets_what_is_held_about_the_contact_and_the_owner_nothing() {
    let w = World::new("staff-contact").await;
    let (told, case_mail) = asks(&w, &w.apprentice, ACCESS).await;
    told.no_attachments();
    orders(&w, &case_mail, "akkoord").await.has(&w.apprentice.address);
    w.letter_to(&w.apprentice).await.lacks("06-55501002").lacks(&w.baker.address);
    w.nothing_to(&w.baker).await;
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}
