//! `/reading`: what the reader wants, reads and has read.

use axum::extract::Query;
use dogear_server::library::{self, Library, LibraryQuery, LibraryRow, ListSort, Tab};
use jiff::civil::Date;
use leptos::prelude::*;
use serde::Deserialize;

use super::actions::{FinishReading, NoteProgress, ResumeReading, ShareReading, StartReading};
use super::book::day;
use super::fields::next;
use super::panel::{progress_bar, standing_words};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize, title_lang};
use crate::ui::count;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::pager::pager;
use dogear_urls as urls;

/// The query of `/reading`; everything in it is optional.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    tab: String,
    q: String,
    sort: String,
    page: String,
}

impl From<Params> for LibraryQuery {
    fn from(params: Params) -> Self {
        Self {
            tab: Tab::parse(&params.tab),
            text: params.q.chars().take(200).collect(),
            sort: ListSort::parse(&params.sort),
            page: params.page.parse().unwrap_or(1).clamp(1, 100_000),
        }
    }
}

/// The address that shows this query.
fn address(query: &LibraryQuery) -> String {
    let word = |word: &'static str, first: bool| if first { "" } else { word };
    urls::reading(urls::ReadingList {
        tab: word(query.tab.as_str(), query.tab == Tab::All),
        q: &query.text,
        sort: word(query.sort.as_str(), query.sort == ListSort::Changed),
        page: query.page,
    })
}

const fn tab_label(tab: Tab) -> &'static str {
    match tab {
        Tab::All => "All",
        Tab::Want => "Want to read",
        Tab::Reading => "Reading",
        Tab::Paused => "Paused",
        Tab::Read => "Read",
        Tab::Stopped => "Did not finish",
        Tab::Rated => "Rated",
        Tab::Owned => "Owned",
    }
}

const fn sort_label(sort: ListSort) -> &'static str {
    match sort {
        ListSort::Changed => "Last changed",
        ListSort::Title => "Title",
        ListSort::Author => "Author",
        ListSort::Rating => "Your rating",
        ListSort::Read => "Day read",
    }
}

pub(super) async fn show(req: Req, Query(params): Query<Params>) -> PageResult {
    let mut query = LibraryQuery::from(params);
    let library = library::library(&req.cx, &query).await?;
    query.page = library.page;
    let (state, today) = (req.form.clone(), library::today(&req.cx));
    let handle = req.cx.reader()?.handle.clone();
    Ok(req
        .page("Your reading")
        .nav(Nav::Shelf)
        .render(move || view(&library, &query, &state, today, &handle)))
}

fn view(
    library: &Library,
    query: &LibraryQuery,
    state: &FormState,
    today: Date,
    handle: &str,
) -> impl IntoView + use<> {
    let counts = library.counts;
    let bare = counts.all == 0 && counts.owned == 0;
    let year = today.year();
    let body = if bare {
        first_use()
    } else {
        view! {
            {parts(library, query)}
            {search(query)}
            {content(library, query, state, today)}
            {sharing(counts.is_public, handle)}
        }
        .into_any()
    };
    view! {
        <div class="wrap page">
            <ErrorSummary state=state.clone() />
            <div class="head">
                <div class="stack stack-s">
                    <p class="small">
                        <a href=urls::SHELF>"Your shelf"</a>
                    </p>
                    <h1>"Your reading"</h1>
                </div>
                <p class="row">
                    <a class="btn" href=urls::reading_year(year)>
                        {format!("{year} in numbers")}
                    </a>
                </p>
            </div>
            {body}
        </div>
    }
}

fn parts(library: &Library, query: &LibraryQuery) -> impl IntoView + use<> {
    let (counts, here) = (library.counts, query.tab);
    let tabs = Tab::ALL.map(|tab| {
        let link = address(&LibraryQuery {
            tab,
            ..LibraryQuery::default()
        });
        let current = (tab == here).then_some("page");
        view! {
            <a href=link aria-current=current>
                {tab_label(tab)}
                " "
                <span class="count">{counts.of(tab)}</span>
            </a>
        }
    });
    view! {
        <nav class="tabs" aria-label="Parts of your reading">
            {tabs.into_iter().collect_view()}
        </nav>
    }
}

fn search(query: &LibraryQuery) -> impl IntoView + use<> {
    let sorts = ListSort::ALL.map(|sort| {
        view! {
            <option value=sort.as_str() selected=sort == query.sort>
                {sort_label(sort)}
            </option>
        }
    });
    let tab = (query.tab != Tab::All)
        .then(|| view! { <input type="hidden" name="tab" value=query.tab.as_str() /> });
    let text = query.text.clone();
    view! {
        <form class="row mt4" role="search" aria-label="Your reading" action=urls::READING>
            {tab}
            <label class="visually-hidden" for="rq">
                "Search your reading"
            </label>
            <input
                class="input select-inline"
                id="rq"
                name="q"
                type="search"
                value=text
                placeholder="Title or author"
                autocomplete="off"
            />
            <label class="visually-hidden" for="rs">
                "Sort"
            </label>
            <select class="select select-inline" id="rs" name="sort">
                {sorts.into_iter().collect_view()}
            </select>
            <button class="btn">"Show"</button>
        </form>
    }
}

