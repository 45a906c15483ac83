//! `demo`: the whole job on an embedded sandbox, told step by step. Everything is real but the mail server: the pipeline, the
//! database, the letters. Time is a clock that the demo moves.

mod mails;
mod sandbox;

use std::path::PathBuf;

use tokio::sync::watch;

use self::mails::{Found, SAMPLES, Sample};
use self::sandbox::{STAFF, Sandbox, Sent};
use super::CliError;
use super::output::{ASIDE, CARE, GOOD, TITLE, clean, result, say};
use crate::app;
use crate::domain::case::Case;
use crate::domain::time::SignedDuration;
use crate::intake::Outcome;
use crate::io::clock::{Clock, random};
use crate::io::store::log::Chain;

/// `demo [--dir DIR] [--serve]`
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to make the sandbox: an empty or new folder [default: a new one among the temporary files]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Keep serving the sandbox afterwards: put mails of your own into its mail/new, see what comes into outbox
    #[arg(long)]
    serve: bool,
}

/// Tells the story.
///
/// # Errors
/// [`CliError`].
pub async fn demo(arguments: &Arguments) -> Result<u8, CliError> {
    let folder = match &arguments.dir {
        Some(folder) => folder.clone(),
        None => {
            std::env::temp_dir().join(format!("privacyloket-demo-{}", data_encoding::HEXLOWER.encode(&random::<4>()?)))
        }
    };
    let now = Clock::System.now();
    let mut sandbox = Sandbox::make(&folder, Clock::manual(now)).await?;
    title("What came in, what was decided, what went out")?;
    let mut letters = Vec::new();
    for sample in &SAMPLES {
        sandbox.deliver(sample)?;
        letters.extend(step(&mut sandbox, sample).await?);
    }
    queue(&sandbox).await?;
    confirm(&mut sandbox, &letters).await?;
    approve(&mut sandbox, &letters).await?;
    queue(&sandbox).await?;
    whole(&sandbox).await?;
    result(&format!("\nEverything is in {}", folder.display()))?;
    result("  mail/       the mailbox; mails of cases moved to mail/.Privacyverzoeken")?;
    result("  outbox/     every letter as .eml; open one in a mail program")?;
    result(&format!("  {ASIDE}privacyloket --config {} cases{ASIDE:#}", folder.join("privacyloket.toml").display()))?;
    if arguments.serve {
        serve(sandbox).await?;
    }
    Ok(0)
}

/// One mail from arrival to letters.
async fn step(sandbox: &mut Sandbox, sample: &Sample) -> Result<Vec<Sent>, CliError> {
    let (name, address) = sample.from;
    result(&format!("\n{TITLE}{name} <{address}>{TITLE:#}  {}", sample.subject))?;
    result(&format!("  {ASIDE}{}{ASIDE:#}", clean(sample.text, 90)))?;
    let found = match sample.found {
        Found::Signed => format!("{GOOD}signed by the sender's domain{GOOD:#}"),
        Found::Nothing => format!("{CARE}nothing proves the sender{CARE:#}"),
        Found::Forged => format!("{CARE}the sender's domain says: not ours{CARE:#}"),
        Found::LoggedIn => format!("{GOOD}the sender was logged in{GOOD:#}"),
    };
    result(&format!("  {found}; {}", sample.shows))?;
    let report = sandbox.look().await?;
    for outcome in &report.mails {
        match outcome {
            Outcome::Decided(actions) => {
                for action in actions {
                    let to = action.to.as_deref().map(|to| format!(" to {to}")).unwrap_or_default();
                    result(&format!("  decided: {}{to} ({})", action.kind.replace('_', " "), action.why))?;
                }
            }
            Outcome::Ordinary => result("  decided: nothing; the mail stays as it was")?,
            Outcome::SeenBefore => {}
        }
    }
    show_sent(sandbox)
}

/// The letters that just went out.
fn show_sent(sandbox: &mut Sandbox) -> Result<Vec<Sent>, CliError> {
    let sent = sandbox.sent()?;
    for letter in &sent {
        let arrow = if letter.to == STAFF { CARE } else { GOOD };
        result(&format!("  {arrow}→ {}{arrow:#}  {}", letter.to, clean(&letter.subject, 90)))?;
    }
    Ok(sent)
}

