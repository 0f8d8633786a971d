//! From a row of `mails` to the mail server.
//!
//! Delivery cannot be exactly once: when the connection breaks between the message
//! and the server's answer, nobody can tell. Such a mail is sent once more, with the
//! same Message-ID, and given up as failed when that breaks too. So a reader gets it
//! at most twice, and mail programs that know the Message-ID show it once. Whatever
//! goes wrong before the message is on its way is certain: 5xx to the recipient or the
//! message is final, all else is tried again for three days by the job.
//!
//! The row is `sending` only while the outcome is open, and every state is written
//! while the job is held: who has lost it to another worker changes nothing.

use dogear_domain::fields::Email;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use dogear_core::jobs::{Claim, Job};
use dogear_core::{Cx, Error, Result, Settings};

use crate::pause::Pause;
use crate::repo::{self, Outgoing};
use crate::smtp::{self, Failure, Server};

/// Sending stops after this many attempts of which nobody knows the outcome.
const MOST_UNCERTAIN: i32 = 2;

/// The way to the mail server.
pub struct Mailer {
    server: Server,
    from: Mailbox,
    pause: Pause,
}

impl Mailer {
    /// Connects at the first mail.
    ///
    /// # Errors
    /// When the URL or the sender cannot be read.
    pub fn new(settings: &Settings) -> Result<Self> {
        let server = Server::parse(&settings.smtp.url).map_err(Error::internal)?;
        let from = settings.smtp.from.parse().map_err(Error::internal)?;
        Ok(Self {
            server,
            from,
            pause: Pause::default(),
        })
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
    /// Mail servers may be away for days: after the first hour and a half this is one an hour.
    const MAX_ATTEMPTS: i32 = 100;
    /// As many connections at a time.
    const PLACES: Option<usize> = Some(4);
    type Kept = OnceCell<Mailer>;

    async fn run(self, cx: &Cx, kept: &OnceCell<Mailer>, claim: &Claim) -> Result<()> {
        let mailer = kept
            .get_or_try_init(async || Mailer::new(&cx.services.settings))
            .await?;
        Delivery {
            cx,
            claim,
            id: self.mail,
        }
        .run(mailer)
        .await
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
    Server::parse(url).err()
}

/// What is wrong with a sender, if anything.
pub fn sender_problem(from: &str) -> Option<String> {
    from.parse::<Mailbox>().err().map(|error| error.to_string())
}

/// The bare address that mails come from.
///
/// # Errors
/// When the sender cannot be read.
pub fn sender_address(settings: &Settings) -> Result<String> {
    let from: Mailbox = settings.smtp.from.parse().map_err(Error::internal)?;
    Ok(from.email.to_string())
}

/// Greets a mail server, with TLS and a log-in where its address says so, and leaves again.
///
/// # Errors
/// In words, what it or the connection answered.
pub async fn check_smtp(url: &str) -> Result<(), String> {
    let connection = Server::parse(url)?.connect().await;
    smtp::leave(connection.map_err(Failure::into_reason)?).await;
    Ok(())
}

/// One attempt to send one mail.
struct Delivery<'a> {
    cx: &'a Cx,
    claim: &'a Claim,
    id: i64,
}

impl Delivery<'_> {
    /// Sends the mail unless it is sent, failed or dropped already, and closes the job.
    ///
    /// # Errors
    /// When another attempt is worth while. Mails that never will go out are marked
    /// as failed or dropped, which is no error.
    async fn run(&self, mailer: &Mailer) -> Result<()> {
        let mut tx = self.cx.begin().await?;
        self.claim.hold(&mut tx).await?;
        let row = repo::take(&mut tx, self.id).await?;
        tx.commit().await?;
        let Some(row) = row else {
            let mut conn = self.cx.db().acquire().await?;
            return self.claim.finish(&mut conn).await;
        };
        if row
            .not_after
            .is_some_and(|end| end.to_jiff() < self.cx.now())
        {
            return self.give_up("dropped", "the link in it had expired").await;
        }
        if row.uncertain >= MOST_UNCERTAIN {
            let reason = "broke off twice, perhaps after delivery";
            return self.give_up("failed", reason).await;
        }
        let message = match compose(&self.cx.services.settings, mailer, &row) {
            Ok(message) => message,
            Err(error) => return self.give_up("failed", &error).await,
        };
        // Asked last: the one mail that tries after a pause is one that really goes out.
        if !mailer.pause.allows(Instant::now()) {
            let reason = "mail server: no answer lately, so it is left alone for a moment";
            return Err(Error::Busy(reason.into()));
        }
        let outcome = self.hand_over(mailer, &message).await?;
        match outcome {
            Err(Failure::Silent(_) | Failure::Unknown(_)) => {
                mailer.pause.unanswered(Instant::now());
            }
            Ok(()) | Err(Failure::Later(_) | Failure::Never(_)) => mailer.pause.answered(),
        }
        match outcome {
            Ok(()) => self.end("sent", "").await,
            Err(Failure::Never(reason)) => self.give_up("failed", &reason).await,
            Err(Failure::Later(reason) | Failure::Silent(reason)) => self.requeue(0, &reason).await,
            Err(Failure::Unknown(reason)) if row.uncertain + 1 >= MOST_UNCERTAIN => {
                let reason = format!("broke off twice, perhaps after delivery: {reason}");
                self.give_up("failed", &reason).await
            }
            Err(Failure::Unknown(reason)) => self.requeue(1, &reason).await,
        }
    }

