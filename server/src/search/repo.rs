//! The statements behind browse.

use sqlx::{PgPool, Postgres, QueryBuilder};

use super::query::{Query, Sort, Words};
use super::{DEEPEST, PER_PAGE, WorkLine};
use crate::{Result, db};

/// Rows that are looked at for one number; when there are more, it is a least one.
pub(super) const LOOKED_AT: i64 = 5_000;
/// Works that what was typed brings up to be put in order: all the pages there are.
const CANDIDATES: i64 = (PER_PAGE * DEEPEST) as i64;

/// One number of the facet statement.
#[derive(sqlx::FromRow)]
pub(super) struct Count {
    /// `size` for the rows looked at with the filter `value` left aside.
    pub facet: String,
    pub value: String,
    pub label: String,
    pub books: i64,
}

/// A filter: its name, whether it is in use, its condition.
type Filter = (
    &'static str,
    fn(&Query) -> bool,
    fn(&mut QueryBuilder<Postgres>, &Query),
);

const FILTERS: [Filter; 5] = [
    ("genre", |query| !query.genres.is_empty(), genre),
    ("language", |query| !query.languages.is_empty(), language),
    ("format", |query| !query.formats.is_empty(), format),
    ("grade", |query| query.grade.is_some(), grade),
    ("near", |query| !query.near.is_empty(), near),
];

/// Counts everything the filters can choose, each facet without its own choice. No more
/// than [`LOOKED_AT`] rows and one are read for any of them.
pub(super) async fn counts(
    db: &PgPool,
    query: &Query,
    words: Option<&Words>,
) -> Result<Vec<Count>> {
    let mut sql = QueryBuilder::<Postgres>::new("with ");
    let chosen: Vec<&str> = FILTERS
        .iter()
        .filter(|(_, in_use, _)| in_use(query))
        .map(|(name, ..)| *name)
        .collect();
    for view in std::iter::once("total").chain(chosen.iter().copied()) {
        sql.push("without_").push(view).push(
            " as materialized (select s.genre, s.languages, s.formats, s.best_grade, s.copies, s.places
             from work_search s where ",
        );
        conditions(&mut sql, query, words, view);
        sql.push(" limit ").push_bind(LOOKED_AT + 1).push("), ");
    }
    sql.push(
        "copies as (select coalesce(sum(copies), 0)::bigint as copies from without_total)
         select 'size' as facet, 'copies' as value, '' as label, copies as books from copies",
    );
    for view in std::iter::once("total").chain(chosen.iter().copied()) {
        sql.push(" union all select 'size', '")
            .push(view)
            .push("', '', count(*) from without_")
            .push(view);
    }
    for (facet, ..) in FILTERS {
        let view = if chosen.contains(&facet) {
            facet
        } else {
            "total"
        };
        let (head, tail) = match facet {
            "genre" => (
                " union all (select 'genre', k.slug, k.name, count(b.genre) from genres k left join without_",
                " b on b.genre = k.slug group by k.slug, k.name, k.position order by k.position)",
            ),
            "language" => (
                " union all (select 'language', value, '', count(*) from without_",
                " cross join unnest(languages) as value group by value order by 4 desc, value)",
            ),
            "format" => (
                " union all select 'format', value, '', count(*) from without_",
                " cross join unnest(formats) as value group by value",
            ),
            "grade" => (
                " union all select 'grade', best_grade::text, '', count(*) from without_",
                " where best_grade is not null group by best_grade",
            ),
            _ => (
                " union all (select 'near', value, '', count(*) from without_",
                " cross join unnest(places) as value group by value order by 4 desc, value limit 6)",
            ),
        };
        sql.push(head).push(view).push(tail);
    }
    let mut db = db::awaited(db).await?;
    let rows = sql.build_query_as().fetch_all(&mut *db).await;
    db.done();
    Ok(rows?)
}

/// What a question that finds nothing would find without what stands in its way: `matches`
/// (what was typed, alone), `availability`, `filters` (none of them). No more than a few
/// rows are read for `matches`.
pub(super) async fn ways_out(
    db: &PgPool,
    query: &Query,
    words: Option<&Words>,
) -> Result<Vec<Count>> {
    let mut sql = QueryBuilder::<Postgres>::new("");
    for (view, most) in [
        ("matches", 1),
        ("availability", LOOKED_AT),
        ("filters", LOOKED_AT),
    ] {
        if view != "matches" {
            sql.push(" union all ");
        }
        sql.push("select 'size' as facet, '").push(view).push(
            "' as value, '' as label, count(*) as books from (select from work_search s where ",
        );
        conditions(&mut sql, query, words, view);
        sql.push(" limit ").push_bind(most).push(") v");
    }
    let mut db = db::awaited(db).await?;
    let rows = sql.build_query_as().fetch_all(&mut *db).await;
    db.done();
    Ok(rows?)
}

