//! The books in a list. Whoever changes them holds the list, but for merges, which hold the works.

use dogear_domain::fields::ListNote;
use dogear_domain::ids::{CopyId, ListId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// A work that stays there until the end of the transaction.
pub(in crate::lists) struct HeldWork {
    pub id: WorkId,
    pub title: String,
}

/// What was taken out of a list.
pub(in crate::lists) struct RemovedItem {
    pub position: i64,
}

/// The work with this number, or that into which it was merged. Waits for a merge: asked again it
/// finds the work that was kept.
pub(in crate::lists) async fn work(
    conn: &mut PgConnection,
    work: WorkId,
) -> Result<Option<HeldWork>> {
    Ok(sqlx::query_as!(
        HeldWork,
        "select id, title from works where id = merged_work($1) for key share",
        work.0
    )
    .fetch_optional(conn)
    .await?)
}

/// How many books there are in a list, and whether this is one.
pub(in crate::lists) async fn count(
    conn: &mut PgConnection,
    list: ListId,
    work: WorkId,
) -> Result<(i64, bool)> {
    let row = sqlx::query!(
        r#"select count(*) as "books!", coalesce(bool_or(work_id = $2), false) as "known!"
         from list_items where list_id = $1"#,
        list.0,
        work.0
    )
    .fetch_one(conn)
    .await?;
    Ok((row.books, row.known))
}

/// Puts a book at the end of a list.
pub(in crate::lists) async fn append(
    conn: &mut PgConnection,
    list: ListId,
    work: WorkId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into list_items (list_id, work_id, position, added_at)
         values ($1, $2, coalesce((select max(position) from list_items where list_id = $1), 0) + 1, $3)
         on conflict on constraint list_items_pkey do nothing",
        list.0,
        work.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where a book stands in its list; `None` when it does not.
pub(in crate::lists) async fn position(
    conn: &mut PgConnection,
    list: ListId,
    work: WorkId,
) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "select position from list_items where list_id = $1 and work_id = $2",
        list.0,
        work.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The position before this one, or behind it; `None` at the ends.
pub(in crate::lists) async fn beside(
    conn: &mut PgConnection,
    list: ListId,
    position: i64,
    before: bool,
) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select case when $3 then max(position) filter (where position < $2)
             else min(position) filter (where position > $2) end as position
         from list_items where list_id = $1"#,
        list.0,
        position,
        before
    )
    .fetch_one(conn)
    .await?)
}

/// The position of the place with this number, from 1; of the last when there are fewer.
pub(in crate::lists) async fn at_place(
    conn: &mut PgConnection,
    list: ListId,
    place: i64,
) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select max(position) as position
         from (select position from list_items where list_id = $1 order by position limit $2) first"#,
        list.0,
        place
    )
    .fetch_one(conn)
    .await?)
}

