//! Orders that need no case: `verzoek`, `pauze`, `hervat`, `help`.

use super::{ACCESS, orders};
use crate::world::{Mail, World};

fn forwarded(w: &World, text: &str) -> String {
    format!(
        "---------- Forwarded message ---------\nVan: Onno Bekend <{}>\nDatum: zo 22 nov 2026 om 10:00\nOnderwerp: \
         Vraag\nAan: <petra@craftcloud.test>\n\n{text}\n",
        w.stranger.address
    )
}

#[tokio::test]
async fn a_forwarded_mail_becomes_a_case_for_that_person_and_staff_decide() {
    let w = World::new("order-request").await;
    w.may_see("K-1001", &w.stranger).await;
    let text = format!("verzoek {}\n\n{}", w.stranger.address, forwarded(&w, ACCESS));
    w.writes(Mail::from(&w.staff).login().subject("Fwd: Vraag").says(&text)).await;
    w.run().await;
    let told = w.letters_to(&w.staff, 2).await;
    told.about("Gedaan").has("Er is een zaak geopend").has(&w.stranger.address);
    let case_mail = told.about("Beslissen").clone();
    case_mail.subject_has("onbekende").has(&w.stranger.address);
    w.nothing_to(&w.stranger).await;
    assert_eq!(w.states().await, ["access: awaiting_staff"]);
    let case = w.the_case().await;
    assert_eq!((case.requester.as_str(), case.customer.is_none()), (w.stranger.address.as_str(), true));

    // Never a disclosure target by itself: the number must be named, and the owner is told first.
    super::helped(&w, &case_mail, "akkoord", "klantnummer").await;
    orders(&w, &case_mail, "akkoord K-1001").await;
    w.letter_to(&w.jan).await.has("nee");
    w.hours_pass(71).await;
    w.nothing_to(&w.stranger).await;
    w.hours_pass(2).await;
    w.letter_to(&w.stranger).await.attachment("gegevens.json");
    w.done().await;
}

#[tokio::test]
async fn the_case_is_for_whom_staff_name_and_only_from_proven_staff() {
    let w = World::new("order-request-who").await;
    let text = format!("verzoek {}\n\n{}", w.stranger.address, forwarded(&w, ACCESS));
    w.writes(Mail::from(&w.staff).subject("Fwd: Vraag").says(&text)).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("niet vaststellen");
    assert!(w.cases().await.is_empty());
    for without in ["verzoek", "verzoek van Onno"] {
        w.writes(
            Mail::from(&w.staff).login().subject("Fwd: Vraag").says(&format!("{without}\n\n{}", forwarded(&w, ACCESS))),
        )
        .await;
        w.run().await;
        let _help = w.letters_of(&w.staff).await;
        assert!(w.cases().await.iter().all(|case| case.requester.as_str() != w.stranger.address), "{without:?}");
        w.nothing_to(&w.stranger).await;
    }
    w.done().await;
}

#[tokio::test]
async fn an_outsider_who_writes_the_same_words_opens_only_his_own_matter() {
    let w = World::new("order-outsider").await;
    w.writes(Mail::from(&w.stranger).proven().says(&format!("verzoek {}\n\n{}", w.jan.address, forwarded(&w, ACCESS))))
        .await;
    w.writes(Mail::from(&w.baker).proven().says("pauze")).await;
    w.writes(Mail::from(&w.baker).proven().says("help")).await;
    w.run().await;
    w.nothing_to(&w.jan).await;
    w.nothing_to(&w.baker).await;
    let _asked_who_he_is = w.letters_of(&w.stranger).await;
    let _review = w.letters_of(&w.staff).await;
    assert!(w.cases().await.iter().all(|case| case.requester.as_str() == w.stranger.address));
    // Automatic mail is still on.
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.done().await;
}

#[tokio::test]
async fn a_pause_holds_all_automatic_mail_until_it_is_lifted() {
    for (story, pause, resume) in [("order-pause", "pauze", "hervat"), ("order-pause-en", "pause", "resume")] {
        let w = World::new(story).await;
        w.writes(Mail::from(&w.staff).login().subject("stop de robot").says(pause)).await;
        w.run().await;
        let paused = w.letter_to(&w.staff).await;
        paused.has("Automatische mail staat uit");
        w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
        w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
        w.run().await;
        w.restart().await;
        w.hours_pass(5).await;
        w.nothing_else().await;
        assert_eq!(w.states().await, ["access: in_progress", "access: awaiting_identity"]);
        w.writes(Mail::from(&w.staff).login().replies(&paused).says(resume)).await;
        w.run().await;
        w.letter_to(&w.staff).await.has("Automatische mail staat weer aan");
        w.letter_to(&w.jan).await.has("06-55501001");
        w.letter_to(&w.stranger).await.has("afgeschermde kopie");
        assert_eq!(w.states().await, ["access: answered", "access: awaiting_identity"]);
        w.done().await;
    }
}

#[tokio::test]
async fn a_pause_does_not_hold_what_staff_order_and_works_in_a_case_mail() {
    let w = World::new("order-pause-case").await;
    let case_mail = super::correction(&w).await;
    orders(&w, &case_mail, "pauze").await.has("Automatische mail staat uit");
    orders(&w, &case_mail, "klaar").await;
    w.letter_to(&w.jan).await.has("verbeterd");
    w.writes(Mail::from(&w.staff).login().says("hervat")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("staat weer aan");
    w.done().await;
}

#[tokio::test]
async fn orders_about_a_case_need_its_mail_and_ordinary_staff_mail_is_left_alone() {
    let w = World::new("order-no-case").await;
    super::correction(&w).await;
    w.writes(Mail::from(&w.staff).login().says("help")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("verzoek <adres>");
    for text in ["akkoord", "akkoord K-1001", "klaar", "Kun jij de printer nakijken?"] {
        w.writes(Mail::from(&w.staff).login().subject("Even iets").says(text)).await;
        w.run().await;
        w.nothing_else().await;
        assert_eq!(w.states().await, ["rectification: awaiting_staff"]);
    }
    w.done().await;
}

#[tokio::test]
async fn a_request_is_opened_and_extended_in_english() {
    let w = World::new("order-english").await;
    let text = format!("request {}\n\n{}", w.stranger.address, forwarded(&w, ACCESS));
    w.writes(Mail::from(&w.staff).login().subject("Fwd: Vraag").says(&text)).await;
    w.run().await;
    let case_mail = w.letters_to(&w.staff, 2).await.about("Beslissen").clone();
    w.nothing_to(&w.stranger).await;
    orders(&w, &case_mail, "extend We have to ask Hostnet first.").await.has("De termijn loopt nu tot");
    w.letter_to(&w.stranger).await.has("We have to ask Hostnet first.").lacks("K-1001");
    assert_eq!(w.the_case().await.deadline(), Some(w.the_case().await.requests[0].due_extended));
    w.done().await;
}
