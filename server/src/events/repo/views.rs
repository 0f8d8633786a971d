//! What the pages of events read.

use dogear_domain::events::hosts::HostRole;
use dogear_domain::events::partners::Partner;
use dogear_domain::events::{
    AccessFact, BookingState, EventKind, EventReview, OccurrenceState, Visibility, WaitingState,
};
use dogear_domain::ids::{EventId, OrganisationId, SeatBookingId, UserId, WaitingId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::{Error, Result};

/// A date of an event in a list.
#[derive(sqlx::FromRow)]
pub(in crate::events) struct ListedRow {
    pub event: EventId,
    pub slug: String,
    pub title: String,
    pub kind: EventKind,
    pub state: OccurrenceState,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub venue: String,
    pub city: String,
    pub capacity: Option<i32>,
    pub seats_taken: i32,
    /// Of one seat.
    pub price: Option<i32>,
    pub currency: Option<Currency>,
    /// Of whoever asks.
    pub booked: Option<i32>,
    pub waits: bool,
}

/// Dates at which a reader has seats, is offered some, or waits: those to come, or those that
/// are over, cancelled ones among either.
pub(in crate::events) async fn own(
    db: impl PgExecutor<'_>,
    reader: UserId,
    over: bool,
    now: Timestamp,
    most: i64,
) -> Result<Vec<ListedRow>> {
    Ok(sqlx::query_as!(
        ListedRow,
        r#"with mine as (
             select occurrence_id, party_size as booked, false as waits from seat_bookings
             where user_id = $1 and (state = 'confirmed' or state = 'held' and hold_minutes is null
               or cancelled_by = 'host' and given_on_at is null)
             union all
             select w.occurrence_id, null, true from seat_waitlist w
             where w.user_id = $1 and w.state = 'waiting')
         select e.id as event, e.slug, e.title, e.kind, o.state, o.starts_at, o.ends_at, o.time_zone,
             v.name as venue, v.city, o.capacity, o.seats_taken, o.price, o.currency, m.booked, m.waits as "waits!"
         from mine m join event_occurrences o on o.id = m.occurrence_id join events e on e.id = o.event_id
           join venues v on v.id = e.venue_id
         where (o.ends_at <= $2) = $3 and e.deleted_at is null
         order by case when $3 then o.starts_at end desc, o.starts_at, e.id limit $4"#,
        reader.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        over,
        most
    )
    .fetch_all(db)
    .await?)
}

