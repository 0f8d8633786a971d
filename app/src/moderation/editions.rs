//! A book's editions on the desk: compared, merged, taken apart again.

use axum::extract::{Path, Query};
use axum::response::Response;
use dogear_domain::edition::{Format, language_name};
use dogear_domain::ids::WorkId;
use dogear_domain::isbn::Isbn13;
use dogear_server::Error;
use dogear_server::moderation::merges::editions::{self, Detail, Edition, Line, Merged, Preview};
use dogear_server::moderation::merges::{self, Fact};
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{MergeEditions, TakeBackEditionMerge};
use super::list::empty_state;
use super::shared::{page, with_query};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::time::Ago;
use dogear_urls as urls;

pub(super) async fn list(req: Req, Path(id): Path<String>) -> PageResult {
    let id: WorkId = id.parse().map_err(|_| Error::NotFound)?;
    let book = merges::book(&req.cx, id).await?;
    let editions = editions::of_work(&req.cx, id).await?;
    Ok(page(&req, "books", book.title()).render(move || {
        let facts: Vec<_> = Fact::ALL
            .into_iter()
            .filter(|fact| *fact != Fact::Title && *fact != Fact::Description)
            .map(|fact| (fact.label(), book.say(fact)))
            .filter(|(_, said)| !said.is_empty())
            .map(|(label, said)| view! { <dt>{label}</dt><dd>{said}</dd> })
            .collect();
        view! {
            <div class="moderation-page moderation-narrow stack">
                <p><a href=urls::DESK_BOOKS>"Books"</a></p>
                <h1>{book.title()}</h1>
                <p><a href=urls::book(id, &book.slug())>{format!("Number {id}")}</a></p>
                <dl class="facts">{facts}</dl>
                <h2 id="editions">"Editions"</h2>
                {match editions.len() {
                    0 => empty_state("It has no edition.").into_any(),
                    _ => table(editions).into_any(),
                }}
            </div>
        }
    }))
}

/// The editions; with two or more of them, a form that chooses two.
fn table(editions: Vec<Line>) -> AnyView {
    let several = editions.len() > 1;
    let rows: Vec<_> = editions
        .into_iter()
        .map(|edition| {
            let id = edition.id.to_string();
            let choice = |name: &'static str, words: &str| {
                let label = format!("{words} edition {id}");
                several.then(|| view! { <td><label class="choice"><input type="radio" name=name value=id.clone() required/><span class="visually-hidden">{label}</span></label></td> })
            };
            let (keep, drop) = (choice("keep", "Keep"), choice("drop", "Merge away"));
            let isbn = match edition.isbn13.as_deref() {
                Some(isbn) => view! { <span class="isbn">{grouped(isbn)}</span> }.into_any(),
                None => "No ISBN".into_any(),
            };
            view! {
                <tr>
                    {keep}{drop}
                    <td class="r">{id.clone()}</td>
                    <td>{isbn}<br/><span class="fine quiet">{about(&edition)}</span></td>
                    <td class="r">{edition.copies}</td>
                </tr>
            }
        })
        .collect();
    let choices =
        several.then(|| view! { <th scope="col">"Keep"</th><th scope="col">"Merge away"</th> });
    let table = view! {
        <div class="tablebox"><table class="table moderation-table num">
            <caption class="visually-hidden">"Editions, the oldest entry first"</caption>
            <thead><tr>{choices}<th scope="col" class="r">"Number"</th><th scope="col">"Edition"</th><th scope="col" class="r">"Copies"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    };
    if !several {
        return table.into_any();
    }
    view! {
        <form class="stack" action=urls::DESK_MERGE_EDITIONS>
            {table}
            <p><button class="btn">"Compare the two"</button></p>
        </form>
    }
    .into_any()
}

/// "Own title, publisher, Hardback, 2008, 320 pages, Welsh", as far as known.
fn about(edition: &Line) -> String {
    let format = (edition.format != Format::Unknown).then(|| edition.format.label().to_owned());
    let parts = [
        Some(edition.title.clone()),
        Some(edition.publisher.clone()),
        format,
        edition.year.map(|year| year.to_string()),
        edition
            .pages
            .map(|pages| count(pages.into(), "page", "pages")),
        language_name(&edition.language).map(str::to_owned),
    ];
    let known: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    known.join(", ")
}

fn grouped(isbn: &str) -> String {
    isbn.parse::<Isbn13>()
        .map_or_else(|_| isbn.to_owned(), |isbn| isbn.grouped())
}

/// What a merged edition is called in lists.
pub(super) fn name(merge: &Merged) -> String {
    let title = merge.title.as_deref().unwrap_or("A book that is gone");
    match &merge.isbn13 {
        Some(isbn) => format!("{title}, edition {}", grouped(isbn)),
        None => format!("{title}, edition without ISBN"),
    }
}

#[derive(Deserialize)]
pub(super) struct Two {
    #[serde(default)]
    keep: String,
    #[serde(default)]
    drop: String,
}

