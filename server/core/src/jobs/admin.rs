//! The moderators' view of the jobs.

use dogear_domain::ids::OutboxId;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::db::MaybeTimestamp;
use crate::{Cx, Error, Result};

/// Rows per page of [`list`].
pub const PAGE: i64 = 50;

/// Where a job stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type, serde::Serialize, serde::Deserialize,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its time, or for a worker.
    Ready,
    /// A worker has it.
    Running,
    /// Nothing is left to do.
    Done,
    /// Failed at its last attempt; waits for a moderator.
    Dead,
    /// Given up by a moderator.
    Discarded,
}

/// Which jobs to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Among {
    /// Due or due later, never failed.
    #[default]
    Waiting,
    /// Failed at least once and to be tried again.
    Failed,
    /// Failed at the last attempt: it waits for a moderator.
    Dead,
    /// A worker has them.
    Running,
    /// Nothing is left to do.
    Done,
    /// Given up by a moderator.
    Discarded,
}

impl Among {
    /// The stored state, and whether the job has failed where the state alone does not say it.
    const fn stored(self) -> (JobState, Option<bool>) {
        match self {
            Self::Waiting => (JobState::Ready, Some(false)),
            Self::Failed => (JobState::Ready, Some(true)),
            Self::Dead => (JobState::Dead, None),
            Self::Running => (JobState::Running, None),
            Self::Done => (JobState::Done, None),
            Self::Discarded => (JobState::Discarded, None),
        }
    }
}

/// The jobs in numbers.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// Due or due later, never failed.
    pub waiting: i64,
    /// A worker has them.
    pub running: i64,
    /// Failed at least once and to be tried again.
    pub failed: i64,
    /// Failed at the last attempt: they wait for a moderator.
    pub dead: i64,
    /// Given up in the last 14 days: then they are deleted.
    pub discarded: i64,
    /// Done in the last 24 hours.
    pub done: i64,
    /// When the oldest job that is due became so.
    pub oldest_due: Option<Timestamp>,
}

/// One job as the list shows it.
#[derive(Debug, Clone)]
pub struct JobRow {
    /// Growing, the newest the largest.
    pub id: OutboxId,
    /// The stored name of what it does.
    pub kind: String,
    /// What it needs to know, as its kind writes it.
    pub payload: serde_json::Value,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: i32,
    /// After so many it is dead.
    pub max_attempts: i32,
    /// Of the last attempt that failed; empty without one.
    pub last_error: String,
    /// Not before then.
    pub run_at: Timestamp,
    /// When it was caused.
    pub created_at: Timestamp,
    /// None while it is not done.
    pub done_at: Option<Timestamp>,
}

/// How many jobs stand where.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn overview(cx: &Cx) -> Result<Overview> {
    cx.moderator()?;
    Ok(sqlx::query_as!(
Overview,
r#"select count(*) filter (where state = 'ready' and attempts = 0) as "waiting!",
             count(*) filter (where state = 'running') as "running!",
             count(*) filter (where state = 'ready' and attempts > 0) as "failed!",
             count(*) filter (where state = 'dead') as "dead!",
             count(*) filter (where state = 'discarded') as "discarded!",
             count(*) filter (where state = 'done' and done_at > now() - interval '24 hours') as "done!",
             min(run_at) filter (where state = 'ready' and run_at <= now()) as "oldest_due!: MaybeTimestamp"
         from outbox"#
)
    .fetch_one(cx.db())
    .await?)
}

/// Some of the jobs, newest first, 50 at a time; `before` is the last id of the page before.
///
/// # Errors
/// As [`overview`].
pub async fn list(cx: &Cx, among: Among, before: Option<OutboxId>) -> Result<Vec<JobRow>> {
    cx.moderator()?;
    let (state, failed) = among.stored();
    Ok(sqlx::query_as!(
        JobRow,
        r#"select id, kind, payload, state as "state: JobState", attempts, max_attempts, last_error,
             run_at, created_at, done_at as "done_at!: MaybeTimestamp"
         from outbox where state = $1 and ($2::bigint is null or id < $2)
             and ($4::boolean is null or (attempts > 0) = $4)
         order by id desc limit $3"#,
        state as JobState,
        before.map(|id| id.0),
        PAGE,
        failed
    )
    .fetch_all(cx.db())
    .await?)
}

/// One job.
///
/// # Errors
/// As [`overview`], and `NotFound` when there is none.
pub async fn one(cx: &Cx, id: OutboxId) -> Result<JobRow> {
    cx.moderator()?;
    sqlx::query_as!(
        JobRow,
        r#"select id, kind, payload, state as "state: JobState", attempts, max_attempts, last_error,
             run_at, created_at, done_at as "done_at!: MaybeTimestamp"
         from outbox where id = $1"#,
        id.0
    )
    .fetch_optional(cx.db())
    .await?
    .ok_or(Error::NotFound)
}

/// Has a dead, failed or discarded job tried again at once, with all its attempts, in the
/// caller's transaction.
///
/// # Errors
/// `NotFound` as [`overview`]; `Conflict` when it runs, is about to or is done, or when its
/// kind refuses it.
pub async fn retry(cx: &Cx, conn: &mut PgConnection, id: OutboxId) -> Result<()> {
    cx.moderator()?;
    let job = lock(conn, id).await?;
    let failed = job.state == JobState::Ready && job.attempts > 0;
    if !failed && !matches!(job.state, JobState::Dead | JobState::Discarded) {
        return Err(Error::Conflict(
            "This job is about to run, running or done, so there is nothing to retry.".into(),
        ));
    }
    if job.state != JobState::Ready {
        let jobs = &cx.services.jobs;
        jobs.on_revival(&job.kind, job.payload, conn).await?;
    }
    sqlx::query!(
        "update outbox set state = 'ready', run_at = now(), queued_at = null, attempts = 0,
             done_at = null
         where id = $1",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a dead or failed job up, in the caller's transaction.
///
/// # Errors
/// `NotFound` as [`overview`]; `Conflict` when it runs, is done, or may not be given up.
pub async fn discard(cx: &Cx, conn: &mut PgConnection, id: OutboxId) -> Result<()> {
    cx.moderator()?;
    let job = lock(conn, id).await?;
    if !matches!(job.state, JobState::Ready | JobState::Dead) {
        return Err(Error::Conflict(
            "This job is running or done, so there is nothing to discard.".into(),
        ));
    }
    let jobs = &cx.services.jobs;
    if let Some(reason) = jobs.owed(&job.kind) {
        return Err(Error::Conflict(reason.into()));
    }
    sqlx::query!(
        "update outbox set state = 'discarded', done_at = now() where id = $1",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    jobs.on_dead(&job.kind, job.payload, conn, "given up by a moderator")
        .await
}

struct Locked {
    kind: String,
    payload: serde_json::Value,
    state: JobState,
    attempts: i32,
}

/// A job, locked.
async fn lock(conn: &mut PgConnection, id: OutboxId) -> Result<Locked> {
    sqlx::query_as!(
Locked,
r#"select kind, payload, state as "state: JobState", attempts from outbox where id = $1 for update"#,
id.0
)
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Error::Conflict("This job is not there any more.".into()))
}
