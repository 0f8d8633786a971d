//! What hosts are told of the seats at their events, and have been.

use dogear_domain::events::host_news::HostNews;
use dogear_domain::ids::{EventId, OccurrenceId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// News of a date that its host has not been told.
pub(in crate::events) struct NewsRow {
    pub occurrence: OccurrenceId,
    pub kind: HostNews,
}

/// What is new at dates to come: the first guest with confirmed seats, or no seat left. While a reader
/// holds some it is not known yet: it is told once.
pub(in crate::events) async fn news(
    db: impl PgExecutor<'_>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<NewsRow>> {
    Ok(sqlx::query_as!(
        NewsRow,
        r#"select o.id as "occurrence!: OccurrenceId", new.kind as "kind!: HostNews"
         from event_occurrences o join events e on e.id = o.event_id
           cross join unnest(array['first', 'full']) new (kind)
         where o.state = 'published' and o.starts_at > $1 and o.seats_taken > 0 and e.deleted_at is null
           and not exists (select from event_host_news n where n.occurrence_id = o.id and n.kind = new.kind)
           and case new.kind when 'full' then o.seats_taken = o.capacity
               and not exists (select from seat_bookings h where h.occurrence_id = o.id
                 and h.state = 'held' and h.hold_minutes is not null)
             else exists (select from seat_bookings b where b.occurrence_id = o.id
               and b.state = 'confirmed' and b.user_id <> e.host_id) end
         order by 1, 2 limit $2"#,
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// What is said of a date to its host.
pub(in crate::events) struct DateRow {
    pub event: EventId,
    pub title: String,
    pub host: UserId,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub seats_taken: i32,
    pub capacity: Option<i32>,
}

/// Notes that the host is told; gives what is said, if that is new. Their row is kept from being
/// erased meanwhile.
pub(in crate::events) async fn note(
    conn: &mut PgConnection,
    news: &NewsRow,
    now: Timestamp,
) -> Result<Option<DateRow>> {
    Ok(sqlx::query_as!(
        DateRow,
        "with noted as (
           insert into event_host_news (occurrence_id, kind, told_at) values ($1, $2, $3)
           on conflict do nothing returning occurrence_id)
         select e.id as event, e.title, e.host_id as host, o.starts_at, o.ends_at, o.time_zone,
           o.seats_taken, o.capacity
         from noted join event_occurrences o on o.id = noted.occurrence_id join events e on e.id = o.event_id
           join users u on u.id = e.host_id and in_good_standing(u, $3)
         for key share of u",
        news.occurrence.0,
        news.kind.as_str(),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(conn)
    .await?)
}

/// A host of dates to come.
pub(in crate::events) struct HostRow {
    pub host: UserId,
    pub time_zone: String,
    /// Up to when they have been told.
    pub until: Option<jiff_sqlx::Timestamp>,
}

/// Hosts at whose dates to come seats were taken or given back, or somebody began to wait, since
/// they were last told, from behind `after` on. Between two mornings are ten hours at least: whoever
/// was told later than that is not looked at.
pub(in crate::events) async fn hosts(
    db: impl PgExecutor<'_>,
    (since, now): (Timestamp, Timestamp),
    after: UserId,
    most: i64,
) -> Result<Vec<HostRow>> {
    Ok(sqlx::query_as!(
        HostRow,
        r#"select u.id as host, u.time_zone, s.until as "until?"
         from users u left join event_host_summaries s on s.host_id = u.id
         where u.id > $3 and in_good_standing(u, $2)
           and (s.until is null or s.until < $2::timestamptz - interval '10 hours') and exists (
           select from events e join event_occurrences o on o.event_id = e.id
           where e.host_id = u.id and o.state = 'published' and o.starts_at > $2 and e.deleted_at is null
             and (exists (select from seat_bookings b where b.occurrence_id = o.id
                 and b.updated_at > greatest($1, s.until))
               or exists (select from seat_waitlist w where w.occurrence_id = o.id
                 and w.created_at > greatest($1, s.until))))
         order by u.id limit $4"#,
        since.to_sqlx(),
        now.to_sqlx() as jiff_sqlx::Timestamp,
        after.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Notes that a host is told up to now, if nobody else has done so meanwhile; says whether.
pub(in crate::events) async fn note_summary(
    conn: &mut PgConnection,
    host: &HostRow,
    now: Timestamp,
) -> Result<bool> {
    let noted = sqlx::query!(
        "insert into event_host_summaries (host_id, until)
         select id, $2 from users where id = $1 and status <> 'deleted' for key share
         on conflict (host_id) do update set until = excluded.until
           where event_host_summaries.until is not distinct from $3",
        host.host.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        host.until
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// What happened at a date.
pub(in crate::events) struct DayRow {
    pub title: String,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    /// Seats that were taken and are still.
    pub taken: i64,
    /// Seats that guests had before, and have given back: neither held nor offered ones that were let
    /// go, nor what was handed on.
    pub given_back: i64,
    /// Who began to wait, and still do.
    pub waiting: i64,
    pub seats_taken: i32,
    pub capacity: Option<i32>,
}

/// What happened since then at the dates of a host that are to come, the next first.
pub(in crate::events) async fn day(
    conn: &mut PgConnection,
    host: UserId,
    (since, now): (Timestamp, Timestamp),
) -> Result<Vec<DayRow>> {
    Ok(sqlx::query_as!(
        DayRow,
        r#"select e.title, o.starts_at, o.ends_at, o.time_zone, o.seats_taken, o.capacity,
             b.taken as "taken!", b.given_back as "given_back!", w.waiting as "waiting!"
         from events e join event_occurrences o on o.event_id = e.id
           cross join lateral (select
             coalesce(sum(party_size) filter (where state = 'confirmed'), 0) as taken,
             coalesce(sum(party_size) filter (where state = 'cancelled'), 0) as given_back
             from seat_bookings s where s.occurrence_id = o.id and s.updated_at > $2
               and (s.state = 'confirmed' and s.created_at > $2
                 or s.state = 'cancelled' and s.cancelled_by = 'guest' and s.created_at <= $2
                   and s.hold_minutes is null
                   and not exists (select from seat_waitlist l where l.booking_id = s.id and l.state <> 'converted')
                   and not exists (select from seat_transfers t join seat_bookings g on g.user_id = t.recipient_id
                     where t.booking_id = s.id and t.state = 'accepted' and t.party_size = s.party_size
                       and g.occurrence_id = o.id and s.updated_at between g.created_at and g.updated_at))) b
           cross join lateral (select count(*) as waiting from seat_waitlist
             where occurrence_id = o.id and state = 'waiting' and created_at > $2) w
         where e.host_id = $1 and o.state = 'published' and o.starts_at > $3 and e.deleted_at is null
           and (b.taken > 0 or b.given_back > 0 or w.waiting > 0)
         order by o.starts_at, e.id"#,
        host.0,
        since.to_sqlx() as jiff_sqlx::Timestamp,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(conn)
    .await?)
}

/// Forgets up to when a member has been told.
pub(in crate::events) async fn forget(conn: &mut PgConnection, host: UserId) -> Result<()> {
    sqlx::query!(
        "delete from event_host_summaries where host_id = $1",
        host.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
