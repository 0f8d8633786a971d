//! How the database goes about a question, for whoever measures.

use super::query::{Query, TextQuery};
use super::repo::{self, SearchParams};
use crate::{Cx, Result, places};

/// The statements behind `query`, each run once, with its plan and times as PostgreSQL tells
/// them: `page` for the works, `counts` for the facets.
///
/// # Errors
/// When the database does not answer in time.
pub async fn plans(cx: &Cx, query: &Query) -> Result<[(&'static str, String); 2]> {
    let circle = places::towns_near(cx, &query.near).await?;
    let words = TextQuery::of(query);
    let asked = SearchParams {
        query,
        words: words.as_ref(),
        circle: circle.as_ref(),
    };
    Ok([
        ("page", repo::explain_page(cx.db(), &asked).await?),
        ("counts", repo::explain_counts(cx.db(), &asked).await?),
    ])
}
