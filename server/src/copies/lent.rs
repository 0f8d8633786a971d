//! Books that their owners lend to somebody outside the site. What is out of the house can be
//! promised to nobody: such a loan holds its copy as a trade does. Who has it is sealed, and read
//! by the owner alone.

use dogear_domain::copies::{CopyState, HeldBy};
use dogear_domain::fields::{BorrowerName, FieldErrors};
use dogear_domain::ids::{CopyId, OutsideLoanId, UserId, WorkId};
use dogear_domain::lending::{Due, LoanDays, parse_due};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::repo::lent::{self as rows, LoanRow};
use super::repo::{self, Locked};
use super::{CopyDetails, given_away, held, owned};
use crate::db::{IdempotencyKey, Idempotent};
use crate::error::OnConstraint;
use crate::version::Version;
use crate::{Cx, Error, Result, secrets};

/// Rows per page.
const PAGE: u32 = 24;
/// Loans of one copy that its page shows.
const MOST_SHOWN: i64 = 50;

/// The form of a loan as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LendForm {
    /// Who gets it.
    pub borrower: String,
    /// `2026-12-04`, in the reader's own time zone; today when it is empty.
    pub lent_on: String,
    /// By when it is wanted back; empty when no day was agreed.
    pub due_on: String,
}

/// A loan that began, ended, or did so after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lent {
    /// Takes it back.
    pub loan: OutsideLoanId,
    /// What is lent.
    pub copy: CopyId,
    /// Of its book.
    pub title: String,
}

/// One loan, for whoever lends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideLoan {
    /// By which the forms name it.
    pub id: OutsideLoanId,
    /// What is lent.
    pub copy: CopyId,
    /// Who has it; none when the name is erased.
    pub borrower: Option<String>,
    /// When it left the house.
    pub lent_on: Date,
    /// By when it is wanted back, if a day was agreed.
    pub due_on: Option<Date>,
    /// When it came back.
    pub back_on: Option<Date>,
}

impl OutsideLoan {
    /// By which the form of its day says what it showed.
    ///
    /// # Errors
    /// None that happens.
    pub fn version(&self) -> Result<Version> {
        Version::of(&self.due_on)
    }

    /// How it stands on the day `today`.
    pub fn due(&self, today: Date) -> Due {
        Due::of(self.due_on, today)
    }
}

/// To whom one copy is and was lent.
#[derive(Debug, Clone)]
pub struct CopyLoans {
    /// The copy.
    pub copy: CopyDetails,
    /// The loan that it is out on.
    pub open: Option<OutsideLoan>,
    /// Those before, the newest first.
    pub past: Vec<OutsideLoan>,
    /// The day that it is for the reader.
    pub today: Date,
}

/// A book that is lent outside, in the list of all of them.
#[derive(Debug, Clone)]
pub struct LentOutside {
    /// To whom, and until when.
    pub loan: OutsideLoan,
    /// What it is a copy of.
    pub work: WorkId,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// ISO 639-1, or empty.
    pub language: String,
}

/// A page of what the reader has lent outside the site.
#[derive(Debug, Clone)]
pub struct AllLent {
    /// What is overdue or due first at the top.
    pub rows: Vec<LentOutside>,
    /// Loans over all pages.
    pub found: i64,
    /// From 1; the first when the one asked for does not exist.
    pub page: u32,
    /// That hold all of them; 0 when there are none.
    pub pages: u32,
    /// The day that it is for the reader.
    pub today: Date,
}

/// Lends a copy of the reader's to somebody outside the site. From now on nobody can be promised
/// it until it is back; open proposals that name it wait.
///
/// # Errors
/// `NotFound` when it is not the reader's; `Invalid` with the fields that need changing;
/// `Conflict` when it is promised in a trade, lent already, or in the trash.
pub async fn lend(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    copy: CopyId,
    form: &LendForm,
) -> Result<Lent> {
    let owner = cx.reader()?.id;
    let (borrower, days) = read(form, today(cx)?)?;
    let mut once = match cx.once(key, &("lend outside", copy, form)).await? {
        Idempotent::Done(lent) => return Ok(lent),
        Idempotent::New(once) => once,
    };
    let conn = &mut *once.tx;
    let copy = lock(conn, owner, copy).await?;
    may_lend(&copy)?;
    // The seal names the copy and its owner: the name opens with no other.
    let sealed = secrets::seal(
        &cx.services.settings.secret_key,
        &context(owner, copy.id),
        &borrower,
    );
    let dates = (days.lent_on, days.due_on);
    let loan = rows::insert_loan(conn, owner, copy.id, dates, &sealed, cx.now()).await?;
    repo::hold_lent(conn, copy.id, loan, cx.now())
        .await
        .on_constraint("copy_holds_pkey", || lent_already(&copy))?;
    crate::search::refresh(conn, &[copy.work_id], cx.now()).await?;
    let lent = lent_of(loan, copy);
    once.commit(&lent).await?;
    Ok(lent)
}

