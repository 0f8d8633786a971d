//! Imports as wholes.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{ImportId, UserId};
use dogear_domain::imports::{ImportState, Offer, Source};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use crate::imports::read::Columns;
use crate::{Error, Result};

/// An import that is locked until the end of the transaction.
#[derive(Debug)]
pub(in crate::imports) struct Locked {
    pub id: ImportId,
    pub user_id: UserId,
    pub source: Source,
    pub state: ImportState,
    pub shelves: Vec<String>,
    pub grade: Grade,
    pub offer: Offer,
    pub seconds: bool,
    /// What it says of reading goes into the library.
    pub reading: bool,
    /// Its reviews are published.
    pub reviews: bool,
    pub round: i32,
    pub headers: Vec<String>,
    pub finished_at: Option<jiff_sqlx::Timestamp>,
    /// Its reader may add books.
    pub active: bool,
}

/// Where an import stands; none when it is not there.
pub(in crate::imports) async fn state(
    db: &PgPool,
    import: ImportId,
) -> Result<Option<ImportState>> {
    Ok(
        sqlx::query_scalar!("select state from shelf_imports where id = $1", import.0)
            .fetch_optional(db)
            .await?,
    )
}

/// The round of an import whose books are looked up.
pub(in crate::imports) async fn checking_round(
    db: &PgPool,
    import: ImportId,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "select round from shelf_imports where id = $1 and state = 'checking'",
        import.0
    )
    .fetch_optional(db)
    .await?)
}

/// The import, locked; and its reader's standing, which stays as it is until the commit.
pub(in crate::imports) async fn lock(
    conn: &mut PgConnection,
    import: ImportId,
    now: Timestamp,
) -> Result<Option<Locked>> {
    Ok(sqlx::query_as!(
        Locked,
        r#"select i.id, i.user_id, i.source as "source: Source", i.state, i.shelves, i.grade,
             i.offer as "offer: Offer", i.seconds, i.reading, i.reviews, i.round, i.headers, i.finished_at,
             in_good_standing(u, $2) as "active!"
         from shelf_imports i join users u on u.id = i.user_id
         where i.id = $1 for no key update of i, u"#,
        import.0,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// As [`lock`], for its own reader.
pub(in crate::imports) async fn lock_own(
    conn: &mut PgConnection,
    import: ImportId,
    user: UserId,
    now: Timestamp,
) -> Result<Locked> {
    lock(conn, import, now)
        .await?
        .filter(|import| import.user_id == user)
        .ok_or(Error::NotFound)
}

/// Stores where a locked import stands now; a state in which a job works begins a new round.
/// Gives the number of the round.
pub(in crate::imports) async fn set_state(
    conn: &mut PgConnection,
    import: &Locked,
    state: ImportState,
    now: Timestamp,
) -> Result<i32> {
    let round = sqlx::query_scalar!(
        "update shelf_imports set state = $2, round = round + $3::int,
             finished_at = case when $2 in ('stopped', 'done') then $4 else finished_at end
         where id = $1 returning round",
        import.id.0,
        state.as_str(),
        i32::from(state.is_working()),
        now.to_sqlx()
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(round)
}

/// Lets a checked import wait for its reader.
pub(in crate::imports) async fn set_ready(conn: &mut PgConnection, import: ImportId) -> Result<()> {
    sqlx::query!(
        "update shelf_imports set state = 'ready' where id = $1",
        import.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A new import.
pub(in crate::imports) struct NewImport<'a> {
    pub owner: UserId,
    pub file_name: &'a str,
    pub source: Source,
    pub headers: &'a [String],
    pub columns: &'a Columns,
    pub shelves: &'a [String],
    pub grade: Grade,
    pub offer: Offer,
    pub reading: bool,
}

/// Inserts an import without its rows.
pub(in crate::imports) async fn insert(
    conn: &mut PgConnection,
    new: &NewImport<'_>,
    now: Timestamp,
) -> Result<ImportId> {
    Ok(sqlx::query_scalar!(
        "insert into shelf_imports (user_id, file_name, source, headers, columns, shelves, grade, offer, reading, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        new.owner.0,
        new.file_name,
        new.source.as_str(),
        new.headers,
        Json(new.columns) as Json<&Columns>,
        new.shelves,
        new.grade.value(),
        new.offer.as_str(),
        new.reading,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Sets which columns say what, the shelves that are imported, and whether reading is.
pub(in crate::imports) async fn set_columns(
    conn: &mut PgConnection,
    import: ImportId,
    columns: &Columns,
    shelves: &[String],
    reading: bool,
) -> Result<()> {
    sqlx::query!(
        "update shelf_imports set columns = $2, shelves = $3, reading = $4 where id = $1",
        import.0,
        Json(columns) as Json<&Columns>,
        shelves,
        reading
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets what is to be imported, and how.
pub(in crate::imports) async fn set_plan(
    conn: &mut PgConnection,
    import: ImportId,
    shelves: &[String],
    grade: Grade,
    offer: Offer,
    [seconds, reading, reviews]: [bool; 3],
) -> Result<()> {
    sqlx::query!(
        "update shelf_imports set shelves = $2, grade = $3, offer = $4, seconds = $5, reading = $6,
             reviews = $7 where id = $1",
        import.0,
        shelves,
        grade.value(),
        offer.as_str(),
        seconds,
        reading,
        reviews
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the reader's imports that were never started, but for the newest `keep`, one call at a
/// time under the reader's lock.
pub(in crate::imports) async fn prune_drafts(
    conn: &mut PgConnection,
    owner: UserId,
    keep: i64,
) -> Result<()> {
    sqlx::query!("select from users where id = $1 for no key update", owner.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "delete from shelf_imports where id in (
             select id from shelf_imports where user_id = $1 and state in ('checking', 'ready')
                 and not exists (select from shelf_import_rows r where r.import_id = shelf_imports.id
                   and (r.copy_id is not null or r.recorded is not null))
             order by id desc offset $2)",
        owner.0,
        keep
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the oldest import from before `before` on which no job works. Tells whether there
/// was one.
pub(in crate::imports) async fn delete_oldest(db: &PgPool, before: Timestamp) -> Result<bool> {
    let deleted = sqlx::query!(
        "delete from shelf_imports where id = (select id from shelf_imports
         where created_at < $1 and coalesce(finished_at, created_at) < $1
             and state not in ('checking', 'running', 'undoing')
         order by id limit 1)",
        before.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(deleted.rows_affected() > 0)
}

/// Erases the imports of a member, with all rows.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from shelf_imports where user_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}
