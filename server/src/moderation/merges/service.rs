//! The merge itself.

use dogear_domain::ids::WorkId;
use jiff_sqlx::ToSqlx;
use serde_json::{Map, json};
use sqlx::types::Json;

use super::Fact;
use super::moving::{MOVES, Snapshot, lock};
use super::preview::both;
use super::work::write;
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Once};
use crate::{Cx, Result, search};

/// Merges `drop` into `keep`, which takes over `facts`. Gives the number of the merge.
///
/// # Errors
/// As [`super::preview`]; `Busy` when others hold one of the books too long.
pub async fn merge(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    keep: WorkId,
    drop: WorkId,
    facts: &[Fact],
) -> Result<i64> {
    let moderator = cx.moderator()?.id;
    let mut once = match cx.once(key, &("merge", keep, drop, facts)).await? {
        Once::Done(id) => return Ok(id),
        Once::New(once) => once,
    };
    let tx = &mut *once.tx;
    lock(tx, &[keep, drop]).await?;
    let (kept, dropped) = both(tx, keep, drop).await?;
    let mut moved = Map::new();
    for moving in &MOVES {
        let ids: Vec<i64> = sqlx::query_scalar(moving.forth)
            .bind(drop)
            .bind(keep)
            .fetch_one(&mut *tx)
            .await?;
        moved.insert(moving.table.to_owned(), json!(ids));
    }
    let sources: Vec<(String, String)> = sqlx::query_as(
        "update work_sources set work_id = $2 where work_id = $1 returning source, key",
    )
    .bind(drop)
    .bind(keep)
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query("delete from works where id = $1")
        .bind(drop)
        .execute(&mut *tx)
        .await?;
    let mut after = kept.clone();
    for fact in facts {
        after.take(&dropped, *fact);
    }
    write(tx, &after, facts.contains(&Fact::Authors)).await?;
    let (title_key, author_key) = (dropped.text("title_key"), dropped.text("author_key"));
    let snapshot = Snapshot {
        dropped: dropped.row,
        before: kept.row,
        after: after.row,
        facts: facts.to_vec(),
        moved,
        sources,
    };
    let id: i64 = sqlx::query_scalar(
        "insert into work_merges (dropped_id, kept_id, title_key, author_key, moderator_id, snapshot, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
    )
    .bind(drop)
    .bind(keep)
    .bind(title_key)
    .bind(author_key)
    .bind(moderator)
    .bind(Json(&snapshot))
    .bind(cx.now().to_sqlx())
    .fetch_one(&mut *tx)
    .await?;
    search::refresh(tx, &[keep], cx.now()).await?;
    let entry = Entry {
        action: "work.merge",
        subject_kind: "work",
        subject_id: Some(drop.0),
        before: None,
        after: Some(json!({ "merge": id, "into": keep, "facts": facts, "moved": snapshot.moved })),
        reason: "",
    };
    audit(tx, cx, entry).await?;
    once.commit(&id).await?;
    Ok(id)
}
