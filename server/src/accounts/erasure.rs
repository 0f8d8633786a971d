//! What is left of somebody who has gone: a row without a name, so that trades,
//! messages and reviews of others keep their place.

use dogear_domain::ids::UserId;
use jiff::SignedDuration;
use sqlx::PgConnection;

use super::repo::{erasure as repo, users};
use crate::mail::{self, NewMail, templates};
use crate::{Cx, Error, Result, places};

/// For how long nobody can take the handle of somebody who has left, and be taken for them.
const HANDLE_DAYS: i64 = 90;

/// Erases the personal data of `user` in every feature ([`crate::hooks::Hooks::erasures`]), and
/// their own row last, because the others may look at it. The last mail goes to the address that
/// is erased.
pub(super) async fn erase(cx: &Cx, conn: &mut PgConnection, user: UserId) -> Result<()> {
    let leaving = users::by_id(&mut *conn, user)
        .await?
        .ok_or(Error::NotFound)?;
    repo::erase_belongings(&mut *conn, user).await?;
    for erase in cx.services.hooks.erasures {
        erase(&mut *conn, user).await?;
    }
    let free = cx.now() + SignedDuration::from_hours(24 * HANDLE_DAYS);
    users::reserve_left_handle(&mut *conn, user, free).await?;
    repo::make_former(&mut *conn, user, cx.now()).await?;
    places::drop_empty(conn).await?;
    let farewell = NewMail {
        user: None,
        to: leaving.email,
        kind: "account_closed",
        dedupe_key: format!("closed:{user}"),
        content: templates::account_closed(&cx.services.settings, &leaving.display_name),
        trade: None,
        not_before: None,
        not_after: None,
        unsubscribe_url: None,
    };
    mail::queue(conn, &farewell).await
}
