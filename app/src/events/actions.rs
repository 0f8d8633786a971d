//! What guests and hosts do with events.

use dogear_domain::events::series::WhichDates;
use dogear_domain::fields::{CancelReason, FieldProblem};
use dogear_domain::ids::{EventId, SeatBookingId, VenueId};
use dogear_server::calendars;
use dogear_server::events::{self, EventForm, Joined, RepeatForm, Terms, VenueForm, Wish};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm, read};
use crate::http::{context, own_path};
use dogear_urls as urls;

/// A number of seats, as it was chosen; whether it can be had, the event says.
pub(super) fn party(field: &'static str, typed: &str) -> Result<i32, ActionError> {
    let number = typed.trim().parse();
    let number = number.map_err(|_| FieldProblem::from("Choose how many seats."));
    read(field, number)
}

/// Enters a place for the reader's events. They go on at `next`.
#[server(endpoint = "events/add-venue", input = HtmlForm)]
pub async fn add_venue(
    #[server(default)] name: String,
    #[server(default)] address: String,
    #[server(default)] city: String,
    #[server(default)] country: String,
    #[server(default)] time_zone: String,
    #[server(default)] access: Vec<String>,
    #[server(default)] directions: String,
    #[server(default)] next: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = VenueForm {
        name,
        address,
        city,
        country,
        time_zone,
        access,
        directions,
    };
    events::add_venue(&req.cx, once.into(), &form).await?;
    let next = match own_path(&next) {
        urls::HOME => urls::EVENT_NEW,
        next => next,
    };
    Ok(Done::go(next).saying("The place is entered. Choose it for your events."))
}

/// Changes a place of the reader's. `version` is of what the form showed.
#[server(endpoint = "events/save-venue", input = HtmlForm)]
pub async fn save_venue(
    venue: VenueId,
    #[server(default)] name: String,
    #[server(default)] address: String,
    #[server(default)] city: String,
    #[server(default)] country: String,
    #[server(default)] time_zone: String,
    #[server(default)] access: Vec<String>,
    #[server(default)] directions: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = VenueForm {
        name,
        address,
        city,
        country,
        time_zone,
        access,
        directions,
    };
    events::save_venue(&req.cx, venue, &form, &version.into()).await?;
    Ok(Done::go(urls::HOST).saying("The place is changed."))
}

/// Enters an event as a draft, which only its host sees; with the dates on which it comes again, but
/// not those `without`, and with the tasks of the event of the reader's that it is `like`. With
/// `check`, nothing is entered, and the page shows the dates.
#[server(endpoint = "events/create", input = HtmlForm)]
pub async fn create_event(
    #[server(flatten)] form: EventForm,
    #[server(flatten)] repeat: RepeatForm,
    #[server(default)] without: Vec<String>,
    #[server(default)] like: String,
    #[server(default)] check: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let repeat = RepeatForm { without, ..repeat };
    if !check.is_empty() {
        read_dates(&form, &repeat)?;
        return Err(ActionError::Again);
    }
    let like = like.parse().ok();
    let event = events::create_like(&req.cx, once.into(), &form, &repeat, like).await?;
    Ok(Done::go(urls::host_event(event))
        .saying("The event is entered. Only you see it until you publish it."))
}

/// Whether the dates of a rule can be shown: what is wrong with it otherwise.
#[cfg(feature = "ssr")]
fn read_dates(form: &EventForm, repeat: &RepeatForm) -> Result<(), ActionError> {
    if let Err(problem) = dogear_domain::events::times::day(&form.day) {
        return read("day", Err(problem));
    }
    let invalid = |fields| ActionError::Invalid { fields };
    match repeat.rule(&form.day).map_err(invalid)? {
        Some(_) => Ok(()),
        None => read("repeats", Err("Choose how it comes again.".into())),
    }
}

/// Which dates of a series a form is of; without a word, the one it stands on.
fn which_dates(which: &str) -> WhichDates {
    which.parse().unwrap_or(WhichDates::This)
}

/// Changes an event of the reader's, and `which` other dates of its series. `version` is of what the
/// form showed.
#[server(endpoint = "events/save", input = HtmlForm)]
pub async fn save_event(
    event: EventId,
    #[server(flatten)] form: EventForm,
    #[server(default)] which: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let which = which_dates(&which);
    events::save_dates(&req.cx, event, &form, &version.into(), which).await?;
    Ok(Done::go(urls::host_event(event)).saying(match which {
        WhichDates::This => "The event is changed.",
        _ => "The dates are changed.",
    }))
}

