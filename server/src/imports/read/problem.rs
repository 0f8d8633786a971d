//! What can be wrong with a whole file.

/// Why a file is not read, in words for the person who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileProblem {
    #[error(
        "There are no books in this file. Choose the file that the other program has exported."
    )]
    Empty,
    #[error(
        "The file has more than 10 MB. Split the table into parts, and import one after the other."
    )]
    TooLarge,
    #[error(
        "The table has more than 20,000 rows. Split it into parts, and import one after the other."
    )]
    TooManyRows,
    #[error(
        "The table has more than 100 columns. Keep those that name the books, and leave the others out."
    )]
    TooManyColumns,
    /// A file of Excel, LibreOffice or the like.
    #[error(
        "This is a spreadsheet program’s own file. Open it there, save it as CSV, and choose that file."
    )]
    Workbook,
    #[error(
        "This file is no table of books. Choose a CSV, TSV or JSON file that another program has exported."
    )]
    NoTable,
    /// The row, from 1.
    #[error(
        "The table breaks off in row {0}: a quotation mark is opened there and never closed. Export it again, or mend that row."
    )]
    OpenQuote(usize),
    #[error("The file breaks off in the middle. Export or download it again.")]
    Truncated,
    /// The line, from 1.
    #[error("Line {0} of this file is no JSON. Export it again.")]
    BrokenJson(usize),
    #[error(
        "This JSON file is neither an export of Dogear nor one of LibraryThing. Export the books as CSV."
    )]
    OtherJson,
}
