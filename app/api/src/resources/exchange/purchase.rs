//! Orders begin: the checkout of the cart, and one copy bought at once.

use std::collections::BTreeMap;

use dogear_domain::ids::CopyId;
use dogear_domain::trades::Method;
use dogear_server::Error;
use dogear_server::cart::{self, Order, Way, line_field, message_field, method_field};
use dogear_server::trades::{self, Purchase};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cart::SeenItem;
use super::line::ExchangeLine;
use super::orders::price_as_typed;
use super::shown::Exchange;
use super::{begun, message};
use crate::Site;
use crate::answer::{Answer, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::Problem;
use crate::query::{Nothing, Query};
use crate::resources::parts::Money;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(place_orders))
        .routes(routes!(buy_copy))
        .routes(routes!(get_sale_terms))
}

/// Everything in the cart, as it was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrders {
    /// Each book that can be bought, with the `terms` that were seen of it: they stand for its price.
    lines: Vec<SeenItem>,
    /// By the `parcel` of each: how its books change hands.
    parcels: BTreeMap<String, ParcelWay>,
}

/// How the books of a parcel change hands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ParcelWay {
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// To the seller; may be empty.
    #[serde(default)]
    message: String,
}

/// Orders that were placed together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlacedOrders {
    /// One of each seller and currency.
    orders: Vec<ExchangeLine>,
}

/// Place orders for everything in the cart
///
/// One sale, one parcel and one payment of each seller. Sellers who sell all of theirs at once are
/// not asked again; the others are. One line that has changed since it was seen, or a book more, and
/// nothing is placed. Nothing is paid by this call.
#[utoipa::path(
    post,
    path = "/orders",
    tag = "Orders",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key orders once.")),
    request_body = NewOrders,
    responses(
        (status = 201, description = "The orders.", body = PlacedOrders),
        (status = 409, description = "The cart is empty, or has more than was seen."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(5)))
)]
async fn place_orders(
    caller: Caller,
    Once(key): Once,
    Json(new): Json<NewOrders>,
) -> Answer<PlacedOrders> {
    let cx = &caller.cx;
    let ways = new.parcels.into_iter().map(|(parcel, way)| {
        let way = Way {
            method: Some(way.method),
            message: way.message,
        };
        (parcel, way)
    });
    let order = Order {
        lines: new.lines.iter().map(SeenItem::line).collect(),
        ways: ways.collect(),
    };
    let placed = Box::pin(cart::checkout(cx, key, &order)).await;
    let placed = placed.map_err(|error| refused(error, &order))?;
    let rows = trades::ordered(cx, &placed).await?;
    let link = |path: &str| cx.services.settings.link(path);
    let orders = rows.into_iter().map(|row| ExchangeLine::of(row, link));
    let placed = PlacedOrders {
        orders: orders.collect(),
    };
    Ok(Reply::created(placed, "/orders"))
}

/// The refusal with the names that fields have here.
fn refused(error: Error, order: &Order) -> Problem {
    let lines = order.lines.iter().enumerate();
    let lines = lines.map(|(place, (copy, _))| (line_field(*copy), format!("lines[{place}]")));
    let ways = order.ways.keys().flat_map(|parcel| {
        [
            (method_field(parcel), format!("parcels.{parcel}.method")),
            (message_field(parcel), format!("parcels.{parcel}.message")),
        ]
    });
    let mut names: Vec<(String, String)> = lines.chain(ways).collect();
    // A parcel that the order does not name has no way.
    if let Error::Invalid(fields) = &error {
        let start = method_field("");
        let missing = fields.iter().filter_map(|(field, _)| {
            let parcel = field.strip_prefix(start.as_str())?;
            let unnamed = !order.ways.contains_key(parcel);
            unnamed.then(|| (field.to_owned(), format!("parcels.{parcel}")))
        });
        names.extend(missing.collect::<Vec<_>>());
    }
    let names: Vec<(&str, &str)> = names
        .iter()
        .map(|(form, name)| (form.as_str(), name.as_str()))
        .collect();
    Problem::from(error).renamed(&names)
}

/// A copy to buy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPurchase {
    /// Which.
    copy: Id,
    /// The `terms` that were seen of it.
    terms: i32,
    /// Another price than what is asked; without it that one.
    #[serde(default)]
    price: Option<Money>,
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// To the seller; may be empty.
    #[serde(default)]
    message: String,
}

/// Buy one copy
///
/// Whoever sells at once is not asked again, when the price is what they ask for; others accept it
/// first. Nothing is paid by this call. If it is in the cart, it is taken out of it.
#[utoipa::path(
    post,
    path = "/orders/buy",
    tag = "Orders",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key buys once.")),
    request_body = NewPurchase,
    responses(
        (status = 201, description = "The order, as it stands now.", body = Exchange),
        (status = 404, description = "There is no such copy."),
        (status = 409, description = "It cannot be bought, or its terms are others by now."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(5)))
)]
async fn buy_copy(
    caller: Caller,
    Once(key): Once,
    Json(new): Json<NewPurchase>,
) -> Answer<Exchange> {
    let cx = &caller.cx;
    let copy: CopyId = new.copy.of();
    let purchase = Purchase {
        copy,
        seen: new.terms,
        price: new.price.map(price_as_typed).unwrap_or_default(),
        method: new.method,
        message: message(&new.message)?,
    };
    let order = Box::pin(trades::buy(cx, key, &purchase)).await?;
    // As on the page: what is asked for is no longer to be bought once more.
    cart::remove(cx, copy).await?;
    begun(&caller, order.into()).await
}

/// For what a copy is sold now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SaleTerms {
    /// To be sent back by whoever buys it.
    terms: i32,
    offer: crate::resources::parts::SaleOffer,
    /// The seller sells as a trader.
    trader: bool,
    /// The seller takes it back within 14 days.
    takes_returns: bool,
}

/// The terms of a copy that is sold
#[utoipa::path(
    get,
    path = "/orders/terms/{copy}",
    tag = "Orders",
    params(("copy" = Id, Path, description = "The copy.")),
    responses(
        (status = 200, description = "The terms.", body = SaleTerms),
        (status = 409, description = "It cannot be bought."),
    ),
    security(("token" = ["read"])),
)]
async fn get_sale_terms(
    caller: Caller,
    At(copy): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<SaleTerms> {
    let sale = trades::on_sale(&caller.cx, copy.of()).await?;
    Ok(Reply::ok(SaleTerms {
        terms: sale.terms,
        offer: sale.price.into(),
        trader: sale.trader,
        takes_returns: sale.takes_returns,
    }))
}
