//! What each command of staff does in each state of a request, and what no reply may do.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for one kind among many")]

use proptest::prelude::*;

use crate::domain::case::{Ask, Case, RequestState};
use crate::domain::facts::{Facts, ReviewId, ReviewItem, ReviewReason, Route, StaffThread, TokenId};
use crate::domain::facts::{OnFile, Review};
use crate::domain::plan::{Intention, Plan, StaffProblem, Step, Suppression, TokenStep, Whom};
use crate::domain::right::Purpose;
use crate::domain::sender::{Authenticity, Because};
use crate::domain::settings::Automatic;
use crate::rules::decide::decide;
use crate::rules::fixtures::{
    BILLING, CONTACT, EVERYBODY, MODES, OWNER, SECOND_OWNER, STAFF, STRANGER, SURENESS, address, asks, case, customer,
    due, every_state, facts, letters, now, on_file, posts, proof, settings, staff_reply, standing, state_of, states,
    to_staff, uses_token,
};

const PROVEN: Authenticity = Authenticity::Proven;
const UNPROVEN: Authenticity = Authenticity::Unproven;

fn order(words: &str, case: Case, named: Option<OnFile>) -> Plan {
    decide(&staff_reply(words, case, named), &settings(Automatic::All))
}

/// The problem that the help is about, when the plan is help and nothing else.
fn help(plan: &Plan) -> Option<StaffProblem> {
    match plan.steps.as_slice() {
        [Step::Post(post)] if post.to.as_str() == STAFF => match &post.intention {
            Intention::StaffHelp { problem } => Some(problem.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// One letter a state, in the order of [`every_state`], for a case of a known owner:
/// `.` help and nothing changes; `=` it is done and the state stays; else the first letter of the new state:
/// `i`n progress, `a`nswered, `r`efused, `c`losed, awaiting `s`taff, awaiting re`q`uester, sc`h`eduled,
/// `d` awaiting identity, `f` awaiting confirmation.
const EFFECTS: [(&str, &str); 11] = [
    //                    identity, confirmation, requester, staff: correct, erase; scheduled erasure; sending, by hand,
    //                    erased; answered, refused, closed; disclose, elsewhere, contact, ask identity, ask
    //                    confirmation, answer complaint, take up, restrict, stop use, objection, hand over; identity,
    //                    confirmation, scheduled disclosure
    ("akkoord", "i..i........i.idfsiaaai..."),
    ("akkoord K-1001", "i..ih.......iiiifsiaaaii.."),
    ("ja", "i..i...........dfsiaaa...."),
    ("afwijzen het mag niet", "rrrrrrrr....rrrrrrrrrrrrrr"),
    ("vraag welk adres?", "...qq.......qqqqqqqqqqq..."),
    ("verleng het is veel", "=========...=============="),
    ("geen verzoek", "cccccccc....cccccccccccccc"),
    ("klaar", "...a...aa.........aaa....."),
    ("afgehandeld", "ccccccccc...cccccccccccccc"),
    ("stop", ".....s...................s"),
    ("recht klacht", "cccccccc....ccccc==ccccccc"),
];

#[test]
fn every_command_in_every_state_does_what_the_policy_says_or_nothing() {
    for (words, effects) in EFFECTS {
        assert_eq!(effects.len(), every_state(OWNER).len());
        for (request, effect) in every_state(OWNER).into_iter().zip(effects.chars()) {
            let what = format!("{words}: {:?} {}", request.0, request.1.name());
            let plan = order(words, case(OWNER, PROVEN, vec![request]), None);
            let state = state_of(&plan, 1).map(RequestState::name);
            let expected = match effect {
                '.' | '=' => None,
                'i' => Some("in_progress"),
                'a' => Some("answered"),
                'r' => Some("refused"),
                'c' => Some("closed"),
                's' => Some("awaiting_staff"),
                'q' => Some("awaiting_requester"),
                'h' => Some("scheduled"),
                'd' => Some("awaiting_identity"),
                'f' => Some("awaiting_confirmation"),
                _ => panic!("{effect}"),
            };
            assert_eq!(state, expected, "{what}");
            assert_eq!(help(&plan).is_some(), effect == '.', "{what}");
            assert_eq!(uses_token(&plan), effect != '.', "{what}");
            assert_eq!(to_staff(&plan).contains(&"staff_confirmation"), effect != '.', "{what}");
        }
    }
}

#[test]
fn erasing_and_showing_data_elsewhere_need_the_number_and_more_than_a_yes() {
    let erase = || case(OWNER, PROVEN, vec![every_state(OWNER).swap_remove(4)]);
    assert_eq!(help(&order("akkoord", erase(), None)), Some(StaffProblem::CustomerNumberNeeded));
    assert_eq!(help(&order("ja", erase(), None)), Some(StaffProblem::WordTooWeak));
    assert_eq!(help(&order("akkoord K-9", erase(), None)), Some(StaffProblem::OtherCustomer));
    let stranger = || case(STRANGER, UNPROVEN, vec![every_state(STRANGER).swap_remove(13)]);
    assert_eq!(help(&order("akkoord", stranger(), None)), Some(StaffProblem::CustomerNumberNeeded));
    assert_eq!(help(&order("akkoord K-9", stranger(), None)), Some(StaffProblem::NoSuchCustomer));
}

#[test]
fn data_for_another_address_leaves_later_and_every_owner_is_told() {
    let stranger = case(STRANGER, UNPROVEN, vec![every_state(STRANGER).swap_remove(23)]);
    let plan = order("akkoord K-1001", stranger, Some(on_file()));
    let told: Vec<_> = letters(&plan);
    assert_eq!(
        told,
        [
            ("owner_notice", OWNER.to_owned()),
            ("owner_notice", SECOND_OWNER.to_owned()),
            ("access_answer", STRANGER.to_owned())
        ]
    );
    let leaves = now().saturating_add(settings(Automatic::All).delays.owner_notice).unwrap();
    for post in posts(&plan) {
        assert_eq!(post.not_before == leaves, matches!(post.intention, Intention::DiscloseApproved { .. }));
        let notice = matches!(post.intention, Intention::NotifyOwner { .. });
        assert_eq!(post.token == Some(TokenStep::OwnerNotice), notice);
    }
    assert!(matches!(plan.steps.get(1), Some(Step::Identify(_, id)) if *id == customer().id));
}

#[test]
fn an_approval_is_for_the_rights_that_are_named_and_all_of_them_or_none() {
    let two = || {
        let every = every_state(OWNER);
        case(OWNER, PROVEN, vec![every[3].clone(), every[12].clone()])
    };
    assert_eq!(states(&order("akkoord", two(), None)), ["in_progress", "in_progress"]);
    let one = order("akkoord inzage", two(), None);
    assert_eq!((states(&one), state_of(&one, 1)), (vec!["in_progress"], None));
    let wrong = order("akkoord inzage klacht", two(), None);
    assert_eq!(help(&wrong), Some(StaffProblem::NoSuchRequest));
}

#[test]
fn two_questions_for_confirmation_that_are_approved_together_are_one_letter_to_the_one_who_asks() {
    let every = every_state(SECOND_OWNER);
    let mut second = every[16].clone();
    second.0 = Ask::Erasure;
    let plan = order("akkoord", case(SECOND_OWNER, UNPROVEN, vec![every[16].clone(), second]), None);
    assert_eq!(letters(&plan), [("ask_confirmation", SECOND_OWNER.to_owned())]);
}

#[test]
fn a_use_is_allowed_again_only_where_this_request_had_stopped_it() {
    let lifts = |plan: &Plan| -> Vec<(Whom, Suppression)> {
        let lift = |step: &Step| match step {
            Step::Lift { whom, what } => Some((whom.clone(), *what)),
            _ => None,
        };
        plan.steps.iter().filter_map(lift).collect()
    };
    let every = every_state(OWNER);
    let restricted = vec![(Whom::Customer(customer().id), Suppression::Restriction)];
    for words in ["afwijzen het mag niet", "geen verzoek", "recht klacht"] {
        let plan = order(words, case(OWNER, PROVEN, vec![every[19].clone()]), None);
        assert_eq!(lifts(&plan), restricted, "{words}");
    }
    assert_eq!(lifts(&order("afgehandeld", case(OWNER, PROVEN, vec![every[19].clone()]), None)), []);
    // It waited for the owner's yes: nothing was stopped for it.
    let waiting = (Ask::Restriction, every[1].1.clone());
    assert_eq!(lifts(&order("afwijzen het mag niet", case(OWNER, UNPROVEN, vec![waiting]), None)), []);
    // A contact's objection was recorded for the contact, not for the customer.
    let contact = order("afwijzen het mag niet", case(CONTACT, UNPROVEN, vec![every[21].clone()]), None);
    assert_eq!(lifts(&contact), [(Whom::Address(address(CONTACT)), Suppression::Marketing)]);
    // The owner confirmed the contact's request: it was recorded for the customer.
    let mut confirmed = case(CONTACT, PROVEN, vec![every[19].clone()]);
    confirmed.requests[0].proof.because = Because::Confirmed;
    assert_eq!(lifts(&order("afwijzen het mag niet", confirmed, None)), restricted);
    // Another request of the case keeps it stopped.
    let marketing = Ask::Objection(Purpose::Marketing);
    let both = vec![(marketing, RequestState::Answered { at: now() }), every[21].clone()];
    assert_eq!(lifts(&order("afwijzen het mag niet", case(OWNER, PROVEN, both), None)), []);
}

#[test]
fn what_is_done_by_hand_is_recorded_as_stopped() {
    let plan = order("klaar", case(OWNER, UNPROVEN, vec![every_state(OWNER).swap_remove(19)]), None);
    assert!(plan.steps.iter().any(|s| matches!(s, Step::Suppress { what: Suppression::Restriction, .. })));
}

#[test]
fn an_order_without_a_token_needs_a_proven_sender_whatever_is_configured() {
    for words in ["pauze", "hervat", "verzoek iemand@elders.nl"] {
        let mut facts = facts(STAFF, UNPROVEN, &[]);
        facts.mail.own_words = words.into();
        facts.route = Route::Staff { answers: StaffThread::None };
        let mut settings = settings(Automatic::All);
        settings.require_proven = false;
        assert_eq!(help(&decide(&facts, &settings)), Some(StaffProblem::NotProven), "{words}");
        facts.proof = proof(PROVEN);
        assert_eq!(help(&decide(&facts, &settings)), None, "{words}");
        facts.replay = true;
        assert_eq!(help(&decide(&facts, &settings)), Some(StaffProblem::AlreadyDecided), "{words}");
    }
}

#[test]
fn a_case_is_never_opened_for_our_own_address() {
    let mut facts = facts(STAFF, PROVEN, &[]);
    facts.mail.own_words = "verzoek info@craftcloud.nl".into();
    facts.route = Route::Staff { answers: StaffThread::None };
    assert_eq!(help(&decide(&facts, &settings(Automatic::All))), Some(StaffProblem::AddressMissing));
}

#[test]
fn a_request_passed_on_by_staff_waits_for_staff_and_mails_nobody_outside() {
    for who in EVERYBODY {
        let mut facts = facts(STAFF, PROVEN, &[Ask::Access, Ask::Erasure]);
        facts.mail.own_words = format!("verzoek {who}");
        facts.route = Route::Staff { answers: StaffThread::None };
        let plan = decide(&facts, &settings(Automatic::All));
        assert_eq!((letters(&plan), states(&plan)), (vec![], vec!["awaiting_staff", "awaiting_staff"]), "{who}");
    }
}

fn item(n: i64, from: &str, sure: Authenticity, decided: bool) -> ReviewItem {
    let review = Review {
        folder: "INBOX".into(),
        from: Some(address(from)),
        name: String::new(),
        proof: proof(sure),
        received: now(),
        classification: asks(&[Ask::Access]),
        mail: Default::default(),
        why: ReviewReason::Unclear,
        linked: None,
    };
    ReviewItem { id: ReviewId(n), decided, review, standing: standing(from), due: due() }
}

fn digest(words: &str, items: Vec<ReviewItem>) -> Plan {
    let mut facts = facts(STAFF, PROVEN, &[]);
    facts.mail.own_words = words.into();
    facts.route = Route::Staff { answers: StaffThread::Reviews { token: TokenId(9), items } };
    decide(&facts, &settings(Automatic::All))
}

#[test]
fn a_digest_is_answered_by_lines_and_stays_open_until_every_item_is_decided() {
    let items = || vec![item(1, OWNER, PROVEN, false), item(2, STRANGER, Authenticity::Suspect, false)];
    let one = digest("1 geen", items());
    assert!(!uses_token(&one));
    assert_eq!(letters(&one), []);
    let both = digest("1 inzage\n2 inzage", items());
    assert!(uses_token(&both));
    // The unknown and suspect one gets no mail; the case waits for staff.
    assert_eq!(letters(&both), [("access_answer", OWNER.to_owned())]);
    assert_eq!(states(&both), ["in_progress", "awaiting_staff"]);
}

#[test]
fn what_a_colleague_decided_about_a_review_is_not_decided_again() {
    let again = digest("1 inzage", vec![item(1, OWNER, PROVEN, true)]);
    assert_eq!(help(&again), Some(StaffProblem::AlreadyDecided));
    let rest = digest("1 inzage\n2 geen", vec![item(1, OWNER, PROVEN, true), item(2, OWNER, PROVEN, false)]);
    assert_eq!(letters(&rest), []);
    assert!(uses_token(&rest));
}

#[test]
fn lines_that_do_not_fit_a_digest_change_nothing() {
    for words in ["akkoord", "3 geen", "1 akkoord", "inzage"] {
        let plan = digest(words, vec![item(1, OWNER, PROVEN, false), item(2, OWNER, PROVEN, false)]);
        assert!(help(&plan).is_some(), "{words}");
    }
}

const COMMANDS: [&str; 18] = [
    "akkoord",
    "akkoord K-1001",
    "akkoord inzage",
    "akkoord K-1001 inzage verwijdering",
    "ja",
    "ok",
    "afwijzen het kan niet",
    "vraag welk adres?",
    "verleng het is veel",
    "recht inzage",
    "recht inzage verwijdering bezwaar klacht",
    "geen verzoek",
    "klaar",
    "afgehandeld",
    "stop",
    "status",
    "akkoord?",
    "dank je wel",
];

fn any_reply() -> impl Strategy<Value = (Facts, Automatic)> {
    let states = proptest::collection::vec(0..every_state(OWNER).len(), 1..4);
    let people = (0..EVERYBODY.len(), 0..SURENESS.len(), 0..SURENESS.len());
    let odds = (any::<bool>(), any::<bool>());
    (0..COMMANDS.len(), states, people, 0..MODES.len(), odds).prop_map(|(words, states, who, mode, odds)| {
        let (requester, asked, ordered) = who;
        let every = every_state(EVERYBODY[requester]);
        let requests = states.into_iter().map(|n| every[n].clone()).collect();
        let mut case = case(EVERYBODY[requester], SURENESS[asked], requests);
        let words = COMMANDS[words];
        let (identified, replay) = odds;
        if identified {
            case.customer = Some(customer().id);
        }
        let named = words.contains("K-1001").then(on_file);
        let mut facts = staff_reply(words, case, named);
        facts.proof = proof(SURENESS[ordered]);
        facts.replay = replay && ordered == 0;
        (facts, MODES[mode])
    })
}

fn requester(facts: &Facts) -> String {
    match &facts.route {
        Route::Staff { answers: StaffThread::Case(about) } => about.case.requester.as_str().to_owned(),
        _ => panic!("a reply of staff"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn data_leaves_only_to_an_owner_on_file_or_to_the_requester_whom_staff_approved((facts, mode) in any_reply()) {
        let plan = decide(&facts, &settings(mode));
        let words = &facts.mail.own_words;
        for post in posts(&plan) {
            let approved = match &post.intention {
                Intention::DiscloseToOwner { customer: whose } => {
                    prop_assert_eq!(whose, &customer().id);
                    prop_assert!(customer().reachable_owners().any(|owner| *owner == post.to));
                    continue;
                }
                Intention::DiscloseApproved { approval } => {
                    prop_assert!(words.contains("K-1001"), "{}", words);
                    approval
                }
                Intention::DiscloseContact { approval } => {
                    prop_assert!(words.starts_with("akkoord"));
                    approval
                }
                Intention::Erase { approval } => {
                    prop_assert!(words.contains("K-1001"), "{}", words);
                    prop_assert!(post.not_before > facts.now);
                    prop_assert_eq!(&approval.by, &address(STAFF));
                    continue;
                }
                _ => continue,
            };
            prop_assert_eq!(facts.proof.authenticity, PROVEN);
            prop_assert_eq!(&approved.by, &address(STAFF));
            prop_assert_eq!(&approved.to, &post.to);
            prop_assert_eq!(post.to.as_str(), requester(&facts));
            prop_assert_eq!(post.requests.len(), 1, "an approval covers one request");
            prop_assert_eq!(&approved.customer, &customer().id);
        }
    }

    #[test]
    fn an_unproven_sender_or_a_replay_changes_nothing((facts, mode) in any_reply()) {
        let plan = decide(&facts, &settings(mode));
        if facts.proof.authenticity != PROVEN || facts.replay {
            prop_assert!(help(&plan).is_some());
        }
    }

    #[test]
    fn help_changes_nothing_and_a_change_uses_the_token_and_is_confirmed((facts, mode) in any_reply()) {
        let plan = decide(&facts, &settings(mode));
        if help(&plan).is_some() || facts.mail.own_words == "status" {
            prop_assert!(!uses_token(&plan));
            prop_assert_eq!(plan.steps.len(), 1);
        } else {
            prop_assert!(uses_token(&plan));
            prop_assert!(to_staff(&plan).contains(&"staff_confirmation"));
        }
    }

    #[test]
    fn letters_of_a_case_go_only_to_its_requester_or_to_owners((facts, mode) in any_reply()) {
        let requester = requester(&facts);
        for (kind, to) in letters(&decide(&facts, &settings(mode))) {
            let owner = matches!(to.as_str(), OWNER | SECOND_OWNER) && matches!(kind, "owner_notice" | "ask_confirmation");
            let disclosed = kind == "access_answer" && to != BILLING && to == OWNER;
            prop_assert!(owner || disclosed || to == requester, "{} {}", kind, to);
        }
    }
}
