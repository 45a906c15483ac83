//! The decisions about mails from outside, cell by cell, and what may never be in a plan.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for one kind among many")]

use proptest::prelude::*;

use crate::domain::case::{Ask, Case, CaseId, RequestId, RequestState};
use crate::domain::facts::{Facts, Place, Question, Route, SentLetter, TokenId};
use crate::domain::plan::{Intention, Lane, Plan, Settle, Step, TokenStep};
use crate::domain::right::Purpose;
use crate::domain::sender::Authenticity;
use crate::domain::settings::Automatic;
use crate::rules::decide::decide;
use crate::rules::fixtures::{
    ASKS, BILLING, COLLEAGUE_OF_STAFF, CONTACT, DORMANT, EVERYBODY, MODES, OWNER, SECOND_OWNER, SHARED, STAFF,
    STRANGER, SURENESS, YOUNG, address, case, customer, day, every_state, facts, kinds, letters, posts, settings,
    state_of, states, to_staff, uses_token,
};

const PROVEN: Authenticity = Authenticity::Proven;
const UNPROVEN: Authenticity = Authenticity::Unproven;
const SUSPECT: Authenticity = Authenticity::Suspect;

/// What the policy says of one request in one mail.
#[derive(Debug, PartialEq)]
struct Expected {
    letter: Option<(&'static str, &'static str)>,
    state: Option<&'static str>,
    staff: bool,
    stopped: bool,
}

/// Policy §2, the table, as a person reads it: with `automatic = "all"`.
fn table(from: &'static str, sure: Authenticity, ask: Ask) -> Expected {
    let suspect = sure == SUSPECT;
    let harmless = matches!(ask, Ask::Objection(Purpose::Marketing | Purpose::Consent));
    let shows = matches!(ask, Ask::Access | Ask::Portability);
    let uses = matches!(ask, Ask::Restriction | Ask::Objection(Purpose::Other));
    let said = |letter: Option<(&'static str, &'static str)>, state, staff, stopped| Expected {
        letter,
        state: Some(state),
        staff,
        stopped,
    };
    let confirm = |owner| said(Some(("ask_confirmation", owner)), "awaiting_confirmation", false, false);
    let queue = |stopped| said(Some(("acknowledgement", from)), "awaiting_staff", true, stopped);
    let silent = || said(None, "awaiting_staff", true, false);
    let recorded = || said(Some(("objection_recorded", from)), "answered", true, true);
    let complaint = || said(Some(("complaint_answer", from)), "awaiting_staff", true, false);
    match from {
        STRANGER | YOUNG if suspect => Expected { letter: None, state: None, staff: false, stopped: false },
        _ if ask == Ask::Complaint && suspect => silent(),
        _ if ask == Ask::Complaint => complaint(),
        _ if harmless && !suspect => recorded(),
        STRANGER | YOUNG => said(Some(("ask_identity", from)), "awaiting_identity", from == YOUNG, false),
        SHARED | DORMANT if suspect => silent(),
        SHARED | DORMANT => queue(false),
        OWNER | SECOND_OWNER if ask == Ask::Access && !suspect => {
            said(Some(("access_answer", from)), "in_progress", false, false)
        }
        OWNER | SECOND_OWNER if sure == PROVEN => queue(uses),
        OWNER | SECOND_OWNER => confirm(from),
        CONTACT | BILLING if shows && suspect => silent(),
        CONTACT | BILLING if shows => queue(false),
        CONTACT | BILLING if sure == PROVEN => queue(uses),
        _ => confirm(OWNER),
    }
}

/// The table under `automatic` and in a conversation.
fn expected(from: &'static str, sure: Authenticity, ask: Ask, mode: Automatic, conversation: bool) -> Expected {
    let said = table(from, sure, ask);
    let proven_owner = matches!(from, OWNER | SECOND_OWNER) && sure == PROVEN;
    let mode = if conversation && !proven_owner { Automatic::None } else { mode };
    let Some((kind, _)) = said.letter else { return said };
    let known = !matches!(from, STRANGER | YOUNG | SHARED);
    let safe = matches!(kind, "acknowledgement" | "objection_recorded") || (kind == "access_answer" && proven_owner);
    match mode {
        Automatic::All => said,
        Automatic::Safe if safe => said,
        Automatic::Safe if known && sure != SUSPECT => {
            Expected { letter: Some(("acknowledgement", from)), state: Some("awaiting_staff"), staff: true, ..said }
        }
        Automatic::Safe | Automatic::None => {
            Expected { letter: None, state: Some("awaiting_staff"), staff: true, ..said }
        }
    }
}

