//! What hosts enter: places, and events at them.

use dogear_domain::events::partners::Partner;
use dogear_domain::events::window::BookingWindow;
use dogear_domain::events::{AccessFact, EventKind, OccurrenceState, Visibility};
use dogear_domain::ids::{EventId, OrganisationId, UserId, VenueId};
use dogear_domain::money::Currency;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;
use crate::events::form::EventText;
use crate::events::venues::{Venue, VenueText};

/// The places of a host, those entered last first.
pub(in crate::events) async fn venues(
    db: impl PgExecutor<'_>,
    owner: UserId,
    most: i64,
) -> Result<Vec<Venue>> {
    Ok(sqlx::query_as!(
        Venue,
        r#"select id, name, address, city, country, time_zone, access as "access: Vec<AccessFact>", directions
         from venues where owner_id = $1 order by id desc limit $2"#,
        owner.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// How many places a host has.
pub(in crate::events) async fn count_venues(db: impl PgExecutor<'_>, owner: UserId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from venues where owner_id = $1"#,
        owner.0
    )
    .fetch_one(db)
    .await?)
}

/// One place of a host.
pub(in crate::events) async fn venue(
    db: impl PgExecutor<'_>,
    id: VenueId,
    owner: UserId,
) -> Result<Option<Venue>> {
    Ok(sqlx::query_as!(
        Venue,
        r#"select id, name, address, city, country, time_zone, access as "access: Vec<AccessFact>", directions
         from venues where id = $1 and owner_id = $2"#,
        id.0,
        owner.0
    )
    .fetch_optional(db)
    .await?)
}

/// Locks a place that is about to change.
pub(in crate::events) async fn lock_venue(conn: &mut PgConnection, id: VenueId) -> Result<()> {
    sqlx::query!("select from venues where id = $1 for no key update", id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes a new place.
pub(in crate::events) async fn insert_venue(
    conn: &mut PgConnection,
    owner: UserId,
    text: &VenueText,
) -> Result<VenueId> {
    Ok(sqlx::query_scalar!(
        "insert into venues (owner_id, name, address, city, country, time_zone, access, directions)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        owner.0,
        &**text.name,
        &**text.address,
        &**text.city,
        text.country,
        text.time_zone.as_str(),
        &text.access as &[AccessFact],
        &**text.directions
    )
    .fetch_one(conn)
    .await?)
}

/// Changes a place. Its zone stays that of the events which have been entered for it.
pub(in crate::events) async fn update_venue(
    conn: &mut PgConnection,
    id: VenueId,
    text: &VenueText,
) -> Result<()> {
    sqlx::query!(
        "update venues set name = $2, address = $3, city = $4, country = $5, time_zone = $6, access = $7,
           directions = $8 where id = $1",
        id.0,
        &**text.name,
        &**text.address,
        &**text.city,
        text.country,
        text.time_zone.as_str(),
        &text.access as &[AccessFact],
        &**text.directions
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a new event, without a date.
pub(in crate::events) async fn insert_event(
    conn: &mut PgConnection,
    host: UserId,
    text: &EventText,
    now: Timestamp,
) -> Result<EventId> {
    Ok(sqlx::query_scalar!(
        "insert into events (host_id, venue_id, kind, visibility, title, slug, description, online_link, created_at,
           updated_at, organisation_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) returning id",
        host.0,
        text.venue.0,
        text.kind.as_str(),
        text.visibility.as_str(),
        &**text.title,
        text.slug(),
        &**text.description,
        &**text.online,
        now.to_sqlx(),
        text.organisation.map(|id| id.0)
    )
    .fetch_one(conn)
    .await?)
}

/// Changes what an event says of itself.
pub(in crate::events) async fn update_event(
    conn: &mut PgConnection,
    id: EventId,
    text: &EventText,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update events set venue_id = $2, kind = $3, visibility = $4, title = $5, slug = $6, description = $7,
           online_link = $8, updated_at = $9, organisation_id = $10 where id = $1",
        id.0,
        text.venue.0,
        text.kind.as_str(),
        text.visibility.as_str(),
        &**text.title,
        text.slug(),
        &**text.description,
        &**text.online,
        now.to_sqlx(),
        text.organisation.map(|id| id.0)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes an event for good that nobody but its host has seen, and which has no seats.
pub(in crate::events) async fn delete_draft(conn: &mut PgConnection, id: EventId) -> Result<()> {
    sqlx::query!(
        "delete from event_occurrences where event_id = $1 and state = 'draft'",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from events where id = $1", id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Says with whom an event is made, and with it every date of its series. The caller holds it.
pub(in crate::events) async fn set_partners(
    conn: &mut PgConnection,
    id: EventId,
    partners: &[Partner],
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update events e set partners = $2, updated_at = $3 from events one
         where one.id = $1 and (e.id = one.id or e.series_id = one.series_id)",
        id.0,
        Json(partners) as _,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// With whom an event is made.
pub(in crate::events) async fn partners(
    conn: &mut PgConnection,
    id: EventId,
) -> Result<Vec<Partner>> {
    let named = sqlx::query_scalar!(
        r#"select partners as "partners: Json<Vec<Partner>>" from events where id = $1"#,
        id.0
    )
    .fetch_one(conn)
    .await?;
    Ok(named.0)
}

/// Takes an event out of sight, until its host restores it. It waits for a moderator then as before.
pub(in crate::events) async fn put_away(
    conn: &mut PgConnection,
    id: EventId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update events set deleted_at = $2 where id = $1",
        id.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What an event is called.
pub(in crate::events) async fn title(conn: &mut PgConnection, id: EventId) -> Result<String> {
    Ok(
        sqlx::query_scalar!("select title from events where id = $1", id.0)
            .fetch_one(conn)
            .await?,
    )
}

/// Published events to come at a place.
pub(in crate::events) async fn coming_at(
    conn: &mut PgConnection,
    venue: VenueId,
    now: Timestamp,
) -> Result<Vec<EventId>> {
    Ok(sqlx::query_scalar!(
        "select e.id from events e join event_occurrences o on o.event_id = e.id
         where e.venue_id = $1 and o.state = 'published' and o.ends_at > $2 order by e.id",
        venue.0,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// An event as its host edits it.
pub(in crate::events) struct Stored {
    pub state: OccurrenceState,
    pub venue: VenueId,
    pub kind: EventKind,
    pub visibility: Visibility,
    pub title: String,
    pub slug: String,
    pub description: String,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub online_link: String,
    pub capacity: Option<i32>,
    pub max_party: i32,
    pub price: Option<i32>,
    pub currency: Option<Currency>,
    pub smaller_pass: bool,
    pub opens_days: Option<i32>,
    pub closes_hours: Option<i32>,
    pub cancel_hours: Option<i32>,
    pub give_on_minutes: Option<i32>,
    pub seats_taken: i32,
    pub organisation: Option<OrganisationId>,
}

impl Stored {
    /// When seats can be taken.
    pub(in crate::events) fn window(&self) -> BookingWindow {
        BookingWindow {
            opens_days: self.opens_days,
            closes_hours: self.closes_hours,
            cancel_hours: self.cancel_hours,
        }
    }
}

/// An event of this host.
pub(in crate::events) async fn event(
    db: impl PgExecutor<'_>,
    id: EventId,
    host: UserId,
) -> Result<Option<Stored>> {
    Ok(sqlx::query_as!(
        Stored,
        "select o.state, e.venue_id as venue, e.kind, e.visibility, e.title, e.slug,
           e.description, o.starts_at, o.ends_at, o.time_zone, e.online_link, o.capacity, o.max_party, o.price, o.currency,
           o.smaller_pass, o.opens_days, o.closes_hours, o.cancel_hours, o.give_on_minutes, o.seats_taken,
           e.organisation_id as organisation
         from events e join event_occurrences o on o.event_id = e.id
         where e.id = $1 and e.host_id = $2 and e.deleted_at is null",
        id.0,
        host.0
    )
    .fetch_optional(db)
    .await?)
}
