//! Evenings of the demo community: one that was, one soon, one that is full, and what is to come.

use dogear_domain::events::AccessFact;
use dogear_domain::events::hosts::HostRole;
use dogear_domain::ids::{EventId, TradeId, VenueId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::evenings;
use super::extras;
use super::past::Past;
use super::readers::{Reader, named};
use super::series;
use super::stage::said;
use super::tasks;
use crate::events::reviews;
use crate::events::{
    BookQuery, CodeForm, EventForm, OrganisationForm, Terms, VenueForm, Wish, accept_hosting,
    accept_membership, add_venue, asked_to_host, asked_to_join, books, bring_listed, cancel,
    create, create_organisation, delete, express, invite_host, invite_member, join_for, make_code,
    make_invitation, organisations, page, publish, save_feedback, take_for, wish,
};
use crate::{Cx, Error, Result, trades};

const ZONE: &str = "Europe/London";

/// A place: whose it is, and what it says of itself.
pub(super) struct Place {
    pub host: &'static str,
    pub name: &'static str,
    pub address: &'static str,
    pub city: &'static str,
    pub directions: &'static str,
    pub access: &'static [AccessFact],
}

static PLACES: [Place; 2] = [
    Place {
        host: "kettle_and_quire",
        name: "The Bindery Kitchen",
        address: "14 Spottiswoode Road",
        city: "Edinburgh",
        directions: "Second door on the left, up one flight. The bell sticks: knock.",
        access: &[],
    },
    Place {
        host: "old_margin",
        name: "Perth Library, reading room",
        address: "York Place",
        city: "Perth",
        directions: "",
        access: &[AccessFact::StepFree, AccessFact::Children],
    },
];

/// What becomes of an evening.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Draft,
    /// The first of its host: a moderator has to look at it.
    Waiting,
    /// A draft that its host has deleted.
    Deleted,
    Published,
    Cancelled(&'static str),
}

/// An evening: in so many days, entered so many days ago.
pub(super) struct Evening {
    pub place: usize,
    pub title: &'static str,
    pub description: &'static str,
    pub kind: &'static str,
    pub visibility: &'static str,
    pub entered_days_ago: i64,
    pub in_days: i64,
    pub capacity: &'static str,
    /// Where it is online.
    pub online: &'static str,
    pub end: End,
    /// Who takes how many seats.
    pub guests: &'static [(&'static str, i32)],
    /// Who waits for how many.
    pub waiting: &'static [(&'static str, i32)],
    /// Who brings what they have listed.
    pub brings: &'static [&'static str],
}

/// The evening at which seats cost something: for the paste.
const LESSON: &str = "A first lesson in mending books";

/// The evening for which something is to be done: the soup.
const SWAP: &str = "Winter swap by lamplight";

/// With which readers who have been there before pay less.
fn code() -> CodeForm {
    CodeForm {
        code: "SECOND-TIME".into(),
        unit: "percent".into(),
        off: "20".into(),
        uses: "3".into(),
        ..CodeForm::default()
    }
}

