//! Two editions side by side, and the merge itself.

use dogear_domain::ids::EditionId;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::edition::{Detail, Edition, edition, write};
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Once};
use crate::{Cx, Error, Result, search};

const MERGED_ALREADY: &str = "One of these editions was merged into another in the meantime. Look at the recent merges, and choose again.";

/// What a merge would do.
#[derive(Debug, Clone)]
pub struct Preview {
    pub keep: Edition,
    pub drop: Edition,
    /// Of the work.
    pub title: String,
    pub slug: String,
    /// What of the dropped one moves, and how much of it.
    pub moves: [(&'static str, i64); 3],
}

/// Everything that is needed to take a merge back. Rows of imports are not: they end as
/// copies, which are.
#[derive(Serialize, Deserialize)]
pub(super) struct Snapshot {
    pub(super) dropped: Map<String, Value>,
    pub(super) before: Map<String, Value>,
    pub(super) after: Map<String, Value>,
    /// Those that the kept one took over.
    pub(super) details: Vec<Detail>,
    pub(super) copies: Vec<i64>,
    /// ISBNs that led to the dropped one.
    pub(super) isbns: Vec<String>,
    /// Source and key of each.
    pub(super) sources: Vec<(String, String)>,
}

/// Both editions, and what would move.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when one was never there;
/// `Conflict` when one was merged, both are the same, or they are editions of two works.
pub async fn preview(cx: &Cx, keep: EditionId, drop: EditionId) -> Result<Preview> {
    cx.moderator()?;
    let mut conn = cx.db().acquire().await?;
    let (keep, drop) = both(&mut conn, keep, drop).await?;
    let (title, slug): (String, String) =
        sqlx::query_as("select title, slug from works where id = $1")
            .bind(keep.work())
            .fetch_one(&mut *conn)
            .await?;
    let (copies, photos, sources): (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from copies where edition_id = $1),
             (select count(*) from copy_photos p join copies c on c.id = p.copy_id where c.edition_id = $1),
             (select count(*) from edition_sources where edition_id = $1)",
    )
    .bind(drop.id)
    .fetch_one(&mut *conn)
    .await?;
    Ok(Preview {
        keep,
        drop,
        title,
        slug,
        moves: [
            ("Copies", copies),
            ("Photos of them", photos),
            ("Catalogue records", sources),
        ],
    })
}

/// Merges `drop` into `keep`, which takes over what it does not say itself. Gives the number
/// of the merge.
///
/// # Errors
/// As [`preview`]; `Busy` when others hold one of the editions too long.
pub async fn merge(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    keep: EditionId,
    drop: EditionId,
) -> Result<i64> {
    let moderator = cx.moderator()?.id;
    let mut once = match cx.once(key, &("merge editions", keep, drop)).await? {
        Once::Done(id) => return Ok(id),
        Once::New(once) => once,
    };
    let tx = &mut *once.tx;
    lock(tx, keep, drop).await?;
    let (kept, dropped) = both(tx, keep, drop).await?;
    sqlx::query("update shelf_import_rows set edition_id = $2 where edition_id = $1")
        .bind(drop)
        .bind(keep)
        .execute(&mut *tx)
        .await?;
    let copies: Vec<i64> =
        sqlx::query_scalar("update copies set edition_id = $2 where edition_id = $1 returning id")
            .bind(drop)
            .bind(keep)
            .fetch_all(&mut *tx)
            .await?;
    let isbns: Vec<String> = sqlx::query_scalar(
        "update merged_isbns set edition_id = $2 where edition_id = $1 returning isbn13::text",
    )
    .bind(drop)
    .bind(keep)
    .fetch_all(&mut *tx)
    .await?;
    let sources: Vec<(String, String)> = sqlx::query_as(
        "update edition_sources set edition_id = $2 where edition_id = $1 returning source, key",
    )
    .bind(drop)
    .bind(keep)
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query("delete from editions where id = $1")
        .bind(drop)
        .execute(&mut *tx)
        .await?;
    let details: Vec<Detail> = Detail::ALL
        .into_iter()
        .filter(|detail| kept.is_completed_by(&dropped, *detail))
        .collect();
    let mut after = kept.clone();
    for detail in &details {
        after.take(&dropped, *detail);
    }
    write(tx, &after).await?;
    if !details.contains(&Detail::Isbn) {
        sqlx::query(
            "insert into merged_isbns (isbn13, edition_id)
             select $1 #>> '{isbn13}', $2 where $1 #>> '{isbn13}' is not null",
        )
        .bind(Json(&dropped.row))
        .bind(keep)
        .execute(&mut *tx)
        .await?;
    }
    let work = kept.work();
    let snapshot = Snapshot {
        dropped: dropped.row,
        before: kept.row,
        after: after.row,
        details,
        copies,
        isbns,
        sources,
    };
    let id: i64 = sqlx::query_scalar(
        "insert into edition_merges (dropped_id, kept_id, moderator_id, snapshot, created_at)
         values ($1, $2, $3, $4, $5) returning id",
    )
    .bind(drop)
    .bind(keep)
    .bind(moderator)
    .bind(Json(&snapshot))
    .bind(cx.now().to_sqlx())
    .fetch_one(&mut *tx)
    .await?;
    search::refresh(tx, &[work], cx.now()).await?;
    let entry = Entry {
        action: "edition.merge",
        subject_kind: "edition",
        subject_id: Some(drop.0),
        before: None,
        after: Some(json!({ "merge": id, "into": keep, "copies": snapshot.copies })),
        reason: "",
    };
    audit(tx, cx, entry).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// Keeps others from both editions and their copies until the end of the transaction. Rows of
/// imports come first, because an import holds them before it adds copies.
async fn lock(conn: &mut PgConnection, keep: EditionId, drop: EditionId) -> Result<()> {
    for statement in [
        "select from shelf_import_rows where edition_id = $2 and $1 <> $2
         order by import_id, number for update",
        "select from editions where id in ($1, $2) order by id for update",
        "select from copies where edition_id in ($1, $2) order by id for no key update",
    ] {
        sqlx::query(statement)
            .bind(keep)
            .bind(drop)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

async fn both(
    conn: &mut PgConnection,
    keep: EditionId,
    drop: EditionId,
) -> Result<(Edition, Edition)> {
    if keep == drop {
        return Err(Error::Conflict(
            "These are the same edition. Choose two that differ.".into(),
        ));
    }
    match (edition(conn, keep).await?, edition(conn, drop).await?) {
        (Some(keep), Some(drop)) if keep.work() == drop.work() => Ok((keep, drop)),
        (Some(_), Some(_)) => Err(Error::Conflict(
            "These are editions of two books. Merge the books first, if they are one.".into(),
        )),
        _ => {
            let merged: bool = sqlx::query_scalar(
                "select exists (select from edition_merges
                 where dropped_id in ($1, $2) and undone_at is null)",
            )
            .bind(keep)
            .bind(drop)
            .fetch_one(conn)
            .await?;
            Err(if merged {
                Error::Conflict(MERGED_ALREADY.into())
            } else {
                Error::NotFound
            })
        }
    }
}
