//! Lists themselves: made, changed, deleted and restored.

use dogear_domain::fields::ListName;
use dogear_domain::ids::{ListId, UserId};
use dogear_domain::lists::ListVisibility;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::lists::input::ListText;

/// A list, held.
pub(in crate::lists) struct HeldList {
    pub name: String,
    pub slug: String,
    pub description: String,
    pub visibility: ListVisibility,
    pub ranked: bool,
    pub nonce: Option<Vec<u8>>,
}

/// Keeps other changes of the reader's lists waiting until the end of the transaction, and gives
/// how many they have.
pub(in crate::lists) async fn lock_reader(conn: &mut PgConnection, owner: UserId) -> Result<i64> {
    sqlx::query_scalar!(
        "select id from users where id = $1 for no key update",
        owner.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "lists!" from lists where owner_id = $1 and deleted_at is null"#,
        owner.0
    )
    .fetch_one(conn)
    .await?)
}

/// Makes a list.
pub(in crate::lists) async fn insert(
    conn: &mut PgConnection,
    owner: UserId,
    text: &ListText,
    nonce: Option<&[u8]>,
    now: Timestamp,
) -> Result<ListId> {
    Ok(sqlx::query_scalar!(
        "insert into lists (owner_id, name, slug, description, visibility, ranked, nonce, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning id",
        owner.0,
        &*text.name as &str,
        text.slug(),
        &*text.description as &str,
        text.visibility.as_str(),
        text.ranked,
        nonce,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// Keeps others from a list of the owner until the end of the transaction, and notes that it has
/// changed; `None` when they have none with this number, or have deleted it.
pub(in crate::lists) async fn hold(
    conn: &mut PgConnection,
    list: ListId,
    owner: UserId,
    now: Timestamp,
) -> Result<Option<HeldList>> {
    Ok(sqlx::query_as!(
        HeldList,
        "update lists set updated_at = $3 where id = $1 and owner_id = $2 and deleted_at is null
         returning name, slug, description, visibility, ranked, nonce",
        list.0,
        owner.0,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Has a list say something else.
pub(in crate::lists) async fn update(
    conn: &mut PgConnection,
    list: ListId,
    text: &ListText,
    nonce: Option<&[u8]>,
) -> Result<()> {
    sqlx::query!(
        "update lists set name = $2, slug = $3, description = $4, visibility = $5, ranked = $6, nonce = $7
         where id = $1",
        list.0,
        &*text.name as &str,
        text.slug(),
        &*text.description as &str,
        text.visibility.as_str(),
        text.ranked,
        nonce
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives an unlisted list another address; false when it is none of the owner's.
pub(in crate::lists) async fn renew(
    conn: &mut PgConnection,
    list: ListId,
    owner: UserId,
    nonce: &[u8],
) -> Result<bool> {
    let renewed = sqlx::query!(
        "update lists set nonce = $3
         where id = $1 and owner_id = $2 and deleted_at is null and visibility = 'unlisted'",
        list.0,
        owner.0,
        nonce
    )
    .execute(conn)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Takes a list out of sight for its owner to restore, or shows it again (`at` is none): its name.
/// `None` when it is not theirs, or is so already.
pub(in crate::lists) async fn set_deleted(
    conn: &mut PgConnection,
    list: ListId,
    owner: UserId,
    at: Option<Timestamp>,
    since: Timestamp,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "update lists set deleted_at = $3
         where id = $1 and owner_id = $2 and (deleted_at is null) = ($3::timestamptz is not null)
           and (deleted_at is null or deleted_at > $4)
         returning name",
        list.0,
        owner.0,
        at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        since.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// The name of a list of the owner, also of one that was deleted after `since`.
pub(in crate::lists) async fn name(
    db: &PgPool,
    list: ListId,
    owner: UserId,
    since: Timestamp,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select name from lists
         where id = $1 and owner_id = $2 and (deleted_at is null or deleted_at > $3)",
        list.0,
        owner.0,
        since.to_sqlx()
    )
    .fetch_optional(db)
    .await?)
}

/// Forgets so many lists that were deleted by then; how many it found.
pub(in crate::lists) async fn forget_lists(db: &PgPool, by: Timestamp, most: i64) -> Result<u64> {
    let done = sqlx::query!(
        "delete from lists where id in (select id from lists where deleted_at < $1 limit $2)",
        by.to_sqlx(),
        most
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Forgets so much of what was taken out of lists by then; how many it found.
pub(in crate::lists) async fn forget_removed(db: &PgPool, by: Timestamp, most: i64) -> Result<u64> {
    let done = sqlx::query!(
        "delete from removed_list_items where (list_id, work_id) in (
             select list_id, work_id from removed_list_items where removed_at < $1 limit $2)",
        by.to_sqlx(),
        most
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Erases the lists of a member, with what is in them.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from lists where owner_id = $1", user.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// The first list of the owner with exactly this name.
pub(in crate::lists) async fn named(
    conn: &mut PgConnection,
    owner: UserId,
    name: &ListName,
) -> Result<Option<ListId>> {
    Ok(sqlx::query_scalar!(
        "select id from lists where owner_id = $1 and name = $2 and deleted_at is null
         order by id limit 1 for update",
        owner.0,
        &**name as &str
    )
    .fetch_optional(conn)
    .await?)
}

/// Deletes those of these lists that are as they were made: private, and nothing in them.
pub(in crate::lists) async fn delete_untouched(
    conn: &mut PgConnection,
    owner: UserId,
    lists: &[ListId],
) -> Result<()> {
    sqlx::query!(
        "delete from lists l where l.owner_id = $1 and l.id = any ($2) and l.visibility = 'private'
           and l.description = '' and not exists (select from list_items i where i.list_id = l.id)",
        owner.0,
        lists as &[ListId]
    )
    .execute(conn)
    .await?;
    Ok(())
}
