//! The books that readers rate best.

use dogear_domain::ids::WorkId;
use dogear_domain::reviews::Ratings;

use super::repo::lists;
use crate::{Cx, Result};

/// So many books at most.
const MOST: i64 = 100;

/// A book among the best.
#[derive(Debug, Clone)]
pub struct TopBook {
    /// The book.
    pub work: WorkId,
    /// Of its page.
    pub slug: String,
    /// Without the subtitle.
    pub title: String,
    /// All in one line; may be empty.
    pub author_line: String,
    /// The code of the one it was written in; may be empty.
    pub language: String,
    /// What readers make of it together.
    pub ratings: Ratings,
}

/// The hundred books that readers rate best, of those that five or more have rated; of one genre
/// or one language if these are not empty.
///
/// They stand by `fair_mean`: (sum of all ratings + 10 × 3½ stars) ÷ (number of ratings + 10), the
/// mean as if ten readers more had each given three and a half stars. Few ratings move a book
/// little, many move it as far as they say.
///
/// # Errors
/// Those of the database.
pub async fn top_rated(cx: &Cx, genre: &str, language: &str) -> Result<Vec<TopBook>> {
    lists::top(cx.db(), genre, language, MOST).await
}
