//! Cases, their mails and their requests.

use sqlx::any::AnyRow;

use super::{StoreError, Tx, json, moment, moment_or_empty, number, parsed, text, to_json, without_nul};
use crate::domain::address::Address;
use crate::domain::case::{Ask, Case, CaseId, CaseMail, Reference, Request, RequestId, RequestState};
use crate::domain::customer::CustomerId;
use crate::domain::plan::{By, NewCase, NewRequest};
use crate::domain::sender::Proof;
use crate::domain::time::{Date, Timestamp, to_column};

/// A case that was just opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its number.
    pub id: CaseId,
    /// What people call it.
    pub reference: Reference,
    /// The numbers of its requests, in the order given.
    pub requests: Vec<RequestId>,
}

/// One line of the register: facts of the procedure, no content (policy §8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterLine {
    /// The case.
    pub reference: String,
    /// The right's fixed English name.
    pub right: String,
    /// When it reached the mailbox.
    pub received: Timestamp,
    /// Answer at the latest on this day.
    pub due: Date,
    /// The extended day, if it was extended.
    pub extended: Option<Date>,
    /// When it ended, if it did.
    pub ended: Option<Timestamp>,
    /// The state's name.
    pub outcome: String,
    /// Who decided: "program", "person", "staff" or "operator"; empty while it is open.
    pub decided_by: String,
}

impl Tx {
    /// Opens a case with its first mail and its requests.
    ///
    /// # Errors
    /// [`StoreError`], as everywhere here.
    pub async fn open_case(&mut self, case: &NewCase, year: i16, now: Timestamp) -> Result<Opened, StoreError> {
        let reference = Reference::new(year, self.next_number(&format!("case {year}")).await?);
        let customer = case.customer.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default();
        let row = sqlx::query(
            "INSERT INTO cases (reference, requester, requester_name, customer, language, received) \
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(reference.as_str().to_owned())
        .bind(case.requester.as_str().to_owned())
        .bind(without_nul(&case.requester_name))
        .bind(customer)
        .bind(to_json(&case.language)?)
        .bind(to_column(case.received))
        .fetch_one(&mut *self.tx)
        .await?;
        let id = CaseId(number(&row, "id")?);
        self.add_case_mail(id, &case.mail, now).await?;
        let mut requests = Vec::new();
        for request in &case.requests {
            requests.push(self.add_request(id, request).await?);
        }
        Ok(Opened { id, reference, requests })
    }

    /// Keeps a mail with its case.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_case_mail(&mut self, case: CaseId, mail: &CaseMail, now: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("INSERT INTO case_mails (case_id, at, mail) VALUES ($1, $2, $3)");
        self.one("case_mails", query.bind(case.0).bind(to_column(now)).bind(to_json(mail)?)).await
    }

