//! Loans: a copy for a time, which comes back to its owner.

use dogear_domain::copies::HeldBy;
use dogear_domain::fields::{Message, PostalAddress};
use dogear_domain::ids::{CopyId, TradeId, UserId, WorkId};
use dogear_domain::trades::{
    Action, Actor, Item, LegState, Loan, Method, ProposalVersion, Trade, TradeError, TradeState,
    proposed_due, read_due,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use sqlx::PgConnection;

use super::errors::refusal;
use super::propose::Opening;
use super::repo::{loans as repo, locks, proposals};
use super::respond::{eligible_party, party};
use super::save::CommandDetails;
use super::step::{Command, Scope, Step, execute, retrying};
use crate::db::{IdempotencyKey, Idempotent};
use crate::{Cx, Error, Result, limits};

/// Rows per page of a list of loans.
const PAGE: u32 = 24;

/// What a page showed of a copy that somebody would borrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnLoan {
    /// For so many days its owner lends it.
    pub days: i16,
    /// The day that the form proposes, in the reader's zone.
    pub due: Date,
    /// Goes into the form and comes back: whoever saw other terms is asked again.
    pub terms: i32,
}

/// A copy as its borrower wants it.
#[derive(Debug, Clone, Serialize)]
pub struct Borrowing {
    /// Which one.
    pub copy: CopyId,
    /// [`OnLoan::terms`] of the page.
    pub seen: i32,
    /// The day by which it is to be back, as browsers send it; in the reader's zone.
    pub due: String,
    /// How it changes hands, there and back.
    pub method: Method,
    /// The first message; may be empty.
    pub message: Message,
}

/// A loan that runs, in the list of the reader's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanRow {
    /// Whose page has all of it.
    pub trade: TradeId,
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the book.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// The other side; “a former member” for an erased account.
    pub other: String,
    /// Their handle; empty for an erased account.
    pub handle: String,
    /// The last moment of the day by which it is to be back.
    pub due: Timestamp,
    /// How far it is on its way back; none before it is with its borrower.
    pub back: Option<LegState>,
    /// A problem was reported.
    pub disputed: bool,
    /// Somebody has asked for more time.
    pub asked: bool,
}

/// A page of the reader's running loans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loans {
    /// What is due first first.
    pub rows: Vec<LoanRow>,
    /// Over all pages.
    pub found: i64,
    /// From 1; the first when the one asked for does not exist.
    pub page: u32,
    /// That hold all of them; 0 when there are none.
    pub pages: u32,
}

/// For how long a copy is lent now.
///
/// # Errors
/// `NotFound` when the reader may not see it; `Conflict` when it cannot be borrowed.
pub async fn on_loan(cx: &Cx, copy: CopyId) -> Result<OnLoan> {
    let reader = cx.reader()?.id;
    let mut conn = cx.db().acquire().await?;
    let fact = to_borrow(&mut conn, copy, reader, cx.now()).await?;
    let days = fact.offers.loan.ok_or(Error::NotFound)?;
    Ok(OnLoan {
        days,
        due: proposed_due(days, &zone(cx)?, cx.now()),
        terms: fact.terms_version,
    })
}

/// A copy that `borrower` can borrow now.
async fn to_borrow(
    conn: &mut PgConnection,
    copy: CopyId,
    borrower: UserId,
    now: Timestamp,
) -> Result<proposals::Fact> {
    let fact = proposals::facts(conn, &[copy], Some(borrower), now)
        .await?
        .pop()
        .filter(|fact| fact.seen)
        .ok_or(Error::NotFound)?;
    if fact.owner_id == borrower {
        return Err(Error::Conflict("This book is yours already.".into()));
    }
    let why = match fact.held_by() {
        Some(HeldBy::Lent) => "is lent to somebody just now, so nobody else can borrow it",
        Some(HeldBy::Trade(_)) => "is promised or lent to somebody else",
        Some(HeldBy::Round(_)) => "is given away just now, to one of those who ask for it",
        None if !fact.listed || fact.offers.loan.is_none() => "is not lent any more",
        None => return Ok(fact),
    };
    Err(Error::Conflict(format!(
        "“{}” {why}. Look for another copy.",
        fact.title
    )))
}

/// Asks to borrow a copy until a day. Nothing is held until the owner accepts.
///
/// # Errors
/// As [`super::propose`]; `Conflict` when the copy is not lent, or its terms are others than those
/// seen; `Invalid` (field `due`); `Forbidden` for whoever has a book that is long overdue.
pub async fn borrow(cx: &Cx, key: Option<IdempotencyKey>, wanted: &Borrowing) -> Result<TradeId> {
    let user = cx.member()?.id;
    cx.limit(limits::PROPOSE, &user.to_string()).await?;
    retrying(|| borrow_once(cx, key, user, wanted)).await
}

