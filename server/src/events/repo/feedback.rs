//! What guests say of events that are over.

use dogear_domain::events::feedback::{AFTER, MOST_BOOKS, Rating};
use dogear_domain::fields::FeedbackWords;
use dogear_domain::ids::{EventId, FeedbackId, OccurrenceId, SeatBookingId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// A guest who has not been written to after an event.
pub(in crate::events) struct Candidate {
    pub booking: SeatBookingId,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
}

/// Members who were guests of what ended between these moments and have not been written to since,
/// from behind `after` on, or these seats `only`: those in good standing, of a host who is, without
/// a block between the two.
pub(in crate::events) async fn candidates(
    db: impl PgExecutor<'_>,
    (since, now): (Timestamp, Timestamp),
    after: SeatBookingId,
    only: Option<SeatBookingId>,
    most: i64,
) -> Result<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        "select b.id as booking, o.ends_at, u.time_zone
         from event_occurrences o join events e on e.id = o.event_id join users h on h.id = e.host_id
           join seat_bookings b on b.occurrence_id = o.id join users u on u.id = b.user_id
         where o.state = 'published' and e.deleted_at is null and o.ends_at > $2 and o.ends_at <= $3
           and b.id > $4 and ($5::bigint is null or b.id = $5)
           and came(b) and u.id <> e.host_id
           and in_good_standing(u, $3) and in_good_standing(h, $3) and not blocked(h.id, u.id)
           and not exists (select from event_reminders r where r.booking_id = b.id and r.kind = $1)
         order by b.id limit $6",
        AFTER,
        since.to_sqlx() as jiff_sqlx::Timestamp,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        after.0,
        only.map(|booking| booking.0),
        most
    )
    .fetch_all(db)
    .await?)
}

/// The seats of somebody who was there, with what they have said.
pub(in crate::events) struct GuestRow {
    pub booking: SeatBookingId,
    pub occurrence: OccurrenceId,
    pub rating: Option<i16>,
    pub would_return: Option<bool>,
    pub words: Option<String>,
    pub shows_name: Option<bool>,
    /// They have said what they bring, and that is still known.
    pub brings: bool,
}

/// The same; none of whoever was not there.
pub(in crate::events) async fn guest(
    db: impl PgExecutor<'_>,
    event: EventId,
    guest: UserId,
) -> Result<Option<GuestRow>> {
    Ok(sqlx::query_as!(
        GuestRow,
        r#"select b.id as booking, b.occurrence_id as occurrence, f.rating as "rating?", f.would_return as "would_return?",
             f.words as "words?", f.shows_name as "shows_name?",
             exists (select from event_books x where x.occurrence_id = b.occurrence_id and x.user_id = $2) as "brings!"
         from event_occurrences o join seat_bookings b on b.occurrence_id = o.id
           left join event_feedback f on f.booking_id = b.id and f.withdrawn_at is null
         where o.event_id = $1 and b.user_id = $2 and came(b)"#,
        event.0,
        guest.0
    )
    .fetch_optional(db)
    .await?)
}

/// What a guest says.
pub(in crate::events) struct Said {
    pub rating: Rating,
    pub would_return: bool,
    pub words: FeedbackWords,
    pub shows_name: bool,
}

