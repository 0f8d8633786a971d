//! How many SQL statements an answer takes: counted from the client's own log.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;
use tracing::instrument::WithSubscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use dogear::commands::Failure;

/// An answer and what it took.
pub struct Counted {
    pub body: String,
    pub statements: u32,
}

struct Counter(Arc<AtomicU32>);

impl<S: tracing::Subscriber> Layer<S> for Counter {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Asks twice (the first fills caches) and counts the second time.
///
/// # Errors
/// When the answer is not 200.
pub async fn count(router: &Router, path: &str, cookie: Option<&str>) -> Result<Counted, Failure> {
    ask(router, path, cookie).await?;
    let statements = Arc::new(AtomicU32::new(0));
    let subscriber = tracing_subscriber::registry().with(Counter(Arc::clone(&statements)));
    let body = ask(router, path, cookie)
        .with_subscriber(subscriber)
        .await?;
    Ok(Counted {
        body,
        statements: statements.load(Ordering::Relaxed),
    })
}

async fn ask(router: &Router, path: &str, cookie: Option<&str>) -> Result<String, Failure> {
    let mut request = Request::get(path).header(header::HOST, "127.0.0.1");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let response = router.clone().oneshot(request.body(Body::empty())?).await?;
    if response.status() != StatusCode::OK {
        return Err(format!("{path} answered {}", response.status()).into());
    }
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    Ok(String::from_utf8(body.to_vec())?)
}
