//! What reading must make of real and of hostile mail.

use proptest::prelude::*;

use super::*;
use crate::domain::message::Shape;

fn text_of(raw: &str) -> String {
    read(raw.replace('\n', "\r\n").as_bytes()).text
}

#[test]
fn a_plain_mail_is_read_with_all_its_fields() {
    let mail = read(
        b"Return-Path: <jan@klant.nl>\r\nDate: Tue, 3 Mar 2026 23:30:00 +0100\r\nFrom: Jan <jan@klant.nl>\r\n\
          To: Info <info@craftcloud.nl>\r\nCc: b@c.nl\r\nMessage-ID: <1@klant.nl>\r\nIn-Reply-To: <0@craftcloud.nl>\r\n\
          References: <a@b> <0@craftcloud.nl>\r\nSubject: =?utf-8?Q?Caf=C3=A9?=\r\n\r\nHallo\r\n",
    );
    assert_eq!(mail.from.address().map(crate::domain::address::Address::as_str), Some("jan@klant.nl"));
    assert_eq!(mail.recipients.len(), 2);
    assert_eq!(mail.message_id.as_deref(), Some("1@klant.nl"));
    assert_eq!(mail.replies_to, ["0@craftcloud.nl", "a@b"]);
    assert_eq!(mail.subject, "Caf\u{e9}");
    assert_eq!(mail.date, Some("2026-03-03T22:30:00Z".parse().unwrap()));
    assert_eq!((mail.text.as_str(), mail.shape, mail.attachments.len()), ("Hallo\n", Shape::Ordinary, 0));
    assert!(mail.defects.is_empty(), "{:?}", mail.defects);
}

#[test]
fn the_plain_alternative_is_read_unless_it_says_nothing() {
    let mail = |plain: &str| {
        format!(
            "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\n{plain}\n--a\n\
             Content-Type: text/html\n\n<p>Wis mijn gegevens</p>\n--a--\n"
        )
    };
    assert_eq!(text_of(&mail("Stuur mijn gegevens")), "Stuur mijn gegevens");
    assert_eq!(text_of(&mail("  ")).trim(), "Wis mijn gegevens");
    assert_eq!(text_of(&mail("Uw programma toont geen HTML.")).trim(), "Wis mijn gegevens");
}

#[test]
fn text_around_a_picture_and_a_nested_alternative_are_both_read() {
    let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\neen\n--a\nContent-Type: image/png\n\
               Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"../../x.png\"\n\nAAAA\n\
               --a\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>twee\n--b\n\
               Content-Type: image/gif\nContent-Id: <i>\n\nx\n--b--\n--a\nContent-Type: text/plain; name=brief.txt\n\n\
               wis alles\n--a--\n";
    let mail = read(raw.as_bytes());
    assert_eq!(mail.text.split_whitespace().collect::<Vec<_>>(), ["een", "twee"]);
    let files: Vec<_> = mail.attachments.iter().map(|file| (file.name.as_str(), file.size)).collect();
    assert_eq!(files, [("../../x.png", 3), ("brief.txt", 9)]);
}

#[test]
fn a_mail_that_is_one_named_text_is_still_text() {
    let raw = "Content-Type: text/plain; name=x.txt\nContent-Disposition: attachment; filename=x.txt\n\nwis alles";
    let mail = read(raw.as_bytes());
    assert_eq!((mail.text.as_str(), mail.attachments.len()), ("wis alles", 0));
    assert_eq!(text_of("Content-Type: onzin\n\nhallo"), "hallo");
}

#[test]
fn the_first_text_is_read_also_when_a_program_gave_it_a_name() {
    let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain; name=body.txt\n\nwis alles\n\
               --a\nContent-Type: text/plain; name=lijst.txt\n\neen bestand\n--a--\n";
    let mail = read(raw.as_bytes());
    assert_eq!(mail.text.trim(), "wis alles");
    assert_eq!(mail.attachments.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["lijst.txt"]);
}

#[test]
fn a_forwarded_mail_as_attachment_is_a_file_and_not_text() {
    let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nzie bijlage\n--a\nContent-Type: message/rfc822\n\n\
               From: x@y.nl\n\nwis mijn gegevens\n--a--\n";
    let mail = read(raw.as_bytes());
    assert_eq!(mail.text, "zie bijlage");
    assert_eq!(mail.attachments.iter().map(|file| file.content_type.as_str()).collect::<Vec<_>>(), ["message/rfc822"]);
    assert!(mail.returned_ids.is_empty());
}

