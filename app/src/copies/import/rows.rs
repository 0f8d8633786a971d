//! `/shelf/import/{id}/rows`: the rows of the file, and what each of them is to become.

use dogear_domain::ids::ImportId;
use dogear_domain::imports::{ImportState, Outcome};
use dogear_domain::isbn::Isbn13;
use dogear_server::imports::{self, Choice, RowLine, Rows};
use leptos::prelude::*;
use serde::Deserialize;

use super::super::fields::lang;
use super::actions::ChooseRows;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::edition::edition_line;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, PostForm};
use crate::ui::form_state::FormState;
use crate::ui::pager::pager;
use dogear_urls as urls;

/// The query of the page; everything in it is optional.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Params {
    pub show: String,
    pub page: String,
}

impl Params {
    fn outcome(&self) -> Option<Outcome> {
        self.show.parse().ok()
    }

    /// The word of the outcome that is shown; empty for all.
    pub(crate) fn show(&self) -> String {
        self.outcome()
            .map(|outcome| outcome.to_string())
            .unwrap_or_default()
    }

    pub(crate) fn page(&self) -> u32 {
        self.page.parse().unwrap_or(1).clamp(1, 100_000)
    }
}

/// Where the choice for a row is made.
pub(super) fn field(row: i32) -> String {
    format!("pick-{row}")
}

pub(super) async fn page(req: &Req, import: ImportId, params: Params) -> PageResult {
    let state = req.form.clone();
    let rows = imports::rows(&req.cx, import, params.outcome(), params.page()).await?;
    Ok(req.page("Rows of the file").nav(Nav::Shelf).render(move || {
        let show = params.show();
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::shelf_import(import)>"The import"</a>
                </p>
                <h1>"Rows of the file"</h1>
                <p class="quiet filename">
                    <bdi>{rows.file_name.clone()}</bdi>
                </p>
                {tabs(import, &rows, &show)}
                {list(import, &rows, &state)}
                {pager(rows.page, rows.pages, |page| urls::shelf_import_rows(import, &show, page))}
            </div>
        }
    }))
}

fn tabs(import: ImportId, rows: &Rows, show: &str) -> impl IntoView + use<> {
    let all: i64 = rows.numbers.values().sum();
    let tab = |word: &str, label: &'static str, number: i64| {
        let current = (word == show).then_some("page");
        view! {
            <a href=urls::shelf_import_rows(import, word, 1) aria-current=current>
                {label}
                " "
                <span class="count">{number}</span>
            </a>
        }
    };
    let tabs: Vec<_> = std::iter::once(tab("", "All", all))
        .chain(Outcome::ALL.iter().filter_map(|outcome| {
            let number = rows.numbers.get(outcome).copied().unwrap_or(0);
            (number > 0 || outcome.as_str() == show)
                .then(|| tab(outcome.as_str(), outcome.label(), number))
        }))
        .collect();
    view! {
        <nav class="tabs" aria-label="What became of the rows">
            {tabs}
        </nav>
    }
}

/// Whether its reader can still say what becomes of rows.
fn is_open(state: ImportState) -> bool {
    matches!(
        state,
        ImportState::Ready | ImportState::Running | ImportState::Stopped | ImportState::Done
    )
}

