//! `/shelf/import/{id}`: what was found, how far it is, what came of it.

use dogear_domain::ids::ImportId;
use dogear_domain::imports::{Field, ImportState, Outcome};
use dogear_server::imports::{self, ImportPage};
use leptos::prelude::*;

use super::actions::{ChooseColumns, RetryImport, StopImport, UndoImport};
use super::plan::plan;
use crate::action::ServerFn;
use crate::http::{Form, Nav, PageResult, Req};
use crate::islands::ImportProgress;
use crate::ui::field::{ErrorSummary, PostForm, Select};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, When};
use crate::ui::{count, grouped};
use dogear_urls as urls;

/// What was sent and refused, for the form that it came from.
#[derive(Default)]
struct Forms {
    plan: Option<FormState>,
    columns: Option<FormState>,
}

impl Forms {
    fn of(state: &FormState) -> Self {
        let sent = Form::typed(state).unwrap_or_default();
        let columns = Field::CHOSEN.iter().any(|field| sent.has(field.as_str()));
        Self {
            plan: sent.has("offer").then(|| state.clone()),
            columns: columns.then(|| state.clone()),
        }
    }
}

pub(super) async fn page(req: &Req, import: ImportId) -> PageResult {
    let import = imports::page(&req.cx, import).await?;
    let refused = req.form.clone();
    let forms = Forms::of(&refused);
    let (zone, now) = (req.zone(), req.cx.now());
    let title = match import.state {
        ImportState::Checking | ImportState::Ready => "Are these your books?",
        ImportState::Running => "Your books are being added",
        ImportState::Stopped => "The import is stopped",
        ImportState::Done => "The import is finished",
        ImportState::Undoing => "The import is being undone",
        ImportState::Undone => "The import is undone",
    };
    Ok(req.page(title).nav(Nav::Shelf).render(move || {
        let undo = import.undone_until.map(|until| {
            undo(
                &import,
                view! { <When at=until zone=zone now=now say=Say::Moment /> }.into_any(),
            )
        });
        let content = match import.state {
            ImportState::Checking | ImportState::Running | ImportState::Undoing => working(&import),
            ImportState::Ready => ready(&import, &forms),
            ImportState::Stopped | ImportState::Done => over(&import, &forms),
            ImportState::Undone => undone(&import),
        };
        view! {
            <div class="wrap page stack">
                <ErrorSummary state=refused />
                <p class="small">
                    <a href=urls::SHELF_IMPORT>"Your imports"</a>
                </p>
                <h1>{title}</h1>
                <p class="quiet filename">
                    <bdi>{import.file_name.clone()}</bdi>
                </p>
                {content}
                {undo}
            </div>
        }
    }))
}

/// "This looks like a Goodreads export: 412 books."
fn looks_like(import: &ImportPage) -> String {
    format!(
        "This looks like {}: {}.",
        import.source.label(),
        count(import.rows(), "book", "books")
    )
}

fn working(import: &ImportPage) -> AnyView {
    let (sentence, stops) = match import.state {
        ImportState::Checking => (
            format!(
                "{} Each book is being looked up; nothing is added yet.",
                looks_like(import)
            ),
            false,
        ),
        ImportState::Running => (
            "You can leave this page: it goes on, and your inbox says when it is done.".to_owned(),
            true,
        ),
        _ => (
            "Books that nobody has touched since are taken off your shelf.".to_owned(),
            false,
        ),
    };
    let progress = import.progress;
    view! {
        <p class="lead">{sentence}</p>
        <ImportProgress
            import=import.id.0
            state=progress.state.to_string()
            done=progress.done
            total=progress.total
        />
        <div class="row">
            <a class="btn" href=urls::shelf_import(import.id)>
                "Refresh"
            </a>
            {stops.then(|| step(StopImport::PATH, import.id, "Stop"))}
        </div>
    }
    .into_any()
}

/// A form that is one button.
fn step(action: &'static str, import: ImportId, label: &'static str) -> impl IntoView {
    view! {
        <PostForm action=action with=[("import", import.to_string())]>
            <button class="btn">{label}</button>
        </PostForm>
    }
}

fn ready(import: &ImportPage, forms: &Forms) -> AnyView {
    let columns = (!import.columns.is_empty()).then(|| columns(import, forms.columns.clone()));
    view! {
        <p class="lead">{looks_like(import)}" Nothing is added yet."</p>
        {numbers(import)}
        {columns}
        {plan(import, forms.plan.clone())}
    }
    .into_any()
}

/// What became of the rows, each kind with a link to its rows.
fn numbers(import: &ImportPage) -> AnyView {
    let lines: Vec<_> = Outcome::ALL
        .iter()
        .filter(|outcome| import.of(**outcome) > 0)
        .map(|outcome| {
            let link = urls::shelf_import_rows(import.id, outcome.as_str(), 1);
            view! {
                <li>
                    <a href=link>
                        {format!("{}: {}", outcome.label(), grouped(import.of(*outcome)))}
                    </a>
                    <span class="quiet">{explained(*outcome)}</span>
                </li>
            }
        })
        .collect();
    let readings = import.readings;
    let library = (readings.recorded > 0).then(|| {
        let said = match readings.said {
            0 => String::new(),
            rows => format!(
                "Of {} something was left out, or stayed as it was; each row says what.",
                count(rows, "row", "rows")
            ),
        };
        view! {
            <li>
                <span class="strong">
                    {format!("Kept in your library: {}", grouped(readings.recorded))}
                </span>
                <span class="quiet">{said}</span>
            </li>
        }
    });
    view! {
        <ul class="outcomes mt5" aria-label="What was found">
            {lines}
            {library}
        </ul>
    }
    .into_any()
}

