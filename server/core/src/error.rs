//! What can go wrong in a service, in terms a page can show.

use std::time::Duration;

use dogear_domain::fields::FieldErrors;

use crate::lost;

/// What a call of a service gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed call. `Display` of all but `Internal`, `Busy` and `Full` is fit for the reader's eyes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Does not exist, or is not for the one who asks: the two look the same.
    #[error("There is nothing here.")]
    NotFound,
    /// Nobody is signed in, and somebody has to be.
    #[error("Log in first.")]
    SignInRequired,
    /// Known, but not allowed now; the text says what to do about it.
    #[error("{0}")]
    Forbidden(String),
    /// What was typed needs changing; nothing was done.
    #[error("Some of what you entered needs changing.")]
    Invalid(FieldErrors),
    /// Things have moved on since the page was shown; the text says how.
    #[error("{0}")]
    Conflict(String),
    /// Too often; try again after this long.
    #[error("That was too many tries in a short time.")]
    TooMany {
        /// From now on.
        retry_after: Duration,
    },
    /// A dependency did not answer in time.
    #[error("busy: {0}")]
    Busy(String),
    /// A dependency went away while it kept what was done: nobody knows whether it did.
    #[error("unsure: {0}")]
    Unsure(String),
    /// There is no room to keep it.
    #[error("full: {0}")]
    Full(String),
    /// A fault of ours. Logged where it becomes a response, never shown.
    #[error("{0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps a fault that a reader can do nothing about.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The status of an answer over HTTP that says so.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignInRequired => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound => 404,
            Self::Conflict(_) => 409,
            Self::Invalid(_) => 422,
            Self::TooMany { .. } => 429,
            Self::Internal(_) => 500,
            Self::Busy(_) | Self::Unsure(_) => 503,
            Self::Full(_) => 507,
        }
    }

    /// Writes into the log what no caller is told. Called where it becomes an answer.
    pub fn log(&self) {
        match self {
            Self::Busy(detail) => tracing::warn!(detail, "a dependency was busy"),
            Self::Unsure(detail) => {
                tracing::error!(detail, "nobody knows whether something was kept");
            }
            Self::Full(detail) => tracing::error!(detail, "there is no room left"),
            Self::Internal(source) => {
                tracing::error!(error = %Chain(&**source), "internal error");
            }
            _ => {}
        }
    }

    /// One field, one message.
    pub fn field(name: &'static str, message: impl std::fmt::Display) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(name, message);
        Self::Invalid(errors)
    }
}

/// An error with its causes, on one line.
struct Chain<'a>(&'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if lost::is_lost(&error) {
            lost::note();
            return Self::Busy(format!("the database went away: {error}"));
        }
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy("no database connection was free".into()),
            sqlx::Error::Database(db) => match db.code().as_deref() {
                // Limits of time, deadlocks, races that are to be run again, no memory just now.
                Some("55P03" | "57014" | "40P01" | "40001" | "53200") => {
                    Self::Busy(db.message().to_owned())
                }
                // No room on the disk.
                Some("53100") => Self::Full(db.message().to_owned()),
                _ => Self::internal(error),
            },
            _ => Self::internal(error),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if is_full(&error) {
            Self::Full(error.to_string())
        } else {
            Self::internal(error)
        }
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(source) = cause {
            if source.downcast_ref().is_some_and(is_full) {
                return Self::Full(error.to_string());
            }
            cause = source.source();
        }
        Self::internal(error)
    }
}

/// Whether the disk, or the share of it that we may use, is full.
fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<fred::error::Error> for Error {
    fn from(error: fred::error::Error) -> Self {
        Self::internal(error)
    }
}

/// Turns the violation of one named constraint into an error of the domain.
pub trait OnConstraint<T> {
    /// `map` is called when the database refused because of constraint `name`.
    ///
    /// # Errors
    /// What `map` returns, or the original error.
    fn on_constraint(self, name: &str, map: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, map: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(db) if db.constraint() == Some(name) => map(),
            _ => error.into(),
        })
    }
}
