//! `/shelf/add`: find the book, say what this copy is like, done.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use dogear_domain::ids::EditionId;
use dogear_domain::isbn::Isbn13;
use dogear_domain::offers::Offers;
use dogear_server::catalogue::{self, Doubt, EditionInput, Genre, KnownEdition, Lookup, outside};
use dogear_server::copies;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{AddBook, AddCopy};
use super::fields::{BookFields, ConditionFields, OfferFields, PlaceField, lang};
use super::{id, town};
use crate::action::ServerFn;
use crate::http::{Form, Nav, PageResult, Req};
use crate::islands::BookLookup;
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::edition::edition_line;
use crate::ui::field::{ErrorSummary, PostForm, Radios, Tick};
use crate::ui::form_state::FormState;
use dogear_urls as urls;

/// What a copy is that is offered for nothing.
const NOTHING_TICKED: &str = "Tick all that apply. With nothing ticked it is only kept on your shelf, where nobody else sees it.";

/// The query of `/shelf/add`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Search {
    q: String,
}

/// What is known of a new book before the form is filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Start {
    title: String,
    authors: String,
    isbn: String,
    /// `scan`: back to the list it stands in.
    then: String,
}

/// One box; below it what was found. An ISBN leads on at once.
pub(super) async fn search(req: Req, Query(search): Query<Search>) -> PageResult {
    let text = search.q.trim().to_owned();
    let found = if text.is_empty() {
        None
    } else {
        Some(catalogue::lookup(&req.cx, &text).await?)
    };
    if let Some(Lookup {
        isbn: Some(isbn),
        editions,
        ..
    }) = &found
    {
        return Ok(match editions.first() {
            Some(book) => req.redirect(&urls::shelf_add_edition(book.edition)),
            None => req.redirect(&new_with(&[("isbn", &isbn.to_string())])),
        });
    }
    let problem = found.as_ref().and_then(|found| found.problem.clone());
    let question = if found.is_none() {
        town::question(&req, "add").await?
    } else {
        None
    };
    let state = req.form.clone();
    Ok(req.page("Add books").nav(Nav::Shelf).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state />
                <p class="small">
                    <a href=urls::SHELF>"Your shelf"</a>
                </p>
                <h1>"Add books"</h1>
                {question.map(|question| question())}
                <div class="mt5">
                    <BookLookup text=text.clone() problem=problem.clone() />
                </div>
                {match found {
                    None => {
                        view! {
                            <p class="quiet mt5">
                                "The ISBN stands near the barcode on the back. A barcode reader that works as a keyboard can type it for you. "
                                <a href=urls::SHELF_ADD_NEW>"The book has no ISBN"</a>
                            </p>
                            <p class="rule-top mt5">
                                "A whole shelf to add? "
                                <a href=urls::SHELF_ADD_SCAN>"Scan the barcodes"</a>", "
                                <a href=urls::SHELF_ADD_MANY>"paste a list of books"</a>", or "
                                <a href=urls::SHELF_IMPORT>"bring a file from another program"</a>
                            </p>
                        }
                            .into_any()
                    }
                    Some(found) => results(&text, found),
                }}
            </div>
        }
    }))
}

/// The form of a new book with these fields filled in.
pub(super) fn new_with(fields: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
    format!("{}?{}", urls::SHELF_ADD_NEW, query.finish())
}

