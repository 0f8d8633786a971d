//! The works of an import, each found or made.
//!
//! They work in temporary tables, `merging` and `drawn`, which are there for one step only: the
//! statements that read them cannot be checked when they are compiled.

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use sqlx::PgConnection;

use crate::Result;

/// Gathers the works: the latest of several records with one key, with its authors' names, and
/// the work that the key is known for.
pub(in crate::catalogue::bulk) async fn gather(
    conn: &mut PgConnection,
    source: &str,
) -> Result<()> {
    sqlx::query(
        "create temp table merging on commit drop as
         with latest as (
             select distinct on (key) * from staged_works order by key, ctid desc
         ), named as (
             select w.key, array_agg(a.id order by k.position) as author_ids,
                 array_agg(distinct a.id) as author_set,
                 string_agg(a.name, ', ' order by k.position) as author_line,
                 (array_agg(a.name_key order by k.position))[1] as author_key
             from latest w cross join unnest(w.authors) with ordinality as k (key, position)
             join author_sources s on s.source = $1 and s.key = k.key
             join authors a on a.id = s.author_id
             group by w.key
         )
         select l.key, l.title, l.subtitle, l.title_key, l.alone_key, l.slug, l.language, l.first_year,
             l.description, l.genre, coalesce(nullif(l.wording, ''), l.title_key) as wording,
             coalesce(n.author_ids, '{}') as author_ids, coalesce(n.author_set, '{}') as author_set,
             coalesce(n.author_line, '') as author_line, coalesce(n.author_key, '') as author_key,
             s.work_id as work_id
         from latest l left join named n using (key)
         left join work_sources s on s.source = $1 and s.key = l.key",
    )
    .bind(source)
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the planner look at what was gathered.
pub(in crate::catalogue::bulk) async fn analyze(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("analyze merging").execute(conn).await?;
    Ok(())
}

/// Finds works by the numbers of their editions. One wrong number among many must not carry a
/// work away: they have to agree, and be half of its numbers.
pub(in crate::catalogue::bulk) async fn match_by_isbn(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "update merging m set work_id = known.work_id from (
             select work_key, min(work_id) as work_id from (
                 select s.work_key, coalesce(e.work_id, kept.work_id) as work_id
                 from staged_editions s left join editions e using (isbn13)
                 left join merged_isbns m using (isbn13) left join editions kept on kept.id = m.edition_id
                 where s.isbn13 is not null
             ) numbered
             group by work_key having count(distinct work_id) = 1 and 2 * count(work_id) >= count(*)
         ) known
         where m.work_id is null and known.work_key = m.key",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A work with the folded title and first author of a gathered one, or one that a moderator merged
/// into another and that had them.
#[derive(sqlx::FromRow)]
pub(in crate::catalogue::bulk) struct Alike {
    pub key: String,
    pub wording: String,
    pub work_id: i64,
    pub title: String,
    pub subtitle: String,
}

/// Works that may be those that are still without one, the earliest first, if all their authors
/// are the same. Without an author a title says too little: “Poems” is many works. Of a merged one
/// only the first author is known.
pub(in crate::catalogue::bulk) fn alike(conn: &mut PgConnection) -> BoxStream<'_, Result<Alike>> {
    sqlx::query_as(
        "select * from (
             select m.key, m.wording, w.id as work_id, w.title, w.subtitle, 1 as place
             from merging m join works w on w.title_key = m.title_key and w.author_key = m.author_key
             where m.work_id is null and m.author_key <> ''
                 and m.author_set = array(select author_id from work_authors where work_id = w.id order by 1)
             union all
             select m.key, m.wording, merged_work(w.dropped_id), w.snapshot #>> '{dropped,title}',
                 coalesce(w.snapshot #>> '{dropped,subtitle}', ''), 2
             from merging m join work_merges w on w.title_key = m.title_key and w.author_key = m.author_key
             where m.work_id is null and m.author_key <> '' and w.undone_at is null
         ) alike where work_id is not null order by place, work_id",
    )
    .fetch(conn)
    .map_err(Into::into)
    .boxed()
}

