//! Errors as responses. A handler returns `AppError`; the middleware
//! [`error_pages`] turns it into a page in the layout, because only there the
//! request context is known.

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use dogear_server::Error;

use super::request::is_function;
use super::{KeptForm, Req, actions, kept};
use crate::action::ActionError;
use dogear_urls as urls;

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
    /// Somebody has to be signed in, and it cannot be seen whether they are.
    pub reader_unknown: bool,
    /// The form that was sent in vain, to be sent again from the page of the error, or after
    /// logging in.
    pub kept: Option<KeptForm>,
}

impl AppError {
    pub fn status(status: StatusCode) -> Self {
        Self {
            status,
            message: None,
            retry_after: None,
            log_in: false,
            reader_unknown: false,
            kept: None,
        }
    }

    /// What "log in first" means while nobody can see who is logged in: not that a session has
    /// ended.
    pub(super) fn when_unknown(self, req: &Req) -> Self {
        if !(self.log_in && req.reader_unknown) {
            return self;
        }
        Self {
            message: Some("We cannot see just now whether you are logged in: a part of this site does not answer. Nothing was changed. Try again in a few seconds.".into()),
            retry_after: Some(Duration::from_secs(2)),
            reader_unknown: true,
            ..Self::status(StatusCode::SERVICE_UNAVAILABLE)
        }
    }

    /// The same with another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND)
    }

    /// A form that does not come from a page of ours, as far as can be seen. The words
    /// are also for operators, who see this first when their proxy drops a header.
    pub fn foreign_form() -> Self {
        Self {
            message: Some("This form did not come from a page of this site, so nothing was done. Open the page again and send it from there. If you run this site and see this on your own pages: the proxy in front of it must pass the headers Host and Origin on as they are.".into()),
            ..Self::status(StatusCode::FORBIDDEN)
        }
    }

    /// The same for a script, which knows no pages.
    pub(super) fn for_scripts(&self) -> ActionError {
        let message = || {
            let (heading, text) = error_words(self);
            format!("{heading}. {text}")
        };
        match self.status {
            StatusCode::UNAUTHORIZED => ActionError::SignInRequired,
            StatusCode::NOT_FOUND => ActionError::NotFound,
            StatusCode::GONE => ActionError::Gone,
            StatusCode::FORBIDDEN => ActionError::Forbidden { message: message() },
            StatusCode::CONFLICT => ActionError::Conflict { message: message() },
            StatusCode::TOO_MANY_REQUESTS => ActionError::TooMany {
                retry_after_seconds: self.retry_after.map_or(1, |wait| wait.as_secs().max(1)),
            },
            StatusCode::SERVICE_UNAVAILABLE => ActionError::Busy,
            StatusCode::INSUFFICIENT_STORAGE => ActionError::Full,
            status if status.is_client_error() => ActionError::Unreadable { message: message() },
            _ => ActionError::Broken,
        }
    }

    /// Puts the time to wait into the headers.
    pub(super) fn set_retry_after(&self, headers: &mut HeaderMap) {
        set_retry_after(self.retry_after, headers);
    }
}

/// Puts a time to wait into the headers.
pub(super) fn set_retry_after(retry_after: Option<Duration>, headers: &mut HeaderMap) {
    if let Some(wait) = retry_after {
        let seconds = HeaderValue::from(wait.as_secs().max(1));
        headers.insert(header::RETRY_AFTER, seconds);
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        ActionError::from(error).into()
    }
}

