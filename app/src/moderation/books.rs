//! Books that are entered twice: found, compared, merged, taken apart again.

use axum::extract::{Path, Query};
use axum::response::Response;
use dogear_server::Error;
use dogear_server::moderation::merges::editions;
use dogear_server::moderation::merges::works::{self, Fact, Found, Merge, Pair, Preview, Work};
use jiff::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{MergeBooks, TakeBackMerge};
use super::list::{empty_state, filter};
use super::merges::{SideBySide, Two, choice_heads, choices, choosing, record};
use super::shared::{page, relative_age};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::field::Radios;
use crate::ui::time::Ago;
use dogear_urls as urls;

/// Words looked for at most.
const LONGEST: usize = 200;

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    q: String,
}

/// `typed` are editions that were not found.
pub(super) async fn list(
    req: Req,
    Query(params): Query<Params>,
    Query(typed): Query<Two>,
) -> PageResult {
    let Two { keep, drop } = typed;
    let words: String = params.q.chars().take(LONGEST).collect();
    let found = works::find(&req.cx, &words).await?;
    let pairs = works::likely(&req.cx).await?;
    let recent = made(
        works::recent(&req.cx).await?,
        editions::recent(&req.cx).await?,
    );
    let now = req.cx.now();
    Ok(page(&req, "books", "Books").render(move || {
        let asked = !words.trim().is_empty();
        view! {
            <div class="moderation-page stack">
                {filter("Books", urls::ADMIN_BOOKS, "Title, author, ISBN or number", words, None)}
                {match (asked, found.is_empty()) {
                    (false, _) => ().into_any(),
                    (true, true) => empty_state("No book fits. Try fewer words.").into_any(),
                    (true, false) => results(found).into_any(),
                }} <section aria-labelledby="likely">
                    <h2 id="likely">"Probably the same"</h2>
                    {if pairs.is_empty() {
                        empty_state("Among the newest books none seems to be there twice.")
                            .into_any()
                    } else {
                        likely(pairs).into_any()
                    }}
                </section> <section class="stack stack-s" aria-labelledby="by-number">
                    <h2 id="by-number">"Two editions of one book"</h2>
                    <form class="row row-end" action=urls::ADMIN_MERGE_EDITIONS>
                        <div class="field">
                            <label for="keep-edition">"Keep"</label>
                            <input
                                class="input input-inline"
                                id="keep-edition"
                                name="keep"
                                value=keep
                                required
                                maxlength="40"
                                autocomplete="off"
                                aria-describedby="by-number-hint"
                            />
                        </div>
                        <div class="field">
                            <label for="drop-edition">"Merge away"</label>
                            <input
                                class="input input-inline"
                                id="drop-edition"
                                name="drop"
                                value=drop
                                required
                                maxlength="40"
                                autocomplete="off"
                                aria-describedby="by-number-hint"
                            />
                        </div>
                        <button class="btn">"Compare the two"</button>
                    </form>
                    <p class="fine quiet" id="by-number-hint">
                        "Each by ISBN or number. The number of an edition stands on the book’s page here: find the book above and follow its editions."
                    </p>
                </section> <section aria-labelledby="merges">
                    <h2 id="merges">"Recent merges"</h2>
                    {if recent.is_empty() {
                        empty_state("Nothing was merged yet.").into_any()
                    } else {
                        let rows: Vec<_> = recent
                            .into_iter()
                            .map(|merge| {
                                view! {
                                    <tr>
                                        <td>
                                            <a href=merge.path>{merge.what}</a>
                                            {merge
                                                .undone_at
                                                .map(|_| {
                                                    view! {
                                                        " "
                                                        <span class="tag">"taken back"</span>
                                                    }
                                                })}
                                        </td>
                                        <td>{merge.moderator}</td>
                                        <td class="r nowrap">
                                            {relative_age(merge.created_at, now)}
                                        </td>
                                    </tr>
                                }
                            })
                            .collect();
                        view! {
                            <div class="tablebox">
                                <table class="table moderation-table">
                                    <caption class="visually-hidden">
                                        "Merges, newest first"
                                    </caption>
                                    <thead>
                                        <tr>
                                            <th scope="col">"Merged away"</th>
                                            <th scope="col">"By"</th>
                                            <th scope="col" class="r">
                                                "Age"
                                            </th>
                                        </tr>
                                    </thead>
                                    <tbody>{rows}</tbody>
                                </table>
                            </div>
                        }
                            .into_any()
                    }}
                </section>
            </div>
        }
    }))
}

/// A merge of books or of editions in the list.
struct Made {
    path: String,
    what: String,
    moderator: String,
    created_at: Timestamp,
    undone_at: Option<Timestamp>,
}

/// Both kinds, newest first.
fn made(books: Vec<Merge>, editions: Vec<editions::Merged>) -> Vec<Made> {
    let books = books.into_iter().map(|merge| Made {
        path: urls::admin_merged(merge.id),
        what: merge.dropped_title,
        moderator: merge.moderator,
        created_at: merge.created_at,
        undone_at: merge.undone_at,
    });
    let editions = editions.into_iter().map(|merge| Made {
        path: urls::admin_merged_editions(merge.id),
        what: super::editions::name(&merge),
        moderator: merge.moderator,
        created_at: merge.created_at,
        undone_at: merge.undone_at,
    });
    let mut made: Vec<Made> = books.chain(editions).collect();
    made.sort_by_key(|merge| std::cmp::Reverse(merge.created_at));
    made
}

