//! What others bring to a swap meet.

use dogear_server::events::{Bringer, Brought, EventBooks};
use leptos::prelude::*;

use super::{Params, about, finder};
use crate::action::ServerFn;
use crate::events::book_actions::{DropBookWish, WishForBook};
use crate::ui::book::{Condition, Cover, CoverSize};
use crate::ui::count;
use crate::ui::field::PostForm;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::pager_of;
use dogear_urls as urls;

/// What others bring.
pub(super) fn others(books: &EventBooks, params: &Params) -> AnyView {
    let event = &books.event;
    let wished = params.part().wished;
    let searched = wished || !params.q.trim().is_empty();
    let rows = books
        .others
        .iter()
        .map(|brought| other(books, brought, params));
    let list = if books.others.is_empty() {
        let text = if wished {
            "There is nothing that you would like."
        } else if searched {
            "Nobody brings one like that yet."
        } else if books.takes_part {
            "Nobody else has said yet what they bring."
        } else {
            "Nobody has said yet what they bring."
        };
        view! { <p class="quiet">{text}</p> }.into_any()
    } else {
        view! { <ul class="picks">{rows.collect_view()}</ul> }.into_any()
    };
    let find = ((searched && !wished) || books.pages > 1)
        .then(|| finder(event, "q", "Among these books", params));
    let heading = if books.takes_part {
        "Others bring "
    } else {
        "Guests bring "
    };
    let link =
        |part: urls::EventBooks<'_>| format!("{}#others", urls::event_books_page(event.id, part));
    let leaf = |page| {
        link(urls::EventBooks {
            page,
            ..params.part()
        })
    };
    let narrow = books.takes_part.then(|| {
        let part = urls::EventBooks {
            wished: !wished,
            ..urls::EventBooks::default()
        };
        let text = if wished {
            "Show all that is brought"
        } else {
            "Show only what you would like"
        };
        view! {
            <p>
                <a href=link(part)>{text}</a>
            </p>
        }
    });
    view! {
        <section class="stack" aria-labelledby="others-h" id="others">
            <h2 class="t-h3" id="others-h">
                {heading}
                {(books.found > 0 && !searched)
                    .then(|| {
                        view! { <span class="count">{count(books.found, "book", "books")}</span> }
                    })}
            </h2>
            {find}
            {narrow}
            {list}
            {pager_of("Pages of what others bring", books.page, books.pages, leaf)}
        </section>
    }
    .into_any()
}

fn other(books: &EventBooks, brought: &Brought, params: &Params) -> AnyView {
    let book = &brought.book;
    let by = brought.by.as_ref();
    let named = by.map(|by| {
        view! {
            <p class="fine">
                "Brought by "<a href=urls::reader(&by.handle)>
                    <bdi>{by.name.clone()}</bdi>
                </a> <span class="quiet">{format!(" @{}", by.handle)}</span>
            </p>
        }
    });
    let button = by.map(|by| wish_button(books, brought, by, params));
    let wished = brought
        .wished
        .then(|| view! { <p class="fine strong">"You would like it."</p> });
    // The number of a copy says whose it is.
    let id = by.map(|by| format!("copy-{}", by.copy));
    view! {
        <li id=id class:is-in=brought.wished>
            <Cover work=book.work size=CoverSize::Small />
            <div>
                {about(book)} <p class="fine quiet">
                    <Condition grade=book.grade />
                </p> {named} {wished}
            </div>
            {button}
        </li>
    }
    .into_any()
}

fn wish_button(books: &EventBooks, brought: &Brought, by: &Bringer, params: &Params) -> AnyView {
    let with = [
        ("event", books.event.id.to_string()),
        ("copy", by.copy.to_string()),
        ("q", params.q.clone()),
        ("show", params.show.clone()),
        ("list_page", books.page.to_string()),
    ];
    let title = format!(": {}", brought.book.title);
    if brought.wished {
        view! {
            <PostForm action=DropBookWish::PATH with=with>
                <button class="btn btn-small">
                    <Icon glyph=Glyph::Close />
                    "Not any more"
                    <span class="visually-hidden">{title}</span>
                </button>
            </PostForm>
        }
        .into_any()
    } else {
        view! {
            <PostForm action=WishForBook::PATH with=with>
                <button class="btn btn-small">
                    <Icon glyph=Glyph::Wish />
                    "I would like it"
                    <span class="visually-hidden">{title}</span>
                </button>
            </PostForm>
        }
        .into_any()
    }
}
