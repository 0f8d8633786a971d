//! The page of an event, for guests and for those who host it.

use dogear_domain::events::holds::DEFAULT_HOLD_MINUTES;
use dogear_domain::events::hosts::HostRole;
use dogear_domain::events::partners::Partner;
use dogear_domain::events::seats::{Queue, SeatRefusal, Seating};
use dogear_domain::events::window::BookingWindow;
use dogear_domain::events::{
    AccessFact, BookingState, EventKind, EventReview, OccurrenceState, Visibility, WaitingState,
};
use dogear_domain::ids::{EventId, OrganisationId, SeatBookingId};
use dogear_domain::money::Money;
use jiff::Timestamp;

use super::giving_on::Here;
use super::prices::{self, Due};
use super::repo::views::{self, PageRow};
use crate::{Cx, Error, Result};

/// Guests on a page of the host's list.
const GUESTS: i64 = 100;

/// Where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is called.
    pub name: String,
    /// Street and number; empty when the event is over.
    pub address: String,
    /// The town.
    pub city: String,
    /// ISO 3166-1 alpha-2, or empty.
    pub country: String,
    /// What guests can count on.
    pub access: Vec<AccessFact>,
    /// How to get there and in; may be empty.
    pub directions: String,
}

/// Who invites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Without the @; empty of a former member.
    pub handle: String,
    /// What they want to be called, or “a former member”.
    pub name: String,
    /// It is whoever asks.
    pub is_viewer: bool,
}

/// The organisation whose an event is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfOrganisation {
    /// Its number.
    pub id: OrganisationId,
    /// What it is called.
    pub name: String,
    /// The readable part of its address.
    pub slug: String,
}

/// Seats of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// By which forms name them.
    pub id: SeatBookingId,
    /// How many.
    pub party: i32,
    /// Until when they are only kept; none when they are theirs.
    pub held_until: Option<Timestamp>,
    /// What they cost; none of free ones.
    pub due: Option<Due>,
    /// The reader holds them while they fill in the form; what else is kept is offered to them.
    pub is_hold: bool,
}

/// Whoever asks waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// For so many seats.
    pub party: i32,
    /// Fewer would do.
    pub accepts_fewer: bool,
    /// They do not want to be asked.
    pub auto_confirm: bool,
    /// Their place in the queue, from 1.
    pub position: i64,
    /// Others go before them, since they have missed events.
    pub is_behind: bool,
    /// Whether they are at the place.
    pub here: Here,
}

/// Everything the page of an event shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// Its number.
    pub id: EventId,
    /// The readable part of its address.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// What happens there.
    pub description: String,
    /// What kind it is.
    pub kind: EventKind,
    /// Who sees it.
    pub visibility: Visibility,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// By whose clock these are said.
    pub time_zone: String,
    /// With whom it is made.
    pub partners: Vec<Partner>,
    /// Whether a moderator looks at it before it is published; said to its host alone.
    pub review: EventReview,
    /// Why one has sent it back; empty for all others.
    pub review_note: String,
    /// State, seats and limits.
    pub seating: Seating,
    /// Of one seat; none when they are free.
    pub price: Option<Money>,
    /// A code may take something off.
    pub has_codes: bool,
    /// So many wait.
    pub waiting: i64,
    /// After how many minutes seats of those who have not come are given on; none: they are kept.
    pub give_on: Option<i32>,
    /// When seats were given on that whoever asks had; none of those who have some.
    pub given_on_at: Option<Timestamp>,
    /// For how many minutes seats are held while the form is filled in.
    pub hold_minutes: i16,
    /// Where it takes place online, for those who host it and those who have seats; empty for all others, and
    /// when it does not.
    pub online: String,
    /// Where it is.
    pub place: Place,
    /// Who invites.
    pub host: Host,
    /// Who hosts it with them.
    pub co_hosts: Vec<Host>,
    /// Whose event it is, beside its owner's.
    pub organisation: Option<OfOrganisation>,
    /// Whoever asks helps with it themselves, and can stop.
    pub helps: bool,
    /// As what whoever asks acts for it; none for guests.
    pub role: Option<HostRole>,
    /// Seats of whoever asks.
    pub booking: Option<Booking>,
    /// Their place on the waiting list.
    pub waits: Option<Waiting>,
}

