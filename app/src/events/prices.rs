//! What seats cost, as guests read it and as the door notes it.

use dogear_domain::ids::EventId;
use dogear_domain::money::Money;
use dogear_server::Error;
use dogear_server::events::{self, Booking, DoorGuest, DoorPage, Due, EventPage, words};
use leptos::prelude::*;

use super::door_actions::MarkPaid;
use super::seats::Look;
use crate::action::ServerFn;
use crate::http::Req;
use crate::ui::field::{PostForm, TextField};

/// The arguments of a form that takes seats, or waits for some: the event, and the price that the
/// page shows, to be compared.
pub(super) fn with_price(event: &EventPage) -> [(&'static str, String); 2] {
    let id: EventId = event.id;
    [("event", id.to_string()), ("price", event.shown_price())]
}

/// What a seat costs, above the form.
pub(super) fn cost(event: &EventPage) -> Option<AnyView> {
    let price = event.price?;
    let text = format!(
        "{}. You pay in person at the door.",
        words::a_seat_costs(price)
    );
    Some(view! { <p>{text}</p> }.into_any())
}

/// What somebody pays for their seats, or has paid.
pub(super) fn due(booking: Booking) -> Option<AnyView> {
    let due = booking.due?;
    Some(view! { <p>{words::due(&due)}</p> }.into_any())
}

/// What a seat more costs whoever changes how many.
pub(super) fn each(booking: Booking) -> Option<AnyView> {
    let due = booking.due?;
    let text = format!("Each seat costs {}, as when you took the first.", due.each);
    Some(view! { <p class="small quiet">{text}</p> }.into_any())
}

/// What becomes of money that was paid for seats which are given back.
pub(super) fn refund(booking: Booking) -> Option<AnyView> {
    let due = booking.due.filter(|due| due.is_paid)?;
    let text = format!(
        "You have paid {}. The host gives it back to you in person: ask them.",
        due.total
    );
    Some(view! { <p>{text}</p> }.into_any())
}

/// What so many seats would cost the reader with a code; none when it takes nothing off any more.
pub(super) async fn checked(
    req: &Req,
    event: &EventPage,
    party: i32,
    code: &str,
) -> Result<Option<Due>, dogear_server::Error> {
    if event.price.is_none() {
        return Ok(None);
    }
    match events::check_code(&req.cx, event, party, code).await {
        Ok(due) => Ok(Some(due)),
        // What has become of it since it was asked for is said when seats are taken.
        Err(Error::Invalid(_) | Error::TooMany { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The field for a code, with a button that says what it takes off.
pub(super) fn code_field(event: &EventPage, look: &Look) -> Option<AnyView> {
    if !event.has_codes {
        return None;
    }
    let state = look.state.clone();
    let open = !state.value("code").is_empty() || state.error("code").is_some();
    let costs = look.with_code.map(|due| {
        let before = due.total.with(due.total.minor + due.discount);
        let text = format!("With this code you pay {} instead of {before}.", due.total);
        view! {
            <p class="strong" role="status">
                {text}
            </p>
        }
    });
    Some(
        view! {
            <details open=open>
                <summary>"You have a code?"</summary>
                <div class="stack stack-s mt4">
                    <TextField state=state name="code" label="Code" />
                    {costs}
                    <p>
                        <button class="btn btn-small" name="check" value="yes">
                            "Check the code"
                        </button>
                    </p>
                </div>
            </details>
        }
        .into_any(),
    )
}

/// At the door, for those who host it: what all of them pay.
pub(super) fn sums(door: &DoorPage) -> Vec<AnyView> {
    door.sums
        .iter()
        .map(|sum| {
            let amount = |minor: i64| {
                Money {
                    minor: i32::try_from(minor).unwrap_or(i32::MAX),
                    currency: sum.currency,
                }
                .to_string()
            };
            let text = match sum.due - sum.paid {
                0 => format!("All is paid: {}.", amount(sum.due)),
                open => format!(
                    "{} of {} are paid, {} are due.",
                    amount(sum.paid),
                    amount(sum.due),
                    amount(open)
                ),
            };
            view! { <p>{text}</p> }.into_any()
        })
        .collect()
}

/// What a party pays, in a few words.
pub(super) fn of_party(due: &Due) -> String {
    match (due.is_paid, due.total.minor) {
        (true, _) => format!(", {} paid", due.total),
        (false, 0) => ", nothing to pay".to_owned(),
        (false, _) => format!(", {} due", due.total),
    }
}

/// The button that notes a payment, or takes that back.
pub(super) fn paying(guest: &DoorGuest) -> Option<AnyView> {
    let due = guest.due.filter(|due| due.total.minor > 0)?;
    let (paid, words, label) = if due.is_paid {
        ("", "Not paid", format!("Not paid: {}", guest.name))
    } else {
        (
            "yes",
            "Paid",
            format!("{} has paid {}", guest.name, due.total),
        )
    };
    let with = [
        ("booking", guest.booking.to_string()),
        ("paid", paid.to_owned()),
        ("shown", due.total.to_string()),
    ];
    Some(
        view! {
            <PostForm action=MarkPaid::PATH with=with>
                <button class="btn btn-small" aria-label=label>
                    {words}
                </button>
            </PostForm>
        }
        .into_any(),
    )
}
