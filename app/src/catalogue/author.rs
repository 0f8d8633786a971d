//! `/authors/{id}` and `/series/{id}`.

use axum::extract::RawQuery;
use dogear_domain::ids::{AuthorId, SeriesId};
use dogear_server::pages::{self, PER_PAGE, Volume};
use leptos::prelude::*;

use super::page_number;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::{CardIn, availability, card, card_with};
use crate::ui::count;
use crate::ui::pager::pager;
use dogear_urls as urls;

pub(super) async fn show(
    req: Req,
    Segment(author): Segment<AuthorId>,
    raw: RawQuery,
) -> PageResult {
    let page = page_number(&raw);
    let author = pages::author(&req.cx, author, page).await?;
    let path = urls::author(author.id);
    let state = if author.copies == 0 {
        format!(
            "{}, none offered now.",
            count(author.total, "book", "books")
        )
    } else {
        format!(
            "{}, {} to trade now.",
            count(author.total, "book", "books"),
            count(author.copies, "copy", "copies")
        )
    };
    let cards: Vec<AnyView> = author
        .works
        .iter()
        .enumerate()
        .map(|(n, work)| card(work, CardIn::Page, n < 4))
        .collect();
    let pages = pages::pages(author.total, PER_PAGE);
    let pager = pager(page, pages, |page| format!("{path}?page={page}"));
    let name = author.name;
    Ok(req
        .page(name.clone())
        .nav(Nav::Browse)
        .public(format!("Books by {name}: {state}"), path)
        .render(move || {
            view! {
                <div class="wrap page">
                    <div class="head">
                        <div class="stack stack-s">
                            <h1>{name}</h1>
                            <p class="quiet">{state}</p>
                        </div>
                    </div>
                    <ul class="shelfgrid">{cards}</ul>
                    {pager}
                </div>
            }
        }))
}

pub(super) async fn series(req: Req, Segment(series): Segment<SeriesId>) -> PageResult {
    let series = pages::series(&req.cx, series).await?;
    let cards: Vec<AnyView> = series
        .works
        .iter()
        .enumerate()
        .map(|(n, volume)| {
            let place = match volume.position.as_str() {
                "" => String::new(),
                position => format!("Book {position} · "),
            };
            let state = if volume.mine {
                "on your shelf".to_owned()
            } else {
                availability(&volume.work)
            };
            card_with(&volume.work, CardIn::Page, n < 4, place + &state)
        })
        .collect();
    let title = series.title;
    let known = count(cards.len(), "book", "books");
    let gaps = gaps(&series.works);
    Ok(req
        .page(title.clone())
        .nav(Nav::Browse)
        .public(
            format!("The series {title}: {known}, and the copies readers would trade."),
            urls::series(series.id),
        )
        .render(move || {
            view! {
                <div class="wrap page">
                    <div class="head">
                        <div class="stack stack-s">
                            <h1>{title}</h1>
                            <p class="quiet">
                                {known}" of this series in the catalogue, in their order."
                            </p>
                            {gaps.map(|gaps| view! { <p>{gaps}</p> })}
                        </div>
                    </div>
                    <ul class="shelfgrid">{cards}</ul>
                </div>
            }
        }))
}

/// What whoever asks still lacks of a series that they have begun.
fn gaps(works: &[Volume]) -> Option<String> {
    let mine = works.iter().filter(|volume| volume.mine).count();
    let missing = works.iter().filter(|volume| !volume.mine).count();
    let offered = works
        .iter()
        .filter(|volume| !volume.mine && volume.work.copies > 0)
        .count();
    if mine == 0 {
        return None;
    }
    Some(match (missing, offered) {
        (0, _) => "All of them are on your shelf.".into(),
        (1, 0) => format!("You have {mine}. The other one is not offered now."),
        (1, _) => format!("You have {mine}. The other one can be had now."),
        (_, 0) => format!("You have {mine}. None of the other {missing} is offered now."),
        (_, 1) => format!("You have {mine}. One of the other {missing} can be had now."),
        (_, _) if offered == missing => {
            format!("You have {mine}. The other {missing} can be had now.")
        }
        (_, _) => format!("You have {mine}. Of the other {missing}, {offered} can be had now."),
    })
}