/// In the order in which they were entered.
const EVENINGS: &[Evening] = &[
    Evening {
        place: 1,
        title: "Pencils down: an afternoon of marginalia",
        description: "Bring a book that somebody wrote in, and read us the best note. Tea from three.",
        kind: "reading",
        visibility: "public",
        entered_days_ago: 30,
        in_days: -6,
        capacity: "16",
        online: "",
        end: End::Published,
        guests: &[("ana_m", 2), ("quirequeen", 1), ("hollis", 1)],
        waiting: &[],
        brings: &[],
    },
    Evening {
        place: 0,
        title: SWAP,
        description: "Three books in, three books out. Paperbacks in good heart, nothing that smells of the cellar.\n\nThere is soup. Whatever is left on the table at ten goes to the shelter in Leith.",
        kind: "swap_meet",
        visibility: "public",
        entered_days_ago: 12,
        in_days: 1,
        capacity: "12",
        online: "",
        end: End::Published,
        guests: &[("ana_m", 1), ("old_margin", 2), ("ines", 1)],
        waiting: &[],
        brings: &["ana_m", "old_margin"],
    },
    Evening {
        place: 0,
        title: LESSON,
        description: "Paste, thread and a bone folder for everybody; bring one book with a loose hinge.",
        kind: "drop_in",
        visibility: "public",
        entered_days_ago: 10,
        in_days: 9,
        capacity: "6",
        online: "",
        end: End::Published,
        guests: &[("hollis", 2), ("quirequeen", 2), ("old_margin", 2)],
        waiting: &[("ines", 1), ("ana_m", 2)],
        brings: &[],
    },
    Evening {
        place: 1,
        title: "Middlemarch, the last two books",
        description: "We stop before nine so that the Dundee train is caught. New readers are welcome, and forgiven.",
        kind: "book_club",
        visibility: "members",
        entered_days_ago: 8,
        in_days: 16,
        capacity: "",
        online: "",
        end: End::Published,
        guests: &[("hollis", 1)],
        waiting: &[],
        brings: &[],
    },
    Evening {
        place: 1,
        title: "Spring fair in the reading room",
        description: "Twenty tables. Ask for one before January.",
        kind: "book_fair",
        visibility: "public",
        entered_days_ago: 7,
        in_days: 40,
        capacity: "120",
        online: "",
        end: End::Cancelled("The room is being painted that week. We will find another day."),
        guests: &[("ana_m", 1)],
        waiting: &[],
        brings: &[],
    },
    Evening {
        place: 1,
        title: "Ghost stories, read aloud",
        description: "Candles if the library lets us.",
        kind: "reading",
        visibility: "public",
        entered_days_ago: 2,
        in_days: 25,
        capacity: "30",
        online: "",
        end: End::Draft,
        guests: &[],
        waiting: &[],
        brings: &[],
    },
    Evening {
        place: 0,
        title: "Sewing signatures, slowly",
        description: "For whoever was at the first lesson. Those who cannot come look over our shoulders from home.",
        kind: "drop_in",
        visibility: "unlisted",
        entered_days_ago: 2,
        in_days: 20,
        capacity: "8",
        online: "https://meet.example.org/sewing-signatures",
        end: End::Published,
        guests: &[("ana_m", 1)],
        waiting: &[],
        brings: &[],
    },
    Evening {
        place: 0,
        title: "Supper for the lenders of the shelf",
        description: "A thank-you to those who lent their books all year. Soup, again.",
        kind: "book_club",
        visibility: "invited",
        entered_days_ago: 1,
        in_days: 30,
        capacity: "10",
        online: "",
        end: End::Published,
        guests: &[],
        waiting: &[],
        brings: &[],
    },
];

/// Who is asked to help with which evening, as what, and whether they have said yes.
const HELP: [(&str, &str, HostRole, bool); 3] = [
    (SWAP, "hollis", HostRole::CoHost, true),
    (
        "A first lesson in mending books",
        "ana_m",
        HostRole::Door,
        true,
    ),
    (
        "Middlemarch, the last two books",
        "ana_m",
        HostRole::CoHost,
        false,
    ),
];

/// All of them, in the order of their numbers.
fn places() -> impl Iterator<Item = &'static Place> {
    PLACES.iter().chain(&evenings::PLACES)
}

/// Whose a place is.
fn host_at(place: usize) -> &'static str {
    places().nth(place).map_or("", |place| place.host)
}

