//! What happens to rounds because of something elsewhere.

use dogear_domain::ids::{CopyId, UserId};
use dogear_domain::rounds::{AskState, RoundState};
use sqlx::PgConnection;

use super::repo::{asks, rounds as repo};
use super::{advance, lock};
use crate::{Cx, Result};

/// Copies are no longer offered: the rounds in which they are given away close, and those who asked
/// are told. The caller has locked the copies.
///
/// # Errors
/// Those of the database: roll back.
pub(crate) async fn unoffered(conn: &mut PgConnection, cx: &Cx, copies: &[CopyId]) -> Result<()> {
    for round in repo::live_of_copies(conn, copies).await? {
        let found = lock(conn, round).await?;
        if found.state.is_live() {
            advance::end(conn, cx, &found, RoundState::Closed).await?;
        }
    }
    Ok(())
}

/// A member leaves: their rounds close, and what they asked for or are offered is the next one's, as
/// soon as the clock looks. Call it when their copies are locked.
///
/// # Errors
/// Those of the database: roll back.
pub(crate) async fn leave(conn: &mut PgConnection, cx: &Cx, user: UserId) -> Result<()> {
    for round in repo::live_of_owner(conn, user).await? {
        let found = lock(conn, round).await?;
        if found.state.is_live() {
            advance::end(conn, cx, &found, RoundState::Closed).await?;
        }
    }
    repo::end_offers_to(conn, user, None, cx.now()).await?;
    asks::end_of(conn, user, None, AskState::Passed, cx.now()).await
}

/// One of the two has blocked the other: neither gets what the other gives away. Nobody is told why.
///
/// # Errors
/// Those of the database: roll back.
pub(crate) async fn part(
    conn: &mut PgConnection,
    cx: &Cx,
    one: UserId,
    other: UserId,
) -> Result<()> {
    for (asker, owner) in [(one, other), (other, one)] {
        repo::end_offers_to(conn, asker, Some(owner), cx.now()).await?;
        asks::end_of(conn, asker, Some(owner), AskState::Skipped, cx.now()).await?;
    }
    Ok(())
}