impl EventPage {
    /// Why nobody can take one seat now, if that is so.
    pub fn refusal(&self, now: Timestamp) -> Option<SeatRefusal> {
        // Those who wait are promoted as soon as there is room: what is left would do for none of
        // them, or they are asked no more. Whoever asks does not stand in their own way.
        let queue = Queue {
            anybody: self.waiting > i64::from(self.waits.is_some()),
            fits: false,
        };
        self.seating.may_take(now, 0, 1, queue).err()
    }

    /// The most seats that can be taken now, or that whoever has some may have; what there is room
    /// for, and what the host allows.
    pub fn most(&self) -> i32 {
        let has = self.booking.map_or(0, |booking| booking.party);
        let left = self.seating.left().unwrap_or(i32::MAX);
        let most = self.seating.max_party.min(left.saturating_add(has));
        most.max(has).max(1)
    }

    /// Whoever asks hosts it, alone or with others.
    pub fn is_run_by_viewer(&self) -> bool {
        self.role.is_some_and(|role| role.covers(HostRole::CoHost))
    }

    /// The price as forms carry it along, to be compared when seats are taken; empty for none.
    pub fn shown_price(&self) -> String {
        prices::shown(self.price)
    }

    /// It is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }
}

impl EventPage {
    fn of(id: EventId, row: PageRow, viewer: Option<dogear_domain::ids::UserId>) -> Self {
        let booking = row.booking.zip(row.party).map(|(id, party)| Booking {
            id,
            party,
            held_until: row
                .held_until
                .filter(|_| row.booking_state == Some(BookingState::Held))
                .map(jiff_sqlx::Timestamp::to_jiff),
            due: Due::of(
                (row.price_each, row.agreed_currency),
                row.discount.unwrap_or_default(),
                row.amount_due,
                row.is_paid,
            ),
            is_hold: row.booking_state == Some(BookingState::Held) && row.hold_minutes.is_some(),
        });
        let waits = row
            .waiting_party
            .zip(row.position)
            .filter(|_| row.waiting_state == Some(WaitingState::Waiting))
            .map(|(party, position)| Waiting {
                party,
                accepts_fewer: row.accepts_fewer == Some(true),
                auto_confirm: row.auto_confirm == Some(true),
                position,
                is_behind: row.waiting_rank > Some(0),
                here: Here::of(row.is_here, row.here_refused == Some(true)),
            });
        let runs = (row.role).is_some_and(|role| role.covers(HostRole::CoHost));
        Self {
            id,
            slug: row.slug,
            title: row.title,
            description: row.description,
            kind: row.kind,
            visibility: row.visibility,
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            time_zone: row.time_zone,
            partners: row.partners.0,
            review: if runs { row.review } else { EventReview::None },
            review_note: if runs { row.review_note } else { String::new() },
            seating: Seating {
                state: row.state,
                starts_at: row.starts_at.to_jiff(),
                capacity: row.capacity,
                taken: row.seats_taken,
                max_party: row.max_party,
                smaller_pass: row.smaller_pass,
                window: BookingWindow {
                    opens_days: row.opens_days,
                    closes_hours: row.closes_hours,
                    cancel_hours: row.cancel_hours,
                },
            },
            price: prices::money(row.price, row.currency),
            has_codes: row.has_codes,
            waiting: row.waiting,
            give_on: row.give_on_minutes,
            given_on_at: (row.given_on_at.filter(|_| booking.is_none()))
                .map(jiff_sqlx::Timestamp::to_jiff),
            hold_minutes: row.minutes.unwrap_or(DEFAULT_HOLD_MINUTES),
            online: if runs || booking.is_some_and(|booking: Booking| booking.held_until.is_none())
            {
                row.online_link
            } else {
                String::new()
            },
            place: Place {
                name: row.venue,
                address: row.address,
                city: row.city,
                country: row.country,
                access: row.access,
                directions: row.directions,
            },
            host: if row.host_left {
                Host {
                    handle: String::new(),
                    name: "a former member".into(),
                    is_viewer: false,
                }
            } else {
                Host {
                    handle: row.host_handle,
                    name: row.host_name,
                    is_viewer: Some(row.host) == viewer,
                }
            },
            co_hosts: row
                .co_handles
                .into_iter()
                .zip(row.co_names)
                .map(|(handle, name)| Host {
                    handle,
                    name,
                    is_viewer: false,
                })
                .collect(),
            organisation: row
                .organisation
                .zip(row.organisation_name)
                .zip(row.organisation_slug)
                .map(|((id, name), slug)| OfOrganisation { id, name, slug }),
            helps: row.helps.is_some() && row.role.is_some(),
            role: row.role,
            booking,
            waits,
        }
    }
}

