//! What loans have besides what every trade has.

use dogear_domain::ids::{CopyId, LegId, TradeId, UserId, WorkId};
use dogear_domain::trades::{LegState, TradeState};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};

use crate::Result;

/// Notes until when a revision lends its books, and that the trade is a loan.
pub(in crate::trades) async fn set_due(
    conn: &mut PgConnection,
    trade: TradeId,
    revision: i32,
    due: Timestamp,
) -> Result<()> {
    sqlx::query!("update trades set kind = 'loan' where id = $1", trade.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update trade_revisions set due_at = $3 where trade_id = $1 and number = $2",
        trade.0,
        revision,
        due.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The row of an agreed loan.
pub(in crate::trades) async fn start(conn: &mut PgConnection, trade: TradeId) -> Result<()> {
    sqlx::query!("insert into trade_loans (trade_id) values ($1)", trade.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Until when the borrower asks to have it; none once that is answered.
pub(in crate::trades) async fn set_renewal(
    conn: &mut PgConnection,
    trade: TradeId,
    until: Option<Timestamp>,
) -> Result<()> {
    sqlx::query!(
        "update trade_loans set asked_until = $2 where trade_id = $1",
        trade.0,
        until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One more time the borrower was granted more.
pub(in crate::trades) async fn count_renewal(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<()> {
    sqlx::query!(
        "update trade_loans set renewals = renewals + 1 where trade_id = $1",
        trade.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// There is another day now, of which nobody was told that it has passed.
pub(in crate::trades) async fn forget_told(conn: &mut PgConnection, trade: TradeId) -> Result<()> {
    sqlx::query!(
        "update trade_loans set overdue_told = 0 where trade_id = $1",
        trade.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The borrower may keep it.
pub(in crate::trades) async fn offer_keep(conn: &mut PgConnection, trade: TradeId) -> Result<()> {
    sqlx::query!(
        "update trade_loans set keep_offered = true where trade_id = $1",
        trade.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The borrower keeps it, and no question is open any more.
pub(in crate::trades) async fn keep(conn: &mut PgConnection, trade: TradeId) -> Result<()> {
    sqlx::query!(
        "update trade_loans set kept = true, asked_until = null where trade_id = $1",
        trade.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets where parcels to one party go.
pub(in crate::trades) async fn forget_address(
    conn: &mut PgConnection,
    trade: TradeId,
    party: UserId,
) -> Result<()> {
    sqlx::query!(
        "update trade_parties set address_sealed = null where trade_id = $1 and user_id = $2",
        trade.0,
        party.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether somebody has a borrowed book that was due by then and had somewhere to go.
pub(in crate::trades) async fn borrows_overdue(
    conn: &mut PgConnection,
    borrower: UserId,
    due_by: Timestamp,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from trade_legs l join trades t on t.id = l.trade_id
               join trade_loans n on n.trade_id = t.id and not n.kept
             where l.from_user = $1 and l.purpose = 'return' and l.state = 'pending'
               and l.send_due <= $2 and t.state in ('agreed', 'disputed')
               and (t.method = 'meet' or exists (
                 select from trade_parties p where p.trade_id = t.id and p.user_id = l.to_user
                   and p.address_sealed is not null))) as "is!""#,
        borrower.0,
        due_by.to_sqlx()
    )
    .fetch_one(conn)
    .await?)
}

/// The handle of the owner of a copy, as it is compared.
pub(in crate::trades) async fn lender_of(
    conn: &mut PgConnection,
    copy: CopyId,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select u.handle_key from copies c join users u on u.id = c.owner_id where c.id = $1",
        copy.0
    )
    .fetch_optional(conn)
    .await?)
}

/// A borrowed book that is still with its borrower.
pub(in crate::trades) struct OutRow {
    pub trade_id: TradeId,
    pub leg: LegId,
    pub due: jiff_sqlx::Timestamp,
    /// Whether the borrower was reminded that the day comes near.
    pub reminded: bool,
    /// How often both were told that it is overdue.
    pub told: i16,
    /// The borrower's, by its IANA name.
    pub time_zone: String,
}

/// Borrowed books that are due by `until`, of which there may be something left to tell: so many
/// were told of all of it already.
pub(in crate::trades) async fn due(
    db: &PgPool,
    until: Timestamp,
    all_told: i16,
    most: i64,
) -> Result<Vec<OutRow>> {
    Ok(sqlx::query_as!(
        OutRow,
        r#"select t.id as trade_id, l.id as leg, l.send_due as due,
             l.reminded_at is not null as "reminded!", n.overdue_told as told, u.time_zone
         from trade_legs l join trades t on t.id = l.trade_id
           join trade_loans n on n.trade_id = t.id
           join users u on u.id = l.from_user
         where l.purpose = 'return' and l.state = 'pending' and t.state = 'agreed'
           and l.send_due <= $1 and (n.overdue_told < $2 or l.reminded_at is null)
         order by l.send_due, l.id limit $3"#,
        until.to_sqlx(),
        all_told,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Loans whose borrower asked for more time, and whose lender was silent until the book was due.
pub(in crate::trades) async fn unanswered(
    db: &PgPool,
    now: Timestamp,
    most: i64,
) -> Result<Vec<TradeId>> {
    Ok(sqlx::query_scalar!(
        r#"select t.id as "id!: TradeId" from trade_loans n join trades t on t.id = n.trade_id
           join trade_legs l on l.trade_id = t.id and l.purpose = 'return'
         where n.asked_until is not null and t.state = 'agreed' and l.send_due <= $1
         order by t.id limit $2"#,
        now.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Notes that the borrower is reminded; false when that was done, or the day has moved or the book
/// is on its way back. The trade is locked.
pub(in crate::trades) async fn note_reminded(
    conn: &mut PgConnection,
    leg: LegId,
    due: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let noted = sqlx::query!(
        "update trade_legs set reminded_at = $3
         where id = $1 and send_due = $2 and reminded_at is null and state = $4",
        leg.0,
        due.to_sqlx(),
        now.to_sqlx(),
        LegState::Pending.as_str()
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Notes that both were told so often that the book is overdue; false when that was done, or the day
/// has moved or the book is on its way back. The trade is locked.
pub(in crate::trades) async fn note_overdue(
    conn: &mut PgConnection,
    leg: LegId,
    due: Timestamp,
    told: i16,
    now: Timestamp,
) -> Result<bool> {
    let noted = sqlx::query!(
        "with late as (
           update trade_legs set reminded_at = coalesce(reminded_at, $4), overdue_told_at = $4
           where id = $1 and send_due = $2 and state = $5 returning trade_id)
         update trade_loans n set overdue_told = $3
         from late where n.trade_id = late.trade_id and n.overdue_told < $3",
        leg.0,
        due.to_sqlx(),
        told,
        now.to_sqlx(),
        LegState::Pending.as_str()
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// A running loan in the list of a party.
pub(in crate::trades) struct ListedRow {
    pub trade: TradeId,
    pub state: TradeState,
    pub work: WorkId,
    pub title: String,
    pub author_line: String,
    pub other: String,
    pub handle: String,
    pub former: bool,
    pub due: jiff_sqlx::Timestamp,
    pub back: Option<LegState>,
    pub asked: bool,
    /// Over all pages.
    pub found: i64,
}

/// The running loans of a member, `lent` or borrowed, what is due first first, from behind `after`
/// on.
pub(in crate::trades) async fn list(
    db: &PgPool,
    user: UserId,
    lent: bool,
    after: Option<(Timestamp, TradeId)>,
    most: i64,
    offset: i64,
) -> Result<Vec<ListedRow>> {
    let (at, id) = after.map_or((None, 0), |(at, id)| (Some(at), id.0));
    Ok(sqlx::query_as!(
        ListedRow,
        r#"select t.id as trade, t.state, w.id as work, i.frozen ->> 'title' as "title!",
             w.author_line, u.display_name as other, u.handle, u.status = 'deleted' as "former!",
             coalesce(l.send_due, r.due_at) as "due!", l.state as "back?",
             n.asked_until is not null as "asked!", count(*) over () as "found!"
         from trade_parties p join trades t on t.id = p.trade_id
           join trade_loans n on n.trade_id = t.id
           join trade_revisions r on r.trade_id = t.id and r.number = t.revision
           join trade_items i on i.trade_id = t.id and i.revision = t.revision
           join copies c on c.id = i.copy_id join works w on w.id = c.work_id
           join users u on u.id = case when $2 then i.to_user else i.from_user end
           left join trade_legs l on l.trade_id = t.id and l.purpose = 'return'
         where p.user_id = $1 and t.state in ('agreed', 'disputed')
           and case when $2 then i.from_user else i.to_user end = $1
           and ($5::timestamptz is null or (coalesce(l.send_due, r.due_at), t.id) > ($5, $6))
         order by coalesce(l.send_due, r.due_at), t.id limit $3 offset $4"#,
        user.0,
        lent,
        most,
        offset,
        at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        id
    )
    .fetch_all(db)
    .await?)
}
