//! Where copies stand, in their owner's words, which nobody else reads.

use dogear_domain::fields::CopyPlace;
use dogear_domain::ids::CopyId;
use serde::{Deserialize, Serialize};

use super::change::MOST;
use super::repo;
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// What [`set_place`] did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedTo {
    /// Those that stood elsewhere before.
    pub copies: Vec<CopyId>,
    /// Where they stand now, as it is stored.
    pub place: String,
    /// Where all of them stood before; none when they stood in several places.
    pub before: Option<String>,
}

/// Says of several of the reader's copies where they stand; empty for nowhere. That is no term of a
/// trade, so promised copies may move too.
///
/// # Errors
/// `Invalid` (fields `place` and `copy`); `NotFound` when none of them is the reader's.
pub async fn set_place(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    ids: &[CopyId],
    place: &str,
) -> Result<MovedTo> {
    let owner = cx.reader()?.id;
    if ids.is_empty() {
        return Err(Error::field(
            "copy",
            "Tick the books that you want to change.",
        ));
    }
    if ids.len() > MOST {
        return Err(Error::field(
            "copy",
            format!("Change at most {MOST} books at once."),
        ));
    }
    let place = CopyPlace::parse(place).map_err(|problem| Error::field("place", problem))?;
    let mut once = match cx.once(key, &("place", ids, &place)).await? {
        Idempotent::Done(moved) => return Ok(moved),
        Idempotent::New(once) => once,
    };
    let copies = repo::lock_owned(&mut once.tx, owner, ids).await?;
    if copies.is_empty() {
        return Err(Error::NotFound);
    }
    let moved: Vec<_> = copies.iter().filter(|copy| copy.place != **place).collect();
    let before = moved
        .first()
        .map(|copy| copy.place.clone())
        .filter(|first| moved.iter().all(|copy| copy.place == *first));
    let moved: Vec<CopyId> = moved.into_iter().map(|copy| copy.id).collect();
    repo::set_place(&mut once.tx, &moved, &place).await?;
    let moved = MovedTo {
        copies: moved,
        place: place.to_string(),
        before,
    };
    once.commit(&moved).await?;
    Ok(moved)
}
