//! `readings`: once that somebody read a book, or tried to.

use dogear_domain::ids::{CopyId, EditionId, ReadingId, UserId, WorkId};
use dogear_domain::library::{DayPrecision, Ending, Progress, ProgressUnit, RoughDay};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;
use crate::library::edit::ReadingInput;
use crate::library::record::NewReading;

/// A reading, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::library) struct Reading {
    pub id: ReadingId,
    pub edition: Option<EditionId>,
    pub copy: Option<CopyId>,
    pub started: Option<RoughDay>,
    pub ended: Option<RoughDay>,
    /// None while it goes on.
    pub ending: Option<Ending>,
    pub paused_at: Option<Timestamp>,
    pub progress: Option<Progress>,
}

impl Reading {
    /// What a form may change of it.
    pub(in crate::library) fn input(&self) -> ReadingInput {
        ReadingInput {
            started: self.started,
            ending: self.ending,
            ended: self.ended,
        }
    }
}

/// All readings of a book by a reader: the one that goes on first, then from the last that ended.
pub(in crate::library) async fn list(
    conn: &mut PgConnection,
    reader: UserId,
    work: WorkId,
) -> Result<Vec<Reading>> {
    let rows = sqlx::query!(
        "select id, edition_id, copy_id, started_on, started_precision, ended_on, ended_precision,
           ending, paused_at, progress, total, unit
         from readings where user_id = $1 and work_id = $2
         order by (ending is null) desc, ended_on desc nulls last, id desc",
        reader.0,
        work.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Reading {
            id: row.id,
            edition: row.edition_id,
            copy: row.copy_id,
            started: rough(row.started_on, row.started_precision),
            ended: rough(row.ended_on, row.ended_precision),
            ending: row.ending,
            paused_at: row.paused_at.map(jiff_sqlx::Timestamp::to_jiff),
            progress: progress(row.progress, row.total, row.unit),
        })
        .collect())
}

/// A day of two columns.
pub(in crate::library) fn rough(
    day: Option<jiff_sqlx::Date>,
    precision: Option<DayPrecision>,
) -> Option<RoughDay> {
    Some(RoughDay::new(day?.to_jiff(), precision?))
}

/// A progress of three columns.
pub(in crate::library) fn progress(
    done: Option<i32>,
    of: Option<i32>,
    unit: Option<ProgressUnit>,
) -> Option<Progress> {
    Some(Progress {
        done: done?,
        of,
        unit: unit?,
    })
}

/// Writes down a reading of a book whose entry is held.
pub(in crate::library) async fn insert(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    new: &NewReading,
    now: Timestamp,
) -> Result<ReadingId> {
    let day = |day: Option<RoughDay>| day.map(|day| day.first().to_sqlx());
    let precision = |day: Option<RoughDay>| day.map(|day| day.precision().as_str());
    let id = sqlx::query_scalar!(
        "insert into readings (user_id, work_id, edition_id, copy_id, started_on, started_precision,
           ended_on, ended_precision, ending, paused_at, progress, total, unit, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) returning id",
        reader.0,
        work.0,
        new.edition.map(|id| id.0),
        new.copy.map(|id| id.0),
        day(new.started) as Option<jiff_sqlx::Date>,
        precision(new.started),
        day(new.ended) as Option<jiff_sqlx::Date>,
        precision(new.ended),
        new.ending.map(Ending::as_str),
        new.paused_at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        new.progress.map(|progress| progress.done),
        new.progress.and_then(|progress| progress.of),
        new.progress.map(|progress| progress.unit.as_str()),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(tx)
    .await?;
    Ok(id)
}

/// Deletes those of these readings that stand as they were written.
pub(in crate::library) async fn delete_untouched(
    tx: &mut PgConnection,
    reader: UserId,
    readings: &[ReadingId],
) -> Result<()> {
    sqlx::query!(
        "delete from readings where user_id = $1 and id = any ($2) and updated_at = created_at",
        reader.0,
        readings as &[ReadingId]
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The book of a reader's reading.
pub(in crate::library) async fn work_of(
    conn: &mut PgConnection,
    reader: UserId,
    id: ReadingId,
) -> Result<Option<WorkId>> {
    Ok(sqlx::query_scalar!(
        "select work_id from readings where id = $1 and user_id = $2",
        id.0,
        reader.0
    )
    .fetch_optional(conn)
    .await?)
}

/// A copy of a book that the reader has, the one they have longest, and its edition.
pub(in crate::library) async fn own_copy(
    conn: &mut PgConnection,
    reader: UserId,
    work: WorkId,
) -> Result<Option<(CopyId, EditionId)>> {
    let row = sqlx::query!(
        "select id, edition_id from copies
         where owner_id = $1 and work_id = $2 and state <> 'deleted' order by id limit 1",
        reader.0,
        work.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, row.edition_id)))
}

/// The edition, if it is one of this book.
pub(in crate::library) async fn edition_of(
    conn: &mut PgConnection,
    edition: EditionId,
    work: WorkId,
) -> Result<Option<EditionId>> {
    Ok(sqlx::query_scalar!(
        "select id from editions where id = $1 and work_id = $2",
        edition.0,
        work.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Since when a reading that goes on is put aside; its entry is held, as below.
pub(in crate::library) async fn set_paused(
    tx: &mut PgConnection,
    id: ReadingId,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update readings set paused_at = $2, updated_at = $3 where id = $1",
        id.0,
        since.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// How far a reading has come; it is not put aside then.
pub(in crate::library) async fn set_progress(
    tx: &mut PgConnection,
    id: ReadingId,
    progress: Progress,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update readings set progress = $2, total = $3, unit = $4, paused_at = null, updated_at = $5
         where id = $1",
        id.0,
        progress.done,
        progress.of,
        progress.unit.as_str(),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Ends a reading, or has it go on. How far it had come stays: who has read it to the end was at
/// its end.
pub(in crate::library) async fn end(
    tx: &mut PgConnection,
    id: ReadingId,
    end: Option<(Ending, Option<RoughDay>)>,
    now: Timestamp,
) -> Result<()> {
    let ended = end.and_then(|(_, day)| day);
    sqlx::query!(
        "update readings set ending = $2, ended_on = $3, ended_precision = $4, paused_at = null,
           updated_at = $5 where id = $1",
        id.0,
        end.map(|(ending, _)| ending.as_str()),
        ended.map(|day| day.first().to_sqlx()) as Option<jiff_sqlx::Date>,
        ended.map(|day| day.precision().as_str()),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes what a form says of a reading.
pub(in crate::library) async fn correct(
    tx: &mut PgConnection,
    id: ReadingId,
    input: &ReadingInput,
    now: Timestamp,
) -> Result<()> {
    let day = |day: Option<RoughDay>| day.map(|day| day.first().to_sqlx());
    let precision = |day: Option<RoughDay>| day.map(|day| day.precision().as_str());
    sqlx::query!(
        "update readings set started_on = $2, started_precision = $3, ended_on = $4,
           ended_precision = $5, ending = $6, updated_at = $7,
           paused_at = case when $6::text is null then paused_at end
         where id = $1",
        id.0,
        day(input.started) as Option<jiff_sqlx::Date>,
        precision(input.started),
        day(input.ended) as Option<jiff_sqlx::Date>,
        precision(input.ended),
        input.ending.map(Ending::as_str),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Removes a reading.
pub(in crate::library) async fn delete(tx: &mut PgConnection, id: ReadingId) -> Result<()> {
    sqlx::query!("delete from readings where id = $1", id.0)
        .execute(tx)
        .await?;
    Ok(())
}
