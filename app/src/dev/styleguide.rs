//! `/dev/styleguide`: everything a page is made of, drawn by the components the pages use.

use axum::response::Response;
use dogear_domain::covers::Family;
use leptos::prelude::*;

use super::samples;
use crate::http::Req;
use crate::ui::icons::{Glyph, Icon};

/// Class of the swatch, name, use, colours in light and dark, what is read on it.
const COLOURS: [(&str, &str, &str, &str, &str); 13] = [
    (
        "f-paper",
        "paper",
        "the page",
        "#f4f3ec / #191815",
        "ink on it 15.6 / 14.4",
    ),
    (
        "f-surface",
        "surface",
        "sheets, fields",
        "#fcfbf7 / #22201c",
        "ink on it 16.8 / 13.2",
    ),
    (
        "f-inset",
        "inset",
        "recesses",
        "#eae8de / #12110f",
        "ink on it 14.2 / 15.3",
    ),
    (
        "f-backdrop",
        "backdrop",
        "behind a cut corner",
        "#d8d5c8 / #050504",
        "ink on it 11.8 / 16.5",
    ),
    (
        "f-rule",
        "rule",
        "hairlines",
        "#d3d0c3 / #3b3832",
        "ink on it 11.3 / 9.5",
    ),
    (
        "f-edge",
        "edge",
        "field borders",
        "#7d7a70 / #858073",
        "on paper 3.9 / 4.5",
    ),
    (
        "f-ink",
        "ink",
        "text",
        "#1b1a17 / #ece7d9",
        "on paper 15.6 / 14.4",
    ),
    (
        "f-ink2",
        "ink-2",
        "second voice",
        "#4a4841 / #c5bfaf",
        "on paper 8.2 / 9.7",
    ),
    (
        "f-ink3",
        "ink-3",
        "quiet text",
        "#65625a / #a09a8a",
        "on paper 5.5 / 6.3",
    ),
    (
        "f-accent",
        "accent",
        "red text, lines",
        "#b0171f / #ff8573",
        "on paper 6.3 / 7.5",
    ),
    (
        "f-fill",
        "accent-fill",
        "red surface",
        "#b0171f / #bf2a2e",
        "its text 6.6 / 5.5",
    ),
    (
        "f-deep",
        "accent-deep",
        "back of a corner",
        "#7f0e17 / #8f1a20",
        "its text 9.9 / 8.4",
    ),
    (
        "f-wash",
        "accent-wash",
        "tint",
        "#f5e1db / #3a1b18",
        "ink on it 13.8 / 12.6",
    ),
];

pub(super) async fn show(req: Req) -> Response {
    let now = req.cx.now();
    req.page("Style guide").render(move || {
        view! {
            <div class="wrap">
                <header class="page stack">
                    <h1 class="display">"Read the black, do the red."</h1>
                    <p class="lead">
                        "Two inks on paper. Black says what is so; red says what you can do, or must do next. The covers bring every other colour. Corners fold down where something waits."
                    </p>
                </header>
                {section(
                    "type",
                    "Type",
                    "A serif for what is read, the system face for what is worked, a monospace for numbers of record.",
                    type_scale(),
                )}
                {section(
                    "colour",
                    "Colour",
                    "Ratios are given as day / lamp. Text is never below 4.5, edges of controls never below 3.",
                    swatches(),
                )}
                {section(
                    "covers",
                    "Covers",
                    "When there is no picture, a cover is composed from the title and the author. Thirteen families, sixteen pairs of inks, one hash.",
                    covers(),
                )}
                {section(
                    "buttons",
                    "Buttons",
                    "One red button on a view, with its corner down. Black outline for the rest. Solid black for what cannot be undone, on its own page.",
                    samples::buttons(),
                )}
                {section(
                    "fields",
                    "Fields",
                    "Label above, hint under it, then the words of the error, then the box.",
                    samples::fields(),
                )}
                {section(
                    "wrong",
                    "What was typed is wrong",
                    "A summary above the heading links to each field; the same words stand at the field.",
                    samples::wrong_fields(),
                )}
                {section(
                    "tables",
                    "Tables",
                    "Hairlines, no stripes, figures aligned. On a narrow column each row folds into a record.",
                    samples::table(),
                )}
                {section(
                    "labels",
                    "Labels",
                    "A label is a word in a box. Filled red: needs you. Filled black: done. Dashed: waiting on somebody else.",
                    samples::labels(),
                )}
                {section(
                    "steps",
                    "A trade",
                    "Its steps, and the letters below them.",
                    samples::trade(now),
                )}
                {section(
                    "says",
                    "What the site says",
                    "A flash once, above the heading; notices for as long as they hold.",
                    samples::notices(),
                )}
                {section(
                    "empties",
                    "Empty places",
                    "First use, cleared, nothing found, failed: four different sentences.",
                    samples::empties(),
                )}
                {section(
                    "pages",
                    "Tabs and pages",
                    "The current one has its corner down.",
                    samples::pages(),
                )}
                {section(
                    "dialog",
                    "Dialog",
                    "Only for what cannot be undone; it says what will happen, and its buttons are verbs. It is also a page of its own.",
                    samples::dialog(),
                )}
                {section(
                    "icons",
                    "Icons",
                    "On a grid of 24, 1.5 wide, square ends. Always beside a word, or with one for screen readers.",
                    icons(),
                )}
            </div>
        }
    })
}

