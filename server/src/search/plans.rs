//! How the database goes about a question, for whoever measures.

use super::query::{Query, Words};
use super::repo::{self, Asked};
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
    Ok([
        ("page", repo::explain_page(cx.db(), &asked).await?),
        ("counts", repo::explain_counts(cx.db(), &asked).await?),
    ])
}
