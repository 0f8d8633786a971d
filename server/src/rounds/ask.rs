//! Readers ask for what is given away, and take that back.

use dogear_domain::ids::RoundId;
use dogear_domain::rounds::{AskState, Party, QUEUE_PLACES, RoundMode, RoundState, RoundVerb};

use super::repo::asks;
use super::{advance, limited, lock, refusal};
use crate::db::{IdempotencyKey, Idempotent};
use crate::error::OnConstraint;
use crate::{Cx, Error, Result, limits, trades};

/// Asks for the copy of a round. In a queue where nobody waits it is offered to the reader at once;
/// tells whether it is.
///
/// # Errors
/// `NotFound` when the reader may not see it; `Forbidden` for one's own copy, and with a limit that
/// is reached; `Conflict` when it is too late, the queue is full, or they have asked; `TooMany`.
pub async fn ask(cx: &Cx, key: Option<IdempotencyKey>, round: RoundId) -> Result<bool> {
    let user = cx.member()?.id;
    cx.limit(limits::PROPOSE, &user.to_string()).await?;
    trades::retrying(|| async {
        let now = cx.now();
        let mut once = match cx.once(key, &("ask in round", round)).await? {
            Idempotent::Done(offered) => return Ok(offered),
            Idempotent::New(once) => once,
        };
        let conn = &mut *once.tx;
        asks::lock_wishes(conn, user).await?;
        let found = lock(conn, round).await?;
        let who = if found.owner_id == user {
            Party::Owner
        } else {
            Party::Reader(asks::state(conn, round, user).await?)
        };
        if who == Party::Reader(None) && !asks::sees(conn, round, Some(user), now).await? {
            return Err(Error::NotFound);
        }
        found
            .rules()
            .check(RoundVerb::Ask, who, now)
            .map_err(refusal)?;
        if found.mode == RoundMode::Queue && asks::live(conn, round).await? >= QUEUE_PLACES {
            return Err(Error::Conflict(format!(
                "{QUEUE_PLACES} readers wait for this book already. Look at what else is given away."
            )));
        }
        let policy = trades::policy(&mut *conn).await?;
        advance::asker(conn, user, now)
            .await?
            .may_ask(&policy, now)
            .map_err(limited)?;
        asks::insert(conn, round, user, now)
            .await
            .on_constraint("give_asks_pkey", || {
                Error::Conflict("You have asked for it already.".into())
            })?;
        let mut offered = false;
        if found.mode == RoundMode::Queue && found.state == RoundState::Open {
            advance::offer_to_next(conn, cx, &found, Some(user)).await?;
            offered = asks::state(conn, round, user).await? == Some(AskState::Offered);
        }
        once.commit(&offered).await?;
        Ok(offered)
    })
    .await
}

/// Takes a wish back. Doing it twice is fine.
///
/// # Errors
/// `NotFound` when there is no such round, or the reader has not asked in it; `Conflict` when it is
/// offered to them, or over.
pub async fn take_back(cx: &Cx, round: RoundId) -> Result<()> {
    let user = cx.reader()?.id;
    trades::retrying(|| async {
        let now = cx.now();
        let mut tx = cx.begin().await?;
        let found = lock(&mut tx, round).await?;
        let state = asks::state(&mut tx, round, user).await?;
        match state {
            None if found.owner_id == user
                || !asks::sees(&mut tx, round, Some(user), now).await? =>
            {
                return Err(Error::NotFound);
            }
            None | Some(AskState::Passed) => return Ok(()),
            Some(_) => {}
        }
        found
            .rules()
            .check(RoundVerb::TakeBack, Party::Reader(state), now)
            .map_err(refusal)?;
        // What is drawn stands as it was drawn; before, the wish was never there.
        if found.mode == RoundMode::Draw && found.state == RoundState::Offered {
            asks::settle(&mut tx, round, user, AskState::Passed, now).await?;
        } else {
            asks::delete(&mut tx, round, user).await?;
        }
        tx.commit().await
    })
    .await
}
