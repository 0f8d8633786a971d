//! Reminds guests of what comes near. That somebody is reminded is noted in the transaction that
//! tells them, so that it happens once, whoever runs the schedule.

use dogear_domain::events::reminders::{Due, Reminder};
use dogear_domain::events::{BookingState, OccurrenceState};
use dogear_domain::ids::{OccurrenceId, SeatBookingId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::PgConnection;

use super::giving_news::promise;
use super::guest_mail::{CANNOT_COME, Message, date, path, place, send};
use super::meetings;
use super::repo::reminders::{self as repo, Candidate};
use super::repo::views::{self, TicketRow};
use super::words::seats;
use crate::notifications::{Facts, Kind};
use crate::{Cx, Result};

/// Guests that are looked at in one statement.
const BATCH: i64 = 500;

/// Reminds everybody whose moment has come.
///
/// # Errors
/// The first failure, after everybody else was tried.
pub(super) async fn remind(cx: &Cx) -> Result<()> {
    let mut failure = None;
    for &reminder in Reminder::ALL {
        let mut after = SeatBookingId(0);
        loop {
            let span = (cx.now(), cx.now() + reminder.at_most_before());
            let batch = repo::candidates(cx.db(), reminder, span, after, BATCH).await?;
            let Some(last) = batch.last() else {
                break;
            };
            after = last.booking;
            for candidate in &batch {
                if let Err(error) = remind_one(cx, reminder, candidate).await {
                    tracing::warn!(%error, booking = candidate.booking.0, "a guest was not reminded; it will be tried again");
                    failure.get_or_insert(error);
                }
            }
        }
    }
    failure.map_or(Ok(()), Err)
}

async fn remind_one(cx: &Cx, reminder: Reminder, candidate: &Candidate) -> Result<()> {
    let zone = TimeZone::get(&candidate.time_zone).unwrap_or(TimeZone::UTC);
    let now = cx.now();
    let due = reminder.due(
        candidate.starts_at.to_jiff(),
        candidate.booked_at.to_jiff(),
        &zone,
        now,
    );
    let sent_at = match due {
        Due::Later => return Ok(()),
        Due::Now => Some(now),
        Due::Never => None,
    };
    let mut tx = cx.begin().await?;
    let ticket = upcoming(&mut tx, candidate.booking, candidate.starts_at).await?;
    let Some(ticket) = ticket else {
        return Ok(());
    };
    let is_new = repo::note(&mut tx, candidate.booking, reminder.as_str(), sent_at).await?;
    if is_new && sent_at.is_some() {
        tell(cx, &mut tx, &ticket, candidate.booking, reminder).await?;
    }
    tx.commit().await
}

/// A guest of what still begins then, with their row kept from being erased meanwhile.
async fn upcoming(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    starts_at: jiff_sqlx::Timestamp,
) -> Result<Option<TicketRow>> {
    let ticket = views::ticket(conn, booking).await?;
    Ok(ticket.filter(|ticket| {
        ticket.state == Some(BookingState::Confirmed)
            && ticket.occurrence_state == OccurrenceState::Published
            && ticket.starts_at == starts_at
    }))
}

/// Writes the mail and the notice.
async fn tell(
    cx: &Cx,
    conn: &mut PgConnection,
    ticket: &TicketRow,
    booking: SeatBookingId,
    reminder: Reminder,
) -> Result<()> {
    let kind = match reminder {
        Reminder::Days => Kind::EventInDays,
        Reminder::Morning => Kind::EventToday,
        Reminder::Hours => Kind::EventSoon,
    };
    let date = date(cx, ticket);
    let mut paragraphs = vec![format!("{date}. {}", place(ticket))];
    paragraphs.extend(meetings::errands(cx, conn, booking).await?);
    paragraphs.extend(promise(ticket));
    paragraphs.push(CANNOT_COME.into());
    let message = Message {
        kind,
        facts: Facts {
            what: format!("“{}”", ticket.title),
            reason: seats(ticket.party),
            until: date.clone(),
            path: path(ticket),
            ..Facts::default()
        },
        subject: format!("“{}” is on {}", ticket.title, first_of(&date)),
        paragraphs,
    };
    // An event that moves is reminded of anew.
    let starts_at = ticket.starts_at.to_jiff().as_second();
    let key = format!("remind:{booking}:{reminder}:{starts_at}");
    send(cx, conn, ticket, message, None, &key).await
}

/// “Friday 27 November, 19:00” of the whole date.
fn first_of(date: &str) -> &str {
    date.split_once(" to ")
        .map_or(date, |(first, _)| first)
        .trim_end_matches(',')
}

/// A date of a locked occurrence has moved: what is still to come is sent again.
///
/// # Errors
/// Those of the database.
pub(super) async fn moved(
    conn: &mut PgConnection,
    id: OccurrenceId,
    starts_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    for &reminder in Reminder::ALL {
        if starts_at - reminder.at_most_before() > now {
            repo::forget(conn, id, reminder).await?;
        }
    }
    Ok(())
}
