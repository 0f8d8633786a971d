//! What moderators see of an event, and that they cancel it.

use dogear_domain::events::partners::Partner;
use dogear_domain::events::{EventKind, OccurrenceState};
use dogear_domain::ids::{EventId, EventSeriesId, FeedbackId, OccurrenceId};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{PgConnection, PgPool};

use super::hosting::end;
use super::log::note_taken_down;
use super::repo::feedback as said;
use super::repo::{desk as repo, erasure, occurrences, series, series_views};
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
    /// With whom it is made.
    pub partners: Vec<Partner>,
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
    /// What the host has written to all guests, the newest first.
    pub messages: Vec<String>,
    /// Its series, all dates of which are cancelled with it; none when it is once.
    pub series: Option<DeskSeries>,
}

/// What a guest says of an event, as moderators have to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskFeedback {
    /// The event.
    pub event: EventId,
    /// What it is called.
    pub title: String,
    /// What the guest has written.
    pub words: String,
    /// From 1 to 5.
    pub rating: i16,
    /// The guest has taken it back since: nobody but moderators reads it.
    pub is_withdrawn: bool,
}

/// The series of an event as moderators have to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskSeries {
    /// The rule in words.
    pub rule: String,
    /// How many dates are to take place, with this one if it is.
    pub to_come: i64,
}

impl DeskEvent {
    /// It takes place, or another date of its series does, unless somebody cancels it.
    pub fn is_to_come(&self, now: Timestamp) -> bool {
        self.state == OccurrenceState::Published && self.ends_at > now || self.dates_to_come() > 0
    }

    /// How many dates of its series are to take place; none of what is once.
    pub fn dates_to_come(&self) -> i64 {
        self.series.as_ref().map_or(0, |series| series.to_come)
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
    let series = series_of(cx, event).await?;
    Ok(Some(DeskEvent {
        slug: row.slug,
        kind: row.kind,
        description: row.description,
        partners: row.partners.0,
        state: row.state,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        time_zone: row.time_zone,
        venue: row.venue,
        city: row.city,
        messages,
        series,
    }))
}

/// What a guest says of an event, for moderators. The caller has looked that whoever asks is one.
///
/// # Errors
/// Those of the database.
pub(crate) async fn feedback(cx: &Cx, id: FeedbackId) -> Result<Option<DeskFeedback>> {
    repo::feedback(cx.db(), id).await
}

/// Keeps what a guest has said from being taken back until the end of the transaction: it is reported.
///
/// # Errors
/// Those of the database.
pub(crate) async fn hold_feedback(conn: &mut PgConnection, id: FeedbackId) -> Result<()> {
    said::hold(conn, id).await
}

/// Takes the words of a guest out of sight `at` this moment, or shows them again; the rating stays.
/// Tells whether that changed anything.
///
/// # Errors
/// Those of the database.
pub(crate) async fn hide_feedback(
    conn: &mut PgConnection,
    id: FeedbackId,
    at: Option<Timestamp>,
) -> Result<bool> {
    said::hide(conn, id, at).await
}

async fn series_of(cx: &Cx, event: EventId) -> Result<Option<DeskSeries>> {
    let Some(place) = series::place_of(cx.db(), event, None).await? else {
        return Ok(None);
    };
    let Some(stored) = series::read(cx.db(), place.series).await? else {
        return Ok(None);
    };
    Ok(Some(DeskSeries {
        rule: stored.rule.to_string(),
        to_come: series_views::published_to_come(cx.db(), stored.id, cx.now()).await?,
    }))
}

/// What is cancelled with an event: its dates to come in the order in which they are locked, or
/// those of its whole series, which say the same; and the series with the first of its days.
struct Meant {
    dates: Vec<(OccurrenceId, EventId)>,
    series: Option<(EventSeriesId, Option<Date>)>,
}

/// The same, under the lock of the series, without which nobody makes or publishes a date.
async fn meant(conn: &mut PgConnection, event: EventId, now: Timestamp) -> Result<Meant> {
    let Some(id) = repo::lock_series(conn, event).await? else {
        let dates = repo::dates_to_come(conn, event, now).await?;
        return Ok(Meant {
            dates: dates.into_iter().map(|id| (id, event)).collect(),
            series: None,
        });
    };
    let dates = series::dates(conn, id, None, true, now).await?;
    let first = dates.iter().map(|(.., day)| *day).min();
    Ok(Meant {
        dates: dates
            .into_iter()
            .map(|(id, event, _)| (id, event))
            .collect(),
        series: Some((id, first)),
    })
}

/// Locks the dates of an event, and before them its series with all that are to come: before the
/// reports on it, so that no two wait for each other.
///
/// # Errors
/// Those of the database.
pub(crate) async fn lock(conn: &mut PgConnection, event: EventId, now: Timestamp) -> Result<()> {
    for (id, _) in meant(conn, event, now).await?.dates {
        occurrences::lock(conn, id, now).await?;
    }
    Ok(())
}

/// Cancels what is still to come of an event, and has its guests told that a moderator did, and
/// why: of a series all dates, of which no more are made. Tells whether that changed anything.
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
    let meant = meant(conn, event, now).await?;
    for (id, event) in meant.dates {
        let locked = occurrences::lock(conn, id, now).await?;
        if locked.seating.state == OccurrenceState::Published {
            end(conn, event, id, (why.to_owned(), true), now).await?;
            note_taken_down(conn, event, now).await?;
            ended = true;
        }
    }
    if let Some((id, first)) = meant.series {
        let last = first.and_then(|day| day.yesterday().ok());
        series::end(conn, id, last).await?;
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
