//! `/trades/new` and `/trades/{id}/counter`: two shelves, side by side.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use dogear_domain::ids::{CopyId, TradeId};
use dogear_server::Error;
use dogear_server::trades::{
    self, Books, BuilderView, Choice, SHELF_PAGE, ShelfSearch, ShelfView, TradeView,
};
use leptos::prelude::*;

use super::actions::{CounterTrade, ProposeTrade};
use super::page::moved_on;
use super::text;
use crate::action::ServerFn;
use crate::http::{Form, Nav, PageResult, Req, Segment};
use crate::islands::BuilderSum;
use crate::ui::book::{Condition, Cover, CoverSize, Terms};
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea};
use crate::ui::form_state::{FormState, PageForm};
use crate::ui::{count, grouped};
use dogear_urls as urls;

/// The button that searches both shelves.
const SEARCH: &str = "shelves";

/// Which way the builder is used.
#[derive(Clone, Copy)]
enum Mode<'a> {
    New(&'a str),
    Counter(TradeId),
}

fn books(form: &Form) -> Books {
    Books {
        gives: form.ids::<CopyId>("give"),
        gets: form.ids::<CopyId>("get"),
        gift: false,
    }
}

fn look(form: &Form) -> ShelfSearch<'_> {
    // A search begins with its first page; “get:3” leafs in one shelf, and the other stays.
    let page = |side: &str, field: &str| match form.text("look").split_once(':') {
        Some((this, page)) if this == side => page.parse().unwrap_or(1),
        None if form.text("look") == SEARCH => 1,
        _ => form.text(field).parse().unwrap_or(1),
    };
    ShelfSearch {
        give_query: form.text("give_q"),
        get_query: form.text("get_q"),
        give_page: page("give", "give_page"),
        get_page: page("get", "get_page"),
    }
}

pub(super) async fn new(req: Req, RawQuery(query): RawQuery) -> PageResult {
    let form = match Form::typed(&req.form) {
        Some(typed) => typed,
        None => Form::from_query(query.as_deref().unwrap_or_default()),
    };
    let with = form.text("with").to_owned();
    show(&req, Mode::New(&with), &form, Some(&books(&form))).await
}

pub(super) async fn counter(req: Req, Segment(id): Segment<TradeId>) -> PageResult {
    let typed = Form::typed(&req.form);
    let chosen = typed.as_ref().map(books);
    let form = typed.unwrap_or_default();
    match show(&req, Mode::Counter(id), &form, chosen.as_ref()).await {
        // It cannot be answered any more: the trade says why.
        Err(gone) if gone.status == StatusCode::CONFLICT && req.form.failed() => {
            super::page::render(&req, id).await
        }
        shown => shown,
    }
}

async fn show(req: &Req, mode: Mode<'_>, form: &Form, chosen: Option<&Books>) -> PageResult {
    let state = req.form.clone();
    let look = look(form);
    let none = Books::default();
    let view = match mode {
        Mode::New(with) => trades::builder(&req.cx, with, chosen.unwrap_or(&none), &look).await,
        Mode::Counter(trade) => trades::counter_builder(&req.cx, trade, chosen, &look).await,
    };
    let view = match view {
        Err(Error::NotFound) if matches!(mode, Mode::New("")) => {
            return Ok(req.redirect(urls::BROWSE));
        }
        other => other?,
    };
    // After an answer to an older version: what has changed since.
    let trade = match view.answers {
        Some((trade, _)) if state.failed() => Some(trades::page(&req.cx, trade).await?),
        _ => None,
    };
    Ok(page(req, view, trade, state))
}

