//! Events on a real PostgreSQL.

mod books;
mod calendar;
mod code_locks;
mod codes;
mod deleted;
mod desk;
mod door;
mod door_notes;
mod feedback;
mod finding;
mod first_events;
mod giving_on;
mod guest_list;
mod hold_limits;
mod holds;
mod host_news;
mod hosting;
mod hosts;
mod interests;
mod invitations;
mod leaving;
mod leftovers;
mod log;
mod messages;
mod moving;
mod no_shows;
mod organisations;
mod prices;
mod races;
mod reminders;
mod roles;
mod seating;
mod series;
mod stalls;
mod statistics;
mod tasks;
mod transfers;
mod waiting;
mod window;

use dogear_domain::ids::{EventId, SeatBookingId};
use jiff::{SignedDuration, ToSpan};
use uuid::Uuid;

use super::*;
use crate::db::IdempotencyKey;
use crate::testing::TestSite;
use crate::version::Version;
use crate::{Cx, Error, Result};

/// A site with a host, two readers, and a published evening in ten days.
struct World {
    site: TestSite,
    host: Cx,
    ana: Cx,
    bo: Cx,
    event: EventId,
}

#[allow(clippy::unnecessary_wraps)] // as services take it
fn key() -> Option<IdempotencyKey> {
    Some(IdempotencyKey(Uuid::new_v4()))
}

/// A place in Leeds.
fn place() -> VenueForm {
    VenueForm {
        name: "Café Lamp".into(),
        address: "2 Low Street".into(),
        city: "Leeds".into(),
        country: "GB".into(),
        time_zone: "Europe/London".into(),
        ..VenueForm::default()
    }
}

/// An evening so many days from now, with so many seats.
async fn evening(host: &Cx, days: i64, seats: &str) -> EventForm {
    let day = (host.now().to_zoned(jiff::tz::TimeZone::UTC).date())
        .checked_add(days.days())
        .unwrap();
    let venue = match venues(host).await.unwrap().first() {
        Some(venue) => venue.id,
        None => add_venue(host, key(), &place()).await.unwrap(),
    };
    EventForm {
        title: "Swap by lamplight".into(),
        description: "Bring three books.".into(),
        kind: "swap_meet".into(),
        visibility: "public".into(),
        venue: venue.to_string(),
        day: day.to_string(),
        starts: "19:00".into(),
        ends: "21:00".into(),
        last_day: String::new(),
        online: String::new(),
        capacity: seats.into(),
        max_party: "4".into(),
        smaller_pass: true,
        ..EventForm::default()
    }
}

/// What a list shows, everywhere or in one town.
async fn listed_in(cx: &Cx, town: &str) -> Vec<Listed> {
    let filter = EventFilter {
        town: town.into(),
        ..EventFilter::default()
    };
    coming(cx, &filter, None).await.unwrap().0.events
}

/// A published one.
async fn published(host: &Cx, days: i64, seats: &str) -> EventId {
    let form = evening(host, days, seats).await;
    let event = create(host, key(), &form).await.unwrap();
    publish(host, event).await.unwrap();
    event
}

impl World {
    async fn new(seats: &str) -> Self {
        let site = TestSite::new().await;
        let host = site.member("host").await;
        let ana = site.member("ana").await;
        let bo = site.member("bob").await;
        let event = published(&host, 10, seats).await;
        Self {
            site,
            host,
            ana,
            bo,
            event,
        }
    }

    async fn take(&self, cx: &Cx, party: i32) -> Result<SeatBookingId> {
        take(cx, key(), self.event, party).await
    }

    /// Somebody joins the list, and is asked before seats are theirs if `asked`.
    async fn wait(&self, cx: &Cx, party: i32, asked: bool) -> Result<()> {
        let wish = Wish {
            party,
            accepts_fewer: false,
            auto_confirm: !asked,
        };
        join(cx, key(), self.event, wish).await.map(|_| ())
    }

    async fn page(&self, cx: &Cx) -> EventPage {
        page(cx, self.event).await.unwrap()
    }

    /// The host changes one thing of the event.
    async fn edit(&self, change: impl FnOnce(&mut EventForm)) -> Result<()> {
        let now = draft(&self.host, self.event).await.unwrap();
        let mut form = now.form.clone();
        change(&mut form);
        save(&self.host, self.event, &form, &now.version().unwrap()).await
    }

    /// Seats that somebody has, and that are theirs.
    async fn has(&self, cx: &Cx) -> Option<i32> {
        let booking = self.page(cx).await.booking?;
        booking.held_until.is_none().then_some(booking.party)
    }

    /// Seats that are kept for somebody.
    async fn is_offered(&self, cx: &Cx) -> Option<Booking> {
        let booking = self.page(cx).await.booking?;
        booking.held_until.is_some().then_some(booking)
    }

    /// Everything holds that has to hold at any time.
    async fn sound(&self) {
        sound(&self.host).await;
    }
}

/// R1, and that nobody waits for what is free; the nightly count finds nothing, either.
async fn sound(cx: &Cx) {
    sweeps::recount(cx).await.unwrap();
    crate::testing::seats::are_sound(cx).await;
}

/// The sentence of a refusal.
fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::Conflict(message)) => message,
        Err(Error::Invalid(errors)) => errors
            .iter()
            .map(|(field, message)| format!("{field}: {message}"))
            .collect::<Vec<_>>()
            .join(" "),
        other => panic!("not refused in words: {other:?}"),
    }
}
