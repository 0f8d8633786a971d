//! Two editions side by side, and the merge itself.

use dogear_domain::ids::EditionId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::edition::{Detail, Edition, edition};
use crate::audit::{Entry, audit};
use crate::catalogue::repo::merging;
use crate::copies::desk;
use crate::db::{IdempotencyKey, Once};
use crate::moderation::merges::Mergeable;
use crate::moderation::repo::edition_merges as repo;
use crate::{Cx, Error, Result, imports, search};

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
pub(in crate::moderation) struct Snapshot {
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
    let (title, slug) = repo::title(&mut conn, keep.work()).await?;
    let with_it = repo::belongings(&mut conn, drop.id).await?;
    Ok(Preview {
        keep,
        drop,
        title,
        slug,
        moves: [
            ("Copies", with_it.copies),
            ("Photos of them", with_it.photos),
            ("Catalogue records", with_it.sources),
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
    imports::merging::move_rows(tx, drop, keep).await?;
    let copies = desk::move_to_edition(tx, drop, keep).await?;
    let isbns = merging::move_isbns(tx, drop, keep).await?;
    let sources = merging::move_edition_sources(tx, drop, keep).await?;
    merging::delete_edition(tx, drop).await?;
    let details: Vec<Detail> = Detail::ALL
        .into_iter()
        .filter(|detail| kept.is_completed_by(&dropped, *detail))
        .collect();
    let after = kept.taking(&dropped, &details);
    merging::write_edition(tx, keep, &after.row).await?;
    if !details.contains(&Detail::Isbn) {
        merging::lead_isbn(tx, &dropped.row, keep).await?;
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
    let id = repo::insert(tx, drop, keep, moderator, &snapshot, cx.now()).await?;
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
    if keep != drop {
        imports::merging::lock_rows_of(conn, drop).await?;
    }
    merging::lock_editions(conn, &[keep.0, drop.0]).await?;
    desk::lock_of_editions(conn, &[keep.0, drop.0]).await
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
            let merged = repo::is_merged(conn, keep, drop).await?;
            Err(if merged {
                Error::Conflict(MERGED_ALREADY.into())
            } else {
                Error::NotFound
            })
        }
    }
}
