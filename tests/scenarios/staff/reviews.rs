//! Mails that a person must look at: one digest, answered by lines; a single one by a plain command.

use super::{ACCESS, helped, orders};
use crate::world::{Letter, Mail, World};

/// A known customer writes from a folder that is not answered automatically.
async fn junk(w: &World, subject: &str) {
    let at = w.now();
    w.lies_in("Junk", at, Mail::from(&w.jan).proven().subject(subject).says(ACCESS)).await;
}

async fn digest(w: &World, mails: usize) -> Letter {
    w.run().await;
    w.nothing_to(&w.jan).await;
    let digest = w.letter_to(&w.staff).await;
    digest.subject_has(&format!("Bekijken: {mails} mail"));
    assert!(w.cases().await.is_empty());
    digest
}

async fn with_junk(story: &str) -> World {
    World::set_up(story).also_read(&["Junk"]).open().await
}

#[tokio::test]
async fn a_single_mail_is_opened_by_naming_the_right() {
    let w = with_junk("review-one").await;
    junk(&w, "Mijn gegevens").await;
    let digest = digest(&w, 1).await;
    helped(&w, &digest, "akkoord", "Dat kan nu niet").await;
    helped(&w, &digest, "recht", "om welk recht").await;
    orders(&w, &digest, "recht inzage").await.has("Er is een zaak geopend");
    w.letter_to(&w.jan).await.has("06-55501001");
    assert_eq!(w.states().await, ["access: answered"]);
    assert!(w.reviews().await.is_empty());
    helped(&w, &digest, "recht inzage", "Hierover is al beslist").await;
    w.nothing_to(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn a_single_mail_that_asks_nothing_is_closed_and_stays_where_it_is() {
    for (story, command) in [("review-none", "geen verzoek"), ("review-none-en", "no request"), ("review-1", "1 geen")]
    {
        let w = with_junk(story).await;
        junk(&w, "Mijn gegevens").await;
        let digest = digest(&w, 1).await;
        orders(&w, &digest, command).await.has("het was geen verzoek");
        assert!(w.cases().await.is_empty());
        assert!(w.reviews().await.is_empty());
        assert_eq!(w.folder("Junk").await.len(), 1);
        w.days_pass(2).await;
        w.done().await;
    }
}

#[tokio::test]
async fn several_mails_are_answered_by_lines_and_what_is_left_out_stays_open() {
    let w = with_junk("review-lines").await;
    for subject in ["Eerste", "Tweede", "Derde"] {
        junk(&w, subject).await;
    }
    let digest = digest(&w, 3).await;
    digest.has("Mail 1").has("Mail 3").lacks("Mail 4");
    helped(&w, &digest, "recht inzage", "regel per mail").await;
    helped(&w, &digest, "4 inzage", "niets van open").await;
    assert_eq!(w.reviews().await.len(), 3);

    w.staff_reply(&digest, "1 geen\n2 verwijdering").await;
    w.run().await;
    let told = w.letters_to(&w.staff, 2).await;
    told.about("Gedaan").has("het was geen verzoek").has("Er is een zaak geopend");
    let case_mail = told.about("Beslissen").clone();
    case_mail.has("akkoord K-1001");
    w.letter_to(&w.jan).await.has("Verwijdering van je gegevens");
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    assert_eq!(w.reviews().await.len(), 1);

    // What was decided stays decided; the third is still open, under its number.
    helped(&w, &digest, "2 inzage", "Hierover is al beslist").await;
    orders(&w, &digest, "3 geen").await;
    assert!(w.reviews().await.is_empty());
    helped(&w, &digest, "3 inzage", "Hierover is al beslist").await;
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn one_line_that_is_not_understood_spoils_the_reply() {
    let w = with_junk("review-spoilt").await;
    for subject in ["Eerste", "Tweede"] {
        junk(&w, subject).await;
    }
    let digest = digest(&w, 2).await;
    for reply in ["1 geen\n2 iets", "1 geen\n1 inzage", "1 geen?\n2 geen", "1\n2"] {
        orders(&w, &digest, reply).await.lacks("Je opdracht is uitgevoerd");
        assert_eq!(w.reviews().await.len(), 2, "{reply:?}");
        assert!(w.cases().await.is_empty(), "{reply:?}");
    }
    w.nothing_to(&w.jan).await;
    orders(&w, &digest, "1, 2 geen").await;
    assert!(w.reviews().await.is_empty());
    w.done().await;
}

#[tokio::test]
async fn the_digest_of_an_outsider_decides_nothing() {
    let w = with_junk("review-outsider").await;
    junk(&w, "Mijn gegevens").await;
    let digest = digest(&w, 1).await;
    for outsider in [&w.stranger, &w.jan] {
        w.writes(Mail::from(outsider).proven().replies(&digest).says("1 geen")).await;
    }
    w.writes(Mail::from(&w.staff).proven().replies(&digest).says("1 inzage")).await;
    w.run().await;
    w.letter_to(&w.staff).await.has("niet vaststellen");
    assert!(!w.reviews().await.is_empty());
    assert!(w.cases().await.is_empty());
    w.nothing_else().await;
    w.done().await;
}
