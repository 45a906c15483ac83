//! The outbox and the directory against a real database and an outbox folder; time is moved by hand.

use std::fs;

use super::*;
use crate::domain::case::{CaseId, CaseMail, Closing};
use crate::domain::customer::{AddressState, CustomerId};
use crate::domain::language::Language;
use crate::domain::plan::{NewCase, NewRequest};
use crate::domain::sender::Authenticity;
use crate::domain::settings::Automatic;
use crate::flow::ProcessingTexts;
use crate::flow::people::People;
use crate::flow::timers;
use crate::io::clock::Clock;
use crate::io::directory::CsvFile;
use crate::io::key::Key;
use crate::io::postman::{Folder, Postman};
use crate::io::store::Store;
use crate::letters::access_answer::Processing;
use crate::letters::{Letters, Organisation};
use crate::rules::fixtures::{OWNER, STAFF, STRANGER, address, due, now, proof, settings};

const HEAD: &str = "id,name,company,kvk,emails,phone,street,postcode,city,country,iban\n";

struct World {
    folder: tempfile::TempDir,
    office: Office,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self { office: office(folder.path()).await, folder };
        world.customers(&format!("K-1001,Jan Jansen,,,{OWNER},,,,,,\n"));
        world
    }

    fn customers(&self, rows: &str) {
        fs::write(self.folder.path().join("customers.csv"), format!("{HEAD}{rows}")).unwrap();
    }

    fn hours(&self, hours: i64) {
        self.office.clock.advance(SignedDuration::from_hours(hours));
    }

    /// The kinds and recipients of all letters that went out so far, staff mail left out.
    fn sent(&self) -> Vec<(String, String)> {
        let files = fs::read_dir(self.folder.path().join("outbox")).into_iter().flatten();
        let labels =
            files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "json"));
        let mut labels: Vec<_> = labels.collect();
        labels.sort();
        let read = |path| -> serde_json::Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
        let text = |label: &serde_json::Value, key: &str| label[key].as_str().unwrap().to_owned();
        let sent = labels.into_iter().map(read).map(|label| (text(&label, "kind"), text(&label, "rcpt_to")));
        sent.filter(|(kind, _)| !kind.starts_with("staff")).collect()
    }

    async fn write(&self, steps: Vec<Step>) {
        let mut tx = self.office.store.begin().await.unwrap();
        let plan = Plan { steps, settle: Settle::Leave };
        write(&mut tx, &self.office.settings, &plan, None, self.office.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn state(&self) -> &'static str {
        let mut tx = self.office.store.begin().await.unwrap();
        let case = tx.case(CaseId(1)).await.unwrap().unwrap();
        case.requests[0].state.name()
    }

    /// The row of this kind as the worker takes it.
    async fn take(&self, kind: &str) -> Row {
        let now = self.office.clock.now();
        let mut tx = self.office.store.begin().await.unwrap();
        let rows = tx.due(now, 100).await.unwrap();
        let mut row = rows.into_iter().find(|row| row.intention.kind() == kind).unwrap();
        row.fence = tx.claim(row.id, now.saturating_add(LEASE).unwrap()).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        row
    }

    /// A stranger's request that staff approved: the owner is told, the data leaves 72 hours later.
    async fn approved(&self) {
        let mut tx = self.office.store.begin().await.unwrap();
        let directory = self.office.people.today(&mut tx, &self.office.settings, now()).await.unwrap();
        tx.commit().await.unwrap();
        let customer = directory.customer(&id()).unwrap();
        let approval = Approval {
            by: address(STAFF),
            at: now(),
            customer: id(),
            to: address(STRANGER),
            record: record_digest(self.office.store.key(), customer),
        };
        let at = now().saturating_add(self.office.settings.delays.owner_notice).unwrap();
        let state = RequestState::Scheduled { at, approval: approval.clone(), proposal: Proposal::DiscloseElsewhere };
        let notice = post(Intention::NotifyOwner { leaves: at }, OWNER, TokenStep::OwnerNotice);
        let data =
            Post { not_before: at, ..post(Intention::DiscloseApproved { approval }, STRANGER, TokenStep::Thread) };
        self.write(vec![opened(Ask::Access, state), Step::Post(notice), Step::Post(data)]).await;
    }
}

