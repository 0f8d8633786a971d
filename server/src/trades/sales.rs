//! Sales: a copy for money, which changes hands between the two readers.

use dogear_domain::copies::HeldBy;
use dogear_domain::fields::Message;
use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::Price;
use dogear_domain::trades::{
    Action, Actor, Item, Method, ProposalVersion, SaleTerms, Trade, TradeState,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use sqlx::PgConnection;

use super::errors::refusal;
use super::propose::Opening;
use super::repo::{load, locks, payments, proposals};
use super::respond::{eligible_party, party};
use super::save::CommandDetails;
use super::step::{Command, Scope, Step, execute, retrying};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, limits};

/// What a page showed of a copy that somebody would buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnSale {
    /// What its owner asks for it.
    pub price: Price,
    /// Goes into the form and comes back: whoever saw other terms is asked again.
    pub terms: i32,
    /// The owner sells as a trader.
    pub trader: bool,
}

/// A copy as its buyer wants it.
#[derive(Debug, Clone, Serialize)]
pub struct Purchase {
    /// Which one.
    pub copy: CopyId,
    /// [`OnSale::terms`] of the page.
    pub seen: i32,
    /// Another price than what is asked, as typed; empty for that.
    pub price: String,
    /// How it changes hands.
    pub method: Method,
    /// The first message; may be empty.
    pub message: Message,
}

/// For what a copy is sold now.
///
/// # Errors
/// `NotFound` when the reader may not see it; `Conflict` when it cannot be bought.
pub async fn on_sale(cx: &Cx, copy: CopyId) -> Result<OnSale> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    let fact = for_sale(&mut conn, copy, reader, cx.now()).await?;
    let (_, trader) = payments::seller_of(&mut conn, copy)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(OnSale {
        price: fact.offers.sale.ok_or(Error::NotFound)?,
        terms: fact.terms_version,
        trader,
    })
}

/// A copy that `buyer` can buy now.
async fn for_sale(
    conn: &mut PgConnection,
    copy: CopyId,
    buyer: UserId,
    now: Timestamp,
) -> Result<proposals::Fact> {
    let fact = proposals::facts(conn, &[copy], Some(buyer), now)
        .await?
        .pop()
        .filter(|fact| fact.seen)
        .ok_or(Error::NotFound)?;
    if fact.owner_id == buyer {
        return Err(Error::Conflict("This book is yours already.".into()));
    }
    if fact.held_by() == Some(HeldBy::Lent) {
        return Err(Error::Conflict(format!(
            "“{}” is lent to somebody just now, so nobody can buy it until it is back. Look for another copy.",
            fact.title
        )));
    }
    if let Some(HeldBy::Round(round)) = fact.held_by() {
        return Err(Error::Conflict(format!(
            "“{}” is given away just now, to one of those who ask for it at {}.",
            fact.title,
            dogear_urls::give(round)
        )));
    }
    if fact.held_by().is_some() {
        return Err(Error::Conflict(format!(
            "“{}” is promised to somebody else. Look for another copy.",
            fact.title
        )));
    }
    if !fact.listed || fact.offers.sale.is_none() {
        return Err(Error::Conflict(format!(
            "“{}” is not for sale any more. Look for another copy.",
            fact.title
        )));
    }
    Ok(fact)
}

/// Asks to buy a copy, for what its owner wants or for another price. Nothing is held until the
/// owner accepts. The price is read from the copy under its lock.
///
/// # Errors
/// As [`super::propose`]; `Conflict` when the copy is not for sale, or its terms are others than
/// those seen; `Invalid` (field `price`).
pub async fn buy(cx: &Cx, key: Option<IdempotencyKey>, purchase: &Purchase) -> Result<TradeId> {
    let user = cx.member()?.id;
    cx.limit(limits::PROPOSE, &user.to_string()).await?;
    retrying(|| buy_once(cx, key, user, purchase)).await
}