#[test]
fn every_cell_of_the_table_in_every_mode_does_what_the_policy_says_and_nothing_else() {
    for from in EVERYBODY {
        for sure in SURENESS {
            for ask in ASKS {
                for mode in MODES {
                    for conversation in [false, true] {
                        one_cell(from, sure, ask, mode, conversation);
                    }
                }
            }
        }
    }
}

fn one_cell(from: &'static str, sure: Authenticity, ask: Ask, mode: Automatic, conversation: bool) {
    let mut facts = facts(from, sure, &[ask]);
    if conversation {
        facts.route = Route::Conversation;
    }
    let plan = decide(&facts, &settings(mode));
    let what = format!("{from} {sure:?} {ask:?} {mode:?} conversation={conversation}");
    let said = expected(from, sure, ask, mode, conversation);
    let letter: Vec<_> = said.letter.into_iter().map(|(kind, to)| (kind, to.to_owned())).collect();
    assert_eq!(letters(&plan), letter, "{what}");
    assert_eq!(states(&plan), Vec::from_iter(said.state), "{what}");
    assert_eq!(!to_staff(&plan).is_empty(), said.staff || (from == YOUNG && said.state.is_some()), "{what}");
    let stopped = plan.steps.iter().any(|step| matches!(step, Step::Suppress { .. }));
    assert_eq!(stopped, said.stopped, "{what}");
    let folder = if said.state.is_some() && !conversation { Settle::ToCaseFolder } else { Settle::Leave };
    assert_eq!(plan.settle, folder, "{what}");
    assert_eq!(kinds(&plan), actions(&said, ask, from), "{what}");
}

/// The same as `explain` says it.
fn actions(said: &Expected, ask: Ask, from: &str) -> Vec<&'static str> {
    let letter = said.letter.map(|(kind, _)| match kind {
        "access_answer" => "disclose",
        "complaint_answer" => "answer_complaint",
        "acknowledgement" | "objection_recorded" => "acknowledge",
        other => other,
    });
    let mut kinds = Vec::from_iter(letter);
    let objection = matches!(ask, Ask::Objection(Purpose::Marketing | Purpose::Consent));
    kinds.extend(said.stopped.then_some(if objection { "record_objection" } else { "freeze" }));
    kinds.extend(said.state.is_none().then_some("review"));
    kinds.extend((from == YOUNG && said.state.is_some()).then_some("alert_staff"));
    kinds.extend((said.staff && said.state != Some("awaiting_identity")).then_some("queue"));
    kinds.sort_unstable();
    kinds
}

#[test]
fn dns_trouble_that_lasts_counts_as_suspect_and_is_not_forgotten() {
    let plan = decide(&facts(OWNER, Authenticity::Temporary, &[Ask::Access]), &settings(Automatic::All));
    assert_eq!(letters(&plan), [("ask_confirmation", OWNER.into())]);
    let plan = decide(&facts(STRANGER, Authenticity::Temporary, &[Ask::Access]), &settings(Automatic::All));
    assert_eq!(kinds(&plan), ["review"]);
}

#[test]
fn a_malformed_sender_goes_to_people_and_gets_nothing() {
    for ask in ASKS {
        let plan = decide(&facts(OWNER, Authenticity::Malformed, &[ask]), &settings(Automatic::All));
        assert_eq!(kinds(&plan), ["review"], "{ask:?}");
    }
}

