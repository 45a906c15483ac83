//! The decisions about mails from outside, cell by cell, and what may never be in a plan.

use crate::domain::case::{Approval, Ask, Case, Proposal, RequestState};
use crate::domain::facts::{Facts, Route, SentLetter};
use crate::domain::plan::Plan;
use crate::domain::sender::Authenticity;
use crate::domain::settings::Automatic;
use crate::rules::decide::decide;
use crate::rules::fixtures::{
    COLLEAGUE_OF_STAFF, OWNER, STAFF, STRANGER, address, case, customer, facts, letters, now, posts, settings,
    state_of, to_staff,
};

fn bounced(to: &str, kind: &str, case: Option<Case>) -> Plan {
    let of = SentLetter { post: 3, kind: kind.into(), disclosure: false, to: address(to), case };
    let mut facts: Facts = facts("mailer-daemon@elders.nl", Authenticity::Unproven, &[]);
    facts.route = Route::Bounce { failed: true, of: Some(of) };
    decide(&facts, &settings(Automatic::All))
}

/// A stranger's case whose disclosure staff approved.
fn scheduled() -> Case {
    let approval = Approval {
        by: address(STAFF),
        at: now(),
        customer: customer().id,
        to: address(STRANGER),
        record: "as it is".into(),
    };
    let state = RequestState::Scheduled { at: now(), approval, proposal: Proposal::DiscloseElsewhere };
    Case { customer: Some(customer().id), ..case(STRANGER, Authenticity::Unproven, vec![(Ask::Access, state)]) }
}

#[test]
fn a_staff_address_that_takes_no_mail_does_not_start_an_endless_exchange_of_alerts() {
    let first = bounced(STAFF, "staff_case", None);
    assert_eq!(to_staff(&first), ["staff_alert"]);
    assert!(posts(&first).iter().all(|post| post.to.as_str() == COLLEAGUE_OF_STAFF));
    assert!(posts(&bounced(COLLEAGUE_OF_STAFF, "staff_alert", None)).is_empty());
}

#[test]
fn a_bounced_notice_stops_the_disclosure_and_says_why() {
    let plan = bounced(OWNER, "owner_notice", Some(scheduled()));
    assert_eq!(state_of(&plan, 1).map(RequestState::name), Some("awaiting_staff"));
    assert_eq!(letters(&plan), []);
    assert_eq!(to_staff(&plan), ["staff_case", "staff_alert"]);
}