fn page(req: &Req, view: BuilderView, trade: Option<TradeView>, state: FormState) -> Response {
    let name = view.other.name.clone();
    let (title, action) = match view.answers {
        None => (
            format!("A trade with {}", view.other.called()),
            ProposeTrade::PATH,
        ),
        Some(_) => (
            format!("Answer {} with other books", view.other.called()),
            CounterTrade::PATH,
        ),
    };
    let with = match view.answers {
        None => vec![("with", view.other.handle.clone())],
        Some((trade, seen)) => vec![("trade", trade.to_string()), ("seen", seen.to_string())],
    };
    if state.error("gift").is_some() {
        return ask_for_gift(req, &view, action, with, &state);
    }
    let back = view.answers.map(|(trade, _)| urls::trade(trade));
    let no_gift = view
        .no_gift
        .map(|why| view! { <p class="notice">{why.to_string()}</p> });
    let heading = title.clone();
    req.page(title).nav(Nav::Trades).render(move || {
        let chosen = |shelf: &ShelfView| shelf.choices.iter().filter(|choice| choice.chosen).count();
        let (gives, gets) = (chosen(&view.give), chosen(&view.get));
        let ends: i64 = view
            .give
            .choices
            .iter()
            .filter(|choice| choice.chosen)
            .map(|choice| choice.offers)
            .sum();
        let also = match ends {
            0 => String::new(),
            ends => format!(
                " {} with one of these books {}.",
                count(ends, "other open proposal of yours", "other open proposals of yours"),
                if ends == 1 { "ends then" } else { "end then" }
            ),
        };
        let methods = vec![
            ("post".to_owned(), "By post".to_owned(), "Each pays their own parcel. Addresses are asked for when you have both agreed.".to_owned()),
            ("meet".to_owned(), "In person".to_owned(), "You settle the place and the time in messages.".to_owned()),
        ];
        let trust = text::trust(&view.other);
        let whereabouts = view.other.whereabouts.said();
        let days = i64::from(view.reply_days);
        let give = side(&view.give, "give", "You give", "From your shelf");
        let get = side(&view.get, "get", "You get", &format!("From the shelf of {name}"));
        let label = format!("A word to {name}");
        let hint = format!("Only {name} sees it. Leave your address out: it is asked for when you have both agreed.");
        let after = format!("{name} has {} to answer.", count(days, "day", "days"));
        view! {
            <PostForm action=action with=with>
                <div class="wrap">
                    <nav class="crumbs" aria-label="Breadcrumb">
                        <ol>
                            <li>
                                <a href=urls::TRADES>"Trades"</a>
                            </li>
                            {back
                                .map(|path| {
                                    view! {
                                        <li>
                                            <a href=path>"The proposal"</a>
                                        </li>
                                    }
                                })}
                        </ol>
                    </nav>
                    <ErrorSummary state=state.clone() />
                    {trade.and_then(|trade| moved_on(&trade, &state))}
                    <div class="head">
                        <div class="stack stack-s">
                            <h1>{heading}</h1>
                            {(!whereabouts.is_empty()).then(|| view! { <p>{whereabouts}</p> })}
                            <p class="quiet">{trust}</p>
                        </div>
                    </div>
                    {no_gift}
                    <nav class="jump" aria-label="Sides of the trade">
                        <a href="#give">"You give"</a>
                        <a href="#get">"You get"</a>
                    </nav>
                    <div class="spread" id="f-books">
                        {give}
                        {get}
                    </div>
                    <div class="cols mt7">
                        <Radios
                            state=state.clone()
                            name="method"
                            label="How it changes hands"
                            options=methods
                            value=view.method.as_str()
                        />
                        <TextArea state=state.clone() name="message" label=label hint=hint />
                    </div>
                    <p class="notice mt6">
                        {format!(
                            "If {name} accepts, all these books are reserved at once.{also} Until then nothing is held.",
                        )}
                    </p>
                </div>
                <div class="sendbar mt7">
                    <div class="wrap">
                        <BuilderSum gives=gives gets=gets after=after />
                        <button class="btn btn-do">{format!("Send to {name}")}</button>
                    </div>
                </div>
            </PostForm>
        }
    })
}

