//! Dates of events as those see them who agree to meet there: what features above this one need to
//! know of an evening, and where they tell what has become of it.

use dogear_domain::events::OccurrenceState;
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::notify::EventNews;
use super::repo::meetings::{self as repo, MeetingRow};
use super::repo::occurrences;
use super::words::when;
use crate::hooks::OccurrenceNews;
use crate::{Cx, Error, Result};

/// Dates to choose from.
const MOST: i64 = 20;

/// A date of an event at which members meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// The date.
    pub occurrence: OccurrenceId,
    /// Whose page tells more.
    pub event: EventId,
    /// The readable part of that page's address.
    pub slug: String,
    /// What it is called; empty when its host has left.
    pub title: String,
    /// Who hosts it.
    pub host: UserId,
    /// Whether it takes place.
    pub state: OccurrenceState,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// By whose clock these are said.
    pub time_zone: String,
    /// What the place is called.
    pub venue: String,
    /// Street and number.
    pub address: String,
    /// The town.
    pub city: String,
    /// How many seats are left; none where they are not counted.
    pub left: Option<i32>,
    /// Who has seats or is the host, of those who were asked for.
    pub there: Vec<UserId>,
}

impl Meeting {
    fn of(row: MeetingRow) -> Self {
        Self {
            occurrence: row.occurrence,
            event: row.event,
            slug: row.slug,
            title: row.title,
            host: row.host,
            state: row.state,
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            time_zone: row.time_zone,
            venue: row.venue,
            address: row.address,
            city: row.city,
            left: row.capacity.map(|capacity| capacity - row.seats_taken),
            there: row.there.into_iter().map(UserId).collect(),
        }
    }

    /// The member has seats, or is the host.
    pub fn has(&self, member: UserId) -> bool {
        self.there.contains(&member)
    }

    /// It takes place, and is not over.
    pub fn is_to_come(&self, now: Timestamp) -> bool {
        self.state == OccurrenceState::Published && self.ends_at > now
    }

    /// “Swap by lamplight” in quotes, or what stands for it.
    pub fn name(&self) -> String {
        match self.title.as_str() {
            "" => "an event".into(),
            title => format!("“{title}”"),
        }
    }

    /// The day and the hours, by the clock of the place.
    pub fn date(&self, now: Timestamp) -> String {
        when(self.starts_at, self.ends_at, &self.time_zone, now)
    }

    /// Where it is. Of what is over the street is nobody's business any more.
    pub fn place(&self, now: Timestamp) -> String {
        let address = if self.ends_at > now {
            &*self.address
        } else {
            ""
        };
        let parts = [&*self.venue, address, &*self.city];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }

    /// The path of its page.
    pub fn path(&self) -> String {
        dogear_urls::event(self.event, &self.slug)
    }
}

/// A date, with those of `members` who take part.
///
/// # Errors
/// Those of the database.
pub(crate) async fn meeting(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    members: &[UserId],
) -> Result<Option<Meeting>> {
    let row = repo::read(conn, occurrence, members).await?;
    Ok(row.map(Meeting::of))
}

/// As [`meeting`], locked until the end of the transaction: seats and state stay as they are.
///
/// # Errors
/// Those of the database.
pub(crate) async fn lock_meeting(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    members: &[UserId],
    now: Timestamp,
) -> Result<Option<Meeting>> {
    match occurrences::lock(conn, occurrence, now).await {
        Ok(_) => meeting(conn, occurrence, members).await,
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The dates to come at which a member has seats or is the host, and which all of `others` may see,
/// the next first.
///
/// # Errors
/// Those of the database.
pub(crate) async fn meetings_of(
    conn: &mut PgConnection,
    member: UserId,
    others: &[UserId],
    now: Timestamp,
) -> Result<Vec<Meeting>> {
    let rows = repo::of_member(conn, member, others, now, MOST).await?;
    Ok(rows.into_iter().map(Meeting::of).collect())
}

/// Whether each of these members may see the event.
///
/// # Errors
/// Those of the database.
pub(crate) async fn all_may_see(
    conn: &mut PgConnection,
    meeting: &Meeting,
    members: &[UserId],
    now: Timestamp,
) -> Result<bool> {
    for &member in members {
        let open = occurrences::open_to(&mut *conn, meeting.event, member, now).await?;
        if open.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The dates of an event.
///
/// # Errors
/// Those of the database.
pub(crate) async fn dates(conn: &mut PgConnection, event: EventId) -> Result<Vec<OccurrenceId>> {
    repo::dates(conn, event).await
}

/// Tells features above what has become of all dates of an event. Where it is online, and when seats
/// are given on, is nothing to them: its hour and its place stay.
pub(super) async fn tell_of_event(
    cx: &Cx,
    conn: &mut PgConnection,
    event: EventId,
    news: &EventNews,
) -> Result<()> {
    let news = match news {
        EventNews::Changed => OccurrenceNews::Moved,
        EventNews::Cancelled { .. } => OccurrenceNews::Cancelled,
        EventNews::Relinked | EventNews::GivingOn => return Ok(()),
    };
    for occurrence in repo::dates(&mut *conn, event).await? {
        (cx.services.hooks.at_event)(&mut *conn, cx, occurrence, news).await?;
    }
    Ok(())
}

/// Tells features above that a guest has seats, has come, or has given their seats back.
pub(super) async fn tell_of_guest(
    cx: &Cx,
    conn: &mut PgConnection,
    booking: SeatBookingId,
    news: fn(UserId) -> OccurrenceNews,
) -> Result<()> {
    if let Some((occurrence, guest)) = repo::guest_of(conn, booking).await? {
        (cx.services.hooks.at_event)(conn, cx, occurrence, news(guest)).await?;
    }
    Ok(())
}

/// What features above remind a guest of.
pub(super) async fn errands(
    cx: &Cx,
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<Vec<String>> {
    match repo::guest_of(conn, booking).await? {
        Some((occurrence, guest)) => (cx.services.hooks.errands)(conn, occurrence, guest).await,
        None => Ok(Vec::new()),
    }
}
