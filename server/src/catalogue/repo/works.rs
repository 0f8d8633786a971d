//! Where works and editions are, and what stands on covers.

use dogear_domain::ids::{EditionId, WorkId};
use sqlx::{PgConnection, PgPool};

use crate::Result;
use crate::catalogue::Genre;

/// What stands on a cover.
pub(in crate::catalogue) struct Cover {
    pub title: String,
    pub author_line: String,
}

/// The cover of a work, or of the one into which it was merged.
pub(in crate::catalogue) async fn cover(db: &PgPool, work: WorkId) -> Result<Option<Cover>> {
    Ok(sqlx::query_as!(
        Cover,
        "select title, author_line from works where id = merged_work($1)",
        work.0
    )
    .fetch_optional(db)
    .await?)
}

/// The work, with its slug, into which another was merged.
pub(in crate::catalogue) async fn moved_to(
    db: &PgPool,
    work: WorkId,
) -> Result<Option<(WorkId, String)>> {
    Ok(sqlx::query!(
        "select id, slug from works where id = merged_work($1) and id <> $1",
        work.0
    )
    .map(|work| (work.id, work.slug))
    .fetch_optional(db)
    .await?)
}

/// The work, or the one into which it was merged.
pub(in crate::catalogue) async fn standing(db: &PgPool, work: WorkId) -> Result<Option<WorkId>> {
    Ok(
        sqlx::query_scalar!("select id from works where id = merged_work($1)", work.0)
            .fetch_optional(db)
            .await?,
    )
}

/// Those of these editions that are there. Waits for merges, and keeps others out until the end
/// of the transaction.
pub(in crate::catalogue) async fn lock_editions(
    conn: &mut PgConnection,
    editions: &[EditionId],
) -> Result<Vec<EditionId>> {
    Ok(sqlx::query_scalar!(
        "select id from editions where id = any ($1) order by id for key share",
        &ids(editions)
    )
    .fetch_all(conn)
    .await?)
}

/// Of each edition the one into which it was merged, if any.
pub(in crate::catalogue) async fn merged_into(
    conn: &mut PgConnection,
    editions: &[EditionId],
) -> Result<Vec<(EditionId, Option<EditionId>)>> {
    Ok(sqlx::query!(
        r#"select id as "id!: EditionId", merged_edition(id) as "into?: EditionId"
         from unnest($1::bigint[]) as gone (id)"#,
        &ids(editions)
    )
    .map(|gone| (gone.id, gone.into))
    .fetch_all(conn)
    .await?)
}

/// Every genre, in the order in which they are shown.
pub(in crate::catalogue) async fn genres(db: &PgPool) -> Result<Vec<Genre>> {
    Ok(sqlx::query_as!(
        Genre,
        "select slug, name from genres order by position, slug"
    )
    .fetch_all(db)
    .await?)
}

fn ids(editions: &[EditionId]) -> Vec<i64> {
    editions.iter().map(|edition| edition.0).collect()
}