async fn borrow_once(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    user: UserId,
    wanted: &Borrowing,
) -> Result<TradeId> {
    let mut tx = match cx.once(key, wanted).await? {
        Idempotent::New(tx) => tx,
        Idempotent::Done(trade) => return Ok(trade),
    };
    let conn = &mut *tx.tx;
    let now = cx.now();
    // What the reader may not see is no more than what does not exist, whoever its owner is.
    to_borrow(conn, wanted.copy, user, now).await?;
    let lender = repo::lender_of(conn, wanted.copy)
        .await?
        .ok_or(Error::NotFound)?;
    let opening = Opening::with(conn, user, &lender, now).await?;
    check_borrower(conn, Some(user), now).await?;
    locks::lock_copies(conn, &[wanted.copy]).await?;
    let fact = to_borrow(conn, wanted.copy, user, now).await?;
    // It may have changed hands since its owner was looked up.
    if fact.terms_version != wanted.seen || fact.owner_id != opening.other {
        return Err(refusal(TradeError::TermsChanged));
    }
    let item = Item {
        copy: fact.id,
        from: fact.owner_id,
        to: user,
        terms: fact.terms_version,
    };
    let mut draft = Trade::draft(user, &[user, fact.owner_id], vec![item], wanted.method);
    draft.loan = Some(Loan::until(due(cx, &wanted.due)?));
    let trade = opening
        .begin(conn, draft, false, &wanted.message, now)
        .await?;
    tx.commit(&trade).await?;
    Ok(trade)
}

/// Refuses a borrower who has another book that is long overdue.
///
/// # Errors
/// `Forbidden`.
pub(super) async fn check_borrower(
    conn: &mut PgConnection,
    borrower: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let Some(borrower) = borrower else {
        return Ok(());
    };
    let due_by = super::policy(&mut *conn).await?.stop_borrowing_due_by(now);
    if repo::borrows_overdue(conn, borrower, due_by).await? {
        return Err(refusal(TradeError::BorrowsOverdue));
    }
    Ok(())
}

fn zone(cx: &Cx) -> Result<TimeZone> {
    Ok(TimeZone::get(&cx.reader()?.time_zone).unwrap_or(TimeZone::UTC))
}

/// The last moment of a day as typed, where its reader lives.
fn due(cx: &Cx, typed: &str) -> Result<Timestamp> {
    read_due(typed, &zone(cx)?, cx.now()).map_err(|problem| Error::field("due", problem))
}

/// Answers a proposal to borrow with another day, or another way to exchange. `seen` is the version
/// that the reader had before them.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` when the proposal has moved on, or is no loan;
/// `Invalid` (field `due`).
pub async fn redate(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    seen: ProposalVersion,
    day: &str,
    method: Method,
    message: &Message,
) -> Result<TradeState> {
    let user = eligible_party(cx, trade).await?;
    let action = Action::Redate {
        seen,
        due: due(cx, day)?,
        method,
    };
    let step = Step {
        trade,
        actor: Actor::Member(user),
        command: Command::Do(action),
        scope: Scope::Trade,
        details: CommandDetails {
            message: message.clone().into(),
            ..CommandDetails::default()
        },
    };
    let request = ("redate", trade, seen.to_string(), day, method, message);
    execute(cx, key, &request, &step).await
}

/// As [`super::accept`], with the address to which a book comes back that is lent by post; with
/// `keep` it is offered to the reader in their next trades, too. Where it is needed, nothing is
/// agreed without it: a borrower who cannot send a book back is not late.
///
/// # Errors
/// As [`super::accept`]; `Invalid` (field `address`).
pub async fn accept_at(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    seen: ProposalVersion,
    address: Option<PostalAddress>,
    keep: bool,
) -> Result<TradeState> {
    let user = eligible_party(cx, trade).await?;
    let mut step = Step::by(user, trade, Action::Accept { seen }).locking(Scope::Rivals);
    let request = ("accept", trade, seen.to_string(), &address, keep);
    step.details.address = address.clone().map(|to| (to, keep));
    execute(cx, key, &request, &step).await
}

