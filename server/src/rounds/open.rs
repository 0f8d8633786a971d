//! An owner begins a round, or ends it before anybody is asked.

use dogear_domain::copies::HeldBy;
use dogear_domain::ids::{CopyId, RoundId};
use dogear_domain::rounds::{self as rules, Party, RoundMode, RoundState, RoundVerb};
use serde::{Deserialize, Serialize};

use super::repo::rounds::{self as repo, New};
use super::{advance, lock, refusal};
use crate::copies::{self, CopyDetails};
use crate::db::{IdempotencyKey, Idempotent};
use crate::error::OnConstraint;
use crate::{Cx, Error, Result, search, trades};

/// A round that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// By which its page is found.
    pub round: RoundId,
    /// Of the book.
    pub title: String,
    /// Open proposals that have ended with that.
    pub ended: usize,
}

/// One of the reader's own copies, with the live round that it is in.
///
/// # Errors
/// `NotFound` when it is not theirs.
pub async fn to_give(cx: &Cx, copy: CopyId) -> Result<(CopyDetails, Option<RoundId>)> {
    let copy = copies::owned(cx, copy).await?;
    let round = match copy.held_by {
        Some(HeldBy::Round(round)) => Some(round),
        _ => None,
    };
    Ok((copy, round))
}

/// Gives one of the reader's listed copies away to one of those who ask within `hours`, as typed.
/// From now on it is held, and open proposals with it end.
///
/// # Errors
/// `NotFound` when it is not theirs; `Invalid` (field `hours`); `Conflict` when it is promised, lent
/// or not listed.
pub async fn open(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    copy: CopyId,
    mode: RoundMode,
    hours: &str,
) -> Result<Opened> {
    let closes_at =
        rules::closes_at(hours, cx.now()).map_err(|problem| Error::field("hours", problem))?;
    trades::retrying(|| async {
        let owner = cx.member()?.id;
        let now = cx.now();
        let mut once = match cx.once(key, &("open round", copy, mode, hours)).await? {
            Idempotent::Done(opened) => return Ok(opened),
            Idempotent::New(once) => once,
        };
        let conn = &mut *once.tx;
        let own = repo::lock_own(conn, owner, copy)
            .await?
            .ok_or(Error::NotFound)?;
        if !own.listed {
            return Err(Error::Conflict(format!(
                "“{}” is not listed. List it first, then give it away.",
                own.title
            )));
        }
        if !own.offers.can_be_asked_for() {
            return Err(Error::Conflict(format!(
                "“{}” is only for sale. Say on its page that you would also give it away.",
                own.title
            )));
        }
        let seed: [u8; 32] = rand::random();
        let hash = rules::seed_hash(&seed);
        let new = New {
            copy,
            owner,
            mode,
            seed: (mode == RoundMode::Draw).then_some((&seed[..], &hash[..])),
            closes_at,
            now,
        };
        let taken = || {
            Error::Conflict(format!(
                "“{}” is promised, lent or given away already.",
                own.title
            ))
        };
        let round = repo::insert(conn, &new)
            .await
            .on_constraint("give_rounds_one_live", taken)?;
        copies::hold_for_round(conn, copy, round, now)
            .await
            .on_constraint("copy_holds_pkey", taken)?;
        let ended = trades::unoffered(conn, cx, &[copy]).await?;
        search::refresh(conn, &[own.work_id], now).await?;
        let opened = Opened {
            round,
            title: own.title,
            ended,
        };
        once.commit(&opened).await?;
        Ok(opened)
    })
    .await
}

/// Ends a round of the reader's before anybody is asked. Those who have asked are told, and the copy
/// is free again. Doing it twice is fine. Gives the title.
///
/// # Errors
/// `NotFound` when it is not theirs; `Conflict` when somebody is offered it or has taken it.
pub async fn close(cx: &Cx, round: RoundId) -> Result<String> {
    trades::retrying(|| async {
        let owner = cx.reader()?.id;
        let mut tx = cx.begin().await?;
        let found = lock(&mut tx, round).await?;
        if found.owner_id != owner {
            return Err(Error::NotFound);
        }
        if found.state == RoundState::Closed {
            return Ok(found.title);
        }
        found
            .rules()
            .check(RoundVerb::Close, Party::Owner, cx.now())
            .map_err(refusal)?;
        advance::end(&mut tx, cx, &found, RoundState::Closed).await?;
        tx.commit().await?;
        Ok(found.title)
    })
    .await
}
