//! Money that goes back to the buyer, from the seller's account.

use dogear_domain::ids::TradeId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::check::tell;
use super::failed;
use crate::jobs::{self, Claim, Job};
use crate::payments::{self, GiveBack, Given, Provider, Trouble};
use crate::trades::event::Notice;
use crate::trades::repo::{load, locks, refunds as back};
use crate::{Cx, Result};

/// Has the payment service give something back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refund {
    /// What.
    pub refund: Uuid,
}

impl Job for Refund {
    const KIND: &'static str = "refund";
    const OWED: Option<&'static str> =
        Some("Somebody’s money waits to be given back. Try it again, or look at Payments.");
    const PLACES: Option<usize> = Some(2);
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        give_back(cx, self.refund)
            .await?
            .map_err(|trouble| failed(&trouble))?;
        let mut tx = cx.begin().await?;
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// Wants all of a paid attempt given back, once, after the commit.
pub(super) async fn want(conn: &mut PgConnection, attempt: Uuid, now: Timestamp) -> Result<()> {
    let refund = back::want_all(conn, Uuid::new_v4(), attempt, now).await?;
    start(conn, refund).await
}

/// Has it done after the commit.
async fn start(conn: &mut PgConnection, refund: Option<Uuid>) -> Result<()> {
    let Some(refund) = refund else {
        return Ok(());
    };
    jobs::push(conn, &Refund { refund }, &format!("refund:{refund}"), None).await
}

/// Wants so much of what was paid online for a trade given back; what was paid by hand is given back
/// so.
pub(in crate::trades) async fn give_back_paid(
    conn: &mut PgConnection,
    trade: TradeId,
    minor: i32,
    now: Timestamp,
) -> Result<()> {
    let refund = back::want_part(conn, Uuid::new_v4(), trade, minor, now).await?;
    start(conn, refund).await
}

/// Asks the payment service to give something back, and notes how far it is.
///
/// # Errors
/// Those of the database; what the service has is inside.
pub(super) async fn give_back(cx: &Cx, refund: Uuid) -> Result<std::result::Result<(), Trouble>> {
    let Some(provider) = payments::provider(&cx.services.settings) else {
        let off = "it is switched off, and money waits to be given back";
        return Ok(Err(Trouble::Later(off.into())));
    };
    let Some(row) = back::refund(cx.db(), refund).await? else {
        return Ok(Ok(()));
    };
    if row.state == "done" {
        return Ok(Ok(()));
    }
    let asked = GiveBack {
        id: refund,
        account: row.account,
        payment: row.payment,
        minor: row.minor,
        total: row.total,
    };
    let given = match provider.refund(&asked).await {
        Ok(given) => given,
        // Also a question that is refused will be asked again: nothing says that it was done.
        Err(trouble) => {
            back::refund_checked(cx.db(), refund, cx.now()).await?;
            return Ok(Err(trouble));
        }
    };
    let (state, problem, notice) = match &given {
        Given::Waiting => {
            back::refund_checked(cx.db(), refund, cx.now()).await?;
            return Ok(Ok(()));
        }
        Given::Done => ("done", "", Notice::Refunded),
        Given::Failed(code) => ("failed", code.as_str(), Notice::PaymentTrouble),
    };
    let mut tx = cx.begin().await?;
    locks::lock(&mut tx, row.trade_id).await?;
    if back::set_refund(&mut tx, refund, state, problem, cx.now()).await? {
        let loaded = load::read(&mut tx, row.trade_id).await?;
        tell(&mut tx, &loaded, notice, cx).await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}
