//! What of a member who leaves goes from trades, which belong to the others too.

use dogear_domain::ids::UserId;
use sqlx::PgConnection;

use super::repo::{disputes, erasure, online};
use crate::{Result, copies, mail, notifications};

/// Erases the addresses that a member gave, and which account they are paid into; what they wrote, and what their copies said of
/// themselves, in proposals that were never agreed; the photos with which they showed a problem,
/// whose files go after the commit; and their name in what the others were told.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    erasure::erase_addresses(&mut *conn, user).await?;
    online::forget_account(&mut *conn, user).await?;
    erasure::erase_snapshots(&mut *conn, user).await?;
    erasure::erase_words(&mut *conn, user).await?;
    let photos = disputes::erase_photos(&mut *conn, user).await?;
    copies::delete_files(&mut *conn, user, &photos).await?;
    let trades = erasure::trades_of(&mut *conn, user).await?;
    notifications::erase_names(&mut *conn, &trades).await?;
    mail::erase_about(conn, &trades).await
}
