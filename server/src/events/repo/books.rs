//! The books that guests bring to a swap meet, and who would like which.

use dogear_domain::events::leftovers::BookOutcome;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EventId, OccurrenceId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// The date of an event, and whether a reader takes part in it; `None` where there is no such event.
pub(in crate::events) async fn part(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: Option<UserId>,
) -> Result<Option<(OccurrenceId, bool)>> {
    let part = sqlx::query!(
        r#"select o.id, exists (select from participants(o.id) p where p.user_id = $2) as "takes_part!"
         from event_occurrences o where o.event_id = $1"#,
        event.0,
        reader.map(|reader| reader.0)
    )
    .fetch_optional(db)
    .await?;
    Ok(part.map(|part| (part.id, part.takes_part)))
}

/// How many books can be had at an event: those that a reader brings, and those of others with
/// whom there is no block.
pub(in crate::events) async fn count(
    db: impl PgExecutor<'_>,
    event: EventId,
    reader: Option<UserId>,
    now: Timestamp,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "books!" from event_occurrences o
         cross join lateral brought_books(o.id, $3) b
         where o.event_id = $1
             and not exists (select from blocked_with($2) x where x.user_id = (b.owner).id)"#,
        event.0,
        reader.map(|reader| reader.0),
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(db)
    .await?)
}

/// A book that somebody brings.
pub(in crate::events) struct BroughtRow {
    pub copy: CopyId,
    pub work: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub language: String,
    pub grade: Grade,
    pub handle: String,
    pub name: String,
    /// Whoever asks would like it.
    pub wished: bool,
    /// Books that match, over all pages.
    pub found: i64,
}

/// Which of the books.
pub(in crate::events) struct Wanted<'a> {
    pub occurrence: OccurrenceId,
    pub reader: Option<UserId>,
    /// Part of a title or an author's name, folded; empty for all.
    pub key: &'a str,
    /// Only what the reader would like.
    pub wished: bool,
    pub now: Timestamp,
    pub most: i64,
    pub offset: i64,
}

/// What others bring, by title; without those with whom there is a block.
pub(in crate::events) async fn of_others(
    db: impl PgExecutor<'_>,
    wanted: &Wanted<'_>,
) -> Result<Vec<BroughtRow>> {
    Ok(sqlx::query_as!(
        BroughtRow,
        r#"select b.copy_id as "copy!: CopyId", w.id as work, w.slug, shown_title(e.title, w.title) as "title!",
             w.author_line, coalesce(nullif(e.language, ''), w.language) as "language!",
             b.grade as "grade!: Grade", (b.owner).handle as "handle!", (b.owner).display_name as "name!",
             exists (select from event_book_wishes x where x.occurrence_id = $1
                 and x.copy_id = b.copy_id and x.user_id = $2) as "wished!",
             count(*) over () as "found!"
         from brought_books($1, $4) b join works w on w.id = b.work_id join editions e on e.id = b.edition_id
         where (b.owner).id is distinct from $2
             and not exists (select from blocked_with($2) x where x.user_id = (b.owner).id)
             and ($3 = '' or w.title_key like '%' || $3 || '%' or w.author_key like '%' || $3 || '%'
                 or exists (select from work_authors wa join authors a on a.id = wa.author_id
                     where wa.work_id = w.id and a.name_key like '%' || $3 || '%'))
             and (not $7 or exists (select from event_book_wishes x where x.occurrence_id = $1
                 and x.copy_id = b.copy_id and x.user_id = $2))
         order by w.title_key, b.copy_id limit $5 offset $6"#,
        wanted.occurrence.0,
        wanted.reader.map(|reader| reader.0),
        wanted.key,
        wanted.now.to_sqlx(),
        wanted.most,
        wanted.offset,
        wanted.wished
    )
    .fetch_all(db)
    .await?)
}

/// A book that whoever asks brings.
pub(in crate::events) struct OwnRow {
    pub copy: CopyId,
    pub work: WorkId,
    pub slug: String,
    pub title: String,
    pub author_line: String,
    pub language: String,
    pub grade: Grade,
    /// The others see it.
    pub shown: bool,
    /// So many would like it.
    pub wishes: i64,
    pub outcome: Option<BookOutcome>,
}