/// Takes back that a copy was lent: the loan is forgotten. Doing it twice is fine.
///
/// # Errors
/// `NotFound` when the copy is not the reader's; `Conflict` when the book is back.
pub async fn undo_lending(cx: &Cx, copy: CopyId, loan: OutsideLoanId) -> Result<()> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let copy = lock(&mut tx, owner, copy).await?;
    let row = rows::loan(&mut tx, owner, loan).await?;
    let Some(row) = row.filter(|row| row.copy_id == copy.id) else {
        return Ok(());
    };
    if row.back_on.is_some() {
        return Err(Error::Conflict(format!(
            "“{}” is back already, so there is nothing to take back.",
            copy.title
        )));
    }
    repo::release_lent(&mut tx, loan).await?;
    rows::delete_loan(&mut tx, loan).await?;
    crate::search::refresh(&mut tx, &[copy.work_id], cx.now()).await?;
    tx.commit().await
}

/// Says by when a book that is lent is wanted back; empty for no day. `seen` is
/// [`OutsideLoan::version`] of what the form showed.
///
/// # Errors
/// `NotFound` when there is no such loan of the reader's; `Invalid` (field `due_on`); `Conflict`
/// when the book is back, or another day is noted by now.
pub async fn set_due(cx: &Cx, loan: OutsideLoanId, due_on: &str, seen: &Version) -> Result<Lent> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let (copy, row) = own(&mut tx, owner, loan).await?;
    if row.back_on.is_some() {
        return Err(Error::Conflict(format!(
            "“{}” is back already, so it is not due any more.",
            copy.title
        )));
    }
    let current = row.due_on.map(jiff_sqlx::Date::to_jiff);
    let due = parse_due(due_on, Some(row.lent_on.to_jiff()), today(cx)?)
        .map_err(|problem| Error::field("due_on", problem))?;
    if due != current {
        seen.check(&Version::of(&current)?)?;
        rows::set_due(&mut tx, loan, due).await?;
    }
    tx.commit().await?;
    Ok(lent_of(loan, copy))
}

/// Says that a book that was lent is back: it can be promised again. Doing it twice is fine.
///
/// # Errors
/// `NotFound` when there is no such loan of the reader's.
pub async fn book_is_back(cx: &Cx, loan: OutsideLoanId) -> Result<Lent> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let (copy, row) = own(&mut tx, owner, loan).await?;
    if row.back_on.is_none() {
        // Whoever has moved to another time zone may have lent it tomorrow.
        let back_on = today(cx)?.max(row.lent_on.to_jiff());
        rows::set_back(&mut tx, loan, Some(back_on)).await?;
        repo::release_lent(&mut tx, loan).await?;
        crate::search::refresh(&mut tx, &[copy.work_id], cx.now()).await?;
        tx.commit().await?;
    }
    Ok(lent_of(loan, copy))
}

/// Takes [`book_is_back`] back: the book is still lent. Doing it twice is fine.
///
/// # Errors
/// `NotFound` when there is no such loan of the reader's; `Conflict` when the copy has been
/// promised, lent again or put into the trash since, or the name is erased.
pub async fn undo_back(cx: &Cx, loan: OutsideLoanId) -> Result<Lent> {
    let owner = cx.reader()?.id;
    let mut tx = cx.begin().await?;
    let (copy, row) = own(&mut tx, owner, loan).await?;
    if row.back_on.is_some() {
        may_lend(&copy)?;
        if row.borrower_sealed.is_none() {
            return Err(Error::Conflict(format!(
                "“{}” has been back for so long that we have erased who had it. Lend it anew.",
                copy.title
            )));
        }
        rows::set_back(&mut tx, loan, None).await?;
        repo::hold_lent(&mut tx, copy.id, loan, cx.now())
            .await
            .on_constraint("copy_holds_pkey", || lent_already(&copy))?;
        crate::search::refresh(&mut tx, &[copy.work_id], cx.now()).await?;
        tx.commit().await?;
    }
    Ok(lent_of(loan, copy))
}

/// To whom a copy of the reader's is and was lent.
///
/// # Errors
/// `NotFound` when it is not the reader's.
pub async fn loans_of(cx: &Cx, copy: CopyId) -> Result<CopyLoans> {
    let owner = cx.reader()?.id;
    let copy = owned(cx, copy).await?;
    let mut loans = rows::loans_of(cx.db(), owner, copy.id, MOST_SHOWN)
        .await?
        .into_iter()
        .map(|row| opened(cx, owner, row))
        .peekable();
    let open = loans.next_if(|loan| loan.back_on.is_none());
    Ok(CopyLoans {
        open,
        past: loans.collect(),
        today: today(cx)?,
        copy,
    })
}

