//! What of a member who leaves goes from events.

use dogear_domain::ids::{OccurrenceId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// The time of the database: an erasure has no other.
pub(in crate::events) async fn now(conn: &mut PgConnection) -> Result<Timestamp> {
    let now = sqlx::query_scalar!(r#"select now() as "now!""#)
        .fetch_one(conn)
        .await?;
    Ok(now.to_jiff())
}

/// Coming dates at which a member has seats or waits, and those that they host, in the order in
/// which they are locked.
pub(in crate::events) async fn coming(
    conn: &mut PgConnection,
    member: UserId,
    now: Timestamp,
) -> Result<Vec<(OccurrenceId, bool)>> {
    let rows = sqlx::query!(
        r#"select o.id, e.host_id = $1 as "hosts!"
         from event_occurrences o join events e on e.id = o.event_id
         where o.state <> 'cancelled' and o.ends_at > $2
           and (e.host_id = $1
                or o.id in (select occurrence_id from seat_bookings
                            where user_id = $1 and state in ('held', 'confirmed'))
                or o.id in (select occurrence_id from seat_waitlist
                            where user_id = $1 and state in ('waiting', 'offered')))
         order by o.id"#,
        member.0,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.hosts)).collect())
}

/// Forgets where a member was and waited. Their live seats were given back before.
pub(in crate::events) async fn forget_guest(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!("delete from seat_waitlist where user_id = $1", member.0)
        .execute(&mut *conn)
        .await?;
    // Of what is over, too: the number of seats goes with them, so that it stays the sum.
    sqlx::query!(
        "with gone as (
           delete from seat_bookings where user_id = $1 returning occurrence_id, party_size, state)
         update event_occurrences o set seats_taken = seats_taken - g.seats
         from (select occurrence_id, sum(party_size)::int as seats from gone
               where state in ('held', 'confirmed') group by occurrence_id) g
         where o.id = g.occurrence_id",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Empties what a member has written as a host. Who was a guest there still sees when it was.
pub(in crate::events) async fn forget_host(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!(
        "update events set title = 'An event of a former member', slug = '', description = '', review_note = '', partners = '[]'
         where host_id = $1",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update venues set name = '', address = '', directions = '' where owner_id = $1",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
