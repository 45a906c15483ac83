//! Every trick of the attack checklist with `Authentication-Results`, as tables.

use proptest::prelude::*;

use super::*;
use crate::domain::message::{Header, Shape};
use crate::domain::sender::Malformed;

const OURS: &str = "from x.nl (x.nl [192.0.2.1]) by mx.craftcloud.nl (Postfix) with ESMTPS id 1; Tue, 3 Mar 2026";
const FOREIGN: &str = "from a by mx.evil.example (by mx.craftcloud.nl) with ESMTP id 2; Tue, 3 Mar 2026";
const PASS: &str = "mx.craftcloud.nl; dkim=pass header.d=klant.nl; dmarc=pass header.from=klant.nl";

fn trust() -> Trust {
    Trust { authserv_id: "mx.craftcloud.nl".into(), border: Vec::new(), own_domains: vec!["craftcloud.nl".into()] }
}

fn mail(from: &str, fields: &[(&str, &str)]) -> Message {
    Message {
        headers: fields.iter().map(|(name, value)| Header { name: (*name).into(), value: (*value).into() }).collect(),
        from: Address::parse(from)
            .map_or(Sender::Malformed(Malformed::Form), |address| Sender::Mailbox { address, name: String::new() }),
        recipients: Vec::new(),
        message_id: None,
        replies_to: Vec::new(),
        subject: String::new(),
        date: None,
        text: String::new(),
        attachments: Vec::new(),
        shape: Shape::Ordinary,
        returned_ids: Vec::new(),
        defects: Vec::new(),
        size: 0,
    }
}

fn with(fields: &[(&str, &str)]) -> Proof {
    prove(&mail("jan@klant.nl", fields), Some(&trust()))
}

fn results(value: &str) -> Proof {
    with(&[("received", OURS), ("authentication-results", value), ("received", FOREIGN)])
}

const PROVEN: Proof = Proof { authenticity: Authenticity::Proven, because: Because::AlignedDkim };
const LOGIN: Proof = Proof { authenticity: Authenticity::Proven, because: Because::Login };
const SUSPECT: Proof = Proof { authenticity: Authenticity::Suspect, because: Because::DmarcFailed };

#[test]
fn without_configuration_or_with_a_malformed_from_nothing_is_proven() {
    let fields = [("authentication-results", PASS)];
    assert_eq!(prove(&mail("jan@klant.nl", &fields), None), unproven(Because::NotConfigured));
    let malformed = Proof { authenticity: Authenticity::Malformed, because: Because::MalformedFrom(Malformed::Form) };
    assert_eq!(prove(&mail("", &fields), Some(&trust())), malformed);
    assert_eq!(prove(&mail("", &fields), None), malformed);
}

#[test]
fn an_aligned_signature_that_our_server_found_proves() {
    for value in [
        PASS,
        "mx.craftcloud.nl; dkim=pass header.d=klant.nl",
        "MX.CraftCloud.NL; DKIM=Pass header.D=KLANT.nl",
        "mx.craftcloud.nl 1; dkim/1=pass (good; really) header.d=\"klant.nl\"",
        "(x) mx.craftcloud.nl;\t dkim=pass\t header.i=@klant.nl header.d=klant.nl. ; spf=fail",
        "mx.craftcloud.nl; dkim=fail header.d=klant.nl; dkim=pass header.d=mail.klant.nl",
        "mx.craftcloud.nl; dkim=pass header.d=klant.nl; dmarc=pass header.from=evil.nl",
    ] {
        assert_eq!(results(value), PROVEN, "{value}");
    }
}

#[test]
fn what_somebody_else_wrote_counts_for_nothing() {
    for (why, fields) in [
        ("nothing there", vec![("received", OURS)]),
        ("another server", vec![("authentication-results", "mx.evil.nl; dkim=pass header.d=klant.nl")]),
        ("look-alike", vec![("authentication-results", "mx.craftcloud.nl.evil; dkim=pass header.d=klant.nl")]),
        ("look-alike", vec![("authentication-results", "xmx.craftcloud.nl; dkim=pass header.d=klant.nl")]),
        (
            "our name in a comment",
            vec![("authentication-results", "evil (mx.craftcloud.nl); dkim=pass header.d=klant.nl")],
        ),
        ("our name second", vec![("authentication-results", "evil; mx.craftcloud.nl; dkim=pass header.d=klant.nl")]),
        ("below a foreign line", vec![("received", OURS), ("received", FOREIGN), ("authentication-results", PASS)]),
        ("below a line without by", vec![("received", "nonsense"), ("authentication-results", PASS)]),
        ("name in disguise", vec![("authentication-results ", PASS)]),
        ("other fields", vec![("arc-authentication-results", PASS), ("x-authentication-results", PASS)]),
        ("unknown version", vec![("authentication-results", "mx.craftcloud.nl 2; dkim=pass header.d=klant.nl")]),
        (
            "unreadable above",
            vec![("authentication-results", "mx.craftcloud.nl; dkim=\"pa"), ("authentication-results", PASS)],
        ),
    ] {
        assert_eq!(with(&fields), unproven(Because::NoResults), "{why}");
    }
}

