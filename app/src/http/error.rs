//! Errors as responses. A handler returns `AppError`; the middleware
//! [`error_pages`] turns it into a page in the layout, because only there the
//! visitor is known.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dogear_server::Error;

use super::Req;
use crate::layout::error_page;
use crate::paths;

/// What handlers return.
pub type PageResult = Result<Response, AppError>;

/// An error on its way to becoming a page.
#[derive(Debug, Clone)]
pub struct AppError {
    pub status: StatusCode,
    /// What to tell the reader, when it is more than the status says.
    pub message: Option<String>,
    pub retry_after: Option<Duration>,
    /// Nobody is signed in, and somebody has to be.
    pub log_in: bool,
}

impl AppError {
    pub fn status(status: StatusCode) -> Self {
        Self {
            status,
            message: None,
            retry_after: None,
            log_in: false,
        }
    }

    pub fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND)
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::not_found(),
            Error::SignInRequired => Self {
                log_in: true,
                ..Self::status(StatusCode::UNAUTHORIZED)
            },
            Error::Forbidden(message) => Self {
                message: Some(message),
                ..Self::status(StatusCode::FORBIDDEN)
            },
            Error::Invalid(errors) => Self {
                message: errors.iter().next().map(|(_, message)| message.to_owned()),
                ..Self::status(StatusCode::UNPROCESSABLE_ENTITY)
            },
            Error::Conflict(message) => Self {
                message: Some(message),
                ..Self::status(StatusCode::CONFLICT)
            },
            Error::TooMany { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::status(StatusCode::TOO_MANY_REQUESTS)
            },
            Error::Busy(detail) => {
                tracing::warn!(detail, "a dependency was busy");
                Self {
                    retry_after: Some(Duration::from_secs(2)),
                    ..Self::status(StatusCode::SERVICE_UNAVAILABLE)
                }
            }
            Error::Internal(source) => {
                tracing::error!(error = %Chain(&*source), "internal error");
                Self::status(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

/// An error with its causes, on one line.
struct Chain<'a>(&'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Renders errors as pages; sends whoever has to log in to the log-in page.
pub async fn error_pages(req: Req, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let error = match response.extensions().get::<AppError>() {
        Some(error) => error.clone(),
        // Not ours: the router's own "no such route" and "no such method".
        None if matches!(
            response.status(),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
        ) && !response.headers().contains_key(header::CONTENT_TYPE) =>
        {
            AppError::status(response.status())
        }
        None => return response,
    };
    if error.log_in && req.method == axum::http::Method::GET {
        return req.redirect(&paths::login_then(&req.here));
    }
    let retry_after = error.retry_after;
    let mut page = error_page(&req, error);
    if let Some(wait) = retry_after {
        page.headers_mut().insert(
            header::RETRY_AFTER,
            HeaderValue::from(wait.as_secs().max(1)),
        );
    }
    // Cookies set on the way (an ended session) are kept.
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        page.headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    page
}
