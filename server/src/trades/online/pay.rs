//! A buyer pays: the attempt, the page of the payment service, and what they see of it.

use dogear_domain::ids::{TradeId, UserId};
use dogear_domain::money::Money;
use dogear_domain::trades::{Action, Actor, PaymentState, Trade, TradeState};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{accounts, check, excuse};
use crate::db::{IdempotencyKey, Idempotent};
use crate::payments::{self, Checkout, Provider, Trouble};
use crate::trades::repo::online::{self as repo, AttemptRow};
use crate::trades::repo::{load, refunds as back};
use crate::trades::respond::party;
use crate::trades::step::{Step, execute_in, retrying};
use crate::{Cx, Error, Result, limits};

/// How paying online stands in a trade.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each says something else of it
pub struct Online {
    /// The buyer can pay online now, if it is due.
    pub is_offered: bool,
    /// Another amount came than what was due, and somebody of the site looks at it.
    pub in_review: bool,
    /// The buyer's money came when the sale had ended, and goes back.
    pub came_late: bool,
    /// The money goes back, and is not there yet.
    pub is_returning: bool,
    /// It cannot go back by itself, and somebody of the site looks at it.
    pub is_stuck: bool,
}

/// What a buyer sees on the page from which they go to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayView {
    /// How much it is.
    pub amount: Money,
    /// How much of it goes back, in words, where that is a part.
    pub part_back: Option<String>,
    /// Where the money is.
    pub state: PaymentState,
    /// Where it can be paid: abroad.
    pub link: Option<String>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Whether an attempt is open of which the payment service has not said where it can be paid.
    pub is_opening: bool,
    /// How paying online stands.
    pub online: Online,
    /// The sale still runs.
    pub runs: bool,
}

/// Whether a seller can be paid online now.
pub(in crate::trades) async fn takes_payments(
    cx: &Cx,
    conn: &mut PgConnection,
    seller: UserId,
) -> Result<bool> {
    Ok(cx.services.settings.payments.is_some() && accounts::ready(conn, seller).await?.is_some())
}

/// How paying online stands in a trade, with its latest attempt. Nothing is read for what is no sale.
pub(in crate::trades) async fn view(
    cx: &Cx,
    conn: &mut PgConnection,
    id: TradeId,
    trade: &Trade,
) -> Result<(Online, Option<AttemptRow>)> {
    let (Some(seller), Some(payment)) = (trade.seller(), trade.payment) else {
        return Ok((Online::default(), None));
    };
    let mut online = Online::default();
    let due = payment.state == PaymentState::Due && trade.state == TradeState::Agreed;
    online.is_offered = due && takes_payments(cx, &mut *conn, seller).await?;
    let attempt = repo::latest(&mut *conn, id).await?;
    if let Some(attempt) = &attempt {
        online.in_review = attempt.state == "review";
        online.came_late = attempt.state == "returned";
        if matches!(attempt.state.as_str(), "paid" | "returned") {
            let refund = back::refund_of(conn, attempt.id).await?;
            online.is_returning = refund.as_deref() == Some("wanted");
            online.is_stuck = refund.as_deref() == Some("failed");
        }
    }
    Ok((online, attempt))
}

/// The page from which the buyer goes to pay; nothing for the seller, and where there is nothing to
/// pay online.
///
/// # Errors
/// `NotFound` for whoever is no party.
pub async fn pay_page(cx: &Cx, trade: TradeId) -> Result<Option<PayView>> {
    let user = party(cx, trade).await?;
    let mut conn = cx.db().acquire().await?;
    let rules = load::read(&mut conn, trade).await?.trade;
    let Some(payment) = rules.payment.filter(|_| rules.seller() != Some(user)) else {
        return Ok(None);
    };
    let (online, attempt) = view(cx, &mut conn, trade, &rules).await?;
    if attempt.is_none() && !online.is_offered {
        return Ok(None);
    }
    let open = attempt.filter(|attempt| attempt.state == "open" && rules.is_processing());
    Ok(Some(PayView {
        amount: payment.amount,
        part_back: payment
            .refund_said()
            .filter(|_| payment.refunded < payment.amount.minor),
        state: payment.state,
        link: open.as_ref().and_then(|attempt| attempt.link.clone()),
        until: open.as_ref().map(|attempt| attempt.expires_at.to_jiff()),
        is_opening: open.is_some_and(|attempt| attempt.link.is_none()),
        online,
        runs: matches!(rules.state, TradeState::Agreed | TradeState::Disputed),
    }))
}

