//! A conversation with the mail server, step by step: only so does one know how far a mail came.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use percent_encoding::percent_decode_str;
use tokio::time::Instant;
use url::Url;

/// For connecting, and for each answer before the message.
const PATIENCE: Duration = Duration::from_secs(10);
/// For the message and its answer.
const LONGEST: Duration = Duration::from_secs(20);
/// Connections kept open, and how long an unused one is kept.
const KEPT: usize = 4;
const IDLE: Duration = Duration::from_secs(30);

/// Why a mail did not go out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was not handed over; the server may take it later.
    Later(String),
    /// As `Later`, after waiting for an answer in vain.
    Silent(String),
    /// The server does not take it, now or later.
    Never(String),
    /// It was handed over, and nobody knows what became of it.
    Unknown(String),
}

impl Failure {
    /// What happened, for whoever reads the mail's row.
    pub(crate) fn into_reason(self) -> String {
        match self {
            Self::Later(reason)
            | Self::Silent(reason)
            | Self::Never(reason)
            | Self::Unknown(reason) => reason,
        }
    }

    /// An answer that refuses this one mail; what is no answer was no refusal.
    fn refusal(error: &Error) -> Self {
        if error.is_permanent() {
            Self::Never(error.to_string())
        } else {
            Self::Later(error.to_string())
        }
    }
}

/// A mail server, and the connections to it that wait for the next mail.
pub(crate) struct Server {
    host: String,
    port: u16,
    tls: Tls,
    hello: ClientId,
    credentials: Option<Credentials>,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// A mail whose sender and recipient the server has taken. Dropped here, it is as if it had
/// never been offered.
pub(crate) struct Offered<'a> {
    server: &'a Server,
    connection: AsyncSmtpConnection,
}

impl Server {
    /// Reads `smtp://user:password@host:port/name?tls=required`: without `tls` the connection is
    /// plain, `tls=opportunistic` takes what it gets, and `smtps://` is encrypted from the start.
    ///
    /// # Errors
    /// In words, when it cannot be read.
    pub(crate) fn parse(address: &str) -> Result<Self, String> {
        let url = Url::parse(address).map_err(|error| error.to_string())?;
        let host = url.host_str().ok_or("the mail server has no name")?;
        let wanted = url.query_pairs().find(|(key, _)| key == "tls");
        let wanted = wanted.map(|(_, value)| value.into_owned());
        let certified = || TlsParameters::new(host.into()).map_err(|error| error.to_string());
        let (usual, tls) = match (url.scheme(), wanted.as_deref()) {
            ("smtp", None) => (25, Tls::None),
            ("smtp", Some("required")) => (587, Tls::Required(certified()?)),
            ("smtp", Some("opportunistic")) => (587, Tls::Opportunistic(certified()?)),
            ("smtps", _) => (465, Tls::Wrapper(certified()?)),
            (scheme, _) => {
                return Err(format!(
                    "{scheme}:// with this “tls” is not known; use smtp://, smtp://…?tls=required or smtps://"
                ));
            }
        };
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(Into::into).map_err(|error| error.to_string())
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(
                decoded(url.username())?,
                decoded(password)?,
            )),
            None => None,
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        Ok(Self {
            host: host.to_owned(),
            port: url.port().unwrap_or(usual),
            tls,
            hello,
            credentials,
            idle: Mutex::default(),
        })
    }

    /// Greets the server, with TLS and a log-in where its address says so.
    ///
    /// # Errors
    /// `Later` or `Silent`: whatever the server answers is about us, not about a mail.
    pub(crate) async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let wrapped = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let later = |error: Error| Failure::Later(error.to_string());
        in_time(async {
            let address = (self.host.as_str(), self.port);
            let mut connection =
                AsyncSmtpConnection::connect_tokio1(address, None, &self.hello, wrapped, None)
                    .await
                    .map_err(later)?;
            let upgrade = match &self.tls {
                Tls::Required(parameters) => Some(parameters),
                Tls::Opportunistic(parameters) if connection.can_starttls() => Some(parameters),
                _ => None,
            };
            if let Some(parameters) = upgrade {
                let upgraded = connection.starttls(parameters.clone(), &self.hello);
                upgraded.await.map_err(later)?;
            }
            if let Some(credentials) = &self.credentials {
                let answer = connection.auth(DEFAULT_MECHANISMS, credentials);
                answer.await.map_err(later)?;
            }
            Ok(connection)
        })
        .await
    }

    /// Offers a mail: asks whether the server takes it from this sender for this recipient.
    ///
    /// # Errors
    /// `Later`, `Silent` or `Never`: nothing of the mail is handed over yet.
    pub(crate) async fn offer(
        &self,
        envelope: &Envelope,
        message: &[u8],
    ) -> Result<Offered<'_>, Failure> {
        let connection = match self.kept().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let mut options = Vec::new();
        let mut addresses = envelope.from().into_iter().chain(envelope.to());
        let info = connection.server_info();
        if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
            if !info.supports_feature(Extension::SmtpUtfEight) {
                let reason = "the mail server takes no addresses with such letters";
                return Err(Failure::Never(reason.into()));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        if !message.is_ascii() && info.supports_feature(Extension::EightBitMime) {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        // Who refuses the sender refuses us, which an operator can mend.
        let sender = Mail::new(envelope.from().cloned(), options);
        let ours = |error: &Error| Failure::Later(error.to_string());
        let mut connection = ask(connection, sender, ours).await?;
        for to in envelope.to() {
            let recipient = Rcpt::new(to.clone(), Vec::new());
            connection = ask(connection, recipient, Failure::refusal).await?;
        }
        Ok(Offered {
            server: self,
            connection,
        })
    }

    /// A connection that waits and still answers.
    async fn kept(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut connection, since) = self.idle().pop()?;
            if since.elapsed() > IDLE {
                continue;
            }
            let answers = tokio::time::timeout(PATIENCE, connection.test_connected());
            if answers.await.unwrap_or(false) {
                return Some(connection);
            }
        }
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle();
        if idle.len() < KEPT {
            idle.push((connection, Instant::now()));
        }
    }

    /// Whole at every moment, so a panic elsewhere spoils nothing.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Offered<'_> {
    /// Hands the message over.
    ///
    /// # Errors
    /// Any of them; `Unknown` only after the server has asked for the message.
    pub(crate) async fn hand_over(self, message: &[u8]) -> Result<(), Failure> {
        let Self { server, connection } = self;
        let mut connection = ask(connection, Data, Failure::refusal).await?;
        match tokio::time::timeout(LONGEST, connection.message(message)).await {
            Ok(Ok(_)) => {
                server.keep(connection);
                Ok(())
            }
            Ok(Err(error)) if error.status().is_some() => {
                leave(connection).await;
                Err(Failure::refusal(&error))
            }
            Ok(Err(error)) => Err(Failure::Unknown(error.to_string())),
            Err(_) => Err(Failure::Unknown("no answer in time".into())),
        }
    }
}

