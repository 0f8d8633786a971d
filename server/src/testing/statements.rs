//! How many SQL statements some work takes, counted from the client's own log.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tracing::instrument::WithSubscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

struct Counter(Arc<AtomicU32>);

impl<S: tracing::Subscriber> Layer<S> for Counter {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Does the work; gives its result and the number of its statements, those that open and close
/// transactions left out. What it hands to other tasks is not counted.
pub async fn count<T>(work: impl Future<Output = T>) -> (T, u32) {
    let statements = Arc::new(AtomicU32::new(0));
    let subscriber = tracing_subscriber::registry().with(Counter(Arc::clone(&statements)));
    let result = work.with_subscriber(subscriber).await;
    (result, statements.load(Ordering::Relaxed))
}
