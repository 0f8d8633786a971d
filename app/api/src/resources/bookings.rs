//! Seats at events: taking them, changing how many, and giving them back.

use dogear_domain::events::BookingState;
use dogear_domain::ids::SeatBookingId;
use dogear_domain::money;
use dogear_server::Cx;
use dogear_server::events::{self, Booking as OnPage, Due, OwnBooking, ShownHold, Terms};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::events::EventDate;
use super::parts::Money;
use crate::Site;
use crate::answer::{Answer, List, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::Problem;
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_my_bookings))
        .routes(routes!(create_booking))
        .routes(routes!(get_booking, update_booking, delete_booking))
        .routes(routes!(confirm_booking))
        .routes(routes!(accept_offered_seats))
}

/// What somebody's seats cost, as it was agreed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeatsDue {
    /// One of them.
    each: Money,
    /// What a code takes off for all together, in the smallest unit of the currency.
    discount: i32,
    /// What is paid for all together.
    total: Money,
    /// The host has it.
    is_paid: bool,
}

impl From<Due> for SeatsDue {
    fn from(due: Due) -> Self {
        Self {
            each: due.each.into(),
            discount: due.discount,
            total: due.total.into(),
            is_paid: due.is_paid,
        }
    }
}

/// Seats of the caller, as an event says them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingOnPage {
    id: Id,
    /// How many.
    party: i32,
    /// Until when they are only kept; null when they are the caller's.
    held_until: Option<Timestamp>,
    /// The caller holds them themselves; what else is kept is offered by the waiting list.
    is_hold: bool,
    /// Null of free seats.
    due: Option<SeatsDue>,
}

impl From<OnPage> for BookingOnPage {
    fn from(booking: OnPage) -> Self {
        Self {
            id: booking.id.into(),
            party: booking.party,
            held_until: booking.held_until,
            is_hold: booking.is_hold,
            due: booking.due.map(SeatsDue::from),
        }
    }
}

/// Seats of the caller at an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Booking {
    id: Id,
    /// At which.
    event: EventDate,
    /// How many.
    party: i32,
    /// `confirmed`; `held` while they are only kept; `cancelled` when the host has cancelled it.
    #[schema(value_type = String)]
    state: BookingState,
    /// Until when they are only kept; null when they are the caller's.
    held_until: Option<Timestamp>,
    /// The caller holds them themselves, to confirm them; what else is kept is offered by the
    /// waiting list, to be accepted.
    is_hold: bool,
    /// Null of free seats.
    due: Option<SeatsDue>,
}

impl Booking {
    fn of(booking: OwnBooking, cx: &Cx) -> Self {
        Self {
            id: booking.id.into(),
            event: EventDate::of(booking.event, |path| cx.services.settings.link(path)),
            party: booking.party,
            state: booking.state,
            held_until: booking.held_until,
            is_hold: booking.is_hold,
            due: booking.due.map(SeatsDue::from),
        }
    }

    async fn read(cx: &Cx, id: SeatBookingId) -> Result<Self, Problem> {
        Ok(Self::of(events::booking(cx, id).await?, cx))
    }
}

/// Which of the caller's seats, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BookingsAsked {
    /// Those at events that are over, the last first, in the place of those to come.
    #[serde(default)]
    over: bool,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most so many, up to 100.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: u32,
}

fn most() -> u32 {
    50
}

/// The caller's seats
///
/// And what is kept for them, at events to come, the next first; cancelled events are among them.
#[utoipa::path(
    get,
    path = "/me/bookings",
    tag = "Bookings",
    params(BookingsAsked),
    responses((status = 200, description = "A page of bookings.", body = List<Booking>)),
    security(("token" = ["read"])),
    extensions(("x-cost" = json!(3)))
)]
async fn list_my_bookings(
    caller: Caller,
    Query(asked): Query<BookingsAsked>,
) -> Answer<List<Booking>> {
    let cx = &caller.cx;
    let name = format!("bookings {}", asked.over);
    let after = cursor::read(cx, &name, asked.cursor.as_deref())?;
    let most = asked.limit.clamp(1, 100);
    let mut bookings = events::bookings(cx, asked.over, after, i64::from(most) + 1).await?;
    let more = bookings.len() > most as usize;
    bookings.truncate(most as usize);
    let next = bookings.last().filter(|_| more).map(OwnBooking::key);
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: (bookings.into_iter())
            .map(|booking| Booking::of(booking, cx))
            .collect(),
    }))
}

/// Seats of the caller
#[utoipa::path(
    get,
    path = "/bookings/{id}",
    tag = "Bookings",
    params(("id" = Id, Path, description = "Of the booking.")),
    responses((status = 200, description = "The booking.", body = Booking)),
    security(("token" = ["read"]))
)]
async fn get_booking(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Booking> {
    Ok(Reply::ok(Booking::read(&caller.cx, id.of()).await?))
}

/// Seats that are to be the caller's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBooking {
    /// How many.
    #[schema(minimum = 1)]
    party: i32,
    /// Of one seat, as the event says it: nobody takes seats for another price than they have seen.
    /// Null of free seats.
    #[serde(default)]
    price: Option<Money>,
    /// Takes something off the price; may be empty.
    #[serde(default)]
    code: String,
    /// Only hold them for some minutes, to be confirmed.
    #[serde(default)]
    hold: bool,
}