/// Sends a command; gives the connection back when the server agrees.
async fn ask(
    mut connection: AsyncSmtpConnection,
    command: impl Display,
    refused: impl Fn(&Error) -> Failure,
) -> Result<AsyncSmtpConnection, Failure> {
    let answer = in_time(async { Ok(connection.command(command).await.map(drop)) }).await?;
    match answer {
        Ok(()) => Ok(connection),
        Err(error) => {
            if error.status().is_some() {
                leave(connection).await;
            }
            Err(refused(&error))
        }
    }
}

/// Says good-bye, for which nobody waits long.
pub(crate) async fn leave(mut connection: AsyncSmtpConnection) {
    let _ = tokio::time::timeout(Duration::from_secs(1), connection.quit()).await;
}

async fn in_time<T>(answer: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(Failure::Silent("no answer in time".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_port_encryption_name_and_log_in() {
        for (address, port, wrapped, log_in) in [
            ("smtp://mail.example.org", 25, false, false),
            ("smtp://mail.example.org:2525", 2525, false, false),
            ("smtp://mail.example.org?tls=required", 587, false, false),
            (
                "smtp://u:p%40@mail.example.org?tls=opportunistic",
                587,
                false,
                true,
            ),
            ("smtps://u:p@mail.example.org", 465, true, true),
        ] {
            let server = Server::parse(address).unwrap();
            assert_eq!(server.host, "mail.example.org", "{address}");
            assert_eq!(server.port, port, "{address}");
            assert_eq!(matches!(server.tls, Tls::Wrapper(_)), wrapped, "{address}");
            assert_eq!(server.credentials.is_some(), log_in, "{address}");
        }
        let named = Server::parse("smtp://localhost/dogear.example").unwrap();
        assert_eq!(named.hello, ClientId::Domain("dogear.example".into()));
        for unknown in [
            "mail.example.org",
            "http://a.example",
            "smtp://a.example?tls=maybe",
            "smtp:",
        ] {
            assert!(Server::parse(unknown).is_err(), "{unknown}");
        }
    }
}
