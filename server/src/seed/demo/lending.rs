//! Where books of one reader stand, and one that is with a friend.

use dogear_domain::ids::CopyId;
use jiff::{SignedDuration, Timestamp};

use super::past::Past;
use super::readers::{Reader, named};
use crate::Result;
use crate::copies::{LendForm, lend, set_place};

const LENDER: &str = "ana_m";
const PLACES: [&str; 2] = ["Living room, top shelf", "By the bed"];
/// How many of the reader's copies stand at each place.
const AT_EACH: usize = 4;
const LENT_DAYS_AGO: i64 = 12;
const DUE_IN_DAYS: i64 = 3;

/// Says where some copies stand, and lends one of those that are not for trade.
///
/// # Errors
/// Those of the services.
pub(super) async fn lend_one(past: &Past, readers: &[Reader], now: Timestamp) -> Result<()> {
    past.go_to(now);
    let reader = named(readers, LENDER)?;
    let cx = reader.cx(&past.services);
    let copies: Vec<CopyId> = sqlx::query_scalar(
        "select c.id from copies c where c.owner_id = $1 and c.state in ('owned', 'listed')
           and not exists (select from copy_holds h where h.copy_id = c.id)
         order by c.state = 'owned' desc, c.id",
    )
    .bind(reader.id)
    .fetch_all(cx.db())
    .await?;
    for (copies, place) in copies.chunks(AT_EACH).zip(PLACES) {
        set_place(&cx, None, copies, place).await?;
    }
    let day = |days: i64| {
        let at = now + SignedDuration::from_hours(24 * days);
        at.strftime("%Y-%m-%d").to_string()
    };
    if let Some(copy) = copies.first() {
        let form = LendForm {
            borrower: "Joana from the choir".into(),
            lent_on: day(-LENT_DAYS_AGO),
            due_on: day(DUE_IN_DAYS),
        };
        lend(&cx, None, *copy, &form).await?;
    }
    Ok(())
}
