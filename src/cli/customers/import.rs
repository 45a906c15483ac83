//! `customers import FILE`: the program reads its list and never writes it (contract.md); here the operator orders it to be
//! replaced, after seeing what changes.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{configured, count, read, young_until};
use crate::cli::output::{self, ASIDE, BAD, CARE, GOOD};
use crate::cli::{CliError, Place};
use crate::domain::address::Address;
use crate::domain::customer::{Customer, Role};
use crate::io::clock::Clock;

/// How many changes are shown one by one.
const SHOWN: usize = 30;

/// What a new list changes.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Changes {
    customers: usize,
    new: Vec<String>,
    gone: Vec<String>,
    changed: Vec<Change>,
}

/// One customer whose record changes.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Change {
    id: String,
    /// Treated as unknown for some days (policy §1).
    added: Vec<Address>,
    removed: Vec<Address>,
    /// The same address with another role.
    roles: Vec<Address>,
    /// Names, KvK number or other columns.
    other: bool,
}

pub(super) fn import(place: &Place, file: &Path, yes: bool, json: bool) -> Result<u8, CliError> {
    let target = configured(place)?;
    let new = read(file)?;
    let old = if target.exists() { read_old(target) } else { Vec::new() };
    let changes = changes(&old, &new);
    if json {
        output::json(&changes)?;
    } else {
        tell(place, &changes)?;
    }
    if !yes {
        let say = "nothing is changed yet:";
        output::say(&format!("{CARE}{say}{CARE:#} say --yes to put this list in the place of {}", target.display()));
        return Ok(0);
    }
    replace(file, target)?;
    output::say(&format!("{} is replaced; a running service reads it with the next mail", target.display()));
    Ok(0)
}

/// The list that is there, or nobody where it is broken: then all are new.
fn read_old(target: &Path) -> Vec<Customer> {
    read(target).unwrap_or_else(|error| {
        output::warn(&format!("the present list cannot be compared with: {error}"));
        Vec::new()
    })
}

fn changes(old: &[Customer], new: &[Customer]) -> Changes {
    let by_id = |customers: &'_ [Customer]| -> BTreeMap<String, Customer> {
        customers.iter().map(|customer| (customer.id.as_str().to_owned(), customer.clone())).collect()
    };
    let (before, after) = (by_id(old), by_id(new));
    let missing = |from: &BTreeMap<String, Customer>, other: &BTreeMap<String, Customer>| {
        from.keys().filter(|id| !other.contains_key(*id)).cloned().collect()
    };
    let changed = after.iter().filter_map(|(id, customer)| change(before.get(id)?, customer));
    Changes {
        customers: new.len(),
        new: missing(&after, &before),
        gone: missing(&before, &after),
        changed: changed.collect(),
    }
}

fn change(old: &Customer, new: &Customer) -> Option<Change> {
    if old == new {
        return None;
    }
    let not_in = |one: &Customer, other: &Customer| {
        let addresses = one.addresses.iter().map(|known| &known.address);
        addresses.filter(|address| other.address(address).is_none()).cloned().collect()
    };
    let role = |customer: &Customer, address: &Address| -> Option<Role> { Some(customer.address(address)?.role) };
    let same = old.addresses.iter().map(|known| &known.address);
    let roles = same.filter(|address| role(new, address).is_some_and(|now| Some(now) != role(old, address)));
    let facts = |customer: &Customer| {
        let Customer { name, company, kvk, fields, .. } = customer.clone();
        (name, company, kvk, fields)
    };
    Some(Change {
        id: new.id.as_str().to_owned(),
        added: not_in(new, old),
        removed: not_in(old, new),
        roles: roles.cloned().collect(),
        other: facts(old) != facts(new),
    })
}

fn tell(place: &Place, changes: &Changes) -> Result<(), CliError> {
    output::result(&format!("{GOOD}good{GOOD:#}: {}", count(changes.customers, "customer")))?;
    let mut lines = Vec::new();
    lines.extend(changes.new.iter().map(|id| format!("{GOOD}new{GOOD:#}      {id}")));
    lines.extend(changes.gone.iter().map(|id| format!("{BAD}gone{BAD:#}     {id}")));
    for change in &changes.changed {
        let id = &change.id;
        let each = |word: &str, addresses: &[Address]| -> Vec<String> {
            addresses.iter().map(|address| format!("{id}  {word} {}", output::clean(address.as_str(), 40))).collect()
        };
        let young = each("address added:", &change.added);
        lines.extend(young.into_iter().map(|line| format!("{CARE}young{CARE:#}    {line}")));
        let others = [each("address removed:", &change.removed), each("other role:", &change.roles)].concat();
        lines.extend(others.into_iter().map(|line| format!("changed  {line}")));
        if change.other {
            lines.push(format!("changed  {id}  {ASIDE}name, number or other columns{ASIDE:#}"));
        }
    }
    for line in lines.iter().take(SHOWN) {
        output::result(&format!("  {line}"))?;
    }
    if lines.len() > SHOWN {
        output::result(&format!("  and {} more; --json has them all", lines.len().saturating_sub(SHOWN)))?;
    }
    if changes.changed.iter().any(|change| !change.added.is_empty()) {
        let until = young_until(place, Clock::System.now());
        output::result(&format!("  An added address counts as unknown until about {until};"))?;
        output::result("  staff and the old addresses of that customer are told.")?;
    }
    if lines.is_empty() {
        output::result("  the same as the list that is in use")?;
    }
    Ok(())
}

