//! Editions side by side, and the merges that were made of them.

use dogear_domain::edition::Format;
use dogear_domain::ids::{EditionId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use super::merges::{MergeRecords, NewMerge, Undoable};
use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::merges::Row;
use crate::moderation::merges::editions::{Edition, Line, Merged};

/// What goes with an edition.
pub(in crate::moderation) struct Belongings {
    pub copies: i64,
    pub photos: i64,
    pub sources: i64,
}

/// Title and slug of a work.
pub(in crate::moderation) async fn title(db: &PgPool, work: WorkId) -> Result<(String, String)> {
    let row = sqlx::query!("select title, slug from works where id = $1", work.0)
        .fetch_one(db)
        .await?;
    Ok((row.title, row.slug))
}

/// How much goes with an edition.
pub(in crate::moderation) async fn belongings(
    db: &PgPool,
    edition: EditionId,
) -> Result<Belongings> {
    Ok(sqlx::query_as!(
        Belongings,
        r#"select (select count(*) from copies where edition_id = $1) as "copies!",
             (select count(*) from copy_photos p join copies c on c.id = p.copy_id
              where c.edition_id = $1) as "photos!",
             (select count(*) from edition_sources where edition_id = $1) as "sources!""#,
        edition.0
    )
    .fetch_one(db)
    .await?)
}

/// Whether one of these editions is merged into another.
pub(in crate::moderation) async fn any_merged(
    conn: &mut PgConnection,
    editions: &[i64],
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from edition_merges
             where undone_at is null and dropped_id = any ($1)) as "merged!""#,
        editions
    )
    .fetch_one(conn)
    .await?)
}

/// Every edition of a work, the oldest entry first.
pub(in crate::moderation) async fn of_work(db: &PgPool, work: WorkId) -> Result<Vec<Line>> {
    Ok(sqlx::query_as!(
        Line,
        r#"select e.id, e.isbn13::text as isbn13, e.title, e.format as "format: Format", e.publisher,
             e.year, e.pages, e.language,
             (select count(*) from copies c where c.edition_id = e.id and c.state <> 'deleted')
                 as "copies!"
         from editions e where e.work_id = $1 order by e.id"#,
        work.0
    )
    .fetch_all(db)
    .await?)
}

/// The edition that an ISBN leads to.
pub(in crate::moderation) async fn by_isbn(db: &PgPool, isbn: &str) -> Result<Option<EditionId>> {
    Ok(
        sqlx::query_scalar!("select id from editions where id = isbn_edition($1)", isbn)
            .fetch_optional(db)
            .await?,
    )
}

impl MergeRecords for Edition {
    type Id = EditionId;
    type Listed = Merged;

    async fn row_of(conn: &mut PgConnection, id: EditionId) -> Result<Option<Row>> {
        let row = sqlx::query_scalar!(
            r#"select to_jsonb(e) as "row!: Json<Row>" from editions e where e.id = $1"#,
            id.0
        )
        .fetch_optional(conn)
        .await?;
        Ok(row.map(|row| row.0))
    }

    async fn is_merged(conn: &mut PgConnection, one: EditionId, other: EditionId) -> Result<bool> {
        Ok(sqlx::query_scalar!(
            r#"select exists (select from edition_merges
                 where dropped_id in ($1, $2) and undone_at is null) as "merged!""#,
            one.0,
            other.0
        )
        .fetch_one(conn)
        .await?)
    }

    async fn insert(conn: &mut PgConnection, merge: &NewMerge<EditionId>) -> Result<i64> {
        Ok(sqlx::query_scalar!(
            "insert into edition_merges (dropped_id, kept_id, moderator_id, snapshot, created_at)
             values ($1, $2, $3, $4, $5) returning id",
            merge.dropped.0,
            merge.kept.0,
            merge.by.0,
            merge.snapshot,
            merge.now.to_sqlx()
        )
        .fetch_one(conn)
        .await?)
    }

    async fn lock(conn: &mut PgConnection, id: i64) -> Result<Option<Undoable<EditionId>>> {
        Ok(sqlx::query_as!(
            Undoable::<EditionId>,
            r#"select dropped_id, kept_id, snapshot, created_at,
                 undone_at is not null as "undone!"
             from edition_merges where id = $1 for update"#,
            id
        )
        .fetch_optional(conn)
        .await?)
    }

    async fn note_undone(
        conn: &mut PgConnection,
        id: i64,
        by: UserId,
        now: Timestamp,
    ) -> Result<()> {
        sqlx::query!(
            "update edition_merges set undone_at = $2, undone_by = $3 where id = $1",
            id,
            now.to_sqlx(),
            by.0
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn list(db: &PgPool, only: Option<i64>, most: i64) -> Result<Vec<Merged>> {
        Ok(sqlx::query_as!(
            Merged,
            r#"select m.id, m.dropped_id as dropped, m.snapshot #>> '{dropped,isbn13}' as isbn13,
                 e.id as "kept?", w.id as "work?", w.slug as "slug?", w.title as "title?",
                 u.handle as moderator, m.created_at, m.undone_at as "undone_at!: MaybeTimestamp",
                 jsonb_array_length(m.snapshot -> 'copies') as "copies!"
             from edition_merges m join users u on u.id = m.moderator_id
             left join editions e on e.id = merged_edition(m.kept_id)
             left join works w on w.id = e.work_id
             where $1::bigint is null or m.id = $1
             order by m.id desc limit $2"#,
            only,
            most
        )
        .fetch_all(db)
        .await?)
    }
}
