//! Stopping and starting in the middle loses nothing and repeats nothing.
//!
//! What may come twice after a crash is said by policy and design alone: a letter *without* data, with the same
//! Message-ID. A letter with data never does; staff decide about one whose fate is unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::time::{Duration, Instant};

use privacyloket::app;
use privacyloket::domain::facts::Place;
use privacyloket::domain::time::SignedDuration;
use privacyloket::flow::carry_out;
use privacyloket::intake::{self, Outcome};
use privacyloket::io::clock::random;
use privacyloket::io::mailbox::{Fetched, Moved};
use sqlx::Connection;

use crate::world::program::{Program, eventually};
use crate::world::servers::told;
use crate::world::{Actor, Mail, World};

const ACCESS: &str = "Hallo,\n\nGraag ontvang ik inzage in alle persoonsgegevens die jullie van mij hebben.\n\nGroet";
const CORRECT: &str = "Beste mensen,\n\nMijn adres klopt niet meer. Kunnen jullie mijn adresgegevens wijzigen in \
                       Kerkstraat 5?\n\nBea";
const LUNCH: &str = "Hoi, gaan we vrijdag lunchen?";

/// Jan gets his data, the baker an acknowledgement, the stranger a question; lunch is none of our business.
async fn three_write(w: &World) {
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.writes(Mail::from(&w.baker).proven().says(CORRECT)).await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    w.writes(Mail::from(&w.bookkeeper).proven().says(LUNCH)).await;
}

/// Each of them was answered once, and their mails lie where they belong.
async fn three_were_answered(w: &World) {
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.baker).await.has("We hebben je verzoek ontvangen");
    w.letter_to(&w.stranger).await.has("afgeschermde kopie");
    w.letter_to(&w.staff).await.subject_has("Beslissen");
    mails_lie_right(w).await;
}

async fn mails_lie_right(w: &World) {
    assert_eq!(w.states().await, ["access: answered", "rectification: awaiting_staff", "access: awaiting_identity"]);
    assert_eq!(w.case_folder().await.len(), 3);
    let inbox = w.inbox().await;
    assert_eq!(inbox.len(), 1);
    assert!(inbox[0].flags.is_empty(), "ordinary mail is left as it was: {:?}", inbox[0].flags);
}

/// Only reads and decides, as the program does first.
async fn read_and_decide(w: &World) -> Vec<Fetched> {
    let mut running = w.running().await;
    let batch = running.mailbox.fetch_after("INBOX", None, 50).await.unwrap();
    for fetched in &batch.messages {
        intake::handle(&running.office, fetched, Place::Inbox).await.unwrap();
    }
    batch.messages
}

async fn only_send(w: &World) {
    let running = w.running().await;
    carry_out::carry_out(&running.office, &|| false).await.unwrap();
}

#[tokio::test]
async fn killed_after_reading_and_before_sending() {
    let w = World::new("restart-read").await;
    three_write(&w).await;
    read_and_decide(&w).await;
    w.nothing_else().await;
    w.restart().await;
    w.run().await;
    three_were_answered(&w).await;
    w.done().await;
}

#[tokio::test]
async fn killed_after_sending_and_before_moving_the_mails() {
    let w = World::new("restart-sent").await;
    three_write(&w).await;
    read_and_decide(&w).await;
    only_send(&w).await;
    assert_eq!(w.inbox().await.len(), 4, "nothing was moved yet");
    w.restart().await;
    w.run().await;
    three_were_answered(&w).await;
    w.done().await;
}

#[tokio::test]
async fn killed_after_moving_and_before_writing_down_that_it_was_moved() {
    let w = World::new("restart-moved").await;
    three_write(&w).await;
    let mails = read_and_decide(&w).await;
    {
        let mut running = w.running().await;
        for mail in mails.iter().take(3) {
            running.mailbox.move_to_case_folder(&mail.place).await.unwrap();
        }
    }
    assert_eq!(w.count("SELECT COUNT(*) FROM moves").await, 3);
    w.restart().await;
    w.run().await;
    assert_eq!(w.count("SELECT COUNT(*) FROM moves").await, 0);
    three_were_answered(&w).await;
    w.done().await;
}

#[tokio::test]
async fn killed_before_the_cursor_was_written() {
    let w = World::new("restart-cursor").await;
    three_write(&w).await;
    read_and_decide(&w).await;
    assert_eq!(w.count("DELETE FROM cursors RETURNING 1").await, 1);
    let again = read_and_decide(&w).await;
    assert_eq!(again.len(), 4);
    assert_eq!(w.cases().await.len(), 3);
    w.restart().await;
    w.run().await;
    three_were_answered(&w).await;
    w.done().await;
}

