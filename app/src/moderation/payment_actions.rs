//! What admins can do about payments.

use dogear_server::trades;
use leptos::prelude::*;
use uuid::Uuid;

use crate::action::{ActionError, Done, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Asks the payment service again what has become of a payment, and of what is to be given back.
#[server(endpoint = "moderation/ask-about-payment", input = HtmlForm)]
pub async fn ask_about_payment(attempt: Uuid) -> Result<Done, ActionError> {
    let req = context()?;
    trades::ask_again(&req.cx, attempt).await?;
    Ok(Done::go(urls::ADMIN_PAYMENTS).saying("The payment service was asked."))
}

/// Gives back what came in another amount than was due.
#[server(endpoint = "moderation/give-payment-back", input = HtmlForm)]
pub async fn give_payment_back(attempt: Uuid) -> Result<Done, ActionError> {
    let req = context()?;
    trades::give_back(&req.cx, attempt).await?;
    Ok(Done::go(urls::ADMIN_PAYMENTS).saying("It goes back, and the sale is to be paid anew."))
}
