//! `/events/{event}/tasks`: what is to be done for an event, for those who may do it; and the same
//! in a few lines on the page of the event.

use dogear_domain::events::tasks::VolunteerState;
use dogear_domain::events::{OccurrenceState, tasks as rules};
use dogear_domain::ids::EventId;
use dogear_server::events::{self, EventPage, Task};
use jiff::Timestamp;
use leptos::prelude::*;

use super::seats::Look;
use super::task_actions::{GiveUpTask, SetTaskPercent, TakeTask};
use crate::action::ServerFn;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::field::{ErrorSummary, PostForm};
use dogear_urls as urls;

/// Tasks on the page of an event; the others are a link away.
const ON_PAGE: usize = 4;

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let (event, tasks) = events::event_tasks(&req.cx, event).await?;
    let (state, now) = (req.form.clone(), req.cx.now());
    let may_begin = req.may_begin();
    let title = format!("What is to be done for {}", event.title);
    Ok(req.page(title).nav(Nav::Events).render(move || {
        let heading = format!("What is to be done for “{}”", event.title);
        let path = urls::event(event.id, &event.slug);
        let here = urls::event_tasks(event.id);
        let rows: Vec<AnyView> = tasks
            .iter()
            .map(|task| {
                let acts = acts(&event, task, now, may_begin);
                let far = how_far(&event, task, &here);
                view! {
                    <li class="stack stack-s">
                        {about(task)} {progress(task.hands.percent, &task.title)} {acts} {far}
                    </li>
                }
                .into_any()
            })
            .collect();
        let list = if rows.is_empty() {
            view! { <p class="quiet">"Nothing is to be done. The host may write something down later."</p> }
                .into_any()
        } else {
            view! { <ul class="rows">{rows}</ul> }.into_any()
        };
        view! {
            <div class="wrap wrap-narrow page stack stack-l">
                <ErrorSummary state=state />
                <header class="stack stack-s">
                    <p class="small">
                        <a href=path>{event.title.clone()}</a>
                    </p>
                    <h1 dir="auto">{heading}</h1>
                    <p class="quiet">
                        "Those who host it see who does what. Other guests see how many hands are wanted, and no names."
                    </p>
                    {ended(&event, now)}
                </header>
                {list}
            </div>
        }
    }))
}

/// Why nobody is looked for, if that is so.
pub(super) fn ended(event: &EventPage, now: Timestamp) -> Option<AnyView> {
    let why = rules::is_open(event.seating.state, event.ends_at, now).err()?;
    Some(view! { <p class="notice">{why.to_string()}</p> }.into_any())
}

/// “2 of 3 hands found”, “Enough do it”.
pub(super) fn hands(task: &Task) -> String {
    let hands = task.hands;
    if hands.is_done() {
        return "Done".to_owned();
    }
    match (hands.left(), hands.doing) {
        (0, _) => "Enough do it".to_owned(),
        (left, 0) => format!("{} wanted", count(left, "volunteer", "volunteers")),
        (left, doing) => format!(
            "{doing} of {} found, {} wanted",
            hands.wanted,
            count(left, "more", "more")
        ),
    }
}

/// “by Friday 4 December”, by the calendar of the place.
pub(super) fn due(task: &Task) -> Option<String> {
    let day = task.due?;
    Some(format!("by {}", day.strftime("%A %-d %B")))
}

/// What a task is, by when, and how many are wanted.
pub(super) fn about(task: &Task) -> AnyView {
    let title = match task.title.as_str() {
        "" => "A task of a former member",
        title => title,
    };
    let facts: Vec<String> = [Some(hands(task)), due(task)]
        .into_iter()
        .flatten()
        .collect();
    let note = (!task.note.is_empty()).then(|| {
        view! {
            <p class="small prelines" dir="auto">
                {task.note.clone()}
            </p>
        }
    });
    view! {
        <p>
            <bdi class="strong">{title.to_owned()}</bdi>
            <br />
            <span class="small quiet">{facts.join(", ")}</span>
        </p>
        {note}
    }
    .into_any()
}

/// How far something is: a bar, and the same in words.
pub(super) fn progress(percent: i32, what: &str) -> AnyView {
    let label = format!("Done of {what}");
    view! {
        <p class="row taskbar">
            <progress max="100" value=percent.to_string() aria-label=label></progress>
            <span class="small">{format!("{percent} % done")}</span>
        </p>
    }
    .into_any()
}

