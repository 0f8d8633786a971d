//! The variable part of an address.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::AppError;

/// What stands in the place of the only variable of an address. When it does not parse,
/// nothing can be there: 404.
pub struct Segment<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Segment<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let text = Path::<String>::from_request_parts(parts, state).await.ok();
        text.and_then(|Path(text)| text.parse().ok())
            .map(Self)
            .ok_or_else(|| AppError::not_found().into_response())
    }
}

/// How an address names something with a title: `12-middlemarch`.
pub struct Slugged<Id> {
    pub id: Id,
    /// As it was written, which need not be the thing's.
    pub slug: String,
}

impl<Id: FromStr> FromStr for Slugged<Id> {
    type Err = Id::Err;

    fn from_str(segment: &str) -> Result<Self, Id::Err> {
        let (id, slug) = segment.split_once('-').unwrap_or((segment, ""));
        Ok(Self {
            id: id.parse()?,
            slug: slug.to_owned(),
        })
    }
}

/// 301 to the address under which something really stands.
pub fn moved(path: &str) -> Response {
    (
        StatusCode::MOVED_PERMANENTLY,
        [(header::LOCATION, path.to_owned())],
    )
        .into_response()
}
