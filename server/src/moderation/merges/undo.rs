//! A merge taken apart again.

use dogear_domain::ids::WorkId;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::moving::{Moving, Snapshot, lock};
use super::work::{Work, work, write};
use super::{Fact, Mergeable, check_undo};
use crate::audit::{Entry, audit};
use crate::catalogue::repo::merging;
use crate::copies::desk;
use crate::moderation::repo::{edition_merges, work_merges as repo};
use crate::{Cx, Error, Result, search};

/// Takes a merge apart. Gives what could not be put back as it was, in words.
///
/// # Errors
/// As [`super::one`]; `Conflict` when it was taken back, is older than 30 days, or the kept work has
/// itself been merged since.
pub async fn undo(cx: &Cx, id: i64) -> Result<Vec<String>> {
    let moderator = cx.moderator()?.id;
    let mut tx = cx.begin().await?;
    let merge = repo::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    check_undo(cx, merge.created_at, merge.undone)?;
    let (dropped, kept, snapshot) = (merge.dropped_id, merge.kept_id, merge.snapshot.0);
    lock(&mut tx, &[kept]).await?;
    let Some(current) = work(&mut tx, kept).await? else {
        return Err(Error::Conflict(
            "The book it went into has itself been merged since. Take that merge back first."
                .into(),
        ));
    };
    refuse_merged_editions(&mut tx, &snapshot).await?;
    let missing = put_back(&mut tx, dropped, kept, &snapshot).await?;
    let mut left = facts_back(&mut tx, &current, &snapshot).await?;
    left.extend(missing);
    repo::note_undone(&mut tx, id, moderator, cx.now()).await?;
    search::refresh(&mut tx, &[kept, dropped], cx.now()).await?;
    let entry = Entry {
        action: "work.unmerge",
        subject_kind: "work",
        subject_id: Some(dropped.0),
        before: Some(json!({ "merge": id, "into": kept })),
        after: Some(json!({ "left": left })),
        reason: "",
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(left)
}

/// Merges are taken back in the opposite order: editions that have moved and been merged since
/// would otherwise stand between two works.
async fn refuse_merged_editions(conn: &mut PgConnection, snapshot: &Snapshot) -> Result<()> {
    let editions = snapshot.ids(Moving::Editions)?;
    let merged = edition_merges::any_merged(conn, &editions).await?;
    if merged {
        return Err(Error::Conflict(
            "Some of its editions have been merged since. Take those merges back first.".into(),
        ));
    }
    Ok(())
}

/// Makes the dropped work again, and gives it back what is still with the kept one, and the
/// copies that were added to its editions since. Gives what is not.
async fn put_back(
    conn: &mut PgConnection,
    dropped: WorkId,
    kept: WorkId,
    snapshot: &Snapshot,
) -> Result<Vec<String>> {
    merging::remake_work(conn, &snapshot.dropped).await?;
    merging::write_authors(conn, dropped, &snapshot.dropped).await?;
    let mut missing = Vec::new();
    for moving in Moving::ALL {
        let ids = snapshot.ids(moving)?;
        let back = moving.some(conn, &ids, kept, dropped).await?;
        let gone = (ids.len() as u64).saturating_sub(back);
        if gone > 0 {
            missing.push(format!("{gone} of the {}", moving.as_str()));
        }
    }
    desk::follow_editions(conn, kept, dropped).await?;
    merging::move_some_work_sources(conn, &snapshot.sources, kept, dropped).await?;
    Ok(missing)
}

/// Gives the kept work its own facts back where nobody has changed them since. Gives the others.
async fn facts_back(
    conn: &mut PgConnection,
    current: &Work,
    snapshot: &Snapshot,
) -> Result<Vec<String>> {
    let of = |row: &Map<String, Value>| Work {
        id: current.id,
        row: row.clone(),
    };
    let (before, after) = (of(&snapshot.before), of(&snapshot.after));
    let (restored, changed) = current.giving_back(&before, &after, &snapshot.facts);
    write(conn, &restored, !restored.same(current, Fact::Authors)).await?;
    let left = |fact: &Fact| format!("the {}, which was changed since", fact.as_str());
    Ok(changed.iter().map(left).collect())
}
