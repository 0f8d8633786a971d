//! A book as its own page shows it to a reader.

use dogear_domain::ids::{UserId, WorkId};
use sqlx::PgExecutor;

use crate::Result;
use crate::library::book::{BookHead, Panel};
use crate::library::repo::readings::progress;

/// What a book is to a reader, in one statement; also when it is nothing yet.
pub(in crate::library) async fn panel(
    db: impl PgExecutor<'_>,
    reader: UserId,
    work: WorkId,
) -> Result<Panel> {
    let row = sqlx::query!(
        r#"select b.status as "status?: dogear_domain::library::ReadingStatus",
             b.wanted_at is not null as "wanted!", coalesce(b.times_read, 0) as "times_read!",
             b.rating as "rating?: dogear_domain::library::Rating",
             o.id as "open?: dogear_domain::ids::ReadingId",
             o.progress as "progress?", o.total as "total?",
             o.unit as "unit?: dogear_domain::library::ProgressUnit",
             case when o.id is not null then pages_of(o) end as pages
         from (select 1) one
         left join reader_books b on b.user_id = $1 and b.work_id = $2
         left join readings o on o.user_id = $1 and o.work_id = $2 and o.ending is null"#,
        reader.0,
        work.0
    )
    .fetch_one(db)
    .await?;
    Ok(Panel {
        work,
        status: row.status,
        wanted: row.wanted,
        times_read: row.times_read,
        rating: row.rating,
        open: row.open,
        progress: progress(row.progress, row.total, row.unit),
        pages: row.pages,
    })
}

/// How a book is named.
pub(in crate::library) async fn head(
    db: impl PgExecutor<'_>,
    work: WorkId,
) -> Result<Option<BookHead>> {
    Ok(sqlx::query_as!(
        BookHead,
        "select id, slug, title, author_line, language from works where id = $1",
        work.0
    )
    .fetch_optional(db)
    .await?)
}
