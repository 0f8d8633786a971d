//! Books of the demo community that are sold or given away, and two sales of Ana's.

use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};
use dogear_domain::trades::Method;
use jiff::{SignedDuration, Timestamp};

use super::past::Past;
use super::readers::{Reader, named};
use super::stage::said;
use crate::Result;
use crate::copies::{Change, change};
use crate::trades::{self, Purchase};

/// Who offers so many of their free copies for what: a price in the smallest unit, or nothing.
const OFFERED: [(&str, usize, Option<i32>, bool); 5] = [
    ("ana_m", 1, Some(450), true),
    ("ana_m", 1, None, false),
    ("old_margin", 2, Some(650), true),
    ("hollis", 1, Some(900), true),
    ("ines", 2, None, false),
];

/// What is for sale when something is sold.
const OF_A_SALE: Currency = Currency::Gbp;

/// Has owners offer their books, Ana buy one and sell another, as far as their shelves have some.
/// Gives how many trades that makes.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(past: &Past, readers: &[Reader], now: Timestamp) -> Result<usize> {
    past.go_to(now - SignedDuration::from_hours(50));
    for (handle, number, price, trade) in OFFERED {
        let owner = named(readers, handle)?;
        let cx = owner.cx(&past.services);
        let copies = free(&cx, owner, number).await?;
        let sale = price.map(|minor| Price {
            amount: Money {
                minor,
                currency: OF_A_SALE,
            },
            postage: Some(280),
        });
        let offers = Offers {
            trade,
            give: sale.is_none(),
            loan: None,
            sale,
        };
        if !copies.is_empty() {
            change(&cx, None, &copies, Change::Offer(offers)).await?;
        }
    }
    past.tell().await?;
    // Ana has to pay; of her own book the money is there, and it is to be posted.
    let due = sell(past, readers, now, ("old_margin", "ana_m"), Method::Post).await?;
    let paid = sell(past, readers, now, ("ana_m", "hollis"), Method::Post).await?;
    if let Some(paid) = paid {
        past.go_to(now - SignedDuration::from_hours(3));
        let buyer = named(readers, "hollis")?.cx(&past.services);
        trades::pay_at_once(&buyer, paid).await?;
        past.tell().await?;
    }
    past.go_to(now);
    Ok(due.into_iter().chain(paid).count())
}

async fn sell(
    past: &Past,
    readers: &[Reader],
    now: Timestamp,
    (seller, buyer): (&str, &str),
    method: Method,
) -> Result<Option<TradeId>> {
    let owner = named(readers, seller)?;
    let (seller, buyer) = (
        owner.cx(&past.services),
        named(readers, buyer)?.cx(&past.services),
    );
    past.go_to(now - SignedDuration::from_hours(20));
    let copy: Option<CopyId> = sqlx::query_scalar(
        "select c.id from copies c where c.owner_id = $1 and is_listed(c) and c.price_minor is not null
         order by c.id limit 1",
    )
    .bind(owner.id)
    .fetch_optional(seller.db())
    .await?;
    let Some(copy) = copy else { return Ok(None) };
    let purchase = Purchase {
        copy,
        seen: trades::on_sale(&buyer, copy).await?.terms,
        price: String::new(),
        method,
        message: said("I have looked for this one for a while. A bank transfer would suit me.")?,
    };
    let trade = trades::buy(&buyer, None, &purchase).await?;
    past.tell().await?;
    past.go_to(now - SignedDuration::from_hours(8));
    let seen = trades::page(&seller, trade).await?.seen;
    trades::accept(&seller, None, trade, seen).await?;
    past.tell().await?;
    Ok(Some(trade))
}

/// Listed copies of a reader that stand in no trade.
async fn free(cx: &crate::Cx, owner: &Reader, number: usize) -> Result<Vec<CopyId>> {
    let copies: Vec<CopyId> = sqlx::query_scalar(
        "select c.id from copies c
         where c.owner_id = $1 and is_listed(c) and c.offer_trade and c.price_minor is null
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
