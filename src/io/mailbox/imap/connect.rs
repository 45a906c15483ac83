//! From nothing to a logged-in connection: TCP, TLS (at once or by STARTTLS), greeting, capabilities, login.
//!
//! Until the login everything is line by line, read here byte by byte: nothing that came before TLS can be taken for
//! something said inside it, and no name or password is said before TLS.

use std::io;

use async_imap::{Authenticator, Client, Session};
use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::wire::{Live, Wire};
use super::{Secret, Settings, Tls};
use crate::io::mailbox::error::MailboxError;
use crate::io::tls;

/// Longest line before the login, in bytes.
const LONGEST_LINE: u64 = 8 * 1024;
/// Most untagged lines before an answer.
const MOST_LINES: usize = 50;

/// Connects and logs in, within `timing.connect`.
pub(super) async fn connect(settings: &Settings) -> Result<Live, MailboxError> {
    let limit = settings.timing.connect;
    match timeout(limit, Box::pin(open(settings))).await {
        Ok(live) => live,
        Err(_) => Err(MailboxError::Timeout { server: settings.server(), doing: "connecting", after: limit }),
    }
}

async fn open(settings: &Settings) -> Result<Live, MailboxError> {
    let config = tls::client_config(settings.ca_file.as_deref()).map_err(|error| match &settings.ca_file {
        Some(path) if matches!(error, tls::TlsSetupError::ExtraRoot(_)) => {
            MailboxError::TrustRoot { path: path.clone(), why: error.to_string() }
        }
        Some(_) | None => MailboxError::Tls { server: settings.server(), why: error.to_string() },
    })?;
    let name =
        ServerName::try_from(settings.host.clone()).map_err(|_| MailboxError::BadName { what: "host in [imap]" })?;
    let unreachable =
        |error: io::Error| MailboxError::Unreachable { server: settings.server(), why: error.to_string() };
    let mut tcp = dial(settings).await.map_err(unreachable)?;
    tcp.set_nodelay(true).map_err(unreachable)?;
    if settings.tls == Tls::StartTls {
        start_tls(&mut tcp, settings).await?;
    }
    let handshake = TlsConnector::from(config).connect(name, tcp).await;
    let mut stream: Wire = Box::new(
        handshake.map_err(|error| MailboxError::Tls { server: settings.server(), why: tls::explain(&error) })?,
    );
    if settings.tls == Tls::Implicit {
        greeting(&mut stream, settings).await?;
    }
    log_in(stream, settings).await
}

/// Tries the host's addresses in turn; one that swallows everything (a broken IPv6 route) does not use up the others' time.
async fn dial(settings: &Settings) -> io::Result<TcpStream> {
    let addresses: Vec<_> = tokio::net::lookup_host((settings.host.as_str(), settings.port)).await?.collect();
    let share = settings.timing.connect / u32::try_from(addresses.len().saturating_add(1)).unwrap_or(u32::MAX);
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => return Ok(tcp),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::Error::new(io::ErrorKind::TimedOut, "no answer"),
        }
    }
    Err(last)
}

async fn start_tls(tcp: &mut TcpStream, settings: &Settings) -> Result<(), MailboxError> {
    greeting(tcp, settings).await?;
    let (answer, _) = say(tcp, "s1", "STARTTLS", settings).await?;
    if has_word(&answer, "OK") {
        return Ok(());
    }
    let why = "the server does not offer STARTTLS. Use tls = \"implicit\" with port 993";
    Err(MailboxError::Tls { server: settings.server(), why: why.into() })
}

/// The server's first line. PREAUTH (logged in by other means) leaves nothing to prove who we are: refused.
async fn greeting<S: AsyncRead + Unpin>(stream: &mut S, settings: &Settings) -> Result<(), MailboxError> {
    let line = read_line(stream).await.map_err(|error| lost(&error, settings))?;
    if line.strip_prefix("* ").is_some_and(|rest| has_word(rest, "OK")) {
        return Ok(());
    }
    if line.starts_with("* BYE") {
        return Err(MailboxError::Closed { server: settings.server(), doing: "greeting" });
    }
    Err(MailboxError::Protocol { server: settings.server(), doing: "greeting" })
}

