//! The merge itself.

use dogear_domain::ids::WorkId;
use serde_json::{Map, json};

use super::moving::{Moving, Snapshot, lock};
use super::preview::both;
use super::work::write;
use super::{Fact, Mergeable};
use crate::audit::{Entry, audit};
use crate::catalogue::repo::merging;
use crate::db::{IdempotencyKey, Once};
use crate::moderation::repo::work_merges::{self as repo, NewMerge};
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
    for moving in Moving::ALL {
        let ids = moving.all(tx, drop, keep).await?;
        moved.insert(moving.as_str().to_owned(), json!(ids));
    }
    let sources = merging::move_work_sources(tx, drop, keep).await?;
    merging::delete_work(tx, drop).await?;
    let after = kept.taking(&dropped, facts);
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
    let new = NewMerge {
        dropped: drop,
        kept: keep,
        title_key: &title_key,
        author_key: &author_key,
        by: moderator,
        snapshot: &snapshot,
        now: cx.now(),
    };
    let id = repo::insert(tx, &new).await?;
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
