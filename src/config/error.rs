//! What is wrong with a configuration: one line that names the file, the line and the key, and says what to do.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong with the configuration.
///
/// Prints as `privacyloket.toml, line 12: unknown key …`. Holds no value of a secret: only names of keys and files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    file: Option<PathBuf>,
    line: Option<usize>,
    message: String,
}

impl ConfigError {
    /// An error at a line (counted from 1) of a file.
    pub(super) fn at(file: &Path, line: Option<usize>, message: impl Into<String>) -> Self {
        Self { file: Some(file.to_path_buf()), line, message: message.into() }
    }

    /// An error that belongs to no file: there is none.
    pub(super) fn nowhere(message: impl Into<String>) -> Self {
        Self { file: None, line: None, message: message.into() }
    }

    /// The line, counted from 1, where it is known.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{}, line {line}: {}", file.display(), self.message),
            (Some(file), None) => write!(f, "{}: {}", file.display(), self.message),
            (None, Some(_) | None) => f.write_str(&self.message),
        }
    }
}
