//! The floors of the house hold: imports only go down, and every crate from outside stays behind its own door.
//! Nothing else in a single crate checks that. The table of floors is in `src/lib.rs`.
//!
//! `architecture/source.rs` reads the source as tokens, not as a compiler does. It sees `use` trees, paths
//! in code, `self::` and `super::` climbs; what could hide a path from it (`#[path]`, `include!`, importing a whole
//! floor) is refused instead.

#[cfg(test)]
mod architecture {
    mod source;

    use std::collections::BTreeSet;
    use std::fmt::Write as _;
    use std::path::Path;

    use source::{Found, Reading, module_of, read};

    /// The floor of a top-level module; `None` for one that this table does not know.
    fn floor(module: &str) -> Option<u8> {
        match module {
            "domain" => Some(0),
            "rules" | "mail" | "letters" => Some(1),
            "io" => Some(2),
            "flow" => Some(3),
            "intake" => Some(4),
            "cli" | "app" | "config" | "main" => Some(5),
            _ => None,
        }
    }

    /// Floors that are pure: no async, no clock, no randomness, no I/O.
    const PURE: u8 = 1;

    /// Siblings in `io` that another sibling may use.
    fn io_may_use(user: &str, used: &str) -> bool {
        user == used || matches!(used, "clock" | "key") || (user == "mailbox" && used == "tls")
    }

    /// Longer files are split.
    const MOST_LINES: usize = 700;

    /// Files that are longer until they are split. An entry that is not needed any more fails the check.
    const STILL_LONGER: &[&str] = &[];

    /// A path from outside that has one home.
    struct Door {
        path: &'static [&'static str],
        /// The homes, as module paths; empty: see `from_floor`.
        homes: &'static [&'static [&'static str]],
        /// Any floor from this one up.
        from_floor: u8,
        advice: &'static str,
    }

    const fn home(path: &'static [&'static str], homes: &'static [&'static [&'static str]]) -> Door {
        Door { path, homes, from_floor: u8::MAX, advice: "move the call to its home and pass domain types" }
    }

