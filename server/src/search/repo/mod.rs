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
use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder};

use super::query::{Query, Sort, TextQuery};
use super::{DEEPEST, PER_PAGE, WorkLine};
use crate::places::Nearby;
use crate::{Result, db};

pub(super) use facets::{COUNT_LIMIT, Count, counts, counts_statement, relaxed_counts};
use filters::{begins, conditions, offers, tsquery};

/// Works that what was typed brings up to be put in order: all the pages there are.
const CANDIDATES: i64 = (PER_PAGE * DEEPEST) as i64;
/// As many do for the first pages.
const FIRST_CANDIDATES: i64 = 600;
const FIRST_PAGES: u32 = 10;

/// On the first pages of the newest a long list of one reader makes room for others.
pub(super) const VARIOUS_PAGES: u32 = 10;

/// Works that are read beyond those of a page, in the hope that no more are crowded out.
const SPARE: u32 = PER_PAGE / 3;

const LINE: &str =
    "select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade";

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
    let mut db = db::cancel_on_drop(db).await?;
    let rows = read_page(&mut db, asked).await;
    db.done();
    Ok(rows?)
}

async fn read_page(db: &mut PgConnection, asked: &SearchParams<'_>) -> sqlx::Result<Vec<WorkLine>> {
    let page = asked.query.page;
    if is_various(asked) {
        // Whoever is crowded out among the first few is so among all of them, and where the page is
        // full of others, no more need be read.
        let few = (PER_PAGE * page + SPARE).min(PER_PAGE * VARIOUS_PAGES);
        let mut sql = QueryBuilder::new("");
        newest(&mut sql, asked, few);
        let rows: Vec<VariousRow> = sql.build_query_as().fetch_all(&mut *db).await?;
        let full = rows.len() == PER_PAGE as usize && !rows.iter().any(|row| row.later);
        let all_read = rows.first().is_some_and(|row| row.all_read);
        if full || all_read || few == PER_PAGE * VARIOUS_PAGES {
            return Ok(rows.into_iter().map(|row| row.work).collect());
        }
    }
    page_statement("", asked)
        .build_query_as()
        .fetch_all(db)
        .await
}

/// A work among the newest of the first pages.
#[derive(sqlx::FromRow)]
struct VariousRow {
    /// Its owner has others that are newer.
    later: bool,
    /// There are no more works than were read.
    all_read: bool,
    #[sqlx(flatten)]
    work: WorkLine,
}

/// Whether the page is one of the newest on which a long list of one reader makes room.
fn is_various(asked: &SearchParams<'_>) -> bool {
    let query = asked.query;
    query.page <= VARIOUS_PAGES
        && match query.sort {
            Sort::Best => asked.words.is_none(),
            Sort::Nearest => asked.circle.is_none(),
            Sort::Newest => true,
            Sort::Title | Sort::Copies | Sort::Wanted => false,
        }
}

/// The statement of [`page`], behind `start`; for the newest the one that reads all there are on
/// their first pages.
pub(super) fn page_statement(start: &str, asked: &SearchParams<'_>) -> QueryBuilder<Postgres> {
    let query = asked.query;
    let mut sql = QueryBuilder::<Postgres>::new(start);
    match (query.sort, asked.words, asked.circle) {
        (Sort::Best, Some(words), _) => best(&mut sql, asked, words),
        (Sort::Nearest, _, Some(circle)) => nearest(&mut sql, asked, circle),
        _ if is_various(asked) => newest(&mut sql, asked, PER_PAGE * VARIOUS_PAGES),
        (sort, ..) => {
            sql.push(LINE).push(" from work_search s where ");
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
    sql.push(" and exists (select from askable_copies(");
    sql.push_bind(now.to_sqlx())
        .push(") c where c.work_id = s.work_id and c.listed_at > ");
    sql.push_bind(since.to_sqlx()).push(" and c.owner_id <> ");
    sql.push_bind(reader)
        .push(" and not exists (select from blocked_with(");
    sql.push_bind(reader)
        .push(") b where b.user_id = c.owner_id)");
    offered_so(&mut sql, asked.query);
    sql.push(") order by s.newest_at desc limit 100) new");
    Ok(sql.build_query_as().fetch_one(db).await?)
}

/// That the new copy itself is offered as it is asked for, and not an older one of the same book.
fn offered_so(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    if query.offers.is_empty() && query.most.is_none() {
        return;
    }
    sql.push(" and exists (select from copies k where k.id = c.id");
    if !query.offers.is_empty() {
        sql.push(" and case when c.in_round then array['give'] else offers_of(k) end && ")
            .push_bind(offers(query));
    }
    if let Some(most) = query.most {
        sql.push(" and not c.in_round and k.currency = ")
            .push_bind(most.currency.as_str())
            .push(" and k.price_minor <= ")
            .push_bind(i64::from(most.minor));
    }
    sql.push(")");
}

fn paged(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    sql.push(" limit ").push(PER_PAGE);
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
        " from best b join work_search s using (work_id)
         order by b.exact desc, b.score desc, b.copies desc, b.wanted desc, b.work_id",
    );
}

/// A page of the `most` newest works: those of owners who have few among them come first, then
/// the rest, so that each stands on one of these pages.
fn newest(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>, most: u32) {
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
    // Numbers that are always the same stand in the text: the plan is made once for all.
    sql.push(most).push(
        "), owned as (select n.work_id, n.newest_at, c.owner_id is not null and row_number() over
             (partition by c.owner_id order by n.newest_at desc nulls last, n.work_id desc) > ",
    );
    sql.push(OF_ONE_OWNER).push(
        " as later from newest n left join lateral listed_last(n.work_id, n.newest_at) c on true
         order by later, n.newest_at desc nulls last, n.work_id desc",
    );
    paged(sql, asked.query);
    sql.push(") ")
        .push(LINE)
        .push(", o.later, (select count(*) from newest) < ")
        .push(most)
        .push(
            " as all_read from owned o join work_search s using (work_id)
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
        " from nearest n join work_search s using (work_id)
         order by n.place nulls last, n.newest_at desc nulls last, n.work_id",
    );
}
