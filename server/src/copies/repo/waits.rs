//! Who waits for copies that are lent, and to whom a copy is lent on the site.

use dogear_domain::ids::{CopyId, TradeId, UserId, WorkId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};

use crate::Result;

/// To whom a copy is lent in a trade.
pub(in crate::copies) struct OnLoanRow {
    pub trade: TradeId,
    pub borrower: UserId,
    pub name: String,
    pub former: bool,
    /// None before it is with its borrower.
    pub due: Option<jiff_sqlx::Timestamp>,
}

/// To whom a copy is lent in the trade that holds it; nothing when that is no loan.
pub(in crate::copies) async fn on_loan(
    db: impl PgExecutor<'_>,
    copy: CopyId,
) -> Result<Option<OnLoanRow>> {
    Ok(sqlx::query_as!(
        OnLoanRow,
        r#"select h.trade_id as "trade!: TradeId", u.id as borrower, u.display_name as name,
             u.status = 'deleted' as "former!", l.send_due as "due?"
         from copy_holds h join trades t on t.id = h.trade_id and t.kind = 'loan'
           join trade_items i on i.trade_id = t.id and i.revision = t.revision and i.copy_id = h.copy_id
           join users u on u.id = i.to_user
           left join trade_legs l on l.trade_id = t.id and l.purpose = 'return'
         where h.copy_id = $1"#,
        copy.0
    )
    .fetch_optional(db)
    .await?)
}

/// What a reader's wish to be told needs.
pub(in crate::copies) struct LentRow {
    pub owner: UserId,
    pub title: String,
    /// It is lent, on the site or outside.
    pub lent: bool,
    /// It is the reader who has it.
    pub borrows: bool,
}

