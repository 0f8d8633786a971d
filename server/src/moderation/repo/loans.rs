//! Loans, as moderators read them.

use dogear_domain::ids::TradeId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::moderation::loans::{LoanRow, Wanted};

/// Loans, newest first: of a party (a handle in lower case) or with a number, unless both are
/// empty, and of them those that are out, or overdue.
pub(in crate::moderation) async fn list(
    db: &PgPool,
    wanted: &Wanted<'_>,
    before: Option<TradeId>,
    most: i64,
    now: Timestamp,
) -> Result<Vec<LoanRow>> {
    Ok(sqlx::query_as!(
        LoanRow,
        r#"select t.id, t.state, coalesce(b.state <> 'received' and t.state in ('agreed', 'disputed'), false) as "out!",
             coalesce(b.send_due, r.due_at) as due, coalesce(n.renewals, 0::smallint) as "renewals!",
             s.lender as "lender!", s.borrower as "borrower!",
             exists (select from trade_disputes d where d.trade_id = t.id and d.closed_at is null)
                 as "open_problem!", t.updated_at
         from trades t
           join trade_revisions r on r.trade_id = t.id and r.number = t.revision
           left join trade_loans n on n.trade_id = t.id
           left join trade_legs b on b.trade_id = t.id and b.purpose = 'return'
           cross join lateral (select min(giver.handle) as lender, min(taker.handle) as borrower
             from trade_items i join users giver on giver.id = i.from_user join users taker on taker.id = i.to_user
             where i.trade_id = t.id and i.revision = t.revision) s
         where t.kind = 'loan' and t.state <> 'draft'
             and (not $1 or b.state <> 'received' and t.state in ('agreed', 'disputed'))
             and (not $2 or b.send_due < $7)
             and ($3 = '' or t.id = $4 or lower(s.lender) = $3 or lower(s.borrower) = $3)
             and ($5::bigint is null or t.id < $5)
         order by t.id desc limit $6"#,
        wanted.out,
        wanted.overdue,
        wanted.words,
        wanted.words.parse::<i64>().ok(),
        before.map(|trade| trade.0),
        most,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}
