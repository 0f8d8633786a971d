//! What can be done with a trade.

use dogear_domain::copies::PHOTO_BYTES;
use dogear_domain::fields::{
    Carrier, FieldErrors, Message, PostalAddress, ProblemDetails, Reason, Tracking,
};
use dogear_domain::ids::{CopyId, LegId, TradeId};
use dogear_domain::trades::{
    Method, PHOTOS_PER_PROBLEM, ProblemReason, ProposalVersion, TradeState,
};
use dogear_server::Error;
use dogear_server::trades::{self, Books, Proposal, Shipment};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::{Files, context, files};
use dogear_urls as urls;

/// Photos of a problem.
pub(super) const PHOTOS: Files = Files {
    field: "photos",
    most: PHOTOS_PER_PROBLEM,
    largest: PHOTO_BYTES,
};

/// Proposes a trade to the reader `with`. Who gives nothing says with `gift` that they ask for one.
/// With `look`, nothing is proposed: the shelves are
/// shown anew.
#[server(endpoint = "trades/propose", input = HtmlForm)]
pub async fn propose_trade(
    with: String,
    #[server(default)] give: Vec<CopyId>,
    #[server(default)] get: Vec<CopyId>,
    method: Option<Method>,
    #[server(default)] message: String,
    #[server(default)] gift: String,
    #[server(default)] look: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    if !look.is_empty() {
        return Err(ActionError::Again);
    }
    let proposal = Proposal {
        with,
        books: Books {
            gives: give,
            gets: get,
            gift: !gift.is_empty(),
        },
        method: method.unwrap_or(Method::Post),
        message: read("message", Message::parse(&message))?,
    };
    let trade = trades::propose(&req.cx, once.into(), &proposal).await?;
    Ok(Done::go(urls::trade(trade))
        .saying("Your proposal is sent. Nothing is reserved until it is accepted."))
}

/// Answers the version of a proposal that the reader has `seen` with other books. `gift` and `look`
/// as in [`propose_trade`].
#[server(endpoint = "trades/counter", input = HtmlForm)]
pub async fn counter_trade(
    trade: TradeId,
    seen: ProposalVersion,
    #[server(default)] give: Vec<CopyId>,
    #[server(default)] get: Vec<CopyId>,
    method: Option<Method>,
    #[server(default)] message: String,
    #[server(default)] gift: String,
    #[server(default)] look: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    if !look.is_empty() {
        return Err(ActionError::Again);
    }
    let books = Books {
        gives: give,
        gets: get,
        gift: !gift.is_empty(),
    };
    let method = method.unwrap_or(Method::Post);
    let message = read("message", Message::parse(&message))?;
    trades::counter(&req.cx, once.into(), trade, seen, &books, method, &message).await?;
    Ok(Done::go(urls::trade(trade))
        .saying("Your answer is sent. Nothing is reserved until it is accepted."))
}

/// Accepts the version of a proposal that the reader has `seen`. `address`: where a book comes back
/// to that is lent by post.
#[server(endpoint = "trades/accept", input = HtmlForm)]
pub async fn accept_trade(
    trade: TradeId,
    seen: ProposalVersion,
    #[server(default)] address: String,
    #[server(default)] keep: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let address = match address.trim() {
        "" => None,
        typed => Some(read("address", PostalAddress::parse(typed))?),
    };
    let keep = !keep.is_empty();
    let state = trades::accept_at(&req.cx, once.into(), trade, seen, address, keep).await?;
    Ok(Done::go(urls::trade(trade)).saying(match state {
        TradeState::Agreed => "It is agreed. The books are reserved for this trade.",
        _ => "You have accepted. It waits for the others now.",
    }))
}

/// Declines a proposal, with a word to the others if the reader likes.
#[server(endpoint = "trades/decline", input = HtmlForm)]
pub async fn decline_trade(
    trade: TradeId,
    #[server(default)] reason: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", Reason::parse(&reason))?;
    trades::decline(&req.cx, once.into(), trade, &reason).await?;
    Ok(Done::go(urls::trade(trade)).saying("You have declined the proposal."))
}

/// Takes the reader's own proposal back.
#[server(endpoint = "trades/withdraw", input = HtmlForm)]
pub async fn withdraw_trade(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::withdraw(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying("You have withdrawn the proposal."))
}

/// Says that the books of a leg are in the post.
#[server(endpoint = "trades/send", input = HtmlForm)]
pub async fn send_books(
    trade: TradeId,
    leg: LegId,
    #[server(default)] carrier: String,
    #[server(default)] tracking: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let mut errors = FieldErrors::new();
    let carrier = errors.take("carrier", Carrier::parse(&carrier));
    let tracking = errors.take("tracking", Tracking::parse(&tracking));
    let (carrier, tracking) = errors.finish(carrier.zip(tracking))?;
    let shipment = Shipment { carrier, tracking };
    trades::send(&req.cx, once.into(), trade, leg, &shipment).await?;
    Ok(Done::go(urls::trade(trade))
        .saying("Your parcel is marked as posted. The other side has been told."))
}

