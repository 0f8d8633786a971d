//! What others see of a reader's reading.

use dogear_domain::ids::{UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use super::readings::rough;
use crate::Result;
use crate::library::public::ShownBook;

/// A reader as another one finds them.
pub(in crate::library) struct ReaderRow {
    pub id: UserId,
    pub handle: String,
    pub display_name: String,
    /// The asker may see them.
    pub open: bool,
}

/// The reader with this key of a handle, as on the page of their shelf.
pub(in crate::library) async fn reader(
    db: &PgPool,
    handle_key: &str,
    asker: Option<UserId>,
    now: Timestamp,
) -> Result<Option<ReaderRow>> {
    Ok(sqlx::query_as!(
        ReaderRow,
        r#"select u.id, u.handle, u.display_name,
             in_good_standing(u, $3) and may_see_member(u, $2, $3) as "open!"
         from users u where u.handle_key = $1 and (u.email_verified_at is not null or u.id = $2)"#,
        handle_key,
        asker.map(|asker| asker.0),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?)
}

/// Which of the books that a reader shows.
pub(in crate::library) struct Part {
    /// Only those behind this one in the order: when it was changed, and the book.
    pub before: Option<(Timestamp, WorkId)>,
    pub most: i64,
    pub offset: i64,
}

/// A part of the books that a reader shows, what was changed last first, and how many there are
/// from there on.
pub(in crate::library) async fn books(
    db: &PgPool,
    reader: UserId,
    part: &Part,
) -> Result<(Vec<ShownBook>, i64)> {
    let (at, work) = part.before.unzip();
    let rows = sqlx::query!(
        r#"select b.work_id, w.slug, w.title, w.author_line, w.language, b.status, b.times_read, b.rating,
             l.ended_on as "ended_on?", l.ended_precision as "ended_precision?",
             b.updated_at, b.found as "found!"
         from (select e.*, count(*) over () as found from reader_books e
           where e.user_id = $1 and shows_reading(e) and (e.status is not null or e.rating is not null)
             and ($4::timestamptz is null or (e.updated_at, e.work_id) < ($4, $5))
           order by e.updated_at desc, e.work_id desc limit $2 offset $3) b
         join works w on w.id = b.work_id
         left join lateral (select r.ended_on, r.ended_precision from readings r
           where r.user_id = b.user_id and r.work_id = b.work_id and r.ending = 'finished'
           order by r.ended_on desc nulls last limit 1) l on true
         order by b.updated_at desc, b.work_id desc"#,
        reader.0,
        part.most,
        part.offset,
        at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        work.map(|work| work.0)
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |row| row.found);
    let books = rows.into_iter().map(|row| ShownBook {
        work: row.work_id,
        slug: row.slug,
        title: row.title,
        author_line: row.author_line,
        language: row.language,
        status: row.status,
        times_read: row.times_read,
        rating: row.rating,
        read_on: rough(row.ended_on, row.ended_precision),
        changed_at: row.updated_at.to_jiff(),
    });
    Ok((books.collect(), total))
}