    /// Adds a request to a case.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_request(&mut self, case: CaseId, request: &NewRequest) -> Result<RequestId, StoreError> {
        let row = sqlx::query(
            "INSERT INTO requests (case_id, ask, right_name, received, due, due_extended, extended, proof, evidence, \
             state, detail, ended, decided_by) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12) RETURNING id",
        )
        .bind(case.0)
        .bind(to_json(&request.ask)?)
        .bind(request.ask.right().name())
        .bind(to_column(request.received))
        .bind(request.due.to_string())
        .bind(request.due_extended.to_string())
        .bind(to_json(&request.proof)?)
        .bind(to_json(&request.evidence)?)
        .bind(request.state.name())
        .bind(to_json(&request.state)?)
        .bind(moment_or_empty(ended(&request.state)))
        .bind(if request.state.is_final() { "program" } else { "" })
        .fetch_one(&mut *self.tx)
        .await?;
        Ok(RequestId(number(&row, "id")?))
    }

    /// Moves a request to another state. A finished request stays finished: `false` when it was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_state(&mut self, id: RequestId, state: &RequestState, by: &By) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE requests SET state = $1, detail = $2, ended = $3, decided_by = $4 \
             WHERE id = $5 AND state NOT IN ('answered', 'refused', 'closed')",
        )
        .bind(state.name())
        .bind(to_json(state)?)
        .bind(moment_or_empty(ended(state)))
        .bind(by_name(by))
        .bind(id.0)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The requester was told that it takes longer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn extend(&mut self, id: RequestId) -> Result<(), StoreError> {
        self.one("requests", sqlx::query("UPDATE requests SET extended = 1 WHERE id = $1").bind(id.0)).await
    }

    /// A request got a better proof.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prove(&mut self, id: RequestId, proof: Proof) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE requests SET proof = $1 WHERE id = $2");
        self.one("requests", query.bind(to_json(&proof)?).bind(id.0)).await
    }

    /// Staff said which customer a case is about.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn identify(&mut self, case: CaseId, customer: &CustomerId) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE cases SET customer = $1 WHERE id = $2");
        self.one("cases", query.bind(customer.as_str().to_owned()).bind(case.0)).await
    }

    /// A case with its mails and requests.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn case(&mut self, id: CaseId) -> Result<Option<Case>, StoreError> {
        let row = sqlx::query("SELECT * FROM cases WHERE id = $1").bind(id.0).fetch_optional(&mut *self.tx).await?;
        match row {
            Some(row) => Ok(Some(self.whole_case(&row).await?)),
            None => Ok(None),
        }
    }

    /// The case with this reference.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn case_by_reference(&mut self, reference: &Reference) -> Result<Option<Case>, StoreError> {
        let row = sqlx::query("SELECT * FROM cases WHERE reference = $1")
            .bind(reference.as_str().to_owned())
            .fetch_optional(&mut *self.tx)
            .await?;
        match row {
            Some(row) => Ok(Some(self.whole_case(&row).await?)),
            None => Ok(None),
        }
    }

    /// The case that a request belongs to.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn case_of_request(&mut self, id: RequestId) -> Result<Option<Case>, StoreError> {
        let row =
            sqlx::query("SELECT case_id FROM requests WHERE id = $1").bind(id.0).fetch_optional(&mut *self.tx).await?;
        match row {
            Some(row) => self.case(CaseId(number(&row, "case_id")?)).await,
            None => Ok(None),
        }
    }

    /// All cases, oldest first; or only those with something open.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cases(&mut self, only_open: bool) -> Result<Vec<Case>, StoreError> {
        let sql = if only_open {
            "SELECT * FROM cases WHERE id IN (SELECT case_id FROM requests WHERE state NOT IN \
             ('answered', 'refused', 'closed')) ORDER BY id"
        } else {
            "SELECT * FROM cases ORDER BY id"
        };
        let rows = sqlx::query(sql).fetch_all(&mut *self.tx).await?;
        let mut cases = Vec::new();
        for row in &rows {
            cases.push(self.whole_case(row).await?);
        }
        Ok(cases)
    }

    /// All cases about a customer, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cases_of_customer(&mut self, customer: &CustomerId) -> Result<Vec<Case>, StoreError> {
        let rows = sqlx::query("SELECT * FROM cases WHERE customer = $1 ORDER BY id")
            .bind(customer.as_str().to_owned())
            .fetch_all(&mut *self.tx)
            .await?;
        let mut cases = Vec::new();
        for row in &rows {
            cases.push(self.whole_case(row).await?);
        }
        Ok(cases)
    }

    /// The newest open case of this requester.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_case_of(&mut self, requester: &Address) -> Result<Option<Case>, StoreError> {
        let row = sqlx::query(
            "SELECT * FROM cases WHERE requester = $1 AND id IN (SELECT case_id FROM requests \
             WHERE state NOT IN ('answered', 'refused', 'closed')) ORDER BY id DESC LIMIT 1",
        )
        .bind(requester.as_str().to_owned())
        .fetch_optional(&mut *self.tx)
        .await?;
        match row {
            Some(row) => Ok(Some(self.whole_case(&row).await?)),
            None => Ok(None),
        }
    }

    /// What this requester asked about this customer and got data for, or is being sent, in mails received since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn disclosed_since(
        &mut self,
        customer: &CustomerId,
        requester: &Address,
        since: Timestamp,
    ) -> Result<Vec<(Ask, Timestamp, CaseId)>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, r.ask, r.received, r.case_id FROM requests r JOIN cases c ON c.id = r.case_id \
             WHERE c.customer = $1 AND c.requester = $3 AND r.received >= $2 AND r.right_name = 'access' \
             AND r.state IN ('answered', 'in_progress') ORDER BY r.id",
        )
        .bind(customer.as_str().to_owned())
        .bind(to_column(since))
        .bind(requester.as_str().to_owned())
        .fetch_all(&mut *self.tx)
        .await?;
        let pair = |row: &AnyRow| {
            Ok((json(row, "requests", "ask")?, moment(row, "requests", "received")?, CaseId(number(row, "case_id")?)))
        };
        rows.iter().map(pair).collect()
    }

    /// The register: one line a request, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register(&mut self) -> Result<Vec<RegisterLine>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, c.reference, r.right_name, r.received, r.due, r.due_extended, r.extended, r.ended, r.state, \
             r.decided_by FROM requests r JOIN cases c ON c.id = r.case_id ORDER BY r.id",
        )
        .fetch_all(&mut *self.tx)
        .await?;
        rows.iter().map(register_line).collect()
    }

    async fn whole_case(&mut self, row: &AnyRow) -> Result<Case, StoreError> {
        let id = number(row, "id")?;
        let mails = sqlx::query("SELECT id, mail FROM case_mails WHERE case_id = $1 ORDER BY id")
            .bind(id)
            .fetch_all(&mut *self.tx)
            .await?;
        let requests = sqlx::query("SELECT * FROM requests WHERE case_id = $1 ORDER BY id")
            .bind(id)
            .fetch_all(&mut *self.tx)
            .await?;
        Ok(Case {
            id: CaseId(id),
            reference: parsed(row, "cases", "reference", Reference::parse)?,
            requester: parsed(row, "cases", "requester", |value| Address::parse(value).ok())?,
            requester_name: text(row, "requester_name")?,
            customer: CustomerId::parse(&text(row, "customer")?),
            language: json(row, "cases", "language")?,
            received: moment(row, "cases", "received")?,
            mails: mails.iter().map(|row| json(row, "case_mails", "mail")).collect::<Result<_, _>>()?,
            requests: requests.iter().map(request).collect::<Result<_, _>>()?,
        })
    }
}

