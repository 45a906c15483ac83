//! Folders of an IMAP account: their names on the wire, opening and making them.

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response, ResponseCode, Status};

use super::wait::Seen;
use super::wire::{Live, Reply};
use crate::io::mailbox::error::MailboxError;
use crate::io::mailbox::name::{is_sayable, modified_utf7, same_folder};

/// Most folder names that are remembered.
const MOST_FOLDERS: usize = 10_000;

/// The folder that is open, and its numbers as told since.
#[derive(Debug, Clone, Default)]
pub(super) struct Open {
    pub(super) folder: String,
    writable: bool,
    pub(super) uid_validity: u32,
    pub(super) uid_next: Option<u32>,
    pub(super) exists: u32,
    /// `exists` when it was opened.
    at_first: u32,
    /// The server announced more messages than there were.
    arrived: bool,
}

impl Open {
    /// Takes note of what an answer says about the open folder.
    pub(super) fn hear(&mut self, answer: &Response<'_>) {
        if let Response::MailboxData(MailboxDatum::Exists(count)) = answer {
            // Compared at once: an expunge and a new mail in one answer leave the number as it was.
            self.arrived |= *count > self.exists;
            self.exists = *count;
        } else if let Response::Expunge(_) = answer {
            self.exists = self.exists.saturating_sub(1);
        } else if let Response::Data { status: Status::Ok, outcome } = answer {
            if let Some(ResponseCode::UidValidity(number)) = outcome.code {
                self.uid_validity = number;
            } else if let Some(ResponseCode::UidNext(number)) = outcome.code {
                self.uid_next = Some(number);
            }
        }
    }
}

/// The folders that there are, as named on the wire.
#[derive(Debug, Default)]
pub(super) struct Names {
    all: Vec<String>,
    delimiter: String,
}

impl Names {
    /// Whether a folder of this configured name is there.
    pub(super) fn has(&self, folder: &str) -> bool {
        let wire = self.on_wire(folder);
        self.all.iter().any(|name| same_folder(name, &wire))
    }

    /// The name on the wire. Some servers keep all folders below INBOX (`INBOX.Junk`): a name that is only there in that
    /// form, or would be the only one not in it, gets that prefix.
    fn on_wire(&self, folder: &str) -> String {
        let plain = modified_utf7(folder);
        let exists = |wire: &str| self.all.iter().any(|name| same_folder(name, wire));
        let prefix = format!("INBOX{}", self.delimiter);
        if same_folder(&plain, "INBOX") || exists(&plain) || self.delimiter.is_empty() || plain.starts_with(&prefix) {
            return plain;
        }
        let below = format!("{prefix}{plain}");
        let mut others = self.all.iter().filter(|name| !same_folder(name, "INBOX")).peekable();
        let all_below = others.peek().is_some() && others.all(|name| name.starts_with(&prefix));
        if exists(&below) || all_below { below } else { plain }
    }
}

impl Live {
    /// The folders, asked once per connection unless `anew`.
    pub(super) async fn names(&mut self, anew: bool) -> Result<&Names, MailboxError> {
        if anew || self.names.is_none() {
            let mut names = Names::default();
            self.demand("listing the folders", "LIST \"\" \"*\"", |answer| {
                let Response::MailboxData(MailboxDatum::List(data)) = answer else { return };
                if let Some(delimiter) = &data.delimiter {
                    names.delimiter = delimiter.replace('\\', "");
                }
                let opens = !data.name_attributes.contains(&NameAttribute::NoSelect);
                if opens && names.all.len() < MOST_FOLDERS {
                    names.all.push(data.name.replace("\\\"", "\"").replace("\\\\", "\\"));
                }
            })
            .await?;
            self.names = Some(names);
        }
        Ok(self.names.get_or_insert_default())
    }

    /// A folder's name as it stands in a command.
    pub(super) async fn quoted(&mut self, folder: &str) -> Result<String, MailboxError> {
        if !is_sayable(folder) {
            return Err(MailboxError::BadName { what: "a folder name" });
        }
        Ok(quote(&self.names(false).await?.on_wire(folder)))
    }

    /// Opens a folder for reading only: nothing in it can change by what we do. Always asks, so that the numbers are fresh.
    pub(super) async fn examine(&mut self, folder: &str) -> Result<&Open, MailboxError> {
        self.open_as(folder, false).await
    }

    /// Opens a folder for changing.
    pub(super) async fn select(&mut self, folder: &str) -> Result<&Open, MailboxError> {
        self.open_as(folder, true).await
    }