/// The queue as staff and `privacyloket cases` see it.
async fn queue(sandbox: &Sandbox) -> Result<(), CliError> {
    title("The queue")?;
    let mut tx = sandbox.office.store.begin().await?;
    let cases = tx.cases(true).await?;
    drop(tx);
    for case in &cases {
        result(&line(case))?;
    }
    result(&format!("{ASIDE}{} cases are open{ASIDE:#}", cases.len()))?;
    Ok(())
}

fn line(case: &Case) -> String {
    let state = case.least_finished().map_or("", |request| request.state.name());
    let rights: Vec<&str> = case.requests.iter().map(|request| request.ask.right().name()).collect();
    let due = case.deadline().map(|due| due.to_string()).unwrap_or_default();
    format!("{}  {state:<21}  {:<14}  {:<25}  due {due}", case.reference, rights.join(" "), case.requester.as_str())
}

/// The owner says yes to "did you ask this?"
async fn confirm(sandbox: &mut Sandbox, letters: &[Sent]) -> Result<(), CliError> {
    let Some(question) = letters.iter().find(|l| l.kind == "ask_confirmation" && l.to == "mo@amrani.example") else {
        return Err(CliError::Said("the demo has no question to answer; this is a defect".into()));
    };
    title("Mo answers our question")?;
    result("\nMo replies: ja")?;
    sandbox.reply(question, ("Mo Amrani", "mo@amrani.example"), Found::Nothing, "ja")?;
    sandbox.look().await?;
    show_sent(sandbox)?;
    Ok(())
}

/// Staff approve the erasure by reply; a day later it runs; the manual steps are finished by reply.
async fn approve(sandbox: &mut Sandbox, letters: &[Sent]) -> Result<(), CliError> {
    let missing = || CliError::Said("the demo has no case mail to answer; this is a defect".into());
    let staff = ("Iris", STAFF);
    let about_els = |l: &&Sent| l.kind == "staff_case" && l.text.contains("els@bakkerij.example");
    let case_mail = letters.iter().find(about_els).ok_or_else(missing)?;
    title("Staff approve by reply")?;
    result(&format!("\nThe mail that staff got about {}:", case_mail.case.as_deref().unwrap_or_default()))?;
    for line in case_mail.text.lines().take(24) {
        result(&format!("  {ASIDE}| {line}{ASIDE:#}"))?;
    }
    result("\nStaff reply: akkoord")?;
    sandbox.reply(case_mail, staff, Found::LoggedIn, "akkoord")?;
    sandbox.look().await?;
    let help = show_sent(sandbox)?;
    result("  an erasure needs the customer number; nothing happened yet")?;
    let help = help.iter().find(|l| l.kind == "staff_help").ok_or_else(missing)?;
    result("\nStaff reply: akkoord K-1002")?;
    sandbox.reply(help, staff, Found::LoggedIn, "akkoord K-1002")?;
    sandbox.look().await?;
    show_sent(sandbox)?;
    result("\nA day passes; until then `stop` would have prevented it")?;
    sandbox.pass(SignedDuration::from_hours(25));
    sandbox.look().await?;
    let manual = show_sent(sandbox)?;
    let manual = manual.iter().find(|l| l.kind == "staff_case").ok_or_else(missing)?;
    result("\nStaff do the manual steps and reply: klaar")?;
    sandbox.reply(manual, staff, Found::LoggedIn, "klaar")?;
    sandbox.look().await?;
    show_sent(sandbox)?;
    Ok(())
}

async fn whole(sandbox: &Sandbox) -> Result<(), CliError> {
    let mut tx = sandbox.office.store.begin().await?;
    let chain = tx.verify_log().await?;
    drop(tx);
    match chain {
        Chain::Whole { rows, .. } => result(&format!("\n{GOOD}The log is whole: {rows} events{GOOD:#}"))?,
        Chain::Broken { row } => {
            return Err(CliError::Said(format!("the log is broken at row {row}; this is a defect")));
        }
    }
    Ok(())
}

async fn serve(sandbox: Sandbox) -> Result<(), CliError> {
    say("\nServing the sandbox. Put mails into mail/new; Ctrl-C stops.");
    let (office, mailbox, config) = sandbox.into_parts();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        let _signal = tokio::signal::ctrl_c().await;
        let _nobody_listens = stop.send(true);
    });
    Box::pin(app::run(&office, mailbox, &config, stopped)).await;
    Ok(())
}

fn title(text: &str) -> std::io::Result<()> {
    result(&format!("\n{TITLE}── {text} ──{TITLE:#}"))
}
