//! A list as a table for spreadsheets.

use dogear_domain::ids::ListId;
use dogear_domain::lists::MOST_BOOKS;
use dogear_domain::spreadsheet::defuse;

use super::page::own;
use super::repo::views as repo;
use crate::{Cx, Error, Result};

/// Has spreadsheets read the file as UTF-8.
const MARK: &str = "\u{feff}";
const COLUMNS: [&str; 6] = ["position", "title", "authors", "isbn", "note", "added"];

/// All books in a list of whoever asks, in their order. Cells that would run as formulas are defused.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not their list.
pub async fn export(cx: &Cx, list: ListId) -> Result<Vec<u8>> {
    own(cx, list).await?;
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(MARK.as_bytes().to_vec());
    table.write_record(COLUMNS).map_err(Error::internal)?;
    for row in repo::table(cx.db(), list, MOST_BOOKS).await? {
        let added = row.added_at.to_jiff().strftime("%Y-%m-%d").to_string();
        let cells = [
            &*row.place.to_string(),
            &row.title,
            &row.author_line,
            row.isbn.as_deref().unwrap_or_default(),
            &row.note,
            &added,
        ];
        table
            .write_record(cells.map(|cell| defuse(cell).into_owned()))
            .map_err(Error::internal)?;
    }
    table
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))
}