/// What was found, as a form that chooses two of them.
fn results(found: Vec<Found>) -> impl IntoView {
    let rows: Vec<_> = found
        .into_iter()
        .map(|book| {
            let chosen = choices(
                &book.id.to_string(),
                &format!("{}, number {}", book.title, book.id),
            );
            view! {
                <tr>
                    {chosen} <td>
                        <a href=urls::book(book.id, &book.slug)>{book.title.clone()}</a>
                        <br />
                        <span class="fine quiet">{book.author_line}</span>
                    </td> <td class="opt r">{book.first_year}</td> <td class="r">
                        <a href=urls::admin_book(
                            book.id,
                        )>
                            {book.editions}
                            <span class="visually-hidden">{format!(" of {}", book.title)}</span>
                        </a>
                    </td> <td class="r">{book.copies}</td>
                </tr>
            }
        })
        .collect();
    let table = view! {
        <div class="tablebox">
            <table class="table moderation-table num">
                <caption class="visually-hidden">"Books found"</caption>
                <thead>
                    <tr>
                        {choice_heads()}<th scope="col">"Book"</th> <th scope="col" class="opt r">
                            "Year"
                        </th><th scope="col" class="r">
                            "Editions"
                        </th><th scope="col" class="r">
                            "Copies"
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    choosing(urls::ADMIN_MERGE, table)
}

fn likely(pairs: Vec<Pair>) -> impl IntoView {
    let rows: Vec<_> = pairs
        .into_iter()
        .map(|pair| {
            view! {
                <tr>
                    <td>
                        <a href=urls::admin_compare(pair.keep, pair.drop)>{pair.title}</a>
                    </td>
                    <td>{pair.keep_authors}</td>
                    <td>{pair.drop_authors}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="tablebox">
            <table class="table moderation-table">
                <caption class="visually-hidden">
                    "Pairs with the same title and an author in common"
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"Title"</th>
                        <th scope="col">"Authors of the older"</th>
                        <th scope="col">"Authors of the newer"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

pub(super) async fn compare(req: Req, Query(two): Query<Two>) -> PageResult {
    let id = |text: &str| text.parse().map_err(|_| Error::NotFound);
    let preview = works::preview(&req.cx, id(&two.keep)?, id(&two.drop)?).await?;
    Ok(side_by_side(&req, preview))
}

fn side_by_side(req: &Req, preview: Preview) -> Response {
    let state = req.form.clone();
    let title = format!("Merge “{}”", preview.drop.title());
    page(req, "books", title.clone()).render(move || {
        let differences = preview.differences();
        let Preview { keep, drop, moves } = preview;
        let rows = Fact::ALL.map(|fact| {
            (
                fact.label(),
                keep.say(fact).into_any(),
                drop.say(fact).into_any(),
            )
        });
        let fields: Vec<_> = differences
            .into_iter()
            .map(|(fact, dropped)| {
                let options = vec![
                    (
                        "keep".to_owned(),
                        said(&keep, fact),
                        "of the book that is kept".to_owned(),
                    ),
                    (
                        "drop".to_owned(),
                        said(&drop, fact),
                        "of the book that is merged away".to_owned(),
                    ),
                ];
                view! {
                    <Radios
                        state=state.clone()
                        name=fact.as_str()
                        label=fact.label()
                        options=options
                        value=if dropped { "drop" } else { "keep" }
                    />
                }
            })
            .collect();
        let head = |work: &Work| {
            view! { <a href=urls::book(work.id, &work.slug())>{format!("Number {}", work.id)}</a> }
                .into_any()
        };
        let page = SideBySide {
            title,
            trail: view! { <a href=urls::ADMIN_BOOKS>"Books"</a> }.into_any(),
            noun: "book",
            fact: "Fact",
            hint: "",
            heads: [head(&keep), head(&drop)],
            rows: rows.into(),
            swapped: urls::admin_compare(drop.id, keep.id),
            moves: moves.map(|(table, number)| (capital(table), number)).into(),
            note:
                "Running trades stay as they were agreed. The old address leads to the kept book."
                    .into(),
            action: MergeBooks::PATH,
            keep: keep.id.to_string(),
            drop: drop.id.to_string(),
            fields: fields.into_any(),
        };
        page.view(state)
    })
}

fn said(work: &Work, fact: Fact) -> String {
    match work.say(fact) {
        text if text.is_empty() => "Not known".to_owned(),
        text => text,
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

pub(super) async fn merged(req: Req, Path(id): Path<String>) -> PageResult {
    let merge = works::one(&req.cx, id.parse().map_err(|_| Error::NotFound)?).await?;
    let now = req.cx.now();
    Ok(
        page(&req, "books", merge.dropped_title.clone()).render(move || {
            let Merge {
                id,
                dropped,
                dropped_title,
                kept,
                slug,
                title,
                moderator,
                created_at,
                undone_at,
                editions,
                copies,
            } = merge;
            let into = kept
                .zip(slug)
                .zip(title)
                .map(|((kept, slug), title)| view! { <a href=urls::book(kept, &slug)>{title}</a> });
            record(
                view! { <a href=urls::ADMIN_BOOKS>"Books"</a> },
                format!("“{dropped_title}”, number {dropped}"),
                view! {
                    "Merged into "
                    {into}
                    " by "
                    {moderator}
                    ", "
                    <Ago at=created_at now=now />
                    ". "
                    {count(editions, "edition", "editions")}
                    " and "
                    {count(copies, "copy", "copies")}
                    " moved."
                },
                (created_at, undone_at, now),
                (TakeBackMerge::PATH, id),
            )
        }),
    )
}
