//! `--select key=value,…`: which open requests are meant. Every key must fit; a request that is finished never fits.

use crate::domain::address::Address;
use crate::domain::case::{Case, Request};
use crate::domain::customer::CustomerId;
use crate::domain::right::Right;
use crate::domain::time::{Date, TimeZone, day_of};

/// States that a request can be closed from.
const STATES: [&str; 6] =
    ["awaiting_identity", "awaiting_confirmation", "awaiting_requester", "awaiting_staff", "scheduled", "in_progress"];

/// What all must fit, at least one.
#[derive(Debug)]
pub(super) struct Selection {
    rules: Vec<Rule>,
    zone: TimeZone,
}

#[derive(Debug)]
enum Rule {
    State(String),
    Right(Right),
    Requester(Address),
    Domain(String),
    Customer(CustomerId),
    Before(Date),
}

impl Selection {
    /// Reads `key=value` pairs.
    ///
    /// # Errors
    /// In words: which pair is wrong, and what is right.
    pub(super) fn parse(pairs: &[String], zone: &TimeZone) -> Result<Self, String> {
        let rules = pairs.iter().map(|pair| rule(pair)).collect::<Result<Vec<_>, _>>()?;
        if rules.is_empty() {
            return Err("--select needs at least one key=value; closing everything at once is not possible".to_owned());
        }
        Ok(Self { rules, zone: zone.clone() })
    }

    /// The open requests of a case that fit.
    pub(super) fn of<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = &'a Request> {
        case.open().filter(move |request| self.rules.iter().all(|rule| self.fits(rule, case, request)))
    }

    fn fits(&self, rule: &Rule, case: &Case, request: &Request) -> bool {
        match rule {
            Rule::State(name) => request.state.name() == name,
            Rule::Right(right) => request.ask.right() == *right,
            Rule::Requester(address) => case.requester == *address,
            Rule::Domain(domain) => case.requester.domain() == domain,
            Rule::Customer(id) => case.customer.as_ref().is_some_and(|customer| customer.matches(id)),
            Rule::Before(day) => day_of(request.received, &self.zone) < *day,
        }
    }
}

fn rule(pair: &str) -> Result<Rule, String> {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
    let wrong = |what: &str| format!("--select {key}=…: {what}");
    match key.as_str() {
        "state" if STATES.contains(&value) => Ok(Rule::State(value.to_owned())),
        "state" => Err(wrong(&format!("is none of {}", STATES.join(", ")))),
        "right" => Right::from_name(value).map(Rule::Right).ok_or_else(|| {
            let names: Vec<&str> = Right::ALL.iter().map(|right| right.name()).collect();
            wrong(&format!("is none of {}", names.join(", ")))
        }),
        "requester" => Address::parse(value).map(Rule::Requester).map_err(|why| wrong(&format!("the address {why}"))),
        "domain" => {
            let domain = value.trim_start_matches('@');
            // Through an address, so that both are in the same form.
            let address =
                Address::parse(&format!("x@{domain}")).map_err(|_| wrong("is no domain name, such as example.com"))?;
            Ok(Rule::Domain(address.domain().to_owned()))
        }
        "customer" => {
            CustomerId::parse(value).map(Rule::Customer).ok_or_else(|| wrong("is no customer number, such as K-1001"))
        }
        "before" => value.parse().map(Rule::Before).map_err(|_| wrong("is no day, such as 2026-03-03")),
        _ => Err(format!("--select knows no key `{key}`; there are state, right, requester, domain, customer, before")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Ask, CaseId, Closing, Proposal, Reference, RequestId, RequestState};
    use crate::domain::language::Language;
    use crate::domain::sender::{Authenticity, Because, Proof};
    use crate::domain::time::Timestamp;

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Amsterdam").unwrap()
    }

    fn case() -> Case {
        let received: Timestamp = "2026-03-02T23:30:00Z".parse().unwrap();
        let request = |id, ask, state| Request {
            id: RequestId(id),
            ask,
            received,
            due: "2026-04-07".parse().unwrap(),
            due_extended: "2026-06-03".parse().unwrap(),
            extended: false,
            proof: Proof { authenticity: Authenticity::Unproven, because: Because::NotConfigured },
            state,
            evidence: Vec::new(),
        };
        let staff = RequestState::AwaitingStaff { since: received, proposal: Proposal::Correct };
        let done = RequestState::Closed { at: received, how: Closing::Handled };
        Case {
            id: CaseId(1),
            reference: Reference::new(2026, 1),
            requester: Address::parse("jan@bücher.example").unwrap(),
            requester_name: String::new(),
            customer: CustomerId::parse("K-1"),
            language: Language::Nl,
            received,
            mails: Vec::new(),
            requests: vec![request(1, Ask::Rectification, staff), request(2, Ask::Access, done)],
        }
    }

    fn hits(pairs: &[&str]) -> Vec<i64> {
        let pairs: Vec<String> = pairs.iter().map(|pair| (*pair).to_owned()).collect();
        Selection::parse(&pairs, &zone()).unwrap().of(&case()).map(|request| request.id.0).collect()
    }

    #[test]
    fn every_key_selects_and_all_must_fit() {
        for pair in [
            "state=awaiting_staff",
            "right=rectification",
            "requester=JAN@bücher.example",
            "domain=bücher.example",
            "domain=@BÜCHER.example",
            "customer=k-1",
            "before=2026-03-04",
        ] {
            assert_eq!(hits(&[pair]), [1], "{pair}");
        }
        for pair in [
            "state=in_progress",
            "requester=piet@bücher.example",
            "domain=cher.example",
            "customer=K-10",
            "right=erasure",
            "before=2026-03-03",
        ] {
            assert!(hits(&[pair]).is_empty(), "{pair}");
            assert!(hits(&["state=awaiting_staff", pair]).is_empty(), "{pair}");
        }
    }

    #[test]
    fn what_is_finished_is_never_selected() {
        assert!(hits(&["right=access"]).is_empty());
    }

    #[test]
    fn a_pair_that_means_nothing_is_an_error_that_says_what_does() {
        for (pair, says) in [
            ("state=closed", "awaiting_staff"),
            ("state", "awaiting_staff"),
            ("right=inzage", "rectification"),
            ("requester=jan", "name@domain"),
            ("domain=example", "example.com"),
            ("before=yesterday", "2026-03-03"),
            ("colour=red", "there are state"),
            ("", "there are state"),
        ] {
            let error = Selection::parse(&[pair.to_owned()], &zone()).unwrap_err();
            assert!(error.contains(says), "{pair}: {error}");
        }
        assert!(Selection::parse(&[], &zone()).is_err());
    }
}