impl From<ActionError> for AppError {
    fn from(error: ActionError) -> Self {
        let status = StatusCode::from_u16(error.status());
        let mut page = Self::status(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        match error {
            ActionError::SignInRequired => page.log_in = true,
            ActionError::Forbidden { message }
            | ActionError::Conflict { message }
            | ActionError::Unreadable { message } => page.message = Some(message),
            ActionError::Invalid { fields } => {
                page.message = fields.iter().next().map(|(_, message)| message.to_owned());
            }
            ActionError::TooMany {
                retry_after_seconds,
            } => page.retry_after = Some(Duration::from_secs(retry_after_seconds)),
            ActionError::Busy => page.retry_after = Some(Duration::from_secs(2)),
            ActionError::Unsure => {
                page.message = Some(UNSURE.into());
                page.retry_after = Some(Duration::from_secs(2));
            }
            ActionError::NotFound
            | ActionError::Full
            | ActionError::Gone
            | ActionError::Again
            | ActionError::Broken => {}
        }
        page
    }
}

/// What is said of a change when the answer to its commit was lost.
const UNSURE: &str = "Something broke off on our side at the last moment, so we cannot say whether this was kept. Look whether it is there; if not, send it again.";

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What an error page says: a heading and a sentence.
pub fn error_words(error: &AppError) -> (&'static str, String) {
    let (heading, text): (&'static str, String) = match error.status {
        StatusCode::NOT_FOUND => (
            "There is nothing on this page",
            "It may have been moved or taken down, or it is not meant for you.".into(),
        ),
        StatusCode::GONE => (
            "This link does not work any more",
            "It works once, and not for ever. Have another one sent.".into(),
        ),
        StatusCode::UNAUTHORIZED => (
            "Log in first",
            "Your session has ended or never began, so nothing was done with what you sent, and it could not be kept here.".into(),
        ),
        StatusCode::FORBIDDEN => ("You cannot do this now", String::new()),
        StatusCode::CONFLICT => ("Things have moved on", String::new()),
        StatusCode::TOO_MANY_REQUESTS => (
            "Wait a little",
            match error.retry_after {
                Some(wait) if wait.as_secs() >= 90 => format!(
                    "That was too many tries in a short time. Try again in {}.",
                    crate::ui::count(wait.as_secs().div_ceil(60), "minute", "minutes")
                ),
                Some(wait) => format!(
                    "That was too many tries in a short time. Try again in {}.",
                    crate::ui::count(wait.as_secs().max(1), "second", "seconds")
                ),
                None => "That was too many tries in a short time.".into(),
            },
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "This page does not take that",
            "Go back to the page you came from and use its buttons.".into(),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "That was too large",
            "Send a smaller file or a shorter text.".into(),
        ),
        StatusCode::REQUEST_TIMEOUT => (
            "That took too long to arrive",
            "Nothing was changed. Send it again when your connection is better.".into(),
        ),
        StatusCode::INSUFFICIENT_STORAGE => (
            "There is no room left",
            "This site’s disk is full, so nothing was kept. The people who run it can read why in its log. Try again later.".into(),
        ),
        StatusCode::SERVICE_UNAVAILABLE if error.message.as_deref() == Some(UNSURE) => {
            ("This may not have been kept", String::new())
        }
        StatusCode::SERVICE_UNAVAILABLE => (
            "Too busy just now",
            "Nothing was changed. Try again in a few seconds.".into(),
        ),
        status if status.is_client_error() => (
            "We could not read that",
            "Go back to the page you came from and send it again from there.".into(),
        ),
        _ => (
            "Something broke on our side",
            "What happened stands in the log of this site, under the reference below. Nothing you sent was half done: look whether it is there, and if not, send it again in a minute.".into(),
        ),
    };
    (heading, error.message.clone().unwrap_or(text))
}

/// Renders errors as pages; sends whoever has to log in to the log-in page, or to join. A form that was sent
/// goes along, and comes back: `pages` are the site's.
pub async fn error_pages(
    State(pages): State<Router>,
    req: Req,
    request: Request,
    next: Next,
) -> Response {
    let function = is_function(&req.here);
    let script = function && !actions::wants_page(request.headers());
    let response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let bare = failed
        && response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let error = match response.extensions().get::<AppError>() {
        Some(error) => error.clone(),
        // Not ours: "no such route", a query that is not understood, a body that is too large.
        None if bare => AppError::status(response.status()),
        None => return response,
    };
    let error = error.when_unknown(&req);
    if error.log_in && req.method == axum::http::Method::GET {
        return req.redirect(&urls::sign_in_then(&req.here, req.known));
    }
    let log_in = match &error.kept {
        Some(form) if error.log_in && !script => kept::log_in_page(&req, pages, form).await,
        _ => None,
    };
    let mut page = match log_in {
        Some(page) => page,
        None if script => actions::error_for_scripts(&error),
        None if function => (req.layouts.error)(&req.counted().await, &error),
        None => (req.layouts.error)(&req, &error),
    };
    error.set_retry_after(page.headers_mut());
    // Cookies set on the way (an ended session) are kept.
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        page.headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c04_what_broke_is_said_to_stand_where_it_stands() {
        let error = AppError::status(StatusCode::INTERNAL_SERVER_ERROR);
        let (_, says) = error_words(&error);
        assert!(says.contains("in the log of this site"), "{says}");
        assert!(!says.contains("written down for the people"), "{says}");
    }

    #[test]
    fn k11_what_nobody_knows_is_not_said_to_have_changed_nothing() {
        let of = |error: ActionError| error_words(&AppError::from(error));
        assert!(of(ActionError::Busy).1.contains("Nothing was changed"));
        let (heading, unsure) = of(ActionError::Unsure);
        assert_eq!(heading, "This may not have been kept");
        assert!(unsure.contains("cannot say whether"), "{unsure}");
        assert!(!unsure.contains("Nothing was changed"), "{unsure}");
    }
}
