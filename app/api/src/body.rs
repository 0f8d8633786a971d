//! JSON bodies, read strictly: a field that nobody knows, or that stands twice, is refused by name.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::problem::{Code, Problem};

/// For a body to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// The body as the type says; it refuses unknown fields.
pub(crate) struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Code::WrongMediaType)
                .saying("Send `Content-Type: application/json`, in UTF-8."));
        }
        let body = whole(request, state).await?;
        read(&body).map(Self)
    }
}

/// The body, once all of it is there.
pub(crate) async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let body = tokio::time::timeout(PATIENCE, Bytes::from_request(request, state)).await;
    let body: Result<Bytes, BytesRejection> =
        body.map_err(|_| Problem::new(Code::Malformed).saying("The body did not arrive in time."))?;
    body.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge),
        _ => Problem::new(Code::Malformed).saying("The body is broken off."),
    })
}

/// Reads a body.
///
/// # Errors
/// `malformed` for what is no JSON; `invalid` with the field for what does not fit.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // A list in the order of the fields would be read, too.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::field("body", "Send an object."));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json);
    let value = read.map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let words = inner.to_string();
        if inner.is_data() {
            Problem::field(field_of(&path, &words), sentence(&words))
        } else {
            Problem::new(Code::Malformed).saying(words)
        }
    })?;
    json.end()
        .map_err(|error| Problem::new(Code::Malformed).saying(error.to_string()))?;
    Ok(value)
}

/// The field that is meant: of an unknown one, a missing one and one that stands twice, serde says
/// the name in its words and the path of what is around it.
fn field_of(path: &str, words: &str) -> String {
    let around = if path == "." { "" } else { path };
    let named = ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| words.strip_prefix(start))
        .and_then(|rest| rest.split('`').next());
    match (around, named) {
        ("", None) => "body".to_owned(),
        ("", Some(name)) => name.to_owned(),
        (around, Some(name)) if around.rsplit('.').next() != Some(name) => {
            format!("{around}.{name}")
        }
        (around, _) => around.to_owned(),
    }
}

/// What serde says, without where in the text: bodies are written by programs.
fn sentence(words: &str) -> String {
    let words = words
        .rsplit_once(" at line ")
        .map_or(words, |(words, _)| words);
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let mut parts = value.unwrap_or_default().split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let plain = ["application/json", "application/merge-patch+json"];
    plain.iter().any(|known| kind.eq_ignore_ascii_case(known))
        && parts.all(|parameter| {
            parameter.is_empty()
                || parameter.split_once('=').is_some_and(|(name, value)| {
                    name.trim().eq_ignore_ascii_case("charset")
                        && value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
                })
        })
}

/// A field of a partial update (RFC 7396): what is not sent stays as it is, and null empties it. The
/// document is told by `#[schema(value_type = Option<String>)]` at the field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Change<T> {
    /// It was not sent.
    #[default]
    Keep,
    /// It is to be empty.
    Clear,
    /// It is to be this.
    Set(T),
}

impl<T> Change<T> {
    /// What it is afterwards, given what it is now.
    pub(crate) fn over(self, now: Option<T>) -> Option<T> {
        match self {
            Self::Keep => now,
            Self::Clear => None,
            Self::Set(new) => Some(new),
        }
    }

    /// The same for what is never null and may be empty, as texts are.
    pub(crate) fn or_empty(self, now: T) -> T
    where
        T: Default,
    {
        self.over(Some(now)).unwrap_or_default()
    }

    /// Whether it was sent.
    pub(crate) fn is_sent(&self) -> bool {
        !matches!(self, Self::Keep)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(|sent| sent.map_or(Self::Clear, Self::Set))
    }
}
