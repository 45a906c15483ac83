//! All that a decision needs, gathered before it is taken: what the mail belongs to ([`route`]), and what the database and
//! the directory know ([`facts`]). Reads only.

use super::people::record_digest;
use super::{Office, commit::CommitError};
use crate::domain::address::Address;
use crate::domain::case::{Case, CaseMail};
use crate::domain::customer::{AddressState, CustomerId, Role, Standing};
use crate::domain::facts::{
    Due, Facts, OnFile, Place, Question, Recent, ReviewItem, Route, SentLetter, StaffCase, StaffThread,
};
use crate::domain::message::{Defect, Message, Shape};
use crate::domain::plan::{Intention, Lane, TokenStep};
use crate::domain::sender::Proof;
use crate::domain::settings::Settings;
use crate::domain::time::{SignedDuration, Timestamp, day_of};
use crate::domain::token::{PREFIX, Token};
use crate::domain::verdict::Classification;
use crate::io::directory::Directory;
use crate::io::store::tokens::FoundToken;
use crate::io::store::{StoreError, Tx};
use crate::rules::automatic::{Machine, machine};
use crate::rules::command::{Command, parse};
use crate::rules::deadline::{due, due_extended, identity_closing};
use crate::rules::own_words::OwnWords;
use crate::rules::staff::is_order;

/// How many tokens of one mail are looked up.
const TOKENS: usize = 20;
/// A stranger gets at most one mail in this time (policy §2).
const STRANGER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A mail as read: what it says, and which of it are the sender's own words.
#[derive(Debug)]
pub struct Reading {
    /// The mail.
    pub message: Message,
    /// The sender's own words, and what they quote.
    pub words: OwnWords,
}

impl Reading {
    /// Whether it could not be read well enough to know what it asks: it is damaged, encrypted or too large, or holds
    /// nothing but files.
    #[must_use]
    pub fn unreadable(&self) -> bool {
        let message = &self.message;
        let nothing_but_files =
            message.has(Defect::NoText) && message.subject.is_empty() && !message.attachments.is_empty();
        message.shape == Shape::Encrypted
            || message.has(Defect::Unparsable)
            || message.has(Defect::NotWhole)
            || nothing_but_files
    }

    /// What a case keeps of it.
    #[must_use]
    pub fn case_mail(&self) -> CaseMail {
        CaseMail {
            message_id: self.message.message_id.clone(),
            subject: self.message.subject.clone(),
            own_words: self.words.own.clone(),
            attachments: self.message.attachments.iter().map(|file| file.name.clone()).collect(),
        }
    }
}

/// What kind of mail it is, and what it belongs to. Tokens decide, never a subject (policy §2, "joining a case").
///
/// # Errors
/// [`StoreError`].
pub async fn route(office: &Office, tx: &mut Tx, reading: &Reading, now: Timestamp) -> Result<Route, CommitError> {
    let settings = &office.settings;
    match machine(&reading.message, &settings.address) {
        Some(Machine::OurOwn) => return Ok(Route::OurOwn),
        Some(Machine::Bounce { failed }) => {
            return Ok(Route::Bounce { failed, of: bounced(tx, reading, now).await? });
        }
        Some(Machine::AutoReply | Machine::List | Machine::Bulk | Machine::Report | Machine::Calendar) => {
            return Ok(Route::Machine);
        }
        None => {}
    }
    let tokens = tokens(tx, reading, now).await?;
    if let Some(from) = reading.message.from.address() {
        if settings.is_staff(from)
            && let Some(answers) = staff_thread(office, tx, reading, &tokens, now).await?
        {
            return Ok(Route::Staff { answers });
        }
        match customer_thread(office, tx, from, &tokens, now).await? {
            Some(Threaded::Route(route)) => return Ok(route),
            // Our people write in everybody's matters.
            Some(Threaded::Linked(case)) if !settings.is_staff(from) => {
                return Ok(Route::New { linked: Some(case) });
            }
            Some(Threaded::Linked(_)) | None => {}
        }
    }
    let replies_to = &reading.message.replies_to;
    let ours = replies_to.iter().any(|id| id.starts_with(PREFIX));
    if replies_to.is_empty() || ours { Ok(Route::New { linked: None }) } else { Ok(Route::Conversation) }
}

/// The tokens that a mail carries: in what it replies to, or in its text.
async fn tokens(tx: &mut Tx, reading: &Reading, now: Timestamp) -> Result<Vec<FoundToken>, StoreError> {
    let mut written = Token::find_all(&reading.message.replies_to.join(" "), TOKENS);
    for token in Token::find_all(&reading.message.text, TOKENS) {
        if !written.contains(&token) {
            written.push(token);
        }
    }
    let mut found = Vec::new();
    for token in written {
        found.extend(tx.find_token(&token.hash(), now).await?);
    }
    Ok(found)
}

