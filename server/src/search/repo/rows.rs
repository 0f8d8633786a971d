//! The rows that search reads: `work_search`, `search_words`, and which version made them.

use dogear_domain::ids::{UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// A work to be made searchable.
pub(in crate::search) struct Source {
    pub id: WorkId,
    pub title_key: String,
    pub title: String,
    pub author_line: String,
}

/// The works of one refresh, with what the database cannot compute.
#[derive(Default)]
pub(in crate::search) struct Sources {
    pub ids: Vec<i64>,
    /// Title keys without an article in front.
    pub sort_keys: Vec<String>,
    /// Titles and authors in other scripts, as somebody without their keyboard types them.
    pub latin: Vec<String>,
}

/// Those of `works` that are there; keeps other refreshes of them waiting until the end of the
/// transaction.
pub(in crate::search) async fn lock_works(
    conn: &mut PgConnection,
    works: &[WorkId],
) -> Result<Vec<Source>> {
    let ids: Vec<i64> = works.iter().map(|work| work.0).collect();
    Ok(sqlx::query_as!(
        Source,
        "select id, title_key, title, author_line from works where id = any ($1)
         order by id for no key update",
        &ids
    )
    .fetch_all(conn)
    .await?)
}

/// Makes the rows of the works anew, as they are at `now`.
pub(in crate::search) async fn write(
    conn: &mut PgConnection,
    works: &Sources,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into work_search (work_id, title, author_line, slug, language, title_key, sort_key,
             genre, languages, formats, copies, best_grade, grades, places, towns, newest_at, first_year, wanted, offers, prices, doc)
         select w.id, w.title, w.author_line, w.slug, w.language, w.title_key, asked.sort_key, w.genre,
             case when c.copies > 0 then c.languages else e.languages end,
             case when c.copies > 0 then c.formats else e.formats end,
             c.copies, c.best_grade, c.grades,
             coalesce((select array_agg(distinct folded(place))
                 from unnest(c.places) as place where folded(place) <> ''), '{}'),
             c.towns, c.newest_at, w.first_year,
             (select count(distinct i.to_user)::int from copies o
                 join trade_items i on i.copy_id = o.id
                 join trades t on t.id = i.trade_id and t.revision = i.revision
                 where o.work_id = w.id and t.state <> 'draft'),
             c.offers,
             case when 'sale' = any (c.offers) then (
                 select jsonb_object_agg(p.currency, p.least) from (
                     select k.currency, min(k.price_minor) as least
                     from offered_copies($4) c join copies k on k.id = c.id
                     where c.work_id = w.id and k.price_minor is not null group by k.currency) p)
             else '{}' end,
             setweight(to_tsvector('dogear', w.title || ' ' || w.title_key), 'A')
                 || setweight(to_tsvector('dogear', concat_ws(' ', w.subtitle, e.titles, s.title)), 'B')
                 || setweight(to_tsvector('dogear', concat_ws(' ', w.author_line, w.author_key, own.names)), 'C')
                 || setweight(to_tsvector('dogear', asked.latin), 'B')
         from unnest($1::bigint[], $2::text[], $3::text[]) as asked (id, sort_key, latin)
         join works w on w.id = asked.id
         left join series s on s.id = w.series_id
         -- With and without the spaces that some scripts do not need.
         cross join lateral (
             select string_agg(a.own_name || ' ' || replace(a.own_name, ' ', ''), ' ') as names
             from work_authors wa join authors a on a.id = wa.author_id and a.own_name <> ''
             where wa.work_id = w.id
         ) own
         cross join lateral (
             select coalesce(array_agg(distinct e.language) filter (where e.language <> ''), '{}') as languages,
                 coalesce(array_agg(distinct e.format) filter (where e.format <> 'unknown'), '{}') as formats,
                 string_agg(distinct e.title, ' ') as titles
             from (select coalesce(nullif(language, ''), w.language) as language, format,
                       concat_ws(' ', title, subtitle) as title
                   from editions where work_id = w.id
                   union all select w.language, 'unknown', '' where not exists
                       (select from editions where work_id = w.id)) e
         ) e
         cross join lateral (
             select count(*)::int as copies, max(c.grade) as best_grade,
                 coalesce(array_agg(distinct c.grade), '{}') as grades,
                 coalesce(array_agg(distinct coalesce(nullif(e.language, ''), w.language))
                     filter (where coalesce(nullif(e.language, ''), w.language) <> ''), '{}') as languages,
                 coalesce(array_agg(distinct e.format) filter (where e.format <> 'unknown'), '{}') as formats,
                 array_agg((c.owner).city) || array_agg((c.owner).region) as places,
                 coalesce(array_agg(distinct (c.owner).town_id)
                     filter (where (c.owner).town_id is not null), '{}') as towns,
                 max(c.listed_at) as newest_at,
                 -- What is given away in a round can be had in no other way meanwhile.
                 array_remove(array[case when bool_or(k.offer_trade and not c.in_round) then 'trade' end,
                     case when bool_or(k.offer_give or c.in_round) then 'give' end,
                     case when bool_or(k.offer_loan and not c.in_round) then 'lend' end,
                     case when bool_or(k.price_minor is not null and not c.in_round) then 'sale' end], null) as offers
             from askable_copies($4) c
             join copies k on k.id = c.id
             join editions e on e.id = c.edition_id
             where c.work_id = w.id
         ) c
         order by w.id
         on conflict (work_id) do update set title = excluded.title, author_line = excluded.author_line,
             slug = excluded.slug, language = excluded.language, title_key = excluded.title_key,
             sort_key = excluded.sort_key, genre = excluded.genre, languages = excluded.languages,
             formats = excluded.formats, copies = excluded.copies, best_grade = excluded.best_grade,
             grades = excluded.grades, places = excluded.places, towns = excluded.towns,
             newest_at = excluded.newest_at, first_year = excluded.first_year,
             wanted = excluded.wanted, offers = excluded.offers,
             prices = excluded.prices, doc = excluded.doc",
        &works.ids,
        &works.sort_keys,
        &works.latin,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds new words; known ones are neither written nor locked. Which those are is left to
/// the insertion: compared beforehand, the planner looks each one up in the trigrams, which
/// takes a hundred times as long.
pub(in crate::search) async fn add_words(conn: &mut PgConnection, works: &Sources) -> Result<()> {
    sqlx::query!(
        "insert into search_words (word)
         select distinct used.word
         from unnest($1::bigint[], $2::text[]) as asked (id, latin)
         join work_search s on s.work_id = asked.id
         cross join lateral regexp_split_to_table(concat_ws(' ', s.title_key,
             folded(s.title || ' ' || s.author_line), asked.latin), ' ') as used (word)
         where char_length(used.word) between 4 and 40
         order by used.word
         on conflict do nothing",
        &works.ids,
        &works.latin
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets every word.
pub(in crate::search) async fn delete_words(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("delete from search_words")
        .execute(conn)
        .await?;
    Ok(())
}

/// Works after `after`, at most `most`, in order.
pub(in crate::search) async fn works_after(
    conn: &mut PgConnection,
    after: i64,
    most: i64,
) -> Result<Vec<WorkId>> {
    Ok(sqlx::query_scalar!(
        "select id from works where id > $1 order by id limit $2",
        after,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Works in trades begun after `begun` whose rows do not count everybody who asks, or whose
/// trades moved after `moved`.
pub(in crate::search) async fn asked_for(
    conn: &mut PgConnection,
    begun: Timestamp,
    moved: Timestamp,
) -> Result<Vec<WorkId>> {
    Ok(sqlx::query_scalar!(
        "select c.work_id from trades t
         join trade_items i on i.trade_id = t.id and i.revision = t.revision
         join copies c on c.id = i.copy_id
         join work_search s on s.work_id = c.work_id
         where t.created_at > $1 and t.state <> 'draft'
         group by c.work_id, s.wanted
         having s.wanted < count(distinct i.to_user) or bool_or(t.updated_at > $2)
         order by 1 limit 2000",
        begun.to_sqlx(),
        moved.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// The works of which these owners have a listed copy, in order.
pub(in crate::search) async fn listed_works(
    conn: &mut PgConnection,
    owners: &[UserId],
) -> Result<Vec<WorkId>> {
    Ok(sqlx::query_scalar!(
        "select distinct c.work_id from copies c where c.owner_id = any ($1) and is_listed(c) order by 1",
        owners as &[UserId]
    )
    .fetch_all(conn)
    .await?)
}

/// Those who were away at `since` and are not at `now`.
pub(in crate::search) async fn back_since(
    conn: &mut PgConnection,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        "select u.id from users u where is_away(u, $1) and not is_away(u, $2) order by 1",
        since.to_sqlx(),
        now.to_sqlx()
    )
    .fetch_all(conn)
    .await?)
}

/// Whether every row was made by this version.
pub(in crate::search) async fn is_version(conn: &mut PgConnection, version: i32) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from settings
             where key = 'search_version' and value = to_jsonb($1::int)) as "done!""#,
        version
    )
    .fetch_one(conn)
    .await?)
}

/// Notes that every row was made by this version.
pub(in crate::search) async fn set_version(conn: &mut PgConnection, version: i32) -> Result<()> {
    sqlx::query!(
        "insert into settings (key, value) values ('search_version', to_jsonb($1::int))
         on conflict (key) do update set value = excluded.value",
        version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the planner look at what was loaded just now.
pub(in crate::search) async fn analyze(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("analyze works, editions, series, copies, users")
        .execute(conn)
        .await?;
    Ok(())
}
