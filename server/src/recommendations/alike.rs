//! What stands below a book: what its readers also own, and what is like it.

use dogear_domain::ids::WorkId;

use super::repo;
use crate::search::WorkLine;
use crate::{Cx, Result};

/// In which way a work is like another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    NextInSeries,
    SameSeries,
    SameAuthor,
    GenreAndLanguage,
    Genre,
    Language,
    /// Nothing is like it: merely the newest there are.
    New,
}

/// A work, and what it has in common with the one that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlikeWork {
    pub likeness: Likeness,
    pub work: WorkLine,
}

/// The two lists of a book's page. No work is in both, and none that the one who asks has.
#[derive(Debug, Clone, Default)]
pub struct Alike {
    /// What three or more of its readers also own, closest first, with how many they are.
    pub also_owned: Vec<(i32, WorkLine)>,
    /// The next of its series, then what can be asked for, then the rest.
    pub like_this: Vec<AlikeWork>,
}

/// What is like the work.
///
/// # Errors
/// When the database does not answer in time.
pub async fn alike(cx: &Cx, work: WorkId) -> Result<Alike> {
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let rows = repo::alike(cx.db(), work, reader).await?;
    let mut alike = Alike::default();
    for row in rows {
        let likeness = match row.kind {
            0 => {
                alike.also_owned.push((row.readers, row.work));
                continue;
            }
            1 => Likeness::NextInSeries,
            2 => Likeness::SameSeries,
            3 => Likeness::SameAuthor,
            4 => Likeness::GenreAndLanguage,
            5 => Likeness::Genre,
            6 => Likeness::Language,
            _ => Likeness::New,
        };
        // What is merely new stands alone, where nothing is like the book.
        if likeness != Likeness::New
            || alike
                .like_this
                .iter()
                .all(|other| other.likeness == Likeness::New)
        {
            alike.like_this.push(AlikeWork {
                likeness,
                work: row.work,
            });
        }
    }
    Ok(alike)
}
