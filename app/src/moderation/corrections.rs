//! What members suggest to correct, and one key to accept it.

use axum::extract::Query;
use dogear_domain::corrections::{BookField, CorrectionState};
use dogear_domain::edition::{Format, language_name};
use dogear_domain::fields::RefusalReason;
use dogear_domain::ids::CorrectionId;
use dogear_domain::isbn::Isbn13;
use dogear_server::catalogue::{self, Genre};
use dogear_server::corrections::{self as service, Filter, PAGE, Row, Shown};
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{AcceptCorrection, RefuseCorrection};
use super::list::empty_state;
use super::shared::{member_link, page, relative_age, with_query};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::field::{ErrorSummary, PostForm, TextField};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::pager;
use dogear_urls as urls;

const REASON: &str = "Reason (optional)";

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

impl Params {
    fn filter(&self) -> Filter {
        Filter {
            state: self.state.parse().unwrap_or(CorrectionState::Open),
            page: self.page.parse().unwrap_or(1).clamp(1, 10_000),
        }
    }
}

pub(super) async fn list(req: Req, Query(params): Query<Params>) -> PageResult {
    let filter = params.filter();
    let state = req.form.clone();
    let rows = service::list(&req.cx, filter).await?;
    let number = service::count(&req.cx, filter.state).await?;
    let genres = catalogue::genres(&req.cx).await?;
    let now = req.cx.now();
    Ok(page(&req, "corrections", "Corrections").render(move || {
        let pages = u32::try_from((number - 1).max(0) / PAGE + 1).unwrap_or(1);
        let link = with_query(urls::ADMIN_CORRECTIONS, &[("state", filter.state.as_str())]);
        let options = CorrectionState::ALL
            .iter()
            .map(|state| {
                let selected = *state == filter.state;
                view! {
                    <option value=state.as_str() selected=selected>
                        {words(*state)}
                    </option>
                }
            })
            .collect_view();
        let list: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let refused = state.chosen("correction", &row.id.to_string());
                item(row, filter.state, &genres, refused.then_some(&state), now)
            })
            .collect();
        view! {
            <div class="moderation-page moderation-narrow stack">
                <ErrorSummary state=state.clone() />
                <div class="row row-between moderation-head">
                    <h1>"Corrections "<span class="count">{number}</span></h1>
                    <form class="row" action=urls::ADMIN_CORRECTIONS>
                        <label class="fine quiet" for="state">
                            "State"
                        </label>
                        <select class="select select-inline" id="state" name="state">
                            {options}
                        </select>
                        <button class="btn btn-small">"Show"</button>
                    </form>
                </div>
                {if list.is_empty() {
                    empty_state(
                            match filter.state {
                                CorrectionState::Open => "All done: nothing waits to be corrected.",
                                _ => "There is none.",
                            },
                        )
                        .into_any()
                } else {
                    view! { <ol class="corrections">{list}</ol> }.into_any()
                }}
                {pager(filter.page, pages, move |page| format!("{link}&page={page}"))}
            </div>
        }
    }))
}

fn words(state: CorrectionState) -> &'static str {
    match state {
        CorrectionState::Open => "waiting",
        CorrectionState::Accepted => "accepted",
        CorrectionState::Refused => "refused",
        CorrectionState::Withdrawn => "taken back",
    }
}

