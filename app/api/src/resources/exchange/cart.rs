//! The cart: what somebody means to buy. Nothing is reserved by it.

use dogear_domain::grade::Grade;
use dogear_domain::ids::CopyId;
use dogear_server::cart::{self, CartLine, LineBook, News, Parcel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Site;
use crate::answer::{Answer, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::problem::Problem;
use crate::query::{Nothing, Query};
use crate::resources::parts::Money;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_cart))
        .routes(routes!(put_into_cart))
        .routes(routes!(take_out_of_cart))
        .routes(routes!(see_cart))
}

/// What the caller means to buy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cart {
    /// What can be bought now, by whom it is bought of: one sale, one payment each.
    parcels: Vec<CartParcel>,
    /// What cannot be bought now.
    gone: Vec<CartGone>,
}

/// Books of one seller, in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CartParcel {
    /// By which an order names it.
    parcel: String,
    /// Handle.
    seller: String,
    /// The seller sells as a trader.
    trader: bool,
    /// The seller takes books back within 14 days.
    takes_returns: bool,
    /// In the order in which they were put into the cart.
    lines: Vec<CartItem>,
    /// What the books cost.
    goods: Money,
    /// What is due besides when they go by post; null when it is not said.
    postage: Option<Money>,
    /// The seller has agreed beforehand to all of it, and is not asked again.
    at_once: bool,
}

/// A book in the cart.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CartItem {
    book: CartBook,
    /// What is asked for it.
    price: Money,
    /// By which an order says what it saw: with another description, another price or another offer
    /// it is another.
    terms: i32,
    /// What has changed since it was put into the cart, or since `PUT /cart/seen`: `dearer`,
    /// `cheaper` or `otherwise`.
    news: Option<&'static str>,
    /// What it cost then, where that has changed.
    was: Option<Money>,
}

/// A book that cannot be bought now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CartGone {
    book: CartBook,
    /// Why, in a sentence.
    why: String,
}

/// What a cart says of a book.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CartBook {
    /// Which copy.
    copy: Id,
    /// What it is a copy of.
    book: Id,
    title: String,
    /// All of them in one line.
    authors: String,
    /// ISO 639-1; may be empty.
    language: String,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = String)]
    grade: Grade,
}

impl From<LineBook> for CartBook {
    fn from(book: LineBook) -> Self {
        Self {
            copy: book.copy.into(),
            book: book.work.into(),
            title: book.title,
            authors: book.author_line,
            language: book.language,
            grade: book.grade,
        }
    }
}

impl From<CartLine> for CartItem {
    fn from(line: CartLine) -> Self {
        let (news, was) = match line.news {
            None => (None, None),
            Some(News::Dearer(was)) => (Some("dearer"), Some(was.into())),
            Some(News::Cheaper(was)) => (Some("cheaper"), Some(was.into())),
            Some(News::Otherwise) => (Some("otherwise"), None),
        };
        Self {
            book: line.book.into(),
            price: line.price.amount.into(),
            terms: line.terms,
            news,
            was,
        }
    }
}

impl From<Parcel> for CartParcel {
    fn from(parcel: Parcel) -> Self {
        Self {
            parcel: parcel.key,
            seller: parcel.handle,
            trader: parcel.trader,
            takes_returns: parcel.takes_returns,
            lines: parcel.lines.into_iter().map(CartItem::from).collect(),
            goods: parcel.goods.into(),
            postage: parcel.postage.map(Money::from),
            at_once: parcel.at_once,
        }
    }
}

async fn present(caller: &Caller) -> Result<Cart, Problem> {
    let cart = cart::page(&caller.cx).await?;
    let gone = cart.gone.into_iter().map(|gone| CartGone {
        why: gone.why.said(&gone.book.title),
        book: gone.book.into(),
    });
    Ok(Cart {
        parcels: cart.parcels.into_iter().map(CartParcel::from).collect(),
        gone: gone.collect(),
    })
}

/// The caller's cart
///
/// With what has become of its books since.
#[utoipa::path(
    get,
    path = "/cart",
    tag = "Orders",
    responses((status = 200, description = "The cart.", body = Cart)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(2)))
)]
async fn get_cart(caller: Caller, Query(Nothing {}): Query<Nothing>) -> Answer<Cart> {
    present(&caller).await.map(Reply::ok)
}

/// A copy for the cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCartItem {
    /// That is sold.
    copy: Id,
}

/// Put a copy into the cart
///
/// One that is there already stays. Nothing is reserved by that.
#[utoipa::path(
    post,
    path = "/cart/items",
    tag = "Orders",
    request_body = NewCartItem,
    responses(
        (status = 201, description = "The cart, as it is now.", body = Cart),
        (status = 404, description = "There is no such copy."),
        (status = 409, description = "It cannot be bought, or the cart is full."),
    ),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(3)))
)]
async fn put_into_cart(caller: Caller, Json(new): Json<NewCartItem>) -> Answer<Cart> {
    cart::add(&caller.cx, new.copy.of()).await?;
    Ok(Reply::created(present(&caller).await?, "/cart"))
}

/// Take a copy out of the cart
///
/// One that is not in it is fine, too.
#[utoipa::path(
    delete,
    path = "/cart/items/{copy}",
    tag = "Orders",
    params(("copy" = Id, Path, description = "The copy.")),
    responses((status = 204, description = "It is not in the cart.")),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(2)))
)]
async fn take_out_of_cart(caller: Caller, At(copy): At<Id>) -> Result<NoContent, Problem> {
    cart::remove(&caller.cx, copy.of()).await?;
    Ok(NoContent)
}

/// A book of the cart as it was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenItem {
    /// Which copy.
    pub copy: Id,
    /// The `terms` of its line.
    pub terms: i32,
}

impl SeenItem {
    pub(super) fn line(&self) -> (CopyId, i32) {
        (self.copy.of(), self.terms)
    }
}

/// What was seen of the cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SeenCart {
    /// The books that were seen.
    lines: Vec<SeenItem>,
}

/// Note that the caller has seen what has changed in the cart
///
/// What has changed once more stays news.
#[utoipa::path(
    put,
    path = "/cart/seen",
    tag = "Orders",
    request_body = SeenCart,
    responses((status = 200, description = "The cart, as it is now.", body = Cart)),
    security(("token" = ["orders"])),
    extensions(("x-cost" = json!(3)))
)]
async fn see_cart(caller: Caller, Json(seen): Json<SeenCart>) -> Answer<Cart> {
    let lines: Vec<_> = seen.lines.iter().map(SeenItem::line).collect();
    cart::seen(&caller.cx, &lines).await?;
    present(&caller).await.map(Reply::ok)
}
