//! `/books/{id}-{slug}/correct`: a member says what a book's page should say instead.

use std::collections::BTreeMap;

use axum::response::Response;
use dogear_domain::corrections::BookField;
use dogear_domain::fields::{BookDescription, CorrectionNote};
use dogear_domain::ids::{EditionId, WorkId};
use dogear_domain::isbn::Isbn13;
use dogear_server::catalogue::{self, Genre};
use dogear_server::corrections::{self, Facts, Own, name, version};
use dogear_server::{Cx, Error};
use leptos::prelude::*;

use super::BookName;
use super::actions::{SuggestCorrection, WithdrawCorrection};
use crate::action::ServerFn;
use crate::copies::{formats, genre_options, languages};
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, Select, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, both_versions};
use dogear_urls as urls;

pub(super) async fn form(req: Req, Segment(name): Segment<BookName>) -> PageResult {
    let work = name.id;
    match find(&req.cx, work).await? {
        Found::Here(facts, own) => {
            let genres = catalogue::genres(&req.cx).await?;
            Ok(show(&req, work, facts, own, genres))
        }
        Found::Elsewhere(form) => Ok(req.redirect(&form)),
    }
}

/// Where a book is corrected.
pub(super) enum Found {
    /// What it says, and what the member has suggested before.
    Here(Facts, Option<Own>),
    /// It was merged: the path of the other book's form.
    Elsewhere(String),
}

/// The book, or the way to the one into which it was merged.
pub(super) async fn find(cx: &Cx, work: WorkId) -> Result<Found, Error> {
    match corrections::form(cx, work).await {
        Ok((facts, own)) => Ok(Found::Here(facts, own)),
        Err(Error::NotFound) => {
            let (kept, slug) = catalogue::moved_to(cx, work)
                .await?
                .ok_or(Error::NotFound)?;
            Ok(Found::Elsewhere(urls::book_correct(kept, &slug)))
        }
        Err(error) => Err(error),
    }
}

/// What the book says, and over it what the member has suggested before.
fn start(facts: &Facts, own: Option<&Own>) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, String> = facts
        .fields()
        .map(|(edition, field)| {
            let text = facts.text(edition, field).unwrap_or_default();
            (name(edition, field), text.to_owned())
        })
        .collect();
    if let Some(own) = own {
        for change in &own.changes {
            values.insert(name(change.edition, change.field), change.after.clone());
        }
        values.insert("note".into(), own.note.clone());
        if let Some(other) = own.same_as {
            values.insert("same_as".into(), other.to_string());
        }
    }
    values
}

/// What the form edits, as it would be opened now and as it was typed.
fn edited(facts: &Facts, own: Option<&Own>, state: &FormState) -> Vec<Edited> {
    let mut now = start(facts, own);
    let mut saved = |name: &str| now.remove(name).unwrap_or_default();
    let mut edited: Vec<Edited> = facts
        .fields()
        .filter_map(|(edition, field)| {
            let name = name(edition, field);
            let saved = saved(&name);
            // A form has not all the editions of a book.
            let shown = edition.is_none()
                || facts
                    .editions()
                    .take(Facts::SHOWN)
                    .any(|id| Some(id) == edition);
            shown.then(|| Edited::text(state, &name, field.label(), saved))
        })
        .collect();
    edited.push(Edited::text(
        state,
        "same_as",
        "The same book as",
        saved("same_as"),
    ));
    edited.push(Edited::text(state, "note", "Note", saved("note")));
    edited
}

