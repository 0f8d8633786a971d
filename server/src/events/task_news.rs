//! What members and hosts are told about tasks: by a job, after the commit. No names: those of
//! members who leave would stay in it.

use dogear_domain::events::OccurrenceState;
use dogear_domain::ids::{EventId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::helpers::{self, News};
use super::repo::interests::{self, NewsRow};
use super::repo::tasks as repo;
use crate::jobs::{self, Claim, Job};
use crate::notifications::Kind;
use crate::{Cx, Result};

/// What has become of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TaskNews {
    /// A host asks for it.
    Asked,
    /// It says something else.
    Changed,
    /// It is not needed any more.
    Removed,
    /// Somebody does it.
    Taken,
    /// Somebody does it no more.
    GivenUp,
    /// Somebody who was asked does not.
    Declined,
}

/// Tells some members what has become of a task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellOfTask {
    event: EventId,
    /// What is to be done: it may be removed by the time that the job runs.
    title: String,
    news: TaskNews,
    /// At most a hundred.
    to: Vec<UserId>,
    /// When it happened, in microseconds since 1970: so that a second time is told too.
    at: i64,
}

/// Has these members told, after the commit.
pub(super) async fn tell(
    conn: &mut PgConnection,
    event: EventId,
    (news, title): (TaskNews, &str),
    to: Vec<UserId>,
    now: Timestamp,
) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let at = now.as_microsecond();
    let who: Vec<String> = to.iter().map(ToString::to_string).collect();
    let key = format!("task:{event}:{news:?}:{at}:{}:{title}", who.join(","));
    let job = TellOfTask {
        event,
        title: title.to_owned(),
        news,
        to,
        at,
    };
    jobs::push(conn, &job, &key, None).await
}

impl Job for TellOfTask {
    const KIND: &'static str = "event_task";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        let row = interests::news(&mut tx, self.event).await?;
        if let Some(row) = row.filter(|row| is_told(row, cx.now())) {
            let to = repo::may_be_told(&mut tx, self.event, &self.to, cx.now()).await?;
            for member in to {
                let key = format!("task:{}:{}:{member}", self.event, claim.id);
                helpers::tell(cx, &mut tx, member, self.message(&row), &key).await?;
            }
        }
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// What is cancelled by then is told by itself, and of what is over nobody need hear.
fn is_told(row: &NewsRow, now: Timestamp) -> bool {
    row.state != OccurrenceState::Cancelled && row.ends_at.to_jiff() > now
}

impl TellOfTask {
    fn message<'a>(&self, row: &'a NewsRow) -> News<'a> {
        let (task, event) = (&self.title, &row.title);
        let volunteers = dogear_urls::event_tasks(self.event);
        let hosts = dogear_urls::host_tasks(self.event);
        let (kind, said, subject, path) = match self.news {
            TaskNews::Asked => (
                Kind::TaskAsked,
                task.clone(),
                format!("Will you do something for “{event}”?"),
                volunteers,
            ),
            TaskNews::Changed => (
                Kind::TaskChanged,
                format!("What you were to do for “{event}” has changed: “{task}”."),
                format!("Your task for “{event}” has changed"),
                volunteers,
            ),
            TaskNews::Removed => (
                Kind::TaskChanged,
                format!("“{task}” for “{event}” is not needed any more. Thank you all the same."),
                format!("Your task for “{event}” is not needed any more"),
                dogear_urls::event(self.event, &row.slug),
            ),
            TaskNews::Taken => (
                Kind::TaskTaken,
                format!("Somebody does “{task}” for “{event}”."),
                format!("Somebody does something for “{event}”"),
                hosts,
            ),
            TaskNews::GivenUp => (
                Kind::TaskTaken,
                format!("Somebody no longer does “{task}” for “{event}”."),
                format!("A task for “{event}” is given up"),
                hosts,
            ),
            TaskNews::Declined => (
                Kind::TaskTaken,
                format!("Somebody whom you asked cannot do “{task}” for “{event}”."),
                format!("A task for “{event}” is declined"),
                hosts,
            ),
        };
        News {
            kind,
            what: event,
            reason: said,
            path,
            subject,
            paragraphs: match self.news {
                TaskNews::Asked => {
                    &["Say yes or no on the page of its tasks: until then nothing changes for you."]
                }
                _ => &[],
            },
        }
    }
}