/// An event, for whoever may see it.
///
/// # Errors
/// `NotFound` for everybody else.
pub async fn page(cx: &Cx, event: EventId) -> Result<EventPage> {
    shown(cx, event, false).await
}

/// What stands in the address of its page behind its number.
///
/// # Errors
/// As [`page`].
pub async fn slug(cx: &Cx, event: EventId) -> Result<String> {
    let viewer = cx.actor.as_ref().map(|actor| actor.id);
    views::slug(cx.db(), event, viewer, cx.now())
        .await?
        .ok_or(Error::NotFound)
}

/// The page, for whoever comes with the link of its invitation.
pub(super) async fn invited_page(cx: &Cx, event: EventId) -> Result<EventPage> {
    shown(cx, event, true).await
}

async fn shown(cx: &Cx, event: EventId, invited: bool) -> Result<EventPage> {
    let viewer = cx.actor.as_ref().map(|actor| actor.id);
    let mut conn = cx.db().acquire().await?;
    let row = views::page(&mut conn, event, viewer, invited, cx.now()).await?;
    let mut page = EventPage::of(event, row.ok_or(Error::NotFound)?, viewer);
    // A place is shown as it is now: where its host receives people today is no business of those
    // who came some time ago.
    if page.is_over(cx.now()) && !page.is_run_by_viewer() {
        page.place.address.clear();
        page.place.directions.clear();
        page.online.clear();
    }
    Ok(page)
}

/// Somebody who has seats, or waits, as the host sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Without the @; empty for a guest whom the host has added.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// How many seats.
    pub party: i32,
    /// They have not answered an offer yet; of those who wait, that fewer would do.
    pub open: bool,
    /// Where they have their table; none when they have none.
    pub stall: Option<String>,
    /// They hold these seats while they fill in the form.
    pub fills_in: bool,
}

/// What a host sees of their event's guests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guests {
    /// The event as its page shows it.
    pub event: EventPage,
    /// A hundred of those who have seats.
    pub guests: Vec<Guest>,
    /// Where the next hundred begins.
    pub next: Option<SeatBookingId>,
    /// The first hundred who wait, in their order.
    pub waiting: Vec<Guest>,
}

/// The guests of an event that whoever asks hosts, from behind `after` on.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn guests(cx: &Cx, event: EventId, after: Option<SeatBookingId>) -> Result<Guests> {
    cx.reader()?;
    let page = page(cx, event).await?;
    if !page.is_run_by_viewer() {
        return Err(Error::NotFound);
    }
    let after = after.unwrap_or(SeatBookingId(0));
    let mut rows = views::guests(cx.db(), event, after, GUESTS + 1).await?;
    let most = usize::try_from(GUESTS).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|last| last.booking);
    let waiting = views::waiting(cx.db(), event, GUESTS).await?;
    Ok(Guests {
        event: page,
        next,
        guests: rows
            .into_iter()
            .map(|row| Guest {
                handle: row.handle,
                name: row.name,
                party: row.party,
                open: row.state == BookingState::Held && !row.fills_in,
                stall: row.stall,
                fills_in: row.fills_in,
            })
            .collect(),
        waiting: waiting
            .into_iter()
            .map(|row| Guest {
                handle: row.handle,
                name: row.name,
                party: row.party,
                open: row.accepts_fewer,
                stall: None,
                fills_in: false,
            })
            .collect(),
    })
}

impl EventPage {
    /// Nobody but those who host it sees it yet.
    pub fn is_draft(&self) -> bool {
        self.seating.state == OccurrenceState::Draft
    }
}
