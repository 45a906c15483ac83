//! Whether a machine wrote a mail (policy §2: machine mail is never answered; when it asks something clearly, people
//! look).
//!
//! The values of the fields are tested, not their presence: `Auto-Submitted: no` and a lone
//! `X-Auto-Response-Suppress` come from people (RFC 3834 §5, MS-OXCMAIL). A sender called `noreply` is a hint that
//! decides nothing. Not decided here: what happens with such a mail.

use crate::domain::address::Address;
use crate::domain::message::{Message, Shape};

/// Which machine wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// A mail server that could not deliver, or has not yet.
    Bounce {
        /// Whether delivery failed for good.
        failed: bool,
    },
    /// An absence notice or another automatic answer.
    AutoReply,
    /// A mailing list.
    List,
    /// Newsletters, notifications and other mail that no person wrote for us.
    Bulk,
    /// A read receipt or feedback report.
    Report,
    /// An invitation, or an answer to one.
    Calendar,
    /// A mail of our own that came back.
    OurOwn,
}

/// Which machine wrote the message; `None` when a person did, as far as can be told. `ours` is the watched address.
#[must_use]
pub fn machine(message: &Message, ours: &Address) -> Option<Machine> {
    let submitted = auto_submitted(message);
    let marked = submitted.is_some() || message.header("x-auto-response-suppress").next().is_some();
    if marked && message.from.address() == Some(ours) {
        return Some(Machine::OurOwn);
    }
    bounce(message)
        .or_else(|| (message.shape == Shape::OtherReport).then_some(Machine::Report))
        .or_else(|| submitted.map(|submitted| of_submitted(submitted, message)))
        .or_else(|| is_auto_reply(message).then_some(Machine::AutoReply))
        .or_else(|| of_precedence(message))
        .or_else(|| of_list(message))
        .or_else(|| (message.shape == Shape::Calendar).then_some(Machine::Calendar))
        .or_else(|| returns_nowhere(message).then_some(Machine::AutoReply))
}

/// The first word of a field value, lower case, without comments and parameters.
fn keyword(value: &str) -> String {
    let word = value.trim().split(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | ',')).next();
    word.unwrap_or_default().trim_matches('"').to_ascii_lowercase()
}

/// How a mail says that it was submitted automatically (RFC 3834 §5): the first keyword that is not `no`.
fn auto_submitted(message: &Message) -> Option<String> {
    message.header("auto-submitted").map(keyword).find(|word| !word.is_empty() && word != "no")
}

/// `auto-replied` is an answer. So is an `auto-generated` mail within a conversation: Exchange marks absence notices
/// so. Other generated mail is a notification.
fn of_submitted(submitted: String, message: &Message) -> Machine {
    let replied = submitted.starts_with("auto-replied") || submitted.starts_with("auto_replied");
    if replied || !message.replies_to.is_empty() { Machine::AutoReply } else { Machine::Bulk }
}

/// A delivery report (RFC 3464), or one in the style of before: from `MAILER-DAEMON`, with `X-Failed-Recipients`, or
/// from the postmaster without a return path.
fn bounce(message: &Message) -> Option<Machine> {
    if let Shape::DeliveryReport { failed } = message.shape {
        return Some(Machine::Bounce { failed });
    }
    let named = message.header("x-failed-recipients").any(|value| value.contains('@'));
    let local = message.from.address().map_or("", Address::local);
    let daemon = matches!(local, "mailer-daemon" | "mailerdaemon" | "mail-daemon");
    let postmaster = local == "postmaster" && returns_nowhere(message);
    (named || daemon || postmaster).then(|| Machine::Bounce { failed: named || says_permanent(&message.text) })
}

/// Whether an old-style bounce gives a permanent status code such as `5.1.1` (RFC 3463 §2) and no transient one.
fn says_permanent(text: &str) -> bool {
    let class = |wanted: &str| {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.')).take(5000).any(|word| {
            let mut fields = word.trim_end_matches('.').split('.');
            let short = |field: Option<&str>| field.is_some_and(|field| (1..=3).contains(&field.len()));
            fields.next() == Some(wanted) && short(fields.next()) && short(fields.next()) && fields.next().is_none()
        })
    };
    class("5") && !class("4")
}

/// The empty return path of mail that must not be answered (RFC 5321 §4.5.5). Only the topmost one counts: final
/// delivery writes it.
fn returns_nowhere(message: &Message) -> bool {
    let path = message.header("return-path").next();
    path.is_some_and(|path| path.split_whitespace().collect::<String>() == "<>")
}

