//! Publishes events; the first one of a new host waits for a moderator.

use dogear_domain::events::hosts::HostRole;
use dogear_domain::events::{EventReview, OccurrenceState, times};
use dogear_domain::ids::{EventId, OccurrenceId, UserId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::hosting::{PUBLISHED, open};
use super::hosts::owner_for;
use super::log::note;
use super::repo::{occurrences, reviews as repo};
use super::reviews::first_events_wait;
use super::series::dates::{Others, publish_others, published};
use crate::{Cx, Error, Result};

/// Shows an event to those who may see it, and gives its seats away; of a series all dates, also
/// those that are made later. Gives how many dates take place now: none when it is the first event
/// of a new host, which waits for a moderator. Doing it twice is fine.
///
/// # Errors
/// `NotFound` for whoever does not host it; `Conflict` when it is cancelled, or would begin in the
/// past.
pub async fn publish(cx: &Cx, event: EventId) -> Result<i64> {
    let publisher = cx.member()?.id;
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let mut tx = cx.begin().await?;
    let (locked, stored) = open(&mut tx, cx, event, host).await?;
    match stored.state {
        OccurrenceState::Published => return published(&mut tx, event, cx.now()).await,
        OccurrenceState::Cancelled => {
            return Err(Error::Conflict(
                "This event is cancelled, and its guests were told so. Enter a new one.".into(),
            ));
        }
        OccurrenceState::Draft => {}
    }
    may_be_public(stored.starts_at.to_jiff(), cx.now())?;
    if first_events_wait(&mut tx).await? && repo::record(&mut tx, host).await?.waits() {
        if repo::of_event(&mut tx, event).await? != Some(EventReview::Waiting) {
            repo::set(&mut tx, event, EventReview::Waiting, "", cx.now()).await?;
            tx.commit().await?;
        }
        return Ok(0);
    }
    let by = (host, publisher);
    let dates = make_public(&mut tx, (locked.id, event), by, Others::All, cx.now()).await?;
    tx.commit().await?;
    Ok(dates)
}

/// Refuses what would begin in the past.
///
/// # Errors
/// `Conflict`, in words for its host.
pub(super) fn may_be_public(starts_at: Timestamp, now: Timestamp) -> Result<()> {
    times::may_begin(starts_at, now)
        .map_err(|_| Error::Conflict("It would have begun already. Change its day first.".into()))
}

/// Publishes a locked draft of this host, who or whose helper has asked for it, and other drafts of
/// its series. Gives how many dates take place now.
pub(super) async fn make_public(
    conn: &mut PgConnection,
    (id, event): (OccurrenceId, EventId),
    (host, publisher): (UserId, UserId),
    others: Others,
    now: Timestamp,
) -> Result<i64> {
    occurrences::set_state(conn, id, OccurrenceState::Published, now).await?;
    note(conn, event, publisher, PUBLISHED, now).await?;
    publish_others(conn, event, (host, publisher), others, now).await?;
    published(conn, event, now).await
}