/// The list, or why it is empty.
fn content(library: &Library, query: &LibraryQuery, state: &FormState, today: Date) -> AnyView {
    if library.rows.is_empty() {
        return nothing_here(query);
    }
    let rows = library.rows.iter().map(|row| line(row, state, today));
    let base = query.clone();
    let matched = (!query.text.is_empty()).then(|| {
        let found = count(library.found, "book matches", "books match");
        view! { <p class="mt4 quiet">{format!("{found} “{}”.", query.text)}</p> }
    });
    view! {
        {matched}
        <ul class="finds mt4">{rows.collect_view()}</ul>
        {pager(
            library.page,
            library.pages,
            |page| address(
                &LibraryQuery {
                    page,
                    ..base.clone()
                },
            ),
        )}
    }
    .into_any()
}

fn line(row: &LibraryRow, state: &FormState, today: Date) -> AnyView {
    let lang = title_lang(&row.language);
    let mut words = standing_words(&row.panel);
    words.extend(row.read_on.map(|read| format!("last read {}", day(read))));
    if row.owned {
        words.push("on your shelf".to_owned());
    }
    if row.shown {
        words.push("others see it".to_owned());
    }
    let bar = row
        .progress()
        .filter(|_| row.open().is_some())
        .map(progress_bar);
    let label = format!("Details: {}", row.title);
    view! {
        <li>
            <div class="quickbook">
                <Cover work=row.work() size=CoverSize::Small />
                <div>
                    <p class="btitle" lang=lang dir="auto">
                        <a href=urls::book(row.work(), &row.slug)>{row.title.clone()}</a>
                    </p>
                    <p class="by small quiet" dir="auto">
                        {row.author_line.clone()}
                    </p>
                    <p class="small">{words.join(" · ")}</p>
                    {bar}
                </div>
            </div>
            <div class="row">
                {actions(row, state, today)}
                <a class="small" href=urls::reading_book(row.work()) aria-label=label>
                    "Details"
                </a>
            </div>
        </li>
    }
    .into_any()
}

/// What can be done to a book with one press.
fn actions(row: &LibraryRow, state: &FormState, today: Date) -> AnyView {
    use dogear_domain::library::ReadingStatus::{Paused, Want};
    let title = row.title.clone();
    let Some(open) = row.open() else {
        let may_start = row.status() == Some(Want) || row.panel.wanted || row.status().is_none();
        return may_start
            .then(|| {
                let with = [("work", row.work().to_string()), next()];
                view! {
                    <PostForm action=StartReading::PATH with=with>
                        <button class="btn btn-small">
                            "Start" <span class="visually-hidden">" reading "{title}</span>
                        </button>
                    </PostForm>
                }
            })
            .into_any();
    };
    let reading = || ("reading", open.to_string());
    if row.status() == Some(Paused) {
        return view! {
            <PostForm action=ResumeReading::PATH with=[reading(), next()]>
                <button class="btn btn-small">
                    "Go on" <span class="visually-hidden">" reading "{title}</span>
                </button>
            </PostForm>
        }
        .into_any();
    }
    let finish = [
        reading(),
        ("ending", "finished".to_owned()),
        ("ended_on", today.to_string()),
        next(),
    ];
    let finish_title = title.clone();
    view! {
        {progress_form(row, state, title)}
        <PostForm action=FinishReading::PATH with=finish>
            <button class="btn btn-small">
                "Finished" <span class="visually-hidden">" "{finish_title}" today"</span>
            </button>
        </PostForm>
    }
    .into_any()
}

