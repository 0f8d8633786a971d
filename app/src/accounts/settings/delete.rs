//! Leaving.

use axum::response::Response;
use dogear_server::accounts::{self, Closing, MOST_CLOSING_DAYS};
use leptos::prelude::*;

use super::topic;
use crate::accounts::actions::{CloseAccount, Stay};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui;
use crate::ui::field::{PostForm, TextField};
use crate::ui::time::{Say, in_words};
use dogear_urls as urls;

pub(super) async fn form(req: Req) -> PageResult {
    let closing = accounts::closing(&req.cx).await?;
    Ok(page(&req, &closing))
}

fn page(req: &Req, closing: &Closing) -> Response {
    match closing.at_latest {
        Some(end) => {
            let day = in_words(end, &req.zone(), req.cx.now(), Say::Day);
            waiting(req, &day, closing.running_trades)
        }
        None => ask(req, closing),
    }
}

fn waiting(req: &Req, day: &str, running: i64) -> Response {
    let lead = match running {
        0 => "No trade runs any more: your personal data is erased within the hour.".to_owned(),
        number => format!(
            "{} still running. When the books have arrived, your personal data is erased, on {day} at the latest.",
            ui::count(number, "trade is", "trades are")
        ),
    };
    topic(req, "Your account is being closed", lead, move || {
        view! {
            <p class="row">
                <a class="btn" href=urls::TRADES>
                    "See my trades"
                </a>
            </p>
            <PostForm class="rule-top stack" action=Stay::PATH>
                <p>"Have you changed your mind? Until then you can stay."</p>
                <button class="btn btn-do">"Keep my account"</button>
            </PostForm>
        }
    })
}

fn ask(req: &Req, closing: &Closing) -> Response {
    let state = req.form.clone();
    let handle = req
        .cx
        .actor
        .as_ref()
        .map(|actor| actor.handle.clone())
        .unwrap_or_default();
    let running = closing.running_trades;
    let proposals = closing.open_proposals;
    let listed = closing.listed_copies;
    let label = format!("Type your handle, {handle}");
    topic(
        req,
        "Leave Dogear",
        "This cannot be undone once your data is erased.",
        move || {
            view! {
                <section class="stack" aria-labelledby="what">
                    <h2 id="what">"What happens"</h2>
                    <ul class="stack-s bullets">
                        {(listed > 0)
                            .then(|| {
                                view! {
                                    <li>
                                        {format!(
                                            "{} no longer listed.",
                                            ui::count(listed, "book is", "books are"),
                                        )}
                                    </li>
                                }
                            })}
                        {(proposals > 0)
                            .then(|| {
                                view! {
                                    <li>
                                        {format!(
                                            "{} withdrawn, and the others are told.",
                                            ui::count(
                                                proposals,
                                                "open proposal is",
                                                "open proposals are",
                                            ),
                                        )}
                                    </li>
                                }
                            })}
                        {(running > 0)
                            .then(|| {
                                view! {
                                    <li>
                                        {format!(
                                            "{} still running. Your data is erased when the books have arrived, after {MOST_CLOSING_DAYS} days at the latest; until then you can change your mind. Of a loan: let the book be kept on its page, or get it back; after that time a book that you have lent is its borrower’s.",
                                            ui::count(running, "trade is", "trades are"),
                                        )}
                                    </li>
                                }
                            })}
                        <li>
                            "Your name, e-mail address, town, what you wrote about yourself, your photos, your sessions and notices are erased."
                        </li>
                        <li>
                            "Readers you traded with keep those trades and messages, with “former member” in place of your name. Of proposals that came to nothing, what you wrote goes."
                        </li>
                    </ul>
                </section>
                <PostForm class="stack rule-top" action=CloseAccount::PATH novalidate=true>
                    <TextField state=state.clone() name="handle" label=label />
                    <TextField
                        state=state.clone()
                        name="password"
                        label="Your password"
                        kind="password"
                        autocomplete="current-password"
                    />
                    <p class="row mt5">
                        <button class="btn btn-heavy">"Close my account"</button>
                        <a href=urls::SETTINGS>"Stay"</a>
                    </p>
                </PostForm>
            }
        },
    )
}
