//! The rows of photos; the objects are not here.

use dogear_domain::ids::{CopyId, PhotoId, UserId};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::Result;
use crate::copies::Photo;

/// A photo as it is stored; its place is given where it is put.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PhotoRow {
    pub key: Uuid,
    pub width: i32,
    pub height: i32,
    /// Of both sizes.
    pub bytes: i32,
}

/// A photo that was taken off, with the place it had. It travels in the text that undoes it.
#[derive(Serialize, Deserialize)]
pub(in crate::copies) struct DeletedPhoto {
    pub key: Uuid,
    pub width: i32,
    pub height: i32,
    pub bytes: i32,
    pub position: i16,
}

/// One upload of a reader at a time, until the end of the transaction.
pub(in crate::copies) async fn lock_photos(conn: &mut PgConnection, owner: UserId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('photos of ' || $1::text, 0))",
        owner.to_string()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many photos the copy has, and how many all copies of its owner have.
pub(in crate::copies) async fn count_photos(
    conn: &mut PgConnection,
    owner: UserId,
    copy: CopyId,
) -> Result<(i64, i64)> {
    let counts = sqlx::query!(
        r#"select count(*) filter (where p.copy_id = $2) as "of_copy!", count(*) as "of_reader!"
         from copy_photos p join copies c on c.id = p.copy_id where c.owner_id = $1"#,
        owner.0,
        copy.0
    )
    .fetch_one(conn)
    .await?;
    Ok((counts.of_copy, counts.of_reader))
}

/// Puts a photo behind those that the copy has.
pub(in crate::copies) async fn add_photo(
    conn: &mut PgConnection,
    copy: CopyId,
    photo: &PhotoRow,
) -> Result<()> {
    sqlx::query!(
        "insert into copy_photos (copy_id, key, width, height, bytes, position)
         select $1, $2, $3, $4, $5, coalesce(max(position), 0) + 1
         from copy_photos where copy_id = $1",
        copy.0,
        photo.key,
        photo.width,
        photo.height,
        photo.bytes
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a photo off a copy; none when it is not on it.
pub(in crate::copies) async fn delete_photo(
    conn: &mut PgConnection,
    copy: CopyId,
    photo: PhotoId,
) -> Result<Option<DeletedPhoto>> {
    Ok(sqlx::query_as!(
        DeletedPhoto,
        "delete from copy_photos where id = $1 and copy_id = $2
         returning key, width, height, bytes, position",
        photo.0,
        copy.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Puts a photo back at its place, unless it is there or the copy has `most` already. Tells
/// whether it was put.
pub(in crate::copies) async fn put_back(
    conn: &mut PgConnection,
    copy: CopyId,
    photo: &DeletedPhoto,
    most: i64,
) -> Result<bool> {
    let put = sqlx::query!(
        "insert into copy_photos (copy_id, key, width, height, bytes, position)
         select $1, $2, $3, $4, $5, $6
         where (select count(*) from copy_photos where copy_id = $1) < $7
         on conflict (key) do nothing",
        copy.0,
        photo.key,
        photo.width,
        photo.height,
        photo.bytes,
        photo.position,
        most
    )
    .execute(conn)
    .await?;
    Ok(put.rows_affected() == 1)
}

/// The photos of a copy, in their order.
pub(in crate::copies) async fn photo_order(
    conn: &mut PgConnection,
    copy: CopyId,
) -> Result<Vec<PhotoId>> {
    Ok(sqlx::query_scalar!(
        "select id from copy_photos where copy_id = $1 order by position, id",
        copy.0
    )
    .fetch_all(conn)
    .await?)
}

/// Puts the photos of a copy into this order.
pub(in crate::copies) async fn set_photo_order(
    conn: &mut PgConnection,
    copy: CopyId,
    order: &[PhotoId],
) -> Result<()> {
    sqlx::query!(
        "update copy_photos p set position = t.position
         from unnest($2::bigint[]) with ordinality as t (id, position)
         where p.id = t.id and p.copy_id = $1",
        copy.0,
        order as &[PhotoId]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The photos of a copy as pages show them, in order.
pub(in crate::copies) async fn of_copy(db: &PgPool, copy: CopyId) -> Result<Vec<Photo>> {
    Ok(sqlx::query_as!(
        Photo,
        "select id, key, width, height from copy_photos where copy_id = $1 order by position, id",
        copy.0
    )
    .fetch_all(db)
    .await?)
}

/// Takes the photos off a member's copies. Gives their keys.
pub(in crate::copies) async fn erase_photos(
    conn: &mut PgConnection,
    owner: UserId,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "delete from copy_photos p using copies c
         where c.id = p.copy_id and c.owner_id = $1 returning p.key",
        owner.0
    )
    .fetch_all(conn)
    .await?)
}

/// The copy that the photo with this key is of, while it is of one.
pub(in crate::copies) async fn copy_of_photo(db: &PgPool, key: Uuid) -> Result<Option<CopyId>> {
    Ok(
        sqlx::query_scalar!("select copy_id from copy_photos where key = $1", key)
            .fetch_optional(db)
            .await?,
    )
}

/// Whether a photo is part of what was agreed in a trade of this member, or shows a problem with
/// it; for a moderator, of anybody's, or of what was reported or stood there before.
pub(in crate::copies) async fn stands_in_trade(
    db: &PgPool,
    key: Uuid,
    user: UserId,
    moderator: bool,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from trade_items i
             where i.frozen->'photos' @> jsonb_build_array(jsonb_build_object('key', $1::text))
                 and ($3 or i.trade_id in (select trade_id from trade_parties where user_id = $2)))
             or exists (select from trade_disputes d
               where d.photos @> jsonb_build_array(jsonb_build_object('key', $1::text))
                 and ($3 or d.trade_id in (select trade_id from trade_parties where user_id = $2)))
             or ($3 and is_evidence($1)) as "stands!""#,
        key.to_string(),
        user.0,
        moderator
    )
    .fetch_one(db)
    .await?)
}

/// Photos of copies and of problems behind this key, as they were kept.
pub(in crate::copies) async fn kept(db: &PgPool, after: Uuid) -> Result<Vec<KeptPhoto>> {
    Ok(sqlx::query_as!(
        KeptPhoto,
        r#"select key as "key!", bytes as "bytes!" from (
             select key, bytes from copy_photos where key > $1
             union all
             select (photo->>'key')::uuid, (photo->>'bytes')::integer
             from trade_disputes, jsonb_array_elements(photos) photo
             where (photo->>'key')::uuid > $1) photos
         order by key limit 1000"#,
        after
    )
    .fetch_all(db)
    .await?)
}

/// A photo, and how large its two files are together.
pub(in crate::copies) struct KeptPhoto {
    pub key: Uuid,
    pub bytes: i32,
}

/// Those of these keys that a photo, the terms of a trade, a problem with it or what is kept for
/// moderators refers to.
pub(in crate::copies) async fn keys_in_use(db: &PgPool, keys: &[Uuid]) -> Result<Vec<Uuid>> {
    let words: Vec<String> = keys.iter().map(Uuid::to_string).collect();
    Ok(sqlx::query_scalar!(
        r#"select key as "key!" from copy_photos where key = any ($1)
         union select key::uuid from unnest($2::text[]) as key
             where exists (select from trade_items where frozen->'photos' @> jsonb_build_array(jsonb_build_object('key', key)))
                 or exists (select from trade_disputes where photos @> jsonb_build_array(jsonb_build_object('key', key)))
                 or is_evidence(key)"#,
        keys,
        &words
    )
    .fetch_all(db)
    .await?)
}