/// The small form for how far one is; what was typed into it and refused stands in it again.
fn progress_form(row: &LibraryRow, state: &FormState, title: String) -> AnyView {
    use dogear_domain::library::ProgressUnit;
    let (Some(open), progress) = (row.open(), row.progress()) else {
        return ().into_any();
    };
    let unit = progress.map_or(ProgressUnit::Page, |progress| progress.unit);
    let of = progress
        .and_then(|progress| progress.of)
        .filter(|_| unit == ProgressUnit::Page)
        .or(row.panel.pages)
        .map_or_else(String::new, |pages| pages.to_string());
    let wrong = state.failed() && state.value("reading") == open.to_string();
    let error = wrong
        .then(|| state.error("done").or(state.error("of")))
        .flatten()
        .map(str::to_owned);
    let value = match progress {
        _ if wrong => state.value("done").to_owned(),
        Some(progress) => progress.done.to_string(),
        None => String::new(),
    };
    let label = match unit {
        ProgressUnit::Page => format!("Page of {title}"),
        ProgressUnit::Percent => format!("Per cent of {title}"),
    };
    let with = [
        ("reading", open.to_string()),
        ("unit", unit.to_string()),
        ("of", of),
        next(),
    ];
    let id = error.is_some().then_some("f-done");
    let described = error.is_some().then_some("f-done-error");
    let invalid = error.is_some().then_some("true");
    let button = match unit {
        ProgressUnit::Page => "Save page",
        ProgressUnit::Percent => "Save %",
    };
    view! {
        <PostForm class="row" action=NoteProgress::PATH with=with>
            {error
                .map(|text| {
                    view! {
                        <p class="error" id="f-done-error">
                            {text}
                        </p>
                    }
                })}
            <input
                class="input select-inline"
                id=id
                name="done"
                size="5"
                inputmode="decimal"
                autocomplete="off"
                value=value
                aria-label=label
                aria-describedby=described
                aria-invalid=invalid
            />
            <button class="btn btn-small">{button}</button>
        </PostForm>
    }
    .into_any()
}

/// Who sees it, the switch, and the whole as a file.
fn sharing(is_public: bool, handle: &str) -> AnyView {
    let (sentence, button) = if is_public {
        (
            "Others see on your profile which books you want, read and have read, when, and how you rated them, but for those that you keep to yourself one by one. They never see your notes.",
            "Show it to nobody",
        )
    } else {
        (
            "Nobody but you sees what you read, but for books that you made public one by one. Your ratings count in what a book’s page says of all readers together, without your name. If you change this, it holds for everything that is here already.",
            "Show my reading to others",
        )
    };
    let public = handle.to_owned();
    view! {
        <section class="rule-top mt6 stack stack-s" aria-labelledby="seen">
            <h2 id="seen" class="t-h3">
                "Who sees it"
            </h2>
            <p class="small">{sentence}</p>
            <PostForm
                class="row"
                action=ShareReading::PATH
                with=[("public", (!is_public).to_string())]
            >
                <button class="btn btn-small">{button}</button>
                <a class="small" href=urls::reader_reading(&public)>
                    "As others see it"
                </a>
            </PostForm>
            <p class="small quiet">
                "Take it with you: "<a href=urls::READING_CSV download="">
                    "all your reading as a table (CSV)"
                </a>"."
            </p>
        </section>
    }
    .into_any()
}

fn first_use() -> AnyView {
    view! {
        <Empty plate=Plate::FirstUse heading="No book here yet">
            <p class="serif">
                "Here stands what you want to read, what you read now, and what you have read, with days, ratings and notes for yourself. Open the page of a book, and say “Want to read” or “Start reading”."
            </p>
            <p>
                <a class="btn btn-do" href=urls::BROWSE>
                    "Browse books"
                </a>
            </p>
        </Empty>
    }
    .into_any()
}

fn nothing_here(query: &LibraryQuery) -> AnyView {
    if !query.text.is_empty() {
        let clear = address(&LibraryQuery {
            text: String::new(),
            page: 1,
            ..query.clone()
        });
        return view! {
            <Empty plate=Plate::NotFound heading=format!("No book matches “{}”", query.text)>
                <p class="serif">"Try one word of the title, or the author’s last name."</p>
                <p>
                    <a class="btn" href=clear>
                        "Clear the search"
                    </a>
                </p>
            </Empty>
        }
        .into_any();
    }
    let sentence = match query.tab {
        Tab::All => "Open the page of a book, and say what it is to you.",
        Tab::Want => "Press “Want to read” on the page of a book that you would like to read.",
        Tab::Reading => {
            "Press “Start reading” on the page of a book, or “Start” at one that you want to read."
        }
        Tab::Paused => "Books that you put aside for a while stand here.",
        Tab::Read => {
            "Books that you have read to the end stand here. You can write down those of earlier years too: open the page of a book, “Days, note, and who sees it”, and add a reading."
        }
        Tab::Stopped => "Books that you gave up stand here. They never count as read.",
        Tab::Rated => "You rate a book on its page, whether you read it here or long ago.",
        Tab::Owned => "Books on your shelf stand here, also those in the archive.",
    };
    view! {
        <Empty plate=Plate::Cleared heading="Nothing here">
            <p class="serif">{sentence}</p>
            <p>
                <a class="btn" href=urls::BROWSE>
                    "Browse books"
                </a>
            </p>
        </Empty>
    }
    .into_any()
}
