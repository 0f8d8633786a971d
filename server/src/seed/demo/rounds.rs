//! Books of the demo community that are given away to one of those who ask.

use dogear_domain::ids::{CopyId, RoundId};
use dogear_domain::offers::Offers;
use dogear_domain::rounds::RoundMode;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use super::past::Past;
use super::readers::{Reader, named};
use crate::copies::{Change, change};
use crate::{Cx, Result, rounds};

/// Who ask.
const ASKERS: [&str; 3] = ["ana_m", "old_margin", "hollis"];

/// Who gave a book away in a draw, and who asked: it fell on one of them who has not answered.
const SILENT: [(&str, [&str; 3]); 2] = [
    (
        "north_bridge_ned",
        ["mistress_folio", "siobhan_o", "le_marque_page"],
    ),
    (
        "papermill_jo",
        ["quay_street", "dust_and_jackets", "marchmontmo"],
    ),
];

/// A draw that Ana and others wait for, a queue of her own, and a book that is offered to her. Last,
/// two that were drawn, where the first has not answered.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(past: &Past, readers: &[Reader], now: Timestamp) -> Result<()> {
    past.go_to(now - SignedDuration::from_hours(5));
    let cx = |handle: &str| Ok::<Cx, crate::Error>(named(readers, handle)?.cx(&past.services));
    let (ana, margin, hollis) = (cx(ASKERS[0])?, cx(ASKERS[1])?, cx(ASKERS[2])?);
    let givers = givers(ana.db()).await?;
    if let Some(giver) = givers.first()
        && let Some(draw) = open(&cx(giver)?, RoundMode::Draw, "48").await?
    {
        rounds::ask(&ana, None, draw).await?;
        rounds::ask(&hollis, None, draw).await?;
    }
    if let Some(queue) = open(&ana, RoundMode::Queue, "168").await? {
        rounds::ask(&margin, None, queue).await?;
    }
    if let Some(giver) = givers.get(1)
        && let Some(queue) = open(&cx(giver)?, RoundMode::Queue, "96").await?
    {
        rounds::ask(&ana, None, queue).await?;
    }
    for (giver, askers) in SILENT {
        past.go_to(now - SignedDuration::from_hours(100));
        if let Some(draw) = open(&cx(giver)?, RoundMode::Draw, "48").await? {
            for asker in askers {
                rounds::ask(&cx(asker)?, None, draw).await?;
            }
        }
        // Whoever is asked now has until three hours ago.
        past.go_to(now - SignedDuration::from_hours(51));
        rounds::sweep(&Cx::system(past.services.clone())).await?;
    }
    past.go_to(now);
    Ok(())
}

/// Two others who have a listed copy to spare.
async fn givers(db: &PgPool) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "select u.handle from copies c join users u on u.id = c.owner_id
         where is_listed(c) and (c.offer_trade or c.offer_give) and in_good_standing(u, now())
           and u.handle <> all ($1)
           and not exists (select from copy_holds h where h.copy_id = c.id)
           and not exists (select from event_books b where b.copy_id = c.id)
         group by u.handle having count(*) > 3 order by u.handle limit 2",
    )
    .bind(ASKERS)
    .fetch_all(db)
    .await?)
}

/// Gives a copy of this reader's away that stands in no proposal and is brought to no event: a listed
/// one, or one that is listed for that.
async fn open(owner: &Cx, mode: RoundMode, hours: &str) -> Result<Option<RoundId>> {
    let found: Option<(CopyId, bool)> = sqlx::query_as(
        "select c.id, is_listed(c) and (c.offer_trade or c.offer_give) from copies c
         where c.owner_id = $1 and c.state in ('owned', 'listed') and c.hidden_at is null
           and not exists (select from copy_holds h where h.copy_id = c.id)
           and not exists (select from event_books b where b.copy_id = c.id)
           and not exists (select from trade_items i join trades t on t.id = i.trade_id
             where i.copy_id = c.id and i.revision = t.revision and t.state = 'proposed')
         order by is_listed(c) desc, c.price_minor is not null, c.id desc limit 1",
    )
    .bind(owner.reader()?.id)
    .fetch_optional(owner.db())
    .await?;
    let Some((copy, listed)) = found else {
        return Ok(None);
    };
    if !listed {
        let gift = Offers {
            trade: false,
            give: true,
            loan: None,
            sale: None,
        };
        change(owner, None, &[copy], Change::Offer(gift)).await?;
    }
    Ok(Some(
        rounds::open(owner, None, copy, mode, hours).await?.round,
    ))
}
