//! How sure it is that a mail comes from its `From` address, by what *our own* mail server found (policy §1, part b).
//!
//! A sender can write any `Authentication-Results` field; ours is the topmost one with our name, above the first
//! `Received` line that our servers did not write. Where our server adds none to a mail and does not remove forged
//! ones either (RFC 8601 §5 tells it to), a forged one cannot be told: that is a matter of the server's settings.
//!
//! Alignment here is: the same domain, or one below the other. DMARC's organisational domain by the public suffix
//! list (RFC 7489 §3.2) comes with our own DKIM checks; without the list two names below one domain do not align,
//! which only costs a question to the owner.

mod results;

use crate::domain::address::Address;
use crate::domain::message::Message;
use crate::domain::sender::{Authenticity, Because, Proof, Sender};

use results::{Finding, Results};

/// Whom we believe: the section `[authentication]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// Our own mail server's name in `Authentication-Results`.
    pub authserv_id: String,
    /// The `by` names of our own `Received` lines; empty means the authserv-id.
    pub border: Vec<String>,
    /// Domains that we host and sign: neighbours can get our signature, so only a login proves.
    pub own_domains: Vec<String>,
}

/// Second-level suffixes under which anybody registers: a signature of one of these is nobody's.
const PUBLIC_SUFFIXES: &[&str] = &[
    "ac.at",
    "ac.jp",
    "ac.nz",
    "ac.uk",
    "ac.za",
    "co.at",
    "co.id",
    "co.il",
    "co.in",
    "co.jp",
    "co.ke",
    "co.kr",
    "co.nl",
    "co.nz",
    "co.th",
    "co.uk",
    "co.za",
    "com.ar",
    "com.au",
    "com.be",
    "com.br",
    "com.cn",
    "com.co",
    "com.de",
    "com.es",
    "com.fr",
    "com.gr",
    "com.hk",
    "com.mt",
    "com.mx",
    "com.my",
    "com.ng",
    "com.nl",
    "com.pe",
    "com.ph",
    "com.pl",
    "com.pt",
    "com.ro",
    "com.ru",
    "com.se",
    "com.sg",
    "com.tr",
    "com.tw",
    "com.ua",
    "com.vn",
    "edu.au",
    "gov.au",
    "gov.uk",
    "ltd.uk",
    "me.uk",
    "mil.uk",
    "ne.jp",
    "net.au",
    "net.br",
    "net.cn",
    "net.nz",
    "net.pl",
    "net.uk",
    "nhs.uk",
    "or.at",
    "or.jp",
    "or.kr",
    "org.au",
    "org.br",
    "org.cn",
    "org.es",
    "org.nz",
    "org.pl",
    "org.tr",
    "org.uk",
    "org.za",
    "plc.uk",
    "police.uk",
    "priv.at",
    "sch.uk",
    "uk.com",
    "us.com",
    "eu.com",
    "de.com",
    "github.io",
    "web.app",
    "blogspot.com",
    "herokuapp.com",
    "azurewebsites.net",
    "cloudfront.net",
    "amazonaws.com",
    "pages.dev",
    "workers.dev",
];

/// The verdict about the sender, from the header fields alone.
#[must_use]
pub fn prove(message: &Message, trust: Option<&Trust>) -> Proof {
    let from = match &message.from {
        Sender::Malformed(malformed) => {
            return Proof { authenticity: Authenticity::Malformed, because: Because::MalformedFrom(*malformed) };
        }
        Sender::Mailbox { address, .. } => address,
    };
    let Some(trust) = trust else { return unproven(Because::NotConfigured) };
    match our_results(message, trust) {
        Some(results) => judge(&results.found, from, trust),
        None => unproven(Because::NoResults),
    }
}

const fn unproven(because: Because) -> Proof {
    Proof { authenticity: Authenticity::Unproven, because }
}

