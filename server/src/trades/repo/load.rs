//! A trade as the rules need it, and the locks around it.

use std::collections::HashMap;

use dogear_domain::ids::{CopyId, LegId, TradeId, UserId};
use dogear_domain::money::{Currency, Money};
use dogear_domain::trades::{
    Item, Leg, LegPurpose, LegState, Loan, Method, Party, Payment, PaymentState, SaleTerms, Trade,
    TradeState,
};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::{Error, Result};

/// A trade read from its rows.
pub(in crate::trades) struct Loaded {
    pub id: TradeId,
    pub trade: Trade,
    /// When the present question was put to the parties.
    pub asked_at: Timestamp,
}

struct TradeRow {
    id: TradeId,
    state: TradeState,
    revision: i32,
    method: Method,
    reply_due: Option<jiff_sqlx::Timestamp>,
    asked_at: jiff_sqlx::Timestamp,
    author_id: UserId,
    disputed_leg: Option<LegId>,
    /// Of a sale.
    currency: Option<Currency>,
    postage: Option<i32>,
    payment: Option<PaymentState>,
    amount: Option<i32>,
    amount_in: Option<Currency>,
    pay_due: Option<jiff_sqlx::Timestamp>,
    /// Of a loan.
    due: Option<jiff_sqlx::Timestamp>,
    renewals: Option<i16>,
    asked: Option<jiff_sqlx::Timestamp>,
    keep_offered: Option<bool>,
    kept: Option<bool>,
    waited_for: bool,
    blocked: bool,
    reminded: bool,
    online: Option<bool>,
    refunded: Option<i32>,
    given_back: Option<bool>,
    takes_returns: Option<bool>,
    by_trader: Option<bool>,
}

impl TradeRow {
    fn payment(&self) -> Option<Payment> {
        Some(Payment {
            state: self.payment?,
            amount: Money {
                minor: self.amount?,
                currency: self.amount_in?,
            },
            due: self.pay_due.map(jiff_sqlx::Timestamp::to_jiff),
            online: self.online.unwrap_or(false),
            refunded: self.refunded.unwrap_or_default(),
            given_back: self.given_back.unwrap_or_default(),
            takes_returns: self.takes_returns.unwrap_or_default(),
            by_trader: self.by_trader.unwrap_or_default(),
        })
    }
}

impl TradeRow {
    fn loan(&self) -> Option<Loan> {
        Some(Loan {
            due: self.due?.to_jiff(),
            renewals: self.renewals.unwrap_or_default(),
            asked: self.asked.map(jiff_sqlx::Timestamp::to_jiff),
            keep_offered: self.keep_offered.unwrap_or_default(),
            kept: self.kept.unwrap_or_default(),
            waited_for: self.waited_for,
            blocked: self.blocked,
            reminded: self.reminded,
        })
    }
}

struct PartyRow {
    trade_id: TradeId,
    user_id: UserId,
    accepted_revision: Option<i32>,
    cancel_requested: bool,
    has_address: bool,
}

struct ItemRow {
    trade_id: TradeId,
    copy_id: CopyId,
    from_user: UserId,
    to_user: UserId,
    terms_version: i32,
    price: Option<i32>,
}

struct LegRow {
    id: LegId,
    trade_id: TradeId,
    from_user: UserId,
    to_user: UserId,
    purpose: LegPurpose,
    state: LegState,
    send_due: jiff_sqlx::Timestamp,
    receive_due: Option<jiff_sqlx::Timestamp>,
    received_at: Option<jiff_sqlx::Timestamp>,
}

/// Reads a trade.
///
/// # Errors
/// `NotFound` when there is none with this number.
pub(in crate::trades) async fn read(conn: &mut PgConnection, id: TradeId) -> Result<Loaded> {
    read_many(conn, &[id])
        .await?
        .into_iter()
        .next()
        .ok_or(Error::NotFound)
}