async fn office(folder: &std::path::Path) -> Office {
    let organisation = Organisation { name: "CraftCloud".into(), address: "info@craftcloud.nl".into() };
    let texts = || vec!["tekst".to_owned()];
    let processing = Processing {
        purposes: texts(),
        categories: texts(),
        grounds: texts(),
        recipients: texts(),
        retention: texts(),
        origin: texts(),
        transfers: Vec::new(),
    };
    let url = format!("sqlite://{}", folder.join("test.db").display());
    Office {
        store: Store::open(&url, Key::of_bytes([7; 32])).await.unwrap(),
        clock: Clock::manual(now()),
        settings: settings(Automatic::All),
        trust: None,
        people: People::new(Some(CsvFile::new(folder.join("customers.csv")))),
        letters: Letters::embedded(organisation).unwrap(),
        processing: ProcessingTexts::new(processing, None),
        postman: Postman::Folder(Folder::new(folder.join("outbox"))),
        case_folder: "Privacyverzoeken".into(),
    }
}

fn id() -> CustomerId {
    CustomerId::parse("K-1001").unwrap()
}

fn opened(ask: Ask, state: RequestState) -> Step {
    let request = NewRequest {
        ask,
        received: now(),
        due: due().normal,
        due_extended: due().extended,
        proof: proof(Authenticity::Unproven),
        evidence: Vec::new(),
        state,
    };
    Step::Open(NewCase {
        requester: address(STRANGER),
        requester_name: String::new(),
        customer: Some(id()),
        language: Language::Nl,
        received: now(),
        mail: CaseMail::default(),
        requests: vec![request],
    })
}

fn post(intention: Intention, to: &str, token: TokenStep) -> Post {
    Post {
        intention,
        to: address(to),
        target: Target::New,
        requests: vec![RequestKey::New(0)],
        lane: Lane::Ordered,
        not_before: now(),
        token: Some(token),
        in_reply_to: None,
        why: "test",
    }
}

fn data_left(world: &World) -> bool {
    world.sent().iter().any(|(kind, _)| kind == "access_answer")
}

#[tokio::test]
async fn approved_data_leaves_three_days_after_the_owner_was_told() {
    let world = World::new().await;
    world.approved().await;
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent(), [("owner_notice".into(), OWNER.into())]);
    world.hours(71);
    carry_out(&world.office, &|| false).await.unwrap();
    assert!(!data_left(&world));
    world.hours(1);
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent()[1..], [("access_answer".into(), STRANGER.into())]);
    assert_eq!(world.state().await, "answered");
}

#[tokio::test]
async fn a_notice_that_left_late_makes_the_data_wait() {
    let world = World::new().await;
    world.approved().await;
    let mut tx = world.office.store.begin().await.unwrap();
    let notice = tx.due(now(), 9).await.unwrap().swap_remove(0);
    tx.postpone(notice.id, now().saturating_add(SignedDuration::from_hours(60)).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    world.hours(61);
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent(), [("owner_notice".into(), OWNER.into())]);
    world.hours(71);
    carry_out(&world.office, &|| false).await.unwrap();
    assert!(!data_left(&world), "72 hours after the approval, but not after the notice");
    world.hours(1);
    carry_out(&world.office, &|| false).await.unwrap();
    assert!(data_left(&world));
}

#[tokio::test]
async fn a_notice_that_the_server_refuses_stops_the_disclosure() {
    let world = World::new().await;
    world.approved().await;
    let notice = world.take("owner_notice").await;
    failed(&world.office, &notice, "550 5.1.1", now()).await.unwrap();
    assert_eq!(world.state().await, "awaiting_staff");
    world.hours(200);
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent(), []);
}

#[tokio::test]
async fn a_stop_that_comes_after_the_row_was_taken_still_holds_the_data_back() {
    let world = World::new().await;
    world.approved().await;
    carry_out(&world.office, &|| false).await.unwrap();
    world.hours(72);
    let row = world.take("access_answer").await;
    let request = row.requests[0];
    let state = RequestState::AwaitingStaff { since: now(), proposal: Proposal::DiscloseElsewhere };
    let stop = Step::Set { request: RequestKey::Old(request), state, by: By::Person };
    world.write(vec![stop, Step::Withdraw(vec![request])]).await;
    one(&world.office, &row).await.unwrap();
    assert!(!data_left(&world));
    assert_eq!(world.state().await, "awaiting_staff");
}

