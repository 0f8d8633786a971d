//! With whom a host makes an event.

use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::partners;
use dogear_domain::fields::FieldErrors;
use dogear_domain::ids::EventId;

use super::hosting::open;
use super::hosts::owner_for;
use super::log::note_for_all;
use super::repo::hosting as repo;
use crate::version::Version;
use crate::{Cx, Error, Result};

/// Says with whom an event is made, one on a line, each with a link behind the name or without; of a
/// series for all its dates. `seen` is of the lines that the form showed.
///
/// # Errors
/// `SignInRequired`, `Forbidden`; `NotFound` for whoever does not host it; `Invalid` when a line is no
/// partner, or there are too many; `Conflict` when others are named by now than the form showed.
pub async fn save_partners(cx: &Cx, event: EventId, typed: &str, seen: &Version) -> Result<()> {
    let editor = cx.member()?.id;
    let host = owner_for(cx, event, HostRole::CoHost).await?;
    let named = partners::parse(typed)
        .map_err(|problem| Error::Invalid(FieldErrors::one("partners", problem)))?;
    let mut tx = cx.begin().await?;
    open(&mut tx, cx, event, host).await?;
    let now = repo::partners(&mut tx, event).await?;
    if now != named {
        seen.check(&Version::of(&partners::text(&now))?)?;
        repo::set_partners(&mut tx, event, &named, cx.now()).await?;
        note_for_all(&mut tx, event, editor, (HostAct::Partners, ""), cx.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}
