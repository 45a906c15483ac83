//! Staff decide by replying (policy §4): one story per command, and what is no command.
//!
//! `carry_out`: approving and finishing. `decide`: the other orders about a case. `unclear`: what is not carried out.
//! `who`: who may order. `reviews`: mails to look at. `orders`: what needs no case.

mod carry_out;
mod decide;
mod orders;
mod reviews;
mod unclear;
mod who;

use crate::world::{Actor, Letter, Mail, World};

pub const CORRECT: &str = "Beste mensen,\n\nMijn adres klopt niet meer. Kunnen jullie mijn adresgegevens wijzigen in \
                           Kerkstraat 5?\n\nJan";
pub const ERASE: &str = "Hallo,\n\nVerwijder alsjeblieft alle persoonsgegevens die jullie van mij hebben.\n\nGroet";
pub const RESTRICT: &str = "Hallo,\n\nIk wil dat jullie de verwerking van mijn persoonsgegevens beperken.\n\nJan";
pub const ACCESS: &str =
    "Hallo,\n\nGraag ontvang ik inzage in alle persoonsgegevens die jullie van mij hebben.\n\nGroet";

/// Somebody known and proven asks for something that staff decide about: acknowledged, and queued. Returns the letter
/// to the asker and the mail to staff.
pub async fn asks(w: &World, who: &Actor, text: &str) -> (Letter, Letter) {
    w.writes(Mail::from(who).proven().says(text)).await;
    w.run().await;
    (w.letter_to(who).await, w.letter_to(&w.staff).await)
}

/// Jan asks for a correction.
pub async fn correction(w: &World) -> Letter {
    let (told, case_mail) = asks(w, &w.jan, CORRECT).await;
    told.has("We hebben je verzoek ontvangen").no_attachments();
    case_mail.subject_has("Beslissen").subject_has("K-1001").has("Kerkstraat 5").no_attachments();
    assert_eq!(w.states().await, ["rectification: awaiting_staff"]);
    case_mail
}

/// The owner of K-1002 asks to be erased.
pub async fn erasure(w: &World) -> Letter {
    let (told, case_mail) = asks(w, &w.baker, ERASE).await;
    told.has("wat we van de wet moeten bewaren").no_attachments();
    case_mail.has("akkoord K-1002").has("Openstaande facturen").no_attachments();
    assert_eq!(w.states().await, ["erasure: awaiting_staff"]);
    case_mail
}

/// Staff reply to a mail; then it runs; then there is exactly one mail to staff, which answers the reply.
pub async fn orders(w: &World, letter: &Letter, command: &str) -> Letter {
    let reply = w.staff_reply(letter, command).await;
    w.run().await;
    let answer = w.letter_to(&w.staff).await;
    answer.answers(&reply);
    answer
}

/// The reply gets help in which this stands; nothing changes and nobody else hears anything.
pub async fn helped(w: &World, letter: &Letter, command: &str, says: &str) {
    let before = w.states().await;
    let answer = orders(w, letter, command).await;
    answer.has(says).lacks("Je opdracht is uitgevoerd").lacks("Your command was carried out");
    assert_eq!(w.states().await, before, "{command:?} changed something");
    w.nothing_else().await;
}