/// Where a book comes back to that this step agrees to lend by post; nothing for every other step.
///
/// # Errors
/// `Invalid` (field `address`) when it is missing.
pub(super) fn return_address<'a>(
    rules: &Trade,
    action: &Action,
    actor: Actor,
    details: &'a CommandDetails,
) -> Result<Option<&'a (PostalAddress, bool)>> {
    let lends = rules.lender().is_some() && rules.lender() == actor.user();
    if !matches!(action, Action::Accept { .. }) || !lends || rules.method != Method::Post {
        return Ok(None);
    }
    details.address.as_ref().map(Some).ok_or_else(|| {
        Error::field(
            "address",
            "Enter where the book is to come back to. The borrower sees it when they send it.",
        )
    })
}

/// Asks the lender for more time, until a day.
///
/// # Errors
/// `NotFound` for whoever is no party; `Conflict` with the rule that stands against it; `Invalid`
/// (field `due`).
pub async fn ask_renewal(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    day: &str,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let until = due(cx, day)?;
    let step = Step::by(user, trade, Action::AskRenewal { until });
    execute(cx, key, &("ask_renewal", trade, day), &step).await
}

/// Gives the time that the borrower asks for.
///
/// # Errors
/// `NotFound`; `Conflict` when nobody asks (any more), or the book is overdue.
pub async fn grant_renewal(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::GrantRenewal);
    execute(cx, key, &("grant_renewal", trade), &step).await
}

/// Gives none.
///
/// # Errors
/// `NotFound`; `Conflict` when nobody asks (any more).
pub async fn refuse_renewal(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::RefuseRenewal);
    execute(cx, key, &("refuse_renewal", trade), &step).await
}

/// Gives the borrower until a day without being asked.
///
/// # Errors
/// `NotFound`; `Conflict`; `Invalid` (field `due`).
pub async fn extend(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    day: &str,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let until = due(cx, day)?;
    let step = Step::by(user, trade, Action::ExtendLoan { until });
    execute(cx, key, &("extend", trade, day), &step).await
}

/// Offers the borrower to keep the book for good.
///
/// # Errors
/// `NotFound`; `Conflict` when the book is not with the borrower.
pub async fn let_keep(cx: &Cx, key: Option<IdempotencyKey>, trade: TradeId) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::LetKeep);
    execute(cx, key, &("let_keep", trade), &step).await
}

/// Keeps the book: it is the reader's from now on.
///
/// # Errors
/// `NotFound`; `Conflict` when nobody has offered it.
pub async fn agree_to_keep(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
) -> Result<TradeState> {
    let user = party(cx, trade).await?;
    let step = Step::by(user, trade, Action::AgreeToKeep).locking(Scope::Copies);
    execute(cx, key, &("agree_to_keep", trade), &step).await
}

/// The reader's running loans: what they have lent, or what they have borrowed.
///
/// # Errors
/// `SignInRequired`.
pub async fn loans(cx: &Cx, lent: bool, page: u32) -> Result<Loans> {
    let reader = cx.reader()?.id;
    let offset = |page: u32| i64::from(page - 1) * i64::from(PAGE);
    let mut page = page.max(1);
    let mut rows = repo::list(cx.db(), reader, lent, None, i64::from(PAGE), offset(page)).await?;
    if rows.is_empty() && page > 1 {
        page = 1;
        rows = repo::list(cx.db(), reader, lent, None, i64::from(PAGE), offset(page)).await?;
    }
    let found = rows.first().map_or(0, |row| row.found);
    Ok(Loans {
        rows: rows.into_iter().map(LoanRow::from).collect(),
        found,
        page,
        pages: u32::try_from(found).unwrap_or(u32::MAX).div_ceil(PAGE),
    })
}

/// As [`loans`], so many at most, from behind the day and the trade of a line on.
///
/// # Errors
/// `SignInRequired`.
pub async fn loans_after(
    cx: &Cx,
    lent: bool,
    after: Option<(Timestamp, TradeId)>,
    most: u32,
) -> Result<Vec<LoanRow>> {
    let reader = cx.reader()?.id;
    let rows = repo::list(cx.db(), reader, lent, after, i64::from(most), 0).await?;
    Ok(rows.into_iter().map(LoanRow::from).collect())
}

impl From<repo::ListedRow> for LoanRow {
    fn from(row: repo::ListedRow) -> Self {
        let (other, handle) = if row.former {
            ("a former member".to_owned(), String::new())
        } else {
            (row.other, row.handle)
        };
        Self {
            trade: row.trade,
            work: row.work,
            title: row.title,
            author_line: row.author_line,
            other,
            handle,
            due: row.due.to_jiff(),
            back: row.back,
            disputed: row.state == TradeState::Disputed,
            asked: row.asked,
        }
    }
}
