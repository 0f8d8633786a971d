//! Who is let in.

use dogear_domain::events::BookingState;
use dogear_domain::ids::{CheckinId, EventId, OccurrenceId, SeatBookingId, UserId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use super::no_shows;
use crate::Result;
use crate::events::prices::Due;

/// Seats as the door sees them.
pub(in crate::events) struct SeatsRow {
    pub booking: SeatBookingId,
    /// Of the guest, or as the host has entered it.
    pub name: String,
    /// Without the @; empty for a guest whom the host has added.
    pub handle: String,
    pub party: i32,
    pub state: BookingState,
    /// So many of them are in.
    pub inside: i32,
    /// Who was let in last, when, and by whom.
    pub checkin: Option<CheckinId>,
    pub at: Option<jiff_sqlx::Timestamp>,
    pub by: String,
    /// When that was sent, if a device had noted it before.
    pub sent_at: Option<jiff_sqlx::Timestamp>,
    pub price_each: Option<i32>,
    pub currency: Option<Currency>,
    pub discount: i32,
    pub amount_due: Option<i32>,
    pub is_paid: bool,
    /// When they were given on, since nobody of the party had come.
    pub given_on_at: Option<jiff_sqlx::Timestamp>,
    /// Where they have their table; none of seats that have ended.
    pub stall: Option<String>,
}

impl SeatsRow {
    /// What these seats cost; none of free ones.
    pub(in crate::events) fn due(&self) -> Option<Due> {
        let price = (self.price_each, self.currency);
        Due::of(price, self.discount, self.amount_due, self.is_paid)
    }
}

/// Which seats.
#[derive(Default)]
pub(in crate::events) struct Asked<'a> {
    /// These alone, whatever has become of them.
    pub booking: Option<SeatBookingId>,
    /// Of guests in whose name this stands, or with this handle; empty for all.
    pub name: &'a str,
    /// Those too that are not confirmed, but of those who were only filling in the form: these are
    /// found by their number alone. Those who can be let in come first.
    pub any_state: bool,
    /// From behind these on.
    pub after: Option<SeatBookingId>,
    pub most: i64,
}

/// Seats at an occurrence, by the names of their guests.
pub(in crate::events) async fn seats(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    asked: &Asked<'_>,
) -> Result<Vec<SeatsRow>> {
    Ok(sqlx::query_as!(
        SeatsRow,
        r#"select b.id as "booking!: SeatBookingId", g.name as "name!", g.handle as "handle!",
             b.party_size as "party!", b.state as "state!: BookingState",
             (select coalesce(sum(c.party), 0)::int from checkins c
               where c.booking_id = b.id and c.undone_at is null) as "inside!",
             l.id as "checkin?: CheckinId", l.at as "at?", coalesce(k.display_name, '') as "by!",
             l.sent_at as "sent_at?",
             b.price_each as "price_each?", b.currency as "currency?: Currency", b.discount as "discount!",
             b.amount_due as "amount_due?", b.paid_at is not null as "is_paid!",
             b.given_on_at as "given_on_at?",
             case when b.state = 'confirmed' and e.kind = 'swap_meet' then b.stall end as stall
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
           left join users u on u.id = b.user_id
           cross join lateral (select coalesce(u.display_name, b.guest_name, '') as name,
             coalesce(u.handle, '') as handle) g
           left join lateral (select c.id, c.at, c.by_user, c.sent_at from checkins c
             where c.booking_id = b.id and c.undone_at is null order by c.seq desc limit 1) l on true
           left join users k on k.id = l.by_user
         where b.occurrence_id = $1
           and ($2::bigint is null or b.id = $2)
           and ($3::text = '' or position(folded($3) in folded(g.name)) > 0
             or lower(g.handle) = lower(ltrim($3, '@')))
           and (b.state = 'confirmed'
             or $4::boolean and (b.hold_minutes is null or $2::bigint is not null))
           and ($5::bigint is null or (folded(g.name), b.id) > (
             select folded(coalesce(v.display_name, a.guest_name, '')), a.id
             from seat_bookings a left join users v on v.id = a.user_id
             where a.id = $5 and a.occurrence_id = $1))
         order by ($4::boolean and b.state <> 'confirmed'), folded(g.name), b.id limit $6"#,
        occurrence.0,
        asked.booking.map(|booking| booking.0),
        asked.name,
        asked.any_state,
        asked.after.map(|after| after.0),
        asked.most
    )
    .fetch_all(db)
    .await?)
}

