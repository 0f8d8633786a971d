//! A payment that was made, for the demo community.

use dogear_domain::ids::TradeId;
use dogear_domain::trades::Action;
use uuid::Uuid;

use super::check;
use crate::payments::{Paid, Provider, Standing, Stripe};
use crate::trades::repo::{load, online as repo};
use crate::trades::step::{Step, execute_in};
use crate::{Cx, Error, Result};

/// Has a buyer pay for a sale as if the payment service had said so. Nobody is asked.
///
/// # Errors
/// As [`super::start_payment`].
pub(crate) async fn pay_at_once(cx: &Cx, trade: TradeId) -> Result<()> {
    let user = cx.reader()?.id;
    let now = cx.now();
    let id = Uuid::new_v4();
    let mut tx = cx.begin().await?;
    execute_in(&mut tx, cx, &Step::by(user, trade, Action::StartPayment)).await?;
    let payment = load::read(&mut tx, trade).await?.trade.payment;
    let amount = payment.ok_or(Error::NotFound)?.amount;
    let at = (Stripe::NAME, "acct_demo");
    repo::begin(&mut tx, id, trade, at, amount, now, now).await?;
    tx.commit().await?;
    let paid = Standing::Paid(Paid {
        minor: amount.minor.into(),
        currency: amount.currency.as_str().to_owned(),
        payment: format!("pi_demo_{trade}"),
    });
    check::settle(cx, id, None, &paid).await?;
    Ok(())
}