#[test]
fn an_unproven_stranger_gets_one_mail_and_staff_the_rest_ready() {
    let what = [Ask::Access, Ask::Objection(Purpose::Marketing), Ask::Complaint];
    let plan = decide(&facts(STRANGER, UNPROVEN, &what), &settings(Automatic::All));
    assert_eq!(letters(&plan), [("ask_identity", STRANGER.into())]);
    assert_eq!(states(&plan), ["awaiting_identity", "awaiting_staff", "awaiting_staff"]);
    assert!(kinds(&plan).contains(&"record_objection"));
    let proven = decide(&facts(STRANGER, PROVEN, &what), &settings(Automatic::All));
    assert_eq!(letters(&proven).len(), 3);
}

#[test]
fn a_stranger_who_had_a_mail_this_week_gets_no_other() {
    let mut again = facts(STRANGER, UNPROVEN, &[Ask::Access]);
    again.recent.stranger_mails = 1;
    assert_eq!(kinds(&decide(&again, &settings(Automatic::All))), ["review"]);
    let waiting = RequestState::AwaitingIdentity { asked: again.now, closes: again.due.identity_closes };
    let mut joins = facts(STRANGER, UNPROVEN, &[Ask::Complaint]);
    joins.recent.stranger_mails = 1;
    joins.route = Route::Joins { case: case(STRANGER, UNPROVEN, vec![(Ask::Access, waiting)]) };
    let plan = decide(&joins, &settings(Automatic::All));
    assert_eq!(letters(&plan), []);
    assert_eq!(to_staff(&plan), ["staff_case"]);
}

#[test]
fn the_same_request_within_a_day_gets_a_note_where_a_mail_may_go_and_never_the_data() {
    for (mode, sure, conversation, note) in [
        (Automatic::All, PROVEN, false, true),
        (Automatic::All, UNPROVEN, false, true),
        (Automatic::All, UNPROVEN, true, false),
        (Automatic::Safe, PROVEN, false, true),
        (Automatic::None, PROVEN, false, false),
        (Automatic::None, UNPROVEN, true, false),
    ] {
        let mut again = facts(OWNER, sure, &[Ask::Access]);
        again.recent.disclosed = vec![(Ask::Access, day("2026-03-03"), CaseId(1))];
        if conversation {
            again.route = Route::Conversation;
        }
        let plan = decide(&again, &settings(mode));
        let expected = if note { vec![("repeat_note", OWNER.to_owned())] } else { Vec::new() };
        assert_eq!(letters(&plan), expected, "{mode:?} {sure:?} {conversation}");
        assert_eq!(to_staff(&plan).is_empty(), note, "{mode:?} {sure:?} {conversation}");
    }
}

#[test]
fn the_same_request_in_the_thread_gets_no_second_disclosure() {
    let answered = RequestState::Answered { at: crate::rules::fixtures::now() };
    let open = every_state(OWNER).swap_remove(3);
    let mut again = facts(OWNER, PROVEN, &[Ask::Access]);
    again.recent.disclosed = vec![(Ask::Access, day("2026-03-03"), CaseId(1))];
    again.route = Route::Joins { case: case(OWNER, PROVEN, vec![(Ask::Access, answered), open]) };
    let plan = decide(&again, &settings(Automatic::All));
    assert_eq!(letters(&plan), [("repeat_note", OWNER.into())]);
    assert_eq!(states(&plan), Vec::<&str>::new());
}

#[test]
fn an_objection_that_is_recorded_is_not_acknowledged_again_in_its_thread() {
    let marketing = Ask::Objection(Purpose::Marketing);
    let answered = RequestState::Answered { at: crate::rules::fixtures::now() };
    let mut again = facts(OWNER, PROVEN, &[marketing]);
    again.route =
        Route::Joins { case: case(OWNER, PROVEN, vec![(marketing, answered), every_state(OWNER).swap_remove(3)]) };
    let plan = decide(&again, &settings(Automatic::All));
    assert_eq!(letters(&plan), []);
    assert_eq!(to_staff(&plan), ["staff_case"]);
}

#[test]
fn an_owner_who_asks_something_in_a_strangers_case_opens_one() {
    let mut theirs = case(STRANGER, UNPROVEN, vec![every_state(STRANGER).swap_remove(25)]);
    theirs.customer = Some(customer().id);
    let mut joins = facts(OWNER, PROVEN, &[Ask::Erasure]);
    joins.route = Route::Joins { case: theirs };
    let plan = decide(&joins, &settings(Automatic::All));
    assert!(plan.steps.iter().any(|step| matches!(step, Step::Open(new) if new.requester.as_str() == OWNER)));
    assert!(!plan.steps.iter().any(|step| matches!(step, Step::Add(..))));
}

