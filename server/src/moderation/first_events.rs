//! First events of new hosts, which a moderator looks at before others see them; and whether the
//! site asks for that.

use dogear_domain::events::EventReview;
use dogear_domain::fields::{FieldErrors, SendBackReason, SettingsReason};
use dogear_domain::ids::{EventId, UserId};
use jiff::Timestamp;
use serde_json::json;
use sqlx::PgConnection;

use super::recusal;
use crate::audit::{Entry, audit};
use crate::events::FirstEvent;
use crate::events::reviews as events;
use crate::mail::templates;
use crate::notifications::{Facts, Kind, notify};
use crate::version::Version;
use crate::{Cx, Error, Result};

/// What moderators see of first events.
#[derive(Debug, Clone, Default)]
pub struct FirstEvents {
    /// Those that wait, the longest first.
    pub waiting: Vec<FirstEvent>,
    /// Those that were sent back and not published since.
    pub sent_back: Vec<FirstEvent>,
}

/// First events that are to come and not published.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(cx: &Cx) -> Result<FirstEvents> {
    cx.moderator()?;
    Ok(FirstEvents {
        waiting: events::first_events(cx.db(), EventReview::Waiting, cx.now()).await?,
        sent_back: events::first_events(cx.db(), EventReview::SentBack, cx.now()).await?,
    })
}

/// How many wait.
///
/// # Errors
/// As [`list`].
pub async fn waiting(cx: &Cx) -> Result<i64> {
    cx.moderator()?;
    events::waiting_first_events(cx.db(), cx.now()).await
}

/// Publishes one that waits, or that was sent back, and tells its host. Gives what it is called.
///
/// # Errors
/// As [`list`], also when there is no such event; `Forbidden` for those who host it; `Conflict` when somebody
/// has decided in the meantime, or when it does not say any more what the moderator has `seen`.
pub async fn approve(cx: &Cx, event: EventId, seen: &Version) -> Result<String> {
    cx.moderator()?;
    let mut tx = cx.begin().await?;
    let first = events::approve(&mut tx, event, seen, cx.now()).await?;
    check_apart(&mut tx, cx, &first).await?;
    tell(&mut tx, cx, &first, Kind::EventApproved, "").await?;
    let entry = Entry {
        action: "event.approve",
        subject_kind: "event",
        subject_id: Some(event.0),
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(first.title)
}

/// Leaves one that waits a draft, and tells its host why. Gives what it is called.
///
/// # Errors
/// As [`approve`].
pub async fn send_back(cx: &Cx, event: EventId, why: &SendBackReason) -> Result<String> {
    cx.moderator()?;
    let mut tx = cx.begin().await?;
    let first = events::send_back(&mut tx, event, why, cx.now()).await?;
    check_apart(&mut tx, cx, &first).await?;
    tell(&mut tx, cx, &first, Kind::EventSentBack, why).await?;
    let entry = Entry {
        action: "event.send_back",
        subject_kind: "event",
        subject_id: Some(event.0),
        reason: why,
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(first.title)
}

/// Refuses whoever hosts it, helps with it or is asked to: also one who was made a moderator while
/// it waited.
async fn check_apart(conn: &mut PgConnection, cx: &Cx, first: &FirstEvent) -> Result<()> {
    recusal::check_own(conn, cx, first.host).await?;
    if first.helpers.contains(&cx.moderator()?.id) {
        return Err(Error::Forbidden(
            "You help with this event or are asked to, so a colleague decides.".into(),
        ));
    }
    Ok(())
}

async fn tell(
    conn: &mut PgConnection,
    cx: &Cx,
    first: &FirstEvent,
    kind: Kind,
    why: &str,
) -> Result<()> {
    let title = &first.title;
    let (subject, paragraphs) = if kind == Kind::EventApproved {
        let next = "Guests can take seats now. What you publish from now on does not wait.";
        (format!("“{title}” is published"), vec![next])
    } else {
        let next = "It is a draft as before, and only those who host it see it. Change it and publish it again: then we look at it once more.";
        (format!("Please change “{title}”"), vec![why, next])
    };
    let facts = Facts {
        what: title.clone(),
        reason: why.to_owned(),
        path: dogear_urls::host_event(first.event),
        ..Facts::default()
    };
    let letter = templates::notice(
        &cx.services.settings,
        &subject,
        &subject,
        &paragraphs,
        &facts.path,
    );
    let key = format!(
        "first_event:{}:{}:{}",
        first.event,
        kind.as_str(),
        cx.now().as_microsecond()
    );
    notify(cx, conn, first.host, kind, &facts, &key, Some(letter)).await
}

/// What admins choose for first events.
///
/// # Errors
/// `NotFound` for everybody but admins.
pub async fn do_wait(cx: &Cx) -> Result<bool> {
    cx.admin()?;
    let mut conn = cx.db().acquire().await?;
    events::first_events_wait(&mut conn).await
}

/// Changes it, and writes down who did and why. Doing it twice is fine. Those that wait already are
/// decided as before.
///
/// # Errors
/// As [`do_wait`]; `Invalid` when it is neither `yes` nor `no`, or the reason is too long.
pub async fn set_wait(cx: &Cx, wait: &str, reason: &str) -> Result<bool> {
    let admin = cx.admin()?.id;
    let mut errors = FieldErrors::new();
    let wait = match wait {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            errors.add("first_events", "Choose whether they wait.");
            None
        }
    };
    let reason = errors.take("first_events_reason", SettingsReason::parse(reason));
    let (wait, reason) = errors.finish(wait.zip(reason)).map_err(Error::Invalid)?;
    let mut tx = cx.begin().await?;
    change(&mut tx, cx, (wait, Some(admin)), &reason, cx.now()).await?;
    tx.commit().await?;
    Ok(wait)
}

/// The same for the operator of the site, who has a command for it.
///
/// # Errors
/// Those of the database.
pub async fn set_wait_by_operator(cx: &Cx, wait: bool) -> Result<()> {
    let mut tx = cx.begin().await?;
    change(&mut tx, cx, (wait, None), "By the operator", cx.now()).await?;
    tx.commit().await
}

async fn change(
    conn: &mut PgConnection,
    cx: &Cx,
    (wait, by): (bool, Option<UserId>),
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let before = events::set_first_events_wait(conn, wait, by, now).await?;
    if before == wait {
        return Ok(());
    }
    let entry = Entry {
        action: "setting.change",
        subject_kind: "setting",
        before: Some(json!({ "first_events_wait": before })),
        after: Some(json!({ "first_events_wait": wait })),
        reason,
        ..Entry::default()
    };
    audit(conn, cx, entry).await
}