/// The fields of answering machines from before and beside RFC 3834.
fn is_auto_reply(message: &Message) -> bool {
    const FIELDS: [&str; 11] = [
        "x-autoreply",
        "x-auto-reply",
        "x-autoreply-from",
        "x-autoresponder",
        "x-auto-responder",
        "x-autorespond",
        "x-auto-respond",
        "x-autogenerated",
        "x-auto-generated",
        "x-mail-autoreply",
        "x-vacation",
    ];
    let says_no = |value: &str| matches!(keyword(value).as_str(), "" | "no" | "none" | "false" | "0" | "off" | "never");
    let field = FIELDS.iter().any(|name| message.header(name).any(|value| !says_no(value)));
    let preference = message.header("preference").any(|value| keyword(value) == "auto_reply");
    let class = message.header("x-post-messageclass").any(|value| value.to_ascii_lowercase().contains("autoresponder"));
    let to = message.header("delivered-to").any(|value| keyword(value) == "autoresponder");
    field || preference || class || to
}

/// `Precedence` (RFC 2076 §3.9, RFC 3834 §3.1.8).
fn of_precedence(message: &Message) -> Option<Machine> {
    message.header("precedence").find_map(|value| match keyword(value).as_str() {
        "auto_reply" | "auto-reply" | "autoreply" => Some(Machine::AutoReply),
        "list" => Some(Machine::List),
        "bulk" | "junk" => Some(Machine::Bulk),
        _ => None,
    })
}

