//! A whole shelf, part after part.

use dogear_domain::copies::CopyState;
use dogear_domain::edition::Format;
use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::{CopyId, UserId};
use dogear_domain::offers::Offers;
use jiff_sqlx::Timestamp;
use sqlx::PgPool;

use crate::Result;

/// A copy with everything that stands in the file.
pub(in crate::copies) struct ExportedCopy {
    pub id: CopyId,
    pub title: String,
    pub authors: Vec<String>,
    pub isbn13: Option<String>,
    pub format: Format,
    pub publisher: String,
    pub year: Option<i32>,
    pub language: String,
    pub grade: Grade,
    pub defects: Vec<Defect>,
    pub note: String,
    pub place: String,
    pub offers: Offers,
    pub state: CopyState,
    pub listed_at: Option<Timestamp>,
}

/// The owner's first copies after `after`, in whatever state, oldest first.
pub(in crate::copies) async fn exported(
    db: &PgPool,
    owner: UserId,
    after: CopyId,
    most: i64,
) -> Result<Vec<ExportedCopy>> {
    Ok(sqlx::query_as!(
        ExportedCopy,
        r#"select c.id, shown_title(e.title, w.title) as "title!",
             array(select a.name from work_authors wa join authors a on a.id = wa.author_id
                 where wa.work_id = w.id order by wa.position, a.id) as "authors!",
             e.isbn13::text as isbn13, e.format as "format: Format", e.publisher, e.year,
             coalesce(nullif(e.language, ''), w.language) as "language!",
             c.grade, c.defects as "defects: Vec<Defect>", c.note, c.place,
             offer_terms(c) as "offers!: Offers", c.state, c.listed_at
         from copies c join editions e on e.id = c.edition_id join works w on w.id = c.work_id
         where c.owner_id = $1 and c.id > $2
         order by c.id limit $3"#,
        owner.0,
        after.0,
        most
    )
    .fetch_all(db)
    .await?)
}
