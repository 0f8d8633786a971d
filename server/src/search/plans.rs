//! How the database goes about a question, for whoever measures.

use sqlx::{Postgres, QueryBuilder};

use super::query::{Query, Words};
use super::repo::{Asked, counts_statement, page_statement};
use crate::{Cx, Result, places};

/// The statements behind `query`, each run once, with its plan and times as PostgreSQL tells
/// them: `page` for the works, `counts` for the facets.
///
/// # Errors
/// When the database does not answer in time.
pub async fn plans(cx: &Cx, query: &Query) -> Result<[(&'static str, String); 2]> {
    let circle = places::around(cx, &query.near).await?;
    let words = Words::of(query);
    let asked = Asked {
        query,
        words: words.as_ref(),
        circle: circle.as_ref(),
    };
    let start = "explain (analyze, buffers, costs off) ";
    Ok([
        ("page", run(cx, page_statement(start, &asked)).await?),
        ("counts", run(cx, counts_statement(start, &asked)).await?),
    ])
}

async fn run(cx: &Cx, mut sql: QueryBuilder<Postgres>) -> Result<String> {
    let lines: Vec<String> = sql.build_query_scalar().fetch_all(cx.db()).await?;
    Ok(lines.join("\n"))
}
