//! Validated configuration, as the services need it. `src/config.rs` fills it
//! from flags and environment variables.

use std::path::PathBuf;

use url::Url;

/// How mail leaves the house.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// `smtp://`, `smtps://` or `smtp+starttls`-style URL as lettre understands it.
    pub url: String,
    /// The From header, e.g. `Dogear <post@example.org>`.
    pub from: String,
}

/// What an operator decided.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address readers use; every link in mail starts with it.
    pub base_url: Url,
    /// Where uploads and embedded services keep their files.
    pub data_dir: PathBuf,
    /// Where mail is handed over.
    pub smtp: SmtpSettings,
    /// 32 bytes: seals addresses and signs unsubscribe links.
    pub secret_key: [u8; 32],
    /// Development pages (`/dev/mail`, `/dev/styleguide`) and relaxed checks.
    pub development: bool,
    /// The outside catalogue that is asked for unknown ISBNs, if any.
    pub lookup_url: Option<Url>,
    /// Divides every rate limit's interval; tests raise it.
    pub rate_limit_factor: u32,
}

impl Settings {
    /// An absolute link to `path`, which starts with `/`.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }

    /// Whether readers reach the site over TLS, so that cookies are `Secure`.
    pub fn https(&self) -> bool {
        self.base_url.scheme() == "https"
    }
}
