//! Books of the demo community that are given away to one of those who ask.

use dogear_domain::ids::{CopyId, RoundId};
use dogear_domain::rounds::RoundMode;
use jiff::{SignedDuration, Timestamp};

use super::past::Past;
use super::readers::{Reader, named};
use crate::{Cx, Result, rounds};

/// A draw that Ana and others wait for, and a queue that she gives and two wait in. Last, a book that
/// Ana is offered.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(past: &Past, readers: &[Reader], now: Timestamp) -> Result<()> {
    past.go_to(now - SignedDuration::from_hours(5));
    let cx = |handle| Ok::<Cx, crate::Error>(named(readers, handle)?.cx(&past.services));
    let (ana, margin, hollis) = (cx("ana_m")?, cx("old_margin")?, cx("hollis")?);
    if let Some(draw) = open(&margin, RoundMode::Draw, "48").await? {
        rounds::ask(&ana, None, draw).await?;
        rounds::ask(&hollis, None, draw).await?;
    }
    if let Some(queue) = open(&ana, RoundMode::Queue, "168").await? {
        rounds::ask(&margin, None, queue).await?;
    }
    if let Some(queue) = open(&hollis, RoundMode::Queue, "96").await? {
        rounds::ask(&ana, None, queue).await?;
    }
    past.go_to(now);
    Ok(())
}

/// Gives a listed copy of this reader's away that stands in no trade and is brought to no event.
async fn open(owner: &Cx, mode: RoundMode, hours: &str) -> Result<Option<RoundId>> {
    let copy: Option<CopyId> = sqlx::query_scalar(
        "select c.id from copies c
         where c.owner_id = $1 and is_listed(c) and c.offer_trade and c.price_minor is null
           and not exists (select from copy_holds h where h.copy_id = c.id)
           and not exists (select from trade_items i join trades t on t.id = i.trade_id
             where i.copy_id = c.id and i.revision = t.revision and t.state = 'proposed')
           and not exists (select from event_books b where b.copy_id = c.id)
           and not exists (select from list_items i where i.copy_id = c.id)
         order by c.id desc limit 1",
    )
    .bind(owner.reader()?.id)
    .fetch_optional(owner.db())
    .await?;
    let Some(copy) = copy else { return Ok(None) };
    Ok(Some(
        rounds::open(owner, None, copy, mode, hours).await?.round,
    ))
}