/// The topmost field that our own server made, if it can be read. If it cannot, no lower one takes its place.
fn our_results(message: &Message, trust: &Trust) -> Option<Results> {
    let wanted = trust.authserv_id.trim().to_ascii_lowercase();
    for header in &message.headers {
        match header.name.as_str() {
            "received" if !is_ours(&header.value, trust) => return None,
            "authentication-results" => match results::parse(&header.value) {
                Some(results) if results.authserv_id == wanted => return results.known_version.then_some(results),
                None if names(&header.value, &wanted) => return None,
                Some(_) | None => {}
            },
            _ => {}
        }
    }
    None
}

/// Whether a field that cannot be read begins with this name.
fn names(value: &str, authserv_id: &str) -> bool {
    value.trim_start().to_ascii_lowercase().starts_with(authserv_id)
}

/// Whether one of our own servers wrote this `Received` line: its `by` is one of ours (RFC 5321 §4.4).
fn is_ours(received: &str, trust: &Trust) -> bool {
    let Some(by) = received_by(received) else { return false };
    let same = |name: &String| name.trim().trim_end_matches('.').eq_ignore_ascii_case(by.trim_end_matches('.'));
    if trust.border.is_empty() { same(&trust.authserv_id) } else { trust.border.iter().any(same) }
}

/// The name behind `by`. What stands behind `from` is the client's own claim and may itself be `by`.
fn received_by(received: &str) -> Option<String> {
    let trace = received.split(';').next().unwrap_or_default();
    let mut outside = String::with_capacity(trace.len());
    let mut depth = 0_usize;
    for c in trace.chars() {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(c),
            _ => {}
        }
        if c == ')' && depth == 0 {
            outside.push(' ');
        }
    }
    let mut words = outside.split_whitespace();
    let mut first = words.next()?;
    if first.eq_ignore_ascii_case("from") {
        words.next()?;
        first = words.next()?;
    }
    if first.eq_ignore_ascii_case("by") { words.next().map(str::to_owned) } else { None }
}

/// The first line of policy §1 that fits.
fn judge(found: &[Finding], from: &Address, trust: &Trust) -> Proof {
    let of = |method: &'static str| found.iter().filter(move |finding| finding.method == method);
    let passed = |method: &'static str| of(method).filter(|finding| finding.result == "pass");
    let logged_in = passed("auth").any(|finding| {
        let login = finding.property("smtp.auth").and_then(|login| Address::parse(login).ok());
        login.as_ref() == Some(from)
    });
    if logged_in {
        return Proof { authenticity: Authenticity::Proven, because: Because::Login };
    }
    let failed = of("dmarc").any(|finding| finding.result == "fail");
    let signers: Vec<String> = passed("dkim")
        .filter_map(|finding| finding.property("header.d").and_then(domain))
        .filter(|signer| is_aligned(signer, from.domain()))
        .collect();
    if failed {
        return Proof { authenticity: Authenticity::Suspect, because: Because::DmarcFailed };
    }
    if !signers.is_empty() {
        let own = |name: &str| trust.own_domains.iter().filter_map(|own| domain(own)).any(|own| is_within(name, &own));
        if own(from.domain()) || signers.iter().all(|signer| own(signer)) {
            return unproven(Because::OwnDomainWithoutLogin);
        }
        return Proof { authenticity: Authenticity::Proven, because: Because::AlignedDkim };
    }
    let about_this_sender =
        |finding: &Finding| finding.property("header.from").and_then(domain).as_deref() == Some(from.domain());
    if passed("dmarc").any(about_this_sender) {
        return unproven(Because::SpfOnly);
    }
    unproven(Because::NothingProven)
}

/// A domain in the form in which addresses hold it; `None` for what is no domain.
fn domain(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    Address::parse(&format!("x@{text}")).ok().map(|address| address.domain().to_owned())
}

fn is_within(name: &str, parent: &str) -> bool {
    name == parent || name.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether a signature of `signer` speaks for `from`: the same domain, or one below the other, of which the upper one
/// is somebody's own.
fn is_aligned(signer: &str, from: &str) -> bool {
    if signer == from {
        return true;
    }
    let upper = if is_within(from, signer) {
        signer
    } else if is_within(signer, from) {
        from
    } else {
        return false;
    };
    upper.contains('.') && !PUBLIC_SUFFIXES.contains(&upper)
}

#[cfg(test)]
mod tests;