/// Says that the books of a leg have been handed over in person.
#[server(endpoint = "trades/hand-over", input = HtmlForm)]
pub async fn hand_over_books(
    trade: TradeId,
    leg: LegId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    trades::hand_over(&req.cx, once.into(), trade, leg).await?;
    Ok(Done::go(urls::trade(trade)).saying("The books are marked as handed over."))
}

/// Says that the books of a leg have arrived: they are the reader's from then on.
#[server(endpoint = "trades/receive", input = HtmlForm)]
pub async fn receive_books(
    trade: TradeId,
    leg: LegId,
    #[server(default)] lent: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let state = trades::receive(&req.cx, once.into(), trade, leg).await?;
    Ok(Done::go(urls::trade(trade)).saying(match state {
        _ if lent == "out" => "You have the book. Bring it back by the day you have agreed on.",
        _ if lent == "back" => "The book is back, and the loan is over.",
        TradeState::Completed => "The books are yours, and the trade is completed.",
        TradeState::Resolved => "You have it back. It stands on your shelf, not listed.",
        _ => "The books are yours. They stand on your shelf, not listed yet.",
    }))
}

/// Cancels an agreed trade, or asks the others to.
#[server(endpoint = "trades/cancel", input = HtmlForm)]
pub async fn cancel_trade(
    trade: TradeId,
    #[server(default)] reason: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", Reason::parse(&reason))?;
    let state = trades::cancel(&req.cx, once.into(), trade, &reason).await?;
    Ok(Done::go(urls::trade(trade)).saying(match state {
        TradeState::Cancelled => "The trade is cancelled. The books are free again.",
        _ => "You have asked to cancel. It waits for the other side.",
    }))
}

/// Agrees to cancel, after somebody has asked.
#[server(endpoint = "trades/agree-to-cancel", input = HtmlForm)]
pub async fn agree_to_cancel(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let state = trades::consent_to_cancel(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying(match state {
        TradeState::Cancelled => "The trade is cancelled. The books are free again.",
        _ => "You have agreed to cancel. It waits for the others.",
    }))
}

/// Reports a problem with the books of a leg to the moderators, with the photos that come with the
/// form; the trade stands still.
#[server(endpoint = "trades/report-problem", input = HtmlForm)]
pub async fn report_problem(
    trade: TradeId,
    leg: LegId,
    #[server(default)] problem: String,
    #[server(default)] details: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let problem: ProblemReason = problem
        .parse()
        .map_err(|_| Error::field("problem", "Choose what went wrong."))?;
    let details = read("details", ProblemDetails::parse(&details))?;
    let sent = files();
    let reported =
        trades::report_problem(&req.cx, once.into(), trade, leg, problem, &details, sent).await?;
    let mut said =
        "You have reported the problem. The trade stands still until it is settled.".to_owned();
    if !reported.refused.is_empty() {
        said = format!("{said} Not taken: {}", reported.refused.join(" "));
    }
    Ok(Done::go(urls::trade(trade)).saying(said))
}

/// Agrees to end a trade with a problem as it is.
#[server(endpoint = "trades/settle", input = HtmlForm)]
pub async fn settle_trade(
    trade: TradeId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let state = trades::settle(&req.cx, once.into(), trade).await?;
    Ok(Done::go(urls::trade(trade)).saying(match state {
        TradeState::Resolved => "It is settled, and the trade has ended.",
        _ => "You have agreed to settle it. It waits for the other side.",
    }))
}

/// Writes to the others of a trade.
#[server(endpoint = "trades/write-message", input = HtmlForm)]
pub async fn write_message(
    trade: TradeId,
    #[server(default)] message: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let message = read("message", Message::parse(&message))?;
    trades::write(&req.cx, once.into(), trade, &message).await?;
    Ok(Done::go(urls::trade(trade)).saying("Your message is sent."))
}

/// Shows the sender where the reader's parcel goes, and keeps it for the next trades when `keep` is
/// filled. `version`: what the page of the form showed.
#[server(endpoint = "trades/save-address", input = HtmlForm)]
pub async fn save_address(
    trade: TradeId,
    #[server(default)] address: String,
    #[server(default)] keep: String,
    #[server(default)] version: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let seen = version.into();
    let address = read("address", PostalAddress::parse(&address))?;
    let keep = !keep.is_empty();
    trades::save_address(&req.cx, once.into(), trade, &seen, &address, keep).await?;
    Ok(Done::go(urls::trade(trade)).saying(if keep {
        "The sender can read your address now. It is kept for your next trades."
    } else {
        "The sender can read your address now."
    }))
}

/// Forgets the address that the reader keeps for their next trades.
#[server(endpoint = "trades/forget-address", input = HtmlForm)]
pub async fn forget_address() -> Result<Done, ActionError> {
    let req = context()?;
    trades::forget_address(&req.cx).await?;
    Ok(Done::go(urls::SETTINGS_ADDRESS).saying("Your address is kept no more."))
}