#[test]
fn charsets_and_flowed_text_decode() {
    let latin = b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nge\xefnteresseerd";
    assert_eq!(read(latin).text, "ge\u{ef}nteresseerd");
    let flowed = "Content-Type: text/plain; format=flowed\n\nGraag \nmijn gegevens\n> oud \n> en lang\n";
    assert_eq!(text_of(flowed), "Graag mijn gegevens\n> oud en lang\n");
    let broken = read(b"Content-Type: text/plain; charset=utf-8\n\ncaf\xe9 \0 wis");
    assert_eq!(broken.text, "caf\u{e9}  wis");
    assert!(broken.has(Defect::Encoding));
    assert_eq!(text_of("Content-Type: text/plain; charset=utf-7\n\n+AGEAYg-c"), "abc");
}

fn report(action: &str) -> Message {
    let raw = format!(
        "From: MAILER-DAEMON@x.nl\nContent-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\n\n\
         Niet bezorgd\n--a\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.nl\n\n\
         Final-Recipient: rfc822; a@b.nl\nAction: {action}\nStatus: 5.1.1\n--a\nContent-Type: message/rfc822\n\n\
         Message-ID: <pl-abc@craftcloud.nl>\nSubject: x\n\nMessage-ID: <in-de-tekst@x>\n--a--\n"
    );
    read(raw.as_bytes())
}

#[test]
fn a_delivery_report_tells_what_it_returns_and_whether_it_failed() {
    let failed = report("FAILED (bounced)");
    assert_eq!(failed.shape, Shape::DeliveryReport { failed: true });
    assert_eq!(failed.returned_ids, ["pl-abc@craftcloud.nl"]);
    assert_eq!(failed.text, "Niet bezorgd");
    for action in ["delayed", "relayed", "delivered", "not failed"] {
        assert_eq!(report(action).shape, Shape::DeliveryReport { failed: false }, "{action}");
    }
}

#[test]
fn headers_alone_and_old_bounces_return_their_id_too() {
    let headers = "Content-Type: multipart/report; boundary=a\n\n--a\n\nx\n--a\nContent-Type: message/delivery-status\
                   \n\nAction: failed\n--a\nContent-Type: text/rfc822-headers\n\nMessage-Id: <1@c.nl>\n--a--\n";
    let mail = read(headers.as_bytes());
    assert_eq!((mail.shape, mail.returned_ids), (Shape::DeliveryReport { failed: true }, vec!["1@c.nl".to_owned()]));
    let old =
        "Return-Path: < >\nFrom: mailer-daemon@x.nl\n\nHi. This is the qmail-send program.\n\nMessage-ID: <2@c.nl>\n";
    assert_eq!(read(old.as_bytes()).returned_ids, ["2@c.nl"]);
    let human = "Return-Path: <a@b.nl>\nFrom: a@b.nl\n\nMessage-ID: <2@c.nl>\n";
    assert!(read(human.as_bytes()).returned_ids.is_empty());
}

#[test]
fn a_read_receipt_a_calendar_and_encrypted_mail_are_told_apart() {
    let shape = |raw: &str| read(raw.as_bytes()).shape;
    let receipt = "Content-Type: multipart/report; report-type=disposition-notification; boundary=a\n\n--a\n\nx\n--a\n\
                   Content-Type: message/disposition-notification\n\nOriginal-Message-ID: <3@c.nl>\n--a--\n";
    assert_eq!(shape(receipt), Shape::OtherReport);
    assert_eq!(read(receipt.as_bytes()).returned_ids, ["3@c.nl"]);
    let invitation = "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nx\n--a\n\
                      Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--a--\n";
    assert_eq!(shape(invitation), Shape::Calendar);
    let file = invitation.replace("alternative", "mixed").replace("text/calendar; method=REQUEST", "text/calendar");
    assert_eq!(shape(&file), Shape::Ordinary);
    for raw in [
        "Content-Type: multipart/encrypted; boundary=a\n\n--a\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--a--\n",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB",
        "Subject: x\n\nHoi,\n-----BEGIN PGP MESSAGE-----\n\nhQEMA0000000000\n-----END PGP MESSAGE-----\n",
    ] {
        assert_eq!(shape(raw), Shape::Encrypted, "{raw}");
    }
    let quoted = "Subject: x\n\nWat is dit?\n> -----BEGIN PGP MESSAGE-----\n> hQEMA0000000000\n";
    assert_eq!(shape(quoted), Shape::Ordinary);
}