/// The events of a host, and those that they help with, the latest entered first.
pub(in crate::events) async fn hosted(
    db: impl PgExecutor<'_>,
    host: UserId,
    before: Option<EventId>,
    most: i64,
    now: Timestamp,
) -> Result<Vec<ListedRow>> {
    Ok(sqlx::query_as!(
        ListedRow,
        r#"with helped as (
             select e.id from event_hosts h join events e on e.id = h.event_id or e.series_id = h.series_id
             where h.user_id = $1 and h.state = 'active'
             union all
             select e.id from organisation_members m join events e on e.organisation_id = m.organisation_id
             where m.user_id = $1 and m.state = 'active'),
           mine as (select id from events where host_id = $1 union select id from helped)
         select e.id as event, e.slug, e.title, e.kind, o.state, o.starts_at, o.ends_at, o.time_zone,
             v.name as venue, v.city, o.capacity, o.seats_taken, o.price, o.currency, null::int as booked, false as "waits!"
         from mine join events e on e.id = mine.id join event_occurrences o on o.event_id = e.id
           join venues v on v.id = e.venue_id
         where e.deleted_at is null and ($2::bigint is null or e.id < $2)
           and (e.host_id = $1 or may_host(e, $1, 'co_host', $4)
             or o.state <> 'draft' and may_host(e, $1, 'door', $4))
           and (e.series_id is null or e.id = (
             select d.id from events d join event_occurrences p on p.event_id = d.id
             where d.series_id = e.series_id and d.deleted_at is null
             order by p.state = 'cancelled' or p.ends_at <= $4, abs(extract(epoch from p.starts_at - $4)), d.id
             limit 1))
         order by e.id desc limit $3"#,
        host.0,
        before.map(|event| event.0),
        most,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}

/// Everything that the page of an event says, but for who asks.
#[allow(clippy::struct_excessive_bools)] // as the columns are
pub(in crate::events) struct PageRow {
    pub title: String,
    pub slug: String,
    pub description: String,
    pub kind: EventKind,
    pub visibility: Visibility,
    pub review: EventReview,
    pub review_note: String,
    pub partners: Json<Vec<Partner>>,
    pub online_link: String,
    pub state: OccurrenceState,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub capacity: Option<i32>,
    pub max_party: i32,
    pub price: Option<i32>,
    pub currency: Option<Currency>,
    /// Seats cost something, and a code that has not been ended takes something off.
    pub has_codes: bool,
    pub smaller_pass: bool,
    pub opens_days: Option<i32>,
    pub closes_hours: Option<i32>,
    pub cancel_hours: Option<i32>,
    pub give_on_minutes: Option<i32>,
    pub seats_taken: i32,
    pub waiting: i64,
    pub venue: String,
    pub address: String,
    pub city: String,
    pub country: String,
    pub access: Vec<AccessFact>,
    pub directions: String,
    pub host: UserId,
    pub host_handle: String,
    pub host_name: String,
    pub host_left: bool,
    /// As what whoever asks acts for it.
    pub role: Option<HostRole>,
    /// As what they help with it themselves, not as a member of its organisation alone.
    pub helps: Option<HostRole>,
    pub organisation: Option<OrganisationId>,
    pub organisation_name: Option<String>,
    pub organisation_slug: Option<String>,
    /// Of those who host it too, without the @.
    pub co_handles: Vec<String>,
    /// What they want to be called, in the same order.
    pub co_names: Vec<String>,
    pub booking: Option<SeatBookingId>,
    pub booking_state: Option<BookingState>,
    pub party: Option<i32>,
    pub held_until: Option<jiff_sqlx::Timestamp>,
    /// For how long they are held while the form is filled in; none of offers.
    pub hold_minutes: Option<i16>,
    /// For how many minutes the site holds seats, if an admin has chosen.
    pub minutes: Option<i16>,
    pub price_each: Option<i32>,
    pub agreed_currency: Option<Currency>,
    pub discount: Option<i32>,
    pub amount_due: Option<i32>,
    pub is_paid: bool,
    /// When seats were given on that they had, the last time.
    pub given_on_at: Option<jiff_sqlx::Timestamp>,
    pub waiting_state: Option<WaitingState>,
    pub waiting_party: Option<i32>,
    pub accepts_fewer: Option<bool>,
    pub auto_confirm: Option<bool>,
    pub waiting_rank: Option<i16>,
    pub is_here: bool,
    pub here_refused: Option<bool>,
    pub position: Option<i64>,
}

/// An event, if whoever asks may see it: published ones of others with whom there is no block and
/// who show it to them, or to whoever is `invited`; one's own, and those that one helps with; and until they are over those at
/// which one has seats or had some when they were cancelled.
pub(in crate::events) async fn page(
    conn: &mut PgConnection,
    event: EventId,
    reader: Option<UserId>,
    invited: bool,
    now: Timestamp,
) -> Result<Option<PageRow>> {
    Ok(sqlx::query_as!(
        PageRow,
        r#"select e.title, e.slug, e.description, e.kind, e.visibility, e.review, e.review_note, e.partners as "partners: Json<Vec<Partner>>", e.online_link, o.state, o.starts_at, o.ends_at,
             o.time_zone, o.capacity, o.max_party, o.price, o.currency, o.smaller_pass, o.opens_days, o.closes_hours, o.cancel_hours, o.give_on_minutes, o.seats_taken,
             o.price is not null and exists (select from promo_codes c where c.ended_at is null
               and (c.event_id = e.id or c.series_id = e.series_id)) as "has_codes!",
             (select count(*) from seat_waitlist w where w.occurrence_id = o.id and w.state = 'waiting') as "waiting!",
             v.name as venue, v.address, v.city, v.country, v.access as "access: Vec<AccessFact>",
             v.directions, e.host_id as host, u.handle as host_handle, u.display_name as host_name,
             u.status = 'deleted' as "host_left!", case when e.host_id = $2 or e.organisation_id is not null
               or exists (select from event_hosts h where h.user_id = $2
                 and (h.event_id = e.id or h.series_id = e.series_id))
               then host_role(e, $2, $3) end as "role: HostRole",
             (select h.role from event_hosts h where (h.event_id = e.id or h.series_id = e.series_id)
               and h.user_id = $2 and h.state = 'active' limit 1) as "helps?: HostRole",
             e.organisation_id as organisation, g.name as "organisation_name?", g.slug as "organisation_slug?",
             array(select c.handle from event_hosts h join users c on c.id = h.user_id
               where (h.event_id = e.id or h.series_id = e.series_id) and h.state = 'active'
                 and h.role = 'co_host' and in_good_standing(c, $3) and not blocked(e.host_id, c.id)
                 and ($2::bigint is null or not blocked(c.id, $2)) order by h.id) as "co_handles!",
             array(select c.display_name from event_hosts h join users c on c.id = h.user_id
               where (h.event_id = e.id or h.series_id = e.series_id) and h.state = 'active'
                 and h.role = 'co_host' and in_good_standing(c, $3) and not blocked(e.host_id, c.id)
                 and ($2::bigint is null or not blocked(c.id, $2)) order by h.id) as "co_names!",
             b.id as "booking?", b.state as "booking_state?", b.party_size as "party?", b.hold_expires_at as held_until,
             b.hold_minutes as "hold_minutes?",
             (select (value ->> 'hold_minutes')::smallint from settings where key = 'events') as minutes,
             b.price_each as "price_each?", b.currency as "agreed_currency?: Currency", b.discount as "discount?",
             b.amount_due as "amount_due?", b.paid_at is not null as "is_paid!",
             q.state as "waiting_state?", q.party_size as "waiting_party?",
             q.accepts_fewer as "accepts_fewer?", q.auto_confirm as "auto_confirm?", q.rank as "waiting_rank?",
             q.here_at is not null as "is_here!", q.here_refused as "here_refused?",
             (select max(g.given_on_at) from seat_bookings g where g.occurrence_id = o.id and g.user_id = $2
                and g.given_on_at is not null) as given_on_at,
             (select count(*) from seat_waitlist w where w.occurrence_id = o.id and w.state = 'waiting'
                and q.state = 'waiting' and (w.rank, w.queued_at, w.id) <= (q.rank, q.queued_at, q.id)) as position
         from events e join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
           join users u on u.id = e.host_id left join organisations g on g.id = e.organisation_id
           left join seat_bookings b on b.occurrence_id = o.id and b.user_id = $2 and b.state in ('held', 'confirmed')
           left join seat_waitlist q on q.occurrence_id = o.id and q.user_id = $2 and q.state in ('waiting', 'offered')
         where e.id = $1 and e.deleted_at is null and opens_to(e, o, $2, $4, $3)"#,
        event.0,
        reader.map(|reader| reader.0),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        invited
    )
    .fetch_optional(conn)
    .await?)
}

/// What stands in the address of an event behind its number, for whoever may see its page.
pub(in crate::events) async fn slug(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: Option<UserId>,
    now: Timestamp,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select e.slug from events e join event_occurrences o on o.event_id = e.id
         where e.id = $1 and e.deleted_at is null and opens_to(e, o, $2, false, $3)",
        event.0,
        reader.map(|reader| reader.0),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?)
}

