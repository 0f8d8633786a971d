//! What buyers owe and have paid.

use dogear_domain::ids::{TradeId, UserId};
use dogear_domain::money::{Currency, Money};
use dogear_domain::trades::{Payment, PaymentState, SaleTerms};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// Notes for what a revision sells its books, and that the trade is a sale.
pub(in crate::trades) async fn set_prices(
    conn: &mut PgConnection,
    trade: TradeId,
    revision: i32,
    terms: &SaleTerms,
) -> Result<()> {
    sqlx::query!("update trades set kind = 'sale' where id = $1", trade.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update trade_revisions set currency = $3, postage_minor = $4 where trade_id = $1 and number = $2",
        trade.0,
        revision,
        terms.currency.as_str(),
        terms.postage.map(i64::from)
    )
    .execute(&mut *conn)
    .await?;
    let (copies, prices): (Vec<i64>, Vec<i64>) = terms
        .prices
        .iter()
        .map(|(copy, price)| (copy.0, i64::from(*price)))
        .unzip();
    sqlx::query!(
        "update trade_items i set price_minor = asked.price
         from unnest($3::bigint[], $4::bigint[]) as asked (copy, price)
         where i.trade_id = $1 and i.revision = $2 and i.copy_id = asked.copy",
        trade.0,
        revision,
        &copies,
        &prices
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what the buyer of a sale owes, and what its seller says of returns now.
pub(in crate::trades) async fn owe(
    conn: &mut PgConnection,
    trade: TradeId,
    seller: UserId,
    payment: &Payment,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into payments (trade_id, state, amount_minor, currency, due_at, created_at,
           takes_returns, by_trader)
         select $1, $2, $3, $4, $5, $6, takes_returns or trader, trader from users where id = $7",
        trade.0,
        payment.state.as_str(),
        i64::from(payment.amount.minor),
        payment.amount.currency.as_str(),
        payment.due.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        now.to_sqlx(),
        seller.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes where the money is, and who says so. What goes back is noted by [`give_back`].
pub(in crate::trades) async fn mark(
    conn: &mut PgConnection,
    trade: TradeId,
    state: PaymentState,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update payments set state = $2,
           marked_by = case when $2 <> 'due' then $3::bigint end,
           marked_at = case when $2 <> 'due' then $4::timestamptz end,
           method = case $2 when 'processing' then 'online' when 'due' then 'in_person' else method end
         where trade_id = $1",
        trade.0,
        state.as_str(),
        by.map(|user| user.0),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that so much more goes back to the buyer, and whether the seller says with that that they have
/// it. The row is locked by that; more than was paid breaks `payments_refunded`.
pub(in crate::trades) async fn give_back(
    conn: &mut PgConnection,
    trade: TradeId,
    minor: i32,
    by: Option<UserId>,
    is_given: bool,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update payments set state = 'refunded', refunded_minor = refunded_minor + $2,
           marked_by = $3, marked_at = $4::timestamptz,
           given_back_at = case when $5 and method = 'in_person' then $4::timestamptz end
         where trade_id = $1",
        trade.0,
        i64::from(minor),
        by.map(|user| user.0),
        now.to_sqlx(),
        is_given
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the buyer has what goes back to them by hand; `false` when that is known.
pub(in crate::trades) async fn mark_given_back(
    conn: &mut PgConnection,
    trade: TradeId,
    now: Timestamp,
) -> Result<bool> {
    let noted = sqlx::query!(
        "update payments set given_back_at = $2
         where trade_id = $1 and state = 'refunded' and method = 'in_person' and given_back_at is null",
        trade.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Notes until when a leg is to be sent.
pub(in crate::trades) async fn set_send_due(
    conn: &mut PgConnection,
    leg: dogear_domain::ids::LegId,
    due: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update trade_legs set send_due = $2, reminded_at = null, overdue_told_at = null where id = $1",
        leg.0,
        due.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a member has sold since then that is paid or to be paid. The member's row is locked, or two
/// agreements at once would both find it little.
pub(in crate::trades) async fn sold_since(
    conn: &mut PgConnection,
    seller: UserId,
    since: Timestamp,
) -> Result<Vec<Money>> {
    let rows = sqlx::query!(
        r#"select (y.amount_minor - y.refunded_minor)::int as "minor!", y.currency as "currency!: Currency"
         from payments y
         where y.state <> 'void' and y.refunded_minor < y.amount_minor and y.created_at >= $2
           and exists (select from trade_legs l where l.trade_id = y.trade_id and l.from_user = $1)"#,
        seller.0,
        since.to_sqlx()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Money {
            minor: row.minor,
            currency: row.currency,
        })
        .collect())
}

/// Whether a member who sells does so as a trader, and whether they take books back.
pub(in crate::trades) async fn returns_of(
    conn: &mut PgConnection,
    seller: UserId,
) -> Result<(bool, bool)> {
    let row = sqlx::query!(
        r#"select trader, takes_returns or trader as "takes!" from users where id = $1"#,
        seller.0
    )
    .fetch_one(conn)
    .await?;
    Ok((row.trader, row.takes))
}

/// The handle of a member who sells, as it is compared, and whether they do so as a trader.
pub(in crate::trades) async fn seller_of(
    conn: &mut PgConnection,
    seller: UserId,
) -> Result<(String, bool)> {
    let row = sqlx::query!(
        "select handle_key, trader from users where id = $1",
        seller.0
    )
    .fetch_one(conn)
    .await?;
    Ok((row.handle_key, row.trader))
}
