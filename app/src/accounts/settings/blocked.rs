//! Blocked readers.

use axum::response::Response;
use dogear_server::Error;
use dogear_server::accounts::{self, Blocked};
use leptos::prelude::*;

use super::topic;
use crate::http::{AppError, Flash, Form, FormState, PageResult, Req};
use crate::paths;
use crate::ui::field::TextField;
use crate::ui::time::{Say, When};

const LEAD: &str = "A reader you have blocked cannot propose a trade to you, nor you to them. They are not told. Open proposals between you are withdrawn; agreed trades go on.";

pub async fn list(req: Req) -> PageResult {
    let blocked = accounts::blocked(&req.cx).await?;
    Ok(page(&req, FormState::new(), blocked))
}

pub async fn block(req: Req, form: Form) -> PageResult {
    let handle = form
        .text("handle")
        .trim()
        .trim_start_matches('@')
        .to_owned();
    match accounts::block(&req.cx, &handle).await {
        Ok(id) => Ok(req.redirect_with(
            paths::SETTINGS_BLOCKED,
            Flash::new(format!("{handle} is blocked.")).undo(
                paths::SETTINGS_UNBLOCK,
                "id",
                id.to_string(),
            ),
        )),
        Err(error) => {
            let blocked = accounts::blocked(&req.cx).await?;
            Ok(page(&req, form.again(error)?, blocked))
        }
    }
}

pub async fn unblock(req: Req, form: Form) -> PageResult {
    let id = form.parse("id").ok_or_else(AppError::not_found)?;
    let handle = match accounts::unblock(&req.cx, id).await {
        Ok(handle) => handle,
        Err(Error::NotFound) => {
            let sentence = "This reader is not blocked any more.";
            return Ok(req.redirect_saying(paths::SETTINGS_BLOCKED, sentence));
        }
        Err(error) => return Err(error.into()),
    };
    Ok(req.redirect_with(
        paths::SETTINGS_BLOCKED,
        Flash::new(format!("{handle} is no longer blocked.")).undo(
            paths::SETTINGS_BLOCKED,
            "handle",
            handle,
        ),
    ))
}

fn page(req: &Req, state: FormState, blocked: Vec<Blocked>) -> Response {
    let zone = req.zone();
    let now = req.cx.now();
    topic(req, "Blocked readers", LEAD, &state.clone(), move || {
        view! {
            {if blocked.is_empty() {
                view! { <p class="quiet">"You have blocked nobody."</p> }.into_any()
            } else {
                view! { <ul class="rows">{blocked.into_iter().map(|reader| {
                    let label = format!("Lift the block of {}", reader.display_name);
                    let zone = zone.clone();
                    view! {
                        <li class="row row-between">
                            <div class="stack-s">
                                <p><strong>{reader.display_name}</strong></p>
                                <p class="small quiet">{format!("@{}", reader.handle)}", since "<When at=reader.since zone=zone now=now say=Say::ShortDay/></p>
                            </div>
                            <form method="post" action=paths::SETTINGS_UNBLOCK>
                                <input type="hidden" name="id" value=reader.id.to_string()/>
                                <button class="btn btn-small" aria-label=label>"Lift the block"</button>
                            </form>
                        </li>
                    }
                }).collect_view()}</ul> }.into_any()
            }}
            <form class="stack rule-top" method="post" action=paths::SETTINGS_BLOCKED novalidate>
                <TextField state=state.clone() name="handle" label="Block a reader" maxlength=31 hint="Their handle, as on their shelf."/>
                <p><button class="btn">"Block"</button></p>
            </form>
        }
    })
}
