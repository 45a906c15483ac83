//! Cases, their requests and the register.

use privacyloket::domain::case::{Ask, CaseId, Closing, Reference, RequestId, RequestState, Work};
use privacyloket::domain::plan::By;
use privacyloket::domain::right::Purpose;
use privacyloket::domain::sender::{Authenticity, Because, Proof};
use privacyloket::io::store::StoreError;

use crate::{Base, PROVEN, address, answered, customer, jan, mail, new_case, noon, on_both, request, waiting};

on_both!(
    a_case_comes_back_as_it_was_opened,
    numbers_count_per_year,
    a_mail_and_a_request_can_join_a_case,
    a_finished_request_stays_finished,
    a_write_to_a_row_that_is_not_there_is_an_error,
    only_cases_with_something_open_are_open,
    cases_are_found_by_requester_and_by_customer,
    what_was_disclosed_lately_is_known,
    the_register_has_one_line_a_request_and_no_content,
    staff_and_persons_are_not_named_in_the_register,
);

async fn a_case_comes_back_as_it_was_opened(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let asks = vec![request(Ask::Access, waiting()), request(Ask::Objection(Purpose::Marketing), answered())];
    let new = new_case("jan@klant.test", Some("K-1"), asks);
    let opened = tx.open_case(&new, 2026, noon(1)).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    let case = tx.case(opened.id).await.unwrap().unwrap();
    assert_eq!(case.reference, Reference::new(2026, 1));
    assert_eq!(case.requester, address("jan@klant.test"));
    assert_eq!(case.requester_name, "Jan \"de bakker\" O'Neill");
    assert_eq!(case.customer, Some(customer("K-1")));
    assert_eq!((case.language, case.received), (new.language, noon(0)));
    assert_eq!(case.mails, [mail("Inzage")]);
    assert_eq!(case.requests.iter().map(|request| request.id).collect::<Vec<_>>(), opened.requests);
    for (kept, given) in case.requests.iter().zip(&new.requests) {
        assert_eq!((kept.ask, &kept.state, kept.proof), (given.ask, &given.state, given.proof));
        assert_eq!((kept.received, kept.due, kept.due_extended), (given.received, given.due, given.due_extended));
        assert_eq!(kept.evidence, given.evidence);
        assert!(!kept.extended);
    }
    assert_eq!(tx.case_by_reference(&opened.reference).await.unwrap(), Some(case.clone()));
    assert_eq!(tx.case_of_request(opened.requests[1]).await.unwrap(), Some(case));
    assert_eq!(tx.case(CaseId(99)).await.unwrap(), None);
    assert_eq!(tx.case_by_reference(&Reference::new(2025, 1)).await.unwrap(), None);
    assert_eq!(tx.case_of_request(RequestId(99)).await.unwrap(), None);
}

async fn numbers_count_per_year(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let case = new_case("jan@klant.test", None, Vec::new());
    let mut references = Vec::new();
    for year in [2026, 2026, 2027, 2026] {
        references.push(tx.open_case(&case, year, noon(0)).await.unwrap().reference.to_string());
    }
    assert_eq!(references, ["PL-2026-0001", "PL-2026-0002", "PL-2027-0001", "PL-2026-0003"]);
}

async fn a_mail_and_a_request_can_join_a_case(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let case = jan(&mut tx).await.id;
    let other = jan(&mut tx).await.id;
    tx.add_case_mail(case, &mail("Re: Inzage"), noon(9)).await.unwrap();
    let added = tx.add_request(case, &request(Ask::Erasure, waiting())).await.unwrap();
    tx.extend(added).await.unwrap();
    let proof = Proof { authenticity: Authenticity::Proven, because: Because::Confirmed };
    tx.prove(added, proof).await.unwrap();
    tx.identify(case, &customer("K-2")).await.unwrap();

    let case = tx.case(case).await.unwrap().unwrap();
    assert_eq!(case.mails, [mail("Inzage"), mail("Re: Inzage")]);
    assert_eq!(case.customer, Some(customer("K-2")));
    let [first, second] = case.requests.as_slice() else { panic!("not two requests") };
    assert_eq!((first.ask, first.extended, first.proof), (Ask::Access, false, PROVEN));
    assert_eq!((second.ask, second.extended, second.proof), (Ask::Erasure, true, proof));
    let other = tx.case(other).await.unwrap().unwrap();
    assert_eq!((other.mails.len(), other.requests.len(), other.customer), (1, 1, Some(customer("K-1"))));
}

async fn a_finished_request_stays_finished(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let endings = [
        answered(),
        RequestState::Refused { at: noon(5) },
        RequestState::Closed { at: noon(5), how: Closing::DeniedByOwner },
    ];
    for ending in endings {
        let opened = jan(&mut tx).await;
        let id = opened.requests[0];
        let busy = RequestState::InProgress { since: noon(1), work: Work::Manual, approval: None };
        assert!(tx.set_state(id, &busy, &By::Program).await.unwrap());
        assert!(tx.set_state(id, &ending, &By::Program).await.unwrap());
        for later in [waiting(), RequestState::Refused { at: noon(9) }, ending.clone()] {
            assert!(!tx.set_state(id, &later, &By::Staff(address("staf@craftcloud.test"))).await.unwrap());
        }
        assert_eq!(tx.case(opened.id).await.unwrap().unwrap().requests[0].state, ending);
    }
    let lines = tx.register().await.unwrap();
    assert!(lines.iter().all(|line| line.decided_by == "program"), "a late decision was written down: {lines:?}");
    assert!(!tx.set_state(RequestId(99), &waiting(), &By::Program).await.unwrap());
}

