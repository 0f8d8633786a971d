//! What is to be done for an event: hosts write it down, and ask members for it by their handles.
//! Who does it is in `volunteers.rs`, and what they are told in `task_news.rs`.
//!
//! The date of the event is locked first, then the members whom it is about, then the task.

use dogear_domain::events::OccurrenceState;
use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::tasks::{
    self as rules, Hands, MOST_ASKED, MOST_TASKS, TaskRefusal, VolunteerState,
};
use dogear_domain::fields::{FieldErrors, FieldProblem, Handle, TaskNote, TaskTitle};
use dogear_domain::ids::{EventId, EventTaskId, UserId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::hosting::open;
use super::hosts::owner_for;
use super::log;
use super::page::{EventPage, page};
use super::repo::hosting::Stored;
use super::repo::hosts::Scope;
use super::repo::log as lines;
use super::repo::tasks::{self as repo, Locked, TaskRow};
use super::repo::{hosts, occurrences, waiting};
use super::task_news::{TaskNews, tell};
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::version::Version;
use crate::{Cx, Error, Result, limits};

/// The form of a task, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskForm {
    /// What is to be done.
    pub title: String,
    /// What else there is to know; may be empty.
    pub note: String,
    /// How many volunteers are wanted.
    pub wanted: String,
    /// The last day, by the calendar of the place; may be empty.
    pub due: String,
}

/// The same, read.
pub(super) struct TaskText {
    pub title: TaskTitle,
    pub note: TaskNote,
    pub wanted: i32,
    pub due: Option<Date>,
}

/// Somebody who does a task, or was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volunteer {
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// Where they stand with it.
    pub state: VolunteerState,
    /// They have a seat at the event.
    pub comes: bool,
}

/// Something that is to be done for an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// By which forms name it.
    pub id: EventTaskId,
    /// What is to be done.
    pub title: String,
    /// What else there is to know; may be empty.
    pub note: String,
    /// How many are wanted, how many do it, and how far it is.
    pub hands: Hands,
    /// The last day for it, by the calendar of the place.
    pub due: Option<Date>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// Who said so, for hosts alone; none of a former member.
    pub done_by: Option<String>,
    /// Where whoever asks stands with it.
    pub own: Option<VolunteerState>,
    /// Who does it or was asked, for hosts alone.
    pub volunteers: Vec<Volunteer>,
}

impl Task {
    /// As its form shows it.
    pub fn form(&self) -> TaskForm {
        form(&self.title, &self.note, self.hands.wanted, self.due)
    }

    /// The version of what its form shows.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(&self.form())
    }
}

impl From<TaskRow> for Task {
    fn from(row: TaskRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            note: row.note,
            hands: row.hands,
            due: row.due,
            done_at: row.done_at,
            done_by: row.done_by,
            own: row.own,
            volunteers: Vec::new(),
        }
    }
}

fn form(title: &str, note: &str, wanted: i32, due: Option<Date>) -> TaskForm {
    TaskForm {
        title: title.to_owned(),
        note: note.to_owned(),
        wanted: wanted.to_string(),
        due: due.map_or_else(String::new, |day| day.to_string()),
    }
}

/// A refusal as the page shows it.
pub(super) fn refusal(reason: TaskRefusal) -> Error {
    match reason {
        TaskRefusal::BelowDoing { .. } => Error::field("wanted", reason),
        TaskRefusal::Cancelled | TaskRefusal::Over | TaskRefusal::Done | TaskRefusal::Full => {
            Error::Conflict(reason.to_string())
        }
    }
}

/// The tasks of an event of whoever asks, or that they co-host, with those who do them.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn hosted_tasks(cx: &Cx, event: EventId) -> Result<(EventPage, Vec<Task>)> {
    owner_for(cx, event, HostRole::CoHost).await?;
    let page = page(cx, event).await?;
    let rows = repo::list(cx.db(), event, cx.reader()?.id, MOST_TASKS).await?;
    let mut tasks: Vec<Task> = rows.into_iter().map(Task::from).collect();
    for row in repo::volunteers(cx.db(), event).await? {
        if let Some(task) = tasks.iter_mut().find(|task| task.id == row.task) {
            task.volunteers.push(Volunteer {
                handle: row.handle,
                name: row.name,
                state: row.state,
                comes: row.comes,
            });
        }
    }
    Ok((page, tasks))
}

/// One of them.
///
/// # Errors
/// As [`hosted_tasks`].
pub async fn hosted_task(cx: &Cx, task: EventTaskId) -> Result<(EventPage, Task)> {
    cx.reader()?;
    let event = repo::event_of(cx.db(), task).await?;
    let (page, tasks) = hosted_tasks(cx, event.ok_or(Error::NotFound)?).await?;
    let task = tasks.into_iter().find(|one| one.id == task);
    Ok((page, task.ok_or(Error::NotFound)?))
}

