//! The first run, and the folders: `start` and `also_read`; and that the clock starts when a mail reached the mailbox.

use privacyloket::domain::time::{SignedDuration, day_of};

use crate::words::{ACCESS, ERASURE, ORDINARY};
use crate::world::{Mail, World};

#[tokio::test]
async fn start_now_leaves_the_mail_alone_that_was_there_before() {
    let w = World::set_up("start-now").start("now").also_read(&["Junk"]).open().await;
    let earlier = w.now().saturating_sub(SignedDuration::from_hours(24)).unwrap();
    w.lies_in("INBOX", earlier, Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.lies_in("Junk", earlier, Mail::from(&w.jan).proven().says(ERASURE)).await;
    w.writes(Mail::from(&w.stranger).says(ACCESS)).await;
    let before = w.inbox().await;
    w.run().await;
    w.restart().await;
    w.run().await;
    w.nothing_else().await;
    assert_eq!(w.inbox().await, before);
    assert!(w.states().await.is_empty() && w.reviews().await.is_empty());

    w.writes(Mail::from(&w.jan).proven().subject("Nieuw").says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    assert_eq!(w.inbox().await, before, "the old mail still lies there");
    w.done().await;
}

#[tokio::test]
async fn start_all_handles_old_mail_and_its_clock_started_when_it_came() {
    let w = World::new("start-all").await;
    let earlier = w.now().saturating_sub(SignedDuration::from_hours(20 * 24)).unwrap();
    w.lies_in("INBOX", earlier, Mail::from(&w.jan).proven().says(ERASURE)).await;
    w.run().await;
    w.letter_to(&w.jan).await;
    w.letter_to(&w.staff).await;
    let request = w.the_case().await.requests.remove(0);
    let zone = privacyloket::domain::time::TimeZone::get("Europe/Amsterdam").unwrap();
    assert_eq!(day_of(request.received, &zone), day_of(earlier, &zone));
    assert!(request.due < day_of(w.now(), &zone).checked_add(SignedDuration::from_hours(24 * 20)).unwrap());
    w.done().await;
}

#[tokio::test]
async fn what_lies_in_junk_is_never_answered_by_itself() {
    let w = World::set_up("junk").also_read(&["Junk", "Bestaat niet"]).open().await;
    w.lies_in("Junk", w.now(), Mail::from(&w.jan).proven().subject("Verzoek").says(ACCESS)).await;
    w.lies_in("Junk", w.now(), Mail::from(&w.stranger).says("Win een prijs!")).await;
    w.lies_in("Junk", w.now(), Mail::from(&w.jan).proven().says(ORDINARY)).await;
    let before = w.folder("Junk").await;
    w.run().await;
    w.letter_to(&w.staff).await.subject_has("Bekijken: 1 mail").has("Junk");
    w.nothing_else().await;
    assert_eq!(w.folder("Junk").await, before);
    assert_eq!(w.reviews().await, ["found in a folder that is never answered automatically"]);
    w.done().await;
}

#[tokio::test]
async fn a_folder_that_is_not_also_read_is_not_looked_at() {
    let w = World::new("not-read").await;
    w.lies_in("Junk", w.now(), Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.lies_in("Archief", w.now(), Mail::from(&w.jan).proven().says(ERASURE)).await;
    w.run().await;
    w.nothing_else().await;
    assert!(w.states().await.is_empty());
    w.done().await;
}
