//! The program itself as a process of its own, for stories that kill it, stop it, or read what it says.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::World;

/// How long something may take that should take a moment.
const PATIENCE: Duration = Duration::from_secs(40);

static STARTED: AtomicUsize = AtomicUsize::new(0);

/// A running program; killed when it is dropped.
pub struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// `privacyloket COMMAND` with the configuration of a world.
    pub fn start(w: &World, command: &str) -> Self {
        Self::start_with(&w.configuration(), command)
    }

    /// `privacyloket COMMAND` with this configuration.
    pub fn start_with(configuration: &Path, command: &str) -> Self {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let log = configuration.with_file_name(format!("said-{number}"));
        let file = std::fs::File::create(&log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_privacyloket"))
            .args(["--config".as_ref(), configuration.as_os_str(), command.as_ref()])
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        Self { child, log }
    }

    /// Everything that it said so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }

    /// Waits until it says this.
    pub async fn says(&mut self, words: &str) {
        let start = Instant::now();
        while !self.log().contains(words) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() || self.log().contains(words), "it ended without {words:?}: {}", self.log());
            assert!(start.elapsed() < PATIENCE, "it does not say {words:?}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// `kill -9`
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        self.child.wait().unwrap();
    }

    /// `kill -TERM`; the exit code.
    pub async fn terminate(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.ends().await.code()
    }

    /// Waits until it has ended by itself.
    pub async fn ends(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end: {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let (id, log) = (self.child.id(), self.log());
            writeln!(std::io::stderr(), "--- what process {id} said:\n{log}").unwrap();
        }
    }
}

/// Runs `privacyloket COMMAND` to its end: its exit code, and what it said.
pub async fn run_to_end(configuration: &Path, command: &str) -> (Option<i32>, String) {
    let mut program = Program::start_with(configuration, command);
    let status = program.ends().await;
    (status.code(), program.log())
}

/// Looks again and again until it is so.
pub async fn eventually(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !so().await {
        assert!(start.elapsed() < PATIENCE, "not after {:?}: {what}", start.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
