//! What moderators see of an event, and that they cancel it.

use dogear_domain::events::{EventKind, OccurrenceState};
use dogear_domain::ids::EventId;
use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};

use super::hosting::end;
use super::repo::{desk as repo, erasure, occurrences};
use crate::{Cx, Result};

/// An event as moderators have to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskEvent {
    /// Of its page, which they may not be shown.
    pub slug: String,
    /// What kind it is.
    pub kind: EventKind,
    /// What happens there, in the host's words.
    pub description: String,
    /// Where its next date stands; of one that is over, its last.
    pub state: OccurrenceState,
    /// When that begins.
    pub starts_at: Timestamp,
    /// When that ends.
    pub ends_at: Timestamp,
    /// By whose clock these are said.
    pub time_zone: String,
    /// What the place is called.
    pub venue: String,
    /// The town.
    pub city: String,
    /// Where it is online; may be empty.
    pub online: String,
    /// What the host has written to all guests, the newest first.
    pub messages: Vec<String>,
}

impl DeskEvent {
    /// It takes place, unless somebody cancels it.
    pub fn is_to_come(&self, now: Timestamp) -> bool {
        self.state == OccurrenceState::Published && self.ends_at > now
    }
}

/// An event, for moderators. The caller has looked that whoever asks is one.
///
/// # Errors
/// Those of the database.
pub(crate) async fn for_desk(cx: &Cx, event: EventId) -> Result<Option<DeskEvent>> {
    let Some(row) = repo::event(cx.db(), event, cx.now()).await? else {
        return Ok(None);
    };
    let messages = repo::messages(cx.db(), event).await?;
    Ok(Some(DeskEvent {
        slug: row.slug,
        kind: row.kind,
        description: row.description,
        state: row.state,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        time_zone: row.time_zone,
        venue: row.venue,
        city: row.city,
        online: row.online_link,
        messages,
    }))
}

/// Locks the dates of an event: before the reports on it, so that no two wait for each other.
///
/// # Errors
/// Those of the database.
pub(crate) async fn lock(conn: &mut PgConnection, event: EventId, now: Timestamp) -> Result<()> {
    for id in repo::dates_to_come(conn, event, now).await? {
        occurrences::lock(conn, id, now).await?;
    }
    Ok(())
}

/// Cancels what is still to come of an event, and has its guests told that a moderator did, and
/// why. Tells whether that changed anything.
///
/// # Errors
/// Those of the database.
pub(crate) async fn take_down(
    conn: &mut PgConnection,
    event: EventId,
    why: &str,
    now: Timestamp,
) -> Result<bool> {
    let mut ended = false;
    for id in repo::dates_to_come(conn, event, now).await? {
        let locked = occurrences::lock(conn, id, now).await?;
        if locked.seating.state == OccurrenceState::Published {
            end(conn, event, id, (why.to_owned(), true), now).await?;
            ended = true;
        }
    }
    Ok(ended)
}

/// Where the stored number of seats is not that of the bookings, in words: on a sound site
/// nowhere.
///
/// # Errors
/// Those of the database.
pub(crate) async fn drift(db: &PgPool) -> Result<Vec<String>> {
    let mut conn = db.acquire().await?;
    let now = erasure::now(&mut conn).await?;
    let found = occurrences::drift(&mut *conn, now).await?;
    Ok((found.into_iter())
        .map(|drift| {
            format!(
                "Date {} of an event has {} seats taken by its own number, and {} by its bookings",
                drift.id, drift.stored, drift.counted
            )
        })
        .collect())
}