/// Puts a checked copy in the place of the list, at once: nobody ever reads half of it.
fn replace(file: &Path, target: &Path) -> Result<(), CliError> {
    // A link stays a link; what it leads to is replaced.
    let target = target.canonicalize().unwrap_or_else(|_| target.to_path_buf());
    let mut part = target.clone().into_os_string();
    part.push(format!(".{}.part", std::process::id()));
    let part = PathBuf::from(part);
    let replaced = copy(file, &part, &target)
        // What was checked before may not be what was copied now.
        .and_then(|()| read(&part).map(|_| ()))
        .and_then(|()| std::fs::rename(&part, &target).map_err(|error| said(&target, error)));
    if replaced.is_err() {
        drop(std::fs::remove_file(&part));
    }
    replaced
}

fn said(path: &Path, error: std::io::Error) -> CliError {
    CliError::File(path.display().to_string(), error)
}

/// A copy with the mode and the owner of the list that it replaces; of a first one only its owner may read it.
fn copy(from: &Path, to: &Path, like: &Path) -> Result<(), CliError> {
    let mut source = File::open(from).map_err(|error| said(from, error))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut copy = options.open(to).map_err(|error| said(to, error))?;
    let written = std::io::copy(&mut source, &mut copy).and_then(|_| copy.flush()).and_then(|()| {
        if let Ok(old) = std::fs::metadata(like) {
            #[cfg(unix)]
            {
                use std::os::unix::fs::MetadataExt;
                let new = copy.metadata()?;
                if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
                    std::os::unix::fs::fchown(&copy, Some(old.uid()), Some(old.gid()))?;
                }
            }
            copy.set_permissions(old.permissions())?;
        }
        copy.sync_all()
    });
    written.map_err(|error| said(to, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customers(folder: &Path, text: &str) -> Vec<Customer> {
        let file = folder.join("x.csv");
        std::fs::write(&file, text).unwrap();
        read(&file).unwrap()
    }

    #[test]
    fn what_is_new_gone_added_removed_and_renamed_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let old = customers(
            folder.path(),
            "id,name,emails,town\nK-1,Jan,jan@a.nl=owner oud@a.nl=contact,Ede\nK-2,Piet,piet@b.nl,\nK-4,Kees,kees@d.nl,\n",
        );
        let new = customers(
            folder.path(),
            "id,name,emails,town\nK-1,Jan,jan@a.nl=billing nieuw@a.nl=owner,Epe\nK-3,Els,els@c.nl,\nK-4,Kees,kees@d.nl,\n",
        );
        let changes = changes(&old, &new);
        assert_eq!((changes.new, changes.gone), (vec!["K-3".to_owned()], vec!["K-2".to_owned()]));
        let address = |text| Address::parse(text).unwrap();
        let expected = Change {
            id: "K-1".into(),
            added: vec![address("nieuw@a.nl")],
            removed: vec![address("oud@a.nl")],
            roles: vec![address("jan@a.nl")],
            other: true,
        };
        assert_eq!(changes.changed, [expected]);
    }

    #[test]
    fn a_list_is_replaced_whole_with_the_mode_of_the_old_one_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let (new, target) = (folder.path().join("new.csv"), folder.path().join("customers.csv"));
        std::fs::write(&target, "id,emails\n").unwrap();
        std::fs::write(&new, "id,emails\nK-1,jan@a.nl\n").unwrap();
        #[cfg(unix)]
        let mode = |path: &Path| {
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
        };
        #[cfg(unix)]
        std::fs::set_permissions(&target, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        replace(&new, &target).unwrap();
        assert_eq!(read(&target).unwrap().len(), 1);
        #[cfg(unix)]
        assert_eq!(mode(&target), 0o640);

        std::fs::write(&new, "id,emails\nK-1,jan\n").unwrap();
        assert!(replace(&new, &target).is_err());
        assert_eq!(read(&target).unwrap().len(), 1, "the good list stays");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