pub(super) async fn compare(req: Req, Query(two): Query<Two>) -> PageResult {
    match chosen(&req, &two).await {
        Ok(preview) => Ok(side_by_side(&req, preview)),
        Err(Error::NotFound) => {
            let typed = [("keep", two.keep.as_str()), ("drop", two.drop.as_str())];
            let sentence =
                "One of the two is no edition here. Enter an ISBN, or the number of an edition.";
            Ok(req.redirect_saying(&with_query(urls::DESK_BOOKS, &typed), sentence))
        }
        Err(error) => Err(error.into()),
    }
}

async fn chosen(req: &Req, two: &Two) -> Result<Preview, Error> {
    let keep = editions::by_number(&req.cx, &two.keep).await?;
    let drop = editions::by_number(&req.cx, &two.drop).await?;
    editions::preview(&req.cx, keep, drop).await
}

fn side_by_side(req: &Req, preview: Preview) -> Response {
    let state = req.form.clone();
    let title = format!("Merge editions of “{}”", preview.title);
    page(req, "books", title.clone()).render(move || {
        let Preview { keep, drop, slug, moves, .. } = preview.clone();
        let rows: Vec<_> = Detail::ALL
            .into_iter()
            .map(|detail| {
                let kept = if keep.is_completed_by(&drop, detail) {
                    view! { {drop.say(detail)}<br/><span class="tag">"from the other"</span> }.into_any()
                } else {
                    keep.say(detail).into_any()
                };
                view! { <tr><th scope="row">{detail.label()}</th><td>{kept}</td><td>{drop.say(detail)}</td></tr> }
            })
            .collect();
        let moves: Vec<_> = moves
            .into_iter()
            .map(|(what, number)| view! { <dt>{what}</dt><dd>{number}</dd> })
            .collect();
        let isbn = drop.say(Detail::Isbn);
        let leads = (!isbn.is_empty()).then(|| format!("{isbn} leads to the kept edition from then on, whoever enters or imports it. "));
        let head = |edition: &Edition, label: &'static str| {
            view! { <th scope="col">{label}<br/><span class="quiet">{format!("Edition {}", edition.id)}</span></th> }
        };
        let (kept, dropped) = (head(&keep, "Kept"), head(&drop, "Merged away"));
        let book = keep.work();
        view! {
            <div class="moderation-page moderation-narrow stack">
                <ErrorSummary state=state.clone()/>
                <p><a href=urls::DESK_BOOKS>"Books"</a>" · "<a href=urls::desk_book(book)>"Editions of this book"</a>" · "<a href=urls::book(book, &slug)>{format!("Number {book}")}</a></p>
                <h1>{title.clone()}</h1>
                <p class="quiet">"Compare them before you decide. What the kept one does not say is taken from the other. A merge can be taken back for 30 days."</p>
                <div class="tablebox"><table class="table moderation-table">
                    <caption class="visually-hidden">"Both editions, side by side"</caption>
                    <thead><tr><th scope="col"><span class="visually-hidden">"Detail"</span></th>{kept}{dropped}</tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
                <p><a href=urls::desk_compare_editions(drop.id, keep.id)>"Keep the other one instead"</a></p>
                <h2>"What moves to the kept edition"</h2>
                <dl class="facts">{moves}</dl>
                <p class="quiet">{leads}"Running trades stay as they were agreed."</p>
                <PostForm class="stack" action=MergeEditions::PATH with=[("keep", keep.id.to_string()), ("drop", drop.id.to_string())]>
                    <p><button class="btn btn-do">"Merge the two"</button></p>
                </PostForm>
            </div>
        }
    })
}

pub(super) async fn merged(req: Req, Path(id): Path<String>) -> PageResult {
    let merge = editions::one(&req.cx, id.parse().map_err(|_| Error::NotFound)?).await?;
    let now = req.cx.now();
    let title = name(&merge);
    Ok(page(&req, "books", title.clone()).render(move || {
        let Merged { id, dropped, kept, work, slug, title: book, moderator, created_at, undone_at, copies, .. } = merge.clone();
        let undoable = undone_at.is_none() && now.duration_since(created_at) <= merges::UNDO_WITHIN;
        let of = work.zip(slug).zip(book).map(|((work, slug), book)| view! { " of "<a href=urls::book(work, &slug)>{book}</a> });
        let into = kept.map_or_else(|| "an edition that is gone".to_owned(), |kept| format!("edition {kept}"));
        view! {
            <div class="moderation-page moderation-narrow stack">
                <p><a href=urls::DESK_BOOKS>"Books"</a>{work.map(|work| view! { " · "<a href=urls::desk_book(work)>"Editions of this book"</a> })}</p>
                <h1>{title.clone()}</h1>
                <p>{format!("Edition {dropped} was merged into {into}")}{of}" by "{moderator}", "<Ago at=created_at now=now/>". "{count(copies.into(), "copy", "copies")}" moved."</p>
                {undone_at.map(|at| view! { <p class="notice">"Taken back "<Ago at=at now=now/>"."</p> })}
                {undoable.then(|| view! {
                    <PostForm action=TakeBackEditionMerge::PATH with=[("merge", id.to_string())]>
                        <button class="btn">"Take the merge back"</button>
                    </PostForm>
                })}
            </div>
        }
    }))
}
