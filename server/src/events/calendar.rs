//! Events as calendars have them: one by itself, those to come, a guest's own, and what mails
//! bring along.

use dogear_domain::countries::country_name;
use dogear_domain::events::{BookingState, EventKind, OccurrenceState};
use dogear_domain::ids::{EventId, SeatBookingId, UserId};
use jiff::{SignedDuration, Timestamp};
use sqlx::{PgConnection, PgExecutor};

use super::page;
use super::prices::money;
use super::repo::calendar::{self as repo, EntryRow, GuestRow};
use super::words::seats;
use crate::ical::{Calendar, Entry, Invitation, Method, Status, When, uid};
use crate::{Cx, Error, Result, Settings, mail};

/// Dates of one calendar.
const MOST: i64 = 500;
/// For how long what is over or cancelled stays in a guest's calendar.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// For whom an entry is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// Whoever may see the event.
    Everybody,
    /// A guest, who is reminded, and told how many seats they have.
    Guest,
}

/// Where it is, as far as pages say it: of what is over, its host alone reads the address.
fn place(row: &EntryRow, says_address: bool) -> String {
    let address = if says_address { &*row.address } else { "" };
    let country = country_name(&row.country).unwrap_or_default();
    let parts = [&*row.venue, address, &*row.city, country];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn entry(
    settings: &Settings,
    row: EntryRow,
    reader: Option<UserId>,
    audience: For,
    now: Timestamp,
) -> Entry {
    let ends_at = row.ends_at.to_jiff();
    let says_address = ends_at > now || reader == Some(row.host);
    let link = settings.link(&dogear_urls::event(row.event, &row.slug));
    let has_ended = row.booking == Some(BookingState::Cancelled);
    let status = match (row.state, row.booking) {
        (OccurrenceState::Cancelled, _) | (_, Some(BookingState::Cancelled)) => Status::Cancelled,
        (OccurrenceState::Draft, _) => Status::Tentative,
        (_, Some(BookingState::Held)) if audience == For::Guest => Status::Tentative,
        _ => Status::Confirmed,
    };
    let own = match (row.booking, row.party) {
        (Some(BookingState::Confirmed), Some(party)) => match &*row.online_link {
            link if says_address && !link.is_empty() => {
                format!("You have {}. Online: {link}", seats(party))
            }
            _ => format!("You have {}.", seats(party)),
        },
        (Some(BookingState::Held), Some(party)) => {
            format!("Kept for you until you answer: {}.", seats(party))
        }
        _ => String::new(),
    };
    let due = money(row.due, row.due_currency).filter(|due| due.minor > 0 && !has_ended);
    let own = match (audience, due) {
        (For::Everybody, _) => String::new(),
        (For::Guest, Some(due)) => format!("{own} To be paid at the door: {due}."),
        (For::Guest, None) => own,
    };
    let costs = money(row.price, row.currency)
        .map_or_else(String::new, |price| format!(" A seat costs {price}."));
    let what = format!("{}, hosted by {}.{costs}", row.kind.label(), row.host_name);
    let directions = if says_address { &*row.directions } else { "" };
    let description = [&*own, &*what, &*row.description, directions, &*link];
    let description: Vec<&str> = (description.into_iter())
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();
    Entry {
        uid: uid(settings, "occ", row.occurrence),
        sequence: row.sequence,
        modified: row.modified.to_jiff(),
        when: When::Between(row.starts_at.to_jiff(), ends_at),
        description: description.join("\n\n"),
        place: place(&row, says_address),
        title: row.title,
        link,
        status,
        reminds: audience == For::Guest && status != Status::Cancelled && !has_ended,
        invitation: None,
    }
}

/// An event as a file, for whoever may see its page; with reminders for whoever has seats.
///
/// # Errors
/// `NotFound` for everybody else.
pub async fn file(cx: &Cx, event: EventId) -> Result<String> {
    page::page(cx, event).await?;
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let row = repo::of_event(cx.db(), event, reader).await?;
    let row = row.ok_or(Error::NotFound)?;
    let audience = match row.booking {
        Some(_) => For::Guest,
        None => For::Everybody,
    };
    let zone = row.time_zone.clone();
    let entry = entry(&cx.services.settings, row, reader, audience, cx.now());
    Ok(Calendar {
        method: Method::Publish,
        name: None,
        zone: &zone,
        entries: &[entry],
    }
    .write())
}

/// Events to come that everybody may see: of one kind, in one town. At most five hundred.
///
/// # Errors
/// Those of the database.
pub async fn feed(cx: &Cx, kind: Option<EventKind>, town: &str) -> Result<String> {
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let town = town.trim();
    let rows = repo::coming(cx.db(), reader, kind, town, cx.now(), MOST).await?;
    // By one clock when all are there; otherwise by that of whoever reads.
    let zone = match rows.first() {
        Some(first) if rows.iter().all(|row| row.time_zone == first.time_zone) => {
            first.time_zone.clone()
        }
        _ => String::new(),
    };
    let entries: Vec<Entry> = rows
        .into_iter()
        .map(|row| entry(&cx.services.settings, row, None, For::Everybody, cx.now()))
        .collect();
    let kind = kind.map_or("Events", EventKind::label);
    let name = match town {
        "" => format!("Dogear: {kind}"),
        town => format!("Dogear: {kind} in {town}"),
    };
    Ok(Calendar {
        method: Method::Publish,
        name: Some(&name),
        zone: &zone,
        entries: &entries,
    }
    .write())
}

/// Where a member has seats: to come, or over for no longer than a month; with what its host has
/// cancelled.
///
/// # Errors
/// Those of the database.
pub(crate) async fn entries_of(
    db: impl PgExecutor<'_>,
    settings: &Settings,
    guest: UserId,
    now: Timestamp,
) -> Result<Vec<Entry>> {
    let rows = repo::of_guest(db, guest, now - KEPT, now, MOST).await?;
    Ok(rows
        .into_iter()
        .map(|row| entry(settings, row, Some(guest), For::Guest, now))
        .collect())
}

/// Some seats as the calendar of their guest has them.
pub(crate) struct SeatEntry {
    /// What is said of them.
    pub entry: Entry,
    /// By whose clock.
    pub time_zone: String,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The guest has them, and it takes place.
    pub stands: bool,
}

/// Some seats, as they are now. What their guest has to pay, and whether they have, is not said.
///
/// # Errors
/// Those of the database.
pub(crate) async fn seat_entry(
    db: impl PgExecutor<'_>,
    settings: &Settings,
    booking: SeatBookingId,
    now: Timestamp,
) -> Result<Option<SeatEntry>> {
    let row = repo::of_booking(db, booking).await?;
    Ok(row.map(|row| SeatEntry {
        time_zone: row.time_zone.clone(),
        ends_at: row.ends_at.to_jiff(),
        stands: row.booking == Some(BookingState::Confirmed)
            && row.state == OccurrenceState::Published,
        entry: entry(settings, row, None, For::Guest, now),
    }))
}

/// Some seats as a mail to their guest tells of them.
struct Told {
    entry: Entry,
    time_zone: String,
    host: String,
    guest: GuestRow,
}

/// Some seats, as they are now, or as ended.
async fn told(
    cx: &Cx,
    conn: &mut PgConnection,
    booking: SeatBookingId,
    has_ended: bool,
) -> Result<Option<Told>> {
    let settings = &cx.services.settings;
    let Some(guest) = repo::guest(&mut *conn, booking).await? else {
        return Ok(None);
    };
    let Some(row) = repo::of_event(&mut *conn, guest.event, Some(guest.guest)).await? else {
        return Ok(None);
    };
    let host = row.host_name.clone();
    let time_zone = row.time_zone.clone();
    let mut entry = entry(settings, row, Some(guest.guest), For::Guest, cx.now());
    // Of two with the same number the later one holds: seats are given back and taken again without
    // a change of the event.
    entry.modified = cx.now();
    if has_ended {
        entry.status = Status::Cancelled;
        entry.reminds = false;
    }
    Ok(Some(Told {
        entry,
        time_zone,
        host,
        guest,
    }))
}

/// What a mail about these seats brings for the guest's calendar. `title` is what the event was
/// called, when it has lost its name.
pub(super) async fn invitation(
    cx: &Cx,
    conn: &mut PgConnection,
    booking: SeatBookingId,
    method: Method,
    title: Option<&str>,
) -> Result<Option<String>> {
    let Some(told) = told(cx, conn, booking, method == Method::Cancel).await? else {
        return Ok(None);
    };
    let mut entry = told.entry;
    if let Some(title) = title {
        title.clone_into(&mut entry.title);
    }
    entry.invitation = Some(Invitation {
        host: told.host,
        organizer: mail::sender_address(&cx.services.settings)?,
        guest: told.guest.name,
        attendee: told.guest.email,
    });
    let calendar = Calendar {
        method,
        name: None,
        zone: &told.time_zone,
        entries: &[entry],
    };
    Ok(Some(calendar.write()))
}

/// What one mail about a guest's seats at several dates brings: all of them in one file, with those
/// that have ended as cancelled. Not an invitation, all of whose entries are to have the same name
/// (RFC 5546, section 3.2.2).
pub(super) async fn of_several(
    cx: &Cx,
    conn: &mut PgConnection,
    bookings: &[SeatBookingId],
    have_ended: bool,
) -> Result<Option<String>> {
    let mut entries = Vec::with_capacity(bookings.len());
    let mut zone = String::new();
    for &booking in bookings {
        if let Some(told) = told(cx, conn, booking, have_ended).await? {
            // Only in which it is shown: the times themselves are those of UTC.
            zone = told.time_zone;
            entries.push(told.entry);
        }
    }
    if entries.is_empty() {
        return Ok(None);
    }
    let calendar = Calendar {
        method: Method::Publish,
        name: None,
        zone: &zone,
        entries: &entries,
    };
    Ok(Some(calendar.write()))
}
