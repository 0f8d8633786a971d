//! The events at which books change hands.

use dogear_domain::ids::{OccurrenceId, TradeId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Where the books of a trade change hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::trades) struct MeetingRow {
    pub occurrence: OccurrenceId,
    pub chosen_by: UserId,
}

/// The event that the parties of a trade have named.
pub(in crate::trades) async fn of_trade(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Option<MeetingRow>> {
    Ok(sqlx::query_as!(
        MeetingRow,
        "select occurrence_id as occurrence, chosen_by from trade_meetings where trade_id = $1",
        trade.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Names an event, in the place of another.
pub(in crate::trades) async fn put(
    conn: &mut PgConnection,
    trade: TradeId,
    meeting: MeetingRow,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into trade_meetings (trade_id, occurrence_id, chosen_by, chosen_at)
         values ($1, $2, $3, $4)
         on conflict (trade_id) do update set occurrence_id = excluded.occurrence_id,
           chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at",
        trade.0,
        meeting.occurrence.0,
        meeting.chosen_by.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the event back that was named.
pub(in crate::trades) async fn delete(conn: &mut PgConnection, trade: TradeId) -> Result<()> {
    sqlx::query!("delete from trade_meetings where trade_id = $1", trade.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Until when the books are to change hands that have not, in a trade in which none has; and
/// calendars are told that something about the trade is new.
pub(in crate::trades) async fn set_due(
    conn: &mut PgConnection,
    trade: TradeId,
    due: Timestamp,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update trade_legs set send_due = $2, reminded_at = null, overdue_told_at = null
         where trade_id = $1
           and not exists (select from trade_legs l where l.trade_id = $1 and l.state <> 'pending')",
        trade.0,
        due.to_sqlx()
    )
    .execute(&mut *conn)
    .await?;
    touch(conn, trade, now).await
}

/// Calendars are told that something about the trade is new.
pub(in crate::trades) async fn touch(
    conn: &mut PgConnection,
    trade: TradeId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update trades set updated_at = $2 where id = $1",
        trade.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The agreed trades whose books change hands at this date, in the order of their numbers: of one
/// party, or of all.
pub(in crate::trades) async fn at(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    party: Option<UserId>,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        "select m.trade_id from trade_meetings m join trades t on t.id = m.trade_id
         where m.occurrence_id = $1 and t.state = 'agreed'
           and ($2::bigint is null
             or exists (select from trade_parties p where p.trade_id = t.id and p.user_id = $2))
         order by m.trade_id",
        occurrence.0,
        party.map(|party| party.0)
    )
    .fetch_all(conn)
    .await?)
}

/// A book that is still to change hands.
pub(in crate::trades) struct BookRow {
    pub trade: TradeId,
    pub from: UserId,
    pub to: UserId,
    pub title: String,
    /// The one of the two who is not asked for.
    pub with: String,
    /// It is they who have named the event, and so have said that they come.
    pub with_comes: bool,
}

/// The books that somebody still has to give or to get at these dates, where whoever has named the
/// date comes; none of those between members who have blocked one another.
pub(in crate::trades) async fn books(
    db: impl PgExecutor<'_>,
    occurrences: &[OccurrenceId],
    member: UserId,
) -> Result<Vec<BookRow>> {
    let occurrences: Vec<i64> = occurrences.iter().map(|id| id.0).collect();
    Ok(sqlx::query_as!(
        BookRow,
        r#"select t.id as trade, l.from_user as "from", l.to_user as "to",
             i.frozen ->> 'title' as "title!", u.display_name as "with",
             u.id = m.chosen_by as "with_comes!"
         from trade_meetings m join trades t on t.id = m.trade_id
           join trade_legs l on l.trade_id = t.id and $2 in (l.from_user, l.to_user)
           join trade_items i on i.trade_id = t.id and i.revision = t.revision
             and (i.from_user, i.to_user) = (l.from_user, l.to_user)
           join users u on u.id = case when l.from_user = $2 then l.to_user else l.from_user end
         where m.occurrence_id = any ($1) and t.state = 'agreed' and l.state = 'pending'
           and m.chosen_by in (select p.user_id from participants(m.occurrence_id) p)
           and not blocked(l.from_user, l.to_user)
         order by t.id, u.id, i.copy_id"#,
        &occurrences,
        member.0
    )
    .fetch_all(db)
    .await?)
}

/// A party of a trade, kept from being erased until the end of the transaction.
pub(in crate::trades) struct PartyRow {
    pub user: UserId,
    pub name: String,
    /// There is a block between them and `other`.
    pub is_blocked: bool,
}

/// Those parties who are still there, by number; waits for an erasure that has begun.
pub(in crate::trades) async fn hold_parties(
    conn: &mut PgConnection,
    trade: TradeId,
    other: UserId,
) -> Result<Vec<PartyRow>> {
    sqlx::query!(
        "select u.id from trade_parties p join users u on u.id = p.user_id
         where p.trade_id = $1 order by u.id for key share of u",
        trade.0
    )
    .fetch_all(&mut *conn)
    .await?;
    // A statement of its own: whoever was erased while the row was waited for is gone.
    Ok(sqlx::query_as!(
        PartyRow,
        r#"select u.id as "user", u.display_name as name,
           blocked(u.id, $2) as "is_blocked!"
         from trade_parties p join users u on u.id = p.user_id
         where p.trade_id = $1 and u.status <> 'deleted' order by u.id"#,
        trade.0,
        other.0
    )
    .fetch_all(conn)
    .await?)
}
