//! News of the site that an admin writes to many members. They are counted before, told from a
//! moment on, some at a time, and each once; until all are, the rest can be spared it.

mod repo;
mod sending;
#[cfg(test)]
mod tests;

use dogear_domain::broadcasts::{Audience, BroadcastState, leaves_at};
use dogear_domain::fields::{BroadcastBody, BroadcastTitle, FieldErrors, FieldProblem};
use dogear_domain::ids::BroadcastId;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;

use crate::audit::{Entry, audit};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

pub use sending::SendBroadcast;

/// The form, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BroadcastForm {
    /// One line.
    pub title: String,
    /// What is to be said.
    pub body: String,
    /// A word of [`dogear_domain::broadcasts::AudienceKind`].
    pub audience: String,
    /// Of a country its code, of a town its name.
    pub place: String,
    /// A moment like `2026-12-31T18:00:00Z`, or without its `Z` by the clock of whoever writes;
    /// empty for at once.
    pub send_at: String,
}

/// The form, understood.
struct Wanted {
    title: BroadcastTitle,
    body: BroadcastBody,
    audience: Audience,
    send_at: Timestamp,
}

/// What would come of a broadcast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// To whom it goes.
    pub audience: Audience,
    /// So many these are now.
    pub members: i64,
    /// When it leaves.
    pub send_at: Timestamp,
    /// For so long they are being told.
    pub takes: SignedDuration,
}

/// A broadcast, for admins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broadcast {
    /// By which it is named.
    pub id: BroadcastId,
    /// One line.
    pub title: String,
    /// What is said.
    pub body: String,
    /// To whom it goes.
    pub audience: Audience,
    /// Where it stands.
    pub state: BroadcastState,
    /// When it leaves, or has left.
    pub send_at: Timestamp,
    /// So many it would have reached when it was written.
    pub expected: i32,
    /// So many were told.
    pub told: i32,
    /// Handle of whoever wrote it; none of a former member.
    pub author: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When all were told, or it was stopped.
    pub ended_at: Option<Timestamp>,
}

/// A moment as it is typed; none for at once.
fn moment(typed: &str, zone: &str) -> Result<Option<Timestamp>, FieldProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if let Ok(at) = typed.parse::<Timestamp>() {
        return Ok(Some(at));
    }
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let local: Option<DateTime> = typed.parse().ok();
    let at = local.and_then(|local| local.to_zoned(zone).ok());
    at.map(|at| Some(at.timestamp()))
        .ok_or_else(|| "Enter a day and a time, like 2026-12-31T18:00, or nothing.".into())
}

fn read(cx: &Cx, form: &BroadcastForm) -> Result<Wanted> {
    let zone = &cx.admin()?.time_zone;
    let mut errors = FieldErrors::new();
    let title = errors.take("title", BroadcastTitle::parse(&form.title));
    let body = errors.take("body", BroadcastBody::parse(&form.body));
    let audience = match Audience::read(&form.audience, &form.place) {
        Ok(audience) => Some(audience),
        Err((field, problem)) => {
            errors.add(field, problem);
            None
        }
    };
    let at = moment(&form.send_at, zone).and_then(|at| leaves_at(at, cx.now()));
    let send_at = errors.take("send_at", at);
    let read = title.zip(body).zip(audience).zip(send_at);
    let (((title, body), audience), send_at) = errors.finish(read).map_err(Error::Invalid)?;
    Ok(Wanted {
        title,
        body,
        audience,
        send_at,
    })
}

/// What would come of it. Nobody is told.
///
/// # Errors
/// `NotFound` for everybody but admins; `Invalid` with the form's fields.
pub async fn preview(cx: &Cx, form: &BroadcastForm) -> Result<Preview> {
    let author = cx.admin()?.id;
    let wanted = read(cx, form)?;
    let members = repo::count(cx.db(), author, &wanted.audience, cx.now()).await?;
    Ok(Preview {
        audience: wanted.audience,
        members,
        send_at: wanted.send_at,
        takes: sending::takes(members),
    })
}

/// Has these members told from that moment on, and writes down who does.
///
/// # Errors
/// As [`preview`]; `Conflict` when nobody would be told.
pub async fn create(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    form: &BroadcastForm,
) -> Result<BroadcastId> {
    let author = cx.admin()?.id;
    let wanted = read(cx, form)?;
    let mut once = match cx.once(key, &("broadcast", form)).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut once.tx;
    let now = cx.now();
    let members = repo::count(&mut **tx, author, &wanted.audience, now).await?;
    if members == 0 {
        return Err(Error::Conflict(
            "Nobody would be told: choose others to write to.".into(),
        ));
    }
    let expected = i32::try_from(members).unwrap_or(i32::MAX);
    let new = repo::NewBroadcast {
        author,
        title: &wanted.title,
        body: &wanted.body,
        audience: &wanted.audience,
        send_at: wanted.send_at,
        expected,
    };
    let id = repo::insert(&mut **tx, &new, now).await?;
    sending::begin(tx, id, wanted.send_at).await?;
    let entry = Entry {
        action: "broadcast.create",
        subject_kind: "broadcast",
        subject_id: Some(id.0),
        after: Some(json!({
            "title": &**wanted.title,
            "audience": wanted.audience,
            "members": members,
            "send_at": wanted.send_at,
        })),
        ..Entry::default()
    };
    audit(tx, cx, entry).await?;
    once.commit(&id).await?;
    Ok(id)
}

/// What was written so far, the last first, from behind `before` on.
///
/// # Errors
/// `NotFound` for everybody but admins.
pub async fn list(cx: &Cx, before: Option<BroadcastId>, most: i64) -> Result<Vec<Broadcast>> {
    cx.admin()?;
    repo::list(cx.db(), before, None, most).await
}

/// One of them.
///
/// # Errors
/// `NotFound` for everybody but admins, and where there is none.
pub async fn one(cx: &Cx, id: BroadcastId) -> Result<Broadcast> {
    cx.admin()?;
    let found = repo::list(cx.db(), None, Some(id), 1).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// Stops it: whoever was not told yet is not. Doing it twice is fine.
///
/// # Errors
/// `NotFound` for everybody but admins, and where there is none; `Conflict` when all were told.
pub async fn cancel(cx: &Cx, id: BroadcastId) -> Result<()> {
    cx.admin()?;
    let mut tx = cx.begin().await?;
    let row = repo::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    match row.state {
        BroadcastState::Cancelled => return Ok(()),
        BroadcastState::Sent => {
            return Err(Error::Conflict("Everybody was told already.".into()));
        }
        BroadcastState::Scheduled | BroadcastState::Sending => {}
    }
    repo::end(&mut tx, id, BroadcastState::Cancelled, cx.now()).await?;
    let entry = Entry {
        action: "broadcast.stop",
        subject_kind: "broadcast",
        subject_id: Some(id.0),
        after: Some(json!({ "told": row.told })),
        ..Entry::default()
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await
}
