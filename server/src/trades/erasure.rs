//! What of a member who leaves goes from trades, which belong to the others too.

use dogear_domain::ids::UserId;
use sqlx::PgConnection;

use super::repo::{disputes, members};
use crate::{Result, copies};

/// Erases the addresses that a member gave, what their copies said of themselves in proposals that
/// were never agreed, and the photos with which they showed a problem, whose files go after the
/// commit.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    members::erase(conn, user).await?;
    let photos = disputes::erase_photos(conn, user).await?;
    copies::delete_files(conn, user, &photos).await
}