fn list(import: ImportId, rows: &Rows, state: &FormState) -> AnyView {
    if rows.lines.is_empty() {
        return view! {
            <Empty plate=Plate::Cleared heading="No rows here">
                <p class="serif">"All of them have become something else."</p>
                <p>
                    <a class="btn" href=urls::shelf_import(import)>
                        "Back to the import"
                    </a>
                </p>
            </Empty>
        }
        .into_any();
    }
    let open = is_open(rows.state);
    let lines = rows
        .lines
        .iter()
        .map(|row| line(row, open, state))
        .collect_view();
    if !open || !rows.lines.iter().any(can_choose) {
        return view! { <div>{lines}</div> }.into_any();
    }
    view! {
        <PostForm action=ChooseRows::PATH id="f-rows" with=[("import", import.to_string())]>
            {lines}
            <div class="sendbar pasted-bar">
                <p>"Nothing is added until you start the import."</p>
                <button class="btn btn-do">"Keep my choices"</button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// Rows of which the book is not sure, or that are left out as they stand.
fn can_choose(row: &RowLine) -> bool {
    let chosen = !row.candidates.is_empty()
        && matches!(row.outcome, Outcome::New | Outcome::Enter | Outcome::Failed);
    chosen
        || row.second
        || matches!(
            row.outcome,
            Outcome::Doubtful | Outcome::Skipped | Outcome::Duplicate
        )
}

fn line(row: &RowLine, open: bool, state: &FormState) -> AnyView {
    let title = match row.title.as_str() {
        "" => row
            .isbn
            .map_or_else(|| "No title".to_owned(), Isbn13::grouped),
        title => title.to_owned(),
    };
    let facts: Vec<String> = [
        row.authors.clone(),
        row.isbn
            .filter(|_| !row.title.is_empty())
            .map(Isbn13::grouped)
            .unwrap_or_default(),
        row.shelf.clone(),
    ]
    .into_iter()
    .filter(|fact| !fact.is_empty())
    .collect();
    let status = match row.copy {
        Some(copy) => view! {
            <a href=urls::copy(
                copy,
            )>{row.outcome.label()}<span class="visually-hidden">{format!(": {title}")}</span></a>
        }
        .into_any(),
        None => row.outcome.label().into_any(),
    };
    let reason =
        (!row.reason.is_empty()).then(|| view! { <p class="small">{row.reason.clone()}</p> });
    let said = row
        .said
        .iter()
        .map(|sentence| view! { <p class="small">{sentence.clone()}</p> })
        .collect_view();
    view! {
        <fieldset class="pasted">
            <legend>
                <span class="fine quiet">{format!("Row {} ", row.number)}</span>
                <bdi>{title.clone()}</bdi>
            </legend>
            <p class="small quiet" dir="auto">
                {facts.join(", ")}
            </p>
            <p class="small strong">{status}</p>
            {reason}
            {said}
            {(open && can_choose(row)).then(|| choices(row, state))}
        </fieldset>
    }
    .into_any()
}

fn choices(row: &RowLine, state: &FormState) -> AnyView {
    let name = field(row.number);
    let duplicate = row.outcome == Outcome::Duplicate || row.second;
    let now = match row.outcome {
        _ if row.second => Some(Choice::Second),
        Outcome::Skipped => Some(Choice::Skip),
        Outcome::Enter => Some(Choice::Enter),
        Outcome::New | Outcome::Duplicate => row.edition.map(Choice::Edition),
        _ => None,
    };
    let is_on = |choice: Choice| {
        if state.failed() {
            state.chosen(&name, &choice.to_string())
        } else {
            now == Some(choice)
        }
    };
    let plain = |choice: Choice, label: &'static str| {
        view! {
            <li class="plain">
                <label class="choice">
                    <input
                        type="radio"
                        name=name.clone()
                        value=choice.to_string()
                        checked=is_on(choice)
                    />
                    <span>{label}</span>
                </label>
            </li>
        }
    };
    let books = row
        .candidates
        .iter()
        .map(|book| {
            let choice = Choice::Edition(book.edition);
            let line = edition_line(book);
            let copies = match book.copies {
                0 => String::new(),
                copies => format!("{} on Dogear", count(copies, "copy", "copies")),
            };
            view! {
                <li>
                    <Cover work=book.work size=CoverSize::Small />
                    <div>
                        <p class="btitle" lang=lang(&book.language) dir="auto">
                            {book.title.clone()}
                        </p>
                        <p class="by small quiet" dir="auto">
                            {book.author_line.clone()}
                        </p>
                        <p class="fine quiet">
                            {[line.clone(), copies]
                                .into_iter()
                                .filter(|part| !part.is_empty())
                                .collect::<Vec<_>>()
                                .join(". ")}
                        </p>
                    </div>
                    <label class="choice take">
                        <input
                            type="radio"
                            name=name.clone()
                            value=choice.to_string()
                            checked=is_on(choice)
                        />
                        <span class="visually-hidden">{format!("{} {line}", book.title)}</span>
                    </label>
                </li>
            }
        })
        .collect_view();
    let can_enter = !row.title.is_empty()
        && !row.authors.is_empty()
        && (!row.candidates.is_empty() || !duplicate);
    view! {
        <input type="hidden" name="row" value=row.number.to_string() />
        <ul class="picks">
            {books}
            {can_enter.then(|| plain(Choice::Enter, "None of these: enter it as a new book"))}
            {duplicate.then(|| plain(Choice::Second, "Add it as a second copy"))}
            {plain(Choice::Skip, "Leave it out")}
        </ul>
    }
    .into_any()
}
