//! What moderators read of events.

use dogear_domain::events::partners::Partner;
use dogear_domain::events::{EventKind, OccurrenceState};
use dogear_domain::ids::{EventId, EventSeriesId, FeedbackId, OccurrenceId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;
use crate::events::desk::DeskFeedback;

/// An event with its next date, or its last.
pub(in crate::events) struct EventRow {
    pub slug: String,
    pub kind: EventKind,
    pub description: String,
    pub partners: Json<Vec<Partner>>,
    pub state: OccurrenceState,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub venue: String,
    pub city: String,
}

/// One event.
pub(in crate::events) async fn event(
    db: impl PgExecutor<'_>,
    id: EventId,
    now: Timestamp,
) -> Result<Option<EventRow>> {
    Ok(sqlx::query_as!(
        EventRow,
        r#"select e.slug, e.kind, e.description, e.partners as "partners: Json<Vec<Partner>>", o.state,
           o.starts_at, o.ends_at, o.time_zone, v.name as venue, v.city
         from events e join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
         where e.id = $1
         order by o.ends_at <= $2, case when o.ends_at > $2 then o.starts_at end, o.starts_at desc limit 1"#,
        id.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?)
}

/// What its host has written to all guests, the newest first.
pub(in crate::events) async fn messages(
    db: impl PgExecutor<'_>,
    event: EventId,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select body from event_messages where event_id = $1 and sent_at is not null
         order by id desc limit 20",
        event.0
    )
    .fetch_all(db)
    .await?)
}

/// What a guest says of an event.
pub(in crate::events) async fn feedback(
    db: impl PgExecutor<'_>,
    id: FeedbackId,
) -> Result<Option<DeskFeedback>> {
    Ok(sqlx::query_as!(
        DeskFeedback,
        r#"select e.id as event, e.title, f.words, f.rating, f.withdrawn_at is not null as "is_withdrawn!"
         from event_feedback f join event_occurrences o on o.id = f.occurrence_id join events e on e.id = o.event_id
         where f.id = $1"#,
        id.0
    )
    .fetch_optional(db)
    .await?)
}

/// Locks the series of an event, if it is in one, whoever its host is; gives its number.
pub(in crate::events) async fn lock_series(
    conn: &mut PgConnection,
    event: EventId,
) -> Result<Option<EventSeriesId>> {
    Ok(sqlx::query_scalar!(
        "select id from event_series
         where id = (select series_id from events where id = $1) for no key update",
        event.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The date of an event, whoever its host is.
pub(in crate::events) async fn date_of(
    conn: &mut PgConnection,
    event: EventId,
) -> Result<Option<OccurrenceId>> {
    Ok(sqlx::query_scalar!(
        "select id from event_occurrences where event_id = $1 order by id limit 1",
        event.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The dates of an event that are not over, in the order in which they are locked.
pub(in crate::events) async fn dates_to_come(
    conn: &mut PgConnection,
    event: EventId,
    now: Timestamp,
) -> Result<Vec<OccurrenceId>> {
    Ok(sqlx::query_scalar!(
        "select id from event_occurrences where event_id = $1 and ends_at > $2 order by id",
        event.0,
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}
