//! Logging in and out.

use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use dogear_server::Error;
use dogear_server::accounts::{self, Credentials};
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use crate::http::{Form, FormState, PageResult, Req, SESSION_KEY, SessionData, own_path};
use crate::paths;
use crate::ui::field::{ErrorSummary, TextField};

#[derive(Deserialize)]
pub struct Wish {
    #[serde(default)]
    next: String,
}

pub async fn form(req: Req, Query(wish): Query<Wish>) -> Response {
    if req.cx.actor.is_some() {
        return req.redirect(&wish.next);
    }
    page(&req, FormState::new(), wish.next).into_response()
}

pub async fn submit(req: Req, form: Form) -> PageResult {
    let credentials = Credentials {
        login: form.text("login").into(),
        password: form.text("password").into(),
    };
    match accounts::log_in(&req.cx, &credentials).await {
        Ok(session) => match keep(&req, session).await {
            Ok(()) => Ok(req.redirect(form.text("next"))),
            Err(error) => {
                // Nobody holds it.
                accounts::abandon(&req.cx, session).await?;
                Ok(page(&req, form.again(error)?, form.text("next").to_owned()))
            }
        },
        Err(error) => Ok(page(&req, form.again(error)?, form.text("next").to_owned())),
    }
}

pub async fn log_out(req: Req) -> PageResult {
    accounts::log_out(&req.cx).await?;
    forget(&req).await;
    Ok(req.redirect_saying(paths::HOME, "You have logged out."))
}

/// Puts a new session into the browser's record.
async fn keep(req: &Req, session: Uuid) -> Result<(), Error> {
    let data = SessionData::new(session, req.cx.now());
    let inserted = req.session.insert(SESSION_KEY, data).await;
    match inserted.map_err(session_error) {
        Ok(()) => rotate(req).await,
        Err(error) => {
            req.session.clear().await;
            Err(error)
        }
    }
}

/// Gives the session another id, so that one known before is worth nothing afterwards,
/// and saves it: here a failure still becomes a page. Then the browser is signed out.
pub async fn rotate(req: &Req) -> Result<(), Error> {
    let saved = match req.session.cycle_id().await {
        Ok(()) => req.session.save().await,
        failed => failed,
    };
    if saved.is_err() {
        req.session.clear().await;
    }
    saved.map_err(session_error)
}

/// Removes the session's record and cookie. A record that stays opens nothing: the
/// session's own row has ended.
pub async fn forget(req: &Req) {
    if let Err(error) = req.session.flush().await {
        tracing::warn!(%error, "session record not removed");
    }
}

fn session_error(error: tower_sessions::session::Error) -> Error {
    Error::Busy(format!("sessions: {error}"))
}

fn page(req: &Req, state: FormState, next: String) -> Response {
    let next = own_path(&next).to_owned();
    let came_for = (next != "/").then_some("Log in, and you go on where you were.");
    req.page("Log in").form(&state).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone()/>
                <header class="stack stack-s">
                    <h1>"Log in"</h1>
                    {came_for.map(|text| view! { <p class="lead">{text}</p> })}
                </header>
                <form class="stack" method="post" action=paths::LOGIN novalidate>
                    <input type="hidden" name="next" value=next/>
                    <TextField state=state.clone() name="login" label="E-mail address or handle" autocomplete="username"/>
                    <TextField state=state.clone() name="password" label="Password" kind="password" autocomplete="current-password" maxlength=1024/>
                    <p class="row mt5"><button class="btn btn-do">"Log in"</button><a href=paths::FORGOT>"I have forgotten my password"</a></p>
                </form>
                <p class="rule-top">"New here? "<a href=paths::REGISTER>"Join Dogear"</a>". Just registered? "<a href=paths::VERIFY>"Send the confirmation mail again"</a>"."</p>
            </div>
        }
    })
}
