//! What hosts delete: out of everybody's sight at once, there to be restored for a month.

use dogear_domain::events::hosts::HostAct;
use dogear_domain::events::{OccurrenceState, deleted};
use dogear_domain::ids::{EventId, OccurrenceId, UserId};
use jiff::Timestamp;

use super::hosting::{DELETED, open};
use super::log::note;
use super::repo::deleted::{self as repo, DeletedRow};
use super::repo::{hosting, occurrences, series, series_dates};
use crate::{Cx, Error, Result};

/// So many are shown.
const MOST: i64 = 50;
/// Drafts per run of the sweep; the rest is an hour away.
const BATCH: i64 = 500;

/// An event that its host has deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// Its number.
    pub event: EventId,
    /// What it is called.
    pub title: String,
    /// A draft, or cancelled.
    pub state: OccurrenceState,
    /// When it would begin.
    pub starts_at: Timestamp,
    /// When it would end.
    pub ends_at: Timestamp,
    /// By whose clock these are said.
    pub time_zone: String,
    /// Until when it can be restored.
    pub until: Timestamp,
    /// Dates of a series that come back together.
    pub dates: i64,
}

impl From<DeletedRow> for Deleted {
    fn from(row: DeletedRow) -> Self {
        Self {
            event: row.event,
            title: row.title,
            state: row.state,
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            time_zone: row.time_zone,
            until: deleted::until(row.deleted_at.to_jiff()),
            dates: row.dates,
        }
    }
}

/// What whoever asks has deleted and can restore, the last first.
///
/// # Errors
/// `SignInRequired`.
pub async fn deleted_events(cx: &Cx) -> Result<Vec<Deleted>> {
    let since = deleted::forgotten_by(cx.now());
    let rows = repo::of_host(cx.db(), cx.reader()?.id, since, cx.now(), MOST).await?;
    Ok(rows.into_iter().map(Deleted::from).collect())
}

/// Deletes an event that was cancelled and would be over, or a draft. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever is not its host; `Conflict` when guests may come to it,
/// or have to read that it is cancelled.
pub async fn delete(cx: &Cx, event: EventId) -> Result<()> {
    let host = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let opened = open(&mut tx, cx, event, host).await;
    if matches!(opened, Err(Error::NotFound))
        && repo::deleted_at(&mut tx, event, host).await?.is_some()
    {
        return Ok(());
    }
    let (_, stored) = opened?;
    if !deleted::may_delete(stored.state, stored.ends_at.to_jiff(), cx.now()) {
        return Err(Error::Conflict(
            "Only drafts are deleted, and what was cancelled once its day has passed. Cancel it, so that your guests are told.".into(),
        ));
    }
    if stored.state == OccurrenceState::Draft {
        series::skip(&mut tx, event).await?;
    }
    hosting::put_away(&mut tx, event, cx.now()).await?;
    note(&mut tx, event, host, DELETED, cx.now()).await?;
    tx.commit().await
}

/// Brings a deleted event back as it was; of a series all dates that were deleted with it, and the
/// dates that were still to be made. Gives how many came back. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever is not its host, and when it was deleted too long ago;
/// `Conflict` for a date that is left out of a published series: it comes back published, among its
/// days alone.
pub async fn restore(cx: &Cx, event: EventId) -> Result<usize> {
    let host = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let series = series::lock_of(&mut tx, event, host).await?;
    let Some(deleted_at) = repo::deleted_at(&mut tx, event, host).await? else {
        return already(&mut tx, event, host).await;
    };
    if deleted_at <= deleted::forgotten_by(cx.now()) {
        return Err(Error::NotFound);
    }
    let dates = repo::together(&mut tx, event).await?;
    for &(id, _) in &dates {
        occurrences::lock(&mut tx, id, cx.now()).await?;
    }
    // What another call has brought back while this one waited for the locks is there.
    if repo::deleted_at(&mut tx, event, host).await? != Some(deleted_at) {
        return already(&mut tx, event, host).await;
    }
    if series_dates::is_left_out(&mut tx, event, cx.now()).await? {
        return Err(Error::Conflict(
            "This date is left out of its series. Take it in again on “All dates” of the series."
                .into(),
        ));
    }
    for &(_, event) in &dates {
        repo::restore(&mut tx, event).await?;
        note(&mut tx, event, host, (HostAct::Restored, ""), cx.now()).await?;
    }
    if let Some(series) = series {
        repo::take_end_back(&mut tx, series, deleted_at).await?;
    }
    tx.commit().await?;
    Ok(dates.len())
}

/// It is there: then nothing is to be done.
async fn already(conn: &mut sqlx::PgConnection, event: EventId, host: UserId) -> Result<usize> {
    (occurrences::hosted(conn, event, host).await?)
        .map(|_| 1)
        .ok_or(Error::NotFound)
}

/// Removes drafts for good that were deleted a month ago.
///
/// # Errors
/// The first failure, after every other was tried.
pub(super) async fn forget(cx: &Cx) -> Result<()> {
    let mut failure = None;
    let by = deleted::forgotten_by(cx.now());
    for (event, date) in repo::forgotten(cx.db(), by, BATCH).await? {
        if let Err(error) = forget_one(cx, (event, date), by).await {
            tracing::warn!(%error, event = event.0, "a deleted draft was not removed; it will be tried again");
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(()), Err)
}

async fn forget_one(cx: &Cx, (event, date): (EventId, OccurrenceId), by: Timestamp) -> Result<()> {
    let mut tx = cx.begin().await?;
    // Erased meanwhile, or restored: there is nothing to remove.
    match occurrences::lock(&mut tx, date, cx.now()).await {
        Err(Error::NotFound) => return Ok(()),
        other => other?,
    };
    if repo::is_forgotten(&mut tx, event, by).await? {
        hosting::delete_draft(&mut tx, event).await?;
    }
    tx.commit().await
}