/// What a guest has said that they bring, by title, while it is theirs.
pub(in crate::events) async fn own(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    guest: UserId,
    now: Timestamp,
) -> Result<Vec<OwnRow>> {
    Ok(sqlx::query_as!(
        OwnRow,
        r#"select b.copy_id as copy, w.id as work, w.slug, shown_title(e.title, w.title) as "title!",
             w.author_line, coalesce(nullif(e.language, ''), w.language) as "language!", c.grade,
             b.copy_id in (select s.copy_id from brought_books($1, $3) s) as "shown!",
             (select count(*) from event_book_wishes x join users y on y.id = x.user_id
                 where x.occurrence_id = $1 and x.copy_id = b.copy_id and in_good_standing(y, $3)
                 and x.user_id in (select p.user_id from participants($1) p)
                 and x.user_id not in (select z.user_id from blocked_with($2) z)) as "wishes!", b.outcome
         from event_books b join copies c on c.id = b.copy_id and c.owner_id = b.user_id
           join works w on w.id = c.work_id join editions e on e.id = c.edition_id
         where b.occurrence_id = $1 and b.user_id = $2 and c.state <> 'deleted'
         order by w.title_key, b.copy_id"#,
        occurrence.0,
        guest.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}

/// Somebody would like a book, and one of the two asks.
pub(in crate::events) struct WishRow {
    pub copy: CopyId,
    pub title: String,
    pub owner: UserId,
    pub by: UserId,
    /// Of the one who does not ask.
    pub handle: String,
    pub name: String,
}

/// The wishes of a guest for what others bring, and those of others for what the guest brings; of
/// those who take part and with whom there is no block.
pub(in crate::events) async fn wishes(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    guest: UserId,
    now: Timestamp,
) -> Result<Vec<WishRow>> {
    Ok(sqlx::query_as!(
        WishRow,
        r#"select b.copy_id as "copy!: CopyId", shown_title(e.title, w.title) as "title!",
             (b.owner).id as "owner!: UserId", x.user_id as by, other.handle, other.display_name as name
         from event_book_wishes x join brought_books($1, $3) b on b.copy_id = x.copy_id
           join works w on w.id = b.work_id join editions e on e.id = b.edition_id
           join users other on other.id = case when x.user_id = $2 then (b.owner).id else x.user_id end
         where x.occurrence_id = $1 and (x.user_id = $2) <> ((b.owner).id = $2)
             and x.user_id in (select p.user_id from participants($1) p) and in_good_standing(other, $3)
             and not exists (select from blocked_with($2) y where y.user_id = other.id)
         order by w.title_key, b.copy_id, x.user_id"#,
        occurrence.0,
        guest.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_all(db)
    .await?)
}

/// Of these copies, those that a guest may bring: on their shelf, and hidden by nobody.
pub(in crate::events) async fn on_shelf(
    conn: &mut PgConnection,
    guest: UserId,
    copies: &[CopyId],
) -> Result<Vec<CopyId>> {
    let numbers: Vec<i64> = copies.iter().map(|copy| copy.0).collect();
    Ok(sqlx::query_scalar!(
        "select id from copies where id = any($2) and owner_id = $1
             and state in ('owned', 'listed') and hidden_at is null",
        guest.0,
        &numbers
    )
    .fetch_all(conn)
    .await?)
}

/// The copies that a guest has on offer and does not bring yet, the newest first.
pub(in crate::events) async fn on_offer(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
) -> Result<Vec<CopyId>> {
    Ok(sqlx::query_scalar!(
        "select c.id from copies c where c.owner_id = $2 and is_listed(c)
             and not exists (select from copy_holds h where h.copy_id = c.id)
             and not exists (select from event_books b
                 where b.occurrence_id = $1 and b.user_id = $2 and b.copy_id = c.id)
         order by c.listed_at desc, c.id desc",
        occurrence.0,
        guest.0
    )
    .fetch_all(conn)
    .await?)
}

/// Serialises what one guest says of their books: two windows do not get past a limit.
pub(in crate::events) async fn lock(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('event_books:' || $1 || ':' || $2, 0))",
        occurrence.to_string(),
        guest.to_string()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Of these copies, in their order, those that a guest does not bring yet.
pub(in crate::events) async fn not_brought(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    copies: &[CopyId],
) -> Result<Vec<CopyId>> {
    let numbers: Vec<i64> = copies.iter().map(|copy| copy.0).collect();
    Ok(sqlx::query_scalar!(
        r#"select w.copy as "copy!: CopyId" from unnest($3::bigint[]) with ordinality as w (copy, place)
         where not exists (select from event_books b
             where b.occurrence_id = $1 and b.user_id = $2 and b.copy_id = w.copy)
         order by w.place"#,
        occurrence.0,
        guest.0,
        &numbers
    )
    .fetch_all(conn)
    .await?)
}

/// How many books a guest brings while they are theirs.
pub(in crate::events) async fn brings(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "books!" from event_books b
         join copies c on c.id = b.copy_id and c.owner_id = b.user_id
         where b.occurrence_id = $1 and b.user_id = $2 and c.state <> 'deleted'"#,
        occurrence.0,
        guest.0
    )
    .fetch_one(conn)
    .await?)
}

/// How many books a guest would like beside this one.
pub(in crate::events) async fn other_wishes(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    copy: CopyId,
    now: Timestamp,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "books!" from event_book_wishes x
         join brought_books($1, $4) b on b.copy_id = x.copy_id
         where x.occurrence_id = $1 and x.user_id = $2 and x.copy_id <> $3"#,
        occurrence.0,
        guest.0,
        copy.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(conn)
    .await?)
}

