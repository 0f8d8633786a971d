//! Configuration: environment variables, with flags over them. Checked once at
//! the start, with one message per mistake.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use dogear_server::settings::{Contact, GoogleSettings, PaymentSettings, Settings, SmtpSettings};
use dogear_server::{db, mail};
use ipnet::IpNet;
use sha2::{Digest, Sha256};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::{Host, Url};

use crate::web::ApiOrigins;

/// The secret of development; production refuses it.
const DEVELOPMENT_SECRET: &str = "dogear-development-secret-not-for-production";

/// What an operator can set.
#[allow(rustdoc::bare_urls, clippy::doc_markdown)] // printed by `--help` as they stand
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// PostgreSQL, e.g. postgres://dogear:secret@localhost/dogear. Unset: a private one is started in the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// Redis, e.g. redis://localhost:6379/0. Unset: a private one is started in the data folder.
    #[arg(long, env = "REDIS_URL", hide_env_values = true, global = true)]
    pub redis_url: Option<String>,
    /// Folder for uploads and for the private PostgreSQL and Redis.
    #[arg(
        long,
        env = "DOGEAR_DATA_DIR",
        default_value = ".dogear",
        global = true
    )]
    pub data_dir: PathBuf,
    /// Folder with the built styles, scripts and WASM.
    #[arg(
        long,
        env = "DOGEAR_SITE_ROOT",
        default_value = "target/site",
        global = true
    )]
    pub site_root: PathBuf,
    /// Address and port to listen on.
    #[arg(
        long,
        env = "DOGEAR_LISTEN",
        default_value = "127.0.0.1:3000",
        global = true
    )]
    pub listen: SocketAddr,
    /// The address readers use; links in mail start with it. Unset: http:// and the address listened on.
    #[arg(long, env = "DOGEAR_BASE_URL", global = true)]
    pub base_url: Option<Url>,
    /// At least 32 characters nobody can guess: signs links and seals addresses.
    #[arg(long, env = "DOGEAR_SECRET_KEY", hide_env_values = true, default_value = DEVELOPMENT_SECRET, hide_default_value = true, global = true)]
    pub secret_key: String,
    /// Where mail is handed over, e.g. smtps://user:password@mail.example.org. Unset in development: a mailbox of its own, read at /dev/mail.
    #[arg(long, env = "DOGEAR_SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,
    /// The sender of mail.
    #[arg(
        long,
        env = "DOGEAR_MAIL_FROM",
        default_value = "Dogear <post@dogear.example>",
        global = true
    )]
    pub mail_from: String,
    /// How readers reach whoever runs the site, on its page “Contact”: an e-mail address, or a page at https://. Unset: that page says that there is none.
    #[arg(long, env = "DOGEAR_CONTACT", global = true)]
    pub contact: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, as networks: 10.0.0.0/8,::1/128.
    #[arg(
        long,
        env = "DOGEAR_TRUSTED_PROXIES",
        value_delimiter = ',',
        global = true
    )]
    pub trusted_proxies: Vec<IpNet>,
    /// Pages elsewhere whose scripts may call the interface for programs, as origins: https://reader.example,https://b.example; or *. Unset: none.
    #[arg(long, env = "DOGEAR_API_ORIGINS", value_delimiter = ',', global = true)]
    pub api_origins: Vec<String>,
    /// Production: no development pages, no default secret, TLS expected at the proxy, JSON logs.
    #[arg(long, env = "DOGEAR_PRODUCTION", global = true)]
    pub production: bool,
    /// Connections to PostgreSQL for pages.
    #[arg(long, env = "DOGEAR_DB_CONNECTIONS", default_value_t = 8, value_parser = clap::value_parser!(u32).range(2..=200), global = true)]
    pub db_connections: u32,
    /// Connections of readers that may be open at a time.
    #[arg(long, env = "DOGEAR_CONNECTIONS", default_value_t = 2000, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(16..=100_000), global = true)]
    pub connections: usize,
    /// The same from one address; from trusted proxies they are not counted.
    #[arg(long, env = "DOGEAR_CONNECTIONS_PER_ADDRESS", default_value_t = 200, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(4..=100_000), global = true)]
    pub connections_per_address: usize,
    /// Seconds for which pages for visitors are kept in memory; 0: not at all. Writes through this process show at once.
    #[arg(long, env = "DOGEAR_PAGE_CACHE_SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(..=60), global = true)]
    pub page_cache_seconds: u64,
    /// An outside catalogue that is asked for unknown ISBNs, with Open Library's books API: https://openlibrary.org. Unset: nobody is asked.
    #[arg(long, env = "DOGEAR_LOOKUP_URL", global = true)]
    pub lookup_url: Option<Url>,
    /// The site's client id at Google, so that readers can have their seats in their Google Calendar. Google has to know the address /seats/google of this site. Unset: that is not offered.
    #[arg(long, env = "DOGEAR_GOOGLE_CLIENT_ID", global = true)]
    pub google_client_id: Option<String>,
    /// The secret that goes with it.
    #[arg(
        long,
        env = "DOGEAR_GOOGLE_CLIENT_SECRET",
        hide_env_values = true,
        global = true
    )]
    pub google_client_secret: Option<String>,
    /// In development: what stands for Google on this machine, like http://127.0.0.1:9000.
    #[arg(long, env = "DOGEAR_GOOGLE_URL", hide = true, global = true)]
    pub google_url: Option<Url>,
    /// The site's secret key at Stripe, so that buyers can pay sellers online there. Money and cards never come to this site. Unset: that is not offered.
    #[arg(
        long,
        env = "DOGEAR_STRIPE_SECRET_KEY",
        hide_env_values = true,
        global = true
    )]
    pub stripe_secret_key: Option<String>,
    /// The signing secret of the webhook /webhooks/payments/stripe of this site; two, with a comma between them, while it is changed.
    #[arg(
        long,
        env = "DOGEAR_STRIPE_WEBHOOK_SECRET",
        hide_env_values = true,
        global = true
    )]
    pub stripe_webhook_secret: Option<String>,
    /// In development: what stands for Stripe on this machine, like http://127.0.0.1:9000.
    #[arg(long, env = "DOGEAR_STRIPE_URL", hide = true, global = true)]
    pub stripe_url: Option<Url>,
    /// What to log: error, warn, info, debug, or a tracing filter.
    #[arg(long, env = "DOGEAR_LOG", default_value = "info", global = true)]
    pub log: String,
    /// Divides the waiting times of rate limits; for load tests only.
    #[arg(
        long,
        env = "DOGEAR_RATE_LIMIT_FACTOR",
        default_value_t = 1,
        hide = true,
        global = true
    )]
    pub rate_limit_factor: u32,
}

