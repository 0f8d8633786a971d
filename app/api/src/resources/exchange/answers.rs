//! Answers to a proposal.

use dogear_domain::fields::{PostalAddress, Reason};
use dogear_domain::trades::{Method, ProposalVersion};
use dogear_server::trades::{self, Books};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::shown::Exchange;
use super::{copies, message, now, typed};
use crate::Site;
use crate::answer::Answer;
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(counter_exchange))
        .routes(routes!(accept_exchange))
        .routes(routes!(decline_exchange))
        .routes(routes!(withdraw_exchange))
}

/// Declares a step that takes nothing but the trade.
macro_rules! step {
    ($(#[doc = $doc:literal])+ $name:ident, $path:literal, $tag:literal, $scope:literal, $service:path) => {
        $(#[doc = $doc])+
        #[utoipa::path(
            put,
            path = $path,
            tag = $tag,
            params(
                ("id" = Id, Path, description = "Of the trade."),
                ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
            ),
            responses(
                (status = 200, description = "The trade, as it stands now.", body = Exchange),
                (status = 409, description = "Not now, or not by this party: see `may`."),
            ),
            security(("token" = [$scope])),
            extensions(("x-cost" = json!(4)))
        )]
        async fn $name(caller: Caller, At(id): At<Id>, Once(key): Once) -> Answer<Exchange> {
            Box::pin($service(&caller.cx, key, id.of())).await?;
            now(&caller, id).await
        }
    };
}
pub(super) use step;

/// Another proposal in the place of the one that was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Counter {
    /// The `version` that is answered.
    #[schema(value_type = String)]
    version: ProposalVersion,
    /// Copies of the caller's, at most 20.
    #[serde(default)]
    give: Vec<Id>,
    /// Copies of the other party's, at most 20.
    #[serde(default)]
    get: Vec<Id>,
    /// Whoever gives nothing says by this that they ask for a gift.
    #[serde(default)]
    gift: bool,
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// What goes with it; may be empty.
    #[serde(default)]
    message: String,
}

/// Answer a proposal with other books
///
/// For swaps and gifts; `/orders/{id}/counter` has another price, `/loans/{id}/counter` another day.
#[utoipa::path(
    put,
    path = "/exchange/{id}/counter",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = Counter,
    responses(
        (status = 200, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "It is another version by now, or the answer is not the caller's: see `may`."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(5)))
)]
async fn counter_exchange(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(other): Json<Counter>,
) -> Answer<Exchange> {
    let books = Books {
        gives: copies(&other.give),
        gets: copies(&other.get),
        gift: other.gift,
    };
    let message = message(&other.message)?;
    let (seen, method) = (other.version, other.method);
    Box::pin(trades::counter(
        &caller.cx,
        key,
        id.of(),
        seen,
        &books,
        method,
        &message,
    ))
    .await?;
    now(&caller, id).await
}

/// A yes to what was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    /// The `version` that is accepted.
    #[schema(value_type = String)]
    version: ProposalVersion,
    /// Where a book comes back to that is lent by post; for its lender.
    #[serde(default)]
    address: String,
    /// Keep this address for the next trades, too.
    #[serde(default)]
    keep: bool,
}

/// Accept a proposal
///
/// When both have, it is agreed: the books are reserved, and every other proposal with one of them
/// ends.
#[utoipa::path(
    put,
    path = "/exchange/{id}/accept",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = Acceptance,
    responses(
        (status = 200, description = "The trade, as it stands now.", body = Exchange),
        (status = 409, description = "It is another version by now, a book is promised elsewhere, or the answer is not the caller's: see `may`."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(4)))
)]
async fn accept_exchange(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(yes): Json<Acceptance>,
) -> Answer<Exchange> {
    let address = match yes.address.trim() {
        "" => None,
        text => Some(typed("address", PostalAddress::parse(text))?),
    };
    let (cx, seen) = (&caller.cx, yes.version);
    Box::pin(trades::accept_at(cx, key, id.of(), seen, address, yes.keep)).await?;
    now(&caller, id).await
}

/// Why, in words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Because {
    /// For the other party; may be empty.
    #[serde(default)]
    reason: String,
}

impl Because {
    pub(super) fn read(&self) -> Result<Reason, crate::problem::Problem> {
        typed("reason", Reason::parse(&self.reason))
    }
}

/// Decline a proposal
#[utoipa::path(
    put,
    path = "/exchange/{id}/decline",
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
async fn decline_exchange(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(because): Json<Because>,
) -> Answer<Exchange> {
    let reason = because.read()?;
    Box::pin(trades::decline(&caller.cx, key, id.of(), &reason)).await?;
    now(&caller, id).await
}

step! {
    /// Withdraw a proposal
    ///
    /// By whoever made it as it stands.
    withdraw_exchange, "/exchange/{id}/withdraw", "Exchange", "trade", trades::withdraw
}
