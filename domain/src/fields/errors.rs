//! What is wrong with the fields of a form.

use std::borrow::Cow;
use std::fmt;

/// A word that is not part of a closed vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” is no {kind}")]
pub struct UnknownWord {
    /// The vocabulary.
    pub kind: &'static str,
    /// What was found instead.
    pub word: String,
}

/// What is wrong with one field, as a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FieldProblem(pub Cow<'static, str>);

impl From<&'static str> for FieldProblem {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for FieldProblem {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl From<crate::isbn::IsbnError> for FieldProblem {
    fn from(error: crate::isbn::IsbnError) -> Self {
        Self(Cow::Owned(error.to_string()))
    }
}

/// The problems of a form, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(Vec<(Cow<'static, str>, String)>);

impl FieldErrors {
    /// No problems yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One problem, for checks that only the database can make.
    #[must_use]
    pub fn one(field: impl Into<Cow<'static, str>>, message: impl fmt::Display) -> Self {
        let mut errors = Self::new();
        errors.add(field, message);
        errors
    }

    /// Notes a problem of a field.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, message: impl fmt::Display) {
        self.0.push((field.into(), message.to_string()));
    }

    /// Unwraps the value of a field, or notes its problem and gives `None`.
    pub fn take<T, E: fmt::Display>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        value: Result<T, E>,
    ) -> Option<T> {
        value.map_err(|problem| self.add(field, problem)).ok()
    }

    /// The first problem of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        self.iter()
            .find(|(name, _)| *name == field)
            .map(|(_, message)| message)
    }

    /// Field names and messages, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(field, message)| (field.as_ref(), message.as_str()))
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many problems there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The value when nothing is wrong.
    ///
    /// # Errors
    /// The problems themselves. A missing value without any problem is a mistake of the caller and
    /// counts as a problem of the whole form.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            None if self.is_empty() => {
                self.add("form", "Fill in the form and send it again.");
                Err(self)
            }
            _ => Err(self),
        }
    }
}
