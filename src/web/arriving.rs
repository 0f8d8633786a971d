//! Bodies have a time in which they arrive, wherever they are read: one that takes longer, or
//! stops half way, is given up, and its connection is closed with the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use dogear_app::http::Unfinished;
use futures::StreamExt;
use futures::stream::try_unfold;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Longer than this nobody is silent in the middle of a body. A form has less time in all.
const SILENCE: Duration = Duration::from_secs(20);
/// What is almost there when the site is closed may still come.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// The middleware: the body has `limit` to arrive, and less when the site is `stopping`.
pub(super) async fn arriving(
    limit: Duration,
    stopping: CancellationToken,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let given_up = Arc::new(AtomicBool::new(false));
    let limited = {
        let given_up = Arc::clone(&given_up);
        request.map(|body| within(limit, stopping, given_up, body))
    };
    let mut response = next.run(limited).await;
    if given_up.load(Ordering::Relaxed) {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// The same body, which fails when it is not there in time.
fn within(
    limit: Duration,
    stopping: CancellationToken,
    given_up: Arc<AtomicBool>,
    body: Body,
) -> Body {
    let end = Instant::now() + limit;
    let rest = (body.into_data_stream(), stopping, given_up);
    Body::from_stream(try_unfold(
        rest,
        move |(mut body, stopping, given_up)| async move {
            let silence = Instant::now() + SILENCE;
            let closing = async {
                stopping.cancelled().await;
                tokio::time::sleep(LAST_MOMENT).await;
            };
            let unfinished = tokio::select! {
                chunk = body.next() => {
                    let rest = |bytes| (bytes, (body, stopping.clone(), given_up));
                    return chunk.transpose().map(|bytes| bytes.map(rest));
                }
                () = sleep_until(end.min(silence)) => Unfinished::TooSlow,
                () = closing => Unfinished::Closing,
            };
            given_up.store(true, Ordering::Relaxed);
            Err(axum::Error::new(unfinished))
        },
    ))
}
