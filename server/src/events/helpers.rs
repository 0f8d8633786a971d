//! Members are asked to help with an event, answer, stop, are removed and given other roles. Lists
//! of helpers change under the lock of their event or series, which is taken after those of the
//! members whom they are about; a series is locked before them.

use dogear_domain::events::OccurrenceState;
use dogear_domain::events::hosts::{HostAct, HostRole, HostState};
use dogear_domain::fields::{FieldErrors, FieldProblem, Handle};
use dogear_domain::ids::{EventHostId, EventId, UserId};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;

use super::hosts::owner_for;
use super::repo::hosting;
use super::repo::hosts::{self as repo, HelperRow, Scope};
use super::repo::log::{self, Entry};
use super::repo::reviews;
use super::reviews::first_events_wait;
use crate::db::{IdempotencyKey, Idempotent, Tx};
use crate::mail::templates;
use crate::notifications::{Facts, Kind, notify, sentence};
use crate::{Cx, Error, Result, limits};

/// So long after a no nobody is asked again.
const AGAIN: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Helpers of one event, with those who are asked.
const MOST: i64 = 20;

fn role(typed: &str) -> Result<HostRole, FieldProblem> {
    typed
        .parse()
        .ok()
        .filter(|role: &HostRole| role.is_given())
        .ok_or_else(|| "Choose what they may do.".into())
}

/// What is wrong with a handle of nobody who can be asked.
pub(super) fn unknown() -> FieldProblem {
    "Nobody who can be asked has this handle. Check its spelling.".into()
}

/// Whom a form asks to help, or to join, as what.
pub(super) fn read_asked<R>(typed: &str, role: Result<R, FieldProblem>) -> Result<(Handle, R)> {
    let mut errors = FieldErrors::new();
    let handle = Handle::parse(typed.trim().trim_start_matches('@')).map_err(|_| unknown());
    let handle = errors.take("handle", handle);
    let role = errors.take("role", role);
    errors.finish(handle.zip(role)).map_err(Error::Invalid)
}

