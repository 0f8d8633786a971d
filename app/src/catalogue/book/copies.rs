//! Who has a book, and what they would do with it.

use dogear_server::pages::{BookPage, CopyLine, CopySort};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::edition_line;
use crate::cart::add_button;
use crate::ui::book::{Condition, Terms};
use crate::ui::count;
use crate::ui::pager::pager;
use crate::ui::time::{Say, in_words};
use crate::ui::trust::trust_line;
use dogear_urls as urls;

/// Photos shown beside a copy.
const PHOTOS: usize = 4;

/// The copies of a book, in the order asked for.
pub(super) fn copies(
    book: &BookPage,
    asked: Option<CopySort>,
    may_begin: bool,
    clock: (&TimeZone, Timestamp),
) -> AnyView {
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
        .map(|copy| row(book, copy, several_editions, may_begin, clock))
        .collect();
    let trades_alone = book
        .copies
        .iter()
        .all(|copy| !copy.offers.give && copy.offers.loan.is_none() && copy.offers.sale.is_none());
    let what = if trades_alone { "to trade" } else { "on offer" };
    let heading = match book.available {
        1 => format!("One copy {what}"),
        many => format!("{} {what}", count(many, "copy", "copies")),
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
                    <caption class="visually-hidden">"Copies on offer"</caption>
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
                CopySort::Price => "Cheapest",
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
        (1, 0) => "One copy is promised or lent just now.".to_owned(),
        (1, _) => "One more copy is promised or lent just now.".to_owned(),
        (many, 0) => format!("{many} copies are promised or lent just now."),
        (many, _) => format!("{many} more copies are promised or lent just now."),
    };
    Some(view! { <p class="mt4 small quiet">{text}</p> }.into_any())
}

fn row(
    book: &BookPage,
    copy: &CopyLine,
    several_editions: bool,
    may_begin: bool,
    (zone, now): (&TimeZone, Timestamp),
) -> AnyView {
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
    } else if let Some((round, until)) = copy.round {
        let words = in_words(until, zone, now, Say::Moment);
        view! {
            <a class="btn btn-small" href=urls::give(round)>
                "Ask for it"
                <span class="visually-hidden">", given away by "{owner.clone()}</span>
            </a>
            <br />
            <span class="fine quiet">{format!("Given away until {words}")}</span>
        }
        .into_any()
    } else if may_begin {
        let name = owner.clone();
        let (verb, what) = match (copy.offers.trade, copy.offers.give) {
            (_, true) => ("Ask for it", ""),
            (_, false) => ("Propose", " a trade"),
        };
        let ask = copy.offers.can_be_asked_for().then(|| {
            view! {
                <a class="btn btn-small" href=urls::propose(&copy.owner, copy.id)>
                    {verb}
                    <span class="visually-hidden">{what}" to "{name.clone()}</span>
                </a>
                <br />
            }
        });
        let buy = copy.offers.sale.map(|_| {
            view! {
                <a class="btn btn-small" href=urls::copy_buy(copy.id)>
                    "Buy"
                    <span class="visually-hidden">" from "{name.clone()}</span>
                </a>
                {add_button(copy.id, true, format!("from {name}"))}
            }
        });
        let borrow = copy.offers.loan.map(|_| {
            view! {
                <a class="btn btn-small" href=urls::copy_borrow(copy.id)>
                    "Borrow"
                    <span class="visually-hidden">" from "{name.clone()}</span>
                </a>
                <br />
            }
        });
        view! {
            {buy}
            {borrow}
            {ask}
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
                    <Terms offers=copy.offers />
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