#[tokio::test]
async fn killed_while_letters_were_on_their_way_data_goes_at_most_once() {
    let w = World::new("restart-sending").await;
    three_write(&w).await;
    read_and_decide(&w).await;
    claim_all(&w).await;
    w.restart().await;
    w.run().await;
    w.nothing_else().await;
    w.hours_pass(1).await;
    w.nothing_to(&w.jan).await;
    w.letter_to(&w.baker).await;
    w.letter_to(&w.stranger).await;
    let told = w.letters_to(&w.staff, 3).await;
    told.about("onbekend of een mail met gegevens is aangekomen");
    let case_mail = told.about("Beslissen: inzage van K-1001").clone();
    told.about("Beslissen: rectificatie van K-1002");
    assert_eq!(w.states().await[0], "access: awaiting_staff");
    w.days_pass(2).await;
    w.nothing_to(&w.jan).await;

    // Staff look, and say so: then it is sent, once.
    w.staff_reply(&case_mail, "akkoord").await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.staff).await.has(&w.jan.address);
    mails_lie_right_with_a_reply(&w).await;
    w.done().await;
}

async fn mails_lie_right_with_a_reply(w: &World) {
    assert_eq!(w.states().await, ["access: answered", "rectification: awaiting_staff", "access: awaiting_identity"]);
    assert_eq!(w.case_folder().await.len(), 4);
    assert_eq!(w.inbox().await.len(), 1);
}

