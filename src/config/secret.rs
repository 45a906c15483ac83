//! Secrets: where they are, and reading them when somebody needs one. Loading a configuration reads none.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::error::ConfigError;

/// Most bytes of a secret; a larger file is the wrong file.
const LARGEST: u64 = 64 * 1024;

/// A secret that can be read when it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    pub(super) from: From,
    pub(super) file: PathBuf,
    pub(super) line: Option<usize>,
    /// As it stands in messages: "`password_file` in [imap]".
    pub(super) key: String,
}

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    /// A file, or a systemd credential of its name.
    File(PathBuf),
    /// The output of a command (OAuth 2).
    Command,
}

impl Secret {
    /// Reads it: the credential of the file's name in `credentials` (systemd's `$CREDENTIALS_DIRECTORY`), else the file
    /// itself. One line break at the end is not part of it.
    ///
    /// # Errors
    /// Missing, unreadable, empty, not UTF-8, too large; the message names the configuration's line and the file.
    pub fn read(&self, credentials: Option<&Path>) -> Result<SecretString, ConfigError> {
        let path = match &self.from {
            From::File(path) => path,
            From::Command => return Err(self.error("is not supported yet; use `password_file`")),
        };
        let credential = credentials
            .and_then(|folder| path.file_name().map(|name| folder.join(name)))
            .filter(|credential| credential.is_file());
        let path = credential.as_ref().unwrap_or(path);
        let mut text = String::new();
        File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text)).map_err(|error| {
            let advice = if error.kind() == std::io::ErrorKind::NotFound {
                "make the file with the password in it, readable only by the user that runs privacyloket"
            } else {
                "make it readable by the user that runs privacyloket"
            };
            self.error(&format!("names {}, which cannot be read ({error}); {advice}", path.display()))
        })?;
        if text.len() as u64 > LARGEST {
            return Err(self.error(&format!("names {}, which is too large to hold a password", path.display())));
        }
        let secret = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
        if secret.trim().is_empty() {
            return Err(self.error(&format!("names {}, which is empty; write the password into it", path.display())));
        }
        Ok(SecretString::from(secret))
    }

    /// The file, where the secret is in one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.from {
            From::File(path) => Some(path),
            From::Command => None,
        }
    }

    fn error(&self, message: &str) -> ConfigError {
        ConfigError::at(&self.file, self.line, format!("{} {message}", self.key))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn secret(path: PathBuf) -> Secret {
        Secret {
            from: From::File(path),
            file: PathBuf::from("p.toml"),
            line: Some(7),
            key: "`password_file` in [imap]".to_owned(),
        }
    }

    #[test]
    fn one_line_break_at_the_end_is_not_part_of_a_password() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pw");
        for (text, password) in
            [("geheim", "geheim"), ("geheim\n", "geheim"), ("geheim\r\n", "geheim"), (" a \n\n", " a \n")]
        {
            std::fs::write(&path, text).unwrap();
            assert_eq!(secret(path.clone()).read(None).unwrap().expose_secret(), password);
        }
    }

    #[test]
    fn a_systemd_credential_of_that_name_goes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = tempfile::tempdir().unwrap();
        let path = folder.path().join("imap.password");
        std::fs::write(&path, "file").unwrap();
        assert_eq!(secret(path.clone()).read(Some(credentials.path())).unwrap().expose_secret(), "file");
        std::fs::write(credentials.path().join("imap.password"), "credential").unwrap();
        assert_eq!(secret(path.clone()).read(Some(credentials.path())).unwrap().expose_secret(), "credential");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(secret(path.clone()).read(Some(credentials.path())).unwrap().expose_secret(), "credential");
        assert!(secret(path).read(None).is_err());
    }

    #[test]
    fn a_secret_that_is_not_there_is_named_with_the_line_of_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pw");
        let error = secret(path.clone()).read(None).unwrap_err().to_string();
        assert!(
            error.starts_with("p.toml, line 7: `password_file` in [imap] names ") && error.contains("/pw,"),
            "{error}"
        );
        std::fs::write(&path, "\n").unwrap();
        let error = secret(path.clone()).read(None).unwrap_err().to_string();
        assert!(error.contains("is empty"), "{error}");
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(secret(path).read(None).is_err());
    }

    #[test]
    fn a_token_command_says_that_it_is_not_supported_yet() {
        let mut secret = secret(PathBuf::new());
        (secret.from, secret.key) = (From::Command, "`token_command` in [imap]".to_owned());
        let error = secret.read(None).unwrap_err().to_string();
        assert_eq!(error, "p.toml, line 7: `token_command` in [imap] is not supported yet; use `password_file`");
    }
}