/// Has it all happen. Gives the number of events.
///
/// # Errors
/// Those of the services.
pub(super) async fn play(past: &Past, readers: &[Reader], now: Timestamp) -> Result<usize> {
    let before = |days: i64| now - SignedDuration::from_hours(24 * days);
    past.go_to(before(35));
    // The hosts of the demo were looked at long ago; whoever is new waits.
    first_events(past, false, before(35)).await?;
    let (mut venues, mut over) = (Vec::new(), Vec::new());
    for place in places() {
        let cx = named(readers, place.host)?.cx(&past.services);
        venues.push(enter(&cx, place).await?);
    }
    found_library(past, readers).await?;
    for evening in EVENINGS.iter().chain(&evenings::EVENINGS) {
        past.go_to(before(evening.entered_days_ago));
        let event = invite(past, readers, evening, &venues, now).await?;
        past.tell().await?;
        if evening.in_days < 0 {
            over.push((evening, event));
        }
    }
    past.go_to(before(1));
    series::play(past, readers, venues[0], ZONE, now).await?;
    extras::found_bindery(&past.services, readers).await?;
    for (evening, event) in over {
        keep_the_door(past, readers, evening, event).await?;
    }
    past.go_to(now - SignedDuration::from_hours(9));
    meet(past, readers).await?;
    past.tell().await?;
    first_events(past, true, now).await?;
    Ok(EVENINGS.len() + evenings::EVENINGS.len() + 1)
}

/// Has first events wait for a moderator from now on, or not.
async fn first_events(past: &Past, wait: bool, now: Timestamp) -> Result<()> {
    let mut tx = past.services.db.begin().await?;
    reviews::set_first_events_wait(&mut tx, wait, None, now).await?;
    tx.commit().await?;
    Ok(())
}

/// The library at Perth, whose events are Old Margin's and Hollis's.
async fn found_library(past: &Past, readers: &[Reader]) -> Result<()> {
    let admin = named(readers, "old_margin")?.cx(&past.services);
    let form = OrganisationForm {
        name: "Perth Library".into(),
        town: "Perth".into(),
        description: "Reading room, reading groups, and a stove.".into(),
        link: "https://library.example.org".into(),
    };
    let (library, _) = create_organisation(&admin, None, &form).await?;
    invite_member(&admin, None, library, "hollis", "member").await?;
    let hollis = named(readers, "hollis")?.cx(&past.services);
    for asked in asked_to_join(&hollis).await? {
        accept_membership(&hollis, None, asked.id).await?;
    }
    Ok(())
}

/// Old Margin would hand over what is agreed with Ana at the next event at which he has seats.
async fn meet(past: &Past, readers: &[Reader]) -> Result<()> {
    let cx = named(readers, "old_margin")?.cx(&past.services);
    let agreed: Vec<TradeId> = sqlx::query_scalar(
        "select t.id from trades t join trade_parties p on p.trade_id = t.id
         where t.state = 'agreed' and t.method = 'meet' and p.user_id = $1 order by t.id",
    )
    .bind(cx.reader()?.id)
    .fetch_all(cx.db())
    .await?;
    for trade in agreed {
        if let Some(next) = trades::meetings(&cx, trade).await?.first() {
            trades::meet_at(&cx, None, trade, next.occurrence).await?;
        }
    }
    Ok(())
}

/// Everybody came, but the last who had taken seats.
async fn keep_the_door(
    past: &Past,
    readers: &[Reader],
    evening: &Evening,
    event: EventId,
) -> Result<()> {
    let host = named(readers, host_at(evening.place))?.cx(&past.services);
    past.go_to(page(&host, event).await?.starts_at);
    let came = evening.guests.len().saturating_sub(1);
    for (guest, _) in evening.guests.iter().take(came) {
        express(&host, None, event, &format!("@{guest}")).await?;
    }
    past.go_to(page(&host, event).await?.ends_at + SignedDuration::from_hours(15));
    for ((guest, _), said) in evening.guests.iter().take(came).zip(extras::SAID) {
        let guest = named(readers, guest)?.cx(&past.services);
        save_feedback(&guest, event, &said.form()).await?;
    }
    Ok(())
}

async fn enter(cx: &Cx, place: &Place) -> Result<VenueId> {
    let form = VenueForm {
        name: place.name.into(),
        address: place.address.into(),
        city: place.city.into(),
        country: "GB".into(),
        time_zone: ZONE.into(),
        access: place.access.iter().map(ToString::to_string).collect(),
        directions: place.directions.into(),
    };
    add_venue(cx, None, &form).await
}

