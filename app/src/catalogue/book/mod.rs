//! `/books/{id}-{slug}`: a work, its editions, and every copy that can be asked for.

mod copies;

use axum::extract::RawQuery;
use dogear_domain::edition::{Format, language_name};
use dogear_server::pages::{self, BookPage, CopySort, EditionLine};
use dogear_server::{Error, catalogue, library};
use leptos::prelude::*;

use super::similar::{also_owned, like_this};
use super::{BookName, gone_to, page_number};
use crate::discovery;
use crate::http::{Nav, PageResult, Req, Segment, moved};
use crate::library::panel;
use crate::reviews::{Shown, beside, rating_line};
use crate::ui::book::title_lang;
use crate::ui::count;
use crate::ui::edition::year;
use crate::ui::field::ErrorSummary;
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use dogear_urls as urls;

use self::copies::copies;

pub(super) async fn show(req: Req, Segment(name): Segment<BookName>, raw: RawQuery) -> PageResult {
    let BookName { id, slug } = name;
    let sort = url::form_urlencoded::parse(raw.0.as_deref().unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "sort")
        .and_then(|(_, word)| CopySort::parse(&word));
    let book = match pages::book(&req.cx, id, sort, page_number(&raw)).await {
        Err(Error::NotFound) => {
            let (kept, slug) = catalogue::moved_to(&req.cx, id)
                .await?
                .ok_or(Error::NotFound)?;
            return Ok(gone_to(&urls::book(kept, &slug)));
        }
        other => other?,
    };
    let path = urls::book(id, &book.slug);
    if slug != book.slug {
        return Ok(moved(&path));
    }
    let title = if book.author_line.is_empty() {
        book.title.clone()
    } else {
        format!("{}, by {}", book.title, book.author_line)
    };
    let description = match book.available {
        0 => format!("{title}. Nobody offers a copy just now."),
        copies => format!("{title}. {} to trade.", count(copies, "copy", "copies")),
    };
    let data = discovery::book(&book, |path| req.cx.services.settings.link(path));
    let may_begin = req.may_begin();
    let lists = crate::lists::on_book(&req, id).await?;
    let shown = Shown::on(&req, &path);
    let mine = library::panel(&req.cx, id).await?;
    let (state, today) = (req.form.clone(), library::today(&req.cx));
    Ok(req
        .page(title)
        .nav(Nav::Browse)
        .public(description, path)
        .data(data)
        .render(move || {
            let mine = mine.map(|mine| panel(&mine, &state, today));
            let wrong = mine.is_some().then_some(state);
            let lists = lists();
            view(
                &book,
                sort,
                may_begin,
                &shown,
                Beside { wrong, mine, lists },
            )
        }))
}

/// What stands on the page for whoever is logged in.
struct Beside {
    /// What was refused of their forms.
    wrong: Option<FormState>,
    /// What the book is to them.
    mine: Option<AnyView>,
    /// In which of their lists it is.
    lists: Option<AnyView>,
}

fn view(
    book: &BookPage,
    sort: Option<CopySort>,
    may_begin: bool,
    shown: &Shown,
    Beside { wrong, mine, lists }: Beside,
) -> impl IntoView + use<> {
    let lang = title_lang(&book.language);
    let dir = lang.as_ref().map(|_| "auto");
    let title = book.title.clone();
    let cover = if book.available > 0 {
        "cover corner"
    } else {
        "cover"
    };
    let genre = book.genre.as_ref().map(|(slug, name)| {
        view! {
            <li>
                <a href=urls::genre(slug)>{name.clone()}</a>
            </li>
        }
    });
    let see =
        (book.available > 0).then(|| format!("See {}", count(book.available, "copy", "copies")));
    let own = match &book.editions[..] {
        [only] => urls::shelf_add_edition(only.id),
        _ => urls::shelf_add_query(&book.title),
    };
    let paragraphs: Vec<_> = book
        .description
        .split("\n\n")
        .filter(|text| !text.trim().is_empty())
        .map(|text| view! { <p>{text.trim().to_owned()}</p> })
        .collect();
    let prose = (!paragraphs.is_empty()).then(|| view! { <div class="prose">{paragraphs}</div> });
    view! {
        <div class="wrap">
            {wrong.map(|state| view! { <ErrorSummary state=state /> })}
            <nav class="crumbs" aria-label="Breadcrumb">
                <ol>
                    <li>
                        <a href=urls::BROWSE>"Browse"</a>
                    </li>
                    {genre}
                    <li>
                        <span aria-current="page">{title.clone()}</span>
                    </li>
                </ol>
            </nav> <div class="bookpage">
                <div class=cover>
                    <img
                        src=urls::cover(book.id)
                        alt=format!("Cover of {title}")
                        width="320"
                        height="480"
                        fetchpriority="high"
                    />
                </div>
                <article>
                    <header class="stack stack-s">
                        <h1 lang=lang dir=dir>
                            {title}
                        </h1>
                        <p class="lead">{byline(book)}</p>
                        {series(book)}
                        {rating_line(&book.ratings, "#reviews".into())}
                    </header>
                    <p class="row doit">
                        {see
                            .map(|see| {
                                view! {
                                    <a class="btn btn-do" href="#copies">
                                        {see}
                                    </a>
                                }
                            })} <a class="btn" href=own>
                            <Icon glyph=Glyph::Add />
                            "I own it"
                        </a>
                    </p>
                    {mine}
                    {lists}
                    {prose}
                    {copies(book, sort, may_begin, shown.clock())}
                    {editions(book)}
                    {beside(book, shown)}
                    {also_owned(book)}
                    {like_this(book)}
                    <p class="small quiet rule-top">
                        <a href=urls::book_correct(book.id, &book.slug)>"Suggest a correction"</a>
                    </p>
                </article>
                {facts(book)}
            </div>
        </div>
    }
}

