//! The postman against a real Postfix, and against a scripted server that misbehaves as real ones do.
//! `tests/run --servers cargo nextest run postman` starts what this needs.

#[cfg(test)]
mod postman {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use futures_util::TryStreamExt;
    use mail_parser::{MessageParser, MimeHeaders};
    use privacyloket::domain::address::Address;
    use privacyloket::domain::case::Reference;
    use privacyloket::domain::letter::{File, Letter};
    use privacyloket::domain::time::Timestamp;
    use privacyloket::io::postman::{Outgoing, Parcel, PostError, Postman, Smtp, SmtpSettings, Tls, compose};
    use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpStream};
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
    use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

    #[expect(clippy::disallowed_methods, reason = "where the servers are is known from the environment only")]
    fn servers(name: &str) -> String {
        std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: start through tests/run"))
    }

    fn port(name: &str) -> u16 {
        servers(name).parse().unwrap()
    }

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    /// Postfix, as this user.
    fn settings(port: u16, tls: Tls, user: &str) -> SmtpSettings {
        SmtpSettings {
            host: servers("PL_SMTP_HOST"),
            port,
            tls,
            username: user.to_owned(),
            password: servers("PL_PASSWORD").into(),
            ca_file: Some(PathBuf::from(servers("PL_CA_FILE"))),
        }
    }

    fn postfix(user: &str) -> SmtpSettings {
        settings(port("PL_SMTPS_PORT"), Tls::Implicit, user)
    }

    fn postman(settings: SmtpSettings) -> Postman {
        Postman::Smtp(Smtp::new(settings).unwrap())
    }

    const FROM: &str = "info.post@craftcloud.test";

    fn letter() -> Letter {
        Letter {
            subject: "Jouw gegevens – één overzicht".into(),
            text: format!("Beste Jan,\n.\n..\n\n{}\n", "Dit is één lange regel. ".repeat(100)),
            html: "<p>Beste Jan, é</p>".into(),
            files: vec![File {
                name: "gegevens.bin".into(),
                content_type: "application/octet-stream",
                content: (0..=255).cycle().take(50_000).collect(),
            }],
        }
    }

    fn mail(to: &Address) -> Vec<u8> {
        compose(&Outgoing {
            letter: &letter(),
            organisation: "CraftCloud",
            from: &address(FROM),
            to,
            reference: Some(&Reference::new(2026, 1)),
            message_id: "token.1@craftcloud.test",
            in_reply_to: Some("vraag@klant.test"),
            answers: true,
            at: Timestamp::from_second(1_772_541_296).unwrap(),
        })
        .unwrap()
    }

    async fn send(postman: &Postman, to: &str) -> Result<(), PostError> {
        let (from, to) = (address(FROM), address(to));
        let bytes = mail(&to);
        postman.send(&Parcel { mail_from: &from, to: &to, case: None, kind: "disclose", bytes: &bytes }).await
    }

    fn temporary(sent: Result<(), PostError>) -> String {
        match sent {
            Err(PostError::Temporary(reason)) => reason,
            other => panic!("expected a temporary failure, got {other:?}"),
        }
    }

    fn trusted() -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(servers("PL_CA_FILE")).unwrap()).unwrap();
        Arc::new(roots)
    }

    type Secured = client::TlsStream<TcpStream>;

    async fn mailbox(user: &str) -> async_imap::Session<Secured> {
        let tcp = TcpStream::connect((servers("PL_IMAP_HOST"), port("PL_IMAPS_PORT"))).await.unwrap();
        let config = ClientConfig::builder().with_root_certificates(trusted()).with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let tls = TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap();
        let mut client = async_imap::Client::new(tls);
        client.read_response().await.unwrap();
        client.login(user, servers("PL_PASSWORD")).await.map_err(|(error, _)| error).unwrap()
    }

    /// The first mail in somebody's inbox, as soon as it is there.
    async fn arrived(user: &str) -> Vec<u8> {
        let mut session = mailbox(user).await;
        let inbox = session.select("INBOX").await.unwrap();
        if inbox.exists == 0 {
            let mut idle = session.idle();
            idle.init().await.unwrap();
            let (arrival, _stop) = idle.wait_with_timeout(Duration::from_secs(30));
            arrival.await.unwrap();
            session = idle.done().await.unwrap();
        }
        let fetched: Vec<_> = session.fetch("1", "BODY.PEEK[]").await.unwrap().try_collect().await.unwrap();
        fetched.first().expect("a mail in the inbox").body().unwrap().to_vec()
    }

    async fn is_delivered(settings: SmtpSettings, to: &str) {
        send(&postman(settings), to).await.unwrap();
        let raw = arrived(to).await;
        let ours = mail(&address(to));
        assert!(raw.ends_with(&ours), "the bytes arrive as they were composed");
        let read = MessageParser::new().parse(&raw).unwrap();
        assert_eq!(read.return_path().as_text(), Some(FROM), "the envelope sender is the organisation");
        assert_eq!(read.subject(), Some("[PL-2026-0001] Jouw gegevens – één overzicht"));
        assert!(read.body_text(0).unwrap().starts_with("Beste Jan,"));
        let file = read.attachments().next().unwrap();
        assert_eq!(file.attachment_name(), Some("gegevens.bin"));
        assert!(file.contents() == letter().files[0].content);
    }

    #[tokio::test]
    async fn a_letter_arrives_over_implicit_tls() {
        is_delivered(postfix(FROM), "implicit.post@klant.test").await;
    }

    #[tokio::test]
    async fn a_letter_arrives_over_starttls() {
        is_delivered(settings(port("PL_SMTP_STARTTLS_PORT"), Tls::StartTls, FROM), "starttls.post@klant.test").await;
    }

    #[tokio::test]
    async fn the_probe_logs_in_and_sends_nothing() {
        for settings in [postfix(FROM), settings(port("PL_SMTP_STARTTLS_PORT"), Tls::StartTls, FROM)] {
            let said = postman(settings).probe().await.unwrap();
            assert!(said.contains("mx.craftcloud.test"), "{said}");
        }
        let wrong = SmtpSettings { password: "verkeerd".to_owned().into(), ..postfix(FROM) };
        assert!(matches!(postman(wrong).probe().await, Err(PostError::Temporary(_))));
    }

    #[tokio::test]
    async fn a_mailbox_that_does_not_exist_is_final_and_not_named() {
        let sent = send(&postman(postfix(FROM)), "bounce.post@klant.test").await;
        let Err(PostError::Final(reason)) = sent else { panic!("{sent:?}") };
        assert!(reason.contains("550") && reason.contains("no such mailbox"), "{reason}");
        assert!(!reason.contains('@') && !reason.contains("bounce.post"), "{reason}");
    }

    #[tokio::test]
    async fn a_mailbox_that_is_busy_is_temporary() {
        let reason = temporary(send(&postman(postfix(FROM)), "later.post@klant.test").await);
        assert!(reason.contains("451"), "{reason}");
    }

    #[tokio::test]
    async fn a_wrong_password_is_our_mistake_and_not_the_letters() {
        let wrong = SmtpSettings { password: "verkeerd".to_owned().into(), ..postfix(FROM) };
        let reason = temporary(send(&postman(wrong), "jan.post@klant.test").await);
        assert!(reason.starts_with("login refused: 535"), "{reason}");
        assert!(!reason.contains("verkeerd"));
    }

    #[tokio::test]
    async fn a_sender_that_the_login_does_not_own_is_our_mistake_too() {
        let reason = temporary(send(&postman(postfix("ander.post@craftcloud.test")), "jan.post@klant.test").await);
        assert!(reason.contains("not owned by user"), "{reason}");
    }

    #[tokio::test]
    async fn a_certificate_that_we_do_not_trust_stops_everything() {
        for settings in [postfix(FROM), settings(port("PL_SMTP_STARTTLS_PORT"), Tls::StartTls, FROM)] {
            let reason =
                temporary(send(&postman(SmtpSettings { ca_file: None, ..settings }), "jan.post@klant.test").await);
            assert!(reason.contains("certificate is not trusted"), "{reason}");
        }
    }

    #[tokio::test]
    async fn a_certificate_for_another_host_is_not_trusted() {
        // The certificate is for 127.0.0.1, 127.0.0.2 and localhost.
        let fake = Fake::start(Script::good()).await;
        let settings = SmtpSettings { host: "127.0.0.3".into(), ..fake.settings() };
        let reason = temporary(send(&postman(settings), "jan.post@klant.test").await);
        assert!(reason.contains("certificate is not trusted"), "{reason}");
    }

    #[tokio::test]
    async fn a_ca_file_that_is_none_is_said_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("ca.pem");
        for present in [false, true] {
            if present {
                std::fs::write(&empty, "no certificate").unwrap();
            }
            let failed = Smtp::new(SmtpSettings { ca_file: Some(empty.clone()), ..postfix(FROM) }).unwrap_err();
            assert!(failed.reason().contains("ca.pem"), "{failed}");
        }
    }

    #[tokio::test]
    async fn a_closed_port_is_temporary() {
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        for tls in [Tls::Implicit, Tls::StartTls] {
            let reason = temporary(send(&postman(settings(closed, tls, FROM)), "jan.post@klant.test").await);
            assert!(reason.contains("refused"), "{reason}");
        }
    }

    #[tokio::test]
    async fn an_address_beyond_ascii_is_offered_only_where_it_can_be_carried() {
        let fake = Fake::start(Script::good()).await;
        let sent = send(&postman(fake.settings()), "jürgen.post@klant.test").await;
        assert!(matches!(&sent, Err(PostError::Final(reason)) if reason.contains("SMTPUTF8")), "{sent:?}");
        assert!(!fake.heard().await.contains("MAIL FROM"));
    }

    // --- The scripted server: TLS with the certificate of the test servers, then these answers.

    /// What the server says; an empty answer closes the connection, `…` keeps silent.
    #[derive(Clone, Copy)]
    struct Script {
        greeting: &'static str,
        mail: &'static str,
        rcpt: &'static str,
        data: &'static str,
        content: &'static str,
    }

    const SILENCE: &str = "…";

    impl Script {
        fn good() -> Self {
            Self {
                greeting: "220 fake.test\r\n",
                mail: "250 ok\r\n",
                rcpt: "250 ok\r\n",
                data: "354 go\r\n",
                content: "250 queued\r\n",
            }
        }
    }

    struct Fake {
        port: u16,
        heard: tokio::sync::oneshot::Receiver<String>,
    }

    fn acceptor() -> TlsAcceptor {
        let folder = PathBuf::from(servers("PL_SERVERS_DIR"));
        let read = |name: &str| folder.join(name);
        let chain = vec![CertificateDer::from_pem_file(read("server.pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_file(read("server.key")).unwrap();
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    impl Fake {
        /// Serves one connection that gets past the TLS handshake.
        async fn start(script: Script) -> Self {
            let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let (tell, heard) = tokio::sync::oneshot::channel();
            let acceptor = acceptor();
            tokio::spawn(async move {
                loop {
                    let (tcp, _) = listener.accept().await.unwrap();
                    if let Ok(tls) = acceptor.accept(tcp).await {
                        let tls: server::TlsStream<TcpStream> = tls;
                        drop(tell.send(serve(tls, script).await));
                        return;
                    }
                }
            });
            Self { port, heard }
        }

        fn settings(&self) -> SmtpSettings {
            SmtpSettings { host: "127.0.0.1".into(), ..settings(self.port, Tls::Implicit, FROM) }
        }

        /// All that was said to the server.
        async fn heard(self) -> String {
            self.heard.await.unwrap()
        }
    }

    async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, script: Script) -> String {
        let mut stream = BufReader::new(stream);
        let mut heard = String::new();
        let mut answer = script.greeting;
        let mut in_content = false;
        loop {
            if answer.is_empty() {
                return heard;
            }
            if answer != SILENCE && stream.write_all(answer.as_bytes()).await.is_err() {
                return heard;
            }
            drop(stream.flush().await);
            let mut line = String::new();
            loop {
                line.clear();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return heard;
                }
                heard.push_str(&line);
                if !in_content || line == ".\r\n" {
                    break;
                }
            }
            answer = match line.split([' ', '\r']).next().unwrap() {
                "EHLO" => "250-fake.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
                "AUTH" => "235 welcome\r\n",
                "MAIL" => script.mail,
                "RCPT" => script.rcpt,
                "DATA" => {
                    in_content = script.data.starts_with("354");
                    script.data
                }
                "." => {
                    in_content = false;
                    script.content
                }
                "QUIT" => "221 bye\r\n",
                _ => "500 what?\r\n",
            };
        }
    }

    async fn against(script: Script) -> Result<(), PostError> {
        let fake = Fake::start(script).await;
        let smtp = Smtp::new(fake.settings()).unwrap();
        // Short, for the scripts that keep silent; long enough for those that answer.
        let patient = Duration::from_secs(if [script.greeting, script.content].contains(&SILENCE) { 1 } else { 30 });
        send(&Postman::Smtp(smtp.with_limits(patient, patient)), "jan.post@klant.test").await
    }

    #[tokio::test]
    async fn the_scripted_server_takes_a_letter_when_nothing_goes_wrong() {
        let fake = Fake::start(Script::good()).await;
        send(&postman(fake.settings()), "jan.post@klant.test").await.unwrap();
        let heard = fake.heard().await;
        assert!(heard.contains("MAIL FROM:<info.post@craftcloud.test>\r\nRCPT TO:<jan.post@klant.test>\r\nDATA\r\n"));
        assert!(heard.ends_with("--\r\n.\r\nQUIT\r\n"), "nothing is added to the letter, and we leave politely");
    }

    #[tokio::test]
    async fn a_connection_that_breaks_after_the_content_leaves_it_unknown() {
        for content in ["", "nonsense\r\n", "354 go on\r\n"] {
            let sent = against(Script { content, ..Script::good() }).await;
            assert!(matches!(sent, Err(PostError::Unknown(_))), "{content:?}: {sent:?}");
        }
    }

    #[tokio::test]
    async fn a_server_that_never_answers_the_content_leaves_it_unknown() {
        let sent = against(Script { content: SILENCE, ..Script::good() }).await;
        assert!(matches!(&sent, Err(PostError::Unknown(reason)) if reason.contains("no answer")), "{sent:?}");
    }

    #[tokio::test]
    async fn an_answer_to_the_content_settles_it() {
        let reason = temporary(against(Script { content: "452 4.3.1 disk full\r\n", ..Script::good() }).await);
        assert!(reason.contains("452 4.3.1 disk full"), "{reason}");
        let sent = against(Script { content: "554 5.7.1 jan.post@klant.test: spam\r\n", ..Script::good() }).await;
        assert_eq!(sent, Err(PostError::Final("content: 554 5.7.1 *** spam".into())));
    }

    #[tokio::test]
    async fn whatever_breaks_before_the_content_is_temporary() {
        let good = Script::good();
        for script in [
            Script { greeting: "", ..good },
            Script { greeting: "554 go away\r\n", ..good },
            Script { greeting: SILENCE, ..good },
            Script { mail: "421 shutting down\r\n", ..good },
            Script { mail: "", ..good },
            Script { rcpt: "", ..good },
            Script { data: "", ..good },
            Script { data: "250 what now?\r\n", ..good },
            Script { data: "451 later\r\n", ..good },
        ] {
            temporary(against(script).await);
        }
    }

    #[tokio::test]
    async fn a_letter_is_not_offered_to_a_server_that_offers_no_tls() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            serve(tcp, Script::good()).await
        });
        let reason = temporary(send(&postman(settings(port, Tls::StartTls, FROM)), "jan.post@klant.test").await);
        assert!(reason.contains("STARTTLS"), "{reason}");
        let heard = server.await.unwrap();
        assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
    }

    #[tokio::test]
    async fn answers_smuggled_in_before_tls_do_not_count() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(tcp);
            let mut line = String::new();
            stream.write_all(b"220 fake.test\r\n").await.unwrap();
            stream.read_line(&mut line).await.unwrap();
            stream.write_all(b"250-fake.test\r\n250 STARTTLS\r\n").await.unwrap();
            stream.read_line(&mut line).await.unwrap();
            // In one go with the go-ahead: answers for everything that would be said inside TLS.
            let smuggled = "250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n";
            let forged = format!("220 ready\r\n250-fake.test\r\n{smuggled}");
            stream.write_all(forged.as_bytes()).await.unwrap();
            let accepted = acceptor().accept(stream).await;
            let Ok(tls) = accepted else { return String::new() };
            serve(tls, Script { greeting: SILENCE, ..Script::good() }).await
        });
        let smtp = Smtp::new(settings(port, Tls::StartTls, FROM)).unwrap();
        temporary(send(&Postman::Smtp(smtp), "jan.post@klant.test").await);
        assert_eq!(server.await.unwrap(), "", "nothing is said after the smuggled answers");
    }
}