#[test]
fn what_is_no_mail_is_told() {
    assert!(read(b"").has(Defect::Unparsable) && read(b"").has(Defect::NoText));
    assert!(read(b"\0\0\0\xff").has(Defect::Unparsable));
    assert!(read(b"Subject: a\0b\n\nx").has(Defect::ControlCharacters));
    let head = read_head(b"From: a@b.nl\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nhallo", 99_000_000);
    assert!(head.has(Defect::NotWhole));
    assert_eq!((head.size, head.text.as_str()), (99_000_000, "hallo"));
}

#[test]
fn huge_mail_is_cut_and_told_in_bounded_time() {
    let line = format!("Subject: x\n\n{}", "a".repeat(25_000_000));
    let mail = read(line.as_bytes());
    assert!(mail.has(Defect::TextCut) && mail.text.len() == text::LONGEST_TEXT);
    let header = format!("Subject: {}\n\nx", "a".repeat(25_000_000));
    assert!(read(header.as_bytes()).subject.len() <= LONGEST_SUBJECT);
    let headers = format!("{}\nx", "X: y\n".repeat(1_000_000));
    assert!(read(headers.as_bytes()).has(Defect::ManyHeaders));
    let parts = format!("Content-Type: multipart/mixed; boundary=a\n\n{}", "--a\n\nhoi\n".repeat(10_000));
    assert!(read(parts.as_bytes()).has(Defect::ManyParts));
    let nested = format!("{}x", "Content-Type: message/rfc822\n\n".repeat(500_000));
    assert!(read(nested.as_bytes()).has(Defect::NoText));
    let pieces = (0..3000).map(|n| format!("--a\nContent-Type: multipart/mixed; boundary=never{n}\n\nx\n"));
    let never = pieces.chain(["y\n".repeat(1_000_000)]).collect::<String>();
    let never = format!("Content-Type: multipart/mixed; boundary=a\n\n{never}");
    assert!(read(never.as_bytes()).has(Defect::ManyParts));
    let html = format!("Content-Type: text/html\n\n{}hallo", "<div><blockquote>".repeat(500_000));
    assert!(read(html.as_bytes()).text.len() <= text::LONGEST_TEXT);
    let folded = format!("Subject: x\n{}\ny", " \n".repeat(1_000_000));
    assert_eq!(read(folded.as_bytes()).subject, "x");
}

#[test]
fn every_prefix_of_a_mail_is_read() {
    let raw = "From: =?utf-8?Q?J?= <a@b.nl>\r\nContent-Type: multipart/mixed; boundary=\"a\"\r\n\r\n--a\r\n\
               Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
               <p title=3D\"x\">=C3=A9&amp;</p>\r\n--a--\r\n";
    for end in 0..raw.len() {
        let _ = read(&raw.as_bytes()[..end]);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let mail = read(&raw);
        prop_assert!(mail.text.len() <= text::LONGEST_TEXT);
        let _ = read_head(&raw, raw.len());
    }

    #[test]
    fn no_heap_of_mail_pieces_makes_reading_panic(pieces in proptest::collection::vec(0_usize..PIECES.len(), 0..60)) {
        let raw: Vec<u8> = pieces.into_iter().flat_map(|piece| PIECES[piece].to_vec()).collect();
        let mail = read(&raw);
        prop_assert!(!mail.text.contains('\r') && !mail.text.contains('\0'));
        prop_assert!(!mail.subject.contains(char::is_control));
    }
}

const PIECES: &[&[u8]] = &[
    b"From: a@b.nl\r\n",
    b"From",
    b": ",
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\0",
    b"\xe9\xff",
    b"Content-Type: multipart/mixed; boundary=\"a\"\r\n",
    b"Content-Type: multipart/alternative; boundary=b\r\n",
    b"Content-Type: multipart/report; boundary=a\r\n",
    b"Content-Type: text/html; charset=utf-16\r\n",
    b"Content-Type: text/plain; format=flowed; delsp=yes\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%e2%82;\r\n",
    b"--a\r\n",
    b"--b\r\n",
    b"--a--\r\n",
    b"--b--\r\n",
    b"Subject: =?utf-8?B?4oI=?= =?x?q?=?=\r\n",
    b"Date: Thu, 99 Foo 99999 25:61 +9999\r\n",
    b"Message-ID: <<a@b>>\r\n",
    b"<blockquote><p>&#xD800;&#99999999;&amp",
    b"> quoted \r\n",
    b"=3D=\r\n=C3=A9==",
    b"Action: failed\r\n",
];
