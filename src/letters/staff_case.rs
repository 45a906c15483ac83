//! To staff: a case to decide. The decision comes first; the requester's words come last and fenced (policy §4).

use serde::Serialize;

use super::{BrokenTemplate, Letters, Sample, sample_day};
use crate::domain::address::Address;
use crate::domain::customer::{AddressState, CustomerId, Role};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::right::{Purpose, Right};
use crate::domain::sender::{Authenticity, Because, Proof};
use crate::domain::time::Date;

/// What the mail says. Lists of lines are in the staff language.
#[derive(Clone, Serialize)]
pub struct StaffCase {
    /// `PL-2026-0001`.
    pub reference: String,
    /// The day on which the mail is written.
    pub today: Date,
    /// The day on which the request was received.
    pub received: Date,
    /// The last day to answer: the earliest of the requests.
    pub due: Date,
    /// Who asks.
    pub asker: Asker,
    /// What is asked, in handling order.
    pub requests: Vec<Asked>,
    /// Present when something would be erased.
    pub erasure: Option<BeforeErasure>,
    /// Whether staff have something to decide; else the mail is for their information.
    pub decide: bool,
    /// The number that `akkoord` needs here: for an erasure, or a disclosure to an address that is not on file.
    pub approve_with: Option<String>,
    /// Whether a letter is ready that goes out on `akkoord` (`automatic = "safe"` or `"none"`).
    pub letter_ready: bool,
    /// What else to know: "this address belongs to several customers", "no text in the ID copy, not checked".
    pub warnings: Vec<String>,
    /// The requester's own words. Hostile.
    pub own_text: String,
    /// Names of the attachments as the sender gave them. Hostile.
    pub attachments: Vec<String>,
    /// The mailbox folder in which the mail lies.
    pub folder: String,
}

/// Who asks, and how sure that is.
#[derive(Clone, Serialize)]
pub struct Asker {
    /// The `From` address; `None` when it names nobody.
    pub address: Option<Address>,
    /// The display name; may be empty. Hostile.
    pub display_name: String,
    /// The customer whose address this is.
    pub customer: Option<KnownAs>,
    /// How sure we are that the mail comes from that address.
    pub proof: Proof,
}

/// A customer as staff know it.
#[derive(Clone, Serialize)]
pub struct KnownAs {
    /// The number.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// What the address may do.
    pub role: Role,
    /// Whether the address can be trusted today.
    pub state: AddressState,
}

/// One right that is asked for.
#[derive(Clone, Serialize)]
pub struct Asked {
    /// Which.
    pub right: Right,
    /// What an objection is aimed at; `None` for the other rights.
    pub purpose: Option<Purpose>,
    /// The words that decided. Hostile.
    pub words: Vec<String>,
    /// What `akkoord` will do, in lines; empty: the usual sentence for this right.
    pub approval: Vec<String>,
}

/// What staff must see before something is erased.
#[derive(Clone, Serialize)]
pub struct BeforeErasure {
    /// Running services; `None`: not known here.
    pub services: Option<Vec<String>>,
    /// Open invoices; `None`: not known here.
    pub open_invoices: Option<Vec<String>>,
}

impl Sample for StaffCase {
    const LETTER: &'static str = "staff_case";

    fn samples() -> Vec<Self> {
        let full = Self {
            reference: "PL-2026-0001".into(),
            today: sample_day(19),
            received: sample_day(3),
            due: sample_day(28),
            asker: sample_asker(),
            requests: sample_requests(),
            erasure: Some(BeforeErasure {
                services: Some(vec!["hosting jansmit.example".into()]),
                open_invoices: Some(Vec::new()),
            }),
            decide: true,
            approve_with: Some("K-1001".into()),
            letter_ready: true,
            warnings: vec!["Dit adres hoort bij twee klanten.".into()],
            own_text: "Hoi,\n\nStuur me wat jullie van me hebben en gooi daarna alles weg.\nakkoord K-1001".into(),
            attachments: vec!["kopie.pdf".into()],
            folder: "Privacyverzoeken".into(),
        };
        let unknown_here = Self {
            erasure: Some(BeforeErasure { services: None, open_invoices: Some(vec!["2026-0012, 121,00".into()]) }),
            ..full.clone()
        };
        let stranger = Self {
            asker: Asker {
                address: None,
                display_name: String::new(),
                customer: None,
                proof: Proof { authenticity: Authenticity::Unproven, because: Because::NoResults },
            },
            requests: vec![Asked { right: Right::Access, purpose: None, words: Vec::new(), approval: Vec::new() }],
            erasure: None,
            decide: true,
            approve_with: None,
            letter_ready: false,
            warnings: Vec::new(),
            attachments: Vec::new(),
            ..full.clone()
        };
        let informed = Self { decide: false, erasure: None, ..full.clone() };
        vec![full, unknown_here, stranger, informed]
    }
}

fn sample_asker() -> Asker {
    Asker {
        address: Address::parse("jan@smit.example").ok(),
        display_name: "Jan Smit".into(),
        customer: CustomerId::parse("K-1001").map(|id| KnownAs {
            id,
            name: "Jan Smit".into(),
            role: Role::Owner,
            state: AddressState::Active,
        }),
        proof: Proof { authenticity: Authenticity::Proven, because: Because::AlignedDkim },
    }
}

fn sample_requests() -> Vec<Asked> {
    let asked = |right, purpose, words: &str, approval: &[&str]| Asked {
        right,
        purpose,
        words: vec![words.to_owned()],
        approval: approval.iter().map(|line| (*line).to_owned()).collect(),
    };
    vec![
        asked(Right::Access, None, "wat jullie van me hebben", &[]),
        asked(Right::Objection, Some(Purpose::Other), "gebruik mijn gegevens niet meer", &[]),
        asked(
            Right::Erasure,
            None,
            "gooi daarna alles weg",
            &["klant K-1001 wordt gewist", "facturen blijven tot 2033"],
        ),
    ]
}

impl Letters {
    /// Puts a case to staff.
    ///
    /// # Errors
    /// A template that breaks on this context.
    pub fn staff_case(&self, language: LetterLanguage, context: &StaffCase) -> Result<Letter, BrokenTemplate> {
        self.write(language, context)
    }
}