    /// Hands the message over; the row says that its outcome is open from when the server has
    /// taken the recipient until there is an answer.
    async fn hand_over(&self, mailer: &Mailer, message: &Message) -> Result<Result<(), Failure>> {
        let bytes = message.formatted();
        let offered = match mailer.server.offer(message.envelope(), &bytes).await {
            Ok(offered) => offered,
            Err(failure) => return Ok(Err(failure)),
        };
        let mut tx = self.cx.begin().await?;
        self.claim.hold(&mut tx).await?;
        repo::set_state(&mut tx, self.id, "sending", "").await?;
        tx.commit().await?;
        Ok(offered.hand_over(&bytes).await)
    }

    /// Ends the mail's way for good without having sent it.
    async fn give_up(&self, state: &str, reason: &str) -> Result<()> {
        tracing::warn!(mail = self.id, state, reason, "mail not sent");
        self.end(state, reason).await
    }

    /// Notes the mail's last state, with the reason, and closes the job.
    async fn end(&self, state: &str, reason: &str) -> Result<()> {
        let mut tx = self.cx.begin().await?;
        self.claim.finish(&mut tx).await?;
        repo::set_state(&mut tx, self.id, state, reason).await?;
        tx.commit().await
    }

    /// Leaves the mail for the job's next attempt, which the error returned brings about.
    async fn requeue(&self, uncertain: i32, reason: &str) -> Result<()> {
        let mut tx = self.cx.begin().await?;
        self.claim.hold(&mut tx).await?;
        repo::requeue(&mut tx, self.id, uncertain, reason).await?;
        tx.commit().await?;
        Err(Error::Busy(format!("mail server: {reason}")))
    }
}

/// The message with its headers. Addresses are parsed and values encoded by lettre,
/// and `queue` has removed line breaks, so that nothing typed by a reader begins a header.
fn compose(settings: &Settings, mailer: &Mailer, row: &Outgoing) -> Result<Message, String> {
    let to = recipient(&row.to_address)?;
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
    let mut parts = MultiPart::alternative_plain_html(row.text_body.clone(), row.html_body.clone());
    if let Some(calendar) = &row.calendar {
        parts = parts.singlepart(invitation(calendar)?);
    }
    builder.multipart(parts).map_err(|error| error.to_string())
}

/// The part that programs with a calendar read (RFC 6047, section 2.4): it names the method that
/// stands in it.
fn invitation(calendar: &str) -> Result<SinglePart, String> {
    let method = calendar
        .lines()
        .find_map(|line| line.strip_prefix("METHOD:"))
        .unwrap_or("PUBLISH");
    let kind = format!("text/calendar; charset=utf-8; method={method}");
    let kind = ContentType::parse(&kind).map_err(|error| error.to_string())?;
    Ok(SinglePart::builder().header(kind).body(calendar.to_owned()))
}

/// An address as every mail server takes it: its domain in ASCII.
pub(super) fn recipient(address: &str) -> Result<Address, String> {
    Email::parse(address)
        .map_or_else(|_| address.to_owned(), |email| email.deliverable())
        .parse()
        .map_err(|error| format!("the address cannot be written to: {error}"))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
