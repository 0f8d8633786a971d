//! `/authors/{id}` and `/series/{id}`.

use axum::extract::RawQuery;
use dogear_domain::ids::{AuthorId, SeriesId};
use dogear_server::pages::{self, AuthorSort, PER_PAGE, Volume};
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
    let sort = url::form_urlencoded::parse(raw.0.as_deref().unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "sort")
        .map_or(AuthorSort::default(), |(_, word)| AuthorSort::parse(&word));
    let author = pages::author(&req.cx, author, sort, page).await?;
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
    let sorted = match sort {
        AuthorSort::Offered => String::new(),
        sort => format!("sort={}&", sort.as_str()),
    };
    let pager = pager(page, pages, |page| format!("{path}?{sorted}page={page}"));
    let mine = (author.mine > 0).then(|| format!(" You have {}.", author.mine));
    let sorting = (author.total > 1).then(|| sorting(path.clone(), sort));
    let name = author.name;
    let own_name = (!author.own_name.is_empty()).then(|| {
        view! {
            <p class="quiet">
                <bdi>{author.own_name}</bdi>
            </p>
        }
    });
    Ok(req
        .page(name.clone())
        .nav(Nav::Browse)
        .public(format!("Books by {name}: {state}"), path)
        .feed(urls::author_feed(author.id))
        .render(move || {
            view! {
                <div class="wrap page">
                    {crumbs(&name)} <div class="head">
                        <div class="stack stack-s">
                            <h1>{name}</h1>
                            {own_name}
                            <p class="quiet">{state}{mine}</p>
                        </div>
                        {sorting}
                    </div> <ul class="shelfgrid">{cards}</ul> {pager}
                </div>
            }
        }))
}

fn crumbs(name: &str) -> impl IntoView + use<> {
    let name = name.to_owned();
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <ol>
                <li>
                    <a href=urls::BROWSE>"Browse"</a>
                </li>
                <li>
                    <span aria-current="page">{name}</span>
                </li>
            </ol>
        </nav>
    }
}

fn sorting(path: String, chosen: AuthorSort) -> impl IntoView {
    let option = |sort: AuthorSort| {
        let label = match sort {
            AuthorSort::Offered => "On offer first",
            AuthorSort::Title => "Title",
            AuthorSort::Year => "Oldest first",
        };
        view! {
            <option value=sort.as_str() selected=sort == chosen>
                {label}
            </option>
        }
    };
    view! {
        <form class="row" action=path>
            <label for="sort" class="small">
                "Sorted by"
            </label>
            <select class="select select-inline" id="sort" name="sort">
                {AuthorSort::ALL.map(option).collect_view()}
            </select>
            <button class="btn btn-small">"Sort"</button>
        </form>
    }
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
    let positions: Vec<&str> = series
        .works
        .iter()
        .map(|volume| volume.position.as_str())
        .collect();
    let cards = with_gaps(cards, &positions);
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
                    {crumbs(&title)} <div class="head">
                        <div class="stack stack-s">
                            <h1>{title}</h1>
                            <p class="quiet">
                                {known}" of this series in the catalogue, in their order."
                            </p>
                            {gaps.map(|gaps| view! { <p>{gaps}</p> })}
                        </div>
                    </div> <ul class="shelfgrid">{cards}</ul>
                </div>
            }
        }))
}

/// Gaps of a series that are shown; a wrong number would make thousands.
const MOST_GAPS: usize = 20;

/// The whole numbers that come before each place of the series and that no volume has.
fn missing_before(positions: &[&str]) -> Vec<Vec<u32>> {
    let mut next = 1;
    let mut left = MOST_GAPS;
    positions
        .iter()
        .map(|position| {
            // Volume 2.5 stands behind 2 and fills no number.
            let Ok(whole) = position
                .split('.')
                .next()
                .unwrap_or_default()
                .parse::<u32>()
            else {
                return Vec::new();
            };
            let end = if position.contains('.') {
                whole.saturating_add(1)
            } else {
                whole
            };
            let missing: Vec<u32> = (next..end).take(left).collect();
            left -= missing.len();
            next = next.max(whole.saturating_add(1));
            missing
        })
        .collect()
}

/// The volumes with a place for each number that nobody has entered yet.
fn with_gaps(cards: Vec<AnyView>, positions: &[&str]) -> Vec<AnyView> {
    let gap = |number: u32| {
        view! {
            <li class="book">
                <div class="cover"></div>
                <div>
                    <p class="btitle">{format!("Book {number}")}</p>
                    <p class="meta">"No book with this number here"</p>
                </div>
            </li>
        }
        .into_any()
    };
    missing_before(positions)
        .into_iter()
        .zip(cards)
        .flat_map(|(missing, card)| missing.into_iter().map(gap).chain([card]))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::{MOST_GAPS, missing_before};

    #[test]
    fn u19_a_series_shows_the_numbers_that_nobody_has_entered() {
        let gaps = |positions: &[&str]| missing_before(positions).concat();
        assert_eq!(gaps(&["1", "2", "3"]), [0; 0]);
        assert_eq!(gaps(&["2", "2.5", "5", ""]), [1, 3, 4]);
        assert_eq!(gaps(&["0", "1", "1", "3"]), [2]);
        assert_eq!(gaps(&["1.5"]), [1]);
        assert_eq!(gaps(&["", ""]), [0; 0]);
        assert_eq!(gaps(&["4000000000", "5"]).len(), MOST_GAPS);
    }
}
