//! What the clock does to lists.

use dogear_domain::lists::forgotten_by;
use futures::FutureExt;

use super::repo::manage as repo;
use crate::db::in_batches;
use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Result};

/// The schedules of this feature.
pub(crate) fn schedules() -> [Schedule; 1] {
    [Schedule {
        name: "forget deleted lists",
        when: Interval::Daily {
            hour: 4,
            minute: 20,
        },
        run: |cx| async move { forget(&cx).await }.boxed(),
    }]
}

/// Forgets lists that were deleted, and books that were taken out of lists, 30 days ago.
pub(super) async fn forget(cx: &Cx) -> Result<()> {
    let by = forgotten_by(cx.now());
    in_batches(|most| repo::forget_lists(cx.db(), by, most)).await?;
    in_batches(|most| repo::forget_removed(cx.db(), by, most)).await
}
