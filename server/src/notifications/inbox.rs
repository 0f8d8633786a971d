//! The reader's inbox.

use dogear_domain::ids::{NotificationId, TradeId, WorkId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::repo::{self, InboxQuery, InboxRow};
use super::{Facts, Kind, sentence};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result};

/// Rows per page of [`list`].
const PAGE: usize = 30;

/// Which part of the inbox is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Filter {
    /// Whatever it is about.
    #[default]
    All,
    /// Not read yet.
    Unread,
    /// What is about a trade.
    Trades,
}

/// One line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Growing, the newest the largest.
    pub id: NotificationId,
    /// What happened.
    pub kind: Kind,
    /// None when it is about no trade.
    pub trade: Option<TradeId>,
    /// A book of the trade, by preference one that comes to the reader.
    pub work: Option<WorkId>,
    /// The whole sentence.
    pub text: String,
    /// The page it is about.
    pub path: String,
    /// The reader has not opened it, nor marked it as read.
    pub unread: bool,
    /// When it happened.
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
    /// Those that were unread.
    pub count: i64,
    /// Names this act for [`mark_unread_again`]; `None` when there was nothing to mark.
    pub at: Option<Timestamp>,
}

/// How many notices the reader has not opened.
///
/// # Errors
/// `SignInRequired`.
pub async fn unread(cx: &Cx) -> Result<i64> {
    repo::unread(cx.db(), cx.reader()?.id).await
}

/// The reader's notifications, newest first, 30 at a time; `before` is [`Page::older`]
/// of the page before.
///
/// # Errors
/// `SignInRequired`.
pub async fn list(cx: &Cx, filter: Filter, before: Option<NotificationId>) -> Result<Page> {
    list_up_to(cx, filter, before, PAGE).await
}

/// The same, `most` at a time.
///
/// # Errors
/// `SignInRequired`.
pub async fn list_up_to(
    cx: &Cx,
    filter: Filter,
    before: Option<NotificationId>,
    most: usize,
) -> Result<Page> {
    let query = InboxQuery {
        user: cx.reader()?.id,
        before,
        only: None,
        unread_only: filter == Filter::Unread,
        trades_only: filter == Filter::Trades,
        most: i64::try_from(most).unwrap_or(i64::MAX - 1) + 1,
    };
    let mut rows = repo::list(cx.db(), &query).await?;
    let more = rows.len() > most;
    rows.truncate(most);
    let older = rows.last().filter(|_| more).map(|row| row.id);
    let rows = rows.into_iter().filter_map(read).collect::<Result<_>>()?;
    Ok(Page { rows, older })
}

/// One of the reader's notifications.
///
/// # Errors
/// `SignInRequired`; `NotFound` when it is not the reader's.
pub async fn one(cx: &Cx, id: NotificationId) -> Result<Notification> {
    let query = InboxQuery {
        user: cx.reader()?.id,
        before: None,
        only: Some(id),
        unread_only: false,
        trades_only: false,
        most: 1,
    };
    let rows = repo::list(cx.db(), &query).await?;
    let row = rows.into_iter().find_map(read);
    row.ok_or(Error::NotFound)?
}

/// A line as it is read; none of a kind that is told no more.
fn read(row: InboxRow) -> Option<Result<Notification>> {
    let kind = Kind::parse(&row.kind)?;
    let facts: Facts = match serde_json::from_value(row.data) {
        Ok(facts) => facts,
        Err(error) => return Some(Err(error.into())),
    };
    let (text, path) = sentence(kind, &facts);
    Some(Ok(Notification {
        id: row.id,
        kind,
        trade: row.trade_id,
        work: row.work_id,
        text,
        path,
        unread: row.unread,
        created_at: row.created_at.to_jiff(),
    }))
}

/// Marks one of the reader's notifications as read and returns the path of the page it
/// is about; doing it twice is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's.
pub async fn mark_read(cx: &Cx, id: NotificationId) -> Result<String> {
    let told = repo::mark_read(cx.db(), id, cx.reader()?.id)
        .await?
        .ok_or(Error::NotFound)?;
    let kind = Kind::parse(&told.kind).ok_or(Error::NotFound)?;
    let facts: Facts = serde_json::from_value(told.data)?;
    Ok(sentence(kind, &facts).1)
}

/// Marks what the reader was told of a trade as read, because they look at its page; how many
/// notices that were.
///
/// # Errors
/// `SignInRequired`.
pub async fn seen(cx: &Cx, trade: TradeId) -> Result<i64> {
    let reader = cx.reader()?;
    if reader.unread == 0 {
        return Ok(0);
    }
    repo::read_trade(cx.db(), reader.id, trade).await
}

/// Marks one of the reader's notifications as unread; doing it twice is fine.
///
/// # Errors
/// `NotFound` when it is not the reader's.
pub async fn mark_unread(cx: &Cx, id: NotificationId) -> Result<()> {
    if !repo::mark_unread(cx.db(), id, cx.reader()?.id).await? {
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
        Idempotent::Done(marked) => return Ok(marked),
        Idempotent::New(once) => once,
    };
    let trades_only = filter == Filter::Trades;
    let row = repo::mark_all_read(&mut once.tx, reader, up_to, trades_only).await?;
    let marked = Marked {
        count: row.count,
        at: row.at.map(jiff_sqlx::Timestamp::to_jiff),
    };
    once.commit(&marked).await?;
    Ok(marked)
}

/// Takes one [`mark_all_read`] back, named by its moment.
///
/// # Errors
/// `SignInRequired`.
pub async fn mark_unread_again(cx: &Cx, at: Timestamp) -> Result<()> {
    repo::mark_unread_since(cx.db(), cx.reader()?.id, at).await
}
