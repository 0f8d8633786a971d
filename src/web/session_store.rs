//! Session records in Redis, where a failing renewal costs nothing but the renewal.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dogear_server::Services;
use fred::clients::Client;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions_redis_store::RedisStore;

/// How long Redis has for its answer.
const PATIENCE: Duration = Duration::from_millis(500);

/// See the module. Redis may go away between reading a record and saving it: the page is
/// made by then, and what was written stays written, so an error page would be wrong.
#[derive(Clone)]
pub(super) struct Sessions {
    store: RedisStore<Client>,
    services: Arc<Services>,
}

impl Sessions {
    pub(super) fn new(services: Arc<Services>) -> Self {
        Self {
            store: RedisStore::new(services.redis.clone()),
            services,
        }
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sessions").field(&self.store).finish()
    }
}

#[async_trait]
impl SessionStore for Sessions {
    /// Fails when Redis does: whoever logs in has to know.
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.store.create(record).await
    }

    /// Only renews what [`create`](Self::create) has stored, and never fails.
    async fn save(&self, record: &Record) -> Result<()> {
        if let Err(error) = self.store.save(record).await {
            tracing::warn!(%error, "session not renewed");
        }
        Ok(())
    }

    /// Fails when Redis does: nobody knows then who asks. A record that cannot be read is none.
    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let loading = async {
            match self.store.load(id).await {
                Err(Error::Decode(error)) => {
                    tracing::warn!(error, "a session cannot be read and is passed over");
                    Ok(None)
                }
                loaded => loaded,
            }
        };
        let breaker = &self.services.redis_breaker;
        breaker
            .call(PATIENCE, loading)
            .await
            .map_err(Error::Backend)
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.store.delete(id).await
    }
}
