//! `/unsubscribe/{token}`: stops one kind of mail without logging in. Mail programs
//! send the POST by themselves (RFC 8058): without a session, without a page before.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use dogear_server::Error;
use dogear_server::notifications::unsubscribe::{self, Unsubscribe};
use leptos::prelude::*;

use super::actions::StopMails;
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::PostForm;
use dogear_urls as urls;

/// Says what would stop, and asks.
pub(super) async fn ask(req: Req, Path(token): Path<String>) -> PageResult {
    let wish = match unsubscribe::describe_unsubscribe(&req.cx, &token) {
        Ok(wish) => wish,
        Err(error) => return unknown(&req, error),
    };
    let on = unsubscribe::is_sent(&req.cx, &wish).await?;
    Ok(page(&req, &token, wish, on))
}

/// Stops the mails, for a mail program: it sends what it likes, and must not get a redirect.
pub(super) async fn stop(req: Req, Path(token): Path<String>) -> PageResult {
    match unsubscribe::unsubscribe(&req.cx, &token).await {
        Ok(wish) => Ok(page(&req, &token, wish, false)),
        Err(error) => unknown(&req, error),
    }
}

fn page(req: &Req, token: &str, wish: Unsubscribe, on: bool) -> Response {
    let (label, description) = (wish.kind.label(), wish.kind.description());
    let token = token.to_owned();
    let title = if on {
        "Stop these mails?"
    } else {
        "These mails have stopped"
    };
    req.page(title).render(move || {
        let view = if on {
            view! {
                <p class="lead">"You would get no more mails of the kind “"{label}"”."</p>
                <p class="prose">
                    {description}" You would still read it in your inbox on the site."
                </p>
                <PostForm class="row mt5" action=StopMails::PATH with=[("token", token)]>
                    <button class="btn btn-do">"Stop these mails"</button>
                    <a href=urls::HOME>"Keep them"</a>
                </PostForm>
            }
            .into_any()
        } else {
            view! {
                <p class="lead">"You get no more mails of the kind “"{label}"”."</p>
                <p class="prose">
                    "Nothing else has changed. You can turn them on again, and choose for all other kinds, in your settings."
                </p>
                <p class="row mt5">
                    <a class="btn" href=urls::NOTIFICATION_SETTINGS>
                        "Notification settings"
                    </a>
                </p>
            }
            .into_any()
        };
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>{title}</h1>
                {view}
            </div>
        }
    })
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
                <p class="lead">
                    "Part of it may be missing. Open it from the mail again, or copy all of it."
                </p>
                <p class="prose">
                    "You can also choose which mails you get in your settings, after logging in."
                </p>
                <p class="row mt5">
                    <a class="btn" href=urls::NOTIFICATION_SETTINGS>
                        "Notification settings"
                    </a>
                </p>
            </div>
        }
    }))
}
