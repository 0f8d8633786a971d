//! Events: what is to come, and what the page of each says.

use dogear_domain::events::days::Days;
use dogear_domain::events::partners::Partner;
use dogear_domain::events::{AccessFact, EventKind, OccurrenceState, Visibility};
use dogear_server::events::{
    self, Around, DISTANCES, EventFilter, EventPage, Interest, Key, Listed,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bookings::BookingOnPage;
use super::parts::Money;
use super::waiting::WaitingPlace;
use crate::Site;
use crate::answer::{Answer, List, Reply};
use crate::caller::Caller;
use crate::cursor;
use crate::id::{At, Id};
use crate::problem::{Code, Problem};
use crate::query::{Nothing, Query};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_events))
        .routes(routes!(get_event))
}

/// Seats, where they are counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Seats {
    /// So many there are.
    capacity: i32,
    /// So many are free.
    left: i32,
}

/// A date of an event, as lists have it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventDate {
    pub(super) id: Id,
    /// Its page.
    pub(super) url: String,
    pub(super) title: String,
    /// `swap_meet`, `reading`, `book_fair`, `book_club` or `drop_in`.
    #[schema(value_type = String)]
    pub(super) kind: EventKind,
    /// `published`, or `cancelled` when it does not take place.
    #[schema(value_type = String)]
    pub(super) state: OccurrenceState,
    /// When it begins.
    pub(super) starts_at: Timestamp,
    /// When it ends.
    pub(super) ends_at: Timestamp,
    /// IANA name of the clock of its place.
    pub(super) time_zone: String,
    /// What the place is called.
    pub(super) venue: String,
    /// The town of the place.
    pub(super) city: String,
    /// Null when everybody gets seats.
    pub(super) seats: Option<Seats>,
    /// Of one seat; null when they are free.
    pub(super) price: Option<Money>,
    /// So many seats the caller has, or are offered to them.
    pub(super) booked: Option<i32>,
    /// The caller is on the waiting list.
    pub(super) is_waiting: bool,
}

impl EventDate {
    pub(super) fn of(event: Listed, link: impl Fn(&str) -> String) -> Self {
        Self {
            id: event.event.into(),
            url: link(&dogear_urls::event(event.event, &event.slug)),
            title: event.title,
            kind: event.kind,
            state: event.state,
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            time_zone: event.time_zone,
            venue: event.venue,
            city: event.city,
            seats: event.seats.map(|seats| Seats {
                capacity: seats.capacity,
                left: seats.left,
            }),
            price: event.price.map(Money::from),
            booked: event.booked,
            is_waiting: event.waits,
        }
    }
}

/// Which events, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsAsked {
    /// Words of title, description, place, town and host; the last may be unfinished.
    #[serde(default)]
    #[param(max_length = 200)]
    q: String,
    /// `swap_meet`, `reading`, `book_fair`, `book_club` or `drop_in`.
    #[param(value_type = Option<String>)]
    kind: Option<EventKind>,
    /// A town. With `within` it may stay empty: the caller's own.
    #[serde(default)]
    #[param(max_length = 80)]
    town: String,
    /// At most so many kilometres from the town: 10, 25, 50 or 100.
    within: Option<u32>,
    /// Handle of the host.
    #[serde(default)]
    host: String,
    /// On this day or later, by the clock of each place.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// On this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    until: Option<Date>,
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

impl EventsAsked {
    /// What pages understand of it. They pass over what they do not: a program is told instead.
    fn filter(&self) -> Result<EventFilter, Problem> {
        let wrong = |what: &str| Problem::new(Code::Malformed).saying(what);
        if (self.within).is_some_and(|within| !DISTANCES.contains(&within)) {
            return Err(wrong("within: 10, 25, 50 or 100."));
        }
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let days = Days::read(&day(self.from), &day(self.until));
        if (days.from, days.until) != (self.from, self.until) {
            return Err(wrong(
                "from, until: two days of this or the next century, the earlier one first.",
            ));
        }
        let within = (self.within).map_or_else(String::new, |within| within.to_string());
        let kind = self.kind.map_or("", EventKind::as_str);
        let filter = EventFilter::read(&self.q, kind, &self.town, &within, &self.host, days);
        Ok(filter)
    }
}

