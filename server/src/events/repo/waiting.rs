//! Who waits for seats.

use dogear_domain::events::WaitingState;
use dogear_domain::events::seats::{Queue, Seating};
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId, WaitingId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// Somebody whose turn it may be.
#[derive(Debug, Clone, Copy)]
pub(in crate::events) struct Next {
    pub id: WaitingId,
    pub guest: UserId,
    pub party: i32,
    pub accepts_fewer: bool,
    pub auto_confirm: bool,
}

/// What somebody who waits has asked for.
pub(in crate::events) struct NewWaiting {
    pub occurrence: OccurrenceId,
    pub guest: UserId,
    pub party: i32,
    pub accepts_fewer: bool,
    pub auto_confirm: bool,
}

/// The first of those for whom `left` seats would do; without `smaller_pass`, the first of all for
/// whom there would be room in an empty house: a host may have fewer seats by now than somebody
/// waits for. With `only_sure`, those who asked to be asked are left out. Reads one row for each
/// size of a party, however many wait.
pub(in crate::events) async fn next(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    left: i32,
    seating: &Seating,
    only_sure: bool,
) -> Result<Option<Next>> {
    if !seating.smaller_pass {
        return Ok(sqlx::query_as!(
            Next,
            "select id, user_id as guest, party_size as party, accepts_fewer, auto_confirm
             from seat_waitlist
             where occurrence_id = $1 and state = 'waiting' and (auto_confirm or not $2)
               and (party_size <= $3 or accepts_fewer)
             order by rank, queued_at, id limit 1",
            occurrence.0,
            only_sure,
            seating.capacity.unwrap_or(i32::MAX)
        )
        .fetch_optional(conn)
        .await?);
    }
    Ok(sqlx::query_as!(
        Next,
        r#"select id as "id!: WaitingId", user_id as "guest!: UserId", party_size as "party!",
             accepts_fewer as "accepts_fewer!", auto_confirm as "auto_confirm!"
         from (
           (select w.* from generate_series(1, least($2, 20)) size cross join lateral (
              select * from seat_waitlist
              where occurrence_id = $1 and state = 'waiting' and party_size = size
                and (auto_confirm or not $3)
              order by rank, queued_at, id limit 1) w)
           union all
           (select * from seat_waitlist
            where occurrence_id = $1 and state = 'waiting' and accepts_fewer
              and (auto_confirm or not $3)
            order by rank, queued_at, id limit 1)) candidates
         order by rank, queued_at, id limit 1"#,
        occurrence.0,
        left,
        only_sure
    )
    .fetch_optional(conn)
    .await?)
}

/// Whether somebody else waits for whom there would be room in an empty house, and whether `left`
/// seats would do for one of them. Reads the first that is found by an index, however many wait.
pub(in crate::events) async fn queue(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    but: UserId,
    left: i32,
    capacity: Option<i32>,
) -> Result<Queue> {
    Ok(sqlx::query_as!(
        Queue,
        r#"with fewer as (
             select exists (select from seat_waitlist where occurrence_id = $1 and state = 'waiting'
               and user_id <> $2 and accepts_fewer) as one)
           select fewer.one or exists (select from seat_waitlist where occurrence_id = $1
               and state = 'waiting' and user_id <> $2 and party_size <= $4) as "anybody!",
             fewer.one or exists (select from seat_waitlist where occurrence_id = $1
               and state = 'waiting' and user_id <> $2 and party_size <= $3) as "fits!"
           from fewer"#,
        occurrence.0,
        but.0,
        left,
        capacity.unwrap_or(i32::MAX)
    )
    .fetch_one(conn)
    .await?)
}

/// Whether a guest is there to be given seats: their row is kept from being erased until the end of
/// the transaction. `None` while they are just leaving.
pub(in crate::events) async fn hold_if_free(
    conn: &mut PgConnection,
    guest: UserId,
    occurrence: OccurrenceId,
    now: Timestamp,
) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!(
        r#"select in_good_standing(u, $3) and not exists (
               select from event_occurrences o join events e on e.id = o.event_id
               where o.id = $2 and blocked(e.host_id, u.id)) as "eligible!"
         from users u where u.id = $1 for key share of u skip locked"#,
        guest.0,
        occurrence.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(conn)
    .await?)
}

