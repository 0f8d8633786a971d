//! The searches that readers keep.

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;

/// A kept search.
pub(in crate::search) struct SavedRow {
    pub id: i64,
    pub query: String,
    pub alert: bool,
    pub created_at: jiff_sqlx::Timestamp,
}

/// A search of which its reader may be told.
pub(in crate::search) struct Due {
    pub id: i64,
    pub user_id: UserId,
    pub query: String,
    pub seen_at: jiff_sqlx::Timestamp,
}

/// What a reader keeps already.
pub(in crate::search) struct Kept {
    pub searches: i64,
    /// The one that is asked about is among them.
    pub known: bool,
}

/// The searches of a reader, newest first.
pub(in crate::search) async fn of(db: &PgPool, user: UserId) -> Result<Vec<SavedRow>> {
    Ok(sqlx::query_as!(
        SavedRow,
        "select id, query, alert, created_at from saved_searches where user_id = $1
         order by created_at desc, id desc",
        user.0
    )
    .fetch_all(db)
    .await?)
}

/// Keeps other changes of the reader waiting until the end of the transaction.
pub(in crate::search) async fn lock_reader(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query_scalar!(
        "select id from users where id = $1 for no key update",
        user.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// How many searches a reader keeps, and whether `query` is one.
pub(in crate::search) async fn kept(
    conn: &mut PgConnection,
    user: UserId,
    query: &str,
) -> Result<Kept> {
    Ok(sqlx::query_as!(
        Kept,
        r#"select count(*) as "searches!", coalesce(bool_or(query = $2), false) as "known!"
         from saved_searches where user_id = $1"#,
        user.0,
        query
    )
    .fetch_one(conn)
    .await?)
}

/// One search of a reader.
pub(in crate::search) async fn one(db: &PgPool, id: i64, user: UserId) -> Result<Option<SavedRow>> {
    Ok(sqlx::query_as!(
        SavedRow,
        "select id, query, alert, created_at from saved_searches where id = $1 and user_id = $2",
        id,
        user.0
    )
    .fetch_optional(db)
    .await?)
}

/// Keeps a search that is not kept yet, and gives its number. The reader is locked.
pub(in crate::search) async fn insert(
    conn: &mut PgConnection,
    user: UserId,
    query: &str,
    now: Timestamp,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"with new as (
             insert into saved_searches (user_id, query, created_at, seen_at) values ($1, $2, $3, $3)
             on conflict on constraint saved_searches_once do nothing returning id)
         select id as "id!" from new
         union all select id from saved_searches where user_id = $1 and query = $2 limit 1"#,
        user.0,
        query,
        now.to_sqlx() as jiff_sqlx::Timestamp
    )
    .fetch_one(conn)
    .await?)
}

/// Removes a search of the reader, and gives its pairs; nothing when it is not theirs.
pub(in crate::search) async fn delete(
    db: &PgPool,
    id: i64,
    user: UserId,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "delete from saved_searches where id = $1 and user_id = $2 returning query",
        id,
        user.0
    )
    .fetch_optional(db)
    .await?)
}

/// Whether the reader is told of this search; false when it is not theirs. What came while it
/// was off is not told afterwards.
pub(in crate::search) async fn set_alert(
    db: &PgPool,
    id: i64,
    user: UserId,
    alert: bool,
    now: Timestamp,
) -> Result<bool> {
    let changed = sqlx::query!(
        "update saved_searches set alert = $3,
             seen_at = case when alert = $3 then seen_at else $4 end
         where id = $1 and user_id = $2",
        id,
        user.0,
        alert,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Searches after `after`, at most `most`, of readers in good standing who want to be told and
/// have not been since `told`.
pub(in crate::search) async fn due(
    db: &PgPool,
    told: Timestamp,
    after: i64,
    most: i64,
    now: Timestamp,
) -> Result<Vec<Due>> {
    Ok(sqlx::query_as!(
        Due,
        "select s.id, s.user_id, s.query, s.seen_at
             from saved_searches s join users u on u.id = s.user_id
             where s.alert and in_good_standing(u, $4) and s.seen_at <= $1 and s.id > $2
             order by s.id limit $3",
        told.to_sqlx(),
        after,
        most,
        now.to_sqlx()
    )
    .fetch_all(db)
    .await?)
}

/// Notes that the reader is told now; false when somebody else did since `seen`.
pub(in crate::search) async fn claim(
    conn: &mut PgConnection,
    id: i64,
    seen: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let claimed = sqlx::query!(
        "update saved_searches set seen_at = $3 where id = $1 and seen_at = $2",
        id,
        seen.to_sqlx(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Erases the searches that a member keeps.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from saved_searches where user_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}
