//! Meetings of trades in calendars: at an event when the parties have named one. Otherwise they
//! agree among themselves, and what is known is the day by which the books have to change hands.

use dogear_domain::ids::UserId;
use dogear_domain::trades::TradeState;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::repo::calendar::{self as repo, HandOverRow};
use crate::events::{self, Meeting};
use crate::ical::{Entry, Status, When, uid};
use crate::{Result, Settings};

/// Trades of one calendar.
const MOST: i64 = 100;
/// For how long what has ended stays in a calendar.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The hand-overs of a member: at the event at which the books change hands, otherwise the last day
/// for it by their own clock; what was called off within a month is said to be.
///
/// # Errors
/// Those of the database.
pub(crate) async fn hand_overs_of(
    conn: &mut PgConnection,
    settings: &Settings,
    member: UserId,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for row in repo::hand_overs(&mut *conn, member, now - KEPT, MOST).await? {
        let meeting = meeting(conn, &row, member, now).await?;
        entries.push(entry(settings, row, meeting.as_ref(), member, zone, now));
    }
    Ok(entries)
}

/// The event at which they meet, as long as that stands.
async fn meeting(
    conn: &mut PgConnection,
    row: &HandOverRow,
    member: UserId,
    now: Timestamp,
) -> Result<Option<Meeting>> {
    let Some((occurrence, chosen_by)) = row.occurrence.zip(row.chosen_by) else {
        return Ok(None);
    };
    let Some(meeting) = events::meeting(conn, occurrence, &[member, chosen_by]).await? else {
        return Ok(None);
    };
    let stands = meeting.is_to_come(now) && meeting.has(chosen_by);
    if stands && events::all_may_see(conn, &meeting, &[member], now).await? {
        return Ok(Some(meeting));
    }
    Ok(None)
}

fn entry(
    settings: &Settings,
    row: HandOverRow,
    meeting: Option<&Meeting>,
    member: UserId,
    zone: &TimeZone,
    now: Timestamp,
) -> Entry {
    let modified = row.modified.to_jiff();
    let link = settings.link(&dogear_urls::trade(row.trade));
    let status = match row.state {
        TradeState::Cancelled => Status::Cancelled,
        _ => Status::Confirmed,
    };
    let with = row.with;
    let said = "Your books change hands in person. Say on the page of the trade when they have.";
    let (when, title, said, place) = match meeting {
        Some(meeting) => (
            When::Between(meeting.starts_at, meeting.ends_at),
            format!("Hand over books at {}: trade with {with}", meeting.name()),
            format!("{said}\n\n{}", settings.link(&meeting.path())),
            meeting.place(now),
        ),
        None => (
            When::Day(row.due.to_jiff().to_zoned(zone.clone()).date()),
            format!("Last day to hand over books: trade with {with}"),
            said.to_owned(),
            String::new(),
        ),
    };
    // Guests are reminded of the event itself.
    let is_reminded = meeting.is_some_and(|meeting| meeting.has(member));
    Entry {
        uid: uid(settings, "trade", row.trade),
        // A trade has no number of its own for this: the seconds in which it has changed.
        sequence: i32::try_from(modified.as_second() - row.created_at.to_jiff().as_second())
            .unwrap_or(i32::MAX)
            .max(0),
        modified,
        when,
        title,
        description: format!("{said}\n\n{link}"),
        place,
        link,
        status,
        reminds: row.is_open && status == Status::Confirmed && !is_reminded,
        invitation: None,
    }
}