/// Begins to pay online, or goes on with what was begun: makes the page on which it is paid.
///
/// # Errors
/// `NotFound` for whoever is no party, and when this is not offered; `Conflict` when nothing is due,
/// or the service does not answer: what was begun is gone on with then.
pub async fn start_payment(cx: &Cx, key: Option<IdempotencyKey>, trade: TradeId) -> Result<()> {
    let user = party(cx, trade).await?;
    cx.limit(limits::PAY, &user.to_string()).await?;
    let provider = payments::provider(&cx.services.settings).ok_or(Error::NotFound)?;
    let attempt = retrying(|| begin(cx, key, trade)).await?;
    match open(cx, &provider, attempt).await {
        Ok(()) => Ok(()),
        Err(Trouble::Refused(code)) => {
            // Nobody has seen where it could be paid: it comes to nothing.
            check::settle(cx, attempt, None, &payments::Standing::Ended).await?;
            Err(excuse(&Trouble::Refused(code)))
        }
        Err(later) => Err(excuse(&later)),
    }
}

/// The live attempt of a sale, or a new one.
async fn begin(cx: &Cx, key: Option<IdempotencyKey>, trade: TradeId) -> Result<Uuid> {
    let user = cx.reader()?.id;
    let mut tx = match cx.once(key, &("start_payment", trade)).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(attempt) => return Ok(attempt),
    };
    let conn = &mut *tx.tx;
    crate::trades::repo::locks::lock(conn, trade).await?;
    let rules = load::read(conn, trade).await?.trade;
    let seller = rules.seller().filter(|seller| *seller != user);
    let seller = seller.ok_or(Error::NotFound)?;
    let live = repo::latest(&mut *conn, trade).await?;
    if let Some(live) = live.filter(AttemptRow::is_live) {
        tx.commit(&live.id).await?;
        return Ok(live.id);
    }
    let account = accounts::ready(&mut *conn, seller).await?;
    let account = account.ok_or_else(|| {
        Error::Conflict(
            "The seller takes no payments online. Ask in a message how you can pay.".into(),
        )
    })?;
    let step = Step::by(user, trade, Action::StartPayment);
    execute_in(conn, cx, &step).await?;
    let amount = rules.payment.map(|payment| payment.amount);
    let amount = amount.ok_or(Error::NotFound)?;
    let (id, now) = (Uuid::new_v4(), cx.now());
    let until = crate::trades::policy(&mut *conn).await?.checkout_until(now);
    let at = (payments::Stripe::NAME, account.as_str());
    repo::begin(conn, id, trade, at, amount, until, now).await?;
    tx.commit(&id).await?;
    Ok(id)
}

/// Asks for the page of an attempt, with the attempt's number as the key: however often that is done,
/// there is one.
pub(super) async fn open(
    cx: &Cx,
    provider: &impl Provider,
    attempt: Uuid,
) -> std::result::Result<(), Trouble> {
    let later = |error: Error| Trouble::Later(error.to_string());
    let Some(row) = repo::attempt(cx.db(), attempt).await.map_err(later)? else {
        return Ok(());
    };
    if row.state != "open" || row.link.is_some() {
        return Ok(());
    }
    let settings = &cx.services.settings;
    let page = dogear_urls::trade_pay(row.trade_id);
    let page_of = |how: &str| settings.link(&format!("{page}?back={how}"));
    let host = settings.base_url.host_str().unwrap_or("Dogear");
    let asked = Checkout {
        id: row.id,
        account: row.account.clone(),
        amount: row.amount(),
        what: format!("A book, sale {} at {host}", row.trade_id),
        until: row.expires_at.to_jiff(),
        back: (page_of("paid"), page_of("left")),
    };
    let opened = provider.checkout(&asked).await?;
    repo::opened(cx.db(), row.id, &opened.reference, opened.link.as_str())
        .await
        .map_err(later)?;
    Ok(())
}

/// Asks the payment service what has become of what the buyer has begun to pay; `false` when it does
/// not say that anything has.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when the service does not answer.
pub async fn check_now(cx: &Cx, trade: TradeId) -> Result<bool> {
    let user = party(cx, trade).await?;
    cx.limit(limits::PAY, &user.to_string()).await?;
    let live = repo::latest(cx.db(), trade).await?;
    let Some(attempt) = live.filter(AttemptRow::is_live) else {
        return Ok(true);
    };
    let asked = check::check(cx, attempt.id).await?;
    asked.map_err(|trouble| excuse(&trouble))?;
    let now = repo::attempt(cx.db(), attempt.id).await?;
    Ok(now.is_some_and(|now| now.state != attempt.state))
}

/// The payment service, as who acts in a trade.
pub(super) const PROVIDER: Actor = Actor::Provider;
