//! What those who host an event have done with it.

use dogear_domain::events::hosts::HostAct;
use dogear_domain::ids::{EventId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::hosts::Scope;
use crate::Result;

/// What is to be written down.
pub(in crate::events) struct Entry<'a> {
    pub scope: Scope,
    /// Who; nobody for a moderator.
    pub by: Option<UserId>,
    /// With whom.
    pub about: Option<UserId>,
    pub act: HostAct,
    /// Numbers, roles or names of fields.
    pub detail: &'a str,
}

/// Writes it down.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    entry: &Entry<'_>,
    now: Timestamp,
) -> Result<()> {
    let (event, series) = entry.scope.columns();
    sqlx::query!(
        "insert into event_log (event_id, series_id, user_id, about_id, act, detail, at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        event,
        series,
        entry.by.map(|by| by.0),
        entry.about.map(|about| about.0),
        entry.act.as_str(),
        entry.detail,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What somebody did.
pub(in crate::events) struct LogRow {
    pub id: i64,
    pub at: jiff_sqlx::Timestamp,
    pub act: HostAct,
    pub detail: String,
    /// Who; none of one who has left.
    pub by: Option<String>,
    /// With whom.
    pub about: Option<String>,
}

/// What was done with an event since `since`, the latest first, from before `before` on.
pub(in crate::events) async fn of_event(
    db: impl PgExecutor<'_>,
    event: EventId,
    before: Option<i64>,
    since: Timestamp,
    most: i64,
) -> Result<Vec<LogRow>> {
    Ok(sqlx::query_as!(
        LogRow,
        r#"select l.id, l.at, l.act, l.detail, u.display_name as "by?", a.display_name as "about?"
         from events e join event_log l on l.event_id = e.id or l.series_id = e.series_id
           left join users u on u.id = l.user_id left join users a on a.id = l.about_id
         where e.id = $1 and l.at > $3 and ($2::bigint is null or l.id < $2)
         order by l.id desc limit $4"#,
        event.0,
        before,
        since.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Forgets what was written down before; some of it, and how much.
pub(in crate::events) async fn purge(
    db: impl PgExecutor<'_>,
    before: Timestamp,
    most: i64,
) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from event_log where id in (
           select id from event_log where at <= $1 order by at limit $2 for update skip locked)",
        before.to_sqlx(),
        most
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}

/// Forgets what was done with the events of a member who leaves, and elsewhere that it was they.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!(
        "delete from event_log where event_id in (select id from events where host_id = $1)
           or series_id in (select id from event_series where host_id = $1)",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update event_log set user_id = nullif(user_id, $1), about_id = nullif(about_id, $1)
         where user_id = $1 or about_id = $1",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
