//! A reader's whole shelf as a file, for a spreadsheet or for another program.

use dogear_domain::copies::CopyState;
use dogear_domain::edition::Format;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, UserId};
use dogear_domain::spreadsheet::defuse;
use futures::Stream;
use futures::stream::try_unfold;
use jiff::Timestamp;
use serde::Serialize;

use crate::db::MaybeTimestamp;
use crate::{Cx, Error, Result};

/// Copies that are in memory at once.
const BATCH: usize = 500;
/// Has spreadsheets read the file as UTF-8.
const MARK: &str = "\u{feff}";
const COLUMNS: [&str; 12] = [
    "title",
    "authors",
    "isbn13",
    "format",
    "publisher",
    "year",
    "language",
    "grade",
    "defects",
    "note",
    "state",
    "listed",
];

/// How a shelf is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// A table. Several authors or defects are separated by "; ", dates are days in UTC, and
    /// cells that would run as formulas are defused (see `dogear_domain::spreadsheet`).
    Csv,
    /// `{"copies": […]}`, every text as it is.
    Json,
}

/// One copy, as it is written.
#[derive(Debug, Serialize, sqlx::FromRow)]
struct Exported {
    #[serde(skip)]
    id: CopyId,
    title: String,
    authors: Vec<String>,
    isbn13: Option<String>,
    format: Format,
    publisher: String,
    year: Option<i32>,
    language: String,
    grade: Grade,
    defects: Vec<Defect>,
    note: String,
    state: CopyState,
    #[sqlx(try_from = "MaybeTimestamp")]
    listed: Option<Timestamp>,
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
    let first = batch(cx, owner, None).await?;
    let cx = cx.clone();
    Ok(try_unfold(Some((first, true)), move |state| {
        let cx = cx.clone();
        async move {
            let Some((copies, is_first)) = state else {
                return Ok(None);
            };
            let after = copies.last().map(|copy| copy.id);
            let is_last = copies.len() < BATCH;
            let part = form.part(&copies, is_first, is_last)?;
            let next = if is_last {
                None
            } else {
                Some((batch(&cx, owner, after).await?, false))
            };
            Ok(Some((part, next)))
        }
    }))
}

async fn batch(cx: &Cx, owner: UserId, after: Option<CopyId>) -> Result<Vec<Exported>> {
    Ok(sqlx::query_as(
        "select c.id, shown_title(e.title, w.title) as title,
             array(select a.name from work_authors wa join authors a on a.id = wa.author_id
                 where wa.work_id = w.id order by wa.position, a.id) as authors,
             e.isbn13::text as isbn13, e.format, e.publisher, e.year,
             coalesce(nullif(e.language, ''), w.language) as language,
             c.grade, c.defects, c.note, c.state, c.listed_at as listed
         from copies c join editions e on e.id = c.edition_id join works w on w.id = c.work_id
         where c.owner_id = $1 and c.id > $2
         order by c.id limit $3",
    )
    .bind(owner)
    .bind(after.unwrap_or(CopyId(0)))
    .bind(BATCH as i64)
    .fetch_all(cx.db())
    .await?)
}

impl ExportForm {
    fn part(self, copies: &[Exported], is_first: bool, is_last: bool) -> Result<Vec<u8>> {
        match self {
            Self::Csv => csv_part(copies, is_first),
            Self::Json => json_part(copies, is_first, is_last),
        }
    }
}

fn csv_part(copies: &[Exported], is_first: bool) -> Result<Vec<u8>> {
    let start = if is_first { MARK } else { "" };
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(start.as_bytes().to_vec());
    if is_first {
        table.write_record(COLUMNS).map_err(Error::internal)?;
    }
    for copy in copies {
        let defects: Vec<&str> = copy.defects.iter().map(|defect| defect.as_str()).collect();
        let cells: [String; COLUMNS.len()] = [
            copy.title.clone(),
            copy.authors.join("; "),
            copy.isbn13.clone().unwrap_or_default(),
            copy.format.to_string(),
            copy.publisher.clone(),
            copy.year.map(|year| year.to_string()).unwrap_or_default(),
            copy.language.clone(),
            copy.grade.as_str().to_owned(),
            defects.join("; "),
            copy.note.clone(),
            copy.state.to_string(),
            copy.listed
                .map(|at| at.strftime("%Y-%m-%d").to_string())
                .unwrap_or_default(),
        ];
        table
            .write_record(cells.iter().map(|cell| defuse(cell).into_owned()))
            .map_err(Error::internal)?;
    }
    table
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))
}

fn json_part(copies: &[Exported], is_first: bool, is_last: bool) -> Result<Vec<u8>> {
    let mut part = Vec::new();
    if is_first {
        part.extend(b"{\"copies\":[");
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
