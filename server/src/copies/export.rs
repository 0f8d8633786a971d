//! A reader's whole shelf as a file, for a spreadsheet or for another program.

use dogear_domain::ids::CopyId;
use dogear_domain::imports::Field;
use dogear_domain::offers::{Offer, Price};
use dogear_domain::spreadsheet::defuse;
use futures::Stream;
use futures::stream::try_unfold;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::repo::{self, ExportedCopy};
use crate::{Cx, Error, Result};

/// Copies that are in memory at once.
const BATCH: usize = 500;
/// Has spreadsheets read the file as UTF-8.
const MARK: &str = "\u{feff}";
/// What stands in the file, in this order: the headers of the table, the names in the objects of
/// the JSON. Who reads such a file finds everything by these names.
pub(crate) const EXPORT_COLUMNS: [(Field, &str); 19] = [
    (Field::Title, "title"),
    (Field::Author, "authors"),
    (Field::Isbn, "isbn13"),
    (Field::Format, "format"),
    (Field::Publisher, "publisher"),
    (Field::Year, "year"),
    (Field::Language, "language"),
    (Field::Grade, "grade"),
    (Field::Defects, "defects"),
    (Field::Note, "note"),
    (Field::Place, "place"),
    (Field::Shelf, "state"),
    (Field::Listed, "listed"),
    (Field::Offers, "offers"),
    (Field::Price, "price"),
    (Field::Currency, "currency"),
    (Field::Postage, "postage"),
    (Field::LoanDays, "loan_days"),
    (Field::AtOnce, "at_once"),
];
/// The name under which the JSON holds the list of copies.
pub(crate) const EXPORT_LIST: &str = "copies";

/// How a shelf is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// A table. Several authors or defects are separated by "; ", dates are days in UTC, and
    /// cells that would run as formulas are defused (see `dogear_domain::spreadsheet`).
    Csv,
    /// `{"copies": […]}`, every text as it is.
    Json,
}

impl ExportedCopy {
    /// What the file says in a column.
    fn value(&self, field: Field) -> Value {
        match field {
            Field::Title => json!(self.title),
            Field::Author => json!(self.authors),
            Field::Isbn => json!(self.isbn13),
            Field::Format => json!(self.format),
            Field::Publisher => json!(self.publisher),
            Field::Year => json!(self.year),
            Field::Language => json!(self.language),
            Field::Grade => json!(self.grade),
            Field::Defects => json!(self.defects),
            Field::Note => json!(self.note),
            Field::Place => json!(self.place),
            Field::Shelf => json!(self.state),
            Field::Listed => json!(self.listed_at.map(jiff_sqlx::Timestamp::to_jiff)),
            Field::Offers => json!(self.ways()),
            Field::Price => json!(self.offers.sale.map(|price| price.amount.plain())),
            Field::Currency => json!(self.offers.sale.map(|price| price.amount.currency)),
            Field::Postage => {
                let postage = |price: Price| Some(price.amount.with(price.postage?).plain());
                json!(self.offers.sale.and_then(postage))
            }
            Field::LoanDays => json!(self.offers.loan),
            Field::AtOnce => json!(self.offers.sale.map(|price| price.at_once)),
            // What else a row can say is not of a copy.
            _ => Value::Null,
        }
    }

    fn ways(&self) -> Vec<&'static str> {
        let ways = Offer::ALL.iter().filter(|way| self.offers.has(**way));
        ways.map(|way| way.as_str()).collect()
    }

    fn cell(&self, field: Field) -> String {
        if field == Field::Listed {
            let day = |at: jiff_sqlx::Timestamp| at.to_jiff().strftime("%Y-%m-%d").to_string();
            return self.listed_at.map(day).unwrap_or_default();
        }
        text(&self.value(field))
    }
}

impl Serialize for ExportedCopy {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(EXPORT_COLUMNS.map(|(field, name)| (name, self.value(field))))
    }
}

/// A value as the cell of a table.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(text).collect();
            parts.join("; ")
        }
        other => other.to_string(),
    }
}

/// Every copy of the reader, the archive and the trash included, oldest first: the file in
/// parts, of which each is loaded when the one before it is taken.
///
/// # Errors
/// `SignInRequired`; those of the database, also while the parts are taken.
pub async fn export(
    cx: &Cx,
    form: ExportForm,
) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + 'static> {
    let owner = cx.reader()?.id;
    let first = repo::exported(cx.db(), owner, CopyId(0), BATCH as i64).await?;
    let cx = cx.clone();
    Ok(try_unfold(Some((first, true)), move |state| {
        let cx = cx.clone();
        async move {
            let Some((copies, is_first)) = state else {
                return Ok(None);
            };
            let last = copies.last().map_or(CopyId(0), |copy| copy.id);
            let is_last = copies.len() < BATCH;
            let part = form.part(&copies, is_first, is_last)?;
            let next = if is_last {
                None
            } else {
                Some((
                    repo::exported(cx.db(), owner, last, BATCH as i64).await?,
                    false,
                ))
            };
            Ok(Some((part, next)))
        }
    }))
}

impl ExportForm {
    fn part(self, copies: &[ExportedCopy], is_first: bool, is_last: bool) -> Result<Vec<u8>> {
        match self {
            Self::Csv => csv_part(copies, is_first),
            Self::Json => json_part(copies, is_first, is_last),
        }
    }
}

fn csv_part(copies: &[ExportedCopy], is_first: bool) -> Result<Vec<u8>> {
    let start = if is_first { MARK } else { "" };
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(start.as_bytes().to_vec());
    if is_first {
        let names = EXPORT_COLUMNS.map(|(_, name)| name);
        table.write_record(names).map_err(Error::internal)?;
    }
    for copy in copies {
        let cells = EXPORT_COLUMNS.map(|(field, _)| copy.cell(field));
        table
            .write_record(cells.iter().map(|cell| defuse(cell).into_owned()))
            .map_err(Error::internal)?;
    }
    table
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))
}

fn json_part(copies: &[ExportedCopy], is_first: bool, is_last: bool) -> Result<Vec<u8>> {
    let mut part = Vec::new();
    if is_first {
        part.extend(format!("{{\"{EXPORT_LIST}\":[").bytes());
    }
    for (place, copy) in copies.iter().enumerate() {
        part.extend(if is_first && place == 0 {
            &b"\n"[..]
        } else {
            b",\n"
        });
        serde_json::to_writer(&mut part, copy)?;
    }
    if is_last {
        part.extend(b"\n]}\n");
    }
    Ok(part)
}