/// As [`hold_if_free`], for whoever asks for themselves: waits until nobody erases them, and says
/// whether they are still there.
pub(in crate::events) async fn hold(conn: &mut PgConnection, guest: UserId) -> Result<bool> {
    let there = sqlx::query_scalar!(
        r#"select status <> 'deleted' as "there!" from users where id = $1 for key share"#,
        guest.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(there == Some(true))
}

/// Where a reader waits at an event, whatever has become of it meanwhile.
pub(in crate::events) async fn at_event(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: UserId,
) -> Result<Option<OccurrenceId>> {
    Ok(sqlx::query_scalar!(
        "select w.occurrence_id from seat_waitlist w join event_occurrences o on o.id = w.occurrence_id
         where o.event_id = $1 and w.user_id = $2 order by w.id desc limit 1",
        event.0,
        reader.0
    )
    .fetch_optional(db)
    .await?)
}

/// Puts somebody at the end of the list. Whoever is on it waits for something else from now on:
/// with their place if that is not more than before, else at the end. What is offered to them
/// stays as it is.
pub(in crate::events) async fn join(
    conn: &mut PgConnection,
    new: &NewWaiting,
    now: Timestamp,
) -> Result<Option<WaitingId>> {
    Ok(sqlx::query_scalar!(
        "insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, queued_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         on conflict (occurrence_id, user_id) where state in ('waiting', 'offered') do update
           set party_size = excluded.party_size, accepts_fewer = excluded.accepts_fewer,
             auto_confirm = excluded.auto_confirm,
             queued_at = case when excluded.party_size > seat_waitlist.party_size
               then excluded.queued_at else seat_waitlist.queued_at end
           where seat_waitlist.state = 'waiting'
         returning id",
        new.occurrence.0,
        new.guest.0,
        new.party,
        new.accepts_fewer,
        new.auto_confirm,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Which place somebody has who still waits.
pub(in crate::events) async fn position(
    conn: &mut PgConnection,
    waiting: WaitingId,
) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select (select count(*) from seat_waitlist w where w.occurrence_id = q.occurrence_id
             and w.state = 'waiting' and (w.rank, w.queued_at, w.id) <= (q.rank, q.queued_at, q.id)) as "position!"
         from seat_waitlist q where q.id = $1 and q.state = 'waiting'"#,
        waiting.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Moves the entry on with which a guest waits, if they wait: says whether they did.
pub(in crate::events) async fn leave(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    state: WaitingState,
) -> Result<bool> {
    let left = sqlx::query!(
        "update seat_waitlist set state = $3
         where occurrence_id = $1 and user_id = $2 and state in ('waiting', 'offered')",
        occurrence.0,
        guest.0,
        state.as_str()
    )
    .execute(conn)
    .await?;
    Ok(left.rows_affected() > 0)
}

/// Somebody is offered, or has got, these seats.
pub(in crate::events) async fn promote(
    conn: &mut PgConnection,
    id: WaitingId,
    booking: SeatBookingId,
    state: WaitingState,
) -> Result<()> {
    sqlx::query!(
        "update seat_waitlist set state = $3, booking_id = $2 where id = $1",
        id.0,
        booking.0,
        state.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whoever let an offer pass goes to the end of the list once, and then from it.
pub(in crate::events) async fn lapse(
    conn: &mut PgConnection,
    bookings: &[SeatBookingId],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_waitlist set state = case when missed = 0 then 'waiting' else 'expired' end,
           booking_id = case when missed = 0 then null else booking_id end,
           missed = missed + 1, queued_at = $2
         where booking_id = any ($1) and state = 'offered'",
        bookings as &[SeatBookingId],
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nobody waits any more, since it does not take place.
pub(in crate::events) async fn close(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    state: WaitingState,
) -> Result<()> {
    sqlx::query!(
        "update seat_waitlist set state = $2
         where occurrence_id = $1 and state in ('waiting', 'offered')",
        occurrence.0,
        state.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}
