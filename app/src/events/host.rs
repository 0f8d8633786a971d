//! `/host`: what hosts see of their events.

use axum::extract::Query;
use dogear_domain::events::hosts::HostRole;
use dogear_domain::events::{EventReview, OccurrenceState};
use dogear_domain::ids::{EventId, EventSeriesId, SeatBookingId};
use dogear_server::Error;
use dogear_server::events::{self, EventPage, InSeries, Listed, words};
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    deleted, feedback, guest_rows, host_menu, interest, invitations, left_out, leftovers,
    organisations, partners, refunds, team, venues, window,
};
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::event::event_line;
use crate::ui::field::ErrorSummary;
use crate::ui::pager::onward;
use dogear_urls as urls;

/// The query of `/host`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Before {
    before: Option<i64>,
    series: Option<i64>,
}

pub(super) async fn list(req: Req, Query(params): Query<Before>) -> PageResult {
    if let Some(id) = params.series {
        return dates(&req, EventSeriesId(id)).await;
    }
    let before = params.before.map(EventId);
    let (events, next) = events::hosted(&req.cx, before).await?;
    let series = events::series_of(&req.cx, &events).await?;
    let roles = events::roles_at(&req.cx, &events).await?;
    let asked = match before {
        None => events::asked_to_host(&req.cx).await?,
        Some(_) => Vec::new(),
    };
    let joining = match before {
        None => events::asked_to_join(&req.cx).await?,
        Some(_) => Vec::new(),
    };
    let own = events::organisations(&req.cx).await?;
    let state = req.form.clone();
    // Whoever may not begin anything new has no use for places.
    let venues = match events::venues(&req.cx).await {
        Ok(venues) => venues,
        Err(Error::Forbidden(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let gone = match before {
        None => events::deleted_events(&req.cx).await?,
        Some(_) => Vec::new(),
    };
    let now = req.cx.now();
    let zone = req.zone();
    let may_begin = req.may_begin();
    Ok(req.page("What you host").nav(Nav::Events).render(move || {
        let rows: Vec<AnyView> = events
            .iter()
            .map(|event| {
                let rule = series
                    .iter()
                    .find(|(one, ..)| *one == event.event)
                    .map(|(_, id, rule)| (*id, rule.clone()));
                let role = roles.iter().find(|(one, _)| *one == event.event);
                hosted_row(event, rule, role.map(|(_, role)| *role), now)
            })
            .collect();
        let list = if rows.is_empty() {
            view! {
                <Empty plate=Plate::FirstUse heading="You host nothing yet">
                    <p>"Enter an event, look at it in peace, and publish it when it is right."</p>
                </Empty>
            }
            .into_any()
        } else {
            view! { <ul class="eventlist">{rows}</ul> }.into_any()
        };
        let new = may_begin.then(|| {
            view! {
                <a class="btn btn-do" href=urls::EVENT_NEW>
                    "Host an event"
                </a>
            }
        });
        let numbers = (!events.is_empty()).then(|| {
            view! {
                <p class="small">
                    <a href=urls::HOST_STATISTICS>"Your evenings in numbers"</a>
                </p>
            }
        });
        let next = next.map(|before| (urls::hosted(Some(before)), "Earlier ones"));
        let pager = onward("Pages", None, next);
        view! {
            <div class="wrap page">
                <ErrorSummary state=state />
                <div class="head">
                    <h1>"What you host"</h1>
                    {new}
                </div>
                {numbers}
                {team::questions(&asked)}
                {organisations::questions(&joining)}
                {list}
                {pager}
                {venues::section(&venues)}
                {deleted::section(&gone, &zone, now)}
                {organisations::own(&own, may_begin)}
            </div>
        }
    }))
}

/// An event with what its host does next; of a series, with its rule and the way to its dates.
/// Whoever helps at the door is led there.
fn hosted_row(
    event: &Listed,
    rule: Option<(EventSeriesId, String)>,
    role: Option<HostRole>,
    now: Timestamp,
) -> AnyView {
    if role == Some(HostRole::Door) {
        return view! {
            {event_line(event, now)}
            <li class="small acts">
                <a href=urls::host_door(event.event)>"The door"</a>
                <span class="quiet">"You help at the door"</span>
                <a href=urls::host_leave(event.event)>"Stop helping"</a>
            </li>
        }
        .into_any();
    }
    let path = urls::host_event(event.event);
    let over = event.ends_at <= now;
    let helps = (role == Some(HostRole::CoHost))
        .then(|| view! { <span class="quiet">"You host it with others"</span> });
    let taken = match (event.state, event.taken) {
        // It has none, and its label says why.
        (OccurrenceState::Cancelled, _) => None,
        (_, 0) if over => Some("Nobody had a seat".to_owned()),
        (_, 0) => Some("Nobody has a seat yet".to_owned()),
        (_, taken) => Some(seats_taken(taken, over)),
    };
    let taken = taken.map(|taken| view! { <span class="quiet">{taken}</span> });
    let rule = rule.map(|(id, rule)| {
        view! {
            <a href=urls::hosted_series(id)>"All dates"</a>
            <span class="quiet">{rule}</span>
        }
    });
    view! {
        {event_line(event, now)}
        <li class="small acts">
            <a href=path>"Guests and settings"</a>
            {taken}
            {helps}
            {rule}
        </li>
    }
    .into_any()
}

/// All dates of a series.
async fn dates(req: &Req, id: EventSeriesId) -> PageResult {
    let (rule, dates) = events::series_page(&req.cx, id).await?;
    let days = events::series_days(&req.cx, id).await?;
    let state = req.form.clone();
    let may_begin = req.may_begin();
    let now = req.cx.now();
    let page = req.page("All dates").nav(Nav::Events);
    Ok(page.render(move || {
        let rows: Vec<AnyView> = dates
            .iter()
            .map(|date| hosted_row(date, None, None, now))
            .collect();
        view! {
            <div class="wrap page">
                <ErrorSummary state=state.clone() />
                <div class="head">
                    <div class="stack stack-s">
                        <p class="small">
                            <a href=urls::HOST>"What you host"</a>
                        </p>
                        <h1>"All dates"</h1>
                        <p class="quiet">{format!("{rule}. Dates are made half a year ahead.")}</p>
                    </div>
                </div>
                <ul class="eventlist">{rows}</ul>
                {days.filter(|_| may_begin).and_then(|days| left_out::section(id, &days, &state))}
            </div>
        }
    }))
}

/// The query of an event's guests.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct After {
    after: Option<i64>,
}

pub(super) async fn guests(
    req: Req,
    Segment(event): Segment<EventId>,
    Query(params): Query<After>,
) -> PageResult {
    let after = params.after.map(SeatBookingId);
    let guests = events::guests(&req.cx, event, after).await?;
    let invitation = invitations::link(&req, &guests.event).await?;
    let series = events::in_series(&req.cx, event).await?;
    let interested = match guests.event.role {
        Some(HostRole::Owner) => events::interested(&req.cx, event).await?,
        // What those who are interested have noted is for its owner alone.
        _ => Vec::new(),
    };
    let refunds = events::refunds(&req.cx, &guests.event).await?;
    let late = events::late(&req.cx, &guests.event).await?;
    let seen = partners::version(&guests.event)?;
    let said = events::feedback_of(&req.cx, &guests.event).await?;
    let left = leftovers::stored(&req, &guests.event).await?;
    let may_begin = req.may_begin();
    let now = req.cx.now();
    let state = req.form.clone();
    let partners_state = state.clone();
    let left_state = state.clone();
    let title = format!("Guests of {}", guests.event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let event = &guests.event;
        let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
        let over = event.is_over(now);
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::HOST>"What you host"</a>
                    </p>
                    <h1 dir="auto">{event.title.clone()}</h1>
                    <p class="lead">{date}</p>
                    <p>{standing(event, over, now)}</p>
                    {series.as_ref().map(of_series)}
                </header>
                {sent_back(event)}
                {host_menu::menu(event, series.as_ref(), over, may_begin)}
                {invitation.map(invitations::section)}
                {may_begin.then(|| partners::form(event, &seen, &partners_state))}
                {refunds::list(&refunds)}
                {window::late(&late)}
                {said.as_ref().map(feedback::section)}
                {left.as_ref().map(|left| leftovers::form(event, left, &left_state))}
                {guest_rows::guest_list(&guests)}
                {guest_rows::waiting_list(&guests)}
                {team::leave_link(event)}
                {interest::list(&interested)}
            </div>
        }
    }))
}

