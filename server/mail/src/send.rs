//! From a row of `mails` to the mail server.
//!
//! Delivery cannot be exactly once: when the connection breaks between the message
//! and the server's answer, nobody can tell. Such a mail is sent once more, with the
//! same Message-ID, and given up as failed when that breaks too. So a reader gets it
//! at most twice, and mail programs that know the Message-ID show it once. An answer
//! of 4xx, or no connection at all, is certain, and is tried again for a day by the
//! job; 5xx is final.

use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::sync::OnceCell;

use dogear_core::jobs::{Claim, Job};
use dogear_core::{Cx, Error, Result, Settings};

use crate::repo::{self, Outgoing};

/// For connecting and for each answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// For handing over one message as a whole.
const LONGEST: Duration = Duration::from_secs(20);
/// Connections kept open, and how long an unused one is kept.
const CONNECTIONS: u32 = 4;
const IDLE: Duration = Duration::from_secs(30);
/// Sending stops after this many attempts of which nobody knows the outcome.
const MOST_UNCERTAIN: i32 = 2;

/// The way to the mail server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Connects at the first mail.
    ///
    /// # Errors
    /// When the URL or the sender cannot be read.
    pub fn new(settings: &Settings) -> Result<Self> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.smtp.url)
            .map_err(Error::internal)?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE))
            .build();
        let from = settings.smtp.from.parse().map_err(Error::internal)?;
        Ok(Self { transport, from })
    }
}

/// Whether mails can be sent with these settings at all.
///
/// # Errors
/// When the URL or the sender cannot be read.
pub fn check(settings: &Settings) -> Result<()> {
    let problem = url_problem(&settings.smtp.url).or_else(|| sender_problem(&settings.smtp.from));
    problem.map_or(Ok(()), |problem| Err(Error::internal(problem)))
}

/// Hands one row of `mails` to the mail server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendMail {
    /// Its number.
    pub mail: i64,
}

impl Job for SendMail {
    const KIND: &'static str = "send_mail";
    /// Mail servers may be away for a day.
    const MAX_ATTEMPTS: i32 = 30;
    type Kept = OnceCell<Mailer>;

    async fn run(self, cx: &Cx, kept: &OnceCell<Mailer>, claim: &Claim) -> Result<()> {
        let mailer = kept
            .get_or_try_init(async || Mailer::new(&cx.services.settings))
            .await?;
        deliver(cx, mailer, self.mail).await?;
        let mut conn = cx.db().acquire().await?;
        claim.finish(&mut conn).await
    }

    async fn on_dead(self, conn: &mut PgConnection, reason: &str) -> Result<()> {
        repo::fail_unsent(conn, self.mail, reason).await
    }

    async fn on_revival(self, conn: &mut PgConnection) -> Result<()> {
        if !repo::revive(conn, self.mail).await? && repo::exists(conn, self.mail).await? {
            return Err(Error::Conflict(
                "The mail of this job has been sent, or another job sends it, so there is nothing to retry.".into(),
            ));
        }
        Ok(())
    }
}

/// What is wrong with the address of a mail server, if anything.
pub fn url_problem(url: &str) -> Option<String> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .err()
        .map(|error| error.to_string())
}

/// What is wrong with a sender, if anything.
pub fn sender_problem(from: &str) -> Option<String> {
    from.parse::<Mailbox>().err().map(|error| error.to_string())
}

/// Greets a mail server, with TLS and a log-in where its address says so, and leaves again.
///
/// # Errors
/// In words, what it or the connection answered.
pub async fn check_smtp(url: &str) -> Result<(), String> {
    let transport: AsyncSmtpTransport<Tokio1Executor> =
        AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| error.to_string())?
            .timeout(Some(PATIENCE))
            .build();
    match transport.test_connection().await {
        Ok(true) => Ok(()),
        Ok(false) => Err("it closed the connection".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// Sends one mail unless it is sent, failed or dropped already.
///
/// # Errors
/// When another attempt is worth while. Mails that never will go out are marked
/// as failed or dropped, which is no error.
async fn deliver(cx: &Cx, mailer: &Mailer, id: i64) -> Result<()> {
    let Some(row) = repo::take(cx.db(), id).await? else {
        return Ok(());
    };
    if row.not_after.is_some_and(|end| end.to_jiff() < cx.now()) {
        return give_up(cx, id, "dropped", "the link in it had expired").await;
    }
    if row.uncertain >= MOST_UNCERTAIN {
        return give_up(cx, id, "failed", "broke off twice, perhaps after delivery").await;
    }
    let message = match compose(&cx.services.settings, mailer, &row) {
        Ok(message) => message,
        Err(error) => return give_up(cx, id, "failed", &error).await,
    };
    // Says whether a connection can be had at all: failing here is certain.
    let connected = mailer.transport.test_connection().await;
    if let Some(error) = match connected {
        Ok(true) => None,
        Ok(false) => Some("the mail server closed the connection".to_owned()),
        Err(error) => Some(error.to_string()),
    } {
        return requeue(cx, id, 0, &error).await;
    }
    let sent = tokio::time::timeout(LONGEST, mailer.transport.send(message)).await;
    let error = match sent {
        Ok(Ok(_)) => {
            return repo::set_sent(cx.db(), id).await;
        }
        Ok(Err(error)) if error.is_permanent() => {
            return give_up(cx, id, "failed", &error.to_string()).await;
        }
        Ok(Err(error)) if error.is_transient() => {
            return requeue(cx, id, 0, &error.to_string()).await;
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer in time".to_owned(),
    };
    if row.uncertain + 1 >= MOST_UNCERTAIN {
        let reason = format!("broke off twice, perhaps after delivery: {error}");
        give_up(cx, id, "failed", &reason).await
    } else {
        requeue(cx, id, 1, &error).await
    }
}

/// Ends the mail's way for good.
async fn give_up(cx: &Cx, id: i64, state: &str, reason: &str) -> Result<()> {
    tracing::warn!(mail = id, state, reason, "mail not sent");
    repo::give_up(cx.db(), id, state, reason).await
}

/// Leaves the mail for the job's next attempt, which the error returned brings about.
async fn requeue(cx: &Cx, id: i64, uncertain: i32, reason: &str) -> Result<()> {
    repo::requeue(cx.db(), id, uncertain, reason).await?;
    Err(Error::Busy(format!("mail server: {reason}")))
}

/// The message with its headers. Addresses are parsed and values encoded by lettre,
/// and `queue` has removed line breaks, so that nothing typed by a reader begins a header.
fn compose(settings: &Settings, mailer: &Mailer, row: &Outgoing) -> Result<Message, String> {
    let to: Address = row
        .to_address
        .parse()
        .map_err(|error| format!("the address cannot be written to: {error}"))?;
    let host = settings.base_url.host_str().unwrap_or("localhost");
    let mut builder = Message::builder()
        .from(mailer.from.clone())
        .to(Mailbox::new(None, to))
        .subject(row.subject.clone())
        .message_id(Some(format!("<{}@{host}>", row.message_id)))
        .raw_header(header("Auto-Submitted", "auto-generated".into()));
    if let Some(link) = &row.unsubscribe_url {
        builder = builder
            .raw_header(header("List-Unsubscribe", format!("<{link}>")))
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".into(),
            ));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(
            row.text_body.clone(),
            row.html_body.clone(),
        ))
        .map_err(|error| error.to_string())
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
