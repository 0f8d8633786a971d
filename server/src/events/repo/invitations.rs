//! The links of invitations, and who has opened them.

use dogear_domain::ids::{EventId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// What the link of a host's event is made of; `None` where there is no such event.
pub(in crate::events) async fn nonce(
    db: impl PgExecutor<'_>,
    event: EventId,
    host: UserId,
) -> Result<Option<Option<Vec<u8>>>> {
    Ok(sqlx::query_scalar!(
        "select invitation_nonce from events where id = $1 and host_id = $2",
        event.0,
        host.0
    )
    .fetch_optional(db)
    .await?)
}

/// Gives a host's event this link, in the place of the one that it had. Says whether there is such
/// an event.
pub(in crate::events) async fn set_nonce(
    conn: &mut PgConnection,
    event: EventId,
    host: UserId,
    nonce: &[u8],
) -> Result<bool> {
    let set = sqlx::query!(
        "update events set invitation_nonce = $3 where id = $1 and host_id = $2",
        event.0,
        host.0,
        nonce
    )
    .execute(conn)
    .await?;
    Ok(set.rows_affected() == 1)
}

/// The event to which a link invites.
pub(in crate::events) async fn event_of(
    db: impl PgExecutor<'_>,
    nonce: &[u8],
) -> Result<Option<EventId>> {
    Ok(sqlx::query_scalar!(
        "select id from events where invitation_nonce = $1 and visibility = 'invited'",
        nonce
    )
    .fetch_optional(db)
    .await?)
}

/// Notes that a member has opened the link. Nothing for one who has left; doing it twice is fine.
pub(in crate::events) async fn open(
    db: impl PgExecutor<'_>,
    event: EventId,
    member: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into event_invitations (event_id, user_id, opened_at)
         select $1, id, $3 from users where id = $2 and status <> 'deleted' for key share
         on conflict do nothing",
        event.0,
        member.0,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets to what a member was invited, and the links to what they host.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!("delete from event_invitations where user_id = $1", member.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update events set invitation_nonce = null, online_link = ''
         where host_id = $1 and (invitation_nonce is not null or online_link <> '')",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