/// The step before a request for books that offers none: what is asked for, and whether it is meant
/// so. Everything that was typed goes along.
fn ask_for_gift(
    req: &Req,
    view: &BuilderView,
    action: &'static str,
    mut with: Vec<(&'static str, String)>,
    state: &FormState,
) -> Response {
    let name = view.other.name.clone();
    let asked: Vec<&Choice> = view
        .get
        .choices
        .iter()
        .filter(|choice| choice.chosen)
        .collect();
    let it = if asked.len() == 1 { "it" } else { "them" };
    let titles = asked
        .iter()
        .map(|choice| {
            view! {
                <li>
                    <cite>{choice.title.clone()}</cite>
                    {format!(", {}", choice.grade.label().to_lowercase())}
                </li>
            }
        })
        .collect_view();
    with.extend(asked.iter().map(|choice| ("get", choice.copy.to_string())));
    for field in ["method", "message"] {
        with.push((field, state.value(field).to_owned()));
    }
    let title = format!("You offer nothing. Ask for {it} as a gift?");
    let heading = title.clone();
    req.page(title).nav(Nav::Trades).render(move || {
        // The heading says it: a question, and nothing that is wrong.
        if let Some(page) = use_context::<PageForm>() {
            page.say();
        }
        view! {
            <div class="wrap wrap-narrow page stack">
                <h1>{heading}</h1>
                <p>{format!("{name} would get no book for:")}</p>
                <ul>{titles}</ul>
                <p class="quiet">
                    "Most readers look for a book in return. A book that you have read may be just the one."
                </p>
                <PostForm action=action with=with>
                    <p class="row">
                        <button class="btn" name="gift" value="yes">
                            {format!("Ask {name} for a gift")}
                        </button>
                        <button class="btn btn-do" name="look" value=SEARCH>
                            "Choose a book to give"
                        </button>
                    </p>
                </PostForm>
            </div>
        }
    })
}

fn side(
    shelf: &ShelfView,
    name: &'static str,
    heading: &'static str,
    search_label: &str,
) -> AnyView {
    let chosen = shelf.choices.iter().filter(|choice| choice.chosen).count();
    let row = |choice: &Choice| pick(choice, name);
    let taken: Vec<AnyView> = shelf
        .choices
        .iter()
        .filter(|choice| choice.chosen)
        .map(row)
        .collect();
    let rest: Vec<AnyView> = shelf
        .choices
        .iter()
        .filter(|choice| !choice.chosen)
        .map(row)
        .collect();
    let nothing = rest.is_empty().then(|| {
        let text = if shelf.found > 0 {
            "All of these stand above, ticked."
        } else if !shelf.query.is_empty() {
            "Nothing on this shelf matches."
        } else if name == "give" && taken.is_empty() {
            "You have listed no book yet. List one first: most readers look for a book in return."
        } else {
            "Nothing else is offered on this shelf."
        };
        view! { <p class="quiet mt4">{text}</p> }
    });
    let missing = (shelf.missing > 0).then(|| {
        let text = format!(
            "{} not on this shelf any more, and left out.",
            count(
                shelf.missing,
                "book that you chose is",
                "books that you chose are"
            )
        );
        view! { <p class="fine red strong mt4">{text}</p> }
    });
    let (field, query) = (format!("{name}_q"), shelf.query.clone());
    let leafing = leafing(shelf, name);
    view! {
        <section aria-labelledby=name>
            <h2 id=name>
                {heading}<span class="count" data-count=name>
                    {count(chosen, "book", "books")}
                </span>
            </h2>
            {(!taken.is_empty()).then(|| view! { <ul class="picks">{taken}</ul> })}
            {missing}
            <div class="field mt5">
                <label for=field.clone()>{search_label.to_owned()}</label>
                <div class="finder">
                    <input
                        class="input"
                        id=field.clone()
                        name=field
                        type="search"
                        value=query
                        placeholder="Title or author"
                        autocomplete="off"
                        maxlength="200"
                    />
                    <button class="btn" name="look" value=SEARCH>
                        "Search"
                    </button>
                </div>
            </div>
            <ul class="picks">{rest}</ul>
            {nothing}
            {leafing}
        </section>
    }
    .into_any()
}

/// Which part of a long shelf is shown, and the buttons that show the next. What is ticked goes
/// along, since they send the form.
fn leafing(shelf: &ShelfView, name: &'static str) -> Option<AnyView> {
    if shelf.pages <= 1 {
        return None;
    }
    let first = i64::from(shelf.page - 1) * i64::from(SHELF_PAGE) + 1;
    let last = (first + i64::from(SHELF_PAGE) - 1).min(shelf.found);
    let text = format!("{first} to {last} of {}", grouped(shelf.found));
    let whose = match name {
        "give" => " of your shelf",
        _ => " of their shelf",
    };
    let button = |page: u32, label: &'static str| {
        view! {
            <button class="btn btn-small" name="look" value=format!("{name}:{page}")>
                {label}
                <span class="visually-hidden">{whose}</span>
            </button>
        }
    };
    let earlier = (shelf.page > 1).then(|| button(shelf.page - 1, "Earlier"));
    let next = (shelf.page < shelf.pages).then(|| button(shelf.page + 1, "More"));
    let page = shelf.page.to_string();
    Some(
        view! {
            <p class="row mt4">
                <span class="small quiet">{text}</span>
                {earlier}
                {next}
                <input type="hidden" name=format!("{name}_page") value=page />
            </p>
        }
        .into_any(),
    )
}

fn pick(choice: &Choice, name: &'static str) -> AnyView {
    let defects: String = choice
        .defects
        .iter()
        .map(|defect| format!(" · {}", defect.label().to_lowercase()))
        .collect();
    let offers = match choice.offers {
        0 => String::new(),
        offers => format!(
            " · also in {}",
            count(offers, "other open offer", "other open offers")
        ),
    };
    let gone = (!choice.available)
        .then(|| view! { <p class="fine red strong">"No longer offered. Take it out."</p> });
    view! {
        <li>
            <Cover work=choice.work size=CoverSize::Small />
            <div>
                <p class="btitle">{choice.title.clone()}</p>
                <p class="by small">{choice.author.clone()}</p>
                <p class="fine quiet">
                    <Condition grade=choice.grade />
                    " "
                    <Terms offers=choice.terms />
                    {defects}
                    {offers}
                </p>
                {gone}
            </div>
            <label class="choice take">
                <input
                    type="checkbox"
                    name=name
                    value=choice.copy.to_string()
                    checked=choice.chosen
                />
                <span class="visually-hidden">{choice.title.clone()}</span>
            </label>
        </li>
    }
    .into_any()
}