/// Events to come
///
/// Those that the caller may see, by their dates: each date of a series is an event of its own. They
/// may have begun, and are not over.
#[utoipa::path(
    get,
    path = "/events",
    tag = "Events",
    params(EventsAsked),
    responses((status = 200, description = "A page of events.", body = List<EventDate>)),
    security((), ("token" = [])),
    extensions(("x-cost" = json!(5)))
)]
async fn list_events(caller: Caller, Query(asked): Query<EventsAsked>) -> Answer<List<EventDate>> {
    let cx = &caller.cx;
    let filter = asked.filter()?;
    let name = format!("events {filter:?}");
    let after = cursor::read::<String>(cx, &name, asked.cursor.as_deref())?;
    let after = after.and_then(|key| key.parse::<Key>().ok());
    let most = asked.limit.clamp(1, 100);
    let (page, around) = events::coming_up_to(cx, &filter, after, most.into()).await?;
    if around == Around::NoTown {
        return Err(Problem::new(Code::Malformed)
            .saying("within: say of which town; the caller's profile names none."));
    }
    let next = page.next.map(|key| key.to_string());
    Ok(Reply::ok(List {
        next: next.map(|key| cursor::write(cx, &name, &key)).transpose()?,
        items: (page.events.into_iter())
            .map(|event| EventDate::of(event, |path| cx.services.settings.link(path)))
            .collect(),
    }))
}

/// Where an event is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventPlace {
    name: String,
    /// Street and number; empty when the event is over.
    address: String,
    /// The town.
    city: String,
    /// ISO 3166-1 alpha-2; may be empty.
    country: String,
    /// What guests can count on: `step_free`, `hearing_loop`, `quiet_space`, `children`.
    #[schema(value_type = Vec<String>)]
    access: Vec<AccessFact>,
    /// How to get there and in; may be empty.
    directions: String,
}

/// Who hosts an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventHost {
    /// Without the @; empty of a former member.
    handle: String,
    /// What they want to be called.
    name: String,
}

impl From<events::Host> for EventHost {
    fn from(host: events::Host) -> Self {
        Self {
            handle: host.handle,
            name: host.name,
        }
    }
}

/// The organisation whose an event is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventOrganisation {
    id: Id,
    name: String,
    /// Its page.
    url: String,
}

/// With whom a host makes an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventPartner {
    name: String,
    /// Begins with `https://`; may be empty.
    link: String,
}

impl From<Partner> for EventPartner {
    fn from(partner: Partner) -> Self {
        Self {
            name: partner.name,
            link: partner.link,
        }
    }
}

/// Who is interested in an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventInterest {
    /// So many are.
    count: i64,
    /// The caller is.
    is_mine: bool,
    /// What the caller has noted for the host; may be empty.
    note: String,
}

impl From<Interest> for EventInterest {
    fn from(interest: Interest) -> Self {
        Self {
            count: interest.number,
            is_mine: interest.own.is_some(),
            note: interest.own.unwrap_or_default(),
        }
    }
}

