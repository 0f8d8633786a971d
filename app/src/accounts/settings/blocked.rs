//! Blocked readers.

use axum::response::Response;
use dogear_server::accounts::{self, Blocked};
use leptos::prelude::*;

use super::topic;
use crate::accounts::actions::{BlockReader, UnblockReader};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{PostForm, TextField};
use crate::ui::time::{Say, When};

const LEAD: &str = "A reader you have blocked cannot propose a trade to you, nor you to them. They are not told. Open proposals between you are withdrawn; agreed trades go on.";

pub(super) async fn list(req: Req) -> PageResult {
    let blocked = accounts::blocked(&req.cx).await?;
    Ok(page(&req, blocked))
}

fn page(req: &Req, blocked: Vec<Blocked>) -> Response {
    let state = req.form.clone();
    let zone = req.zone();
    let now = req.cx.now();
    topic(req, "Blocked readers", LEAD, move || {
        view! {
            {if blocked.is_empty() {
                view! { <p class="quiet">"You have blocked nobody."</p> }.into_any()
            } else {
                view! {
                    <ul class="rows">
                        {blocked
                            .into_iter()
                            .map(|reader| {
                                let label = format!("Lift the block of {}", reader.display_name);
                                let zone = zone.clone();
                                view! {
                                    <li class="row row-between">
                                        <div class="stack-s">
                                            <p>
                                                <strong>{reader.display_name}</strong>
                                            </p>
                                            <p class="small quiet">
                                                {format!("@{}", reader.handle)}", since "
                                                <When at=reader.since zone=zone now=now say=Say::ShortDay />
                                            </p>
                                        </div>
                                        <PostForm
                                            action=UnblockReader::PATH
                                            with=[("reader", reader.id.to_string())]
                                        >
                                            <button class="btn btn-small" aria-label=label>
                                                "Lift the block"
                                            </button>
                                        </PostForm>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
                    .into_any()
            }}
            <PostForm class="stack rule-top" action=BlockReader::PATH novalidate=true>
                <TextField
                    state=state.clone()
                    name="handle"
                    label="Block a reader"
                    hint="Their handle, as on their shelf."
                />
                <p>
                    <button class="btn">"Block"</button>
                </p>
            </PostForm>
        }
    })
}
