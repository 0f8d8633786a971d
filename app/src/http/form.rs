//! A submitted form, and the same form shown again with everything still in it.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dogear_domain::fields::FieldErrors;
use dogear_server::db::IdempotencyKey;

use super::{AppError, body, error_words};
use crate::action::ActionError;
use crate::ui::form_state::FormState;

/// More fields than any page of ours has.
const MOST_FIELDS: usize = 2000;

/// The fields of an `application/x-www-form-urlencoded` body, in order.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The fields of a body.
    ///
    /// # Errors
    /// 400 when it has more fields than any page of ours, or a NUL.
    pub(super) fn from_body(body: &[u8]) -> Result<Self, AppError> {
        let mut fields = Vec::new();
        for (key, value) in url::form_urlencoded::parse(body) {
            if fields.len() == MOST_FIELDS || key.contains('\0') || value.contains('\0') {
                return Err(AppError::status(StatusCode::BAD_REQUEST));
            }
            fields.push((key.into_owned(), value.into_owned()));
        }
        Ok(Self(fields))
    }

    /// The pairs of a query, read like a form.
    pub fn from_query(query: &str) -> Self {
        Self(
            url::form_urlencoded::parse(query.as_bytes())
                .take(MOST_FIELDS)
                .filter(|(key, value)| !key.contains('\0') && !value.contains('\0'))
                .map(|(key, value)| (key.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// What was sent, when something was.
    pub fn typed(state: &FormState) -> Option<Self> {
        let values = state.values();
        (!values.is_empty()).then(|| Self(values.to_vec()))
    }

    /// The same form again with everything typed, when nothing is wrong with it.
    pub fn refill(&self) -> FormState {
        FormState::answered(self.0.clone(), FieldErrors::default(), None, StatusCode::OK)
    }

    /// The fields as a body without files.
    pub(super) fn encoded(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    /// The field as typed, or empty.
    pub fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// All values of a field that may repeat.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a repeating field that parse; others are passed over.
    pub fn ids<T: std::str::FromStr>(&self, name: &str) -> Vec<T> {
        self.all(name)
            .filter_map(|value| value.parse().ok())
            .collect()
    }

    /// Whether a box was ticked or a button used.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The key that makes this submission count once.
    pub fn key(&self) -> Option<IdempotencyKey> {
        self.text(FormState::KEY).parse().ok().map(IdempotencyKey)
    }

    /// The same form again after `error`, if the reader can mend it there or send it again
    /// in a moment; any other error goes on to an error page.
    ///
    /// # Errors
    /// Whatever is not about what was typed.
    pub fn with_errors(&self, error: impl Into<ActionError>) -> Result<FormState, AppError> {
        let state =
            |errors, problem, status| FormState::answered(self.0.clone(), errors, problem, status);
        match error.into() {
            // Of what is gone its own page says so.
            ActionError::Again | ActionError::Gone => Ok(self.refill()),
            ActionError::Invalid { fields } => {
                Ok(state(fields, None, StatusCode::UNPROCESSABLE_ENTITY))
            }
            ActionError::Conflict { message } => Ok(state(
                FieldErrors::default(),
                Some(message),
                StatusCode::CONFLICT,
            )),
            // It may work in a moment: what was typed stays, and so does the key, should it
            // have worked after all.
            error if error.is_passing() => {
                let error = AppError::from(error);
                let (heading, text) = error_words(&error);
                let problem = Some(format!("{heading}. {text}"));
                Ok(state(FieldErrors::default(), problem, error.status)
                    .to_be_sent_again(self.key().map(|key| key.0), error.retry_after))
            }
            other => Err(other.into()),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        if !is_urlencoded(request.headers()) {
            return Err(AppError::status(StatusCode::UNSUPPORTED_MEDIA_TYPE).into_response());
        }
        let body = body::whole(request)
            .await
            .map_err(AppError::into_response)?;
        Self::from_body(&body).map_err(AppError::into_response)
    }
}

/// Whether a request carries a form without files.
pub(super) fn is_urlencoded(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

impl IntoIterator for Form {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<(String, String)> for Form {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}
