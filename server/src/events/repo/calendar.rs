//! What calendars say of dates.

use dogear_domain::events::{BookingState, EventKind, OccurrenceState};
use dogear_domain::ids::{EventId, OccurrenceId, SeatBookingId, UserId, VenueId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// A date, and the seats of one guest if it is read for one.
pub(in crate::events) struct EntryRow {
    pub occurrence: OccurrenceId,
    pub event: EventId,
    pub slug: String,
    pub title: String,
    pub description: String,
    pub kind: EventKind,
    pub state: OccurrenceState,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub sequence: i32,
    /// The last change of anything that is said here.
    pub modified: jiff_sqlx::Timestamp,
    pub venue: String,
    pub address: String,
    pub city: String,
    pub country: String,
    pub directions: String,
    pub online_link: String,
    pub host: UserId,
    pub host_name: String,
    pub party: Option<i32>,
    pub booking: Option<BookingState>,
    /// Of one seat.
    pub price: Option<i32>,
    pub currency: Option<Currency>,
    /// What the guest has not paid yet.
    pub due: Option<i32>,
    pub due_currency: Option<Currency>,
}

/// The date of an event, with the live seats of whoever asks. Who may see it was looked at before.
pub(in crate::events) async fn of_event(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: Option<UserId>,
) -> Result<Option<EntryRow>> {
    Ok(sqlx::query_as!(
        EntryRow,
        r#"select o.id as occurrence, e.id as event, e.slug, e.title, e.description, e.kind, o.state,
             o.starts_at, o.ends_at, o.time_zone, o.ics_sequence as sequence,
             greatest(o.updated_at, e.updated_at, b.updated_at) as "modified!",
             v.name as venue, v.address, v.city, v.country, v.directions, e.online_link,
             e.host_id as host, u.display_name as host_name,
             b.party_size as "party?", b.state as "booking?", o.price, o.currency,
             case when b.paid_at is null then b.amount_due end as due, b.currency as "due_currency?: Currency"
         from events e join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
           join users u on u.id = e.host_id
           left join seat_bookings b on b.occurrence_id = o.id and b.user_id = $2
             and (b.state = 'confirmed' or b.state = 'held' and b.hold_minutes is null)
         where e.id = $1"#,
        event.0,
        reader.map(|reader| reader.0)
    )
    .fetch_optional(db)
    .await?)
}

/// Dates to come that everybody may see, in their order: of one kind, in one town (everywhere when
/// empty), and of no host with whom whoever asks has a block.
pub(in crate::events) async fn coming(
    db: impl PgExecutor<'_>,
    reader: Option<UserId>,
    kind: Option<EventKind>,
    town: &str,
    now: Timestamp,
    most: i64,
) -> Result<Vec<EntryRow>> {
    Ok(sqlx::query_as!(
        EntryRow,
        r#"select o.id as occurrence, e.id as event, e.slug, e.title, e.description, e.kind, o.state,
             o.starts_at, o.ends_at, o.time_zone, o.ics_sequence as sequence,
             greatest(o.updated_at, e.updated_at) as "modified!",
             v.name as venue, v.address, v.city, v.country, v.directions, '' as "online_link!",
             e.host_id as host, u.display_name as host_name,
             null::int as party, null::text as "booking: BookingState", o.price, o.currency,
             null::int as due, null::text as "due_currency: Currency"
         from listed_dates($1, $2) l join event_occurrences o on o.id = l.occurrence_id
           join events e on e.id = l.event_id join venues v on v.id = e.venue_id
           join users u on u.id = e.host_id
         where l.state = 'published' and l.ends_at > $2 and l.visibility = 'public'
           and ($3::text is null or e.kind = $3)
           and ($4::text = '' or folded(v.city) = folded($4))
         order by o.starts_at, e.id limit $5"#,
        reader.map(|reader| reader.0),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        kind.map(EventKind::as_str),
        town,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Where a member has seats or is offered some, and where the host has ended them since `since`;
/// of what is over, what ended since then. Nothing of what its host has deleted.
pub(in crate::events) async fn of_guest(
    db: impl PgExecutor<'_>,
    guest: UserId,
    since: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<Vec<EntryRow>> {
    Ok(sqlx::query_as!(
        EntryRow,
        r#"with mine as (
             select distinct on (occurrence_id) occurrence_id, party_size, state, updated_at,
               case when paid_at is null then amount_due end as due, currency
             from seat_bookings
             where user_id = $1 and (state = 'confirmed' or state = 'held' and hold_minutes is null and hold_expires_at > $3
               or cancelled_by = 'host' and updated_at > $2)
             order by occurrence_id, state = 'cancelled', id desc)
         select o.id as occurrence, e.id as event, e.slug, e.title, e.description, e.kind, o.state,
             o.starts_at, o.ends_at, o.time_zone, o.ics_sequence as sequence,
             greatest(o.updated_at, e.updated_at, b.updated_at) as "modified!",
             v.name as venue, v.address, v.city, v.country, v.directions, e.online_link,
             e.host_id as host, u.display_name as host_name,
             b.party_size as "party?", b.state as "booking?: BookingState", o.price, o.currency,
             b.due, b.currency as "due_currency?: Currency"
         from mine b join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
           join venues v on v.id = e.venue_id join users u on u.id = e.host_id
         where o.ends_at > $2 and e.deleted_at is null order by o.starts_at, o.id limit $4"#,
        guest.0,
        since.to_sqlx() as jiff_sqlx::Timestamp,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?)
}

/// The date of some seats, with these, and nothing of what their guest has to pay.
pub(in crate::events) async fn of_booking(
    db: impl PgExecutor<'_>,
    booking: SeatBookingId,
) -> Result<Option<EntryRow>> {
    Ok(sqlx::query_as!(
        EntryRow,
        r#"select o.id as occurrence, e.id as event, e.slug, e.title, e.description, e.kind, o.state,
             o.starts_at, o.ends_at, o.time_zone, o.ics_sequence as sequence,
             greatest(o.updated_at, e.updated_at, b.updated_at) as "modified!",
             v.name as venue, v.address, v.city, v.country, v.directions, e.online_link,
             e.host_id as host, u.display_name as host_name,
             b.party_size as "party?", b.state as "booking?: BookingState", o.price, o.currency,
             null::int as due, null::text as "due_currency: Currency"
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
           join events e on e.id = o.event_id join venues v on v.id = e.venue_id
           join users u on u.id = e.host_id
         where b.id = $1"#,
        booking.0
    )
    .fetch_optional(db)
    .await?)
}

/// Who has some seats, as an invitation names them.
pub(in crate::events) struct GuestRow {
    pub event: EventId,
    pub guest: UserId,
    pub name: String,
    pub email: String,
}

/// Whose seats these are.
pub(in crate::events) async fn guest(
    conn: &mut PgConnection,
    booking: SeatBookingId,
) -> Result<Option<GuestRow>> {
    Ok(sqlx::query_as!(
        GuestRow,
        "select o.event_id as event, u.id as guest, u.display_name as name, u.email
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
           join users u on u.id = b.user_id
         where b.id = $1",
        booking.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Locks the dates to come at a place, in the order of their numbers, before the place itself.
pub(in crate::events) async fn lock_coming_at(
    conn: &mut PgConnection,
    venue: VenueId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "select from event_occurrences o join events e on e.id = o.event_id
         where e.venue_id = $1 and o.ends_at > $2 order by o.id for no key update of o",
        venue.0,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Notes that the place of these dates has changed.
pub(in crate::events) async fn raise_coming_at(
    conn: &mut PgConnection,
    venue: VenueId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update event_occurrences o set ics_sequence = ics_sequence + 1, updated_at = $2
         from events e where e.id = o.event_id and e.venue_id = $1 and o.ends_at > $2",
        venue.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}
