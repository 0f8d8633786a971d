//! What readers say of books to everybody: one review of a book by a reader, beside the one rating
//! that the library keeps, and for whom it was helpful.
//!
//! Nothing here counts ratings: they move in the library. Of a suspended reader, or of one with
//! whom whoever asks has a block, nothing is shown.
//!
//! Locks: the work, the review, then what the library locks.

pub mod desk;
mod list;
mod merge;
mod repo;
#[cfg(test)]
mod tests;
mod top;
mod vote;
mod write;

pub use list::{
    BookReviews, Place, ReaderReviews, ReviewLine, ReviewOf, ReviewSort, most_of_book,
    most_of_reader, of_book, of_reader, one,
};
pub(crate) use list::{SHOWN_WITH_BOOK, beside_book};
pub(crate) use merge::{Moved, hand_over, put_back};
pub(crate) use repo::{erase, note_traded};
pub use top::{TopBook, top_rated};
pub use vote::{Voted, vote};
pub use write::{Draft, OwnReview, ReviewForm, delete, form, put_back as undelete, version, write};
pub(crate) use write::{record, take_out};

use futures::FutureExt;
use jiff::SignedDuration;

use crate::Cx;
use crate::Result;
use crate::db::in_batches;
use crate::jobs::schedule::{Interval, Schedule};

/// For how long a deleted review can be had back.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// For how long one waits for a merge to be taken back: a day longer than that is possible.
const SET_ASIDE: SignedDuration = SignedDuration::from_hours(24 * 31);

/// What the site does with reviews by itself.
pub(crate) fn schedules() -> Vec<Schedule> {
    vec![Schedule {
        name: "forget deleted reviews",
        when: Interval::Daily {
            hour: 4,
            minute: 50,
        },
        run: |cx| async move { forget(&cx).await }.boxed(),
    }]
}

/// Forgets what its author deleted a day ago, and what no merge can bring back any more.
async fn forget(cx: &Cx) -> Result<()> {
    let (deleted, aside) = (cx.now() - KEPT, cx.now() - SET_ASIDE);
    in_batches(|most| repo::forget(cx.db(), deleted, aside, most)).await
}
