//! Configuration: environment variables, with flags over them. Checked once at
//! the start, with one message per mistake.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use dogear_server::settings::{Contact, GoogleSettings, Settings, SmtpSettings};
use dogear_server::{db, mail};
use ipnet::IpNet;
use sha2::{Digest, Sha256};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::{Host, Url};

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
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        config: Config,
    }

    fn parse(arguments: &[&str]) -> Config {
        Cli::parse_from(std::iter::once(&"dogear").chain(arguments)).config
    }

    #[test]
    fn production_refuses_defaults_and_names_each_mistake() {
        let mistakes = parse(&["--production"]).mistakes();
        for name in ["DOGEAR_SECRET_KEY", "DOGEAR_BASE_URL", "DOGEAR_SMTP_URL"] {
            assert!(
                mistakes.iter().any(|m| m.contains(name)),
                "{name}: {mistakes:?}"
            );
        }
        assert!(parse(&[]).mistakes().is_empty());
    }

    #[test]
    fn a21_a_site_that_others_reach_is_in_production() {
        for listen in [
            "0.0.0.0:3000",
            "[::]:80",
            "192.0.2.7:1",
            "[::ffff:192.0.2.7]:1",
        ] {
            let mistakes = parse(&["--listen", listen]).mistakes();
            assert_eq!(mistakes.len(), 1, "{listen}: {mistakes:?}");
            assert!(mistakes[0].contains("DOGEAR_PRODUCTION"), "{mistakes:?}");
            let mistakes = parse(&["--listen", listen, "--production"]).mistakes();
            assert!(
                !mistakes.iter().any(|said| said.contains("DOGEAR_LISTEN")),
                "{mistakes:?}"
            );
        }
        for listen in [
            "127.0.0.1:3000",
            "127.0.0.2:0",
            "[::1]:80",
            "[::ffff:127.0.0.1]:80",
        ] {
            assert!(
                parse(&["--listen", listen]).mistakes().is_empty(),
                "{listen}"
            );
        }
    }

    #[test]
    fn c10_production_refuses_loosened_limits() {
        let of = |arguments: &[&str]| {
            let mistakes = parse(arguments).mistakes();
            mistakes
                .iter()
                .filter(|said| said.contains("RATE_LIMIT"))
                .count()
        };
        let loosened = ["--rate-limit-factor", "1000"];
        assert_eq!(of(&loosened), 0, "load tests");
        assert_eq!(of(&[&loosened[..], &["--production"]].concat()), 1);
        assert_eq!(of(&["--production"]), 0);
    }

    #[test]
    fn google_is_asked_with_id_and_secret_and_in_production_itself() {
        let id = ["--google-client-id", "books.example"];
        let secret = ["--google-client-secret", "a secret of theirs"];
        let both = [id, secret].concat();
        for half in [id, secret] {
            let mistakes = parse(&half).mistakes();
            assert_eq!(mistakes.len(), 1, "{mistakes:?}");
            assert!(!mistakes[0].contains("a secret of theirs"), "{mistakes:?}");
            assert!(parse(&half).google().is_none());
        }
        assert!(parse(&both).mistakes().is_empty());
        let google = parse(&both).google().expect("both are there");
        assert!(!format!("{google:?}").contains("a secret of theirs"));
        let empty = ["--google-client-id", "", "--google-client-secret", " "];
        assert!(parse(&empty).mistakes().is_empty() && parse(&empty).google().is_none());
        let instead = |url| [&both[..], &["--google-url", url]].concat();
        assert!(parse(&instead("http://127.0.0.1:9")).mistakes().is_empty());
        for url in ["https://google.example", "http://192.0.2.7"] {
            assert_eq!(parse(&instead(url)).mistakes().len(), 1, "{url}");
        }
        let live = [&instead("http://127.0.0.1:9")[..], &["--production"]].concat();
        let named = |said: &String| said.contains("DOGEAR_GOOGLE_URL");
        assert!(parse(&live).mistakes().iter().any(named));
    }

    #[test]
    fn a_wrong_url_is_named() {
        let config = parse(&[
            "--database-url",
            "mysql://x",
            "--redis-url",
            "http://x",
            "--base-url",
            "ftp://x",
        ]);
        assert_eq!(config.mistakes().len(), 3);
    }

    #[test]
    fn c01_encryption_that_cannot_be_kept_is_refused_in_words() {
        for (flag, url) in [
            ("--redis-url", "rediss://user:secret@redis.example:6380/0"),
            (
                "--database-url",
                "postgres://u@db.example/dogear?sslmode=require",
            ),
            (
                "--database-url",
                "postgres://u@db.example/dogear?ssl-mode=verify-ca",
            ),
            (
                "--database-url",
                "postgresql://u@db.example/dogear?sslmode=verify-full",
            ),
            (
                "--database-url",
                "postgres://u@db.example/dogear?sslmode=sometimes",
            ),
        ] {
            let mistakes = parse(&[flag, url]).mistakes();
            assert_eq!(mistakes.len(), 1, "{url}: {mistakes:?}");
            let said = url.ends_with("sometimes") || mistakes[0].contains("does not speak TLS");
            assert!(said && !mistakes[0].contains("secret"), "{mistakes:?}");
        }
        for (flag, url) in [
            ("--redis-url", "redis://user:secret@127.0.0.1:6379/0"),
            ("--database-url", "postgres://u@localhost/dogear"),
            (
                "--database-url",
                "postgres://u@localhost/dogear?sslmode=prefer",
            ),
            (
                "--database-url",
                "postgres://u@localhost/dogear?sslmode=disable",
            ),
        ] {
            assert!(parse(&[flag, url]).mistakes().is_empty(), "{url}");
        }
    }

    #[test]
    fn mail_settings_and_log_filters_that_cannot_be_used_are_named() {
        for (flag, wrong, right) in [
            (
                "--smtp-url",
                "mail.example.org",
                "smtps://u:p@mail.example.org",
            ),
            (
                "--smtp-url",
                "https://mail.example.org",
                "smtp://127.0.0.1:25",
            ),
            ("--mail-from", "Dogear", "Dogear <post@dogear.example>"),
            ("--mail-from", "Dogear <post@>", "post@dogear.example"),
            (
                "--lookup-url",
                "ftp://catalogue.example",
                "https://catalogue.example",
            ),
            (
                "--lookup-url",
                "https://me@catalogue.example",
                "http://127.0.0.1:8080/mirror/",
            ),
            ("--contact", "nobody", "hello@example.org"),
            (
                "--contact",
                "http://example.org/contact",
                "https://example.org/contact",
            ),
            ("--log", "inof", "info"),
            ("--log", "info,sqlx=loud", "info,sqlx=debug"),
            ("--log", "", "warn,dogear_server::jobs=trace"),
        ] {
            let mistakes = parse(&[flag, wrong]).mistakes();
            assert_eq!(mistakes.len(), 1, "{flag} {wrong}: {mistakes:?}");
            let name = flag
                .trim_start_matches("--")
                .replace('-', "_")
                .to_uppercase();
            assert!(mistakes[0].contains(&name), "{mistakes:?}");
            let mistakes = parse(&[flag, right]).mistakes();
            assert!(mistakes.is_empty(), "{flag} {right}: {mistakes:?}");
        }
    }

    #[test]
    fn production_refuses_addresses_over_which_cookies_travel_unprotected() {
        let of = |url| {
            let secret = "a-secret-of-more-than-thirty-two-characters";
            let smtp = "smtp://127.0.0.1:25";
            parse(&[
                "--production",
                "--secret-key",
                secret,
                "--smtp-url",
                smtp,
                "--base-url",
                url,
            ])
            .mistakes()
        };
        for url in ["http://dogear.example", "http://192.0.2.7:3000"] {
            let mistakes = of(url);
            assert!(
                mistakes.len() == 1 && mistakes[0].contains("unprotected"),
                "{url}: {mistakes:?}"
            );
        }
        for url in [
            "https://dogear.example",
            "http://localhost:3000",
            "http://[::1]:3000",
        ] {
            assert!(of(url).is_empty(), "{url}: {:?}", of(url));
        }
    }
}
