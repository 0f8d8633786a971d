//! `/lists`: the reader's own lists, and the form for a new one.

use dogear_domain::fields::{ListDescription, ListName};
use dogear_domain::lists::{KEPT_DAYS, ListVisibility};
use dogear_server::lists::{self, Deleted, OwnList};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::actions::{CreateList, RestoreList};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea, TextField, Tick};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, When, in_words};
use dogear_urls as urls;

pub(super) async fn show(req: Req) -> PageResult {
    let own = lists::mine(&req.cx).await?;
    let (zone, now) = (req.zone(), req.cx.now());
    let may_make = req.cx.member().is_ok();
    let state = req.form.clone();
    Ok(req.page("Your lists").nav(Nav::Shelf).render(move || {
        let new = may_make.then(|| form(&state));
        let deleted = deleted(&own.deleted, &zone, now);
        let lists = if own.lists.is_empty() {
            view! {
                <Empty plate=Plate::FirstUse heading="No list yet">
                    <p class="serif">
                        "For the next holidays, the best of a year, or what a friend should read: put books together, for yourself or to show."
                    </p>
                </Empty>
            }
            .into_any()
        } else {
            let rows: Vec<_> = own.lists.iter().map(|list| row(list, &zone, now)).collect();
            view! { <ul class="rows">{rows}</ul> }.into_any()
        };
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::SHELF>"Your shelf"</a>
                    </p>
                    <h1>"Your lists"</h1>
                </header>
                {lists}
                {new}
                {deleted}
            </div>
        }
    }))
}

/// "12 books · Private".
pub(super) fn facts(books: i64, visibility: ListVisibility, ranked: bool) -> String {
    let mut facts = vec![count(books, "book", "books"), visibility.label().to_owned()];
    if ranked {
        facts.push("Ranked".to_owned());
    }
    facts.join(" · ")
}

fn row(list: &OwnList, zone: &TimeZone, now: Timestamp) -> AnyView {
    let facts = facts(list.books, list.visibility, list.ranked);
    let edit = format!("Change {}", list.name);
    let hidden = list
        .is_hidden
        .then(|| view! { <span class="tag tag-wait">"Hidden by a moderator"</span> });
    view! {
        <li class="row row-between">
            <div class="stack-s">
                <p>
                    <a class="serif" dir="auto" href=urls::list(list.id, &list.slug)>
                        {list.name.clone()}
                    </a>
                    " "
                    {hidden}
                </p>
                <p class="small quiet">
                    {facts}" · changed "
                    <When at=list.updated_at zone=zone.clone() now=now say=Say::ShortDay />
                </p>
            </div>
            <a class="btn btn-small" href=urls::list_edit(list.id) aria-label=edit>
                "Change"
            </a>
        </li>
    }
    .into_any()
}

fn form(state: &FormState) -> AnyView {
    let fields = fields(state, ListVisibility::default(), false);
    view! {
        <section class="stack" aria-labelledby="new-list">
            <h2 class="t-h3" id="new-list">
                "Make a list"
            </h2>
            <PostForm class="stack stack-l" action=CreateList::PATH novalidate=true>
                {fields}
                <p class="row">
                    <button class="btn btn-do">"Make the list"</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}

/// What is said of a list, to be typed.
pub(super) fn fields(state: &FormState, visibility: ListVisibility, ranked: bool) -> AnyView {
    let state = state.clone();
    let options = ListVisibility::ALL
        .iter()
        .map(|who| {
            let words = [who.as_str(), who.label(), who.meaning()];
            let [value, label, hint] = words.map(str::to_owned);
            (value, label, hint)
        })
        .collect();
    let hint = format!(
        "Such as “Books by the sea”. At most {} characters.",
        ListName::MAX
    );
    view! {
        <TextField state=state.clone() name="name" label="Name" hint=hint />
        <TextArea
            state=state.clone()
            name="description"
            label="What it is about (optional)"
            maxlength=ListDescription::MAX
        />
        <Radios
            state=state.clone()
            name="visibility"
            label="Who sees it?"
            options=options
            value=visibility.as_str()
        />
        <Tick
            state=state
            name="ranked"
            label="The order matters"
            hint="Each book gets its number: 1 for the first."
            on=ranked
        />
    }
    .into_any()
}

/// What can be restored; nothing when there is none.
fn deleted(lists: &[Deleted], zone: &TimeZone, now: Timestamp) -> Option<AnyView> {
    if lists.is_empty() {
        return None;
    }
    let rows: Vec<_> = lists
        .iter()
        .map(|list| {
            let until = in_words(list.until, zone, now, Say::Day);
            let words = format!("{}. Until {until}.", count(list.books, "book", "books"));
            let label = format!("Restore {}", list.name);
            view! {
                <li class="row row-between">
                    <div class="stack-s">
                        <p>
                            <strong dir="auto">{list.name.clone()}</strong>
                        </p>
                        <p class="small quiet">{words}</p>
                    </div>
                    <PostForm action=RestoreList::PATH with=[("list", list.id.to_string())]>
                        <button class="btn btn-small" aria-label=label>
                            "Restore"
                        </button>
                    </PostForm>
                </li>
            }
        })
        .collect();
    let sentence = format!(
        "For {KEPT_DAYS} days you can restore what you have deleted. Then it is removed for good."
    );
    let section = view! {
        <section class="stack stack-s" aria-labelledby="deleted-h">
            <h2 class="t-h3" id="deleted-h">
                "Deleted"
            </h2>
            <p class="small quiet">{sentence}</p>
            <ul class="rows">{rows}</ul>
        </section>
    };
    Some(section.into_any())
}
