//! `/searches`: questions that a reader keeps.

use axum::response::Response;
use dogear_server::search::saved::{self, SavedSearch};
use leptos::prelude::*;

use super::browse::address;
use crate::http::{AppError, Flash, Form, FormState, Nav, PageResult, Req};
use crate::paths;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::ErrorSummary;
use crate::ui::time::{Say, When};

pub async fn list(req: Req) -> PageResult {
    let searches = saved::saved(&req.cx).await?;
    Ok(page(&req, FormState::new(), searches))
}

pub async fn save(req: Req, form: Form) -> PageResult {
    match saved::save(&req.cx, form.text("query")).await {
        Ok(()) => Ok(req.redirect_saying(
            paths::SEARCHES,
            "The search is kept. You hear of it when somebody lists what it looks for.",
        )),
        Err(error) => {
            let state = form.again(error)?;
            let searches = saved::saved(&req.cx).await?;
            Ok(page(&req, state, searches))
        }
    }
}

pub async fn remove(req: Req, form: Form) -> PageResult {
    let id = form.parse("id").ok_or_else(AppError::not_found)?;
    match saved::remove(&req.cx, id).await {
        Ok(pairs) => Ok(req.redirect_with(
            paths::SEARCHES,
            Flash::new("The search is removed.").undo(paths::SEARCHES, "query", pairs),
        )),
        Err(dogear_server::Error::NotFound) => {
            Ok(req.redirect_saying(paths::SEARCHES, "This search is not kept any more."))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn alert(req: Req, form: Form) -> PageResult {
    let id = form.parse("id").ok_or_else(AppError::not_found)?;
    let alert = form.text("alert") == "1";
    saved::set_alert(&req.cx, id, alert).await?;
    let sentence = if alert {
        "You hear of new books for this search, at most once a day."
    } else {
        "You hear no more of this search. It stays in the list."
    };
    Ok(req.redirect_saying(paths::SEARCHES, sentence))
}

fn page(req: &Req, state: FormState, searches: Vec<SavedSearch>) -> Response {
    let (zone, now) = (req.zone(), req.cx.now());
    req.page("Saved searches").nav(Nav::Browse).form(&state.clone()).render(move || {
        let empty = searches.is_empty().then(|| view! {
            <Empty plate=Plate::FirstUse heading="No search kept yet">
                <p class="serif">"Search for something, or choose filters, and keep the question: when somebody lists what it looks for, you hear of it."</p>
                <p><a class="btn" href=paths::BROWSE>"Browse books"</a></p>
            </Empty>
        });
        let rows = searches.into_iter().map(|search| {
            let words = search.query.in_words();
            let href = address(&search.query);
            let zone = zone.clone();
            let (told, button, next) = if search.alert {
                ("You are told of new books. Kept ", "Do not tell me", "0")
            } else {
                ("You are not told of new books. Kept ", "Tell me", "1")
            };
            let id = search.id.to_string();
            let (tell_label, remove_label) = (format!("{button}: {words}"), format!("Remove: {words}"));
            view! {
                <li class="row row-between">
                    <div class="stack-s">
                        <p><a class="serif" href=href>{words}</a></p>
                        <p class="small quiet">{told}<When at=search.created_at zone=zone now=now say=Say::ShortDay/></p>
                    </div>
                    <div class="row">
                        <form method="post" action=paths::SEARCH_ALERT>
                            <input type="hidden" name="id" value=id.clone()/>
                            <input type="hidden" name="alert" value=next/>
                            <button class="btn btn-small" aria-label=tell_label>{button}</button>
                        </form>
                        <form method="post" action=paths::SEARCH_REMOVE>
                            <input type="hidden" name="id" value=id/>
                            <button class="btn btn-small" aria-label=remove_label>"Remove"</button>
                        </form>
                    </div>
                </li>
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state/>
                <header class="stack stack-s"><h1>"Saved searches"</h1></header>
                {empty}
                <ul class="rows">{rows.collect_view()}</ul>
            </div>
        }
    })
}

/// The button that keeps a question; nothing for visitors, and where nothing is asked.
pub fn keep(req: &Req, query: &dogear_server::search::Query) -> Option<AnyView> {
    req.cx.actor.as_ref()?;
    if query.q.is_empty() && !query.is_filtered() {
        return None;
    }
    let address = address(&query.with(|_| {}));
    let pairs = address.split_once('?').map(|(_, pairs)| pairs.to_owned())?;
    Some(
        view! {
            <form class="row" method="post" action=paths::SEARCHES>
                <input type="hidden" name="query" value=pairs/>
                <button class="btn btn-small">"Keep this search"</button>
                <a class="small" href=paths::SEARCHES>"Saved searches"</a>
            </form>
        }
        .into_any(),
    )
}
