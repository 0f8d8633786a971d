//! What handlers give: JSON with its version, and pages of lists.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dogear_server::version::fingerprint;
use serde::Serialize;
use utoipa::ToSchema;

use crate::BASE;
use crate::problem::{Code, Problem};

/// What a handler gives.
pub(crate) type Answer<T> = Result<Reply<T>, Problem>;

/// One thing, or one page of a list.
#[derive(Debug)]
pub(crate) struct Reply<T> {
    status: StatusCode,
    value: T,
    location: Option<String>,
}

impl<T: Serialize> Reply<T> {
    /// As it is.
    pub(crate) fn ok(value: T) -> Self {
        Self {
            status: StatusCode::OK,
            value,
            location: None,
        }
    }

    /// Just made; it is at `path` below the base: `/copies/12`.
    pub(crate) fn created(value: T, path: &str) -> Self {
        Self {
            status: StatusCode::CREATED,
            value,
            location: Some(format!("{BASE}{path}")),
        }
    }

    /// Taken, and done later.
    pub(crate) fn accepted(value: T) -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            ..Self::ok(value)
        }
    }
}

/// Done, and nothing to say about it.
pub(crate) struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        let body = match serde_json::to_vec(&self.value) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "an answer cannot be written");
                return Problem::new(Code::Internal).into_response();
            }
        };
        let tag = tag_of(&body);
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        let location = self
            .location
            .and_then(|path| HeaderValue::try_from(path).ok());
        if let Some(location) = location {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}

/// The version of a thing as it is shown: the same for the same bytes.
pub(crate) fn tag(value: &impl Serialize) -> Result<String, Problem> {
    match serde_json::to_vec(value) {
        Ok(body) => Ok(tag_of(&body)),
        Err(error) => Err(dogear_server::Error::from(error).into()),
    }
}

fn tag_of(body: &[u8]) -> String {
    format!("\"{}\"", fingerprint(body))
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// In the order of the list.
    pub items: Vec<T>,
    /// The `cursor` of the next page; null on the last one.
    pub next: Option<String>,
}