fn explained(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::New => "Dogear knows these books.",
        Outcome::Enter => "Nobody has entered them yet; they are entered for you.",
        Outcome::Duplicate => "Left out, unless you say that you have another copy.",
        Outcome::Doubtful => {
            "Without a right ISBN, several books may be meant. They wait until you say which."
        }
        Outcome::Unusable => "Each row says why.",
        Outcome::Failed => "Each row says why. You can try again.",
        Outcome::Kept => "Somebody has done something with them since.",
        Outcome::Unchecked | Outcome::Skipped | Outcome::Added | Outcome::Removed => "",
    }
}

/// Which column says what, for a table that nobody recognises.
fn columns(import: &ImportPage, refused: Option<FormState>) -> AnyView {
    let state = refused.clone().unwrap_or_default();
    let options: Vec<(String, String)> =
        std::iter::once((String::new(), "Not in this table".to_owned()))
            .chain(import.columns.iter().enumerate().map(|(place, column)| {
                let label = match column.sample.as_str() {
                    "" => column.name.clone(),
                    sample => format!("{} ({sample})", column.name),
                };
                (place.to_string(), label)
            }))
            .collect();
    let fields = Field::CHOSEN
        .iter()
        .map(|field| {
            let chosen = import
                .mapping
                .get(field.as_str())
                .map_or_else(String::new, usize::to_string);
            let hint = match field {
                Field::Note => "Others read it on the page of the copy.",
                _ => "",
            };
            view! {
                <Select
                    state=state.clone()
                    name=field.column()
                    label=field.label()
                    hint=hint
                    options=options.clone()
                    value=chosen
                />
            }
        })
        .collect_view();
    view! {
        <details
            class="mt5 panel"
            open=refused.is_some() || import.of(Outcome::Unusable) == import.rows()
        >
            <summary>"Which column says what"</summary>
            <PostForm
                action=ChooseColumns::PATH
                class="stack mt4"
                with=[("import", import.id.to_string())]
            >
                <div class="columns-of-fields">{fields}</div>
                <p>
                    <button class="btn">"Read the table this way"</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}

fn over(import: &ImportPage, forms: &Forms) -> AnyView {
    let added = count(import.of(Outcome::Added), "book is", "books are");
    let waits = import.of(Outcome::Doubtful);
    let sentence = match waits {
        0 => format!("{added} on your shelf now."),
        _ => format!(
            "{added} on your shelf now, and {} for your choice.",
            count(waits, "row waits", "rows wait")
        ),
    };
    let failed = import.of(Outcome::Failed) > 0;
    let left = [
        Outcome::New,
        Outcome::Enter,
        Outcome::Doubtful,
        Outcome::Duplicate,
    ]
    .iter()
    .any(|outcome| import.of(*outcome) > 0);
    view! {
        <p class="lead">{sentence}</p>
        {numbers(import)}
        <div class="row">
            <a class="btn btn-do" href=urls::SHELF>
                "To your shelf"
            </a>
            {failed.then(|| step(RetryImport::PATH, import.id, "Try the rows again that failed"))}
        </div>
        {left
            .then(|| {
                let open = forms.plan.is_some() || import.state == ImportState::Stopped;
                view! {
                    <details class="mt5 panel" open=open>
                        <summary>"Add more from this file"</summary>
                        {plan(import, forms.plan.clone())}
                    </details>
                }
            })}
    }
    .into_any()
}

fn undo(import: &ImportPage, until: AnyView) -> AnyView {
    if import.of(Outcome::Added) == 0 && import.readings.recorded == 0 {
        return ().into_any();
    }
    view! {
        <section class="rule-top mt6 stack" aria-labelledby="undo">
            <h2 id="undo" class="t-h3">
                "Not what you wanted?"
            </h2>
            <p class="measure">
                "Until "{until}
                " you can take the whole import back. The books it has added go to the trash, and what it has brought goes out of your library; what you have changed since or what stands in a trade stays."
            </p>
            {step(UndoImport::PATH, import.id, "Undo the import")}
        </section>
    }
    .into_any()
}

fn undone(import: &ImportPage) -> AnyView {
    let kept = import
        .kept
        .iter()
        .map(|(copy, title)| {
            view! {
                <li>
                    <a href=urls::copy(*copy) dir="auto">
                        {title.clone()}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="lead">
            {format!(
                "{} taken off your shelf again.",
                count(import.of(Outcome::Removed), "book was", "books were"),
            )}
        </p>
        {numbers(import)}
        {(!import.kept.is_empty())
            .then(|| {
                view! {
                    <section class="mt5 stack stack-s" aria-labelledby="kept">
                        <h2 id="kept" class="t-h3">
                            "These stayed"
                        </h2>
                        <p class="quiet">
                            "They were changed, stand in a trade, or have gone to somebody else."
                        </p>
                        <ul class="stack stack-s">{kept}</ul>
                    </section>
                }
            })}
    }
    .into_any()
}
