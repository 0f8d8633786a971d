//! A member's calendar under a secret address, which their calendar program reads without logging
//! in. The address is made of a random number and the key of the site: it can be shown again, and
//! neither the database nor the log knows it. With another number it is another address.

pub mod google;
mod repo;

#[cfg(test)]
mod tests;

use dogear_domain::ids::UserId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::PgConnection;

use crate::db::{IdempotencyKey, Idempotent};
use crate::ical::{Calendar, Method};
use crate::secrets::{sign, unsign};
use crate::{Cx, Error, Result, Settings, events, trades};
use repo::feeds;

pub use google::{GiveBack, SyncEntry};
pub(crate) use google::{at_event, schedules};

const PURPOSE: &str = "calendar";

/// Where a member's calendar is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Absolute. Whoever has it reads the calendar.
    pub link: String,
    /// Since when.
    pub made_at: Timestamp,
}

fn link(settings: &Settings, nonce: &[u8]) -> String {
    let token = sign(&settings.secret_key, PURPOSE, nonce);
    settings.link(&dogear_urls::calendar(&token))
}

/// The address of the reader's calendar, if they have one.
///
/// # Errors
/// `SignInRequired`.
pub async fn address(cx: &Cx) -> Result<Option<Address>> {
    let row = feeds::of_member(cx.db(), cx.reader()?.id).await?;
    Ok(row.map(|row| Address {
        link: link(&cx.services.settings, &row.nonce),
        made_at: row.created_at.to_jiff(),
    }))
}

/// Makes an address for the reader's calendar. One that they had leads nowhere from then on.
///
/// # Errors
/// `SignInRequired`.
pub async fn make(cx: &Cx, key: Option<IdempotencyKey>) -> Result<()> {
    let reader = cx.reader()?.id;
    let mut once = match cx.once(key, &"make a calendar address").await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let nonce: [u8; 16] = rand::random();
    feeds::put(&mut once.tx, reader, &nonce, cx.now()).await?;
    once.commit(&()).await
}

/// From now on the address of the reader's calendar leads nowhere. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`.
pub async fn stop(cx: &Cx) -> Result<()> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    feeds::delete(&mut conn, reader).await
}

/// The calendar under an address, as a file: where its member has seats, and by when the books of
/// their trades have to change hands at a meeting.
///
/// # Errors
/// `NotFound` for an address that leads nowhere, or does not any more.
pub async fn file(cx: &Cx, token: &str) -> Result<String> {
    let settings = &cx.services.settings;
    let nonce = unsign(&settings.secret_key, PURPOSE, token).ok_or(Error::NotFound)?;
    let member = feeds::member_of(cx.db(), &nonce).await?;
    let member = member.ok_or(Error::NotFound)?;
    let zone = TimeZone::get(&member.time_zone).unwrap_or(TimeZone::UTC);
    let mut entries = events::entries_of(cx.db(), settings, member.id, cx.now()).await?;
    let mut conn = cx.db().acquire().await?;
    let hand_overs = trades::hand_overs_of(&mut conn, settings, member.id, &zone, cx.now()).await?;
    entries.extend(hand_overs);
    Ok(Calendar {
        method: Method::Publish,
        name: Some("Dogear: my seats and meetings"),
        zone: &member.time_zone,
        entries: &entries,
    }
    .write())
}

/// The address of a member who leaves leads nowhere, and their Google Calendar loses what was
/// written into it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn erase(conn: &mut PgConnection, user: UserId) -> Result<()> {
    google::erase(&mut *conn, user).await?;
    feeds::delete(conn, user).await
}
