//! People, cases and facts for the tests of decisions.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks for one kind among many")]

use crate::domain::address::Address;
use crate::domain::case::{
    Approval, Ask, Case, CaseId, CaseMail, Closing, Proposal, Reference, Request, RequestId, RequestState, Work,
};
use crate::domain::customer::{AddressState, Customer, CustomerId, KnownAddress, Role, Standing};
use crate::domain::facts::{Due, Facts, OnFile, Place, Recent, Route, StaffCase, StaffThread, TokenId};
use crate::domain::language::{Language, LetterLanguage};
use crate::domain::plan::{Intention, Plan, Post, RequestKey, Step};
use crate::domain::right::{Purpose, Rights};
use crate::domain::sender::{Authenticity, Because, Malformed, Proof, Sender};
use crate::domain::settings::{Automatic, Delays, Limits, Settings};
use crate::domain::time::{Date, SignedDuration, TimeZone, Timestamp};
use crate::domain::verdict::{Classification, Evidence, Verdict};

pub(crate) const STAFF: &str = "privacy@craftcloud.nl";
pub(crate) const COLLEAGUE_OF_STAFF: &str = "els@craftcloud.nl";
pub(crate) const OWNER: &str = "jan@klant.nl";
pub(crate) const SECOND_OWNER: &str = "piet@klant.nl";
pub(crate) const CONTACT: &str = "contact@klant.nl";
pub(crate) const BILLING: &str = "boek@klant.nl";
pub(crate) const YOUNG: &str = "nieuw@klant.nl";
pub(crate) const DORMANT: &str = "oud@klant.nl";
pub(crate) const SHARED: &str = "boekhouder@bureau.nl";
pub(crate) const STRANGER: &str = "iemand@elders.nl";

/// Everybody who may write, known or not.
pub(crate) const EVERYBODY: [&str; 8] = [OWNER, SECOND_OWNER, CONTACT, BILLING, YOUNG, DORMANT, SHARED, STRANGER];
pub(crate) const SURENESS: [Authenticity; 3] = [Authenticity::Proven, Authenticity::Unproven, Authenticity::Suspect];
pub(crate) const MODES: [Automatic; 3] = [Automatic::All, Automatic::Safe, Automatic::None];
pub(crate) const ASKS: [Ask; 9] = [
    Ask::Access,
    Ask::Portability,
    Ask::Rectification,
    Ask::Restriction,
    Ask::Objection(Purpose::Marketing),
    Ask::Objection(Purpose::Consent),
    Ask::Objection(Purpose::Other),
    Ask::Erasure,
    Ask::Complaint,
];

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-03-03T09:00:00Z".parse().unwrap()
}

pub(crate) fn settings(automatic: Automatic) -> Settings {
    Settings {
        name: "CraftCloud".into(),
        address: address("info@craftcloud.nl"),
        aliases: vec![address("privacyvragen@craftcloud.nl")],
        zone: TimeZone::UTC,
        automatic,
        staff: vec![address(STAFF), address(COLLEAGUE_OF_STAFF)],
        require_proven: true,
        staff_language: LetterLanguage::Nl,
        delays: Delays {
            identity_reminder: SignedDuration::from_hours(240),
            identity_days: 21,
            confirmation: SignedDuration::from_hours(14 * 24),
            owner_notice: SignedDuration::from_hours(72),
            young_address: SignedDuration::from_hours(7 * 24),
            erasure: SignedDuration::from_hours(24),
            repeat: SignedDuration::from_hours(24),
        },
        limits: Limits { per_address_per_day: 5, per_hour_unproven: 200, per_hour_proven: 2000 },
    }
}

pub(crate) fn customer() -> Customer {
    let known = |text: &str, role, state| KnownAddress { address: address(text), role, since: None, state };
    Customer {
        id: CustomerId::parse("K-1001").unwrap(),
        name: "Jan Jansen".into(),
        company: "Jansen BV".into(),
        kvk: String::new(),
        addresses: vec![
            known(OWNER, Role::Owner, AddressState::Active),
            known(SECOND_OWNER, Role::Owner, AddressState::Active),
            known(CONTACT, Role::Contact, AddressState::Active),
            known(BILLING, Role::Billing, AddressState::Active),
            known(YOUNG, Role::Owner, AddressState::Young),
            known(DORMANT, Role::Owner, AddressState::Dormant),
        ],
        fields: Vec::new(),
    }
}

pub(crate) fn on_file() -> OnFile {
    OnFile { customer: customer(), record: "as it is".into() }
}

