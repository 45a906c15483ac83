//! Where the configuration is: `--config`, then `$PRIVACYLOKET_CONFIG`, then the working directory, then `/etc`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::error::ConfigError;

/// Places that are looked at when nobody names one.
const USUAL: [&str; 2] = ["privacyloket.toml", "/etc/privacyloket/privacyloket.toml"];

/// The configuration file: `explicit` (`--config`), else `env_value` (`$PRIVACYLOKET_CONFIG`, empty counts as unset), else
/// `./privacyloket.toml`, else `/etc/privacyloket/privacyloket.toml`. A place that was named is never passed over.
///
/// # Errors
/// No such file; the message lists where it looked.
pub fn find(explicit: Option<&Path>, env_value: Option<&OsStr>) -> Result<PathBuf, ConfigError> {
    find_among(explicit, env_value, &USUAL.map(Path::new))
}

fn find_among(explicit: Option<&Path>, env_value: Option<&OsStr>, usual: &[&Path]) -> Result<PathBuf, ConfigError> {
    if let Some(path) = explicit {
        return named(path, "given with --config");
    }
    if let Some(value) = env_value.filter(|value| !value.is_empty()) {
        return named(Path::new(value), "named by $PRIVACYLOKET_CONFIG");
    }
    if let Some(path) = usual.iter().find(|path| path.is_file()) {
        return Ok(path.to_path_buf());
    }
    let looked: Vec<String> = usual.iter().map(|path| path.display().to_string()).collect();
    Err(ConfigError::nowhere(format!(
        "no configuration: looked for --config, $PRIVACYLOKET_CONFIG, {}; make one with `privacyloket init`",
        looked.join(", ")
    )))
}

fn named(path: &Path, how: &str) -> Result<PathBuf, ConfigError> {
    if path.is_file() {
        return Ok(path.to_path_buf());
    }
    Err(ConfigError::at(
        path,
        None,
        format!("no such file ({how}); correct the path, or make one with `privacyloket init`"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_file_wins_and_is_never_passed_over_when_missing() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("there.toml");
        std::fs::write(&there, "").unwrap();
        let missing = folder.path().join("missing.toml");
        assert_eq!(find_among(Some(&there), Some(missing.as_os_str()), &[]).unwrap(), there);
        assert_eq!(find_among(None, Some(there.as_os_str()), &[&missing]).unwrap(), there);
        assert_eq!(find_among(None, Some(OsStr::new("")), &[&missing, &there]).unwrap(), there);
        let error = find_among(Some(&missing), None, &[&there]).unwrap_err().to_string();
        assert!(error.contains("missing.toml: no such file (given with --config)"), "{error}");
        let error = find_among(None, Some(missing.as_os_str()), &[&there]).unwrap_err().to_string();
        assert!(error.contains("$PRIVACYLOKET_CONFIG"), "{error}");
    }

    #[test]
    fn where_nothing_is_found_it_says_where_it_looked_and_what_to_do() {
        let error = find_among(None, None, &[Path::new("a/no.toml"), Path::new("b/no.toml")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no configuration: looked for --config, $PRIVACYLOKET_CONFIG, a/no.toml, b/no.toml; make one with \
             `privacyloket init`"
        );
    }
}
