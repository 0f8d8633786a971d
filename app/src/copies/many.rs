//! `/shelf/add/many`: a pasted list, what it is understood to say, and then the copies.

use dogear_domain::copies::CopyState;
use dogear_domain::grade::Grade;
use dogear_domain::ids::CopyId;
use dogear_domain::pasted::MOST_LINES;
use dogear_server::copies::{self, Candidate, Found, Pick, Understood};
use leptos::prelude::*;

use super::actions::AddMany;
use super::add::new_with;
use super::fields::{lang, offers_of_many};
use crate::action::ServerFn;
use crate::http::{Form, Nav, PageResult, Req};
use crate::ui::book::{Cover, CoverSize};
use crate::ui::count;
use crate::ui::edition::edition_line;
use crate::ui::field::{ErrorSummary, PostForm, Radios, Select, TextArea};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use dogear_urls as urls;

/// Longer than 200 lines with titles of any length.
const LONGEST_TEXT: usize = 40_000;

pub(super) async fn form(req: Req) -> PageResult {
    // What was chosen and refused comes back with the list that it was chosen from.
    if let Some(typed) = Form::typed(&req.form) {
        return Ok(
            match copies::understand(&req.cx, typed.text("lines")).await {
                Ok(lines) => check_page(&req, lines, req.form.clone()),
                Err(error) => list_page(&req, typed.with_errors(error)?),
            },
        );
    }
    let state = FormState::with([("grade", Grade::Good.as_str()), ("offer", "trade")]);
    Ok(list_page(&req, state))
}

/// Reads the list and shows what it says; changes nothing.
pub(super) async fn check(req: Req, form: Form) -> PageResult {
    if form.has("change") {
        return Ok(list_page(&req, form.refill()));
    }
    match copies::understand(&req.cx, form.text("lines")).await {
        Ok(lines) => Ok(check_page(&req, lines, form.refill())),
        Err(error) => Ok(list_page(&req, form.with_errors(error)?)),
    }
}

/// Where the choice for a line is made; lines count from 1.
pub(super) fn field(line: usize) -> String {
    format!("pick-{line}")
}

fn list_page(req: &Req, state: FormState) -> axum::response::Response {
    req.page("Add many books").nav(Nav::Shelf).form(&state).render(move || {
        let grades: Vec<_> = Grade::ALL
            .iter()
            .map(|grade| (grade.as_str().to_owned(), grade.label().to_owned()))
            .collect();
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <p class="small">
                    <a href=urls::SHELF_ADD>"One book at a time"</a>
                    " or "
                    <a href=urls::SHELF_ADD_SCAN>"by barcode"</a>
                </p>
                <h1>"Add many books"</h1>
                <p class="lead">
                    "Paste a list, one book a line. You see what we make of it before anything is added."
                </p>
                <form class="stack stack-l mt5 pasting" method="post" action=urls::SHELF_ADD_MANY>
                    <TextArea
                        state=state.clone()
                        name="lines"
                        label="Your books"
                        maxlength=LONGEST_TEXT
                        hint=format!(
                            "An ISBN, or title and author: “Emma – Jane Austen”, “Emma by Jane Austen”. Rows copied from a table do, too. Up to {MOST_LINES} lines.",
                        )
                    />
                    <Select
                        state=state.clone()
                        name="grade"
                        label="Condition"
                        options=grades
                        hint="Of all of them, for now. In doubt, choose the lower one; you can change single books on your shelf."
                    />
                    <Radios
                        state=state
                        name="offer"
                        label="What do you offer?"
                        options=offers_of_many()
                    />
                    <p class="row">
                        <button class="btn btn-do">"Look at the list"</button>
                    </p>
                </form>
            </div>
        }
    })
}