#[tokio::test]
async fn a_changed_record_stops_an_approved_disclosure() {
    let world = World::new().await;
    world.approved().await;
    carry_out(&world.office, &|| false).await.unwrap();
    world.customers(&format!("K-1001,Jan Pietersen,,,{OWNER},,,,,,\n"));
    world.hours(72);
    carry_out(&world.office, &|| false).await.unwrap();
    assert!(!data_left(&world));
    assert_eq!(world.state().await, "awaiting_staff");
}

#[tokio::test]
async fn data_whose_outcome_is_unknown_is_never_sent_again_and_other_letters_are() {
    let world = World::new().await;
    world.approved().await;
    world.take("owner_notice").await;
    world.hours(1);
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent(), [("owner_notice".into(), OWNER.into())]);
    world.hours(73);
    world.take("access_answer").await;
    world.hours(1);
    carry_out(&world.office, &|| false).await.unwrap();
    assert!(!data_left(&world));
    assert_eq!(world.state().await, "awaiting_staff");
    world.hours(400);
    carry_out(&world.office, &|| false).await.unwrap();
    assert!(!data_left(&world));
}

#[tokio::test]
async fn pause_holds_what_the_program_does_by_itself_and_not_what_staff_ordered() {
    let world = World::new().await;
    world.approved().await;
    world.write(vec![Step::Pause(true)]).await;
    let state = RequestState::AwaitingStaff { since: now(), proposal: Proposal::Correct };
    let later = Post { lane: Lane::AutomaticLater, ..post(Intention::Acknowledge, STRANGER, TokenStep::Thread) };
    world.write(vec![opened(Ask::Rectification, state), Step::Post(later)]).await;
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent(), [("owner_notice".into(), OWNER.into())]);
    world.write(vec![Step::Pause(false)]).await;
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent()[1..], [("acknowledgement".into(), STRANGER.into())]);
}

#[tokio::test]
async fn a_flood_of_strangers_of_one_domain_gets_twenty_letters_an_hour_and_staff_one_alert() {
    let world = World::new().await;
    for n in 0..25 {
        let state = RequestState::AwaitingIdentity { asked: now(), closes: due().identity_closes };
        let Step::Open(case) = opened(Ask::Access, state) else { panic!("opens a case") };
        let ask = Intention::AskIdentity { closes: due().identity_closes, light: false };
        let to = format!("n{n}@elders.nl");
        let letter = Post { lane: Lane::AutomaticUnproven, ..post(ask, &to, TokenStep::Thread) };
        world.write(vec![Step::Open(NewCase { customer: None, ..case }), Step::Post(letter)]).await;
    }
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent().len(), 20);
    carry_out(&world.office, &|| false).await.unwrap();
    world.hours(2);
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent().len(), 25);
    let files = fs::read_dir(world.folder.path().join("outbox")).unwrap();
    let all = files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "json")).count();
    assert_eq!(all, 27, "one alert to each member of staff");
}

#[tokio::test]
async fn a_stopped_erasure_does_not_run_and_staff_are_not_told_that_the_record_changed() {
    let world = World::new().await;
    world.approved().await;
    let approval =
        Approval { by: address(STAFF), at: now(), customer: id(), to: address(OWNER), record: "as it was".into() };
    let scheduled = RequestState::Scheduled { at: now(), approval: approval.clone(), proposal: Proposal::Erase };
    let deed = Post { token: None, ..post(Intention::Erase { approval }, STAFF, TokenStep::Thread) };
    world.write(vec![opened(Ask::Erasure, scheduled), Step::Post(deed)]).await;
    let row = world.take("erase").await;
    let closed = RequestState::Closed { at: now(), how: Closing::Handled };
    world.write(vec![Step::Set { request: RequestKey::Old(row.requests[0]), state: closed, by: By::Program }]).await;
    assert!(matches!(one(&world.office, &row).await.unwrap(), Became::Done));
    let mut tx = world.office.store.begin().await.unwrap();
    assert!(tx.tombstones().await.unwrap().is_empty());
    assert!(tx.due(now(), 100).await.unwrap().iter().all(|row| row.lane != "staff"));
}

