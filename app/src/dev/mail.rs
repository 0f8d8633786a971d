//! `/dev/mail`: what the catcher caught.

use axum::extract::RawQuery;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use dogear_server::mail::dev_mailbox::{CaughtMail, DevMailbox};
use leptos::prelude::*;

use super::linked::{Part, linked, links};
use crate::http::{AppError, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::time::{Ago, Say, When};
use dogear_urls as urls;

/// For a letter inside its frame: its own style, no script, nothing from elsewhere.
const LETTER_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; \
img-src data:; frame-ancestors 'self'";

/// For the page around the frame: the policy of all pages, and one frame of our own.
const FRAME_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
base-uri 'none'; frame-src 'self'; frame-ancestors 'none'";

/// Newest first; `?to=` keeps what went to one address.
fn caught(req: &Req, query: Option<String>) -> Vec<CaughtMail> {
    let to = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "to")
        .map(|(_, value)| value.into_owned())
        .filter(|to| !to.is_empty());
    let mut mails = req
        .dev_mailbox
        .as_ref()
        .map_or_else(Vec::new, DevMailbox::messages);
    if let Some(to) = to {
        mails.retain(|mail| mail.to.iter().any(|known| known.eq_ignore_ascii_case(&to)));
    }
    mails
}

fn find(req: &Req, id: u64) -> Result<CaughtMail, AppError> {
    req.dev_mailbox
        .as_ref()
        .and_then(|dev_mailbox| dev_mailbox.find(id))
        .ok_or_else(AppError::not_found)
}

pub(super) async fn list(req: Req, RawQuery(query): RawQuery) -> Response {
    let mails = caught(&req, query);
    let catching = req.dev_mailbox.is_some();
    let now = req.cx.now();
    req.page("Caught mail").render(move || {
        let lead = match (catching, mails.len()) {
            (false, _) => "Mail is sent through the server that is configured, not caught.".to_owned(),
            (true, number) => format!("{} caught. None of them has left this machine.", count(number, "mail", "mails")),
        };
        let empty = mails.is_empty().then(|| view! {
            <Empty plate=Plate::FirstUse heading="No mail yet">
                <p class="serif">
                    "Join, or propose a trade: what the site would send appears here within a second."
                </p>
            </Empty>
        });
        let articles = mails.into_iter().map(|mail| {
            let href = format!("{}/{}", urls::DEV_MAIL, mail.id);
            let to = mail.to.join(", ");
            let links = links(&mail.text);
            view! {
                <article
                    class="sheet stack stack-s"
                    data-id=mail.id
                    data-to=to
                    data-subject=mail.subject
                >
                    <h2 class="t-h3">
                        <a href=href>{mail.subject.clone()}</a>
                    </h2>
                    <p class="small quiet">
                        "To "{to.clone()}", "<Ago at=mail.received_at now=now />
                    </p>
                    <ul class="small stack stack-s">
                        {links
                            .into_iter()
                            .map(|link| {
                                view! {
                                    <li>
                                        <a href=link>{link.clone()}</a>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                </article>
            }
        }).collect_view();
        view! {
            <div class="wrap page stack">
                <h1>"Caught mail"</h1>
                <p class="lead">{lead}</p>
                {empty}
                {articles}
            </div>
        }
    })
}

pub(super) async fn json(req: Req, RawQuery(query): RawQuery) -> Response {
    let mails: Vec<serde_json::Value> = caught(&req, query)
        .into_iter()
        .map(|mail| {
            serde_json::json!({
                "id": mail.id,
                "received_at": mail.received_at.to_string(),
                "links": links(&mail.text),
                "from": mail.from,
                "to": mail.to,
                "subject": mail.subject,
                "text": mail.text,
                "html": mail.html,
                "headers": mail.headers,
            })
        })
        .collect();
    let head = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (head, serde_json::Value::from(mails).to_string()).into_response()
}

pub(super) async fn show(req: Req, Segment(id): Segment<u64>) -> PageResult {
    let mail = find(&req, id)?;
    let (zone, now) = (req.zone(), req.cx.now());
    let mut response = req.page(mail.subject.clone()).render(move || {
        let frame = format!("{}/{}/html", urls::DEV_MAIL, mail.id);
        let to = mail.to.join(", ");
        let text = linked(&mail.text)
            .into_iter()
            .map(|part| match part {
                Part::Text(text) => text.into_any(),
                Part::Link(link) => view! { <a href=link>{link.clone()}</a> }.into_any(),
            })
            .collect_view();
        let headers = mail.headers.into_iter().map(|(name, value)| {
            view! {
                <dt>{name}</dt>
                <dd>{value}</dd>
            }
        });
        let letter = if mail.html.is_empty() {
            view! { <p class="quiet">"This mail has no HTML part."</p> }.into_any()
        } else {
            view! { <iframe class="letterframe" src=frame title="The letter as HTML" sandbox></iframe> }.into_any()
        };
        view! {
            <article
                class="wrap page stack stack-l"
                data-id=mail.id
                data-to=to
                data-subject=mail.subject
            >
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::DEV_MAIL>"Caught mail"</a>
                    </p>
                    <h1>{mail.subject.clone()}</h1>
                    <p class="quiet">
                        "From "{mail.from}" to "{to.clone()}", "
                        <When at=mail.received_at zone=zone now=now say=Say::Moment />
                    </p>
                </header>
                <div class="cols">
                    <section class="stack" aria-labelledby="text">
                        <h2 class="t-h3" id="text">
                            "As text"
                        </h2>
                        <div class="sheet lettertext">{text}</div>
                    </section>
                    <section class="stack" aria-labelledby="html">
                        <h2 class="t-h3" id="html">
                            "As HTML"
                        </h2>
                        {letter}
                    </section>
                </div>
                <section class="stack" aria-labelledby="head">
                    <h2 class="t-h3" id="head">
                        "Headers"
                    </h2>
                    <dl class="facts letterhead">{headers.collect_view()}</dl>
                </section>
            </article>
        }
    });
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(FRAME_POLICY),
    );
    Ok(response)
}

/// The HTML part alone, as the frame shows it.
pub(super) async fn html(req: Req, Segment(id): Segment<u64>) -> PageResult {
    let mail = find(&req, id)?;
    let head = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, LETTER_POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, mail.html).into_response())
}
