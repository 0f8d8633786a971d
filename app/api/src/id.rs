//! Ids as programs see them: strings that they keep and send back, and read nothing into.

use std::borrow::Cow;
use std::fmt;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::problem::{Code, Problem};

/// By which a thing is named: a string to keep and to send back.
// Numbers of 64 bits would lose digits in programs that take every number for a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ToSchema)]
#[schema(value_type = String, max_length = 19)]
pub(crate) struct Id(i64);

impl Id {
    /// The row that is meant: `id.of::<WorkId>()`.
    pub(crate) fn of<T: From<i64>>(self) -> T {
        self.0.into()
    }
}

impl<T: Into<i64>> From<T> for Id {
    fn from(id: T) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        read(&text).ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"an id"))
    }
}

/// Only as we write it: `12` and `012` are not two names of one thing.
fn read(text: &str) -> Option<Id> {
    let number: i64 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(Id(number))
}

/// What stands in the place of the names in a path. Whatever cannot be one of ours leads nowhere.
pub(crate) struct At<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(at)) => Ok(Self(at)),
            Err(_) => Err(Problem::new(Code::NotFound)),
        }
    }
}

#[cfg(test)]
mod tests {
    use dogear_domain::ids::WorkId;

    use super::*;

    #[test]
    fn an_id_is_a_string_in_one_spelling() {
        assert_eq!(
            serde_json::to_string(&Id::from(WorkId(12))).unwrap(),
            "\"12\""
        );
        let read = |text| serde_json::from_str::<Id>(text).ok().map(Id::of);
        assert_eq!(read("\"12\""), Some(WorkId(12)));
        for other in [
            "12", "\"012\"", "\"+12\"", "\"-1\"", "\"0\"", "\"\"", "\"1e3\"", "null",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
