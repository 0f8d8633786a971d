//! The filters beside the grid, and the chips that take them off again.

use dogear_domain::edition::{Format, language_name};
use dogear_domain::fields::title_key;
use dogear_domain::grade::Grade;
use dogear_domain::whereabouts::CIRCLES;
use dogear_server::search::{Choice, Listing, Query, Sort};
use leptos::prelude::*;

use super::address;
use super::offered::{offered, offers};
use crate::islands::FilterCount;
use crate::ui::book::{many, show_books};

/// A filter in use.
pub(super) struct Chip {
    pub value: String,
    pub label: String,
    /// The address without it.
    pub without: String,
}

/// The grades offered as "or better".
const LEAST_GRADES: [Grade; 4] = [Grade::AsNew, Grade::Fine, Grade::VeryGood, Grade::Good];
/// Languages listed; chosen ones always are.
const MOST_LANGUAGES: usize = 12;

/// "As new", "Fine or better".
pub(super) fn least(grade: Grade) -> String {
    match grade {
        Grade::AsNew => grade.label().to_owned(),
        grade => format!("{grade} or better"),
    }
}

/// "1950 to 1979", "before 1900", "from 2020"; years before our era as "44 BC".
fn years(from: Option<i32>, to: Option<i32>) -> String {
    let said = |year: i32| {
        if year < 0 {
            format!("{} BC", -year)
        } else {
            year.to_string()
        }
    };
    match (from, to) {
        (Some(from), Some(to)) if from == to => said(from),
        (Some(from), Some(to)) => format!("{} to {}", said(from), said(to)),
        (None, Some(to)) => format!("until {}", said(to)),
        (Some(from), None) => format!("from {}", said(from)),
        (None, None) => "any year".into(),
    }
}

/// The name of a genre as the counts carry it.
fn genre_name(genres: &[Choice], slug: &str) -> String {
    genres
        .iter()
        .find(|choice| choice.value == slug)
        .map_or_else(|| slug.to_owned(), |choice| choice.label.clone())
}

/// Every filter in use, in the order of the form.
pub(super) fn chips(listing: &Listing) -> Vec<Chip> {
    let query = &listing.query;
    let mut chips = Vec::new();
    for genre in &query.genres {
        chips.push(Chip {
            label: genre_name(&listing.facets.genres, genre),
            without: address(&query.with(|query| query.genres.retain(|other| other != genre))),
            value: genre.clone(),
        });
    }
    if let Some(grade) = query.grade {
        chips.push(Chip {
            label: least(grade),
            without: address(&query.with(|query| query.grade = None)),
            value: grade.as_str().into(),
        });
    }
    for offer in &query.offers {
        chips.push(Chip {
            label: offered(*offer).to_owned(),
            without: address(&query.with(|query| query.offers.retain(|other| other != offer))),
            value: offer.as_str().into(),
        });
    }
    if let Some(most) = query.most {
        chips.push(Chip {
            label: format!("Up to {}", most.said()),
            without: address(&query.with(|query| query.most = None)),
            value: "price".into(),
        });
    }
    if !query.near.is_empty() {
        chips.push(Chip {
            label: match query.within {
                Some(within) => format!("Within {within} km of {}", query.near),
                None => format!("Near {}", query.near),
            },
            without: address(&query.with(|query| {
                query.near.clear();
                query.within = None;
            })),
            value: query.near.clone(),
        });
    }
    for language in &query.languages {
        chips.push(Chip {
            label: language_name(language).unwrap_or(language).to_owned(),
            without: address(
                &query.with(|query| query.languages.retain(|other| other != language)),
            ),
            value: language.clone(),
        });
    }
    for format in &query.formats {
        chips.push(Chip {
            label: format.label().into(),
            without: address(&query.with(|query| query.formats.retain(|other| other != format))),
            value: format.as_str().into(),
        });
    }
    if query.has_years() {
        chips.push(Chip {
            label: years(query.from, query.to),
            without: address(&query.with(|query| (query.from, query.to) = (None, None))),
            value: "years".into(),
        });
    }
    if query.all {
        chips.push(Chip {
            label: "Also books nobody offers".into(),
            without: address(&query.with(|query| query.all = false)),
            value: "all".into(),
        });
    }
    chips
}