/// Takes what stands at `from` to the position `to`; what is between makes room.
pub(in crate::lists) async fn move_to(
    conn: &mut PgConnection,
    list: ListId,
    from: i64,
    to: i64,
) -> Result<()> {
    sqlx::query!(
        "update list_items set position =
             case when position = $2 then $3 when $3 < $2 then position + 1 else position - 1 end
         where list_id = $1 and position between least($2::bigint, $3::bigint) and greatest($2, $3)",
        list.0,
        from,
        to
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes something for a book in a list, and which copy is meant.
pub(in crate::lists) async fn note(
    conn: &mut PgConnection,
    list: ListId,
    work: WorkId,
    note: &ListNote,
    copy: Option<CopyId>,
) -> Result<()> {
    sqlx::query!(
        "update list_items set note = $3, copy_id = $4 where list_id = $1 and work_id = $2",
        list.0,
        work.0,
        &**note as &str,
        copy.map(|copy| copy.0)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the owner has this copy of the work, but for deleted ones.
pub(in crate::lists) async fn has_copy(
    conn: &mut PgConnection,
    owner: UserId,
    work: WorkId,
    copy: CopyId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from copies
             where id = $1 and owner_id = $2 and work_id = $3 and state <> 'deleted') as "has!""#,
        copy.0,
        owner.0,
        work.0
    )
    .fetch_one(conn)
    .await?)
}

/// Takes a book out of a list, and keeps what its place held; false when it was not in it.
pub(in crate::lists) async fn remove(
    conn: &mut PgConnection,
    list: ListId,
    work: WorkId,
    now: Timestamp,
) -> Result<bool> {
    let removed = sqlx::query!(
        "with gone as (
             delete from list_items where list_id = $1 and work_id = $2
             returning list_id, work_id, position, note, copy_id, added_at)
         insert into removed_list_items (list_id, work_id, position, note, copy_id, added_at, removed_at)
         select list_id, work_id, position, note, copy_id, added_at, $3 from gone
         on conflict on constraint removed_list_items_pkey do update
           set position = excluded.position, note = excluded.note, copy_id = excluded.copy_id,
             added_at = excluded.added_at, removed_at = excluded.removed_at, kept_id = null",
        list.0,
        work.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(removed.rows_affected() == 1)
}

/// What was taken out of a list by its owner; `None` when it was not, or is forgotten.
pub(in crate::lists) async fn removed(
    conn: &mut PgConnection,
    list: ListId,
    work: WorkId,
) -> Result<Option<RemovedItem>> {
    Ok(sqlx::query_as!(
        RemovedItem,
        "select position from removed_list_items
         where list_id = $1 and work_id = $2 and kept_id is null",
        list.0,
        work.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Frees a position: if something stands there, it and all behind it go on by one.
pub(in crate::lists) async fn make_room(
    conn: &mut PgConnection,
    list: ListId,
    position: i64,
) -> Result<()> {
    sqlx::query!(
        "update list_items set position = position + 1 where list_id = $1 and position >= $2
           and exists (select from list_items where list_id = $1 and position = $2)",
        list.0,
        position
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts what was taken out of a list back where it was, as the work `standing`, which is another
/// one when there was a merge.
pub(in crate::lists) async fn put_back(
    conn: &mut PgConnection,
    list: ListId,
    work: WorkId,
    standing: WorkId,
) -> Result<()> {
    sqlx::query!(
        "with back as (
             delete from removed_list_items where list_id = $1 and work_id = $2
             returning list_id, position, note, copy_id, added_at)
         insert into list_items (list_id, work_id, position, note, copy_id, added_at)
         select list_id, $3, position, note, copy_id, added_at from back
         on conflict on constraint list_items_pkey do nothing",
        list.0,
        work.0,
        standing.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives the places of one work to another, in every list; the lists. Where both are in one list, the
/// place of `to` stays, and that of `from` is set aside.
pub(crate) async fn move_to_work(
    conn: &mut PgConnection,
    from: WorkId,
    to: WorkId,
) -> Result<Vec<i64>> {
    sqlx::query!(
        "with gone as (
             delete from list_items i where i.work_id = $1
               and exists (select from list_items k where k.list_id = i.list_id and k.work_id = $2)
             returning i.list_id, i.work_id, i.position, i.note, i.copy_id, i.added_at)
         insert into removed_list_items (list_id, work_id, position, note, copy_id, added_at, removed_at, kept_id)
         select list_id, work_id, position, note, copy_id, added_at, now(), $2 from gone
         on conflict on constraint removed_list_items_pkey do update
           set position = excluded.position, note = excluded.note, copy_id = excluded.copy_id,
             added_at = excluded.added_at, removed_at = excluded.removed_at, kept_id = excluded.kept_id",
        from.0,
        to.0
    )
    .execute(&mut *conn)
    .await?;
    let mut lists: Vec<i64> = sqlx::query_scalar!(
        r#"update list_items set work_id = $2 where work_id = $1 returning list_id as "id: i64""#,
        from.0,
        to.0
    )
    .fetch_all(conn)
    .await?;
    lists.sort_unstable();
    Ok(lists)
}

/// Takes [`move_to_work`] back: in those of these lists in which the place is still there, and what
/// was set aside for the merge into `from`; behind all others where its position is taken.
pub(crate) async fn move_back(
    conn: &mut PgConnection,
    lists: &[i64],
    from: WorkId,
    to: WorkId,
) -> Result<()> {
    sqlx::query!(
        "update list_items i set work_id = $3 where i.work_id = $2 and i.list_id = any ($1)
           and not exists (select from list_items k where k.list_id = i.list_id and k.work_id = $3)",
        lists,
        from.0,
        to.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "with back as (
             delete from removed_list_items where work_id = $2 and kept_id = $1
             returning list_id, work_id, position, note, copy_id, added_at)
         insert into list_items (list_id, work_id, position, note, copy_id, added_at)
         select b.list_id, b.work_id,
             case when exists (select from list_items t where t.list_id = b.list_id and t.position = b.position)
               then (select max(position) + 1 from list_items t where t.list_id = b.list_id)
               else b.position end,
             b.note, b.copy_id, b.added_at
         from back b
         on conflict on constraint list_items_pkey do nothing",
        from.0,
        to.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a book out of those of these lists of the owner where nothing is noted beside it. It does
/// not wait to be put back.
pub(in crate::lists) async fn take_out_untouched(
    conn: &mut PgConnection,
    owner: UserId,
    work: WorkId,
    lists: &[ListId],
) -> Result<()> {
    sqlx::query!(
        "delete from list_items i using lists l where l.id = i.list_id and l.owner_id = $1
           and i.work_id = $2 and i.list_id = any ($3) and i.note = '' and i.copy_id is null",
        owner.0,
        work.0,
        lists as &[ListId]
    )
    .execute(conn)
    .await?;
    Ok(())
}
