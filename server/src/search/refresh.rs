//! Keeps `work_search` and `search_words` in step with the catalogue.

use dogear_domain::fields::{title_key, without_article};
use dogear_domain::ids::{UserId, WorkId};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgConnection;

use crate::jobs::schedule::{Schedule, When};
use crate::{Cx, Result, accounts, copies};

/// Works per statement when everything is recomputed: well within the statement's time limit.
const BATCH: i64 = 1000;
/// Whoever came back within this time is looked at again, also after an outage.
const BACK_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// Trades begun within this time are looked at, also after an outage.
const ASKED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// Recomputes the search rows of `works` from the works, their editions, copies
/// and owners as this transaction sees them, at the moment `now`. Call it last in every transaction
/// that changes works, editions, copies, holds, or the standing of an owner: it
/// locks the works until the commit, so that two changes of one work cannot
/// each miss the other.
///
/// # Errors
/// When the database does not answer in time.
pub async fn refresh(conn: &mut PgConnection, works: &[WorkId], now: Timestamp) -> Result<()> {
    if works.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = works.iter().map(|work| work.0).collect();
    let works: Vec<(i64, String, String, String)> = sqlx::query_as(
        "select id, title_key, title, author_line from works where id = any ($1)
         order by id for no key update",
    )
    .bind(&ids)
    .fetch_all(&mut *conn)
    .await?;
    let mut asked = Asked::default();
    for (id, key, title, author_line) in works {
        asked.ids.push(id);
        asked.sort_keys.push(without_article(&key).to_owned());
        asked.latin.push(latin(&format!("{title} {author_line}")));
    }
    rows(conn, &asked, now).await?;
    words(conn, &asked).await
}

/// The works of one refresh, with what the database cannot compute.
#[derive(Default)]
struct Asked {
    ids: Vec<i64>,
    /// Title keys without an article in front.
    sort_keys: Vec<String>,
    /// Titles and authors in other scripts, as somebody without their keyboard types them.
    latin: Vec<String>,
}

/// A text of another script in Latin letters; empty when it is written in them.
fn latin(text: &str) -> String {
    let others = |symbol: char| symbol.is_alphabetic() && symbol as u32 > 0x24f;
    if text.chars().any(others) {
        title_key(&deunicode::deunicode(text))
    } else {
        String::new()
    }
}

/// As [`refresh`], for every work of which `owner` has a listed copy: when they
/// are suspended or restored, go away or come back, move to another town.
///
/// # Errors
/// As [`refresh`].
pub async fn refresh_owner(conn: &mut PgConnection, owner: UserId, now: Timestamp) -> Result<()> {
    let works = copies::listed_works(conn, &[owner]).await?;
    refresh(conn, &works, now).await
}

/// Raised whenever rows are made otherwise than before.
const VERSION: i32 = 3;

/// What search does by the clock.
pub fn schedules() -> [Schedule; 4] {
    let renew = Schedule {
        name: "make search rows of an older version anew",
        when: When::Every(SignedDuration::from_hours(1)),
        run: |cx| async move { renew(&cx).await }.boxed(),
    };
    let returned = Schedule {
        name: "show the shelves of readers who are back",
        when: When::Every(SignedDuration::from_mins(10)),
        run: |cx| {
            async move {
                let mut tx = cx.begin().await?;
                refresh_returned(&mut tx, cx.now()).await?;
                tx.commit().await?;
                Ok(())
            }
            .boxed()
        },
    };
    let asked = Schedule {
        name: "count who asks for books",
        when: When::Every(SignedDuration::from_hours(1)),
        run: |cx| {
            async move {
                let mut tx = cx.begin().await?;
                refresh_asked(&mut tx, cx.now()).await?;
                tx.commit().await?;
                Ok(())
            }
            .boxed()
        },
    };
    [renew, returned, asked, super::saved::schedule()]
}

