//! What each filter could choose.

use dogear_domain::whereabouts::CIRCLES;
use sqlx::{PgPool, Postgres, QueryBuilder};

use super::SearchParams;
use super::filters::{FILTERS, conditions};
use crate::{Result, db};

/// Rows that are looked at for one number; when there are more, it is a least one. As many
/// as there are pages for.
pub(in crate::search) const COUNT_LIMIT: i64 = super::CANDIDATES;

/// Where each span of years begins; the first one holds everything before the second.
pub(in crate::search) const SPANS: [i32; 7] = [-3000, 1900, 1950, 1980, 2000, 2010, 2020];

/// One number of the facet statement.
#[derive(sqlx::FromRow)]
pub(in crate::search) struct Count {
    /// `size` for the rows looked at with the filter `value` left aside.
    pub facet: String,
    pub value: String,
    pub label: String,
    pub books: i64,
}

/// Counts everything the filters can choose, each facet without its own choice. No more
/// than [`COUNT_LIMIT`] rows and one are read for any of them.
pub(in crate::search) async fn counts(db: &PgPool, asked: &SearchParams<'_>) -> Result<Vec<Count>> {
    let mut sql = counts_statement("", asked);
    let mut db = db::cancel_on_drop(db).await?;
    let rows = sql.build_query_as().fetch_all(&mut *db).await;
    db.done();
    Ok(rows?)
}

/// The statement of [`counts`], behind `start`.
pub(in crate::search) fn counts_statement(
    start: &str,
    asked: &SearchParams<'_>,
) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::<Postgres>::new(start);
    sql.push("with ");
    let chosen: Vec<&str> = FILTERS
        .iter()
        .filter(|(_, in_use, _)| in_use(asked.query))
        .map(|(name, ..)| *name)
        .collect();
    let views = || std::iter::once("total").chain(chosen.iter().copied());
    for view in views() {
        sql.push("without_").push(view).push(
            " as materialized (select s.genre, s.languages, s.formats, s.best_grade, s.copies, s.offers,
                 s.places, s.towns, s.first_year
             from work_search s where ",
        );
        conditions(&mut sql, asked, view);
        sql.push(" limit ").push_bind(COUNT_LIMIT + 1).push("), ");
    }
    sql.push(
        "copies as (select coalesce(sum(copies), 0)::bigint as copies from without_total)
         select 'size' as facet, 'copies' as value, '' as label, copies as books from copies",
    );
    for view in views() {
        sql.push(" union all select 'size', '")
            .push(view)
            .push("', '', count(*) from without_")
            .push(view);
    }
    let view_of = |facet| {
        if chosen.contains(&facet) {
            facet
        } else {
            "total"
        }
    };
    for (facet, ..) in FILTERS {
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
            "offer" => (
                " union all select 'offer', value, '', count(*) from without_",
                " cross join unnest(offers) as value group by value",
            ),
            // Nothing is counted of what is typed.
            "price" => continue,
            "year" => {
                sql.push(" union all (select 'year', span::text, '', count(y.first_year) from unnest(")
                    .push_bind(SPANS.to_vec())
                    .push(") with ordinality as span (span, n) left join (select first_year, width_bucket(first_year, ")
                    .push_bind(SPANS.to_vec());
                (
                    ")::bigint as n from without_",
                    ") y using (n) group by span order by span)",
                )
            }
            _ => (
                " union all (select 'near', value, '', count(*) from without_",
                " cross join unnest(places) as value group by value order by 4 desc, value limit 6)",
            ),
        };
        sql.push(head).push(view_of(facet)).push(tail);
    }
    if let Some(circle) = asked.circle {
        let (towns, kilometres): (Vec<i32>, Vec<f32>) = circle
            .towns
            .iter()
            .map(|distant| (distant.town, distant.kilometres))
            .unzip();
        sql.push(" union all (select 'within', ring::text, '', count(f.kilometres) from unnest(");
        sql.push_bind(CIRCLES.map(|km| km as i32).to_vec())
            .push(
                ") as ring left join (select min(d.kilometres) as kilometres
                     from (select row_number() over () as n, towns from without_",
            )
            .push(view_of("near"))
            .push(") b cross join unnest(b.towns) as town join unnest(")
            .push_bind(towns)
            .push(", ")
            .push_bind(kilometres)
            .push(
                ") as d (town, kilometres) using (town) group by n) f
                 on f.kilometres <= ring group by ring order by ring)",
            );
    }
    sql
}

/// What a question that finds nothing would find without what stands in its way: `matches`
/// (what was typed, alone), `availability`, `filters` (none of them). No more than a few
/// rows are read for `matches`.
pub(in crate::search) async fn relaxed_counts(
    db: &PgPool,
    asked: &SearchParams<'_>,
) -> Result<Vec<Count>> {
    let mut sql = QueryBuilder::<Postgres>::new("");
    for (view, most) in [
        ("matches", 1),
        ("availability", COUNT_LIMIT),
        ("filters", COUNT_LIMIT),
    ] {
        if view != "matches" {
            sql.push(" union all ");
        }
        sql.push("select 'size' as facet, '").push(view).push(
            "' as value, '' as label, count(*) as books from (select from work_search s where ",
        );
        conditions(&mut sql, asked, view);
        sql.push(" limit ").push_bind(most).push(") v");
    }
    let mut db = db::cancel_on_drop(db).await?;
    let rows = sql.build_query_as().fetch_all(&mut *db).await;
    db.done();
    Ok(rows?)
}
