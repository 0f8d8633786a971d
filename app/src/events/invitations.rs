//! `/invitations/{secret}`: an event for whoever has its link, and that link for its host.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use dogear_domain::events::Visibility;
use dogear_domain::ids::EventId;
use dogear_server::events::{self, EventPage};
use leptos::prelude::*;

use super::page::{About, view};
use super::reach_actions::MakeInvitation;
use super::seats::Look;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::field::PostForm;
use dogear_urls as urls;

/// Whoever is logged in goes on to the page of the event, and finds it without the link from then
/// on. A visitor reads it here, and comes back to this address from logging in.
pub(super) async fn open(req: Req, Path(secret): Path<String>) -> PageResult {
    let event = events::open_invitation(&req.cx, &secret).await?;
    if req.cx.actor.is_some() {
        return Ok(req.redirect(&urls::event(event.id, &event.slug)));
    }
    let look = Look {
        state: req.form.clone(),
        with_code: None,
        zone: req.zone(),
        now: req.cx.now(),
        may_begin: false,
        signed_in: false,
        unsynced: None,
    };
    let date = events::words::when(event.starts_at, event.ends_at, &event.time_zone, look.now);
    let here = urls::invitation(&secret);
    let page = req.page(event.title.clone()).nav(Nav::Events);
    let mut response = page.render(move || {
        view! {
            <div class="wrap">
                <p class="notice row row-between mt4">
                    <span>"You are invited. Log in or join to take a seat."</span>
                    <span class="row">
                        <a class="btn btn-small btn-do" href=urls::join_then(&here)>
                            "Join"
                        </a>
                        <a class="btn btn-small" href=urls::login_then(&here)>
                            "Log in"
                        </a>
                    </span>
                </p>
            </div>
            {view(&event, &date, &look, About::default(), None)}
        }
    });
    let head = response.headers_mut();
    // The address is the secret: neither kept nor passed on.
    head.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    head.remove(header::ETAG);
    Ok(response)
}

/// The link to an event for those who are invited, as its host reads it.
pub(super) async fn link(
    req: &Req,
    event: &EventPage,
) -> Result<Option<Link>, dogear_server::Error> {
    if event.visibility != Visibility::Invited {
        return Ok(None);
    }
    let link = events::invitation_link(&req.cx, event.id).await?;
    Ok(Some(Link {
        event: event.id,
        link,
    }))
}

/// See [`link`].
pub(super) struct Link {
    event: EventId,
    /// None was made yet.
    link: Option<String>,
}

/// The part of the host's page that shows the link.
pub(super) fn section(link: Link) -> AnyView {
    let with = [("event", link.event.to_string())];
    let inside = match link.link {
        None => view! {
            <p>"Only those see this event whom you send its secret link, and those with seats."</p>
            <PostForm action=MakeInvitation::PATH with=with>
                <button class="btn btn-do">"Make the link"</button>
            </PostForm>
        }
        .into_any(),
        Some(link) => view! {
            <div class="field">
                <label for="invitation">"Send this link to those whom you invite"</label>
                <p class="hint" id="invitation-hint">
                    "Once the event is published, whoever has it sees the event, and once logged in finds it again without it. If the event comes again, its other dates for those who are invited open with it."
                </p>
                <input
                    class="input"
                    id="invitation"
                    value=link
                    readonly
                    aria-describedby="invitation-hint"
                />
            </div>
            <PostForm action=MakeInvitation::PATH with=with>
                <button class="btn">"Make a new link"</button>
            </PostForm>
            <p class="small quiet">
                "With a new one, the one above leads nowhere any more. Readers who have opened it see the event as before."
            </p>
        }
        .into_any(),
    };
    view! {
        <section class="sheet stack" aria-labelledby="invitation-h">
            <h2 class="t-h3" id="invitation-h">
                "Invitation"
            </h2>
            {inside}
        </section>
    }
    .into_any()
}
