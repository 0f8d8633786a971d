//! Meetings of trades in calendars. When readers meet they agree among themselves: what is known
//! is the day by which the books have to change hands.

use dogear_domain::ids::UserId;
use dogear_domain::trades::TradeState;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgExecutor;

use super::repo::calendar as repo;
use crate::ical::{Entry, Status, When, uid};
use crate::{Result, Settings};

/// Trades of one calendar.
const MOST: i64 = 100;
/// For how long what has ended stays in a calendar.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The last days for the hand-overs of a member, by their own clock; what was called off within a
/// month is said to be.
///
/// # Errors
/// Those of the database.
pub(crate) async fn hand_overs_of(
    db: impl PgExecutor<'_>,
    settings: &Settings,
    member: UserId,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Vec<Entry>> {
    let rows = repo::hand_overs(db, member, now - KEPT, MOST).await?;
    let entries = rows.into_iter().map(|row| {
        let modified = row.modified.to_jiff();
        let link = settings.link(&dogear_urls::trade(row.trade));
        let status = match row.state {
            TradeState::Cancelled => Status::Cancelled,
            _ => Status::Confirmed,
        };
        Entry {
            uid: uid(settings, "trade", row.trade),
            // A trade has no number of its own for this: the seconds in which it has changed.
            sequence: i32::try_from(modified.as_second() - row.created_at.to_jiff().as_second())
                .unwrap_or(i32::MAX)
                .max(0),
            modified,
            when: When::Day(row.due.to_jiff().to_zoned(zone.clone()).date()),
            title: format!("Last day to hand over books: trade with {}", row.with),
            description: format!(
                "Your books change hands in person. Say on the page of the trade when they have.\n\n{link}"
            ),
            place: String::new(),
            link,
            status,
            reminds: row.is_open && status == Status::Confirmed,
            invitation: None,
        }
    });
    Ok(entries.collect())
}