#[test]
fn nothing_that_lies_in_junk_is_answered_automatically() {
    for route in 0..3 {
        let mut junk = facts(OWNER, PROVEN, &[Ask::Erasure, Ask::Access]);
        junk.place = Place::AlsoRead;
        junk.mail.own_words = "ja".into();
        let waiting = every_state(OWNER).swap_remove(24);
        let case = case(OWNER, SUSPECT, vec![waiting]);
        junk.route = match route {
            0 => Route::New { linked: None },
            1 => Route::Joins { case },
            _ => confirms(case),
        };
        let plan = decide(&junk, &settings(Automatic::All));
        assert_eq!(kinds(&plan), ["review"], "{route}");
    }
}

fn confirms(case: Case) -> Route {
    let about = case.requests.iter().map(|request| request.id).collect();
    Route::Answer { question: Question::Confirmation, token: TokenId(5), about, case }
}

fn answer(words: &str, sure: Authenticity, route: Route, mode: Automatic) -> Plan {
    let mut facts = facts(OWNER, sure, &[]);
    facts.mail.own_words = words.into();
    facts.route = route;
    decide(&facts, &settings(mode))
}

fn waiting_for_confirmation() -> Case {
    let state = every_state(OWNER).swap_remove(24).1;
    case(OWNER, SUSPECT, vec![(Ask::Access, state.clone()), (Ask::Erasure, state)])
}

#[test]
fn a_yes_confirms_only_what_its_letter_asked_about() {
    let case = waiting_for_confirmation();
    let route = Route::Answer {
        question: Question::Confirmation,
        token: TokenId(5),
        about: vec![RequestId(1)],
        case: case.clone(),
    };
    let plan = answer("ja", UNPROVEN, route, Automatic::All);
    assert_eq!(letters(&plan), [("access_answer", OWNER.into())]);
    assert_eq!(state_of(&plan, 2), None);
    assert!(uses_token(&plan));
    let both = answer("ja", UNPROVEN, confirms(case), Automatic::All);
    assert_eq!(state_of(&both, 2).map(RequestState::name), Some("awaiting_staff"));
}

#[test]
fn a_no_stops_it_and_alerts_staff_and_sends_nothing() {
    let plan = answer("nee", UNPROVEN, confirms(waiting_for_confirmation()), Automatic::All);
    assert_eq!(states(&plan), ["closed", "closed"]);
    assert_eq!((letters(&plan), to_staff(&plan)), (vec![], vec!["staff_alert"]));
}

#[test]
fn an_unclear_or_suspect_answer_changes_nothing() {
    for (words, sure) in [("misschien", PROVEN), ("ja?", PROVEN), ("ja", SUSPECT), ("", UNPROVEN)] {
        let plan = answer(words, sure, confirms(waiting_for_confirmation()), Automatic::All);
        assert_eq!(kinds(&plan), ["review"], "{words} {sure:?}");
        assert!(!uses_token(&plan));
    }
}

#[test]
fn a_yes_continues_under_pause_and_without_automatic_mail_as_staff_want_it() {
    let plan = answer("ja", UNPROVEN, confirms(waiting_for_confirmation()), Automatic::All);
    assert!(posts(&plan).iter().filter(|post| post.to.as_str() == OWNER).all(|p| p.lane == Lane::AutomaticLater));
    let none = answer("ja", UNPROVEN, confirms(waiting_for_confirmation()), Automatic::None);
    assert_eq!(letters(&none), []);
    assert_eq!(states(&none), ["awaiting_staff", "awaiting_staff"]);
}

fn notice(words: &str, sure: Authenticity, case: Case) -> Plan {
    let route = Route::Answer { question: Question::OwnerNotice, token: TokenId(5), about: Vec::new(), case };
    answer(words, sure, route, Automatic::All)
}

