//! The editions of an import, each found or made.
//!
//! They work in temporary tables, `merging` and `drawn`, which are there for one step only: the
//! statements that read them cannot be checked when they are compiled.

use sqlx::PgConnection;

use crate::Result;

/// Gathers the editions whose work is known, the latest of several records with one key, and the
/// edition that its key or number is known for.
pub(in crate::catalogue::bulk) async fn gather(
    conn: &mut PgConnection,
    source: &str,
) -> Result<()> {
    sqlx::query(
        "create temp table merging on commit drop as
         select distinct on (e.key) e.*, w.work_id,
             case when lower(e.subtitle) = lower(k.subtitle) then '' else e.subtitle end as own_subtitle,
             coalesce(s.edition_id, i.id, a.edition_id) as edition_id
         from staged_editions e
         join work_sources w on w.source = $1 and w.key = e.work_key
         join works k on k.id = w.work_id
         left join edition_sources s on s.source = $1 and s.key = e.key
         left join editions i on i.isbn13 = e.isbn13
         left join merged_isbns a on a.isbn13 = e.isbn13
         order by e.key, e.ctid desc",
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

/// How many editions were read, and how many of them were gathered.
pub(in crate::catalogue::bulk) async fn count(conn: &mut PgConnection) -> Result<(i64, i64)> {
    Ok(sqlx::query_as(
        "select (select count(distinct key) from staged_editions), (select count(*) from merging)",
    )
    .fetch_one(conn)
    .await?)
}

/// Finds those without a number that are described already.
pub(in crate::catalogue::bulk) async fn match_described(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "update merging m set edition_id = known.id from (
             select e.work_id, lower(e.publisher) as publisher, e.year, e.format,
                 lower(shown_title(e.title, w.title)) as title, lower(e.subtitle) as subtitle, min(e.id) as id
             from editions e join works w on w.id = e.work_id
             where e.isbn13 is null group by 1, 2, 3, 4, 5, 6
         ) known
         where m.edition_id is null and m.isbn13 is null and known.work_id = m.work_id
             and known.publisher = lower(m.publisher) and known.year is not distinct from m.year
             and known.format = m.format and known.title = lower(m.title)
             and known.subtitle in (lower(m.own_subtitle), lower(m.subtitle))",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Completes what nobody had written down of known editions.
pub(in crate::catalogue::bulk) async fn complete(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "update editions e set
             publisher = case when e.publisher = '' then m.publisher else e.publisher end,
             year = coalesce(e.year, m.year), pages = coalesce(e.pages, m.pages),
             format = case when e.format = 'unknown' then m.format else e.format end,
             language = case when e.language = '' then m.language else e.language end,
             subtitle = case when e.subtitle = '' then m.own_subtitle else e.subtitle end
         from (select distinct on (edition_id) * from merging where edition_id is not null
               order by edition_id, key) m
         where e.id = m.edition_id and ((e.publisher = '' and m.publisher <> '')
             or (e.year is null and m.year is not null) or (e.pages is null and m.pages is not null)
             or (e.format = 'unknown' and m.format <> 'unknown') or (e.language = '' and m.language <> '')
             or (e.subtitle = '' and m.own_subtitle <> ''))",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Draws the numbers of new editions, one for each that several records may mean.
pub(in crate::catalogue::bulk) async fn draw_numbers(conn: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "create temp table drawn on commit drop as
         select key, first_key, case when key = first_key
             then nextval(pg_get_serial_sequence('editions', 'id')) end as edition_id from (
             select key, min(key) over (partition by isbn13, case when isbn13 is null then work_id end,
                 case when isbn13 is null then lower(publisher) end, case when isbn13 is null then year end,
                 case when isbn13 is null then format end, case when isbn13 is null then lower(title) end,
                 case when isbn13 is null then lower(subtitle) end) as first_key
             from merging where edition_id is null order by key
         ) firsts",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds the new editions, and tells how many.
pub(in crate::catalogue::bulk) async fn insert_new(conn: &mut PgConnection) -> Result<u64> {
    Ok(sqlx::query(
        "insert into editions (id, work_id, isbn13, title, format, publisher, year, pages, language, subtitle)
         overriding system value
         select d.edition_id, m.work_id, m.isbn13, case when m.title = w.title then '' else m.title end,
             m.format, m.publisher, m.year, m.pages, m.language, m.own_subtitle
         from drawn d join merging m using (key) join works w on w.id = m.work_id
         where d.edition_id is not null order by d.edition_id
         on conflict (isbn13) do nothing",
    )
    .execute(conn)
    .await?
    .rows_affected())
}

/// Remembers the keys of the editions at their source; of those with an ISBN by that: somebody
/// may have entered it meanwhile.
pub(in crate::catalogue::bulk) async fn note_keys(
    conn: &mut PgConnection,
    source: &str,
) -> Result<()> {
    sqlx::query(
        "insert into edition_sources (source, key, edition_id)
         select $1, m.key, coalesce(i.id, m.edition_id, first.edition_id)
         from merging m
         left join editions i on i.isbn13 = m.isbn13
         left join drawn d on d.key = m.key
         left join drawn first on first.key = d.first_key
         where coalesce(i.id, m.edition_id, first.edition_id) is not null
         on conflict (source, key) do nothing",
    )
    .bind(source)
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives new works the language of all their editions: those under a work's former key tell it
/// only now.
pub(in crate::catalogue::bulk) async fn set_languages(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "update works w set language = l.language from (
             select r.work_id, min(e.language) as language from resolved_works r
             join editions e on e.work_id = r.work_id and e.language <> ''
             where r.created group by r.work_id having count(distinct e.language) = 1
         ) l where w.id = l.work_id and w.language = ''"
    )
    .execute(conn)
    .await?;
    Ok(())
}
