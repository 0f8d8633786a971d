//! `/books/{id}-{slug}`: a work, its editions, and every copy that can be asked for.

use axum::extract::RawQuery;
use dogear_domain::edition::{Format, language_name};
use dogear_server::pages::{self, BookPage, CopyLine, CopySort, EditionLine};
use dogear_server::{Error, catalogue};
use leptos::prelude::*;

use super::similar::{also_owned, like_this};
use super::{BookName, gone_to, page_number};
use crate::discovery;
use crate::http::{Nav, PageResult, Req, Segment, moved};
use crate::ui::book::{Condition, title_lang};
use crate::ui::count;
use crate::ui::edition::year;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::pager;
use crate::ui::trust::trust_line;
use dogear_urls as urls;

/// Photos shown beside a copy.
const PHOTOS: usize = 4;

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
    Ok(req
        .page(title)
        .nav(Nav::Browse)
        .public(description, path)
        .data(data)
        .render(move || view(&book, sort, may_begin)))
}

fn view(book: &BookPage, sort: Option<CopySort>, may_begin: bool) -> impl IntoView + use<> {
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
            </nav>
            <div class="bookpage">
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
                    {prose}
                    {copies(book, sort, may_begin)}
                    {editions(book)}
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

fn copies(book: &BookPage, asked: Option<CopySort>, may_begin: bool) -> AnyView {
    let in_trades = in_trades(book);
    if book.copies.is_empty() {
        return view! {
            <section class="rule-top" aria-labelledby="copies">
                <h2 id="copies">"Nobody offers it now"</h2>
                <p class="prose mt4">
                    "If one is on your shelf and you have read it, somebody will be glad: list it, and readers can propose a trade."
                </p>
                {in_trades}
            </section>
        }
        .into_any();
    }
    let several_editions = book.editions.len() > 1;
    let rows: Vec<AnyView> = book
        .copies
        .iter()
        .map(|copy| row(book, copy, several_editions, may_begin))
        .collect();
    let heading = match book.available {
        1 => "One copy to trade".to_owned(),
        many => format!("{} to trade", count(many, "copy", "copies")),
    };
    // Who chose no order leafs in the one that they are shown.
    let asked = asked.map_or("", CopySort::as_str);
    let pages = pager(book.page, book.pages(), |page| {
        urls::book_copies(book.id, &book.slug, asked, page)
    });
    view! {
        <section aria-labelledby="copies">
            <div class="row row-between">
                <h2 id="copies">{heading}</h2>
                {orders(book)}
            </div>
            <div class="tablebox mt4">
                <table class="table folds copies">
                    <caption class="visually-hidden">"Copies to trade"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Condition"</th>
                            <th scope="col">"Owner"</th>
                            {several_editions.then(|| view! { <th scope="col">"Edition"</th> })}
                            <th scope="col">
                                <span class="visually-hidden">"Action"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {pages}
            {in_trades}
        </section>
    }
    .into_any()
}

/// The orders in which the copies can be shown.
fn orders(book: &BookPage) -> Option<AnyView> {
    if book.available < 2 {
        return None;
    }
    let links = CopySort::ALL
        .into_iter()
        .filter(|sort| *sort != CopySort::Nearest || book.placed)
        .map(|sort| {
            let label = match sort {
                CopySort::Nearest => "Nearest",
                CopySort::Condition => "Best condition",
                CopySort::Newest => "Newest",
            };
            let path = urls::book_copies(book.id, &book.slug, sort.as_str(), 1);
            let current = (sort == book.sort).then_some("true");
            view! {
                <a href=path aria-current=current>
                    {label}
                </a>
            }
        });
    Some(
        view! {
            <nav class="row small orders" aria-label="Order of the copies">
                <span class="quiet">"First"</span>
                {links.collect_view()}
            </nav>
        }
        .into_any(),
    )
}

fn in_trades(book: &BookPage) -> Option<AnyView> {
    let text = match (book.in_trades, book.available) {
        (0, _) => return None,
        (1, 0) => "One copy is in a trade just now.".to_owned(),
        (1, _) => "One more copy is in a trade just now.".to_owned(),
        (many, 0) => format!("{many} copies are in trades just now."),
        (many, _) => format!("{many} more copies are in trades just now."),
    };
    Some(view! { <p class="mt4 small quiet">{text}</p> }.into_any())
}

fn row(book: &BookPage, copy: &CopyLine, several_editions: bool, may_begin: bool) -> AnyView {
    let defects = if copy.defects.is_empty() {
        "No defects".to_owned()
    } else {
        let words: Vec<&str> = copy.defects.iter().map(|defect| defect.label()).collect();
        words.join(", ")
    };
    let note = copy.note.clone();
    let photos: Vec<_> = copy
        .photos
        .iter()
        .take(PHOTOS)
        .enumerate()
        .map(|(n, key)| {
            let alt = format!("Photo {} of {}’s copy", n + 1, copy.owner);
            view! {
                <a href=urls::photo(*key)>
                    <img
                        src=urls::photo_small(*key)
                        alt=alt
                        width="64"
                        height="64"
                        loading="lazy"
                    />
                </a>
            }
        })
        .collect();
    let photos = (!photos.is_empty()).then(|| view! { <span class="thumbs">{photos}</span> });
    let whereabouts = copy.whereabouts.said();
    let trust = &copy.trust;
    let figures = trust_line(
        trust.trades_completed,
        trust.reply_seconds,
        trust.parcels_sent,
        trust.parcels_on_time,
    );
    let edition = several_editions.then(|| {
        let text = book
            .editions
            .iter()
            .find(|edition| edition.id == copy.edition)
            .map_or_else(String::new, edition_line);
        view! {
            <td data-label="Edition">
                <div class="small">{text}</div>
            </td>
        }
    });
    let owner = copy.owner.clone();
    let action = if copy.mine {
        view! {
            <a class="tag" href=urls::copy_edit(copy.id)>
                "Yours"
            </a>
        }
        .into_any()
    } else if may_begin {
        let name = owner.clone();
        view! {
            <a class="btn btn-small" href=urls::propose(&copy.owner, copy.id)>
                "Propose"
                <span class="visually-hidden">" a trade to "{name}</span>
            </a>
            <br />
            <a class="fine quiet report" href=urls::report_copy(copy.id)>
                "Report"
                <span class="visually-hidden">" this copy"</span>
            </a>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <tr>
            <td data-label="Condition">
                <div>
                    <Condition grade=copy.grade />
                    <br />
                    <span class="fine quiet">{defects}</span>
                    {(!note.is_empty())
                        .then(|| view! { <p class="small serif copynote">{note}</p> })}
                    {photos}
                </div>
            </td>
            <td data-label="Owner">
                <div>
                    <a href=urls::reader(&copy.owner)>{owner}</a>
                    <br />
                    {(!whereabouts.is_empty())
                        .then(|| {
                            view! {
                                <span class="fine">{whereabouts}</span>
                                <br />
                            }
                        })}
                    <span class="fine quiet">{figures}</span>
                </div>
            </td>
            {edition}
            <td class="r">{action}</td>
        </tr>
    }
    .into_any()
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
