//! The bytes of a `customers.csv` as customers (contract.md, "customers.csv").
//!
//! Strict where a mistake could make somebody a stranger or show data to the wrong person: a row that does not fit the
//! header, an open quotation mark that swallows the rows under it, a wrong address. Tolerant of what spreadsheets do: a
//! byte order mark, `;`, a `sep=;` line, capitals in the header, empty rows and columns at the end.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord};

use super::error::{Mistake, Problem};
use crate::domain::address::Address;
use crate::domain::customer::{AddressState, Customer, CustomerId, KnownAddress, Role};

/// Bytes of one cell.
const LONGEST_CELL: usize = 8_192;
/// Columns with a place of their own in [`Customer`]; all others become its fields.
const OWN_COLUMNS: [&str; 5] = ["id", "name", "company", "kvk", "emails"];

/// Reads all rows. `since` and `state` are those of an address that was always there.
///
/// # Errors
/// The first mistake in the file. No customer is given then: half a list makes strangers of the other half.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Customer>, Mistake> {
    let text = text_of(bytes)?;
    let (text, lines_before) = without_separator_line(text);
    let mut records = Records::of(text, lines_before)?;
    let header = Header::of(&mut records)?;
    let mut customers = Vec::new();
    let mut lines: HashMap<String, u64> = HashMap::new();
    while let Some((line, cells)) = records.next()? {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let customer = header.customer(&cells, line)?;
        if let Some(earlier) = lines.insert(customer.id.as_str().to_lowercase(), line) {
            return Err(Mistake::on_line(line, Problem::SameId(earlier)).in_column("id"));
        }
        customers.push(customer);
    }
    Ok(customers)
}

fn text_of(bytes: &[u8]) -> Result<&str, Mistake> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Mistake::in_file(Problem::Utf16));
    }
    let line_of = |at: usize| {
        let breaks = bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
        u64::try_from(breaks).unwrap_or(u64::MAX).saturating_add(1)
    };
    let text =
        std::str::from_utf8(bytes).map_err(|error| Mistake::on_line(line_of(error.valid_up_to()), Problem::NotUtf8))?;
    if let Some(at) = text.find('\0') {
        return Err(Mistake::on_line(line_of(at), Problem::Nul));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Excel writes and reads `sep=;` above the header. Gives the rest, and how many lines are gone.
fn without_separator_line(text: &str) -> (&str, u64) {
    match text.split_once('\n') {
        Some((first, rest)) if matches!(first.trim().trim_matches('"'), "sep=;" | "sep=,") => (rest, 1),
        Some(_) | None => (text, 0),
    }
}

/// The rows with their line numbers.
struct Records<'a> {
    reader: csv::Reader<&'a [u8]>,
    text: &'a str,
    lines_before: u64,
}

impl<'a> Records<'a> {
    fn of(text: &'a str, lines_before: u64) -> Result<Self, Mistake> {
        let header = text.lines().find(|line| !line.trim().is_empty()).ok_or(Mistake::in_file(Problem::NoHeader))?;
        let semicolons = header.matches(';').count() > header.matches(',').count();
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(if semicolons { b';' } else { b',' })
            .from_reader(text.as_bytes());
        Ok(Self { reader, text, lines_before })
    }

    /// The next row: the line on which it begins, and its cells.
    fn next(&mut self) -> Result<Option<(u64, StringRecord)>, Mistake> {
        let mut cells = StringRecord::new();
        let start = self.reader.position().clone();
        let more = self.reader.read_record(&mut cells);
        let raw = self.raw(start.byte(), self.reader.position().byte());
        let skipped = raw.len().saturating_sub(raw.trim_start_matches(['\r', '\n']).len());
        let breaks = raw.get(..skipped).unwrap_or_default().matches('\n').count();
        let line = start.line().saturating_add(u64::try_from(breaks).unwrap_or(0)).saturating_add(self.lines_before);
        // The text is UTF-8, the reader is flexible and reads from memory: nothing but an open quote is left to fail.
        let more = more.map_err(|_| Mistake::on_line(line, Problem::OpenQuote))?;
        if raw.matches('"').count() % 2 == 1 {
            return Err(Mistake::on_line(line, Problem::OpenQuote));
        }
        if cells.iter().any(|cell| cell.len() > LONGEST_CELL) {
            return Err(Mistake::on_line(line, Problem::LongCell));
        }
        Ok(more.then_some((line, cells)))
    }

