//! Work by the clock.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use crate::db::in_time;
use crate::{Cx, Error, Result, Services};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(10);
/// On stop, a running schedule may take this long.
const DRAIN: Duration = Duration::from_secs(15);
/// A run that takes longer is given up, and may begin again elsewhere.
const LEASE: Duration = Duration::from_mins(10);
/// After a failure, the next try waits this long.
const PAUSE: Duration = Duration::from_mins(1);

/// When a schedule is due. Runs missed while nobody was up are made up for by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// This long after the last run.
    Every(SignedDuration),
    /// Once a day from this time (UTC) on.
    Daily {
        /// From 0 to 23.
        hour: i8,
        /// From 0 to 59.
        minute: i8,
    },
}

/// Something the site does by itself. It runs in one process at a time; it may be
/// cut off and begun again, so it works in small transactions.
#[derive(Clone, Copy)]
pub struct Schedule {
    /// Stored: names the row in `schedules`.
    pub name: &'static str,
    /// When it is due.
    pub when: Interval,
    /// What it does; begun anew when it was cut off.
    pub run: fn(Cx) -> BoxFuture<'static, Result<()>>,
}

impl Interval {
    /// Whether it is due at `now`, having last run at `last`. A last run in the
    /// future comes from a clock that was set back, and does not stop it.
    fn is_due(self, now: Timestamp, last: Option<Timestamp>) -> bool {
        last.filter(|last| *last <= now)
            .is_none_or(|last| self.after(last) <= now)
    }

    /// When it is due again after a run at `last`.
    fn after(self, last: Timestamp) -> Timestamp {
        match self {
            Self::Every(period) => last + period,
            Self::Daily { hour, minute } => {
                let day = SignedDuration::from_hours(24);
                let local = last.to_zoned(TimeZone::UTC);
                let same_day = local
                    .with()
                    .time(jiff::civil::time(hour, minute, 0, 0))
                    .build();
                // UTC has no gaps, so that building fails only past the calendar's end.
                match same_day.map(|time| time.timestamp()) {
                    Ok(time) if time > last => time,
                    Ok(time) => time + day,
                    Err(_) => last + day,
                }
            }
        }
    }
}

