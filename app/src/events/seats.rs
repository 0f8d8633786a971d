//! The box on the page of an event: one sentence that says what is so, and the one button that
//! goes with it.

use dogear_domain::events::seats::SeatRefusal;
use dogear_domain::events::{EventReview, OccurrenceState};
use dogear_server::calendars::google::Unsynced;
use dogear_server::events::{Booking, Due, EventPage, SeatTransfer, Waiting, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::{
    AcceptSeats, ChangeSeats, DeclineSeats, GiveBackSeats, StopWaiting, TakeSeats, WaitForSeats,
};
use super::giving_on;
use super::google;
use super::holds;
use super::prices::{self, with_price};
use super::transfers::{offer, offered_by_others};
use super::window;
use crate::action::ServerFn;
use crate::ui::count;
use crate::ui::field::{PostForm, Select, Tick};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, ago, in_words};
use dogear_urls as urls;

/// What the box depends on beside the event.
pub(super) struct Look {
    pub state: FormState,
    /// What seats would cost with the code that the reader has typed.
    pub with_code: Option<Due>,
    pub zone: TimeZone,
    pub now: Timestamp,
    /// Whether whoever looks may take seats, or join to do so.
    pub may_begin: bool,
    pub signed_in: bool,
    /// Their seats are not in the Google Calendar that they have connected.
    pub unsynced: Option<Unsynced>,
}

/// The box. `transfers` are offers of seats from and to whoever looks.
pub(super) fn seats(event: &EventPage, look: &Look, transfers: &[SeatTransfer]) -> AnyView {
    let inside = inside(event, look, transfers);
    view! {
        <section class="sheet stack" aria-labelledby="seats-h" id="seats">
            <h2 class="t-h3" id="seats-h">
                "Seats"
            </h2>
            {offered_by_others(transfers)}
            {inside}
        </section>
    }
    .into_any()
}

fn inside(event: &EventPage, look: &Look, transfers: &[SeatTransfer]) -> AnyView {
    let said = |text: String| view! { <p>{text}</p> }.into_any();
    if event.seating.state == OccurrenceState::Draft {
        let next = match event.review {
            EventReview::Waiting => "Seats can be taken once a moderator has approved it.",
            _ => "Publish it, and seats can be taken.",
        };
        return said(format!("Only those who host it see this yet. {next}"));
    }
    if event.seating.state == OccurrenceState::Cancelled {
        return said("This event is cancelled.".into());
    }
    if event.is_over(look.now) {
        return said(match event.booking {
            Some(booking) => format!("It is over. You had {}.", words::seats(booking.party)),
            None => "It is over.".into(),
        });
    }
    match (event.booking, event.waits) {
        (Some(booking), _) => match booking.held_until {
            Some(until) if booking.is_hold => holds::in_box(event, look, booking, until),
            Some(until) => offered(look, booking, until),
            None => booked(event, look, booking, transfers),
        },
        (None, Some(waiting)) => waits(event, look, waiting),
        (None, None) => match giving_on::given_on(event, look.now) {
            Some(sentence) => said(sentence),
            None => free(event, look),
        },
    }
}

/// How many seats there are, in words.
fn room(event: &EventPage) -> String {
    match (event.seating.capacity, event.seating.left()) {
        (Some(capacity), Some(left)) if left <= 0 => {
            let all = match capacity {
                1 => "The one seat is taken".to_owned(),
                capacity => format!("All {capacity} seats are taken"),
            };
            match event.waiting {
                0 => format!("{all}."),
                1 => format!("{all}, and one reader waits."),
                waiting => format!("{all}, and {waiting} readers wait."),
            }
        }
        (Some(1), _) => "The one seat is free.".into(),
        (Some(capacity), Some(1)) => format!("One of {capacity} seats is free."),
        (Some(capacity), Some(left)) => format!("{left} of {capacity} seats are free."),
        _ => "There is room for everybody, but say that you come.".into(),
    }
}

/// Choices of a number of seats.
fn parties(most: i32) -> Vec<(String, String)> {
    (1..=most)
        .map(|party| {
            let label = match party {
                1 => "1 seat".to_owned(),
                party => format!("{party} seats"),
            };
            (party.to_string(), label)
        })
        .collect()
}

/// The select of a number of seats; for one alone there is nothing to choose.
pub(super) fn party_field(
    state: &FormState,
    name: &'static str,
    most: i32,
    chosen: i32,
) -> AnyView {
    if most <= 1 {
        // Where there was more to choose from a moment ago, what is wrong stands here.
        let wrong = state.error(name).map(str::to_owned).map(|text| {
            view! {
                <p class="error" id=format!("f-{name}")>
                    {text}
                </p>
            }
        });
        return view! {
            {wrong}
            <input type="hidden" name=name value="1" />
        }
        .into_any();
    }
    view! {
        <Select
            state=state.clone()
            name=name
            label="How many"
            options=parties(most)
            value=chosen.to_string()
        />
    }
    .into_any()
}