/// Reads trades, in the order asked for; unknown ones are left out.
pub(in crate::trades) async fn read_many(
    conn: &mut PgConnection,
    wanted: &[TradeId],
) -> Result<Vec<Loaded>> {
    let numbers: Vec<i64> = wanted.iter().map(|id| id.0).collect();
    let trades: Vec<TradeRow> = sqlx::query_as!(
        TradeRow,
        r#"select t.id, t.state, t.revision, t.method, t.reply_due, t.asked_at, r.author_id,
           (select d.leg_id from trade_disputes d where d.trade_id = t.id and d.closed_at is null)
             as "disputed_leg: LegId",
           r.currency as "currency: Currency", r.postage_minor::int as postage,
           y.state as "payment?: PaymentState", y.amount_minor::int as amount,
           y.currency as "amount_in?: Currency", y.due_at as pay_due,
           r.due_at as due, n.renewals as "renewals?", n.asked_until as asked,
           n.keep_offered as "keep_offered?", n.kept as "kept?",
           n.trade_id is not null and exists (
             select from trade_items i join copy_waits w on w.copy_id = i.copy_id and w.told_at is null
             where i.trade_id = t.id and i.revision = t.revision) as "waited_for!",
           n.trade_id is not null and exists (
             select from trade_parties a join trade_parties b on b.trade_id = a.trade_id and b.user_id > a.user_id
             where a.trade_id = t.id and blocked(a.user_id, b.user_id)) as "blocked!",
           n.trade_id is not null and exists (
             select from trade_legs l where l.trade_id = t.id and l.purpose = 'return'
               and l.reminded_at is not null) as "reminded!",
           y.method = 'online' as "online?", y.refunded_minor::int as refunded,
           y.given_back_at is not null and y.trade_id is not null as given_back,
           y.takes_returns as "takes_returns?", y.by_trader as "by_trader?"
         from trades t join trade_revisions r on r.trade_id = t.id and r.number = t.revision
           left join payments y on y.trade_id = t.id
           left join trade_loans n on n.trade_id = t.id
         where t.id = any ($1)"#,
        &numbers
    )
    .fetch_all(&mut *conn)
    .await?;
    let parties: Vec<PartyRow> = sqlx::query_as!(
PartyRow,
r#"select trade_id, user_id, accepted_revision, cancel_requested_at is not null as "cancel_requested!",
           address_sealed is not null as "has_address!"
         from trade_parties where trade_id = any ($1) order by trade_id, position"#,
&numbers
)
    .fetch_all(&mut *conn)
    .await?;
    let items: Vec<ItemRow> = sqlx::query_as!(
        ItemRow,
        "select i.trade_id, i.copy_id, i.from_user, i.to_user, i.terms_version,
           i.price_minor::int as price
         from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
         where t.id = any ($1) order by i.trade_id, i.copy_id",
        &numbers
    )
    .fetch_all(&mut *conn)
    .await?;
    let legs: Vec<LegRow> = sqlx::query_as!(
        LegRow,
        "select id, trade_id, from_user, to_user, purpose, state, send_due, receive_due, received_at
         from trade_legs where trade_id = any ($1) order by id",
        &numbers
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut parties = grouped(parties, |row| row.trade_id);
    let mut items = grouped(items, |row| row.trade_id);
    let mut legs = grouped(legs, |row| row.trade_id);
    let mut trades: HashMap<TradeId, TradeRow> =
        trades.into_iter().map(|row| (row.id, row)).collect();
    let loaded = wanted.iter().filter_map(|id| {
        let trade = trades.remove(id)?;
        let lines: Vec<ItemRow> = items.remove(id).unwrap_or_default();
        let sale = trade.currency.map(|currency| SaleTerms {
            prices: lines
                .iter()
                .filter_map(|line| Some((line.copy_id, line.price?)))
                .collect(),
            currency,
            postage: trade.postage,
        });
        Some(Loaded {
            id: *id,
            asked_at: trade.asked_at.to_jiff(),
            trade: Trade {
                state: trade.state,
                revision: trade.revision,
                author: trade.author_id,
                method: trade.method,
                parties: into_all(parties.remove(id)),
                items: into_all(Some(lines)),
                legs: into_all(legs.remove(id)),
                reply_due: trade.reply_due.map(jiff_sqlx::Timestamp::to_jiff),
                disputed_leg: trade.disputed_leg,
                sale,
                payment: trade.payment(),
                loan: trade.loan(),
            },
        })
    });
    Ok(loaded.collect())
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> TradeId) -> HashMap<TradeId, Vec<T>> {
    let mut groups: HashMap<TradeId, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

fn into_all<R, T: From<R>>(rows: Option<Vec<R>>) -> Vec<T> {
    rows.unwrap_or_default()
        .into_iter()
        .map(Into::into)
        .collect()
}

impl From<PartyRow> for Party {
    fn from(row: PartyRow) -> Self {
        Self {
            user: row.user_id,
            accepted_revision: row.accepted_revision,
            cancel_requested: row.cancel_requested,
            has_address: row.has_address,
        }
    }
}

impl From<ItemRow> for Item {
    fn from(row: ItemRow) -> Self {
        Self {
            copy: row.copy_id,
            from: row.from_user,
            to: row.to_user,
            terms: row.terms_version,
        }
    }
}

impl From<LegRow> for Leg {
    fn from(row: LegRow) -> Self {
        Self {
            id: row.id,
            from: row.from_user,
            to: row.to_user,
            purpose: row.purpose,
            state: row.state,
            send_due: row.send_due.to_jiff(),
            receive_due: row.receive_due.map(jiff_sqlx::Timestamp::to_jiff),
            received_at: row.received_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}

impl Loaded {
    /// The copies of the current revision, by number.
    pub(crate) fn copies(&self) -> Vec<CopyId> {
        self.trade.items.iter().map(|item| item.copy).collect()
    }
}

/// Ids as the numbers that arrays are bound as.
pub(in crate::trades) fn ids(copies: &[CopyId]) -> Vec<i64> {
    copies.iter().map(|copy| copy.0).collect()
}
