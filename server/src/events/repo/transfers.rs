//! Seats that guests offer to other members.

use dogear_domain::fields::Handle;
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, SeatTransferId, UserId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// The member with this handle, in any case, to whom `giver` may offer something: in good standing,
/// another one, and no block is between them. Their row is kept from being erased until the end of
/// the transaction.
pub(in crate::events) async fn recipient(
    conn: &mut PgConnection,
    handle: &Handle,
    giver: UserId,
    now: Timestamp,
) -> Result<Option<UserId>> {
    Ok(sqlx::query_scalar!(
        "select u.id from users u
         where u.handle_key = $1 and lower(u.handle) = lower($4) and u.id <> $2
           and in_good_standing(u, $3) and not blocked(u.id, $2)
         for key share of u",
        handle.key(),
        giver.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        handle.as_str()
    )
    .fetch_optional(conn)
    .await?)
}

/// How many times these seats were offered since then.
pub(in crate::events) async fn offered_since(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    since: Timestamp,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from seat_transfers where booking_id = $1 and created_at > $2"#,
        booking.0,
        since.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Writes an offer. The caller holds the lock of the date, and has ended the one before.
pub(in crate::events) async fn insert(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    recipient: UserId,
    party: i32,
    now: Timestamp,
) -> Result<SeatTransferId> {
    Ok(sqlx::query_scalar!(
        "insert into seat_transfers (booking_id, recipient_id, party_size, created_at)
         values ($1, $2, $3, $4) returning id",
        booking.0,
        recipient.0,
        party,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Takes back what is offered of these seats.
pub(in crate::events) async fn withdraw(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<()> {
    sqlx::query!(
        "update seat_transfers set state = 'withdrawn' where booking_id = $1 and state = 'offered'",
        booking.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where these seats are that are, or were, offered to this member.
pub(in crate::events) async fn offered_to(
    db: impl PgExecutor<'_>,
    transfer: SeatTransferId,
    recipient: UserId,
) -> Result<Option<(OccurrenceId, EventId)>> {
    let row = sqlx::query!(
        "select o.id as occurrence, o.event_id as event
         from seat_transfers t join seat_bookings b on b.id = t.booking_id
           join event_occurrences o on o.id = b.occurrence_id
         where t.id = $1 and t.recipient_id = $2",
        transfer.0,
        recipient.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.occurrence, row.event)))
}

/// An offer that is accepted now.
#[derive(Debug, Clone, Copy)]
pub(in crate::events) struct Taken {
    pub booking: SeatBookingId,
    pub party: i32,
    /// Seats of whoever offers them, before.
    pub of: i32,
}

/// Marks an offer as accepted, if it still stands, the seats are there, and no block is between the
/// two; the caller holds the lock of the date, and moves them.
pub(in crate::events) async fn accept(
    conn: &mut PgConnection,
    transfer: SeatTransferId,
) -> Result<Option<Taken>> {
    Ok(sqlx::query_as!(
        Taken,
        "update seat_transfers t set state = 'accepted' from seat_bookings b
         where t.id = $1 and t.state = 'offered' and b.id = t.booking_id and b.state = 'confirmed'
           and b.party_size >= t.party_size and not blocked(b.user_id, t.recipient_id)
         returning t.booking_id as booking, t.party_size as party, b.party_size as of",
        transfer.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Marks an offer as declined; says whether it stood. Between two with a block nothing is said.
pub(in crate::events) async fn decline(
    conn: &mut PgConnection,
    transfer: SeatTransferId,
) -> Result<bool> {
    let declined = sqlx::query!(
        "update seat_transfers t set state = 'declined' from seat_bookings b
         where t.id = $1 and t.state = 'offered' and b.id = t.booking_id
           and not blocked(b.user_id, t.recipient_id)",
        transfer.0
    )
    .execute(conn)
    .await?;
    Ok(declined.rows_affected() == 1)
}

/// Whether an offer was accepted.
pub(in crate::events) async fn is_accepted(
    conn: &mut PgConnection,
    transfer: SeatTransferId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select state = 'accepted' as "is!" from seat_transfers where id = $1"#,
        transfer.0
    )
    .fetch_optional(conn)
    .await?
        == Some(true))
}

/// An offer that stands, as its two sides see it.
pub(in crate::events) struct OpenRow {
    pub id: SeatTransferId,
    pub booking: SeatBookingId,
    pub party: i32,
    /// Of one of them.
    pub price: Option<i32>,
    pub currency: Option<Currency>,
    /// Whoever looks is the one who offers.
    pub own: bool,
    /// Name and handle of the other one.
    pub name: String,
    pub handle: String,
}

/// Offers at an event that stand, from or to this member, the oldest first. Of what is paid by now
/// only whoever offers it sees that it is offered: it cannot be taken.
pub(in crate::events) async fn open(
    db: impl PgExecutor<'_>,
    event: EventId,
    member: UserId,
) -> Result<Vec<OpenRow>> {
    Ok(sqlx::query_as!(
        OpenRow,
        r#"select t.id, b.id as booking, t.party_size as party, b.price_each as price, b.currency,
             b.user_id = $2 as "own!",
             u.display_name as name, u.handle
         from seat_transfers t join seat_bookings b on b.id = t.booking_id
           join event_occurrences o on o.id = b.occurrence_id
           join users u on u.id = case when b.user_id = $2 then t.recipient_id else b.user_id end
         where t.state = 'offered' and o.event_id = $1
           and (b.user_id = $2 or t.recipient_id = $2 and b.paid_at is null)
           and b.state = 'confirmed' and b.party_size >= t.party_size and not blocked(u.id, $2)
         order by t.id limit 20"#,
        event.0,
        member.0
    )
    .fetch_all(db)
    .await?)
}

/// Whose seats an offer is of.
pub(in crate::events) async fn booking(
    conn: &mut PgConnection,
    transfer: SeatTransferId,
) -> Result<Option<SeatBookingId>> {
    Ok(sqlx::query_scalar!(
        "select booking_id from seat_transfers where id = $1",
        transfer.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Both sides of an offer.
pub(in crate::events) struct SidesRow {
    pub booking: SeatBookingId,
    pub giver_name: String,
    pub recipient: UserId,
    pub recipient_name: String,
    pub party: i32,
    /// It stands.
    pub is_open: bool,
}

/// Both sides of an offer, while both are members.
pub(in crate::events) async fn sides(
    conn: &mut PgConnection,
    transfer: SeatTransferId,
) -> Result<Option<SidesRow>> {
    Ok(sqlx::query_as!(
        SidesRow,
        r#"select b.id as booking, g.display_name as giver_name, r.id as recipient,
             r.display_name as recipient_name, t.party_size as party,
             t.state = 'offered' and b.state = 'confirmed' and b.party_size >= t.party_size
               and not blocked(b.user_id, t.recipient_id) as "is_open!"
         from seat_transfers t join seat_bookings b on b.id = t.booking_id
           join users g on g.id = b.user_id join users r on r.id = t.recipient_id
         where t.id = $1 and g.status <> 'deleted' and r.status <> 'deleted'
         for key share of g, r"#,
        transfer.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Forgets what was offered to a member. What they have offered goes with their seats.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!(
        "delete from seat_transfers where recipient_id = $1",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