#[tokio::test]
async fn a_question_that_still_waits_is_withdrawn_when_its_time_is_over() {
    let world = World::new().await;
    let asked = RequestState::AwaitingConfirmation { asked: now(), owner: address(OWNER) };
    let until = now();
    let question = Post {
        lane: Lane::AutomaticUnproven,
        ..post(Intention::AskConfirmation { until }, OWNER, TokenStep::Confirmation)
    };
    world.write(vec![Step::Pause(true), opened(Ask::Erasure, asked), Step::Post(question)]).await;
    world.hours(14 * 24);
    timers::run(&world.office).await.unwrap();
    assert_eq!(world.state().await, "closed");
    world.write(vec![Step::Pause(false)]).await;
    carry_out(&world.office, &|| false).await.unwrap();
    assert_eq!(world.sent(), [("closed".into(), OWNER.into())]);
}

#[tokio::test]
async fn an_added_address_is_young_also_when_the_first_look_at_it_was_taken_back() {
    let world = World::new().await;
    world.approved().await;
    world.customers(&format!("K-1001,Jan Jansen,,,{OWNER}=owner {STRANGER}=owner,,,,,,\n"));
    for committed in [false, false, true, true] {
        let mut tx = world.office.store.begin().await.unwrap();
        let directory = world.office.people.today(&mut tx, &world.office.settings, now()).await.unwrap();
        let known = directory.customer(&id()).unwrap().address(&address(STRANGER)).unwrap();
        assert_eq!(known.state, AddressState::Young);
        if committed {
            tx.commit().await.unwrap();
        }
    }
    carry_out(&world.office, &|| false).await.unwrap();
    let told = world.sent().iter().filter(|(kind, to)| kind == "address_added" && to == OWNER).count();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn an_address_in_a_record_that_had_none_for_a_while_is_young() {
    let world = World::new().await;
    world.approved().await;
    for emails in ["", STRANGER] {
        world.customers(&format!("K-1001,Jan Jansen,,,{emails},,,,,,\n"));
        let mut tx = world.office.store.begin().await.unwrap();
        let directory = world.office.people.today(&mut tx, &world.office.settings, now()).await.unwrap();
        tx.commit().await.unwrap();
        if let Some(known) = directory.customer(&id()).and_then(|c| c.address(&address(STRANGER)).cloned()) {
            assert_eq!(known.state, AddressState::Young);
        }
    }
}

#[tokio::test]
async fn an_erased_customer_is_not_remembered_again() {
    let world = World::new().await;
    world.approved().await;
    for _ in 0..2 {
        let mut tx = world.office.store.begin().await.unwrap();
        tx.entomb(&id(), now()).await.unwrap();
        let directory = world.office.people.today(&mut tx, &world.office.settings, now()).await.unwrap();
        assert!(directory.customer(&id()).is_none());
        assert!(tx.address_book().await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn while_the_customers_were_never_readable_nothing_is_decided() {
    let world = World::new().await;
    fs::remove_file(world.folder.path().join("customers.csv")).unwrap();
    for _ in 0..2 {
        let mut tx = world.office.store.begin().await.unwrap();
        let today = world.office.people.today(&mut tx, &world.office.settings, now()).await;
        assert!(matches!(today, Err(CommitError::NoDirectory(_))));
    }
    world.customers(&format!("K-1001,Jan Jansen,,,{OWNER},,,,,,\n"));
    world.approved().await;
}

#[tokio::test]
async fn a_mail_is_claimed_once() {
    let world = World::new().await;
    let mut tx = world.office.store.begin().await.unwrap();
    assert!(tx.mark_seen("print", now()).await.unwrap());
    assert!(!tx.mark_seen("print", now()).await.unwrap());
    drop(tx);
    let mut tx = world.office.store.begin().await.unwrap();
    assert!(tx.mark_seen("print", now()).await.unwrap(), "a claim that was taken back is none");
}
