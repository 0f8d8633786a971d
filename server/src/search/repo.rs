//! The statements behind browse.

use sqlx::{PgPool, Postgres, QueryBuilder};

use super::query::{Query, Sort, Words};
use super::{PER_PAGE, WorkLine};
use crate::Result;

/// Rows of which facets are counted when something was typed; more than any
/// reader will look through.
const COUNTED: i64 = 20_000;

/// One number of the facet statement.
#[derive(sqlx::FromRow)]
pub(super) struct Count {
    pub facet: String,
    pub value: String,
    pub label: String,
    pub books: i64,
}

/// Counts everything the filters can choose, each facet without its own choice,
/// in one pass over what the text matches.
pub(super) async fn counts(
    db: &PgPool,
    query: &Query,
    words: Option<&Words>,
) -> Result<Vec<Count>> {
    let mut sql = QueryBuilder::<Postgres>::new(
        "with base as materialized (
             select s.genre, s.languages, s.formats, s.best_grade, s.copies, s.places, ",
    );
    genre(&mut sql, query);
    sql.push(" as g, ");
    language(&mut sql, query);
    sql.push(" as l, ");
    format(&mut sql, query);
    sql.push(" as f, ");
    grade(&mut sql, query);
    sql.push(" as r, ");
    near(&mut sql, query);
    sql.push(" as n, ");
    sql.push_bind(query.all);
    sql.push(" or s.copies > 0 as a from work_search s where ");
    match words {
        Some(words) => text(&mut sql, words),
        // Without a text the shelves nobody offers from are the largest part: left out unless wanted.
        None if query.all => drop(sql.push("true")),
        None => drop(sql.push("s.copies > 0")),
    }
    sql.push(" limit ");
    sql.push_bind(if words.is_some() { COUNTED } else { i64::MAX });
    sql.push(
        "), sums as (
             select count(*) as matches,
                 count(*) filter (where g and l and f and r and n and a) as total,
                 coalesce(sum(copies) filter (where g and l and f and r and n and a), 0)::bigint as copies,
                 count(*) filter (where l and f and r and n and a) as genre,
                 count(*) filter (where g and f and r and n and a) as language,
                 count(*) filter (where g and l and r and n and a) as format,
                 count(*) filter (where g and l and f and n and a) as grade,
                 count(*) filter (where g and l and f and r and a) as near,
                 count(*) filter (where g and l and f and r and n) as availability,
                 count(*) filter (where a) as filters
             from base
         )
         select 'sum' as facet, v.value, '' as label, v.books from sums
         cross join lateral (values ('matches', matches), ('total', total), ('copies', copies),
             ('genre', genre), ('language', language), ('format', format), ('grade', grade),
             ('near', near), ('availability', availability), ('filters', filters)) as v (value, books)
         union all
         (select 'genre', k.slug, k.name, count(b.genre) from genres k
          left join base b on b.genre = k.slug and b.l and b.f and b.r and b.n and b.a
          group by k.slug, k.name, k.position order by k.position)
         union all
         (select 'language', value, '', count(*) filter (where g and f and r and n and a)
          from base cross join unnest(languages) as value group by value order by 4 desc, value)
         union all
         select 'format', value, '', count(*)
         from base cross join unnest(formats) as value where g and l and r and n and a group by value
         union all
         select 'grade', best_grade::text, '', count(*)
         from base where best_grade is not null and g and l and f and n and a group by best_grade
         union all
         (select 'near', value, '', count(*)
          from base cross join unnest(places) as value where g and l and f and r and a
          group by value order by 4 desc, value limit 6)",
    );
    Ok(sql.build_query_as().fetch_all(db).await?)
}

/// One page of works.
pub(super) async fn page(
    db: &PgPool,
    query: &Query,
    words: Option<&Words>,
) -> Result<Vec<WorkLine>> {
    let mut sql = QueryBuilder::<Postgres>::new(
        "select s.work_id, s.title, s.author_line, s.slug, s.language, s.copies, s.best_grade
         from work_search s where ",
    );
    match words {
        Some(words) => text(&mut sql, words),
        None => drop(sql.push("true")),
    }
    if !query.all {
        sql.push(" and s.copies > 0");
    }
    for (chosen, condition) in [
        (
            !query.genres.is_empty(),
            genre as fn(&mut QueryBuilder<Postgres>, &Query),
        ),
        (!query.languages.is_empty(), language),
        (!query.formats.is_empty(), format),
        (query.grade.is_some(), grade),
        (!query.near.is_empty(), near),
    ] {
        if chosen {
            sql.push(" and ");
            condition(&mut sql, query);
        }
    }
    sql.push(" order by ");
    match (query.sort, words) {
        (Sort::Best, Some(words)) => {
            sql.push("(s.title_key = ").push_bind(words.key.clone());
            sql.push(" or s.sort_key = ").push_bind(words.key.clone());
            sql.push(") desc, ts_rank('{0.1, 0.3, 0.5, 1}', s.doc, ");
            tsquery(&mut sql, words);
            sql.push(", 1) + starts_with(s.title_key, ")
                .push_bind(words.key.clone());
            sql.push(")::int * 0.5 desc, s.copies desc, s.work_id");
        }
        (Sort::Best | Sort::Newest, _) if query.all => {
            sql.push("s.newest_at desc nulls last, s.work_id desc");
        }
        (Sort::Best | Sort::Newest, _) => drop(sql.push("s.newest_at desc, s.work_id desc")),
        (Sort::Title, _) => drop(sql.push("s.sort_key collate \"C\", s.work_id")),
        (Sort::Copies, _) => drop(sql.push("s.copies desc, s.work_id desc")),
    }
    sql.push(" limit ").push_bind(PER_PAGE as i64);
    sql.push(" offset ")
        .push_bind((query.page as i64 - 1) * PER_PAGE as i64);
    Ok(sql.build_query_as().fetch_all(db).await?)
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
    sql.push("s.doc @@ ");
    tsquery(sql, words);
}

fn genre(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    if query.genres.is_empty() {
        sql.push("true");
    } else {
        sql.push("coalesce(s.genre = any (")
            .push_bind(query.genres.clone());
        sql.push("), false)");
    }
}

fn language(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    if query.languages.is_empty() {
        sql.push("true");
    } else {
        sql.push("s.languages && ")
            .push_bind(query.languages.clone());
    }
}

fn format(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    if query.formats.is_empty() {
        sql.push("true");
    } else {
        let formats: Vec<String> = query
            .formats
            .iter()
            .map(|format| format.to_string())
            .collect();
        sql.push("s.formats && ").push_bind(formats);
    }
}

fn grade(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    match query.grade {
        None => drop(sql.push("true")),
        Some(grade) => {
            sql.push("coalesce(s.best_grade >= ")
                .push_bind(grade.value());
            sql.push(", false)");
        }
    }
}

fn near(sql: &mut QueryBuilder<Postgres>, query: &Query) {
    if query.near.is_empty() {
        sql.push("true");
    } else {
        sql.push("folded(").push_bind(query.near.clone());
        sql.push(") = any (s.places)");
    }
}
