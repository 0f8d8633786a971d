//! A merge taken apart again.

use dogear_domain::ids::WorkId;
use jiff_sqlx::ToSqlx;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::moving::{MOVES, Snapshot, lock};
use super::work::{Work, authors, work, write};
use super::{Fact, check_undo};
use crate::audit::{Entry, audit};
use crate::{Cx, Error, Result, search};

/// Takes a merge apart. Gives what could not be put back as it was, in words.
///
/// # Errors
/// As [`super::one`]; `Conflict` when it was taken back, is older than 30 days, or the kept work has
/// itself been merged since.
pub async fn undo(cx: &Cx, id: i64) -> Result<Vec<String>> {
    let moderator = cx.moderator()?.id;
    let mut tx = cx.begin().await?;
    let (dropped, kept, snapshot, at, undone): (
        WorkId,
        WorkId,
        Json<Snapshot>,
        jiff_sqlx::Timestamp,
        bool,
    ) = sqlx::query_as(
        "select dropped_id, kept_id, snapshot, created_at, undone_at is not null
         from work_merges where id = $1 for update",
    )
    .bind(id)
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    check_undo(cx, at.to_jiff(), undone)?;
    lock(&mut tx, &[kept]).await?;
    let Some(current) = work(&mut tx, kept).await? else {
        return Err(Error::Conflict(
            "The book it went into has itself been merged since. Take that merge back first."
                .into(),
        ));
    };
    let snapshot = snapshot.0;
    refuse_merged_editions(&mut tx, &snapshot).await?;
    let missing = put_back(&mut tx, dropped, kept, &snapshot).await?;
    let mut left = facts_back(&mut tx, &current, &snapshot).await?;
    left.extend(missing);
    sqlx::query("update work_merges set undone_at = $2, undone_by = $3 where id = $1")
        .bind(id)
        .bind(cx.now().to_sqlx())
        .bind(moderator)
        .execute(&mut *tx)
        .await?;
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
    let merged: bool = sqlx::query_scalar(
        "select exists (select from edition_merges where undone_at is null
         and dropped_id in (select jsonb_array_elements_text($1 -> 'editions')::bigint))",
    )
    .bind(Json(&snapshot.moved))
    .fetch_one(conn)
    .await?;
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
    sqlx::query(
        "insert into works overriding system value
         select (jsonb_populate_record(null::works, $1)).*",
    )
    .bind(Json(&snapshot.dropped))
    .execute(&mut *conn)
    .await?;
    authors(conn, dropped, &snapshot.dropped).await?;
    let mut missing = Vec::new();
    for moving in &MOVES {
        let ids: Vec<i64> = serde_json::from_value(
            snapshot
                .moved
                .get(moving.table)
                .cloned()
                .unwrap_or(json!([])),
        )?;
        let back = sqlx::query(moving.back)
            .bind(dropped)
            .bind(kept)
            .bind(&ids)
            .execute(&mut *conn)
            .await?
            .rows_affected();
        let gone = (ids.len() as u64).saturating_sub(back);
        if gone > 0 {
            missing.push(format!("{gone} of the {}", moving.table));
        }
    }
    sqlx::query(
        "update copies c set work_id = e.work_id from editions e
         where e.id = c.edition_id and e.work_id = $1 and c.work_id = $2",
    )
    .bind(dropped)
    .bind(kept)
    .execute(&mut *conn)
    .await?;
    let (sources, keys): (Vec<&String>, Vec<&String>) = snapshot
        .sources
        .iter()
        .map(|(source, key)| (source, key))
        .unzip();
    sqlx::query(
        "update work_sources s set work_id = $1
         from unnest($3::text[], $4::text[]) as was (source, key)
         where s.source = was.source and s.key = was.key and s.work_id = $2",
    )
    .bind(dropped)
    .bind(kept)
    .bind(sources)
    .bind(keys)
    .execute(conn)
    .await?;
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
    let mut restored = current.clone();
    let mut left = Vec::new();
    for fact in &snapshot.facts {
        if current.same(&after, *fact) {
            restored.take(&before, *fact);
        } else {
            left.push(format!("the {}, which was changed since", fact.as_str()));
        }
    }
    write(conn, &restored, !restored.same(current, Fact::Authors)).await?;
    Ok(left)
}