#[test]
fn of_several_fields_only_our_topmost_one_counts() {
    let none = "mx.craftcloud.nl; dkim=none; spf=none";
    let both = |first, second| with(&[("authentication-results", first), ("authentication-results", second)]);
    assert_eq!(both(none, PASS), unproven(Because::NothingProven));
    assert_eq!(both("mx.craftcloud.nl; none", PASS), unproven(Because::NothingProven));
    assert_eq!(both("mx.craftcloud.nl 2; none", PASS), unproven(Because::NoResults));
    assert_eq!(both(PASS, none), PROVEN);
    assert_eq!(both("mx.other.nl; dkim=fail", PASS), PROVEN);
}

#[test]
fn what_is_hidden_in_comments_and_quotes_is_not_found() {
    for value in [
        "mx.craftcloud.nl; dkim=fail (dkim=pass header.d=klant.nl)",
        "mx.craftcloud.nl; dkim=fail reason=\"; dkim=pass header.d=klant.nl\"",
        "mx.craftcloud.nl; spf=pass smtp.mailfrom=\"a; dkim=pass header.d=klant.nl;\"@evil.nl",
        "mx.craftcloud.nl; dkim=pass (header.d=klant.nl) header.d=evil.nl",
        "mx.craftcloud.nl; dkim=fail (\\) header.d=klant.nl; dkim=pass header.d=klant.nl)",
        "mx.craftcloud.nl; dkim=pass header.d=evil.nl header.d=klant.nl",
        "mx.craftcloud.nl; dkim/2=pass header.d=klant.nl",
        "mx.craftcloud.nl; x-dkim=pass header.d=klant.nl",
        "mx.craftcloud.nl; dkim=passed header.d=klant.nl",
        "mx.craftcloud.nl; dkim=neutral header.d=klant.nl",
        "mx.craftcloud.nl; dkim=pass header.i=@klant.nl",
        "mx.craftcloud.nl; dkim=pass header.d=klant.nl header.d",
        "mx.craftcloud.nl; dmarc=pass header.from=evil.nl",
        "mx.craftcloud.nl; dmarc=pass",
        "mx.craftcloud.nl; spf=pass smtp.mailfrom=klant.nl",
        "mx.craftcloud.nl; dkim=temperror header.d=klant.nl",
    ] {
        assert_eq!(results(value), unproven(Because::NothingProven), "{value}");
    }
}

#[test]
fn dmarc_by_spf_alone_proves_nothing_and_a_fail_is_suspect() {
    let dmarc = "mx.craftcloud.nl; spf=pass smtp.mailfrom=klant.nl; dmarc=pass header.from=klant.nl";
    assert_eq!(results(dmarc), unproven(Because::SpfOnly));
    for value in [
        "mx.craftcloud.nl; dmarc=fail header.from=klant.nl",
        "mx.craftcloud.nl; dkim=pass header.d=klant.nl; dmarc=fail (p=reject) header.from=klant.nl",
        "mx.craftcloud.nl; dmarc=pass header.from=klant.nl; dmarc=FAIL header.from=evil.nl",
    ] {
        assert_eq!(results(value), SUSPECT, "{value}");
    }
}

#[test]
fn only_a_domain_of_the_sender_itself_aligns() {
    let signed = |from: &str, signer: &str| {
        let value = format!("mx.craftcloud.nl; dkim=pass header.d={signer}");
        prove(&mail(from, &[("authentication-results", &value)]), Some(&trust())) == PROVEN
    };
    for (from, signer) in [
        ("a@klant.nl", "klant.nl"),
        ("a@mail.klant.nl", "klant.nl"),
        ("a@klant.nl", "mail.klant.nl"),
        ("a@klant.co.uk", "klant.co.uk"),
        ("a@b.klant.co.uk", "klant.co.uk"),
        ("a@b\u{fc}cher.example", "xn--bcher-kva.example"),
        ("a@b\u{fc}cher.example", "b\u{fc}cher.example"),
    ] {
        assert!(signed(from, signer), "{from} {signer}");
    }
    for (from, signer) in [
        ("a@klant.nl", "evilklant.nl"),
        ("a@klant.nl", "klant.nl.evil.nl"),
        ("a@klant.nl", "nl"),
        ("a@klant.co.uk", "co.uk"),
        ("a@klant.co.uk", "evil.co.uk"),
        ("a@co.uk", "evil.co.uk"),
        ("a@een.klant.nl", "twee.klant.nl"),
        ("a@klant.github.io", "github.io"),
        ("a@klant.nl", ""),
        ("a@klant.nl", "@klant.nl"),
    ] {
        assert!(!signed(from, signer), "{from} {signer}");
    }
}

