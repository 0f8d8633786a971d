//! What happens to the library by itself, and when a member leaves.

use dogear_domain::ids::UserId;
use futures::FutureExt;
use jiff::SignedDuration;
use sqlx::PgConnection;

use super::repo::{entries, erasure, merging};
use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Result};

/// Merges are taken back within thirty days; a day more is for what runs late.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(31 * 24);

/// What happens by the clock.
pub(crate) fn schedules() -> Vec<Schedule> {
    vec![
        Schedule {
            name: "count the ratings of books anew",
            when: Interval::Daily {
                hour: 3,
                minute: 20,
            },
            run: |cx| async move { recount(&cx).await.map(drop) }.boxed(),
        },
        Schedule {
            name: "forget what merged books were to their readers",
            when: Interval::Daily {
                hour: 3,
                minute: 40,
            },
            run: |cx| {
                async move { merging::forget_before(cx.db(), cx.now() - REMEMBERED).await }.boxed()
            },
        },
    ]
}

/// Counts the ratings anew of each book whose sums are not right. Gives how many those were: the
/// sums move with each rating, so each of them is a fault, and is logged.
pub(super) async fn recount(cx: &Cx) -> Result<usize> {
    let drifted = entries::drifted(cx.db()).await?;
    for work in &drifted {
        tracing::error!(%work, "the ratings of a book did not add up, and were counted anew");
        let mut tx = cx.begin().await?;
        entries::recount(&mut tx, *work).await?;
        tx.commit().await?;
    }
    Ok(drifted.len())
}

/// Erases all that a member has in the library; their ratings count no more.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    erasure::uncount(&mut *conn, user).await?;
    erasure::erase(conn, user).await
}
