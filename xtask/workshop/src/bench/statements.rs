//! How many SQL statements an answer takes.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

use dogear::commands::Failure;
use dogear_server::testing::statements;

/// An answer and what it took.
pub(super) struct Counted {
    pub body: String,
    pub statements: u32,
}

/// Asks twice (the first fills caches) and counts the second time.
///
/// # Errors
/// When the answer is not 200.
pub(super) async fn count(
    router: &Router,
    path: &str,
    cookie: Option<&str>,
) -> Result<Counted, Failure> {
    ask(router, path, cookie).await?;
    let (body, statements) = statements::count(ask(router, path, cookie)).await;
    Ok(Counted {
        body: body?,
        statements,
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
