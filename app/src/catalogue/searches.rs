//! `/searches`: questions that a reader keeps.

use axum::response::Response;
use dogear_server::search::saved::{self, SavedSearch};
use leptos::prelude::*;

use super::actions::{AlertOfSearch, RemoveSearch, SaveSearch};
use super::browse::address;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::time::{Say, When};
use dogear_urls as urls;

pub(super) async fn list(req: Req) -> PageResult {
    let searches = saved::saved(&req.cx).await?;
    Ok(page(&req, searches))
}

fn page(req: &Req, searches: Vec<SavedSearch>) -> Response {
    let (zone, now) = (req.zone(), req.cx.now());
    let state = req.form.clone();
    req.page("Saved searches").nav(Nav::Browse).render(move || {
        let empty = searches.is_empty().then(|| view! {
            <Empty plate=Plate::FirstUse heading="No search kept yet">
                <p class="serif">
                    "Search for something, or choose filters, and keep the question: when somebody lists what it looks for, you hear of it."
                </p>
                <p>
                    <a class="btn" href=urls::BROWSE>
                        "Browse books"
                    </a>
                </p>
            </Empty>
        });
        let is_any = empty.is_none();
        let rows = searches.into_iter().map(|search| {
            let words = search.query.in_words();
            let href = address(&search.query);
            let zone = zone.clone();
            let (told, button, next) = if search.alert {
                ("You are told of new books. Kept ", "Do not tell me", false)
            } else {
                ("You are not told of new books. Kept ", "Tell me", true)
            };
            let id = || ("id", search.id.to_string());
            let (tell_label, remove_label) = (format!("{button}: {words}"), format!("Remove: {words}"));
            view! {
                <li class="row row-between">
                    <div class="stack-s">
                        <p>
                            <a class="serif" href=href>
                                {words}
                            </a>
                        </p>
                        <p class="small quiet">
                            {told}<When at=search.created_at zone=zone now=now say=Say::ShortDay />
                        </p>
                    </div>
                    <div class="row">
                        <PostForm
                            action=AlertOfSearch::PATH
                            with=[id(), ("alert", next.to_string())]
                        >
                            <button class="btn btn-small" aria-label=tell_label>
                                {button}
                            </button>
                        </PostForm>
                        <PostForm action=RemoveSearch::PATH with=[id()]>
                            <button class="btn btn-small" aria-label=remove_label>
                                "Remove"
                            </button>
                        </PostForm>
                    </div>
                </li>
            }
        });
        let rows = is_any.then(|| view! { <ul class="rows">{rows.collect_view()}</ul> });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state />
                <header class="stack stack-s">
                    <h1>"Saved searches"</h1>
                </header>
                {empty}
                {rows}
            </div>
        }
    })
}

/// What [`keep`] keeps of a question; nothing for visitors, and where nothing is asked.
pub(super) fn to_keep(req: &Req, query: &dogear_server::search::Query) -> Option<String> {
    req.cx.actor.as_ref()?;
    if query.q.is_empty() && !query.is_filtered() {
        return None;
    }
    let address = address(&query.with(|_| {}));
    address.split_once('?').map(|(_, pairs)| pairs.to_owned())
}

/// The button that keeps a question.
pub(super) fn keep(query: String) -> AnyView {
    view! {
        <PostForm class="row" action=SaveSearch::PATH with=[("query", query)]>
            <button class="btn btn-small">"Save this search and get mail"</button>
            <a class="small" href=urls::SEARCHES>
                "Saved searches"
            </a>
        </PostForm>
    }
    .into_any()
}
