//! The outbox table: what is to be done, who does it, how it went.

use dogear_domain::ids::{ImportId, OutboxId, TradeEventId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};

use crate::accounts::Link;
use crate::{Error, Result};

/// A worker that stays silent this long has lost its job to others.
pub const LEASE_SECONDS: i32 = 60;
/// A queued id nobody took is queued again after this.
pub const REQUEUE_SECONDS: i32 = 30;
/// The longest wait between two attempts.
const LONGEST_WAIT_SECONDS: f64 = 3600.0;

/// Something to do after the commit. `handlers.rs` says how; the name of a variant
/// is stored, so it is never changed while rows may be open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Tell the parties of a trade what happened.
    TradeEvent { event: TradeEventId },
    /// Hand one row of `mails` to the mail server.
    SendMail { mail: i64 },
    /// Send a link that was asked for; to nobody when the address was unknown.
    SendAccountLink { user: Option<UserId>, link: Link },
    /// Erase the personal data of a member who leaves.
    EraseAccount { user: UserId },
    /// Go on with an import of a reader's books.
    ShelfImport { import: ImportId },
}

impl Job {
    /// Mail servers may be away for a day; everything else works soon or never.
    fn max_attempts(&self) -> i32 {
        match self {
            Self::SendMail { .. } => 30,
            _ => 12,
        }
    }
}

/// Adds a job to the caller's transaction: it exists if and only if that commits.
/// A second job with the same `dedupe_key` is ignored. It runs at `run_at`, or at
/// once: the commit of a [`crate::db::Tx`] wakes the relay.
///
/// # Errors
/// Those of the database.
pub async fn push(
    conn: &mut PgConnection,
    job: &Job,
    dedupe_key: &str,
    run_at: Option<Timestamp>,
) -> Result<()> {
    let payload = serde_json::to_value(job)?;
    sqlx::query(
        "insert into outbox (kind, payload, dedupe_key, max_attempts, run_at)
         values ($1, $2, $3, $4, coalesce($5, now()))
         on conflict on constraint outbox_dedupe do nothing",
    )
    .bind(payload["kind"].as_str())
    .bind(&payload)
    .bind(dedupe_key)
    .bind(job.max_attempts())
    .bind(run_at.map(ToSqlx::to_sqlx))
    .execute(conn)
    .await?;
    Ok(())
}

/// The ids that belong on the queue now, marked as queued: due and not queued
/// lately, or left by a worker that died. Others that ask meanwhile get other ids.
pub(super) async fn take_due(conn: &mut PgConnection, most: i64) -> Result<Vec<OutboxId>> {
    Ok(sqlx::query_scalar(
        "update outbox set queued_at = now() where id in (
             select id from outbox
             where (state = 'ready' and run_at <= now()
                    or state = 'running' and lease_until < now())
               and (queued_at is null or queued_at < now() - make_interval(secs => $2))
             order by run_at, id limit $1
             for update skip locked)
         returning id",
    )
    .bind(most)
    .bind(f64::from(REQUEUE_SECONDS))
    .fetch_all(conn)
    .await?)
}

/// Due ids straight from the table, for workers that cannot reach Redis. Nothing is marked:
/// several workers may see the same id, and [`claim`] decides.
pub(super) async fn due(db: &PgPool, most: i64) -> Result<Vec<OutboxId>> {
    Ok(sqlx::query_scalar(
        "select id from outbox
         where state = 'ready' and run_at <= now() or state = 'running' and lease_until < now()
         order by run_at, id limit $1",
    )
    .bind(most)
    .fetch_all(db)
    .await?)
}

/// A job that this process holds until the lease runs out. Every later statement
/// about it names `attempt`, so that a worker that lost its lease changes nothing.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Claim {
    pub id: OutboxId,
    pub kind: String,
    pub payload: serde_json::Value,
    pub attempt: i32,
    pub max_attempts: i32,
}

/// Takes the job unless it is done, not due, or held by a live worker.
pub(super) async fn claim(db: &PgPool, id: OutboxId) -> Result<Option<Claim>> {
    Ok(sqlx::query_as(
        "update outbox set state = 'running', attempts = attempts + 1,
             lease_until = now() + make_interval(secs => $2)
         where id = $1 and (state = 'ready' and run_at <= now()
                            or state = 'running' and lease_until < now())
         returning id, kind, payload, attempts as attempt, max_attempts",
    )
    .bind(id)
    .bind(f64::from(LEASE_SECONDS))
    .fetch_optional(db)
    .await?)
}

impl Claim {
    /// Holds the job for another lease; `false` when it is no longer ours.
    pub async fn renew(&self, db: &PgPool) -> Result<bool> {
        let renewed = sqlx::query(
            "update outbox set lease_until = now() + make_interval(secs => $3)
             where id = $1 and state = 'running' and attempts = $2",
        )
        .bind(self.id)
        .bind(self.attempt)
        .bind(f64::from(LEASE_SECONDS))
        .execute(db)
        .await?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Marks the job done, in the transaction of its effect.
    ///
    /// # Errors
    /// `Conflict` when another worker has taken it over: roll back.
    pub async fn finish(&self, conn: &mut PgConnection) -> Result<()> {
        let finished = sqlx::query(
            "update outbox set state = 'done', done_at = now(), lease_until = null, last_error = ''
             where id = $1 and state = 'running' and attempts = $2",
        )
        .bind(self.id)
        .bind(self.attempt)
        .execute(conn)
        .await?;
        if finished.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Error::Conflict("Another worker has taken this job.".into()))
        }
    }

    /// Notes a failed attempt: tried again later, or dead after the last one, and with it the
    /// mail it was to send. Tells whether it is dead now.
    pub async fn fail(&self, db: &PgPool, error: &str) -> Result<bool> {
        let dead = self.attempt >= self.max_attempts;
        sqlx::query(
            "with noted as (update outbox set state = $3, lease_until = null, queued_at = null,
                     run_at = now() + make_interval(secs => $4), last_error = left($5, 2000)
                 where id = $1 and state = 'running' and attempts = $2
                 returning kind, state, payload)
             update mails m set state = 'failed', last_error = left($5, 2000)
             from noted n where n.state = 'dead' and n.kind = 'send_mail'
                 and m.id = (n.payload ->> 'mail')::bigint and m.state in ('queued', 'sending')",
        )
        .bind(self.id)
        .bind(self.attempt)
        .bind(if dead { "dead" } else { "ready" })
        .bind(wait_seconds(self.attempt, rand::random()))
        .bind(error)
        .execute(db)
        .await?;
        Ok(dead)
    }

    /// Hands the job back unfinished, for another worker to take at once.
    pub async fn release(&self, db: &PgPool) -> Result<()> {
        sqlx::query(
            "update outbox set state = 'ready', lease_until = null, queued_at = null
             where id = $1 and state = 'running' and attempts = $2",
        )
        .bind(self.id)
        .bind(self.attempt)
        .execute(db)
        .await?;
        Ok(())
    }
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