/// A stranger's case whose disclosure staff approved.
fn scheduled() -> Case {
    let state = every_state(STRANGER).swap_remove(25);
    Case { customer: Some(customer().id), ..case(STRANGER, UNPROVEN, vec![state]) }
}

#[test]
fn a_no_of_the_owner_stops_an_approved_disclosure_whoever_seems_to_send_it() {
    for sure in SURENESS {
        let plan = notice("nee", sure, scheduled());
        assert_eq!(states(&plan), ["awaiting_staff"]);
        assert!(plan.steps.iter().any(|step| matches!(step, Step::Withdraw(ids) if ids == &[RequestId(1)])));
        assert_eq!((letters(&plan), to_staff(&plan)), (vec![], vec!["staff_alert", "staff_case"]));
    }
}

#[test]
fn a_no_that_comes_too_late_reaches_staff_without_saying_that_nothing_was_sent() {
    let mut late = scheduled();
    late.requests[0].state = RequestState::Answered { at: crate::rules::fixtures::now() };
    let plan = notice("nee", PROVEN, late);
    assert_eq!(to_staff(&plan), ["staff_case"]);
    assert_eq!(states(&plan), Vec::<&str>::new());
}

#[test]
fn an_unclear_answer_to_a_notice_reaches_staff_at_once_and_the_owner_can_still_say_no() {
    let plan = notice("wie is dit?", PROVEN, scheduled());
    assert_eq!((letters(&plan), to_staff(&plan)), (vec![], vec!["staff_case"]));
    assert!(!uses_token(&plan));
    assert_eq!(kinds(&notice("ja", PROVEN, scheduled())), ["ignore"]);
}

fn bounced(to: &str, kind: &str, case: Option<Case>) -> Plan {
    let of = SentLetter { post: 3, kind: kind.into(), disclosure: false, to: address(to), case };
    let mut facts: Facts = facts("mailer-daemon@elders.nl", UNPROVEN, &[]);
    facts.route = Route::Bounce { failed: true, of: Some(of) };
    decide(&facts, &settings(Automatic::All))
}

#[test]
fn a_staff_address_that_takes_no_mail_does_not_start_an_endless_exchange_of_alerts() {
    let first = bounced(STAFF, "staff_case", None);
    assert_eq!(to_staff(&first), ["staff_alert"]);
    assert!(posts(&first).iter().all(|post| post.to.as_str() == COLLEAGUE_OF_STAFF));
    assert!(posts(&bounced(COLLEAGUE_OF_STAFF, "staff_alert", None)).is_empty());
}

#[test]
fn a_bounced_notice_stops_the_disclosure_and_a_bounced_question_goes_to_staff() {
    let plan = bounced(OWNER, "owner_notice", Some(scheduled()));
    assert_eq!(state_of(&plan, 1).map(RequestState::name), Some("awaiting_staff"));
    assert_eq!((letters(&plan), to_staff(&plan)), (vec![], vec!["staff_case", "staff_alert"]));
    let plan = bounced(OWNER, "ask_confirmation", Some(waiting_for_confirmation()));
    assert_eq!(states(&plan), ["awaiting_staff", "awaiting_staff"]);
    // The notice was about something else than what is scheduled now, or nothing is.
    let plan = bounced(OWNER, "acknowledgement", Some(scheduled()));
    assert_eq!((states(&plan), to_staff(&plan)), (vec![], vec!["staff_alert"]));
}

fn any_facts() -> impl Strategy<Value = (Facts, Automatic)> {
    facts_of(&EVERYBODY, &SURENESS)
}

