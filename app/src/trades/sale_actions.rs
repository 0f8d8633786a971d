//! What can be done with a sale, besides what can be done with every trade.

use std::collections::BTreeMap;

use dogear_domain::fields::Message;
use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::trades::{Method, ProposalVersion};
use dogear_server::cart;
use dogear_server::trades::{self, Purchase};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::context;
use dogear_urls as urls;

/// Asks to buy a copy. `seen`: the terms that the page showed; `price`: another one than what is
/// asked, as typed, or nothing.
#[server(endpoint = "trades/buy", input = HtmlForm)]
pub async fn buy_copy(
    copy: CopyId,
    #[server(default)] seen: i32,
    #[server(default)] price: String,
    method: Option<Method>,
    #[server(default)] message: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let purchase = Purchase {
        copy,
        seen,
        price,
        method: method.unwrap_or(Method::Meet),
        message: read("message", Message::parse(&message))?,
    };
    let trade = trades::buy(&req.cx, once.into(), &purchase).await?;
    // What is asked for is no longer to be bought once more.
    cart::remove(&req.cx, copy).await?;
    let said = if trades::is_agreed(&req.cx, trade).await? {
        "You have bought it, and it is kept for you. This page says what comes next."
    } else {
        "You have asked to buy it. Nothing is reserved until the owner accepts; pay nothing before."
    };
    Ok(Done::go(urls::trade(trade)).saying(said))
}

/// Answers the version of a sale that the reader has `seen` with another price for each of its
/// copies: the fields `price-1`, `price-2` … are named by them, and others are passed over.
#[server(endpoint = "trades/name-price", input = HtmlForm)]
pub async fn name_price(
    trade: TradeId,
    seen: ProposalVersion,
    #[server(flatten)] prices: BTreeMap<String, String>,
    method: Option<Method>,
    #[server(default)] message: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let prices: Vec<(CopyId, String)> = prices
        .into_iter()
        .filter_map(|(name, typed)| Some((name.strip_prefix("price-")?.parse().ok()?, typed)))
        .collect();
    let message = read("message", Message::parse(&message))?;
    let method = method.unwrap_or(Method::Meet);
    trades::haggle(&req.cx, once.into(), trade, seen, &prices, method, &message).await?;
    Ok(Done::go(urls::trade(trade)).saying("Your price is sent. It waits for the other side now."))
}

/// Says that the seller has the money.
#[server(endpoint = "trades/mark-paid", input = HtmlForm)]
pub async fn mark_paid(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::mark_paid(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying("It is marked as paid, and the buyer is told."))
}