/// An event: what its page shows the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Event {
    id: Id,
    /// Its page.
    url: String,
    title: String,
    /// What happens there.
    description: String,
    /// `swap_meet`, `reading`, `book_fair`, `book_club` or `drop_in`.
    #[schema(value_type = String)]
    kind: EventKind,
    /// Who sees it: `public`, `members`, `unlisted` (whoever has the address) or `invited`.
    #[schema(value_type = String)]
    visibility: Visibility,
    /// `published`, `cancelled`, or for those who host it `draft`.
    #[schema(value_type = String)]
    state: OccurrenceState,
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// IANA name of the clock of its place.
    time_zone: String,
    /// Where it is.
    place: EventPlace,
    /// Where it takes place online, for those who have seats; empty for all others, and when it does
    /// not.
    online_link: String,
    /// Who invites.
    host: EventHost,
    /// Who hosts it with them.
    co_hosts: Vec<EventHost>,
    /// Whose event it is beside its host's.
    organisation: Option<EventOrganisation>,
    /// With whom it is made.
    partners: Vec<EventPartner>,
    /// Null when everybody gets seats.
    seats: Option<Seats>,
    /// So many one guest can have at most.
    max_party: i32,
    /// Of one seat; null when they are free.
    price: Option<Money>,
    /// A code may take something off the price.
    takes_codes: bool,
    /// From when on seats are given; null for from when it is published.
    booking_opens_at: Option<Timestamp>,
    /// Until when seats are given.
    booking_closes_at: Timestamp,
    /// Why no seat can be taken now, in words; empty when one can.
    no_seats_because: String,
    /// So many wait.
    waiting_count: i64,
    /// So many minutes after it has begun, seats of those who have not come are given on; null when
    /// they are kept.
    gives_on_after_minutes: Option<i32>,
    /// Seats of the caller, or that are kept for them.
    booking: Option<BookingOnPage>,
    /// Their place on the waiting list.
    waiting: Option<WaitingPlace>,
    /// Null where it is not asked any more.
    interest: Option<EventInterest>,
}

impl Event {
    fn of(
        page: EventPage,
        interest: Option<Interest>,
        now: Timestamp,
        link: impl Fn(&str) -> String,
    ) -> Self {
        let seating = page.seating;
        let refusal = page.refusal(now);
        Self {
            id: page.id.into(),
            url: link(&dogear_urls::event(page.id, &page.slug)),
            title: page.title,
            description: page.description,
            kind: page.kind,
            visibility: page.visibility,
            state: seating.state,
            starts_at: page.starts_at,
            ends_at: page.ends_at,
            time_zone: page.time_zone,
            place: EventPlace {
                name: page.place.name,
                address: page.place.address,
                city: page.place.city,
                country: page.place.country,
                access: page.place.access,
                directions: page.place.directions,
            },
            online_link: page.online,
            host: page.host.into(),
            co_hosts: page.co_hosts.into_iter().map(EventHost::from).collect(),
            organisation: page.organisation.map(|one| EventOrganisation {
                id: one.id.into(),
                url: link(&dogear_urls::organisation(one.id, &one.slug)),
                name: one.name,
            }),
            partners: page.partners.into_iter().map(EventPartner::from).collect(),
            seats: (seating.capacity.zip(seating.left()))
                .map(|(capacity, left)| Seats { capacity, left }),
            max_party: seating.max_party,
            price: page.price.map(Money::from),
            takes_codes: page.has_codes,
            booking_opens_at: seating.window.opens_at(page.starts_at),
            booking_closes_at: seating.closes_at(),
            no_seats_because: refusal.map_or_else(String::new, |why| why.to_string()),
            waiting_count: page.waiting,
            gives_on_after_minutes: page.give_on,
            booking: page.booking.map(BookingOnPage::from),
            waiting: page.waits.map(WaitingPlace::from),
            interest: interest.map(EventInterest::from),
        }
    }
}

/// An event
///
/// With what the caller has there. One that the caller may not see is not there for them.
#[utoipa::path(
    get,
    path = "/events/{id}",
    tag = "Events",
    params(("id" = Id, Path, description = "Of the event.")),
    responses((status = 200, description = "The event.", body = Event)),
    security((), ("token" = []))
)]
async fn get_event(
    caller: Caller,
    At(id): At<Id>,
    Query(Nothing {}): Query<Nothing>,
) -> Answer<Event> {
    let cx = &caller.cx;
    let page = events::page(cx, id.of()).await?;
    let interest = events::interest(cx, &page).await?;
    let event = Event::of(page, interest, cx.now(), |path| {
        cx.services.settings.link(path)
    });
    Ok(Reply::ok(event))
}
