//! `If-Match`: whoever changes something says which version they have seen, and is refused when it
//! is another one by now (RFC 9110, section 13.1.1).

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use serde::Serialize;

use crate::answer::tag;
use crate::problem::{Code, Problem};

/// The versions that a request names; none: whichever it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct IfMatch(Option<Vec<String>>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut tags = Vec::new();
        for value in parts.headers.get_all(header::IF_MATCH) {
            let unreadable =
                || Problem::new(Code::Malformed).saying("`If-Match` has versions in quotes, or *.");
            let text = value.to_str().map_err(|_| unreadable())?;
            for tag in text.split(',').map(str::trim) {
                let quoted = tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"');
                match tag {
                    "*" => return Ok(Self(None)),
                    tag if quoted || tag.starts_with("W/\"") => tags.push(tag.to_owned()),
                    _ => return Err(unreadable()),
                }
            }
        }
        Ok(Self((!tags.is_empty()).then_some(tags)))
    }
}

impl IfMatch {
    /// Whether the request names versions.
    pub(crate) fn is_named(&self) -> bool {
        self.0.is_some()
    }

    /// Refuses a change of what is another version by now.
    ///
    /// # Errors
    /// `version_mismatch`, with the present version.
    pub(crate) fn check(&self, present: &impl Serialize) -> Result<(), Problem> {
        let Some(named) = &self.0 else { return Ok(()) };
        let present = tag(present)?;
        if named.contains(&present) {
            return Ok(());
        }
        Err(Problem::new(Code::VersionMismatch)
            .saying("Read it again, and decide anew.")
            .with_header(header::ETAG, &present))
    }
}
