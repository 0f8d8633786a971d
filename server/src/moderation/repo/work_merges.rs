//! Works side by side, and the merges that were made of them.

use dogear_domain::ids::{UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use super::merges::{MergeRecords, NewMerge, Undoable};
use crate::Result;
use crate::db::MaybeTimestamp;
use crate::moderation::merges::Row;
use crate::moderation::merges::works::{Found, Merge, Pair, Work};

/// How many editions and copies a work has.
pub(in crate::moderation) async fn belongings(db: &PgPool, work: WorkId) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select (select count(*) from editions where work_id = $1) as "editions!",
             (select count(*) from copies where work_id = $1) as "copies!""#,
        work.0
    )
    .fetch_one(db)
    .await?;
    Ok((row.editions, row.copies))
}

/// What works are found by.
pub(in crate::moderation) struct Wanted<'a> {
    /// For `like`, to be held by the key of a title or of an author's name.
    pub pattern: &'a str,
    pub number: Option<i64>,
    pub isbn: Option<&'a str>,
    pub most: i64,
}

/// Works that fit, by title.
pub(in crate::moderation) async fn find(db: &PgPool, wanted: &Wanted<'_>) -> Result<Vec<Found>> {
    Ok(sqlx::query_as!(
        Found,
        r#"select w.id, w.slug, w.title, w.author_line, w.first_year,
             (select count(*) from editions e where e.work_id = w.id) as "editions!",
             (select count(*) from copies c where c.work_id = w.id and c.state <> 'deleted') as "copies!"
         from works w where w.id in (
             select $2::bigint
             union select work_id from editions where id = isbn_edition($3)
             union (select id from works where title_key like $1 limit $4)
             union (select wa.work_id from authors a join work_authors wa on wa.author_id = a.id
                 where a.name_key like $1 limit $4))
         order by w.title_key, w.id limit $4"#,
        wanted.pattern,
        wanted.number,
        wanted.isbn,
        wanted.most
    )
    .fetch_all(db)
    .await?)
}

/// Among the newest works, those whose title an older one has too, by the same first author or
/// with an author in common.
pub(in crate::moderation) async fn likely(
    db: &PgPool,
    looked_at: i64,
    most: i64,
) -> Result<Vec<Pair>> {
    Ok(sqlx::query_as!(
        Pair,
        "select o.id as keep, w.id as drop, w.title, o.author_line as keep_authors, w.author_line as drop_authors
         from (select id, title, title_key, author_key, author_line from works order by id desc limit $1) w
         join works o on o.title_key = w.title_key and o.id < w.id
         where (o.author_key = w.author_key and w.author_key <> '')
             or exists (select from work_authors a join work_authors b using (author_id)
                 where a.work_id = w.id and b.work_id = o.id)
         order by w.id desc, o.id limit $2",
        looked_at,
        most
    )
    .fetch_all(db)
    .await?)
}

impl MergeRecords for Work {
    type Id = WorkId;
    type Listed = Merge;

    async fn row_of(conn: &mut PgConnection, id: WorkId) -> Result<Option<Row>> {
        let row = sqlx::query_scalar!(
            r#"select to_jsonb(w) || jsonb_build_object('series_title', s.title, 'genre_name', g.name,
                 'authors', coalesce((select jsonb_agg(jsonb_build_object('author_id', a.author_id,
                     'position', a.position, 'role', a.role) order by a.position, a.author_id)
                     from work_authors a where a.work_id = w.id), '[]')) as "row!: Json<Row>"
             from works w left join series s on s.id = w.series_id left join genres g on g.slug = w.genre
             where w.id = $1"#,
            id.0
        )
        .fetch_optional(conn)
        .await?;
        Ok(row.map(|row| row.0))
    }

    async fn is_merged(conn: &mut PgConnection, one: WorkId, other: WorkId) -> Result<bool> {
        Ok(sqlx::query_scalar!(
            r#"select exists (select from work_merges
                 where dropped_id in ($1, $2) and undone_at is null) as "merged!""#,
            one.0,
            other.0
        )
        .fetch_one(conn)
        .await?)
    }

    async fn insert(conn: &mut PgConnection, merge: &NewMerge<WorkId>) -> Result<i64> {
        Ok(sqlx::query_scalar!(
            "insert into work_merges (dropped_id, kept_id, title_key, author_key, moderator_id, snapshot, created_at)
             select $1, $2, was ->> 'title_key', was ->> 'author_key', $3, $4, $5
             from jsonb_extract_path($4, 'dropped') was returning id",
            merge.dropped.0,
            merge.kept.0,
            merge.by.0,
            merge.snapshot,
            merge.now.to_sqlx()
        )
        .fetch_one(conn)
        .await?)
    }

    async fn lock(conn: &mut PgConnection, id: i64) -> Result<Option<Undoable<WorkId>>> {
        Ok(sqlx::query_as!(
            Undoable::<WorkId>,
            r#"select dropped_id, kept_id, snapshot, created_at,
                 undone_at is not null as "undone!"
             from work_merges where id = $1 for update"#,
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
            "update work_merges set undone_at = $2, undone_by = $3 where id = $1",
            id,
            now.to_sqlx(),
            by.0
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn list(db: &PgPool, only: Option<i64>, most: i64) -> Result<Vec<Merge>> {
        Ok(sqlx::query_as!(
            Merge,
            r#"select m.id, m.dropped_id as dropped, m.snapshot #>> '{dropped,title}' as "dropped_title!",
                 w.id as "kept?", w.slug as "slug?", w.title as "title?", u.handle as moderator,
                 m.created_at, m.undone_at as "undone_at!: MaybeTimestamp",
                 jsonb_array_length(m.snapshot #> '{moved,editions}') as "editions!",
                 jsonb_array_length(m.snapshot #> '{moved,copies}') as "copies!"
             from work_merges m join users u on u.id = m.moderator_id
             left join works w on w.id = merged_work(m.kept_id)
             where $1::bigint is null or m.id = $1
             order by m.id desc limit $2"#,
            only,
            most
        )
        .fetch_all(db)
        .await?)
    }
}