/// The form itself. What was typed travels with it, so that filters narrow the same question.
pub(super) fn form(listing: &Listing) -> AnyView {
    let query = &listing.query;
    let facets = &listing.facets;
    let genres: Vec<AnyView> = facets
        .genres
        .iter()
        .map(|choice| {
            let chosen = query.genres.contains(&choice.value);
            tick(
                "genre",
                choice.value.clone(),
                choice.label.clone(),
                Some(said(choice)),
                chosen,
            )
        })
        .collect();
    let formats: Vec<AnyView> = Format::ALL
        .iter()
        .filter(|format| !matches!(format, Format::Unknown))
        .map(|format| {
            let found = of(&facets.formats, format.as_str());
            tick(
                "format",
                format.as_str().into(),
                format.label().into(),
                Some(found),
                query.formats.contains(format),
            )
        })
        .collect();
    let show = show_books(facets.total());
    let (typed, verbatim) = (query.q.clone(), query.verbatim);
    let sort = (facets.total() <= 1 && query.sort != Sort::Best).then(|| query.sort.as_str());
    view! {
        <form class="facets" id="filters" action=dogear_urls::BROWSE aria-label="Filters">
            {(!typed.is_empty()).then(|| view! { <input type="hidden" name="q" value=typed /> })}
            {verbatim.then(|| view! { <input type="hidden" name="verbatim" value="1" /> })}
            {sort.map(|sort| view! { <input type="hidden" name="sort" value=sort /> })}
            {group("Genre", true, genres)}
            {group("Condition", true, grades(listing))}
            {offers(listing)}
            {place(listing)}
            {group("Language", !query.languages.is_empty(), languages(query, &facets.languages))}
            {written(listing)}
            {group("Format", !query.formats.is_empty(), formats)}
            {group(
                "Availability",
                query.all,
                vec![
                    tick("all", "1".into(), "Also books nobody offers now".into(), None, query.all),
                ],
            )}
            <p class="row mt4 show">
                <FilterCount text=show />
                <a class="only-small-l" href="#results">
                    "Close the filters"
                </a>
            </p>
        </form>
    }
    .into_any()
}

/// How many books a choice shows: the number, and in words.
pub(super) type Found = (i64, String);

fn said(choice: &Choice) -> Found {
    (choice.books, many(choice.books, choice.at_least))
}

pub(super) fn of(choices: &[Choice], value: &str) -> Found {
    choices
        .iter()
        .find(|choice| choice.value == value)
        .map_or_else(|| (0, many(0, false)), said)
}

pub(super) fn group(name: &'static str, open: bool, choices: Vec<AnyView>) -> AnyView {
    view! {
        <details open=open>
            <summary>{name}</summary>
            <fieldset>
                <legend class="visually-hidden">{name}</legend>
                {choices}
            </fieldset>
        </details>
    }
    .into_any()
}

/// A box with what ticking it would show; greyed when that is nothing.
pub(super) fn tick(
    name: &'static str,
    value: String,
    label: String,
    found: Option<Found>,
    chosen: bool,
) -> AnyView {
    let disabled = found.as_ref().is_some_and(|(number, _)| *number == 0) && !chosen;
    view! {
        <label class="choice">
            <input type="checkbox" name=name value=value checked=chosen disabled=disabled />
            <span>{label}</span>
            {found.map(|(_, found)| view! { <span class="count">{found}</span> })}
        </label>
    }
    .into_any()
}

fn grades(listing: &Listing) -> Vec<AnyView> {
    let chosen = listing.query.grade;
    let counted = &listing.facets.grades;
    let sampled = counted.iter().any(|choice| choice.at_least);
    let at_least = |least: Grade| -> Found {
        let sum = Grade::ALL
            .iter()
            .filter(|grade| **grade >= least)
            .map(|grade| of(counted, &grade.value().to_string()).0)
            .sum();
        (sum, many(sum, sampled))
    };
    let mut offered: Vec<Grade> = LEAST_GRADES.to_vec();
    offered.extend(chosen.filter(|grade| !LEAST_GRADES.contains(grade)));
    let radio = |value: &'static str, label: String, (number, found): Found, checked: bool| {
        let disabled = number == 0 && !checked;
        view! {
            <label class="choice">
                <input type="radio" name="grade" value=value checked=checked disabled=disabled />
                <span>{label}</span>
                <span class="count">{found}</span>
            </label>
        }
        .into_any()
    };
    let any = listing.facets.without("grade");
    let any = (any, many(any, false));
    let mut choices: Vec<AnyView> = offered
        .into_iter()
        .map(|grade| {
            radio(
                grade.as_str(),
                least(grade),
                at_least(grade),
                chosen == Some(grade),
            )
        })
        .collect();
    choices.push(radio("", "Any".into(), any, chosen.is_none()));
    choices
}

fn languages(query: &Query, counted: &[Choice]) -> Vec<AnyView> {
    let missing = query
        .languages
        .iter()
        .filter(|code| !counted.iter().any(|choice| choice.value == **code))
        .map(|code| (code.clone(), (0, many(0, false))));
    counted
        .iter()
        .enumerate()
        .filter(|(n, choice)| *n < MOST_LANGUAGES || query.languages.contains(&choice.value))
        .map(|(_, choice)| (choice.value.clone(), said(choice)))
        .chain(missing)
        .filter_map(|(code, found)| {
            let name = language_name(&code)?.to_owned();
            let chosen = query.languages.contains(&code);
            Some(tick("language", code, name, Some(found), chosen))
        })
        .collect()
}

