//! The moderators' view of the jobs.

use dogear_domain::ids::OutboxId;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::db::MaybeTimestamp;
use crate::{Cx, Error, Result};

/// Rows per page of [`list`].
const PAGE: i64 = 50;

/// Where a job stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its time, or for a worker.
    Ready,
    Running,
    Done,
    /// Failed at its last attempt; waits for a moderator.
    Dead,
    /// Given up by a moderator.
    Discarded,
}

/// The jobs in numbers.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct Overview {
    /// Due or due later, never failed.
    pub waiting: i64,
    pub running: i64,
    /// Failed at least once and to be tried again.
    pub failed: i64,
    pub dead: i64,
    /// Done in the last 24 hours.
    pub done: i64,
    /// When the oldest job that is due became so.
    #[sqlx(try_from = "MaybeTimestamp")]
    pub oldest_due: Option<Timestamp>,
}

/// One job as the list shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct JobRow {
    pub id: OutboxId,
    pub kind: String,
    pub payload: serde_json::Value,
    pub state: JobState,
    pub attempts: i32,
    pub max_attempts: i32,
    pub last_error: String,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub run_at: Timestamp,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub created_at: Timestamp,
    #[sqlx(try_from = "MaybeTimestamp")]
    pub done_at: Option<Timestamp>,
}

/// How many jobs stand where.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn overview(cx: &Cx) -> Result<Overview> {
    cx.moderator()?;
    Ok(sqlx::query_as(
        "select count(*) filter (where state = 'ready' and attempts = 0) as waiting,
             count(*) filter (where state = 'running') as running,
             count(*) filter (where state = 'ready' and attempts > 0) as failed,
             count(*) filter (where state = 'dead') as dead,
             count(*) filter (where state = 'done' and done_at > now() - interval '24 hours') as done,
             min(run_at) filter (where state = 'ready' and run_at <= now()) as oldest_due
         from outbox",
    )
    .fetch_one(cx.db())
    .await?)
}

/// Jobs in one state, newest first, 50 at a time; `before` is the last id of the page before.
///
/// # Errors
/// As [`overview`].
pub async fn list(cx: &Cx, state: JobState, before: Option<OutboxId>) -> Result<Vec<JobRow>> {
    cx.moderator()?;
    Ok(sqlx::query_as(
        "select id, kind, payload, state, attempts, max_attempts, last_error, run_at, created_at, done_at
         from outbox where state = $1 and ($2 is null or id < $2) order by id desc limit $3",
    )
    .bind(state)
    .bind(before)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}

/// Has a dead or failed job tried again at once, with all its attempts, in the
/// caller's transaction.
///
/// # Errors
/// `NotFound` as [`overview`]; `Conflict` when it is neither dead nor waiting.
pub async fn retry(cx: &Cx, conn: &mut PgConnection, id: OutboxId) -> Result<()> {
    cx.moderator()?;
    let retried = sqlx::query(
        "update outbox set state = 'ready', run_at = now(), queued_at = null, attempts = 0
         where id = $1 and state in ('dead', 'ready')",
    )
    .bind(id)
    .execute(conn)
    .await?;
    changed(
        retried,
        "This job is running or done, so there is nothing to retry.",
    )
}

/// Gives a dead or failed job up, in the caller's transaction.
///
/// # Errors
/// As [`retry`].
pub async fn discard(cx: &Cx, conn: &mut PgConnection, id: OutboxId) -> Result<()> {
    cx.moderator()?;
    let discarded = sqlx::query(
        "update outbox set state = 'discarded', done_at = now()
         where id = $1 and state in ('dead', 'ready')",
    )
    .bind(id)
    .execute(conn)
    .await?;
    changed(
        discarded,
        "This job is running or done, so there is nothing to discard.",
    )
}

fn changed(result: sqlx::postgres::PgQueryResult, otherwise: &str) -> Result<()> {
    if result.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::Conflict(otherwise.into()))
    }
}
