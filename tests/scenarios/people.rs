//! Who asks (policy §1): contact and billing addresses, addresses of several customers, young and dormant ones, and
//! senders who name nobody.

use crate::words::{ACCESS, ACCESS_AND_ERASURE, COMPLAINT, ERASURE, MARKETING, ORDINARY, RECTIFICATION};
use crate::world::{Mail, World};

// --- contact and billing ---

#[tokio::test]
async fn a_contact_gets_only_what_is_held_about_that_contact_after_staff_agree() {
    let w = World::new("contact-access").await;
    w.writes(Mail::from(&w.apprentice).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.apprentice).await.has("We hebben je verzoek ontvangen").no_attachments();
    let case_mail = w.letter_to(&w.staff).await;
    case_mail.has("K-1002").has("contactpersoon");
    w.nothing_to(&w.baker).await;
    assert_eq!(w.states().await, ["access: awaiting_staff"]);

    w.staff_reply(&case_mail, "akkoord").await;
    w.run().await;
    w.letter_to(&w.staff).await;
    let answer = w.letter_to(&w.apprentice).await;
    answer.has(&w.apprentice.address).lacks("06-55501002").lacks(&w.baker.address).lacks(&w.bookkeeper.address);
    answer.attachment("gegevens.json");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

#[tokio::test]
async fn a_contact_who_asks_to_erase_is_queued_when_proven() {
    let w = World::new("contact-erasure").await;
    w.writes(Mail::from(&w.apprentice).proven().says(ERASURE)).await;
    w.run().await;
    w.letter_to(&w.apprentice).await;
    w.letter_to(&w.staff).await.has("contactpersoon").has("akkoord K-1002");
    w.nothing_to(&w.baker).await;
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn a_billing_address_that_is_not_proven_changes_nothing_before_the_owner_confirms() {
    let w = World::new("billing-unproven").await;
    w.writes(Mail::from(&w.bookkeeper).says(RECTIFICATION)).await;
    w.run().await;
    let question = w.letter_to(&w.baker).await;
    question.subject_has("Heb jij dit gevraagd");
    w.nothing_else().await;
    // Whoever asked cannot confirm, not even with the token.
    w.writes(Mail::from(&w.bookkeeper).proven().replies(&question).says("ja")).await;
    w.run().await;
    assert_eq!(w.states().await, ["rectification: awaiting_confirmation"]);
    w.letter_to(&w.staff).await;
    w.nothing_else().await;

    w.writes(Mail::from(&w.baker).replies(&question).says("Ja, dat klopt.")).await;
    w.run().await;
    assert_eq!(w.states().await, ["rectification: awaiting_staff"]);
    w.letter_to(&w.staff).await.has("bevestigd");
    // The owner spoke: the acknowledgement is the owner's.
    w.letter_to(&w.baker).await.subject_has("ontvangen");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_billing_address_stops_its_marketing_and_complains_like_anybody() {
    let w = World::new("billing-marketing").await;
    w.writes(Mail::from(&w.bookkeeper).says(MARKETING)).await;
    w.run().await;
    w.letter_to(&w.bookkeeper).await;
    w.letter_to(&w.staff).await;
    assert_eq!(w.stopped_for_address(&w.bookkeeper).await, ["marketing"]);
    assert!(w.stopped_for("K-1002").await.is_empty(), "a contact does not speak for the whole company");
    w.writes(Mail::from(&w.bookkeeper).says(COMPLAINT)).await;
    w.run().await;
    w.letter_to(&w.bookkeeper).await.has("Autoriteit Persoonsgegevens");
    w.letter_to(&w.staff).await.has("klacht");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_suspect_contact_who_asks_for_data_goes_to_staff_alone() {
    let w = World::new("contact-suspect").await;
    w.writes(Mail::from(&w.apprentice).suspect().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Beslissen").has("K-1002");
    w.nothing_else().await;
    w.done().await;
}

// --- an address of several customers ---

#[tokio::test]
async fn an_address_of_two_customers_gets_no_data_until_staff_say_whose() {
    let w = World::new("shared").await;
    w.writes(Mail::from(&w.shared).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.shared).await.no_attachments().lacks("K-1003").lacks("K-1004");
    let case_mail = w.letter_to(&w.staff).await;
    case_mail.has("K-1003").has("K-1004");
    assert_eq!(w.states().await, ["access: awaiting_staff"]);

    // Without a number it is not sure whose data.
    w.staff_reply(&case_mail, "akkoord").await;
    w.run().await;
    w.letter_to(&w.staff).await.has("klantnummer");
    w.nothing_to(&w.shared).await;

    w.staff_reply(&case_mail, "akkoord K-1004").await;
    w.run().await;
    w.letter_to(&w.staff).await;
    w.letter_to(&w.shared).await.has("06-55501004").lacks("06-55501003");
    assert_eq!(w.states().await, ["access: answered"]);
    w.done().await;
}

// --- young addresses ---

#[tokio::test]
async fn an_address_added_lately_is_a_stranger_for_a_week_and_the_old_one_is_told() {
    let w = World::new("young").await;
    // The directory is seen for the first time: what stands in it counts as old.
    w.writes(Mail::from(&w.jan).says(ORDINARY)).await;
    w.writes(Mail::from(&w.baker).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.baker).await;

    let new = w.somebody("jan-nieuw", "klant.test");
    w.edit_customers(|text| text.replace(&w.jan.address, &format!("{}=owner {}=owner", w.jan.address, new.address)));
    w.writes(Mail::from(&new).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("toegevoegd").lacks(&new.address);
    w.letter_to(&new).await.has("afgeschermde kopie").no_attachments().lacks("06-55501001");
    let told = w.letters_to(&w.staff, 2).await;
    assert!(told.0.iter().all(|letter| letter.text.contains("K-1001")), "added, and a request from it");
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: answered", "access: awaiting_identity"]);

    // The old address still gets everything.
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn an_address_is_old_enough_after_a_week() {
    let w = World::new("young-old").await;
    w.writes(Mail::from(&w.baker).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.baker).await;
    let new = w.somebody("jan-nieuw", "klant.test");
    w.edit_customers(|text| text.replace(&w.jan.address, &format!("{}=owner {}=owner", w.jan.address, new.address)));
    w.writes(Mail::from(&w.baker).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.baker).await.subject_has("Je hebt ons antwoord al");
    w.letter_to(&w.jan).await.has("toegevoegd");
    w.letter_to(&w.staff).await.has("K-1001");
    w.days_pass(8).await;
    w.may_see("K-1001", &new).await;
    w.writes(Mail::from(&new).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&new).await.has("06-55501001");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_replaced_address_gets_nothing_and_the_one_before_is_told() {
    let w = World::new("young-replaced").await;
    w.writes(Mail::from(&w.baker).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.baker).await;
    let thief = w.somebody("dief", "onbekend.test");
    w.edit_customers(|text| text.replace(&w.jan.address, &thief.address));
    w.writes(Mail::from(&thief).proven().says(ACCESS_AND_ERASURE)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("toegevoegd");
    w.letter_to(&thief).await.has("afgeschermde kopie").no_attachments();
    w.letters_to(&w.staff, 2).await;
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_broken_customer_list_keeps_the_old_one_and_staff_are_told_once() {
    let w = World::new("broken-list").await;
    w.writes(Mail::from(&w.baker).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.baker).await;
    w.edit_customers(|text| text.replace("K-1002", "K-1001"));
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.staff).await.subject_has("klantenlijst");
    w.nothing_else().await;
    w.done().await;
}

// --- dormant addresses ---

#[tokio::test]
async fn an_address_that_bounced_gets_no_data_by_itself_any_more() {
    let w = World::new("dormant").await;
    w.writes(Mail::from(&w.lost).proven().says(ACCESS)).await;
    w.run().await;
    w.returned(&w.lost).await;
    w.run().await;
    // A mail with data came back: possibly a leak.
    w.letter_to(&w.staff).await.subject_has("Let op");
    w.days_pass(2).await;
    w.writes(Mail::from(&w.lost).says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Beslissen").has("K-1005");
    // Only the acknowledgement went there, and came back too.
    w.returned(&w.lost).await;
    assert_eq!(w.count("SELECT COUNT(*) FROM outbox WHERE kind = 'access_answer'").await, 1);
    w.run().await;
    w.letters(&w.staff).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: answered", "access: awaiting_staff"]);
    w.done().await;
}

#[tokio::test]
async fn a_proven_mail_shows_that_the_address_is_in_use_again() {
    let w = World::new("dormant-alive").await;
    w.writes(Mail::from(&w.lost).proven().says(ACCESS)).await;
    w.run().await;
    w.returned(&w.lost).await;
    w.run().await;
    w.letter_to(&w.staff).await;
    w.days_pass(2).await;
    w.writes(Mail::from(&w.lost).proven().says(ERASURE)).await;
    w.run().await;
    // This acknowledgement comes back too: that address bounces whatever happens.
    w.returned(&w.lost).await;
    w.letter_to(&w.staff).await.subject_has("Beslissen");
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Let op");
    w.done().await;
}

// --- a From that names nobody ---

#[tokio::test]
async fn a_sender_who_names_nobody_is_never_known_and_always_for_staff() {
    let w = World::new("malformed").await;
    let jan = &w.jan.address;
    let forms: [&[&str]; 8] = [
        &[],
        &[&format!("Jan <{jan}>"), "Piet <piet@onbekend.test>"],
        &[&format!("Jan <{jan}>, Piet <piet@onbekend.test>")],
        &[&format!("Familie: {jan}, piet@onbekend.test;")],
        &["undisclosed-recipients:;"],
        &[&format!("\"{jan}\"")],
        &[&format!("({jan})")],
        &["=?utf-8?B?amFuQGtsYW50LnRlc3Q=?="],
    ];
    for (n, form) in forms.iter().enumerate() {
        w.writes(Mail::from(&w.jan).proven().signed_as(form).subject(&format!("Verzoek {n}")).says(ACCESS)).await;
    }
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 8 mails");
    w.nothing_else().await;
    assert_eq!(w.reviews().await, ["malformed sender"; 8]);
    assert!(w.states().await.is_empty());
    w.done().await;
}

#[tokio::test]
async fn what_stands_in_other_fields_decides_nothing() {
    let w = World::new("other-fields").await;
    let jan = format!("Jan <{}>", w.jan.address);
    let mail = Mail::from(&w.stranger).says(ACCESS).field("Reply-To", &jan).field("Sender", &jan);
    let mail = mail.field("Resent-From", &jan).field("Cc", &jan).envelope(&w.jan.address);
    let from = format!("\"{}\" <{}>", w.jan.address, w.stranger.address);
    w.writes(mail.signed_as(&[&from])).await;
    w.run().await;
    w.letter_to(&w.stranger).await.has("afgeschermde kopie").lacks(&w.jan.address);
    w.nothing_else().await;
    w.done().await;
}

// --- what our mail server found, and what others say that it found ---

#[tokio::test]
async fn a_result_below_a_foreign_received_line_or_of_another_server_proves_nothing() {
    let w = World::new("forged-results").await;
    for forged in [
        // Written by the sender, so it stands below the line that our server wrote about a foreign one.
        Mail::from(&w.jan).field("Authentication-Results", "mx.craftcloud.test; dkim=pass header.d=klant.test"),
        Mail::from(&w.jan)
            .field("Authentication-Results", &format!("mx.craftcloud.test; auth=pass smtp.auth={}", w.jan.address)),
        Mail::from(&w.jan).field("Authentication-Results", "mx.klant.test; dkim=pass header.d=klant.test"),
        Mail::from(&w.jan).results("dkim=pass header.d=ander.test; dmarc=none header.from=klant.test"),
        Mail::from(&w.jan).results(&format!("auth=pass smtp.auth={}", w.stranger.address)),
    ] {
        w.writes(forged.says(ERASURE)).await;
        w.run().await;
        w.letter_to(&w.jan).await.subject_has("Heb jij dit gevraagd");
        w.nothing_else().await;
    }
    w.done().await;
}

#[tokio::test]
async fn a_signature_of_a_domain_that_we_host_proves_nothing_only_a_login_does() {
    let w = World::new("own-domain").await;
    let neighbour = w.somebody("buur", "craftcloud.test");
    w.edit_customers(|text| text.replace(&w.jan.address, &neighbour.address));
    w.writes(Mail::from(&neighbour).proven().says(ERASURE)).await;
    w.run().await;
    w.letter_to(&neighbour).await.subject_has("Heb jij dit gevraagd");
    w.writes(Mail::from(&neighbour).login().says(RECTIFICATION)).await;
    w.run().await;
    w.letter_to(&neighbour).await.subject_has("ontvangen");
    w.letter_to(&w.staff).await.subject_has("Beslissen");
    w.nothing_else().await;
    w.done().await;
}