impl Config {
    /// Every mistake in words, or nothing.
    pub fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.secret_key.len() < 32 {
            mistakes.push("DOGEAR_SECRET_KEY is shorter than 32 characters. Make one with: openssl rand -base64 48".into());
        }
        if let Some(url) = &self.database_url
            && !(url.starts_with("postgres://") || url.starts_with("postgresql://"))
        {
            mistakes.push("DATABASE_URL must start with postgres://".into());
        } else if let Some(problem) = self.database_url.as_deref().and_then(db::url_problem) {
            mistakes.push(format!("DATABASE_URL cannot be used: {problem}"));
        }
        if let Some(url) = &self.redis_url
            && !url.starts_with("redis://")
        {
            mistakes.push(if url.starts_with("rediss://") {
                "REDIS_URL starts with rediss://, but Dogear does not speak TLS with Redis yet: the password would travel unprotected. Use redis:// over this machine, a private network or a tunnel".into()
            } else {
                "REDIS_URL must start with redis://".to_owned()
            });
        }
        if let Some(url) = &self.base_url
            && (!matches!(url.scheme(), "http" | "https")
                || url.host().is_none()
                || url.path() != "/")
        {
            mistakes.push(
                "DOGEAR_BASE_URL must be http:// or https:// and a host, without a path".into(),
            );
        }
        if let Some(problem) = self.smtp_url.as_deref().and_then(mail::url_problem) {
            mistakes.push(format!(
                "DOGEAR_SMTP_URL must be like smtps://user:password@mail.example.org: {problem}"
            ));
        }
        if let Some(problem) = mail::sender_problem(&self.mail_from) {
            mistakes.push(format!(
                "DOGEAR_MAIL_FROM must be like Dogear <post@example.org>: {problem}"
            ));
        }
        if let Some(Err(problem)) = self.contact.as_deref().map(Contact::parse) {
            mistakes.push(format!(
                "DOGEAR_CONTACT must be an e-mail address, like hello@example.org, or a page, like https://example.org/contact: {problem}"
            ));
        }
        if let Some(url) = &self.lookup_url
            && (url.cannot_be_a_base()
                || url.query().is_some()
                || !url.username().is_empty()
                || !(url.scheme() == "https" || (url.scheme() == "http" && !self.production)))
        {
            mistakes.push(
                "DOGEAR_LOOKUP_URL must be https:// and a host, like https://openlibrary.org; http:// is for development".into(),
            );
        }
        let filled =
            |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        if filled(&self.google_client_id) != filled(&self.google_client_secret) {
            mistakes.push(
                "DOGEAR_GOOGLE_CLIENT_ID and DOGEAR_GOOGLE_CLIENT_SECRET go together: set both, or neither".into(),
            );
        }
        if let Some(url) = &self.google_url
            && (self.production || url.scheme() != "http" || !is_loopback(url))
        {
            mistakes.push(
                "DOGEAR_GOOGLE_URL stands for Google in development: it must be like http://127.0.0.1:9000, and unset in production".into(),
            );
        }
        if filled(&self.stripe_secret_key) == self.stripe_webhook_secrets().is_empty() {
            mistakes.push(
                "DOGEAR_STRIPE_SECRET_KEY and DOGEAR_STRIPE_WEBHOOK_SECRET go together: set both, or neither".into(),
            );
        }
        if self.stripe_webhook_secrets().len() > 2 {
            mistakes.push(
                "DOGEAR_STRIPE_WEBHOOK_SECRET is one secret, or two while it is changed, with a comma between them".into(),
            );
        }
        if let Some(url) = &self.stripe_url
            && (self.production || url.scheme() != "http" || !is_loopback(url))
        {
            mistakes.push(
                "DOGEAR_STRIPE_URL stands for Stripe in development: it must be like http://127.0.0.1:9000, and unset in production".into(),
            );
        }
        if let Err(problem) = ApiOrigins::parse(&self.api_origins) {
            mistakes.push(format!("DOGEAR_API_ORIGINS cannot be used: {problem}"));
        }
        if !is_filter(&self.log) {
            mistakes.push(
                "DOGEAR_LOG must be error, warn, info, debug or trace, or a filter like info,sqlx=debug".into(),
            );
        }
        if !self.production && !self.listen.ip().to_canonical().is_loopback() {
            mistakes.push(format!(
                "DOGEAR_LISTEN is {}, which others can reach, but without DOGEAR_PRODUCTION everybody there reads all mail at /dev/mail and knows the secret key. Set DOGEAR_PRODUCTION=true, or listen on 127.0.0.1",
                self.listen
            ));
        }
        if self.production {
            if self.rate_limit_factor != 1 {
                mistakes.push("DOGEAR_RATE_LIMIT_FACTOR is for load tests: with it, passwords can be guessed. Leave it out".into());
            }
            if let Some(url) = &self.base_url
                && url.scheme() == "http"
                && !is_loopback(url)
            {
                mistakes.push("DOGEAR_BASE_URL starts with http:// although readers come from elsewhere: passwords and cookies would travel unprotected. Use https:// and a proxy that ends TLS".into());
            }
            if self.secret_key == DEVELOPMENT_SECRET {
                mistakes.push(
                    "DOGEAR_SECRET_KEY is not set. Make one with: openssl rand -base64 48".into(),
                );
            }
            if self.base_url.is_none() {
                mistakes.push(
                    "DOGEAR_BASE_URL is not set: mail would carry links that lead nowhere".into(),
                );
            }
            if self.smtp_url.is_none() {
                mistakes.push("DOGEAR_SMTP_URL is not set: nobody could confirm an address".into());
            }
        }
        mistakes
    }

    /// The address readers use, for commands that listen nowhere themselves.
    ///
    /// # Errors
    /// When the address to listen on makes no URL.
    pub fn own_url(&self) -> Result<Url, url::ParseError> {
        self.base_url
            .clone()
            .map_or_else(|| Url::parse(&format!("http://{}", self.listen)), Ok)
    }

    /// The settings of the services. `base_url` and `smtp_url` are what was decided at the start.
    pub fn settings(&self, base_url: Url, smtp_url: String) -> Settings {
        Settings {
            base_url,
            data_dir: self.data_dir.clone(),
            smtp: SmtpSettings {
                url: smtp_url,
                from: self.mail_from.clone(),
            },
            secret_key: Sha256::digest(self.secret_key.as_bytes()).into(),
            development: !self.production,
            lookup_url: self.lookup_url.clone(),
            google: self.google(),
            payments: self.payments(),
            contact: self
                .contact
                .as_deref()
                .and_then(|text| Contact::parse(text).ok()),
            rate_limit_factor: self.rate_limit_factor,
        }
    }
}

