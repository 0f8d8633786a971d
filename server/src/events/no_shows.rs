//! Guests who missed three events in ninety days, where the site counts that: others go before them
//! on waiting lists that they join. They alone read so.

use dogear_domain::events::no_shows::{MISSED_WITHIN, MOST_MISSED, behind_until};
use dogear_domain::ids::UserId;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::repo::no_shows as repo;
use super::repo::reviews::{lock_settings, set_setting};
use crate::{Cx, Result};

/// Why others go before a reader on waiting lists, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// The first of the three events that they missed last was then.
    pub since: Timestamp,
    /// Lists that they join after this moment are as for everybody.
    pub until: Timestamp,
}

/// Whether the site counts missed events: yes, until an admin says no.
///
/// # Errors
/// Those of the database.
pub(crate) async fn missed_events_count(conn: &mut PgConnection) -> Result<bool> {
    Ok(repo::counts(conn).await?.unwrap_or(true))
}

/// Says whether it does from now on, on all lists; gives whether it did. Who was behind is so again
/// when it is turned on again.
///
/// # Errors
/// Those of the database.
pub(crate) async fn set_missed_events_count(
    conn: &mut PgConnection,
    counts: bool,
    by: UserId,
    now: Timestamp,
) -> Result<bool> {
    lock_settings(conn).await?;
    let before = missed_events_count(conn).await?;
    if before != counts {
        set_setting(conn, ("missed_events_count", counts.into()), Some(by), now).await?;
        repo::set_ranks(conn, counts).await?;
    }
    Ok(before)
}

async fn of(conn: &mut PgConnection, member: UserId, now: Timestamp) -> Result<Option<Behind>> {
    let most = i64::try_from(MOST_MISSED).unwrap_or(i64::MAX);
    let missed = repo::missed_since(&mut *conn, member, now - MISSED_WITHIN, most).await?;
    let noted: Vec<Timestamp> = missed.iter().map(|row| row.noted_at.to_jiff()).collect();
    let Some((until, first)) = behind_until(&noted, now).zip(missed.last()) else {
        return Ok(None);
    };
    // What is read last: mostly nobody has missed so many.
    if !missed_events_count(conn).await? {
        return Ok(None);
    }
    Ok(Some(Behind {
        since: first.starts_at.to_jiff(),
        until,
    }))
}

/// Whether others go before a member who joins a list now.
pub(super) async fn goes_behind(
    conn: &mut PgConnection,
    member: UserId,
    now: Timestamp,
) -> Result<bool> {
    Ok(of(conn, member, now).await?.is_some())
}

/// Why others go before whoever asks on waiting lists; none when nobody does. Nobody is told of
/// somebody else.
///
/// # Errors
/// `SignInRequired`.
pub async fn behind(cx: &Cx) -> Result<Option<Behind>> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    of(&mut conn, reader, cx.now()).await
}