/// How many of an occurrence's guests are in.
pub(in crate::events) async fn inside(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(party), 0) as "inside!" from checkins
         where occurrence_id = $1 and undone_at is null"#,
        occurrence.0
    )
    .fetch_one(db)
    .await?)
}

/// How many of one party are in.
pub(in crate::events) async fn of_party_inside(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(party), 0)::int as "inside!" from checkins
         where booking_id = $1 and undone_at is null"#,
        booking.0
    )
    .fetch_one(conn)
    .await?)
}

/// Names of those who wait for seats in whose name this stands, or with this handle.
pub(in crate::events) async fn waiting(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    name: &str,
    most: i64,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select u.display_name from seat_waitlist w join users u on u.id = w.user_id
         where w.occurrence_id = $1 and w.state = 'waiting'
           and (position(folded($2) in folded(u.display_name)) > 0
             or lower(u.handle) = lower(ltrim($2, '@')))
         order by w.rank, w.queued_at, w.id limit $3",
        occurrence.0,
        name,
        most
    )
    .fetch_all(db)
    .await?)
}

/// All seats that were ever had at an occurrence: their codes are made of these numbers.
pub(in crate::events) async fn all(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
) -> Result<Vec<SeatBookingId>> {
    Ok(sqlx::query_scalar!(
        "select id from seat_bookings where occurrence_id = $1",
        occurrence.0
    )
    .fetch_all(db)
    .await?)
}

/// Seats at another event of the same host.
pub(in crate::events) struct Elsewhere {
    pub booking: SeatBookingId,
    pub title: String,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
}

