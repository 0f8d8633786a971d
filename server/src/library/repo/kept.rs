//! The books of a library, in pages by their numbers.

use dogear_domain::ids::{UserId, WorkId};
use dogear_domain::library::ReadingStatus;
use sqlx::PgPool;

use super::readings::{progress, rough};
use crate::Result;
use crate::library::BookHead;
use crate::library::kept::{Kept, KeptFilter, OwnKept};

/// Which books of which library.
pub(in crate::library) struct Part {
    pub reader: UserId,
    /// The reader asks; else only what they show.
    pub own: bool,
    pub filter: KeptFilter,
    pub only: Option<WorkId>,
    pub before: Option<WorkId>,
    pub most: i64,
}

/// These books, the highest number first. What only the reader is told is read for them alone.
pub(in crate::library) async fn rows(db: &PgPool, part: &Part) -> Result<Vec<Kept>> {
    let rows = sqlx::query!(
        r#"select b.work_id, w.slug, w.title, w.author_line, w.language, b.status, b.times_read, b.rating,
             l.ended_on as "ended_on?", l.ended_precision as "ended_precision?",
             b.wanted_at is not null as "wanted!", case when $2 then b.private_note else '' end as "note!",
             b.visibility, shows_reading(b) as "shown!", b.version,
             o.id as "open?", o.progress as "progress?", o.total as "total?",
             o.unit as "unit?: dogear_domain::library::ProgressUnit"
         from reader_books b join works w on w.id = b.work_id
         left join readings o on $2 and o.user_id = b.user_id and o.work_id = b.work_id and o.ending is null
         left join lateral (select r.ended_on, r.ended_precision from readings r
           where r.user_id = b.user_id and r.work_id = b.work_id and r.ending = 'finished'
           order by r.ended_on desc nulls last limit 1) l on true
         where b.user_id = $1
           and ($2 or shows_reading(b) and (b.status is not null or b.rating is not null))
           and ($3::text is null or b.status = $3)
           and ($4::integer is null or extract(year from l.ended_on) = $4)
           and ($5::bigint is null or b.work_id = $5)
           and ($6::bigint is null or b.work_id < $6)
         order by b.work_id desc limit $7"#,
        part.reader.0,
        part.own,
        part.filter.status.map(ReadingStatus::as_str),
        part.filter.year.map(i32::from),
        part.only.map(|work| work.0),
        part.before.map(|work| work.0),
        part.most
    )
    .fetch_all(db)
    .await?;
    let books = rows.into_iter().map(|row| Kept {
        book: BookHead {
            id: row.work_id,
            slug: row.slug,
            title: row.title,
            author_line: row.author_line,
            language: row.language,
        },
        status: row.status,
        times_read: row.times_read,
        rating: row.rating,
        read_on: rough(row.ended_on, row.ended_precision),
        own: part.own.then_some(OwnKept {
            wanted: row.wanted,
            open: row.open,
            progress: progress(row.progress, row.total, row.unit),
            note: row.note,
            visibility: row.visibility,
            shown: row.shown,
            version: row.version,
        }),
    });
    Ok(books.collect())
}