    const fn from_floor(path: &'static [&'static str], from_floor: u8, advice: &'static str) -> Door {
        Door { path, homes: &[], from_floor, advice }
    }

    const IMPURE: &str = "take the value as an argument: floors 0 and 1 have no I/O, clock or randomness";

    const DOORS: &[Door] = &[
        home(&["mail_parser"], &[&["mail"]]),
        home(&["minijinja"], &[&["letters"]]),
        home(&["sqlx"], &[&["io", "store"]]),
        home(&["async_imap"], &[&["io", "mailbox"]]),
        home(&["lettre"], &[&["io", "postman"]]),
        home(&["std", "env"], &[&["cli"], &["main"]]),
        from_floor(&["anyhow"], 3, "use an error type of its own (thiserror) that says temporary or final"),
        from_floor(&["tokio"], 2, IMPURE),
        from_floor(&["futures_util"], 2, IMPURE),
        from_floor(&["getrandom"], 2, IMPURE),
        from_floor(&["rustls"], 2, IMPURE),
        from_floor(&["tokio_rustls"], 2, IMPURE),
        from_floor(&["rustls_platform_verifier"], 2, IMPURE),
        from_floor(&["std", "fs"], 2, IMPURE),
        from_floor(&["std", "net"], 2, IMPURE),
        from_floor(&["std", "process"], 2, IMPURE),
        from_floor(&["std", "thread"], 2, IMPURE),
        from_floor(&["std", "time", "SystemTime"], 2, IMPURE),
        from_floor(&["std", "time", "Instant"], 2, IMPURE),
    ];

    // ---- judging -------------------------------------------------------------------------------------------------

    /// Where a path leads: inside the crate, or outside.
    enum Target {
        Inside(Vec<String>),
        Outside(Vec<String>),
    }

    fn resolve(found: &Found) -> Target {
        let (mut base, mut rest) = (found.module.clone(), found.segments.as_slice());
        match rest.first().map(String::as_str) {
            Some("crate" | "privacyloket") => {
                base.clear();
                rest = &rest[1..];
            }
            Some("self" | "super") => {
                while let Some((step, after)) =
                    rest.split_first().filter(|(step, _)| *step == "self" || *step == "super")
                {
                    if step == "super" {
                        base.pop();
                    }
                    rest = after;
                }
            }
            _ => return Target::Outside(rest.to_vec()),
        }
        base.extend(rest.iter().cloned());
        Target::Inside(base)
    }

    /// Every breach in these files (path from the repository's root, source), as `file:line: rule; what to do`.
    fn breaches(files: &[(String, String)]) -> Vec<String> {
        let readings: Vec<(&str, Vec<String>, Reading)> = files
            .iter()
            .map(|(file, source)| {
                let module = module_of(file);
                let reading = read(source, module.clone());
                (file.as_str(), module, reading)
            })
            .collect();
        let test_modules: BTreeSet<Vec<String>> =
            readings.iter().flat_map(|(_, _, reading)| reading.test_modules.iter().cloned()).collect();
        let mut out = Vec::new();
        for (file, module, reading) in &readings {
            let test_file = (0..=module.len()).any(|n| test_modules.contains(&module[..n]));
            check_words(file, module, test_file, reading, &mut out);
            for found in &reading.paths {
                let breach = match resolve(found) {
                    Target::Inside(target) => check_floor(found, &target),
                    Target::Outside(path) if !(found.in_test || test_file) => check_door(found, &path),
                    Target::Outside(_) => None,
                };
                out.extend(breach.map(|breach| format!("{file}:{}: {breach}", found.line)));
            }
        }
        for (file, source) in files {
            if !source.trim_start_matches('\u{feff}').starts_with("//!") {
                out.push(format!(
                    "{file}:1: no module documentation; start the file with `//!`: what it is for, where it stands"
                ));
            }
            let lines = source.lines().count();
            let excused = STILL_LONGER.contains(&file.as_str());
            if lines > MOST_LINES && !excused {
                out.push(format!("{file}:{lines}: longer than {MOST_LINES} lines; give each job a file of its own"));
            }
            if lines <= MOST_LINES && excused {
                out.push(format!("{file}:{lines}: short enough again; take it out of STILL_LONGER"));
            }
        }
        out
    }

    fn check_words(file: &str, module: &[String], test_file: bool, reading: &Reading, out: &mut Vec<String>) {
        let pure = module.first().and_then(|top| floor(top)).is_some_and(|floor| floor <= PURE);
        for (word, line, in_test) in &reading.words {
            let breach = match word.as_str() {
                "unsafe" => "`unsafe`; there is a safe way",
                "#[path]" | "include" => "source from elsewhere hides its imports; use an ordinary `mod`",
                _ if pure && !in_test && !test_file => {
                    "async on a pure floor; do the waiting in io or flow and pass the result"
                }
                _ => continue,
            };
            out.push(format!("{file}:{line}: {breach}"));
        }
    }

    fn check_floor(found: &Found, target: &[String]) -> Option<String> {
        let user = found.module.first()?; // the root (lib.rs) only lists the floors
        let path = format!("crate::{}", target.join("::"));
        let Some(used) = target.first().filter(|used| *used != "*") else {
            return Some(format!("imports the whole crate (`{}`); name the module", found.segments.join("::")));
        };
        let Some(user_floor) = floor(user) else {
            return Some(format!("module `{user}` has no floor; give it one in tests/architecture.rs and src/lib.rs"));
        };
        let Some(used_floor) = floor(used) else {
            return Some(format!("`{path}` has no floor; give it one in tests/architecture.rs and src/lib.rs"));
        };
        if used_floor > user_floor {
            return Some(format!(
                "upward import: `{user}` (floor {user_floor}) uses `{path}` (floor {used_floor}); \
                 pass what is needed as an argument, or move the type down to `domain`"
            ));
        }
        if used != user {
            let sideways = used_floor == user_floor && user_floor < 5;
            return sideways.then(|| {
                format!("sideways import: `{user}` uses `{path}`; let `flow` hand it over, or move it down to `domain`")
            });
        }
        if user == "io" {
            let sibling = found.module.get(1)?; // io/mod.rs itself
            return match target.get(1) {
                Some(other) if io_may_use(sibling, other) => None,
                Some(_) => Some(format!(
                    "sideways import: `io::{sibling}` uses `{path}`; siblings in io do not know each other: let `flow` bring them together"
                )),
                None if found.imported => Some("imports the whole floor `io`; name the module".to_owned()),
                None => None,
            };
        }
        None
    }

    fn check_door(found: &Found, path: &[String]) -> Option<String> {
        for door in DOORS {
            let whole = path.last().is_some_and(|last| last == "*" || (found.imported && path.len() == 1));
            let stem = path.strip_suffix(&["*".to_owned()]).unwrap_or(path);
            let through = path.len() >= door.path.len() && path.iter().zip(door.path).all(|(a, b)| a == b)
                || whole && stem.len() < door.path.len() && stem.iter().zip(door.path).all(|(a, b)| a == b);
            let at_home = door
                .homes
                .iter()
                .any(|home| found.module.len() >= home.len() && found.module.iter().zip(*home).all(|(a, b)| a == b));
            let high = found.module.first().and_then(|top| floor(top)).is_some_and(|floor| floor >= door.from_floor);
            if through && !at_home && !high {
                let name = door.path.join("::");
                let place = if door.homes.is_empty() {
                    format!("from floor {} up", door.from_floor)
                } else {
                    let homes: Vec<_> = door.homes.iter().map(|home| format!("`{}`", home.join("::"))).collect();
                    format!("in {}", homes.join(" and "))
                };
                return Some(format!("`{}`: `{name}` may be used only {place}; {}", path.join("::"), door.advice));
            }
        }
        None
    }

    // ---- the house as it stands ----------------------------------------------------------------------------------

    fn sources(root: &Path, below: &str, files: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(root.join(below)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                sources(root, &name, files);
            } else if name.ends_with(".rs") {
                let source = std::fs::read_to_string(entry.path()).unwrap();
                files.push((name, source));
            }
        }
    }

    #[test]
    fn the_floors_hold() {
        let mut files = Vec::new();
        sources(Path::new(env!("CARGO_MANIFEST_DIR")), "src", &mut files);
        files.sort();
        let seen: BTreeSet<_> = files.iter().filter_map(|(file, _)| module_of(file).into_iter().next()).collect();
        for module in ["domain", "rules", "mail", "letters", "io"] {
            assert!(seen.contains(module), "found no source of `{module}`: the check reads the wrong place");
        }
        let found = breaches(&files);
        let list = found.iter().fold(String::new(), |mut list, breach| {
            let _ = writeln!(list, "  {breach}");
            list
        });
        assert!(found.is_empty(), "{} breaches of the architecture:\n{list}", found.len());
    }

    // ---- the check can fail --------------------------------------------------------------------------------------

    fn judge(file: &str, code: &str) -> Vec<String> {
        breaches(&[(file.to_owned(), format!("//! Docs.\n{code}\n"))])
    }

    #[track_caller]
    fn refused(file: &str, code: &str, why: &str) {
        let found = judge(file, code);
        assert!(found.len() == 1 && found[0].contains(why), "{file}: {code}\nexpected one \"{why}\", got {found:#?}");
        assert!(found[0].starts_with(&format!("{file}:2: ")), "wrong place: {}", found[0]);
        assert!(found[0].contains("; "), "does not say what to do: {}", found[0]);
    }

    #[track_caller]
    fn allowed(file: &str, code: &str) {
        assert_eq!(judge(file, code), Vec::<String>::new(), "{file}: {code}");
    }

    #[test]
    fn an_import_from_a_higher_floor_is_refused() {
        refused("src/domain/case.rs", "use crate::rules::decide;", "upward import");
        refused("src/rules/policy/mod.rs", "use crate::io::store::Store;", "upward import");
        refused("src/io/store/mod.rs", "use crate::flow::gather;", "upward import");
        refused("src/flow/gather.rs", "use crate::intake::Intake;", "upward import");
        refused("src/intake.rs", "use crate::config::Config;", "upward import");
        refused("src/mail/mod.rs", "pub use crate::intake::x;", "upward import");
    }

    #[test]
    fn a_higher_floor_is_found_however_the_path_is_written() {
        refused("src/rules/a.rs", "fn f() { let x = crate::io::clock::now(); }", "upward import");
        refused("src/rules/a.rs", "use super::super::io::store::Store;", "upward import");
        refused("src/rules/a/b.rs", "use super::super::super::flow;", "upward import");
        refused("src/rules/a.rs", "use self::super::super::flow::x;", "upward import");
        refused("src/rules/a.rs", "fn f(x: &super::super::io::store::Store) {}", "upward import");
        refused("src/rules/a.rs", "use crate::{domain::case, io::{clock as c}};", "upward import");
        refused("src/rules/a.rs", "use crate::domain::case as io2; use crate :: io :: store as s;", "upward import");
        refused("src/rules/a.rs", "mod inner { use super::super::super::io::key; }", "upward import");
        refused("src/rules/a.rs", "#[cfg(test)] mod tests { use crate::io::key; }", "upward import");
        refused("src/rules/a.rs", "use crate::{self as everything};", "whole crate");
        refused("src/rules/a.rs", "use crate::*;", "whole crate");
        refused("src/rules/a.rs", "use super::super::*;", "whole crate");
        refused("src/rules/a.rs", "use crate::Store;", "has no floor");
        refused("src/rules/a.rs", "type T = Vec<<Vec<crate::io::X> as IntoIterator>::Item>;", "upward import");
        refused("src/rules/a.rs", "m!(r#\"\"#, 'x', '\\'', crate::io::X);", "upward import");
        refused("src/rules/a.rs", "fn f<'a>(x: &'a str) -> crate::io::X<'a> { }", "upward import");
    }

    #[test]
    fn a_neighbour_on_the_same_floor_is_refused() {
        refused("src/rules/a.rs", "use crate::mail::read;", "sideways import");
        refused("src/letters/a.rs", "use crate::rules::deadline;", "sideways import");
        refused("src/mail/a.rs", "use super::super::letters::Letter;", "sideways import");
        refused("src/io/postman/mod.rs", "use crate::io::store::Store;", "sideways import");
        refused("src/io/postman/mod.rs", "use super::mailbox::Place;", "sideways import");
        refused("src/io/postman/smtp.rs", "use super::super::tls::client;", "sideways import");
        refused("src/io/store/mod.rs", "use crate::io;", "whole floor");
        refused("src/io/store/mod.rs", "use super::*;", "sideways import");
    }

    #[test]
    fn what_looks_like_a_breach_and_is_none_passes() {
        allowed(
            "src/rules/a.rs",
            "use crate::domain::{case, plan::{self, Plan}};\nuse super::b;\nuse super::super::domain::time;",
        );
        allowed(
            "src/rules/a.rs",
            "// use crate::io::store;\n/* crate::io /* nested */ crate::flow */\n/// [`crate::io`]\nfn f() {}",
        );
        allowed(
            "src/rules/a.rs",
            "const X: &str = \"use crate::io::store; \\\" crate::flow\";\nconst Y: &str = r#\"crate::io::x \" sqlx::query\"#;",
        );
        allowed("src/rules/a.rs", "pub(crate) fn f() {}\npub(in crate::rules) fn g() {}");
        allowed("src/io/store/mod.rs", "use super::key::Key; use crate::io::clock; use sqlx::Row; async fn f() {}");
        allowed("src/io/mailbox/mod.rs", "use super::tls;");
        allowed(
            "src/io/mailbox/imap/mod.rs",
            "use super::place::Place; use super::super::key; use crate::io::mailbox::name;",
        );
        allowed("src/io/mailbox/imap/mod.rs", "mod inner { use super::super::super::tls; }");
        allowed("src/flow/a.rs", "use crate::io::store::Store; use crate::rules; use crate::letters::words;");
        allowed("src/main.rs", "fn main() { privacyloket::cli::run(std::env::args()) }");
        allowed("src/app.rs", "use crate::config::Config;");
    }

    #[test]
    fn a_crate_from_outside_stays_behind_its_door() {
        refused("src/rules/a.rs", "use mail_parser::MessageParser;", "only in `mail`");
        refused("src/flow/a.rs", "fn f() { minijinja::Environment::new(); }", "only in `letters`");
        refused("src/io/postman/mod.rs", "use sqlx::Row;", "only in `io::store`");
        refused("src/io/postman/mod.rs", "use ::sqlx;", "only in `io::store`");
        refused("src/io/postman/mod.rs", "extern crate sqlx as s;", "only in `io::store`");
        refused("src/io/store/mod.rs", "use async_imap as i;", "only in `io::mailbox`");
        refused("src/io/mailbox/mod.rs", "use lettre::{message::header};", "only in `io::postman`");
        refused("src/flow/a.rs", "use std::{collections::BTreeMap, env};", "only in `cli` and `main`");
        refused("src/config.rs", "fn f() { std::env::var(\"A\"); }", "only in `cli` and `main`");
        refused("src/io/store/mod.rs", "use anyhow::Result;", "from floor 3 up");
        refused("src/mail/mod.rs", "use tokio::fs;", "from floor 2 up");
        refused("src/letters/mod.rs", "use std::{fmt, fs::File};", "from floor 2 up");
        refused("src/domain/a.rs", "fn f(x: std::net::IpAddr) {}", "from floor 2 up");
        refused("src/domain/a.rs", "fn f() { ::std::process::exit(1) }", "from floor 2 up");
        refused("src/rules/a.rs", "use rustls::pki_types;", "from floor 2 up");
        refused("src/rules/a.rs", "fn f() { getrandom::fill(x); }", "from floor 2 up");
        assert!(!judge("src/rules/a.rs", "use std::*;").is_empty());
        assert!(!judge("src/rules/a.rs", "use std as s;").is_empty());
        allowed("src/flow/a.rs", "use anyhow::Context; use tokio::time;");
        allowed("src/mail/mod.rs", "use mail_parser::MessageParser; use std::collections::BTreeMap;");
        allowed("src/rules/a.rs", "fn f(tokio: u8, anyhow: u8) -> u8 { tokio }");
    }

    #[test]
    fn a_pure_floor_does_not_wait() {
        refused("src/rules/a.rs", "pub async fn f() {}", "async on a pure floor");
        refused("src/mail/a.rs", "fn f() { async {} }", "async on a pure floor");
        allowed("src/io/a.rs", "pub async fn f() { g().await }");
    }

    #[test]
    fn tests_may_read_files_but_know_no_higher_floor() {
        allowed("src/mail/a.rs", "#[cfg(test)]\nmod tests { use std::fs; fn f() { std::env::var(\"A\"); } }");
        refused("src/mail/a.rs", "#[cfg(test)] mod tests { } use std::fs;", "from floor 2 up");
        refused("src/mail/a.rs", "#[cfg(not(test))] mod real { use std::fs; }", "from floor 2 up");
        refused("src/mail/a.rs", "#[cfg(test)] use std::fs; use std::net;", "from floor 2 up");
        let files = [
            ("src/mail/mod.rs".to_owned(), "//! Docs.\n#[cfg(test)]\nmod tests;\n".to_owned()),
            ("src/mail/tests.rs".to_owned(), "//! Docs.\nuse std::fs;\n".to_owned()),
        ];
        assert_eq!(breaches(&files), Vec::<String>::new());
        assert_eq!(breaches(&files[1..]).len(), 1, "a file is test code only if its parent says so");
    }

    #[test]
    fn what_hides_source_from_this_check_is_refused() {
        refused("src/io/a.rs", "fn f() { unsafe { g() } }", "`unsafe`");
        refused("src/io/a.rs", "#[cfg(test)] mod tests { unsafe fn f() {} }", "`unsafe`");
        refused("src/rules/a.rs", "#[path = \"../io/clock.rs\"] mod clock;", "source from elsewhere");
        refused("src/rules/a.rs", "include!(\"x.rs\");", "source from elsewhere");
        allowed("src/rules/a.rs", "const X: &str = include_str!(\"x.txt\");");
        refused("src/somewhere.rs", "use crate::domain::case;", "has no floor");
    }

    #[test]
    fn a_file_says_what_it_is_for_and_stays_short() {
        let file = |source: String| breaches(&[("src/rules/a.rs".to_owned(), source)]);
        assert!(file("use std::fmt;\n".to_owned())[0].contains("no module documentation"));
        assert!(file(format!("//! Docs.\n{}", "fn f() {}\n".repeat(MOST_LINES)))[0].contains("longer than"));
        assert_eq!(file(format!("//! Docs.\n{}", "fn f() {}\n".repeat(MOST_LINES - 1))), Vec::<String>::new());
        for excused in STILL_LONGER {
            assert!(judge(excused, "")[0].contains("take it out"), "an excuse outlives its reason");
        }
    }
}
