//! `reader_books`: what a book is to a reader; and `work_ratings`, which moves with it.

use dogear_domain::ids::{UserId, WorkId};
use dogear_domain::library::{Rating, ReadingStatus, Visibility};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::error::OnConstraint as _;
use crate::{Error, Result};

/// What a book is to a reader, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::library) struct Entry {
    pub wanted_at: Option<Timestamp>,
    pub status: Option<ReadingStatus>,
    pub times_read: i32,
    pub rating: Option<Rating>,
    pub private_note: String,
    /// None: as the reader has it for all books.
    pub visibility: Option<Visibility>,
    pub version: i32,
}

/// Makes the row of a reader and a book if there is none, and keeps others from it until the end
/// of the transaction, and the reader's standing as it is: whether their ratings count. `NotFound`
/// for a book that is not there.
pub(in crate::library) async fn hold(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    now: Timestamp,
) -> Result<Entry> {
    // One statement: whoever waits for a row that another deletes, as one that says nothing any
    // more, makes it anew.
    let row = sqlx::query!(
        "with reader as (select id from users where id = $1 for share)
         insert into reader_books (user_id, work_id, created_at, updated_at)
         select id, $2, $3, $3 from reader
         on conflict (user_id, work_id) do update set updated_at = reader_books.updated_at
         returning wanted_at, status, times_read, rating, private_note, visibility, version",
        reader.0,
        work.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(tx)
    .await
    .on_constraint("reader_books_work_id_fkey", || Error::NotFound)?
    .ok_or(Error::NotFound)?;
    Ok(Entry {
        wanted_at: row.wanted_at.map(jiff_sqlx::Timestamp::to_jiff),
        status: row.status,
        times_read: row.times_read,
        rating: row.rating,
        private_note: row.private_note,
        visibility: row.visibility,
        version: row.version,
    })
}

/// Writes wish, note and visibility of an entry that is held, and what follows from its readings:
/// status and how often it was read to the end. An entry that says nothing any more is gone.
pub(in crate::library) async fn save(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    entry: &Entry,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update reader_books set wanted_at = $3, private_note = $4, visibility = $5,
           status = reading_status($1, $2, $3), version = version + 1, updated_at = $6,
           times_read = (select count(*) from readings r
             where r.user_id = $1 and r.work_id = $2 and r.ending = 'finished')
         where user_id = $1 and work_id = $2",
        reader.0,
        work.0,
        entry.wanted_at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        entry.private_note,
        entry.visibility.map(Visibility::as_str),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "delete from reader_books where user_id = $1 and work_id = $2 and status is null
           and rating is null and private_note = '' and visibility is null",
        reader.0,
        work.0
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Replaces the first rating of an entry that is held by the second, here and in the sums of the
/// book, if the reader's ratings count.
pub(in crate::library) async fn rate(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    (old, new): (Option<Rating>, Option<Rating>),
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update reader_books set rating = $3, version = version + 1, updated_at = $4,
           rated_at = case when $3::smallint is not null then $4::timestamptz end
         where user_id = $1 and work_id = $2",
        reader.0,
        work.0,
        new.map(Rating::quarters),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        r#"select move_rating($2, $3, $4)::text as "done?" where ratings_count($1)"#,
        reader.0,
        work.0,
        old.map(Rating::quarters),
        new.map(Rating::quarters)
    )
    .fetch_optional(tx)
    .await?;
    Ok(())
}

/// What a reader notes about a book, and who may see it; none where nothing is kept.
pub(in crate::library) async fn note(
    db: impl PgExecutor<'_>,
    reader: UserId,
    work: WorkId,
) -> Result<Option<(String, Option<Visibility>)>> {
    let row = sqlx::query!(
        "select private_note, visibility from reader_books where user_id = $1 and work_id = $2",
        reader.0,
        work.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.private_note, row.visibility)))
}

/// Books whose sums are not those of their ratings.
pub(in crate::library) async fn drifted(db: impl PgExecutor<'_>) -> Result<Vec<WorkId>> {
    let works = sqlx::query_scalar!(
        r#"select work_id as "work_id!: WorkId" from drifted_ratings order by work_id"#
    )
    .fetch_all(db)
    .await?;
    Ok(works)
}

/// Counts the ratings of a book anew. Whoever rates it meanwhile waits, or has written both the
/// rating and the sums.
pub(in crate::library) async fn recount(tx: &mut PgConnection, work: WorkId) -> Result<()> {
    sqlx::query!(
        "insert into work_ratings (work_id) select id from works where id = $1 on conflict do nothing",
        work.0
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "select from work_ratings where work_id = $1 for update",
        work.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    sqlx::query!(
        "update work_ratings w set n = coalesce(c.n, 0), sum = coalesce(c.sum, 0),
           buckets = coalesce(c.buckets, array_fill(0, array[20]))
         from (select $1::bigint as id) one left join counted_ratings c on c.work_id = $1
         where w.work_id = one.id",
        work.0
    )
    .execute(tx)
    .await?;
    Ok(())
}
