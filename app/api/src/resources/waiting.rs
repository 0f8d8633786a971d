//! Waiting for seats at events, and being interested in events.

use dogear_server::events::{self, Joined, Terms, Waiting, Wish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bookings::{BookingOnPage, shown};
use super::parts::Money;
use crate::Site;
use crate::answer::{Answer, NoContent, Reply};
use crate::body::Json;
use crate::caller::Caller;
use crate::id::{At, Id};
use crate::idempotency::Once;
use crate::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(join_waiting_list, leave_waiting_list))
        .routes(routes!(be_interested, drop_interest))
}

/// A place on a waiting list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingPlace {
    /// For so many seats.
    party: i32,
    /// Fewer would do.
    accepts_fewer: bool,
    /// Seats are the caller's at once, without a question.
    auto_confirm: bool,
    /// In the queue, from 1.
    position: i64,
    /// Others go before them, since they have missed events.
    is_behind: bool,
}

impl From<Waiting> for WaitingPlace {
    fn from(waiting: Waiting) -> Self {
        Self {
            party: waiting.party,
            accepts_fewer: waiting.accepts_fewer,
            auto_confirm: waiting.auto_confirm,
            position: waiting.position,
            is_behind: waiting.is_behind,
        }
    }
}

/// What somebody waits for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitingWish {
    /// So many seats.
    #[schema(minimum = 1)]
    party: i32,
    /// Fewer are welcome, too.
    #[serde(default)]
    accepts_fewer: bool,
    /// They are the caller's at once when they come free, without a question.
    #[serde(default)]
    auto_confirm: bool,
    /// Of one seat, as the event says it; null of free seats.
    #[serde(default)]
    price: Option<Money>,
}

/// What has become of somebody who joined a waiting list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JoinedList {
    /// `waits`; `is_offered` when seats are kept for the caller at once; `has` when they are theirs.
    #[schema(value_type = String)]
    outcome: Joined,
    /// Their place; null when they do not wait.
    waiting: Option<WaitingPlace>,
    /// Their seats, or what is kept for them.
    booking: Option<BookingOnPage>,
}

/// Wait for seats
///
/// At the end of the list, or for something else with the place that the caller has, unless they
/// want more than before. Doing it twice is fine.
#[utoipa::path(
    put,
    path = "/events/{id}/waiting",
    tag = "Bookings",
    params(
        ("id" = Id, Path, description = "Of the event."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key joins once.")
    ),
    request_body = WaitingWish,
    responses(
        (status = 200, description = "What has become of it.", body = JoinedList),
        (status = 409, description = "The caller has seats already, the price is another, or seats are not given now.")
    ),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(3)))
)]
async fn join_waiting_list(
    caller: Caller,
    At(id): At<Id>,
    Once(key): Once,
    Json(wanted): Json<WaitingWish>,
) -> Answer<JoinedList> {
    let cx = &caller.cx;
    let wish = Wish {
        party: wanted.party,
        accepts_fewer: wanted.accepts_fewer,
        auto_confirm: wanted.auto_confirm,
    };
    let terms = Terms {
        price: shown(wanted.price),
        code: String::new(),
    };
    let outcome = events::join_for(cx, key, id.of(), wish, &terms).await;
    let outcome = outcome.map_err(|error| Problem::from(error).renamed(&[("wanted", "party")]))?;
    let page = events::page(cx, id.of()).await?;
    Ok(Reply::ok(JoinedList {
        outcome,
        waiting: page.waits.map(WaitingPlace::from),
        booking: page.booking.map(BookingOnPage::from),
    }))
}

/// Wait no longer
///
/// What is offered to the caller there comes free with that. Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/events/{id}/waiting",
    tag = "Bookings",
    params(("id" = Id, Path, description = "Of the event.")),
    responses((status = 204, description = "The caller does not wait.")),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(2)))
)]
async fn leave_waiting_list(caller: Caller, At(id): At<Id>) -> Result<NoContent, Problem> {
    events::leave(&caller.cx, id.of()).await?;
    Ok(NoContent)
}

/// That somebody is interested in an event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterestNote {
    /// For the host alone; may be empty.
    #[serde(default)]
    note: String,
}

/// Be interested in an event
///
/// The caller is told when it moves or is cancelled, and of new dates of its series. A note takes
/// the place of an earlier one.
#[utoipa::path(
    put,
    path = "/events/{id}/interest",
    tag = "Bookings",
    params(("id" = Id, Path, description = "Of the event.")),
    request_body = InterestNote,
    responses(
        (status = 204, description = "It is noted."),
        (status = 409, description = "It has begun, does not take place, or is the caller's own.")
    ),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(2)))
)]
async fn be_interested(
    caller: Caller,
    At(id): At<Id>,
    Json(interest): Json<InterestNote>,
) -> Result<NoContent, Problem> {
    events::be_interested(&caller.cx, id.of(), &interest.note).await?;
    Ok(NoContent)
}

/// Be interested no longer
///
/// Doing it twice is fine.
#[utoipa::path(
    delete,
    path = "/events/{id}/interest",
    tag = "Bookings",
    params(("id" = Id, Path, description = "Of the event.")),
    responses((status = 204, description = "The caller is not interested.")),
    security(("token" = ["events"])),
    extensions(("x-cost" = json!(2)))
)]
async fn drop_interest(caller: Caller, At(id): At<Id>) -> Result<NoContent, Problem> {
    events::drop_interest(&caller.cx, id.of()).await?;
    Ok(NoContent)
}