/// What the reader can do about a task: take it, say no, give it up.
fn acts(event: &EventPage, task: &Task, now: Timestamp, may_begin: bool) -> Option<AnyView> {
    rules::takes_place(event.seating.state).ok()?;
    let open = rules::is_open(event.seating.state, event.ends_at, now).is_ok();
    let id = task.id.to_string();
    let name = task.title.clone();
    if task.own == Some(VolunteerState::Doing) {
        let label = format!("I cannot do it after all: {name}");
        return Some(
            view! {
                <div class="row row-between">
                    <span class="tag tag-done">"You do this"</span>
                    <PostForm action=GiveUpTask::PATH with=[("task", id)]>
                        <button class="btn btn-small" aria-label=label>
                            "I cannot do it after all"
                        </button>
                    </PostForm>
                </div>
            }
            .into_any(),
        );
    }
    if !open {
        return None;
    }
    let may_take = may_begin && task.hands.may_take().is_ok();
    let yes = may_take.then(|| {
        let label = format!("I will do this: {name}");
        view! {
            <PostForm action=TakeTask::PATH with=[("task", id.clone())]>
                <button class="btn btn-small btn-do" aria-label=label>
                    "I will do this"
                </button>
            </PostForm>
        }
    });
    let asked = (task.own == Some(VolunteerState::Asked)).then(|| {
        let label = format!("No, thank you: {name}");
        view! {
            <span class="tag tag-wait">"You are asked"</span>
            <PostForm action=GiveUpTask::PATH with=[("task", id)]>
                <button class="btn btn-small" aria-label=label>
                    "No, thank you"
                </button>
            </PostForm>
        }
    });
    if yes.is_none() && asked.is_none() {
        return None;
    }
    Some(view! { <div class="row">{asked} {yes}</div> }.into_any())
}

/// The form that says how far a task is, for those who do it.
fn how_far(event: &EventPage, task: &Task, next: &str) -> Option<AnyView> {
    let is_theirs = task.own == Some(VolunteerState::Doing);
    if !is_theirs || rules::takes_place(event.seating.state).is_err() {
        return None;
    }
    Some(percent_form(task, next))
}

/// The same form, wherever it stands: steps of ten, and what was said elsewhere.
pub(super) fn percent_form(task: &Task, next: &str) -> AnyView {
    let now = task.hands.percent;
    let mut steps: Vec<i32> = (0..=100).step_by(10).collect();
    if !steps.contains(&now) {
        steps.push(now);
        steps.sort_unstable();
    }
    let options: Vec<AnyView> = steps
        .into_iter()
        .map(|step| {
            let words = match step {
                0 => "Not begun".to_owned(),
                100 => "Done".to_owned(),
                step => format!("{step} %"),
            };
            view! {
                <option value=step.to_string() selected=step == now>
                    {words}
                </option>
            }
            .into_any()
        })
        .collect();
    let id = format!("percent-{}", task.id);
    let with = [("task", task.id.to_string()), ("next", next.to_owned())];
    view! {
        <PostForm class="row" action=SetTaskPercent::PATH with=with>
            <label for=id.clone()>"How far it is"</label>
            <select class="select taskpercent" id=id name="percent">
                {options}
            </select>
            <button class="btn">"Save"</button>
        </PostForm>
    }
    .into_any()
}

/// On the page of an event: what still looks for hands, and what the reader does.
pub(super) fn section(event: &EventPage, tasks: &[Task], look: &Look) -> Option<AnyView> {
    if tasks.is_empty() {
        return None;
    }
    let closed = rules::is_open(event.seating.state, event.ends_at, look.now).is_err();
    let is_shown = |task: &&Task| {
        let theirs = matches!(
            task.own,
            Some(VolunteerState::Doing | VolunteerState::Asked)
        );
        closed || theirs || task.hands.left() > 0
    };
    let shown: Vec<&Task> = tasks.iter().filter(is_shown).collect();
    let rows: Vec<AnyView> = shown
        .iter()
        .take(ON_PAGE)
        .map(|task| {
            let acts = acts(event, task, look.now, look.may_begin);
            view! { <li class="stack stack-s">{about(task)} {acts}</li> }.into_any()
        })
        .collect();
    let list = (!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> });
    let none = shown.is_empty().then(|| {
        view! { <p class="quiet">"Everything that is to be done has found somebody."</p> }
    });
    let cancelled = (event.seating.state == OccurrenceState::Cancelled).then(
        || view! { <p class="quiet">"It does not take place, so there is nothing to be done."</p> },
    );
    let path = urls::event_tasks(event.id);
    let all = count(
        i64::try_from(tasks.len()).unwrap_or(i64::MAX),
        "task",
        "tasks",
    );
    let section = view! {
        <section class="stack stack-s" aria-labelledby="tasks-h">
            <h2 class="t-h3" id="tasks-h">
                "Hands wanted"
            </h2>
            {cancelled}
            {list}
            {none}
            <p class="small">
                <a href=path>{format!("See what is to be done: {all}")}</a>
            </p>
        </section>
    };
    Some(section.into_any())
}
