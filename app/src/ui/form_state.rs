//! What the forms of a page show, and what a page says about them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use dogear_domain::fields::FieldErrors;
use uuid::Uuid;

/// What a form shows: values, errors, and its idempotency key. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FormState(Arc<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    values: Vec<(String, String)>,
    errors: FieldErrors,
    problem: Option<String>,
    status: StatusCode,
    retry_after: Option<Duration>,
    key: Uuid,
    /// Whether a reader filled it: what is missing or empty was left so.
    filled: bool,
}

impl Default for FormState {
    fn default() -> Self {
        Self::new()
    }
}

impl FormState {
    /// The hidden field of the idempotency key.
    pub const KEY: &'static str = "once";
    /// The hidden field with the address of the page that the form stands on.
    pub const PAGE: &'static str = "page";

    /// Names and values in the order in which they were sent; empty when nothing was.
    pub fn values(&self) -> &[(String, String)] {
        &self.0.values
    }

    /// An empty form.
    pub fn new() -> Self {
        Self::answered(Vec::new(), FieldErrors::default(), None, StatusCode::OK)
    }

    /// A form that starts with these values.
    pub fn with<K: Into<String>, V: Into<String>>(
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let values = values
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        Self::answered(values, FieldErrors::default(), None, StatusCode::OK)
    }

    /// The same form, with these values in the fields that were not sent.
    #[must_use]
    pub fn or<K: Into<String>, V: Into<String>>(
        &self,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let values = values
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .filter(|(key, _)| self.0.values.iter().all(|(sent, _)| sent != key));
        let mut inner = Inner::clone(&self.0);
        inner.values.extend(values);
        Self(Arc::new(inner))
    }

    /// A form with these values that was answered like this.
    pub fn answered(
        values: Vec<(String, String)>,
        errors: FieldErrors,
        problem: Option<String>,
        status: StatusCode,
    ) -> Self {
        // A form that failed did nothing, so it may keep its key; a new one is as
        // good and cannot clash with what another tab sent.
        Self(Arc::new(Inner {
            values,
            errors,
            problem,
            status,
            retry_after: None,
            key: Uuid::new_v4(),
            filled: status != StatusCode::OK,
        }))
    }

    pub fn value(&self, name: &str) -> &str {
        self.0
            .values
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// Whether a repeating field or a box has this value.
    pub fn chosen(&self, name: &str, value: &str) -> bool {
        self.0.values.iter().any(|(k, v)| k == name && v == value)
    }

    pub fn error(&self, name: &str) -> Option<&str> {
        self.0.errors.get(name)
    }

    pub fn errors(&self) -> &FieldErrors {
        &self.0.errors
    }

    /// What is wrong with the whole, when it is not one field.
    pub fn problem(&self) -> Option<&str> {
        self.0.problem.as_deref()
    }

    pub fn failed(&self) -> bool {
        self.0.status != StatusCode::OK
    }

    /// As a reader filled it: what is missing or empty was left so.
    #[must_use]
    pub fn as_filled(self) -> Self {
        let mut inner = Inner::clone(&self.0);
        inner.filled = true;
        Self(Arc::new(inner))
    }

    /// Whether a field shows what was sent, although that is nothing, and not what is saved.
    pub fn shows_sent(&self) -> bool {
        self.0.filled
    }

    /// 200, 409, 422, 429 or 503.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// How long to wait before it is sent again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub fn key(&self) -> Uuid {
        self.0.key
    }

    /// The same, to be sent again under the same key after a while.
    #[must_use]
    pub fn to_be_sent_again(&self, key: Option<Uuid>, after: Option<Duration>) -> Self {
        let mut inner = Inner::clone(&self.0);
        inner.retry_after = after;
        inner.key = key.unwrap_or(inner.key);
        Self(Arc::new(inner))
    }
}

/// What the forms of a page need: where they stand, and what they show.
#[derive(Clone)]
pub struct PageForm {
    /// Path and query of the page.
    pub here: String,
    pub state: FormState,
    /// Whether the page itself says what is wrong.
    said: Arc<AtomicBool>,
}

impl PageForm {
    /// For the page at `here`, whose form shows `state`.
    pub fn new(here: String, state: FormState) -> Self {
        Self {
            here,
            state,
            said: Arc::default(),
        }
    }

    /// The page says what is wrong.
    pub fn say(&self) {
        self.said.store(true, Ordering::Relaxed);
    }

    /// Whether something is wrong and the page does not say so.
    pub fn is_silent(&self) -> bool {
        self.state.failed() && !self.said.load(Ordering::Relaxed)
    }
}
