//! What holds copies. A copy has one hold at most: the primary key is the last word.

use dogear_domain::ids::{CopyId, OutsideLoanId, RoundId, TradeId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// Promises copies, which the caller has locked, to a trade.
///
/// # Errors
/// A violation of `copy_holds_pkey` when one of them is held already.
pub(crate) async fn hold(
    conn: &mut PgConnection,
    trade: TradeId,
    copies: &[CopyId],
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into copy_holds (copy_id, trade_id, created_at)
         select copy, $2, $3 from unnest($1::bigint[]) as copy",
        copies as &[CopyId],
        trade.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Frees copies that a trade holds.
///
/// # Errors
/// Those of the database.
pub(crate) async fn release(
    conn: &mut PgConnection,
    trade: TradeId,
    copies: &[CopyId],
) -> Result<()> {
    sqlx::query!(
        "delete from copy_holds where trade_id = $1 and copy_id = any ($2)",
        trade.0,
        copies as &[CopyId]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Holds a copy, which the caller has locked, because it is out of the house.
///
/// # Errors
/// As [`hold`].
pub(in crate::copies) async fn hold_lent(
    conn: &mut PgConnection,
    copy: CopyId,
    loan: OutsideLoanId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into copy_holds (copy_id, outside_loan_id, created_at) values ($1, $2, $3)",
        copy.0,
        loan.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Frees the copy that a loan holds.
pub(in crate::copies) async fn release_lent(
    conn: &mut PgConnection,
    loan: OutsideLoanId,
) -> Result<()> {
    sqlx::query!("delete from copy_holds where outside_loan_id = $1", loan.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Holds a copy, which the caller has locked, because it is given away in a round.
///
/// # Errors
/// As [`hold`].
pub(crate) async fn hold_for_round(
    conn: &mut PgConnection,
    copy: CopyId,
    round: RoundId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into copy_holds (copy_id, round_id, created_at) values ($1, $2, $3)",
        copy.0,
        round.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Frees the copy that a round holds.
///
/// # Errors
/// Those of the database.
pub(crate) async fn free_of_round(conn: &mut PgConnection, round: RoundId) -> Result<()> {
    sqlx::query!("delete from copy_holds where round_id = $1", round.0)
        .execute(conn)
        .await?;
    Ok(())
}