/// Today and the last day of an event, by the calendar of its place.
fn days(stored: &Stored, now: Timestamp) -> (Date, Date) {
    let zone = TimeZone::get(&stored.time_zone).unwrap_or(TimeZone::UTC);
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    (day(now), day(stored.ends_at.to_jiff()))
}

fn read(form: &TaskForm, days: (Date, Date), saved: Option<Date>) -> Result<TaskText> {
    let mut errors = FieldErrors::new();
    let title = errors.take("title", TaskTitle::parse(&form.title));
    let note = errors.take("note", TaskNote::parse(&form.note));
    let wanted = errors.take("wanted", rules::wanted(&form.wanted));
    let due = errors.take("due", rules::due(&form.due, days, saved));
    let read = title.zip(note).zip(wanted.zip(due));
    let ((title, note), (wanted, due)) = errors.finish(read).map_err(Error::Invalid)?;
    Ok(TaskText {
        title,
        note,
        wanted,
        due,
    })
}

/// The event under the lock of its date, while tasks are written for it; whoever asks is kept from
/// being erased.
async fn open_for_tasks(
    tx: &mut Tx,
    cx: &Cx,
    event: EventId,
    (owner, editor): (UserId, UserId),
) -> Result<Stored> {
    let (_, stored) = open(tx, cx, event, owner).await?;
    rules::is_open(stored.state, stored.ends_at.to_jiff(), cx.now()).map_err(refusal)?;
    if !waiting::hold(tx, editor).await? {
        return Err(Error::NotFound);
    }
    Ok(stored)
}

