//! `/unsubscribe/{token}`: stops one kind of mail without logging in. Mail programs
//! send the POST by themselves (RFC 8058): without a session, without a page before.

use axum::extract::{FromRequest, Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use dogear_server::Error;
use dogear_server::mail::unsubscribe::{self, Unsubscribe};
use leptos::prelude::*;

use crate::http::{Form, PageResult, Req};
use crate::paths;

/// Says what would stop, and asks.
pub async fn ask(req: Req, Path(token): Path<String>) -> PageResult {
    let wish = match unsubscribe::describe_unsubscribe(&req.cx, &token) {
        Ok(wish) => wish,
        Err(error) => return unknown(&req, error),
    };
    let on = unsubscribe::is_sent(&req.cx, &wish).await?;
    Ok(page(&req, &token, wish, on))
}

/// Stops the mails. What the body says is read only to tell our own button, which is
/// answered with a redirect, from a mail program, which must not get one.
pub async fn stop(req: Req, Path(token): Path<String>, request: Request) -> PageResult {
    let ours = Form::from_request(request, &())
        .await
        .is_ok_and(|form| form.has("stop"));
    let wish = match unsubscribe::unsubscribe(&req.cx, &token).await {
        Ok(wish) => wish,
        Err(error) => return unknown(&req, error),
    };
    if ours {
        return Ok(req.redirect(&paths::unsubscribe(&token)));
    }
    Ok(page(&req, &token, wish, false))
}

fn page(req: &Req, token: &str, wish: Unsubscribe, on: bool) -> Response {
    let action = paths::unsubscribe(token);
    let (label, description) = (wish.kind.label(), wish.kind.description());
    let (title, view) = if on {
        let view = view! {
            <h1>"Stop these mails?"</h1>
            <p class="lead">"You would get no more mails of the kind “"{label}"”."</p>
            <p class="prose">{description}" You would still read it in your inbox on the site."</p>
            <form class="row mt5" method="post" action=action>
                <input type="hidden" name="stop" value="mail"/>
                <button class="btn btn-do">"Stop these mails"</button>
                <a href=paths::HOME>"Keep them"</a>
            </form>
        };
        ("Stop these mails?", view.into_any())
    } else {
        let view = view! {
            <h1>"These mails have stopped"</h1>
            <p class="lead">"You get no more mails of the kind “"{label}"”."</p>
            <p class="prose">"Nothing else has changed. You can turn them on again, and choose for all other kinds, in your settings."</p>
            <p class="row mt5"><a class="btn" href=paths::NOTIFICATION_SETTINGS>"Choose what reaches you"</a></p>
        };
        ("These mails have stopped", view.into_any())
    };
    req.page(title)
        .render(move || view! { <div class="wrap wrap-narrow page stack">{view}</div> })
}

/// For links that we did not make, or that were cut off in the mail.
fn unknown(req: &Req, error: Error) -> PageResult {
    let Error::NotFound = error else {
        return Err(error.into());
    };
    let page = req
        .page("This link does not work")
        .status(StatusCode::NOT_FOUND);
    Ok(page.render(|| {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>"This link does not work"</h1>
                <p class="lead">"Part of it may be missing. Open it from the mail again, or copy all of it."</p>
                <p class="prose">"You can also choose which mails you get in your settings, after logging in."</p>
                <p class="row mt5"><a class="btn" href=paths::NOTIFICATION_SETTINGS>"Choose what reaches you"</a></p>
            </div>
        }
    }))
}