/// A hung section: its heading stands in the margin.
fn section(
    id: &'static str,
    heading: &'static str,
    about: &'static str,
    content: impl IntoView,
) -> AnyView {
    view! {
        <section class="hung" aria-labelledby=id>
            <header>
                <h2 id=id>{heading}</h2>
                <p>{about}</p>
            </header>
            <div class="stack stack-l">{content}</div>
        </section>
    }
    .into_any()
}

fn type_scale() -> impl IntoView {
    view! {
        <ol class="typescale">
            <li>
                <span class="fine quiet">"Display, 38 to 100 px, serif, −0.028 em"</span>
                <p class="display">"The whale, 1851"</p>
            </li>
            <li>
                <span class="fine quiet">"h1, 34 to 54 px"</span>
                <p class="serif t-h1">"A trade with Ana"</p>
            </li>
            <li>
                <span class="fine quiet">"h2, 25 to 32 px"</span>
                <p class="serif t-h2">"Three copies to trade"</p>
            </li>
            <li>
                <span class="fine quiet">"h3, 20 to 23 px"</span>
                <p class="serif t-h3">"Where this copy has been"</p>
            </li>
            <li>
                <span class="fine quiet">"Lead, 19 to 22 px, ink-2"</span>
                <p class="lead">"Readers swap the real, printed books on their own shelves."</p>
            </li>
            <li>
                <span class="fine quiet">"Prose, 17 px / 1.6, old-style figures"</span>
                <p class="prose">
                    "Around them a whole town schemes, gossips, lends money and dies, while the railway of 1832 comes nearer."
                </p>
            </li>
            <li>
                <span class="fine quiet">
                    "Interface, 16 px system face; small 15; fine 13, lining figures in tables"
                </span>
                <p>
                    "Answers in 5 hours. "<span class="small">"Listed 3 days ago. "</span>
                    <span class="fine">"41 trades "</span>
                    <span class="isbn">"978-0-14-143954-9"</span>
                </p>
            </li>
        </ol>
    }
}

fn swatches() -> impl IntoView {
    let swatch = |(class, name, used, colours, ratios)| {
        view! {
            <li>
                <svg
                    viewBox="0 0 10 5"
                    preserveAspectRatio="none"
                    width="160"
                    height="72"
                    aria-hidden="true"
                >
                    <rect class=class width="10" height="5" />
                </svg>
                <p class="small mt4">
                    <strong>{name}</strong>
                    ", "
                    {used}
                </p>
                <p class="fine quiet num">{colours}<br />{ratios}</p>
            </li>
        }
    };
    view! { <ul class="swatches">{COLOURS.map(swatch).collect_view()}</ul> }
}

fn covers() -> impl IntoView {
    let picture = |family: Family| {
        view! {
            <img
                src=format!("/dev/cover/{}.svg", family.name())
                alt=""
                width="320"
                height="480"
                loading="lazy"
            />
        }
    };
    let books = Family::ALL
        .into_iter()
        .enumerate()
        .map(|(number, family)| {
            let class = if number % 3 == 0 {
                "cover corner"
            } else {
                "cover"
            };
            view! {
                <li class="book">
                    <div class=class>{picture(family)}</div>
                    <p class="fine">{family.name()}</p>
                </li>
            }
        })
        .collect_view();
    let sizes = [
        ("cover cover-s", Family::Bands),
        ("cover cover-s corner", Family::Solid),
        ("cover cover-m", Family::Label),
        ("cover cover-m corner", Family::Poster),
        ("cover cover-l", Family::Slip),
    ]
    .map(|(class, family)| view! { <div class=class>{picture(family)}</div> });
    view! {
        <ul class="shelfgrid">{books}</ul>
        <div class="stack">
            <p class="small">
                "At 44, 72 and 112 pixels wide. A folded corner: it can be asked for today."
            </p>
            <div class="row">{sizes.collect_view()}</div>
        </div>
    }
}

fn icons() -> impl IntoView {
    let item = |glyph: Glyph| {
        let name = format!("{glyph:?}");
        view! {
            <li>
                <Icon glyph=glyph />
                <span>{name}</span>
            </li>
        }
    };
    view! { <ul class="iconset">{Glyph::ALL.map(item).collect_view()}</ul> }
}
