//! `afwijzen`, `vraag`, `verleng`, `recht`, `geen verzoek`, `afgehandeld`, `status`.

use super::{ACCESS, CORRECT, ERASE, RESTRICT, asks, correction, erasure, helped, orders};
use crate::world::{Mail, World};

const REFUSED: [&str; 3] = ["Autoriteit Persoonsgegevens", "rechter", "zes weken"];

#[tokio::test]
async fn a_refusal_says_why_and_where_to_complain_and_unfreezes() {
    let w = World::new("staff-reject").await;
    let (_, case_mail) = asks(&w, &w.jan, RESTRICT).await;
    assert_eq!(w.states().await, ["restriction: awaiting_staff"]);
    assert_eq!(w.count("SELECT COUNT(*) FROM suppressions WHERE lifted = ''").await, 1);
    helped(&w, &case_mail, "afwijzen", "Achter `afwijzen` hoort een tekst").await;
    assert_eq!(w.count("SELECT COUNT(*) FROM suppressions WHERE lifted = ''").await, 1);

    orders(&w, &case_mail, "afwijzen De gegevens zijn juist en we hebben ze nodig voor je abonnement.")
        .await
        .has("Afgewezen: beperking");
    let told = w.letter_to(&w.jan).await;
    told.has("De gegevens zijn juist en we hebben ze nodig voor je abonnement.").no_attachments();
    for words in REFUSED {
        told.has(words);
    }
    assert_eq!(w.states().await, ["restriction: refused"]);
    assert_eq!(w.count("SELECT COUNT(*) FROM suppressions WHERE lifted = ''").await, 0, "the use is allowed again");
    w.done().await;
}

#[tokio::test]
async fn one_of_two_rights_is_refused_in_english() {
    let w = World::new("staff-reject-one").await;
    let (_, case_mail) = asks(&w, &w.jan, &format!("{CORRECT}\n\n{ERASE}")).await;
    let confirmed = orders(&w, &case_mail, "reject erasure There is an open invoice.").await;
    let told = w.letter_to(&w.jan).await;
    told.subject_has("Een deel van je verzoek")
        .has("There is an open invoice.")
        .has("Dit deel van je verzoek gaat wel door");
    assert_eq!(w.states().await, ["rectification: awaiting_staff", "erasure: refused"]);
    orders(&w, &confirmed, "akkoord").await.has("Goedgekeurd: rectificatie");
    w.hours_pass(30).await;
    w.nothing_else().await;
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0);
    w.done().await;
}

#[tokio::test]
async fn a_refusal_withdraws_what_was_approved() {
    let w = World::new("staff-reject-late").await;
    let case_mail = erasure(&w).await;
    let confirmed = orders(&w, &case_mail, "akkoord K-1002").await;
    orders(&w, &confirmed, "afwijzen Er loopt een geschil over een factuur.").await;
    w.letter_to(&w.baker).await.has("geschil");
    w.hours_pass(48).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["erasure: refused"]);
    assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0);
    w.done().await;
}

#[tokio::test]
async fn a_question_is_put_to_the_requester_and_the_answer_comes_back_to_staff() {
    let w = World::new("staff-ask").await;
    let case_mail = correction(&w).await;
    helped(&w, &case_mail, "vraag", "Achter `vraag` hoort een tekst").await;
    orders(&w, &case_mail, "vraag Vanaf welke datum woon je daar?").await.has("Je vraag gaat naar de aanvrager");
    let question = w.letter_to(&w.jan).await;
    question.subject_has("vraag over je verzoek").has("Vanaf welke datum woon je daar?").no_attachments();
    assert_eq!(w.states().await, ["rectification: awaiting_requester"]);
    w.days_pass(2).await;
    w.nothing_else().await;

    w.writes(Mail::from(&w.jan).proven().replies(&question).says("Sinds 1 oktober.\n\nJan")).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    let again = w.letter_to(&w.staff).await;
    again.has("De aanvrager heeft geantwoord").has("Sinds 1 oktober.");
    assert_eq!(w.states().await, ["rectification: awaiting_staff"]);
    let confirmed = orders(&w, &again, "akkoord").await;
    orders(&w, &confirmed, "klaar").await;
    w.letter_to(&w.jan).await.has("verbeterd");
    w.done().await;
}

#[tokio::test]
async fn in_english_a_question_too() {
    let w = World::new("staff-ask-en").await;
    let case_mail = correction(&w).await;
    orders(&w, &case_mail, "ask Since when do you live there?").await;
    w.letter_to(&w.jan).await.has("Since when do you live there?");
    w.done().await;
}

#[tokio::test]
async fn an_extension_is_given_once_and_told() {
    let w = World::new("staff-extend").await;
    let case_mail = correction(&w).await;
    let case = w.the_case().await;
    let (due, extended) = (case.requests[0].due, case.requests[0].due_extended);
    assert_ne!(due, extended);
    helped(&w, &case_mail, "verleng", "Achter `verleng` hoort een tekst").await;
    assert_eq!(w.the_case().await.deadline(), Some(due));

    let confirmed = orders(&w, &case_mail, "verleng We moeten het uitzoeken bij Hostnet.").await;
    confirmed.has("De termijn loopt nu tot");
    w.letter_to(&w.jan).await.subject_has("meer tijd").has("We moeten het uitzoeken bij Hostnet.").has("één keer");
    assert_eq!(w.the_case().await.deadline(), Some(extended));
    assert_eq!(w.states().await, ["rectification: awaiting_staff"]);

    helped(&w, &confirmed, "verleng Het uitzoeken bij Hostnet duurt langer.", "Dat kan nu niet").await;
    assert_eq!(w.the_case().await.deadline(), Some(extended));
    orders(&w, &confirmed, "akkoord").await;
    w.done().await;
}

