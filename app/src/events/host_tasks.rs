//! `/host/{event}/tasks` and `/host/tasks/{task}`: what is to be done for an event, for its hosts.

use dogear_domain::events::tasks::{self as rules, MOST_HANDS, MOST_TASKS, VolunteerState};
use dogear_domain::fields::TaskNote;
use dogear_domain::ids::{EventId, EventTaskId};
use dogear_server::events::{self, EventPage, Task, Volunteer};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::task_actions::{AddTask, AskForTask, ChangeTask, RemoveTask};
use super::tasks::{about, ended, percent_form, progress};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm, TextArea, TextField};
use crate::ui::form_state::FormState;
use crate::ui::time::{Say, in_words};
use crate::ui::versions::{Edited, both_versions, version_field};
use dogear_urls as urls;

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let (event, tasks) = events::hosted_tasks(&req.cx, event).await?;
    let (zone, now) = (req.zone(), req.cx.now());
    let open = rules::is_open(event.seating.state, event.ends_at, now).is_ok();
    let most = usize::try_from(MOST_TASKS).unwrap_or(usize::MAX);
    let may_add = open && req.may_begin() && tasks.len() < most;
    let state = req.form.or([("wanted", "1".to_owned())]);
    let title = format!("Tasks of {}", event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let heading = format!("What is to be done for “{}”", event.title);
        let rows: Vec<AnyView> = tasks
            .iter()
            .map(|task| row(task, &zone, now))
            .collect();
        let list = if rows.is_empty() {
            view! {
                <p class="quiet">
                    "Nothing is written down yet: chairs to carry, a cake to bake, somebody at the door."
                </p>
            }
                .into_any()
        } else {
            view! { <ul class="rows">{rows}</ul> }.into_any()
        };
        let form = may_add.then(|| {
            let with = [("event", event.id.to_string())];
            let fields = fields(&state);
            view! {
                <section class="sheet stack" aria-labelledby="new-h">
                    <h2 class="t-h3" id="new-h">
                        "Add a task"
                    </h2>
                    <PostForm class="stack stack-l" action=AddTask::PATH novalidate=true with=with>
                        {fields}
                        <p>
                            <button class="btn btn-do">"Add it"</button>
                        </p>
                    </PostForm>
                </section>
            }
        });
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_event(event.id)>"Guests and settings"</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                    <p>
                        "Guests with seats and those who help you see this and say what they do. You can ask others by their handles."
                    </p>
                    {ended(&event, now)}
                </header>
                {sum(&tasks)}
                {list}
                {form}
            </div>
        }
    }))
}

/// How far all of it is.
fn sum(tasks: &[Task]) -> Option<AnyView> {
    if tasks.is_empty() {
        return None;
    }
    let percents: Vec<i32> = tasks.iter().map(|task| task.hands.percent).collect();
    let done = tasks.iter().filter(|task| task.hands.is_done()).count();
    let left: i64 = tasks.iter().map(|task| task.hands.left()).sum();
    let wanted = match left {
        0 => "nobody is looked for any more".to_owned(),
        left => format!("{} wanted", count(left, "volunteer is", "volunteers are")),
    };
    let text = format!("{done} of {} done, {wanted}.", tasks.len());
    let section = view! {
        <section class="stack stack-s" aria-label="All of it">
            {progress(rules::overall(&percents), "all tasks")}
            <p>{text}</p>
        </section>
    };
    Some(section.into_any())
}

fn row(task: &Task, zone: &TimeZone, now: Timestamp) -> AnyView {
    let done = task.done_at.map(|at| {
        let at = in_words(at, zone, now, Say::Moment);
        let by = task.done_by.as_deref().unwrap_or("a former member");
        view! { <p class="small quiet">{format!("Done {at}, as {by} says.")}</p> }
    });
    let label = format!("Change: {}", task.title);
    view! {
        <li class="stack stack-s">
            {about(task)} {progress(task.hands.percent, &task.title)} {done}
            {volunteers(&task.volunteers)} <p>
                <a class="btn btn-small" href=urls::host_task(task.id) aria-label=label>
                    "Change"
                </a>
            </p>
        </li>
    }
    .into_any()
}

/// Who does it, and who was asked.
fn volunteers(all: &[Volunteer]) -> Option<AnyView> {
    if all.is_empty() {
        return None;
    }
    let rows: Vec<AnyView> = all
        .iter()
        .map(|one| {
            let tag = match (one.state, one.comes) {
                (VolunteerState::Asked, _) => Some(("tag tag-wait", "Has not answered")),
                (VolunteerState::Declined, _) => Some(("tag", "Said no")),
                (VolunteerState::Doing, false) => Some(("tag", "Has no seat")),
                (VolunteerState::Doing, true) => None,
            };
            let tag = tag.map(|(class, text)| view! { <span class=class>{text}</span> });
            view! {
                <li class="small">
                    <a href=urls::reader(&one.handle)>{one.name.clone()}</a>
                    <span class="quiet">{format!(" @{} ", one.handle)}</span>
                    {tag}
                </li>
            }
            .into_any()
        })
        .collect();
    Some(
        view! {
            <ul class="bullets" aria-label="Who does it">
                {rows}
            </ul>
        }
        .into_any(),
    )
}