fn request(row: &AnyRow) -> Result<Request, StoreError> {
    Ok(Request {
        id: RequestId(number(row, "id")?),
        ask: json(row, "requests", "ask")?,
        received: moment(row, "requests", "received")?,
        due: day(row, "due")?,
        due_extended: day(row, "due_extended")?,
        extended: number(row, "extended")? != 0,
        proof: json(row, "requests", "proof")?,
        state: json(row, "requests", "detail")?,
        evidence: json(row, "requests", "evidence")?,
    })
}

fn register_line(row: &AnyRow) -> Result<RegisterLine, StoreError> {
    let extended = number(row, "extended")? != 0;
    let ended = text(row, "ended")?;
    Ok(RegisterLine {
        reference: text(row, "reference")?,
        right: text(row, "right_name")?,
        received: moment(row, "requests", "received")?,
        due: day(row, "due")?,
        extended: if extended { Some(day(row, "due_extended")?) } else { None },
        ended: if ended.is_empty() { None } else { Some(moment(row, "requests", "ended")?) },
        outcome: text(row, "state")?,
        decided_by: text(row, "decided_by")?,
    })
}

fn day(row: &AnyRow, column: &'static str) -> Result<Date, StoreError> {
    parsed(row, "requests", column, |value| value.parse().ok())
}

fn ended(state: &RequestState) -> Option<Timestamp> {
    match state {
        RequestState::Answered { at } | RequestState::Refused { at } | RequestState::Closed { at, .. } => Some(*at),
        RequestState::AwaitingIdentity { .. }
        | RequestState::AwaitingConfirmation { .. }
        | RequestState::AwaitingRequester { .. }
        | RequestState::AwaitingStaff { .. }
        | RequestState::Scheduled { .. }
        | RequestState::InProgress { .. } => None,
    }
}

/// Who, without saying which person (policy §8: no address in the register).
#[must_use]
pub const fn by_name(by: &By) -> &'static str {
    match by {
        By::Program => "program",
        By::Person => "person",
        By::Staff(_) => "staff",
        By::Operator => "operator",
    }
}