/// Shows an event to those who may see it, and with it all dates of its series.
#[server(endpoint = "events/publish", input = HtmlForm)]
pub async fn publish_event(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    let dates = events::publish(&req.cx, event).await?;
    Ok(Done::go(urls::host_event(event)).saying(match dates {
        0 => "It waits for a moderator now. Its host is told as soon as they have looked at it."
            .to_owned(),
        1 => "The event is published.".to_owned(),
        dates => format!("{dates} dates are published."),
    }))
}

/// Deletes an event that was cancelled and would be over, or a draft.
#[server(endpoint = "events/delete", input = HtmlForm)]
pub async fn delete_event(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    events::delete(&req.cx, event).await?;
    Ok(Done::go(urls::HOST)
        .saying("The event is deleted. For 30 days you can restore it.")
        .undo(&RestoreEvent { event }))
}

/// Brings an event back that the reader has deleted, and the dates of its series that went with it.
#[server(endpoint = "events/restore", input = HtmlForm)]
pub async fn restore_event(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    let dates = events::restore(&req.cx, event).await?;
    Ok(Done::go(urls::host_event(event)).saying(if dates > 1 {
        "The dates are there again."
    } else {
        "The event is there again."
    }))
}

/// Cancels an event, and `which` other dates of its series, and tells the guests why; deletes
/// drafts.
#[server(endpoint = "events/cancel", input = HtmlForm)]
pub async fn cancel_event(
    event: EventId,
    #[server(default)] reason: String,
    #[server(default)] which: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let reason = read("reason", CancelReason::parse(&reason))?;
    let which = which_dates(&which);
    let is_one = which == WhichDates::This;
    if events::cancel_dates(&req.cx, event, &reason, which).await? {
        Ok(Done::go(urls::host_event(event)).saying(if is_one {
            "The event is cancelled. Everybody who had seats or waited is told."
        } else {
            "The dates are cancelled. Everybody who had seats or waited is told."
        }))
    } else {
        Ok(Done::go(urls::HOST)
            .saying(if is_one {
                "The draft is deleted. For 30 days you can restore it."
            } else {
                "The drafts are deleted. For 30 days you can restore them."
            })
            .undo(&RestoreEvent { event }))
    }
}

/// Takes seats at an event. `price` is what the form showed, to be compared; with `check`, nothing is
/// taken, and the page says what they would cost with the code; with `hold`, they are held while the
/// reader fills in the rest.
#[server(endpoint = "events/take-seats", input = HtmlForm)]
pub async fn take_seats(
    event: EventId,
    #[server(default)] party: String,
    #[server(default)] price: String,
    #[server(default)] code: String,
    #[server(default)] check: String,
    #[server(default)] hold: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let seats = self::party("party", &party)?;
    if !check.is_empty() {
        let page = events::page(&req.cx, event).await?;
        let code = code.trim();
        events::check_code(&req.cx, &page, seats, code).await?;
        let there = urls::event_checked(event, &page.slug, &seats.to_string(), code);
        return Ok(Done::go(there));
    }
    let terms = Terms { price, code };
    if !hold.is_empty() {
        events::hold(&req.cx, once.into(), event, seats, &terms).await?;
        return Ok(Done::go(urls::event_hold(event)));
    }
    let taken = events::take_for(&req.cx, once.into(), event, seats, &terms).await?;
    Ok(
        Done::go(urls::event(event, &taken.slug)).saying(match seats {
            1 => "You have a seat.",
            _ => "You have your seats.",
        }),
    )
}

/// Changes how many seats the reader has.
#[server(endpoint = "events/change-seats", input = HtmlForm)]
pub async fn change_seats(
    booking: SeatBookingId,
    #[server(default)] party: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let seats = self::party("party", &party)?;
    let event = events::change(&req.cx, once.into(), booking, seats).await?;
    Ok(Done::go(here(&req, event).await?)
        .saying(format!("You have {} now.", events::words::seats(seats))))
}

/// Gives the reader's seats back.
#[server(endpoint = "events/give-back-seats", input = HtmlForm)]
pub async fn give_back_seats(booking: SeatBookingId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::give_back(&req.cx, booking).await?;
    Ok(Done::go(here(&req, event).await?)
        .saying("Your seats are given back. Thank you for saying so."))
}