    fn raw(&self, from: u64, to: u64) -> &str {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        self.text.get(place(from)..place(to)).unwrap_or_default()
    }
}

/// The names of the columns, as written, and where our own are.
struct Header {
    names: Vec<String>,
    id: usize,
    emails: usize,
}

impl Header {
    fn of(records: &mut Records<'_>) -> Result<Self, Mistake> {
        let Some((line, cells)) = records.next()? else { return Err(Mistake::in_file(Problem::NoHeader)) };
        let names: Vec<String> = cells.iter().enumerate().map(|(at, name)| column_name(at, name)).collect();
        for (at, name) in names.iter().enumerate() {
            if names.iter().take(at).any(|other| other.eq_ignore_ascii_case(name)) {
                return Err(Mistake::on_line(line, Problem::ColumnTwice).in_column(name));
            }
        }
        let place = |wanted: &str| {
            names
                .iter()
                .position(|name| name.eq_ignore_ascii_case(wanted))
                .ok_or_else(|| Mistake::on_line(line, Problem::MissingColumn).in_column(wanted))
        };
        Ok(Self { id: place("id")?, emails: place("emails")?, names })
    }

    fn customer(&self, cells: &StringRecord, line: u64) -> Result<Customer, Mistake> {
        if cells.len() != self.names.len() {
            let problem = Problem::CellCount { found: cells.len(), expected: self.names.len() };
            return Err(Mistake::on_line(line, problem));
        }
        let own = |wanted: &str| {
            let place = self.names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
            place.and_then(|place| cells.get(place)).map(one_line).unwrap_or_default()
        };
        let company = own("company");
        let emails = cells.get(self.emails).unwrap_or_default();
        let addresses = addresses(emails, company.is_empty())
            .map_err(|problem| Mistake::on_line(line, problem).in_column("emails"))?;
        let id = customer_id(cells.get(self.id).unwrap_or_default())
            .map_err(|problem| Mistake::on_line(line, problem).in_column("id"))?;
        let is_own = |name: &str| OWN_COLUMNS.iter().any(|own| own.eq_ignore_ascii_case(name));
        let fields = self
            .names
            .iter()
            .zip(cells)
            .filter(|(name, _)| !is_own(name))
            .map(|(name, cell)| (name.clone(), one_line(cell)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        Ok(Customer { id, name: own("name"), kvk: own("kvk"), company, addresses, fields })
    }
}

/// The name of a column; its number when the header has none.
fn column_name(at: usize, name: &str) -> String {
    let name = one_line(name);
    if name.is_empty() { format!("column {}", at.saturating_add(1)) } else { name }
}

/// Without control characters and line breaks, which have no place in a header line or a letter.
fn one_line(cell: &str) -> String {
    let words: Vec<&str> =
        cell.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

fn customer_id(cell: &str) -> Result<CustomerId, Problem> {
    if cell.trim().is_empty() {
        return Err(Problem::NoId);
    }
    CustomerId::parse(cell).ok_or(Problem::BadId)
}

/// The addresses of one cell, with their roles. Where no role is written: everybody is an owner of a private customer;
/// of a company the first is the owner, unless another is named so, and the others are contacts.
fn addresses(cell: &str, private: bool) -> Result<Vec<KnownAddress>, Problem> {
    let mut read: Vec<(Address, Option<Role>)> = Vec::new();
    let pieces = cell.split(|c: char| c.is_whitespace() || c == ';' || c == ',').filter(|piece| !piece.is_empty());
    for (at, piece) in pieces.enumerate() {
        let which = at.saturating_add(1);
        let (text, role) = with_role(piece).ok_or(Problem::BadRole(which))?;
        let address = Address::parse(text).map_err(|why| Problem::BadAddress { which, why })?;
        if read.iter().any(|(earlier, _)| *earlier == address) {
            return Err(Problem::SameAddress(which));
        }
        read.push((address, role));
    }
    let owner_named = read.iter().any(|(_, role)| *role == Some(Role::Owner));
    let default = |at: usize| if private || (at == 0 && !owner_named) { Role::Owner } else { Role::Contact };
    Ok(read
        .into_iter()
        .enumerate()
        .map(|(at, (address, role))| KnownAddress {
            address,
            role: role.unwrap_or_else(|| default(at)),
            since: None,
            state: AddressState::Active,
        })
        .collect())
}

/// Parts `jan@a.nl=owner`; an equals sign before the `@` belongs to the address. `None` for an unknown role.
fn with_role(piece: &str) -> Option<(&str, Option<Role>)> {
    match piece.rsplit_once('=') {
        Some((address, role)) if !role.contains('@') => {
            let known = [Role::Owner, Role::Contact, Role::Billing];
            let role = known.into_iter().find(|known| known.name().eq_ignore_ascii_case(role))?;
            Some((address, Some(role)))
        }
        Some(_) | None => Some((piece, None)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::address::NotAnAddress;

    fn good(text: &str) -> Vec<Customer> {
        read(text.as_bytes()).unwrap()
    }

    fn bad(text: &str) -> (u64, String, Problem) {
        let mistake = read(text.as_bytes()).unwrap_err();
        (mistake.line.unwrap_or(0), mistake.column.unwrap_or_default(), mistake.problem)
    }

    fn roles(text: &str) -> Vec<(String, Role)> {
        let customers = good(text);
        let known = customers.iter().flat_map(|customer| &customer.addresses);
        known.map(|known| (known.address.as_str().to_owned(), known.role)).collect()
    }

    #[test]
    fn a_whole_row_becomes_a_customer() {
        let text = "id,name,company,kvk,emails,phone,street,postcode,city,country,iban,note\r\n\
            K-1,\"Jansen, Jan\",Bakkerij \"\"\"De Gist\"\"\",12345678,jan@a.nl boek@b.nl=billing,06,\"Kerkstraat 1\nachter\",1234 AB,Ede,NL,,x\r\n";
        let text = text.replace("Bakkerij \"\"\"De Gist\"\"\"", "\"Bakkerij \"\"De Gist\"\"\"");
        let customers = good(&text);
        let [customer] = customers.as_slice() else { panic!("not one") };
        assert_eq!(customer.id.as_str(), "K-1");
        assert_eq!(customer.name, "Jansen, Jan");
        assert_eq!(customer.company, "Bakkerij \"De Gist\"");
        assert_eq!(customer.kvk, "12345678");
        let field =
            |name: &str| customer.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        assert_eq!(field("street"), Some("Kerkstraat 1 achter"));
        assert_eq!(field("note"), Some("x"));
        assert_eq!(field("iban"), None, "nothing is held there");
        let order: Vec<_> = customer.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(order, ["phone", "street", "postcode", "city", "country", "note"]);
        assert!(customer.addresses.iter().all(|known| known.since.is_none() && known.state == AddressState::Active));
    }

    #[test]
    fn what_spreadsheets_do_is_read_through() {
        for text in [
            "\u{feff}id;emails;name\r\nK-1;jan@a.nl;Jan\r\n",
            "sep=;\r\nid;emails;name\r\nK-1;jan@a.nl;Jan\r\n;;\r\n;;\r\n",
            "\u{feff}sep=;\nID;Emails;Name\nK-1;jan@a.nl;Jan",
            "\n\nid,emails,name\n\nK-1,jan@a.nl,Jan\n\n",
            "\"id\";\"emails\";\"name\"\n\"K-1\";\"jan@a.nl\";\"Jan\"\n",
            " id , name,emails\nK-1, Jan ,jan@a.nl\n",
        ] {
            let customers = good(text);
            assert_eq!(customers.len(), 1, "{text:?}");
            assert_eq!((customers[0].id.as_str(), customers[0].name.as_str()), ("K-1", "Jan"), "{text:?}");
        }
        assert!(good("id,emails\n").is_empty());
    }

    #[test]
    fn roles_are_as_written_and_else_by_place() {
        use Role::{Billing, Contact, Owner};
        let with = |company: &str, emails: &str| {
            roles(&format!("id,company,emails\nK-1,{company},\"{emails}\"\n"))
                .into_iter()
                .map(|(_, role)| role)
                .collect::<Vec<_>>()
        };
        assert_eq!(with("Gist", "a@a.nl b@a.nl;c@a.nl, d@a.nl"), [Owner, Contact, Contact, Contact]);
        assert_eq!(with("", "a@a.nl;b@a.nl"), [Owner, Owner]);
        assert_eq!(with("", "a@a.nl b@a.nl=billing"), [Owner, Billing]);
        assert_eq!(with("Gist", "a@a.nl=billing b@a.nl=OWNER"), [Billing, Owner]);
        assert_eq!(with("Gist", "a@a.nl b@a.nl=owner"), [Contact, Owner], "an owner that is named is the only one");
        assert_eq!(with("Gist", "a@a.nl=contact b@a.nl"), [Contact, Contact], "nobody becomes owner by being second");
        assert_eq!(with("Gist", ""), []);
        assert_eq!(roles("id,emails\nK-1,x=owner@a.nl\n"), [("x=owner@a.nl".to_owned(), Owner)]);
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_column() {
        let which = 2;
        for (text, line, column, problem) in [
            ("", 0, "", Problem::NoHeader),
            ("\n \n", 0, "", Problem::NoHeader),
            ("id,name\n", 1, "emails", Problem::MissingColumn),
            ("name;emails\n", 1, "id", Problem::MissingColumn),
            ("id\temails\nK-1\tjan@a.nl\n", 1, "id", Problem::MissingColumn),
            ("id,emails,ID\n", 1, "ID", Problem::ColumnTwice),
            ("id,emails\n\n\nK-1,jan@a.nl,x\n", 4, "", Problem::CellCount { found: 3, expected: 2 }),
            ("id,emails\nK-1\n", 2, "", Problem::CellCount { found: 1, expected: 2 }),
            ("id,emails\n,jan@a.nl\n", 2, "id", Problem::NoId),
            ("id,emails\nK 1,jan@a.nl\n", 2, "id", Problem::BadId),
            ("id,emails\nK-1,a@a.nl\nk-1,b@b.nl\n", 3, "id", Problem::SameId(2)),
            (
                "id,emails\r\n\r\nK-1,a@a.nl jan@b\r\n",
                3,
                "emails",
                Problem::BadAddress { which, why: NotAnAddress::Domain },
            ),
            ("id,emails\nK-1,a@a.nl b@a.nl=eigenaar\n", 2, "emails", Problem::BadRole(2)),
            ("id,emails\nK-1,a@a.nl A@a.nl=billing\n", 2, "emails", Problem::SameAddress(2)),
            ("sep=;\nid;emails\nK-1;jan\n", 3, "emails", Problem::BadAddress { which: 1, why: NotAnAddress::Form }),
            ("id,emails,iban\nK-1,a@a.nl,\"x\nK-2,b@b.nl,y\n", 2, "", Problem::OpenQuote),
            ("id,emails\nK-1,\"a@a.nl\nK-2,b@b.nl\nK-3,c@c.nl\n", 2, "", Problem::OpenQuote),
            (
                "id,note,emails\nK-1,\"a\nb\",a@a.nl\nK-2,x,b\n",
                4,
                "emails",
                Problem::BadAddress { which: 1, why: NotAnAddress::Form },
            ),
            ("id,emails\nK-1,a@a.nl\0\n", 2, "", Problem::Nul),
        ] {
            assert_eq!(bad(text), (line, column.to_owned(), problem), "{text:?}");
        }
    }

    #[test]
    fn another_encoding_is_named() {
        let mistake = read(b"id,name,emails\nK-1,Jan,a@a.nl\nK-2,Ren\xe9,b@b.nl\n").unwrap_err();
        assert_eq!((mistake.line, mistake.problem), (Some(3), Problem::NotUtf8));
        assert_eq!(read(b"\xff\xfei\0d\0").unwrap_err().problem, Problem::Utf16);
    }

    #[test]
    fn a_cell_that_swallowed_the_file_is_refused() {
        let long = "x".repeat(LONGEST_CELL + 1);
        assert_eq!(bad(&format!("id,emails,note\nK-1,a@a.nl,\"{long}\"\n")), (2, String::new(), Problem::LongCell));
    }

    #[test]
    fn the_same_address_may_belong_to_two_customers() {
        assert_eq!(good("id,emails\nK-1,a@a.nl\nK-2,a@a.nl\n").len(), 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn any_rows_under_a_good_header_are_read_without_panic(rest in "(?s)[a-z@.=;,\"\r\n \u{0}é-]{0,200}") {
            let _ = read(format!("id,name,emails\n{rest}").as_bytes());
        }

        #[test]
        fn every_row_that_is_written_is_read_on_its_own_line(ids in prop::collection::btree_set("[a-z]{1,6}", 1..20)) {
            let mut text = String::from("id;emails;note\n");
            for id in &ids {
                text.push_str(&format!("{id};{id}@a.nl;\"een; \"\"twee\"\"\"\n"));
            }
            let customers = read(text.as_bytes()).unwrap();
            prop_assert_eq!(customers.len(), ids.len());
            text.push_str("!;x@a.nl;\n");
            let line = u64::try_from(ids.len()).unwrap() + 2;
            prop_assert_eq!(read(text.as_bytes()).unwrap_err().line, Some(line));
        }
    }
}
