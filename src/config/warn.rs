//! What a configuration allows but its owner should know, one sentence each.

use std::path::Path;

use super::{Config, Source};

/// The warnings, most important first. Looks at the modes of secret files that are there, reads none.
pub(super) fn warnings(config: &Config) -> Vec<String> {
    let mut warnings = Vec::new();
    trust(config, &mut warnings);
    files(config, &mut warnings);
    answers(config, &mut warnings);
    parts(config, &mut warnings);
    warnings
}

fn trust(config: &Config, warnings: &mut Vec<String>) {
    if !config.settings.require_proven {
        warnings.push(
            "[staff] require_proven is false: a mail that only pretends to come from a staff address can give commands"
                .to_owned(),
        );
    }
    if config.trust.is_some() {
        return;
    }
    let effect = if config.settings.require_proven {
        "every sender counts as unproven: staff commands will not be accepted while require_proven = true"
    } else {
        "every sender counts as unproven"
    };
    warnings.push(format!("[authentication] authserv_id is absent: {effect}"));
}

fn files(config: &Config, warnings: &mut Vec<String>) {
    let secrets = config.secrets().into_iter().filter_map(super::Secret::path);
    for path in std::iter::once(config.database.key_file.as_path()).chain(secrets) {
        if readable_by_others(path) {
            warnings.push(format!("{} can be read by every user of this machine: chmod 600 it", path.display()));
        }
    }
}

#[cfg(unix)]
fn readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(_: &Path) -> bool {
    false
}

fn answers(config: &Config, warnings: &mut Vec<String>) {
    let missing = config.processing.missing();
    if !missing.is_empty() {
        warnings.push(format!(
            "[processing] lacks {}: an access answer is not complete without (art. 15(1) GDPR)",
            missing.join(", ")
        ));
    }
    if config.directory.customers.is_none() && config.later.moneybird.is_none() {
        warnings.push("[directory] names no customers: every sender counts as unknown".to_owned());
    }
    let days = i64::from(config.settings.delays.identity_days);
    if config.settings.delays.identity_reminder.as_secs() >= days * 86_400 {
        warnings.push("[delays] identity_reminder is not before identity: nobody is reminded".to_owned());
    }
}

/// Parts that the file asks for and this version does not have. Silence would look like working.
fn parts(config: &Config, warnings: &mut Vec<String>) {
    let later = &config.later;
    let asked = [
        ("web", later.web.is_some()),
        ("monitoring", later.monitoring.is_some()),
        ("moneybird", later.moneybird.is_some()),
        ("kvk", later.kvk.is_some()),
        ("files", later.files.is_some()),
        ("hostnet", later.hostnet.is_some()),
        ("retention", later.retention.is_some()),
        ("evidence", later.evidence.is_some()),
    ];
    for (section, _) in asked.into_iter().filter(|(_, asked)| *asked) {
        warnings.push(format!("[{section}] is read, but this version does nothing with it yet"));
    }
    if let Source::Maildir { path, .. } = &config.source
        && !path.is_dir()
    {
        warnings.push(format!("[maildir] {} is not a folder", path.display()));
    }
}
