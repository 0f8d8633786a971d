//! How a reader rates a book.

use dogear_domain::ids::{UserId, WorkId};
use dogear_domain::library::Rating;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::repo::entries;
use crate::Result;

/// Sets how a reader rates a book, in the transaction of something else that they do with it; none
/// takes the rating away.
///
/// # Errors
/// `NotFound` when the book is not there.
pub(crate) async fn rate_in(
    tx: &mut PgConnection,
    reader: UserId,
    work: WorkId,
    rating: Option<Rating>,
    now: Timestamp,
) -> Result<()> {
    let entry = entries::hold(&mut *tx, reader, work, now).await?;
    if entry.rating != rating {
        entries::rate(&mut *tx, reader, work, (entry.rating, rating), now).await?;
    }
    entries::save(tx, reader, work, &entry, now).await
}
