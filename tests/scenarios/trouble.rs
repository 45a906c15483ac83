//! Servers that go away, refuse or are the wrong ones; wrong passwords; mistakes in the configuration.

use std::process::Stdio;
use std::time::Duration;

use crate::world::program::{Program, eventually, run_to_end};
use crate::world::servers::told;
use crate::world::{Actor, Mail, World};

const ACCESS: &str = "Hallo,\n\nGraag ontvang ik inzage in alle persoonsgegevens die jullie van mij hebben.\n\nGroet";
const CANNOT: &str = "cannot be served now";

/// How often something was said.
fn times(log: &str, words: &str) -> usize {
    log.matches(words).count()
}

fn spare(text: &str) -> String {
    let (port, spare) = (told("PL_IMAPS_PORT"), told("PL_IMAPS_SPARE_PORT"));
    text.replace(&format!("port = {port}"), &format!("port = {spare}"))
}

fn spare_server(action: &str) {
    // The server outlives this test: it must not hold on to its output.
    let mut command = std::process::Command::new(told(action));
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.unwrap().success());
}

/// Starts the spare server again however the story ends.
struct Back;

impl Drop for Back {
    fn drop(&mut self) {
        spare_server("PL_IMAP_START");
    }
}

#[tokio::test]
async fn the_mailbox_goes_away_and_comes_back() {
    let w = World::new("trouble-away").await;
    let config = w.variant("spare.toml", |text| spare(&text));
    let mut program = Program::start_with(&config, "run");
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    eventually("Jan is answered", async || w.mailbox_of(&w.jan).await.len() == 1).await;
    eventually("the mail is moved", async || w.case_folder().await.len() == 1).await;

    spare_server("PL_IMAP_STOP");
    let back = Back;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    program.says(CANNOT).await;
    assert!(program.runs());
    assert!(w.mailbox_of(&w.stranger).await.is_empty());
    drop(back);

    program.says("the mailbox is served again").await;
    eventually("the stranger is answered", async || w.mailbox_of(&w.stranger).await.len() == 1).await;
    eventually("the mail is moved", async || w.case_folder().await.len() == 2).await;
    assert_eq!(program.terminate().await, Some(0), "{}", program.log());
    assert!(times(&program.log(), CANNOT) < 20, "{}", program.log());
    w.catch_up();
    w.run().await;
    w.letter_to(&w.jan).await;
    w.letter_to(&w.stranger).await;
    assert_eq!(w.states().await, ["access: answered", "access: awaiting_identity"]);
    w.done().await;
}