/// Logs in over a stream that is safe, and learns what the server can do.
pub(super) async fn log_in(mut stream: Wire, settings: &Settings) -> Result<Live, MailboxError> {
    let (_, untagged) = say(&mut stream, "s2", "CAPABILITY", settings).await?;
    let offers = |what: &str| untagged.iter().any(|line| line.split(' ').any(|word| word.eq_ignore_ascii_case(what)));
    let client = Client::new(stream);
    let name = &settings.username;
    let logged_in = match &settings.secret {
        Secret::Password(password) => {
            // A quoted string is ASCII (RFC 3501 §9), base64 is not picky.
            let ascii = name.is_ascii() && password.expose_secret().is_ascii();
            if offers("AUTH=PLAIN") && (offers("LOGINDISABLED") || !ascii) {
                let words = format!("\0{name}\0{}", password.expose_secret());
                client.authenticate("PLAIN", Once(Some(words))).await
            } else {
                client.login(name, password.expose_secret()).await
            }
        }
        Secret::Token(token) => {
            let words = format!("user={name}\x01auth=Bearer {}\x01\x01", token.expose_secret());
            client.authenticate("XOAUTH2", Once(Some(words))).await
        }
    };
    let session: Session<Wire> = logged_in.map_err(|(error, _)| login_failed(&error, settings))?;
    let mut live = Live::new(session, settings.server(), settings.timing);
    live.learn_capabilities().await?;
    Ok(live)
}

/// Says its words once; to any further question (XOAUTH2 asks one before it refuses) it says nothing.
struct Once(Option<String>);

impl Authenticator for Once {
    type Response = String;
    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

/// The server's own words about a login are not shown: they may name the user.
fn login_failed(error: &async_imap::error::Error, settings: &Settings) -> MailboxError {
    use async_imap::error::Error;
    let server = settings.server();
    if let Error::No(said) | Error::Bad(said) = error {
        let codes =
            ["AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED", "UNAVAILABLE", "INUSE"];
        let code = codes.into_iter().find(|code| said.contains(&format!("[{code}]")));
        let passes = matches!(code, Some("UNAVAILABLE" | "INUSE"));
        let code = code.map_or(String::new(), |code| format!(" [{code}]"));
        return MailboxError::Login { server, code, passes };
    }
    if let Error::Validate(_) = error {
        return MailboxError::BadName { what: "username or password in [imap]" };
    }
    if let Error::ConnectionLost | Error::Io(_) = error {
        return MailboxError::Closed { server, doing: "logging in" };
    }
    MailboxError::Protocol { server, doing: "logging in" }
}

/// Says a command before the login; returns what follows the tag in its answer, and the untagged lines.
async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    tag: &str,
    command: &str,
    settings: &Settings,
) -> Result<(String, Vec<String>), MailboxError> {
    let failed = |error: io::Error| lost(&error, settings);
    stream.write_all(format!("{tag} {command}\r\n").as_bytes()).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;
    let mut untagged = Vec::new();
    while untagged.len() < MOST_LINES {
        let line = read_line(stream).await.map_err(failed)?;
        if let Some(answer) = line.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')) {
            return Ok((answer.to_owned(), untagged));
        }
        untagged.push(line);
    }
    Err(MailboxError::Protocol { server: settings.server(), doing: "connecting" })
}

fn lost(error: &io::Error, settings: &Settings) -> MailboxError {
    let (server, doing) = (settings.server(), "connecting");
    if error.kind() == io::ErrorKind::InvalidData {
        return MailboxError::Protocol { server, doing };
    }
    MailboxError::Closed { server, doing }
}

async fn read_line<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<String> {
    let mut line = Vec::new();
    loop {
        match stream.read_u8().await? {
            b'\n' => break,
            byte => line.push(byte),
        }
        if u64::try_from(line.len()).unwrap_or(u64::MAX) > LONGEST_LINE {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    let line = line.strip_suffix(b"\r").unwrap_or(&line).to_vec();
    String::from_utf8(line).map_err(|_| io::ErrorKind::InvalidData.into())
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(word))
}
