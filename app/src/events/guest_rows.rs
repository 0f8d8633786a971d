//! Guests and those who wait, on the page of an event's hosts.

use dogear_server::events::{Guest, Guests, words};
use leptos::prelude::*;

use crate::ui::pager::onward;
use dogear_urls as urls;

fn reader(guest: &Guest) -> AnyView {
    if guest.handle.is_empty() {
        let added = " added by a host";
        return view! { <span>{guest.name.clone()} <span class="quiet">{added}</span></span> }
            .into_any();
    }
    let path = urls::reader(&guest.handle);
    let handle = format!(" @{}", guest.handle);
    view! {
        <span>
            <a href=path>{guest.name.clone()}</a>
            <span class="quiet">{handle}</span>
        </span>
    }
    .into_any()
}

/// Those who have seats.
pub(super) fn guest_list(guests: &Guests) -> AnyView {
    if guests.guests.is_empty() {
        return ().into_any();
    }
    let rows = guests.guests.iter().map(|guest| {
        let seats = words::seats(guest.party);
        let open = guest
            .open
            .then(|| view! { <span class="tag tag-wait">"Offered"</span> });
        let stall = guest.stall.as_ref().map(|stall| {
            let stall = format!("Stall {stall}");
            view! { <span class="tag">{stall}</span> }
        });
        let fills_in = guest
            .fills_in
            .then(|| view! { <span class="tag tag-wait">"Being filled in"</span> });
        view! {
            <li class="row row-between">
                {reader(guest)}
                <span class="row">{fills_in} {open} {stall} <span>{seats}</span></span>
            </li>
        }
    });
    let next = guests.next.map(|after| {
        let path = urls::host_guests(guests.event.id, Some(after));
        (path, "More guests")
    });
    let next = onward("Pages of guests", None, next);
    view! {
        <section class="stack stack-s" aria-labelledby="guests-h">
            <h2 class="t-h3" id="guests-h">
                "Guests"
            </h2>
            <ul class="rows">{rows.collect_view()}</ul>
            {next}
            <p class="small">
                <a href=urls::host_guests_csv(
                    guests.event.id,
                )>"Guests and waiting list as a table (.csv)"</a>
            </p>
        </section>
    }
    .into_any()
}

/// Those who wait for some.
pub(super) fn waiting_list(guests: &Guests) -> AnyView {
    if guests.waiting.is_empty() {
        return ().into_any();
    }
    let rows = guests.waiting.iter().map(|guest| {
        let fewer = guest.open.then_some(", or fewer");
        view! {
            <li class="row row-between">
                {reader(guest)} <span>{words::seats(guest.party)}{fewer}</span>
            </li>
        }
    });
    let all = guests.event.waiting;
    let shown = i64::try_from(guests.waiting.len()).unwrap_or(i64::MAX);
    let more = (all > shown).then(|| {
        view! { <p class="small quiet">{format!("And {} more.", all - shown)}</p> }
    });
    view! {
        <section class="stack stack-s" aria-labelledby="waiting-h">
            <h2 class="t-h3" id="waiting-h">
                "Waiting, in their order"
            </h2>
            <ol class="rows">{rows.collect_view()}</ol>
            {more}
        </section>
    }
    .into_any()
}
