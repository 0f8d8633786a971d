//! Invitations: the secret link under which an event opens that is for nobody else. It is made of a
//! random number and the key of the site: its host can see it again, and neither the database nor
//! the log knows it. With another number it is another link.

use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::ids::{EventId, UserId};
use sqlx::PgConnection;

use super::hosts::owner_for;
use super::log::note;
use super::page::{EventPage, invited_page};
use super::repo::invitations as repo;
use crate::db::{IdempotencyKey, Idempotent};
use crate::secrets::{sign, unsign};
use crate::{Cx, Error, Result};

const PURPOSE: &str = "invitation";

/// The link to an event that whoever asks hosts, if one was made.
///
/// # Errors
/// `SignInRequired`; `NotFound` for whoever does not host it.
pub async fn invitation_link(cx: &Cx, event: EventId) -> Result<Option<String>> {
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let nonce = repo::nonce(cx.db(), event, host).await?;
    let settings = &cx.services.settings;
    Ok(nonce.ok_or(Error::NotFound)?.map(|nonce| {
        let secret = sign(&settings.secret_key, PURPOSE, &nonce);
        settings.link(&dogear_urls::invitation(&secret))
    }))
}

/// Makes a link to an event that the reader hosts. One that it had leads nowhere from then on; whoever
/// has opened that one sees the event as before.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not host it.
pub async fn make_invitation(cx: &Cx, key: Option<IdempotencyKey>, event: EventId) -> Result<()> {
    let maker = cx.member()?.id;
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let mut once = match cx.once(key, &("make an invitation", event)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let nonce: [u8; 16] = rand::random();
    if !repo::set_nonce(&mut once.tx, event, host, &nonce).await? {
        return Err(Error::NotFound);
    }
    let made = (HostAct::LinkMade, "");
    note(&mut once.tx, event, maker, made, cx.now()).await?;
    once.commit(&()).await
}

/// The event to which a link invites. Whoever is signed in sees it from then on without the link.
///
/// # Errors
/// `NotFound` for a link that leads nowhere, or does not any more, and for what is not for whoever
/// asks in spite of it.
pub async fn open_invitation(cx: &Cx, secret: &str) -> Result<EventPage> {
    let settings = &cx.services.settings;
    let nonce = unsign(&settings.secret_key, PURPOSE, secret).ok_or(Error::NotFound)?;
    let event = repo::event_of(cx.db(), &nonce).await?;
    let page = invited_page(cx, event.ok_or(Error::NotFound)?).await?;
    if let Some(reader) = &cx.actor
        && page.role.is_none()
    {
        repo::open(cx.db(), page.id, reader.id, cx.now()).await?;
    }
    Ok(page)
}

/// Where somebody goes on who joins by the way of an invitation: they have opened it, and its secret
/// is not kept with what they joined for. `None` for every other address.
///
/// # Errors
/// Those of the database.
pub(crate) async fn joined_by(
    cx: &Cx,
    conn: &mut PgConnection,
    next: &str,
    member: UserId,
) -> Result<Option<String>> {
    let Some(secret) = next.strip_prefix(&dogear_urls::invitation("")) else {
        return Ok(None);
    };
    let event = match unsign(&cx.services.settings.secret_key, PURPOSE, secret) {
        Some(nonce) => repo::event_of(&mut *conn, &nonce).await?,
        None => None,
    };
    let Some(event) = event else {
        return Ok(Some(dogear_urls::EVENTS.into()));
    };
    repo::open(&mut *conn, event, member, cx.now()).await?;
    Ok(Some(dogear_urls::event_by_id(event)))
}
