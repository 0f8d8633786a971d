//! What handlers are given beside the request.

use std::collections::HashMap;
use std::sync::Arc;

use dogear_server::Services;
use dogear_server::mail::dev_mailbox::DevMailbox;

/// Where the built files are: logical name to hashed path.
#[derive(Debug, Clone, Default)]
pub struct Assets(HashMap<String, String>);

impl Assets {
    /// From the `assets.json` that the build writes.
    ///
    /// # Errors
    /// When it is not a JSON object of strings.
    pub fn parse(json: &str) -> serde_json::Result<Self> {
        serde_json::from_str(json).map(Self)
    }

    /// The path of `name`, e.g. `app.css`. Unknown names lead to a 404, not a panic.
    pub fn path<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }
}

/// What handlers are given beside the request.
#[derive(Clone)]
pub struct AppState {
    pub services: Arc<Services>,
    pub assets: Arc<Assets>,
    /// The catcher of development, read at `/dev/mail`.
    pub dev_mailbox: Option<DevMailbox>,
}