/// Writes down which works some of the gathered ones are.
pub(in crate::catalogue::bulk) async fn set_works(
    conn: &mut PgConnection,
    keys: &[String],
    works: &[i64],
) -> Result<()> {
    sqlx::query(
        "update merging m set work_id = known.work_id
         from unnest($1::text[], $2::bigint[]) as known (key, work_id)
         where m.key = known.key and m.work_id is null",
    )
    .bind(keys)
    .bind(works)
    .execute(conn)
    .await?;
    Ok(())
}

/// Draws the numbers of new works, one for each that several records may mean.
pub(in crate::catalogue::bulk) async fn draw_numbers(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "create temp table drawn on commit drop as
         select first_key, nextval(pg_get_serial_sequence('works', 'id')) as work_id from (
             select min(key) as first_key from merging where work_id is null
             group by wording, author_set, case when author_key = '' then key end
             order by 1
         ) firsts",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down which work each record is.
pub(in crate::catalogue::bulk) async fn resolve(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "insert into resolved_works (key, work_id, created)
         select key, work_id, false from merging where work_id is not null
         union all
         select m.key, d.work_id, true from (
             select key, min(key) over (partition by wording, author_set,
                 case when author_key = '' then key end) as first_key
             from merging where work_id is null
         ) m join drawn d using (first_key)",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds the new works, and tells how many. A work in one language is in that language. Said at
/// once: to change the rows afterwards would write them and their indexes a second time.
pub(in crate::catalogue::bulk) async fn insert_new(conn: &mut PgConnection) -> Result<u64> {
    Ok(sqlx::query(
        "insert into works (id, title, subtitle, title_key, alone_key, slug, language, first_year,
             description, genre, author_line, author_key)
         overriding system value
         with spoken as (
             select r.work_id, min(e.language) as language from resolved_works r
             join staged_editions e on e.work_key = r.key and e.language <> ''
             where r.created group by r.work_id having count(distinct e.language) = 1
         )
         select d.work_id, m.title, m.subtitle, m.title_key, m.alone_key, m.slug,
             coalesce(nullif(m.language, ''), s.language, ''), m.first_year,
             m.description, m.genre, m.author_line, m.author_key
         from drawn d join merging m on m.key = d.first_key left join spoken s on s.work_id = d.work_id
         order by d.work_id",
    )
    .execute(conn)
    .await?
    .rows_affected())
}

/// Adds the authors of the new works.
pub(in crate::catalogue::bulk) async fn insert_authors(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "insert into work_authors (work_id, author_id, position)
         select d.work_id, a.id, min(a.position)
         from drawn d join merging m on m.key = d.first_key
         cross join unnest(m.author_ids) with ordinality as a (id, position)
         group by 1, 2 order by 1, 2",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Completes what nobody had written down of known works.
pub(in crate::catalogue::bulk) async fn complete(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "update works w set
             subtitle = case when w.subtitle = '' then m.subtitle else w.subtitle end,
             description = case when w.description = '' then m.description else w.description end,
             first_year = coalesce(w.first_year, m.first_year), genre = coalesce(w.genre, m.genre)
         from (select distinct on (work_id) * from merging where work_id is not null order by work_id, key) m
         where w.id = m.work_id and ((w.subtitle = '' and m.subtitle <> '')
             or (w.description = '' and m.description <> '')
             or (w.first_year is null and m.first_year is not null) or (w.genre is null and m.genre is not null))",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers the keys of the works at their source.
pub(in crate::catalogue::bulk) async fn note_keys(
    conn: &mut PgConnection,
    source: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into work_sources (source, key, work_id)
         select $1::text, key, work_id from resolved_works on conflict (source, key) do nothing",
        source
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records that have a work.
pub(in crate::catalogue::bulk) async fn count_resolved(conn: &mut PgConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar!(r#"select count(*) as "resolved!" from resolved_works"#)
            .fetch_one(conn)
            .await?,
    )
}
