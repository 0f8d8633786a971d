//! Two works become one, and are taken apart again: what was said of them goes along.

use dogear_domain::ids::{ReviewId, WorkId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::repo::merging;
use crate::Result;

/// What [`hand_over`] did, for [`put_back`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Moved {
    /// The reviews of the dropped work.
    pub moved: Vec<ReviewId>,
    /// Of either, those whose author has a newer one of the other: nobody sees them while the
    /// works are one.
    pub aside: Vec<ReviewId>,
}

/// Gives the reviews of one work to another. Of two by one reader the newer stands, and the other
/// waits; votes stay with their review. The caller holds both works.
///
/// # Errors
/// Those of the database.
pub(crate) async fn hand_over(conn: &mut PgConnection, from: WorkId, to: WorkId) -> Result<Moved> {
    let aside = merging::set_aside(conn, from, to).await?;
    let moved = merging::move_all(conn, from, to).await?;
    // Copies may have moved before: what was traded as one book counts for the other.
    merging::count_trades(conn, to).await?;
    Ok(Moved { moved, aside })
}

/// Gives those back that [`hand_over`] has moved, and shows those again that waited, unless their
/// author has written another one meanwhile. The caller holds the works.
///
/// # Errors
/// Those of the database.
pub(crate) async fn put_back(
    conn: &mut PgConnection,
    kept: WorkId,
    again: WorkId,
    moved: &Moved,
) -> Result<()> {
    merging::move_some(conn, &moved.moved, kept, again).await?;
    merging::show_again(conn, &moved.aside).await?;
    merging::count_trades(conn, kept).await?;
    merging::count_trades(conn, again).await
}
