//! The address that a member asked to have kept for their next trades: sealed like those of
//! trades, shown to nobody else, forgotten when they say so or leave.

use dogear_domain::fields::PostalAddress;
use dogear_domain::ids::UserId;
use sqlx::PgConnection;

use super::repo::kept_addresses as repo;
use crate::{Cx, Result, secrets};

/// Of its own: what is sealed for a trade does not open here, nor the row of another member.
fn context(user: UserId) -> String {
    format!("kept-address:{user}")
}

/// What the reader keeps for their next trades, if anything.
///
/// # Errors
/// `SignInRequired`.
pub async fn kept_address(cx: &Cx) -> Result<Option<String>> {
    let user = cx.reader()?.id;
    let sealed = repo::of(cx.db(), user).await?;
    Ok(sealed.and_then(|sealed| open(cx, user, &sealed)))
}

/// As [`kept_address`], for `user`, in a snapshot.
pub(super) async fn of(cx: &Cx, conn: &mut PgConnection, user: UserId) -> Result<Option<String>> {
    let sealed = repo::of(conn, user).await?;
    Ok(sealed.and_then(|sealed| open(cx, user, &sealed)))
}

/// Keeps an address that was checked, in place of what was kept.
pub(super) async fn keep(
    cx: &Cx,
    conn: &mut PgConnection,
    user: UserId,
    address: &PostalAddress,
) -> Result<()> {
    let key = &cx.services.settings.secret_key;
    let sealed = secrets::seal(key, &context(user), address);
    repo::put(conn, user, &sealed, cx.now()).await
}

/// Forgets what the reader keeps. Trades that have an address keep it. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`.
pub async fn forget_address(cx: &Cx) -> Result<()> {
    let user = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    repo::delete(&mut tx, user).await?;
    tx.commit().await?;
    Ok(())
}

fn open(cx: &Cx, user: UserId, sealed: &[u8]) -> Option<String> {
    let key = &cx.services.settings.secret_key;
    secrets::open(key, &context(user), sealed)
}
