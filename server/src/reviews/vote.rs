//! Readers say that a review has helped them.

use dogear_domain::ids::{ReviewId, WorkId};

use super::repo;
use crate::{Cx, Error, Result};

/// What came of a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voted {
    /// The book that the review is about.
    pub work: WorkId,
    /// How many readers it has helped now.
    pub helpful: i32,
}

/// Says that a review was helpful, or not after all. Doing it twice is fine: a reader counts once.
///
/// # Errors
/// `SignInRequired`; `NotFound` when the reader does not see it; `Forbidden` about one's own.
pub async fn vote(cx: &Cx, review: ReviewId, helpful: bool) -> Result<Voted> {
    let member = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let (author, work) = repo::lock(&mut tx, review).await?.ok_or(Error::NotFound)?;
    // A statement of its own: it has to see what was committed while the row was waited for.
    if !repo::is_shown(&mut tx, review, member, cx.now()).await? {
        return Err(Error::NotFound);
    }
    if author == member {
        return Err(Error::Forbidden(
            "This is your own review. Others say whether it has helped them.".into(),
        ));
    }
    let helpful = if helpful {
        repo::add_vote(&mut tx, review, member, cx.now()).await?
    } else {
        repo::take_vote(&mut tx, review, member).await?
    };
    tx.commit().await?;
    Ok(Voted { work, helpful })
}