impl Config {
    /// How the site is known to Google, if it is.
    fn google(&self) -> Option<GoogleSettings> {
        let filled = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default().trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        Some(GoogleSettings {
            client_id: filled(&self.google_client_id)?,
            client_secret: filled(&self.google_client_secret)?,
            instead: self.google_url.clone(),
        })
    }
}

impl Config {
    fn stripe_webhook_secrets(&self) -> Vec<String> {
        let text = self.stripe_webhook_secret.as_deref().unwrap_or_default();
        let parts = text.split(',').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// How the site is known to the payment service, if it is.
    pub fn payments(&self) -> Option<PaymentSettings> {
        let key = self.stripe_secret_key.as_deref().unwrap_or_default().trim();
        let webhook_secrets = self.stripe_webhook_secrets();
        (!key.is_empty() && !webhook_secrets.is_empty()).then(|| PaymentSettings {
            secret_key: key.to_owned(),
            webhook_secrets,
            instead: self.stripe_url.clone(),
        })
    }
}

/// Whether `text` is a filter for logs. A single word has to be a level: any other
/// would be taken for the name of a module, and nothing else would be logged.
fn is_filter(text: &str) -> bool {
    let levels = text
        .split(',')
        .filter(|part| !part.contains(['=', '[', ']']))
        .all(|part| part.trim().parse::<LevelFilter>().is_ok());
    levels && !text.trim().is_empty() && EnvFilter::try_new(text).is_ok()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
