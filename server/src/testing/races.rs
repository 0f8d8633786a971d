//! Many at once: what races need beside a site.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use super::TestSite;
use crate::{Clock, Cx, Services};

/// So long a race takes at most, on a busy machine too. One that waits for locks in a circle takes
/// longer: each deadlock is found after a second.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The site's services with a pool of `connections` that waits as long as it takes: races measure
/// the locks, not the patience of a request.
///
/// # Panics
/// When the database does not answer.
pub async fn patient(site: &TestSite, connections: u32) -> Arc<Services> {
    let options = site.services.db.connect_options();
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_mins(1))
        .connect_with((*options).clone())
        .await
        .expect("PostgreSQL answers");
    Arc::new(served(&site.services, pool, site.services.clock.clone()))
}

/// These services with another pool and another clock.
fn served(services: &Services, db: PgPool, clock: Clock) -> Services {
    Services {
        db,
        redis: services.redis.clone(),
        redis_breaker: crate::breaker::Breaker::default(),
        clock,
        settings: services.settings.clone(),
        wake_relay: tokio::sync::Notify::new(),
        jobs: crate::runtime::jobs(),
        hooks: services.hooks,
        photos: services.photos.clone(),
    }
}

/// The same services with a clock that is ahead by at least so much, and less than a second more: a
/// clock moves by whole seconds.
pub fn later(services: &Services, by: SignedDuration) -> Arc<Services> {
    let clock = Clock::default();
    let ahead = services.clock.now().duration_since(clock.now());
    clock.advance(ahead + by + SignedDuration::from_secs(1));
    Arc::new(served(services, services.db.clone(), clock))
}

/// Waits until as many connections of this database wait for a lock, or `enough` says that nobody
/// will; at most a few seconds.
///
/// # Panics
/// When the database does not answer.
pub async fn until_locked(db: &PgPool, most: i64, enough: impl Fn() -> bool) {
    for _ in 0..500 {
        let waiting: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(db)
        .await
        .expect("PostgreSQL answers");
        if waiting >= most || enough() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The same caller, served by `services`.
pub fn with(cx: &Cx, services: &Arc<Services>) -> Cx {
    Cx {
        services: services.clone(),
        ..cx.clone()
    }
}