fn results(text: &str, found: Lookup) -> AnyView {
    if found.problem.is_some() {
        return view! {
            <p class="mt5">
                "If the book really says so, its number was printed wrong. "
                <a href=urls::SHELF_ADD_NEW>"Enter it without an ISBN"</a>
            </p>
        }
        .into_any();
    }
    let enter = new_with(&[("title", text)]);
    if found.editions.is_empty() {
        return view! {
            <section class="empty rule-top mt5">
                <h2 class="t-h3">{format!("Nobody has entered “{text}” yet")}</h2>
                <p class="serif">"Title and author are enough to be the first."</p>
                <p>
                    <a class="btn btn-do" href=enter>
                        "Enter this book"
                    </a>
                </p>
            </section>
        }
        .into_any();
    }
    let heading = count(found.editions.len(), "edition", "editions");
    view! {
        <section class="mt5" aria-labelledby="found">
            <h2 id="found" class="t-h3">
                {format!("Is it one of these? {heading} found")}
            </h2>
            <ul class="finds mt4">
                {found
                    .editions
                    .into_iter()
                    .map(|book| {
                        let title = book.title.clone();
                        view! {
                            <li>
                                {summary(&book)}
                                <a class="btn btn-small" href=urls::shelf_add_edition(book.edition)>
                                    "Add this one"
                                    <span class="visually-hidden">": "{title}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <p class="row mt5">
                <a class="btn" href=enter>
                    "It is none of these"
                </a>
            </p>
        </section>
    }
    .into_any()
}

/// Cover, title, author and what tells the edition apart.
fn summary(book: &KnownEdition) -> impl IntoView + use<> {
    let line = edition_line(book);
    let copies = match book.copies {
        0 => String::new(),
        copies => format!("{} on Dogear", count(copies, "copy", "copies")),
    };
    let facts = [line, copies]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(". ");
    view! {
        <div class="quickbook">
            <Cover work=book.work size=CoverSize::Medium />
            <div>
                <p class="btitle" lang=lang(&book.language) dir="auto">
                    {book.title.clone()}
                </p>
                <p class="by small quiet" dir="auto">
                    {book.author_line.clone()}
                </p>
                <p class="fine quiet">{facts}</p>
            </div>
        </div>
    }
}

pub(super) async fn copy_form(req: Req, Path(edition): Path<String>) -> PageResult {
    copy_page(&req, id(&edition)?).await
}

pub(super) async fn new_form(req: Req, Query(start): Query<Start>) -> PageResult {
    if Form::typed(&req.form).is_some() {
        return new_page(&req, req.form.clone(), None).await;
    }
    let mut fields = vec![
        ("title", start.title),
        ("authors", start.authors),
        ("isbn", start.isbn),
        ("from", start.then),
    ];
    let described = match Isbn13::parse(&fields[2].1) {
        Ok(isbn) if fields[0].1.is_empty() => outside::described(&req.cx, isbn).await?,
        _ => None,
    };
    let host = described.map(|(book, host)| {
        fields[0].1 = book.title;
        fields[1].1 = book.authors;
        fields.extend([
            ("subtitle", book.subtitle),
            ("publisher", book.publisher),
            ("year", book.year),
        ]);
        host
    });
    new_page(&req, FormState::with(fields), host).await
}

async fn copy_page(req: &Req, edition: EditionId) -> PageResult {
    let state = req.form.clone();
    let book = catalogue::edition(&req.cx, edition).await?;
    // The edition may have been merged into another.
    let edition = book.edition;
    let mine = copies::same_edition(&req.cx, edition).await?;
    let places = copies::places(&req.cx).await?;
    let currency = copies::currency(&req.cx).await?;
    Ok(req
        .page(format!("Add {}", book.title))
        .nav(Nav::Shelf)
        .render(move || {
            let owned = mine.first().map(|(copy, grade, at)| {
                let text = format!("{}, {}", grade.label(), at.label().to_lowercase());
                view! {
                    <div class="notice stack stack-s">
                        <p>
                            "You already have a copy of this edition: "
                            <a href=urls::copy(*copy)>{text}</a>"."
                        </p>
                        <Tick state=state.clone() name="second" label="This is another copy" />
                    </div>
                }
            });
            view! {
                <div class="wrap wrap-narrow page stack">
                    <ErrorSummary state=state.clone() />
                    <p class="small">
                        <a href=urls::SHELF_ADD>"Another book"</a>
                    </p>
                    <h1>"Your copy"</h1>
                    {summary(&book)}
                    <PostForm
                        action=AddCopy::PATH
                        class="stack stack-l mt5"
                        with=[("edition", edition.to_string())]
                    >
                        <div id="f-second">{owned}</div>
                        <ConditionFields state=state.clone() />
                        <PlaceField state=state.clone() places=places />
                        <OfferFields
                            state=state.clone()
                            offers=Offers::default()
                            currency=currency
                            hint=NOTHING_TICKED
                        />
                        {buttons()}
                    </PostForm>
                </div>
            }
        }))
}

/// `host` is the outside catalogue that filled in the form.
async fn new_page(req: &Req, state: FormState, host: Option<String>) -> PageResult {
    let genres: Vec<Genre> = catalogue::genres(&req.cx).await?;
    let places = copies::places(&req.cx).await?;
    let currency = copies::currency(&req.cx).await?;
    let unknown = (state.status() == StatusCode::OK)
        .then(|| Isbn13::parse(state.value("isbn")).ok())
        .flatten();
    let second = state.error("second").map(|_| ());
    let asked = state.error("known").is_some() || !state.value("known").is_empty();
    let doubt = if asked {
        catalogue::doubt(&req.cx, &typed_book(&state)).await?
    } else {
        None
    };
    let from_scan = state.value("from") == "scan";
    Ok(req.page("A new book").nav(Nav::Shelf).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::SHELF_ADD>"Look it up instead"</a>
                </p>
                <h1>"A new book"</h1>
                <p class="lead">
                    {match (unknown, host) {
                        (Some(isbn), Some(host)) => {
                            format!(
                                "Nobody has entered {} yet. {host} knows it and filled in what follows: compare it with your book.",
                                isbn.grouped(),
                            )
                        }
                        (Some(isbn), None) => {
                            format!(
                                "Nobody has entered {} yet. Title and author are enough.",
                                isbn.grouped(),
                            )
                        }
                        (None, _) => "Title and author are enough.".to_owned(),
                    }}
                </p>
                <PostForm action=AddBook::PATH class="stack stack-l">
                    {from_scan.then(|| view! { <input type="hidden" name="from" value="scan" /> })}
                    {doubt.map(|doubt| question(&state, doubt))}
                    {second
                        .map(|()| {
                            view! {
                                <div class="notice" id="f-second">
                                    <Tick
                                        state=state.clone()
                                        name="second"
                                        label="This is another copy"
                                    />
                                </div>
                            }
                        })}
                    <section class="stack" aria-labelledby="the-book">
                        <h2 id="the-book" class="t-h3">
                            "The book"
                        </h2>
                        <BookFields state=state.clone() genres=genres />
                    </section>
                    <section class="stack rule-top" aria-labelledby="the-copy">
                        <h2 id="the-copy" class="t-h3">
                            "Your copy"
                        </h2>
                        <ConditionFields state=state.clone() />
                        <PlaceField state=state.clone() places=places />
                        <OfferFields
                            state=state.clone()
                            offers=Offers::default()
                            currency=currency
                            hint=NOTHING_TICKED
                        />
                    </section>
                    {buttons()}
                </PostForm>
            </div>
        }
    }))
}

/// The book as it was typed, to be asked about.
fn typed_book(state: &FormState) -> EditionInput {
    let typed = |name: &str| state.value(name).to_owned();
    EditionInput {
        title: typed("title"),
        subtitle: typed("subtitle"),
        authors: typed("authors"),
        isbn: typed("isbn"),
        publisher: typed("publisher"),
        year: typed("year"),
        format: typed("format"),
        language: typed("language"),
        genre: typed("genre"),
        series: typed("series"),
        series_position: typed("series_position"),
        known: typed("known"),
    }
}

/// The books that may be meant, and that it is none of them.
fn question(state: &FormState, doubt: Doubt) -> impl IntoView + use<> {
    let none = match doubt.editions.first() {
        Some(book) if doubt.by_isbn => format!(
            "It is added without the ISBN, which stays with “{}”.",
            book.title
        ),
        _ => String::new(),
    };
    let answer = doubt.none_of_these();
    // With an error of its own the field says it already.
    let question = state.error("known").is_none().then_some(doubt.question);
    let options = doubt
        .editions
        .iter()
        .map(|book| {
            let facts = [book.author_line.clone(), edition_line(book)];
            let facts = facts.into_iter().filter(|fact| !fact.is_empty());
            (
                book.edition.to_string(),
                book.title.clone(),
                facts.collect::<Vec<_>>().join(". "),
            )
        })
        .chain([(answer, "None of these: enter mine".to_owned(), none)])
        .collect();
    view! {
        <div class="notice">
            {question.map(|question| view! { <p>{question}</p> })}
            <Radios state=state.clone() name="known" label="Is it one of these?" options=options />
        </div>
    }
}

fn buttons() -> impl IntoView {
    view! {
        <p class="row">
            <button class="btn btn-do">"Add to my shelf"</button>
            <button class="btn" name="then" value="photos">
                "Add, then photos"
            </button>
        </p>
    }
}