/// What the reader has lent outside the site and not got back.
///
/// # Errors
/// `SignInRequired`.
pub async fn lent_outside(cx: &Cx, page: u32) -> Result<AllLent> {
    let owner = cx.reader()?.id;
    let offset = |page: u32| i64::from(page - 1) * i64::from(PAGE);
    let mut page = page.max(1);
    let mut lent = rows::lent(cx.db(), owner, i64::from(PAGE), offset(page)).await?;
    if lent.is_empty() && page > 1 {
        page = 1;
        lent = rows::lent(cx.db(), owner, i64::from(PAGE), offset(page)).await?;
    }
    let found = lent.first().map_or(0, |row| row.found);
    let rows = lent.into_iter().map(|row| LentOutside {
        work: row.work,
        title: row.title,
        author_line: row.author_line,
        language: row.language,
        loan: opened(
            cx,
            owner,
            LoanRow {
                id: row.id,
                copy_id: row.copy_id,
                borrower_sealed: row.borrower_sealed,
                lent_on: row.lent_on,
                due_on: row.due_on,
                back_on: None,
            },
        ),
    });
    Ok(AllLent {
        rows: rows.collect(),
        found,
        page,
        pages: u32::try_from(found).unwrap_or(u32::MAX).div_ceil(PAGE),
        today: today(cx)?,
    })
}

/// “3 March”, with the year when it is not that of `today`.
pub fn day_in_words(day: Date, today: Date) -> String {
    let form = if day.year() == today.year() {
        "%-d %B"
    } else {
        "%-d %B %Y"
    };
    day.strftime(form).to_string()
}

/// Reads the form.
fn read(form: &LendForm, today: Date) -> Result<(BorrowerName, LoanDays)> {
    let mut errors = FieldErrors::new();
    let borrower = errors.take("borrower", BorrowerName::parse(&form.borrower));
    let days = match LoanDays::parse(&form.lent_on, &form.due_on, today) {
        Ok(days) => Some(days),
        Err(problems) => {
            for (field, problem) in problems.iter() {
                errors.add(field.to_owned(), problem);
            }
            None
        }
    };
    errors.finish(borrower.zip(days)).map_err(Error::Invalid)
}

/// Whether a copy, which the caller has locked, can leave the house.
fn may_lend(copy: &Locked) -> Result<()> {
    match copy.held_by {
        Some(HeldBy::Trade(trade)) => Err(held(&copy.title, trade)),
        Some(HeldBy::Lent) => Err(lent_already(copy)),
        Some(HeldBy::Round(round)) => Err(given_away(&copy.title, round)),
        None if copy.state == CopyState::Deleted => Err(Error::Conflict(format!(
            "“{}” is in the trash. Put it back on your shelf before you lend it.",
            copy.title
        ))),
        None => Ok(()),
    }
}

fn lent_already(copy: &Locked) -> Error {
    Error::Conflict(format!(
        "“{}” is lent to somebody already. Say that it is back before you lend it again.",
        copy.title
    ))
}

fn lent_of(loan: OutsideLoanId, copy: Locked) -> Lent {
    Lent {
        loan,
        copy: copy.id,
        title: copy.title,
    }
}

/// A copy of this owner, locked.
async fn lock(conn: &mut PgConnection, owner: UserId, copy: CopyId) -> Result<Locked> {
    repo::lock_owned(conn, owner, &[copy])
        .await?
        .pop()
        .ok_or(Error::NotFound)
}

/// A loan of this owner, with its copy, which is locked.
async fn own(
    conn: &mut PgConnection,
    owner: UserId,
    loan: OutsideLoanId,
) -> Result<(Locked, LoanRow)> {
    let copy = rows::copy_of_loan(conn, owner, loan)
        .await?
        .ok_or(Error::NotFound)?;
    let copy = lock(conn, owner, copy).await?;
    // Read again, now that nobody else changes it.
    let row = rows::loan(conn, owner, loan).await?;
    Ok((copy, row.ok_or(Error::NotFound)?))
}

fn opened(cx: &Cx, owner: UserId, row: LoanRow) -> OutsideLoan {
    let key = &cx.services.settings.secret_key;
    OutsideLoan {
        borrower: row
            .borrower_sealed
            .and_then(|sealed| secrets::open(key, &context(owner, row.copy_id), &sealed)),
        id: row.id,
        copy: row.copy_id,
        lent_on: row.lent_on.to_jiff(),
        due_on: row.due_on.map(jiff_sqlx::Date::to_jiff),
        back_on: row.back_on.map(jiff_sqlx::Date::to_jiff),
    }
}

fn context(owner: UserId, copy: CopyId) -> String {
    format!("borrower:{owner}:{copy}")
}

/// The day that it is for the reader.
fn today(cx: &Cx) -> Result<Date> {
    Ok(day_of(cx.now(), &cx.reader()?.time_zone))
}

/// The day that it is at a moment in a zone, by its IANA name.
pub(super) fn day_of(at: Timestamp, zone: &str) -> Date {
    at.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
        .date()
}