/// Writes down what is to be done for an event of whoever asks.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not host it; `Invalid` with the form's
/// fields; `Conflict` when it is over or cancelled, or has as many tasks as it can.
pub async fn add_task(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    form: &TaskForm,
) -> Result<EventTaskId> {
    let editor = cx.member()?.id;
    let owner = owner_for(cx, event, HostRole::CoHost).await?;
    let mut once = match cx.once(key, &("add a task", event, form)).await? {
        Idempotent::Done(task) => return Ok(task),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let stored = open_for_tasks(tx, cx, event, (owner, editor)).await?;
    let text = read(form, days(&stored, now), None)?;
    if repo::count(tx, event).await? >= MOST_TASKS {
        return Err(Error::Conflict(format!(
            "An event has at most {MOST_TASKS} tasks. Remove one first."
        )));
    }
    let task = repo::insert(tx, event, &text, now).await?;
    log::note(tx, event, editor, (HostAct::TaskAdded, ""), now).await?;
    once.commit(&task).await?;
    Ok(task)
}

/// A task of an event of whoever asks, under the locks of both.
async fn open_task(
    tx: &mut Tx,
    cx: &Cx,
    task: EventTaskId,
    (event, owner, editor): (EventId, UserId, UserId),
) -> Result<(Stored, Locked)> {
    let stored = open_for_tasks(tx, cx, event, (owner, editor)).await?;
    let locked = repo::lock(tx, task, editor).await?;
    Ok((stored, locked.ok_or(Error::NotFound)?))
}

/// The event of a task, and its owner, for whoever hosts it.
async fn hosted(cx: &Cx, task: EventTaskId) -> Result<(EventId, UserId)> {
    let event = repo::event_of(cx.db(), task).await?;
    let event = event.ok_or(Error::NotFound)?;
    Ok((event, owner_for(cx, event, HostRole::CoHost).await?))
}

/// Changes what a task says; those who do it or were asked are told. Gives the event.
///
/// # Errors
/// As [`add_task`]; `Invalid`, too, for fewer volunteers than do it; `Conflict` when it says
/// something else by now than the form showed.
pub async fn change_task(
    cx: &Cx,
    task: EventTaskId,
    typed: &TaskForm,
    seen: &Version,
) -> Result<EventId> {
    let editor = cx.member()?.id;
    let (event, owner) = hosted(cx, task).await?;
    let mut tx = cx.begin().await?;
    let now = cx.now();
    let (stored, was) = open_task(&mut tx, cx, task, (event, owner, editor)).await?;
    let text = read(typed, days(&stored, now), was.due)?;
    was.hands.may_want(text.wanted).map_err(refusal)?;
    let before = form(&was.title, &was.note, was.hands.wanted, was.due);
    if before == form(&text.title, &text.note, text.wanted, text.due) {
        return Ok(event);
    }
    seen.check(&Version::of(&before)?)?;
    repo::update(&mut tx, task, &text).await?;
    log::note(&mut tx, event, editor, (HostAct::TaskChanged, ""), now).await?;
    // How many are wanted is nothing to those who do it.
    let (title, note) = (&**text.title, &**text.note);
    if (&*was.title, &*was.note, was.due) != (title, note, text.due) {
        let hands = repo::hands_of(&mut tx, task).await?;
        tell(&mut tx, event, (TaskNews::Changed, title), hands, now).await?;
    }
    tx.commit().await?;
    Ok(event)
}

/// Removes a task for good; those who do it or were asked are told. Gives the event.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it; `Conflict` when it is over or
/// cancelled.
pub async fn remove_task(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    task: EventTaskId,
) -> Result<EventId> {
    let editor = cx.reader()?.id;
    let mut once = match cx.once(key, &("remove a task", task)).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let event = repo::event_of(&mut **tx, task).await?;
    let event = event.ok_or(Error::NotFound)?;
    let owner = hosts::owner(&mut **tx, event, editor, HostRole::CoHost, now).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let (_, was) = open_task(tx, cx, task, (event, owner, editor)).await?;
    let hands = repo::hands_of(tx, task).await?;
    repo::delete(tx, task).await?;
    log::note(tx, event, editor, (HostAct::TaskRemoved, ""), now).await?;
    tell(tx, event, (TaskNews::Removed, &*was.title), hands, now).await?;
    once.commit(&event).await?;
    Ok(event)
}

/// Asks a member to do a task; gives the event.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not host it; `Invalid` for a handle of
/// nobody who can be asked, also of whoever has said no; `Conflict` when nobody is looked for any
/// more, or others do not see the event yet; `TooMany`.
pub async fn ask_for_task(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    task: EventTaskId,
    handle: &str,
) -> Result<EventId> {
    let editor = cx.member()?.id;
    let (event, owner) = hosted(cx, task).await?;
    let unknown = || {
        let nobody = "Nobody who can be asked has this handle. Check its spelling; whoever does not see the event needs its link first.";
        Error::field("handle", FieldProblem::from(nobody))
    };
    let handle = Handle::parse(handle.trim().trim_start_matches('@')).map_err(|_| unknown())?;
    cx.limit(limits::INVITE, &owner.to_string()).await?;
    let asked = ("ask for a task", task, handle.as_str());
    let mut once = match cx.once(key, &asked).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let stored = open_for_tasks(tx, cx, event, (owner, editor)).await?;
    if stored.state != OccurrenceState::Published {
        let draft = "Others do not see this event yet. Publish it first, then ask.";
        return Err(Error::Conflict(draft.into()));
    }
    let invitee = hosts::invitee(tx, &handle, owner, now).await?;
    let (member, _) = invitee.ok_or_else(unknown)?;
    // Nor whom a co-host has a block with: these are their words, and they read the answer.
    if editor != owner {
        let theirs = hosts::invitee(tx, &handle, editor, now).await?;
        theirs.ok_or_else(unknown)?;
    }
    if !waiting::hold(tx, member).await? {
        return Err(unknown());
    }
    let sees = occurrences::open_to(&mut **tx, event, member, now).await?;
    sees.ok_or_else(unknown)?;
    let locked = repo::lock(tx, task, member).await?;
    let locked = locked.ok_or(Error::NotFound)?;
    let known = match locked.state {
        None => None,
        Some(VolunteerState::Asked) => Some("They are asked already."),
        Some(VolunteerState::Doing) => Some("They do this already."),
        Some(VolunteerState::Declined) => Some("They have said no to this."),
    };
    if let Some(known) = known {
        return Err(Error::field("handle", FieldProblem::from(known)));
    }
    locked.hands.may_take().map_err(refusal)?;
    if repo::asked(tx, task).await? >= MOST_ASKED {
        return Err(Error::Conflict(format!(
            "{MOST_ASKED} readers were asked to do this, and more are not."
        )));
    }
    repo::put(tx, task, member, (VolunteerState::Asked, true), now).await?;
    let entry = lines::Entry {
        scope: Scope::Event(event),
        by: Some(editor),
        about: Some(member),
        act: HostAct::TaskAsked,
        detail: "",
    };
    lines::insert(tx, &entry, now).await?;
    let news = (TaskNews::Asked, &*locked.title);
    tell(tx, event, news, vec![member], now).await?;
    once.commit(&event).await?;
    Ok(event)
}

/// Writes the tasks of an event that whoever enters another one hosts, for that one.
pub(super) async fn copy_if_hosted(
    cx: &Cx,
    conn: &mut sqlx::PgConnection,
    (like, event): (Option<EventId>, EventId),
) -> Result<()> {
    let Some(like) = like else {
        return Ok(());
    };
    let asker = cx.reader()?.id;
    let hosts = hosts::owner(&mut *conn, like, asker, HostRole::CoHost, cx.now()).await?;
    if hosts.is_some() {
        repo::copy(conn, (like, event), cx.now()).await?;
    }
    Ok(())
}
