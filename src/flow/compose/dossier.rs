//! The data about a customer, collected for one disclosure.

use super::{Cannot, Desk};
use crate::domain::case::Case;
use crate::domain::customer::{Customer, Role};
use crate::domain::disclosure::{MayReceive, Scope};
use crate::domain::dossier::{Dossier, Record, SourceData};
use crate::domain::language::LetterLanguage;
use crate::domain::letter::Letter;
use crate::domain::plan::Whom;
use crate::io::store::Tx;
use crate::letters::access_answer::AccessAnswer;

impl Desk<'_> {
    /// The access answer: all that may be seen by whoever may receive it.
    pub(super) async fn disclosure(
        &self,
        tx: &mut Tx,
        proof: &MayReceive,
        customer: &Customer,
    ) -> Result<Letter, Cannot> {
        let language = self.language();
        let dossier = match proof.scope() {
            Scope::Contact => Dossier { sources: vec![about_contact(language, customer, proof)] },
            Scope::Customer => {
                let cases = tx.cases_of_customer(&customer.id).await?;
                let stopped = tx.suppressed(&Whom::Customer(customer.id.clone())).await?;
                Dossier {
                    sources: vec![about_customer(language, customer), self.own_records(language, &cases, &stopped)],
                }
            }
        };
        let name = if customer.address(proof.address()).is_some() { customer.name.clone() } else { String::new() };
        let context = AccessAnswer {
            heading: self.heading(),
            name,
            dossier,
            processing: self.office.processing.of(language).clone(),
        };
        Ok(self.office.letters.access_answer(language, &context, proof)?)
    }

    /// What this program itself holds about the customer.
    fn own_records(&self, language: LetterLanguage, cases: &[Case], stopped: &[String]) -> SourceData {
        let say = |nl: &str, en: &str| pick(language, nl, en);
        let mut records: Vec<Record> = cases
            .iter()
            .map(|case| Record {
                title: case.reference.to_string(),
                rows: case
                    .requests
                    .iter()
                    .map(|request| {
                        let label = pick(language, request.ask.right().dutch(), request.ask.right().name());
                        (label, self.day(request.received).to_string())
                    })
                    .collect(),
            })
            .collect();
        if !stopped.is_empty() {
            let rows = stopped.iter().map(|what| (say("gestopt", "stopped"), what.clone())).collect();
            records.push(Record { title: say("Gebruik dat we hebben gestopt", "Uses that we stopped"), rows });
        }
        SourceData { name: say("Privacyverzoeken", "Privacy requests"), records, note: String::new() }
    }
}

fn about_customer(language: LetterLanguage, customer: &Customer) -> SourceData {
    let say = |nl: &str, en: &str| pick(language, nl, en);
    let mut rows = vec![(say("Klantnummer", "Customer number"), customer.id.to_string())];
    for (label, value) in [
        (say("Naam", "Name"), &customer.name),
        (say("Bedrijf", "Company"), &customer.company),
        ("KvK".into(), &customer.kvk),
    ] {
        if !value.is_empty() {
            rows.push((label, value.clone()));
        }
    }
    for known in &customer.addresses {
        let label = format!("{} ({})", say("E-mailadres", "E-mail address"), role(language, known.role));
        rows.push((label, known.address.as_str().to_owned()));
    }
    rows.extend(customer.fields.iter().map(|(column, value)| (label_of(language, column), value.clone())));
    let title = format!("{} {}", say("Klant", "Customer"), customer.id);
    SourceData {
        name: say("Klantenadministratie", "Customer administration"),
        records: vec![Record { title, rows }],
        note: String::new(),
    }
}

/// A contact sees what is held about that contact, and nothing of the customer.
fn about_contact(language: LetterLanguage, customer: &Customer, proof: &MayReceive) -> SourceData {
    let say = |nl: &str, en: &str| pick(language, nl, en);
    let company = if customer.company.is_empty() { customer.id.to_string() } else { customer.company.clone() };
    let mut rows = vec![
        (say("E-mailadres", "E-mail address"), proof.address().as_str().to_owned()),
        (say("Contactpersoon bij", "Contact at"), company),
    ];
    if let Some(known) = customer.address(proof.address()) {
        rows.push((say("Rol", "Role"), role(language, known.role)));
    }
    SourceData {
        name: say("Klantenadministratie", "Customer administration"),
        records: vec![Record { title: say("Jouw gegevens", "Your data"), rows }],
        note: String::new(),
    }
}

/// The columns of customers.csv in words; columns of the company's own keep their name.
fn label_of(language: LetterLanguage, column: &str) -> String {
    let (nl, en) = match column {
        "phone" => ("Telefoon", "Phone"),
        "street" => ("Straat", "Street"),
        "postcode" => ("Postcode", "Postcode"),
        "city" => ("Plaats", "City"),
        "country" => ("Land", "Country"),
        "iban" => ("IBAN", "IBAN"),
        other => (other, other),
    };
    pick(language, nl, en)
}

fn role(language: LetterLanguage, role: Role) -> String {
    match role {
        Role::Owner => pick(language, "eigenaar", "owner"),
        Role::Contact => pick(language, "contactpersoon", "contact"),
        Role::Billing => pick(language, "facturen", "billing"),
    }
}

fn pick(language: LetterLanguage, nl: &str, en: &str) -> String {
    match language {
        LetterLanguage::Nl => nl.to_owned(),
        LetterLanguage::En => en.to_owned(),
    }
}
