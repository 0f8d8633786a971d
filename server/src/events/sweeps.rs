//! What the clock does to events. Each occurrence is a transaction of its own that looks again
//! under the lock.

use futures::FutureExt;
use jiff::SignedDuration;

use super::books::forget_books;
use super::deleted::forget;
use super::door::close_doors;
use super::feedback::write_after;
use super::host_news;
use super::interests;
use super::log::forget_logs;
use super::reminders::remind;
use super::repo::occurrences;
use super::series::dates::make_dates;
use super::waiting::settle;
use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Error, Result};

/// Occurrences per run; the rest is a minute away.
const BATCH: i64 = 500;

/// The schedules of this feature.
pub(crate) fn schedules() -> [Schedule; 12] {
    [
        Schedule {
            name: "offers of seats",
            when: Interval::Every(SignedDuration::from_mins(1)),
            run: |cx| async move { sweep(&cx).await }.boxed(),
        },
        Schedule {
            name: "reminders of events",
            when: Interval::Every(SignedDuration::from_mins(5)),
            run: |cx| async move { remind(&cx).await }.boxed(),
        },
        Schedule {
            name: "tell hosts of seats",
            when: Interval::Every(SignedDuration::from_mins(5)),
            run: |cx| async move { host_news::tell_of_seats(&cx).await }.boxed(),
        },
        Schedule {
            name: "tell hosts of their day",
            when: Interval::Every(SignedDuration::from_mins(30)),
            run: |cx| async move { host_news::summarise(&cx).await }.boxed(),
        },
        Schedule {
            name: "mails after events",
            when: Interval::Every(SignedDuration::from_mins(10)),
            run: |cx| async move { write_after(&cx).await }.boxed(),
        },
        Schedule {
            name: "count the seats of events",
            when: Interval::Daily {
                hour: 4,
                minute: 40,
            },
            run: |cx| async move { recount(&cx).await }.boxed(),
        },
        Schedule {
            name: "close the doors of events",
            when: Interval::Every(SignedDuration::from_mins(15)),
            run: |cx| async move { close_doors(&cx).await }.boxed(),
        },
        Schedule {
            name: "forget what was brought to events",
            when: Interval::Every(SignedDuration::from_hours(1)),
            run: |cx| async move { forget_books(&cx).await }.boxed(),
        },
        Schedule {
            name: "forget the logs of events",
            when: Interval::Every(SignedDuration::from_hours(6)),
            run: |cx| async move { forget_logs(&cx).await }.boxed(),
        },
        Schedule {
            name: "forget deleted drafts of events",
            when: Interval::Every(SignedDuration::from_hours(1)),
            run: |cx| async move { forget(&cx).await }.boxed(),
        },
        Schedule {
            name: "forget who was interested in events",
            when: Interval::Daily {
                hour: 4,
                minute: 20,
            },
            run: |cx| async move { interests::forget(&cx).await }.boxed(),
        },
        Schedule {
            name: "make the dates of series",
            when: Interval::Every(SignedDuration::from_hours(6)),
            run: |cx| async move { make_dates(&cx).await }.boxed(),
        },
    ]
}

/// Ends offers that have run out and lists of what has begun, and promotes.
///
/// # Errors
/// The first failure, after everything else that is due was tried.
pub(super) async fn sweep(cx: &Cx) -> Result<()> {
    let mut failure = None;
    for id in occurrences::due(cx.db(), cx.now(), BATCH).await? {
        if let Err(error) = settle_one(cx, id).await {
            tracing::warn!(%error, occurrence = id.0, "offers of seats were not ended; it will be tried again");
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(()), Err)
}

async fn settle_one(cx: &Cx, id: dogear_domain::ids::OccurrenceId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let mut locked = occurrences::lock(&mut tx, id, cx.now()).await?;
    settle(&mut tx, &mut locked, cx.now()).await?;
    tx.commit().await
}

/// Compares the stored numbers of seats with the bookings. They cannot differ: when they do,
/// something writes past the rules, and nobody but a person should decide what is right.
///
/// # Errors
/// `Internal` when one differs, which shows as a schedule that fails.
pub(super) async fn recount(cx: &Cx) -> Result<()> {
    let drift = occurrences::drift(cx.db(), cx.now()).await?;
    if drift.is_empty() {
        return Ok(());
    }
    for drift in &drift {
        tracing::error!(
            occurrence = drift.id.0,
            stored = drift.stored,
            counted = drift.counted,
            "the seats of an event are not those of its bookings"
        );
    }
    Err(Error::internal(format!(
        "the seats of {} events are not those of their bookings: {drift:?}",
        drift.len()
    )))
}