    async fn open_as(&mut self, folder: &str, writable: bool) -> Result<&Open, MailboxError> {
        let name = self.quoted(folder).await?;
        let verb = if writable { "SELECT" } else { "EXAMINE" };
        self.open = Some(Open { folder: folder.to_owned(), writable, ..Open::default() });
        match self.command("opening a folder", &format!("{verb} {name}"), |_| {}).await? {
            Reply::Ok => {}
            Reply::No(said) => {
                self.open = None;
                let exists = self.names(true).await?.has(folder);
                if exists || same_folder(folder, "INBOX") {
                    return Err(self.refused("opening a folder", said));
                }
                return Err(MailboxError::NoFolder { server: self.server.clone(), folder: folder.to_owned() });
            }
        }
        if let Some(open) = &mut self.open {
            open.at_first = open.exists;
            open.arrived = false;
        }
        match &self.open {
            Some(open) if open.uid_validity != 0 => Ok(open),
            // Without UIDVALIDITY there are no lasting numbers (RFC 3501 §2.3.1.1): such a server cannot be used.
            Some(_) | None => Err(MailboxError::Protocol { server: self.server.clone(), doing: "opening a folder" }),
        }
    }

    /// Opens a folder for changing, unless it is already.
    pub(super) async fn select_unless_open(&mut self, folder: &str) -> Result<u32, MailboxError> {
        match &self.open {
            Some(open) if open.writable && open.folder == folder && open.uid_validity != 0 => Ok(open.uid_validity),
            Some(_) | None => Ok(self.select(folder).await?.uid_validity),
        }
    }

    /// Makes a folder and subscribes to it, so that people see it. That it exists already is fine.
    pub(super) async fn make_folder(&mut self, folder: &str) -> Result<(), MailboxError> {
        if self.names(true).await?.has(folder) {
            return Ok(());
        }
        let mut name = self.quoted(folder).await?;
        let mut reply = self.command("making the case folder", &format!("CREATE {name}"), |_| {}).await?;
        let delimiter = self.names(false).await?.delimiter.clone();
        if matches!(reply, Reply::No(_)) && !delimiter.is_empty() {
            // A fresh account on a server that keeps folders below INBOX has no folder yet that shows it.
            name = quote(&format!("INBOX{delimiter}{}", modified_utf7(folder)));
            let below = self.command("making the case folder", &format!("CREATE {name}"), |_| {}).await?;
            reply = if below == Reply::Ok { below } else { reply };
        }
        if !self.names(true).await?.has(folder)
            && let Reply::No(said) = reply
        {
            return Err(self.refused("making the case folder", said));
        }
        // A server without subscriptions may say no: the folder is there all the same.
        self.command("subscribing to the case folder", &format!("SUBSCRIBE {name}"), |_| {}).await?;
        Ok(())
    }

    /// Messages in the open folder now, as far as the server told.
    pub(super) fn count(&self) -> u32 {
        self.open.as_ref().map_or(0, |open| open.exists)
    }

    /// Whether mail arrived in the open folder since this was asked last. An announcement of what was known already (some
    /// servers make one at every IDLE) is no news.
    pub(super) fn take_arrived(&mut self) -> bool {
        self.open.as_mut().is_some_and(|open| std::mem::take(&mut open.arrived))
    }

    /// What the open folder looked like when it was opened, for the next [`super::wait`].
    pub(super) fn seen(&self) -> Option<Seen> {
        let open = self.open.as_ref()?;
        Some(Seen { uid_validity: open.uid_validity, uid_next: open.uid_next, exists: open.at_first })
    }
}

/// A quoted string (RFC 3501 §4.3). The text holds no line break: [`is_sayable`] was asked.
pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Names {
        Names { all: all.iter().map(ToString::to_string).collect(), delimiter: ".".into() }
    }

    #[test]
    fn a_server_that_keeps_folders_below_inbox_gets_names_below_inbox() {
        let below = names(&["INBOX", "INBOX.Sent", "INBOX.Junk"]);
        assert_eq!(below.on_wire("Junk"), "INBOX.Junk");
        assert_eq!(below.on_wire("Privacyverzoeken"), "INBOX.Privacyverzoeken");
        assert_eq!(below.on_wire("INBOX.Junk"), "INBOX.Junk");
        assert_eq!(below.on_wire("inbox"), "inbox");
        assert!(below.has("Junk") && below.has("Inbox") && !below.has("Privacyverzoeken"));
    }

    #[test]
    fn on_other_servers_a_name_stays_as_it_is() {
        assert_eq!(names(&["INBOX", "Sent"]).on_wire("Privacyverzoeken"), "Privacyverzoeken");
        assert_eq!(names(&["INBOX"]).on_wire("Privacyverzoeken"), "Privacyverzoeken");
        assert_eq!(names(&["INBOX", "Sent", "INBOX.Junk"]).on_wire("Junk"), "INBOX.Junk");
        assert_eq!(Names::default().on_wire("Junk"), "Junk");
    }

    #[test]
    fn quotes_in_a_name_do_not_end_it() {
        assert_eq!(quote(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}
