//! Signed-in browsers.

use dogear_server::accounts;
use leptos::prelude::*;

use super::{browser, topic};
use crate::accounts::actions::{EndOtherSessions, EndSession};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::PostForm;
use crate::ui::time::{Ago, Say, When};

pub(super) async fn list(req: Req) -> PageResult {
    let sessions = accounts::sessions::list(&req.cx).await?;
    let others = sessions.iter().any(|session| !session.this_one);
    let now = req.cx.now();
    let zone = req.zone();
    let lead = "Where you are logged in. End what you do not recognise, and change your password.";
    Ok(topic(&req, "Sessions", lead, move || {
        view! {
            <ul class="rows">
                {sessions
                    .into_iter()
                    .map(|session| {
                        let name = browser::in_words(&session.user_agent);
                        let label = format!("End the session: {name}");
                        let zone = zone.clone();
                        view! {
                            <li class="row row-between">
                                <div class="stack-s">
                                    <p>
                                        <strong>{name}</strong>
                                        {session
                                            .this_one
                                            .then(|| {
                                                view! {
                                                    " "
                                                    <span class="tag tag-done">"This browser"</span>
                                                }
                                            })}
                                    </p>
                                    <p class="small quiet">
                                        {session.ip}", since "
                                        <When
                                            at=session.began
                                            zone=zone
                                            now=now
                                            say=Say::ShortDay
                                        />", last seen "<Ago at=session.last_seen now=now />
                                    </p>
                                </div>
                                {(!session.this_one)
                                    .then(|| {
                                        view! {
                                            <PostForm
                                                action=EndSession::PATH
                                                with=[("session", session.id.to_string())]
                                            >
                                                <button class="btn btn-small" aria-label=label>
                                                    "End"
                                                </button>
                                            </PostForm>
                                        }
                                    })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {if others {
                view! {
                    <PostForm action=EndOtherSessions::PATH>
                        <button class="btn">"End all other sessions"</button>
                    </PostForm>
                }
                    .into_any()
            } else {
                view! { <p class="quiet">"You are logged in nowhere else."</p> }.into_any()
            }}
        }
    }))
}
