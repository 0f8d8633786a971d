//! What calendars say of trades in person.

use dogear_domain::ids::{OccurrenceId, TradeId, UserId};
use dogear_domain::trades::{LegState, TradeState};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use crate::Result;

/// An agreed trade in which books change hands at a meeting.
pub(in crate::trades) struct HandOverRow {
    pub trade: TradeId,
    pub state: TradeState,
    /// The books that the reader gives are still theirs to hand over, or some that they get are.
    pub is_open: bool,
    /// Until when.
    pub due: jiff_sqlx::Timestamp,
    pub created_at: jiff_sqlx::Timestamp,
    pub modified: jiff_sqlx::Timestamp,
    /// With whom.
    pub with: String,
    /// The event at which they meet, and who has named it.
    pub occurrence: Option<OccurrenceId>,
    pub chosen_by: Option<UserId>,
}

/// A member's trades in person: those that are agreed, and those that have ended since `since`,
/// the next one first.
pub(in crate::trades) async fn hand_overs(
    db: impl PgExecutor<'_>,
    member: UserId,
    since: Timestamp,
    most: i64,
) -> Result<Vec<HandOverRow>> {
    Ok(sqlx::query_as!(
        HandOverRow,
        r#"select t.id as trade, t.state, bool_or(l.state = $4) as "is_open!", min(l.send_due) as "due!",
             t.created_at, t.updated_at as modified,
             (select string_agg(u.display_name, ', ' order by p.position) from trade_parties p
                join users u on u.id = p.user_id where p.trade_id = t.id and p.user_id <> $1) as "with!",
             m.occurrence_id as "occurrence?", m.chosen_by as "chosen_by?"
         from trade_parties mine join trades t on t.id = mine.trade_id
           join trade_legs l on l.trade_id = t.id and $1 in (l.from_user, l.to_user)
           left join trade_meetings m on m.trade_id = t.id
         where mine.user_id = $1 and t.method = 'meet' and t.agreed_at is not null
           and (t.closed_at is null or t.closed_at > $2)
         group by t.id, m.trade_id order by min(l.send_due), t.id limit $3"#,
        member.0,
        since.to_sqlx(),
        most,
        LegState::Pending.as_str()
    )
    .fetch_all(db)
    .await?)
}
