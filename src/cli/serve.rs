//! `run` and `once`.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{CliError, FAILED, Place};
use crate::app;
use crate::intake::Outcome;

/// Serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// [`CliError`]: it cannot start.
pub async fn run(place: &Place) -> Result<u8, CliError> {
    log_to_stderr();
    let office = place.office().await?;
    let mailbox = app::mailbox(&place.config, place.credentials.as_deref())?;
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("stopping: the message in hand is finished first");
        let _nobody_listens = stop.send(true);
    });
    tracing::info!(database = office.store.kind(), "serving");
    Box::pin(app::run(&office, mailbox, &place.config, stopped)).await;
    office.store.close().await;
    tracing::info!("stopped");
    Ok(0)
}

/// One round.
///
/// # Errors
/// [`CliError`]: nothing could be done; it will be tried again next time.
pub async fn once(place: &Place) -> Result<u8, CliError> {
    log_to_stderr();
    let office = place.office().await?;
    let mut mailbox = app::mailbox(&place.config, place.credentials.as_deref())?;
    let report = Box::pin(app::once(&office, &mut mailbox, &place.config)).await;
    mailbox.logout().await;
    let report = report?;
    let decided = report.mails.iter().filter(|outcome| matches!(outcome, Outcome::Decided(_))).count();
    tracing::info!(mails = report.mails.len(), decided, sent = report.sent, later = report.later, "done");
    office.store.close().await;
    Ok(if report.troubles == 0 { 0 } else { FAILED })
}

/// Log lines on stderr; `RUST_LOG` chooses how much. async-imap logs mail and passwords below debug: never shown.
fn log_to_stderr() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let quiet = ["async_imap=warn", "imap_proto=warn", "lettre=warn", "sqlx=warn", "rustls=warn"];
    let filter = quiet.iter().filter_map(|rule| rule.parse().ok()).fold(filter, EnvFilter::add_directive);
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let _already =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).try_init();
}
