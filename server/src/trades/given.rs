//! Gifts to which both sides have said yes beforehand: what is given away in rounds.

use std::collections::HashMap;

use dogear_domain::fields::Message;
use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::trades::{Item, Method, Trade};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::propose::Opening;
use super::repo::{gifts, proposals};
use crate::{Cx, Error, Result};

/// Gives a copy, which the caller has locked and which nothing holds, to a member: agreed at once,
/// without the limits of proposals. All other proposals with it end.
///
/// # Errors
/// `Conflict` when the copy is no longer offered by this owner, or one of the two cannot begin a
/// trade.
pub(crate) async fn give(
    conn: &mut PgConnection,
    cx: &Cx,
    copy: CopyId,
    owner: UserId,
    to: UserId,
    method: Method,
) -> Result<TradeId> {
    let now = cx.now();
    let fact = proposals::facts(conn, &[copy], None, now)
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    let item = Item {
        copy,
        from: owner,
        to,
        terms: fact.terms_version,
    };
    let policy = super::policy(&mut *conn).await?;
    let draft = Trade::draft(to, &[to, owner], vec![item], method);
    Opening::granted(to, owner, policy)
        .begin(conn, draft, true, &Message::default(), now)
        .await
}

/// How many books each of these members was promised for nothing since then, or has got so. Who has
/// had none is left out.
///
/// # Errors
/// Those of the database.
pub(crate) async fn gifts_since(
    conn: &mut PgConnection,
    members: &[UserId],
    since: Timestamp,
) -> Result<HashMap<UserId, i64>> {
    gifts::since(conn, members, since).await
}
