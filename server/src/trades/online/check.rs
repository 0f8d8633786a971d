//! Asks the payment service for an attempt, and does what follows from the answer.

use dogear_domain::money::Money;
use dogear_domain::trades::{Action, TradeError};
use jiff::SignedDuration;
use sqlx::PgConnection;
use uuid::Uuid;

use super::pay::PROVIDER;
use super::refunds;
use crate::payments::{self, Paid, Provider, Standing, Trouble};
use crate::trades::event::{self, EventData, EventKind, NewEvent, Notice};
use crate::trades::repo::load::{self, Loaded};
use crate::trades::repo::locks;
use crate::trades::repo::online::{self as repo, AttemptRow, Closing};
use crate::trades::save::save_quietly;
use crate::trades::step::retrying;
use crate::{Cx, Result};

/// So long somebody may be about to be told where they can pay; what is not known by then was never
/// shown to anybody.
const OPENING: SignedDuration = SignedDuration::from_mins(5);
/// Questions about one attempt at a time: fetch, close, fetch.
const ROUNDS: usize = 3;

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing.
    Wait,
    /// It is still open and shall not be.
    Close,
}

/// Asks the payment service what has become of an attempt, and acts upon it. The trouble of the
/// service stands inside.
///
/// # Errors
/// Those of the database.
pub(super) async fn check(cx: &Cx, id: Uuid) -> Result<std::result::Result<(), Trouble>> {
    let Some(provider) = payments::provider(&cx.services.settings) else {
        return Ok(Ok(()));
    };
    for _ in 0..ROUNDS {
        let Some(row) = repo::attempt(cx.db(), id).await? else {
            return Ok(Ok(()));
        };
        if !row.is_live() {
            return Ok(Ok(()));
        }
        let Some(reference) = &row.reference else {
            // Nobody was shown where it could be paid. The page that may be there runs out unseen.
            if row.created_at.to_jiff() + OPENING <= cx.now() {
                settle(cx, id, None, &Standing::Ended).await?;
            }
            return Ok(Ok(()));
        };
        let standing = match provider.fetch(&row.account, id, reference).await {
            Ok(standing) => standing,
            Err(trouble) => {
                repo::checked(cx.db(), id, cx.now()).await?;
                return Ok(Err(trouble));
            }
        };
        if settle(cx, id, Some(reference), &standing).await? == Next::Wait {
            return Ok(Ok(()));
        }
        // It may have been paid in this moment, which is refused then: the next answer says it.
        match provider.expire(&row.account, reference).await {
            Ok(()) | Err(Trouble::Refused(_)) => {}
            Err(later) => return Ok(Err(later)),
        }
    }
    Ok(Ok(()))
}

/// Acts upon what the payment service says of an attempt, once, whoever else does. `reference`: what
/// was asked about; an attempt of which that is known only now is left alone.
///
/// # Errors
/// Those of the database.
pub(super) async fn settle(
    cx: &Cx,
    id: Uuid,
    reference: Option<&str>,
    standing: &Standing,
) -> Result<Next> {
    retrying(|| settle_once(cx, id, reference, standing)).await
}

async fn settle_once(
    cx: &Cx,
    id: Uuid,
    reference: Option<&str>,
    standing: &Standing,
) -> Result<Next> {
    let mut tx = cx.begin().await?;
    let Some(row) = repo::attempt(&mut *tx, id).await? else {
        return Ok(Next::Wait);
    };
    locks::lock(&mut tx, row.trade_id).await?;
    // What was read before the lock may be over.
    let row = repo::lock_attempt(&mut tx, id).await?;
    let row = row.filter(|row| row.is_live() && row.reference.as_deref() == reference);
    let Some(row) = row else {
        tx.rollback().await?;
        return Ok(Next::Wait);
    };
    let loaded = load::read(&mut tx, row.trade_id).await?;
    let mut next = Next::Wait;
    match standing {
        Standing::Paid(paid) => came(cx, &mut tx, &row, &loaded, paid).await?,
        Standing::Ended => lapse(cx, &mut tx, &row, &loaded, "ended", None).await?,
        Standing::Waiting => repo::checked(&mut *tx, id, cx.now()).await?,
        Standing::Open => {
            repo::checked(&mut *tx, id, cx.now()).await?;
            let over = row.expires_at.to_jiff() <= cx.now();
            if over || !loaded.trade.is_processing() {
                next = Next::Close;
            }
        }
    }
    tx.commit().await?;
    Ok(next)
}

/// The seller has money of the buyer.
async fn came(
    cx: &Cx,
    conn: &mut PgConnection,
    row: &AttemptRow,
    loaded: &Loaded,
    paid: &Paid,
) -> Result<()> {
    let now = cx.now();
    let closing = |state| Closing {
        state,
        paid: Some((paid.minor, &paid.currency, &paid.payment)),
        now,
    };
    let policy = crate::trades::policy(&mut *conn).await?;
    let confirmed = money(paid).ok_or(TradeError::OtherAmount).and_then(|paid| {
        let action = Action::Confirm { paid };
        loaded.trade.apply(PROVIDER, &action, &policy, now)
    });
    match confirmed {
        Ok(transition) => {
            repo::close(conn, row.id, &closing("paid")).await?;
            save_quietly(conn, loaded, &transition, &policy, now).await
        }
        // An amount that nobody asked for, in a sale that waits for its money: people look at it.
        Err(TradeError::OtherAmount) if loaded.trade.is_processing() => {
            if row.state == "open" {
                repo::close(conn, row.id, &closing("review")).await?;
                tell(conn, loaded, Notice::PaymentTrouble, cx).await?;
            }
            Ok(())
        }
        // The sale has ended meanwhile.
        Err(_) => {
            repo::close(conn, row.id, &closing("returned")).await?;
            refunds::want(conn, row.id, now).await
        }
    }
}

/// Nothing comes of an attempt, and what it was for is due again.
pub(super) async fn lapse(
    cx: &Cx,
    conn: &mut PgConnection,
    row: &AttemptRow,
    loaded: &Loaded,
    state: &str,
    paid: Option<(i64, &str, &str)>,
) -> Result<()> {
    let now = cx.now();
    repo::close(conn, row.id, &Closing { state, paid, now }).await?;
    let policy = crate::trades::policy(&mut *conn).await?;
    match loaded.trade.apply(PROVIDER, &Action::Lapse, &policy, now) {
        Ok(transition) => save_quietly(conn, loaded, &transition, &policy, now).await,
        // The sale has ended meanwhile.
        Err(_) => Ok(()),
    }
}

/// As the rules know money; nothing for what no sale can cost.
fn money(paid: &Paid) -> Option<Money> {
    Some(Money {
        minor: paid.minor.try_into().ok()?,
        currency: paid.currency.parse().ok()?,
    })
}

/// Tells both sides something about the money, in the history of the trade. The caller has locked it.
pub(super) async fn tell(
    conn: &mut PgConnection,
    loaded: &Loaded,
    notice: Notice,
    cx: &Cx,
) -> Result<()> {
    let event = NewEvent {
        trade: loaded.id,
        actor: None,
        kind: EventKind::Notice(notice),
        from: Some(loaded.trade.state),
        to: loaded.trade.state,
        revision: loaded.trade.revision,
        leg: None,
        data: &EventData::default(),
        at: cx.now(),
    };
    event::append(conn, &event).await?;
    Ok(())
}
