//! TLS for connections that we make ourselves: the mailbox. Certificate checks are always on; a private authority is added
//! with a file, never by looking away (design, rule 9).

use std::path::Path;
use std::sync::Arc;

use rustls_platform_verifier::Verifier;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error as RustlsError};

/// Why there is no TLS configuration, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsSetupError {
    /// The extra root cannot be read, or holds no usable certificate.
    #[error("{0}")]
    ExtraRoot(String),
    /// The system has no trust roots, or the TLS library does not start.
    #[error("{0}")]
    System(String),
}

/// TLS 1.2 or 1.3, trusting the system's roots and those in `ca_file` (PEM).
///
/// Reads files: do it once per connection, not per message; fresh roots are then picked up.
///
/// # Errors
/// [`TlsSetupError`] says what is wrong with the file or the system.
pub fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, TlsSetupError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let extra = ca_file.map_or(Ok(Vec::new()), read_roots)?;
    let system = |error: RustlsError| TlsSetupError::System(error.to_string());
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(|error| match ca_file {
        Some(_) => TlsSetupError::ExtraRoot(error.to_string()),
        None => TlsSetupError::System(error.to_string()),
    })?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(system)?
        .dangerous() // The library's word for "bring your own verifier": this one checks as the system does.
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn read_roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsSetupError> {
    let unusable = |error: &dyn std::fmt::Display| TlsSetupError::ExtraRoot(format!("{error}"));
    let roots: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
        .map_err(|error| unusable(&error))?
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(&error))?;
    if roots.is_empty() {
        return Err(TlsSetupError::ExtraRoot("it holds no certificate in PEM form".into()));
    }
    Ok(roots)
}

/// Why a handshake failed, in words for somebody who is no TLS expert, with what to do.
#[must_use]
pub fn explain(error: &std::io::Error) -> String {
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<RustlsError>()) else {
        return format!("the TLS handshake broke off ({}). Is this port one that speaks TLS?", error.kind());
    };
    if let RustlsError::InvalidCertificate(why) = tls {
        return explain_certificate(why);
    }
    if let RustlsError::InvalidMessage(_) = tls {
        return "this port does not speak TLS. Check port and tls (implicit or starttls)".into();
    }
    format!("the TLS handshake failed: {tls}")
}

fn explain_certificate(why: &CertificateError) -> String {
    let expired = matches!(why, CertificateError::Expired | CertificateError::ExpiredContext { .. });
    let name = matches!(why, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. });
    if matches!(why, CertificateError::UnknownIssuer) {
        "its certificate is not signed by an authority that this machine trusts. If it is your own authority, name its \
         certificate in ca_file"
            .into()
    } else if name {
        "its certificate is for another name. Use the name in host that stands in the certificate".into()
    } else if expired {
        "its certificate has expired. It must be renewed on the server".into()
    } else {
        format!("its certificate is not good: {why}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").unwrap();
        assert!(matches!(client_config(Some(file.path())), Err(TlsSetupError::ExtraRoot(_))));
        assert!(matches!(client_config(Some(Path::new("/nonexistent/ca.pem"))), Err(TlsSetupError::ExtraRoot(_))));
    }

    #[test]
    fn a_handshake_error_says_what_to_do() {
        let error = |why| std::io::Error::other(RustlsError::InvalidCertificate(why));
        assert!(explain(&error(CertificateError::UnknownIssuer)).contains("ca_file"));
        assert!(explain(&error(CertificateError::NotValidForName)).contains("host"));
        assert!(explain(&error(CertificateError::Expired)).contains("renewed"));
    }
}