/// Puts the reader on the waiting list. With `ask` they are asked before seats are theirs. `price`
/// is what the form showed, to be compared.
#[server(endpoint = "events/wait-for-seats", input = HtmlForm)]
pub async fn wait_for_seats(
    event: EventId,
    #[server(default)] wanted: String,
    #[server(default)] fewer: String,
    #[server(default)] ask: String,
    #[server(default)] price: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let wish = Wish {
        party: party("wanted", &wanted)?,
        accepts_fewer: !fewer.is_empty(),
        auto_confirm: ask.is_empty(),
    };
    let terms = Terms {
        price,
        ..Terms::default()
    };
    let joined = events::join_for(&req.cx, once.into(), event, wish, &terms).await?;
    Ok(Done::go(here(&req, event).await?).saying(match joined {
        Joined::Waits => "You are on the waiting list. We tell you as soon as there is room.",
        Joined::IsOffered => "There is room now: seats are kept for you until you answer.",
        Joined::Has => "There is room now: you have your seats.",
    }))
}

/// Takes the reader from the waiting list.
#[server(endpoint = "events/stop-waiting", input = HtmlForm)]
pub async fn stop_waiting(event: EventId) -> Result<Done, ActionError> {
    let req = context()?;
    events::leave(&req.cx, event).await?;
    Ok(Done::go(here(&req, event).await?).saying("You are no longer on the waiting list."))
}

/// Takes seats that are kept for the reader.
#[server(endpoint = "events/accept-seats", input = HtmlForm)]
pub async fn accept_seats(booking: SeatBookingId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::accept(&req.cx, booking).await?;
    Ok(Done::go(here(&req, event).await?).saying("The seats are yours."))
}

/// Lets seats go that are kept for the reader.
#[server(endpoint = "events/decline-seats", input = HtmlForm)]
pub async fn decline_seats(booking: SeatBookingId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::decline(&req.cx, booking).await?;
    Ok(Done::go(here(&req, event).await?)
        .saying("Thank you for saying so. The seats are no longer kept for you."))
}

/// Makes an address under which calendar programs read where the reader has seats; one that they
/// had leads nowhere from then on.
#[server(endpoint = "events/make-calendar", input = HtmlForm)]
pub async fn make_calendar(#[server(default)] once: FormKey) -> Result<Done, ActionError> {
    let req = context()?;
    calendars::make(&req.cx, once.into()).await?;
    Ok(Done::go(urls::SEATS)
        .saying("Your calendar has its address. Copy it into your calendar program."))
}

/// Takes the address of the reader's calendar away.
#[server(endpoint = "events/stop-calendar", input = HtmlForm)]
pub async fn stop_calendar() -> Result<Done, ActionError> {
    let req = context()?;
    calendars::stop(&req.cx).await?;
    Ok(Done::go(urls::SEATS).saying("The address of your calendar leads nowhere now."))
}

/// Disconnects the reader's Google Calendar. With `keep` set, what stands in it stays.
#[server(endpoint = "events/disconnect-google", input = HtmlForm)]
pub async fn disconnect_google(#[server(default)] keep: String) -> Result<Done, ActionError> {
    let req = context()?;
    let remove = keep.is_empty();
    calendars::google::disconnect(&req.cx, remove).await?;
    Ok(Done::go(urls::SEATS).saying(if remove {
        "Your Google Calendar is being disconnected, and your seats taken out of it."
    } else {
        "Your Google Calendar is being disconnected. What stands in it stays."
    }))
}

/// Has everything tried again that could not be written into the reader's Google Calendar.
#[server(endpoint = "events/sync-google", input = HtmlForm)]
pub async fn sync_google() -> Result<Done, ActionError> {
    let req = context()?;
    calendars::google::try_again(&req.cx).await?;
    Ok(Done::go(urls::SEATS).saying("We try again to write your seats into your Google Calendar."))
}

/// The page of an event, where the reader goes on; their seats, when it is not for them to see any
/// more.
#[cfg(feature = "ssr")]
pub(super) async fn here(req: &crate::http::Req, event: EventId) -> Result<String, ActionError> {
    match events::slug(&req.cx, event).await {
        Ok(slug) => Ok(urls::event(event, &slug)),
        Err(dogear_server::Error::NotFound) => Ok(urls::SEATS.to_owned()),
        Err(error) => Err(error.into()),
    }
}
