//! “Tell me when it is back”: a queue for each copy that is lent. Nothing is promised by it; the
//! first is told, the next one a day later if it can still be asked for.

use dogear_domain::ids::{CopyId, TradeId, UserId, WorkId};
use jiff::{SignedDuration, Timestamp};

use super::repo::waits as repo;
use crate::db::{IdempotencyKey, Idempotent};
use crate::mail::templates;
use crate::notifications::{self, Facts, Kind, sentence};
use crate::{Cx, Error, Result};

/// The most copies for which a reader waits at a time.
pub const MOST_WAITS: i64 = 20;
/// So long the one who is told comes first.
const HEAD_START: SignedDuration = SignedDuration::from_hours(24);
/// Copies in one run; the rest is a few minutes away.
const BATCH: i64 = 200;

/// To whom a copy is lent on the site, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnLoanTo {
    /// Whose page has all of it: for owner and borrower alone.
    pub trade: Option<TradeId>,
    /// Who has it: for its owner alone.
    pub name: Option<String>,
    /// The last moment of the day by which it is to be back; none before it is with its borrower.
    pub due: Option<Timestamp>,
    /// It is the reader who has it.
    pub borrows: bool,
}

/// A copy for which the reader waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Of whose page it can be left.
    pub copy: CopyId,
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the book.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
}

/// To whom a copy is lent on the site, as `asker` may know.
pub(super) async fn on_loan(
    cx: &Cx,
    copy: CopyId,
    asker: Option<UserId>,
    mine: bool,
) -> Result<Option<OnLoanTo>> {
    let row = repo::on_loan(cx.db(), copy).await?;
    Ok(row.map(|row| {
        let borrows = asker == Some(row.borrower);
        let name = if row.former {
            "a former member".to_owned()
        } else {
            row.name
        };
        OnLoanTo {
            trade: (mine || borrows).then_some(row.trade),
            name: mine.then_some(name),
            due: row.due.map(jiff_sqlx::Timestamp::to_jiff),
            borrows,
        }
    }))
}

/// Whether the reader waits for a copy.
pub(super) async fn is_waiting(cx: &Cx, copy: CopyId, asker: Option<UserId>) -> Result<bool> {
    match asker {
        Some(reader) => repo::waits(cx.db(), copy, reader).await,
        None => Ok(false),
    }
}

/// Has the reader told when a copy that is lent is back. Doing it twice is fine: the place in the
/// queue stays.
///
/// # Errors
/// `NotFound` when they may not see it; `Conflict` when it is theirs, or not lent, or with them;
/// `Forbidden` when they wait for [`MOST_WAITS`] copies already, and for whoever may not begin
/// anything new.
pub async fn wait_for(cx: &Cx, key: Option<IdempotencyKey>, copy: CopyId) -> Result<()> {
    let reader = cx.member()?.id;
    let mut once = match cx.once(key, &("wait", copy)).await? {
        Idempotent::Done(()) => return Ok(()),
        Idempotent::New(once) => once,
    };
    let conn = &mut *once.tx;
    // One at a time per reader, so that the number holds.
    repo::lock_waits(conn, reader).await?;
    let lent = repo::lock_lent(conn, copy, reader, cx.now())
        .await?
        .ok_or(Error::NotFound)?;
    if lent.owner == reader {
        return Err(Error::Conflict("This book is yours already.".into()));
    }
    if lent.borrows {
        return Err(Error::Conflict("You have this book already.".into()));
    }
    if !lent.lent {
        return Err(Error::Conflict(format!(
            "“{}” is not lent just now. Look at its page for what can be done.",
            lent.title
        )));
    }
    if repo::count_waits(conn, reader, copy).await? >= MOST_WAITS {
        return Err(Error::Forbidden(format!(
            "You wait for {MOST_WAITS} books already. Leave one of these queues first: they stand among your loans."
        )));
    }
    repo::insert_wait(conn, copy, reader, cx.now()).await?;
    once.commit(&()).await?;
    Ok(())
}

/// Takes the reader out of the queue. Doing it twice is fine.
///
/// # Errors
/// `SignInRequired`.
pub async fn stop_waiting(cx: &Cx, copy: CopyId) -> Result<()> {
    let reader = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    repo::delete_wait(&mut tx, copy, reader).await?;
    tx.commit().await
}

/// The copies for which the reader waits, those for which they have waited longest first.
///
/// # Errors
/// `SignInRequired`.
pub async fn waits(cx: &Cx) -> Result<Vec<Wait>> {
    let rows = repo::waits_of(cx.db(), cx.reader()?.id, cx.now()).await?;
    Ok(rows
        .into_iter()
        .map(|row| Wait {
            copy: row.copy,
            work: row.work,
            title: row.title,
            author_line: row.author_line,
        })
        .collect())
}

/// Tells the first in the queue for each copy that can be asked for again.
///
/// # Errors
/// The first failure, after all others were tried.
pub(super) async fn tell_waiting(cx: &Cx) -> Result<()> {
    let now = cx.now();
    let mut failure = None;
    for copy in repo::back(cx.db(), now - HEAD_START, BATCH).await? {
        if let Err(error) = tell_next(cx, copy, now).await {
            tracing::warn!(%error, "nobody was told that a book is back; it will be tried again");
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(()), Err)
}

async fn tell_next(cx: &Cx, copy: CopyId, now: Timestamp) -> Result<()> {
    let mut tx = cx.begin().await?;
    repo::lock_copy(&mut tx, copy).await?;
    let Some(next) = repo::next(&mut tx, copy, now - HEAD_START, now).await? else {
        return Ok(tx.rollback().await?);
    };
    let kind = Kind::BookBack;
    let facts = Facts {
        what: next.title,
        path: dogear_urls::copy(copy),
        ..Facts::default()
    };
    let (heading, path) = sentence(kind, &facts);
    let letter = templates::notice(
        &cx.services.settings,
        &format!("{} is back", facts.what),
        &heading,
        &[
            "You are told first. After a day the next one in the queue is told, too; it is promised to nobody until its owner accepts.",
        ],
        &path,
    );
    let key = format!("book-back:{copy}:{}", now.as_microsecond());
    notifications::notify(cx, &mut tx, next.user, kind, &facts, &key, Some(letter)).await?;
    tx.commit().await
}
