//! What a book is to the reader, and what they can say of it next, on the book's own page.

use dogear_domain::library::{Progress, ProgressUnit, Rating, ReadingStatus};
use dogear_server::library::Panel;
use jiff::civil::Date;
use leptos::prelude::*;

use super::actions::{
    FinishReading, NoteProgress, PauseReading, RateBook, ResumeReading, StartReading, WantBook,
    WantNoMore,
};
use super::fields::{day_field, next};
use crate::action::ServerFn;
use crate::ui::field::{PostForm, Radios, Select, TextField};
use crate::ui::form_state::FormState;
use crate::ui::rating::rating_field;
use dogear_urls as urls;

/// The panel of a book. `today` is the reader's.
pub(crate) fn panel(panel: &Panel, state: &FormState, today: Date) -> AnyView {
    view! {
        <section class="rule-top stack stack-s" aria-labelledby="my-reading">
            <h2 id="my-reading" class="t-h3">
                "Your reading"
            </h2>
            {standing(panel)}
            {buttons(panel)}
            {how_far(panel, state)}
            {ending(panel, state, today)}
            {panel
                .open
                .is_none()
                .then(|| {
                    let open = state.failed() && state.error("stars").is_some();
                    let label = match panel.rating {
                        Some(_) => "Change your rating",
                        None => "Rate it",
                    };
                    view! {
                        <details class="plain" open=open>
                            <summary>{label}</summary>
                            {rating_form(panel, state)}
                        </details>
                    }
                })}
            <p class="small">
                <a href=urls::reading_book(panel.work)>"Days, note, and who sees it"</a>
            </p>
        </section>
    }
    .into_any()
}

/// How it stands, in words.
pub(super) fn standing(panel: &Panel) -> AnyView {
    let words = standing_words(panel);
    if words.is_empty() {
        return view! { <p class="quiet">"Keep track of it: nobody else sees this, unless you want them to."</p> }
        .into_any();
    }
    let bar = panel
        .progress
        .filter(|_| panel.open.is_some())
        .map(progress_bar);
    view! {
        <p>{words.join(" · ")}</p>
        {bar}
    }
    .into_any()
}

/// The parts of how it stands; none when it is nothing to the reader.
pub(super) fn standing_words(panel: &Panel) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    match (panel.status, panel.progress) {
        (Some(status @ (ReadingStatus::Reading | ReadingStatus::Paused)), Some(progress)) => {
            parts.push(format!("{}, {}", status.label(), far(progress)));
        }
        (Some(status), _) => parts.push(status.label().to_owned()),
        (None, _) => {}
    }
    if panel.wanted && panel.status != Some(ReadingStatus::Want) {
        parts.push("you want to read it again".to_owned());
    }
    parts.extend(times(panel));
    parts.extend(panel.rating.map(Rating::said));
    parts
}

/// How often it was read, where that is not said by the status.
fn times(panel: &Panel) -> Option<String> {
    match (panel.status, panel.times_read) {
        (_, 0) | (Some(ReadingStatus::Read), 1) => None,
        (_, 1) => Some("read once".to_owned()),
        (_, 2) => Some("read twice".to_owned()),
        (_, times) => Some(format!("read {times} times")),
    }
}

/// “page 120 of 300 (40 %)”.
pub(super) fn far(progress: Progress) -> String {
    match (progress.unit, progress.percent()) {
        (ProgressUnit::Page, Some(percent)) => format!("{} ({percent} %)", progress.said()),
        _ => progress.said(),
    }
}

/// A bar of how far it is; nothing where nobody knows the length.
pub(super) fn progress_bar(progress: Progress) -> Option<AnyView> {
    let percent = progress.percent()?.to_string();
    Some(
        view! {
            <div class="importing">
                <progress max="100" value=percent aria-label="How far you are"></progress>
            </div>
        }
        .into_any(),
    )
}