/// How many seats guests have, or had when it is over.
fn seats_taken(taken: i32, over: bool) -> String {
    if over {
        count(taken, "seat was taken", "seats were taken")
    } else {
        count(taken, "seat is taken", "seats are taken")
    }
}

/// One sentence that says how it stands.
fn standing(event: &EventPage, over: bool, now: Timestamp) -> String {
    let taken = match (event.seating.taken, event.seating.capacity) {
        (0, _) if over => "Nobody had a seat.".to_owned(),
        (0, _) => "Nobody has a seat yet.".to_owned(),
        (taken, Some(capacity)) if over => format!("{taken} of {capacity} seats were taken."),
        (taken, Some(capacity)) => format!("{taken} of {capacity} seats are taken."),
        (taken, None) => format!("{}.", seats_taken(taken, over)),
    };
    match event.seating.state {
        OccurrenceState::Draft if event.review == EventReview::Waiting && event.starts_at <= now => {
            "Its day has passed before a moderator has looked at it. Change its day, and it waits again."
                .into()
        }
        OccurrenceState::Draft if event.review == EventReview::Waiting => {
            "It waits for a moderator, who looks at the first event of each new host before others see it. Its host is told as soon as that is done. Until then only those who host it see it, and can change it."
                .into()
        }
        OccurrenceState::Draft if event.co_hosts.is_empty() && event.organisation.is_none() => {
            "A draft: only you see it.".into()
        }
        OccurrenceState::Draft => "A draft: only those who host it see it.".into(),
        OccurrenceState::Cancelled => {
            "Cancelled. Everybody who had a seat or waited for one was told.".into()
        }
        OccurrenceState::Published if over => format!("It is over. {taken}"),
        OccurrenceState::Published => format!("Published. {taken}"),
    }
}

/// Why a moderator has sent it back.
fn sent_back(event: &EventPage) -> Option<AnyView> {
    if event.review != EventReview::SentBack || !event.is_draft() {
        return None;
    }
    let notice = view! {
        <div class="notice stack stack-s">
            <p>
                "A moderator has looked at it and sent it back. Change what they ask for, and publish it again: then they look once more."
            </p>
            <blockquote class="prelines" dir="auto">
                {event.review_note.clone()}
            </blockquote>
        </div>
    };
    Some(notice.into_any())
}

/// Of which series it is one date.
fn of_series(series: &InSeries) -> AnyView {
    let rule = format!("One date of a series: {}.", series.rule);
    let path = urls::hosted_series(series.series);
    view! { <p class="small quiet">{rule} " " <a href=path>"All dates"</a></p> }.into_any()
}
