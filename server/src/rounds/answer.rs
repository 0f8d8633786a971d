//! Whoever is offered a copy takes it, or leaves it to the next one.

use dogear_domain::ids::{RoundId, TradeId, UserId};
use dogear_domain::rounds::{AskState, Party, RoundState, RoundVerb};
use dogear_domain::trades::Method;
use sqlx::PgConnection;

use super::repo::rounds::Locked;
use super::repo::{asks, rounds as repo};
use super::{advance, limited, lock, refusal};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, copies, trades};

/// Takes the copy that is offered to the reader: the gift is agreed, and the trade's hold stands
/// where the round's was.
///
/// # Errors
/// `NotFound` when the reader has not asked in this round; `Conflict` when it is not offered to them
/// (any more), or one of the two cannot begin a trade; `Forbidden` when they have had too many gifts.
pub async fn take(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    round: RoundId,
    method: Method,
) -> Result<TradeId> {
    let user = cx.member()?.id;
    trades::retrying(|| async {
        let now = cx.now();
        let mut once = match cx.once(key, &("take gift", round, method)).await? {
            Idempotent::Done(trade) => return Ok(trade),
            Idempotent::New(once) => once,
        };
        let conn = &mut *once.tx;
        asks::lock_wishes(conn, user).await?;
        let found = lock(conn, round).await?;
        check(conn, cx, &found, user, RoundVerb::Take).await?;
        let policy = trades::policy(&mut *conn).await?;
        advance::asker(conn, user, now)
            .await?
            .may_have(&policy)
            .map_err(limited)?;
        copies::free_of_round(conn, round).await?;
        let trade = trades::give(conn, cx, found.copy_id, found.owner_id, user, method).await?;
        asks::settle(conn, round, user, AskState::Taken, now).await?;
        repo::end(conn, round, RoundState::Taken, Some(trade), now).await?;
        advance::tell_askers(conn, &found).await?;
        once.commit(&trade).await?;
        Ok(trade)
    })
    .await
}

/// Leaves the copy that is offered to the reader to the next one. Doing it twice is fine.
///
/// # Errors
/// As [`take`].
pub async fn pass(cx: &Cx, round: RoundId) -> Result<()> {
    let user = cx.reader()?.id;
    trades::retrying(|| async {
        let mut tx = cx.begin().await?;
        let found = lock(&mut tx, round).await?;
        if asks::state(&mut tx, round, user).await? == Some(AskState::Passed) {
            return Ok(());
        }
        check(&mut tx, cx, &found, user, RoundVerb::Pass).await?;
        asks::settle(&mut tx, round, user, AskState::Passed, cx.now()).await?;
        advance::offer_to_next(&mut tx, cx, &found, None).await?;
        tx.commit().await
    })
    .await
}

/// Whether the reader, who must have asked, may do it.
async fn check(
    conn: &mut PgConnection,
    cx: &Cx,
    round: &Locked,
    user: UserId,
    verb: RoundVerb,
) -> Result<()> {
    let state = asks::state(conn, round.id, user).await?;
    if state.is_none() {
        return Err(Error::NotFound);
    }
    round
        .rules()
        .check(verb, Party::Reader(state), cx.now())
        .map_err(refusal)
}