fn check_page(req: &Req, lines: Vec<Understood>, state: FormState) -> axum::response::Response {
    req.page("Are these your books?").nav(Nav::Shelf).form(&state).render(move || {
        let choosable = lines
            .iter()
            .any(|line| matches!(line.found, Found::Sure(_) | Found::Perhaps(_)));
        let summary = summary(&lines);
        let grade = state
            .value("grade")
            .parse()
            .map_or("", |grade: Grade| grade.label());
        let after = match state.value("offer") {
            "trade" => format!("In “{grade}” condition, listed for trade."),
            "give" => format!("In “{grade}” condition, listed to give away."),
            "lend" => format!("In “{grade}” condition, listed to lend."),
            _ => format!("In “{grade}” condition, not listed."),
        };
        let rows = lines
            .iter()
            .enumerate()
            .map(|(index, line)| row(index + 1, line, &state))
            .collect_view();
        let hidden = state.clone();
        let typed = move || {
            ["lines", "grade", "offer"]
                .map(|name| view! { <input type="hidden" name=name value=hidden.value(name).to_owned() /> })
                .collect_view()
        };
        view! {
            <div class="wrap wrap-narrow page stack">
                <ErrorSummary state=state.clone() />
                <h1>"Are these your books?"</h1>
                <p class="lead">{summary}" Nothing is added yet."</p>
                // A form of its own, so that the Enter key never means this button.
                <form method="post" action=urls::SHELF_ADD_MANY>
                    {typed()}
                    <button class="btn btn-small" name="change" value="1">
                        "Change the list"
                    </button>
                </form>
                <PostForm action=AddMany::PATH class="mt5" id="f-pick">
                    {typed()}
                    {rows}
                    {choosable
                        .then(|| {
                            view! {
                                <div class="sendbar pasted-bar">
                                    <p>{after}</p>
                                    <button class="btn btn-do">"Add the ticked books"</button>
                                </div>
                            }
                        })}
                </PostForm>
            </div>
        }
    })
}

