//! Answers to a proposal.

use dogear_domain::fields::Reason;
use dogear_domain::ids::{TradeId, UserId};
use dogear_domain::trades::{Action, ProposalVersion, TradeState};

use super::repo::views;
use super::step::{Step, execute};
use crate::db::IdempotencyKey;
use crate::{Cx, Error, Result};

/// Whether the reader is a party, whatever their standing: a suspended member may
/// finish running trades.
pub(super) async fn party(cx: &Cx, trade: TradeId) -> Result<UserId> {
    let user = cx.reader()?.id;
    if views::is_party(cx.db(), trade, user).await? {
        Ok(user)
    } else {
        Err(Error::NotFound)
    }
}

/// A party who may also enter into something new.
pub(super) async fn eligible_party(cx: &Cx, trade: TradeId) -> Result<UserId> {
    party(cx, trade).await?;
    Ok(cx.member()?.id)
}

/// Says yes to the version that the reader has seen. The last yes makes the trade
/// agreed: its copies are held, and every other open proposal with one of them ends.
///
/// # Errors
/// `NotFound` for whoever is no party; `Forbidden` for readers in no standing to;
/// `Conflict` when the proposal has moved on, a book of it was promised elsewhere, or a party
/// cannot begin new trades.
pub async fn accept(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    seen: ProposalVersion,
) -> Result<TradeState> {
    super::loans::accept_at(cx, key, trade, seen, None, false).await
}

/// Says no, with a reason if the reader gives one.
///
/// # Errors
/// `NotFound`; `Conflict`.
pub async fn decline(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    why: &Reason,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::Decline).saying(why.clone());
    execute(cx, key, &("decline", trade, why), &step).await
}

/// Takes the reader's own proposal back.
///
/// # Errors
/// `NotFound`; `Conflict`.
pub async fn withdraw(cx: &Cx, key: Option<IdempotencyKey>, trade: TradeId) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::Withdraw);
    execute(cx, key, &("withdraw", trade), &step).await
}
