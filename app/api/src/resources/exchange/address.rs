//! Where parcels go. Addresses are in no other answer, and need a token that opens trades: looking
//! at them is part of sending a parcel.

use dogear_domain::fields::PostalAddress;
use dogear_server::trades::{self, TradeView, address_version};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::book::handle_of;
use super::typed;
use crate::Site;
use crate::answer::{Answer, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::matching::IfMatch;
use crate::problem::{Code, Problem};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(get_exchange_addresses, set_exchange_address))
}

/// Where the parcels of a trade go, as far as it is for the caller to know.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeAddresses {
    /// Where the caller's goes; null until they have said so, and when none is to come any more.
    own: Option<String>,
    /// That the caller is to send, once their receivers have said where.
    send_to: Vec<SendTo>,
}

/// Where a parcel of the caller's goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SendTo {
    /// One of `legs` of the trade.
    leg: Id,
    /// Handle of whoever gets it; empty for a former member.
    to: String,
    /// As they wrote it, in lines.
    address: String,
}

impl ExchangeAddresses {
    fn of(view: &TradeView) -> Self {
        let legs = view.legs.iter();
        Self {
            own: view.own_address.clone(),
            send_to: legs
                .filter_map(|leg| {
                    Some(SendTo {
                        leg: leg.id.into(),
                        to: handle_of(&view.parties, leg.to),
                        address: leg.address.clone()?,
                    })
                })
                .collect(),
        }
    }
}

/// Where the parcels of a trade go
///
/// The caller's own address, and those of parcels that they are to send, while the trade runs.
#[utoipa::path(
    get,
    path = "/exchange/{id}/address",
    tag = "Exchange",
    params(("id" = Id, Path, description = "Of the trade.")),
    responses((status = 200, description = "The addresses.", body = ExchangeAddresses)),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(2)))
)]
async fn get_exchange_addresses(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<ExchangeAddresses> {
    let view = Box::pin(trades::page(&caller.cx, id.of())).await?;
    Ok(Reply::ok(ExchangeAddresses::of(&view)))
}

/// Where the caller's parcel goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnAddress {
    /// In lines.
    address: String,
    /// Keep it for the next trades, too.
    #[serde(default)]
    keep: bool,
}

/// Say where the caller's parcel goes
///
/// Its sender reads it until the trade ends, and has the whole time to send it from then on.
#[utoipa::path(
    put,
    path = "/exchange/{id}/address",
    tag = "Exchange",
    params(
        ("id" = Id, Path, description = "Of the trade."),
        ("If-Match" = Option<String>, Header, description = "The version of the addresses that was read."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = OwnAddress,
    responses(
        (status = 200, description = "The addresses, as they are now.", body = ExchangeAddresses),
        (status = 409, description = "No parcel is to come to the caller."),
    ),
    security(("token" = ["trade"])),
    extensions(("x-cost" = json!(4)))
)]
async fn set_exchange_address(
    caller: Caller,
    At(id): At<Id>,
    if_match: IfMatch,
    Once(key): Once,
    Json(new): Json<OwnAddress>,
) -> Answer<ExchangeAddresses> {
    let cx = &caller.cx;
    let address = typed("address", PostalAddress::parse(&new.address))?;
    // Whoever names no version means whichever stands there.
    let seen = if if_match.is_named() {
        let view = Box::pin(trades::page(cx, id.of())).await?;
        if_match.check(&ExchangeAddresses::of(&view))?;
        address_version(view.own_address.as_deref())?
    } else {
        dogear_server::version::Version::default()
    };
    let saved = trades::save_address(cx, key, id.of(), &seen, &address, new.keep);
    let saved = Box::pin(saved).await.map_err(Problem::from);
    let view = Box::pin(trades::page(cx, id.of())).await?;
    let present = ExchangeAddresses::of(&view);
    if let Err(problem) = saved {
        // Another address may have come in between.
        if problem.code() == Code::Conflict {
            if_match.check(&present)?;
        }
        return Err(problem);
    }
    Ok(Reply::ok(present))
}