async fn staff_thread(
    office: &Office,
    tx: &mut Tx,
    reading: &Reading,
    tokens: &[FoundToken],
    now: Timestamp,
) -> Result<Option<StaffThread>, CommitError> {
    let mut staff_tokens: Vec<&FoundToken> = Vec::new();
    for token in tokens {
        let for_staff = match token.step {
            TokenStep::StaffCase | TokenStep::StaffReview => true,
            TokenStep::Confirmation | TokenStep::OwnerNotice => false,
            // A member of staff may be a customer as well: what we sent to the customer is no staff mail.
            TokenStep::Thread => tx.post(token.post).await?.is_some_and(|row| row.lane == Lane::Staff.name()),
        };
        if for_staff {
            staff_tokens.push(token);
        }
    }
    let good = staff_tokens
        .iter()
        .find(|token| token.good && matches!(token.step, TokenStep::StaffCase | TokenStep::StaffReview));
    if let Some(token) = good {
        return match (token.step, token.case) {
            (TokenStep::StaffReview, _) => Ok(Some(reviews(office, tx, token, now).await?)),
            (_, Some(case)) => match tx.case(case).await? {
                Some(case) => Ok(Some(staff_case(office, tx, reading, (token, case), now).await?)),
                None => Ok(Some(StaffThread::Spent { reference: None })),
            },
            (_, None) => Ok(Some(StaffThread::None)),
        };
    }
    if is_order(&reading.words.own) {
        return Ok(Some(StaffThread::None));
    }
    match staff_tokens.first() {
        Some(token) => {
            let case = match token.case {
                Some(case) => tx.case(case).await?,
                None => None,
            };
            Ok(Some(StaffThread::Spent { reference: case.map(|case| case.reference) }))
        }
        None => Ok(None),
    }
}

async fn staff_case(
    office: &Office,
    tx: &mut Tx,
    reading: &Reading,
    (token, case): (&FoundToken, Case),
    now: Timestamp,
) -> Result<StaffThread, CommitError> {
    let directory = office.people.today(tx, &office.settings, now).await?;
    let named = match parse(&reading.words.own) {
        Ok(Command::Approve { customer: Some(id), .. }) => Some(id),
        Ok(_) | Err(_) => None,
    };
    let customer = named.as_ref().or(case.customer.as_ref()).and_then(|id| on_file(office, &directory, id));
    Ok(StaffThread::Case(Box::new(StaffCase {
        token: token.id,
        customer,
        requester: directory.standing(&case.requester),
        wrote: tx.wrote(case.id).await?,
        case,
    })))
}

/// The customer with this number as on file now.
#[must_use]
pub fn on_file(office: &Office, directory: &Directory, id: &CustomerId) -> Option<OnFile> {
    let customer = directory.customer(id)?.clone();
    Some(OnFile { record: record_digest(office.store.key(), &customer), customer })
}

async fn reviews(office: &Office, tx: &mut Tx, token: &FoundToken, now: Timestamp) -> Result<StaffThread, CommitError> {
    let directory = office.people.today(tx, &office.settings, now).await?;
    let ids = match tx.post(token.post).await?.map(|row| row.intention) {
        Some(Intention::StaffReview { items }) => items,
        Some(_) | None => Vec::new(),
    };
    let mut items = Vec::new();
    for id in ids {
        if let Some(kept) = tx.review(id).await? {
            let standing = kept.review.from.as_ref().map_or(Standing::Unknown, |from| directory.standing(from));
            let due = due_dates(&office.settings, kept.review.received, now);
            items.push(ReviewItem { id, decided: kept.decided, review: kept.review, standing, due });
        }
    }
    Ok(StaffThread::Reviews { token: token.id, items })
}

/// What a customer's token leads to.
enum Threaded {
    Route(Route),
    Linked(Case),
}

async fn customer_thread(
    office: &Office,
    tx: &mut Tx,
    from: &Address,
    tokens: &[FoundToken],
    now: Timestamp,
) -> Result<Option<Threaded>, CommitError> {
    let mut linked = None;
    for token in tokens {
        let question = match token.step {
            TokenStep::Confirmation => Some(Question::Confirmation),
            TokenStep::OwnerNotice => Some(Question::OwnerNotice),
            TokenStep::Thread => None,
            // A case mail that leaked to an outsider opens nothing (policy §4).
            TokenStep::StaffCase | TokenStep::StaffReview => continue,
        };
        let Some(case) = token.case else { continue };
        let Some(case) = tx.case(case).await? else { continue };
        match question {
            Some(question) if token.good && token.address == *from => {
                let about = tx.post(token.post).await?.map(|row| row.requests).unwrap_or_default();
                return Ok(Some(Threaded::Route(Route::Answer { question, token: token.id, about, case })));
            }
            Some(_) | None => {}
        }
        if belongs(office, tx, from, &case, now).await? {
            return Ok(Some(Threaded::Route(Route::Joins { case })));
        }
        linked = Some(Threaded::Linked(case));
    }
    Ok(linked)
}

