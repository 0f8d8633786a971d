//! Postal addresses: entered when a parcel is agreed, sealed, shown to its sender
//! alone, erased when the trade ends. What its owner keeps for the next is in `kept_address`.

use dogear_domain::fields::PostalAddress;
use dogear_domain::ids::{TradeId, UserId};
use dogear_domain::trades::{Leg, LegState, Method, Trade, TradeState};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::event::{self, EventData, EventKind, NewEvent, Notice};
use super::kept_address;
use super::repo::{effects, load, locks};
use super::respond::party;
use crate::db::{IdempotencyKey, Idempotent};
use crate::version::Version;
use crate::{Cx, Error, Result, secrets};

fn context(trade: TradeId, user: UserId) -> String {
    format!("address:{trade}:{user}")
}

/// Whether parcels of this trade may need addresses now.
pub(super) fn in_use(state: TradeState) -> bool {
    matches!(state, TradeState::Agreed | TradeState::Disputed)
}

/// Stores where borrowed books come back to, for the borrower alone, in the transaction of the step
/// that agrees to lend them.
pub(super) async fn keep_for_return(
    conn: &mut PgConnection,
    cx: &Cx,
    trade: TradeId,
    user: UserId,
    address: &PostalAddress,
    keep: bool,
) -> Result<()> {
    let key = &cx.services.settings.secret_key;
    let sealed = secrets::seal(key, &context(trade, user), address);
    effects::set_address(conn, trade, user, sealed.as_ref()).await?;
    if keep {
        kept_address::keep(cx, conn, user, address).await?;
    }
    Ok(())
}

/// Whether a parcel is still to come to this member.
pub(super) fn is_needed(trade: &Trade, user: UserId) -> bool {
    // Whoever lends by post has the book coming back, whether it has left or not.
    let lends = trade.lender() == Some(user);
    trade.method == Method::Post
        && in_use(trade.state)
        && (lends
            || trade
                .legs
                .iter()
                .any(|leg| leg.to == user && leg.state != LegState::Received))
}

/// Whether a parcel to this member cannot leave for want of an address.
pub(super) fn is_waited_for(trade: &Trade, user: UserId) -> bool {
    let stands =
        |leg: &Leg| leg.to == user && leg.state == LegState::Pending && !trade.can_leave(leg);
    in_use(trade.state) && trade.legs.iter().any(stands)
}

/// The time to send begins when the parcel can leave: whoever gives an address late has no
/// claim to a parcel in time.
async fn give_time_to_send(
    conn: &mut PgConnection,
    trade: TradeId,
    user: UserId,
    now: Timestamp,
) -> Result<()> {
    let due = super::policy(&mut *conn).await?.send_due(now);
    effects::extend_send_due(conn, trade, user, due).await
}

/// Stores where the reader's parcel goes, or corrects it. The sender is told that it
/// is there, has the whole time to send from then on, and reads it on the trade's page
/// until the trade ends. With `keep` it is offered to the reader in their next trades, too.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when no parcel is to come;
/// `Conflict` when another address stands there by now than at `seen`,
/// [`address_version`].
pub async fn save_address(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    seen: &Version,
    address: &PostalAddress,
    keep: bool,
) -> Result<()> {
    let user = party(cx, trade).await?;
    let mut tx = match cx.once(key, &("address", trade, address, keep)).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(()) => return Ok(()),
    };
    let conn = &mut *tx.tx;
    let now = cx.now();
    locks::lock(conn, trade).await?;
    let loaded = load::read(conn, trade).await?;
    if !is_needed(&loaded.trade, user) {
        return Err(Error::Conflict(
            "No parcel is on its way to you in this trade, so no address is needed.".into(),
        ));
    }
    let before = effects::address(conn, trade, user).await?;
    let before = before.and_then(|sealed| open(cx, trade, user, &sealed));
    if before.as_deref() != Some(&***address) {
        seen.check(&address_version(before.as_deref())?)?;
    }
    let sealed = secrets::seal(
        &cx.services.settings.secret_key,
        &context(trade, user),
        address,
    );
    effects::set_address(conn, trade, user, sealed.as_ref()).await?;
    if keep {
        kept_address::keep(cx, conn, user, address).await?;
    }
    if is_waited_for(&loaded.trade, user) {
        give_time_to_send(conn, trade, user, now).await?;
    }
    let state = loaded.trade.state;
    event::append(
        conn,
        &NewEvent {
            trade,
            actor: Some(user),
            kind: EventKind::Notice(Notice::Address),
            from: Some(state),
            to: state,
            revision: loaded.trade.revision,
            leg: None,
            data: &EventData::default(),
            at: now,
        },
    )
    .await?;
    tx.commit(&()).await?;
    Ok(())
}

/// By which the form says which address it showed, if any.
///
/// # Errors
/// None that happens.
pub fn address_version(address: Option<&str>) -> Result<Version> {
    Version::of(&address)
}

/// The text of a sealed address.
pub(super) fn open(cx: &Cx, trade: TradeId, user: UserId, sealed: &[u8]) -> Option<String> {
    secrets::open(
        &cx.services.settings.secret_key,
        &context(trade, user),
        sealed,
    )
}
