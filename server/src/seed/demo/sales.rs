//! Books of the demo community that are sold or given away, two sales of Ana's, and her cart.

use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};
use dogear_domain::trades::Method;
use jiff::{SignedDuration, Timestamp};

use super::past::Past;
use super::readers::{Reader, named};
use super::stage::said;
use crate::Result;
use crate::accounts::{self, Selling};
use crate::cart;
use crate::copies::{Change, change};
use crate::trades::{self, Purchase};

/// Who offers so many of their free copies for what: a price in the smallest unit, or nothing;
/// whether for trade, too, and whether whoever pays has it at once.
const OFFERED: [(&str, usize, Option<i32>, bool, bool); 7] = [
    ("ana_m", 3, Some(450), true, false),
    ("ana_m", 1, None, false, false),
    ("old_margin", 4, Some(650), true, false),
    ("hollis", 1, Some(900), true, false),
    ("ines", 2, None, false, false),
    ("quirequeen", 4, Some(500), false, false),
    ("slow_chapters", 1, Some(380), true, true),
];

/// From whom Ana has something in her cart, and what they ask for it since, if it is another price.
const IN_CART: [(&str, Option<i32>); 3] = [
    ("quirequeen", None),
    ("slow_chapters", None),
    ("old_margin", Some(750)),
];

/// What is for sale when something is sold.
const OF_A_SALE: Currency = Currency::Gbp;

/// Has owners offer their books, Ana buy one and sell another.
/// Gives how many trades that makes.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(past: &Past, readers: &[Reader], now: Timestamp) -> Result<usize> {
    past.go_to(now - SignedDuration::from_hours(50));
    for (handle, number, price, trade, at_once) in OFFERED {
        let owner = named(readers, handle)?;
        let cx = owner.cx(&past.services);
        let copies = free(&cx, owner, number).await?;
        let sale = price.map(|minor| asks(minor, at_once));
        let offers = Offers {
            trade,
            give: sale.is_none(),
            loan: None,
            sale,
        };
        if !copies.is_empty() {
            // What was only kept is listed with that.
            change(&cx, None, &copies, Change::Offer(offers)).await?;
        }
    }
    past.tell().await?;
    // Ana has to pay; of her own book the money is there, and it is to be posted.
    let due = sell(past, readers, now, ("old_margin", "ana_m"), Method::Post).await?;
    // Of somebody who takes books back: hollis could give one back, and Ana does.
    let kept = bought(past, readers, now, "hollis").await?;
    let back = bought(past, readers, now, "ana_m").await?;
    if let Some(back) = back {
        past.go_to(now - SignedDuration::from_hours(4));
        let buyer = named(readers, "ana_m")?.cx(&past.services);
        let why = said("I have it already, in another binding.")?;
        trades::ask_return(&buyer, None, back, &why).await?;
        past.tell().await?;
    }
    let paid = sell(past, readers, now, ("ana_m", "hollis"), Method::Post).await?;
    if let Some(paid) = paid {
        past.go_to(now - SignedDuration::from_hours(3));
        let buyer = named(readers, "hollis")?.cx(&past.services);
        trades::pay_at_once(&buyer, paid).await?;
        past.tell().await?;
    }
    // Somebody would have another one for less, and waits for her answer.
    past.go_to(now - SignedDuration::from_hours(2));
    let less = ask(past, readers, ("ana_m", "ines"), Method::Meet, "3.80").await?;
    fill_cart(past, readers, now).await?;
    past.go_to(now);
    Ok([due, kept, back, paid, less].into_iter().flatten().count())
}

fn asks(minor: i32, at_once: bool) -> Price {
    Price {
        amount: Money {
            minor,
            currency: OF_A_SALE,
        },
        postage: Some(280),
        at_once,
    }
}