/// Puts books on a guest's list. One that its owner before had brought is theirs now, and nobody's
/// wish. Gives how many are new.
pub(in crate::events) async fn bring(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    copies: &[CopyId],
    now: Timestamp,
) -> Result<u64> {
    let numbers: Vec<i64> = copies.iter().map(|copy| copy.0).collect();
    sqlx::query!(
        "delete from event_books where occurrence_id = $1 and copy_id = any($3) and user_id <> $2",
        occurrence.0,
        guest.0,
        &numbers
    )
    .execute(&mut *conn)
    .await?;
    let brought = sqlx::query!(
        "insert into event_books (occurrence_id, copy_id, user_id, added_at)
         select $1, copy, $2, $4 from unnest($3::bigint[]) as copy
         on conflict do nothing",
        occurrence.0,
        guest.0,
        &numbers,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(brought.rows_affected())
}

/// Takes a book from a guest's list, and with it the wishes for it. Gives how many those were.
pub(in crate::events) async fn keep_home(
    db: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    guest: UserId,
    copy: CopyId,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"with gone as (
             delete from event_books where occurrence_id = $1 and user_id = $2 and copy_id = $3
             returning occurrence_id, copy_id)
         select count(*) as "wishes!" from gone join event_book_wishes using (occurrence_id, copy_id)"#,
        occurrence.0,
        guest.0,
        copy.0
    )
    .fetch_one(db)
    .await?)
}

/// Whether it can be had at the event: somebody else brings it, with whom there is no block.
pub(in crate::events) async fn can_be_had(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    copy: CopyId,
    now: Timestamp,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from brought_books($1, $4) b
             where b.copy_id = $3 and (b.owner).id <> $2 and not blocked((b.owner).id, $2)) as "had!""#,
        occurrence.0,
        guest.0,
        copy.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(conn)
    .await?)
}

/// Notes that a guest would like a book.
pub(in crate::events) async fn wish(
    conn: &mut PgConnection,
    occurrence: OccurrenceId,
    guest: UserId,
    copy: CopyId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into event_book_wishes (occurrence_id, copy_id, user_id, created_at)
         select b.occurrence_id, b.copy_id, $2, $4 from event_books b
         where b.occurrence_id = $1 and b.copy_id = $3 for key share
         on conflict do nothing",
        occurrence.0,
        guest.0,
        copy.0,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets that a guest would like a book.
pub(in crate::events) async fn drop_wish(
    conn: impl PgExecutor<'_>,
    occurrence: OccurrenceId,
    guest: UserId,
    copy: CopyId,
) -> Result<()> {
    sqlx::query!(
        "delete from event_book_wishes where occurrence_id = $1 and user_id = $2 and copy_id = $3",
        occurrence.0,
        guest.0,
        copy.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what a member has brought and wished for, anywhere.
pub(in crate::events) async fn forget(conn: &mut PgConnection, member: UserId) -> Result<()> {
    sqlx::query!("delete from event_book_wishes where user_id = $1", member.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from event_books where user_id = $1", member.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets what was wished for at what ended before `until`.
pub(in crate::events) async fn forget_wishes(
    db: impl PgExecutor<'_>,
    until: Timestamp,
) -> Result<u64> {
    let forgotten = sqlx::query!(
        "delete from event_book_wishes w using event_occurrences o
         where o.id = w.occurrence_id and o.ends_at < $1",
        until.to_sqlx() as jiff_sqlx::Timestamp
    )
    .execute(db)
    .await?;
    Ok(forgotten.rows_affected())
}
