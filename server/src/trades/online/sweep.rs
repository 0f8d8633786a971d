//! What the clock does about payments: whatever the service has not told of is asked for.

use futures::FutureExt;
use jiff::SignedDuration;

use super::{check, refunds};
use crate::jobs::schedule::{Interval, Schedule};
use crate::trades::repo::{online as repo, refunds as back};
use crate::{Cx, Result};

/// After so long without a word the service is asked, and then as often.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);
/// The same for what nobody is to pay any more.
const UNWANTED: SignedDuration = SignedDuration::from_mins(1);
/// Questions in a run; the rest is a minute away.
const BATCH: i64 = 20;
/// For so long it is kept that the service has told something.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Events that are forgotten at a time.
const FORGOTTEN: i64 = 5_000;

/// The schedules of paying online.
pub(in crate::trades) fn schedules() -> [Schedule; 2] {
    [
        Schedule {
            name: "ask about payments",
            when: Interval::Every(SignedDuration::from_mins(1)),
            run: |cx| async move { reconcile(&cx).await }.boxed(),
        },
        Schedule {
            name: "forget what a payment service told",
            when: Interval::Every(SignedDuration::from_hours(24)),
            run: |cx| async move { forget(&cx).await }.boxed(),
        },
    ]
}

/// Asks about attempts and refunds of which nothing was heard. When the service does not answer, the
/// rest waits for the next run.
///
/// # Errors
/// Those of the database.
pub(in crate::trades) async fn reconcile(cx: &Cx) -> Result<()> {
    if cx.services.settings.payments.is_none() {
        return Ok(());
    }
    let now = cx.now();
    let attempts = repo::to_check(cx.db(), now - SILENCE, now - UNWANTED, BATCH).await?;
    for attempt in attempts {
        if let Err(trouble) = check::check(cx, attempt).await? {
            tracing::warn!(?trouble, %attempt, "the payment service does not say what became of a payment");
            if matches!(trouble, crate::payments::Trouble::Later(_)) {
                return Ok(());
            }
        }
    }
    for refund in back::refunds_to_check(cx.db(), now - SILENCE, BATCH).await? {
        if let Err(trouble) = refunds::give_back(cx, refund).await? {
            tracing::warn!(?trouble, %refund, "the payment service does not give money back");
            return Ok(());
        }
    }
    Ok(())
}

async fn forget(cx: &Cx) -> Result<()> {
    let then = cx.now() - KEPT;
    while back::forget_events(cx.db(), then, FORGOTTEN).await? > 0 {}
    Ok(())
}
