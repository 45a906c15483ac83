//! How the organisation set the program up: privacyloket.toml, and the customers of every story.

use super::{Actor, World, servers};

/// How the organisation set the program up.
#[derive(Debug, Clone)]
pub struct SetUp {
    pub(super) story: String,
    pub(super) automatic: &'static str,
    pub(super) start: &'static str,
    pub(super) also_read: &'static [&'static str],
    pub(super) two_staff: bool,
    pub(super) require_proven: bool,
    pub(super) more: String,
}

impl SetUp {
    pub fn automatic(self, automatic: &'static str) -> Self {
        Self { automatic, ..self }
    }

    /// `now` or `all` (the default in stories).
    pub fn start(self, start: &'static str) -> Self {
        Self { start, ..self }
    }

    pub fn also_read(self, also_read: &'static [&'static str]) -> Self {
        Self { also_read, ..self }
    }

    /// `colleague` decides too.
    pub fn two_staff(self) -> Self {
        Self { two_staff: true, ..self }
    }

    /// `require_proven = false`
    pub fn staff_need_no_proof(self) -> Self {
        Self { require_proven: false, ..self }
    }

    /// More sections, as they stand in the file (`[limits]`, `[delays]`).
    pub fn more(self, toml: &str) -> Self {
        Self { more: toml.to_owned(), ..self }
    }

    pub async fn open(self) -> World {
        World::open(self).await
    }
}

/// What is secret about a customer, and nowhere else.
pub fn phone(customer: &str) -> String {
    format!("06-5550{}", customer.trim_start_matches("K-"))
}

pub(super) fn customers(actor: &impl Fn(&str, &str, &str) -> Actor) -> String {
    let at = |local: &str, domain: &str| actor("", local, domain).address;
    let lines = [
        ("K-1001", "Jan de Vries", "", "", at("jan", "klant.test")),
        (
            "K-1002",
            "Bea Bakker",
            "Bakkerij De Gouden Aar",
            "12345678",
            format!(
                "{}=owner {}=billing {}=contact",
                at("bea", "bakkerij.test"),
                at("boek", "bakkerij.test"),
                at("lars", "bakkerij.test")
            ),
        ),
        ("K-1003", "Kees Smit", "", "", at("kees-en-ans", "klant.test")),
        ("K-1004", "Ans Smit", "", "", at("kees-en-ans", "klant.test")),
        ("K-1005", "Lotte Weg", "", "", at("lost", "klant.test")),
    ];
    let mut text = "id,name,company,kvk,emails,phone,street,postcode,city,country,iban\n".to_owned();
    for (id, name, company, kvk, emails) in lines {
        let phone = phone(id);
        text += &format!("{id},{name},{company},{kvk},\"{emails}\",{phone},Dorpsstraat 1,1234 AB,Utrecht,NL,\n");
    }
    text
}

pub(super) fn configuration(set_up: &SetUp, ours: &Actor, staff: &Actor, colleague: &Actor) -> String {
    let SetUp { automatic, start, also_read, require_proven, more, .. } = set_up;
    let host = servers::told("PL_IMAP_HOST");
    let (imaps, smtps) = (servers::told("PL_IMAPS_PORT"), servers::told("PL_SMTPS_PORT"));
    let (smtp_host, ca) = (servers::told("PL_SMTP_HOST"), servers::told("PL_CA_FILE"));
    let ours = &ours.address;
    let staff = &staff.address;
    let colleague = if set_up.two_staff { format!(", \"{}\"", colleague.address) } else { String::new() };
    format!(
        r#"[organisation]
name = "CraftCloud"
address = "{ours}"
timezone = "Europe/Amsterdam"
automatic = "{automatic}"

[imap]
host = "{host}"
port = {imaps}
username = "{ours}"
password_file = "password"
ca_file = "{ca}"
also_read = {also_read:?}
start = "{start}"

[smtp]
host = "{smtp_host}"
port = {smtps}
username = "{ours}"
password_file = "password"
ca_file = "{ca}"

[database]
url = "sqlite://privacyloket.db"
key_file = "privacyloket.key"

[directory]
customers = "customers.csv"

[staff]
addresses = ["{staff}"{colleague}]
require_proven = {require_proven}

[authentication]
authserv_id = "mx.craftcloud.test"
border = ["mx.craftcloud.test"]
own_domains = ["craftcloud.test"]
resolver = "off"

[processing]
purposes = ["hosting en facturen"]
categories = ["naam en adres"]
grounds = ["uitvoering van de overeenkomst"]
retention = ["zeven jaar na een factuur"]
recipients = ["Hostnet", "Moneybird"]
origin = ["Kamer van Koophandel"]

{more}
"#
    )
}
