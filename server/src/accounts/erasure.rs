//! What is left of somebody who has gone: a row without a name, so that trades,
//! messages and reviews of others keep their place.

use dogear_domain::ids::UserId;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::repo;
use crate::mail::{self, NewMail, templates};
use crate::{Cx, Error, Result, places};

/// Each with `$1`, the account. In an order that foreign keys allow.
const STATEMENTS: &[&str] = &[
    "delete from user_sessions where user_id = $1",
    "delete from auth_tokens where user_id = $1",
    "delete from notifications where user_id = $1",
    "delete from notification_prefs where user_id = $1",
    "delete from blocks where blocker_id = $1 or blocked_id = $1",
    "delete from mails where user_id = $1",
    "delete from scans where user_id = $1",
    "delete from idempotency_keys where user_id = $1",
    "delete from saved_searches where user_id = $1",
    "delete from shelf_imports where user_id = $1",
    "delete from corrections where member_id = $1 and state in ('open', 'withdrawn')",
    "update corrections set note = '' where member_id = $1",
    "update trade_parties set address_sealed = null where user_id = $1",
    "update copy_history set city = '' where to_user = $1",
    "update copies set state = 'deleted', listed_at = null, note = '' where owner_id = $1",
    // What others were told about them.
    "update notifications set data = data || '{\"who\": \"\"}'
       where data ? 'who' and trade_id in (select trade_id from trade_parties where user_id = $1)
         and data ->> 'who' = (select display_name from users where id = $1)",
];

/// Erases the personal data of `user`. The last mail goes to the address that is erased.
pub(super) async fn erase(cx: &Cx, conn: &mut PgConnection, user: UserId) -> Result<()> {
    let leaving = repo::by_id(&mut *conn, user)
        .await?
        .ok_or(Error::NotFound)?;
    for &statement in STATEMENTS {
        sqlx::query(statement)
            .bind(user)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query(
        "update users set handle = 'former-' || id, handle_key = 'former-' || id,
             email = 'former-' || id || '@former.invalid', email_key = 'former-' || id || '@former.invalid',
             email_verified_at = null, password_hash = '', display_name = 'Former member',
             city = '', region = '', country = '', about = '', time_zone = 'UTC', role = 'member',
             status = 'deleted', suspended_until = null, suspension_reason = '', away_until = null,
             auth_version = auth_version + 1, deleted_at = $2
         where id = $1",
    )
    .bind(user)
    .bind(cx.now().to_sqlx())
    .execute(&mut *conn)
    .await?;
    places::drop_empty(conn).await?;
    let farewell = NewMail {
        user: None,
        to: leaving.email,
        kind: "account_closed",
        dedupe_key: format!("closed:{user}"),
        content: templates::account_closed(&cx.services.settings, &leaving.display_name),
        not_after: None,
        unsubscribe_url: None,
    };
    mail::queue(conn, &farewell).await
}
