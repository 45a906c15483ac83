//! (being written)
use super::{CliError, Place};
/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {}
/// (being written)
///
/// # Errors
/// Never.
pub async fn register(_place: &Place, _arguments: &Arguments) -> Result<u8, CliError> {
    Err(CliError::Said("not yet".into()))
}