/// Writes what a guest says, in the place of what they have said before; tells whether their seats
/// are still there.
pub(in crate::events) async fn put(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    said: &Said,
    now: Timestamp,
) -> Result<bool> {
    let written = sqlx::query!(
        "insert into event_feedback (booking_id, occurrence_id, rating, would_return, words, shows_name, created_at, updated_at)
         select id, occurrence_id, $2, $3, $4, $5, $6, $6 from seat_bookings where id = $1 for key share
         on conflict (booking_id) do update set rating = excluded.rating, would_return = excluded.would_return,
           words = excluded.words, shows_name = excluded.shows_name, updated_at = excluded.updated_at,
           withdrawn_at = null",
        booking.0,
        said.rating.number(),
        said.would_return,
        &**said.words,
        said.shows_name,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Takes back what a guest has said. Of what was reported, the words stay for moderators; everything
/// else goes. Doing it twice is fine.
pub(in crate::events) async fn withdraw(
    conn: &mut PgConnection,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<()> {
    // Locked first: whoever reports it at this moment was before, or finds nothing.
    sqlx::query!(
        "select from event_feedback where booking_id = $1 for update",
        booking.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    sqlx::query!(
        "update event_feedback f set withdrawn_at = $2
         where booking_id = $1 and withdrawn_at is null
           and exists (select from reports r where r.subject_kind = 'feedback' and r.subject_id = f.id)",
        booking.0,
        now.to_sqlx()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from event_feedback where booking_id = $1 and withdrawn_at is null",
        booking.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what a guest has said from being taken back until the end of the transaction.
pub(in crate::events) async fn hold(conn: &mut PgConnection, id: FeedbackId) -> Result<()> {
    sqlx::query!("select from event_feedback where id = $1 for share", id.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// What all guests of an event have said.
pub(in crate::events) struct SumRow {
    pub number: i64,
    /// Of their ratings.
    pub sum: i64,
    pub would_return: i64,
}

/// The same.
pub(in crate::events) async fn sum(db: impl PgExecutor<'_>, event: EventId) -> Result<SumRow> {
    Ok(sqlx::query_as!(
        SumRow,
        r#"select count(*) as "number!", coalesce(sum(f.rating), 0)::bigint as "sum!",
             count(*) filter (where f.would_return) as "would_return!"
         from event_feedback f join event_occurrences o on o.id = f.occurrence_id
         where o.event_id = $1 and f.withdrawn_at is null"#,
        event.0
    )
    .fetch_one(db)
    .await?)
}

/// Words of a guest.
pub(in crate::events) struct WordsRow {
    pub id: FeedbackId,
    pub words: String,
    /// Without the @; none when they do not show it.
    pub handle: Option<String>,
    pub name: Option<String>,
}

/// What guests have written, the last first: not in the order of their seats, which would tell who
/// it was.
pub(in crate::events) async fn words(
    db: impl PgExecutor<'_>,
    event: EventId,
    most: i64,
) -> Result<Vec<WordsRow>> {
    Ok(sqlx::query_as!(
        WordsRow,
        r#"select f.id, f.words, case when f.shows_name then u.handle end as handle,
             case when f.shows_name then u.display_name end as name
         from event_feedback f join event_occurrences o on o.id = f.occurrence_id
           join seat_bookings b on b.id = f.booking_id join users u on u.id = b.user_id
         where o.event_id = $1 and f.words <> '' and f.hidden_at is null and f.withdrawn_at is null
         order by f.updated_at desc, f.id desc limit $2"#,
        event.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Takes the words of a guest out of sight, or shows them again; tells whether that changed anything.
pub(in crate::events) async fn hide(
    conn: &mut PgConnection,
    id: FeedbackId,
    at: Option<Timestamp>,
) -> Result<bool> {
    let changed = sqlx::query!(
        "update event_feedback set hidden_at = $2
         where id = $1 and (hidden_at is null) <> ($2::timestamptz is null)",
        id.0,
        at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .execute(conn)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// A book that was there.
pub(in crate::events) struct SeenRow {
    pub work: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub language: String,
    /// So many copies of it.
    pub copies: i64,
}

/// Books that others had with them and that can still be had: listed for everybody, promised to
/// nobody, of owners who are not away, without a block. A work stands there once, as its first copy.
pub(in crate::events) async fn seen(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    now: Timestamp,
) -> Result<Vec<SeenRow>> {
    Ok(sqlx::query_as!(
        SeenRow,
        r#"select work as "work!: WorkId", slug as "slug!", title as "title!", author_line as "author_line!",
             language as "language!", copies as "copies!"
         from (select w.id as work, w.slug, w.title_key, shown_title(e.title, w.title) as title,
             w.author_line, coalesce(nullif(e.language, ''), w.language) as language, b.copy_id,
             count(*) over (partition by w.id) as copies,
             row_number() over (partition by w.id order by b.copy_id) as number
         from brought_books($1, $3) b join event_books x on x.occurrence_id = $1 and x.copy_id = b.copy_id
           join copies c on c.id = b.copy_id join works w on w.id = b.work_id join editions e on e.id = b.edition_id
         where is_listed(c) and x.outcome is distinct from 'gone'
           and (b.owner).id <> $2 and not is_away(b.owner, $3)
           and not exists (select from blocked_with($2) z where z.user_id = (b.owner).id)) seen
         where number = 1 order by title_key, copy_id limit $4"#,
        occurrence.0,
        guest.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        MOST_BOOKS
    )
    .fetch_all(conn)
    .await?)
}

/// A date to come.
pub(in crate::events) struct NextRow {
    pub event: EventId,
    pub slug: String,
    pub title: String,
    pub starts_at: jiff_sqlx::Timestamp,
    pub ends_at: jiff_sqlx::Timestamp,
    pub time_zone: String,
    pub city: String,
    pub is_series: bool,
}

/// Dates to come of the same host that a guest may see: those of the same series first.
pub(in crate::events) async fn next(
    conn: &mut PgConnection,
    event: EventId,
    guest: UserId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<NextRow>> {
    Ok(sqlx::query_as!(
        NextRow,
        r#"select e.id as event, e.slug, e.title, o.starts_at, o.ends_at, o.time_zone, v.city,
             coalesce(e.series_id = one.series_id, false) as "is_series!"
         from events one join events e on e.host_id = one.host_id and e.id <> one.id
           join event_occurrences o on o.event_id = e.id join venues v on v.id = e.venue_id
         where one.id = $1 and e.deleted_at is null and o.state = 'published' and o.starts_at > $3
           and is_shown_to(e, $2) and (e.visibility in ('public', 'members') or e.series_id = one.series_id)
         order by coalesce(e.series_id = one.series_id, false) desc, o.starts_at, o.id limit $4"#,
        event.0,
        guest.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Forgets what a member hosted when something was said of it. The caller has taken them from those
/// who host it before, which notes it.
pub(in crate::events) async fn forget_hosting(
    conn: &mut PgConnection,
    member: UserId,
) -> Result<()> {
    sqlx::query!(
        "delete from event_feedback_hosts where user_id = $1",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was said of a member's events. What the member has said as a guest goes with their
/// seats.
pub(in crate::events) async fn forget_hosted(
    conn: &mut PgConnection,
    member: UserId,
) -> Result<()> {
    sqlx::query!(
        "delete from event_feedback f using event_occurrences o, events e
         where o.id = f.occurrence_id and e.id = o.event_id and e.host_id = $1",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