fn free(event: &EventPage, look: &Look) -> AnyView {
    let refusal = event.refusal(look.now);
    let waits_for = match refusal {
        Some(SeatRefusal::Full | SeatRefusal::QueueFirst) => true,
        Some(SeatRefusal::NotYet) => {
            return view! {
                <p class="strong">{window::opens(event, &look.zone, look.now)}</p>
                <p>{room(event)}</p>
                {prices::cost(event)}
            }
            .into_any();
        }
        Some(SeatRefusal::Closed) => {
            return view! {
                <p>
                    "Booking has ended, so seats can no longer be taken here. Ask the host, or at the door."
                </p>
            }
            .into_any();
        }
        Some(_) => {
            return view! { <p>"It has begun, so seats can no longer be taken here. Ask at the door."</p> }
            .into_any();
        }
        None => false,
    };
    let few = refusal == Some(SeatRefusal::QueueFirst);
    let room = if few {
        "The seats that are free are for those who wait already.".to_owned()
    } else {
        room(event)
    };
    if !look.may_begin {
        return view! {
            <p>{room}</p>
            {prices::cost(event)}
        }
        .into_any();
    }
    if waits_for {
        return view! {
            <p>{room}</p>
            {prices::cost(event)}
            {waiting_form(event, look, 1)}
        }
        .into_any();
    }
    let most = event.most();
    let taking = take_form(event, look);
    // A larger party may rather wait than come with fewer.
    let larger = (most < most_wanted(event)).then(|| {
        view! {
            <details open=look.state.error("wanted").is_some()>
                <summary>"You need more seats than that?"</summary>
                <div class="mt4">{waiting_form(event, look, 1)}</div>
            </details>
        }
    });
    view! {
        <p>{room}</p>
        {prices::cost(event)}
        {taking}
        {larger}
        {giving_on::promise(event, look)}
    }
    .into_any()
}

/// The form that takes seats which are free.
fn take_form(event: &EventPage, look: &Look) -> AnyView {
    let with = with_price(event);
    let most = event.most();
    let button = if most == 1 {
        "Take the seat"
    } else {
        "Take seats"
    };
    let choice = party_field(&look.state, "party", most, 1);
    let code = prices::code_field(event, look);
    // One free seat has nothing to be filled in; whoever waits takes what they can have at once.
    let may_hold = event.waits.is_none() && (most > 1 || event.price.is_some());
    let hold = may_hold.then(|| {
        let what = if most == 1 { "it" } else { "them" };
        let label = format!("Hold {what} for {} minutes", event.hold_minutes);
        view! {
            <button class="btn" name="hold" value="yes" aria-describedby="hold-says">
                {label}
            </button>
        }
    });
    let says = may_hold.then(|| {
        view! {
            <p class="small quiet" id="hold-says">
                "If you want to think it over: nobody else can take them meanwhile."
            </p>
        }
    });
    view! {
        <PostForm class="stack stack-s" action=TakeSeats::PATH with=with>
            {choice}
            {code}
            <p class="row">
                <button class="btn btn-do">{button}</button>
                {hold}
            </p>
            {says}
        </PostForm>
    }
    .into_any()
}

/// The most seats that somebody may wait for.
fn most_wanted(event: &EventPage) -> i32 {
    let seating = event.seating;
    seating.max_party.min(seating.capacity.unwrap_or(i32::MAX))
}

/// The form with which somebody joins the list, or says what they wait for from now on.
pub(super) fn waiting_form(event: &EventPage, look: &Look, first: i32) -> AnyView {
    let with = with_price(event);
    let most = most_wanted(event);
    let waits = event.waits;
    let wanted = waits.map_or(first, |waiting| waiting.party).min(most);
    let choice = party_field(&look.state, "wanted", most, wanted);
    let (fewer_state, ask_state) = (look.state.clone(), look.state.clone());
    let takes_fewer = waits.is_some_and(|waiting| waiting.accepts_fewer);
    let is_asked = waits.is_some_and(|waiting| !waiting.auto_confirm);
    let button = match waits {
        None => "Join the waiting list",
        Some(_) => "Wait for that",
    };
    let fewer = (most > 1).then(|| {
        view! {
            <Tick
                state=fewer_state
                name="fewer"
                label="Fewer would do, too"
                hint="If less comes free than you ask for, you have what there is."
                on=takes_fewer
            />
        }
    });
    view! {
        <PostForm class="stack stack-s" action=WaitForSeats::PATH with=with>
            {choice}
            {fewer}
            <Tick
                state=ask_state
                name="ask"
                label="Ask me first"
                hint="Otherwise seats that come free are yours at once, and we tell you."
                on=is_asked
            />
            <p>
                <button class="btn">{button}</button>
            </p>
        </PostForm>
    }
    .into_any()
}

/// Booking has ended, though the event has not begun.
fn has_closed(event: &EventPage, look: &Look) -> bool {
    event.seating.takes(look.now) == Err(SeatRefusal::Closed)
}

