//! Settings: an overview, and one topic per page.

mod account;
mod away;
mod blocked;
mod browser;
mod delete;
mod profile;
mod sessions;
mod trades;

use axum::response::Response;
use dogear_domain::accounts::AccountStatus;
use dogear_domain::countries::country_name;
use dogear_server::trades::Account;
use dogear_server::{Suspension, accounts};
use dogear_urls::pages;
use leptos::prelude::*;

use crate::accounts::actions::LogOut;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Routes};
use crate::ui;
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::SETTINGS, overview)
        .get(&pages::SETTINGS_PROFILE, profile::form)
        .get(&pages::SETTINGS_AWAY, away::form)
        .get(&pages::SETTINGS_TRADES, trades::form)
        .get(&pages::SETTINGS_ACCOUNT, account::forms)
        .get(&pages::SETTINGS_SESSIONS, sessions::list)
        .get(&pages::SETTINGS_BLOCKED, blocked::list)
        .get(&pages::SETTINGS_DELETE, delete::form)
}

async fn overview(req: Req) -> PageResult {
    let actor = req.cx.reader()?.clone();
    let profile = accounts::profile(&req.cx).await?;
    let sessions = accounts::sessions::list(&req.cx).await?.len() as i64;
    let blocked = accounts::blocked(&req.cx).await?.len() as i64;
    let address = dogear_server::trades::kept_address(&req.cx)
        .await?
        .is_some();
    let paid = dogear_server::trades::account(&req.cx).await?;
    let gifts = accounts::takes_gift_requests(&req.cx).await?;
    let tokens = dogear_server::access_tokens::list(&req.cx).await?.len() as i64;
    let zone = req.zone();
    let now = req.cx.now();
    let place = [
        profile.city.as_str(),
        country_name(&profile.country).unwrap_or_default(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join(", ");
    let place = if place.is_empty() {
        "No place yet".into()
    } else {
        place
    };
    let away = match profile.away_until {
        Some(end) => format!("Until {}", last_day_in_words(end, &zone, now)),
        None => "You are here".into(),
    };
    let blocked = match blocked {
        0 => "Nobody".into(),
        number => ui::count(number, "reader", "readers"),
    };
    let mut topics: Vec<(&str, &str, String)> = vec![
        (urls::SETTINGS_PROFILE, "Profile", place),
        (urls::SETTINGS_AWAY, "Holidays", away),
        (
            urls::SETTINGS_TRADES,
            "Requests for trades",
            if gifts {
                "Gifts, too".into()
            } else {
                "No requests for gifts".into()
            },
        ),
        (
            urls::SETTINGS_ADDRESS,
            "Address for parcels",
            if address {
                "Kept for your next trades".into()
            } else {
                "None is kept".into()
            },
        ),
        (
            urls::SETTINGS_ACCOUNT,
            "E-mail and password",
            actor.email.clone(),
        ),
        (
            urls::NOTIFICATION_SETTINGS,
            "Notifications",
            "Mail and inbox".into(),
        ),
        (urls::SEARCHES, "Saved searches", "What you look for".into()),
        (
            urls::SETTINGS_SESSIONS,
            "Sessions",
            ui::count(sessions, "browser", "browsers"),
        ),
        (
            urls::ACCESS_TOKENS,
            "Access tokens",
            match tokens {
                0 => "None".into(),
                number => ui::count(number, "token", "tokens"),
            },
        ),
        (urls::SETTINGS_BLOCKED, "Blocked readers", blocked),
        (urls::SETTINGS_DELETE, "Leave Dogear", "For good".into()),
    ];
    // After what is said of trades, where this site offers it.
    if let Some(paid) = paid {
        let value = match paid {
            Account::None => "No account",
            Account::Unfinished { .. } => "Not ready yet",
            Account::Ready => "Ready",
        };
        topics.insert(
            3,
            (urls::SETTINGS_PAYMENTS, "Being paid online", value.into()),
        );
    }
    let standing = standing(&req);
    let shelf = urls::reader(&actor.handle);
    let name = actor.display_name;
    let handle = actor.handle;
    Ok(req.page("Settings").nav(Nav::Me).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <header class="stack stack-s">
                    <h1>{name}</h1>
                    <p class="lead">
                        <a href=shelf>{format!("@{handle}")}</a>
                    </p>
                </header>
                {standing}
                <ol class="toc">
                    {topics
                        .into_iter()
                        .map(|(path, label, value)| {
                            view! {
                                <li>
                                    <a href=path>{label}</a>
                                    <span class="dots" aria-hidden="true"></span>
                                    <span class="val">{value}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
                <PostForm action=LogOut::PATH>
                    <button class="btn">"Log out"</button>
                </PostForm>
            </div>
        }
    }))
}

/// What the reader has to know about their account's standing, if anything.
pub(crate) fn standing(req: &Req) -> Option<AnyView> {
    let actor = req.cx.actor.as_ref()?;
    if let Some(suspension) = &actor.suspension {
        return Some(suspended(req, suspension));
    }
    match actor.status {
        AccountStatus::Closing => Some(
            view! {
                <p class="notice notice-do">
                    "Your account is being closed. "
                    <a href=urls::SETTINGS_DELETE>"See when, or stay"</a>"."
                </p>
            }
            .into_any(),
        ),
        _ => None,
    }
}

/// Until when, why, and what goes on meanwhile.
fn suspended(req: &Req, suspension: &Suspension) -> AnyView {
    let until = suspension.sentence(&req.zone(), req.cx.now());
    let reason = (!suspension.reason.is_empty()).then(|| {
        let reason = suspension.reason.clone();
        view! {
            <p class="serif prelines" dir="auto">
                {reason}
            </p>
        }
    });
    view! {
        <div class="notice notice-do stack stack-s">
            <p class="strong">{until}</p>
            {reason}
            <p>{Suspension::MEANWHILE}</p>
            <p>
                "If you think that this is wrong: "
                <a href=urls::ABOUT_CONTACT>"how to write to us"</a>", and the "
                <a href=urls::ABOUT_RULES>"house rules"</a>"."
            </p>
        </div>
    }
    .into_any()
}

/// One topic: the way back, the heading, the content.
pub(crate) fn topic<V: IntoView + 'static>(
    req: &Req,
    title: &'static str,
    lead: impl Into<String>,
    content: impl FnOnce() -> V,
) -> Response {
    let state = req.form.clone();
    let lead = lead.into();
    req.page(title).nav(Nav::Me).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state />
                <header class="stack stack-s">
                    <nav class="crumbs" aria-label="You are here">
                        <a href=urls::SETTINGS>"Settings"</a>
                    </nav>
                    <h1>{title}</h1>
                    {(!lead.is_empty()).then(|| view! { <p class="lead">{lead}</p> })}
                </header>
                {content()}
            </div>
        }
    })
}

/// The day before the midnight at which something ends.
fn last_day_in_words(
    end: jiff::Timestamp,
    zone: &jiff::tz::TimeZone,
    now: jiff::Timestamp,
) -> String {
    in_words(
        end - jiff::SignedDuration::from_secs(1),
        zone,
        now,
        Say::Day,
    )
}
