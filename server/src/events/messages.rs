//! What a host writes to all guests of an event: looked at first, then sent as notices and mails,
//! some at a time.

use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::{Audience, OccurrenceState};
use dogear_domain::fields::{FieldErrors, FieldProblem, GuestMessage};
use dogear_domain::ids::{EventId, EventMessageId, SeatBookingId, UserId, WaitingId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::guest_mail::{self, Message};
use super::hosts::owner_for;
use super::log::note;
use super::page::{EventPage, page};
use super::repo::hosting;
use super::repo::messages::{self as repo, MessageRow};
use super::repo::views::{self, TicketRow};
use crate::jobs::{self, Claim, Job};
use crate::notifications::{Facts, Kind};
use crate::{Cx, Error, Result};

/// Messages of one event in a day.
const PER_DAY: i64 = 3;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// So long after its end its guests can be written to.
const AFTER: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Messages on a page: more than three a day for a month.
const SHOWN: i64 = 100;
/// Guests who are told in one transaction.
const AT_ONCE: i64 = 100;

/// What a host has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostMessage {
    /// By which the form that sends it names it.
    pub id: EventMessageId,
    /// To whom.
    pub audience: Audience,
    /// In the host's words.
    pub body: String,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// To how many it was sent, or would be.
    pub recipients: i64,
}

impl From<MessageRow> for HostMessage {
    fn from(row: MessageRow) -> Self {
        Self {
            id: row.id,
            audience: row.audience,
            body: row.body,
            sent_at: row.sent_at.map(jiff_sqlx::Timestamp::to_jiff),
            recipients: row.recipients.into(),
        }
    }
}

/// What a host sees who writes to the guests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    /// The event as its page shows it.
    pub event: EventPage,
    /// What is written and not sent yet.
    pub draft: Option<HostMessage>,
    /// What was sent, the newest first.
    pub sent: Vec<HostMessage>,
    /// Why nothing can be written, if that is so.
    pub closed: Option<&'static str>,
}

/// Why its guests are not written to, if that is so.
fn closed(state: OccurrenceState, ends_at: Timestamp, now: Timestamp) -> Option<&'static str> {
    match state {
        OccurrenceState::Draft => Some("Nobody sees the event yet, so nobody is there to read it."),
        OccurrenceState::Cancelled => {
            Some("The event is cancelled, so nobody has a seat or waits for one.")
        }
        OccurrenceState::Published if ends_at + AFTER <= now => {
            Some("The event has been over for more than a week.")
        }
        OccurrenceState::Published => None,
    }
}

/// An event that whoever asks hosts, and whose it is.
async fn own(cx: &Cx, event: EventId) -> Result<(EventPage, UserId)> {
    let owner = owner_for(cx, event, HostRole::CoHost).await?;
    Ok((page(cx, event).await?, owner))
}

/// What those who host an event have written to its guests.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn messages(cx: &Cx, event: EventId) -> Result<Messages> {
    let (event, host) = own(cx, event).await?;
    let rows = repo::of_event(cx.db(), event.id, host, SHOWN).await?;
    let (drafts, sent): (Vec<_>, Vec<_>) = (rows.into_iter())
        .map(HostMessage::from)
        .partition(|message| message.sent_at.is_none());
    let mut draft = drafts.into_iter().next();
    if let Some(draft) = &mut draft {
        draft.recipients = repo::count(cx.db(), event.id, draft.audience, cx.now()).await?;
    }
    Ok(Messages {
        closed: closed(event.seating.state, event.ends_at, cx.now()),
        event,
        draft,
        sent,
    })
}