/// "5 lines: 3 books found, 1 to choose, 1 not found."
fn summary(lines: &[Understood]) -> String {
    let number =
        |is: fn(&Found) -> bool| lines.iter().filter(|line| is(&line.found)).count() as i64;
    let sure = number(|found| matches!(found, Found::Sure(_)));
    let perhaps = number(|found| matches!(found, Found::Perhaps(_)));
    let none = lines.len() as i64 - sure - perhaps;
    let parts: Vec<String> = [
        (sure, "found"),
        (perhaps, "to choose from"),
        (none, "not found"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    format!(
        "{}: {}.",
        count(lines.len(), "line", "lines"),
        parts.join(", ")
    )
}

fn row(number: usize, line: &Understood, state: &FormState) -> AnyView {
    let content = match &line.found {
        Found::Sure(candidates) => sure(number, line, candidates, state),
        Found::Perhaps(candidates) => perhaps(number, line, candidates, state),
        Found::NewIsbn(isbn) => view! {
            <p>
                {format!("Nobody has entered {} yet. ", isbn.grouped())}
                {enter(&line.found, &line.text)}
            </p>
        }
        .into_any(),
        Found::Wrong(problem) => view! {
            <p class="error">
                <Icon glyph=Glyph::Warn />
                <span>{problem.clone()}</span>
            </p>
        }
        .into_any(),
        Found::Nothing { .. } => view! { <p>"Nobody has entered a book like this yet. "{enter(&line.found, &line.text)}</p> }
        .into_any(),
    };
    view! {
        <fieldset class="pasted">
            <legend>
                <span class="fine quiet">{format!("Line {number} ")}</span>
                <bdi>{line.text.clone()}</bdi>
            </legend>
            {content}
        </fieldset>
    }
    .into_any()
}

/// The short form, with what the line says filled in. In another tab, since this one holds
/// the rest of the list.
fn enter(found: &Found, text: &str) -> impl IntoView + use<> {
    let link = match found {
        Found::NewIsbn(isbn) => new_with(&[("isbn", &isbn.to_string())]),
        Found::Nothing { title, author } => new_with(&[("title", title), ("authors", author)]),
        _ => new_with(&[("title", text)]),
    };
    view! {
        <a href=link target="_blank">
            "Enter it as a new book"
            <span class="visually-hidden">" (opens in a new tab)"</span>
        </a>
    }
}

/// One book: a box, ticked unless it is there already; its editions, when it has several.
fn sure(number: usize, line: &Understood, candidates: &[Candidate], state: &FormState) -> AnyView {
    let there = line.repeats.is_some() || candidates.iter().any(|one| one.mine.is_some());
    let repeats = line.repeats.map(|earlier| {
        view! { <p class="small">{format!("The same book as in line {earlier}: add a second copy?")}</p> }
    });
    if let [candidate] = candidates {
        let option = option(number, line, candidate, Kind::Box, !there, state);
        return view! {
            {repeats}
            <ul class="picks">{option}</ul>
        }
        .into_any();
    }
    let options = candidates
        .iter()
        .enumerate()
        .map(|(place, one)| option(number, line, one, Kind::Radio, place == 0 && !there, state))
        .collect_view();
    view! {
        {repeats}
        <p class="small">"Which edition is it?"</p>
        <ul class="picks">{options}{none(number, "None of these editions", line, there, state)}</ul>
    }
    .into_any()
}

/// Several books, or one that is not sure: nothing is chosen.
fn perhaps(
    number: usize,
    line: &Understood,
    candidates: &[Candidate],
    state: &FormState,
) -> AnyView {
    let options = candidates
        .iter()
        .map(|one| option(number, line, one, Kind::Radio, false, state))
        .collect_view();
    let (question, no) = match candidates {
        [_] => ("Is it this one?", "Not this one"),
        _ => ("Is it one of these?", "None of these"),
    };
    view! {
        <p class="small">{question}</p>
        <ul class="picks">{options}{none(number, no, line, true, state)}</ul>
    }
    .into_any()
}

#[derive(Clone, Copy)]
enum Kind {
    Box,
    Radio,
}

fn option(
    number: usize,
    line: &Understood,
    candidate: &Candidate,
    kind: Kind,
    on: bool,
    state: &FormState,
) -> AnyView {
    let book = &candidate.book;
    let value = Pick {
        edition: book.edition,
        second: candidate.mine.is_some() || line.repeats.is_some(),
    }
    .to_string();
    let name = field(number);
    let checked = if state.failed() {
        state.chosen(&name, &value)
    } else {
        on
    };
    let kind = match kind {
        Kind::Box => "checkbox",
        Kind::Radio => "radio",
    };
    let facts = edition_line(book);
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
                {(!facts.is_empty()).then(|| view! { <p class="fine quiet">{facts.clone()}</p> })}
                {candidate.mine.map(mine)}
            </div>
            <label class="choice take">
                <input type=kind name=name value=value checked=checked />
                <span class="visually-hidden">{book.title.clone()}" "{facts.clone()}</span>
            </label>
        </li>
    }
    .into_any()
}

fn mine((copy, grade, at): (CopyId, Grade, CopyState)) -> impl IntoView {
    let text = format!("{}, {}", grade.label(), at.label().to_lowercase());
    view! {
        <p class="small">
            "You have this already ("<a href=urls::copy(copy) target="_blank">
                {text}
                <span class="visually-hidden">" (opens in a new tab)"</span>
            </a>"): add a second copy?"
        </p>
    }
}

fn none(
    number: usize,
    label: &'static str,
    line: &Understood,
    on: bool,
    state: &FormState,
) -> impl IntoView + use<> {
    let name = field(number);
    let checked = if state.failed() {
        state.chosen(&name, "")
    } else {
        on
    };
    view! {
        <li>
            <span class="cover-s"></span>
            <p>{label}". "<span class="small">{enter(&line.found, &line.text)}</span></p>
            <label class="choice take">
                <input type="radio" name=name value="" checked=checked />
                <span class="visually-hidden">{label}</span>
            </label>
        </li>
    }
}
