//! What guests do with the dates of a series, and which of them its host leaves out.

use dogear_domain::ids::{EventId, EventSeriesId, SeatBookingId};
#[cfg(feature = "ssr")]
use dogear_server::db::IdempotencyKey;
use dogear_server::events::{self, DatesWish};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::actions::party;
#[cfg(feature = "ssr")]
use super::dates::counted;
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use crate::ui::count;
use dogear_urls as urls;

/// Moves the reader's seats to another date of the same series.
#[server(endpoint = "events/change-date", input = HtmlForm)]
pub async fn change_date(
    booking: SeatBookingId,
    to: EventId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::change_date(&req.cx, once.into(), booking, to).await?;
    let slug = events::slug(&req.cx, event).await?;
    Ok(Done::go(urls::event(event, &slug)).saying("Your seats are on this date now."))
}

/// The prices of dates as the form carries them along: “12:£5.00”.
#[cfg(feature = "ssr")]
fn shown(prices: &[String]) -> Vec<(EventId, String)> {
    let each = prices.iter().filter_map(|shown| {
        let (event, price) = shown.split_once(':')?;
        Some((event.parse().ok()?, price.to_owned()))
    });
    each.collect()
}

/// Takes seats at several `dates` of the series of an event, and joins the waiting lists of those in
/// `wait`; with `or_wait`, also of those that are full by then. `prices` and `total` are what the form
/// showed, to be compared; with `check`, nothing is taken, and the page says what it costs.
#[server(endpoint = "events/book-dates", input = HtmlForm)]
pub async fn book_dates(
    event: EventId,
    #[server(default)] dates: Vec<EventId>,
    #[server(default)] wait: Vec<EventId>,
    #[server(default)] party: String,
    #[server(default)] or_wait: String,
    #[server(default)] prices: Vec<String>,
    #[server(default)] total: String,
    #[server(default)] check: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    if !check.is_empty() {
        return Err(ActionError::Again);
    }
    let wish = DatesWish {
        party: self::party("party", &party)?,
        dates,
        wait,
        or_wait: !or_wait.is_empty(),
        prices: shown(&prices),
        total,
    };
    let key: Option<IdempotencyKey> = once.into();
    let booked = events::book_dates(&req.cx, key, event, &wish).await?;
    Ok(match key {
        // The page says it above what has become of each date.
        Some(key) => Done::go(urls::event_dates_told(event, &key.0.to_string())),
        None => Done::go(urls::event_dates(event)).saying(counted(&booked)),
    })
}

/// Gives the reader's seats at several dates back; they go on at the dates of the series of `event`.
#[server(endpoint = "events/give-back-dates", input = HtmlForm)]
pub async fn give_back_dates(
    event: EventId,
    #[server(default)] bookings: Vec<SeatBookingId>,
) -> Result<Done, ActionError> {
    let req = context()?;
    // Also when the event is not for them to see any more.
    let given = events::give_back_dates(&req.cx, &bookings).await?;
    let there = match events::slug(&req.cx, event).await {
        Ok(_) => urls::event_dates(event),
        Err(dogear_server::Error::NotFound) => urls::SEATS.to_owned(),
        Err(error) => return Err(error.into()),
    };
    let said = if given == 0 {
        "No seats were left to give back.".to_owned()
    } else {
        let dates = count(given, "date", "dates");
        let rest = if given < bookings.len() {
            " The others have begun, are used, or were given back before."
        } else {
            ""
        };
        format!("Your seats at {dates} are given back. Thank you for saying so.{rest}")
    };
    Ok(Done::go(there).saying(said))
}

/// Leaves the days `without` out of a series of the reader's, and takes those in again that are not
/// among them. `version` is of what the form showed.
#[server(endpoint = "events/leave-out-dates", input = HtmlForm)]
pub async fn leave_out_dates(
    series: EventSeriesId,
    #[server(default)] without: Vec<String>,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let left = events::leave_out(&req.cx, series, &without, &version.into()).await?;
    Ok(Done::go(urls::hosted_series(series)).saying(match left {
        0 => "No date to come is left out.".to_owned(),
        1 => "One date is left out.".to_owned(),
        left => format!("{left} dates are left out."),
    }))
}