/// Asks a member to help with an event, and of a series with all its dates; gives their name.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever is not its owner; `Invalid` with the form's
/// fields, also for a handle of nobody who can be asked, and of whoever has said no; `Conflict` when
/// the event is over or cancelled, has as many helpers as it can, or is a first one that no
/// moderator has seen; `TooMany`.
pub async fn invite_host(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    event: EventId,
    handle: &str,
    role: &str,
) -> Result<String> {
    cx.member()?;
    let owner = owner_for(cx, event, HostRole::Owner).await?;
    let (handle, role) = read_asked(handle, self::role(role))?;
    cx.limit(limits::INVITE, &owner.to_string()).await?;
    let asked = ("invite host", event, handle.as_str(), role);
    let mut once = match cx.once(key, &asked).await? {
        Idempotent::Done(name) => return Ok(name),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let invitee = repo::invitee(tx, &handle, owner, now).await?;
    let (member, name) = invitee.ok_or_else(|| Error::field("handle", unknown()))?;
    if member == owner {
        let own = "This is you, and the event is yours. Enter the handle of another reader.";
        return Err(Error::field("handle", own));
    }
    let scope = repo::scope(&mut **tx, event).await?;
    if !hold(tx, scope, [owner, member]).await? {
        return Err(Error::NotFound);
    }
    let stored = hosting::event(&mut **tx, event, owner).await?;
    let stored = stored.ok_or(Error::NotFound)?;
    let is_past = stored.state == OccurrenceState::Cancelled || stored.ends_at.to_jiff() <= now;
    if is_past && matches!(scope, Scope::Event(_)) {
        return Err(Error::Conflict(
            "This event is over or cancelled, so there is nothing to help with.".into(),
        ));
    }
    // What no moderator has seen is not mailed to others.
    if stored.state == OccurrenceState::Draft
        && first_events_wait(tx).await?
        && reviews::record(tx, owner).await?.waits()
    {
        return Err(Error::Conflict(
            "A moderator looks at your first event before others see it. Ask for help once it is published.".into(),
        ));
    }
    if repo::answered(tx, scope, member, now - AGAIN).await? {
        let late = "They have said no, or you have taken the question back. You can ask them again thirty days later.";
        return Err(Error::field("handle", late));
    }
    if repo::count(tx, scope).await? >= MOST {
        return Err(Error::Conflict(format!(
            "{MOST} readers help with this event or are asked to, and more are not taken. Remove one first."
        )));
    }
    let id = repo::insert(tx, scope, member, role, now).await?;
    let id =
        id.ok_or_else(|| Error::field("handle", "They help with this event, or are asked to."))?;
    note(
        tx,
        (scope, owner, member),
        (HostAct::HostInvited, role.as_str()),
        now,
    )
    .await?;
    let title = &stored.title;
    let news = News {
        kind: Kind::HostInvited,
        what: title,
        reason: role.task().to_owned(),
        path: dogear_urls::HOST.to_owned(),
        subject: format!("Will you {} “{title}”?", role.task()),
        paragraphs: &[
            "Who asks you, and when and where it is, stands on the page of what you host. Say yes or no there: until then nothing changes for you.",
        ],
    };
    tell(cx, tx, member, news, &format!("host:{id}:asked")).await?;
    once.commit(&name).await?;
    Ok(name)
}

/// Locks a list of helpers, and keeps the two whom it is about from being erased: a series is locked
/// before members, one event after them. Says whether both are still there.
async fn hold(tx: &mut Tx, scope: Scope, members: [UserId; 2]) -> Result<bool> {
    if matches!(scope, Scope::Series(_)) {
        repo::lock(tx, scope).await?;
        return repo::hold(tx, members).await;
    }
    let there = repo::hold(tx, members).await?;
    repo::lock(tx, scope).await?;
    Ok(there)
}

/// A helper under the lock of their list, as they stand then.
async fn open(tx: &mut Tx, cx: &Cx, id: EventHostId) -> Result<HelperRow> {
    let there = repo::helper(&mut **tx, id, cx.now()).await?;
    let there = there.ok_or(Error::NotFound)?;
    if !hold(tx, there.scope, [there.owner, there.member]).await? {
        return Err(Error::NotFound);
    }
    // A statement of its own: it has to see what was committed while the row was waited for.
    repo::helper(&mut **tx, id, cx.now())
        .await?
        .ok_or(Error::NotFound)
}

/// The same, of whoever asks. A block keeps nobody from saying no.
async fn open_own(tx: &mut Tx, cx: &Cx, id: EventHostId) -> Result<HelperRow> {
    let reader = cx.reader()?.id;
    let row = open(tx, cx, id).await?;
    if row.member == reader {
        Ok(row)
    } else {
        Err(Error::NotFound)
    }
}

/// The same, of an event of whoever asks.
async fn open_of_owner(tx: &mut Tx, cx: &Cx, id: EventHostId) -> Result<HelperRow> {
    let reader = cx.reader()?.id;
    let row = open(tx, cx, id).await?;
    if row.owner == reader {
        Ok(row)
    } else {
        Err(Error::NotFound)
    }
}

/// Says yes to what whoever asks was asked to help with; gives the event, or the next date of its
/// series, and what they may do.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for what somebody else was asked, or nobody any more.
pub async fn accept_hosting(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    invitation: EventHostId,
) -> Result<(EventId, HostRole)> {
    cx.member()?;
    let mut once = match cx.once(key, &("accept hosting", invitation)).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let row = open_own(tx, cx, invitation).await?;
    if row.blocked {
        return Err(Error::NotFound);
    }
    let said = (row.event, row.role);
    if row.state == HostState::Invited {
        repo::join(tx, row.id).await?;
        note(
            tx,
            (row.scope, row.member, row.member),
            (HostAct::HostJoined, row.role.as_str()),
            now,
        )
        .await?;
        let said = format!("Somebody whom you asked helps with “{}” now.", row.title);
        tell_owner(cx, tx, &row, said, "joined").await?;
    }
    once.commit(&said).await?;
    Ok(said)
}

/// Says no to it.
///
/// # Errors
/// As [`accept_hosting`], but for suspended readers too; `Conflict` for what they said yes to.
pub async fn decline_hosting(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    invitation: EventHostId,
) -> Result<()> {
    cx.reader()?;
    let mut once = match cx.once(key, &("decline hosting", invitation)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let row = open_own(tx, cx, invitation).await?;
    if row.state == HostState::Active {
        return Err(Error::Conflict(
            "You have said yes to this. You can stop helping on the page of what you host.".into(),
        ));
    }
    repo::remove(tx, row.id).await?;
    repo::note_answer(tx, row.scope, row.member, now).await?;
    note(
        tx,
        (row.scope, row.member, row.member),
        (HostAct::HostDeclined, ""),
        now,
    )
    .await?;
    let said = format!(
        "Somebody whom you asked to help with “{}” cannot.",
        row.title
    );
    tell_owner(cx, tx, &row, said, "declined").await?;
    once.commit(&()).await
}

/// Whoever asks helps with an event no more, and of a series with none of its dates.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not help.
pub async fn stop_hosting(cx: &Cx, key: Option<IdempotencyKey>, event: EventId) -> Result<()> {
    let reader = cx.reader()?.id;
    let mut once = match cx.once(key, &("stop hosting", event)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let id = repo::own(&mut **tx, event, reader).await?;
    let row = open_own(tx, cx, id.ok_or(Error::NotFound)?).await?;
    repo::remove(tx, row.id).await?;
    note(
        tx,
        (row.scope, reader, reader),
        (HostAct::HostLeft, ""),
        now,
    )
    .await?;
    let said = format!("Somebody who helped with “{}” does so no more.", row.title);
    tell_owner(cx, tx, &row, said, "left").await?;
    once.commit(&()).await
}

/// Removes a helper from an event of whoever asks, or asks them no more; gives their event.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever is not its owner.
pub async fn remove_host(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    helper: EventHostId,
) -> Result<EventId> {
    let owner = cx.reader()?.id;
    let mut once = match cx.once(key, &("remove host", helper)).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let row = open_of_owner(tx, cx, helper).await?;
    repo::remove(tx, row.id).await?;
    note(
        tx,
        (row.scope, owner, row.member),
        (HostAct::HostRemoved, ""),
        now,
    )
    .await?;
    if row.state == HostState::Invited {
        repo::note_answer(tx, row.scope, row.member, now).await?;
    } else {
        let said = format!("You no longer help with “{}”.", row.title);
        tell_helper(cx, tx, &row, said, "removed").await?;
    }
    once.commit(&row.event).await?;
    Ok(row.event)
}

/// Gives a helper of an event of whoever asks another role; gives their event. Doing it twice is
/// fine.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever is not its owner; `Invalid` for a role that
/// nobody gives away.
pub async fn change_host_role(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    helper: EventHostId,
    role: &str,
) -> Result<EventId> {
    let owner = cx.member()?.id;
    let role = self::role(role).map_err(|problem| Error::field("role", problem))?;
    let mut once = match cx.once(key, &("change host role", helper, role)).await? {
        Idempotent::Done(event) => return Ok(event),
        Idempotent::New(once) => once,
    };
    let (tx, now) = (&mut once.tx, cx.now());
    let row = open_of_owner(tx, cx, helper).await?;
    if row.role != role {
        repo::set_role(tx, row.id, role).await?;
        note(
            tx,
            (row.scope, owner, row.member),
            (HostAct::RoleChanged, role.as_str()),
            now,
        )
        .await?;
        if row.state == HostState::Active {
            let said = match role {
                HostRole::Door => format!(
                    "You now help at the door of “{}”, and no longer with the rest.",
                    row.title
                ),
                _ => format!("You now host “{}” with its host.", row.title),
            };
            let step = format!("role:{}", now.as_microsecond());
            tell_helper(cx, tx, &row, said, &step).await?;
        }
    }
    once.commit(&row.event).await?;
    Ok(row.event)
}

/// Writes down who did what with whom.
async fn note(
    conn: &mut PgConnection,
    (scope, by, about): (Scope, UserId, UserId),
    (act, detail): (HostAct, &str),
    now: Timestamp,
) -> Result<()> {
    let entry = Entry {
        scope,
        by: Some(by),
        about: (by != about).then_some(about),
        act,
        detail,
    };
    log::insert(conn, &entry, now).await
}

/// What somebody is told. No names: those of members who leave would stay in it.
pub(super) struct News<'a> {
    pub kind: Kind,
    /// The title of the event, or the name of the organisation.
    pub what: &'a str,
    pub reason: String,
    pub path: String,
    pub subject: String,
    pub paragraphs: &'a [&'a str],
}

pub(super) async fn tell(
    cx: &Cx,
    tx: &mut Tx,
    user: UserId,
    news: News<'_>,
    key: &str,
) -> Result<()> {
    let facts = Facts {
        what: format!("“{}”", news.what),
        reason: news.reason,
        path: news.path,
        ..Facts::default()
    };
    let (heading, path) = sentence(news.kind, &facts);
    let letter = templates::notice(
        &cx.services.settings,
        &news.subject,
        &heading,
        news.paragraphs,
        &path,
    );
    notify(cx, tx, user, news.kind, &facts, key, Some(letter)).await
}

/// Tells the owner what has become of a helper, in one sentence.
async fn tell_owner(cx: &Cx, tx: &mut Tx, row: &HelperRow, said: String, step: &str) -> Result<()> {
    let path = dogear_urls::host_team(row.event);
    tell_of_helper(cx, tx, (row, row.owner), (said, path), step).await
}

/// Tells a helper what has become of their part.
async fn tell_helper(
    cx: &Cx,
    tx: &mut Tx,
    row: &HelperRow,
    said: String,
    step: &str,
) -> Result<()> {
    let path = dogear_urls::HOST.to_owned();
    tell_of_helper(cx, tx, (row, row.member), (said, path), step).await
}

async fn tell_of_helper(
    cx: &Cx,
    tx: &mut Tx,
    (row, user): (&HelperRow, UserId),
    (said, path): (String, String),
    step: &str,
) -> Result<()> {
    let news = News {
        kind: Kind::HostTeam,
        what: &row.title,
        reason: said,
        path,
        subject: format!("Who hosts “{}”", row.title),
        paragraphs: &[],
    };
    tell(cx, tx, user, news, &format!("host:{}:{step}", row.id)).await
}
