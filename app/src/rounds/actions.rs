//! What can be done with what is given away.

use dogear_domain::ids::{CopyId, RoundId};
use dogear_domain::rounds::RoundMode;
use dogear_domain::trades::Method;
use dogear_server::{Error, rounds};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use crate::ui::count;
use dogear_urls as urls;

/// Gives a copy away to one of those who ask within so many hours.
#[server(endpoint = "rounds/open", input = HtmlForm)]
pub async fn open_round(
    copy: CopyId,
    mode: Option<RoundMode>,
    #[server(default)] hours: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let mode =
        mode.ok_or_else(|| Error::field("mode", "Choose how it is found out who gets it."))?;
    let opened = rounds::open(&req.cx, once.into(), copy, mode, &hours).await?;
    let ended = match opened.ended {
        0 => String::new(),
        ended => format!(
            " {} with it ended.",
            count(ended, "open proposal", "open proposals")
        ),
    };
    Ok(Done::go(urls::give(opened.round))
        .saying(format!("“{}” is given away.{ended}", opened.title)))
}

/// Ends a round before anybody is asked.
#[server(endpoint = "rounds/close", input = HtmlForm)]
pub async fn close_round(round: RoundId) -> Result<Done, ActionError> {
    let req = context()?;
    let title = rounds::close(&req.cx, round).await?;
    Ok(Done::go(urls::give(round)).saying(format!(
        "“{title}” is not given away any more. Those who asked are told."
    )))
}

/// Asks for what is given away.
#[server(endpoint = "rounds/ask", input = HtmlForm)]
pub async fn ask_for_gift(
    round: RoundId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let offered = rounds::ask(&req.cx, once.into(), round).await?;
    Ok(Done::go(urls::give(round)).saying(if offered {
        "You are the first: the book can be yours. Take it, or pass."
    } else {
        "You have asked for it. We tell you when the book is offered to you."
    }))
}

/// Takes a wish back.
#[server(endpoint = "rounds/take-back", input = HtmlForm)]
pub async fn take_back_ask(round: RoundId) -> Result<Done, ActionError> {
    let req = context()?;
    rounds::take_back(&req.cx, round).await?;
    Ok(Done::go(urls::give(round)).saying("You do not wait for it any more."))
}

/// Takes what is offered.
#[server(endpoint = "rounds/take", input = HtmlForm)]
pub async fn take_gift(
    round: RoundId,
    method: Option<Method>,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let method =
        method.ok_or_else(|| Error::field("method", "Choose how the book comes to you."))?;
    let trade = rounds::take(&req.cx, once.into(), round, method).await?;
    Ok(Done::go(urls::trade(trade)).saying("It is yours. What is to be done now stands here."))
}

/// Leaves what is offered to the next one.
#[server(endpoint = "rounds/pass", input = HtmlForm)]
pub async fn pass_gift(round: RoundId) -> Result<Done, ActionError> {
    let req = context()?;
    rounds::pass(&req.cx, round).await?;
    Ok(Done::go(urls::give(round)).saying("You have passed: it goes to the next reader."))
}
