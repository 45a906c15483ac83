//! The commands as a user or a script meets them: the program itself on a Maildir, an outbox folder and SQLite in a temporary
//! folder. No server, no network.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::SystemTime;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const CONFIGURATION: &str = r#"
[organisation]
name = "CraftCloud"
address = "info@craftcloud.nl"
timezone = "Europe/Amsterdam"

[maildir]
path = "mail"

[outbox]
path = "out"

[database]
url = "sqlite://loket.db"
key_file = "loket.key"

[directory]
customers = "customers.csv"

[staff]
addresses = ["privacy@craftcloud.nl"]

[processing]
purposes = ["Hosting leveren"]
categories = ["Naam en adres"]
grounds = ["Overeenkomst"]
retention = ["Zeven jaar"]
recipients = ["Hostnet"]
origin = ["Van jou"]
"#;

const CUSTOMERS: &str = "id,name,company,kvk,emails\n\
    K-1001,Jan Jansen,,,jan@klant.example\n\
    K-1002,,Bakkerij Piet,12345678,piet@bakkerij.example=owner boek@bakkerij.example=billing\n";

const ACCESS: &str = "Welke gegevens hebben jullie van mij? Ik wil graag inzage in al mijn persoonsgegevens.";
const ERASURE: &str = "Ik wil dat jullie al mijn persoonsgegevens verwijderen.";

/// A place with a configuration, and nothing else yet.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(place.path("mail").join(part)).unwrap();
        }
        place.write("privacyloket.toml", CONFIGURATION);
        place.write("customers.csv", CUSTOMERS);
        place
    }

    /// A place where a customer asked access, a stranger erasure, and somebody ordered a cake.
    fn with_cases() -> Self {
        let place = Self::new();
        place.arrives("1", &mail("jan@klant.example", "Inzage", ACCESS));
        place.arrives("2", &mail("vreemde@elders.example", "Verwijderen", ERASURE));
        place.arrives("3", &mail("els@elders.example", "Taart", "Kan ik voor zaterdag een taart bestellen?"));
        let done = place.run(&["once"]);
        assert!(done.status.success(), "{}", text(&done.stderr));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn arrives(&self, name: &str, mail: &str) {
        fs::write(self.path("mail/new").join(name), mail).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut all = vec!["--config", "privacyloket.toml"];
        all.extend(arguments);
        self.run_bare(&all)
    }

    fn run_bare(&self, arguments: &[&str]) -> Output {
        let mut command = Command::cargo_bin("privacyloket").unwrap();
        command.current_dir(self.folder.path()).env_clear().args(arguments);
        command.output().unwrap()
    }

    /// What a command that must succeed writes to stdout.
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// One JSON value a line.
    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        self.said(arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What a command that must fail with this code writes to stderr.
    fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stderr)
    }

    /// Every file with its content and the time of its last change.
    fn files(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut files = BTreeMap::new();
        collect(self.folder.path(), &mut files);
        files
    }

    fn letters(&self) -> usize {
        let Ok(entries) = fs::read_dir(self.path("out")) else { return 0 };
        entries.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "eml")).count()
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let changed = fs::metadata(&path).unwrap().modified().unwrap();
        if path.is_dir() {
            files.insert(path.clone(), (Vec::new(), changed));
            collect(&path, files);
        } else {
            files.insert(path.clone(), (fs::read(&path).unwrap(), changed));
        }
    }
}