#[tokio::test]
async fn when_the_mailbox_goes_away_before_the_start_once_says_so_and_run_waits_for_it() {
    let w = World::new("trouble-away-2").await;
    let config = w.variant("spare.toml", |text| spare(&text));
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    spare_server("PL_IMAP_STOP");
    let back = Back;
    let (code, said) = run_to_end(&config, "once").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cannot reach the mail server"), "{said}");
    let mut program = Program::start_with(&config, "run");
    program.says(CANNOT).await;
    assert!(program.runs());
    drop(back);
    eventually("Jan is answered", async || w.mailbox_of(&w.jan).await.len() == 1).await;
    assert_eq!(program.terminate().await, Some(0), "{}", program.log());
    w.catch_up();
    w.run().await;
    w.letter_to(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn letters_wait_for_a_mail_server_that_is_away_and_go_once() {
    let mut w = World::new("trouble-smtp-away").await;
    let good = std::fs::read_to_string(w.configuration()).unwrap();
    let port = format!("port = {}", told("PL_SMTPS_PORT"));
    w.reconfigure(|text| text.replace(&port, "port = 1")).await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.writes(Mail::from(&w.stranger).proven().says(ACCESS)).await;
    let report = w.run().await;
    assert_eq!((report.sent, report.later), (0, 2));
    w.hours_pass(2).await;
    w.hours_pass(2).await;
    assert_eq!(w.case_folder().await.len(), 2, "reading goes on");
    w.reconfigure(|_| good).await;
    w.hours_pass(5).await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.letter_to(&w.stranger).await;
    w.days_pass(1).await;
    w.nothing_else().await;
    assert_eq!(w.states().await, ["access: answered", "access: awaiting_identity"]);
    w.done().await;
}

#[tokio::test]
async fn a_letter_that_is_refused_for_now_is_tried_ever_more_seldom_and_holds_up_nobody() {
    let w = World::new("trouble-451").await;
    let later = w.somebody("later", "onbekend.test");
    w.writes(Mail::from(&later).proven().says(ACCESS)).await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    let report = w.run().await;
    assert_eq!((report.sent, report.later, report.troubles), (1, 1, 1));
    w.letter_to(&w.jan).await;
    let attempts = "SELECT MAX(attempts) FROM outbox WHERE recipient LIKE 'later%'";
    assert_eq!(w.count(attempts).await, 1);
    let again = w.run().await;
    assert_eq!(again.later, 0, "not at once");
    for _ in 0..24 {
        w.hours_pass(1).await;
    }
    let in_a_day = w.count(attempts).await;
    assert!((6..=14).contains(&in_a_day), "{in_a_day} tries in a day");
    w.nothing_else().await;

    // After about a week of that it is given up, and staff know.
    for _ in 0..40 {
        w.hours_pass(4).await;
    }
    let alert = w.letter_to(&w.staff).await;
    alert.subject_has("Let op").lacks("Hierbij");
    assert_eq!(w.count(attempts).await, 40);
    assert_eq!(w.count("SELECT COUNT(*) FROM outbox WHERE recipient LIKE 'later%' AND state = 'failed'").await, 1);
    w.days_pass(1).await;
    w.nothing_else().await;
    w.done().await;
}

/// Somebody whose letters the server refuses for good.
fn refused(w: &World) -> Actor {
    w.somebody("bounce", "onbekend.test")
}

#[tokio::test]
async fn a_letter_that_is_refused_for_good_is_told_to_staff_and_not_repeated() {
    let w = World::new("trouble-550").await;
    let nobody = refused(&w);
    w.writes(Mail::from(&nobody).proven().says(ACCESS)).await;
    let report = w.run().await;
    assert_eq!(report.troubles, 1);
    w.letter_to(&w.staff).await.subject_has("Let op").lacks("inzage in alle persoonsgegevens");
    for _ in 0..3 {
        w.days_pass(1).await;
        w.nothing_else().await;
    }
    assert_eq!(w.count("SELECT MAX(attempts) FROM outbox WHERE recipient LIKE 'bounce%'").await, 1);
    w.done().await;
}

#[tokio::test]
async fn data_that_is_refused_for_good_is_decided_by_staff() {
    let w = World::new("trouble-550-data").await;
    let nobody = refused(&w);
    let line = format!("K-1006,Bo Niet,,,{},06-55501006,Dorpsstraat 1,1234 AB,Utrecht,NL,\n", nobody.address);
    w.edit_customers(|text| text + &line);
    w.writes(Mail::from(&nobody).proven().says(ACCESS)).await;
    w.run().await;
    let told = w.letters_to(&w.staff, 2).await;
    told.about("Let op").lacks("06-55501006");
    told.about("Beslissen").has("K-1006").lacks("06-55501006");
    assert_eq!(w.states().await, ["access: awaiting_staff"]);
    w.days_pass(2).await;
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_wrong_password_is_said_plainly_and_not_tried_all_the_time() {
    let w = World::new("trouble-password").await;
    std::fs::write(w.configuration().with_file_name("wrong"), "fout").unwrap();
    let config = w.variant("wrong.toml", |text| text.replacen("\"password\"", "\"wrong\"", 1));
    let (code, said) = run_to_end(&config, "check").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("refuses the user name or password") && said.contains("[imap]"), "{said}");
    assert!(!said.contains("fout"), "the password is not shown: {said}");
    let (code, said) = run_to_end(&config, "once").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("refuses the user name or password"), "{said}");

    let mut program = Program::start_with(&config, "run");
    program.says(CANNOT).await;
    // What must not happen needs time to not happen.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(program.runs());
    assert_eq!(program.terminate().await, Some(0));
    assert!((1..=5).contains(&times(&program.log(), CANNOT)), "{}", program.log());
    assert!(!program.log().contains("fout"), "{}", program.log());
    w.done().await;
}

#[tokio::test]
async fn a_wrong_password_for_sending_is_said_and_nothing_is_lost() {
    let w = World::new("trouble-smtp-password").await;
    std::fs::write(w.configuration().with_file_name("wrong"), "fout").unwrap();
    let config = w.variant("wrong.toml", |text| {
        let (imap, smtp) = text.split_once("[smtp]").unwrap();
        format!("{imap}[smtp]{}", smtp.replacen("\"password\"", "\"wrong\"", 1))
    });
    let (code, said) = run_to_end(&config, "check").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("[smtp]") && !said.contains("fout"), "{said}");
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    let (code, said) = run_to_end(&config, "once").await;
    assert_eq!(code, Some(1), "{said}");
    w.nothing_to(&w.jan).await;
    w.catch_up();
    w.hours_pass(1).await;
    w.letter_to(&w.jan).await.has("06-55501001");
    w.nothing_to(&w.staff).await;
    w.done().await;
}