/// Mailing lists and newsletters (RFC 2369, RFC 2919).
fn of_list(message: &Message) -> Option<Machine> {
    const LIST: [&str; 8] = [
        "list-id",
        "list-post",
        "list-help",
        "list-subscribe",
        "list-owner",
        "mailing-list",
        "x-mailing-list",
        "x-beenthere",
    ];
    const BULK: [&str; 2] = ["list-unsubscribe", "list-unsubscribe-post"];
    let any = |fields: &[&str]| fields.iter().any(|name| message.header(name).any(|value| !value.is_empty()));
    if any(&LIST) { Some(Machine::List) } else { any(&BULK).then_some(Machine::Bulk) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Header;
    use crate::domain::sender::{Malformed, Sender};

    fn ours() -> Address {
        Address::parse("info@craftcloud.nl").unwrap()
    }

    fn mail(from: &str, fields: &[(&str, &str)]) -> Message {
        let headers =
            fields.iter().map(|(name, value)| Header { name: (*name).into(), value: (*value).into() }).collect();
        let from = Address::parse(from)
            .map_or(Sender::Malformed(Malformed::Form), |address| Sender::Mailbox { address, name: String::new() });
        Message {
            headers,
            from,
            recipients: vec![ours()],
            message_id: None,
            replies_to: Vec::new(),
            subject: String::new(),
            date: None,
            text: "Hallo".into(),
            attachments: Vec::new(),
            shape: Shape::Ordinary,
            returned_ids: Vec::new(),
            defects: Vec::new(),
            size: 5,
        }
    }

    fn of(fields: &[(&str, &str)]) -> Option<Machine> {
        machine(&mail("jan@klant.nl", fields), &ours())
    }

    #[test]
    fn a_person_is_not_a_machine_whatever_programs_add() {
        for field in [
            ("auto-submitted", "no"),
            ("auto-submitted", " No (really)"),
            ("auto-submitted", ""),
            ("x-auto-response-suppress", "All"),
            ("x-auto-response-suppress", "DR, RN, NRN, OOF, AutoReply"),
            ("precedence", "normal"),
            ("precedence", "first-class"),
            ("x-autoreply", "no"),
            ("x-autoresponder", "False"),
            ("list-unsubscribe", ""),
            ("return-path", "<jan@klant.nl>"),
            ("x-failed-recipients", ""),
            ("x-loop", "jan@klant.nl"),
        ] {
            assert_eq!(of(&[field]), None, "{field:?}");
        }
        for from in ["noreply@klant.nl", "no-reply@klant.nl", "postmaster@klant.nl", "jan-request@klant.nl"] {
            assert_eq!(machine(&mail(from, &[]), &ours()), None, "{from}");
        }
    }

    #[test]
    fn every_spelling_of_an_automatic_answer_is_seen() {
        for field in [
            ("auto-submitted", "auto-replied"),
            ("auto-submitted", "Auto-Replied (vacation)"),
            ("auto-submitted", "auto-replied; owner-email=\"x@y.nl\""),
            ("x-autoreply", "yes"),
            ("x-auto-reply", "1"),
            ("x-autoresponder", "x"),
            ("x-autorespond", "Re: x"),
            ("x-autogenerated", "Reply"),
            ("precedence", "auto_reply"),
            ("preference", "auto_reply"),
            ("x-post-messageclass", "9; Autoresponder"),
            ("delivered-to", "Autoresponder"),
            ("return-path", "<>"),
            ("return-path", "< >"),
        ] {
            assert_eq!(of(&[field]), Some(Machine::AutoReply), "{field:?}");
        }
        assert_eq!(of(&[("auto-submitted", "no"), ("auto-submitted", "auto-replied")]), Some(Machine::AutoReply));
    }

    #[test]
    fn an_absence_notice_of_exchange_is_an_answer_and_a_notification_is_bulk() {
        let mut notice = mail("jan@klant.nl", &[("auto-submitted", "auto-generated")]);
        assert_eq!(machine(&notice, &ours()), Some(Machine::Bulk));
        notice.replies_to.push("1@craftcloud.nl".into());
        assert_eq!(machine(&notice, &ours()), Some(Machine::AutoReply));
        assert_eq!(of(&[("auto-submitted", "auto-notified")]), Some(Machine::Bulk));
    }

    #[test]
    fn lists_and_bulk_are_told_by_their_values() {
        assert_eq!(of(&[("list-id", "<nieuws.x.nl>")]), Some(Machine::List));
        assert_eq!(of(&[("list-post", "NO")]), Some(Machine::List));
        assert_eq!(of(&[("precedence", "List")]), Some(Machine::List));
        assert_eq!(of(&[("list-unsubscribe", "<mailto:x@y.nl>")]), Some(Machine::Bulk));
        assert_eq!(of(&[("precedence", " bulk ")]), Some(Machine::Bulk));
        assert_eq!(of(&[("precedence", "junk")]), Some(Machine::Bulk));
    }

    #[test]
    fn bounces_of_both_styles_are_told_with_their_outcome() {
        let mut report = mail("mailer-daemon@x.nl", &[("auto-submitted", "auto-replied")]);
        report.shape = Shape::DeliveryReport { failed: true };
        assert_eq!(machine(&report, &ours()), Some(Machine::Bounce { failed: true }));
        report.shape = Shape::DeliveryReport { failed: false };
        report.text = "550 5.1.1 unknown".into();
        assert_eq!(machine(&report, &ours()), Some(Machine::Bounce { failed: false }));
        for (text, failed) in [
            ("said: 550 5.1.1 User unknown", true),
            ("550-5.7.26. Blocked", true),
            ("warning 4.4.1, will retry", false),
            ("5.1.1 after 4.4.1", false),
            ("host 5.6.7.8 version 15.1.1", false),
            ("niet bezorgd", false),
        ] {
            let mut old = mail("mailer-daemon@x.nl", &[]);
            old.text = text.into();
            assert_eq!(machine(&old, &ours()), Some(Machine::Bounce { failed }), "{text}");
        }
        assert_eq!(of(&[("x-failed-recipients", "a@b.nl")]), Some(Machine::Bounce { failed: true }));
        let postmaster = mail("postmaster@x.nl", &[("return-path", "<>")]);
        assert_eq!(machine(&postmaster, &ours()), Some(Machine::Bounce { failed: false }));
    }

    #[test]
    fn receipts_and_calendars_are_told_by_their_shape() {
        let mut mail = mail("jan@klant.nl", &[("return-path", "<>")]);
        mail.shape = Shape::OtherReport;
        assert_eq!(machine(&mail, &ours()), Some(Machine::Report));
        mail.headers.clear();
        mail.shape = Shape::Calendar;
        assert_eq!(machine(&mail, &ours()), Some(Machine::Calendar));
        mail.shape = Shape::Encrypted;
        assert_eq!(machine(&mail, &ours()), None);
    }

    #[test]
    fn our_own_mail_is_known_by_from_together_with_our_marks() {
        for field in [("auto-submitted", "auto-replied"), ("x-auto-response-suppress", "OOF, AutoReply, RN, NRN")] {
            assert_eq!(machine(&mail("info@craftcloud.nl", &[field]), &ours()), Some(Machine::OurOwn));
        }
        assert_eq!(machine(&mail("info@craftcloud.nl", &[]), &ours()), None);
        assert_eq!(machine(&mail("info@craftcloud.nl", &[("auto-submitted", "no")]), &ours()), None);
        let other = mail("info@craftcloud.nl.evil.example", &[("auto-submitted", "auto-replied")]);
        assert_eq!(machine(&other, &ours()), Some(Machine::AutoReply));
    }
}
