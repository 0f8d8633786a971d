//! What hosts and volunteers do with the tasks of an event.

use dogear_domain::ids::{EventId, EventTaskId};
use dogear_server::events::{self, TaskForm};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::{context, own_path};
use dogear_urls as urls;

/// Writes down what is to be done for an event of the reader's.
#[server(endpoint = "events/add-task", input = HtmlForm)]
pub async fn add_task(
    event: EventId,
    #[server(flatten)] form: TaskForm,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    events::add_task(&req.cx, once.into(), event, &form).await?;
    Ok(Done::go(urls::host_tasks(event)).saying("The task is added."))
}

/// Changes what a task says. `version` is of what the form showed.
#[server(endpoint = "events/change-task", input = HtmlForm)]
pub async fn change_task(
    task: EventTaskId,
    #[server(flatten)] form: TaskForm,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::change_task(&req.cx, task, &form, &version.into()).await?;
    Ok(Done::go(urls::host_tasks(event)).saying("The task is changed."))
}

/// Removes a task of an event of the reader's.
#[server(endpoint = "events/remove-task", input = HtmlForm)]
pub async fn remove_task(
    task: EventTaskId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::remove_task(&req.cx, once.into(), task).await?;
    Ok(Done::go(urls::host_tasks(event)).saying("The task is removed."))
}

/// Asks the reader with this handle to do a task.
#[server(endpoint = "events/ask-for-task", input = HtmlForm)]
pub async fn ask_for_task(
    task: EventTaskId,
    #[server(default)] handle: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::ask_for_task(&req.cx, once.into(), task, &handle).await?;
    Ok(Done::go(urls::host_tasks(event)).saying("They are asked. You are told what they say."))
}

/// The reader does a task.
#[server(endpoint = "events/take-task", input = HtmlForm)]
pub async fn take_task(task: EventTaskId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::take_task(&req.cx, task).await?;
    Ok(Done::go(urls::event_tasks(event))
        .saying("You do it. Thank you!")
        .undo(&GiveUpTask { task }))
}

/// The reader does a task no more, or says no to it.
#[server(endpoint = "events/give-up-task", input = HtmlForm)]
pub async fn give_up_task(task: EventTaskId) -> Result<Done, ActionError> {
    let req = context()?;
    let event = events::give_up_task(&req.cx, task).await?;
    Ok(Done::go(urls::event_tasks(event))
        .saying("Somebody else can do it now. The host is told.")
        .undo(&TakeTask { task }))
}

/// Says how much of a hundred of a task is done. The reader goes on at `next`.
#[server(endpoint = "events/set-task-percent", input = HtmlForm)]
pub async fn set_task_percent(
    task: EventTaskId,
    #[server(default)] percent: String,
    #[server(default)] next: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let (event, before) = events::set_task_percent(&req.cx, task, &percent).await?;
    let back = SetTaskPercent {
        task,
        percent: before.to_string(),
        next: next.clone(),
    };
    let next = match own_path(&next) {
        urls::HOME => urls::event_tasks(event),
        next => next.to_owned(),
    };
    let said = if percent.trim() == "100" {
        "It is done. Well done!"
    } else {
        "It is noted how far it is."
    };
    Ok(Done::go(next).saying(said).undo(&back))
}
