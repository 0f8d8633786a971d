//! `/u/{handle}/reading`: what a reader shows of their reading.

use axum::extract::{Path, RawQuery};
use dogear_server::library::{self, PublicReading, ShownBook};
use leptos::prelude::*;

use super::book::day;
use crate::http::{Nav, PageResult, Req, moved};
use crate::ui::book::{Cover, CoverSize, title_lang};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::pager::pager;
use dogear_urls as urls;

pub(super) async fn show(req: Req, Path(handle): Path<String>, raw: RawQuery) -> PageResult {
    let page = page_number(&raw);
    let (handle, display_name, books, total, page, pages) =
        match library::public(&req.cx, &handle, page).await? {
            PublicReading::Open {
                handle,
                display_name,
                books,
                total,
                page,
                pages,
            } => (handle, display_name, books, total, page, pages),
            PublicReading::Elsewhere(handle) => return Ok(moved(&urls::reader_reading(&handle))),
            PublicReading::Closed => return Ok(closed(&req)),
        };
    let heading = format!("What {display_name} reads");
    let pager = pager(page, pages, |page| urls::reader_reading_page(&handle, page));
    Ok(req.page(heading.clone()).nav(Nav::Browse).render(move || {
        let rows: Vec<_> = books.iter().map(line).collect();
        let body = if rows.is_empty() {
            view! {
                <Empty plate=Plate::NotFound heading="Nothing to see here">
                    <p class="serif">
                        "What somebody reads is their own affair, unless they show it."
                    </p>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <p class="quiet">{count(total, "book", "books")}</p>
                <ul class="finds">{rows}</ul>
                {pager}
            }
            .into_any()
        };
        view! {
            <div class="wrap page stack">
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::reader(&handle)>{format!("{display_name}’s shelf")}</a>
                    </p>
                    <h1>{heading}</h1>
                </header>
                {body}
            </div>
        }
    }))
}

fn line(book: &ShownBook) -> AnyView {
    let lang = title_lang(&book.language);
    let mut words: Vec<String> = Vec::new();
    words.extend(book.status.map(|status| status.label().to_owned()));
    if book.times_read > 1 {
        words.push(format!("read {} times", book.times_read));
    }
    words.extend(book.read_on.map(|read| format!("last read {}", day(read))));
    words.extend(book.rating.map(dogear_domain::library::Rating::said));
    view! {
        <li>
            <div class="quickbook">
                <Cover work=book.work size=CoverSize::Small />
                <div>
                    <p class="btitle" lang=lang dir="auto">
                        <a href=urls::book(book.work, &book.slug)>{book.title.clone()}</a>
                    </p>
                    <p class="by small quiet" dir="auto">
                        {book.author_line.clone()}
                    </p>
                    <p class="small">{words.join(" · ")}</p>
                </div>
            </div>
        </li>
    }
    .into_any()
}

/// Says nothing of why, as the page of the shelf.
fn closed(req: &Req) -> axum::response::Response {
    req.page("Nothing to see here").nav(Nav::Browse).render(|| {
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>"Nothing to see here"</h1>
                <p class="lead">"What this reader reads is not shown now."</p>
                <p class="mt5">
                    <a class="btn" href=urls::BROWSE>
                        "Browse books"
                    </a>
                </p>
            </div>
        }
    })
}

/// `?page=`; 1 when it is absent or no number.
fn page_number(raw: &RawQuery) -> u32 {
    let raw = raw.0.as_deref().unwrap_or_default();
    url::form_urlencoded::parse(raw.as_bytes())
        .find(|(name, _)| name == "page")
        .and_then(|(_, page)| page.parse().ok())
        .unwrap_or(1)
        .clamp(1, 1000)
}