/// Whether somebody is of a case: its requester, or an owner of its customer.
async fn belongs(
    office: &Office,
    tx: &mut Tx,
    from: &Address,
    case: &Case,
    now: Timestamp,
) -> Result<bool, CommitError> {
    if case.requester == *from {
        return Ok(true);
    }
    let Some(customer) = &case.customer else { return Ok(false) };
    let directory = office.people.today(tx, &office.settings, now).await?;
    let known = directory.customer(customer).and_then(|customer| customer.address(from));
    // A young address is treated as unknown (policy §1).
    Ok(known.is_some_and(|known| known.role == Role::Owner && known.state != AddressState::Young))
}

/// Which of our letters a delivery report is about.
async fn bounced(tx: &mut Tx, reading: &Reading, now: Timestamp) -> Result<Option<SentLetter>, CommitError> {
    let returned = reading.message.returned_ids.join(" ");
    for token in Token::find_all(&returned, TOKENS) {
        let Some(found) = tx.find_token(&token.hash(), now).await? else { continue };
        let Some(row) = tx.post(found.post).await? else { continue };
        let case = match row.case {
            Some(case) => tx.case(case).await?,
            None => None,
        };
        return Ok(Some(SentLetter {
            post: row.id,
            kind: row.intention.kind().to_owned(),
            disclosure: row.intention.is_disclosure(),
            to: row.to,
            case,
        }));
    }
    Ok(None)
}

/// The mail at hand, understood and proven, for [`facts`].
#[derive(Debug)]
pub struct Understood<'a> {
    /// The mail as read.
    pub reading: &'a Reading,
    /// What it asks.
    pub classification: Classification,
    /// How sure the sender is.
    pub proof: Proof,
    /// Where it was found.
    pub place: Place,
    /// The name of that folder.
    pub folder: &'a str,
    /// When it reached the mailbox.
    pub received: Timestamp,
    /// It reports a leak.
    pub leak: bool,
    /// Its Message-ID was seen on another mail.
    pub replay: bool,
}

/// Everything that the decision needs.
///
/// # Errors
/// [`CommitError::Store`].
pub async fn facts(
    office: &Office,
    tx: &mut Tx,
    mail: Understood<'_>,
    route: Route,
    now: Timestamp,
) -> Result<Facts, CommitError> {
    let settings = &office.settings;
    let directory = office.people.today(tx, settings, now).await?;
    let from = mail.reading.message.from.clone();
    let standing = from.address().map_or(Standing::Unknown, |address| directory.standing(address));
    let mut recent = Recent::default();
    if let Some(address) = from.address() {
        if let Some(case) = tx.open_case_of(address).await? {
            recent.open_asks = case.open().map(|request| request.ask).collect();
            recent.open_case = Some(case.reference);
        }
        let week_ago = now.saturating_sub(STRANGER).unwrap_or(Timestamp::MIN);
        recent.stranger_mails = u32::try_from(tx.automatic_for(address, week_ago).await?).unwrap_or(u32::MAX);
    }
    if let (Standing::Known(customer), Some(address)) = (&standing, from.address()) {
        let since = now.saturating_sub(settings.delays.repeat).unwrap_or(Timestamp::MIN);
        for (ask, at, case) in tx.disclosed_since(&customer.id, address, since).await? {
            recent.disclosed.push((ask, day_of(at, &settings.zone), case));
        }
    }
    Ok(Facts {
        now,
        received: mail.received,
        place: mail.place,
        folder: mail.folder.to_owned(),
        from,
        proof: mail.proof,
        standing,
        route,
        classification: mail.classification,
        mail: mail.reading.case_mail(),
        recent,
        leak: mail.leak,
        replay: mail.replay,
        unreadable: mail.reading.unreadable(),
        due: due_dates(settings, mail.received, now),
    })
}

/// The dates that follow from the receipt (policy §5), and the closing date of a question for identity asked now.
#[must_use]
pub fn due_dates(settings: &Settings, received: Timestamp, now: Timestamp) -> Due {
    let normal = due(received, &settings.zone);
    let today = day_of(now, &settings.zone);
    Due {
        normal,
        extended: due_extended(received, &settings.zone),
        identity_closes: identity_closing(today, normal, settings.delays.identity_days),
    }
}
