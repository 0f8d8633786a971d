//! Orders: trades in which books go one way alone.

use dogear_domain::ids::CopyId;
use dogear_domain::money;
use dogear_domain::trades::{Method, ProposalVersion, TradeKind};
use dogear_server::trades::{self, Orders, price_field};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answers::{Because, step};
use super::line::ExchangeLine;
use super::shown::Exchange;
use super::{at_most, key_of, message, most, now, page_of, present};
use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::{Code, Problem};
use crate::query::{Nothing, Query};
use crate::resources::parts::Money;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_orders))
        .routes(routes!(get_order))
        .routes(routes!(counter_order))
        .routes(routes!(pay_order))
        .routes(routes!(return_order))
        .routes(routes!(drop_return_of_order))
        .routes(routes!(give_back_for_order))
}

/// Which orders, and where the page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedOrders {
    /// `needs_you`: the next step is the caller's, by its date; `getting`: what runs, and the caller
    /// gets; `giving`: what runs, and the caller gives; `done`: what has ended. All but the first by
    /// the last change.
    #[serde(default)]
    #[param(value_type = Option<String>, default = "needs_you")]
    which: WhichOrders,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum WhichOrders {
    #[default]
    NeedsYou,
    Getting,
    Giving,
    Done,
}

impl From<WhichOrders> for Orders {
    fn from(which: WhichOrders) -> Self {
        match which {
            WhichOrders::NeedsYou => Self::NeedsYou,
            WhichOrders::Getting => Self::Getting,
            WhichOrders::Giving => Self::Giving,
            WhichOrders::Done => Self::Done,
        }
    }
}

/// The caller's orders
///
/// What they have bought and sold, and gifts and loans: trades in which books go one way alone. An
/// order is a kind of trade: it has the same id, and every step of `/exchange/{id}` works on it.
#[utoipa::path(
    get,
    path = "/orders",
    tag = "Orders",
    params(WantedOrders),
    responses((status = 200, description = "A page of them.", body = List<ExchangeLine>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_orders(
    caller: Caller,
    Query(wanted): Query<WantedOrders>,
) -> Answer<List<ExchangeLine>> {
    let cx = &caller.cx;
    let name = format!("orders {:?}", wanted.which);
    let after = key_of(cx, &name, wanted.cursor.as_deref())?;
    let most = at_most(wanted.limit) as usize;
    let (rows, next) = trades::order_rows(cx, wanted.which.into(), after, most).await?;
    page_of(&caller, &name, rows, next)
}

/// An order
///
/// The same as `/exchange/{id}`, for what is an order.
#[utoipa::path(
    get,
    path = "/orders/{id}",
    tag = "Orders",
    params(("id" = Id, Path, description = "Of the order.")),
    responses((status = 200, description = "The order.", body = Exchange)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(2)))
)]
async fn get_order(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Exchange> {
    let exchange = present(&caller, id).await?;
    match exchange.kind() {
        TradeKind::Swap => Err(Problem::new(Code::NotFound)),
        TradeKind::Gift | TradeKind::Sale | TradeKind::Loan => Ok(Reply::ok(exchange)),
    }
}

/// A price as somebody would type it, with its currency: one of another currency is refused.
pub(super) fn price_as_typed(price: Money) -> String {
    let plain = money::Money {
        minor: price.amount,
        currency: price.currency,
    }
    .plain();
    format!("{} {plain}", price.currency)
}

/// Other prices in the place of those that were seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CounterOrder {
    /// The `version` that is answered.
    #[schema(value_type = String)]
    version: ProposalVersion,
    /// One for each copy.
    prices: Vec<PriceOf>,
    /// `post` or `meet`.
    #[schema(value_type = String)]
    method: Method,
    /// What goes with it; may be empty.
    #[serde(default)]
    message: String,
}

/// What one copy would cost.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriceOf {
    /// Which.
    copy: Id,
    /// In the currency of the sale.
    price: Money,
}

/// Answer a sale with other prices
#[utoipa::path(
    put,
    path = "/orders/{id}/counter",
    tag = "Orders",
    params(
        ("id" = Id, Path, description = "Of the order."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = CounterOrder,
    responses(
        (status = 200, description = "The order, as it stands now.", body = Exchange),
        (status = 409, description = "It is no sale, another version by now, or the answer is not the caller's: see `may`."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(5)))
)]
async fn counter_order(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(other): Json<CounterOrder>,
) -> Answer<Exchange> {
    let prices = other.prices.iter();
    let prices: Vec<(CopyId, String)> = prices
        .map(|each| (each.copy.of(), price_as_typed(each.price)))
        .collect();
    let message = message(&other.message)?;
    let (cx, seen, method) = (&caller.cx, other.version, other.method);
    let step = trades::haggle(cx, key, id.of(), seen, &prices, method, &message);
    Box::pin(step).await.map_err(|error| {
        let names: Vec<(String, String)> = prices
            .iter()
            .enumerate()
            .map(|(place, (copy, _))| (price_field(*copy), format!("prices[{place}].price")))
            .collect();
        let names: Vec<(&str, &str)> = names
            .iter()
            .map(|(form, name)| (form.as_str(), name.as_str()))
            .collect();
        Problem::from(error).renamed(&names)
    })?;
    now(&caller, id).await
}

step! {
    /// Say that the seller has the money
    ///
    /// By the seller. What is paid online says so itself.
    pay_order, "/orders/{id}/pay", "Orders", "orders", trades::mark_paid
}

/// Give back what was bought
///
/// By the buyer, within the time that the seller or the law gives.
#[utoipa::path(
    put,
    path = "/orders/{id}/return",
    tag = "Orders",
    params(
        ("id" = Id, Path, description = "Of the order."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key counts once."),
    ),
    request_body = Because,
    responses(
        (status = 200, description = "The order, as it stands now.", body = Exchange),
        (status = 409, description = "Not now, or not by this party: see `may`."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(4)))
)]
async fn return_order(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(because): Json<Because>,
) -> Answer<Exchange> {
    let reason = because.read()?;
    Box::pin(trades::ask_return(&caller.cx, key, id.of(), &reason)).await?;
    now(&caller, id).await
}

step! {
    /// Keep after all what was to go back
    drop_return_of_order, "/orders/{id}/drop-return", "Orders", "orders", trades::drop_return
}

step! {
    /// Say that the buyer has their money back
    ///
    /// By the seller.
    give_back_for_order, "/orders/{id}/given-back", "Orders", "orders", trades::mark_given_back
}
