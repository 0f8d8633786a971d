//! What those who host an event have done with it: written down in the transaction that does it,
//! read by themselves, and forgotten after thirty days.

use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::ids::{EventId, UserId};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::form::EventText;
use super::hosts::owner_for;
use super::page::{EventPage, page};
use super::prices;
use super::repo::hosting::Stored;
use super::repo::hosts::{self, Scope};
use super::repo::log as repo;
use crate::{Cx, Result};

/// Lines on a page.
const LINES: i64 = 100;
/// So long they are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Lines that are deleted in one statement.
const AT_ONCE: i64 = 5_000;

/// Names of fields of an event, as its log has them.
pub const LOGGED_FIELDS: [&str; 14] = [
    "title",
    "description",
    "kind",
    "visibility",
    "venue",
    "starts",
    "ends",
    "online",
    "max_party",
    "price",
    "smaller_pass",
    "booking",
    "give_on",
    "organisation",
];

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// Who, by the name they have chosen; none of a former member.
    pub by: Option<String>,
    /// What.
    pub act: HostAct,
    /// With whom; none where it is about nobody, and of a former member.
    pub about: Option<String>,
    /// What else there is to say: see [`HostAct`].
    pub detail: String,
}

/// What was done with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLog {
    /// The event as its page shows it.
    pub event: EventPage,
    /// The latest first.
    pub lines: Vec<LogLine>,
    /// Before which line the next page begins.
    pub next: Option<i64>,
}

/// Writes down what a host has done with an event.
pub(super) async fn note(
    conn: &mut PgConnection,
    event: EventId,
    by: UserId,
    (act, detail): (HostAct, &str),
    now: Timestamp,
) -> Result<()> {
    let entry = repo::Entry {
        scope: Scope::Event(event),
        by: Some(by),
        about: None,
        act,
        detail,
    };
    repo::insert(conn, &entry, now).await
}

/// Writes down what a host has done with an event, and of a series with all its dates.
pub(super) async fn note_for_all(
    conn: &mut PgConnection,
    event: EventId,
    by: UserId,
    (act, detail): (HostAct, &str),
    now: Timestamp,
) -> Result<()> {
    let entry = repo::Entry {
        scope: hosts::scope(&mut *conn, event).await?,
        by: Some(by),
        about: None,
        act,
        detail,
    };
    repo::insert(conn, &entry, now).await
}

/// Writes down that a moderator has cancelled it.
pub(super) async fn note_taken_down(
    conn: &mut PgConnection,
    event: EventId,
    now: Timestamp,
) -> Result<()> {
    let entry = repo::Entry {
        scope: Scope::Event(event),
        by: None,
        about: None,
        act: HostAct::TakenDown,
        detail: "",
    };
    repo::insert(conn, &entry, now).await
}

/// How many seats, in the detail of a line.
fn seats(capacity: Option<i32>) -> String {
    capacity.map_or_else(|| "-".to_owned(), |capacity| capacity.to_string())
}

/// Writes down what is changed of an event: its seats in a line of their own.
pub(super) async fn note_changes(
    conn: &mut PgConnection,
    event: EventId,
    by: UserId,
    (stored, text): (&Stored, &EventText),
    now: Timestamp,
) -> Result<()> {
    let changed = [
        stored.title != **text.title,
        stored.description != **text.description,
        stored.kind != text.kind,
        stored.visibility != text.visibility,
        stored.venue != text.venue,
        stored.starts_at.to_jiff() != text.starts_at,
        stored.ends_at.to_jiff() != text.ends_at,
        stored.online_link != **text.online,
        stored.max_party != text.max_party,
        prices::money(stored.price, stored.currency) != text.price,
        stored.smaller_pass != text.smaller_pass,
        stored.window() != text.window,
        stored.give_on_minutes != text.give_on,
        stored.organisation != text.organisation,
    ];
    let fields: Vec<&str> = (LOGGED_FIELDS.iter().zip(changed))
        .filter(|(_, changed)| *changed)
        .map(|(field, _)| *field)
        .collect();
    if !fields.is_empty() {
        let fields = fields.join(" ");
        note(conn, event, by, (HostAct::Changed, &fields), now).await?;
    }
    if stored.capacity != text.capacity {
        let change = format!("{} {}", seats(stored.capacity), seats(text.capacity));
        note(conn, event, by, (HostAct::Capacity, &change), now).await?;
    }
    Ok(())
}

/// What was done with an event of whoever asks, or that they co-host, from before the line `before`
/// on.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn log(cx: &Cx, event: EventId, before: Option<i64>) -> Result<EventLog> {
    owner_for(cx, event, HostRole::CoHost).await?;
    let event = page(cx, event).await?;
    let since = cx.now() - KEPT;
    let mut rows = repo::of_event(cx.db(), event.id, before, since, LINES + 1).await?;
    let most = usize::try_from(LINES).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    Ok(EventLog {
        event,
        next: rows.last().filter(|_| more).map(|last| last.id),
        lines: rows
            .into_iter()
            .map(|row| LogLine {
                at: row.at.to_jiff(),
                by: row.by,
                act: row.act,
                about: row.about,
                detail: row.detail,
            })
            .collect(),
    })
}

/// Forgets what was done more than thirty days ago, and who said then that they do not help.
///
/// # Errors
/// Those of the database.
pub(super) async fn forget_logs(cx: &Cx) -> Result<()> {
    let before = cx.now() - KEPT;
    let most = u64::try_from(AT_ONCE).unwrap_or(u64::MAX);
    hosts::forget_answers(cx.db(), before).await?;
    while repo::purge(cx.db(), before, AT_ONCE).await? == most {}
    Ok(())
}
