//! What can be done about paying online.

use dogear_domain::ids::TradeId;
use dogear_server::trades::{self, Account};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Begins to pay for a book online, or goes on with it.
#[server(endpoint = "trades/start-pay", input = HtmlForm)]
pub async fn start_pay(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::start_payment(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade_pay(trade)))
}

/// Asks the payment service whether the buyer's money is there.
#[server(endpoint = "trades/ask-about-pay", input = HtmlForm)]
pub async fn ask_about_pay(trade: TradeId) -> Result<Done, ActionError> {
    let req = context()?;
    let sentence = if trades::check_now(&req.cx, trade).await? {
        "We have asked. Below stands what the payment service says."
    } else {
        "The payment service has no payment of yours yet. If you have paid, wait a minute; do not pay again."
    };
    Ok(Done::go(urls::trade_pay(trade)).saying(sentence))
}

/// Makes an account at the payment service for the reader, or goes on with it.
#[server(endpoint = "trades/connect-account", input = HtmlForm)]
pub async fn connect_account() -> Result<Done, ActionError> {
    let req = context()?;
    trades::connect(&req.cx).await?;
    Ok(Done::go(urls::SETTINGS_PAYMENTS))
}

/// Looks whether the reader's account can be paid into.
#[server(endpoint = "trades/look-at-account", input = HtmlForm)]
pub async fn look_at_account() -> Result<Done, ActionError> {
    let req = context()?;
    let sentence = match trades::refresh_account(&req.cx).await? {
        Account::Ready => "It is ready: buyers can pay you online now.",
        _ => "Stripe does not pay into it yet.",
    };
    Ok(Done::go(urls::SETTINGS_PAYMENTS).saying(sentence))
}

/// Takes no payments online any more.
#[server(endpoint = "trades/disconnect-account", input = HtmlForm)]
pub async fn disconnect_account() -> Result<Done, ActionError> {
    let req = context()?;
    trades::disconnect(&req.cx).await?;
    Ok(Done::go(urls::SETTINGS_PAYMENTS).saying("Nobody can pay you online any more."))
}
