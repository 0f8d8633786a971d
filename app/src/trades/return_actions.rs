//! What can be done with books and money of a sale that go back.

use dogear_domain::fields::Reason;
use dogear_domain::ids::TradeId;
use dogear_server::trades;
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::context;
use dogear_urls as urls;

/// Gives back what the reader has bought, with a `reason` or none.
#[server(endpoint = "trades/ask-return", input = HtmlForm)]
pub async fn ask_return(
    trade: TradeId,
    #[server(default)] reason: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", Reason::parse(&reason))?;
    trades::ask_return(&req.cx, once.into(), trade, &reason).await?;
    Ok(Done::go(urls::trade(trade))
        .saying("You give it back, and the seller is told. This page says what comes next."))
}

/// Keeps it after all.
#[server(endpoint = "trades/drop-return", input = HtmlForm)]
pub async fn drop_return(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::drop_return(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying("You keep it. It stands on your shelf, not listed."))
}

/// Says that the buyer has their money back.
#[server(endpoint = "trades/mark-given-back", input = HtmlForm)]
pub async fn mark_given_back(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::mark_given_back(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying("It is marked as given back, and the buyer is told."))
}
