//! The steps after agreement: the books' way, calling off, the end of a problem.

use dogear_domain::fields::{Carrier, Reason, Statement, Tracking};
use dogear_domain::ids::{LegId, TradeId};
use dogear_domain::money::Money;
use dogear_domain::trades::{Action, Actor, Outcome, TradeError, TradeState};
use serde::Serialize;
use sqlx::PgConnection;

use super::errors::refusal;
use super::repo::load;
use super::respond::party;
use super::save::CommandDetails;
use super::step::{Command, Scope, Step, execute, execute_in};
use crate::db::IdempotencyKey;
use crate::{Cx, Error, Result};

/// A parcel as its giver describes it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Shipment {
    /// Who carries it.
    pub carrier: Carrier,
    /// The carrier's number for it.
    pub tracking: Tracking,
}

/// Marks a parcel as posted.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict`.
pub async fn send(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    leg: LegId,
    shipment: &Shipment,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step {
        trade,
        actor: Actor::Member(user),
        command: Command::Send(leg),
        scope: Scope::Trade,
        details: CommandDetails {
            carrier: shipment.carrier.clone().into(),
            tracking: shipment.tracking.clone().into(),
            ..CommandDetails::default()
        },
    };
    execute(cx, key, &("send", trade, leg, shipment), &step).await
}

/// Marks books as given in person.
///
/// # Errors
/// `NotFound`; `Conflict`.
pub async fn hand_over(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    leg: LegId,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::HandOver { leg });
    execute(cx, key, &("hand_over", trade, leg), &step).await
}

/// Confirms that books have arrived: they are the reader's from now on. The last
/// receipt completes the trade.
///
/// # Errors
/// `NotFound`; `Conflict`.
pub async fn receive(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    leg: LegId,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::Receive { leg }).locking(Scope::Copies);
    execute(cx, key, &("receive", trade, leg), &step).await
}

/// Calls an agreed trade off where that is free, otherwise asks the others to agree.
///
/// # Errors
/// `NotFound`; `Conflict`.
pub async fn cancel(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    why: &Reason,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::Cancel)
        .locking(Scope::Copies)
        .saying(why.clone());
    execute(cx, key, &("cancel", trade, why), &step).await
}

/// Agrees to calling the trade off.
///
/// # Errors
/// `NotFound`; `Conflict`.
pub async fn consent_to_cancel(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::ConsentToCancel).locking(Scope::Copies);
    execute(cx, key, &("consent_to_cancel", trade), &step).await
}

/// Agrees with the others to leave a disputed trade as it is: books that have not
/// been received stay with their givers. Takes effect when every party says so.
///
/// # Errors
/// `NotFound`; `Conflict`.
pub async fn settle(cx: &Cx, key: Option<IdempotencyKey>, trade: TradeId) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let action = Action::Resolve {
        outcome: Outcome::Cancel,
    };
    let step = Step::by(user, trade, action).locking(Scope::Copies);
    execute(cx, key, &("settle", trade), &step).await
}

/// How much of what was paid is to go back, from what a moderator has typed, in the smallest unit; nothing
/// where nothing was typed.
///
/// # Errors
/// `NotFound`; `Invalid` (field `give_back`).
pub(crate) async fn read_refund(
    conn: &mut PgConnection,
    trade: TradeId,
    typed: &str,
) -> Result<Option<i32>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let payment = load::read(conn, trade).await?.trade.payment;
    let payment = payment.ok_or_else(|| refusal(TradeError::NothingPaid))?;
    let read = Money::parse_price(typed, payment.amount.currency);
    let back = read.map_err(|problem| Error::field("give_back", problem.to_string()))?;
    Ok(Some(back.minor))
}

/// A moderator's decision in a dispute, perhaps with what goes back of the money, and with the statement that the parties read, in the
/// caller's transaction. The caller writes it into the audit log.
///
/// # Errors
/// `NotFound` for members; `Forbidden` for a moderator who is a party; `Conflict`; `Busy` when
/// it is worth another try. Roll back after an error.
pub(crate) async fn resolve(
    conn: &mut PgConnection,
    cx: &Cx,
    trade: TradeId,
    outcome: Outcome,
    give_back: Option<i32>,
    statement: &Statement,
) -> Result<TradeState> {
    let moderator = cx.moderator()?.id;
    let action = match give_back {
        Some(minor) => Action::ResolveGivingBack { outcome, minor },
        None => Action::Resolve { outcome },
    };
    let step = Step {
        actor: Actor::Moderator(moderator),
        ..Step::by(moderator, trade, action)
    }
    .locking(Scope::Copies)
    .saying(statement.clone());
    execute_in(conn, cx, &step).await
}
