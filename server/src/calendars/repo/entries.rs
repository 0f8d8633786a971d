//! The entries of seats in Google Calendars: what is wanted, and what Google has.

use dogear_domain::ids::{EventId, OccurrenceId, OutboxId, SeatBookingId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::Result;

/// An entry that has changed, and for the how manieth time.
pub(in crate::calendars) struct WantedRow {
    pub booking: SeatBookingId,
    pub wanted: i64,
    pub grant: Uuid,
}

/// Notes that seats at a date have changed, of one guest or of all, as far as their calendars are
/// connected. Of seats that nobody has, those alone that were written.
pub(in crate::calendars) async fn want_at(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: Option<UserId>,
) -> Result<Vec<WantedRow>> {
    Ok(sqlx::query_as!(
        WantedRow,
        r#"insert into google_entries as g (booking_id, user_id, grant_id, ends_at)
         select b.id, b.user_id, c.grant_id, o.ends_at
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
           join users u on u.id = b.user_id
           join google_connections c on c.user_id = u.id and c.ended_at is null
         where b.occurrence_id = $1 and ($2::bigint is null or b.user_id = $2)
           and (b.state = 'confirmed' or exists (select from google_entries w where w.booking_id = b.id))
           and u.status <> 'deleted'
         order by b.id for key share of u
         on conflict (booking_id) do update set wanted = g.wanted + 1, failed = false,
           ends_at = excluded.ends_at, grant_id = excluded.grant_id,
           is_there = g.is_there and g.grant_id = excluded.grant_id
         returning g.booking_id as booking, g.wanted, g.grant_id as "grant""#,
        occurrence.0,
        guest.map(|guest| guest.0)
    )
    .fetch_all(conn)
    .await?)
}

/// Notes that all coming seats of a member belong into their calendar.
pub(in crate::calendars) async fn want_all(
    conn: &mut PgConnection,
    member: UserId,
    now: Timestamp,
) -> Result<Vec<WantedRow>> {
    Ok(sqlx::query_as!(
        WantedRow,
        r#"insert into google_entries as g (booking_id, user_id, grant_id, ends_at)
         select b.id, b.user_id, c.grant_id, o.ends_at
         from seat_bookings b join event_occurrences o on o.id = b.occurrence_id
           join google_connections c on c.user_id = b.user_id and c.ended_at is null
         where b.user_id = $1 and o.ends_at > $2
           and (b.state = 'confirmed' and o.state = 'published'
             or exists (select from google_entries w where w.booking_id = b.id and w.event_id is not null))
         order by b.id
         on conflict (booking_id) do update set wanted = g.wanted + 1, failed = false,
           ends_at = excluded.ends_at, grant_id = excluded.grant_id,
           is_there = g.is_there and g.grant_id = excluded.grant_id
         returning g.booking_id as booking, g.wanted, g.grant_id as "grant""#,
        member.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(conn)
    .await?)
}

/// Notes that what could not be written for a member is to be tried again.
pub(in crate::calendars) async fn want_failed(
    conn: &mut PgConnection,
    member: UserId,
) -> Result<Vec<WantedRow>> {
    Ok(sqlx::query_as!(
        WantedRow,
        r#"update google_entries g set wanted = g.wanted + 1, failed = false
         from google_connections c
         where g.user_id = $1 and g.failed and c.user_id = g.user_id and c.grant_id = g.grant_id
           and c.ended_at is null
         returning g.booking_id as "booking!", g.wanted as "wanted!", g.grant_id as "grant!""#,
        member.0
    )
    .fetch_all(conn)
    .await?)
}

/// Dates, with the guests whose entries are not what is so, by the look of it: what a job would have
/// written, had there been one. Of what could not be written nothing is said.
pub(in crate::calendars) async fn behind(
    db: impl PgExecutor<'_>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<(OccurrenceId, UserId)>> {
    let rows = sqlx::query!(
        r#"select distinct o.id, b.user_id as "guest!: UserId"
         from google_connections c join seat_bookings b on b.user_id = c.user_id
           join event_occurrences o on o.id = b.occurrence_id join events e on e.id = o.event_id
           left join google_entries g on g.booking_id = b.id and g.grant_id = c.grant_id
         where c.ended_at is null and o.ends_at > $1
           and case when b.state = 'confirmed' and o.state = 'published'
             then g.booking_id is null
               or g.done = g.wanted and greatest(b.updated_at, o.updated_at, e.updated_at) > g.read_at
             else g.event_id is not null and g.done = g.wanted end
         limit $2"#,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.guest)).collect())
}

/// Forgets at most so many entries of what was over before `then`, and those that nobody's calendar
/// is connected for; tells how many.
pub(in crate::calendars) async fn forget_old(
    db: impl PgExecutor<'_>,
    then: Timestamp,
    most: i64,
) -> Result<u64> {
    let forgotten = sqlx::query!(
        "delete from google_entries where booking_id in (
           select g.booking_id from google_entries g
           where g.ends_at < $1
             or not exists (select from google_connections c where c.user_id = g.user_id) limit $2)",
        then.to_sqlx(),
        most
    )
    .execute(db)
    .await?;
    Ok(forgotten.rows_affected())
}

/// An entry that a job works on.
pub(in crate::calendars) struct TakenRow {
    pub member: UserId,
    pub wanted: i64,
    /// It may be at Google under this name.
    pub event_id: Option<String>,
    pub is_there: bool,
    pub sent: String,
    pub grant: Uuid,
    pub refresh_token: Vec<u8>,
    pub not_before: Option<jiff_sqlx::Timestamp>,
}

/// Takes an entry that is not what is wanted, until a moment: nobody else works on it until then.
/// Nothing when there is nothing to do, or somebody else does it and will look again.
pub(in crate::calendars) async fn take(
    db: impl PgExecutor<'_>,
    booking: SeatBookingId,
    job: OutboxId,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<TakenRow>> {
    Ok(sqlx::query_as!(
        TakenRow,
        r#"update google_entries g set taken_by = $2, taken_until = $4
         from google_connections c
         where g.booking_id = $1 and c.user_id = g.user_id and c.grant_id = g.grant_id
           and c.refresh_token is not null and g.done < g.wanted
           and (g.taken_until is null or g.taken_until <= $3 or g.taken_by = $2)
         returning g.user_id as "member!", g.wanted as "wanted!", g.event_id, g.is_there as "is_there!",
           g.sent as "sent!", g.grant_id as "grant!", c.refresh_token as "refresh_token!", c.not_before"#,
        booking.0,
        job.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        until.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(db)
    .await?)
}

/// Notes what an entry is called at Google, before it is sent there. `false` when the job has lost
/// it meanwhile, or it belongs into another calendar by now.
pub(in crate::calendars) async fn name(
    db: impl PgExecutor<'_>,
    (booking, grant): (SeatBookingId, Uuid),
    job: OutboxId,
    event_id: &str,
    ends_at: Timestamp,
) -> Result<bool> {
    let named = sqlx::query!(
        "update google_entries set event_id = $4, ends_at = $5
         where booking_id = $1 and taken_by = $2 and grant_id = $3",
        booking.0,
        job.0,
        grant,
        event_id,
        ends_at.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(named.rows_affected() == 1)
}

/// What Google has by now.
pub(in crate::calendars) struct Kept<'a> {
    /// See `google_entries.wanted`.
    pub wanted: i64,
    /// The entry is there; otherwise it is gone.
    pub is_there: bool,
    /// The fingerprint of what was sent.
    pub sent: &'a str,
    /// When that was read here.
    pub read_at: Timestamp,
}

/// Notes what Google has, and lets go of the entry. Tells whether something has changed meanwhile;
/// nothing when the job has lost it, or it belongs into another calendar by now.
pub(in crate::calendars) async fn keep(
    conn: &mut PgConnection,
    (booking, grant): (SeatBookingId, Uuid),
    job: OutboxId,
    kept: &Kept<'_>,
) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!(
        r#"update google_entries set done = greatest(done, $4), is_there = $5, sent = $6, read_at = $7,
             event_id = case when $5 then event_id end, failed = false,
             taken_by = null, taken_until = null
         where booking_id = $1 and taken_by = $2 and grant_id = $3 returning wanted > $4 as "more!""#,
        booking.0,
        job.0,
        grant,
        kept.wanted,
        kept.is_there,
        kept.sent,
        kept.read_at.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_optional(conn)
    .await?)
}

/// Lets go of an entry with which nothing was done.
pub(in crate::calendars) async fn release(
    db: impl PgExecutor<'_>,
    booking: SeatBookingId,
    job: OutboxId,
) -> Result<()> {
    sqlx::query!(
        "update google_entries set taken_by = null, taken_until = null
         where booking_id = $1 and taken_by = $2",
        booking.0,
        job.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes whether an entry could not be written, as it was wanted then or later: whoever came later
/// has left it to the job that had it. If one of them still has it written, it has not failed.
pub(in crate::calendars) async fn set_failed(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    (grant, wanted): (Uuid, i64),
    failed: bool,
) -> Result<()> {
    sqlx::query!(
        "update google_entries set failed = $4, taken_by = null, taken_until = null
         where booking_id = $1 and grant_id = $2 and wanted >= $3 and done < wanted",
        booking.0,
        grant,
        wanted,
        failed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Coming events at which a member has seats that are not in their connected calendar yet, or not
/// as they are now; and whether that was given up.
pub(in crate::calendars) async fn unsynced(
    db: impl PgExecutor<'_>,
    member: UserId,
    event: Option<EventId>,
    now: Timestamp,
) -> Result<Vec<(EventId, bool)>> {
    let rows = sqlx::query!(
        r#"select e.id, coalesce(g.failed, false) as "failed!"
         from google_connections c join seat_bookings b on b.user_id = c.user_id and b.state = 'confirmed'
           join event_occurrences o on o.id = b.occurrence_id and o.state = 'published' and o.ends_at > $2
           join events e on e.id = o.event_id
           left join google_entries g on g.booking_id = b.id and g.grant_id = c.grant_id
         where c.user_id = $1 and c.ended_at is null and ($3::bigint is null or e.id = $3)
           and (g.booking_id is null or g.failed or g.done < g.wanted
             or greatest(b.updated_at, o.updated_at, e.updated_at) > g.read_at)"#,
        member.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        event.map(|event| event.0)
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.failed)).collect())
}