/// What the host of an event has written to whoever asks, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn messages_to(cx: &Cx, event: &EventPage) -> Result<Vec<HostMessage>> {
    match &cx.actor {
        Some(reader) if event.booking.is_some() || event.waits.is_some() => {
            let rows = repo::to_reader(cx.db(), event.id, reader.id, cx.now(), SHOWN).await?;
            Ok(rows.into_iter().map(HostMessage::from).collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// Writes what is looked at before it is sent, in the place of what was written before: of the draft
/// `seen`, which the form showed, or of none.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not host it; `Invalid` with the form's
/// fields; `Conflict` when its guests are not written to, or somebody else who hosts it has written
/// something meanwhile.
pub async fn write_message(
    cx: &Cx,
    event: EventId,
    (audience, body): (&str, &str),
    seen: Option<EventMessageId>,
) -> Result<()> {
    cx.member()?;
    let (event, host) = own(cx, event).await?;
    let mut errors = FieldErrors::new();
    let audience = errors.take(
        "audience",
        audience
            .parse::<Audience>()
            .map_err(|_| FieldProblem::from("Choose to whom you write.")),
    );
    let body = errors.take("body", GuestMessage::parse(body));
    let (audience, body) = errors.finish(audience.zip(body)).map_err(Error::Invalid)?;
    if let Some(why) = closed(event.seating.state, event.ends_at, cx.now()) {
        return Err(Error::Conflict(why.into()));
    }
    let mut tx = cx.begin().await?;
    let text: &str = &body;
    if let Some(there) = repo::draft(&mut tx, event.id, host).await? {
        if there.audience == audience && there.body == text {
            return Ok(());
        }
        if Some(there.id) != seen {
            return Err(Error::Conflict(
                "Another message was written for these guests meanwhile, and stands above. Write yours in its place, or send that one first.".into(),
            ));
        }
    }
    // With another number: what was looked at before is not what would be sent.
    repo::discard(&mut tx, event.id, host).await?;
    repo::write(&mut tx, event.id, audience, &body, cx.now()).await?;
    tx.commit().await
}

/// Forgets what was written and not sent. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn discard_message(cx: &Cx, event: EventId) -> Result<()> {
    let (event, host) = own(cx, event).await?;
    let mut conn = cx.db().acquire().await?;
    repo::discard(&mut conn, event.id, host).await
}

/// Sends what was written. Gives the event, and to how many. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for the message of somebody else; `Conflict` when its
/// guests are not written to, nobody would read it, or three were sent within a day.
pub async fn send_message(cx: &Cx, message: EventMessageId) -> Result<(EventId, i64)> {
    let sender = cx.member()?.id;
    let now = cx.now();
    let event = repo::event_of(cx.db(), message).await?;
    let event = event.ok_or(Error::NotFound)?;
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let mut tx = cx.begin().await?;
    let row = repo::lock(&mut tx, message, host).await?;
    let row = row.ok_or(Error::NotFound)?;
    if row.sent_at.is_some() {
        return Ok((row.event, row.recipients.into()));
    }
    let event = hosting::event(&mut *tx, row.event, host).await?;
    let event = event.ok_or(Error::NotFound)?;
    if let Some(why) = closed(event.state, event.ends_at.to_jiff(), now) {
        return Err(Error::Conflict(why.into()));
    }
    let recipients = repo::count(&mut *tx, row.event, row.audience, now).await?;
    if recipients == 0 {
        return Err(Error::Conflict(
            "Nobody would read it: choose others to write to.".into(),
        ));
    }
    if repo::sent_since(&mut tx, row.event, now - DAY).await? >= PER_DAY {
        return Err(Error::Conflict(format!(
            "You have written {PER_DAY} messages to your guests within a day. Wait until tomorrow, and send this one then."
        )));
    }
    repo::mark_sent(&mut tx, message, recipients, now).await?;
    let sent = (HostAct::MessageSent, &*recipients.to_string());
    note(&mut tx, row.event, sender, sent, now).await?;
    push(&mut tx, &SendToGuests::of(message)).await?;
    tx.commit().await?;
    Ok((row.event, recipients))
}

/// Tells those to whom a message goes, some at a time: first those with seats, then those who wait.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SendToGuests {
    message: EventMessageId,
    /// Guests up to here have it.
    after: SeatBookingId,
    /// All guests do, and those who wait up to here.
    waiting_after: Option<WaitingId>,
}

impl SendToGuests {
    const fn of(message: EventMessageId) -> Self {
        Self {
            message,
            after: SeatBookingId(0),
            waiting_after: None,
        }
    }

    /// Tells some, and gives what is to be done next.
    async fn tell(self, cx: &Cx, conn: &mut PgConnection) -> Result<Option<Self>> {
        // Emptied when its host has left.
        let Some(message) = repo::sent(conn, self.message).await? else {
            return Ok(None);
        };
        let Some(after) = self.waiting_after else {
            let guests = repo::guests(conn, &message, self.after, AT_ONCE).await?;
            for &booking in &guests {
                if let Some(ticket) = views::ticket(conn, booking).await? {
                    self.tell_one(cx, conn, &message, &ticket).await?;
                }
            }
            return Ok(Some(match guests.last() {
                Some(&after) => Self { after, ..self },
                None => Self {
                    waiting_after: Some(WaitingId(0)),
                    ..self
                },
            }));
        };
        let waiting = repo::waiting(conn, &message, after, AT_ONCE).await?;
        for &one in &waiting {
            if let Some(ticket) = views::waiting_ticket(conn, one).await? {
                self.tell_one(cx, conn, &message, &ticket).await?;
            }
        }
        Ok(waiting.last().map(|&last| Self {
            waiting_after: Some(last),
            ..self
        }))
    }

    async fn tell_one(
        self,
        cx: &Cx,
        conn: &mut PgConnection,
        message: &MessageRow,
        ticket: &TicketRow,
    ) -> Result<()> {
        // Whoever has seats and waits for more reads it once.
        let key = format!("event_message:{}:{}", self.message, ticket.guest);
        guest_mail::send(cx, conn, ticket, words(message, ticket), None, &key).await
    }
}

async fn push(conn: &mut PgConnection, job: &SendToGuests) -> Result<()> {
    let key = match job.waiting_after {
        None => format!("event_message:{}:{}", job.message, job.after),
        Some(after) => format!("event_message:{}:waiting:{after}", job.message),
    };
    jobs::push(conn, job, &key, None).await
}

impl Job for SendToGuests {
    const KIND: &'static str = "event_message";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        if let Some(next) = self.tell(cx, &mut tx).await? {
            push(&mut tx, &next).await?;
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// What a guest reads.
fn words(message: &MessageRow, ticket: &TicketRow) -> Message {
    let title = &ticket.title;
    let mut paragraphs = vec!["The host writes:".to_owned()];
    paragraphs.extend(
        (message.body.split("\n\n"))
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
    );
    paragraphs.push("You cannot answer by mail.".into());
    Message {
        kind: Kind::HostMessage,
        facts: Facts {
            what: format!("“{title}”"),
            path: dogear_urls::event(ticket.event, &ticket.slug),
            ..Facts::default()
        },
        subject: format!("A message about “{title}”"),
        paragraphs,
    }
}
