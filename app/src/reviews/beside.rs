//! What stands of reviews and ratings on the page of a book.

use dogear_domain::reviews::Ratings;
use dogear_server::pages::BookPage;
use dogear_server::reviews::ReviewLine;
use leptos::prelude::*;

use super::show::{Shown, review};
use crate::ui::count;
use crate::ui::rating::stars;
use dogear_urls as urls;

/// “★★★★¼ 4.2 of 5 · 37 ratings”, leading to the reviews. Nothing while nobody has rated the book.
pub fn rating_line(ratings: &Ratings, path: String) -> Option<AnyView> {
    if ratings.n == 0 {
        return None;
    }
    let mean = ratings
        .nearest()
        .zip(ratings.mean_said())
        .map(|(near, mean)| {
            view! {
                <span aria-hidden="true">{stars(near)}</span>
                {format!(" {mean} of 5 stars · ")}
            }
        });
    let number = count(ratings.n, "rating", "ratings");
    Some(view! { <p class="small">{mean} <a href=path>{number}</a></p> }.into_any())
}

/// How many gave one to five stars; nothing while there is no mean.
pub(super) fn histogram(ratings: &Ratings) -> Option<AnyView> {
    ratings.mean()?;
    let rows: Vec<_> = (1..=5_i8)
        .zip(ratings.bars)
        .rev()
        .map(|(number, readers)| {
            let percent = readers * 100 / ratings.n.max(1);
            let name = match number {
                1 => "1 star, or less",
                2 => "2 stars",
                3 => "3 stars",
                4 => "4 stars",
                _ => "5 stars",
            };
            view! {
                <tr>
                    <th scope="row" class="nowrap">
                        {name}
                    </th>
                    <td class="bars">
                        <svg
                            class="chart"
                            viewBox="0 0 100 1"
                            width="100"
                            height="12"
                            preserveAspectRatio="none"
                            aria-hidden="true"
                        >
                            <rect class="faint" width="100" height="1"></rect>
                            <rect class="ink" width=percent.to_string() height="1"></rect>
                        </svg>
                    </td>
                    <td class="r">{readers}</td>
                </tr>
            }
        })
        .collect();
    Some(
        view! {
            <table class="table">
                <caption class="visually-hidden">
                    "How many readers gave how many stars; parts of a star belong to the whole ones below"
                </caption>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any(),
    )
}

/// How it is decided who has traded a book; nothing where that is said of nobody.
pub(super) fn how_traded<'a>(mut lines: impl Iterator<Item = &'a ReviewLine>) -> Option<AnyView> {
    lines.any(|line| line.traded).then(|| {
        view! {
            <p class="fine quiet">
                "“Traded it here” stands beside readers who have given or got a copy of the book in a trade on Dogear that was completed. The site notes it by itself."
            </p>
        }
        .into_any()
    })
}

/// The reviews of a book, on its page.
pub fn beside(book: &BookPage, shown: &Shown) -> AnyView {
    let form = urls::book_review(book.id, &book.slug);
    let rows: Vec<AnyView> = book
        .reviews
        .iter()
        .map(|line| review(line, shown, None, &form))
        .collect();
    let own = book.reviews.iter().any(|line| line.mine);
    let write = (shown.may_begin() && !own).then(|| {
        view! {
            <a class="btn" href=form.clone()>
                "Write a review"
            </a>
        }
    });
    let none = rows
        .is_empty()
        .then(|| view! { <p class="quiet">"Nobody has reviewed it yet."</p> });
    let list = (!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> });
    let all = book.more_reviews.then(|| {
        let path = urls::book_reviews(book.id, &book.slug, "", "");
        view! {
            <p>
                <a href=path>"All reviews"</a>
            </p>
        }
    });
    view! {
        <section class="rule-top stack" aria-labelledby="reviews">
            <div class="row row-between">
                <h2 id="reviews" class="t-h3">
                    "Reviews"
                </h2>
                {write}
            </div>
            {histogram(&book.ratings)}
            {none}
            {list}
            {how_traded(book.reviews.iter())}
            {all}
        </section>
    }
    .into_any()
}
