//! `privacyloket init`: a commented configuration to start from, an example of a customer list, and the secret of the log.
//!
//! Overwrites nothing: where one of its files is already there, it makes none.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::io::key::{Key, KeyError};

/// The configuration. The same file stands in `deploy/` to be read there.
const CONFIGURATION: &str = include_str!("../../deploy/privacyloket.example.toml");

/// A customer list with one line that shows the form. `example.com` belongs to nobody (RFC 2606).
const CUSTOMERS: &str = "\
id,name,company,kvk,emails,phone,street,postcode,city,country,iban
VOORBEELD,Voorbeeld (vervang deze regel),,,voorbeeld@example.com=owner,,,,,NL,
";

/// The names, in the order in which they are made.
const CONFIGURATION_NAME: &str = "privacyloket.toml";
const CUSTOMERS_NAME: &str = "customers.csv";
const KEY_NAME: &str = "privacyloket.key";

/// Why nothing, or not everything, was made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A file of that name is there.
    #[error("{}: is already there and is left as it is; choose another folder, or move the file away first", .0.display())]
    Exists(PathBuf),
    /// The folder or a file cannot be made.
    #[error("{}: cannot be made: {}", .0.display(), .1)]
    File(PathBuf, std::io::Error),
    /// The key cannot be made.
    #[error("{0}")]
    Key(#[from] KeyError),
}

/// Writes `privacyloket.toml`, `customers.csv` and `privacyloket.key` into this folder, which is made if missing, and
/// returns their paths. The list and the key can be read by their owner only (mode 0600).
///
/// # Errors
/// [`InitError::Exists`] before anything is made; the others name what could not be made.
pub fn init(folder: &Path) -> Result<Vec<PathBuf>, InitError> {
    let configuration = folder.join(CONFIGURATION_NAME);
    let customers = folder.join(CUSTOMERS_NAME);
    let key = folder.join(KEY_NAME);
    for path in [&configuration, &customers, &key] {
        // Also a link that leads nowhere is a file that somebody put there.
        if path.symlink_metadata().is_ok() {
            return Err(InitError::Exists(path.clone()));
        }
    }
    std::fs::create_dir_all(folder).map_err(|error| InitError::File(folder.to_path_buf(), error))?;
    write_new(&configuration, CONFIGURATION, 0o644)?;
    write_new(&customers, CUSTOMERS, 0o600)?;
    Key::load_or_create(&key)?;
    Ok(vec![configuration, customers, key])
}

/// What to do after [`init`], for people.
#[must_use]
pub fn next_steps(made: &[PathBuf]) -> String {
    let mut text = String::new();
    // Writing to a String does not fail.
    for path in made {
        let _ = writeln!(text, "made {}", path.display());
    }
    let configuration = made.first().map_or(CONFIGURATION_NAME.into(), |path| path.display().to_string());
    let _ = write!(
        text,
        "\nNext:\n\
         1. fill in {configuration}: your addresses, the mail servers, authserv_id\n\
         2. write the two passwords into imap.password and smtp.password beside it (chmod 600)\n\
         3. put your customers into {CUSTOMERS_NAME}, in place of the example line\n\
         4. privacyloket check --config {configuration}\n\
         5. privacyloket run --config {configuration}\n\
         Keep a copy of {KEY_NAME} in a place apart from the copies of the database.\n"
    );
    text
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), InitError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written =
        options.open(path).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            InitError::Exists(path.to_path_buf())
        } else {
            InitError::File(path.to_path_buf(), error)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::domain::settings::Automatic;

    #[test]
    fn what_init_writes_loads_once_the_passwords_are_there_and_is_careful() {
        let folder = tempfile::tempdir().unwrap();
        let made = init(&folder.path().join("new/deep")).unwrap();
        assert!(made.iter().all(|path| path.is_file()) && made.len() == 3, "{made:?}");
        let config = load(&made[0]).unwrap_or_else(|error| panic!("{error}"));
        assert!(config.check_secrets(None).is_err());
        for name in ["imap.password", "smtp.password"] {
            std::fs::write(made[0].with_file_name(name), "x\n").unwrap();
        }
        config.check_secrets(None).unwrap();
        assert_eq!(config.settings.automatic, Automatic::Safe);
        assert!(config.settings.require_proven);
        assert_eq!(config.directory.customers.as_ref(), Some(&made[1]));
        assert_eq!(config.database.key_file, made[2]);
        assert!(config.processing.missing().is_empty() && config.processing_en.unwrap().missing().is_empty());
        let recipients = config.processing.recipients.join(" ");
        assert!(recipients.contains("Hostnet") && recipients.contains("Moneybird"));
    }

    #[test]
    fn every_key_that_is_only_shown_in_a_comment_is_a_key_that_loads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("privacyloket.toml");
        std::fs::write(folder.path().join("ca.pem"), "x").unwrap();
        // "# key = …" and "# [section]" without their sign, but for the two sections that stand in for others.
        let mut text = String::new();
        for line in CONFIGURATION.lines() {
            let bare = line.strip_prefix("# ").unwrap_or(line);
            let is_key = bare.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
            let is_section = bare.starts_with('[');
            text.push_str(if is_key || is_section { bare } else { line });
            text.push('\n');
        }
        let (rest, instead) = (cut(&text, "[maildir]"), cut(&text, "[outbox]"));
        assert!(rest != text && instead != text);
        std::fs::write(&path, cut(&rest, "[outbox]")).unwrap();
        let config = load(&path).unwrap_or_else(|error| panic!("{error}"));
        let later = config.later;
        assert!(later.web.is_some() && later.kvk.is_some() && later.files.is_some() && later.evidence.is_some());
        assert!(config.trust.is_some() && config.letters_folder.is_some());
    }

    /// The text without a section.
    fn cut(text: &str, section: &str) -> String {
        let (before, rest) = text.split_once(section).unwrap();
        let (_, after) = rest.split_once("\n[").unwrap();
        format!("{before}[{after}")
    }

    #[test]
    fn a_file_that_is_there_is_named_and_nothing_is_made() {
        for name in [CONFIGURATION_NAME, CUSTOMERS_NAME, KEY_NAME] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(name), "mine").unwrap();
            let error = init(folder.path()).unwrap_err();
            assert!(matches!(&error, InitError::Exists(path) if path.ends_with(name)), "{error}");
            assert!(error.to_string().contains("choose another folder"), "{error}");
            assert_eq!(std::fs::read_to_string(folder.path().join(name)).unwrap(), "mine");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_key_and_the_customers() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        for path in &init(folder.path()).unwrap()[1..] {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
        }
    }

    #[test]
    fn the_example_customer_is_nobody_and_every_column_is_there() {
        let mut reader = csv::Reader::from_reader(CUSTOMERS.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((rows.len(), rows[0].len()), (1, 11));
        assert!(rows[0][1].contains("Voorbeeld") && rows[0][4].contains("@example.com="));
    }

    #[test]
    fn the_next_steps_name_what_was_made_and_the_passwords() {
        let text = next_steps(&["a/privacyloket.toml".into(), "a/customers.csv".into()]);
        for part in ["made a/customers.csv", "imap.password", "check --config a/privacyloket.toml"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