/// As forms carry a price along.
pub(super) fn shown(price: Option<Money>) -> String {
    events::shown_price(price.map(|price| money::Money {
        minor: price.amount,
        currency: price.currency,
    }))
}

/// Take seats
///
/// They are the caller's at once, or held for some minutes with `hold`. Seats that cost something
/// are paid at the door.
#[utoipa::path(
    post,
    path = "/events/{id}/bookings",
    tag = "Bookings",
    params(
        ("id" = Id, Path, description = "Of the event."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key takes seats once.")
    ),
    request_body = NewBooking,
    responses(
        (status = 201, description = "The booking.", body = Booking),
        (status = 409, description = "Nothing is left, others come first, the caller has seats already, the price is another, or seats are not given now.")
    ),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(5)))
)]
async fn create_booking(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(new): Json<NewBooking>,
) -> Answer<Booking> {
    let cx = &caller.cx;
    let terms = Terms {
        price: shown(new.price),
        code: new.code,
    };
    let booking = if new.hold {
        events::hold(cx, key, id.of(), new.party, &terms).await?
    } else {
        let taken = events::take_for(cx, key, id.of(), new.party, &terms).await?;
        taken.booking
    };
    let made = Booking::read(cx, booking).await?;
    Ok(Reply::created(made, &format!("/bookings/{booking}")))
}

/// What is to be different about seats.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookingChange {
    /// So many they are to be.
    #[schema(minimum = 1)]
    party: i32,
}

/// Have more seats, or fewer
///
/// More as if they were taken anew, at the price that was agreed; fewer until the event begins.
#[utoipa::path(
    patch,
    path = "/bookings/{id}",
    tag = "Bookings",
    params(
        ("id" = Id, Path, description = "Of the booking."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key changes it once.")
    ),
    request_body = BookingChange,
    responses(
        (status = 200, description = "The booking.", body = Booking),
        (status = 409, description = "So many cannot be had, or the seats are not the caller's any more.")
    ),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(3)))
)]
async fn update_booking(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(change): Json<BookingChange>,
) -> Answer<Booking> {
    events::change(&caller.cx, key, id.of(), change.party).await?;
    Ok(Reply::ok(Booking::read(&caller.cx, id.of()).await?))
}

/// Give seats back
///
/// Whoever waits has them. Also what is held, and what is offered. Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/bookings/{id}",
    tag = "Bookings",
    params(("id" = Id, Path, description = "Of the booking.")),
    responses(
        (status = 204, description = "They are given back."),
        (status = 409, description = "The event has begun.")
    ),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(2)))
)]
async fn delete_booking(caller: Caller, At(id): At<Id>) -> Result<NoContent, Problem> {
    events::give_back(&caller.cx, id.of()).await?;
    Ok(NoContent)
}

/// What the caller was shown of seats that they hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// What all of them cost together, as the booking says it in `due.total`; null of free seats.
    #[serde(default)]
    total: Option<Money>,
    /// With which they were held; may be empty.
    #[serde(default)]
    code: String,
}

/// Confirm seats that are held
///
/// They are the caller's then. Those whose time is over are taken anew, if they can be had.
#[utoipa::path(
    post,
    path = "/bookings/{id}/confirm",
    tag = "Bookings",
    params(
        ("id" = Id, Path, description = "Of the booking."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key confirms them once.")
    ),
    request_body = Confirmation,
    responses(
        (status = 200, description = "The booking.", body = Booking),
        (status = 409, description = "They went to someone else, or cost something else by now.")
    ),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(3)))
)]
async fn confirm_booking(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(confirmed): Json<Confirmation>,
) -> Answer<Booking> {
    let shown = ShownHold {
        price: shown(confirmed.total),
        code: confirmed.code,
    };
    events::confirm_hold(&caller.cx, key, id.of(), &shown).await?;
    Ok(Reply::ok(Booking::read(&caller.cx, id.of()).await?))
}

/// Accept seats that the waiting list offers
///
/// They are the caller's then. Doing it twice is fine. To decline them, give them back.
#[utoipa::path(
    post,
    path = "/bookings/{id}/accept",
    tag = "Bookings",
    params(("id" = Id, Path, description = "Of the booking.")),
    responses(
        (status = 200, description = "The booking.", body = Booking),
        (status = 409, description = "The offer has run out.")
    ),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(3)))
)]
async fn accept_offered_seats(caller: Caller, At(id): At<Id>) -> Answer<Booking> {
    events::accept(&caller.cx, id.of()).await?;
    Ok(Reply::ok(Booking::read(&caller.cx, id.of()).await?))
}
