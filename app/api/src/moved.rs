//! Things that moderators merge into others: their addresses lead on.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::BASE;
use crate::answer::Reply;
use crate::problem::Problem;

/// What a handler gives whose thing may have been merged into another.
pub(crate) type AnswerOrMoved<T> = Result<Lasting<T>, Problem>;

/// A thing, or where it went.
pub(crate) enum Lasting<T> {
    /// The thing.
    Here(Reply<T>),
    /// At this path below the base: `/books/12`.
    Moved(String),
}

/// The body of an answer that leads on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Moved {
    /// The address of what it was merged into, as in the header `Location`.
    moved_to: String,
}

impl<T: Serialize> IntoResponse for Lasting<T> {
    fn into_response(self) -> Response {
        let path = match self {
            Self::Here(reply) => return reply.into_response(),
            Self::Moved(path) => path,
        };
        let moved_to = format!("{BASE}{path}");
        let location = HeaderValue::try_from(&moved_to);
        let mut response =
            (StatusCode::PERMANENT_REDIRECT, Json(Moved { moved_to })).into_response();
        let headers = response.headers_mut();
        if let Ok(location) = location {
            headers.insert(header::LOCATION, location);
        }
        // A merge can be taken back.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}
