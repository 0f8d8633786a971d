//! What stands below a book: what its readers also own, and what is like it.

use dogear_domain::ids::WorkId;

use super::repo;
use crate::search::WorkLine;
use crate::{Cx, Result};

/// In which way a work is like another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimilarityReason {
    /// It follows in the same series.
    NextInSeries,
    /// It stands in the same series.
    SameSeries,
    /// It is by one of the same authors.
    SameAuthor,
    /// It is of the same genre, in the same language.
    GenreAndLanguage,
    /// It is of the same genre.
    Genre,
    /// It is in the same language.
    Language,
    /// Nothing is like it: merely the newest there are.
    New,
}

/// A work, and what it has in common with the one that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarWork {
    /// What that is.
    pub reason: SimilarityReason,
    /// As it stands in lists.
    pub work: WorkLine,
}

/// The two lists of a book's page. No work is in both, and none that the one who asks has.
#[derive(Debug, Clone, Default)]
pub struct Similar {
    /// What three or more of its readers also own, closest first, with how many they are.
    pub also_owned: Vec<(i32, WorkLine)>,
    /// The next of its series, then what can be asked for, then the rest.
    pub like_this: Vec<SimilarWork>,
}

/// What is like the work.
///
/// # Errors
/// When the database does not answer in time.
pub async fn similar(cx: &Cx, work: WorkId) -> Result<Similar> {
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let rows = repo::similar(cx.db(), work, reader).await?;
    let mut similar = Similar::default();
    for row in rows {
        let reason = match row.kind {
            0 => {
                similar.also_owned.push((row.readers, row.work));
                continue;
            }
            1 => SimilarityReason::NextInSeries,
            2 => SimilarityReason::SameSeries,
            3 => SimilarityReason::SameAuthor,
            4 => SimilarityReason::GenreAndLanguage,
            5 => SimilarityReason::Genre,
            6 => SimilarityReason::Language,
            _ => SimilarityReason::New,
        };
        // What is merely new stands alone, where nothing is like the book.
        if reason != SimilarityReason::New
            || similar
                .like_this
                .iter()
                .all(|other| other.reason == SimilarityReason::New)
        {
            similar.like_this.push(SimilarWork {
                reason,
                work: row.work,
            });
        }
    }
    Ok(similar)
}