/// Facts about all kinds of mail of one of these people.
fn facts_of(
    people: &'static [&'static str],
    sureness: &'static [Authenticity],
) -> impl Strategy<Value = (Facts, Automatic)> {
    let asks = proptest::sample::subsequence(ASKS.to_vec(), 0..=ASKS.len());
    let words = prop_oneof![Just("ja"), Just("nee"), Just("graag"), Just("akkoord K-1001"), Just("")];
    let who = (0..people.len(), 0..EVERYBODY.len(), 0..sureness.len(), 0..SURENESS.len());
    let states = proptest::collection::vec(0..every_state(OWNER).len(), 1..4);
    let odds = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let strategy = (asks, words, who, states, 0..7_u8, 0..MODES.len(), odds);
    strategy.prop_map(move |(asks, words, (from, requester, sure, proven), states, route, mode, odds)| {
        let mut facts = facts(people[from], sureness[sure], &asks);
        let requester = EVERYBODY[requester];
        facts.mail.own_words = words.into();
        let every = every_state(requester);
        let requests = states.into_iter().map(|n| every[n].clone()).collect();
        let mut case = case(requester, SURENESS[proven], requests);
        let (junk, replay, disclosed, mailed, identified) = odds;
        if identified {
            case.customer = Some(customer().id);
        }
        if junk {
            facts.place = Place::AlsoRead;
        }
        facts.replay = replay;
        facts.recent.stranger_mails = u32::from(mailed);
        if disclosed {
            facts.recent.disclosed = vec![(Ask::Access, day("2026-03-03"), CaseId(1))];
        }
        let about = case.requests.iter().map(|request| request.id).collect();
        facts.route = match route {
            0 => Route::New { linked: None },
            1 => Route::Conversation,
            2 => Route::Joins { case },
            3 => Route::Answer { question: Question::Confirmation, token: TokenId(1), about, case },
            4 => Route::Answer { question: Question::OwnerNotice, token: TokenId(1), about, case },
            5 => Route::Machine,
            _ => Route::New { linked: Some(case) },
        };
        (facts, MODES[mode])
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn without_staff_data_goes_only_to_an_active_owner_address_that_is_on_file((facts, mode) in any_facts()) {
        let plan = decide(&facts, &settings(mode));
        for post in posts(&plan) {
            match &post.intention {
                Intention::DiscloseToOwner { customer: whose } => {
                    prop_assert_eq!(whose, &customer().id);
                    prop_assert!(customer().reachable_owners().any(|owner| *owner == post.to));
                    prop_assert!(facts.proof.authenticity != SUSPECT);
                    prop_assert_eq!(facts.place, Place::Inbox);
                }
                other => prop_assert!(!other.is_disclosure() && other.kind() != "erase", "{}", other.kind()),
            }
            let staff_token = matches!(post.token, Some(TokenStep::StaffCase | TokenStep::StaffReview));
            prop_assert!(!staff_token || post.lane == Lane::Staff);
            prop_assert!(post.lane != Lane::Staff || matches!(post.to.as_str(), STAFF | COLLEAGUE_OF_STAFF));
        }
    }

    #[test]
    fn a_letter_goes_only_to_the_sender_or_to_an_owner_who_is_asked((facts, mode) in any_facts()) {
        let from = facts.from.address().map(|from| from.as_str().to_owned());
        for (kind, to) in letters(&decide(&facts, &settings(mode))) {
            let asked = kind == "ask_confirmation" && matches!(to.as_str(), OWNER | SECOND_OWNER);
            prop_assert!(asked || Some(&to) == from.as_ref(), "{kind} {to}");
        }
    }

    #[test]
    fn an_unknown_suspect_sender_is_never_written_to((facts, mode) in facts_of(&[STRANGER, YOUNG], &[SUSPECT])) {
        prop_assert_eq!(letters(&decide(&facts, &settings(mode))), []);
    }

    #[test]
    fn without_automatic_mail_nothing_goes_outside((facts, _) in any_facts()) {
        prop_assert_eq!(letters(&decide(&facts, &settings(Automatic::None))), []);
    }

    #[test]
    fn an_unproven_stranger_gets_at_most_one_letter((facts, mode) in facts_of(&[STRANGER, YOUNG], &[UNPROVEN])) {
        let most = usize::from(facts.recent.stranger_mails == 0);
        prop_assert!(letters(&decide(&facts, &settings(mode))).len() <= most);
    }

    #[test]
    fn nothing_from_junk_and_no_replay_is_answered((facts, mode) in any_facts()) {
        prop_assume!(facts.place == Place::AlsoRead || facts.replay);
        prop_assert_eq!(letters(&decide(&facts, &settings(mode))), []);
    }
}
