//! Copies that their owners have lent to somebody outside the site.

use dogear_domain::ids::{CopyId, OutsideLoanId, UserId, WorkId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::Result;

/// A loan as it is stored.
pub(in crate::copies) struct LoanRow {
    pub id: OutsideLoanId,
    pub copy_id: CopyId,
    /// None when the name is erased.
    pub borrower_sealed: Option<Vec<u8>>,
    pub lent_on: jiff_sqlx::Date,
    pub due_on: Option<jiff_sqlx::Date>,
    pub back_on: Option<jiff_sqlx::Date>,
}

/// A loan that begins.
///
/// # Errors
/// A violation of `outside_loans_one_open` when the copy is lent already.
pub(in crate::copies) async fn insert_loan(
    conn: &mut PgConnection,
    owner: UserId,
    copy: CopyId,
    (lent_on, due_on): (Date, Option<Date>),
    borrower_sealed: &[u8],
    now: Timestamp,
) -> Result<OutsideLoanId> {
    Ok(sqlx::query_scalar!(
        "insert into outside_loans (copy_id, owner_id, borrower_sealed, lent_on, due_on, created_at)
         values ($1, $2, $3, $4, $5, $6) returning id",
        copy.0,
        owner.0,
        borrower_sealed,
        lent_on.to_sqlx() as jiff_sqlx::Date,
        due_on.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        now.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// The copy of a loan of this owner.
pub(in crate::copies) async fn copy_of_loan(
    conn: &mut PgConnection,
    owner: UserId,
    loan: OutsideLoanId,
) -> Result<Option<CopyId>> {
    Ok(sqlx::query_scalar!(
        "select copy_id from outside_loans where id = $1 and owner_id = $2",
        loan.0,
        owner.0
    )
    .fetch_optional(conn)
    .await?)
}

/// A loan of this owner.
pub(in crate::copies) async fn loan(
    conn: &mut PgConnection,
    owner: UserId,
    loan: OutsideLoanId,
) -> Result<Option<LoanRow>> {
    Ok(sqlx::query_as!(
        LoanRow,
        "select id, copy_id, borrower_sealed, lent_on, due_on, back_on from outside_loans
         where id = $1 and owner_id = $2",
        loan.0,
        owner.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The loans of a copy for its owner, the newest first, so many at most.
pub(in crate::copies) async fn loans_of(
    db: impl PgExecutor<'_>,
    owner: UserId,
    copy: CopyId,
    most: i64,
) -> Result<Vec<LoanRow>> {
    Ok(sqlx::query_as!(
        LoanRow,
        "select id, copy_id, borrower_sealed, lent_on, due_on, back_on from outside_loans
         where copy_id = $1 and owner_id = $2 order by back_on is not null, id desc limit $3",
        copy.0,
        owner.0,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Sets the day by which a book is wanted back.
pub(in crate::copies) async fn set_due(
    conn: &mut PgConnection,
    loan: OutsideLoanId,
    due_on: Option<Date>,
) -> Result<()> {
    sqlx::query!(
        "update outside_loans set due_on = $2 where id = $1",
        loan.0,
        due_on.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes when a book came back; with none, that it is still away.
///
/// # Errors
/// A violation of `outside_loans_one_open` when the copy was lent again since.
pub(in crate::copies) async fn set_back(
    conn: &mut PgConnection,
    loan: OutsideLoanId,
    back_on: Option<Date>,
) -> Result<()> {
    sqlx::query!(
        "update outside_loans set back_on = $2 where id = $1",
        loan.0,
        back_on.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets a loan, which holds nothing any more.
pub(in crate::copies) async fn delete_loan(
    conn: &mut PgConnection,
    loan: OutsideLoanId,
) -> Result<()> {
    sqlx::query!("delete from outside_loans where id = $1", loan.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets to whom a copy, which the caller has locked, was ever lent outside, and that it is.
pub(in crate::copies) async fn forget_loans_of(
    conn: &mut PgConnection,
    copy: CopyId,
) -> Result<()> {
    sqlx::query!(
        "delete from copy_holds where copy_id = $1 and outside_loan_id is not null",
        copy.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from outside_loans where copy_id = $1", copy.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// As [`forget_loans_of`], for everything that a member has ever lent.
pub(in crate::copies) async fn erase_loans(conn: &mut PgConnection, owner: UserId) -> Result<()> {
    sqlx::query!(
        "delete from copy_holds where outside_loan_id in (select id from outside_loans where owner_id = $1)",
        owner.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from outside_loans where owner_id = $1", owner.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// A copy that is lent, with its book.
pub(in crate::copies) struct LentRow {
    pub id: OutsideLoanId,
    pub copy_id: CopyId,
    pub borrower_sealed: Option<Vec<u8>>,
    pub lent_on: jiff_sqlx::Date,
    pub due_on: Option<jiff_sqlx::Date>,
    pub work: WorkId,
    pub title: String,
    pub author_line: String,
    pub language: String,
    /// Loans over all pages.
    pub found: i64,
}

/// What a member has lent and not got back, a page of it: what is due first at the top, then what
/// has no day.
pub(in crate::copies) async fn lent(
    db: &PgPool,
    owner: UserId,
    most: i64,
    offset: i64,
) -> Result<Vec<LentRow>> {
    Ok(sqlx::query_as!(
        LentRow,
        r#"select l.id, l.copy_id, l.borrower_sealed, l.lent_on, l.due_on, c.work_id as work,
             shown_title(e.title, w.title) as "title!", w.author_line,
             coalesce(nullif(e.language, ''), w.language) as "language!",
             count(*) over () as "found!"
         from outside_loans l
         join copies c on c.id = l.copy_id
         join editions e on e.id = c.edition_id
         join works w on w.id = c.work_id
         where l.owner_id = $1 and l.back_on is null
         order by l.due_on nulls last, l.lent_on, l.id
         limit $2 offset $3"#,
        owner.0,
        most,
        offset
    )
    .fetch_all(db)
    .await?)
}

/// A loan whose owner may have to be told that its day has passed.
pub(in crate::copies) struct DueRow {
    pub id: OutsideLoanId,
    pub due_on: Option<jiff_sqlx::Date>,
    /// The owner's, by its IANA name.
    pub time_zone: String,
}

/// Loans that are out, were due on `day` or before and of which nobody was told, the longest
/// overdue first.
pub(in crate::copies) async fn untold(db: &PgPool, day: Date, most: i64) -> Result<Vec<DueRow>> {
    Ok(sqlx::query_as!(
        DueRow,
        "select l.id, l.due_on, u.time_zone from outside_loans l join users u on u.id = l.owner_id
         where l.back_on is null and l.due_told_at is null and l.due_on <= $1
         order by l.due_on, l.id limit $2",
        day.to_sqlx() as jiff_sqlx::Date,
        most
    )
    .fetch_all(db)
    .await?)
}

/// What an owner is told of a loan.
pub(in crate::copies) struct ToldRow {
    pub owner_id: UserId,
    pub copy_id: CopyId,
    pub title: String,
}

/// Notes that the owner of a loan is told that the day `due_on` has passed, unless they were, the
/// book is back, or it is due on another day by now.
pub(in crate::copies) async fn note_told(
    conn: &mut PgConnection,
    loan: OutsideLoanId,
    due_on: Date,
    now: Timestamp,
) -> Result<Option<ToldRow>> {
    Ok(sqlx::query_as!(
        ToldRow,
        r#"with told as (
             update outside_loans set due_told_at = $3
             where id = $1 and due_on = $2 and back_on is null and due_told_at is null
             returning owner_id, copy_id
           )
           select told.owner_id, told.copy_id, shown_title(e.title, w.title) as "title!"
           from told join copies c on c.id = told.copy_id
           join editions e on e.id = c.edition_id join works w on w.id = c.work_id"#,
        loan.0,
        due_on.to_sqlx() as jiff_sqlx::Date,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Erases the names of those who brought their books back on `day` or before; how many.
pub(in crate::copies) async fn erase_borrowers(db: &PgPool, day: Date) -> Result<u64> {
    let erased = sqlx::query!(
        "update outside_loans set borrower_sealed = null
         where back_on <= $1 and borrower_sealed is not null",
        day.to_sqlx() as jiff_sqlx::Date
    )
    .execute(db)
    .await?;
    Ok(erased.rows_affected())
}