/// Recomputes every row, unless this version has done so.
async fn renew(cx: &Cx) -> Result<()> {
    let mut conn = cx.db().acquire().await?;
    let done: bool = sqlx::query_scalar(
        "select exists (select from settings where key = 'search_version' and value = to_jsonb($1))",
    )
    .bind(VERSION)
    .fetch_one(&mut *conn)
    .await?;
    if done {
        return Ok(());
    }
    refresh_all(&mut conn, cx.now()).await?;
    sqlx::query(
        "insert into settings (key, value) values ('search_version', to_jsonb($1))
         on conflict (key) do update set value = excluded.value",
    )
    .bind(VERSION)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// As [`refresh`], for the works of readers whose holiday ended lately.
///
/// # Errors
/// As [`refresh`].
async fn refresh_returned(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    let back = accounts::back_since(conn, now - BACK_WITHIN, now).await?;
    let works = copies::listed_works(conn, &back).await?;
    refresh(conn, &works, now).await
}

/// As [`refresh`], for the works that somebody asked for in a trade begun lately and
/// that do not count them yet. A proposal holds nothing and so refreshes nothing itself.
///
/// # Errors
/// As [`refresh`].
async fn refresh_asked(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    let works: Vec<WorkId> = sqlx::query_scalar(
        "select c.work_id from trades t
         join trade_items i on i.trade_id = t.id and i.revision = t.revision
         join copies c on c.id = i.copy_id
         join work_search s on s.work_id = c.work_id
         where t.created_at > $1 and t.state <> 'draft'
         group by c.work_id, s.wanted
         having s.wanted < count(distinct i.to_user) or bool_or(t.updated_at > $2)
         order by 1 limit 2000",
    )
    .bind((now - ASKED_WITHIN).to_sqlx())
    .bind((now - SignedDuration::from_hours(2)).to_sqlx())
    .fetch_all(&mut *conn)
    .await?;
    refresh(conn, &works, now).await
}

/// Has the planner look at what was loaded just now. Without this it takes the tables for
/// empty and reads them whole for every work.
///
/// # Errors
/// Those of the database.
pub(crate) async fn count_rows(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("analyze works, editions, series, copies, users")
        .execute(conn)
        .await?;
    Ok(())
}

/// Recomputes every row, in batches, and drops the words nobody uses any more:
/// after a bulk load. Outside a transaction each batch stands for itself.
///
/// # Errors
/// As [`refresh`].
pub async fn refresh_all(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    count_rows(conn).await?;
    sqlx::query("delete from search_words")
        .execute(&mut *conn)
        .await?;
    let mut after = 0_i64;
    loop {
        let works: Vec<WorkId> =
            sqlx::query_scalar("select id from works where id > $1 order by id limit $2")
                .bind(after)
                .bind(BATCH)
                .fetch_all(&mut *conn)
                .await?;
        let Some(last) = works.last() else { break };
        after = last.0;
        refresh(conn, &works, now).await?;
    }
    Ok(())
}

async fn rows(conn: &mut PgConnection, asked: &Asked, now: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into work_search (work_id, title, author_line, slug, language, title_key, sort_key,
             genre, languages, formats, copies, best_grade, grades, places, towns, newest_at, first_year, wanted, doc)
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
             setweight(to_tsvector('dogear', w.title || ' ' || w.title_key), 'A')
                 || setweight(to_tsvector('dogear', concat_ws(' ', w.subtitle, e.titles, s.title)), 'B')
                 || setweight(to_tsvector('dogear', w.author_line || ' ' || w.author_key), 'C')
                 || setweight(to_tsvector('dogear', asked.latin), 'B')
         from unnest($1::bigint[], $2::text[], $3::text[]) as asked (id, sort_key, latin)
         join works w on w.id = asked.id
         left join series s on s.id = w.series_id
         cross join lateral (
             select coalesce(array_agg(distinct e.language) filter (where e.language <> ''), '{}') as languages,
                 coalesce(array_agg(distinct e.format) filter (where e.format <> 'unknown'), '{}') as formats,
                 string_agg(distinct e.title, ' ') as titles
             from (select coalesce(nullif(language, ''), w.language) as language, format, title
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
                 max(c.listed_at) as newest_at
             from offered_copies($4) c
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
             wanted = excluded.wanted, doc = excluded.doc",
    )
    .bind(&asked.ids)
    .bind(&asked.sort_keys)
    .bind(&asked.latin)
    .bind(now.to_sqlx())
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds new words; known ones are neither written nor locked. Which those are is left to
/// the insertion: compared beforehand, the planner looks each one up in the trigrams, which
/// takes a hundred times as long.
async fn words(conn: &mut PgConnection, asked: &Asked) -> Result<()> {
    sqlx::query(
        "insert into search_words (word)
         select distinct used.word
         from unnest($1::bigint[], $2::text[]) as asked (id, latin)
         join work_search s on s.work_id = asked.id
         cross join lateral regexp_split_to_table(concat_ws(' ', s.title_key,
             folded(s.title || ' ' || s.author_line), asked.latin), ' ') as used (word)
         where char_length(used.word) between 4 and 40
         order by used.word
         on conflict do nothing",
    )
    .bind(&asked.ids)
    .bind(&asked.latin)
    .execute(conn)
    .await?;
    Ok(())
}
