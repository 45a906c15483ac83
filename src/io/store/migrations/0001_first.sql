-- One text for SQLite and PostgreSQL. {key}, {int} and {strict} are the three places where they differ (see store/schema.rs).
-- Moments are UTC text of one length, so that text order is time order. '' stands for "not yet".

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value {int} NOT NULL
) {strict};

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) {strict};

-- How far each folder was read.
CREATE TABLE cursors (
    folder TEXT NOT NULL PRIMARY KEY,
    cursor TEXT NOT NULL
) {strict};

-- Keyed fingerprints of mails: all that is kept of ordinary mail (policy §8).
CREATE TABLE seen (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
) {strict};

CREATE TABLE cases (
    id {key},
    reference TEXT NOT NULL UNIQUE,
    requester TEXT NOT NULL,
    requester_name TEXT NOT NULL,
    customer TEXT NOT NULL,
    language TEXT NOT NULL,
    received TEXT NOT NULL
) {strict};
CREATE INDEX cases_by_requester ON cases (requester);
CREATE INDEX cases_by_customer ON cases (customer);

CREATE TABLE case_mails (
    id {key},
    case_id {int} NOT NULL REFERENCES cases (id),
    at TEXT NOT NULL,
    mail TEXT NOT NULL
) {strict};
CREATE INDEX case_mails_by_case ON case_mails (case_id);

CREATE TABLE requests (
    id {key},
    case_id {int} NOT NULL REFERENCES cases (id),
    ask TEXT NOT NULL,
    right_name TEXT NOT NULL,
    received TEXT NOT NULL,
    due TEXT NOT NULL,
    due_extended TEXT NOT NULL,
    extended {int} NOT NULL,
    proof TEXT NOT NULL,
    evidence TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    ended TEXT NOT NULL,
    decided_by TEXT NOT NULL
) {strict};
CREATE INDEX requests_by_case ON requests (case_id);
-- Few are open, whatever the age of the database. The condition is word for word that of the queries.
CREATE INDEX requests_open ON requests (case_id) WHERE state NOT IN ('answered', 'refused', 'closed');

-- Only hashes: a copy of the database is no way to act for anybody.
CREATE TABLE tokens (
    id {key},
    hash TEXT NOT NULL UNIQUE,
    case_id {int} NOT NULL,
    post_id {int} NOT NULL,
    step TEXT NOT NULL,
    address TEXT NOT NULL,
    expires TEXT NOT NULL,
    used TEXT NOT NULL
) {strict};
CREATE INDEX tokens_by_case ON tokens (case_id);

-- Intentions, never the data that they disclose.
CREATE TABLE outbox (
    id {key},
    case_id {int} NOT NULL,
    kind TEXT NOT NULL,
    disclosure {int} NOT NULL,
    lane TEXT NOT NULL,
    recipient TEXT NOT NULL,
    intention TEXT NOT NULL,
    requests TEXT NOT NULL,
    nonce TEXT NOT NULL,
    token_step TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    not_before TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts {int} NOT NULL,
    fence {int} NOT NULL,
    lease TEXT NOT NULL,
    created TEXT NOT NULL,
    ended TEXT NOT NULL,
    error TEXT NOT NULL
) {strict};
CREATE INDEX outbox_by_state ON outbox (state, not_before);
CREATE INDEX outbox_by_recipient ON outbox (recipient, ended);
CREATE INDEX outbox_by_lane ON outbox (lane, state, ended);
CREATE INDEX outbox_by_case ON outbox (case_id);

CREATE TABLE reviews (
    id {key},
    review TEXT NOT NULL,
    at TEXT NOT NULL,
    told TEXT NOT NULL,
    decided TEXT NOT NULL
) {strict};
CREATE INDEX reviews_by_decided ON reviews (decided);

-- Uses of data that are stopped. `whom` is a customer number, or the keyed hash of an address.
CREATE TABLE suppressions (
    id {key},
    kind TEXT NOT NULL,
    whom TEXT NOT NULL,
    what TEXT NOT NULL,
    since TEXT NOT NULL,
    lifted TEXT NOT NULL
) {strict};
-- A use is stopped once, also when two instances stop it at the same moment.
CREATE UNIQUE INDEX suppressions_in_force ON suppressions (kind, whom, what) WHERE lifted = '';

-- Erased customers stay erased, whatever a source or a restored backup says: keyed hashes of their numbers.
CREATE TABLE tombstones (
    hash TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
) {strict};

-- When we first saw an address in a customer's record ('' for the first import), and whether mail to it bounced.
CREATE TABLE known_addresses (
    customer TEXT NOT NULL,
    address TEXT NOT NULL,
    since TEXT NOT NULL,
    bounced TEXT NOT NULL,
    PRIMARY KEY (customer, address)
) {strict};
CREATE INDEX known_addresses_by_address ON known_addresses (address);

-- Append-only; each row's `chain` is an HMAC over the row and the row before it.
CREATE TABLE log (
    seq {int} NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    reference TEXT NOT NULL,
    what TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    chain TEXT NOT NULL
) {strict};
CREATE INDEX log_by_reference ON log (reference);

-- Mails that are to be moved, after the decision about them was written down.
CREATE TABLE moves (
    id {key},
    kind TEXT NOT NULL,
    what TEXT NOT NULL
) {strict};
