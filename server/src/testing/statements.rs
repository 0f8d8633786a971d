//! How many SQL statements some work takes, counted from the client's own log.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use tracing::instrument::WithSubscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

tokio::task_local! {
    static TAKEN: Arc<AtomicU32>;
}

/// Counts the statements of the task that they are sent by.
struct Counter;

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Counter {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn on_event(&self, _: &tracing::Event<'_>, _: Context<'_, S>) {
        // Work that nobody counts has no number.
        let _ = TAKEN.try_with(|taken| taken.fetch_add(1, Ordering::Relaxed));
    }
}

/// Whether the counter hears the whole process. Where tests run beside each other nothing less
/// will do: whether an event is wanted at all is remembered for the process. A program with a
/// log of its own has one already.
static HEARS_ALL: LazyLock<bool> = LazyLock::new(|| {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Counter)).is_ok()
});

/// Does the work; gives its result and the number of its statements. What it hands to other
/// tasks is not counted.
pub async fn count<T>(work: impl Future<Output = T>) -> (T, u32) {
    let taken = Arc::new(AtomicU32::new(0));
    let work = TAKEN.scope(Arc::clone(&taken), work);
    let result = if *HEARS_ALL {
        work.await
    } else {
        let counter = tracing_subscriber::registry().with(Counter);
        work.with_subscriber(counter).await
    };
    (result, taken.load(Ordering::Relaxed))
}
