//! `/reading/books/{book}`: all that a book is to the reader.

use dogear_domain::ids::WorkId;
use dogear_domain::library::{Ending, RoughDay, Visibility};
use dogear_server::library::{self, BookReading, EntryForm, ReadingLine};
use leptos::prelude::*;

use super::actions::{RemoveReading, ReopenReading, SaveBookNote};
use super::fields::next;
use super::panel::{buttons, far, how_far, rating_form, standing};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::book::title_lang;
use crate::ui::field::{ErrorSummary, PostForm, Radios, TextArea};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, VERSION, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(work): Segment<WorkId>) -> PageResult {
    let reading = library::book(&req.cx, work).await?;
    let state = req.form.clone();
    let title = format!("Your reading of {}", reading.book.title);
    Ok(req
        .page(title)
        .nav(Nav::Shelf)
        .render(move || view(&reading, &state)))
}

fn view(reading: &BookReading, state: &FormState) -> impl IntoView + use<> {
    let (book, panel) = (&reading.book, &reading.panel);
    let lang = title_lang(&book.language);
    let may_reopen = panel.open.is_none();
    let lines = reading.readings.iter().enumerate();
    let lines: Vec<_> = lines
        .map(|(place, reading)| line(reading, may_reopen && place == 0))
        .collect();
    let lines = if lines.is_empty() {
        view! { <p class="quiet">"None yet."</p> }.into_any()
    } else {
        view! { <ul class="rows">{lines}</ul> }.into_any()
    };
    view! {
        <div class="wrap wrap-narrow page stack stack-l">
            <ErrorSummary state=state.clone() />
            <header class="stack stack-s">
                <p class="small">
                    <a href=urls::READING>"Your reading"</a>
                </p>
                <h1 lang=lang dir="auto">
                    {book.title.clone()}
                </h1>
                <p class="quiet" dir="auto">
                    {book.author_line.clone()}
                </p>
                {standing(panel)}
                {buttons(panel)}
                <p class="small">
                    <a href=urls::book(book.id, &book.slug)>"The page of the book"</a>
                </p>
                {how_far(panel, state)}
            </header>
            <section class="stack rule-top" aria-labelledby="readings">
                <h2 id="readings" class="t-h3">
                    "When you read it"
                </h2>
                {lines}
                <p>
                    <a class="btn btn-small" href=urls::reading_add(book.id)>
                        "Add a reading"
                    </a>
                </p>
            </section>
            <section class="stack rule-top" aria-labelledby="rating">
                <h2 id="rating" class="t-h3">
                    "Your rating"
                </h2>
                {rating_form(panel, state)}
            </section>
            {note(reading, state)}
        </div>
    }
}

/// A reading, in words, and what can be done to it; `last`: none goes on, and this ended last.
fn line(reading: &ReadingLine, last: bool) -> AnyView {
    let said = said(reading);
    let (edit_label, remove_label) = (format!("Edit: {said}"), format!("Remove: {said}"));
    let with = || [("reading", reading.id.to_string()), next()];
    let reopen = last.then(|| {
        view! {
            <PostForm action=ReopenReading::PATH with=with()>
                <button class="btn btn-small">"Go on with it"</button>
            </PostForm>
        }
    });
    view! {
        <li class="row row-between">
            <p>{said}</p>
            <div class="row">
                {reopen}
                <a class="btn btn-small" href=urls::reading_edit(reading.id) aria-label=edit_label>
                    "Edit"
                </a> <PostForm action=RemoveReading::PATH with=with()>
                    <button class="linkbtn small" aria-label=remove_label>
                        "Remove"
                    </button>
                </PostForm>
            </div>
        </li>
    }
    .into_any()
}

/// “Read, 2026-03-01 to 2026-05”, “Reading since 2026-05, page 7”.
fn said(reading: &ReadingLine) -> String {
    let input = &reading.input;
    let word = match (input.ending, reading.paused_at) {
        (None, None) => "Reading",
        (None, Some(_)) => "Put aside",
        (Some(Ending::Finished), _) => "Read to the end",
        (Some(Ending::Stopped), _) => "Not finished",
    };
    let days = match (input.started, input.ended, input.ending) {
        (Some(started), _, None) => format!(", begun {}", day(started)),
        (None, _, None) => String::new(),
        (Some(started), Some(ended), _) if started == ended => format!(", {}", day(ended)),
        (Some(started), Some(ended), _) => format!(", {} to {}", day(started), day(ended)),
        (Some(started), None, _) => format!(", begun {}, last day not known", day(started)),
        (None, Some(ended), _) => format!(", {}", day(ended)),
        (None, None, _) => ", day not known".to_owned(),
    };
    let far = match (reading.progress, input.ending) {
        (Some(progress), None | Some(Ending::Stopped)) => format!(", {}", far(progress)),
        _ => String::new(),
    };
    format!("{word}{days}{far}")
}

/// “3 May 2026”, “May 2026”, “2026”.
pub(super) fn day(day: RoughDay) -> String {
    use dogear_domain::library::DayPrecision;
    let format = match day.precision() {
        DayPrecision::Day => "%-d %b %Y",
        DayPrecision::Month => "%b %Y",
        DayPrecision::Year => "%Y",
    };
    day.first().strftime(format).to_string()
}

/// The form of the note, and of who sees the entry.
fn note(reading: &BookReading, state: &FormState) -> AnyView {
    let saved = EntryForm::version_of(&reading.note, reading.visibility);
    let version = version_field(saved);
    let word = |visibility: Option<Visibility>| {
        visibility.map_or_else(String::new, |visibility| visibility.to_string())
    };
    let all = if reading.is_public {
        "Everybody sees it now."
    } else {
        "Only you see it now."
    };
    let ways = [
        ("", "As for all my books", all),
        ("private", "Only me", ""),
        (
            "public",
            "Everybody",
            "They see on your profile that you want it, read it or have read it, when, and your rating. Never your note.",
        ),
    ];
    let ways = ways.map(|(value, label, hint)| (value.into(), label.into(), hint.into()));
    let label = |visibility: &str| match visibility {
        "" => "As for all my books",
        "private" => "Only me",
        _ => "Everybody",
    };
    let both = both_versions(
        state,
        VERSION,
        &version.1,
        [
            Edited::text(state, "note", "Note", reading.note.clone()),
            Edited::new(
                "Who sees it",
                label(&word(reading.visibility)),
                label(state.value("visibility")),
            ),
        ],
    );
    let with = [("work", reading.book.id.to_string()), version];
    let (state, text) = (state.clone(), reading.note.clone());
    let chosen = word(reading.visibility);
    view! {
        <section class="stack rule-top" aria-labelledby="note">
            <h2 id="note" class="t-h3">
                "For yourself"
            </h2>
            {both}
            <PostForm class="stack" action=SaveBookNote::PATH with=with novalidate=true>
                <TextArea
                    state=state.clone()
                    name="note"
                    label="Private note"
                    hint="Nobody but you ever sees it, moderators neither."
                    value=text
                />
                <Radios
                    state=state.clone()
                    name="visibility"
                    label="Who sees that you read it?"
                    options=ways.to_vec()
                    value=chosen
                />
                <button class="btn">"Save"</button>
            </PostForm>
        </section>
    }
    .into_any()
}
