//! What is done after a trade is agreed.

use dogear_domain::fields::{Carrier, ProblemDetails, Tracking};
use dogear_domain::trades::ProblemReason;
use dogear_server::trades::{self, Shipment};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answers::{Because, step};
use super::shown::Exchange;
use super::{begun, now, typed};
use crate::Site;
use crate::answer::Answer;
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(send_exchange))
        .routes(routes!(hand_over_exchange))
        .routes(routes!(receive_exchange))
        .routes(routes!(cancel_exchange))
        .routes(routes!(consent_to_cancel_exchange))
        .routes(routes!(report_exchange_problem))
        .routes(routes!(settle_exchange))
        .routes(routes!(meet_for_exchange, drop_exchange_meeting))
}

/// Books that are in the post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Sent {
    /// The way that they go: one of `legs`.
    leg: Id,
    /// Who carries them; may be empty.
    #[serde(default)]
    carrier: String,
    /// The number by which they can be followed; may be empty.
    #[serde(default)]
    tracking: String,
}

/// Say that books are in the post
#[utoipa::path(
    put,
    path = "/exchange/{id}/send",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = Sent,
    responses(
        (status = 200, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "Not now, or not by this party: see `may` of the leg."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(4)))
)]
async fn send_exchange(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(sent): Json<Sent>,
) -> Answer<Exchange> {
    let shipment = Shipment {
        carrier: typed("carrier", Carrier::parse(&sent.carrier))?,
        tracking: typed("tracking", Tracking::parse(&sent.tracking))?,
    };
    let cx = &caller.cx;
    Box::pin(trades::send(cx, key, id.of(), sent.leg.of(), &shipment)).await?;
    now(&caller, id).await
}

/// A way that books go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OfLeg {
    /// One of `legs`.
    leg: Id,
}

/// Say that books were handed over in person
#[utoipa::path(
    put,
    path = "/exchange/{id}/hand-over",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = OfLeg,
    responses(
        (status = 200, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "Not now, or not by this party: see `may` of the leg."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(4)))
)]
async fn hand_over_exchange(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(of): Json<OfLeg>,
) -> Answer<Exchange> {
    Box::pin(trades::hand_over(&caller.cx, key, id.of(), of.leg.of())).await?;
    now(&caller, id).await
}

/// Say that books have arrived
///
/// They are the caller's from then on, or back with their lender.
#[utoipa::path(
    put,
    path = "/exchange/{id}/receive",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = OfLeg,
    responses(
        (status = 200, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "Not now, or not by this party: see `may` of the leg."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(4)))
)]
async fn receive_exchange(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(of): Json<OfLeg>,
) -> Answer<Exchange> {
    Box::pin(trades::receive(&caller.cx, key, id.of(), of.leg.of())).await?;
    now(&caller, id).await
}

/// Cancel an agreed trade, or ask the other party to
///
/// `cancel_ground` says whether it ends at once.
#[utoipa::path(
    put,
    path = "/exchange/{id}/cancel",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = Because,
    responses(
        (status = 200, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "Not now, or not by this party: see `may`."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(4)))
)]
async fn cancel_exchange(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(because): Json<Because>,
) -> Answer<Exchange> {
    let reason = because.read()?;
    Box::pin(trades::cancel(&caller.cx, key, id.of(), &reason)).await?;
    now(&caller, id).await
}

step! {
    /// Agree to cancel, after the other party has asked
    consent_to_cancel_exchange, "/exchange/{id}/consent", "Exchange", "trade",
    trades::consent_to_cancel
}

/// Something that is wrong with the books of a trade.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExchangeProblem {
    /// The way of the books that it is about.
    leg: Id,
    /// `never_arrived`, `wrong_book`, `not_as_described`, `damaged_in_post`, `no_answer`, `payment`,
    /// `lost` or `not_returned`.
    #[schema(value_type = String)]
    problem: ProblemReason,
    /// In the caller's words.
    details: String,
}

/// Report a problem with the books of a trade to the moderators
///
/// The trade stands still until it is settled. Photos can be added on its page only.
#[utoipa::path(
    post,
    path = "/exchange/{id}/problems",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = NewExchangeProblem,
    responses(
        (status = 201, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "Not now, or not by this party: see `may` of the leg."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(5)))
)]
async fn report_exchange_problem(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(new): Json<NewExchangeProblem>,
) -> Answer<Exchange> {
    let details = typed("details", ProblemDetails::parse(&new.details))?;
    let (cx, leg) = (&caller.cx, new.leg.of());
    let reported = trades::report_problem(cx, key, id.of(), leg, new.problem, &details, Vec::new());
    Box::pin(reported).await?;
    begun(&caller, id).await
}

step! {
    /// Agree to end a trade with a problem as it is
    ///
    /// When both have, it is settled without a moderator.
    settle_exchange, "/exchange/{id}/settle", "Exchange", "trade", trades::settle
}

/// A date of an event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MeetAt {
    /// At which the books change hands.
    occurrence: Id,
}

/// Name an event at which the books change hands
///
/// In the place of another.
#[utoipa::path(
    put,
    path = "/exchange/{id}/meeting",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = MeetAt,
    responses(
        (status = 200, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "The books go by post, or have changed hands."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(4)))
)]
async fn meet_for_exchange(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(at): Json<MeetAt>,
) -> Answer<Exchange> {
    Box::pin(trades::meet_at(
        &caller.cx,
        key,
        id.of(),
        at.occurrence.of(),
    ))
    .await?;
    now(&caller, id).await
}

/// Take back that the books change hands at an event
#[utoipa::path(
    delete,
    path = "/exchange/{id}/meeting",
    tag = "Exchange",
    params(("id" = Id, Path, description = "Of the trade.")),
    responses(
        (status = 200, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "Books have changed hands."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(4)))
)]
async fn drop_exchange_meeting(caller: Caller, At(id): At<Id>) -> Answer<Exchange> {
    Box::pin(trades::drop_meeting(&caller.cx, id.of())).await?;
    now(&caller, id).await
}