/// What can be said with one press.
pub(super) fn buttons(panel: &Panel) -> AnyView {
    let work = || ("work", panel.work.to_string());
    let Some(open) = panel.open else {
        let start = match panel.status {
            Some(ReadingStatus::Read | ReadingStatus::Stopped) => "Read it again",
            _ => "Start reading",
        };
        let wish = if panel.wanted {
            view! {
                <PostForm action=WantNoMore::PATH with=[work(), next()]>
                    <button class="linkbtn small">"Off the list of books to read"</button>
                </PostForm>
            }
            .into_any()
        } else {
            view! {
                <PostForm action=WantBook::PATH with=[work(), next()]>
                    <button class="btn btn-small">"Want to read"</button>
                </PostForm>
            }
            .into_any()
        };
        return view! {
            <div class="row">
                <PostForm action=StartReading::PATH with=[work(), next()]>
                    <button class="btn btn-small">{start}</button>
                </PostForm>
                {wish}
            </div>
        }
        .into_any();
    };
    let (action, label) = match panel.status {
        Some(ReadingStatus::Paused) => (ResumeReading::PATH, "Go on reading"),
        _ => (PauseReading::PATH, "Put it aside for a while"),
    };
    view! {
        <PostForm class="row" action=action with=[("reading", open.to_string()), next()]>
            <button class="btn btn-small">{label}</button>
        </PostForm>
    }
    .into_any()
}

/// The form for how far a reading has come; nothing when none goes on.
pub(super) fn how_far(panel: &Panel, state: &FormState) -> Option<AnyView> {
    let reading = panel.open?;
    let open = state.error("done").is_some() || state.error("of").is_some();
    let unit = panel
        .progress
        .map_or(ProgressUnit::Page, |progress| progress.unit);
    let done = panel
        .progress
        .map_or_else(String::new, |progress| progress.done.to_string());
    let of = panel
        .progress
        .and_then(|progress| progress.of.filter(|_| unit == ProgressUnit::Page))
        .or(panel.pages)
        .map_or_else(String::new, |pages| pages.to_string());
    let units = [
        (ProgressUnit::Page.to_string(), "Pages".to_owned()),
        (ProgressUnit::Percent.to_string(), "Per cent".to_owned()),
    ];
    let with = [("reading", reading.to_string()), next()];
    let state = state.clone();
    Some(
        view! {
            <details class="plain" open=open>
                <summary>"How far are you?"</summary>
                <PostForm class="stack" action=NoteProgress::PATH with=with novalidate=true>
                    <TextField
                        state=state.clone()
                        name="done"
                        label="Up to"
                        hint="The page where you are, or a part such as 40 %."
                        inputmode=Some("decimal")
                        value=done
                    />
                    <Select
                        state=state.clone()
                        name="unit"
                        label="Counted in"
                        options=units.to_vec()
                        value=unit.to_string()
                    />
                    <TextField
                        state=state.clone()
                        name="of"
                        label="Pages of the book"
                        hint="If you know them."
                        inputmode=Some("numeric")
                        value=of
                    />
                    <button class="btn">"Save"</button>
                </PostForm>
            </details>
        }
        .into_any(),
    )
}

/// The form with which a reading ends, and the book is rated; nothing when none goes on.
fn ending(panel: &Panel, state: &FormState, today: Date) -> Option<AnyView> {
    let reading = panel.open?;
    let open = ["ending", "ended_on", "stars"]
        .iter()
        .any(|field| state.error(field).is_some());
    let ways = [
        ("finished", "I have read it to the end", ""),
        (
            "stopped",
            "I did not finish it",
            "It never counts as a book that you have read.",
        ),
    ];
    let ways = ways.map(|(value, label, hint)| (value.into(), label.into(), hint.into()));
    let with = [
        ("reading", reading.to_string()),
        ("rated", "true".to_owned()),
        next(),
    ];
    let rating = panel.rating;
    let state = state.clone();
    Some(
        view! {
            <details class="plain" open=open>
                <summary>"Finish, or stop"</summary>
                <PostForm class="stack" action=FinishReading::PATH with=with novalidate=true>
                    <Radios
                        state=state.clone()
                        name="ending"
                        label="How did it end?"
                        options=ways.to_vec()
                        value="finished"
                    />
                    {day_field(&state, "ended_on", "Last day", today.to_string())}
                    {rating_field(&state, rating)}
                    <button class="btn">"Save"</button>
                </PostForm>
            </details>
        }
        .into_any(),
    )
}

/// The form that rates the book alone.
pub(super) fn rating_form(panel: &Panel, state: &FormState) -> AnyView {
    let with = [("work", panel.work.to_string()), next()];
    let (state, rating) = (state.clone(), panel.rating);
    view! {
        <PostForm class="stack" action=RateBook::PATH with=with>
            {rating_field(&state, rating)}
            <button class="btn">"Save the rating"</button>
        </PostForm>
    }
    .into_any()
}
