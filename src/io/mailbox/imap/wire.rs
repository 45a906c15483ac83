//! One live connection: a command out, its answers in, all within a time limit.

use std::time::Duration;

use async_imap::Session;
use async_imap::imap_proto::{MailboxDatum, Response, ResponseCode, Status};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::Timing;
use super::folders::{Names, Open};
use crate::io::mailbox::error::{MailboxError, cleaned};

/// What bytes travel over: TLS outside, memory in tests.
pub(super) trait Transport: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Transport for T {}
pub(super) type Wire = Box<dyn Transport>;

/// What the server can do beyond IMAP4rev1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Can {
    pub(super) idle: bool,
    pub(super) moves: bool,
    pub(super) uidplus: bool,
}

/// How a command ended: the server did what was asked, or said NO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Ok,
    No(Said),
}

/// A server's NO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    words: String,
    /// `[TRYCREATE]`: the folder to copy to is not there.
    pub(super) try_create: bool,
}

/// A connection that is logged in.
#[derive(Debug)]
pub(super) struct Live {
    session: Session<Wire>,
    pub(super) can: Can,
    pub(super) server: String,
    pub(super) timing: Timing,
    pub(super) names: Option<Names>,
    pub(super) open: Option<Open>,
    /// Something went wrong in the middle of an answer: not to be used again.
    pub(super) broken: bool,
}

impl Live {
    pub(super) fn new(session: Session<Wire>, server: String, timing: Timing) -> Self {
        Self { session, can: Can::default(), server, timing, names: None, open: None, broken: false }
    }

