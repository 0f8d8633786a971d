//! Sales: a copy for money, which changes hands between the two readers.

use dogear_domain::fields::{FieldErrors, Message};
use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::Price;
use dogear_domain::trades::{Action, Actor, Method, ProposalVersion, Trade, TradeState};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use sqlx::PgConnection;

use super::buying::{self, Asked, NewSale, NotForSale, Wanted};
use super::errors::refusal;
use super::repo::{load, orders, payments};
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
    /// They take it back within 14 days.
    pub takes_returns: bool,
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
    let asked = asked(buying::wanted(&mut conn, reader, &[copy], cx.now()).await?)?;
    let (trader, takes_returns) = payments::returns_of(&mut conn, asked.owner).await?;
    Ok(OnSale {
        price: asked.price,
        terms: asked.terms,
        trader,
        takes_returns,
    })
}

/// The one copy that is wanted. What the reader may not see is no more than what does not exist.
fn asked(wanted: Vec<Wanted>) -> Result<Asked> {
    let wanted = wanted.into_iter().next().ok_or(Error::NotFound)?;
    wanted.asked.map_err(|why| match why {
        NotForSale::Gone => Error::NotFound,
        why => Error::Conflict(why.said(&wanted.title)),
    })
}

/// Buys a copy, for what its owner wants or for another price. Where they sell it at once, for
/// what they want, it is agreed with that; else they are asked, and nothing is held until they
/// accept. The price is read from the copy under its lock.
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
    buying::lock_buyer(conn, user).await?;
    let asked = asked(buying::lock_wanted(conn, user, &[purchase.copy], now).await?)?;
    if asked.terms != purchase.seen {
        return Err(refusal(dogear_domain::trades::TradeError::TermsChanged));
    }
    let amount = asked.price.amount;
    let price = match purchase.price.trim() {
        "" => amount,
        typed => read_price(typed, amount.currency)?,
    };
    let sale = NewSale {
        seller: asked.owner,
        lines: vec![(asked, price)],
        method: purchase.method,
        message: purchase.message.clone(),
    };
    let begun = buying::begin_sales(conn, user, &[sale], now).await?;
    let trade = begun.into_iter().next().ok_or(Error::NotFound)?;
    tx.commit(&trade).await?;
    Ok(trade)
}

/// Whether a trade of the reader's is agreed, as one is that was bought at once.
///
/// # Errors
/// `NotFound` for whoever is no party; `SignInRequired`.
pub async fn is_agreed(cx: &Cx, trade: TradeId) -> Result<bool> {
    let state = orders::state_for(cx.db(), cx.reader()?.id, trade).await?;
    Ok(state.ok_or(Error::NotFound)? == TradeState::Agreed)
}

fn read_price(typed: &str, currency: Currency) -> Result<Money> {
    Money::parse_price(typed, currency)
        .map_err(|problem| Error::field("price", problem.to_string()))
}

/// The field with the price of a copy, where there are several.
pub fn price_field(copy: CopyId) -> String {
    format!("price-{copy}")
}

/// Answers a proposal to buy with other prices, as typed, one for each copy, or another way to
/// exchange. `seen` is the version that the reader had before them.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when the proposal has moved on, or is no sale;
/// `Invalid` ([`price_field`]).
pub async fn haggle(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    seen: ProposalVersion,
    prices: &[(CopyId, String)],
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
    let mut wrong = FieldErrors::new();
    for (copy, each) in &mut terms.prices {
        let typed = prices.iter().find(|(named, _)| named == copy);
        let typed = typed.map_or("", |(_, typed)| typed.trim());
        let read = Money::parse_price(typed, terms.currency);
        *each = wrong
            .take(price_field(*copy), read)
            .map_or(*each, |price| price.minor);
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
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
    let request = ("haggle", trade, seen.to_string(), prices, method, message);
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
