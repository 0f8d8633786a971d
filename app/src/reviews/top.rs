//! `/top-rated`: the books that readers rate best.

use axum::extract::Query;
use dogear_domain::edition::language_name;
use dogear_server::catalogue::{self, Genre};
use dogear_server::pages;
use dogear_server::reviews::{self, TopBook};
use leptos::prelude::*;
use serde::Deserialize;

use super::beside::rating_line;
use crate::copies::{genre_options, languages};
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize, title_lang};
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::Select;
use crate::ui::form_state::FormState;
use crate::ui::pager::pager;
use dogear_urls as urls;

/// Books on a page.
const PER_PAGE: usize = 25;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    genre: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    page: String,
}

pub(super) async fn show(req: Req, Query(asked): Query<Asked>) -> PageResult {
    let genres = catalogue::genres(&req.cx).await?;
    // What means nothing narrows nothing.
    let genre = if genres.iter().any(|known| known.slug == asked.genre) {
        asked.genre
    } else {
        String::new()
    };
    let language = match language_name(&asked.language) {
        Some(_) => asked.language,
        None => String::new(),
    };
    let books = reviews::top_rated(&req.cx, &genre, &language).await?;
    let total = i64::try_from(books.len()).unwrap_or(i64::MAX);
    let pages = pages::pages(total, u32::try_from(PER_PAGE).unwrap_or(u32::MAX));
    let page = asked
        .page
        .parse::<u32>()
        .unwrap_or(1)
        .clamp(1, pages.max(1));
    Ok(req
        .page("Top rated")
        .nav(Nav::Browse)
        .public(
            "The books that readers on Dogear rate best.".to_owned(),
            urls::top_rated_of(&genre, &language, page),
        )
        .render(move || {
            let links = pager(page, pages, |page| {
                urls::top_rated_of(&genre, &language, page)
            });
            let first = usize::try_from(page - 1).unwrap_or_default() * PER_PAGE;
            let rows: Vec<AnyView> = books
                .iter()
                .enumerate()
                .skip(first)
                .take(PER_PAGE)
                .map(|(place, book)| row(place + 1, book))
                .collect();
            view! {
                <div class="wrap wrap-narrow page stack">
                    <h1>"Top rated"</h1>
                    <p class="lead">
                        "The books that readers like best, of those that five or more have rated."
                    </p>
                    {narrow(genres, &genre, &language)}
                    {list(rows)}
                    {links}
                    <p class="fine quiet">
                        "Books stand in the order of their mean, as if ten readers more had given each of them three and a half stars: a few ratings alone do not bring a book to the top."
                    </p>
                </div>
            }
        }))
}

fn list(rows: Vec<AnyView>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <Empty plate=Plate::NotFound heading="No book has five ratings here yet">
                <p class="serif">"Rate what you have read: open a book and write a review."</p>
                <p>
                    <a class="btn" href=urls::BROWSE>
                        "Browse books"
                    </a>
                </p>
            </Empty>
        }
        .into_any();
    }
    view! { <ol class="rows">{rows}</ol> }.into_any()
}

fn row(place: usize, book: &TopBook) -> AnyView {
    let path = urls::book(book.work, &book.slug);
    let lang = title_lang(&book.language);
    let dir = lang.as_ref().map(|_| "auto");
    let (title, author) = (book.title.clone(), book.author_line.clone());
    view! {
        <li>
            <div class="quickbook">
                <span class="quiet num">{place}</span>
                <Cover work=book.work size=CoverSize::Small />
                <div>
                    <h2 class="btitle" lang=lang dir=dir>
                        <a href=path.clone()>{title}</a>
                    </h2>
                    <p class="small">{author}</p>
                    {rating_line(&book.ratings, format!("{path}#reviews"))}
                </div>
            </div>
        </li>
    }
    .into_any()
}

/// Of one genre, or in one language.
fn narrow(genres: Vec<Genre>, genre: &str, language: &str) -> AnyView {
    let state = FormState::with([("genre", genre), ("language", language)]);
    view! {
        <form class="row" action=urls::TOP_RATED>
            <Select state=state.clone() name="genre" label="Genre" options=genre_options(genres) />
            <Select state=state name="language" label="Language" options=languages() />
            <button class="btn">"Show"</button>
        </form>
    }
    .into_any()
}
