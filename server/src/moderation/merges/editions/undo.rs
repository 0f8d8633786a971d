//! A merge of two editions taken apart again.

use dogear_domain::ids::EditionId;
use jiff_sqlx::ToSqlx;
use serde_json::json;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::edition::{Edition, edition, write};
use super::service::Snapshot;
use crate::audit::{Entry, audit};
use crate::moderation::merges::check_undo;
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
    let (dropped, kept, snapshot, at, undone): (
        EditionId,
        EditionId,
        Json<Snapshot>,
        jiff_sqlx::Timestamp,
        bool,
    ) = sqlx::query_as(
        "select dropped_id, kept_id, snapshot, created_at, undone_at is not null
         from edition_merges where id = $1 for update",
    )
    .bind(id)
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let snapshot = snapshot.0;
    check_undo(cx, at.to_jiff(), undone)?;
    for statement in [
        "select from editions where id = $1 for update",
        "select from copies where edition_id = $1 order by id for no key update",
    ] {
        sqlx::query(statement).bind(kept).execute(&mut *tx).await?;
    }
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
    let mut restored = current.clone();
    let mut left = Vec::new();
    for detail in &snapshot.details {
        if current.same(&after, *detail) {
            restored.take(&before, *detail);
        } else {
            left.push(format!(
                "the {} of the kept edition, which was changed since",
                detail.label()
            ));
        }
    }
    // The kept one gives its ISBN back before the other takes it.
    write(&mut tx, &restored).await?;
    put_back(&mut tx, dropped, kept, &snapshot, &mut left).await?;
    sqlx::query("update edition_merges set undone_at = $2, undone_by = $3 where id = $1")
        .bind(id)
        .bind(cx.now().to_sqlx())
        .bind(moderator)
        .execute(&mut *tx)
        .await?;
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
    sqlx::query("delete from merged_isbns where edition_id = $1 and isbn13 = $2 #>> '{isbn13}'")
        .bind(kept)
        .bind(Json(&snapshot.dropped))
        .execute(&mut *conn)
        .await?;
    let made = sqlx::query(
        "insert into editions overriding system value
         select (jsonb_populate_record(null::editions, $1)).* on conflict (isbn13) do nothing",
    )
    .bind(Json(&snapshot.dropped))
    .execute(&mut *conn)
    .await?
    .rows_affected();
    if made == 0 {
        return Err(Error::Conflict(
            "Another edition has the ISBN of the one that was merged away. Correct that first."
                .into(),
        ));
    }
    let back =
        sqlx::query("update copies set edition_id = $1 where edition_id = $2 and id = any ($3)")
            .bind(dropped)
            .bind(kept)
            .bind(&snapshot.copies)
            .execute(&mut *conn)
            .await?
            .rows_affected();
    let gone = (snapshot.copies.len() as u64).saturating_sub(back);
    if gone > 0 {
        left.push(format!("{gone} of the copies"));
    }
    sqlx::query("update merged_isbns set edition_id = $1 where edition_id = $2 and isbn13 = any ($3::text[])")
        .bind(dropped)
        .bind(kept)
        .bind(&snapshot.isbns)
        .execute(&mut *conn)
        .await?;
    let (sources, keys): (Vec<&String>, Vec<&String>) = snapshot
        .sources
        .iter()
        .map(|(source, key)| (source, key))
        .unzip();
    sqlx::query(
        "update edition_sources s set edition_id = $1
         from unnest($3::text[], $4::text[]) as was (source, key)
         where s.source = was.source and s.key = was.key and s.edition_id = $2",
    )
    .bind(dropped)
    .bind(kept)
    .bind(sources)
    .bind(keys)
    .execute(conn)
    .await?;
    Ok(())
}
