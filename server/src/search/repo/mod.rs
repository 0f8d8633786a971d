//! What search reads and writes: the statements behind browse, whose filters change, and the
//! others, which are checked when they are compiled.

mod facets;
mod filters;
pub(super) mod names;
pub(super) mod rows;
pub(super) mod saved;
pub(super) mod words;

use dogear_domain::ids::UserId;
use dogear_domain::variety::OF_ONE_OWNER;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgPool, Postgres, QueryBuilder};

use super::query::{Query, Sort, TextQuery};
use super::{DEEPEST, PER_PAGE, WorkLine};
use crate::places::Nearby;
use crate::{Result, db};

pub(super) use facets::{COUNT_LIMIT, Count, counts, counts_statement, relaxed_counts};
use filters::{begins, conditions, tsquery};

/// Works that what was typed brings up to be put in order: all the pages there are.
const CANDIDATES: i64 = (PER_PAGE * DEEPEST) as i64;
/// As many do for the first pages.
const FIRST_CANDIDATES: i64 = 600;
const FIRST_PAGES: u32 = 10;

/// On the first pages of the newest a long list of one reader makes room for others.
const VARIOUS_PAGES: u32 = 10;

const LINE: &str =
    "select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade from ";

const EXPLAIN: &str = "explain (analyze, buffers, costs off) ";

/// A question with what was found out about it.
#[derive(Clone, Copy)]
pub(super) struct SearchParams<'a> {
    pub query: &'a Query,
    pub words: Option<&'a TextQuery>,
    /// Around the place that is asked for, or the reader's own.
    pub circle: Option<&'a Nearby>,
}

/// One page of works.
pub(super) async fn page(db: &PgPool, asked: &SearchParams<'_>) -> Result<Vec<WorkLine>> {
    let mut sql = page_statement("", asked);
    let mut db = db::cancel_on_drop(db).await?;
    let rows = sql.build_query_as().fetch_all(&mut *db).await;
    db.done();
    Ok(rows?)
}

/// The statement of [`page`], behind `start`.
pub(super) fn page_statement(start: &str, asked: &SearchParams<'_>) -> QueryBuilder<Postgres> {
    let query = asked.query;
    let mut sql = QueryBuilder::<Postgres>::new(start);
    match (query.sort, asked.words, asked.circle) {
        (Sort::Best, Some(words), _) => best(&mut sql, asked, words),
        (Sort::Nearest, _, Some(circle)) => nearest(&mut sql, asked, circle),
        (Sort::Best | Sort::Newest | Sort::Nearest, ..) if query.page <= VARIOUS_PAGES => {
            newest(&mut sql, asked);
        }
        (sort, ..) => {
            sql.push(LINE).push("work_search s where ");
            conditions(&mut sql, asked, "");
            sql.push(" order by ");
            match sort {
                Sort::Title => sql.push("s.sort_key collate \"C\", s.work_id"),
                Sort::Copies => sql.push("s.copies desc, s.work_id desc"),
                Sort::Wanted => sql.push("s.wanted desc, s.work_id desc"),
                Sort::Best | Sort::Newest | Sort::Nearest if query.all => {
                    sql.push("s.newest_at desc nulls last, s.work_id desc")
                }
                Sort::Best | Sort::Newest | Sort::Nearest => {
                    sql.push("s.newest_at desc, s.work_id desc")
                }
            };
            paged(&mut sql, query);
        }
    }
    sql
}

/// How the database goes about [`page`], which it runs.
pub(super) async fn explain_page(db: &PgPool, asked: &SearchParams<'_>) -> Result<String> {
    explain(db, page_statement(EXPLAIN, asked)).await
}

/// How the database goes about [`counts`], which it runs.
pub(super) async fn explain_counts(db: &PgPool, asked: &SearchParams<'_>) -> Result<String> {
    explain(db, counts_statement(EXPLAIN, asked)).await
}

async fn explain(db: &PgPool, mut sql: QueryBuilder<Postgres>) -> Result<String> {
    let lines: Vec<String> = sql.build_query_scalar().fetch_all(db).await?;
    Ok(lines.join("\n"))
}

/// What has been listed lately for a question.
#[derive(sqlx::FromRow)]
pub(super) struct Newer {
    /// At most 100.
    pub books: i64,
    /// The newest one's title.
    pub title: String,
}

