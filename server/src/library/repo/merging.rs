//! Two books that turn out to be one, in the libraries of their readers.

use dogear_domain::ids::WorkId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Locks every entry of these books, in the order in which readers hold theirs.
pub(in crate::library) async fn lock(conn: &mut PgConnection, works: &[i64]) -> Result<()> {
    sqlx::query!(
        "select from reader_books where work_id = any($1) order by user_id, work_id for update",
        works
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Remembers what readers have of the book that goes, and of the one that stays.
pub(in crate::library) async fn remember(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<()> {
    sqlx::query!(
        "insert into merged_entries (dropped_id, user_id, entry, kept, readings)
         select d.work_id, d.user_id, to_jsonb(d), to_jsonb(k),
           array(select r.id from readings r where r.user_id = d.user_id and r.work_id = d.work_id)
         from reader_books d left join reader_books k on k.user_id = d.user_id and k.work_id = $2
         where d.work_id = $1",
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Of two readings that go on, has the one that was changed before the other make way, and
/// remembers it.
pub(in crate::library) async fn close_second(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<()> {
    sqlx::query!(
        "with open as (
           select d.user_id, case when d.updated_at > k.updated_at then k.id else d.id end as id
           from readings d join readings k on k.user_id = d.user_id and k.work_id = $2 and k.ending is null
           where d.work_id = $1 and d.ending is null),
         gone as (delete from readings r using open where r.id = open.id returning r.*)
         update merged_entries m set removed = to_jsonb(gone), readings = array_remove(m.readings, gone.id)
         from gone where m.dropped_id = $1 and m.user_id = gone.user_id",
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves readings and entries to the book that stays.
pub(in crate::library) async fn unite(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<()> {
    sqlx::query!(
        "update readings set work_id = $2 where work_id = $1",
        from.0,
        to.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update reader_books k set wanted_at = u.wanted_at, rating = u.rating, rated_at = u.rated_at,
           private_note = u.private_note, visibility = u.visibility, created_at = u.created_at,
           version = k.version + 1
         from reader_books d join reader_books x on x.user_id = d.user_id and x.work_id = $2,
           united(x, d) u
         where d.work_id = $1 and k.user_id = x.user_id and k.work_id = x.work_id",
        from.0,
        to.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from reader_books d where d.work_id = $1
           and exists (select from reader_books k where k.user_id = d.user_id and k.work_id = $2)",
        from.0,
        to.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update reader_books set work_id = $2, version = version + 1 where work_id = $1",
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What follows from readings, for the readers whose entries were merged.
pub(in crate::library) async fn derive(
    conn: &mut PgConnection,
    dropped: WorkId,
    works: &[i64],
) -> Result<()> {
    sqlx::query!(
        "update reader_books b set status = reading_status(b.user_id, b.work_id, b.wanted_at),
           times_read = (select count(*) from readings r
             where r.user_id = b.user_id and r.work_id = b.work_id and r.ending = 'finished')
         where b.work_id = any($2)
           and exists (select from merged_entries m where m.dropped_id = $1 and m.user_id = b.user_id)",
        dropped.0,
        works
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from reader_books b where b.work_id = any($2) and b.status is null and b.rating is null
           and b.private_note = '' and b.visibility is null
           and exists (select from merged_entries m where m.dropped_id = $1 and m.user_id = b.user_id)",
        dropped.0,
        works
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the book that is there again the readings that had come from it, and each of the two the
/// one that had made way. What was removed since stays so; a second reading that goes on is not
/// made again.
pub(in crate::library) async fn put_back_readings(
    conn: &mut PgConnection,
    kept: WorkId,
    dropped: WorkId,
) -> Result<()> {
    sqlx::query!(
        "update readings r set work_id = $2
         from merged_entries m
         where m.dropped_id = $2 and r.user_id = m.user_id and r.work_id = $1 and r.id = any(m.readings)",
        kept.0,
        dropped.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into readings overriding system value
         select r.* from merged_entries m, jsonb_populate_record(null::readings, m.removed) r
         where m.dropped_id = $1 and m.removed is not null
         on conflict do nothing",
        dropped.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives each of the two books its entries again. An entry that had been of the dropped book alone
/// goes back as it is now; of two that were united, each says again what it said, but for what
/// was changed since, which stays with the kept book.
pub(in crate::library) async fn put_back_entries(
    conn: &mut PgConnection,
    kept: WorkId,
    dropped: WorkId,
) -> Result<()> {
    sqlx::query!(
        "update reader_books b set work_id = $2
         from merged_entries m
         where m.dropped_id = $2 and m.kept is null and b.user_id = m.user_id and b.work_id = $1",
        kept.0,
        dropped.0
    )
    .execute(&mut *conn)
    .await?;
    // Readings that were written down since keep an entry of their own.
    sqlx::query!(
        "insert into reader_books (user_id, work_id)
         select distinct r.user_id, $1::bigint from readings r
         join merged_entries m on m.dropped_id = $2 and m.user_id = r.user_id
         where r.work_id = $1 on conflict do nothing",
        kept.0,
        dropped.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into reader_books
         select e.* from merged_entries m, jsonb_populate_record(null::reader_books, m.entry) e
         where m.dropped_id = $1 and m.kept is not null
         on conflict do nothing",
        dropped.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update reader_books b set
           wanted_at = case when b.wanted_at is not distinct from u.wanted_at then k.wanted_at else b.wanted_at end,
           rating = case when b.rated_at is not distinct from u.rated_at then k.rating else b.rating end,
           rated_at = case when b.rated_at is not distinct from u.rated_at then k.rated_at else b.rated_at end,
           private_note = case when b.private_note = u.private_note then k.private_note else b.private_note end,
           visibility = case when b.visibility is not distinct from u.visibility then k.visibility else b.visibility end,
           version = b.version + 1
         from merged_entries m, jsonb_populate_record(null::reader_books, m.kept) k,
           jsonb_populate_record(null::reader_books, m.entry) d, united(k, d) u
         where m.dropped_id = $2 and m.kept is not null and b.user_id = m.user_id and b.work_id = $1",
        kept.0,
        dropped.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was remembered of a book that is there again.
pub(in crate::library) async fn forget(conn: &mut PgConnection, dropped: WorkId) -> Result<()> {
    sqlx::query!(
        "delete from merged_entries where dropped_id = $1",
        dropped.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was remembered before a moment: merges are not taken back any more.
pub(in crate::library) async fn forget_before(
    db: impl PgExecutor<'_>,
    before: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "delete from merged_entries where created_at < $1",
        before.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Has readings of one edition be of another of the same book. Gives their numbers.
pub(in crate::library) async fn move_editions(
    conn: &mut PgConnection,
    from: i64,
    to: i64,
    only: Option<&[i64]>,
) -> Result<Vec<i64>> {
    let rows = sqlx::query!(
        "update readings set edition_id = $2
         where edition_id = $1 and ($3::bigint[] is null or id = any($3)) returning id",
        from,
        to,
        only
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id.0).collect())
}
