//! A book that somebody enters without having it.

use super::{EditionInput, Settled, genres, identity};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Result, limits};

/// Enters a book, as the form of a new copy does, without a copy of it. Gives the edition, found or
/// made; or what has to be asked first, and then nothing has been entered: the answer goes into
/// [`EditionInput::known`].
///
/// # Errors
/// `Invalid` with every field that needs changing; `SignInRequired`, `Forbidden`, `TooMany`;
/// `Conflict` for one sent before with other content.
pub async fn enter(cx: &Cx, key: Option<IdempotencyKey>, input: &EditionInput) -> Result<Settled> {
    let member = cx.member()?.id;
    cx.limit(limits::ENTER, &member.to_string()).await?;
    let slugs: Vec<String> = genres(cx).await?.into_iter().map(|g| g.slug).collect();
    let mut new = input.parse(&slugs)?;
    new.created_by = Some(member);
    let mut once = match cx.once(key, &("enter a book", input)).await? {
        Idempotent::Done(found) => return Ok(Settled::Found(found)),
        Idempotent::New(once) => once,
    };
    let settled = identity::settle_or_ask(&mut once.tx, &new, &input.known, cx.now()).await?;
    if let Settled::Found(found) = &settled {
        once.commit(found).await?;
    }
    Ok(settled)
}
