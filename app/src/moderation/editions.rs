//! A book's editions on the desk: compared, merged, taken apart again.

use axum::extract::{Path, Query};
use axum::response::Response;
use dogear_domain::edition::{Format, language_name};
use dogear_domain::ids::WorkId;
use dogear_domain::isbn::Isbn13;
use dogear_server::Error;
use dogear_server::moderation::merges::editions::{self, Detail, Edition, Line, Merged, Preview};
use dogear_server::moderation::merges::works::{self, Fact};
use leptos::prelude::*;

use super::actions::{MergeEditions, TakeBackEditionMerge};
use super::list::empty_state;
use super::merges::{SideBySide, Two, choice_heads, choices, choosing, record};
use super::shared::{page, with_query};
use crate::action::ServerFn;
use crate::http::{PageResult, Req};
use crate::ui::count;
use crate::ui::time::Ago;
use dogear_urls as urls;

pub(super) async fn list(req: Req, Path(id): Path<String>) -> PageResult {
    let id: WorkId = id.parse().map_err(|_| Error::NotFound)?;
    let book = works::book(&req.cx, id).await?;
    let editions = editions::of_work(&req.cx, id).await?;
    Ok(page(&req, "books", book.title()).render(move || {
        let facts: Vec<_> = Fact::ALL
            .into_iter()
            .filter(|fact| *fact != Fact::Title && *fact != Fact::Description)
            .map(|fact| (fact.label(), book.say(fact)))
            .filter(|(_, said)| !said.is_empty())
            .map(|(label, said)| {
                view! {
                    <dt>{label}</dt>
                    <dd>{said}</dd>
                }
            })
            .collect();
        view! {
            <div class="moderation-page moderation-narrow stack">
                <p>
                    <a href=urls::ADMIN_BOOKS>"Books"</a>
                </p>
                <h1>{book.title()}</h1>
                <p>
                    <a href=urls::book(id, &book.slug())>{format!("Number {id}")}</a>
                </p>
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
            let chosen = several.then(|| choices(&id, &format!("edition {id}")));
            let isbn = match edition.isbn13.as_deref() {
                Some(isbn) => view! { <span class="isbn">{grouped(isbn)}</span> }.into_any(),
                None => "No ISBN".into_any(),
            };
            view! {
                <tr>
                    {chosen} <td class="r">{id}</td>
                    <td>{isbn}<br /><span class="fine quiet">{about(&edition)}</span></td>
                    <td class="r">{edition.copies}</td>
                </tr>
            }
        })
        .collect();
    let table = view! {
        <div class="tablebox">
            <table class="table moderation-table num">
                <caption class="visually-hidden">"Editions, the oldest entry first"</caption>
                <thead>
                    <tr>
                        {several.then(choice_heads)}<th scope="col" class="r">
                            "Number"
                        </th><th scope="col">"Edition"</th><th scope="col" class="r">
                            "Copies"
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    if several {
        choosing(urls::ADMIN_MERGE_EDITIONS, table).into_any()
    } else {
        table.into_any()
    }
}

/// "Own title, publisher, Hardback, 2008, 320 pages, Welsh", as far as known.
fn about(edition: &Line) -> String {
    let format = (edition.format != Format::Unknown).then(|| edition.format.label().to_owned());
    let parts = [
        Some(edition.title.clone()),
        Some(edition.publisher.clone()),
        format,
        edition.year.map(|year| year.to_string()),
        edition.pages.map(|pages| count(pages, "page", "pages")),
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
        .map_or_else(|_| isbn.to_owned(), Isbn13::grouped)
}

/// What a merged edition is called in lists.
pub(super) fn name(merge: &Merged) -> String {
    let title = merge.title.as_deref().unwrap_or("A book that is gone");
    match &merge.isbn13 {
        Some(isbn) => format!("{title}, edition {}", grouped(isbn)),
        None => format!("{title}, edition without ISBN"),
    }
}

pub(super) async fn compare(req: Req, Query(two): Query<Two>) -> PageResult {
    match chosen(&req, &two).await {
        Ok(preview) => Ok(side_by_side(&req, preview)),
        Err(Error::NotFound) => {
            let typed = [("keep", two.keep.as_str()), ("drop", two.drop.as_str())];
            let sentence =
                "One of the two is no edition here. Enter an ISBN, or the number of an edition.";
            Ok(req.redirect_saying(&with_query(urls::ADMIN_BOOKS, &typed), sentence))
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
        let Preview {
            keep,
            drop,
            slug,
            moves,
            ..
        } = preview;
        let rows = Detail::ALL.map(|detail| {
            let kept = if keep.is_completed_by(&drop, detail) {
                view! {
                    {drop.say(detail)}
                    <br />
                    <span class="tag">"from the other"</span>
                }
                .into_any()
            } else {
                keep.say(detail).into_any()
            };
            (detail.label(), kept, drop.say(detail).into_any())
        });
        let isbn = drop.say(Detail::Isbn);
        let leads = if isbn.is_empty() {
            String::new()
        } else {
            format!("{isbn} leads to the kept edition from then on, whoever enters or imports it. ")
        };
        let head = |edition: &Edition| {
            view! { <span class="quiet">{format!("Edition {}", edition.id)}</span> }.into_any()
        };
        let book = keep.work();
        let page = SideBySide {
            title,
            trail: view! {
                <a href=urls::ADMIN_BOOKS>"Books"</a>
                " · "
                <a href=urls::admin_book(book)>"Editions of this book"</a>
                " · "
                <a href=urls::book(book, &slug)>{format!("Number {book}")}</a>
            }
            .into_any(),
            noun: "edition",
            fact: "Detail",
            hint: "What the kept one does not say is taken from the other. ",
            heads: [head(&keep), head(&drop)],
            rows: rows.into(),
            swapped: urls::admin_compare_editions(drop.id, keep.id),
            moves: moves.map(|(what, number)| (what.to_owned(), number)).into(),
            note: format!("{leads}Running trades stay as they were agreed."),
            action: MergeEditions::PATH,
            keep: keep.id.to_string(),
            drop: drop.id.to_string(),
            fields: ().into_any(),
        };
        page.view(state)
    })
}

pub(super) async fn merged(req: Req, Path(id): Path<String>) -> PageResult {
    let merge = editions::one(&req.cx, id.parse().map_err(|_| Error::NotFound)?).await?;
    let now = req.cx.now();
    let title = name(&merge);
    Ok(page(&req, "books", title.clone()).render(move || {
        let Merged {
            id,
            dropped,
            kept,
            work,
            slug,
            title: book,
            moderator,
            created_at,
            undone_at,
            copies,
            ..
        } = merge;
        let of = work.zip(slug).zip(book).map(|((work, slug), book)| {
            view! {
                " of "
                <a href=urls::book(work, &slug)>{book}</a>
            }
        });
        let into = kept.map_or_else(
            || "an edition that is gone".to_owned(),
            |kept| format!("edition {kept}"),
        );
        record(
            view! {
                <a href=urls::ADMIN_BOOKS>"Books"</a>
                {work
                    .map(|work| {
                        view! {
                            " · "
                            <a href=urls::admin_book(work)>"Editions of this book"</a>
                        }
                    })}
            },
            title,
            view! {
                {format!("Edition {dropped} was merged into {into}")}
                {of}
                " by "
                {moderator}
                ", "
                <Ago at=created_at now=now />
                ". "
                {count(copies, "copy", "copies")}
                " moved."
            },
            (created_at, undone_at, now),
            (TakeBackEditionMerge::PATH, id),
        )
    }))
}
