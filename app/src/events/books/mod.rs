//! `/events/{id}/books`: what guests bring to a swap meet, what they would like, and who could
//! swap with whom.

mod after;
mod others;
mod own;

use axum::extract::Query;
use dogear_domain::ids::EventId;
use dogear_server::copies::{self, Shelf, ShelfQuery};
use dogear_server::events::{self, Book, BookQuery, EventBooks, EventPage, SwapPartner, words};
use leptos::prelude::*;
use serde::Deserialize;

use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::title_lang;
use crate::ui::count;
use crate::ui::field::ErrorSummary;
use crate::ui::form_state::FormState;
use dogear_urls as urls;

/// The query of the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    /// Part of a title or an author's name, among what others bring.
    q: String,
    /// “wished” for what the reader would like alone.
    show: String,
    page: String,
    /// The same on the reader's own shelf.
    shelf: String,
    shelf_page: String,
}

impl Params {
    fn part(&self) -> urls::EventBooks<'_> {
        urls::EventBooks {
            q: &self.q,
            wished: self.show == "wished",
            page: self.page.parse().unwrap_or(1),
            shelf: &self.shelf,
            shelf_page: self.shelf_page.parse().unwrap_or(1),
        }
    }
}

/// People to swap with that are named at once.
const PARTNERS: usize = 24;

pub(super) async fn show(
    req: Req,
    Segment(event): Segment<EventId>,
    Query(params): Query<Params>,
) -> PageResult {
    let part = params.part();
    let query = BookQuery {
        text: part.q,
        wished: part.wished,
        page: part.page,
    };
    let books = events::books(&req.cx, event, query).await?;
    let shelf = if books.takes_part && books.closed.is_none() {
        let query = ShelfQuery {
            text: part.shelf.to_owned(),
            page: part.shelf_page,
            ..ShelfQuery::default()
        };
        Some(copies::shelf(&req.cx, &query).await?)
    } else {
        None
    };
    let title = format!("Books at {}", books.event.title);
    let state = req.form.clone();
    let may_tell = req.may_begin();
    let now = req.cx.now();
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let event = &books.event;
        let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
        let inside = match books.closed {
            Some(why) => {
                let own =
                    (books.came_home.as_ref()).map(|own| after::came_home(event, own, may_tell));
                view! {
                    <p class="notice">{why.to_string()}</p>
                    {own}
                }
                .into_any()
            }
            None => open(&books, shelf.as_ref(), &params, &state),
        };
        view! {
            <div class="wrap page stack stack-l">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <ol>
                        <li>
                            <a href=urls::EVENTS>"Events"</a>
                        </li>
                        <li>
                            <a href=urls::event(event.id, &event.slug)>{event.title.clone()}</a>
                        </li>
                    </ol>
                </nav>
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <h1>"What is brought"</h1>
                    <p class="quiet">{date}</p>
                </header>
                {inside}
            </div>
        }
    }))
}

fn open(books: &EventBooks, shelf: Option<&Shelf>, params: &Params, state: &FormState) -> AnyView {
    let event = &books.event;
    let invitation = (!books.takes_part).then(|| {
        let path = urls::event(event.id, &event.slug);
        view! {
            <p class="notice row row-between">
                <span>
                    "With a seat you can say what you bring and what you would like, and see who brings what."
                </span>
                <a class="btn btn-small" href=path>
                    "To the seats"
                </a>
            </p>
        }
    });
    let chosen = shelf.map(|shelf| own::choose(event, books, shelf, params, state));
    view! {
        {invitation}
        {(!books.partners.is_empty()).then(|| partners(&books.partners))}
        {own::bag(books, shelf)}
        {chosen}
        {others::others(books, params)}
    }
    .into_any()
}

/// With whom the reader could swap.
fn partners(partners: &[SwapPartner]) -> AnyView {
    let more = partners.len().saturating_sub(PARTNERS);
    let more = (more > 0).then(|| {
        let text = format!("And {}.", count(more, "guest more", "guests more"));
        view! { <p class="quiet">{text}</p> }
    });
    let rows = partners.iter().take(PARTNERS).map(|partner| {
        let (name, path) = (partner.name.clone(), urls::reader(&partner.handle));
        let gets = (!partner.gets.is_empty())
            .then(|| view! { <p class="small">"You would like " {titles(&partner.gets)} "."</p> });
        let gives = (!partner.gives.is_empty()).then(
            || view! { <p class="small">"They would like " {titles(&partner.gives)} "."</p> },
        );
        let both = (gets.is_some() && gives.is_some())
            .then(|| view! { <span class="tag">"Each has something for the other"</span> });
        view! {
            <li class="stack stack-s">
                <p class="row">
                    <a class="strong" href=path>
                        <bdi>{name}</bdi>
                    </a>
                    <span class="quiet small">{format!("@{}", partner.handle)}</span>
                    {both}
                </p>
                {gets}
                {gives}
            </li>
        }
    });
    view! {
        <section class="sheet stack" aria-labelledby="partners-h">
            <h2 class="t-h3" id="partners-h">
                "Who you could swap with"
            </h2>
            <ul class="rows">{rows.collect_view()}</ul>
            {more}
        </section>
    }
    .into_any()
}

/// Titles in a sentence; of many the first three, and how many more there are.
fn titles(titles: &[String]) -> AnyView {
    const SHOWN: usize = 3;
    let more = titles.len().saturating_sub(SHOWN);
    let last = titles.len().min(SHOWN) - 1;
    let shown = titles.iter().take(SHOWN).enumerate().map(|(at, title)| {
        let between = match at {
            0 => "",
            at if at == last && more == 0 => " and ",
            _ => ", ",
        };
        view! {
            {between}
            <cite dir="auto">{title.clone()}</cite>
        }
    });
    let rest = (more > 0).then(|| format!(" and {}", count(more, "more", "more")));
    view! {
        {shown.collect_view()}
        {rest}
    }
    .into_any()
}

/// What every list here says of a book.
fn about(book: &Book) -> AnyView {
    view! {
        <p class="btitle" dir="auto" lang=title_lang(&book.language)>
            <a href=urls::book(book.work, &book.slug)>{book.title.clone()}</a>
        </p>
        <p class="by small" dir="auto">
            {book.author_line.clone()}
        </p>
    }
    .into_any()
}

/// A search within one of the lists; what is looked for in the other goes along.
fn finder(event: &EventPage, name: &'static str, label: &'static str, params: &Params) -> AnyView {
    let id = format!("find-{name}");
    let (text, other, kept, to) = match name {
        "q" => (&params.q, "shelf", &params.shelf, "others"),
        _ => (&params.shelf, "q", &params.q, "shelf"),
    };
    let kept =
        (!kept.is_empty()).then(|| view! { <input type="hidden" name=other value=kept.clone() /> });
    let action = format!("{}#{to}", urls::event_books(event.id));
    view! {
        <form action=action class="field" role="search" aria-label=label>
            <label for=id.clone()>{label}</label>
            {kept}
            <div class="finder">
                <input
                    class="input"
                    id=id
                    name=name
                    type="search"
                    value=text.clone()
                    placeholder="Title or author"
                    autocomplete="off"
                    maxlength="200"
                />
                <button class="btn">"Search"</button>
            </div>
        </form>
    }
    .into_any()
}