/// Seats at the other events of a host that are to come, or ended after `since`, and whose door
/// `asker` may keep; the latest first.
pub(in crate::events) async fn elsewhere(
    db: impl PgExecutor<'_>,
    (host, asker): (UserId, UserId),
    but: OccurrenceId,
    (since, now): (Timestamp, Timestamp),
    most: i64,
) -> Result<Vec<Elsewhere>> {
    Ok(sqlx::query_as!(
        Elsewhere,
        "select b.id as booking, e.title, o.starts_at, o.ends_at, o.time_zone
         from events e join event_occurrences o on o.event_id = e.id
           join seat_bookings b on b.occurrence_id = o.id
         where e.host_id = $1 and o.id <> $2 and o.ends_at > $3 and may_host(e, $5, 'door', $6)
         order by b.id desc limit $4",
        host.0,
        but.0,
        since.to_sqlx() as jiff_sqlx::Timestamp,
        most,
        asker.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}

/// Writes that so many of a party are in. The caller holds the lock of the occurrence and has
/// looked that they are not more than the party. `sent` is when it came in, of what a device had
/// noted `at` another time.
pub(in crate::events) async fn check_in(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    booking: SeatBookingId,
    party: i32,
    by: UserId,
    (at, sent): (Timestamp, Option<Timestamp>),
) -> Result<CheckinId> {
    Ok(sqlx::query_scalar!(
        "insert into checkins (booking_id, occurrence_id, seq, party, at, by_user, sent_at)
         select $1, $2, coalesce(max(seq), 0) + 1, $3, $4, $5, $6 from checkins where booking_id = $1
         returning id",
        booking.0,
        occurrence.0,
        party,
        at.to_sqlx(),
        by.0,
        sent.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .fetch_one(conn)
    .await?)
}

/// Whoever was noted at the door and counted as not having come has come after all: on waiting lists,
/// too.
pub(in crate::events) async fn has_come(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<()> {
    let guest = sqlx::query_scalar!(
        r#"update seat_bookings set no_show_at = null where id = $1 and no_show_at is not null
         returning user_id as "guest?: UserId""#,
        booking.0
    )
    .fetch_optional(&mut *conn)
    .await?
    .flatten();
    match guest {
        Some(guest) => no_shows::put_back(conn, guest, now).await,
        None => Ok(()),
    }
}

/// Where a party was let in, if it was at a door that this reader may keep, and when that was sent,
/// if a device had noted it.
pub(in crate::events) async fn checked_in(
    db: impl PgExecutor<'_>,
    checkin: CheckinId,
    asker: UserId,
    now: Timestamp,
) -> Result<Option<(EventId, OccurrenceId, Option<Timestamp>)>> {
    let row = sqlx::query!(
        "select e.id as event, c.occurrence_id as occurrence, c.sent_at
         from checkins c join event_occurrences o on o.id = c.occurrence_id join events e on e.id = o.event_id
         where c.id = $1 and may_host(e, $2, 'door', $3)",
        checkin.0,
        asker.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let sent = row.sent_at.map(jiff_sqlx::Timestamp::to_jiff);
        (row.event, row.occurrence, sent)
    }))
}

/// They were not let in after all.
pub(in crate::events) async fn undo(
    conn: &mut PgConnection,
    checkin: CheckinId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update checkins set undone_at = $2 where id = $1 and undone_at is null",
        checkin.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes seats of a guest whom the host adds. The caller counts them as taken.
pub(in crate::events) async fn add_guest(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    name: &str,
    party: i32,
    now: Timestamp,
) -> Result<SeatBookingId> {
    Ok(sqlx::query_scalar!(
        "insert into seat_bookings (occurrence_id, guest_name, party_size, state, created_at, updated_at)
         values ($1, $2, $3, 'confirmed', $4, $4) returning id",
        occurrence.0,
        name,
        party,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Where a guest has seats who is no member, if it is at a door that this reader may keep.
pub(in crate::events) async fn added(
    db: impl PgExecutor<'_>,
    booking: SeatBookingId,
    asker: UserId,
    now: Timestamp,
) -> Result<Option<(EventId, OccurrenceId)>> {
    let row = sqlx::query!(
        "select e.id as event, b.occurrence_id as occurrence
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
         where b.id = $1 and b.user_id is null and may_host(e, $2, 'door', $3)",
        booking.0,
        asker.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.event, row.occurrence)))
}

/// Ends the seats of a guest whom the host had added, and gives how many; none when they had ended
/// before. The caller counts them as free.
pub(in crate::events) async fn remove_guest(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "update seat_bookings set state = 'cancelled', cancelled_by = 'host', updated_at = $2
         where id = $1 and user_id is null and state = 'confirmed' returning party_size",
        booking.0,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Notes who has not come to what ended between these moments, where anybody was let in. Doing it
/// twice is fine.
pub(in crate::events) async fn note_no_shows(
    db: impl PgExecutor<'_>,
    from: Timestamp,
    until: Timestamp,
    now: Timestamp,
) -> Result<u64> {
    let noted = sqlx::query!(
        "update seat_bookings b set no_show_at = $3
         from event_occurrences o
         where o.id = b.occurrence_id and o.state = 'published' and o.ends_at > $1 and o.ends_at <= $2
           and b.state = 'confirmed' and b.user_id is not null and b.no_show_at is null
           and exists (select from checkins c where c.occurrence_id = o.id and c.undone_at is null)
           and not exists (select from checkins c where c.booking_id = b.id and c.undone_at is null)",
        from.to_sqlx(),
        until.to_sqlx(),
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(noted.rows_affected())
}

/// Forgets the names of guests whom hosts had added to what ended between these moments.
pub(in crate::events) async fn forget_names(
    db: impl PgExecutor<'_>,
    from: Timestamp,
    until: Timestamp,
) -> Result<u64> {
    let forgotten = sqlx::query!(
        "update seat_bookings b set guest_name = ''
         from event_occurrences o
         where o.id = b.occurrence_id and o.ends_at > $1 and o.ends_at <= $2 and b.guest_name <> ''",
        from.to_sqlx(),
        until.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(forgotten.rows_affected())
}

/// Events at which this reader had seats and was not let in.
pub(in crate::events) async fn missed(
    db: impl PgExecutor<'_>,
    reader: UserId,
    most: i64,
) -> Result<Vec<EventId>> {
    Ok(sqlx::query_scalar!(
        "select o.event_id from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
         where b.user_id = $1 and b.no_show_at is not null order by b.id desc limit $2",
        reader.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Forgets whom a member has let in, and the names of guests whom they have added.
pub(in crate::events) async fn forget_doorkeeper(
    conn: &mut PgConnection,
    member: UserId,
) -> Result<()> {
    sqlx::query!(
        "update checkins set by_user = null where by_user = $1",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update seat_bookings set paid_by = null where paid_by = $1",
        member.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update seat_bookings b set guest_name = ''
         from event_occurrences o join events e on e.id = o.event_id
         where o.id = b.occurrence_id and e.host_id = $1 and b.guest_name <> ''",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