pub(crate) fn standing(text: &str) -> Standing {
    let customer = customer();
    match text {
        SHARED => Standing::Several(vec![customer.id, CustomerId::parse("K-1002").unwrap()]),
        _ if customer.address(&address(text)).is_some() => Standing::Known(customer),
        _ => Standing::Unknown,
    }
}

pub(crate) fn proof(authenticity: Authenticity) -> Proof {
    Proof { authenticity, because: Because::NothingProven }
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn due() -> Due {
    Due { normal: day("2026-04-07"), extended: day("2026-06-03"), identity_closes: day("2026-03-24") }
}

pub(crate) fn asks(what: &[Ask]) -> Classification {
    let rights: Rights = what.iter().map(|ask| ask.right()).collect();
    let evidence = what.iter().map(|ask| Evidence { right: ask.right(), text: "graag".into(), purpose: ask.purpose() });
    Classification {
        verdict: Verdict::Request,
        rights,
        language: Language::Nl,
        score: 0.9,
        evidence: evidence.collect(),
    }
}

/// A new mail of somebody who asks this.
pub(crate) fn facts(from: &str, sure: Authenticity, what: &[Ask]) -> Facts {
    let sender = match sure {
        Authenticity::Malformed => Sender::Malformed(Malformed::Hidden),
        Authenticity::Proven | Authenticity::Unproven | Authenticity::Suspect | Authenticity::Temporary => {
            Sender::Mailbox { address: address(from), name: "Iemand".into() }
        }
    };
    Facts {
        folder: "INBOX".into(),
        leak: false,
        now: now(),
        received: now(),
        place: Place::Inbox,
        from: sender,
        proof: proof(sure),
        standing: standing(from),
        route: Route::New { linked: None },
        classification: if what.is_empty() { Classification::ordinary(Language::Nl) } else { asks(what) },
        mail: CaseMail {
            message_id: Some("vraag@klant.nl".into()),
            subject: "vraag".into(),
            own_words: "graag".into(),
            attachments: Vec::new(),
        },
        recent: Recent::default(),
        replay: false,
        unreadable: false,
        due: due(),
    }
}

/// A case of somebody with requests in these states; they were proven so.
pub(crate) fn case(requester: &str, sure: Authenticity, requests: Vec<(Ask, RequestState)>) -> Case {
    let request = |(n, (ask, state)): (usize, (Ask, RequestState))| Request {
        id: RequestId(i64::try_from(n).unwrap() + 1),
        ask,
        received: now(),
        due: due().normal,
        due_extended: due().extended,
        extended: false,
        proof: proof(sure),
        state,
        evidence: Vec::new(),
    };
    let known = matches!(standing(requester), Standing::Known(_)) && requester != YOUNG;
    Case {
        id: CaseId(1),
        reference: Reference::new(2026, 1),
        requester: address(requester),
        requester_name: String::new(),
        customer: known.then(|| customer().id),
        language: Language::Nl,
        received: now(),
        mails: vec![CaseMail { message_id: Some("eerste@klant.nl".into()), ..CaseMail::default() }],
        requests: requests.into_iter().enumerate().map(request).collect(),
    }
}

/// Facts about a staff reply with these words to the mail of a case; `named` is the customer that they name.
pub(crate) fn staff_reply(words: &str, case: Case, named: Option<OnFile>) -> Facts {
    let mut facts = facts(STAFF, Authenticity::Proven, &[]);
    facts.mail.own_words = words.into();
    let known = case.customer.is_some();
    let about = StaffCase {
        token: TokenId(7),
        customer: named.or_else(|| known.then(on_file)),
        requester: standing(case.requester.as_str()),
        wrote: true,
        case,
    };
    facts.route = Route::Staff { answers: StaffThread::Case(Box::new(about)) };
    facts
}

pub(crate) fn posts(plan: &Plan) -> Vec<&Post> {
    let mut posts = Vec::new();
    for step in &plan.steps {
        if let Step::Post(post) = step {
            posts.push(post);
        }
    }
    posts
}

/// The letters to people who are not staff that go out now: kind and address. A deed is no letter; a reminder waits for days,
/// and turns out to be pointless when the requester answers.
pub(crate) fn letters(plan: &Plan) -> Vec<(&'static str, String)> {
    let outside = |post: &&Post| {
        !matches!(post.to.as_str(), STAFF | COLLEAGUE_OF_STAFF)
            && !matches!(post.intention, Intention::Erase { .. } | Intention::RemindIdentity { .. })
    };
    let named = |post: &Post| (post.intention.kind(), post.to.as_str().to_owned());
    posts(plan).into_iter().filter(outside).map(named).collect()
}

/// The kinds of mail to staff, each once.
pub(crate) fn to_staff(plan: &Plan) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for post in posts(plan) {
        if matches!(post.to.as_str(), STAFF | COLLEAGUE_OF_STAFF) && !kinds.contains(&post.intention.kind()) {
            kinds.push(post.intention.kind());
        }
    }
    kinds
}

