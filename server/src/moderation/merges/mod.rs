//! Two works, or two [`editions`], that are one: compared, merged, and taken apart again within 30 days.
//!
//! The kept work takes the editions, the copies and the provenance of the dropped one, whose
//! row is deleted: no list can show it, and its address leads to the kept one. What it was
//! is kept in `work_merges`. Locks: editions, copies, works, each in the order of their ids,
//! as whoever adds a copy or trades one takes them.

pub mod editions;
mod fact;
mod list;
mod moving;
mod preview;
mod service;
mod undo;
mod work;

pub use fact::Fact;
pub use list::{Found, Merge, Pair, find, likely, one, recent};
pub(super) use moving::Snapshot;
pub use preview::{Preview, book, preview};
pub use service::merge;
pub use undo::undo;
pub use work::Work;

use jiff::{SignedDuration, Timestamp};

use crate::{Cx, Error, Result};

/// How long a merge can be taken back.
pub const UNDO_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Refuses to take back a merge, made at `at`, twice or too late.
fn check_undo(cx: &Cx, at: Timestamp, undone: bool) -> Result<()> {
    if undone {
        return Err(Error::Conflict("This merge was taken back already.".into()));
    }
    if cx.now().duration_since(at) > UNDO_WITHIN {
        return Err(Error::Conflict(
            "A merge can be taken back for 30 days. This one is older.".into(),
        ));
    }
    Ok(())
}

/// One of two that may be merged, as far as it says things of which one side's are kept.
trait Mergeable: Clone {
    /// What is said.
    type Said: Copy;

    /// Whether both say the same about it.
    fn same(&self, other: &Self, said: Self::Said) -> bool;

    /// Says of it what the other says.
    fn take(&mut self, other: &Self, said: Self::Said);

    /// This one with what the other says of these things.
    fn taking(&self, other: &Self, said: &[Self::Said]) -> Self {
        let mut taking = self.clone();
        for said in said {
            taking.take(other, *said);
        }
        taking
    }

    /// This one with what it said `before` a merge of the things it `took` over, where it still
    /// says what it said `after` the merge; and those where it does not.
    fn giving_back(
        &self,
        before: &Self,
        after: &Self,
        took: &[Self::Said],
    ) -> (Self, Vec<Self::Said>) {
        let (kept, changed): (Vec<_>, Vec<_>) = took
            .iter()
            .copied()
            .partition(|said| self.same(after, *said));
        (self.taking(before, &kept), changed)
    }
}