fn mail(from: &str, subject: &str, body: &str) -> String {
    format!(
        "From: {from}\r\nTo: info@craftcloud.nl\r\nSubject: {subject}\r\nDate: Tue, 3 Mar 2026 10:00:00 +0100\r\n\
         Message-ID: <{subject}-{from}>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The names in a JSON object, in the order in which they stand in its text.
fn keys(line: &str, names: &[&str]) {
    let mut rest = line;
    for name in names {
        let at = rest.find(&format!("\"{name}\":"));
        rest = at.and_then(|at| rest.get(at..)).unwrap_or_else(|| panic!("no {name} after the others in {line}"));
    }
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn sorted<const N: usize>(mut names: [&str; N]) -> [&str; N] {
    names.sort_unstable();
    names
}

const CLASSIFICATION: [&str; 5] = ["verdict", "rights", "language", "score", "evidence"];
const CASE: [&str; 8] = ["reference", "state", "rights", "requester", "customer", "received", "due", "overdue"];

#[test]
fn classify_needs_no_configuration_and_keeps_the_order() {
    let place = Place::new();
    place.write("a.eml", &mail("jan@klant.example", "Inzage", ACCESS));
    place.write("b.eml", &mail("els@elders.example", "Taart", "Kan ik een taart bestellen?"));
    fs::remove_file(place.path("privacyloket.toml")).unwrap();
    let output = place.run_bare(&["classify", "--json", "b.eml", "a.eml"]);
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
    let [ordinary, request] = lines.as_slice() else { panic!("{lines:?}") };
    for line in [ordinary, request] {
        let all = [&["file"], CLASSIFICATION.as_slice()].concat();
        keys(line, &all);
        assert_eq!(serde_json::from_str::<Value>(line).unwrap().as_object().unwrap().len(), all.len());
    }
    let (ordinary, request): (Value, Value) =
        (serde_json::from_str(ordinary).unwrap(), serde_json::from_str(request).unwrap());
    assert_eq!((&ordinary["file"], &ordinary["verdict"]), (&"b.eml".into(), &"ordinary".into()));
    assert_eq!(ordinary["rights"], serde_json::json!([]));
    assert_eq!((&request["verdict"], &request["rights"]), (&"request".into(), &serde_json::json!(["access"])));
    assert_eq!(request["evidence"][0]["purpose"], Value::Null);
    let score = request["score"].as_f64().unwrap();
    assert!((score * 100.0 - (score * 100.0).round()).abs() < 1e-9 && score > 0.5, "{score}");
}

#[test]
fn classify_reads_standard_input_and_goes_on_after_a_file_that_is_not_there() {
    let place = Place::new();
    let mut command = Command::cargo_bin("privacyloket").unwrap();
    command.current_dir(place.folder.path()).args(["classify", "--json", "missing.eml", "-"]);
    let output = command.write_stdin(mail("jan@klant.example", "Inzage", ACCESS)).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("missing.eml"));
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&line["file"], &line["verdict"]), (&"-".into(), &"request".into()));
}

#[test]
fn explain_says_everything_and_leaves_no_trace() {
    let place = Place::new();
    place.write("a.eml", &mail("jan@klant.example", "Inzage", ACCESS));
    place.write("b.eml", &mail("boek@bakkerij.example", "Inzage", ACCESS));
    place.write("c.eml", "Subject: x\r\n\r\nIk wil inzage in al mijn persoonsgegevens.\r\n");
    let before = place.files();
    let arguments = ["explain", "--json", "--received", "2026-03-03T10:00:00+01:00", "a.eml", "b.eml", "c.eml"];
    let text = place.said(&arguments);
    assert_eq!(place.files(), before, "nothing is made where nothing was");
    for line in text.lines() {
        keys(line, &["file", "received", "due", "due_extended", "sender", "classification", "actions"]);
        keys(line, &["sender", "address", "authenticity", "customer", "role", "classification", "verdict"]);
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(names(&value["classification"]), sorted(CLASSIFICATION));
        assert_eq!(names(&value["sender"]), ["address", "authenticity", "customer", "role"]);
        for action in value["actions"].as_array().unwrap() {
            assert_eq!(names(action), ["kind", "to", "why"]);
        }
        assert_eq!(value["received"], "2026-03-03T10:00:00+01:00");
        assert_eq!((&value["due"], &value["due_extended"]), (&"2026-04-07".into(), &"2026-06-03".into()));
    }
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sender = serde_json::json!(
        {"address": "jan@klant.example", "authenticity": "unproven", "customer": "K-1001", "role": "owner"}
    );
    assert_eq!(lines[0]["sender"], sender);
    assert_eq!(lines[1]["sender"]["role"], "billing");
    let nobody = serde_json::json!({"address": null, "authenticity": "malformed", "customer": null, "role": null});
    assert_eq!(lines[2]["sender"], nobody);
    let disclosed = lines[0]["actions"].as_array().unwrap();
    assert!(disclosed.iter().any(|action| action["kind"] == "disclose" && action["to"] == "jan@klant.example"));
    assert!(lines[2]["actions"].as_array().unwrap().iter().all(|action| action["kind"] == "review"));
}

