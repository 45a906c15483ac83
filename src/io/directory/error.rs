//! What can be wrong with the list of customers, in words for the person who keeps it.

use std::fmt;
use std::path::PathBuf;

use crate::domain::address::NotAnAddress;

/// One mistake: where it is, what it is, what to do. Holds no cell's content, so it may be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryError {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub at: Mistake,
}

/// One mistake before it is known which file it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Counted from 1, as an editor shows it; `None` when it is about the whole file.
    pub line: Option<u64>,
    /// The column's name, as in the header.
    pub column: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong. `which` counts the addresses of one cell from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file cannot be opened or read.
    #[error("the file cannot be read ({0}); check its name and whether this program's user may read it")]
    Unreadable(std::io::ErrorKind),
    /// Larger than is read.
    #[error("the file is larger than {most_mb} MB; is it the right file?", most_mb = .0)]
    TooLarge(u64),
    /// Not UTF-8: a Windows-1252 export of a spreadsheet, most often.
    #[error(
        "is not UTF-8 (most likely a Windows-1252 export); save it again as \"CSV UTF-8\", or convert it with `iconv -f WINDOWS-1252 -t UTF-8`"
    )]
    NotUtf8,
    /// UTF-16: Excel's "Unicode text".
    #[error("is UTF-16 (a spreadsheet's \"Unicode text\"); save it again as \"CSV UTF-8\"")]
    Utf16,
    /// A NUL character: not a text file.
    #[error("holds a NUL character, so it is no text file; export it again as \"CSV UTF-8\"")]
    Nul,
    /// Not even a header row.
    #[error("the file is empty; the first row must name the columns, at least id and emails")]
    NoHeader,
    /// A column that must be there.
    #[error(
        "the header row does not name this column; columns are separated by commas or semicolons, and id and emails must be there"
    )]
    MissingColumn,
    /// Two columns with one name.
    #[error("the header row names this column twice; rename or remove one")]
    ColumnTwice,
    /// More or fewer cells than the header.
    #[error(
        "the row has {found} cells, the header {expected}; put a cell that holds a separator between quotation marks, and keep empty cells"
    )]
    CellCount {
        /// Cells in this row.
        found: usize,
        /// Cells in the header row.
        expected: usize,
    },
    /// A quotation mark that opens and never closes, or stands alone.
    #[error("a quotation mark is not closed in the row that begins here; inside a quoted cell write it twice")]
    OpenQuote,
    /// A cell longer than any real one.
    #[error("the cell is too long; is a quotation mark not closed?")]
    LongCell,
    /// No number for the customer.
    #[error("there is no id; every customer needs one")]
    NoId,
    /// A number that nobody can type in a reply.
    #[error("the id is not a customer number: use letters, digits and - _ . / without spaces, at most 64")]
    BadId,
    /// The same number as an earlier row, capitals aside.
    #[error("the same id stands on line {0} already; give one of the two another id or merge the rows")]
    SameId(u64),
    /// Not an address.
    #[error("address {which} {why}; correct it, and separate addresses by spaces")]
    BadAddress {
        /// Which of the cell.
        which: usize,
        /// The rule that it breaks.
        why: NotAnAddress,
    },
    /// A role that does not exist.
    #[error("address {0} has an unknown role; write owner, contact or billing after the equals sign, or nothing")]
    BadRole(usize),
    /// The same address twice for one customer.
    #[error("address {0} stands in this cell already; remove one of the two")]
    SameAddress(usize),
}

impl Mistake {
    /// About the whole file.
    pub(super) const fn in_file(problem: Problem) -> Self {
        Self { line: None, column: None, problem }
    }

    /// On this line.
    pub(super) const fn on_line(line: u64, problem: Problem) -> Self {
        Self { line: Some(line), column: None, problem }
    }

    /// In this column.
    pub(super) fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.at.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.at.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.at.problem)
    }
}

impl std::error::Error for DirectoryError {}
