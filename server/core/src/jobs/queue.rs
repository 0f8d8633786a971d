//! The Redis lists that wake workers, one for each lane.
//!
//! Why a list of ids and no queue crate: the outbox row already has the lease, the
//! attempts, the delays, the dead state and the dedupe key, and it survives Redis. A
//! queue crate keeps the same facts a second time in Redis, and the two must then be
//! brought together after every crash. `oxana` 2.5 was the best candidate read
//! (atomic claim, resurrection of dead workers' jobs): it brings a second Redis client
//! with a pool of its own, a cron parser and a copy of each payload, all of them
//! duplicates here. An id popped by a worker that dies before it claims the row is
//! queued again by the relay, so the list needs no acknowledgement either.

use std::time::Duration;

use dogear_domain::ids::OutboxId;
use fred::clients::Client;
use fred::error::ErrorKind;
use fred::interfaces::{ClientLike, ListInterface};
use fred::types::config::PerformanceConfig;

use super::job::Lane;
use crate::{Error, Result};

/// Redis answers within this or counts as away.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long [`Queue::pop`] waits for an id, in seconds; also what it adds to a graceful stop.
const POP_SECONDS: f64 = 1.0;
const POP_PATIENCE: Duration = Duration::from_millis(1500);

/// See the module.
pub(super) struct Queue {
    client: Client,
    /// Whose jobs they are.
    pub lane: Lane,
    key: String,
}

impl Queue {
    /// For the relay: shares the connection of the process.
    pub(super) fn new(client: &Client, lane: Lane) -> Self {
        Self {
            client: client.clone(),
            key: lane.list(),
            lane,
        }
    }

    /// For a worker: a connection of its own, because a blocking pop holds it up and
    /// takes longer than other commands may. It connects in the background, so that a
    /// worker starts while Redis is away.
    pub(super) fn for_worker(client: &Client, lane: Lane) -> Self {
        let performance = PerformanceConfig {
            // Later than our own patience ends, see `pop`.
            default_command_timeout: POP_PATIENCE * 2,
            ..client.perf_config()
        };
        let client = Client::new(
            client.client_config(),
            Some(performance),
            Some(client.connection_config().clone()),
            client.client_reconnect_policy(),
        );
        // Ends with the client; its outcome shows in every later command.
        let _connection = client.connect();
        Self::new(&client, lane)
    }

    /// Ids waiting to be taken.
    pub(super) async fn len(&self) -> Result<u64> {
        in_time(PATIENCE, self.client.llen(&self.key)).await
    }

    /// Puts ids at the end.
    pub(super) async fn push(&self, ids: &[OutboxId]) -> Result<()> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        in_time(PATIENCE, self.client.rpush(&self.key, ids)).await
    }

    /// Waits up to a second for an id and takes it.
    pub(super) async fn pop(&self) -> Result<Option<OutboxId>> {
        let popped: Result<(String, i64), _> =
            match tokio::time::timeout(POP_PATIENCE, self.client.blpop(&self.key, POP_SECONDS))
                .await
            {
                Ok(answer) => answer,
                Err(_) => return Err(Error::Busy("Redis did not answer in time".into())),
            };
        match popped {
            Ok((_, id)) => Ok(Some(OutboxId(id))),
            // This is how fred reports the answer “nothing came in”. Its own time limit,
            // which has the same kind, is never reached here.
            Err(error) if *error.kind() == ErrorKind::Timeout => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Closes a worker's own connection.
    pub(super) async fn close(self) {
        if let Err(error) = in_time(PATIENCE, self.client.quit()).await {
            tracing::debug!(%error, "queue connection not closed in order");
        }
    }
}

async fn in_time<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, fred::error::Error>>,
) -> Result<T> {
    match tokio::time::timeout(limit, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Error::Busy("Redis did not answer in time".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::Jobs;
    use crate::testing::TestServices;

    #[tokio::test]
    async fn an_empty_queue_is_waited_for_without_error() {
        let site = TestServices::new(Jobs::default()).await;
        let queue = Queue::for_worker(&site.services.redis, Lane::ALL);
        for _ in 0..3 {
            assert_eq!(queue.pop().await.unwrap(), None);
        }
        let relay = Queue::new(&site.services.redis, Lane::ALL);
        relay.push(&[OutboxId(7), OutboxId(8)]).await.unwrap();
        assert_eq!(queue.pop().await.unwrap(), Some(OutboxId(7)));
        assert_eq!(relay.len().await.unwrap(), 1);
        queue.close().await;
    }
}