#[test]
fn explain_knows_what_the_database_knows_and_changes_nothing_in_it() {
    let place = Place::with_cases();
    // An address that was added since: young, so not known, for the second mail as for the first.
    place
        .write("customers.csv", &CUSTOMERS.replace("jan@klant.example", "jan@klant.example nieuw@klant.example=owner"));
    place.write("a.eml", &mail("nieuw@klant.example", "Inzage", ACCESS));
    let before = place.files();
    for line in place.json(&["explain", "--json", "a.eml", "a.eml"]) {
        let actions = line["actions"].as_array().unwrap();
        assert!(!actions.is_empty() && actions.iter().all(|action| action["kind"] != "disclose"), "{line}");
    }
    assert_eq!(place.files(), before);
    // A mail that was handled is explained as the mail that it is, another one with its Message-ID as a replay.
    let handled = mail("jan@klant.example", "Inzage", ACCESS);
    place.write("handled.eml", &handled);
    place.write("replayed.eml", &handled.replace("graag", "snel"));
    let before = place.files();
    let explained = place.json(&["explain", "--json", "handled.eml", "replayed.eml"]);
    let why = |n: usize| explained[n]["actions"].to_string();
    assert!(!why(0).contains("replay") && why(1).contains("replay"), "{} {}", why(0), why(1));
    let words = place.said(&["explain", "a.eml"]);
    assert!(words.contains("nieuw@klant.example unproven"), "{words}");
    assert_eq!(place.files(), before);
}

#[test]
fn explain_without_a_list_that_can_be_read_explains_nothing() {
    let place = Place::new();
    place.write("a.eml", &mail("jan@klant.example", "Inzage", ACCESS));
    place.write("customers.csv", "id,emails\nK-1,jan\n");
    let error = place.fails(1, &["explain", "a.eml"]);
    assert!(error.contains("customers.csv, line 2, column emails"), "{error}");
    let error = place.fails(1, &["explain", "--received", "soon", "a.eml"]);
    assert!(error.contains("is no time"), "{error}");
}

#[test]
fn the_queue_has_the_cases_of_once_in_the_shape_of_the_contract() {
    let place = Place::with_cases();
    let line = place.said(&["cases", "list", "--json"]);
    keys(&line, &CASE);
    let cases: Vec<Value> = serde_json::from_str(&line).unwrap();
    assert_eq!(names(&cases[0]), sorted(CASE));
    // Access was answered at once, and the cake is nobody's case.
    assert_eq!(cases.len(), 1);
    let open = &cases[0];
    assert_eq!((&open["state"], &open["requester"]), (&"awaiting_identity".into(), &"vreemde@elders.example".into()));
    assert_eq!((&open["rights"], &open["customer"]), (&serde_json::json!(["erasure"]), &Value::Null));
    assert_eq!(open["overdue"], false);
    assert!(open["received"].as_str().unwrap().ends_with(":00"), "{open}");
    assert_eq!(open["due"].as_str().unwrap().len(), 10);

    let all: Vec<Value> = serde_json::from_str(&place.said(&["cases", "--all", "--json"])).unwrap();
    let states: Vec<&Value> = all.iter().map(|case| &case["state"]).collect();
    assert_eq!(states, ["answered", "awaiting_identity"]);
    assert_eq!(all[0]["customer"], "K-1001");
}