/// When the work came out: two years to type, or a span to choose.
fn written(listing: &Listing) -> AnyView {
    let query = &listing.query;
    let spans = &listing.facets.years;
    let links = spans.iter().enumerate().filter_map(|(n, span)| {
        let from = span.value.parse::<i32>().ok().filter(|_| n > 0);
        let to = spans
            .get(n + 1)
            .and_then(|next| next.value.parse::<i32>().ok());
        let to = to.map(|year| year - 1);
        let href = address(&query.with(|query| (query.from, query.to) = (from, to)));
        let (number, found) = said(span);
        (number > 0).then(|| {
            view! {
                <li>
                    <a href=href>{years(from, to)}</a>
                    <span class="count">{found}</span>
                </li>
            }
        })
    });
    let links: Vec<_> = links.collect();
    let shown = |year: Option<i32>| year.map(|year| year.to_string());
    view! {
        <details open=query.has_years()>
            <summary>"Year"</summary>
            <fieldset>
                <legend class="visually-hidden">"Year the work came out"</legend>
                <div class="span">
                    <label for="from" class="small">
                        "From"
                    </label>
                    <input
                        class="input"
                        id="from"
                        name="from"
                        value=shown(query.from)
                        inputmode="numeric"
                        maxlength="5"
                        autocomplete="off"
                    />
                    <label for="to" class="small">
                        "to"
                    </label>
                    <input
                        class="input"
                        id="to"
                        name="to"
                        value=shown(query.to)
                        inputmode="numeric"
                        maxlength="5"
                        autocomplete="off"
                    />
                </div>
                {(!links.is_empty()).then(|| view! { <ul class="nearlist">{links}</ul> })}
            </fieldset>
        </details>
    }
    .into_any()
}

/// How far around the place: what each circle would show, as far as that is known.
fn circles(listing: &Listing) -> Option<AnyView> {
    let query = &listing.query;
    if query.near.is_empty() || !listing.located {
        return None;
    }
    let option = |kilometres: u32| {
        let value = kilometres.to_string();
        let (_, found) = of(&listing.facets.within, &value);
        let chosen = query.within == Some(kilometres);
        view! {
            <option value=value selected=chosen>
                {format!("within {kilometres} km ({found})")}
            </option>
        }
    };
    Some(
        view! {
            <label class="visually-hidden" for="within">
                "How far from there"
            </label>
            <select class="select" id="within" name="within">
                <option value="" selected=query.within.is_none()>
                    "only there"
                </option>
                {CIRCLES.into_iter().map(option).collect_view()}
            </select>
        }
        .into_any(),
    )
}

/// Near a town: typed, or one of the frequent ones, the reader's own first.
fn place(listing: &Listing) -> AnyView {
    let query = &listing.query;
    let near = |place: &str| {
        address(&query.with(|query| {
            place.clone_into(&mut query.near);
            query.within = None;
        }))
    };
    let own = listing.town.as_deref().map(title_key);
    let mut links: Vec<(String, String, String)> = Vec::new();
    if let Some(town) = &listing.town {
        let known = listing
            .facets
            .places
            .iter()
            .find(|choice| Some(&choice.value) == own.as_ref());
        let found = known.map_or_else(String::new, |choice| said(choice).1);
        links.push((near(town), format!("{town}, my town"), found));
    }
    for choice in &listing.facets.places {
        if Some(&choice.value) != own.as_ref() {
            links.push((near(&choice.label), choice.label.clone(), said(choice).1));
        }
    }
    let unknown = (!query.near.is_empty() && !listing.located).then(|| {
        view! {
            <p class="small quiet">
                "This place is on no map of ours, so only readers who wrote just that are found."
            </p>
        }
    });
    let typed = query.near.clone();
    view! {
        <details open=true>
            <summary>"Near"</summary>
            <fieldset>
                <legend class="visually-hidden">"Near a town or region"</legend>
                <label class="visually-hidden" for="near">
                    "Town or region"
                </label>
                <input
                    class="input"
                    id="near"
                    name="near"
                    value=typed
                    placeholder="Town or region"
                    maxlength="80"
                    autocomplete="off"
                />
                {circles(listing)}
                {unknown}
                {(!links.is_empty())
                    .then(|| {
                        view! {
                            <ul class="nearlist">
                                {links
                                    .into_iter()
                                    .map(|(href, label, found)| {
                                        view! {
                                            <li>
                                                <a href=href>{label}</a>
                                                <span class="count">{found}</span>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        }
                    })}
            </fieldset>
        </details>
    }
    .into_any()
}
