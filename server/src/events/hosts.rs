//! Who hosts an event together: its owner asks members to host it too, or to help at the door.
//! Whoever helps with one date of a series helps with all.
//!
//! What somebody may do with an event is asked here, by [`owner_for`], which stands on the one rule
//! in the database. How it comes to that is in `helpers.rs`.

use dogear_domain::events::hosts::{HostRole, HostState};
use dogear_domain::ids::{EventHostId, EventId, UserId};

use super::list::Listed;
use super::page::{EventPage, page};
use super::repo::hosts::{self as repo, Scope};
use super::words::when;
use crate::{Cx, Error, Result};

/// Open questions on a page.
const SHOWN: i64 = 50;

/// The owner of an event for which whoever asks may act as `needed`. What is stored of an event is
/// the owner's: places, messages, links.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever may not.
pub(super) async fn owner_for(cx: &Cx, event: EventId, needed: HostRole) -> Result<UserId> {
    let asker = cx.reader()?.id;
    repo::owner(cx.db(), event, asker, needed, cx.now())
        .await?
        .ok_or(Error::NotFound)
}

/// As what whoever asks acts for some events of a list: those for which they do.
///
/// # Errors
/// `SignInRequired`.
pub async fn roles_at(cx: &Cx, events: &[Listed]) -> Result<Vec<(EventId, HostRole)>> {
    let ids: Vec<i64> = events.iter().map(|event| event.event.0).collect();
    repo::roles(cx.db(), cx.reader()?.id, &ids, cx.now()).await
}

/// Somebody who helps, or is asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    /// By which forms name them.
    pub id: EventHostId,
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// What they may do.
    pub role: HostRole,
    /// They have not answered yet.
    pub is_asked: bool,
    /// They may do nothing now, because they are suspended.
    pub rests: bool,
}

/// Who hosts an event together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The event as its page shows it.
    pub event: EventPage,
    /// Those who were asked first first.
    pub helpers: Vec<Helper>,
    /// They help with all dates of a series.
    pub is_series: bool,
    /// Whoever asks chooses them.
    pub may_choose: bool,
}

/// Who hosts an event of whoever asks, or that they co-host.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn team(cx: &Cx, event: EventId) -> Result<Team> {
    owner_for(cx, event, HostRole::CoHost).await?;
    let rows = repo::team(cx.db(), event, cx.now()).await?;
    let scope = repo::scope(cx.db(), event).await?;
    let event = page(cx, event).await?;
    Ok(Team {
        may_choose: event.role == Some(HostRole::Owner),
        is_series: matches!(scope, Scope::Series(_)),
        helpers: rows
            .into_iter()
            .map(|row| Helper {
                id: row.id,
                handle: row.handle,
                name: row.name,
                role: row.role,
                is_asked: row.state == HostState::Invited,
                rests: row.rests,
            })
            .collect(),
        event,
    })
}

/// An event that whoever asks helps with, before they stop.
///
/// # Errors
/// `SignInRequired`; `NotFound` for its owner, and for everybody else.
pub async fn helped(cx: &Cx, event: EventId) -> Result<EventPage> {
    let reader = cx.reader()?.id;
    repo::own(cx.db(), event, reader)
        .await?
        .ok_or(Error::NotFound)?;
    let page = page(cx, event).await?;
    if page.role.is_none_or(|role| !role.is_given()) {
        return Err(Error::NotFound);
    }
    Ok(page)
}

/// What somebody is asked to help with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// By which the answer names it.
    pub id: EventHostId,
    /// What they would do.
    pub role: HostRole,
    /// It is for all dates of a series, of which this is the next.
    pub is_series: bool,
    /// What the event is called.
    pub title: String,
    /// Of its owner, without the @.
    pub host_handle: String,
    /// What its owner wants to be called.
    pub host_name: String,
    /// When it is, in words.
    pub date: String,
    /// The place and its town.
    pub place: String,
}

/// What whoever asks is asked to help with, and has not answered.
///
/// # Errors
/// `SignInRequired`.
pub async fn asked_to_host(cx: &Cx) -> Result<Vec<Asked>> {
    let rows = repo::asked(cx.db(), cx.reader()?.id, cx.now(), SHOWN).await?;
    let now = cx.now();
    let asked = rows.into_iter().map(|row| Asked {
        id: row.id,
        role: row.role,
        is_series: row.is_series,
        title: row.title,
        host_handle: row.host_handle,
        host_name: row.host_name,
        date: when(
            row.starts_at.to_jiff(),
            row.ends_at.to_jiff(),
            &row.time_zone,
            now,
        ),
        place: format!("{}, {}", row.venue, row.city),
    });
    Ok(asked.collect())
}
