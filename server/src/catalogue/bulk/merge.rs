//! From the staging tables into the catalogue: what is known is completed, what is
//! not known is added. What readers have stays as it is.
//!
//! Each step is one transaction that also moves the import to the next step, so that an
//! import that was killed goes on with a step that is wholly undone or wholly done.

use sqlx::PgConnection;

use super::report::Counts;
use crate::Result;

/// Statements over millions of rows; they are given the time they need.
const UNLIMITED: [&str; 5] = [
    "set local statement_timeout = 0",
    "set local lock_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
    "set local work_mem = '128MB'",
    "set local maintenance_work_mem = '512MB'",
];

/// Lifts the limits of an ordinary request in this transaction.
///
/// # Errors
/// Those of the database.
pub async fn without_limits(conn: &mut PgConnection) -> Result<()> {
    for statement in UNLIMITED {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Adds authors whose names are new.
///
/// # Errors
/// Those of the database.
pub async fn authors(conn: &mut PgConnection, source: &str, counts: &mut Counts) -> Result<()> {
    // A redirect may lead to another one; longer chains than this are circles.
    for _ in 0..4 {
        sqlx::query(
            "update staged_redirects r set to_key = next.to_key from staged_redirects next
             where next.from_key = r.to_key and next.to_key <> r.to_key and next.to_key <> r.from_key",
        )
        .execute(&mut *conn)
        .await?;
    }
    sqlx::query("analyze staged_authors, staged_redirects, staged_works, staged_editions")
        .execute(&mut *conn)
        .await?;
    counts.new_authors = sqlx::query(
        "insert into authors (name, sort_name, name_key)
         select distinct on (name_key) name, sort_name, name_key from staged_authors
         order by name_key, key on conflict (name_key) do nothing",
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    sqlx::query(
        "insert into author_sources (source, key, author_id)
         select distinct on (s.key) $1, s.key, a.id
         from staged_authors s join authors a using (name_key) order by s.key
         on conflict (source, key) do nothing",
    )
    .bind(source)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into author_sources (source, key, author_id)
         select distinct on (r.from_key) $1, r.from_key, t.author_id from staged_redirects r
         join author_sources t on t.source = $1 and t.key = r.to_key order by r.from_key
         on conflict (source, key) do nothing",
    )
    .bind(source)
    .execute(conn)
    .await?;
    Ok(())
}

/// Finds or adds the work of each staged one: by its key, by the ISBNs of its editions, by
/// title and first author, else new.
///
/// # Errors
/// Those of the database.
pub async fn works(conn: &mut PgConnection, source: &str, counts: &mut Counts) -> Result<()> {
    // The latest of several records with one key, with its authors' names.
    sqlx::query(
        "create temp table merging on commit drop as
         with latest as (
             select distinct on (key) * from staged_works order by key, ctid desc
         ), named as (
             select w.key, array_agg(a.id order by k.position) as author_ids,
                 string_agg(a.name, ', ' order by k.position) as author_line,
                 (array_agg(a.name_key order by k.position))[1] as author_key
             from latest w cross join unnest(w.authors) with ordinality as k (key, position)
             join author_sources s on s.source = $1 and s.key = k.key
             join authors a on a.id = s.author_id
             group by w.key
         )
         select l.key, l.title, l.subtitle, l.title_key, l.slug, l.language, l.first_year,
             l.description, l.genre, coalesce(n.author_ids, '{}') as author_ids,
             coalesce(n.author_line, '') as author_line, coalesce(n.author_key, '') as author_key,
             s.work_id as work_id
         from latest l left join named n using (key)
         left join work_sources s on s.source = $1 and s.key = l.key",
    )
    .bind(source)
    .execute(&mut *conn)
    .await?;
    sqlx::query("analyze merging").execute(&mut *conn).await?;
    // By the numbers of its editions. One wrong number among many must not carry a work
    // away: they have to agree, and be half of its numbers.
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
    .execute(&mut *conn)
    .await?;
    // Without an author a title says too little: “Poems” is many works.
    sqlx::query(
        "update merging m set work_id = known.id from (
             select title_key, author_key, min(id) as id from works
             where author_key <> '' group by title_key, author_key
         ) known
         where m.work_id is null and m.author_key <> ''
             and known.title_key = m.title_key and known.author_key = m.author_key",
    )
    .execute(&mut *conn)
    .await?;
    // What a moderator merged into another work is not made anew.
    sqlx::query(
        "update merging m set work_id = known.id from (
             select title_key, author_key, min(merged_work(dropped_id)) as id from work_merges
             where undone_at is null and author_key <> '' group by title_key, author_key
         ) known
         where m.work_id is null and known.title_key = m.title_key and known.author_key = m.author_key",
    )
    .execute(&mut *conn)
    .await?;
    // Numbers are drawn first, one for each work that several records may mean.
    sqlx::query(
        "create temp table drawn on commit drop as
         select first_key, nextval(pg_get_serial_sequence('works', 'id')) as work_id from (
             select min(key) as first_key from merging where work_id is null
             group by title_key, author_key, case when author_key = '' then key end
             order by 1
         ) firsts",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into resolved_works (key, work_id, created)
         select key, work_id, false from merging where work_id is not null
         union all
         select m.key, d.work_id, true from (
             select key, min(key) over (partition by title_key, author_key,
                 case when author_key = '' then key end) as first_key
             from merging where work_id is null
         ) m join drawn d using (first_key)",
    )
    .execute(&mut *conn)
    .await?;
    // A work in one language is in that language. Said at once: to change the rows afterwards
    // would write them and their indexes a second time.
    counts.new_works = sqlx::query(
        "insert into works (id, title, subtitle, title_key, slug, language, first_year,
             description, genre, author_line, author_key)
         overriding system value
         with spoken as (
             select r.work_id, min(e.language) as language from resolved_works r
             join staged_editions e on e.work_key = r.key and e.language <> ''
             where r.created group by r.work_id having count(distinct e.language) = 1
         )
         select d.work_id, m.title, m.subtitle, m.title_key, m.slug,
             coalesce(nullif(m.language, ''), s.language, ''), m.first_year,
             m.description, m.genre, m.author_line, m.author_key
         from drawn d join merging m on m.key = d.first_key left join spoken s on s.work_id = d.work_id
         order by d.work_id",
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    sqlx::query(
        "insert into work_authors (work_id, author_id, position)
         select d.work_id, a.id, min(a.position)
         from drawn d join merging m on m.key = d.first_key
         cross join unnest(m.author_ids) with ordinality as a (id, position)
         group by 1, 2 order by 1, 2",
    )
    .execute(&mut *conn)
    .await?;
    // What nobody had written down is completed.
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
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into work_sources (source, key, work_id)
         select $1, key, work_id from resolved_works on conflict (source, key) do nothing",
    )
    .bind(source)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into work_sources (source, key, work_id)
         select distinct on (r.from_key) $1, r.from_key, t.work_id from staged_redirects r
         join work_sources t on t.source = $1 and t.key = r.to_key order by r.from_key
         on conflict (source, key) do nothing",
    )
    .bind(source)
    .execute(&mut *conn)
    .await?;
    let resolved: i64 = sqlx::query_scalar("select count(*) from resolved_works")
        .fetch_one(conn)
        .await?;
    counts.known_works = (resolved as u64).saturating_sub(counts.new_works);
    Ok(())
}

