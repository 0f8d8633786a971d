//! Sold books that go back to a seller who takes them, and the money that goes back for them.

use dogear_domain::copies::HeldBy;
use dogear_domain::fields::Reason;
use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::trades::{Action, TradeState};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::event::{self, EventData, EventKind, NewEvent, Notice};
use super::repo::load::{self, Loaded};
use super::repo::{locks, payments, proposals};
use super::respond::party;
use super::step::{Scope, Step, execute};
use crate::db::{IdempotencyKey, Idempotent};
use crate::error::OnConstraint;
use crate::{Cx, Error, Result, copies};

/// Asks to give back what the reader has bought, all of it. Its seller has said beforehand that they
/// take it, so it is agreed with that; the books are taken off the reader's listings, and proposals
/// with them end.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when it cannot be given back (any more), or a book is
/// not the reader's to give back.
pub async fn ask_return(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    why: &Reason,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::AskReturn)
        .locking(Scope::Rivals)
        .saying(why.clone());
    execute(cx, key, &("ask_return", trade, why), &step).await
}

/// Ends a return whose books have not left: the reader keeps them, and the seller the money.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` for the seller, and when they have left.
pub async fn drop_return(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::DropReturn).locking(Scope::Copies);
    execute(cx, key, &("drop_return", trade), &step).await
}

/// Says that the buyer has what goes back to them: the word of the seller who was paid by hand.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` for the buyer, and when nothing is to be given back
/// by hand, or that was said.
pub async fn mark_given_back(cx: &Cx, key: Option<IdempotencyKey>, trade: TradeId) -> Result<()> {
    let user = party(cx, trade).await?;
    let mut tx = match cx.once(key, &("mark_given_back", trade)).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(()) => return Ok(()),
    };
    let conn = &mut *tx.tx;
    let now = cx.now();
    locks::lock(conn, trade).await?;
    let rules = load::read(conn, trade).await?.trade;
    let sells = rules.seller() == Some(user);
    if !sells || !payments::mark_given_back(conn, trade, now).await? {
        return Err(Error::Conflict(
            "There is no money here that you have still to give back.".into(),
        ));
    }
    let data = EventData {
        refund: rules.payment.map(|payment| payment.refunded),
        ..EventData::default()
    };
    let said = NewEvent {
        trade,
        actor: Some(user),
        kind: EventKind::Notice(Notice::GivenBack),
        from: Some(rules.state),
        to: rules.state,
        revision: rules.revision,
        leg: None,
        data: &data,
        at: now,
    };
    event::append(conn, &said).await?;
    tx.commit(&()).await
}

/// Promises copies, which the caller has locked, to the way back to their seller: each is still the
/// buyer's and promised to nobody. What was listed is so no longer.
pub(super) async fn take_back(
    conn: &mut PgConnection,
    loaded: &Loaded,
    wanted: &[CopyId],
    now: Timestamp,
) -> Result<()> {
    let facts = proposals::facts(conn, wanted, None, now).await?;
    for item in &loaded.trade.items {
        let fact = facts.iter().find(|fact| fact.id == item.copy);
        let Some(fact) = fact.filter(|fact| fact.owner_id == item.to) else {
            return Err(Error::Conflict(
                "A book of this sale is not yours any more, so it cannot be given back.".into(),
            ));
        };
        let why = match fact.held_by() {
            _ if fact.in_trash => "is in your trash. Take it out there first",
            Some(HeldBy::Trade(_)) => "is promised or lent to somebody else. End that first",
            Some(HeldBy::Lent) => "is lent to somebody. Have it back first",
            Some(HeldBy::Round(_)) => "is being given away. End that first",
            None => continue,
        };
        let title = &fact.title;
        return Err(Error::Conflict(format!(
            "“{title}” {why}, then it can be given back."
        )));
    }
    copies::take_off_listings(conn, wanted, now).await?;
    copies::hold(conn, loaded.id, wanted, now)
        .await
        .on_constraint("copy_holds_pkey", || {
            Error::Conflict(
                "A book of this sale is promised to somebody else, so it cannot be given back."
                    .into(),
            )
        })?;
    Ok(())
}
