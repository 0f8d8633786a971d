//! What the clock looks for.

use dogear_domain::ids::{LegId, TradeId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;

/// A leg and its trade.
pub(in crate::trades) struct LegOf {
    pub id: LegId,
    pub trade_id: TradeId,
}

/// Open proposals whose time to answer is over, at most `most`.
pub(in crate::trades) async fn expired(
    db: &PgPool,
    now: Timestamp,
    most: i64,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        "select id from trades where state = 'proposed' and reply_due <= $1 order by reply_due limit $2",
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Agreed sales whose time to be paid is over, at most `most`.
pub(in crate::trades) async fn unpaid(
    db: &PgPool,
    now: Timestamp,
    most: i64,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        r#"select y.trade_id as "id!: TradeId" from payments y join trades t on t.id = y.trade_id
         where y.state = 'due' and y.due_at <= $1 and t.state = 'agreed' order by y.due_at limit $2"#,
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Sold books that were to go back by `due`, to somebody who can be sent something, and are still with
/// their buyer; at most `most`.
pub(in crate::trades) async fn not_given_back(
    db: &PgPool,
    due: Timestamp,
    most: i64,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        r#"select l.trade_id as "id!: TradeId" from trade_legs l join trades t on t.id = l.trade_id
         where t.state = 'agreed' and t.kind = 'sale' and l.purpose = 'return' and l.state = 'pending'
           and l.send_due <= $1 and (t.method = 'meet' or exists (
             select from trade_parties p
             where p.trade_id = t.id and p.user_id = l.to_user and p.address_sealed is not null))
         order by l.send_due limit $2"#,
        due.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Open proposals to be answered between `now` and `until`, of which nobody was reminded.
pub(in crate::trades) async fn silent(
    db: &PgPool,
    now: Timestamp,
    until: Timestamp,
    most: i64,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        "select id from trades
         where state = 'proposed' and reminded_at is null and reply_due <= $1 and reply_due > $2
         order by reply_due limit $3",
        until.to_sqlx(),
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Legs sent or handed over before these moments, whose takers were not reminded.
pub(in crate::trades) async fn late(
    db: &PgPool,
    posted_by: Timestamp,
    met_by: Timestamp,
    most: i64,
) -> Result<Vec<LegOf>> {
    Ok(sqlx::query_as!(
        LegOf,
        "select l.id, l.trade_id from trade_legs l join trades t on t.id = l.trade_id
         where t.state = 'agreed' and l.reminded_at is null
           and (l.state = 'sent' and l.sent_at <= $1 or l.state = 'handed_over' and l.sent_at <= $2)
         order by l.id limit $3",
        posted_by.to_sqlx(),
        met_by.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Parcels whose time to arrive is over.
pub(in crate::trades) async fn lost(db: &PgPool, now: Timestamp, most: i64) -> Result<Vec<LegOf>> {
    Ok(sqlx::query_as!(
        LegOf,
        "select l.id, l.trade_id from trade_legs l join trades t on t.id = l.trade_id
         where t.state = 'agreed' and l.state = 'sent' and l.receive_due <= $1
         order by l.receive_due limit $2",
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Legs that are still with their givers: those due between `now` and `until` whose giver has
/// not been reminded, or those `overdue` of which nobody has been told.
pub(in crate::trades) async fn pending(
    db: &PgPool,
    now: Timestamp,
    until: Timestamp,
    overdue: bool,
    most: i64,
) -> Result<Vec<LegOf>> {
    Ok(sqlx::query_as!(
        LegOf,
        "select l.id, l.trade_id from trade_legs l join trades t on t.id = l.trade_id
         where t.state = 'agreed' and l.state = 'pending' and (l.purpose = 'give' or t.kind = 'sale')
           and not exists (select from payments y where y.trade_id = t.id and y.state = 'processing')
           and case when $4 then l.send_due <= $1 and l.overdue_told_at is null
                    else l.send_due > $1 and l.send_due <= $2 and l.reminded_at is null end
         order by l.send_due limit $3",
        now.to_sqlx(),
        until.to_sqlx(),
        most,
        overdue
    )
    .fetch_all(db)
    .await?)
}

/// An open proposal that is put to somebody on holiday.
pub(in crate::trades) struct Waiting {
    pub trade_id: TradeId,
    pub reply_due: jiff_sqlx::Timestamp,
    /// When the last of those who are asked is back.
    pub back: jiff_sqlx::Timestamp,
}

/// Open proposals that wait for somebody who is on holiday.
pub(in crate::trades) async fn on_holiday(db: &PgPool, now: Timestamp) -> Result<Vec<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"select t.id as trade_id, t.reply_due as "reply_due!", max(u.away_until) as "back!"
         from trades t join trade_parties p on p.trade_id = t.id join users u on u.id = p.user_id
         where t.state = 'proposed' and is_away(u, $1)
           and p.accepted_revision is distinct from t.revision
         group by t.id"#,
        now.to_sqlx()
    )
    .fetch_all(db)
    .await?)
}

/// Gives these proposals until `dues` to be answered, unless they have more time already.
pub(in crate::trades) async fn put_off(
    db: &PgPool,
    trades: &[i64],
    dues: &[jiff_sqlx::Timestamp],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update trades t set reply_due = late.due, reminded_at = null, updated_at = $3
         from unnest($1::bigint[], $2::timestamptz[]) as late (id, due)
         where t.id = late.id and t.state = 'proposed' and t.reply_due < late.due",
        trades,
        dues as &[jiff_sqlx::Timestamp],
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that the parties of an open proposal are reminded; gives its revision, and nothing
/// when that was done before or it has moved on.
pub(in crate::trades) async fn note_reply_reminder(
    conn: &mut PgConnection,
    trade: TradeId,
    now: Timestamp,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "update trades set reminded_at = $2
         where id = $1 and state = 'proposed' and reminded_at is null returning revision",
        trade.0,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Notes that somebody is reminded of a leg in one of `states`, or told that it is `overdue`;
/// false when that was done before or it has moved on.
pub(in crate::trades) async fn note_leg_reminder(
    conn: &mut PgConnection,
    leg: LegId,
    now: Timestamp,
    overdue: bool,
    states: &[String],
) -> Result<bool> {
    let noted = sqlx::query!(
        "update trade_legs set
           reminded_at = case when $3 then reminded_at else $2 end,
           overdue_told_at = case when $3 then $2 else overdue_told_at end
         where id = $1 and state = any ($4)
           and case when $3 then overdue_told_at else reminded_at end is null",
        leg.0,
        now.to_sqlx(),
        overdue,
        states
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}
