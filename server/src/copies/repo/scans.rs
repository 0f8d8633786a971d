//! The list of what a reader has scanned.

use dogear_domain::copies::CopyState;
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, ScanId, UserId};
use dogear_domain::isbn::Isbn13;
use sqlx::{PgConnection, PgPool};

use crate::Result;

/// One scan of a reader at a time, until the end of the transaction.
pub(in crate::copies) async fn lock_scans(conn: &mut PgConnection, owner: UserId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('scans of ' || $1::text, 0))",
        owner.to_string()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A line with the copy that came of it.
pub(in crate::copies) struct Scan {
    pub isbn: Isbn13,
    pub copy_id: Option<CopyId>,
}

/// A line, when it is the owner's.
pub(in crate::copies) async fn own_scan(
    conn: &mut PgConnection,
    owner: UserId,
    scan: ScanId,
) -> Result<Option<Scan>> {
    Ok(sqlx::query_as!(
        Scan,
        r#"select isbn13::text as "isbn!: Isbn13", copy_id from scans where id = $1 and user_id = $2"#,
        scan.0,
        owner.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Takes a line that waits off the owner's list.
pub(in crate::copies) async fn delete_waiting(
    db: &PgPool,
    owner: UserId,
    scan: ScanId,
) -> Result<()> {
    sqlx::query!(
        "delete from scans where id = $1 and user_id = $2 and copy_id is null",
        scan.0,
        owner.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A line as the page shows it.
pub(in crate::copies) struct Line {
    pub id: ScanId,
    pub isbn: Isbn13,
    pub copy: Option<CopyId>,
    pub grade: Option<Grade>,
    pub state: Option<CopyState>,
}

/// The owner's list, newest first: what waits, and the copies of the last day.
pub(in crate::copies) async fn lines(db: &PgPool, owner: UserId) -> Result<Vec<Line>> {
    Ok(sqlx::query_as!(
        Line,
        r#"select s.id, s.isbn13::text as "isbn!: Isbn13", c.id as "copy?", c.grade as "grade?",
             c.state as "state?"
         from scans s left join copies c on c.id = s.copy_id
         where s.user_id = $1 and (s.copy_id is null or c.state <> 'deleted' and c.owner_id = $1
             and s.scanned_at > now() - interval '1 day')
         order by s.scanned_at desc, s.id desc"#,
        owner.0
    )
    .fetch_all(db)
    .await?)
}

/// The copies on the owner's list.
pub(in crate::copies) async fn copies_of_list(
    conn: &mut PgConnection,
    owner: UserId,
) -> Result<Vec<CopyId>> {
    Ok(sqlx::query_scalar!(
        "select c.id from scans s join copies c on c.id = s.copy_id
         where s.user_id = $1 and c.state <> 'deleted' and s.scanned_at > now() - interval '1 day'",
        owner.0
    )
    .fetch_all(conn)
    .await?)
}

/// Empties the owner's list, but for ISBNs of which the owner has no copy.
pub(in crate::copies) async fn clear_answered(
    conn: &mut PgConnection,
    owner: UserId,
) -> Result<()> {
    sqlx::query!(
        "delete from scans s where user_id = $1 and (copy_id is not null or exists (
             select from copies c
             where c.edition_id = isbn_edition(s.isbn13) and c.owner_id = $1 and c.state <> 'deleted'))",
        owner.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a copy is the answer to the line that waited for its ISBN, if one did.
pub(in crate::copies) async fn answer(
    conn: &mut PgConnection,
    owner: UserId,
    copy: CopyId,
) -> Result<()> {
    sqlx::query!(
        "update scans set copy_id = $2, scanned_at = clock_timestamp()
         where user_id = $1 and copy_id is null
             and isbn_edition(isbn13) = (select edition_id from copies where id = $2)",
        owner.0,
        copy.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a line that waits on top of the list; an ISBN waits once.
pub(in crate::copies) async fn wait(
    conn: &mut PgConnection,
    owner: UserId,
    isbn: Isbn13,
) -> Result<()> {
    sqlx::query!(
        "insert into scans (user_id, isbn13) values ($1, $2)
         on conflict (user_id, isbn13) where copy_id is null
         do update set scanned_at = clock_timestamp()",
        owner.0,
        isbn.to_string()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the owner's lines of more than a day ago, and those whose copies are in the trash.
pub(in crate::copies) async fn delete_finished(
    conn: &mut PgConnection,
    owner: UserId,
) -> Result<()> {
    sqlx::query!(
        "delete from scans s using copies c
         where s.user_id = $1 and c.id = s.copy_id
             and (c.state = 'deleted' or s.scanned_at <= now() - interval '1 day')",
        owner.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many lines of the owner's have a copy, and how many wait.
pub(in crate::copies) async fn count_scans(
    conn: &mut PgConnection,
    owner: UserId,
) -> Result<(i64, i64)> {
    let counts = sqlx::query!(
        r#"select count(copy_id) as "added!", count(*) - count(copy_id) as "waiting!"
         from scans where user_id = $1"#,
        owner.0
    )
    .fetch_one(conn)
    .await?;
    Ok((counts.added, counts.waiting))
}
