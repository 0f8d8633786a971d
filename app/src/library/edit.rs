//! `/reading/books/{book}/add` and `/reading/readings/{reading}`: the form of one reading.

use dogear_domain::ids::{ReadingId, WorkId};
use dogear_domain::library::RoughDay;
use dogear_server::library::{self, BookHead, ReadingInput};
use leptos::prelude::*;

use super::actions::{AddReading, EditReading, GOES_ON};
use super::fields::day_field;
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::field::{ErrorSummary, PostForm, Radios};
use crate::ui::form_state::FormState;
use crate::ui::versions::{Edited, VERSION, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn add(req: Req, Segment(work): Segment<WorkId>) -> PageResult {
    let reading = library::book(&req.cx, work).await?;
    let input = ReadingInput {
        ending: Some(dogear_domain::library::Ending::Finished),
        ..ReadingInput::default()
    };
    let with = vec![("work", work.to_string())];
    let may_go_on = reading.panel.open.is_none();
    let form = Form {
        heading: "Add a reading",
        action: AddReading::PATH,
        book: reading.book,
        input,
        with,
        may_go_on,
    };
    page(&req, form)
}

pub(super) async fn form(req: Req, Segment(id): Segment<ReadingId>) -> PageResult {
    let (book, line) = library::reading(&req.cx, id).await?;
    let form = Form {
        heading: "Edit a reading",
        action: EditReading::PATH,
        book,
        input: line.input,
        with: vec![
            ("reading", id.to_string()),
            version_field(line.input.version()),
        ],
        may_go_on: true,
    };
    page(&req, form)
}

struct Form {
    heading: &'static str,
    action: &'static str,
    book: BookHead,
    /// What stands before anything is typed.
    input: ReadingInput,
    with: Vec<(&'static str, String)>,
    /// Whether it may be one that goes on.
    may_go_on: bool,
}

fn words(day: Option<RoughDay>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

fn ending_label(word: &str) -> &'static str {
    match word {
        GOES_ON => "It goes on",
        "finished" => "I have read it to the end",
        "stopped" => "I did not finish it",
        _ => "",
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what pages give")]
fn page(req: &Req, form: Form) -> PageResult {
    let state = req.form.clone();
    let title = format!("{}: {}", form.heading, form.book.title);
    Ok(req
        .page(title)
        .nav(Nav::Shelf)
        .render(move || view(form, state)))
}

fn view(form: Form, state: FormState) -> impl IntoView {
    let Form {
        heading,
        action,
        book,
        input,
        with,
        may_go_on,
    } = form;
    let ending = input
        .ending
        .map_or_else(|| GOES_ON.to_owned(), |ending| ending.to_string());
    let (started, ended) = (words(input.started), words(input.ended));
    let now = with
        .iter()
        .find(|(name, _)| *name == VERSION)
        .map_or_else(String::new, |(_, version)| version.clone());
    let both = both_versions(
        &state,
        VERSION,
        &now,
        [
            Edited::text(&state, "started_on", "First day", started.clone()),
            Edited::text(&state, "ended_on", "Last day", ended.clone()),
            Edited::new(
                "How it ended",
                ending_label(&ending),
                ending_label(state.value("ending")),
            ),
        ],
    );
    let ways = ["finished", "stopped", GOES_ON]
        .into_iter()
        .filter(|word| may_go_on || *word != GOES_ON)
        .map(|word| {
            (
                word.to_owned(),
                ending_label(word).to_owned(),
                String::new(),
            )
        })
        .collect();
    view! {
        <div class="wrap wrap-narrow page stack stack-l">
            <ErrorSummary state=state.clone() />
            <header class="stack stack-s">
                <p class="small">
                    <a href=urls::reading_book(
                        book.id,
                    )>{format!("Your reading of {}", book.title)}</a>
                </p>
                <h1>{heading}</h1>
            </header>
            {both}
            <PostForm class="stack" action=action with=with novalidate=true>
                {day_field(&state, "started_on", "First day", started)}
                <Radios
                    state=state.clone()
                    name="ending"
                    label="How did it end?"
                    options=ways
                    value=ending
                />
                {day_field(&state, "ended_on", "Last day", ended)}
                <button class="btn btn-do">"Save"</button>
            </PostForm>
        </div>
    }
}