fn fields(state: &FormState) -> AnyView {
    let state = state.clone();
    view! {
        <TextField state=state.clone() name="title" label="What is to be done" />
        <TextField
            state=state.clone()
            name="wanted"
            label="How many volunteers"
            inputmode=Some("numeric")
            hint=format!("Between 1 and {MOST_HANDS}.")
        />
        <TextField
            state=state.clone()
            name="due"
            label="By when"
            kind="date"
            hint="Leave it empty if the day of the event will do."
        />
        <TextArea
            state=state
            name="note"
            label="What else to know"
            hint="Leave it empty if you like."
            maxlength=TaskNote::MAX
        />
    }
    .into_any()
}

pub(super) async fn edit(req: Req, Segment(task): Segment<EventTaskId>) -> PageResult {
    let (event, task) = events::hosted_task(&req.cx, task).await?;
    let (zone, now) = (req.zone(), req.cx.now());
    let open = rules::is_open(event.seating.state, event.ends_at, now).is_ok();
    let may_begin = req.may_begin();
    let saved = task.form();
    let state = req.form.or([
        ("title", saved.title.clone()),
        ("note", saved.note.clone()),
        ("wanted", saved.wanted.clone()),
        ("due", saved.due.clone()),
    ]);
    let version = version_field(task.version());
    let title = format!("A task of {}", event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let text = |name, label, saved: &str| Edited::text(&state, name, label, saved);
        let both = both_versions(
            &state,
            version.0,
            &version.1,
            [
                text("title", "What is to be done", &saved.title),
                text("wanted", "How many volunteers", &saved.wanted),
                text("due", "By when", &saved.due),
                text("note", "What else to know", &saved.note),
            ],
        );
        let change = (open && may_begin).then(|| {
            let with = [("task", task.id.to_string()), version.clone()];
            let fields = fields(&state);
            view! {
                <PostForm class="stack stack-l" action=ChangeTask::PATH novalidate=true with=with>
                    {fields}
                    <p class="row">
                        <button class="btn btn-do">"Save"</button>
                        <a href=urls::host_tasks(event.id)>"Back without saving"</a>
                    </p>
                </PostForm>
            }
        });
        let is_off = rules::takes_place(event.seating.state).is_err();
        let far = (!is_off).then(|| percent_form(&task, &urls::host_tasks(event.id)));
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state.clone() />
                {both}
                <header class="stack stack-s">
                    <p class="small">
                        <a href=urls::host_tasks(event.id)>"What is to be done"</a>
                    </p>
                    <h1 dir="auto">{task.title.clone()}</h1>
                    {ended(&event, now)}
                </header>
                {row_of(&task, &zone, now)}
                {far}
                {change}
                {(open && may_begin && !event.is_draft()).then(|| ask(&task, &state))}
                {open.then(|| remove(&event, &task))}
            </div>
        }
    }))
}

/// How far it is, and who does it.
fn row_of(task: &Task, zone: &TimeZone, now: Timestamp) -> AnyView {
    let done = task.done_at.map(|at| in_words(at, zone, now, Say::Moment));
    let done = done.map(|at| view! { <p class="small quiet">{format!("Done {at}.")}</p> });
    view! {
        <div class="stack stack-s">
            {progress(task.hands.percent, &task.title)} {done} {volunteers(&task.volunteers)}
        </div>
    }
    .into_any()
}

fn ask(task: &Task, state: &FormState) -> Option<AnyView> {
    task.hands.may_take().ok()?;
    let state = state.clone();
    let form = view! {
        <section class="sheet stack" aria-labelledby="ask-h">
            <h2 class="t-h3" id="ask-h">
                "Ask somebody"
            </h2>
            <PostForm
                class="stack stack-l"
                action=AskForTask::PATH
                with=[("task", task.id.to_string())]
                novalidate=true
            >
                <TextField
                    state=state
                    name="handle"
                    label="Their handle"
                    hint="As on their shelf. They are told, and say yes or no; they need no seat."
                />
                <p>
                    <button class="btn">"Ask them"</button>
                </p>
            </PostForm>
        </section>
    };
    Some(form.into_any())
}

/// Removing it is asked once more.
fn remove(event: &EventPage, task: &Task) -> AnyView {
    let consequence = match task.hands.doing {
        0 => "Nobody does it yet. It cannot be taken back.".to_owned(),
        doing => format!(
            "{} told that it is not needed any more. It cannot be taken back.",
            count(doing, "volunteer is", "volunteers are")
        ),
    };
    let with = [("task", task.id.to_string())];
    let back = urls::host_tasks(event.id);
    view! {
        <details>
            <summary>"Remove this task"</summary>
            <div class="stack stack-s mt4">
                <p>{consequence}</p>
                <PostForm action=RemoveTask::PATH with=with>
                    <p class="row">
                        <button class="btn btn-heavy">"Remove it"</button>
                        <a href=back>"Keep it"</a>
                    </p>
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}
