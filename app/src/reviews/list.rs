//! All reviews of a book, and all of a reader.

use axum::extract::{Path, Query};
use dogear_domain::ids::ReviewId;
use dogear_server::reviews::{self, BookReviews, ReaderReviews, ReviewSort};
use leptos::prelude::*;
use serde::Deserialize;

use super::beside::{histogram, how_traded, rating_line};
use super::show::{Shown, review};
use super::{BookName, or_elsewhere};
use crate::http::{Nav, PageResult, Req, Segment, moved};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::ErrorSummary;
use crate::ui::form_state::FormState;
use dogear_urls as urls;

#[derive(Deserialize)]
pub(super) struct OfBook {
    #[serde(default)]
    sort: String,
    #[serde(default)]
    after: String,
}

pub(super) async fn of_book(
    req: Req,
    Segment(name): Segment<BookName>,
    Query(asked): Query<OfBook>,
) -> PageResult {
    let BookName { id, slug } = name;
    let sort = ReviewSort::parse(&asked.sort);
    let after = asked.after.parse().ok();
    let found = reviews::of_book(&req.cx, id, sort, after).await;
    let here = |id, slug: &str| urls::book_reviews(id, slug, &asked.sort, &asked.after);
    let book = match or_elsewhere(&req, id, found, here).await? {
        Ok(book) => book,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if slug != book.slug {
        return Ok(moved(&here(id, &book.slug)));
    }
    let shown = Shown::on(&req, &here(id, &book.slug));
    let state = req.form.clone();
    let first = after.is_none();
    let title = format!("Reviews of {}", book.title);
    Ok(req
        .page(title.clone())
        .nav(Nav::Browse)
        .public(
            format!("What readers say of {}.", book.title),
            urls::book_reviews(id, &book.slug, "", ""),
        )
        .render(move || book_view(&book, title, sort, first, &shown, state)))
}

fn book_view(
    book: &BookReviews,
    title: String,
    sort: ReviewSort,
    first: bool,
    shown: &Shown,
    state: FormState,
) -> impl IntoView + use<> {
    let path = urls::book(book.work, &book.slug);
    let form = urls::book_review(book.work, &book.slug);
    let rows: Vec<AnyView> = book
        .lines
        .iter()
        .map(|line| review(line, shown, None, &form))
        .collect();
    let own = !first || book.lines.iter().any(|line| line.mine);
    let write = (shown.may_begin() && !own).then(|| {
        view! {
            <a class="btn" href=form.clone()>
                "Write a review"
            </a>
        }
    });
    let orders: Vec<_> = ReviewSort::ALL
        .into_iter()
        .map(|one| {
            let label = match one {
                ReviewSort::Helpful => "Most helpful",
                ReviewSort::Newest => "Newest",
            };
            let path = urls::book_reviews(book.work, &book.slug, one.as_str(), "");
            view! {
                <a href=path aria-current=(one == sort).then_some("true")>
                    {label}
                </a>
            }
        })
        .collect();
    let next = book.next.map(|place| {
        let path = urls::book_reviews(book.work, &book.slug, sort.as_str(), &place.to_string());
        view! {
            <p>
                <a rel="next" href=path>
                    "More reviews"
                </a>
            </p>
        }
    });
    let list = if rows.is_empty() {
        view! {
            <Empty plate=Plate::FirstUse heading="No reviews here">
                <p class="serif">"Have you read it? Others like to know what you make of it."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <nav class="row small orders" aria-label="Order of the reviews">
                <span class="quiet">"First"</span>
                {orders}
            </nav>
            <ul class="rows">{rows}</ul>
        }
        .into_any()
    };
    let by = (!book.author_line.is_empty()).then(|| format!(", by {}", book.author_line));
    view! {
        <div class="wrap wrap-narrow page stack">
            <ErrorSummary state=state />
            <p class="small">
                <a href=path>{book.title.clone()}</a>
                {by}
            </p>
            <div class="row row-between">
                <h1>{title}</h1>
                {write}
            </div>
            {first
                .then(|| {
                    view! {
                        {rating_line(&book.ratings, "#ratings".into())}
                        <div id="ratings">{histogram(&book.ratings)}</div>
                    }
                })}
            {list}
            {next}
            {how_traded(book.lines.iter())}
        </div>
    }
}

#[derive(Deserialize)]
pub(super) struct OfReader {
    #[serde(default)]
    before: String,
}

pub(super) async fn of_reader(
    req: Req,
    Path(handle): Path<String>,
    Query(asked): Query<OfReader>,
) -> PageResult {
    let before: Option<ReviewId> = asked.before.parse().ok();
    let reader = reviews::of_reader(&req.cx, &handle, before).await?;
    if reader.handle != handle {
        return Ok(moved(&urls::reader_reviews(&reader.handle)));
    }
    let here = match before {
        Some(before) => urls::reader_reviews_before(&handle, before),
        None => urls::reader_reviews(&handle),
    };
    let shown = Shown::on(&req, &here);
    let state = req.form.clone();
    Ok(req
        .page(format!("Reviews by {}", reader.name))
        .nav(Nav::Browse)
        .public(
            format!("What {} says of books.", reader.name),
            urls::reader_reviews(&handle),
        )
        .render(move || reader_view(&reader, &shown, state)))
}

fn reader_view(reader: &ReaderReviews, shown: &Shown, state: FormState) -> impl IntoView + use<> {
    let profile = urls::reader(&reader.handle);
    let rows: Vec<AnyView> = reader
        .lines
        .iter()
        .map(|found| {
            let path = urls::book(found.work, &found.slug);
            let form = urls::book_review(found.work, &found.slug);
            let (title, author) = (found.title.clone(), found.author_line.clone());
            let book = view! {
                <div class="quickbook">
                    <Cover work=found.work size=CoverSize::Small />
                    <div>
                        <h2 class="btitle">
                            <a href=path>{title}</a>
                        </h2>
                        <p class="small">{author}</p>
                    </div>
                </div>
            };
            review(&found.line, shown, Some(book.into_any()), &form)
        })
        .collect();
    let next = reader.next.map(|id| {
        let path = urls::reader_reviews_before(&reader.handle, id);
        view! {
            <p>
                <a rel="next" href=path>
                    "Older reviews"
                </a>
            </p>
        }
    });
    let list = if rows.is_empty() {
        view! {
            <Empty plate=Plate::FirstUse heading="No reviews here">
                <p class="serif">"What is said of a book is written on the book’s page."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    view! {
        <div class="wrap wrap-narrow page stack">
            <ErrorSummary state=state />
            <p class="small">
                <a href=profile>{reader.handle.clone()}</a>
            </p>
            <h1>{format!("Reviews by {}", reader.name)}</h1>
            {list}
            {next}
            {how_traded(reader.lines.iter().map(|found| &found.line))}
        </div>
    }
}