    /// Says a command and shows every answer to `take`, the tagged one last.
    pub(super) async fn command(
        &mut self,
        doing: &'static str,
        text: &str,
        take: impl FnMut(&Response<'_>),
    ) -> Result<Reply, MailboxError> {
        self.command_within(self.timing.command, doing, text, take).await
    }

    /// The same with another time limit.
    pub(super) async fn command_within(
        &mut self,
        limit: Duration,
        doing: &'static str,
        text: &str,
        take: impl FnMut(&Response<'_>),
    ) -> Result<Reply, MailboxError> {
        match timeout(limit, self.exchange(doing, text, take)).await {
            Ok(reply) => reply,
            Err(_) => Err(self.too_late(doing, limit)),
        }
    }

    /// The same, when a NO is an error.
    pub(super) async fn demand(
        &mut self,
        doing: &'static str,
        text: &str,
        take: impl FnMut(&Response<'_>),
    ) -> Result<(), MailboxError> {
        match self.command(doing, text, take).await? {
            Reply::Ok => Ok(()),
            Reply::No(said) => Err(self.refused(doing, said)),
        }
    }

    async fn exchange(
        &mut self,
        doing: &'static str,
        text: &str,
        mut take: impl FnMut(&Response<'_>),
    ) -> Result<Reply, MailboxError> {
        let tag = self.session.run_command(text).await.map_err(|_| self.closed(doing))?.0;
        loop {
            let ended = self
                .next(doing, |answer| {
                    take(answer);
                    end_of(answer, &tag)
                })
                .await?;
            if let Some((status, said)) = ended {
                return match status {
                    Status::Ok => Ok(Reply::Ok),
                    Status::No => Ok(Reply::No(said)),
                    Status::Bad | Status::PreAuth | Status::Bye => Err(self.refused(doing, said)),
                };
            }
        }
    }

    /// Starts IDLE: true once the server waits, false if it does not want to. Without time limit of its own.
    pub(super) async fn start_idle(&mut self) -> Result<Option<String>, MailboxError> {
        const DOING: &str = "starting to wait for mail";
        let tag = self.session.run_command("IDLE").await.map_err(|_| self.closed(DOING))?.0;
        loop {
            let step = self
                .next(DOING, |answer| {
                    let goes = matches!(answer, Response::Continue(_));
                    if goes { Some(true) } else { end_of(answer, &tag).map(|_| false) }
                })
                .await?;
            match step {
                Some(true) => return Ok(Some(tag)),
                Some(false) => return Ok(None),
                None => {}
            }
        }
    }

    /// Ends IDLE and waits for the server's word that it has. Without time limit of its own.
    pub(super) async fn end_idle(&mut self, tag: &str) -> Result<(), MailboxError> {
        const DOING: &str = "ending the wait for mail";
        self.session.run_command_untagged("DONE").await.map_err(|_| self.closed(DOING))?;
        while self.next(DOING, |answer| end_of(answer, tag)).await?.is_none() {}
        Ok(())
    }

    /// The next answer, whatever it is. BYE and the end of the stream are errors. Keeps count of the open folder.
    /// Dropping this future loses nothing: what was read stays in the buffer.
    pub(super) async fn next<R>(
        &mut self,
        doing: &'static str,
        look: impl FnOnce(&Response<'_>) -> R,
    ) -> Result<R, MailboxError> {
        let data = match self.session.read_response().await {
            Ok(Some(data)) => data,
            Ok(None) => return Err(self.closed(doing)),
            // async-imap puts the whole unread answer, mail and all, into this error's text: it must never be shown.
            Err(error) if error.kind() == std::io::ErrorKind::Other => {
                self.broken = true;
                return Err(MailboxError::Protocol { server: self.server.clone(), doing });
            }
            Err(_) => return Err(self.closed(doing)),
        };
        let answer = data.parsed();
        if let Response::Data { status: Status::Bye, .. } = answer {
            return Err(self.closed(doing));
        }
        if let Some(open) = &mut self.open {
            open.hear(answer);
        }
        Ok(look(answer))
    }

    /// Asks anew what the server can do: it may say more after the login.
    pub(super) async fn learn_capabilities(&mut self) -> Result<(), MailboxError> {
        let mut can = Can::default();
        self.demand("asking what the server can do", "CAPABILITY", |answer| {
            if let Response::Capabilities(all) = answer {
                for one in all {
                    if let async_imap::imap_proto::Capability::Atom(name) = one {
                        can.idle |= name.eq_ignore_ascii_case("IDLE");
                        can.moves |= name.eq_ignore_ascii_case("MOVE");
                        can.uidplus |= name.eq_ignore_ascii_case("UIDPLUS");
                    }
                }
            }
        })
        .await?;
        self.can = can;
        Ok(())
    }

    /// Takes leave; a server that does not answer is not waited for.
    pub(super) async fn logout(&mut self) {
        let limit = self.timing.sign_of_life;
        let bye = self.exchange("logging out", "LOGOUT", |_| {});
        // BYE ends this as an error, a dead server as a time-out: both are fine.
        drop(timeout(limit, bye).await);
    }

    pub(super) fn too_late(&mut self, doing: &'static str, after: Duration) -> MailboxError {
        self.broken = true;
        MailboxError::Timeout { server: self.server.clone(), doing, after }
    }

    pub(super) fn closed(&mut self, doing: &'static str) -> MailboxError {
        self.broken = true;
        MailboxError::Closed { server: self.server.clone(), doing }
    }

    pub(super) fn refused(&self, doing: &'static str, said: Said) -> MailboxError {
        MailboxError::Refused { server: self.server.clone(), doing, said: said.words }
    }
}

/// If this answer ends the command with this tag: how.
fn end_of(answer: &Response<'_>, tag: &str) -> Option<(Status, Said)> {
    let Response::Done { tag: of, status, outcome } = answer else { return None };
    if of.0 != tag {
        return None;
    }
    let words = outcome.information.as_deref().unwrap_or("no reason given");
    let said = Said { words: cleaned(words), try_create: matches!(outcome.code, Some(ResponseCode::TryCreate)) };
    // Status is not Clone.
    let status = match status {
        Status::Ok => Status::Ok,
        Status::No => Status::No,
        Status::Bad => Status::Bad,
        Status::PreAuth => Status::PreAuth,
        Status::Bye => Status::Bye,
    };
    Some((status, said))
}

/// The UIDs in a SEARCH answer.
pub(super) fn found_uids(answer: &Response<'_>, into: &mut Vec<u32>) {
    if let Response::MailboxData(MailboxDatum::Search(uids)) = answer {
        into.extend_from_slice(uids);
    }
}
