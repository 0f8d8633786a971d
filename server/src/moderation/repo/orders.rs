//! Sales, as moderators read them.

use dogear_domain::ids::TradeId;
use dogear_domain::money::Currency;
use dogear_domain::trades::PaymentState;
use sqlx::PgPool;

use crate::Result;
use crate::moderation::orders::{OrderRow, Wanted};

/// Sales, newest first: of a party (a handle in lower case) or with a number, unless both are
/// empty, and with this payment.
pub(in crate::moderation) async fn list(
    db: &PgPool,
    wanted: &Wanted<'_>,
    before: Option<TradeId>,
    most: i64,
) -> Result<Vec<OrderRow>> {
    Ok(sqlx::query_as!(
        OrderRow,
        r#"select t.id, t.state, y.state as "payment?: PaymentState", y.due_at as pay_due,
             (coalesce(y.amount_minor, (select sum(i.price_minor) from trade_items i
               where i.trade_id = t.id and i.revision = t.revision)))::int as "amount!",
             r.currency as "currency!: Currency", s.seller as "seller!", s.buyer as "buyer!", s.books as "books!",
             exists (select from trade_disputes d where d.trade_id = t.id and d.closed_at is null)
                 as "open_problem!", t.updated_at,
             coalesce(y.refunded_minor, 0)::int as "refunded!"
         from trades t
           join trade_revisions r on r.trade_id = t.id and r.number = t.revision
           left join payments y on y.trade_id = t.id
           cross join lateral (select min(giver.handle) as seller, min(taker.handle) as buyer, count(*) as books
             from trade_items i join users giver on giver.id = i.from_user join users taker on taker.id = i.to_user
             where i.trade_id = t.id and i.revision = t.revision) s
         where t.kind = 'sale' and t.state <> 'draft'
             and ($1::text is null or y.state = $1)
             and (not $6 or y.trade_id is null)
             and ($2 = '' or t.id = $3 or lower(s.seller) = $2 or lower(s.buyer) = $2)
             and ($4::bigint is null or t.id < $4)
         order by t.id desc limit $5"#,
        wanted.payment.map(PaymentState::as_str),
        wanted.words,
        wanted.words.parse::<i64>().ok(),
        before.map(|trade| trade.0),
        most,
        wanted.without
    )
    .fetch_all(db)
    .await?)
}
