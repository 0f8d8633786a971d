//! Whose a copy is.

use dogear_domain::copies::CopyState;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, LegId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::{Error, Result};

/// How a copy comes to another owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handed {
    /// By a leg of a trade, as far as it is known.
    ByTrade { leg: Option<LegId> },
    /// To the owner before, after a trade went wrong.
    Back,
}

/// Gives a copy, which the caller has locked, to another member: unlisted, without the old
/// owner's note, place, loans, photos, price and offers, and without what a moderator hid it for,
/// which were note and photos. Its history says so.
///
/// # Errors
/// `Internal` when it is not `from`'s to give.
pub(crate) async fn hand_on(
    conn: &mut PgConnection,
    copy: CopyId,
    from: UserId,
    to: UserId,
    way: Handed,
    now: Timestamp,
) -> Result<()> {
    let moved = sqlx::query!(
        "update copies set owner_id = $3, state = 'owned', listed_at = null, note = '', place = '',
           offer_trade = true, offer_give = false, offer_loan = false, loan_days = null,
           price_minor = null, currency = null, postage_minor = null, offer_at_once = false,
           hidden_at = null, hidden_reason = '', terms_version = terms_version + 1, updated_at = $4
         where id = $1 and owner_id = $2",
        copy.0,
        from.0,
        to.0,
        now.to_sqlx()
    )
    .execute(&mut *conn)
    .await?;
    if moved.rows_affected() != 1 {
        return Err(Error::internal(format!(
            "copy {copy} is not {from}'s to give"
        )));
    }
    super::lent::forget_loans_of(&mut *conn, copy).await?;
    super::waits::forget_waits_for(&mut *conn, copy).await?;
    sqlx::query!("delete from copy_photos where copy_id = $1", copy.0)
        .execute(&mut *conn)
        .await?;
    let (kind, leg) = match way {
        Handed::ByTrade { leg } => ("trade", leg),
        Handed::Back => ("returned", None),
    };
    sqlx::query!(
        "insert into copy_history (copy_id, from_user, to_user, kind, leg_id, city, at)
         select $1, $2, $3, $4, $5, city, $6 from users where id = $3",
        copy.0,
        from.0,
        to.0,
        kind,
        leg.map(|leg| leg.0),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes copies, which the caller has locked, off the listings: nobody has them any more.
///
/// # Errors
/// Those of the database.
pub(crate) async fn take_off_listings(
    conn: &mut PgConnection,
    copies: &[CopyId],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update copies set state = 'owned', listed_at = null, updated_at = $2
         where id = any ($1) and state = 'listed'",
        copies as &[CopyId],
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The works of copies, by number.
///
/// # Errors
/// Those of the database.
pub(crate) async fn works_of(conn: &mut PgConnection, copies: &[CopyId]) -> Result<Vec<WorkId>> {
    let numbers: Vec<i64> = copies.iter().map(|copy| copy.0).collect();
    Ok(sqlx::query_scalar!(
        "select distinct work_id from copies where id = any ($1) order by 1",
        &numbers
    )
    .fetch_all(conn)
    .await?)
}

/// Whether the owner has a copy of an edition; the trash does not count.
pub(in crate::copies) async fn owns_edition(
    conn: &mut PgConnection,
    owner: UserId,
    edition: EditionId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
r#"select exists (select from copies
         where owner_id = $1 and edition_id = merged_edition($2) and state <> 'deleted') as "owns!""#,
owner.0,
edition.0
)
    .fetch_one(conn)
    .await?)
}

/// A copy of an edition.
pub(in crate::copies) struct OwnedCopy {
    pub edition_id: EditionId,
    pub id: CopyId,
    pub grade: Grade,
    pub state: CopyState,
}

/// The newest of the owner's copies of each of these editions; the trash does not count.
pub(in crate::copies) async fn owned_of(
    db: impl PgExecutor<'_>,
    owner: UserId,
    editions: &[EditionId],
) -> Result<Vec<OwnedCopy>> {
    Ok(sqlx::query_as!(
        OwnedCopy,
        "select distinct on (edition_id) edition_id, id, grade, state from copies
         where owner_id = $1 and edition_id = any ($2) and state <> 'deleted'
         order by edition_id, id desc",
        owner.0,
        editions as &[EditionId]
    )
    .fetch_all(db)
    .await?)
}

/// The owner's copies of an edition, newest first; the trash does not count.
pub(in crate::copies) async fn owned_of_edition(
    db: impl PgExecutor<'_>,
    owner: UserId,
    edition: EditionId,
) -> Result<Vec<OwnedCopy>> {
    Ok(sqlx::query_as!(
        OwnedCopy,
        "select edition_id, id, grade, state from copies
         where owner_id = $1 and edition_id = $2 and state <> 'deleted' order by id desc",
        owner.0,
        edition.0
    )
    .fetch_all(db)
    .await?)
}

/// Erases what a member has scanned, to whom they have lent what, where they were when copies came to them, and what they wrote
/// about their own, which nobody owns from now on.
///
/// # Errors
/// Those of the database.
pub(in crate::copies) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    super::lent::erase_loans(&mut *conn, user).await?;
    super::waits::erase_waits(&mut *conn, user).await?;
    sqlx::query!("delete from scans where user_id = $1", user.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update copy_history set city = '' where to_user = $1",
        user.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update copies set state = 'deleted', listed_at = null, note = '', place = '' where owner_id = $1",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
