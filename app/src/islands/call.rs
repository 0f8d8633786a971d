//! How a call from an island fails.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// Why a server function gave nothing. It tells what the island can do about it, and
/// nothing of what went wrong on the server: that is in the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallError {
    /// Nobody is signed in any more.
    SignInRequired,
    /// Too often, or not now: ask again later.
    Later,
    /// The site cannot be reached, or its answer was not understood.
    Broken,
}

impl FromServerFnError for CallError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Broken
    }
}

#[cfg(feature = "ssr")]
impl From<dogear_server::Error> for CallError {
    fn from(error: dogear_server::Error) -> Self {
        match error {
            dogear_server::Error::SignInRequired => Self::SignInRequired,
            dogear_server::Error::TooMany { .. } | dogear_server::Error::Busy(_) => Self::Later,
            error => {
                tracing::error!(%error, "a call from an island failed");
                Self::Broken
            }
        }
    }
}
