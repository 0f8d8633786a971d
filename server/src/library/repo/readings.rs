//! `readings`: once that somebody read a book, or tried to.

use dogear_domain::ids::{CopyId, EditionId, ReadingId, UserId, WorkId};
use dogear_domain::library::{DayPrecision, Ending, Progress, ProgressUnit, RoughDay};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;
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
fn rough(day: Option<jiff_sqlx::Date>, precision: Option<DayPrecision>) -> Option<RoughDay> {
    Some(RoughDay::new(day?.to_jiff(), precision?))
}

/// A progress of three columns.
fn progress(done: Option<i32>, of: Option<i32>, unit: Option<ProgressUnit>) -> Option<Progress> {
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
        new.paused.then(|| now.to_sqlx()) as Option<jiff_sqlx::Timestamp>,
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
