//! The reader's inbox.

use dogear_domain::ids::{NotificationId, TradeId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};

use super::{Facts, Kind, sentence};
use crate::db::{IdempotencyKey, Once};
use crate::{Cx, Error, Result};

/// Rows per page of [`list`].
const PAGE: i64 = 30;

/// Which part of the inbox is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Filter {
    #[default]
    All,
    Unread,
    /// What is about a trade.
    Trades,
}

/// One line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: NotificationId,
    pub kind: Kind,
    pub trade: Option<TradeId>,
    /// A book of the trade, by preference one that comes to the reader.
    pub work: Option<WorkId>,
    /// The whole sentence.
    pub text: String,
    /// The page it is about.
    pub path: String,
    pub unread: bool,
    pub created_at: Timestamp,
}

/// A page of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Newest first.
    pub rows: Vec<Notification>,
    /// The `before` of the next page; `None` at the end.
    pub older: Option<NotificationId>,
}

/// What [`mark_all_read`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    pub count: i64,
    /// Names this act for [`mark_unread_again`]; `None` when there was nothing to mark.
    pub at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: NotificationId,
    kind: String,
    trade_id: Option<TradeId>,
    work_id: Option<WorkId>,
    data: serde_json::Value,
    unread: bool,
    created_at: jiff_sqlx::Timestamp,
}

/// The reader's notifications, newest first, 30 at a time; `before` is [`Page::older`]
/// of the page before.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(cx: &Cx, filter: Filter, before: Option<NotificationId>) -> Result<Page> {
    let mut rows: Vec<Row> = sqlx::query_as(
        "select n.id, n.kind, n.trade_id, n.data, n.read_at is null as unread, n.created_at,
           (select c.work_id from trades t
              join trade_items i on i.trade_id = t.id and i.revision = t.revision
              join copies c on c.id = i.copy_id
            where t.id = n.trade_id
            order by (i.to_user = $1) desc, i.copy_id limit 1) as work_id
         from notifications n
         where n.user_id = $1 and ($2::bigint is null or n.id < $2)
           and (not $3 or n.read_at is null) and (not $4 or n.trade_id is not null)
         order by n.id desc limit $5",
    )
    .bind(cx.reader()?.id)
    .bind(before)
    .bind(filter == Filter::Unread)
    .bind(filter == Filter::Trades)
    .bind(PAGE + 1)
    .fetch_all(cx.db())
    .await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let older = rows.last().filter(|_| more).map(|row| row.id);
    let rows = rows
        .into_iter()
        .filter_map(|row| Some((Kind::parse(&row.kind)?, row)))
        .map(|(kind, row)| {
            let facts: Facts = serde_json::from_value(row.data)?;
            let (text, path) = sentence(kind, &facts);
            Ok(Notification {
                id: row.id,
                kind,
                trade: row.trade_id,
                work: row.work_id,
                text,
                path,
                unread: row.unread,
                created_at: row.created_at.to_jiff(),
            })
        })
        .collect::<Result<_>>()?;
    Ok(Page { rows, older })
}

/// Marks one of the reader's notifications as read and returns the path of the page it
/// is about; doing it twice is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's.
pub async fn mark_read(cx: &Cx, id: NotificationId) -> Result<String> {
    let row: Option<(String, serde_json::Value)> = sqlx::query_as(
        "update notifications set read_at = coalesce(read_at, now())
         where id = $1 and user_id = $2 returning kind, data",
    )
    .bind(id)
    .bind(cx.reader()?.id)
    .fetch_optional(cx.db())
    .await?;
    let (kind, data) = row.ok_or(Error::NotFound)?;
    let kind = Kind::parse(&kind).ok_or(Error::NotFound)?;
    let facts: Facts = serde_json::from_value(data)?;
    Ok(sentence(kind, &facts).1)
}

/// Marks one of the reader's notifications as unread; doing it twice is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's.
pub async fn mark_unread(cx: &Cx, id: NotificationId) -> Result<()> {
    let marked =
        sqlx::query("update notifications set read_at = null where id = $1 and user_id = $2")
            .bind(id)
            .bind(cx.reader()?.id)
            .execute(cx.db())
            .await?;
    if marked.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Marks everything of this part up to `up_to` as read: the newest the reader was
/// shown, so that what came in meanwhile stays unread. Once per `key`, so that the answer to
/// a repeat can be taken back as well.
///
/// # Errors
/// `SignInRequired`.
pub async fn mark_all_read(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    filter: Filter,
    up_to: NotificationId,
) -> Result<Marked> {
    let reader = cx.reader()?.id;
    let mut once = match cx.once(key, &("mark-read", filter, up_to)).await? {
        Once::Done(marked) => return Ok(marked),
        Once::New(once) => once,
    };
    let (count, at): (i64, Option<jiff_sqlx::Timestamp>) = sqlx::query_as(
        "with marked as (
           update notifications set read_at = now()
           where user_id = $1 and id <= $2 and read_at is null
             and (not $3 or trade_id is not null) returning read_at)
         select count(*), max(read_at) from marked",
    )
    .bind(reader)
    .bind(up_to)
    .bind(filter == Filter::Trades)
    .fetch_one(&mut *once.tx)
    .await?;
    let marked = Marked {
        count,
        at: at.map(jiff_sqlx::Timestamp::to_jiff),
    };
    once.commit(&marked).await?;
    Ok(marked)
}

/// Takes one [`mark_all_read`] back, named by its moment.
///
/// # Errors
/// `SignInRequired`.
pub async fn mark_unread_again(cx: &Cx, at: Timestamp) -> Result<()> {
    sqlx::query("update notifications set read_at = null where user_id = $1 and read_at = $2")
        .bind(cx.reader()?.id)
        .bind(at.to_sqlx())
        .execute(cx.db())
        .await?;
    Ok(())
}