/// A guest, as the host sees them.
pub(in crate::events) struct GuestRow {
    pub booking: SeatBookingId,
    /// Empty for a guest whom the host has added.
    pub handle: String,
    pub name: String,
    pub party: i32,
    pub state: BookingState,
    pub stall: Option<String>,
    /// They hold them while they fill in the form.
    pub fills_in: bool,
}

/// Who has seats, those who came first first, from behind `after` on.
pub(in crate::events) async fn guests(
    db: impl PgExecutor<'_>,
    event: EventId,
    after: SeatBookingId,
    most: i64,
) -> Result<Vec<GuestRow>> {
    Ok(sqlx::query_as!(
        GuestRow,
        r#"select b.id as booking, coalesce(u.handle, '') as "handle!",
             coalesce(u.display_name, nullif(b.guest_name, ''), 'A guest') as "name!", b.party_size as party, b.state,
             case when e.kind = 'swap_meet' then b.stall end as stall,
             b.state = 'held' and b.hold_minutes is not null as "fills_in!"
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
           left join users u on u.id = b.user_id
         where o.event_id = $1 and b.state in ('held', 'confirmed') and b.id > $2
         order by b.id limit $3"#,
        event.0,
        after.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Somebody who waits, as the host sees them.
pub(in crate::events) struct WaitingRow {
    pub handle: String,
    pub name: String,
    pub party: i32,
    pub accepts_fewer: bool,
}

/// Who waits, in their order.
pub(in crate::events) async fn waiting(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<WaitingRow>> {
    Ok(sqlx::query_as!(
        WaitingRow,
        "select u.handle, u.display_name as name, w.party_size as party, w.accepts_fewer
         from seat_waitlist w join event_occurrences o on o.id = w.occurrence_id
           join users u on u.id = w.user_id
         where o.event_id = $1 and w.state = 'waiting'
         order by w.rank, w.queued_at, w.id limit $2",
        event.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// What a guest is told of, or somebody who waits.
pub(in crate::events) struct TicketRow {
    pub event: EventId,
    pub slug: String,
    pub title: String,
    /// None of those who wait.
    pub state: Option<BookingState>,
    pub party: i32,
    pub held_until: Option<jiff_sqlx::Timestamp>,
    pub occurrence_state: OccurrenceState,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub venue: String,
    pub address: String,
    pub city: String,
    pub online_link: String,
    pub price_each: Option<i32>,
    pub currency: Option<Currency>,
    pub discount: i32,
    pub amount_due: Option<i32>,
    pub is_paid: bool,
    pub give_on_minutes: Option<i32>,
    pub guest: UserId,
    pub guest_zone: String,
}

/// A guest's seats, with the guest's row kept from being erased meanwhile. `None` when they have
/// left.
pub(in crate::events) async fn ticket(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<Option<TicketRow>> {
    said_of(conn, Some(booking), None).await
}

/// As [`ticket`], of somebody who waits.
pub(in crate::events) async fn waiting_ticket(
    conn: &mut PgConnection,
    waiting: WaitingId,
) -> Result<Option<TicketRow>> {
    said_of(conn, None, Some(waiting)).await
}

/// Of seats, or of a place in a queue.
async fn said_of(
    conn: &mut PgConnection,
    booking: Option<SeatBookingId>,
    waiting: Option<WaitingId>,
) -> Result<Option<TicketRow>> {
    let (booking, waiting) = (booking.map(|id| id.0), waiting.map(|id| id.0));
    sqlx::query!(
        "select from users where id in (select user_id from seat_bookings where id = $1
             union all select user_id from seat_waitlist where id = $2) for key share",
        booking,
        waiting
    )
    .execute(&mut *conn)
    .await?;
    // A statement of its own: whoever was erased while the row was waited for is not there any more.
    Ok(sqlx::query_as!(
        TicketRow,
        r#"select e.id as event, e.slug, e.title, b.state as "state?: BookingState", b.party_size as "party!",
             b.hold_expires_at as held_until, o.state as occurrence_state, o.starts_at, o.ends_at, o.time_zone,
             v.name as venue, v.address, v.city, e.online_link, b.price_each as "price_each?",
             b.currency as "currency?: Currency", b.discount as "discount!", b.amount_due as "amount_due?",
             b.is_paid as "is_paid!", o.give_on_minutes, u.id as guest, u.time_zone as guest_zone
         from (select occurrence_id, user_id, party_size, state, hold_expires_at, price_each, currency, discount,
               amount_due, paid_at is not null as is_paid from seat_bookings where id = $1
             union all
             select occurrence_id, user_id, party_size, null, null, null, null, 0, null, false from seat_waitlist
             where id = $2) b
           join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
           join venues v on v.id = e.venue_id join users u on u.id = b.user_id"#,
        booking,
        waiting
    )
    .fetch_optional(conn)
    .await?)
}

/// Everybody to be told that an event has changed or is cancelled, from behind `after` on: those
/// who had seats when it did (`at`, in microseconds since 1970), or were offered some, or whose
/// seats ended with it.
pub(in crate::events) async fn to_tell(
    conn: &mut PgConnection,
    event: EventId,
    cancelled: bool,
    at: i64,
    after: SeatBookingId,
    most: i64,
) -> Result<Vec<SeatBookingId>> {
    Ok(sqlx::query_scalar!(
        "select b.id from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
         where o.event_id = $1 and b.id > $3
           and (b.created_at <= $5 or b.state = 'confirmed' and exists (select from seat_waitlist w
             where w.booking_id = b.id and not w.auto_confirm and w.created_at <= $5))
           and case when $2 then b.cancelled_by = 'host' and b.given_on_at is null else (b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null) end
         order by b.id limit $4",
        event.0,
        cancelled,
        after.0,
        most,
        Timestamp::from_microsecond(at)
            .map_err(Error::internal)?
            .to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// The same of those who waited then and were offered nothing.
pub(in crate::events) async fn waiting_to_tell(
    conn: &mut PgConnection,
    event: EventId,
    cancelled: bool,
    at: i64,
    after: WaitingId,
    most: i64,
) -> Result<Vec<WaitingId>> {
    Ok(sqlx::query_scalar!(
        "select w.id from seat_waitlist w join event_occurrences o on o.id = w.occurrence_id
         where o.event_id = $1 and w.id > $3 and w.created_at <= $5 and w.booking_id is null
           and w.state = case when $2 then 'cancelled' else 'waiting' end
         order by w.id limit $4",
        event.0,
        cancelled,
        after.0,
        most,
        Timestamp::from_microsecond(at)
            .map_err(Error::internal)?
            .to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}
