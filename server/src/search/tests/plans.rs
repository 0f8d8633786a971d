//! How the database goes about each question: which indexes it uses. Kept as a text, so that
//! a lost index, or a statement that no index serves any more, is seen. To accept new plans,
//! look at them and run the test with `DOGEAR_ACCEPT_PLANS=1`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;
use sqlx::{Connection, PgConnection, Postgres, QueryBuilder};

use crate::places::{Nearby, TownDistance};
use crate::search::query::{Query, Sort, TextQuery};
use crate::search::repo::{SearchParams, counts_statement, page_statement};
use crate::testing::TestSite;

const KEPT: &str = include_str!("plans.txt");
const WORKS: i64 = 30_000;

const QUESTIONS: &[(&str, &str)] = &[
    ("nothing typed", ""),
    ("also without copies", "all=1"),
    ("exact title", "all=1&q=the+silver+river+7"),
    ("two common words", "all=1&q=the+silver"),
    ("a common word of what is offered", "q=silver"),
    ("only the commonest words", "all=1&q=the+of"),
    ("a rare word", "all=1&q=word77"),
    ("two letters", "all=1&q=si"),
    ("five letters", "all=1&q=silve"),
    ("a minus and a phrase", "all=1&q=%22silver+river%22+-garden"),
    ("a genre", "genre=poetry"),
    ("a rare language", "language=cy"),
    ("a place", "near=rareton"),
    ("a circle", "near=rareton&within=50"),
    ("years", "from=1800&to=1801"),
    (
        "every filter",
        "q=silver&genre=poetry&language=en&format=paperback&grade=good&from=1900&near=rareton&within=250",
    ),
    ("the nearest in a place", "near=rareton&sort=nearest"),
    ("the nearest", "sort=nearest"),
    ("the most asked for", "sort=wanted"),
    ("by title", "sort=title"),
    ("most copies", "sort=copies"),
];

/// Rows as a big catalogue has them: a third with copies, common and rare words.
///
/// Over a connection of its own: what the site allows a request is no measure for this, and on a
/// busy machine it takes longer.
async fn fill(site: &TestSite) {
    let mut own = PgConnection::connect(&site.database_url).await.unwrap();
    sqlx::raw_sql(
        "insert into works (title, title_key, slug, language, genre)
         select t, t, 'x', 'en', 'poetry' from (
             select (array['the silver river', 'a garden of the sea', 'of the night', 'silver'])[1 + n % 4]
                 || ' ' || n || case when n % 300 = 0 then ' word' || n / 100 else '' end as t
             from generate_series(1, 30000) as n) x;
         insert into work_search (work_id, title, author_line, slug, language, title_key, sort_key, genre,
             languages, formats, copies, best_grade, grades, places, towns, newest_at, first_year, wanted, doc)
         select id, title, 'Author ' || id % 900, slug, language, title_key, title_key,
             (array['poetry', 'classics', 'crime', 'fantasy', 'history', 'science'])[1 + id % 6],
             case when id % 500 = 0 then '{cy}'::text[] else '{en}' end, '{paperback}',
             (id % 3 = 0)::int, case when id % 3 = 0 then 1 + id % 6 end, '{}',
             case when id % 3 = 0 then array['town' || id % 90, case when id % 999 = 0 then 'rareton' else 'county' end] else '{}' end,
             case when id % 3 = 0 then array[1 + id % 90]::int[] else '{}' end,
             case when id % 3 = 0 then now() - id * interval '1 minute' end, 1800 + id % 220, id % 7,
             to_tsvector('dogear', title || ' author' || id % 900)
         from works;
         analyze work_search, works, genres;",
    )
    .execute(&mut own)
    .await
    .unwrap();
    own.close().await.unwrap();
}

/// The nodes of a plan that read a table, each once: how, by what.
fn reads(node: &Value, limited: bool, into: &mut BTreeSet<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let table = node["Relation Name"].as_str();
    match (kind, node["Index Name"].as_str(), table) {
        ("Seq Scan", _, Some(table)) if limited => {
            into.insert(format!("reads {table} until there are enough"));
        }
        ("Seq Scan", _, Some(table)) => drop(into.insert(format!("reads all of {table}"))),
        (_, Some(index), _) => drop(into.insert(format!("{kind} by {index}"))),
        _ => {}
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        // What is sorted or grouped is read to its end first.
        let through = matches!(kind, "Append" | "Nested Loop" | "Subquery Scan" | "Result");
        reads(child, kind == "Limit" || (limited && through), into);
    }
}

async fn plan(conn: &mut PgConnection, mut sql: QueryBuilder<Postgres>) -> BTreeSet<String> {
    let plan: Value = sql.build_query_scalar().fetch_one(conn).await.unwrap();
    let mut found = BTreeSet::new();
    reads(&plan[0]["Plan"], false, &mut found);
    found
}

#[tokio::test]
async fn every_question_is_answered_by_the_indexes_made_for_it() {
    let site = TestSite::new().await;
    fill(&site).await;
    let count: i64 = sqlx::query_scalar("select count(*) from work_search")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert_eq!(count, WORKS);
    let circle = Nearby {
        towns: (1..=5)
            .map(|town| TownDistance {
                town,
                kilometres: 9.0 * town as f32,
            })
            .collect(),
    };
    // What the plans depend on, as the private PostgreSQL has it, whichever one this is.
    let mut conn = site.services.db.acquire().await.unwrap();
    sqlx::raw_sql(
        "set random_page_cost = 1.1; set seq_page_cost = 1; set work_mem = '4MB';
         set effective_cache_size = '4GB'; set default_statistics_target = 100",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    let mut plans = String::new();
    for (name, pairs) in QUESTIONS {
        let query = Query::from_pairs(url::form_urlencoded::parse(pairs.as_bytes()));
        let words = TextQuery::of(&query);
        let asked = SearchParams {
            query: &query,
            words: words.as_ref(),
            circle: (!query.near.is_empty() || query.sort == Sort::Nearest).then_some(&circle),
        };
        let start = "explain (format json) ";
        for (part, sql) in [
            ("page", page_statement(start, &asked)),
            ("counts", counts_statement(start, &asked)),
        ] {
            let reads = plan(&mut conn, sql).await;
            writeln!(plans, "{name}, {part}").unwrap();
            for read in reads {
                writeln!(plans, "    {read}").unwrap();
            }
        }
    }
    if std::env::var_os("DOGEAR_ACCEPT_PLANS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/search/tests/plans.txt");
        std::fs::write(file, &plans).unwrap();
        return;
    }
    assert_eq!(plans, KEPT, "plans have changed: {plans}");
}
