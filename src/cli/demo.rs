//! (being written)
use super::CliError;
/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {}
/// (being written)
///
/// # Errors
/// Never.
pub async fn demo(_arguments: &Arguments) -> Result<u8, CliError> {
    Err(CliError::Said("not yet".into()))
}
