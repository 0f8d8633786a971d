//! Enforces [`crate::access::ACCESS`] before a handler runs. The services decide
//! again: this is the first door, not the only one.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dogear_server::Error;
use dogear_server::limits;

use super::{AppError, Req};
use crate::access::{Who, who};

/// Refuses whoever the table does not name; counts writes.
pub async fn guard(req: Req, path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    // A server function is named by the address itself.
    let function = request.uri().path().starts_with("/api/");
    let path = if function {
        Some(request.uri().path())
    } else {
        path.as_ref().map(MatchedPath::as_str)
    };
    match check(&req, path).await {
        Ok(()) => next.run(request).await,
        Err(error) => AppError::from(error).into_response(),
    }
}

async fn check(req: &Req, path: Option<&str>) -> Result<(), Error> {
    let Some(path) = path else { return Ok(()) };
    let cx = &req.cx;
    let reads = req.method.is_safe();
    let method = if reads { "GET" } else { req.method.as_str() };
    match who(method, path) {
        None => return Err(Error::NotFound),
        Some(Who::Anyone) => {}
        Some(Who::Reader) => drop(cx.reader()?),
        Some(Who::Member) => drop(cx.member()?),
        Some(Who::Moderator) => drop(cx.moderator()?),
        Some(Who::Admin) => drop(cx.admin()?),
    }
    if !reads {
        let who = match &cx.actor {
            Some(actor) => actor.id.to_string(),
            None => cx.ip_key(),
        };
        // Server functions only look things up, once per few keys typed.
        let limit = if path.starts_with("/api/") {
            limits::LOOK_UP
        } else {
            limits::WRITE
        };
        cx.limit(limit, &who).await?;
    }
    Ok(())
}
