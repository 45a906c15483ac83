//! Hands a mail to a mail server: one connection per letter, always TLS, always logged in (RFC 5321, RFC 6409, RFC 8314).
//!
//! The steps are driven one by one, because what a failure means depends on the step: until `DATA` has been answered
//! nothing was sent for sure; from then until the server's answer to the content, a broken connection leaves it unknown.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::rustls;

use super::compose::mailbox;
use super::{Parcel, PostError, clean};
use crate::domain::address::Address;

/// For each step before the content.
const STEP: Duration = Duration::from_secs(60);
/// For the content and the answer to it. RFC 5321 §4.5.3.2.6: giving up earlier than ten minutes makes doubles, or here,
/// letters of which nobody knows whether they left.
const CONTENT: Duration = Duration::from_secs(600);
/// For one of several addresses of a server.
const ONE_ADDRESS: Duration = Duration::from_secs(20);
/// For a polite end, after which nothing depends on the connection.
const FAREWELL: Duration = Duration::from_secs(5);

/// How the connection is encrypted. There is no plaintext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (port 465).
    Implicit,
    /// After `STARTTLS`, without which nothing is said (port 587).
    StartTls,
}

/// The mail server (contract.md, `[smtp]`).
#[derive(Debug)]
pub struct SmtpSettings {
    /// Name or IP address: the certificate must be for it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// Log-in name.
    pub username: String,
    /// Password.
    pub password: SecretString,
    /// A PEM file with certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// A mail server to send through.
pub struct Smtp {
    settings: SmtpSettings,
    parameters: TlsParameters,
    step: Duration,
    content: Duration,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{}, {:?})", self.settings.host, self.settings.port, self.settings.tls)
    }
}

