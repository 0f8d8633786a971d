//! What a reader of one book may like, and what they could get for what they own.
//!
//! Three sources, each with its reason in words: what the same readers own
//! ([`rebuild_co_owned`], by the clock), what is like a book ([`similar`]), and what fits a
//! reader's own shelf ([`for_reader`]).
//!
//! Nobody's private shelf can be read off them. What is shown to others counts listed
//! copies alone, which stand on public shelves anyhow: a copy that is only owned, hidden by
//! a moderator, taken down again, or of a reader who is suspended, closing or gone, counts
//! for nothing. Even so a pair of works needs three such readers, so that no list tells of
//! one person. A reader's whole shelf is looked at only for what they themselves are shown.

mod for_reader;
mod owners;
mod repo;
mod similar;
#[cfg(test)]
mod tests;

use futures::FutureExt;
use jiff::SignedDuration;

use crate::jobs::schedule::{Interval, Schedule};

pub use for_reader::{ForReader, Offer, OfferReason, for_reader, newcomer};
pub use owners::rebuild_co_owned;
pub use similar::{Similar, SimilarWork, SimilarityReason, similar};

/// What the site works out by itself.
pub(crate) fn schedules() -> [Schedule; 1] {
    [Schedule {
        name: "count what the same readers own",
        when: Interval::Every(SignedDuration::from_hours(1)),
        run: |cx| async move { rebuild_co_owned(&cx).await }.boxed(),
    }]
}