/// Claims everything that is due, as the program does before it sends.
async fn claim_all(w: &World) {
    let running = w.running().await;
    let lease = w.now().saturating_add(SignedDuration::from_mins(30)).unwrap();
    let mut tx = running.office.store.begin().await.unwrap();
    for row in tx.due(w.now(), 100).await.unwrap() {
        tx.claim(row.id, lease).await.unwrap().unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn killed_between_sending_and_writing_down_that_it_was_sent() {
    let w = World::new("restart-unwritten").await;
    three_write(&w).await;
    read_and_decide(&w).await;
    let waiting = w.keep_database("waiting.db").await;
    claim_all(&w).await;
    let sending = w.keep_database("sending.db").await;
    w.restart_with(&waiting).await;
    w.run().await;
    three_were_answered(&w).await;

    // The server took every letter; the program does not know.
    w.restart_with(&sending).await;
    w.run().await;
    w.nothing_else().await;
    w.hours_pass(1).await;
    w.nothing_to(&w.jan).await;
    for actor in [&w.baker, &w.stranger] {
        let twice = received(&w, actor).await;
        assert_eq!(twice.into_values().collect::<Vec<_>>(), [2], "the same letter again, with its Message-ID");
        w.letter_to(actor).await;
    }
    let told = w.letters_to(&w.staff, 3).await;
    told.about("onbekend of een mail met gegevens is aangekomen");
    w.days_pass(2).await;
    w.nothing_to(&w.jan).await;
    assert_eq!(received(&w, &w.jan).await.into_values().collect::<Vec<_>>(), [1], "data never goes twice");
    w.done().await;
}

/// How somebody's inbox looks: Message-IDs, and how often each.
async fn received(w: &World, actor: &Actor) -> BTreeMap<String, usize> {
    let mut received = BTreeMap::new();
    for mail in w.mailbox_of(actor).await {
        let parsed = mail_parser::MessageParser::new().parse(&mail.raw).unwrap();
        *received.entry(parsed.message_id().unwrap().to_owned()).or_insert(0) += 1;
    }
    received
}

/// How far it has come: a case opened, its mail moved, a letter claimed, a letter sent are a step each.
async fn steps(w: &World) -> i64 {
    w.count(
        "SELECT 2 * (SELECT COUNT(*) FROM cases) - (SELECT COUNT(*) FROM moves) \
         + (SELECT COUNT(*) FROM outbox WHERE state = 'sending') \
         + 2 * (SELECT COUNT(*) FROM outbox WHERE state = 'sent')",
    )
    .await
}

#[tokio::test]
async fn killed_many_times_at_any_moment_everybody_is_answered_once() {
    let w = World::new("restart-kill").await;
    let strangers: Vec<Actor> = (0..4).map(|n| w.somebody(&format!("vreemd{n}"), "onbekend.test")).collect();
    three_write(&w).await;
    for stranger in &strangers {
        w.writes(Mail::from(stranger).proven().says(ACCESS)).await;
    }
    let mut before = 0;
    for round in 0..12 {
        let mut program = Program::start(&w, if round % 2 == 0 { "once" } else { "run" });
        let start = Instant::now();
        while program.runs() && steps(&w).await <= before && start.elapsed() < Duration::from_secs(8) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let wait = Duration::from_millis(u64::from(u8::from_be_bytes(random().unwrap())) % 40);
        tokio::time::sleep(wait).await;
        program.kill();
        before = steps(&w).await;
        writeln!(std::io::stderr(), "round {round}: killed {wait:?} later, after step {before}").unwrap();
    }
    w.run().await;
    // What was on its way when it was killed is looked at when its time is over.
    w.hours_pass(1).await;
    w.run().await;

    let cases = w.cases().await;
    let requesters: BTreeSet<&str> = cases.iter().map(|case| case.requester.as_str()).collect();
    assert_eq!((cases.len(), requesters.len()), (7, 7), "one case each");
    assert_eq!(w.case_folder().await.len(), 7);
    assert_eq!(w.inbox().await.len(), 1, "only lunch is left");
    assert_eq!(w.count("SELECT COUNT(*) FROM moves").await, 0);
    for actor in strangers.iter().chain([&w.baker, &w.stranger]) {
        let letters = received(&w, actor).await;
        assert_eq!(letters.len(), 1, "one answer, perhaps with a copy of itself: {letters:?}");
        w.letters_of(actor).await;
    }
    let data = received(&w, &w.jan).await;
    assert!(data.values().sum::<usize>() <= 1, "data never goes twice: {data:?}");
    let told = w.letters_of(&w.staff).await;
    let unknown = told.0.iter().any(|letter| letter.subject.contains("onbekend of een mail met gegevens"));
    let state = w.states().await.into_iter().find(|state| !state.contains("identity") && state.starts_with("access"));
    match state.as_deref() {
        Some("access: answered") => assert_eq!((data.len(), unknown), (1, false)),
        Some("access: awaiting_staff") => assert!(unknown, "staff know that it is unknown"),
        other => panic!("{other:?}"),
    }
    w.letters_of(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn a_stop_signal_ends_it_cleanly_also_while_it_waits_for_mail() {
    let w = World::new("restart-term").await;
    // At once.
    let mut program = Program::start(&w, "run");
    program.says("serving").await;
    assert_eq!(program.terminate().await, Some(0));
    // While it waits.
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    let mut program = Program::start(&w, "run");
    eventually("Jan is answered", async || w.mailbox_of(&w.jan).await.len() == 1).await;
    eventually("the mail is moved", async || w.case_folder().await.len() == 1).await;
    let start = Instant::now();
    assert_eq!(program.terminate().await, Some(0), "{}", program.log());
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(program.log().contains("stopped"), "{}", program.log());
    w.catch_up();
    w.settle().await;
    w.letter_to(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn a_stop_signal_in_the_middle_of_many_mails_loses_none() {
    let w = World::new("restart-middle").await;
    let strangers: Vec<Actor> = (0..6).map(|n| w.somebody(&format!("vreemd{n}"), "onbekend.test")).collect();
    for stranger in &strangers {
        w.writes(Mail::from(stranger).proven().says(ACCESS)).await;
    }
    let mut program = Program::start(&w, "run");
    eventually("the first is answered", async || {
        for stranger in &strangers {
            if !w.mailbox_of(stranger).await.is_empty() {
                return true;
            }
        }
        false
    })
    .await;
    assert_eq!(program.terminate().await, Some(0), "{}", program.log());
    w.catch_up();
    w.run().await;
    for stranger in &strangers {
        w.letter_to(stranger).await;
    }
    assert_eq!(w.cases().await.len(), 6);
    assert_eq!(w.case_folder().await.len(), 6);
    w.done().await;
}

#[tokio::test]
async fn new_mail_wakes_it_long_before_the_next_poll() {
    let w = World::new("restart-idle").await;
    let mut program = Program::start(&w, "run");
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    eventually("Jan is answered", async || w.mailbox_of(&w.jan).await.len() == 1).await;
    eventually("the mail is moved", async || w.case_folder().await.len() == 1).await;
    // It waits now; the next poll is a minute away.
    let start = Instant::now();
    w.writes(Mail::from(&w.baker).proven().says(CORRECT)).await;
    eventually("the baker is answered", async || w.mailbox_of(&w.baker).await.len() == 1).await;
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    assert_eq!(program.terminate().await, Some(0), "{}", program.log());
    w.catch_up();
    w.settle().await;
    w.letter_to(&w.jan).await;
    w.letter_to(&w.baker).await;
    w.letter_to(&w.staff).await;
    w.done().await;
}

#[tokio::test]
async fn mails_that_get_new_numbers_are_not_answered_again() {
    let w = World::new("restart-renumbered").await;
    // In a conversation with our people: answered, and it stays in the inbox.
    w.writes(Mail::from(&w.jan).proven().field("In-Reply-To", "<7.8.9@craftcloud.test>").says(ACCESS)).await;
    w.writes(Mail::from(&w.bookkeeper).proven().says(LUNCH)).await;
    w.run().await;
    w.letter_to(&w.jan).await.has("06-55501001");
    assert_eq!(w.inbox().await.len(), 2);
    let cursor = w.cursor("INBOX").await;

    w.restart().await;
    w.renumber().await;
    w.writes(Mail::from(&w.baker).proven().says(CORRECT)).await;
    let report = w.run().await;
    assert_ne!(w.cursor("INBOX").await.split(':').next(), cursor.split(':').next(), "the mails have new numbers");
    let again = report.mails.iter().filter(|outcome| **outcome == Outcome::SeenBefore).count();
    assert_eq!((report.mails.len(), again), (3, 2));
    w.letter_to(&w.baker).await;
    w.letter_to(&w.staff).await;
    w.nothing_to(&w.jan).await;
    assert_eq!(w.states().await, ["access: answered", "rectification: awaiting_staff"]);
    assert_eq!(w.inbox().await.len(), 2);
    w.done().await;
}

#[tokio::test]
async fn mails_that_get_new_numbers_before_they_were_moved_are_still_moved_and_answered_once() {
    let w = World::new("restart-renumbered-2").await;
    three_write(&w).await;
    read_and_decide(&w).await;
    w.restart().await;
    w.renumber().await;
    w.run().await;
    three_were_answered(&w).await;
    w.done().await;
}

#[tokio::test]
async fn the_same_mail_delivered_twice_is_answered_once() {
    let w = World::new("restart-twice").await;
    let raw = Mail::from(&w.jan).proven().says(ACCESS).raw(&w.ours, w.now());
    let stranger = Mail::from(&w.stranger).says(ACCESS).raw(&w.ours, w.now());
    for raw in [&raw, &raw, &stranger, &stranger] {
        w.arrives(&w.jan.address, raw).await;
    }
    w.run().await;
    w.letter_to(&w.jan).await;
    w.letter_to(&w.stranger).await;
    w.arrives(&w.jan.address, &raw).await;
    w.days_pass(2).await;
    w.arrives(&w.jan.address, &raw).await;
    w.run().await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: answered", "access: awaiting_identity"]);
    w.done().await;
}

#[tokio::test]
async fn two_instances_on_one_postgresql_database_answer_once() {
    let mut w = World::new("restart-two").await;
    let url = own_database("restart_two").await;
    w.reconfigure(|file| file.replace("sqlite://privacyloket.db", &url)).await;
    let strangers: Vec<Actor> = (0..4).map(|n| w.somebody(&format!("vreemd{n}"), "onbekend.test")).collect();
    for round in 0..2 {
        if round == 0 {
            three_write(&w).await;
        }
        for stranger in &strangers[round * 2..round * 2 + 2] {
            w.writes(Mail::from(stranger).proven().says(ACCESS)).await;
        }
        let office = app::open(&w.config, None, w.clock.clone()).await.unwrap();
        let mut mailbox = app::mailbox(&w.config, None).unwrap();
        let other = async { Box::pin(app::once(&office, &mut mailbox, &w.config)).await.unwrap() };
        let (one, two) = tokio::join!(w.run(), other);
        assert_eq!((one.troubles, two.troubles), (0, 0));
        mailbox.logout().await;
        office.store.close().await;
    }
    for actor in strangers.iter().chain([&w.jan, &w.baker, &w.stranger, &w.staff]) {
        eventually("everybody has a letter", async || !w.mailbox_of(actor).await.is_empty()).await;
    }
    w.settle().await;
    for actor in strangers.iter().chain([&w.stranger]) {
        w.letter_to(actor).await.has("afgeschermde kopie");
    }
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.baker).await;
    w.letter_to(&w.staff).await.subject_has("Beslissen");
    assert_eq!(w.cases().await.len(), 7);
    assert_eq!(w.case_folder().await.len(), 7);
    assert_eq!(w.inbox().await.len(), 1);
    w.done().await;
}

#[tokio::test]
async fn two_programs_on_one_postgresql_database_answer_once() {
    let mut w = World::new("restart-programs").await;
    let url = own_database("restart_programs").await;
    w.reconfigure(|file| file.replace("sqlite://privacyloket.db", &url)).await;
    let mut programs = [Program::start(&w, "run"), Program::start(&w, "run")];
    for program in &mut programs {
        program.says("serving").await;
    }
    three_write(&w).await;
    for actor in [&w.jan, &w.baker, &w.stranger, &w.staff] {
        eventually("everybody has a letter", async || !w.mailbox_of(actor).await.is_empty()).await;
    }
    eventually("the mails are moved", async || w.case_folder().await.len() == 3).await;
    for program in &mut programs {
        assert_eq!(program.terminate().await, Some(0), "{}", program.log());
    }
    w.catch_up();
    w.run().await;
    three_were_answered(&w).await;
    w.done().await;
}

/// A database of this story's own on the PostgreSQL server.
async fn own_database(name: &str) -> String {
    sqlx::any::install_default_drivers();
    let server = told("PL_PG_URL");
    let name = format!("{name}_{:08x}", u32::from_be_bytes(random().unwrap()));
    let mut connection = sqlx::AnyConnection::connect(&server).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let (head, _) = server.rsplit_once('/').unwrap();
    format!("{head}/{name}")
}

#[tokio::test]
async fn a_case_folder_that_cannot_be_used_delays_only_the_moving() {
    let mut w = World::new("restart-folder").await;
    let good = std::fs::read_to_string(w.configuration()).unwrap();
    let impossible = format!("case_folder = \"{}\"\nalso_read", "x".repeat(300));
    w.reconfigure(|file| file.replace("also_read", &impossible)).await;
    three_write(&w).await;
    let report = w.run().await;
    assert!(report.troubles > 0, "it says that something could not be done: {report:?}");
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.baker).await;
    w.letter_to(&w.stranger).await;
    w.letter_to(&w.staff).await;
    assert_eq!(w.inbox().await.len(), 4);
    // Later mails are handled, too.
    w.writes(Mail::from(&w.apprentice).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&w.apprentice).await;
    w.letter_to(&w.staff).await;
    w.reconfigure(|_| good).await;
    w.run().await;
    assert_eq!((w.inbox().await.len(), w.case_folder().await.len()), (1, 4));
    w.done().await;
}

#[tokio::test]
async fn a_mail_that_a_connection_has_not_heard_of_is_not_taken_for_gone() {
    let w = World::new("restart-unheard").await;
    w.writes(Mail::from(&w.bookkeeper).proven().says(LUNCH)).await;
    let mut running = w.running().await;
    let first = running.mailbox.fetch_after("INBOX", None, 50).await.unwrap();
    // From now on the inbox is open on this connection.
    running.mailbox.move_to_case_folder(&first.messages[0].place).await.unwrap();
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    let mut other = app::mailbox(&w.config, None).unwrap();
    let new = other.fetch_after("INBOX", Some(first.cursor), 50).await.unwrap();
    other.logout().await;
    let moved = running.mailbox.move_to_case_folder(&new.messages[0].place).await.unwrap();
    assert!(matches!(moved, Moved::Done { .. }), "{moved:?}");
    drop(running);
    assert_eq!((w.inbox().await.len(), w.case_folder().await.len()), (0, 2));
    w.done().await;
}

#[tokio::test]
async fn an_instance_that_died_while_it_moved_mails_holds_them_up_for_minutes_only() {
    let w = World::new("restart-turn").await;
    three_write(&w).await;
    read_and_decide(&w).await;
    only_send(&w).await;
    {
        let running = w.running().await;
        let until = w.now().saturating_add(SignedDuration::from_mins(2)).unwrap();
        let mut tx = running.office.store.begin().await.unwrap();
        tx.set_setting("mails are moved until", &until.to_string()).await.unwrap();
        tx.commit().await.unwrap();
    }
    w.restart().await;
    w.run().await;
    assert_eq!(w.inbox().await.len(), 4, "perhaps another one is at it");
    w.clock.advance(SignedDuration::from_mins(3));
    w.run().await;
    three_were_answered(&w).await;
    w.done().await;
}
