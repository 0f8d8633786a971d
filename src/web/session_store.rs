//! Session records in Redis, where a failing renewal costs nothing but the renewal.

use async_trait::async_trait;
use fred::clients::Client;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::Result;
use tower_sessions_redis_store::RedisStore;

/// See the module. Redis may go away between reading a record and saving it: the page is
/// made by then, and what was written stays written, so an error page would be wrong.
#[derive(Debug, Clone)]
pub(super) struct Sessions(RedisStore<Client>);

impl Sessions {
    pub(super) fn new(redis: Client) -> Self {
        Self(RedisStore::new(redis))
    }
}

#[async_trait]
impl SessionStore for Sessions {
    /// Fails when Redis does: whoever logs in has to know.
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.0.create(record).await
    }

    /// Only renews what [`create`](Self::create) has stored, and never fails.
    async fn save(&self, record: &Record) -> Result<()> {
        if let Err(error) = self.0.save(record).await {
            tracing::warn!(%error, "session not renewed");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.0.load(id).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.delete(id).await
    }
}
