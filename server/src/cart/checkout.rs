//! Everything in a cart is bought: a sale of each seller, in one transaction, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use dogear_domain::fields::{FieldErrors, Message};
use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::money::Money;
use dogear_domain::trades::Method;
use serde::Serialize;

use super::repo::{self, SeenRow};
use super::view::{News, parcel_key};
use crate::db::{IdempotencyKey, Idempotent};
use crate::trades::{self, Asked, NewSale, Wanted, retrying};
use crate::{Cx, Error, Result, limits};

/// The field of the form that says what was seen of a copy.
pub fn seen_field(copy: CopyId) -> String {
    format!("seen-{copy}")
}

/// Where the page says what is wrong with a line.
pub fn line_field(copy: CopyId) -> String {
    format!("line-{copy}")
}

/// The field with the way in which a parcel changes hands.
pub fn method_field(parcel: &str) -> String {
    format!("method-{parcel}")
}

/// The field with the message to the seller of a parcel.
pub fn message_field(parcel: &str) -> String {
    format!("message-{parcel}")
}

/// How the books of a parcel change hands, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Way {
    /// None when nothing was chosen.
    pub method: Option<Method>,
    /// The first message; may be empty.
    pub message: String,
}

/// What is bought. It names no price: the terms that were seen stand for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Each copy with the terms that the page showed of it.
    pub lines: Vec<(CopyId, i32)>,
    /// By the key of the parcel.
    pub ways: BTreeMap<String, Way>,
}

/// Buys what the page of the checkout showed: one sale, one parcel and one payment of each seller
/// and currency. Sellers who sell all of theirs at once are not asked; the others are. One line
/// that has changed, or a cart that has more than was shown, and nothing is placed.
///
/// # Errors
/// `Invalid` ([`line_field`], [`method_field`], [`message_field`]); `Conflict` when the cart is
/// empty or has more; as [`trades::buy`].
pub async fn checkout(cx: &Cx, key: Option<IdempotencyKey>, order: &Order) -> Result<Vec<TradeId>> {
    let user = cx.member()?.id;
    let messages = messages(order)?;
    for _ in 0..order.ways.len().max(1) {
        cx.limit(limits::PROPOSE, &user.to_string()).await?;
    }
    retrying(|| checkout_once(cx, key, user, order, &messages)).await
}

fn messages(order: &Order) -> Result<BTreeMap<&str, Message>> {
    let mut wrong = FieldErrors::new();
    let mut messages = BTreeMap::new();
    for (parcel, way) in &order.ways {
        let read = Message::parse(&way.message);
        if let Some(message) = wrong.take(message_field(parcel), read) {
            messages.insert(parcel.as_str(), message);
        }
    }
    if wrong.is_empty() {
        Ok(messages)
    } else {
        Err(Error::Invalid(wrong))
    }
}

async fn checkout_once(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    user: UserId,
    order: &Order,
    messages: &BTreeMap<&str, Message>,
) -> Result<Vec<TradeId>> {
    let mut tx = match cx.once(key, order).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(trades) => return Ok(trades),
    };
    let conn = &mut *tx.tx;
    let now = cx.now();
    // Two checkouts of one cart come one after the other, and the second finds it empty.
    trades::lock_buyer(conn, user).await?;
    let items = repo::seen(conn, user).await?;
    let shown: Vec<CopyId> = order.lines.iter().map(|(copy, _)| *copy).collect();
    let inside = items.iter().map(|item| item.copy_id);
    let all: BTreeSet<CopyId> = inside.chain(shown.iter().copied()).collect();
    let all: Vec<CopyId> = all.into_iter().collect();
    let wanted = trades::lock_wanted(conn, user, &all, now).await?;
    let bought = check_lines(order, &items, &wanted)?;
    let sales = sales(order, messages, bought)?;
    let placed = Box::pin(trades::begin_sales(conn, user, &sales, now)).await?;
    repo::take_out(conn, user, &shown).await?;
    tx.commit(&placed).await?;
    Ok(placed)
}

/// What is asked for each line, provided that all is as it was shown.
fn check_lines(order: &Order, items: &[SeenRow], wanted: &[Wanted]) -> Result<Vec<Asked>> {
    let mut wrong = FieldErrors::new();
    let mut bought = Vec::with_capacity(order.lines.len());
    for &(copy, terms) in &order.lines {
        let field = line_field(copy);
        let item = items.iter().find(|item| item.copy_id == copy);
        let found = wanted.iter().find(|wanted| wanted.copy == copy);
        let (Some(item), Some(found)) = (item, found) else {
            wrong.add(field, "A book is not in your cart any more.");
            continue;
        };
        match found.asked {
            Err(why) => wrong.add(field, why.said(&found.title)),
            Ok(asked) if asked.terms != terms => {
                wrong.add(
                    field,
                    changed(item, &asked, terms).said(&found.title, asked.price.amount),
                );
            }
            Ok(asked) => bought.push(asked),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let is_shown = |copy: CopyId| order.lines.iter().any(|(shown, _)| *shown == copy);
    if wanted
        .iter()
        .any(|wanted| wanted.asked.is_ok() && !is_shown(wanted.copy))
    {
        return Err(Error::Conflict(
            "There are more books in your cart than this page showed. Look at them before you go on.".into(),
        ));
    }
    if bought.is_empty() {
        return Err(Error::Conflict(
            "There is nothing in your cart that can be bought. If you have just pressed the button, look at your orders.".into(),
        ));
    }
    Ok(bought)
}

/// What has become of a line that was shown with these terms. What it cost then is known when the
/// cart remembers it.
fn changed(item: &SeenRow, asked: &Asked, terms: i32) -> News {
    if item.terms_version != terms {
        return News::Otherwise;
    }
    let was = Money {
        minor: item.price,
        currency: item.currency,
    };
    News::of(was, asked.price.amount)
}

/// The lines by seller and currency, with the way that was chosen for each.
fn sales(
    order: &Order,
    messages: &BTreeMap<&str, Message>,
    bought: Vec<Asked>,
) -> Result<Vec<NewSale>> {
    let mut parcels: BTreeMap<String, Vec<Asked>> = BTreeMap::new();
    for asked in bought {
        let lines = parcels.entry(parcel_key(&asked)).or_default();
        if lines.iter().all(|line| line.copy != asked.copy) {
            lines.push(asked);
        }
    }
    let mut wrong = FieldErrors::new();
    let mut sales = Vec::with_capacity(parcels.len());
    for (key, lines) in parcels {
        let method = order.ways.get(&key).and_then(|way| way.method);
        let method = wrong.take(
            method_field(&key),
            method.ok_or("Choose how these books change hands."),
        );
        let (Some(method), Some(first)) = (method, lines.first()) else {
            continue;
        };
        sales.push(NewSale {
            seller: first.owner,
            method,
            message: messages.get(key.as_str()).cloned().unwrap_or_default(),
            lines: lines
                .into_iter()
                .map(|asked| (asked, asked.price.amount))
                .collect(),
        });
    }
    if wrong.is_empty() {
        Ok(sales)
    } else {
        Err(Error::Invalid(wrong))
    }
}