fn byline(book: &BookPage) -> Vec<AnyView> {
    let mut parts: Vec<AnyView> = Vec::new();
    if !book.subtitle.is_empty() {
        let subtitle = book.subtitle.clone();
        parts.push(view! { <em>{subtitle}</em> }.into_any());
    }
    if !book.authors.is_empty() {
        parts.push(if parts.is_empty() { "by " } else { ", by " }.into_any());
    }
    let last = book.authors.len().saturating_sub(1);
    for (n, author) in book.authors.iter().enumerate() {
        if n > 0 {
            parts.push(if n == last { " and " } else { ", " }.into_any());
        }
        parts.push(view! { <a href=urls::author(author.id)>{author.name.clone()}</a> }.into_any());
    }
    parts
}

fn series(book: &BookPage) -> Option<AnyView> {
    let series = book.series.as_ref()?;
    let link = view! { <a href=urls::series(series.id)>{series.title.clone()}</a> };
    Some(if series.position.is_empty() {
        view! { <p class="small quiet">"Segment of "{link}</p> }.into_any()
    } else {
        view! { <p class="small quiet">{format!("Book {} of ", series.position)}{link}</p> }
            .into_any()
    })
}

/// "Own title, own subtitle, publisher, hardback, 2008", as far as known.
fn edition_line(edition: &EditionLine) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !edition.title.is_empty() {
        parts.push(edition.title.clone());
    }
    if !edition.subtitle.is_empty() {
        parts.push(edition.subtitle.clone());
    }
    if !edition.publisher.is_empty() {
        parts.push(edition.publisher.clone());
    }
    if edition.format != Format::Unknown {
        let format = edition.format.label();
        parts.push(if parts.is_empty() {
            format.to_owned()
        } else {
            format.to_lowercase()
        });
    }
    parts.extend(edition.year.map(year));
    if parts.is_empty() {
        "Edition not described".into()
    } else {
        parts.join(", ")
    }
}

fn editions(book: &BookPage) -> Option<AnyView> {
    if book.editions.len() < 2 {
        return None;
    }
    let lines: Vec<_> = book
        .editions
        .iter()
        .map(|edition| {
            let copies = match edition.copies {
                0 => "none now".to_owned(),
                copies => count(copies, "copy", "copies"),
            };
            let isbn = edition.isbn13.map(|isbn| view! { <span class="quiet small isbn">{format!(" {}", isbn.grouped())}</span> });
            view! {
                <li>
                    <span>{edition_line(edition)}{isbn}</span>
                    <span class="dots" aria-hidden="true"></span>
                    <span class="val">{copies}</span>
                </li>
            }
        })
        .collect();
    Some(
        view! {
            <section class="rule-top" aria-labelledby="editions">
                <h2 id="editions" class="t-h3">
                    "Editions"
                </h2>
                <ul class="toc mt4">{lines}</ul>
            </section>
        }
        .into_any(),
    )
}

fn facts(book: &BookPage) -> AnyView {
    let mut facts: Vec<(&str, AnyView)> = Vec::new();
    if let Some(first) = book.first_year {
        facts.push(("First published", year(first).into_any()));
    }
    if let Some(name) = language_name(&book.language) {
        facts.push((
            "Language",
            view! { <a href=urls::language(&book.language)>{name}</a> }.into_any(),
        ));
    }
    if let Some((slug, name)) = &book.genre {
        facts.push((
            "Genre",
            view! { <a href=urls::genre(slug)>{name.clone()}</a> }.into_any(),
        ));
    }
    if let [edition] = &book.editions[..] {
        let line = edition_line(edition);
        facts.push(("Edition", line.into_any()));
        if let Some(pages) = edition.pages {
            facts.push(("Pages", pages.to_string().into_any()));
        }
        if let Some(isbn) = edition.isbn13 {
            facts.push((
                "ISBN",
                view! { <span class="isbn">{isbn.grouped()}</span> }.into_any(),
            ));
        }
    }
    let rows: Vec<_> = facts
        .into_iter()
        .map(|(name, value)| {
            view! {
                <dt>{name}</dt>
                <dd>{value}</dd>
            }
        })
        .collect();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_and_years_read_well() {
        let mut edition = EditionLine {
            id: 1.into(),
            title: String::new(),
            subtitle: String::new(),
            format: Format::Hardback,
            publisher: String::new(),
            year: Some(2008),
            pages: None,
            language: "en".into(),
            isbn13: None,
            copies: 0,
        };
        assert_eq!(edition_line(&edition), "Hardback, 2008");
        edition.publisher = "Everyman".into();
        assert_eq!(edition_line(&edition), "Everyman, hardback, 2008");
        edition.subtitle = "the first war".into();
        assert_eq!(
            edition_line(&edition),
            "the first war, Everyman, hardback, 2008"
        );
    }
}
