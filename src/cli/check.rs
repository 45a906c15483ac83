//! (being written)
use super::{CliError, Place};
/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {}
/// (being written)
///
/// # Errors
/// Never.
pub async fn check(_place: &Place) -> Result<u8, CliError> {
    Err(CliError::Said("not yet".into()))
}
