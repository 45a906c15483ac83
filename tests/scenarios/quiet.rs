//! What does not happen: ordinary mail is left exactly as it was, machines are not answered, and what cannot be read is
//! for people.

use crate::words::{ACCESS, ERASURE, ORDINARY, UNCLEAR};
use crate::world::{Mail, World};

#[tokio::test]
async fn ordinary_mail_stays_exactly_as_it_was() {
    let w = World::new("ordinary").await;
    w.writes(Mail::from(&w.jan).proven().subject("Storing").says(ORDINARY)).await;
    w.flag("\\Flagged $Label1 $Belangrijk").await;
    w.writes(Mail::from(&w.stranger).subject("Offerte").says("Wat kost een domeinnaam bij jullie?")).await;
    w.writes(Mail::from(&w.baker).suspect().subject("Factuur").says("De factuur van mei is nog niet betaald.")).await;
    let before = w.inbox().await;
    assert!(before.iter().all(|mail| !mail.flags.iter().any(|flag| flag == "Seen")));
    w.run().await;
    assert_eq!(w.inbox().await, before, "folder, flags and bytes");
    assert!(w.case_folder().await.is_empty());
    w.nothing_else().await;
    assert!(w.states().await.is_empty() && w.reviews().await.is_empty());
    // Of ordinary mail only a fingerprint is kept (policy §8).
    assert_eq!(w.count("SELECT COUNT(*) FROM case_mails").await, 0);
    let database = std::fs::read(w.database()).unwrap();
    assert!(!database.windows(7).any(|bytes| bytes == b"Storing"));
    w.done().await;
}

#[tokio::test]
async fn a_mail_that_people_must_look_at_stays_unread_in_the_inbox() {
    let w = World::new("unclear").await;
    w.writes(Mail::from(&w.jan).proven().says(UNCLEAR)).await;
    let before = w.inbox().await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 1 mail");
    assert_eq!(w.inbox().await, before);
    assert_eq!(w.reviews().await, ["unclear what is asked"]);
    w.nothing_else().await;
    // One list a day.
    w.hours_pass(1).await;
    w.writes(Mail::from(&w.baker).proven().says(UNCLEAR)).await;
    w.run().await;
    w.nothing_else().await;
    w.hours_pass(23).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 1 mail");
    w.done().await;
}

#[tokio::test]
async fn newsletters_absence_notices_lists_and_bounces_get_no_answer_and_are_not_touched() {
    let w = World::new("machines").await;
    let news = "Nieuwsbrief! Meld je hier af als je geen nieuwsbrief meer wilt.";
    for mail in [
        Mail::from(&w.stranger)
            .says(news)
            .field("List-Unsubscribe", "<https://onbekend.test/weg>")
            .field("Precedence", "bulk"),
        Mail::from(&w.stranger)
            .says("Vandaag op de lijst: een nieuwe versie.")
            .field("List-Id", "<lijst.onbekend.test>"),
        Mail::from(&w.jan).says("Ik ben met vakantie tot maandag.").field("Auto-Submitted", "auto-replied"),
        Mail::from(&w.jan).says("Afwezig").field("X-Autoreply", "yes"),
        Mail::from(&w.stranger).says("Uw ticket is ontvangen.").field("Auto-Submitted", "auto-generated"),
        Mail::from(&w.stranger).says("Undelivered: 5.1.1").signed_as(&["MAILER-DAEMON@onbekend.test"]).envelope(""),
    ] {
        w.writes(mail).await;
    }
    let before = w.inbox().await;
    assert_eq!(before.len(), 6);
    w.run().await;
    assert_eq!(w.inbox().await, before);
    w.nothing_else().await;
    assert!(w.reviews().await.is_empty());
    w.done().await;
}

#[tokio::test]
async fn a_machine_that_clearly_asks_something_is_for_people() {
    let w = World::new("machine-asks").await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS).field("Auto-Submitted", "auto-generated")).await;
    w.writes(Mail::from(&w.stranger).says(ERASURE).field("Precedence", "bulk")).await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 2 mails");
    w.nothing_else().await;
    assert_eq!(w.reviews().await, ["a machine wrote it, but it asks something"; 2]);
    w.done().await;
}

#[tokio::test]
async fn marks_that_people_send_too_do_not_make_a_machine() {
    let w = World::new("human-marks").await;
    let mail = Mail::from(&w.jan).proven().says(ACCESS).field("Auto-Submitted", "no");
    w.writes(mail.field("X-Auto-Response-Suppress", "All")).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.done().await;
}

#[tokio::test]
async fn our_own_mail_that_comes_back_is_not_answered() {
    let w = World::new("own-mail").await;
    w.writes(Mail::from(&w.stranger).says(ACCESS)).await;
    w.run().await;
    let question = w.letter_to(&w.stranger).await;
    // Redirected to us by the receiver's mail server, and sent back in a new envelope.
    for sender in [&w.ours.address, &w.stranger.address] {
        w.arrives(sender, question.raw.as_bytes()).await;
    }
    let copy = Mail::from(&w.ours).login().says(ACCESS).field("Auto-Submitted", "auto-generated");
    w.writes(copy).await;
    w.run().await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: awaiting_identity"]);
    w.done().await;
}

#[tokio::test]
async fn two_programs_do_not_talk_to_each_other_for_ever() {
    let w = World::new("loop").await;
    let mut answered = 0;
    // The other side answers every mail with a request, and does not say that it is a machine.
    w.writes(Mail::from(&w.stranger).says(ACCESS)).await;
    for _ in 0..4 {
        w.run().await;
        let mut post = w.letters(&w.stranger).await;
        let Some(letter) = post.pop() else { break };
        answered += 1;
        w.writes(Mail::from(&w.stranger).replies(&letter).says(ACCESS)).await;
    }
    assert_eq!(answered, 1, "the question for an identity, and then staff");
    w.letters(&w.staff).await;
    w.done().await;
}

#[tokio::test]
async fn encrypted_mail_is_for_people() {
    let w = World::new("encrypted").await;
    let pgp = "--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--x\r\nContent-Type: \
               application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n--x--\r\n";
    let pgp_type = "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x";
    w.writes(Mail::from(&w.jan).proven().subject("Verzoek").content_type(pgp_type).says(pgp)).await;
    let smime = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m";
    w.writes(Mail::from(&w.jan).proven().subject("Inzage").content_type(smime).says("MIAGCSqGSIb3DQEHA6CAMIACAQ"))
        .await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 2 mails");
    w.nothing_else().await;
    assert_eq!(w.reviews().await, ["could not be read"; 2]);
    assert_eq!(w.inbox().await.len(), 2);
    w.done().await;
}

#[tokio::test]
async fn a_mail_between_customers_and_others_with_us_in_copy_is_not_answered_to_the_others() {
    let w = World::new("copy").await;
    let others = format!("Piet <{}>", w.stranger.address);
    w.writes(Mail::from(&w.jan).proven().says(ACCESS).field("Cc", &others).field("Reply-To", &others)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.nothing_else().await;
    w.done().await;
}
