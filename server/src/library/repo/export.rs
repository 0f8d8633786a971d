//! A whole library, part after part.

use dogear_domain::ids::{ReadingId, UserId, WorkId};
use dogear_domain::library::{Ending, Progress, Rating, ReadingStatus, RoughDay, Visibility};
use jiff::Timestamp;
use sqlx::PgPool;

use super::readings::{progress, rough};
use crate::Result;

/// A reading with its book, or a book without one.
pub(in crate::library) struct Exported {
    pub work: WorkId,
    pub reading: Option<ReadingId>,
    pub title: String,
    pub authors: Vec<String>,
    /// Of the edition that was read, else of the reader's copy, else of any.
    pub isbn13: Option<String>,
    pub language: String,
    pub year: Option<i32>,
    pub status: Option<ReadingStatus>,
    pub rating: Option<Rating>,
    pub rated_at: Option<Timestamp>,
    pub ending: Option<Ending>,
    pub started: Option<RoughDay>,
    pub ended: Option<RoughDay>,
    pub paused_at: Option<Timestamp>,
    pub progress: Option<Progress>,
    pub times_read: i32,
    pub wanted_at: Option<Timestamp>,
    pub note: String,
    pub visibility: Option<Visibility>,
    /// Their own, also a hidden one; empty when there is none.
    pub review: String,
    pub spoiler: bool,
    /// The names of their lists in which it is.
    pub lists: Vec<String>,
}

/// A reader's first rows behind this book and reading, by their numbers.
pub(in crate::library) async fn exported(
    db: &PgPool,
    reader: UserId,
    (work, reading): (WorkId, ReadingId),
    most: i64,
) -> Result<Vec<Exported>> {
    let rows = sqlx::query!(
        r#"select b.work_id, r.id as "reading?", w.title, w.language, w.first_year as year,
             array(select a.name from work_authors wa join authors a on a.id = wa.author_id
               where wa.work_id = w.id order by wa.position, a.id) as "authors!",
             (select e.isbn13::text from editions e where e.work_id = w.id and e.isbn13 is not null
               order by (e.id = r.edition_id) desc nulls last,
                 exists (select from copies c where c.edition_id = e.id and c.owner_id = $1
                   and c.state <> 'deleted') desc, e.id limit 1) as isbn13,
             b.status, b.rating, b.rated_at, r.ending as "ending?",
             r.started_on as "started_on?", r.started_precision as "started_precision?",
             r.ended_on as "ended_on?", r.ended_precision as "ended_precision?",
             r.paused_at as "paused_at?", r.progress as "progress?", r.total as "total?",
             r.unit as "unit?", b.times_read, b.wanted_at, b.private_note, b.visibility,
             coalesce(o.body, '') as "review!", coalesce(o.spoiler, false) as "spoiler!",
             own_lists($1, b.work_id) as "lists!"
         from reader_books b join works w on w.id = b.work_id
         left join readings r on r.user_id = b.user_id and r.work_id = b.work_id
         left join lateral own_review($1, b.work_id) o on true
         where b.user_id = $1 and (b.work_id, coalesce(r.id, 0)) > ($2, $3) and b.work_id >= $2
         order by b.work_id, r.id limit $4"#,
        reader.0,
        work.0,
        reading.0,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Exported {
            work: row.work_id,
            reading: row.reading,
            title: row.title,
            authors: row.authors,
            isbn13: row.isbn13,
            language: row.language,
            year: row.year,
            status: row.status,
            rating: row.rating,
            rated_at: row.rated_at.map(jiff_sqlx::Timestamp::to_jiff),
            ending: row.ending,
            started: rough(row.started_on, row.started_precision),
            ended: rough(row.ended_on, row.ended_precision),
            paused_at: row.paused_at.map(jiff_sqlx::Timestamp::to_jiff),
            progress: progress(row.progress, row.total, row.unit),
            times_read: row.times_read,
            wanted_at: row.wanted_at.map(jiff_sqlx::Timestamp::to_jiff),
            note: row.private_note,
            visibility: row.visibility,
            review: row.review,
            spoiler: row.spoiler,
            lists: row.lists,
        })
        .collect())
}