#[tokio::test]
async fn too_late_for_an_extension() {
    let w = World::new("staff-extend-late").await;
    let case_mail = correction(&w).await;
    w.days_pass(40).await;
    let _reminders = w.letters_of(&w.staff).await;
    helped(&w, &case_mail, "extend It takes longer.", "eerste maand").await;
    w.done().await;
}

#[tokio::test]
async fn other_rights_are_named_and_decided_again() {
    let w = World::new("staff-right").await;
    let case_mail = correction(&w).await;
    helped(&w, &case_mail, "recht", "om welk recht").await;
    w.staff_reply(&case_mail, "recht verwijdering").await;
    w.run().await;
    let told = w.letters_to(&w.staff, 2).await;
    told.about("Gedaan").has("Dit is het verzoek nu: verwijdering");
    let case_mail = told.about("Beslissen").clone();
    case_mail.has("akkoord K-1001").has("Beslis opnieuw");
    w.letter_to(&w.jan).await.has("Verwijdering van je gegevens");
    assert_eq!(w.states().await, ["rectification: closed", "erasure: awaiting_staff"]);
    orders(&w, &case_mail, "akkoord K-1001").await;
    w.hours_pass(25).await;
    w.letter_to(&w.staff).await.has("customers.csv");
    w.done().await;
}

#[tokio::test]
async fn access_named_by_staff_goes_to_the_proven_owner_at_once() {
    let w = World::new("staff-right-access").await;
    let case_mail = correction(&w).await;
    w.staff_reply(&case_mail, "right access rectification").await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001").attachment("gegevens.json");
    assert_eq!(w.states().await, ["rectification: awaiting_staff", "access: answered"]);
    let confirmed = w.letter_to(&w.staff).await;
    confirmed.has("Dit is het verzoek nu: inzage en rectificatie");
    orders(&w, &confirmed, "akkoord").await;
    w.done().await;
}

#[tokio::test]
async fn no_request_puts_the_mail_back_and_tells_whom_we_wrote() {
    let w = World::new("staff-no-request").await;
    let case_mail = correction(&w).await;
    assert!(w.inbox().await.is_empty());
    orders(&w, &case_mail, "geen verzoek").await.has("Gesloten: het was geen verzoek");
    w.letter_to(&w.jan).await.subject_has("We hebben je bericht gesloten").has("Autoriteit Persoonsgegevens");
    assert_eq!(w.states().await, ["rectification: closed"]);
    let back = w.inbox().await;
    assert!(back.iter().any(|mail| String::from_utf8_lossy(&mail.raw).contains("Kerkstraat 5?")), "{back:?}");
    w.run().await;
    w.restart().await;
    w.run().await;
    assert_eq!(w.inbox().await, back, "it stays where it is");
    assert_eq!(w.cases().await.len(), 1, "and opens nothing again");
    w.done().await;
}

#[tokio::test]
async fn no_request_is_silent_to_whom_we_never_wrote() {
    let w = World::set_up("staff-no-request-silent").automatic("none").open().await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    let case_mail = w.letter_to(&w.staff).await;
    orders(&w, &case_mail, "no request").await.has("Gesloten");
    w.nothing_to(&w.jan).await;
    assert_eq!(w.states().await, ["access: closed"]);
    assert!(w.inbox().await.iter().any(|mail| String::from_utf8_lossy(&mail.raw).contains("inzage")));
    w.done().await;
}

#[tokio::test]
async fn settled_outside_means_no_mail() {
    for (story, command) in [("staff-handled", "afgehandeld"), ("staff-handled-en", "handled")] {
        let w = World::new(story).await;
        let case_mail = erasure(&w).await;
        let confirmed = orders(&w, &case_mail, "akkoord K-1002").await;
        orders(&w, &confirmed, command).await.has("Gesloten als afgehandeld");
        w.hours_pass(48).await;
        w.nothing_to(&w.baker).await;
        assert_eq!(w.states().await, ["erasure: closed"]);
        assert_eq!(w.count("SELECT COUNT(*) FROM tombstones").await, 0, "what was approved does not happen any more");
        w.done().await;
    }
}

#[tokio::test]
async fn status_shows_the_case_and_uses_nothing_up() {
    let w = World::new("staff-status").await;
    let case_mail = correction(&w).await;
    let status = orders(&w, &case_mail, "status").await;
    status.has(&w.jan.address).has("rectificatie").has("wacht op jullie beslissing");
    orders(&w, &case_mail, "Status?").await.has(&w.jan.address);
    assert_eq!(w.states().await, ["rectification: awaiting_staff"]);
    w.nothing_to(&w.jan).await;
    orders(&w, &status, "akkoord").await.has("Goedgekeurd");
    w.done().await;
}
