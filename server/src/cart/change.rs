//! Copies come into a cart, are looked at again, and go.

use dogear_domain::ids::CopyId;

use super::{MOST, repo};
use crate::trades::{self, Asked, NotForSale};
use crate::{Cx, Error, Result};

/// Puts a copy into the reader's cart, as it is offered now. One that is there already stays.
///
/// # Errors
/// `NotFound` when the reader may not see it; `Conflict` when it cannot be bought, or the cart is
/// full; `Forbidden` for readers in no standing to.
pub async fn add(cx: &Cx, copy: CopyId) -> Result<()> {
    let user = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let others = repo::lock_and_count(&mut tx, user, copy).await?;
    let wanted = trades::wanted(&mut tx, user, &[copy], cx.now()).await?;
    let wanted = wanted.into_iter().next().ok_or(Error::NotFound)?;
    let asked = wanted.asked.map_err(|why| match why {
        NotForSale::Gone => Error::NotFound,
        why => Error::Conflict(why.said(&wanted.title)),
    })?;
    if others >= MOST {
        return Err(Error::Conflict(format!(
            "Your cart has {MOST} books, which is all that it holds. Buy some of them, or take some out."
        )));
    }
    repo::put(&mut tx, user, &asked, cx.now()).await?;
    tx.commit().await
}

/// Takes a copy out of the reader's cart. Gives whether it could be put there again.
///
/// # Errors
/// `SignInRequired`.
pub async fn remove(cx: &Cx, copy: CopyId) -> Result<bool> {
    let user = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    repo::take_out(&mut conn, user, &[copy]).await?;
    let wanted = trades::wanted(&mut conn, user, &[copy], cx.now()).await?;
    Ok(wanted.iter().any(|wanted| wanted.asked.is_ok()))
}

/// Notes that the reader has seen these terms of copies in their cart. What has changed once more
/// stays unseen.
///
/// # Errors
/// `SignInRequired`.
pub async fn seen(cx: &Cx, shown: &[(CopyId, i32)]) -> Result<()> {
    let user = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let items = repo::seen(&mut tx, user).await?;
    let copies: Vec<CopyId> = items.iter().map(|item| item.copy_id).collect();
    let wanted = trades::wanted(&mut tx, user, &copies, cx.now()).await?;
    let asked: Vec<Asked> = wanted
        .into_iter()
        .filter_map(|wanted| wanted.asked.ok())
        .filter(|asked| shown.contains(&(asked.copy, asked.terms)))
        .collect();
    repo::note_seen(&mut tx, user, &asked).await?;
    tx.commit().await
}
