//! The outbox table: what is to be done, who does it, how it went.

use std::time::Duration;

use dogear_domain::ids::OutboxId;
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection, PgExecutor, PgPool};

use super::job::{Job, Lane};
use super::schedule::{Interval, Schedule};
use crate::{Cx, Error, Result, Services, db};

/// A worker that stays silent this long has lost its job to others.
pub const LEASE_SECONDS: i32 = 60;
/// A queued id nobody took is queued again after this.
pub const REQUEUE_SECONDS: i32 = 30;
/// A due job that is not even queued after this is taken without the queue.
pub const OVERLOOKED_SECONDS: i32 = 5;
/// Jobs wait for seconds when all is well.
const LATE: Duration = Duration::from_mins(1);
/// The longest wait between two attempts.
const LONGEST_WAIT_SECONDS: f64 = 3600.0;

/// Adds a job to the caller's transaction: it exists if and only if that commits.
/// A second job with the same `dedupe_key` is ignored. It runs at `run_at`, or at
/// once: the commit of a [`crate::db::Tx`] wakes the relay.
///
/// # Errors
/// Those of the database.
pub async fn push<J: Job>(
    conn: &mut PgConnection,
    job: &J,
    dedupe_key: &str,
    run_at: Option<Timestamp>,
) -> Result<()> {
    sqlx::query!(
        "insert into outbox (kind, payload, dedupe_key, max_attempts, run_at)
         values ($1, $2, $3, $4, coalesce($5, now()))
         on conflict on constraint outbox_dedupe do nothing",
        J::KIND,
        serde_json::to_value(job)?,
        dedupe_key,
        J::MAX_ATTEMPTS,
        run_at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The ids that belong on the lane's list now, marked as queued: due and not queued
/// lately, or left by a worker that died. Others that ask meanwhile get other ids.
pub(super) async fn take_due(
    conn: &mut PgConnection,
    lane: &Lane,
    most: i64,
) -> Result<Vec<OutboxId>> {
    Ok(sqlx::query_scalar!(
        "update outbox set queued_at = now() where id in (
             select id from outbox
             where (state = 'ready' and run_at <= now()
                    or state = 'running' and lease_until < now())
               and (queued_at is null or queued_at < now() - make_interval(secs => $2))
               and ($3::text is null or kind = $3) and kind <> all ($4)
             order by run_at, id limit $1
             for update skip locked)
         returning id",
        most,
        f64::from(REQUEUE_SECONDS),
        lane.kind,
        &lane.others()
    )
    .fetch_all(conn)
    .await?)
}

/// Due ids of a lane straight from the table, for workers that cannot reach Redis. Nothing is
/// marked: several workers may see the same id, and [`claim`] decides.
pub(super) async fn due(db: impl PgExecutor<'_>, lane: &Lane, most: i64) -> Result<Vec<OutboxId>> {
    Ok(sqlx::query_scalar!(
        "select id from outbox
         where (state = 'ready' and run_at <= now() or state = 'running' and lease_until < now())
           and ($2::text is null or kind = $2) and kind <> all ($3)
         order by run_at, id limit $1",
        most,
        lane.kind,
        &lane.others()
    )
    .fetch_all(db)
    .await?)
}

/// Ids of a lane that were to be on its list for a while, and that nobody has taken: Redis
/// answers, and does not keep what it is given, or the relay is dead.
pub(super) async fn overlooked(
    db: impl PgExecutor<'_>,
    lane: &Lane,
    most: i64,
) -> Result<Vec<OutboxId>> {
    Ok(sqlx::query_scalar!(
        "select id from outbox
         where (state = 'ready' and run_at <= now() - make_interval(secs => $4)
                or state = 'running' and lease_until < now() - make_interval(secs => $4))
           and (queued_at is null or queued_at < now() - make_interval(secs => $4 + $5))
           and ($2::text is null or kind = $2) and kind <> all ($3)
         order by run_at, id limit $1",
        most,
        lane.kind,
        &lane.others(),
        f64::from(OVERLOOKED_SECONDS),
        f64::from(REQUEUE_SECONDS)
    )
    .fetch_all(db)
    .await?)
}

/// How long the oldest job that is due has waited for a worker; nothing when none waits.
///
/// # Errors
/// Those of the database.
pub async fn oldest_due(db: impl PgExecutor<'_>) -> Result<Option<Duration>> {
    let seconds = sqlx::query_scalar!(
        "select extract(epoch from now() - min(run_at))::double precision from outbox
         where state = 'ready' and run_at <= now()"
    )
    .fetch_one(db)
    .await?;
    Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
}

/// A job that this process holds until the lease runs out. Every later statement
/// about it names `attempt`, so that a worker that lost its lease changes nothing.
#[derive(Debug)]
pub struct Claim {
    /// Its row.
    pub id: OutboxId,
    pub(super) kind: String,
    pub(super) payload: serde_json::Value,
    pub(super) attempt: i32,
    pub(super) max_attempts: i32,
}

/// Takes the job unless it is done, not due, or held by a live worker.
pub(super) async fn claim(db: impl PgExecutor<'_>, id: OutboxId) -> Result<Option<Claim>> {
    Ok(sqlx::query_as!(
        Claim,
        "update outbox set state = 'running', attempts = attempts + 1,
             lease_until = now() + make_interval(secs => $2)
         where id = $1 and (state = 'ready' and run_at <= now()
                            or state = 'running' and lease_until < now())
         returning id, kind, payload, attempts as attempt, max_attempts",
        id.0,
        f64::from(LEASE_SECONDS)
    )
    .fetch_optional(db)
    .await?)
}

impl Claim {
    /// Holds the job for another lease; `false` when it is no longer ours.
    pub(super) async fn renew(&self, db: impl PgExecutor<'_>) -> Result<bool> {
        let renewed = sqlx::query!(
            "update outbox set lease_until = now() + make_interval(secs => $3)
             where id = $1 and state = 'running' and attempts = $2",
            self.id.0,
            self.attempt,
            f64::from(LEASE_SECONDS)
        )
        .execute(db)
        .await?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Keeps others from taking the job over until the caller's transaction ends: what it
    /// writes is written by the only holder.
    ///
    /// # Errors
    /// `Conflict` when another worker has taken it over: roll back.
    pub async fn hold(&self, conn: &mut PgConnection) -> Result<()> {
        let held = sqlx::query_scalar!(
            "select id from outbox where id = $1 and state = 'running' and attempts = $2
             for update",
            self.id.0,
            self.attempt
        )
        .fetch_optional(conn)
        .await?;
        held.map(drop).ok_or_else(taken_over)
    }

    /// Marks the job done, in the transaction of its effect.
    ///
    /// # Errors
    /// `Conflict` when another worker has taken it over: roll back.
    pub async fn finish(&self, conn: &mut PgConnection) -> Result<()> {
        let finished = sqlx::query!(
            "update outbox set state = 'done', done_at = now(), lease_until = null, last_error = ''
             where id = $1 and state = 'running' and attempts = $2",
            self.id.0,
            self.attempt
        )
        .execute(conn)
        .await?;
        if finished.rows_affected() == 1 {
            Ok(())
        } else {
            Err(taken_over())
        }
    }

    /// Notes a failed attempt: tried again later, or dead after the last one, which the
    /// kind of the job is told of. Tells whether it is dead now.
    pub(super) async fn fail(&self, services: &Services, error: &str) -> Result<bool> {
        let dead = self.attempt >= self.max_attempts;
        db::in_time(&services.db, async |conn| {
            self.note_failure(services, conn, error, dead).await
        })
        .await?;
        Ok(dead)
    }

    async fn note_failure(
        &self,
        services: &Services,
        conn: &mut PgConnection,
        error: &str,
        dead: bool,
    ) -> Result<()> {
        let mut tx = conn.begin().await?;
        let noted = sqlx::query!(
            "update outbox set state = $3, lease_until = null, queued_at = null,
                 run_at = now() + make_interval(secs => $4), last_error = left($5, 2000)
             where id = $1 and state = 'running' and attempts = $2",
            self.id.0,
            self.attempt,
            if dead { "dead" } else { "ready" },
            wait_seconds(self.attempt, rand::random()),
            error
        )
        .execute(&mut *tx)
        .await?;
        if dead && noted.rows_affected() == 1 {
            let payload = self.payload.clone();
            services
                .jobs
                .on_dead(&self.kind, payload, &mut tx, error)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Hands the job back unfinished, for another worker to take at once.
    pub(super) async fn release(&self, db: impl PgExecutor<'_>) -> Result<()> {
        sqlx::query!(
            "update outbox set state = 'ready', lease_until = null, queued_at = null
             where id = $1 and state = 'running' and attempts = $2",
            self.id.0,
            self.attempt
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

fn taken_over() -> Error {
    Error::Conflict("Another worker has taken this job.".into())
}

/// Gives up the dead jobs like this one, in the caller's transaction: another one is pushed
/// in their place.
///
/// # Errors
/// Those of the database.
pub async fn discard_dead<J: Job>(conn: &mut PgConnection, job: &J) -> Result<()> {
    sqlx::query!(
        "update outbox set state = 'discarded', done_at = now()
         where kind = $1 and state = 'dead' and payload @> $2",
        J::KIND,
        serde_json::to_value(job)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes at most so many jobs that ended long ago, and tells how many.
async fn delete_old(db: &PgPool, most: i64) -> Result<u64> {
    let deleted = sqlx::query!(
        "delete from outbox where id in (select id from outbox
           where state in ('done', 'discarded') and done_at < now() - interval '14 days' limit $1)",
        most
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected())
}

/// How many jobs have been due for longer than `than`, and since when the oldest.
///
/// # Errors
/// Those of the database.
pub(super) async fn late(db: &PgPool, than: Duration) -> Result<Option<(i64, Duration)>> {
    let row = sqlx::query!(
        r#"select count(*) as "jobs!",
             extract(epoch from now() - min(run_at))::double precision as seconds
         from outbox
         where state = 'ready' and run_at < now() - make_interval(secs => $1)"#,
        than.as_secs_f64()
    )
    .fetch_one(db)
    .await?;
    Ok(row
        .seconds
        .map(|seconds| (row.jobs, Duration::from_secs_f64(seconds.max(0.0)))))
}

/// Says in the log by how much the workers are behind.
async fn tell_when_late(cx: &Cx) -> Result<()> {
    if let Some((jobs, oldest)) = late(cx.db(), LATE).await? {
        let seconds = oldest.as_secs();
        tracing::warn!(
            jobs,
            seconds,
            "the workers are behind: jobs that are due wait"
        );
    }
    Ok(())
}

/// What the queue does by itself: it says when it is behind, and forgets what is done.
pub fn schedules() -> [Schedule; 2] {
    let told = Schedule {
        name: "look for late jobs",
        when: Interval::Every(SignedDuration::from_mins(1)),
        run: |cx| async move { tell_when_late(&cx).await }.boxed(),
    };
    let cleaned = Schedule {
        name: "clean up jobs",
        when: Interval::Daily {
            hour: 3,
            minute: 20,
        },
        run: |cx| async move { db::in_batches(|most| delete_old(cx.db(), most)).await }.boxed(),
    };
    [told, cleaned]
}

/// How long to wait after this attempt (from 1): doubling from 5 s up to an hour,
/// less up to a quarter of it at random (`jitter` in 0..1), so that jobs which
/// failed together do not come back together.
fn wait_seconds(attempt: i32, jitter: f64) -> f64 {
    let full = (5.0 * f64::from(attempt - 1).exp2()).min(LONGEST_WAIT_SECONDS);
    full * (1.0 - jitter / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_no_further() {
        assert_eq!(wait_seconds(1, 0.0), 5.0);
        assert_eq!(wait_seconds(2, 0.0), 10.0);
        assert_eq!(wait_seconds(2, 1.0), 7.5);
        assert_eq!(wait_seconds(30, 0.0), 3600.0);
    }
}
