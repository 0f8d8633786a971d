//! What was left over of swap meets.

use dogear_domain::events::leftovers::BookOutcome;
use dogear_domain::fields::LeftoverWords;
use dogear_domain::ids::{CopyId, EventId, OccurrenceId, UserId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// What is said of a date, of all books together.
#[derive(Default)]
pub(in crate::events) struct LeftRow {
    /// So many found a new reader.
    pub gone: i64,
    /// So many came home.
    pub home: i64,
    /// So many stayed on the table; none until those who host it say so.
    pub books: Option<i32>,
    pub words: String,
}

/// The same; none where there is no such event.
pub(in crate::events) async fn left(
    db: impl PgExecutor<'_>,
    event: EventId,
) -> Result<Option<LeftRow>> {
    Ok(sqlx::query_as!(
        LeftRow,
        r#"select coalesce(l.gone, 0) + count(b.copy_id) filter (where b.outcome = 'gone') as "gone!",
             coalesce(l.home, 0) + count(b.copy_id) filter (where b.outcome = 'home') as "home!",
             l.books as "books?", coalesce(l.words, '') as "words!"
         from event_occurrences o left join event_leftovers l on l.occurrence_id = o.id
           left join event_books b on b.occurrence_id = o.id
         where o.event_id = $1 group by l.gone, l.home, l.books, l.words"#,
        event.0
    )
    .fetch_optional(db)
    .await?)
}

/// The date of an event to which a reader has brought books, as its host or as a guest who was there;
/// none of whoever has not, and once these are forgotten.
pub(in crate::events) async fn brought(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: UserId,
) -> Result<Option<OccurrenceId>> {
    Ok(sqlx::query_scalar!(
        "select o.id from event_occurrences o join events e on e.id = o.event_id
         where o.event_id = $1
           and exists (select from event_books x where x.occurrence_id = o.id and x.user_id = $2)
           and (e.host_id = $2 or exists (select from seat_bookings b
             where b.occurrence_id = o.id and b.user_id = $2 and came(b)))",
        event.0,
        reader.0
    )
    .fetch_optional(db)
    .await?)
}

/// Writes what became of the books that a guest has brought and that are still theirs: `gone` went
/// to somebody, the others came home if `home`, and else nothing is said of them.
pub(in crate::events) async fn tell(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    gone: &[CopyId],
    home: bool,
) -> Result<u64> {
    let numbers: Vec<i64> = gone.iter().map(|copy| copy.0).collect();
    let told = sqlx::query!(
        "update event_books b set outcome = case when b.copy_id = any($3) then $5 when $4 then $6 end
         where b.occurrence_id = $1 and b.user_id = $2
           and exists (select from copies c where c.id = b.copy_id and c.owner_id = $2 and c.state <> 'deleted')",
        occurrence.0,
        guest.0,
        &numbers,
        home,
        BookOutcome::Gone.as_str(),
        BookOutcome::Home.as_str()
    )
    .execute(conn)
    .await?;
    Ok(told.rows_affected())
}

/// Writes what stayed on the table. The caller holds the occurrence.
pub(in crate::events) async fn put(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    books: Option<i32>,
    words: &LeftoverWords,
) -> Result<()> {
    sqlx::query!(
        "insert into event_leftovers (occurrence_id, books, words) values ($1, $2, $3)
         on conflict (occurrence_id) do update set books = excluded.books, words = excluded.words",
        occurrence.0,
        books,
        &***words
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was brought to what ended before `until`; how many of the books found a new reader
/// and how many came home stays.
pub(in crate::events) async fn forget_books(
    db: impl PgExecutor<'_>,
    until: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "with forgotten as (
           delete from event_books b using event_occurrences o
           where o.id = b.occurrence_id and o.ends_at < $1 returning b.occurrence_id, b.outcome)
         insert into event_leftovers (occurrence_id, gone, home)
         select occurrence_id, count(*) filter (where outcome = 'gone')::int, count(*) filter (where outcome = 'home')::int
         from forgotten where outcome is not null group by occurrence_id order by occurrence_id
         on conflict (occurrence_id) do update set gone = event_leftovers.gone + excluded.gone,
           home = event_leftovers.home + excluded.home",
        until.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what a member has written of their swap meets.
pub(in crate::events) async fn forget_hosted(
    conn: &mut PgConnection,
    member: UserId,
) -> Result<()> {
    sqlx::query!(
        "update event_leftovers l set words = '' from event_occurrences o, events e
         where o.id = l.occurrence_id and e.id = o.event_id and e.host_id = $1 and l.words <> ''",
        member.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