fn booked(event: &EventPage, look: &Look, booking: Booking, transfers: &[SeatTransfer]) -> AnyView {
    let has = format!("You have {}.", words::seats(booking.party));
    let ticket = view! {
        <p>
            <a class="btn" href=urls::event_ticket(event.id)>
                "Your ticket"
            </a>
        </p>
    };
    let unsynced = look.unsynced.map(google::under_seats);
    if event.seating.starts_at <= look.now {
        return view! {
            <p class="strong">{has}</p>
            {unsynced}
            {prices::due(booking)}
            {ticket}
        }
        .into_any();
    }
    let with = [("booking", booking.id.to_string())];
    let back = with.clone();
    let most = event.most();
    let by = window::give_back_by(event, &look.zone, look.now);
    let is_late = event.seating.window.is_late(event.starts_at, look.now);
    let change = (most > 1).then(|| {
        let choice = party_field(&look.state, "party", most, booking.party);
        let late = (is_late && booking.party > 1).then(|| {
            view! { <p>"The host had asked for seats by now: they see how many you give back late."</p> }
        });
        view! {
            <details open=look.state.error("party").is_some()>
                <summary>"Change how many"</summary>
                <PostForm class="stack stack-s mt4" action=ChangeSeats::PATH with=with>
                    {choice}
                    {late}
                    {prices::each(booking)}
                    <p>
                        <button class="btn">"Change"</button>
                    </p>
                </PostForm>
            </details>
        }
    });
    let by = by.map(|sentence| view! { <p>{sentence}</p> });
    let consequence = match event.waiting {
        0 if has_closed(event, look) => "Booking has ended: you cannot take them back here.",
        0 => "Somebody else can take them then. Taking them back works as long as they are free.",
        _ => "The next one on the waiting list has them at once.",
    };
    view! {
        <p class="strong">{has}</p>
        {unsynced}
        {prices::due(booking)}
        {ticket}
        {giving_on::promise(event, look)}
        {change}
        {offer(&look.state, booking, transfers)}
        <details>
            <summary>"You cannot come?"</summary>
            <PostForm class="stack stack-s mt4" action=GiveBackSeats::PATH with=back>
                <p>{consequence}</p>
                {by}
                {prices::refund(booking)}
                <p>
                    <button class="btn btn-heavy">"Give the seats back"</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}

fn offered(look: &Look, booking: Booking, until: Timestamp) -> AnyView {
    let with = [("booking", booking.id.to_string())];
    let kept = match booking.party {
        1 => "A seat has come free and is kept for you".to_owned(),
        party => format!("{party} seats have come free and are kept for you"),
    };
    let sentence = format!(
        "{kept} until {} ({}).",
        in_words(until, &look.zone, look.now, Say::Moment),
        ago(until, look.now)
    );
    let button = match booking.party {
        1 => "Take it",
        _ => "Take them",
    };
    view! {
        <p class="strong">{sentence}</p>
        {prices::due(booking)}
        <div class="row">
            <PostForm action=AcceptSeats::PATH with=with.clone()>
                <button class="btn btn-do">{button}</button>
            </PostForm>
            <PostForm action=DeclineSeats::PATH with=with>
                <button class="btn">"I cannot come"</button>
            </PostForm>
        </div>
    }
    .into_any()
}

fn waits(event: &EventPage, look: &Look, waiting: Waiting) -> AnyView {
    let before = waiting.position - 1;
    let place = match before {
        0 => "You are the next on the waiting list".to_owned(),
        before => format!(
            "On the waiting list, {} before you",
            count(before, "reader is", "readers are")
        ),
    };
    let sentence = format!("{place}. You wait for {}.", words::seats(waiting.party));
    let behind = waiting.is_behind.then(|| {
        view! {
            <p class="small quiet">
                "Others go before you here, since you had missed three events when you joined. That stays so on this list. Only you see this."
            </p>
        }
    });
    // What would not do for them, or shortly before the start: whoever comes first.
    let taking = (event.refusal(look.now).is_none()).then(|| take_form(event, look));
    // A host may have fewer seats by now.
    let most = event.seating.capacity.unwrap_or(i32::MAX);
    let too_many = (waiting.party > most && !waiting.accepts_fewer).then(|| {
        let text = if has_closed(event, look) {
            "This event has not so many seats any more: you wait in vain."
        } else {
            "This event has not so many seats any more. Wait for fewer, or you wait in vain."
        };
        view! { <p>{text}</p> }
    });
    let open = look.state.error("wanted").is_some() || too_many.is_some();
    // Who waits keeps their place when booking has ended, and can wait for nothing else any more.
    let change = (event.seating.takes(look.now).is_ok()).then(|| {
        view! {
            <details open=open>
                <summary>"Change what you wait for"</summary>
                <div class="stack stack-s mt4">
                    <p class="small quiet">
                        "You keep your place, unless you want more seats than before."
                    </p>
                    {waiting_form(event, look, 1)}
                </div>
            </details>
        }
    });
    view! {
        <p class="strong">{sentence}</p>
        {behind}
        {giving_on::here(event, look, waiting)}
        <p class="small quiet">{room(event)}</p>
        {prices::cost(event)}
        {too_many}
        {taking}
        {change}
        <PostForm action=StopWaiting::PATH with=[("event", event.id.to_string())]>
            <button class="btn">"Leave the waiting list"</button>
        </PostForm>
    }
    .into_any()
}
