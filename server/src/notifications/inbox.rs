//! The reader's inbox.

use dogear_domain::ids::{NotificationId, TradeId};
use jiff::Timestamp;

use super::{Facts, Kind, sentence};
use crate::{Cx, Error, Result};

/// Rows per page of [`list`].
const PAGE: i64 = 30;

/// One line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: NotificationId,
    pub kind: Kind,
    pub trade: Option<TradeId>,
    /// The whole sentence.
    pub text: String,
    /// The page it is about.
    pub path: String,
    pub unread: bool,
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: NotificationId,
    kind: String,
    trade_id: Option<TradeId>,
    data: serde_json::Value,
    unread: bool,
    created_at: jiff_sqlx::Timestamp,
}

/// The reader's notifications, newest first, 30 at a time; `before` is the last id of
/// the page before.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(
    cx: &Cx,
    before: Option<NotificationId>,
    only_unread: bool,
) -> Result<Vec<Notification>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, kind, trade_id, data, read_at is null as unread, created_at from notifications
         where user_id = $1 and ($2::bigint is null or id < $2) and (not $3 or read_at is null)
         order by id desc limit $4",
    )
    .bind(cx.reader()?.id)
    .bind(before)
    .bind(only_unread)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?;
    rows.into_iter()
        .filter_map(|row| Some((Kind::parse(&row.kind)?, row)))
        .map(|(kind, row)| {
            let facts: Facts = serde_json::from_value(row.data)?;
            let (text, path) = sentence(kind, &facts);
            Ok(Notification {
                id: row.id,
                kind,
                trade: row.trade_id,
                text,
                path,
                unread: row.unread,
                created_at: row.created_at.to_jiff(),
            })
        })
        .collect()
}

/// Marks one of the reader's notifications as read; doing it twice is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's.
pub async fn mark_read(cx: &Cx, id: NotificationId) -> Result<()> {
    let marked = sqlx::query(
        "update notifications set read_at = coalesce(read_at, now()) where id = $1 and user_id = $2",
    )
    .bind(id)
    .bind(cx.reader()?.id)
    .execute(cx.db())
    .await?;
    if marked.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Marks everything up to `up_to` as read: the newest the reader was shown, so that
/// what came in meanwhile stays unread.
///
/// # Errors
/// `SignInRequired`.
pub async fn mark_all_read(cx: &Cx, up_to: NotificationId) -> Result<()> {
    sqlx::query(
        "update notifications set read_at = now() where user_id = $1 and id <= $2 and read_at is null",
    )
    .bind(cx.reader()?.id)
    .bind(up_to)
    .execute(cx.db())
    .await?;
    Ok(())
}
