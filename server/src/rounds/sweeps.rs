//! What the clock does to rounds, each minute. Every step is a transaction of its own that looks
//! again under the lock, so that two that draw at once draw once.

use dogear_domain::ids::RoundId;
use dogear_domain::rounds::{AskState, RoundState, RoundVerb};
use futures::FutureExt;
use jiff::SignedDuration;

use super::repo::{asks, forget_asks, rounds as repo};
use super::{advance, lock};
use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Result, db, trades};

/// Rounds in one run; the rest is a minute away.
const BATCH: i64 = 500;
/// So long it is kept who asked in a round that is over.
const KEPT_DAYS: i64 = 180;

/// The schedules of this feature.
pub fn schedules() -> [Schedule; 2] {
    [
        Schedule {
            name: "give-away rounds",
            when: Interval::Every(SignedDuration::from_mins(1)),
            run: |cx| async move { sweep(&cx).await }.boxed(),
        },
        Schedule {
            name: "forget who asked for gifts",
            when: Interval::Daily {
                hour: 4,
                minute: 50,
            },
            run: |cx| async move { forget(&cx).await }.boxed(),
        },
    ]
}

/// Draws what is to be drawn, moves on from those who have not answered, ends what nobody wants.
///
/// # Errors
/// The first failure, after everything else that is due was tried.
pub(crate) async fn sweep(cx: &Cx) -> Result<()> {
    let mut failure = None;
    for round in repo::due(cx.db(), cx.now(), BATCH).await? {
        if let Err(error) = trades::retrying(|| step(cx, round)).await {
            tracing::warn!(%error, %round, "a round has not gone on; it will be tried again");
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(()), Err)
}

/// What is due in one round, unless it has moved on meanwhile.
pub(super) async fn step(cx: &Cx, round: RoundId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let found = lock(&mut tx, round).await?;
    match found.rules().due(cx.now()) {
        Some(RoundVerb::Draw) => advance::draw(&mut tx, cx, &found).await?,
        Some(RoundVerb::End) => {
            advance::end(&mut tx, cx, &found, RoundState::Unclaimed).await?;
        }
        Some(RoundVerb::Lapse) => {
            if let Some(reader) = found.offered_to
                && asks::state(&mut tx, round, reader).await? == Some(AskState::Offered)
            {
                asks::settle(&mut tx, round, reader, AskState::Silent, cx.now()).await?;
            }
            advance::offer_to_next(&mut tx, cx, &found, None).await?;
        }
        _ => return Ok(()),
    }
    tx.commit().await
}

/// Forgets who asked in rounds that are long over.
pub(super) async fn forget(cx: &Cx) -> Result<()> {
    let before = cx.now() - SignedDuration::from_hours(24 * KEPT_DAYS);
    db::in_batches(|most| forget_asks(cx.db(), before, most)).await
}
