//! The way of a merge, and of taking it back: the same for works and for editions.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::mergeable::{Mergeable, Snapshot};
use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Idempotent};
use crate::moderation::repo::merges::NewMerge;
use crate::{Cx, Error, Result, search};

/// Merges in one list.
const PAGE: i64 = 50;
/// How long a merge can be taken back.
const UNDO_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Whether a merge made at `made` can still be taken back.
pub fn is_undoable(made: Timestamp, undone_at: Option<Timestamp>, now: Timestamp) -> bool {
    undone_at.is_none() && now.duration_since(made) <= UNDO_WITHIN
}

/// Both, when they can be merged.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when one was never there;
/// `Conflict` when one was merged, both are the same, or they do not fit.
pub(super) async fn pair<T: Mergeable>(cx: &Cx, keep: T::Id, drop: T::Id) -> Result<(T, T)> {
    cx.moderator()?;
    both(&mut *cx.db().acquire().await?, keep, drop).await
}

async fn both<T: Mergeable>(conn: &mut PgConnection, keep: T::Id, drop: T::Id) -> Result<(T, T)> {
    if keep == drop {
        let sentence = format!("These are the same {}. Choose two that differ.", T::NOUN);
        return Err(Error::Conflict(sentence));
    }
    match (read::<T>(conn, keep).await?, read::<T>(conn, drop).await?) {
        (Some(keep), Some(drop)) => {
            T::check_pair(&keep, &drop)?;
            Ok((keep, drop))
        }
        _ if T::is_merged(conn, keep, drop).await? => Err(Error::Conflict(format!(
            "One of these {}s was merged into another in the meantime. Look at the recent merges, and choose again.",
            T::NOUN
        ))),
        _ => Err(Error::NotFound),
    }
}

/// One of the two, as it is now.
pub(super) async fn read<T: Mergeable>(conn: &mut PgConnection, id: T::Id) -> Result<Option<T>> {
    Ok(T::row_of(conn, id).await?.map(|row| T::new(id, row)))
}

/// Merges `drop` into `keep`, which takes over facts. Gives the number of the merge.
///
/// # Errors
/// As [`pair`]; `Busy` when others hold one of the two too long.
pub(super) async fn merge<T: Mergeable>(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    keep: T::Id,
    drop: T::Id,
    chosen: &[T::Fact],
) -> Result<i64> {
    let moderator = cx.moderator()?.id;
    let mut once = match cx
        .once(key, &("merge", T::KIND, keep, drop, chosen))
        .await?
    {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut *once.tx;
    T::hold(tx, keep, Some(drop)).await?;
    let (kept, dropped) = both::<T>(tx, keep, drop).await?;
    let moved = T::hand_over(tx, drop, keep).await?;
    T::delete(tx, drop).await?;
    let facts = kept.takes_over(&dropped, chosen);
    let after = kept.taking(&dropped, &facts);
    after.write(tx, &facts).await?;
    after.succeed(tx, &dropped, &facts).await?;
    let mut said = T::audited(&facts, &moved);
    let snapshot = Snapshot::<T> {
        dropped: dropped.row().clone(),
        before: kept.row().clone(),
        after: after.row().clone(),
        facts,
        moved,
    };
    let new = NewMerge {
        dropped: drop,
        kept: keep,
        by: moderator,
        snapshot: snapshot.to_record()?,
        now: cx.now(),
    };
    let id = T::insert(tx, &new).await?;
    search::refresh(tx, &[kept.work()], cx.now()).await?;
    said["merge"] = json!(id);
    said["into"] = json!(keep);
    note::<T>(tx, cx, "merge", drop, (None, said)).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// Takes a merge apart. Gives what could not be put back as it was, in words.
///
/// # Errors
/// As [`one`]; `Conflict` when it was taken back, is older than 30 days, or others that build
/// on it must be taken back first.
pub(super) async fn undo<T: Mergeable>(cx: &Cx, id: i64) -> Result<Vec<String>> {
    let moderator = cx.moderator()?.id;
    let mut tx = cx.begin().await?;
    let merge = T::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    check_age(merge.created_at, merge.undone, cx.now())?;
    let kept = merge.kept_id;
    let snapshot: Snapshot<T> = serde_json::from_value(merge.snapshot)?;
    let dropped = T::new(merge.dropped_id, snapshot.dropped);
    T::hold(&mut tx, kept, None).await?;
    let Some(current) = read::<T>(&mut tx, kept).await? else {
        return Err(Error::Conflict(format!(
            "The {} it went into has itself been merged since. Take that merge back first.",
            T::NOUN
        )));
    };
    current
        .check_undo(&mut tx, &dropped, &snapshot.moved)
        .await?;
    let before = T::new(kept, snapshot.before);
    let after = T::new(kept, snapshot.after);
    let (restored, changed) = current.giving_back(&before, &after, &snapshot.facts);
    let mut left: Vec<String> = changed.into_iter().map(T::left).collect();
    // The kept one gives its facts back before the other has them: no two have one ISBN.
    restored.write(&mut tx, &snapshot.facts).await?;
    left.extend(dropped.put_back(&mut tx, kept, &snapshot.moved).await?);
    T::note_undone(&mut tx, id, moderator, cx.now()).await?;
    search::refresh(&mut tx, &[current.work(), dropped.work()], cx.now()).await?;
    let before = json!({ "merge": id, "into": kept });
    let changes = (Some(before), json!({ "left": left }));
    note::<T>(&mut tx, cx, "unmerge", dropped.id(), changes).await?;
    tx.commit().await?;
    Ok(left)
}

/// Refuses to take back a merge twice or too late.
fn check_age(made: Timestamp, undone: bool, now: Timestamp) -> Result<()> {
    if undone {
        return Err(Error::Conflict("This merge was taken back already.".into()));
    }
    if !is_undoable(made, None, now) {
        return Err(Error::Conflict(
            "A merge can be taken back for 30 days. This one is older.".into(),
        ));
    }
    Ok(())
}

async fn note<T: Mergeable>(
    conn: &mut PgConnection,
    cx: &Cx,
    what: &str,
    dropped: T::Id,
    (before, after): (Option<Value>, Value),
) -> Result<()> {
    let entry = Entry {
        action: &format!("{}.{what}", T::KIND),
        subject_kind: T::KIND,
        subject_id: Some(dropped.into()),
        before,
        after: Some(after),
        reason: "",
    };
    audit(conn, cx, entry).await
}

/// The 50 newest merges.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub(super) async fn recent<T: Mergeable>(cx: &Cx) -> Result<Vec<T::Listed>> {
    cx.moderator()?;
    T::list(cx.db(), None, PAGE).await
}

/// One merge.
///
/// # Errors
/// As [`recent`], and `NotFound` when there is none with this number.
pub(super) async fn one<T: Mergeable>(cx: &Cx, id: i64) -> Result<T::Listed> {
    cx.moderator()?;
    let merges = T::list(cx.db(), Some(id), 1).await?;
    merges.into_iter().next().ok_or(Error::NotFound)
}
