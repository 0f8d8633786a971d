//! Seats of guests who have not come, and who waits at the place for them.

use dogear_domain::events::seats::Seating;
use dogear_domain::events::{BookingState, WaitingState};
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId, WaitingId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::waiting::Next;
use crate::Result;

/// Whether seats are given on at a date.
pub(in crate::events) struct Rules {
    pub ends_at: jiff_sqlx::Timestamp,
    /// After so many minutes; none: they are kept.
    pub minutes: Option<i32>,
}

/// What is so at a locked date.
pub(in crate::events) async fn rules(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
) -> Result<Rules> {
    Ok(sqlx::query_as!(
        Rules,
        "select ends_at, give_on_minutes as minutes from event_occurrences where id = $1",
        occurrence.0
    )
    .fetch_one(conn)
    .await?)
}

/// A party of whom nobody has come.
pub(in crate::events) struct Absent {
    pub booking: SeatBookingId,
    pub party: i32,
}

/// Parties of a locked date whose seats can be given on now, who booked last first.
pub(in crate::events) async fn absent(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    now: Timestamp,
) -> Result<Vec<Absent>> {
    Ok(sqlx::query_as!(
        Absent,
        "select b.id as booking, b.party_size as party
         from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
         where o.id = $1 and is_absent(b, o, $2)
         order by b.created_at desc, b.id desc",
        occurrence.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(conn)
    .await?)
}

/// The first of those who are there for whom `possible` seats would do; where smaller parties do
/// not pass, the first for whom there would be room in an empty house.
pub(in crate::events) async fn next(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    possible: i32,
    seating: &Seating,
) -> Result<Option<Next>> {
    let room = if seating.smaller_pass {
        possible
    } else {
        seating.capacity.unwrap_or(i32::MAX)
    };
    Ok(sqlx::query_as!(
        Next,
        "select id, user_id as guest, party_size as party, accepts_fewer, auto_confirm
         from seat_waitlist
         where occurrence_id = $1 and state = 'waiting' and here_at is not null
           and (party_size <= $2 or accepts_fewer)
         order by rank, queued_at, id limit 1",
        occurrence.0,
        room
    )
    .fetch_optional(conn)
    .await?)
}

/// Ends the seats of a party that has not come; that counts as having missed it. The caller counts
/// them as free.
pub(in crate::events) async fn give_on(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_bookings set state = 'cancelled', cancelled_by = 'host', given_on_at = $2,
           no_show_at = $2, updated_at = $2
         where id = $1",
        booking.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the list of a locked date; says whether anybody still waited, who is to be told.
pub(in crate::events) async fn end_list(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    now: Timestamp,
) -> Result<bool> {
    let told = sqlx::query_scalar!(
        r#"with ended as (
             update seat_waitlist set state = 'closed', ended_at = case when state = 'waiting' then $2::timestamptz end
             where occurrence_id = $1 and state in ('waiting', 'offered') returning ended_at)
           select coalesce(bool_or(ended_at is not null), false) as "told!" from ended"#,
        occurrence.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(conn)
    .await?;
    Ok(told)
}

/// Who waited when the list of a date ended, from behind `after` on.
pub(in crate::events) async fn of_ended_list(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    after: WaitingId,
    most: i64,
) -> Result<Vec<WaitingId>> {
    Ok(sqlx::query_scalar!(
        "select id from seat_waitlist
         where occurrence_id = $1 and ended_at is not null and state = 'closed' and id > $2
         order by id limit $3",
        occurrence.0,
        after.0,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Somebody on the list of a door.
#[allow(clippy::struct_excessive_bools)] // as the columns are
pub(in crate::events) struct QueueRow {
    pub waiting: WaitingId,
    pub name: String,
    /// Without the @.
    pub handle: String,
    pub party: i32,
    pub accepts_fewer: bool,
    pub is_here: bool,
    pub here_said: bool,
    pub here_refused: bool,
}

/// Who waits for seats at a date, in their order.
pub(in crate::events) async fn queue(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    most: i64,
) -> Result<Vec<QueueRow>> {
    Ok(sqlx::query_as!(
        QueueRow,
        r#"select w.id as "waiting: WaitingId", u.display_name as name, u.handle, w.party_size as party,
             w.accepts_fewer, w.here_at is not null as "is_here!", w.here_said, w.here_refused
         from seat_waitlist w join users u on u.id = w.user_id
         where w.occurrence_id = $1 and w.state = 'waiting'
         order by w.rank, w.queued_at, w.id limit $2"#,
        occurrence.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// A party whose seats were given on.
pub(in crate::events) struct GivenOnRow {
    pub name: String,
    pub party: i32,
    pub at: jiff_sqlx::Timestamp,
}

/// Whose seats were given on at a date, the last ones first.
pub(in crate::events) async fn given_on(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    most: i64,
) -> Result<Vec<GivenOnRow>> {
    Ok(sqlx::query_as!(
        GivenOnRow,
        r#"select u.display_name as name, b.party_size as party, b.given_on_at as "at!"
         from seat_bookings b join users u on u.id = b.user_id
         where b.occurrence_id = $1 and b.given_on_at is not null
         order by b.given_on_at desc, b.id desc limit $2"#,
        occurrence.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Where somebody waits, or has waited, if it is at a door that this reader may keep.
pub(in crate::events) async fn at_door(
    db: impl PgExecutor<'_>,
    waiting: WaitingId,
    asker: UserId,
    now: Timestamp,
) -> Result<Option<(EventId, OccurrenceId)>> {
    let row = sqlx::query!(
        "select e.id as event, w.occurrence_id as occurrence
         from seat_waitlist w join event_occurrences o on o.id = w.occurrence_id join events e on e.id = o.event_id
         where w.id = $1 and e.deleted_at is null and may_host(e, $2, 'door', $3)",
        waiting.0,
        asker.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.event, row.occurrence)))
}

/// Where somebody on a list stands.
pub(in crate::events) struct Place {
    pub waiting: WaitingId,
    pub name: String,
    pub state: WaitingState,
    pub here_refused: bool,
    /// Seats that they have got from it.
    pub seats: Option<i32>,
}

/// The place of one, by its number or of a reader at a date: the latest.
pub(in crate::events) async fn place(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    waiting: Option<WaitingId>,
    reader: Option<UserId>,
) -> Result<Option<Place>> {
    Ok(sqlx::query_as!(
        Place,
        r#"select w.id as "waiting: WaitingId", u.display_name as name, w.state, w.here_refused,
             case when b.state = $4 then b.party_size end as seats
         from seat_waitlist w join users u on u.id = w.user_id left join seat_bookings b on b.id = w.booking_id
         where w.occurrence_id = $1 and ($2::bigint is null or w.id = $2)
           and ($3::bigint is null or w.user_id = $3)
         order by w.id desc limit 1"#,
        occurrence.0,
        waiting.map(|waiting| waiting.0),
        reader.map(|reader| reader.0),
        BookingState::Confirmed.as_str()
    )
    .fetch_optional(conn)
    .await?)
}

/// Nobody who waits is there any more, and all can say it again: a locked date has been moved.
pub(in crate::events) async fn clear_here(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
) -> Result<()> {
    sqlx::query!(
        "update seat_waitlist set here_at = null, here_said = false, here_refused = false
         where occurrence_id = $1 and (here_at is not null or here_refused)",
        occurrence.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whoever waits is there since now, or is not, as they have said themselves or whoever keeps the
/// door. What a doorkeeper takes back that somebody has said, they cannot say again.
pub(in crate::events) async fn set_here(
    conn: &mut PgConnection,
    waiting: WaitingId,
    (is_here, said): (bool, bool),
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update seat_waitlist set here_at = case when $2 then coalesce(here_at, $4::timestamptz) end,
           here_said = $2 and $3 and (here_at is null or here_said),
           here_refused = case when $3 then here_refused
             when $2 then false else here_refused or here_at is not null and here_said end
         where id = $1 and state = 'waiting'",
        waiting.0,
        is_here,
        said,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(())
}
