//! Copies that come from a file, many at a time, and their way back.

use dogear_domain::copies::CopyState;
use dogear_domain::ids::{CopyId, EditionId, UserId};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::change::refresh;
use super::input::NewCopy;
use super::{insert_all, repo};
use crate::{Error, Result};

/// Puts these copies on the owner's shelf, in the caller's transaction: the ids in the order
/// of `copies`. Whoever calls has asked whether the owner may, and has one already.
///
/// # Errors
/// `NotFound` when an edition is not there: nothing may be kept then.
pub(crate) async fn add_all(
    conn: &mut PgConnection,
    owner: UserId,
    copies: &[(EditionId, &NewCopy)],
    now: Timestamp,
) -> Result<Vec<CopyId>> {
    let added = insert_all(conn, owner, copies).await?;
    if added.len() != copies.len() {
        return Err(Error::NotFound);
    }
    let (ids, works) = added
        .into_iter()
        .map(|copy| (copy.id, copy.work_id))
        .unzip();
    refresh(conn, works, now).await?;
    Ok(ids)
}

/// What [`take_back`] did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TakenBack {
    /// In the trash now, or there already.
    pub removed: Vec<CopyId>,
    /// Left as they are, since somebody has done something with them.
    pub kept: Vec<CopyId>,
}

/// Puts copies that were added not long ago into the trash, in the caller's transaction. A
/// copy that was changed, that stands in a trade, or that has gone to somebody else is kept.
///
/// # Errors
/// Those of the database.
pub(crate) async fn take_back(
    conn: &mut PgConnection,
    owner: UserId,
    ids: &[CopyId],
    now: Timestamp,
) -> Result<TakenBack> {
    let copies = repo::lock_owned(conn, owner, ids).await?;
    let touched = repo::touched(conn, ids).await?;
    let mut taken = TakenBack::default();
    let mut works = Vec::new();
    for copy in &copies {
        let stays = copy.held_by.is_some() || touched.contains(&copy.id);
        if copy.state == CopyState::Deleted {
            taken.removed.push(copy.id);
        } else if !stays {
            taken.removed.push(copy.id);
            works.push(copy.work_id);
        }
    }
    taken.kept = ids
        .iter()
        .copied()
        .filter(|id| !taken.removed.contains(id))
        .collect();
    repo::trash(conn, &taken.removed).await?;
    refresh(conn, works, now).await?;
    Ok(taken)
}
