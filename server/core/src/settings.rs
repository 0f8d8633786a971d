//! Validated configuration, as the services need it. `src/config.rs` fills it
//! from flags and environment variables.

use std::path::PathBuf;

use dogear_domain::fields::Email;
use url::Url;

/// How mail leaves the house.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// `smtp://`, `smtps://` or `smtp+starttls`-style URL as lettre understands it.
    pub url: String,
    /// The From header, e.g. `Dogear <post@example.org>`.
    pub from: String,
}

/// How readers reach whoever runs the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// By mail.
    Mail(String),
    /// On a page elsewhere.
    Page(Url),
}

impl Contact {
    /// An e-mail address, or an address that starts with `https://`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !text.contains("://") {
            let email = Email::parse(text).map_err(|problem| problem.to_string())?;
            return Ok(Self::Mail(email.as_str().to_owned()));
        }
        let url = Url::parse(text).map_err(|problem| problem.to_string())?;
        if url.scheme() != "https" || url.host().is_none() || !url.username().is_empty() {
            return Err("an address of a page has to start with https:// and a host".into());
        }
        Ok(Self::Page(url))
    }

    /// Where a link to it leads.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            // What has a meaning in an address is escaped.
            Self::Mail(address) => [("%", "%25"), ("?", "%3F"), ("&", "%26"), ("#", "%23")]
                .iter()
                .fold(format!("mailto:{address}"), |link, (sign, escaped)| {
                    link.replace(sign, escaped)
                }),
            Self::Page(url) => url.to_string(),
        }
    }

    /// As it is read.
    #[must_use]
    pub fn shown(&self) -> &str {
        match self {
            Self::Mail(address) => address,
            Self::Page(url) => url.as_str(),
        }
    }
}

/// How the site is known to Google, so that readers can have their seats in their calendar there.
#[derive(Clone, PartialEq, Eq)]
pub struct GoogleSettings {
    /// The site's name at Google.
    pub client_id: String,
    /// Nobody but Google and the site knows it.
    pub client_secret: String,
    /// Who is asked in the place of Google, in development and in tests.
    pub instead: Option<Url>,
}

impl std::fmt::Debug for GoogleSettings {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GoogleSettings")
            .field("client_id", &self.client_id)
            .field("instead", &self.instead)
            .finish_non_exhaustive()
    }
}

/// How the site is known to the payment service, so that buyers can pay sellers there.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentSettings {
    /// Nobody but the service and the site knows it.
    pub secret_key: String,
    /// With which the service signs what it tells: one, or two while it is changed.
    pub webhook_secrets: Vec<String>,
    /// Who is asked in its place, in development and in tests.
    pub instead: Option<Url>,
}

impl std::fmt::Debug for PaymentSettings {
    /// Without the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PaymentSettings")
            .field("instead", &self.instead)
            .finish_non_exhaustive()
    }
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
    /// For calendars at Google, if readers may connect theirs.
    pub google: Option<GoogleSettings>,
    /// For paying online, if that is offered.
    pub payments: Option<PaymentSettings>,
    /// How readers reach whoever runs the site, if they may.
    pub contact: Option<Contact>,
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