/// Completes known editions and adds the others to their works.
///
/// # Errors
/// Those of the database.
pub async fn editions(conn: &mut PgConnection, source: &str, counts: &mut Counts) -> Result<()> {
    sqlx::query(
        "create temp table merging on commit drop as
         select distinct on (e.key) e.*, w.work_id, coalesce(s.edition_id, i.id, a.edition_id) as edition_id
         from staged_editions e
         join work_sources w on w.source = $1 and w.key = e.work_key
         left join edition_sources s on s.source = $1 and s.key = e.key
         left join editions i on i.isbn13 = e.isbn13
         left join merged_isbns a on a.isbn13 = e.isbn13
         order by e.key, e.ctid desc",
    )
    .bind(source)
    .execute(&mut *conn)
    .await?;
    sqlx::query("analyze merging").execute(&mut *conn).await?;
    let (staged, placed): (i64, i64) = sqlx::query_as(
        "select (select count(distinct key) from staged_editions), (select count(*) from merging)",
    )
    .fetch_one(&mut *conn)
    .await?;
    counts.without_work = (staged - placed) as u64;
    // One without a number may be described already.
    sqlx::query(
        "update merging m set edition_id = known.id from (
             select work_id, lower(publisher) as publisher, year, format, min(id) as id
             from editions where isbn13 is null group by 1, 2, 3, 4
         ) known
         where m.edition_id is null and m.isbn13 is null and known.work_id = m.work_id
             and known.publisher = lower(m.publisher) and known.year is not distinct from m.year
             and known.format = m.format",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update editions e set
             publisher = case when e.publisher = '' then m.publisher else e.publisher end,
             year = coalesce(e.year, m.year), pages = coalesce(e.pages, m.pages),
             format = case when e.format = 'unknown' then m.format else e.format end,
             language = case when e.language = '' then m.language else e.language end
         from (select distinct on (edition_id) * from merging where edition_id is not null
               order by edition_id, key) m
         where e.id = m.edition_id and ((e.publisher = '' and m.publisher <> '')
             or (e.year is null and m.year is not null) or (e.pages is null and m.pages is not null)
             or (e.format = 'unknown' and m.format <> 'unknown') or (e.language = '' and m.language <> ''))",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "create temp table drawn on commit drop as
         select key, first_key, case when key = first_key
             then nextval(pg_get_serial_sequence('editions', 'id')) end as edition_id from (
             select key, min(key) over (partition by isbn13, case when isbn13 is null then work_id end,
                 case when isbn13 is null then lower(publisher) end, case when isbn13 is null then year end,
                 case when isbn13 is null then format end) as first_key
             from merging where edition_id is null order by key
         ) firsts",
    )
    .execute(&mut *conn)
    .await?;
    counts.new_editions = sqlx::query(
        "insert into editions (id, work_id, isbn13, title, format, publisher, year, pages, language)
         overriding system value
         select d.edition_id, m.work_id, m.isbn13, case when m.title = w.title then '' else m.title end,
             m.format, m.publisher, m.year, m.pages, m.language
         from drawn d join merging m using (key) join works w on w.id = m.work_id
         where d.edition_id is not null order by d.edition_id
         on conflict (isbn13) do nothing",
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    counts.known_editions = (placed as u64).saturating_sub(counts.new_editions);
    // By number where there is one: somebody may have entered it meanwhile.
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
    .execute(&mut *conn)
    .await?;
    // Editions under a work's former key tell its language only now.
    sqlx::query(
        "update works w set language = l.language from (
             select r.work_id, min(e.language) as language from resolved_works r
             join editions e on e.work_id = r.work_id and e.language <> ''
             where r.created group by r.work_id having count(distinct e.language) = 1
         ) l where w.id = l.work_id and w.language = ''",
    )
    .execute(conn)
    .await?;
    Ok(())
}
