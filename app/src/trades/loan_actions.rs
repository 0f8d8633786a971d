//! What can be done with a loan, besides what can be done with every trade.

use dogear_domain::fields::Message;
use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::trades::{Method, ProposalVersion};
use dogear_server::trades::{self, Borrowing};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::context;
use dogear_urls as urls;

/// Asks to borrow a copy until the day `due`. `seen`: the terms that the page showed.
#[server(endpoint = "trades/borrow", input = HtmlForm)]
pub async fn borrow_copy(
    copy: CopyId,
    #[server(default)] seen: i32,
    #[server(default)] due: String,
    method: Option<Method>,
    #[server(default)] message: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let wanted = Borrowing {
        copy,
        seen,
        due,
        method: method.unwrap_or(Method::Meet),
        message: read("message", Message::parse(&message))?,
    };
    let trade = trades::borrow(&req.cx, once.into(), &wanted).await?;
    Ok(Done::go(urls::trade(trade))
        .saying("You have asked to borrow it. Nothing is promised until its owner accepts."))
}

/// Answers the version of a loan that the reader has `seen` with another day.
#[server(endpoint = "trades/name-day", input = HtmlForm)]
pub async fn name_day(
    trade: TradeId,
    seen: ProposalVersion,
    #[server(default)] due: String,
    method: Option<Method>,
    #[server(default)] message: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let message = read("message", Message::parse(&message))?;
    let method = method.unwrap_or(Method::Meet);
    trades::redate(&req.cx, once.into(), trade, seen, &due, method, &message).await?;
    Ok(Done::go(urls::trade(trade)).saying("Your day is sent. It waits for the other side now."))
}

/// Asks the lender to have the book until the day `due`.
#[server(endpoint = "trades/ask-renewal", input = HtmlForm)]
pub async fn ask_renewal(
    trade: TradeId,
    #[server(default)] due: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::ask_renewal(&req.cx, once.into(), trade, &due).await?;
    Ok(Done::go(urls::trade(trade))
        .saying("You have asked for more time. Until its owner says yes, the day stays as it is."))
}

/// Gives the time that the borrower asks for.
#[server(endpoint = "trades/grant-renewal", input = HtmlForm)]
pub async fn grant_renewal(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::grant_renewal(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying("You have given more time, and the borrower is told."))
}

/// Gives none.
#[server(endpoint = "trades/refuse-renewal", input = HtmlForm)]
pub async fn refuse_renewal(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::refuse_renewal(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying("The day stays as it is, and the borrower is told."))
}

/// Gives the borrower until the day `due`.
#[server(endpoint = "trades/extend-loan", input = HtmlForm)]
pub async fn extend_loan(
    trade: TradeId,
    #[server(default)] due: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::extend(&req.cx, once.into(), trade, &due).await?;
    Ok(Done::go(urls::trade(trade)).saying("The new day is set, and the borrower is told."))
}

/// Offers the borrower to keep the book.
#[server(endpoint = "trades/let-keep", input = HtmlForm)]
pub async fn let_keep(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::let_keep(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade))
        .saying("You have offered it. It stays yours until the borrower says that they keep it."))
}

/// Keeps the book that the lender would let the reader keep.
#[server(endpoint = "trades/keep", input = HtmlForm)]
pub async fn agree_to_keep(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::agree_to_keep(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying("The book is yours. It stands on your shelf now."))
}
