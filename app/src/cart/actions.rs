//! What can be done with the cart.

use std::collections::BTreeMap;

use dogear_domain::ids::CopyId;
use dogear_server::cart::{self, Order, Way};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use crate::ui::count;
use dogear_urls as urls;

/// Puts a copy into the reader's cart.
#[server(endpoint = "cart/add", input = HtmlForm)]
pub async fn add_to_cart(copy: CopyId) -> Result<Done, ActionError> {
    let req = context()?;
    cart::add(&req.cx, copy).await?;
    Ok(Done::go(urls::CART).saying("It is in your cart. Nothing is reserved by that."))
}

/// Takes a copy out of the reader's cart.
#[server(endpoint = "cart/remove", input = HtmlForm)]
pub async fn remove_from_cart(copy: CopyId) -> Result<Done, ActionError> {
    let req = context()?;
    let comes_back = cart::remove(&req.cx, copy).await?;
    let done = Done::go(urls::CART).saying("It is out of your cart.");
    Ok(if comes_back {
        done.undo(&AddToCart { copy })
    } else {
        done
    })
}

/// Notes that the reader has seen what has changed. The fields `seen-1`, `seen-2` … are named by
/// the copies, and say which terms were shown.
#[server(endpoint = "cart/see", input = HtmlForm)]
pub async fn see_cart(
    #[server(flatten)] shown: BTreeMap<String, String>,
) -> Result<Done, ActionError> {
    let req = context()?;
    cart::seen(&req.cx, &lines(&shown)).await?;
    Ok(Done::go(urls::CART))
}

/// Buys what the page showed of the cart: the fields `seen-…` as in [`see_cart`], and for each
/// parcel `method-…` and `message-…`. No other field counts.
#[server(endpoint = "cart/check-out", input = HtmlForm)]
pub async fn check_out(
    #[server(flatten)] fields: BTreeMap<String, String>,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let order = Order {
        lines: lines(&fields),
        ways: ways(&fields),
    };
    let placed = cart::checkout(&req.cx, once.into(), &order).await?;
    let orders = count(placed.len(), "order is placed", "orders are placed");
    Ok(Done::go(urls::orders_placed(&placed)).saying(format!("{orders}.")))
}

/// Each copy with the terms that were shown of it.
fn lines(fields: &BTreeMap<String, String>) -> Vec<(CopyId, i32)> {
    let lines = fields.iter().filter_map(|(name, terms)| {
        let copy = name.strip_prefix("seen-")?.parse().ok()?;
        Some((copy, terms.parse().ok()?))
    });
    lines.collect()
}

fn ways(fields: &BTreeMap<String, String>) -> BTreeMap<String, Way> {
    let mut ways: BTreeMap<String, Way> = BTreeMap::new();
    for (name, typed) in fields {
        if let Some(parcel) = name.strip_prefix("method-") {
            ways.entry(parcel.to_owned()).or_default().method = typed.parse().ok();
        } else if let Some(parcel) = name.strip_prefix("message-") {
            ways.entry(parcel.to_owned())
                .or_default()
                .message
                .clone_from(typed);
        }
    }
    // As many as a cart has books, at most: the rest was not of our form.
    ways.into_iter()
        .take(usize::try_from(cart::MOST).unwrap_or(usize::MAX))
        .collect()
}
