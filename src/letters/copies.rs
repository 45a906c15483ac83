//! The machine-readable copies that go with an access answer (art. 15(3), policy §6): JSON, exact, and CSV for
//! spreadsheets.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula. Such a cell gets an apostrophe in
//! front, and so does a cell that begins with an apostrophe itself: taking one leading apostrophe away always gives the
//! value back. The JSON copy has every value as it is.

use serde::Serialize;

use super::Organisation;
use super::access_answer::AccessAnswer;
use crate::domain::dossier::Dossier;
use crate::domain::language::LetterLanguage;
use crate::domain::letter::File;

/// What went wrong while making a copy: a bug, since both are written to memory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {0} copy could not be written")]
pub struct CopyFailed(&'static str);

/// `gegevens.json` and `gegevens.csv` (in English `data.json` and `data.csv`); none when nothing was found.
///
/// # Errors
/// [`CopyFailed`] names the format.
pub fn copies(
    language: LetterLanguage,
    organisation: &Organisation,
    answer: &AccessAnswer,
) -> Result<Vec<File>, CopyFailed> {
    if answer.dossier.is_empty() {
        return Ok(Vec::new());
    }
    let stem = match language {
        LetterLanguage::Nl => "gegevens",
        LetterLanguage::En => "data",
    };
    Ok(vec![
        File {
            name: format!("{stem}.json"),
            content_type: "application/json; charset=utf-8",
            content: json(organisation, answer)?,
        },
        File { name: format!("{stem}.csv"), content_type: "text/csv; charset=utf-8", content: csv(&answer.dossier)? },
    ])
}

/// The JSON document.
#[derive(Serialize)]
struct Document<'a> {
    organisation: &'a Organisation,
    reference: &'a str,
    date: crate::domain::time::Date,
    sources: Vec<Source<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    source: &'a str,
    note: &'a str,
    records: Vec<Record<'a>>,
}

#[derive(Serialize)]
struct Record<'a> {
    record: &'a str,
    fields: Vec<Field<'a>>,
}

/// A list and not an object: a label may occur twice, and the order is the source's.
#[derive(Serialize)]
struct Field<'a> {
    field: &'a str,
    value: &'a str,
}

fn json(organisation: &Organisation, answer: &AccessAnswer) -> Result<Vec<u8>, CopyFailed> {
    let sources = answer
        .dossier
        .sources
        .iter()
        .map(|source| Source {
            source: &source.name,
            note: &source.note,
            records: source
                .records
                .iter()
                .map(|record| Record {
                    record: &record.title,
                    fields: record.rows.iter().map(|(field, value)| Field { field, value }).collect(),
                })
                .collect(),
        })
        .collect();
    let document = Document { organisation, reference: &answer.heading.reference, date: answer.heading.today, sources };
    let mut content = serde_json::to_vec_pretty(&document).map_err(|_| CopyFailed("JSON"))?;
    content.push(b'\n');
    Ok(content)
}

fn csv(dossier: &Dossier) -> Result<Vec<u8>, CopyFailed> {
    let failed = |_| CopyFailed("CSV");
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(["source", "record", "field", "value"]).map_err(failed)?;
    for source in &dossier.sources {
        for record in &source.records {
            for (field, value) in &record.rows {
                writer
                    .write_record([defuse(&source.name), defuse(&record.title), defuse(field), defuse(value)])
                    .map_err(failed)?;
            }
        }
    }
    writer.into_inner().map_err(|_| CopyFailed("CSV"))
}

/// A cell that no spreadsheet runs.
fn defuse(cell: &str) -> String {
    // The last four are the full-width forms, which some programs read alike.
    let starts = ['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'];
    if cell.starts_with(starts) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Heading, Sample};
    use super::*;
    use crate::domain::dossier::{Record, SourceData};

    fn answer_with(rows: Vec<(String, String)>) -> AccessAnswer {
        let mut answer = AccessAnswer::samples().remove(0);
        answer.heading = Heading::sample();
        let record = Record { title: "K-1".into(), rows };
        answer.dossier = Dossier {
            sources: vec![SourceData { name: "Klanten".into(), records: vec![record], note: String::new() }],
        };
        answer
    }

    fn files_of(answer: &AccessAnswer) -> Vec<File> {
        let organisation = Organisation { name: "CraftCloud".into(), address: "info@craftcloud.nl".into() };
        copies(LetterLanguage::Nl, &organisation, answer).unwrap()
    }

    #[test]
    fn a_formula_is_defused_in_the_csv_and_exact_in_the_json() {
        let files = files_of(&answer_with(vec![("naam".into(), "=HYPERLINK(\"x\")".into())]));
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["gegevens.json", "gegevens.csv"]);
        assert!(String::from_utf8(files[0].content.clone()).unwrap().contains(r#""value": "=HYPERLINK(\"x\")""#));
        let csv = String::from_utf8(files[1].content.clone()).unwrap();
        assert_eq!(csv, "source,record,field,value\r\nKlanten,K-1,naam,\"'=HYPERLINK(\"\"x\"\")\"\r\n");
    }

    #[test]
    fn nothing_found_gives_no_files() {
        let mut answer = answer_with(Vec::new());
        answer.dossier.sources[0].records.clear();
        assert!(files_of(&answer).is_empty());
    }

    proptest! {
        #[test]
        fn both_copies_give_every_value_back(rows in prop::collection::vec(("[\\s\\S]{0,20}", "[=+@'\\-]?[\\s\\S]{0,40}"), 1..6)) {
            let files = files_of(&answer_with(rows.clone()));
            let json: serde_json::Value = serde_json::from_slice(&files[0].content).unwrap();
            let fields = json["sources"][0]["records"][0]["fields"].as_array().unwrap();
            let read: Vec<_> = fields.iter().map(|f| (f["field"].as_str().unwrap().to_owned(), f["value"].as_str().unwrap().to_owned())).collect();
            prop_assert_eq!(&read, &rows);
            let mut reader = csv::Reader::from_reader(files[1].content.as_slice());
            let undo = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
            let read: Vec<_> = reader.records().map(|r| r.unwrap()).map(|r| (undo(&r[2]), undo(&r[3]))).collect();
            prop_assert_eq!(&read, &rows);
        }
    }
}