/// Works with a copy listed after `since` that `reader` can ask for `now`.
pub(super) async fn newer(
    db: &PgPool,
    asked: &SearchParams<'_>,
    reader: UserId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Newer> {
    let mut sql = QueryBuilder::<Postgres>::new(
        "select count(*) as books, coalesce((array_agg(title order by newest_at desc))[1], '') as title
         from (select s.title, s.newest_at from work_search s where s.newest_at > ",
    );
    sql.push_bind(since.to_sqlx()).push(" and ");
    conditions(&mut sql, asked, "");
    sql.push(" and exists (select from offered_copies(");
    sql.push_bind(now.to_sqlx())
        .push(") c where c.work_id = s.work_id and c.listed_at > ");
    sql.push_bind(since.to_sqlx()).push(" and c.owner_id <> ");
    sql.push_bind(reader)
        .push(" and not exists (select from blocked_with(");
    sql.push_bind(reader)
        .push(") b where b.user_id = c.owner_id)) order by s.newest_at desc limit 100) new");
    Ok(sql.build_query_as().fetch_one(db).await?)
}

fn paged(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    sql.push(" limit ").push_bind(i64::from(PER_PAGE));
    sql.push(" offset ")
        .push_bind((i64::from(query.page) - 1) * i64::from(PER_PAGE));
}

/// The works worth putting in order, in order. Common words match more than can be ranked
/// in time, so titles that are what was typed, or begin with it, are found apart from the
/// rest; and each row is ranked where it is found, since finding it again costs as much.
fn best(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>, words: &TextQuery) {
    let candidates = if asked.query.page > FIRST_PAGES {
        CANDIDATES
    } else {
        FIRST_CANDIDATES
    };
    sql.push("with hits as (");
    for (exact, condition, most) in [
        (true, "title", 200),
        (false, "begins", 400),
        (false, "words", candidates),
    ] {
        if condition != "title" {
            sql.push(" union all ");
        }
        sql.push("(select s.work_id, s.copies, s.wanted, ")
            .push(exact)
            .push(" as exact, ");
        if words.has_text() {
            sql.push("ts_rank('{0.1, 0.3, 0.5, 1}', s.doc, ");
            tsquery(sql, words);
            sql.push(", 1) + ");
        }
        sql.push("starts_with(s.title_key, ")
            .push_bind(words.key.clone())
            .push(")::int * 0.5::real as score from work_search s where ");
        match condition {
            "title" => {
                sql.push("(s.title_key = ")
                    .push_bind(words.key.clone())
                    .push(" or s.sort_key = ")
                    .push_bind(words.key.clone())
                    .push(") and ");
            }
            "begins" => {
                begins(sql, words);
                sql.push(" and ");
            }
            _ => {}
        }
        conditions(sql, asked, "");
        sql.push(" limit ").push_bind(most).push(")");
    }
    sql.push(
        "), best as (select work_id, bool_or(exact) as exact, max(score) as score,
             max(copies) as copies, max(wanted) as wanted from hits group by work_id
             order by exact desc, score desc, copies desc, wanted desc, work_id",
    );
    paged(sql, asked.query);
    sql.push(") ").push(LINE).push(
        "best b join work_search s using (work_id)
         order by b.exact desc, b.score desc, b.copies desc, b.wanted desc, b.work_id",
    );
}

/// The newest works of the first pages: those of owners who have few among them come first, then
/// the rest, so that each stands on one of these pages.
fn newest(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    sql.push(
        "with newest as materialized (select s.work_id, s.newest_at from work_search s where ",
    );
    conditions(sql, asked, "");
    // Without the last words the index of works with copies is used.
    sql.push(if asked.query.all {
        " order by s.newest_at desc nulls last, s.work_id desc limit "
    } else {
        " order by s.newest_at desc, s.work_id desc limit "
    });
    sql.push_bind(i64::from(PER_PAGE * VARIOUS_PAGES)).push(
        "), owned as (select n.work_id, n.newest_at, c.owner_id is not null and row_number() over
             (partition by c.owner_id order by n.newest_at desc nulls last, n.work_id desc) > ",
    );
    sql.push_bind(OF_ONE_OWNER as i64).push(
        " as later from newest n left join lateral (select c.owner_id from copies c
             where c.work_id = n.work_id and c.listed_at = n.newest_at
             order by c.id desc limit 1) c on true
         order by later, n.newest_at desc nulls last, n.work_id desc",
    );
    paged(sql, asked.query);
    sql.push(") ").push(LINE).push(
        "owned o join work_search s using (work_id)
         order by o.later, o.newest_at desc nulls last, o.work_id desc",
    );
}

/// Town after town, the nearest first; then what is nowhere on the map, newest first.
fn nearest(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>, circle: &Nearby) {
    let towns: Vec<i32> = circle.towns.iter().map(|distant| distant.town).collect();
    sql.push("with found as ((select s.work_id, s.newest_at, t.place from unnest(");
    sql.push_bind(towns.clone()).push(
        ") with ordinality as t (id, place)
         cross join lateral (select s.work_id, s.newest_at from work_search s
             where s.towns @> array[t.id] and ",
    );
    conditions(sql, asked, "");
    sql.push(" limit ").push_bind(CANDIDATES).push(") s limit ");
    sql.push_bind(CANDIDATES).push(
        ") union all (select s.work_id, s.newest_at, null from work_search s where not s.towns && ",
    );
    sql.push_bind(towns).push(" and ");
    conditions(sql, asked, "");
    sql.push(" order by s.newest_at desc nulls last limit ")
        .push_bind(CANDIDATES)
        .push(
            ")), nearest as (select work_id, min(place) as place, max(newest_at) as newest_at
             from found group by work_id order by place nulls last, newest_at desc nulls last, work_id",
        );
    paged(sql, asked.query);
    sql.push(") ").push(LINE).push(
        "nearest n join work_search s using (work_id)
         order by n.place nulls last, n.newest_at desc nulls last, n.work_id",
    );
}