#[tokio::test]
async fn a_server_with_a_certificate_that_is_not_trusted_gets_nothing() {
    let w = World::new("trouble-tls").await;
    let ca = format!("ca_file = \"{}\"\n", told("PL_CA_FILE"));
    let config = w.variant("tls.toml", |text| text.replace(&ca, ""));
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    let (code, said) = run_to_end(&config, "check").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no safe connection") && said.contains("ca_file"), "{said}");
    let (code, said) = run_to_end(&config, "once").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(w.case_folder().await.is_empty());

    // Only the way out is not trusted: nothing leaves, nothing is lost.
    let config = w.variant("tls-smtp.toml", |text| {
        let (imap, smtp) = text.split_once("[smtp]").unwrap();
        format!("{imap}[smtp]{}", smtp.replacen(&ca, "", 1))
    });
    let (code, said) = run_to_end(&config, "once").await;
    assert_eq!(code, Some(1), "{said}");
    w.nothing_to(&w.jan).await;
    w.catch_up();
    w.hours_pass(1).await;
    w.letter_to(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn a_port_where_nobody_answers_is_said() {
    let w = World::new("trouble-port").await;
    let port = format!("port = {}", told("PL_IMAPS_PORT"));
    let config = w.variant("port.toml", |text| text.replace(&port, "port = 1"));
    let (code, said) = run_to_end(&config, "check").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cannot reach the mail server 127.0.0.1:1"), "{said}");
    assert!(said.contains("Check host and port in [imap]"), "{said}");
    w.done().await;
}

#[tokio::test]
async fn check_is_content_with_a_good_configuration() {
    let w = World::new("trouble-none").await;
    let (code, said) = run_to_end(&w.configuration(), "check").await;
    assert_eq!(code, Some(0), "{said}");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn a_mistake_in_the_configuration_names_file_line_and_key_and_starts_nothing() {
    let w = World::new("trouble-config").await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    let ours = format!("addresses = [\"{}\"]", w.ours.address);
    let staff = format!("addresses = [\"{}\"]", w.staff.address);
    let mistakes = [
        ("automatic = \"all\"", "automatc = \"all\"", "automatc"),
        ("automatic = \"all\"", "automatic = \"sometimes\"", "automatic"),
        ("start = \"all\"", "start = 5", "start"),
        ("customers = \"customers.csv\"", "customers = 7", "customers"),
        ("password_file = \"password\"", "password = \"geheim\"", "password"),
        (staff.as_str(), ours.as_str(), "addresses"),
        (staff.as_str(), "addresses = []", "addresses"),
        ("[directory]", "[delays]\nerasure = \"soon\"\n[directory]", "erasure"),
        ("[directory]", "[directory", "line"),
    ];
    for (good, bad, key) in mistakes {
        let config = w.variant("mistake.toml", |text| text.replacen(good, bad, 1));
        for command in ["once", "run", "check"] {
            let (code, said) = run_to_end(&config, command).await;
            assert_eq!(code, Some(2), "{command} with {bad:?}: {said}");
            let text = std::fs::read_to_string(&config).unwrap();
            let line = text.lines().position(|line| line.contains(bad.lines().last().unwrap()) || line.contains(key));
            assert!(said.contains("mistake.toml") && said.contains("line "), "{bad:?}: {said}");
            assert!(line.is_some() && said.contains(key), "{bad:?}: {said}");
            assert!(!said.contains("geheim"), "{said}");
        }
    }
    let nowhere = w.configuration().with_file_name("nowhere.toml");
    assert_eq!(run_to_end(&nowhere, "once").await.0, Some(2));
    assert_eq!(w.inbox().await.len(), 1, "nothing was done");
    w.run().await;
    w.letter_to(&w.jan).await;
    w.done().await;
}

#[tokio::test]
async fn a_password_file_that_is_not_there_is_an_error_of_the_configuration() {
    let w = World::new("trouble-secret").await;
    let config = w.variant("secret.toml", |text| text.replacen("\"password\"", "\"verdwenen\"", 1));
    for command in ["once", "run"] {
        let (code, said) = run_to_end(&config, command).await;
        assert_eq!(code, Some(2), "{command}: {said}");
        assert!(said.contains("verdwenen"), "{said}");
    }
    w.done().await;
}