async fn invite(
    past: &Past,
    readers: &[Reader],
    evening: &Evening,
    venues: &[VenueId],
    now: Timestamp,
) -> Result<EventId> {
    let zone = TimeZone::get(ZONE).map_err(Error::internal)?;
    let day = now
        .to_zoned(zone)
        .date()
        .checked_add(evening.in_days.days())
        .map_err(Error::internal)?;
    let price = if evening.title == LESSON { "6.50" } else { "" };
    let cx = |handle: &str| Ok::<_, Error>(named(readers, handle)?.cx(&past.services));
    let host = cx(host_at(evening.place))?;
    let library = organisations(&host).await?;
    // The library's own room.
    let library = library.iter().find(|one| one.is_admin());
    let form = EventForm {
        title: evening.title.into(),
        description: evening.description.into(),
        kind: evening.kind.into(),
        visibility: evening.visibility.into(),
        venue: venues[evening.place].to_string(),
        day: day.to_string(),
        starts: "19:00".into(),
        ends: "21:30".into(),
        last_day: String::new(),
        online: evening.online.into(),
        capacity: evening.capacity.into(),
        max_party: "4".into(),
        smaller_pass: true,
        price: price.into(),
        currency: "GBP".into(),
        organisation: library.map_or_else(String::new, |one| one.id.to_string()),
        cancel_hours: "24".into(),
        give_on: if evening.in_days == 1 { "15" } else { "" }.into(),
        ..EventForm::default()
    };
    let event = create(&host, None, &form).await?;
    if evening.end == End::Draft {
        return Ok(event);
    }
    if evening.end == End::Deleted {
        delete(&host, event).await?;
        return Ok(event);
    }
    if evening.end == End::Waiting {
        first_events(past, true, now).await?;
        publish(&host, event).await?;
        first_events(past, false, now).await?;
        return Ok(event);
    }
    publish(&host, event).await?;
    extras::around(&past.services, readers, &host, evening.title, event).await?;
    if evening.visibility == "invited" {
        make_invitation(&host, None, event).await?;
    }
    for (_, helper, role, says_yes) in HELP.iter().filter(|(title, ..)| *title == evening.title) {
        invite_host(&host, None, event, helper, role.as_str()).await?;
        let helper = cx(helper)?;
        for asked in asked_to_host(&helper).await?.iter().filter(|_| *says_yes) {
            accept_hosting(&helper, None, asked.id).await?;
        }
    }
    if evening.title == LESSON {
        make_code(&host, None, event, &code()).await?;
    }
    let terms = Terms {
        price: page(&host, event).await?.shown_price(),
        ..Terms::default()
    };
    for (guest, party) in evening.guests {
        take_for(&cx(guest)?, None, event, *party, &terms).await?;
    }
    for (guest, party) in evening.waiting {
        let wish = Wish {
            party: *party,
            accepts_fewer: true,
            auto_confirm: true,
        };
        join_for(&cx(guest)?, None, event, wish, &terms).await?;
    }
    if evening.title == SWAP {
        let (ana, margin) = (cx("ana_m")?, cx("old_margin")?);
        tasks::share(&host, event, [&ana, &margin]).await?;
    }
    for guest in evening.brings {
        bring_listed(&cx(guest)?, event).await?;
    }
    // Each would like the first two of what others bring.
    for guest in evening.brings {
        let guest = cx(guest)?;
        for brought in books(&guest, event, BookQuery::default())
            .await?
            .others
            .iter()
            .take(2)
        {
            if let Some(by) = &brought.by {
                wish(&guest, event, by.copy).await?;
            }
        }
    }
    if let End::Cancelled(reason) = evening.end {
        cancel(&host, event, &said(reason)?).await?;
    }
    Ok(event)
}
