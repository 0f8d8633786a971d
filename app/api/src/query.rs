//! What stands behind the question mark. A parameter that nobody knows is refused by name: a typing
//! error in a filter must not give everything.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Code, Problem};

/// No address of ours needs more.
const LONGEST: usize = 8 * 1024;

/// The parameters, each as the type says; it refuses unknown ones.
pub(crate) struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let text = parts.uri.query().unwrap_or_default();
        if text.len() > LONGEST {
            return Err(Problem::new(Code::Malformed).saying("The address is too long."));
        }
        let read = serde_path_to_error::deserialize(serde_html_form::Deserializer::from_bytes(
            text.as_bytes(),
        ));
        read.map(Self).map_err(|error| {
            let field = error.path().to_string();
            let problem = error.into_inner().to_string();
            Problem::new(Code::Malformed).saying(match field.as_str() {
                "." | "" => problem,
                field => format!("{field}: {problem}"),
            })
        })
    }
}

/// No parameters.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}