async fn a_write_to_a_row_that_is_not_there_is_an_error(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(tx.extend(RequestId(9)).await, Err(StoreError::Count("requests", 0))));
    assert!(matches!(tx.prove(RequestId(9), PROVEN).await, Err(StoreError::Count("requests", 0))));
    assert!(matches!(tx.identify(CaseId(9), &customer("K-1")).await, Err(StoreError::Count("cases", 0))));
    // Foreign keys: nothing belongs to a case that does not exist. PostgreSQL ends the transaction with the error.
    assert!(matches!(tx.add_case_mail(CaseId(9), &mail("x"), noon(0)).await, Err(StoreError::Database(_))));
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let lost = tx.add_request(CaseId(9), &request(Ask::Access, waiting())).await;
    assert!(matches!(lost, Err(StoreError::Database(_))));
}

async fn only_cases_with_something_open_are_open(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let half = jan(&mut tx).await;
    tx.add_request(half.id, &request(Ask::Complaint, answered())).await.unwrap();
    let done = jan(&mut tx).await;
    tx.set_state(done.requests[0], &answered(), &By::Program).await.unwrap();
    let empty = tx.open_case(&new_case("leeg@klant.test", None, Vec::new()), 2026, noon(0)).await.unwrap();
    let open = jan(&mut tx).await;

    let ids = |cases: Vec<privacyloket::domain::case::Case>| cases.iter().map(|case| case.id).collect::<Vec<_>>();
    assert_eq!(ids(tx.cases(true).await.unwrap()), [half.id, open.id]);
    assert_eq!(ids(tx.cases(false).await.unwrap()), [half.id, done.id, empty.id, open.id]);
}

async fn cases_are_found_by_requester_and_by_customer(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let first = jan(&mut tx).await;
    let second = jan(&mut tx).await;
    let stranger = new_case("piet@klant.test", None, vec![request(Ask::Access, waiting())]);
    let stranger = tx.open_case(&stranger, 2026, noon(0)).await.unwrap();

    assert_eq!(
        tx.open_case_of(&address("jan@klant.test")).await.unwrap().map(|case| case.reference),
        Some(second.reference.clone())
    );
    tx.set_state(second.requests[0], &answered(), &By::Person).await.unwrap();
    assert_eq!(
        tx.open_case_of(&address("jan@klant.test")).await.unwrap().map(|case| case.reference),
        Some(first.reference.clone())
    );
    tx.set_state(first.requests[0], &answered(), &By::Person).await.unwrap();
    assert_eq!(tx.open_case_of(&address("jan@klant.test")).await.unwrap(), None);
    assert_eq!(tx.open_case_of(&address("niemand@klant.test")).await.unwrap(), None);

    let of_k1 = tx.cases_of_customer(&customer("K-1")).await.unwrap();
    assert_eq!(of_k1.iter().map(|case| case.id).collect::<Vec<_>>(), [first.id, second.id]);
    assert_eq!(tx.cases_of_customer(&customer("K-2")).await.unwrap(), []);
    assert_eq!(tx.case(stranger.id).await.unwrap().unwrap().customer, None);
}

async fn what_was_disclosed_lately_is_known(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let case = jan(&mut tx).await;
    let since = noon(0);
    let disclosed = tx.disclosed_since(&customer("K-1"), &address("jan@klant.test"), since).await.unwrap();
    assert_eq!(disclosed, [], "a request that waits for staff disclosed nothing");
    tx.set_state(case.requests[0], &answered(), &By::Program).await.unwrap();
    tx.add_request(case.id, &request(Ask::Portability, answered())).await.unwrap();
    tx.add_request(case.id, &request(Ask::Access, RequestState::Refused { at: noon(1) })).await.unwrap();

    assert_eq!(
        tx.disclosed_since(&customer("K-1"), &address("jan@klant.test"), since).await.unwrap(),
        [(Ask::Access, noon(0), case.id)]
    );
    assert_eq!(tx.disclosed_since(&customer("K-1"), &address("jan@klant.test"), noon(1)).await.unwrap(), []);
    assert_eq!(tx.disclosed_since(&customer("K-2"), &address("jan@klant.test"), since).await.unwrap(), []);
}

async fn the_register_has_one_line_a_request_and_no_content(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    let case = jan(&mut tx).await;
    let second = tx.add_request(case.id, &request(Ask::Complaint, waiting())).await.unwrap();
    tx.extend(case.requests[0]).await.unwrap();
    tx.set_state(second, &answered(), &By::Person).await.unwrap();

    let [first, second] = tx.register().await.unwrap().try_into().unwrap();
    assert_eq!((first.reference.as_str(), first.right.as_str()), ("PL-2026-0001", "access"));
    assert_eq!((first.received, first.due), (noon(0), "2026-04-02".parse().unwrap()));
    assert_eq!((first.extended, first.ended), ("2026-06-02".parse().ok(), None));
    assert_eq!((first.outcome.as_str(), first.decided_by.as_str()), ("awaiting_staff", ""));
    assert_eq!((second.right.as_str(), second.extended), ("complaint", None));
    assert_eq!((second.outcome.as_str(), second.ended), ("answered", Some(noon(3600))));
    for line in [first, second] {
        let shown = format!("{line:?}");
        assert!(!shown.contains("klant.test") && !shown.contains("bakker") && !shown.contains("K-1"), "{shown}");
    }
}

async fn staff_and_persons_are_not_named_in_the_register(base: Base) {
    let store = base.open().await;
    let mut tx = store.begin().await.unwrap();
    for by in [By::Program, By::Person, By::Staff(address("anna@craftcloud.test"))] {
        let case = jan(&mut tx).await;
        tx.set_state(case.requests[0], &answered(), &by).await.unwrap();
    }
    let decided: Vec<_> = tx.register().await.unwrap().into_iter().map(|line| line.decided_by).collect();
    assert_eq!(decided, ["program", "person", "staff"]);
}