async fn buy_once(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    user: UserId,
    purchase: &Purchase,
) -> Result<TradeId> {
    let mut tx = match cx.once(key, purchase).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(trade) => return Ok(trade),
    };
    let conn = &mut *tx.tx;
    let now = cx.now();
    // What the reader may not see is no more than what does not exist, whoever its owner is.
    for_sale(conn, purchase.copy, user, now).await?;
    let (seller, _) = payments::seller_of(conn, purchase.copy)
        .await?
        .ok_or(Error::NotFound)?;
    let opening = Opening::with(conn, user, &seller, now).await?;
    locks::lock_copies(conn, &[purchase.copy]).await?;
    let fact = for_sale(conn, purchase.copy, user, now).await?;
    // It may have changed hands since its owner was looked up.
    if fact.terms_version != purchase.seen || fact.owner_id != opening.other {
        return Err(refusal(dogear_domain::trades::TradeError::TermsChanged));
    }
    let asked = fact.offers.sale.ok_or(Error::NotFound)?;
    let price = match purchase.price.trim() {
        "" => asked.amount,
        typed => read_price(typed, asked.amount.currency)?,
    };
    let item = Item {
        copy: fact.id,
        from: fact.owner_id,
        to: user,
        terms: fact.terms_version,
    };
    let mut draft = Trade::draft(user, &[user, fact.owner_id], vec![item], purchase.method);
    draft.sale = Some(SaleTerms {
        prices: vec![(fact.id, price.minor)],
        currency: price.currency,
        postage: asked.postage,
    });
    let trade = opening
        .begin(conn, draft, false, &purchase.message, now)
        .await?;
    tx.commit(&trade).await?;
    Ok(trade)
}

fn read_price(typed: &str, currency: Currency) -> Result<Money> {
    Money::parse_price(typed, currency)
        .map_err(|problem| Error::field("price", problem.to_string()))
}

/// Answers a proposal to buy with another price, as typed, or another way to exchange. `seen` is the
/// version that the reader had before them.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when the proposal has moved on, or is no sale;
/// `Invalid` (field `price`).
pub async fn haggle(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    seen: ProposalVersion,
    price: &str,
    method: Method,
    message: &Message,
) -> Result<TradeState> {
    let user = eligible_party(cx, trade).await?;
    let mut conn = cx.db().acquire().await?;
    let rules = load::read(&mut conn, trade).await?.trade;
    drop(conn);
    let Some(mut terms) = rules.sale else {
        return Err(refusal(dogear_domain::trades::TradeError::NotForSale));
    };
    let price_read = read_price(price, terms.currency)?;
    // A sale is of one copy as long as nobody can put several into one.
    for (_, each) in &mut terms.prices {
        *each = price_read.minor;
    }
    let action = Action::Haggle {
        seen,
        terms,
        method,
    };
    let step = Step {
        trade,
        actor: Actor::Member(user),
        command: Command::Do(action),
        scope: Scope::Trade,
        details: CommandDetails {
            message: message.clone().into(),
            ..CommandDetails::default()
        },
    };
    let request = ("haggle", trade, seen.to_string(), price, method, message);
    execute(cx, key, &request, &step).await
}

/// Says that the buyer has paid: the seller's word.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` for the buyer, and when nothing is due.
pub async fn mark_paid(cx: &Cx, key: Option<IdempotencyKey>, trade: TradeId) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::MarkPaid);
    execute(cx, key, &("mark_paid", trade), &step).await
}

/// Refuses a sale that is more than its seller may sell in a year. The row of the seller is locked.
///
/// # Errors
/// `Forbidden` with the numbers.
pub(super) async fn check_cap(
    conn: &mut PgConnection,
    trade: &Trade,
    now: Timestamp,
) -> Result<()> {
    let (Some(seller), Some(sale)) = (trade.seller(), &trade.sale) else {
        return Ok(());
    };
    let year = now
        .to_zoned(TimeZone::UTC)
        .first_of_year()
        .and_then(|first| first.start_of_day())
        .map_or(now, |first| first.timestamp());
    let sold = payments::sold_since(conn, seller, year).await?;
    let cents = sold
        .iter()
        .map(|money| money.rough_euro_cents())
        .sum::<i64>()
        + sale.amount(trade.method).rough_euro_cents();
    let policy = super::policy(&mut *conn).await?;
    policy
        .check_sales(i64::try_from(sold.len()).unwrap_or(i64::MAX), cents)
        .map_err(refusal)
}