/// Runs what is due every few seconds until `stop`; logs what fails and goes on.
pub(super) async fn run(services: Arc<Services>, all: Vec<Schedule>, stop: CancellationToken) {
    loop {
        for &schedule in &all {
            let services = services.clone();
            // A task of its own, so that `stop` does not break off a transaction half begun.
            let mut task = tokio::spawn(async move {
                if let Err(error) = run_if_due(&services, &schedule).await {
                    tracing::warn!(schedule = schedule.name, %error, "schedule not run");
                }
            });
            tokio::select! {
                _ = &mut task => {}
                () = stop.cancelled() => {
                    if tokio::time::timeout(DRAIN, task).await.is_err() {
                        tracing::warn!(schedule = schedule.name, "cut off by the stop; it will run again");
                    }
                    return;
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// Runs the schedule if it is due and no other process runs it. Tells whether it ran.
///
/// # Errors
/// Those of the database, and of the run itself.
pub async fn run_if_due(services: &Arc<Services>, schedule: &Schedule) -> Result<bool> {
    if !in_time(&services.db, async |conn| {
        acquire_lease(services, conn, schedule).await
    })
    .await?
    {
        return Ok(false);
    }
    let started = services.clock.now();
    let work = tokio::spawn((schedule.run)(Cx::system(services.clone())));
    let aborter = work.abort_handle();
    let outcome = match tokio::time::timeout(LEASE, work).await {
        Ok(Ok(outcome)) => outcome.map_err(|error| error.to_string()),
        Ok(Err(panic)) => Err(panic.to_string()),
        Err(_) => {
            aborter.abort();
            Err(format!("not done within {} s", LEASE.as_secs()))
        }
    };
    in_time(&services.db, async |conn| {
        note(conn, schedule.name, started, &outcome).await
    })
    .await?;
    match outcome {
        Ok(()) => {
            tracing::debug!(schedule = schedule.name, "schedule run");
            Ok(true)
        }
        Err(error) => Err(Error::internal(error)),
    }
}

/// Takes the lease of a schedule that is due. The row's lock is held for this
/// moment only; the lease, which a dead process cannot renew, for the run.
async fn acquire_lease(
    services: &Services,
    conn: &mut PgConnection,
    schedule: &Schedule,
) -> Result<bool> {
    let mut tx = conn.begin().await?;
    sqlx::query!(
        "insert into schedules (name) values ($1) on conflict (name) do nothing",
        schedule.name
    )
    .execute(&mut *tx)
    .await?;
    let row = sqlx::query!(
        "select last_run_at, asked_at is not null as \"asked!\" from schedules
         where name = $1 and (lease_until is null or lease_until < now())
         for update skip locked",
        schedule.name
    )
    .fetch_optional(&mut *tx)
    .await?;
    let due = row.is_some_and(|row| {
        let last = row.last_run_at.map(jiff_sqlx::Timestamp::to_jiff);
        row.asked || schedule.when.is_due(services.clock.now(), last)
    });
    if due {
        sqlx::query!(
            "update schedules set lease_until = now() + make_interval(secs => $2), asked_at = null
             where name = $1",
            schedule.name,
            LEASE.as_secs_f64()
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(due)
}

async fn note(
    conn: &mut PgConnection,
    name: &str,
    started: Timestamp,
    outcome: &Result<(), String>,
) -> Result<()> {
    let query = match outcome {
        Ok(()) => sqlx::query!(
            "update schedules set last_run_at = $2, lease_until = null, last_error = '' where name = $1",
            name,
            started.to_sqlx()
        ),
        Err(error) => sqlx::query!(
            "update schedules set lease_until = now() + make_interval(secs => $2), last_error = left($3, 2000)
             where name = $1",
            name,
            PAUSE.as_secs_f64(),
            error
        ),
    };
    query.execute(conn).await?;
    Ok(())
}

/// A schedule as the desk shows it.
#[derive(Debug, Clone)]
pub struct ScheduleRow {
    /// What it does.
    pub name: &'static str,
    /// When the last run that succeeded began; none before the first.
    pub last_run_at: Option<Timestamp>,
    /// Of the last run, when it failed; else empty.
    pub last_error: String,
    /// A process runs it now.
    pub running: bool,
    /// Somebody wants it to run at once, and it has not begun.
    pub asked: bool,
    /// When it is due; in the past when it is.
    pub next: Timestamp,
}

/// Every schedule of the site, by its name.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(cx: &Cx) -> Result<Vec<ScheduleRow>> {
    cx.moderator()?;
    let rows = sqlx::query!(
        r#"select name, last_run_at, last_error, asked_at is not null as "asked!",
             coalesce(lease_until > now() + make_interval(secs => $1), false) as "running!"
         from schedules"#,
        PAUSE.as_secs_f64()
    )
    .fetch_all(cx.db())
    .await?;
    let all = cx.services.jobs.schedules().iter();
    let mut all: Vec<ScheduleRow> = all
        .map(|schedule| {
            let row = rows.iter().find(|row| row.name == schedule.name);
            let last = row
                .and_then(|row| row.last_run_at)
                .map(jiff_sqlx::Timestamp::to_jiff);
            ScheduleRow {
                name: schedule.name,
                last_run_at: last,
                last_error: row.map_or_else(String::new, |row| row.last_error.clone()),
                running: row.is_some_and(|row| row.running),
                asked: row.is_some_and(|row| row.asked),
                next: last.map_or(cx.now(), |last| schedule.when.after(last)),
            }
        })
        .collect();
    all.sort_by_key(|row| row.name);
    Ok(all)
}

/// Has a schedule run at the next look at the clock, in the caller's transaction. While it
/// runs, it runs once more after that.
///
/// # Errors
/// `NotFound` as [`list`], and when there is no such schedule; `Conflict` when it is about to run.
pub async fn ask(cx: &Cx, conn: &mut PgConnection, name: &str) -> Result<()> {
    cx.moderator()?;
    let mut known = cx.services.jobs.schedules().iter();
    if !known.any(|schedule| schedule.name == name) {
        return Err(Error::NotFound);
    }
    let asked = sqlx::query!(
        "insert into schedules as s (name, asked_at) values ($1, now())
         on conflict (name) do update set asked_at = now() where s.asked_at is null",
        name
    )
    .execute(conn)
    .await?;
    if asked.rows_affected() == 0 {
        return Err(Error::Conflict(
            "This was asked for already: it runs within a minute.".into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_after_the_period_and_once_for_all_missed_runs() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let hourly = Interval::Every(SignedDuration::from_hours(1));
        let noon = at("2026-03-01T12:00:00Z");
        assert!(hourly.is_due(noon, None));
        assert!(!hourly.is_due(noon, Some(at("2026-03-01T11:00:01Z"))));
        assert!(hourly.is_due(noon, Some(at("2026-03-01T11:00:00Z"))));
        assert!(
            hourly.is_due(noon, Some(at("2026-03-09T00:00:00Z"))),
            "clock set back"
        );
        let nightly = Interval::Daily {
            hour: 3,
            minute: 30,
        };
        assert!(nightly.is_due(noon, Some(at("2026-03-01T03:29:59Z"))));
        assert!(!nightly.is_due(noon, Some(at("2026-03-01T03:30:00Z"))));
        let early = at("2026-03-01T03:00:00Z");
        assert!(!nightly.is_due(early, Some(at("2026-02-28T04:00:00Z"))));
        assert!(nightly.is_due(early, Some(at("2026-02-20T04:00:00Z"))));
    }
}
