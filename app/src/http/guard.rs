//! Refuses whoever may not call a route or a server function before it runs. The services
//! decide again: this is the first door, not the only one.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dogear_server::{Error, limits};

use super::actions::wants_page;
use super::request::is_function;
use super::{AccessTable, AppError, KeptForm, Req};
use dogear_urls::Access;

/// Refuses whoever the table does not name; counts writes.
pub async fn guard(
    State(table): State<Arc<AccessTable>>,
    req: Req,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    // A server function is named by the address itself.
    let function = is_function(request.uri().path());
    let path = if function {
        Some(request.uri().path())
    } else {
        path.as_ref().map(MatchedPath::as_str)
    };
    if let Some(path) = path
        && function
        && req.method.is_safe()
        && table.contains_key(&("POST", path))
    {
        // As when somebody opens the address of a form that came back.
        return AppError::status(StatusCode::METHOD_NOT_ALLOWED).into_response();
    }
    match check(&table, &req, path).await {
        Ok(()) => next.run(request).await,
        Err(error) => {
            let error = AppError::from(error).when_unknown(&req);
            if !worth_keeping(&req, &error, function && !wants_page(request.headers())).await {
                return error.into_response();
            }
            let kept = KeptForm::of(&table, &req.from, request).await;
            AppError { kept, ..error }.into_response()
        }
    }
}

/// Whether the form of a request that is refused is read, to be shown again. For strangers not
/// without end.
async fn worth_keeping(req: &Req, error: &AppError, script: bool) -> bool {
    if script || req.method.is_safe() {
        return false;
    }
    error.reader_unknown || error.log_in && req.cx.limit_by_caller(limits::WRITE).await.is_ok()
}

async fn check(table: &AccessTable, req: &Req, path: Option<&str>) -> Result<(), Error> {
    let Some(path) = path else { return Ok(()) };
    let cx = &req.cx;
    let method = if req.method.is_safe() {
        "GET"
    } else {
        req.method.as_str()
    };
    let rule = table.get(&(method, path)).ok_or(Error::NotFound)?;
    match rule.who {
        Access::Anyone => {}
        Access::Reader => drop(cx.reader()?),
        Access::Member => drop(cx.member()?),
        Access::Moderator => drop(cx.moderator()?),
        Access::Admin => drop(cx.admin()?),
    }
    if let Some(limit) = rule.limit {
        cx.limit_by_caller(limit).await?;
    }
    Ok(())
}