/// How far a letter had got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Connecting, TLS, greeting, `EHLO`.
    Connect,
    /// `AUTH`.
    Login,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA` until the server says 354.
    Data,
    /// The content until the server says 250.
    Content,
}

/// What went wrong in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    /// The server said no (4yz or 5yz).
    Reply(u16, String),
    /// The certificate is not one that we trust for this host.
    Certificate(String),
    /// Anything else: no connection, no TLS, no answer, no sense.
    Broken(String),
}

impl Smtp {
    /// Reads the certificates to trust; connects nowhere yet.
    ///
    /// # Errors
    /// [`PostError::Temporary`] names the file when `ca_file` cannot be read or holds no certificate.
    pub fn new(settings: SmtpSettings) -> Result<Self, PostError> {
        let mut builder = TlsParameters::builder(settings.host.clone());
        if let Some(path) = &settings.ca_file {
            let unusable = |why: String| PostError::Temporary(clean(&format!("{}: {why}", path.display()), None));
            let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
            if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
                return Err(unusable("holds no certificate".to_owned()));
            }
            builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|e| unusable(e.to_string()))?);
        }
        let parameters = builder.build().map_err(|error| judge(Step::Connect, fault(&error), None))?;
        Ok(Self { settings, parameters, step: STEP, content: CONTENT })
    }

    /// With other limits than a minute for each step and ten minutes for the content.
    #[must_use]
    pub fn with_limits(self, step: Duration, content: Duration) -> Self {
        Self { step, content, ..self }
    }

    pub(super) async fn send(&self, parcel: &Parcel<'_>) -> Result<(), PostError> {
        let mut connection = Box::pin(self.connect()).await?;
        let sent = Box::pin(self.hand_over(&mut connection, parcel)).await;
        if !matches!(sent, Err(PostError::Unknown(_))) {
            leave(connection).await;
        }
        sent
    }

    pub(super) async fn probe(&self) -> Result<String, PostError> {
        let mut connection = Box::pin(self.connect()).await?;
        within(self.step, Step::Connect, None, connection.command(Noop)).await?;
        let name = clean(connection.server_info().name(), None);
        leave(connection).await;
        Ok(format!("{}:{} answers as {name} and lets us in", self.settings.host, self.settings.port))
    }

    /// Connected, encrypted, logged in.
    async fn connect(&self) -> Result<AsyncSmtpConnection, PostError> {
        let address = (self.settings.host.as_str(), self.settings.port);
        let hello = self.hello();
        let mut connection = match self.settings.tls {
            Tls::Implicit => {
                let parameters = Some(self.parameters.clone());
                let opening = AsyncSmtpConnection::connect_tokio1(address, Some(ONE_ADDRESS), &hello, parameters, None);
                within(self.step, Step::Connect, None, opening).await?
            }
            Tls::StartTls => {
                let stream = within(self.step, Step::Connect, None, dial(address)).await?;
                let opening = AsyncSmtpConnection::connect_with_transport(Box::new(Sips(stream)), &hello);
                let mut connection = within(self.step, Step::Connect, None, opening).await?;
                let upgrade = connection.starttls(self.parameters.clone(), &hello);
                within(self.step, Step::Connect, None, upgrade).await?;
                connection
            }
        };
        let credentials =
            Credentials::new(self.settings.username.clone(), self.settings.password.expose_secret().to_owned());
        let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
        within(self.step, Step::Login, None, login).await?;
        Ok(connection)
    }

    async fn hand_over(&self, to: &mut AsyncSmtpConnection, parcel: &Parcel<'_>) -> Result<(), PostError> {
        let who = Some(parcel.to);
        let mail = Mail::new(Some(mailbox(parcel.mail_from)), parameters(to, parcel)?);
        within(self.step, Step::Sender, who, to.command(mail)).await?;
        within(self.step, Step::Recipient, who, to.command(Rcpt::new(mailbox(parcel.to), vec![]))).await?;
        let ready = within(self.step, Step::Data, who, to.command(Data)).await?;
        if !ready.has_code(354) {
            return Err(unexpected(Step::Data, ready.code().into()));
        }
        // The connection adds the line end before the final dot itself.
        let bytes = parcel.bytes.strip_suffix(b"\r\n").unwrap_or(parcel.bytes);
        let taken = within(self.content, Step::Content, who, to.message(bytes)).await?;
        let code: u16 = taken.code().into();
        if (200..300).contains(&code) { Ok(()) } else { Err(unexpected(Step::Content, code)) }
    }

    /// The domain of the log-in name says who we are; `[127.0.0.1]` when it has none.
    fn hello(&self) -> ClientId {
        let address = Address::parse(&self.settings.username).ok();
        address.map_or_else(ClientId::default, |address| ClientId::Domain(address.domain().to_owned()))
    }
}

/// The parameters of `MAIL FROM` that this mail needs.
fn parameters(server: &AsyncSmtpConnection, parcel: &Parcel<'_>) -> Result<Vec<MailParameter>, PostError> {
    let international = !parcel.to.as_str().is_ascii() || !parcel.mail_from.as_str().is_ascii();
    let needed = [
        (international, Extension::SmtpUtfEight, MailParameter::SmtpUtfEight),
        (!parcel.bytes.is_ascii(), Extension::EightBitMime, MailParameter::Body(MailBodyParameter::EightBitMime)),
    ];
    let mut parameters = Vec::new();
    for (_, extension, parameter) in needed.into_iter().filter(|(needed, ..)| *needed) {
        if !server.server_info().supports_feature(extension) {
            let reason = format!("our mail server lacks {extension}, which an address with letters beyond ASCII needs");
            return Err(PostError::Final(reason));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

/// Runs one step with its limit.
async fn within<T, E: Into<Fault>>(
    limit: Duration,
    step: Step,
    to: Option<&Address>,
    job: impl Future<Output = Result<T, E>>,
) -> Result<T, PostError> {
    let fault = match tokio::time::timeout(limit, job).await {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.into(),
        Err(_) => Fault::Broken(format!("no answer within {} seconds", limit.as_secs())),
    };
    Err(judge(step, fault, to))
}

/// Says goodbye. Whatever comes of it, the letter's fate is known already.
async fn leave(mut connection: AsyncSmtpConnection) {
    drop(tokio::time::timeout(FAREWELL, connection.quit()).await);
}

async fn dial(address: (&str, u16)) -> Result<TcpStream, io::Error> {
    let mut last = io::Error::other("the name has no address");
    for address in tokio::net::lookup_host(address).await? {
        match tokio::time::timeout(ONE_ADDRESS, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}

/// What a failure in a step means for the letter.
///
/// Until the content goes out nothing was sent, so the question is only whether trying again can help. A refusal that is
/// about *us* (log-in, sender, server) is temporary whatever its code: a wrong configuration must not destroy letters.
fn judge(step: Step, fault: Fault, to: Option<&Address>) -> PostError {
    let (code, text) = match fault {
        Fault::Reply(code, text) => (Some(code), format!("{code} {text}")),
        Fault::Certificate(text) => (None, format!("the server's certificate is not trusted: {text}")),
        Fault::Broken(text) => (None, text),
    };
    let refused = code.is_some_and(|code| code >= 500);
    let reason = clean(&format!("{}: {text}", step.name(refused)), to);
    match (step, code) {
        (Step::Content, None) => PostError::Unknown(reason),
        (Step::Sender, Some(552)) => PostError::Final(reason), // larger than the server takes (RFC 1870 §6.1)
        (Step::Connect | Step::Login | Step::Sender, _) => PostError::Temporary(reason),
        (Step::Recipient, Some(code)) if refused && is_about_us(code, &text) => PostError::Temporary(reason),
        (Step::Recipient | Step::Data | Step::Content, _) if refused => PostError::Final(reason),
        (Step::Recipient | Step::Data | Step::Content, _) => PostError::Temporary(reason),
    }
}

/// Many servers judge log-in and sender only at `RCPT TO` (Postfix: `smtpd_delay_reject`). RFC 4954 §6: 530, 534, 535, 538.
fn is_about_us(code: u16, text: &str) -> bool {
    matches!(code, 530 | 534 | 535 | 538) || text.to_ascii_lowercase().contains("sender address rejected")
}

/// A positive answer that does not belong here: the two sides are out of step.
fn unexpected(step: Step, code: u16) -> PostError {
    judge(step, Fault::Broken(format!("the server answered {code}, which makes no sense here")), None)
}

impl Step {
    const fn name(self, refused: bool) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::Login if refused => "login refused",
            Self::Login => "login",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Data => "before the content",
            Self::Content => "content",
        }
    }
}

impl From<SmtpError> for Fault {
    fn from(error: SmtpError) -> Self {
        fault(&error)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        fault(&error)
    }
}

/// The reply of the server, else the innermost cause.
fn fault(error: &(dyn std::error::Error + 'static)) -> Fault {
    let mut cause = error;
    loop {
        let smtp = cause.downcast_ref::<SmtpError>();
        if let Some((code, smtp)) = smtp.and_then(|smtp| Some((smtp.status()?, smtp))) {
            let text = std::error::Error::source(smtp).map(ToString::to_string).unwrap_or_default();
            return Fault::Reply(code.into(), text);
        }
        // An I/O error hides what it wraps: its source is already the source of that.
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let next = wrapped.map(|inner| -> &(dyn std::error::Error + 'static) { inner }).or_else(|| cause.source());
        if let Some(rustls::Error::InvalidCertificate(_)) = cause.downcast_ref::<rustls::Error>() {
            return Fault::Certificate(cause.to_string());
        }
        let Some(next) = next else { return Fault::Broken(cause.to_string()) };
        cause = next;
    }
}

/// A connection that is read byte by byte, so that nothing is read beyond the server's answer to `STARTTLS`: whatever an
/// attacker appends in plaintext then meets the TLS handshake, which fails, and never counts as an answer inside TLS.
#[derive(Debug)]
struct Sips(TcpStream);

impl AsyncTokioStream for Sips {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }
}

impl AsyncRead for Sips {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut byte = [0; 1];
        let mut sip = ReadBuf::new(&mut byte);
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let polled = Pin::new(&mut self.0).poll_read(cx, &mut sip);
        buf.put_slice(sip.filled());
        polled
    }
}

impl AsyncWrite for Sips {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 6] = [Step::Connect, Step::Login, Step::Sender, Step::Recipient, Step::Data, Step::Content];

    fn kind(step: Step, fault: Fault) -> &'static str {
        match judge(step, fault, None) {
            PostError::Temporary(_) => "temporary",
            PostError::Final(_) => "final",
            PostError::Unknown(_) => "unknown",
        }
    }

    fn reply(code: u16) -> Fault {
        Fault::Reply(code, "no".into())
    }

    #[test]
    fn only_a_break_in_the_content_leaves_it_unknown() {
        for step in STEPS {
            let expected = if step == Step::Content { "unknown" } else { "temporary" };
            assert_eq!(kind(step, Fault::Broken("connection reset".into())), expected, "{step:?}");
        }
    }

    #[test]
    fn not_now_is_temporary_everywhere() {
        for step in STEPS {
            assert_eq!(kind(step, reply(421)), "temporary", "{step:?}");
            assert_eq!(kind(step, reply(451)), "temporary", "{step:?}");
        }
    }

    #[test]
    fn a_refusal_is_final_only_when_it_is_about_this_letter() {
        let finally: Vec<_> = STEPS.into_iter().filter(|step| kind(*step, reply(550)) == "final").collect();
        assert_eq!(finally, [Step::Recipient, Step::Data, Step::Content]);
        assert_eq!(kind(Step::Sender, reply(552)), "final");
        assert_eq!(kind(Step::Login, reply(535)), "temporary");
        assert_eq!(kind(Step::Recipient, reply(530)), "temporary");
        let owner = Fault::Reply(553, "5.7.1 <a@b.nl>: Sender address rejected: not owned by user a".into());
        assert_eq!(kind(Step::Recipient, owner), "temporary");
    }

    #[test]
    fn a_reason_says_code_and_step_but_not_who() {
        let to = Address::parse("jan@klant.test").unwrap();
        let error = judge(Step::Recipient, Fault::Reply(550, "5.1.1 <jan@klant.test>: unknown".into()), Some(&to));
        assert_eq!(error, PostError::Final("recipient: 550 5.1.1 *** unknown".into()));
        let error = judge(Step::Login, Fault::Reply(535, "5.7.8 Error: authentication failed".into()), None);
        assert_eq!(error.reason(), "login refused: 535 5.7.8 Error: authentication failed");
    }
}