#[test]
fn a_case_shows_its_requests_and_its_history() {
    let place = Place::with_cases();
    let reference = reference(&place);
    let line = place.said(&["cases", "show", &reference.to_lowercase(), "--json"]);
    keys(&line, &[CASE.as_slice(), &["requests", "events"]].concat());
    let case: Value = serde_json::from_str(&line).unwrap();
    let request = &case["requests"][0];
    assert_eq!(names(request), sorted(["right", "state", "received", "due", "due_extended", "proof"]));
    assert_eq!((&request["right"], &request["proof"]), (&"erasure".into(), &"unproven".into()));
    let events = case["events"].as_array().unwrap();
    assert!(!events.is_empty() && events.iter().all(|event| names(event) == ["at", "by", "what"]));

    let error = place.fails(1, &["cases", "show", "PL-2026-9999"]);
    assert!(error.contains("there is no case PL-2026-9999"), "{error}");
    let error = place.fails(1, &["cases", "show", "9999"]);
    assert!(error.contains("look like PL-2026-0001"), "{error}");
}

fn reference(place: &Place) -> String {
    let cases: Vec<Value> = serde_json::from_str(&place.said(&["cases", "--json"])).unwrap();
    cases[0]["reference"].as_str().unwrap().to_owned()
}

#[test]
fn a_flood_is_closed_only_when_the_operator_says_yes_and_nobody_is_written_to() {
    let place = Place::with_cases();
    let reference = reference(&place);
    let letters = place.letters();
    let selection = ["cases", "close", "--select", "state=awaiting_identity,domain=elders.example"];
    let dry = place.run(&selection);
    assert!(dry.status.success() && text(&dry.stdout).contains(&reference), "{}", text(&dry.stdout));
    assert!(text(&dry.stderr).contains("nothing is closed yet") && text(&dry.stderr).contains("1 request of 1 case"));
    assert!(place.said(&["cases"]).contains(&reference), "still open");

    let closed = place.json(&[&selection[..], &["--yes", "--json"]].concat());
    assert_eq!(closed[0][0]["reference"], reference.as_str());
    assert_eq!(place.json(&["cases", "--json"]), [serde_json::json!([])]);
    let case = place.json(&["cases", "show", &reference, "--json"]).remove(0);
    assert_eq!(case["state"], "closed");
    let last = case["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["what"], &last["by"]), (&"erasure: closed".into(), &"operator".into()));
    assert!(place.said(&["register", "export", "-"]).contains("closed,operator\n"));
    assert!(place.said(&["register", "verify"]).starts_with("log whole"));
    assert!(place.run(&["once"]).status.success());
    assert_eq!(place.letters(), letters);

    let error = place.fails(1, &["cases", "close", "--select", "everything"]);
    assert!(error.contains("knows no key `everything`"), "{error}");
    assert_eq!(place.run(&["cases", "close", "--yes"]).status.code(), Some(2), "a selection must be there");
}

#[test]
fn customers_are_listed_in_the_shape_of_the_contract() {
    let place = Place::new();
    let before = place.files();
    let line = place.said(&["customers", "--json"]);
    assert_eq!(place.files(), before, "looking makes no database");
    keys(
        &line,
        &["id", "name", "company", "kvk", "addresses", "address", "role", "since", "state", "suppressed", "sources"],
    );
    let customers: Value = serde_json::from_str(&line).unwrap();
    let expected = serde_json::json!({
        "id": "K-1002", "name": "", "company": "Bakkerij Piet", "kvk": "12345678",
        "addresses": [
            {"address": "piet@bakkerij.example", "role": "owner", "since": null, "state": "active"},
            {"address": "boek@bakkerij.example", "role": "billing", "since": null, "state": "active"},
        ],
        "suppressed": [], "sources": ["customers.csv"],
    });
    assert_eq!(customers[1], expected);
}

#[test]
fn a_new_list_is_shown_first_replaced_on_yes_and_its_new_addresses_are_young() {
    let place = Place::new();
    assert!(place.said(&["customers", "sync"]).contains("2 customers, 3 addresses"));
    let new = CUSTOMERS.replace("jan@klant.example", "jan@klant.example nieuw@klant.example=owner")
        + "K-1003,Els,,,els@nieuw.example\n";
    place.write("new.csv", &new);
    let said = place.said(&["customers", "import", "new.csv"]);
    assert!(said.contains("new      K-1003") && said.contains("young    K-1001  address added: nieuw@klant"), "{said}");
    assert_eq!(fs::read_to_string(place.path("customers.csv")).unwrap(), CUSTOMERS);

    place.said(&["customers", "import", "new.csv", "--yes"]);
    assert_eq!(fs::read_to_string(place.path("customers.csv")).unwrap(), new);
    let synced = place.json(&["customers", "sync", "--json"]).remove(0);
    let expected = serde_json::json!(
        {"customers": 3, "addresses": 5, "young": 1, "dormant": 0, "added": 2, "gone": 0}
    );
    assert_eq!(synced, expected);
    let young = place.json(&["customers", "list", "--json"]).remove(0)[0]["addresses"][1].clone();
    assert_eq!(young["state"], "young");
    assert!(young["since"].as_str().unwrap().contains('T'));

    place.write("bad.csv", "id,emails\nK-1,jan\n");
    let error = place.fails(1, &["customers", "import", "bad.csv", "--yes"]);
    assert!(error.contains("bad.csv, line 2"), "{error}");
    assert_eq!(fs::read_to_string(place.path("customers.csv")).unwrap(), new);
}

#[test]
fn the_register_is_exported_once_and_never_over_another_file() {
    let place = Place::with_cases();
    place.said(&["register", "export", "register.csv"]);
    let exported = fs::read_to_string(place.path("register.csv")).unwrap();
    let lines: Vec<&str> = exported.lines().collect();
    assert_eq!(lines[0], "reference,right,received,due,extended,answered,outcome,decided_by");
    assert_eq!(lines.len(), 3);
    assert!(lines[1].contains(",access,") && lines[1].ends_with(",answered,program"), "{}", lines[1]);
    assert!(!exported.contains('@'), "no address in the register");
    place.write("mine.csv", "mine");
    let error = place.fails(1, &["register", "export", "mine.csv"]);
    assert!(error.contains("--force"), "{error}");
    assert_eq!(fs::read_to_string(place.path("mine.csv")).unwrap(), "mine");
    place.said(&["register", "export", "--force", "mine.csv"]);
    assert_eq!(fs::read_to_string(place.path("mine.csv")).unwrap(), exported);
    assert!(place.said(&["register"]).contains("awaits identity"));
}

#[test]
fn verify_finds_the_row_that_somebody_changed() {
    let place = Place::with_cases();
    assert!(place.said(&["register", "verify"]).starts_with("log whole: "));
    sql(&place, "UPDATE log SET what = 'nothing happened' WHERE seq = 2");
    let output = place.run(&["register", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("row 2 does not fit"), "{}", text(&output.stdout));
    let checked = place.run(&["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(text(&checked.stdout).contains("row 2 of the log does not fit"));
}

#[test]
fn verify_does_not_call_a_log_whole_that_is_not_there() {
    let place = Place::new();
    let before = place.files();
    assert!(place.fails(1, &["register", "verify"]).contains("there is no database"));
    assert_eq!(place.files(), before);
    let place = Place::with_cases();
    fs::remove_file(place.path("loket.key")).unwrap();
    assert!(place.fails(1, &["register", "verify"]).contains("restore it from its backup"));
    assert!(!place.path("loket.key").exists(), "no new key for an old log");
}

fn sql(place: &Place, statement: &'static str) {
    use sqlx::ConnectOptions;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", place.path("loket.db").display());
        let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
        let mut connection = options.connect().await.unwrap();
        let done = sqlx::query(statement).execute(&mut connection).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
        sqlx::Connection::close(connection).await.unwrap();
    });
}

#[test]
fn check_passes_where_all_is_there_and_makes_nothing() {
    let place = Place::new();
    let before: Vec<PathBuf> = place.files().into_keys().collect();
    let output = place.run(&["check"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.lines().all(|line| line.starts_with("ok  ") || line.starts_with("warn")), "{said}");
    for part in ["2 customers", "[authentication] authserv_id is absent", "all texts", "made at the first start"] {
        assert!(said.contains(part), "no {part}: {said}");
    }
    assert_eq!(place.files().into_keys().collect::<Vec<_>>(), before);

    let place = Place::with_cases();
    let said = place.said(&["check"]);
    assert!(said.contains("log whole") && said.contains("Privacyverzoeken is there"), "{said}");
}

#[test]
fn check_fails_on_what_must_be_mended_and_says_what_to_do() {
    type Breaks = fn(&Place);
    let broken: [(&str, Breaks, &str); 5] = [
        ("list", |place| drop(place.write("customers.csv", "id,emails\nK-1,jan\n")), "customers.csv, line 2"),
        (
            "texts",
            |place| drop(place.write("privacyloket.toml", &CONFIGURATION.replace("grounds = [\"Overeenkomst\"]", ""))),
            "[processing] lacks grounds; write them",
        ),
        ("maildir", |place| fs::remove_dir_all(place.path("mail")).unwrap(), "correct `path` in [maildir]"),
        ("key", |place| drop(place.write("loket.key", "abc")), "restore it from the backup"),
        ("database", |place| drop(place.write("loket.db", "no database")), "restore it from its backup"),
    ];
    for (what, breaks, says) in broken {
        let place = Place::new();
        breaks(&place);
        let output = place.run(&["check"]);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{what}: {said}");
        let failed: Vec<&str> = said.lines().filter(|line| line.starts_with("fail")).collect();
        assert!(failed.len() == 1 && failed[0].contains(says), "{what}: {said}");
    }
}

#[test]
fn a_secret_that_is_missing_fails_the_check_and_stops_the_others() {
    let place = Place::new();
    let smtp = "[smtp]\nhost = \"127.0.0.1\"\nport = 1\nusername = \"x\"\npassword_file = \"smtp.password\"";
    place.write("privacyloket.toml", &CONFIGURATION.replace("[outbox]\npath = \"out\"", smtp));
    let output = place.run(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("`password_file` in [smtp] names"), "{}", text(&output.stdout));
    assert!(place.fails(2, &["cases"]).contains("privacyloket.toml, line 14: `password_file` in [smtp]"));

    place.write("smtp.password", "geheim\n");
    let output = place.run(&["check"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "nobody answers there: {said}");
    assert!(said.contains("fail  smtp") && !said.contains("geheim"), "{said}");
}

#[test]
fn a_wrong_configuration_is_named_with_file_line_and_key() {
    let place = Place::new();
    place.write("privacyloket.toml", &CONFIGURATION.replace("timezone", "timezoen"));
    for command in [&["check"][..], &["cases"], &["customers"], &["register"], &["explain", "a.eml"]] {
        let error = place.fails(2, command);
        assert!(error.contains("privacyloket.toml, line 5") && error.contains("timezoen"), "{error}");
    }
    fs::remove_file(place.path("privacyloket.toml")).unwrap();
    assert!(place.fails(2, &["check"]).contains("privacyloket.toml"));
}

#[test]
fn in_a_pipe_there_are_no_colours_and_a_hostile_mail_brings_none() {
    let place = Place::with_cases();
    let hostile =
        "\u{1b}[31mIk wil inzage\u{1b}]0;x\u{7} in al mijn persoonsgegevens, welke gegevens hebben jullie van mij?";
    place.write("a.eml", &mail("\"\u{1b}[2J\" <jan@klant.example>", "\u{1b}[31mInzage", hostile));
    let reference = reference(&place);
    for arguments in [
        &["classify", "a.eml"][..],
        &["explain", "a.eml"],
        &["cases", "--all"],
        &["cases", "show", &reference],
        &["customers"],
        &["register"],
        &["check"],
        &["cases", "close", "--select", "right=erasure"],
    ] {
        let output = place.run(arguments);
        for bytes in [&output.stdout, &output.stderr] {
            assert!(!bytes.iter().any(|byte| *byte == 0x1b || *byte == 0x07), "{arguments:?}: {}", text(bytes));
        }
        let wide = text(&output.stdout).lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(wide <= 80 || arguments == ["check"], "{arguments:?} is {wide} wide: {}", text(&output.stdout));
        assert!(!output.stdout.is_empty(), "{arguments:?}");
    }
}
