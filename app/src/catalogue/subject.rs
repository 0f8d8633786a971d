//! `/genres`, `/genres/{genre}`, `/languages/{language}`.

use axum::extract::Path;
use dogear_domain::edition::language_name;
use dogear_server::pages::{self, COUNTED, Subject, SubjectLine, SubjectPage};
use dogear_server::search::Query;
use leptos::prelude::*;

use super::browse::address;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{CardIn, card, title_lang};
use crate::ui::{count, grouped};
use dogear_urls as urls;

/// All of them, as a table of contents.
pub(super) async fn list(req: Req) -> PageResult {
    let (genres, languages) = pages::subjects(&req.cx).await?;
    let genres = contents(genres, |line| (urls::genre(&line.key), line.name.clone()));
    let languages = contents(languages, |line| {
        (urls::language(&line.key), in_english(&line.key))
    });
    Ok(req
        .page("Genres and languages")
        .nav(Nav::Browse)
        .public(
            "Books to trade by genre and by language.".to_owned(),
            urls::GENRES.to_owned(),
        )
        .render(move || {
            view! {
                <div class="wrap page stack stack-l">
                    <div class="head">
                        <h1>"Genres and languages"</h1>
                    </div>
                    <section class="hung" aria-labelledby="genres">
                        <header>
                            <h2 id="genres">"Genres"</h2>
                            <p>"How many books of each can be asked for today."</p>
                        </header>
                        {genres}
                    </section>
                    <section class="hung" aria-labelledby="languages">
                        <header>
                            <h2 id="languages">"Languages"</h2>
                            <p>"Of the copies, not of the first edition."</p>
                        </header>
                        {languages}
                    </section>
                </div>
            }
        }))
}

pub(super) async fn genre(req: Req, Path(genre): Path<String>) -> PageResult {
    let page = pages::subject(&req.cx, Subject::Genre(&genre)).await?;
    let all = Query {
        genres: vec![genre.clone()],
        page: 1,
        ..Query::default()
    };
    let title = page.name.clone();
    Ok(show(
        &req,
        page,
        title,
        all,
        urls::genre(&genre),
        "Languages",
        |line, query| {
            query.languages = vec![line.key.clone()];
            in_english(&line.key)
        },
    ))
}

pub(super) async fn language(req: Req, Path(language): Path<String>) -> PageResult {
    let page = pages::subject(&req.cx, Subject::Language(&language)).await?;
    let all = Query {
        languages: vec![language.clone()],
        page: 1,
        ..Query::default()
    };
    let title = format!("Books in {}", page.name);
    Ok(show(
        &req,
        page,
        title,
        all,
        urls::language(&language),
        "Genres",
        |line, query| {
            query.genres = vec![line.key.clone()];
            line.name.clone()
        },
    ))
}

fn in_english(code: &str) -> String {
    language_name(code).unwrap_or(code).to_owned()
}

/// Names with their numbers, as lines of a table of contents.
fn contents(lines: Vec<SubjectLine>, said: impl Fn(&SubjectLine) -> (String, String)) -> AnyView {
    let lines = lines.into_iter().map(|line| {
        let (href, name) = said(&line);
        let books = if line.books > COUNTED {
            format!("{}+", grouped(COUNTED))
        } else {
            grouped(line.books)
        };
        view! {
            <li>
                <a href=href>{name}</a>
                <span class="dots" aria-hidden="true"></span>
                <span class="val">{books}<span class="visually-hidden">" books"</span></span>
            </li>
        }
    });
    view! { <ul class="toc">{lines.collect_view()}</ul> }.into_any()
}

fn show(
    req: &Req,
    page: SubjectPage,
    title: String,
    all: Query,
    path: String,
    across: &'static str,
    narrow: impl Fn(&SubjectLine, &mut Query) -> String,
) -> axum::response::Response {
    let books = match (page.books, page.at_least) {
        (books, true) => format!("More than {} books", grouped(books)),
        (books, false) => count(books, "book", "books"),
    };
    let state = match page.books {
        0 => "Nobody offers one now.".to_owned(),
        _ => format!("{books} to trade today."),
    };
    let everything = address(&all);
    let also = address(&all.with(|query| query.all = true));
    let cards: Vec<AnyView> = page
        .newest
        .iter()
        .enumerate()
        .map(|(n, work)| card(work, CardIn::Page, n < 4))
        .collect();
    let wanted = (page.wanted.len() > 2).then(|| {
        let lines = page.wanted.iter().map(|line| {
            let work = &line.work;
            let (lang, readers) = (title_lang(&work.language), grouped(line.wanted.into()));
            view! {
                <li>
                    <span>
                        <a lang=lang href=urls::book(work.id, &work.slug)>
                            {work.title.clone()}
                        </a>
                        " "
                        <span class="by quiet">{work.author_line.clone()}</span>
                    </span>
                    <span class="dots" aria-hidden="true"></span>
                    <span class="val">
                        {readers}<span class="visually-hidden">" readers"</span>
                    </span>
                </li>
            }
        });
        view! {
            <section class="hung" aria-labelledby="wanted">
                <header>
                    <h2 id="wanted">"Most asked for"</h2>
                    <p>"How many readers have asked for one."</p>
                </header>
                <ol class="toc">{lines.collect_view()}</ol>
            </section>
        }
    });
    let authors = (!page.authors.is_empty()).then(|| {
        let lines = page.authors.iter().map(|author| {
            view! {
                <li>
                    <a href=urls::author(author.id)>{author.name.clone()}</a>
                    <span class="dots" aria-hidden="true"></span>
                    <span class="val">
                        {grouped(author.books)}<span class="visually-hidden">" books"</span>
                    </span>
                </li>
            }
        });
        view! {
            <section class="hung" aria-labelledby="authors">
                <header>
                    <h2 id="authors">"Authors"</h2>
                    <p>"With several books to be had."</p>
                </header>
                <ul class="toc">{lines.collect_view()}</ul>
            </section>
        }
    });
    let others = (page.across.len() > 1).then(|| {
        let lines = contents(page.across, |line| {
            let mut query = all.clone();
            let name = narrow(line, &mut query);
            (address(&query), name)
        });
        view! {
            <section class="hung" aria-labelledby="across">
                <header>
                    <h2 id="across">{across}</h2>
                </header>
                {lines}
            </section>
        }
    });
    let more = (page.books > cards.len() as i64).then(|| {
        view! {
            <p class="mt5">
                <a class="btn btn-do" href=everything>
                    {format!("See all {}", books.to_lowercase())}
                </a>
            </p>
        }
    });
    let none = cards.is_empty().then(|| {
        view! {
            <p class="prose">
                "If you have one you would part with, it stands here for everybody. "
                <a href=urls::SHELF_ADD>"List a book"</a>", or "
                <a href=also>"see every book we know of"</a>"."
            </p>
        }
    });
    let public = format!("{title}: {state}");
    req.page(title.clone())
        .nav(Nav::Browse)
        .public(public, path)
        .render(move || {
            view! {
                <div class="wrap page stack stack-l">
                    <div class="head">
                        <div class="stack stack-s">
                            <nav class="crumbs" aria-label="You are here">
                                <a href=urls::GENRES>"Genres and languages"</a>
                            </nav>
                            <h1>{title}</h1>
                            <p class="quiet">{state}</p>
                        </div>
                    </div>
                    <section aria-label="Newest copies">
                        <ul class="shelfgrid">{cards}</ul>
                        {none}
                        {more}
                    </section>
                    {wanted}
                    {authors}
                    {others}
                </div>
            }
        })
}
