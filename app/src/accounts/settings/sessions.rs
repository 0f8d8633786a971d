//! Signed-in browsers.

use dogear_server::accounts;
use leptos::prelude::*;

use super::{browser, topic};
use crate::http::{AppError, Form, FormState, PageResult, Req};
use crate::paths;
use crate::ui;
use crate::ui::time::{Ago, Say, When};

pub async fn list(req: Req) -> PageResult {
    let sessions = accounts::sessions::list(&req.cx).await?;
    let others = sessions.iter().any(|session| !session.this_one);
    let now = req.cx.now();
    let zone = req.zone();
    let lead = "Where you are logged in. End what you do not recognise, and change your password.";
    Ok(topic(
        &req,
        "Sessions",
        lead,
        &FormState::new(),
        move || {
            view! {
                <ul class="rows">
                    {sessions.into_iter().map(|session| {
                        let name = browser::in_words(&session.user_agent);
                        let label = format!("End the session: {name}");
                        let zone = zone.clone();
                        view! {
                            <li class="row row-between">
                                <div class="stack-s">
                                    <p><strong>{name}</strong>{session.this_one.then(|| view! { " " <span class="tag tag-done">"This browser"</span> })}</p>
                                    <p class="small quiet">{session.ip}", since "<When at=session.began zone=zone now=now say=Say::ShortDay/>", last seen "<Ago at=session.last_seen now=now/></p>
                                </div>
                                {(!session.this_one).then(|| view! {
                                    <form method="post" action=paths::SETTINGS_SESSIONS_END>
                                        <input type="hidden" name="id" value=session.id.to_string()/>
                                        <button class="btn btn-small" aria-label=label>"End"</button>
                                    </form>
                                })}
                            </li>
                        }
                    }).collect_view()}
                </ul>
                {if others {
                    view! { <form method="post" action=paths::SETTINGS_SESSIONS_END_OTHERS><button class="btn">"End all other sessions"</button></form> }.into_any()
                } else {
                    view! { <p class="quiet">"You are logged in nowhere else."</p> }.into_any()
                }}
            }
        },
    ))
}

pub async fn end(req: Req, form: Form) -> PageResult {
    let id = form.parse("id").ok_or_else(AppError::not_found)?;
    accounts::sessions::end_one(&req.cx, id).await?;
    Ok(req.redirect_saying(paths::SETTINGS_SESSIONS, "That session has ended."))
}

pub async fn end_others(req: Req) -> PageResult {
    let ended = accounts::sessions::end_others(&req.cx).await?;
    let sentence = match ended {
        0 => "There was no other session.".to_owned(),
        number => format!(
            "{} ended.",
            ui::count(number as i64, "other session has", "other sessions have")
        ),
    };
    Ok(req.redirect_saying(paths::SETTINGS_SESSIONS, sentence))
}
