//! Many at once: what races need beside a site.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgPoolOptions;

use super::TestSite;
use crate::{Cx, Services};

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
    Arc::new(Services {
        db: pool,
        redis: site.services.redis.clone(),
        redis_breaker: crate::breaker::Breaker::default(),
        clock: site.services.clock.clone(),
        settings: site.services.settings.clone(),
        wake_relay: tokio::sync::Notify::new(),
        jobs: crate::runtime::jobs(),
        hooks: site.services.hooks,
        photos: site.services.photos.clone(),
    })
}

/// The same caller, served by `services`.
pub fn with(cx: &Cx, services: &Arc<Services>) -> Cx {
    Cx {
        services: services.clone(),
        ..cx.clone()
    }
}
