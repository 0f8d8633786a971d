//! Sessions: who a session belongs to, and ending it. The record in Redis only
//! names a row of `user_sessions`; that row decides.

use dogear_domain::ids::UserId;
use sqlx::FromRow;
use uuid::Uuid;

use crate::{Actor, Error, Result, Services};

#[derive(FromRow)]
struct ActorRow {
    id: UserId,
    handle: String,
    display_name: String,
    email: String,
    verified: bool,
    role: String,
    status: String,
    time_zone: String,
    session: Uuid,
    unread: i64,
    needs_you: i64,
}

/// Whoever the live session belongs to, with the counts the masthead shows.
///
/// # Errors
/// When the database does not answer.
pub async fn actor(services: &Services, session: Uuid) -> Result<Option<Actor>> {
    let row: Option<ActorRow> = sqlx::query_as(
        "select u.id, u.handle, u.display_name, u.email,
           u.email_verified_at is not null as verified, u.role,
           case when u.status = 'suspended' and u.suspended_until <= now() then 'active' else u.status end as status,
           u.time_zone, s.id as session,
           (select count(*) from notifications n where n.user_id = u.id and n.read_at is null) as unread,
           (select count(*) from trade_parties p join trades t on t.id = p.trade_id
             where p.user_id = u.id and t.state = 'proposed'
               and p.accepted_revision is distinct from t.revision) as needs_you
         from user_sessions s join users u on u.id = s.user_id
         where s.id = $1 and s.ended_at is null and s.auth_version = u.auth_version and u.status <> 'deleted'",
    )
    .bind(session)
    .fetch_optional(&services.db)
    .await?;
    row.map(|row| {
        Ok(Actor {
            id: row.id,
            handle: row.handle,
            display_name: row.display_name,
            email: row.email,
            verified: row.verified,
            role: row.role.parse().map_err(Error::internal)?,
            status: row.status.parse().map_err(Error::internal)?,
            time_zone: row.time_zone,
            session: row.session,
            unread: row.unread,
            needs_you: row.needs_you,
        })
    })
    .transpose()
}