/// Puts what others sell into Ana's cart; one of them is dearer since.
async fn fill_cart(past: &Past, readers: &[Reader], now: Timestamp) -> Result<()> {
    let ana = named(readers, "ana_m")?.cx(&past.services);
    for (handle, dearer) in IN_CART {
        past.go_to(now - SignedDuration::from_hours(2));
        let owner = named(readers, handle)?;
        let copies: Vec<CopyId> = sqlx::query_scalar(
            "select c.id from copies c
             where c.owner_id = $1 and is_listed(c) and c.price_minor is not null
               and not exists (select from copy_holds h where h.copy_id = c.id) order by c.id",
        )
        .bind(owner.id)
        .fetch_all(ana.db())
        .await?;
        for &copy in &copies {
            cart::add(&ana, copy).await?;
        }
        if let (Some(minor), Some(&first)) = (dearer, copies.first()) {
            past.go_to(now - SignedDuration::from_hours(1));
            let offers = Offers {
                sale: Some(asks(minor, false)),
                ..Offers::default()
            };
            let owner = owner.cx(&past.services);
            change(&owner, None, &[first], Change::Offer(offers)).await?;
        }
    }
    Ok(())
}
/// A sale in person by somebody who takes books back, whose buyer has the book.
async fn bought(
    past: &Past,
    readers: &[Reader],
    now: Timestamp,
    buyer: &str,
) -> Result<Option<TradeId>> {
    let seller = named(readers, "quirequeen")?.cx(&past.services);
    let seen = accounts::selling(&seller).await?.version()?;
    accounts::set_selling(&seller, Selling::of(false, true), &seen).await?;
    let who = ("quirequeen", buyer);
    let Some(trade) = sell(past, readers, now, who, Method::Meet).await? else {
        return Ok(None);
    };
    let buyer = named(readers, buyer)?.cx(&past.services);
    let legs = trades::page(&seller, trade).await?.legs;
    for leg in legs {
        past.go_to(now - SignedDuration::from_hours(6));
        trades::hand_over(&seller, None, trade, leg.id).await?;
        trades::receive(&buyer, None, trade, leg.id).await?;
        past.tell().await?;
    }
    Ok(Some(trade))
}

/// A sale that is agreed.
async fn sell(
    past: &Past,
    readers: &[Reader],
    now: Timestamp,
    who: (&str, &str),
    method: Method,
) -> Result<Option<TradeId>> {
    past.go_to(now - SignedDuration::from_hours(20));
    let Some(trade) = ask(past, readers, who, method, "").await? else {
        return Ok(None);
    };
    let seller = named(readers, who.0)?.cx(&past.services);
    past.go_to(now - SignedDuration::from_hours(8));
    let seen = trades::page(&seller, trade).await?.seen;
    trades::accept(&seller, None, trade, seen).await?;
    past.tell().await?;
    Ok(Some(trade))
}

/// Has a buyer ask for the first book that a seller sells and nobody asks for, if there is one, for
/// what it costs or for the price that is given.
async fn ask(
    past: &Past,
    readers: &[Reader],
    (seller, buyer): (&str, &str),
    method: Method,
    price: &str,
) -> Result<Option<TradeId>> {
    let owner = named(readers, seller)?;
    let buyer = named(readers, buyer)?.cx(&past.services);
    let copy: Option<CopyId> = sqlx::query_scalar(
        "select c.id from copies c where c.owner_id = $1 and is_listed(c) and c.price_minor is not null
           and not exists (select from copy_holds h where h.copy_id = c.id)
         order by c.id limit 1",
    )
    .bind(owner.id)
    .fetch_optional(buyer.db())
    .await?;
    let Some(copy) = copy else { return Ok(None) };
    let purchase = Purchase {
        copy,
        seen: trades::on_sale(&buyer, copy).await?.terms,
        price: price.to_owned(),
        method,
        message: said("I have looked for this one for a while. A bank transfer would suit me.")?,
    };
    let trade = trades::buy(&buyer, None, &purchase).await?;
    past.tell().await?;
    Ok(Some(trade))
}

/// Copies of a reader that stand in no trade and are asked for by nobody, listed or not.
async fn free(cx: &crate::Cx, owner: &Reader, number: usize) -> Result<Vec<CopyId>> {
    let copies: Vec<CopyId> = sqlx::query_scalar(
        "select c.id from copies c
         where c.owner_id = $1 and c.state in ('listed', 'owned') and c.hidden_at is null
           and c.price_minor is null and not c.offer_give
           and not exists (select from copy_holds h where h.copy_id = c.id)
           and not exists (select from trade_items i join trades t on t.id = i.trade_id
             where i.copy_id = c.id and i.revision = t.revision and t.state = 'proposed')
           and not exists (select from event_books b where b.copy_id = c.id)
         order by c.id desc limit $2",
    )
    .bind(owner.id)
    .bind(i64::try_from(number).unwrap_or(1))
    .fetch_all(cx.db())
    .await?;
    Ok(copies)
}
