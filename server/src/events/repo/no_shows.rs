//! Who missed events, for the order of waiting lists.

use dogear_domain::events::no_shows::{MISSED_WITHIN, MOST_MISSED};
use dogear_domain::ids::{OccurrenceId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Whether the site puts those behind others who missed events; none until an admin has chosen.
pub(in crate::events) async fn counts(db: impl PgExecutor<'_>) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!(
        r#"select (value ->> 'missed_events_count')::boolean as counts from settings where key = 'events'"#
    )
    .fetch_optional(db)
    .await?
    .flatten())
}

/// An event that somebody missed.
pub(in crate::events) struct MissedRow {
    /// When that was noted.
    pub noted_at: jiff_sqlx::Timestamp,
    pub starts_at: jiff_sqlx::Timestamp,
}

/// Events that a member missed, noted since a moment, the newest first, `most` of them.
pub(in crate::events) async fn missed_since(
    db: impl PgExecutor<'_>,
    member: UserId,
    since: Timestamp,
    most: i64,
) -> Result<Vec<MissedRow>> {
    Ok(sqlx::query_as!(
        MissedRow,
        r#"select b.no_show_at as "noted_at!", o.starts_at
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
         where b.user_id = $1 and b.no_show_at > $2 order by b.no_show_at desc, b.id desc limit $3"#,
        member.0,
        since.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Puts somebody behind others who has just joined a list.
pub(in crate::events) async fn put_behind(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    member: UserId,
) -> Result<()> {
    sqlx::query!(
        "update seat_waitlist set rank = 1 where occurrence_id = $1 and user_id = $2 and state = 'waiting'",
        occurrence.0,
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts somebody back among the others on the lists on which they wait, if they have missed too few
/// events by now to be behind them.
pub(in crate::events) async fn put_back(
    conn: &mut PgConnection,
    member: UserId,
    now: Timestamp,
) -> Result<()> {
    // In one order, whichever doors do so at once.
    sqlx::query!(
        "update seat_waitlist set rank = 0, was_behind = false
         where id in (select id from seat_waitlist
             where user_id = $1 and state = 'waiting' and (rank = 1 or was_behind)
             order by id for no key update)
           and (select count(*) from seat_bookings where user_id = $1 and no_show_at > $2) < $3",
        member.0,
        (now - MISSED_WITHIN).to_sqlx(),
        i64::try_from(MOST_MISSED).unwrap_or(i64::MAX)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has ranks count from now on as they did before, or no more. The order of a list is read from them
/// alone, so that its indexes serve.
pub(in crate::events) async fn set_ranks(conn: &mut PgConnection, count: bool) -> Result<()> {
    // Those who are offered seats, too: who lets that pass waits again. In one order, as above.
    sqlx::query!(
        "update seat_waitlist set rank = case when $1 then 1 else 0 end, was_behind = not $1
         where id in (select id from seat_waitlist
             where state in ('waiting', 'offered') and case when $1 then was_behind else rank = 1 end
             order by id for no key update)",
        count
    )
    .execute(conn)
    .await?;
    Ok(())
}