/// The names of the states that a plan gives to requests, old and new, in order.
pub(crate) fn states(plan: &Plan) -> Vec<&'static str> {
    let state = |step: &Step| match step {
        Step::Open(case) => case.requests.iter().map(|request| request.state.name()).collect(),
        Step::Add(_, request) => vec![request.state.name()],
        Step::Set { state, .. } => vec![state.name()],
        _ => Vec::new(),
    };
    plan.steps.iter().flat_map(state).collect()
}

/// The states that a plan gives to one existing request.
pub(crate) fn state_of(plan: &Plan, id: i64) -> Option<&RequestState> {
    plan.steps.iter().rev().find_map(|step| match step {
        Step::Set { request: RequestKey::Old(request), state, .. } if request.0 == id => Some(state),
        _ => None,
    })
}

/// Whether the token is used up.
pub(crate) fn uses_token(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| matches!(step, Step::UseToken(_)))
}

/// The action kinds as `explain` shows them, sorted, each once.
pub(crate) fn kinds(plan: &Plan) -> Vec<&'static str> {
    let mut kinds: Vec<_> = plan.actions().into_iter().map(|action| action.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn approval(to: &str) -> Approval {
    Approval { by: address(STAFF), at: now(), customer: customer().id, to: address(to), record: "as it is".into() }
}

/// Every kind of state that a request can be in, with a request that can be in it.
pub(crate) fn every_state(requester: &str) -> Vec<(Ask, RequestState)> {
    let (at, asked, since) = (now(), now(), now());
    let to = || address(requester);
    let waits = |proposal| RequestState::AwaitingStaff { since, proposal };
    vec![
        (Ask::Rectification, RequestState::AwaitingIdentity { asked, closes: due().identity_closes }),
        (Ask::Rectification, RequestState::AwaitingConfirmation { asked, owner: address(OWNER) }),
        (Ask::Rectification, RequestState::AwaitingRequester { asked, proposal: Proposal::Correct }),
        (Ask::Rectification, waits(Proposal::Correct)),
        (Ask::Erasure, waits(Proposal::Erase)),
        (Ask::Erasure, RequestState::Scheduled { at, approval: approval(requester), proposal: Proposal::Erase }),
        (Ask::Access, RequestState::InProgress { since, work: Work::Sending, approval: None }),
        (Ask::Portability, RequestState::InProgress { since, work: Work::Manual, approval: None }),
        (Ask::Erasure, RequestState::InProgress { since, work: Work::Manual, approval: Some(approval(requester)) }),
        (Ask::Access, RequestState::Answered { at }),
        (Ask::Access, RequestState::Refused { at }),
        (Ask::Access, RequestState::Closed { at, how: Closing::Handled }),
        (Ask::Access, waits(Proposal::Disclose(to()))),
        (Ask::Access, waits(Proposal::DiscloseElsewhere)),
        (Ask::Access, waits(Proposal::DiscloseContact)),
        (Ask::Access, waits(Proposal::AskIdentity)),
        (Ask::Access, waits(Proposal::AskConfirmation)),
        (Ask::Complaint, waits(Proposal::AnswerComplaint)),
        (Ask::Complaint, waits(Proposal::TakeUpComplaint)),
        (Ask::Restriction, waits(Proposal::Restrict)),
        (Ask::Objection(Purpose::Other), waits(Proposal::StopUse)),
        (Ask::Objection(Purpose::Marketing), waits(Proposal::ConfirmObjection)),
        (Ask::Portability, waits(Proposal::HandOver)),
        (Ask::Access, RequestState::AwaitingIdentity { asked, closes: due().identity_closes }),
        (Ask::Access, RequestState::AwaitingConfirmation { asked, owner: address(OWNER) }),
        (
            Ask::Access,
            RequestState::Scheduled { at, approval: approval(requester), proposal: Proposal::DiscloseElsewhere },
        ),
    ]
}