#[test]
fn a_login_proves_for_that_very_address_only() {
    assert_eq!(results("mx.craftcloud.nl; auth=pass (login) smtp.auth=Jan@klant.nl"), LOGIN);
    assert_eq!(results("mx.craftcloud.nl; auth=pass smtp.auth=\"jan@klant.nl\" smtp.mailfrom=x@y.nl"), LOGIN);
    for value in [
        "mx.craftcloud.nl; auth=pass smtp.auth=jan",
        "mx.craftcloud.nl; auth=pass smtp.auth=piet@klant.nl",
        "mx.craftcloud.nl; auth=pass smtp.auth=jan+x@klant.nl",
        "mx.craftcloud.nl; auth=fail smtp.auth=jan@klant.nl",
        "mx.craftcloud.nl; auth=pass smtp.mailfrom=jan@klant.nl",
        "mx.craftcloud.nl; auth=pass smtp.auth=piet@klant.nl smtp.auth=jan@klant.nl",
    ] {
        assert_eq!(results(value), unproven(Because::NothingProven), "{value}");
    }
}

#[test]
fn for_domains_that_we_host_only_a_login_proves() {
    let of = |from: &str, value: &str| prove(&mail(from, &[("authentication-results", value)]), Some(&trust()));
    let signed = "mx.craftcloud.nl; dkim=pass header.d=craftcloud.nl; dmarc=pass header.from=craftcloud.nl";
    assert_eq!(of("jan@craftcloud.nl", signed), unproven(Because::OwnDomainWithoutLogin));
    assert_eq!(of("jan@sub.craftcloud.nl", signed), unproven(Because::OwnDomainWithoutLogin));
    let login = "mx.craftcloud.nl; dkim=pass header.d=craftcloud.nl; auth=pass smtp.auth=jan@craftcloud.nl";
    assert_eq!(of("jan@craftcloud.nl", login), LOGIN);
    assert_eq!(of("piet@craftcloud.nl", login), unproven(Because::OwnDomainWithoutLogin));
    let neighbour = "mx.craftcloud.nl; dkim=pass header.d=notcraftcloud.nl";
    assert_eq!(of("jan@notcraftcloud.nl", neighbour), PROVEN);
}

#[test]
fn the_border_is_where_our_own_received_lines_end() {
    let inner = "from mx.craftcloud.nl by IMAP.craftcloud.nl. with LMTP id 3; Tue, 3 Mar 2026";
    let fields = [("received", inner), ("received", OURS), ("authentication-results", PASS), ("received", FOREIGN)];
    assert_eq!(with(&fields), unproven(Because::NoResults));
    let mut wider = trust();
    wider.border = vec!["mx.craftcloud.nl".into(), "imap.craftcloud.nl".into()];
    assert_eq!(prove(&mail("jan@klant.nl", &fields), Some(&wider)), PROVEN);
    wider.border = vec!["imap.craftcloud.nl".into()];
    assert_eq!(prove(&mail("jan@klant.nl", &fields), Some(&wider)), unproven(Because::NoResults));
}

#[test]
fn the_by_of_a_received_line_is_not_taken_from_what_the_client_says() {
    for (line, by) in [
        ("from a (b) by c.nl (d) with SMTP; x", Some("c.nl")),
        ("by c.nl with LMTP", Some("c.nl")),
        ("from by (x by y) by c.nl", Some("c.nl")),
        ("from a(by mx)by c.nl", Some("c.nl")),
        ("from a (by c.nl", None),
        ("from a with x by c.nl", None),
        ("(qmail 1 invoked by uid 0); x", None),
        ("", None),
    ] {
        assert_eq!(received_by(line).as_deref(), by, "{line}");
    }
}

proptest! {
    #[test]
    fn no_field_makes_proving_panic(value in "[ -~\t\r\n\u{e9}]{0,200}", received in "[ -~]{0,80}") {
        let fields = [("received", received.as_str()), ("authentication-results", value.as_str())];
        let _ = with(&fields);
    }

    #[test]
    fn nothing_without_our_name_at_the_front_proves(value in "[a-z;=(). \"\\\\]{0,60}") {
        let value = format!("x{value}; dkim=pass header.d=klant.nl");
        let proof = with(&[("authentication-results", &value)]);
        prop_assert_eq!(proof.authenticity, Authenticity::Unproven);
    }
}