fn item(
    row: Row,
    state: CorrectionState,
    genres: &[Genre],
    refused: Option<&FormState>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let title = match row.work {
        Some(work) => view! {
            <a href=urls::admin_book(work) data-row="">
                {row.title.clone()}
            </a>
        }
        .into_any(),
        None => row.title.clone().into_any(),
    };
    let by = (!row.author_line.is_empty())
        .then(|| view! { <span class="quiet">" by "{row.author_line}</span> });
    let changes: Vec<_> = row
        .changes
        .iter()
        .map(|shown| change(shown, genres))
        .collect();
    let table = (!changes.is_empty()).then(|| {
        view! {
            <div class="tablebox">
                <table class="table moderation-table folds">
                    <caption class="visually-hidden">{format!("Changes to {}", row.title)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"What"</th>
                            <th scope="col">"The book says"</th>
                            <th scope="col">"It should say"</th>
                        </tr>
                    </thead>
                    <tbody>{changes}</tbody>
                </table>
            </div>
        }
    });
    let same = row.same_as.zip(row.work).map(|((other, title), work)| {
        let compare = urls::admin_compare(work.min(other), work.max(other));
        view! {
            <p>
                "It is said to be the same book as “"{title}"”. "
                <a href=compare>"Compare the two"</a>
            </p>
        }
    });
    let one = row.one_by_now.then(
        || view! { <p class="quiet">"It was said to be there twice. The two are one by now."</p> },
    );
    let note = (!row.note.is_empty()).then(|| view! { <p class="serif copynote">{row.note}</p> });
    let decided = row.decided_by.zip(row.decided_at).map(|(handle, at)| {
        let left = (!row.left_out.is_empty())
            .then(|| format!("Not taken over: {}. ", row.left_out.join("; ")));
        let reason = (!row.reason.is_empty()).then(|| format!("“{}” ", row.reason));
        view! { <p class="quiet">{left}{reason}{handle}", "{relative_age(at, now)}" ago"</p> }
    });
    let forms = (state == CorrectionState::Open).then(|| {
        if row.mine {
            view! { <p class="quiet">"You have suggested this yourself: a colleague decides."</p> }
                .into_any()
        } else {
            decide(row.id, &row.title, refused).into_any()
        }
    });
    view! {
        <li class="stack stack-s">
            <p class="row row-between">
                <span>
                    <strong>{title}</strong>
                    {by}
                </span>
                <span class="fine quiet">
                    {member_link(&row.member)}", "{relative_age(row.created_at, now)}
                </span>
            </p>
            {table}
            {same}
            {one}
            {note}
            {decided}
            {forms}
        </li>
    }
}

fn change(shown: &Shown, genres: &[Genre]) -> impl IntoView + use<> {
    let change = &shown.change;
    let label = match change.edition {
        Some(edition) => format!("{}, edition {edition}", change.field.label()),
        None => change.field.label().to_owned(),
    };
    let stale = shown.now.as_ref().map(|now| {
        let text = match now {
            Some(now) => format!(
                "Changed since: {}. This stays.",
                say(change.field, now, genres)
            ),
            None => "The edition is gone. This is left out.".to_owned(),
        };
        view! {
            <br />
            <span class="tag tag-wait">
                <Icon glyph=Glyph::Warn />
                {text}
            </span>
        }
    });
    let before = say(change.field, &change.before, genres);
    let after = say(change.field, &change.after, genres);
    view! {
        <tr>
            <td data-label="What">
                <span>{label}</span>
            </td>
            <td data-label="The book says">
                <span>{before}{stale}</span>
            </td>
            <td data-label="It should say">
                <span class="strong">{after}</span>
            </td>
        </tr>
    }
}

/// A field's text as people read it.
fn say(field: BookField, text: &str, genres: &[Genre]) -> String {
    let known = match field {
        _ if text.is_empty() => Some("Nothing".to_owned()),
        BookField::Language | BookField::EditionLanguage => language_name(text).map(str::to_owned),
        BookField::Genre => genres
            .iter()
            .find(|genre| genre.slug == text)
            .map(|genre| genre.name.clone()),
        BookField::Format => text
            .parse::<Format>()
            .ok()
            .map(|format| format.label().to_owned()),
        BookField::Isbn => text.parse::<Isbn13>().ok().map(Isbn13::grouped),
        _ => None,
    };
    known.unwrap_or_else(|| text.to_owned())
}

/// The two answers. `refused` is the form whose reason cannot stay as it was typed.
fn decide(id: CorrectionId, title: &str, refused: Option<&FormState>) -> impl IntoView + use<> {
    let open = refused.is_some();
    let reason = if let Some(state) = refused {
        view! { <TextField state=state.clone() name="reason" label=REASON /> }.into_any()
    } else {
        let name = format!("reason-{id}");
        view! {
            <div class="field">
                <label for=name.clone()>{REASON}</label>
                <input
                    class="input"
                    id=name
                    name="reason"
                    maxlength=RefusalReason::MAX
                    autocomplete="off"
                />
            </div>
        }
        .into_any()
    };
    let (of, about) = (title.to_owned(), title.to_owned());
    view! {
        <div class="row row-top">
            <PostForm action=AcceptCorrection::PATH with=[("correction", id.to_string())]>
                <button class="btn btn-small btn-do" data-key="a">
                    "Accept"
                    <span class="visually-hidden">" for “"{of}"”"</span>
                </button>
            </PostForm>
            <details open=open>
                <summary class="btn btn-small">
                    "Refuse"<span class="visually-hidden">" for “"{about}"”"</span>
                </summary>
                <PostForm
                    class="stack stack-s mt4"
                    action=RefuseCorrection::PATH
                    with=[("correction", id.to_string())]
                >
                    {reason}
                    <button class="btn btn-small">"Refuse it"</button>
                </PostForm>
            </details>
        </div>
    }
}
