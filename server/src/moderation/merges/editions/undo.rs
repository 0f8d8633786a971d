//! A merge of two editions taken apart again.

use dogear_domain::ids::EditionId;
use serde_json::json;
use sqlx::PgConnection;

use super::edition::{Edition, edition};
use super::service::Snapshot;
use crate::audit::{Entry, audit};
use crate::catalogue::repo::merging;
use crate::copies::desk;
use crate::moderation::merges::{Mergeable, check_undo};
use crate::moderation::repo::edition_merges as repo;
use crate::{Cx, Error, Result, search};

/// Takes a merge apart. Gives what could not be put back as it was, in words.
///
/// # Errors
/// `NotFound` as everywhere on the desk, and when there is no such merge; `Conflict` when it
/// was taken back, is older than 30 days, the kept edition or its book has itself been merged
/// since, or another edition has the ISBN by now.
pub async fn undo(cx: &Cx, id: i64) -> Result<Vec<String>> {
    let moderator = cx.moderator()?.id;
    let mut tx = cx.begin().await?;
    let merge = repo::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    check_undo(cx, merge.created_at, merge.undone)?;
    let (dropped, kept, snapshot) = (merge.dropped_id, merge.kept_id, merge.snapshot.0);
    merging::lock_editions(&mut tx, &[kept.0]).await?;
    desk::lock_of_editions(&mut tx, &[kept.0]).await?;
    let of = |row: &serde_json::Map<String, serde_json::Value>| Edition {
        id: kept,
        row: row.clone(),
    };
    let (was, before, after) = (
        of(&snapshot.dropped),
        of(&snapshot.before),
        of(&snapshot.after),
    );
    let current = match edition(&mut tx, kept).await? {
        Some(current) if current.work() == was.work() => current,
        Some(_) => {
            return Err(Error::Conflict(
                "The book of these editions has been merged or divided since. Take that back first.".into(),
            ));
        }
        None => {
            return Err(Error::Conflict(
                "The edition it went into has itself been merged since. Take that merge back first."
                    .into(),
            ));
        }
    };
    let (restored, changed) = current.giving_back(&before, &after, &snapshot.details);
    let mut left: Vec<String> = changed
        .iter()
        .map(|detail| {
            format!(
                "the {} of the kept edition, which was changed since",
                detail.label()
            )
        })
        .collect();
    // The kept one gives its ISBN back before the other takes it.
    merging::write_edition(&mut tx, kept, &restored.row).await?;
    put_back(&mut tx, dropped, kept, &snapshot, &mut left).await?;
    repo::note_undone(&mut tx, id, moderator, cx.now()).await?;
    search::refresh(&mut tx, &[was.work()], cx.now()).await?;
    let entry = Entry {
        action: "edition.unmerge",
        subject_kind: "edition",
        subject_id: Some(dropped.0),
        before: Some(json!({ "merge": id, "into": kept })),
        after: Some(json!({ "left": left })),
        reason: "",
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(left)
}

/// Makes the dropped edition again, and gives it back what is still with the kept one.
async fn put_back(
    conn: &mut PgConnection,
    dropped: EditionId,
    kept: EditionId,
    snapshot: &Snapshot,
    left: &mut Vec<String>,
) -> Result<()> {
    merging::free_isbn(conn, &snapshot.dropped, kept).await?;
    if !merging::remake_edition(conn, &snapshot.dropped).await? {
        return Err(Error::Conflict(
            "Another edition has the ISBN of the one that was merged away. Correct that first."
                .into(),
        ));
    }
    let back = desk::move_some_to_edition(conn, &snapshot.copies, kept, dropped).await?;
    let gone = (snapshot.copies.len() as u64).saturating_sub(back);
    if gone > 0 {
        left.push(format!("{gone} of the copies"));
    }
    merging::move_some_isbns(conn, &snapshot.isbns, kept, dropped).await?;
    merging::move_some_edition_sources(conn, &snapshot.sources, kept, dropped).await
}