fn show(req: &Req, work: WorkId, facts: Facts, own: Option<Own>, genres: Vec<Genre>) -> Response {
    let state = req.form.or(start(&facts, own.as_ref()));
    let title = format!("Correct “{}”", facts.title());
    req.page(title).nav(Nav::Browse).render(move || {
        let path = urls::book(work, &facts.slug);
        let seen = version(&facts, own.as_ref()).unwrap_or_default();
        let both = both_versions(&state, "seen", seen.as_str(), edited(&facts, own.as_ref(), &state));
        let with = [("work", work.to_string()), ("seen", seen.as_str().to_owned())];
        let waits = own.map(|_| view! {
            <div class="notice stack stack-s">
                <p>
                    "You have suggested this before, and it waits for a moderator. What you send now takes its place."
                </p>
                <PostForm action=WithdrawCorrection::PATH with=[("work", work.to_string())]>
                    <button class="btn btn-small">"Take it back"</button>
                </PostForm>
            </div>
        });
        let shown: Vec<EditionId> = facts.editions().take(Facts::SHOWN).collect();
        let more = facts.editions().count() - shown.len();
        let single = shown.len() == 1;
        let editions: Vec<_> = shown
            .into_iter()
            .map(|id| edition(&facts, id, single, &state))
            .collect();
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                {both}
                <p class="small">
                    <a href=path>{facts.title().to_owned()}</a>
                </p>
                <h1>"Suggest a correction"</h1>
                <p class="lead">
                    "Change only what is wrong. A moderator looks at it before anybody else sees it."
                </p>
                {waits}
                <PostForm class="stack stack-l" action=SuggestCorrection::PATH with=with>
                    <section class="stack" aria-labelledby="the-book">
                        <h2 id="the-book" class="t-h3">
                            "The book"
                        </h2>
                        <TextField state=state.clone() name="title" label="Title" />
                        <TextField
                            state=state.clone()
                            name="subtitle"
                            label="Subtitle (optional)"
                        />
                        <TextField
                            state=state.clone()
                            name="authors"
                            label="Author"
                            hint="As on the cover. Several are separated by semicolons."
                        />
                        <TextField
                            state=state.clone()
                            name="first_year"
                            label="First published (optional)"
                            hint="A year. One before our era has a minus, such as -800."
                        />
                        <Select
                            state=state.clone()
                            name="language"
                            label="Language (optional)"
                            options=with_current(languages(), &facts, None, BookField::Language)
                        />
                        <Select
                            state=state.clone()
                            name="genre"
                            label="Genre (optional)"
                            options=genre_options(genres)
                        />
                        <TextField state=state.clone() name="series" label="Series (optional)" />
                        <TextField
                            state=state.clone()
                            name="series_position"
                            label="Number in the series (optional)"
                            inputmode=Some("decimal")
                        />
                        <TextArea
                            state=state.clone()
                            name="description"
                            label="Description (optional)"
                            maxlength=BookDescription::MAX
                        />
                    </section>
                    {(!editions.is_empty())
                        .then(|| {
                            view! {
                                <section class="stack rule-top" aria-labelledby="its-editions">
                                    <h2 id="its-editions" class="t-h3">
                                        "Its editions"
                                    </h2>
                                    {editions}
                                    {(more > 0)
                                        .then(|| {
                                            view! {
                                                <p class="quiet">
                                                    {format!(
                                                        "{} more stand on the book’s page. Describe a mistake in one of them in the note.",
                                                        count(more, "edition", "editions"),
                                                    )}
                                                </p>
                                            }
                                        })}
                                </section>
                            }
                        })}
                    <section class="stack rule-top" aria-labelledby="twice">
                        <h2 id="twice" class="t-h3">
                            "Is it here twice?"
                        </h2>
                        <TextField
                            state=state.clone()
                            name="same_as"
                            label="This is the same book as (optional)"
                            hint="The ISBN, the title or the address of the other book’s page."
                        />
                    </section>
                    <TextArea
                        state=state.clone()
                        name="note"
                        label="Note (optional)"
                        maxlength=CorrectionNote::MAX
                        hint="Where it can be seen: the title page, the publisher’s site."
                    />
                    <p class="row">
                        <button class="btn btn-do">"Send the suggestion"</button>
                    </p>
                </PostForm>
            </div>
        }
    })
}

/// One edition's fields, folded unless it is the only one or something in it is wrong.
fn edition(facts: &Facts, id: EditionId, single: bool, state: &FormState) -> AnyView {
    let says = |field| facts.text(Some(id), field).unwrap_or_default().to_owned();
    let isbn = match says(BookField::Isbn).parse::<Isbn13>() {
        Ok(isbn) => format!("ISBN {}", isbn.grouped()),
        Err(_) => "No ISBN".to_owned(),
    };
    let parts: Vec<String> = [says(BookField::Publisher), says(BookField::Year), isbn]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let open = single
        || BookField::OF_EDITION.into_iter().any(|field| {
            let name = name(Some(id), field);
            state.error(&name).is_some() || state.value(&name) != says(field)
        });
    let of = |field| name(Some(id), field);
    view! {
        <details class="sheet plain" open=open>
            <summary>{parts.join(", ")}</summary>
            <div class="stack">
                <TextField state=state.clone() name=of(BookField::Isbn) label="ISBN (optional)" />
                <Select
                    state=state.clone()
                    name=of(BookField::Format)
                    label="Format (optional)"
                    options=formats()
                />
                <TextField
                    state=state.clone()
                    name=of(BookField::Publisher)
                    label="Publisher (optional)"
                />
                <TextField
                    state=state.clone()
                    name=of(BookField::Year)
                    label="Year of this edition (optional)"
                    inputmode=Some("numeric")
                />
                <TextField
                    state=state.clone()
                    name=of(BookField::Pages)
                    label="Pages (optional)"
                    inputmode=Some("numeric")
                />
                <Select
                    state=state.clone()
                    name=of(BookField::EditionLanguage)
                    label="Language of this edition (optional)"
                    options=with_current(languages(), facts, Some(id), BookField::EditionLanguage)
                />
            </div>
        </details>
    }
    .into_any()
}

/// The choices, and what the book says already if that is none of them: it must not be changed
/// by a form that is only sent back.
fn with_current(
    mut options: Vec<(String, String)>,
    facts: &Facts,
    edition: Option<EditionId>,
    field: BookField,
) -> Vec<(String, String)> {
    let current = facts.text(edition, field).unwrap_or_default();
    if !options.iter().any(|(value, _)| value == current) {
        options.push((current.to_owned(), current.to_owned()));
    }
    options
}
