//! Books of the demo community that are lent: one of Ana's that is overdue, one that she has borrowed
//! and that is due soon, and two that have not come back for so long that it can be reported.

use dogear_domain::ids::CopyId;
use dogear_domain::offers::Offers;
use dogear_domain::trades::Method;
use jiff::{SignedDuration, Timestamp};

use super::past::Past;
use super::readers::{Reader, named};
use super::stage::said;
use crate::Result;
use crate::copies::{Change, change};
use crate::trades::{self, Borrowing};

/// Lender, borrower, how many days ago the book went over, and for how many days.
const LENT: [(&str, &str, i64, i64); 4] = [
    ("ana_m", "hollis", 26, 21),
    ("old_margin", "ana_m", 10, 14),
    ("moss_and_vellum", "lampblack", 62, 21),
    ("half_calf", "footnote_fergus", 62, 21),
];
/// So many more of their books can be borrowed.
const TO_LEND: usize = 2;

/// Has these books lent, and some more offered, as far as their shelves have some. Gives how many
/// trades that makes.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(past: &Past, readers: &[Reader], now: Timestamp) -> Result<usize> {
    let mut lent = 0;
    for loan in LENT {
        lent += usize::from(lend(past, readers, now, loan).await?);
    }
    past.go_to(now);
    Ok(lent)
}

async fn lend(
    past: &Past,
    readers: &[Reader],
    now: Timestamp,
    (lender, borrower, ago, days): (&str, &str, i64, i64),
) -> Result<bool> {
    let owner = named(readers, lender)?;
    let lender = owner.cx(&past.services);
    let borrower = named(readers, borrower)?.cx(&past.services);
    let day = |days: i64| now - SignedDuration::from_hours(24 * days);
    past.go_to(day(ago + 2));
    // What stands in no trade now; what is not listed is, from then on.
    let copies: Vec<CopyId> = sqlx::query_scalar(
        "select c.id from copies c
         where c.owner_id = $1 and c.state in ('owned', 'listed') and c.hidden_at is null
           and c.price_minor is null and not c.offer_give
           and not exists (select from copy_holds h where h.copy_id = c.id)
           and not exists (select from trade_items i join trades t on t.id = i.trade_id
             where i.copy_id = c.id and i.revision = t.revision and t.state = 'proposed')
           and not exists (select from event_books b where b.copy_id = c.id)
         order by is_listed(c) desc, c.id limit $2",
    )
    .bind(owner.id)
    .bind(i64::try_from(TO_LEND + 1).unwrap_or(1))
    .fetch_all(lender.db())
    .await?;
    let Some(&copy) = copies.first() else {
        return Ok(false);
    };
    let offers = Offers {
        trade: true,
        ..Offers::LENT
    };
    change(&lender, None, &copies, Change::Offer(offers)).await?;
    let wanted = Borrowing {
        copy,
        seen: trades::on_loan(&borrower, copy).await?.terms,
        due: day(ago - days).strftime("%Y-%m-%d").to_string(),
        method: Method::Meet,
        message: said(
            "I would love to read this before the club meets. I am careful with spines.",
        )?,
    };
    let trade = trades::borrow(&borrower, None, &wanted).await?;
    past.tell().await?;
    past.go_to(day(ago + 1));
    let seen = trades::page(&lender, trade).await?.seen;
    trades::accept(&lender, None, trade, seen).await?;
    past.tell().await?;
    past.go_to(day(ago));
    let view = trades::page(&borrower, trade).await?;
    if let Some(leg) = view.legs.first() {
        trades::receive(&borrower, None, trade, leg.id).await?;
    }
    past.tell().await?;
    Ok(true)
}