/// A copy, locked until the end of the transaction, as `reader` may wait for it; nothing when they
/// may not see it.
pub(in crate::copies) async fn lock_lent(
    conn: &mut PgConnection,
    copy: CopyId,
    reader: UserId,
    now: Timestamp,
) -> Result<Option<LentRow>> {
    let locked = sqlx::query_scalar!(
        "select id from copies where id = $1 for no key update",
        copy.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    if locked.is_none() {
        return Ok(None);
    }
    Ok(sqlx::query_as!(
        LentRow,
        r#"select c.owner_id as owner, w.title,
             h.outside_loan_id is not null or t.id is not null as "lent!",
             i.to_user is not distinct from $2 as "borrows!"
         from copies c join works w on w.id = c.work_id
           left join copy_holds h on h.copy_id = c.id
           left join trades t on t.id = h.trade_id and t.kind = 'loan'
           left join trade_items i on i.trade_id = t.id and i.revision = t.revision and i.copy_id = c.id
         where c.id = $1 and may_see_copy(c, $2, $3)"#,
        copy.0,
        reader.0,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Lets one wish of a reader come after the other, until the end of the transaction.
pub(in crate::copies) async fn lock_waits(conn: &mut PgConnection, reader: UserId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('waits of ' || $1::text, 0))",
        reader.to_string()
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// For how many copies a reader waits, this one not counted.
pub(in crate::copies) async fn count_waits(
    conn: &mut PgConnection,
    reader: UserId,
    except: CopyId,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "waits!" from copy_waits
         where user_id = $1 and copy_id <> $2 and told_at is null"#,
        reader.0,
        except.0
    )
    .fetch_one(conn)
    .await?)
}

/// Puts a reader at the end of the queue; whoever stands in it stays where they are.
pub(in crate::copies) async fn insert_wait(
    conn: &mut PgConnection,
    copy: CopyId,
    reader: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into copy_waits (copy_id, user_id, created_at) values ($1, $2, $3)
         on conflict (copy_id, user_id) do update set created_at = $3, told_at = null
           where copy_waits.told_at is not null",
        copy.0,
        reader.0,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a reader out of the queue.
pub(in crate::copies) async fn delete_wait(
    conn: &mut PgConnection,
    copy: CopyId,
    reader: UserId,
) -> Result<()> {
    sqlx::query!(
        "delete from copy_waits where copy_id = $1 and user_id = $2",
        copy.0,
        reader.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a reader waits for a copy.
pub(in crate::copies) async fn waits(db: &PgPool, copy: CopyId, reader: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from copy_waits
             where copy_id = $1 and user_id = $2 and told_at is null) as "waits!""#,
        copy.0,
        reader.0
    )
    .fetch_one(db)
    .await?)
}

/// A copy for which a reader waits.
pub(in crate::copies) struct WaitRow {
    pub copy: CopyId,
    pub work: WorkId,
    pub title: String,
    pub author_line: String,
}

/// The copies for which a reader waits, that they may still see.
pub(in crate::copies) async fn waits_of(
    db: &PgPool,
    reader: UserId,
    now: Timestamp,
) -> Result<Vec<WaitRow>> {
    Ok(sqlx::query_as!(
        WaitRow,
        "select c.id as copy, w.id as work, w.title, w.author_line
         from copy_waits q join copies c on c.id = q.copy_id join works w on w.id = c.work_id
         where q.user_id = $1 and q.told_at is null and may_see_copy(c, $1, $2)
         order by q.created_at, c.id",
        reader.0,
        now.to_sqlx()
    )
    .fetch_all(db)
    .await?)
}

/// Copies that can be asked for again, for which somebody waits, and of which nobody was told since
/// `quiet`.
pub(in crate::copies) async fn back(
    db: &PgPool,
    quiet: Timestamp,
    most: i64,
) -> Result<Vec<CopyId>> {
    Ok(sqlx::query_scalar!(
        "select c.id from copies c
         where c.id in (select copy_id from copy_waits where told_at is null) and is_listed(c)
           and not exists (select from copy_holds h where h.copy_id = c.id)
           and not exists (select from copy_waits q where q.copy_id = c.id and q.told_at > $1)
         order by c.id limit $2",
        quiet.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// Whoever is told next.
pub(in crate::copies) struct NextRow {
    pub user: UserId,
    pub title: String,
}

/// Notes that the first in the queue for a copy who may see it is told, unless it is held or
/// somebody was told since `quiet`; who that is. The copy is locked.
pub(in crate::copies) async fn next(
    conn: &mut PgConnection,
    copy: CopyId,
    quiet: Timestamp,
    now: Timestamp,
) -> Result<Option<NextRow>> {
    Ok(sqlx::query_as!(
        NextRow,
        r#"update copy_waits q set told_at = $3
         from copies c join works w on w.id = c.work_id
         where c.id = q.copy_id and q.copy_id = $1 and q.user_id = (
             select f.user_id from copy_waits f
             where f.copy_id = $1 and f.told_at is null and may_see_copy(c, f.user_id, $3)
             order by f.created_at, f.user_id limit 1)
           and is_listed(c)
           and not exists (select from copy_holds h where h.copy_id = c.id)
           and not exists (select from copy_waits t where t.copy_id = c.id and t.told_at > $2)
         returning q.user_id as "user", w.title"#,
        copy.0,
        quiet.to_sqlx(),
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// Locks a copy until the end of the transaction.
pub(in crate::copies) async fn lock_copy(conn: &mut PgConnection, copy: CopyId) -> Result<()> {
    sqlx::query!(
        "select id from copies where id = $1 for no key update",
        copy.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// Forgets who waits for a copy, which has another owner now.
pub(in crate::copies) async fn forget_waits_for(
    conn: &mut PgConnection,
    copy: CopyId,
) -> Result<()> {
    sqlx::query!("delete from copy_waits where copy_id = $1", copy.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Erases what a member waits for, and who waits for what was theirs.
pub(in crate::copies) async fn erase_waits(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "delete from copy_waits where user_id = $1
           or copy_id in (select id from copies where owner_id = $1)",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
