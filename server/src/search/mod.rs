//! Search and browse: the rows they read, the queries, the facets, the forgiving
//! of typing errors.

mod browse;
mod checked;
mod plans;
mod query;
mod refresh;
mod repo;
pub mod saved;
mod suggest;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod typos;

use dogear_domain::grade::Grade;
use dogear_domain::ids::WorkId;

pub use browse::{Browse, Choice, DEEPEST, Facets, Found, Listing, PER_PAGE, by_isbn};
pub use plans::plans;
pub(crate) use query::prefix_query;
pub use query::{Query, Sort};
pub(crate) use refresh::count_rows;
pub(crate) use refresh::lock;
pub use refresh::{refresh, refresh_all, refresh_owner, schedules};
pub use suggest::{AuthorLine, ReaderLine, SeriesLine, Suggestions, others, suggest};

/// A work as it stands in lists.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WorkLine {
    /// By which its page is found.
    #[sqlx(rename = "work_id")]
    pub id: WorkId,
    /// Without the subtitle.
    pub title: String,
    /// "Author One, Author Two".
    pub author_line: String,
    /// Of its page.
    pub slug: String,
    /// Of the work; may be empty.
    pub language: String,
    /// Copies that can be asked for now.
    pub copies: i32,
    /// The best grade among them.
    pub best_grade: Option<Grade>,
}

/// The [`WorkLine`] in a row of a checked statement that reads other columns beside.
macro_rules! work_line {
    ($row:ident) => {
        $crate::search::WorkLine {
            id: $row.work_id,
            title: $row.title,
            author_line: $row.author_line,
            slug: $row.slug,
            language: $row.language,
            copies: $row.copies,
            best_grade: $row.best_grade,
        }
    };
}
pub(crate) use work_line;