/// What a row must fulfil, with `without` left aside.
fn conditions(
    sql: &mut QueryBuilder<Postgres>,
    query: &Query,
    words: Option<&Words>,
    without: &str,
) {
    match words {
        Some(words) => text(sql, words),
        None => drop(sql.push("true")),
    }
    if !query.all && without != "availability" && without != "matches" {
        sql.push(" and s.copies > 0");
    }
    for (name, in_use, condition) in FILTERS {
        if in_use(query) && name != without && without != "filters" && without != "matches" {
            sql.push(" and ");
            condition(sql, query);
        }
    }
}

/// One page of works.
pub(super) async fn page(
    db: &PgPool,
    query: &Query,
    words: Option<&Words>,
) -> Result<Vec<WorkLine>> {
    const LINE: &str = "select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade from ";
    let mut sql = QueryBuilder::<Postgres>::new("");
    if let (Sort::Best, Some(words)) = (query.sort, words) {
        candidates(&mut sql, query, words);
        sql.push(LINE).push(
            "best b join work_search s using (work_id)
             order by b.exact desc, ts_rank('{0.1, 0.3, 0.5, 1}', s.doc, ",
        );
        tsquery(&mut sql, words);
        sql.push(", 1) + starts_with(s.title_key, ")
            .push_bind(words.key.clone());
        sql.push(")::int * 0.5 desc, s.copies desc, s.work_id");
    } else {
        sql.push(LINE).push("work_search s where ");
        conditions(&mut sql, query, words, "");
        sql.push(" order by ");
        match query.sort {
            Sort::Best | Sort::Newest if query.all => {
                sql.push("s.newest_at desc nulls last, s.work_id desc")
            }
            Sort::Best | Sort::Newest => sql.push("s.newest_at desc, s.work_id desc"),
            Sort::Title => sql.push("s.sort_key collate \"C\", s.work_id"),
            Sort::Copies => sql.push("s.copies desc, s.work_id desc"),
        };
    }
    sql.push(" limit ").push_bind(PER_PAGE as i64);
    sql.push(" offset ")
        .push_bind((query.page as i64 - 1) * PER_PAGE as i64);
    let mut db = db::awaited(db).await?;
    let rows = sql.build_query_as().fetch_all(&mut *db).await;
    db.done();
    Ok(rows?)
}

/// `best`: the works worth putting in order. Common words match more than can be ranked in
/// time, so titles that are what was typed, or begin with it, are found apart from the rest.
fn candidates(sql: &mut QueryBuilder<Postgres>, query: &Query, words: &Words) {
    sql.push("with hits as (");
    for (exact, condition, most) in [(true, "title", 200), (false, "begins", 400)] {
        sql.push("(select s.work_id, ")
            .push(if exact { "true" } else { "false" })
            .push(" as exact from work_search s where ");
        if condition == "title" {
            sql.push("(s.title_key = ").push_bind(words.key.clone());
            sql.push(" or s.sort_key = ").push_bind(words.key.clone());
            sql.push(")");
        } else {
            begins(sql, words);
        }
        sql.push(" and ");
        conditions(sql, query, Some(words), "");
        sql.push(" limit ").push_bind(most).push(") union all ");
    }
    sql.push("(select s.work_id, false from work_search s where ");
    conditions(sql, query, Some(words), "");
    sql.push(" limit ")
        .push_bind(CANDIDATES)
        .push(")), best as (select work_id, bool_or(exact) as exact from hits group by work_id) ");
}

/// Titles that begin with what was typed.
fn begins(sql: &mut QueryBuilder<Postgres>, words: &Words) {
    // A key holds no marks of LIKE.
    sql.push("s.title_key like ")
        .push_bind(format!("{}%", words.key));
}

fn tsquery(sql: &mut QueryBuilder<Postgres>, words: &Words) {
    // An empty half is left out: the database would note it in the log each time.
    let both = !words.websearch.is_empty() && !words.prefix.is_empty();
    sql.push("(");
    if !words.websearch.is_empty() {
        sql.push("websearch_to_tsquery('dogear', ")
            .push_bind(words.websearch.clone())
            .push(")");
    }
    if both {
        sql.push(" && ");
    }
    if !words.prefix.is_empty() {
        sql.push("to_tsquery('dogear', ")
            .push_bind(words.prefix.clone())
            .push(")");
    }
    sql.push(")");
}

fn text(sql: &mut QueryBuilder<Postgres>, words: &Words) {
    if words.begins {
        sql.push("(s.doc @@ ");
        tsquery(sql, words);
        sql.push(" or ");
        begins(sql, words);
        sql.push(")");
    } else {
        sql.push("s.doc @@ ");
        tsquery(sql, words);
    }
}

fn genre(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    sql.push("s.genre = any (")
        .push_bind(query.genres.clone())
        .push(")");
}

fn language(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    sql.push("s.languages && ")
        .push_bind(query.languages.clone());
}

fn format(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    let formats: Vec<String> = query
        .formats
        .iter()
        .map(|format| format.to_string())
        .collect();
    sql.push("s.formats && ").push_bind(formats);
}

fn grade(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    sql.push("s.best_grade >= ")
        .push_bind(query.grade.map(|grade| grade.value()));
}

fn near(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    // As an array, so that the index over the places serves it.
    sql.push("s.places @> array[folded(")
        .push_bind(query.near.clone())
        .push(")]");
}
