//! What of a member who leaves goes from events: their seats, for those who wait; their place on
//! waiting lists; and the events that they host, whose guests are told not to come.

use dogear_domain::events::{OccurrenceState, WaitingState};
use dogear_domain::fields::CancelReason;
use dogear_domain::ids::UserId;
use sqlx::PgConnection;

use super::hosting::call_off;
use super::repo::{
    bookings, books, codes, door, erasure as repo, feedback, host_news, hosting, hosts, interests,
    invitations, leftovers, log, messages, occurrences, organisations, series, tasks, transfers,
    waiting,
};
use super::waiting::{free, settle};
use crate::Result;

/// Locks every date to come at which a member has seats or waits, and those that they host, and then
/// the codes that seats of theirs and there were taken with: before the member's own row, which
/// whoever gives out seats asks for under the lock of a date.
///
/// # Errors
/// Those of the database.
pub(crate) async fn lock_all_of(conn: &mut PgConnection, user: UserId) -> Result<()> {
    let now = repo::now(conn).await?;
    series::lock_all_of(conn, user).await?;
    let mut dates = Vec::new();
    for (id, _) in repo::coming(conn, user, now).await? {
        occurrences::lock(conn, id, now).await?;
        dates.push(id);
    }
    codes::lock_all_of(conn, user, &dates).await
}

/// See the module. What it changes was locked by [`lock_all_of`].
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    let now = repo::now(conn).await?;
    for (id, hosts) in repo::coming(conn, user, now).await? {
        let mut locked = occurrences::lock(conn, id, now).await?;
        if hosts && locked.seating.state == OccurrenceState::Draft {
            hosting::delete_draft(conn, locked.event).await?;
            continue;
        }
        if hosts {
            call_off(conn, locked.event, id, &CancelReason::default(), now).await?;
            continue;
        }
        waiting::leave(conn, id, user, WaitingState::Left).await?;
        if let Some(live) = bookings::live(conn, id, user).await? {
            bookings::cancel(conn, live.id, now).await?;
            free(conn, &mut locked, live.party).await?;
        }
        settle(conn, &mut locked, now).await?;
    }
    transfers::forget(conn, user).await?;
    repo::forget_guest(conn, user).await?;
    books::forget(conn, user).await?;
    interests::forget(conn, user).await?;
    invitations::forget(conn, user).await?;
    feedback::forget_hosted(conn, user).await?;
    leftovers::forget_hosted(conn, user).await?;
    messages::forget(conn, user).await?;
    tasks::forget(conn, user).await?;
    hosts::forget(conn, user).await?;
    organisations::forget(conn, user).await?;
    feedback::forget_hosting(conn, user).await?;
    log::forget(conn, user).await?;
    codes::forget(conn, user).await?;
    door::forget_doorkeeper(conn, user).await?;
    series::forget(conn, user).await?;
    host_news::forget(conn, user).await?;
    repo::forget_host(conn, user).await
}
