//! First events of new hosts: moderators look at them before others do. While an event waits it is
//! a draft, so that nobody else sees it; once one is approved, its host publishes what they like.

use dogear_domain::events::partners::{self, Partner};
use dogear_domain::events::{EventKind, EventReview, Visibility};
use dogear_domain::fields::SendBackReason;
use dogear_domain::ids::{EventId, UserId};
use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};

use super::publishing::{make_public, may_be_public};
use super::repo::reviews::{self as repo, ReviewRow};
use super::repo::{desk, occurrences};
use super::series::dates::Others;
use crate::version::Version;
use crate::{Error, Result};

/// So many stand on the desk at once.
const MOST: i64 = 50;
/// What a moderator reads who comes second.
const DECIDED: &str = "Somebody has decided this in the meantime, or its host has taken it back.";

/// A first event, for moderators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstEvent {
    /// Its number.
    pub event: EventId,
    /// What it is called.
    pub title: String,
    /// What happens there, in the host's words.
    pub description: String,
    /// What kind it is.
    pub kind: EventKind,
    /// Who sees it once it is published.
    pub visibility: Visibility,
    /// Where it takes place online; may be empty.
    pub online: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// By whose clock these are said.
    pub time_zone: String,
    /// Name, address and town of the place, as far as there are any.
    pub place: String,
    /// How to get there and in; may be empty.
    pub directions: String,
    /// Whose it is.
    pub host: UserId,
    /// Their handle.
    pub host_handle: String,
    /// When they joined.
    pub host_since: Timestamp,
    /// Those who help with it, and those who are asked to: they do not judge it.
    pub helpers: Vec<UserId>,
    /// With whom it is made.
    pub partners: Vec<Partner>,
    /// Dates of its series that say the same and are decided with it, and itself.
    pub dates: i64,
    /// When it was asked for, or sent back.
    pub at: Option<Timestamp>,
    /// Why it was sent back; empty while it waits.
    pub note: String,
    /// What a moderator has read, by which the form says so.
    pub version: Version,
}

impl TryFrom<ReviewRow> for FirstEvent {
    type Error = Error;

    fn try_from(row: ReviewRow) -> Result<Self> {
        let version = version(&row)?;
        let parts = [row.venue, row.address, row.city];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Ok(Self {
            event: row.event,
            title: row.title,
            description: row.description,
            kind: row.kind,
            visibility: row.visibility,
            online: row.online_link,
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            time_zone: row.time_zone,
            place: parts.join(", "),
            directions: row.directions,
            host: row.host,
            host_handle: row.host_handle,
            host_since: row.host_since.to_jiff(),
            helpers: row.helpers.into_iter().map(UserId).collect(),
            partners: row.partners.0,
            dates: row.dates,
            at: row.reviewed_at.map(jiff_sqlx::Timestamp::to_jiff),
            note: row.review_note,
            version,
        })
    }
}

/// Of all that a moderator reads before they decide.
fn version(row: &ReviewRow) -> Result<Version> {
    Version::of(&(
        (&row.title, &row.description, row.kind, row.visibility),
        (
            &row.online_link,
            row.starts_at.to_jiff(),
            row.ends_at.to_jiff(),
        ),
        (&row.venue, &row.address, &row.city, &row.directions),
        partners::text(&row.partners.0),
    ))
}

/// Whether the first event of a new host waits for a moderator: yes, until an admin says no.
///
/// # Errors
/// Those of the database.
pub(crate) async fn first_events_wait(conn: &mut PgConnection) -> Result<bool> {
    Ok(repo::first_events_wait(conn).await?.unwrap_or(true))
}

/// Says whether they wait from now on; gives whether they did. Nobody is named when the operator
/// has set it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn set_first_events_wait(
    conn: &mut PgConnection,
    wait: bool,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<bool> {
    repo::lock_settings(conn).await?;
    let before = first_events_wait(conn).await?;
    if before != wait {
        repo::set_setting(conn, ("first_events_wait", wait.into()), by, now).await?;
    }
    Ok(before)
}

/// Those that wait, or those that were sent back; of dates of a series that say the same one. The
/// caller has looked that
/// whoever asks is a moderator.
///
/// # Errors
/// Those of the database.
pub(crate) async fn first_events(
    db: &PgPool,
    review: EventReview,
    now: Timestamp,
) -> Result<Vec<FirstEvent>> {
    let rows = repo::list(db, Some(review), None, now, MOST).await?;
    rows.into_iter().map(FirstEvent::try_from).collect()
}

/// How many wait.
///
/// # Errors
/// Those of the database.
pub(crate) async fn waiting_first_events(db: &PgPool, now: Timestamp) -> Result<i64> {
    repo::count(db, now).await
}

/// A first event under the lock of its series and its date.
async fn open(
    conn: &mut PgConnection,
    event: EventId,
    now: Timestamp,
) -> Result<(FirstEvent, occurrences::Locked, EventReview)> {
    desk::lock_series(conn, event).await?;
    let id = desk::date_of(conn, event).await?.ok_or(Error::NotFound)?;
    let locked = occurrences::lock(conn, id, now).await?;
    let row = repo::list(&mut *conn, None, Some(event), now, 1)
        .await?
        .pop();
    let Some(row) = row else {
        may_be_public(locked.seating.starts_at, now)?;
        return Err(Error::Conflict(DECIDED.into()));
    };
    let review = row.review;
    Ok((row.try_into()?, locked, review))
}

/// Publishes a first event that waits or was sent back, with all dates of its series that say the
/// same; the others wait by themselves. Gives it as it was published. `seen` is what the moderator has read.
///
/// # Errors
/// `NotFound`; `Conflict` when somebody has decided in the meantime, when it says something else by
/// now, or would have begun.
pub(crate) async fn approve(
    conn: &mut PgConnection,
    event: EventId,
    seen: &Version,
    now: Timestamp,
) -> Result<FirstEvent> {
    let (first, locked, _) = open(conn, event, now).await?;
    if seen.check(&first.version).is_err() {
        return Err(Error::Conflict(format!(
            "The host has changed “{}” since you opened the page. Read it once more.",
            first.title
        )));
    }
    repo::decide(conn, event, EventReview::Approved, "", now).await?;
    let by = (first.host, first.host);
    make_public(conn, (locked.id, event), by, Others::Approved, now).await?;
    Ok(first)
}

/// Leaves a first event that waits a draft; its host reads why.
///
/// # Errors
/// `NotFound`; `Conflict` when somebody has decided in the meantime.
pub(crate) async fn send_back(
    conn: &mut PgConnection,
    event: EventId,
    why: &SendBackReason,
    now: Timestamp,
) -> Result<FirstEvent> {
    let (first, _, review) = open(conn, event, now).await?;
    if review != EventReview::Waiting {
        return Err(Error::Conflict(DECIDED.into()));
    }
    repo::decide(conn, event, EventReview::SentBack, why, now).await?;
    Ok(first)
}
