//! What is paid at a payment service: accounts, attempts, refunds, and what the service tells.

use dogear_domain::ids::{TradeId, UserId};
use dogear_domain::money::Money;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::Result;

/// The account into which a member is paid.
#[derive(Debug, Clone)]
pub(in crate::trades) struct AccountRow {
    pub id: Uuid,
    /// None before the service has made it.
    pub reference: Option<String>,
    pub ready: bool,
    pub link: Option<String>,
    pub link_at: Option<jiff_sqlx::Timestamp>,
}

/// The account of a member.
pub(in crate::trades) async fn account(
    db: impl PgExecutor<'_>,
    user: UserId,
    provider: &str,
) -> Result<Option<AccountRow>> {
    Ok(sqlx::query_as!(
        AccountRow,
        "select id, ref as reference, ready, link, link_at from payment_accounts where user_id = $1 and provider = $2",
        user.0,
        provider
    )
    .fetch_optional(db)
    .await?)
}

/// Notes that a member wants an account, unless they have one.
pub(in crate::trades) async fn want_account(
    conn: &mut PgConnection,
    user: UserId,
    provider: &str,
    id: Uuid,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into payment_accounts (user_id, id, provider, created_at) values ($1, $2, $3, $4)
         on conflict (user_id) do nothing",
        user.0,
        id,
        provider,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what the service calls a member's account.
pub(in crate::trades) async fn name_account(
    db: impl PgExecutor<'_>,
    id: Uuid,
    reference: &str,
) -> Result<()> {
    sqlx::query!(
        "update payment_accounts set ref = $2 where id = $1 and ref is null",
        id,
        reference
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes where a member tells the service who they are.
pub(in crate::trades) async fn set_link(
    db: impl PgExecutor<'_>,
    id: Uuid,
    link: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update payment_accounts set link = $2, link_at = $3 where id = $1",
        id,
        link,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes whether an account can be paid into.
pub(in crate::trades) async fn set_ready(
    db: impl PgExecutor<'_>,
    provider: &str,
    reference: &str,
    ready: bool,
) -> Result<()> {
    sqlx::query!(
        "update payment_accounts set ready = $3, link = null, link_at = null where provider = $1 and ref = $2",
        provider,
        reference,
        ready
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets a member's account.
pub(in crate::trades) async fn forget_account(db: impl PgExecutor<'_>, user: UserId) -> Result<()> {
    sqlx::query!("delete from payment_accounts where user_id = $1", user.0)
        .execute(db)
        .await?;
    Ok(())
}

/// A buyer's way to the payment service, and the payment that it is for.
#[derive(Debug, Clone)]
pub(in crate::trades) struct AttemptRow {
    pub id: Uuid,
    pub trade_id: TradeId,
    pub account: String,
    pub minor: i32,
    pub currency: dogear_domain::money::Currency,
    pub reference: Option<String>,
    pub link: Option<String>,
    pub paid_minor: Option<i64>,
    pub paid_currency: Option<String>,
    pub state: String,
    pub expires_at: jiff_sqlx::Timestamp,
    pub created_at: jiff_sqlx::Timestamp,
}

impl AttemptRow {
    /// Nobody knows yet what becomes of it, or the desk decides it.
    pub(in crate::trades) fn is_live(&self) -> bool {
        matches!(self.state.as_str(), "open" | "review")
    }

    /// What is to be paid.
    pub(in crate::trades) fn amount(&self) -> Money {
        Money {
            minor: self.minor,
            currency: self.currency,
        }
    }
}

/// Writes down that a buyer goes to pay, before the service is asked.
#[allow(clippy::too_many_arguments)] // a row of its own
pub(in crate::trades) async fn begin(
    conn: &mut PgConnection,
    id: Uuid,
    trade: TradeId,
    (provider, account): (&str, &str),
    amount: Money,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into payment_attempts (id, trade_id, provider, account_ref, amount_minor, currency, expires_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        trade.0,
        provider,
        account,
        i64::from(amount.minor),
        amount.currency.as_str(),
        until.to_sqlx(),
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The latest attempt to pay for a trade.
pub(in crate::trades) async fn latest(
    db: impl PgExecutor<'_>,
    trade: TradeId,
) -> Result<Option<AttemptRow>> {
    Ok(sqlx::query_as!(
        AttemptRow,
        r#"select id, trade_id as "trade_id!: TradeId", account_ref as account, amount_minor::int as "minor!",
           currency as "currency!: dogear_domain::money::Currency", ref as reference, link,
           paid_minor, paid_currency, state, expires_at, created_at
         from payment_attempts where trade_id = $1
         order by (state in ('open', 'review')) desc, created_at desc, id limit 1"#,
        trade.0
    )
    .fetch_optional(db)
    .await?)
}

/// An attempt.
pub(in crate::trades) async fn attempt(
    db: impl PgExecutor<'_>,
    id: Uuid,
) -> Result<Option<AttemptRow>> {
    Ok(sqlx::query_as!(
        AttemptRow,
        r#"select id, trade_id as "trade_id!: TradeId", account_ref as account, amount_minor::int as "minor!",
           currency as "currency!: dogear_domain::money::Currency", ref as reference, link,
           paid_minor, paid_currency, state, expires_at, created_at
         from payment_attempts where id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?)
}

/// As [`attempt`], locked: where it can be paid is not noted meanwhile. The caller has locked the trade.
pub(in crate::trades) async fn lock_attempt(
    conn: &mut PgConnection,
    id: Uuid,
) -> Result<Option<AttemptRow>> {
    sqlx::query!(
        "select id from payment_attempts where id = $1 for no key update",
        id
    )
    .fetch_optional(&mut *conn)
    .await?;
    attempt(conn, id).await
}

/// Notes where it can be paid, unless that is known or it has ended meanwhile.
pub(in crate::trades) async fn opened(
    db: impl PgExecutor<'_>,
    id: Uuid,
    reference: &str,
    link: &str,
) -> Result<bool> {
    let noted = sqlx::query!(
        "update payment_attempts set ref = $2, link = $3
         where id = $1 and state = 'open' and (ref is null or ref = $2)",
        id,
        reference,
        link
    )
    .execute(db)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Notes that the service was asked.
pub(in crate::trades) async fn checked(
    db: impl PgExecutor<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update payment_attempts set checked_at = $2 where id = $1",
        id,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What an attempt comes to.
pub(in crate::trades) struct Closing<'a> {
    /// The stored word.
    pub state: &'a str,
    /// What was paid: amount, currency, and what the service calls it.
    pub paid: Option<(i64, &'a str, &'a str)>,
    pub now: Timestamp,
}

/// Notes what becomes of a live attempt; of any other it is known. The caller has locked the trade.
pub(in crate::trades) async fn close(
    conn: &mut PgConnection,
    id: Uuid,
    closing: &Closing<'_>,
) -> Result<bool> {
    let (minor, currency, payment) = closing.paid.map_or((None, None, None), |paid| {
        (Some(paid.0), Some(paid.1), Some(paid.2))
    });
    let closed = sqlx::query!(
        "update payment_attempts set state = $2, paid_minor = coalesce($3, paid_minor),
           paid_currency = coalesce($4, paid_currency), payment_ref = coalesce($5, payment_ref),
           link = null, checked_at = $6::timestamptz, closed_at = case when $2 = 'review' then null else $6::timestamptz end
         where id = $1 and state in ('open', 'review')",
        id,
        closing.state,
        minor,
        currency,
        payment,
        closing.now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(closed.rows_affected() == 1)
}

/// Live attempts of which the service is to be asked: begun before `since` and not asked about since
/// then, and at once those for sales that nobody pays any more.
pub(in crate::trades) async fn to_check(
    db: &PgPool,
    since: Timestamp,
    lately: Timestamp,
    most: i64,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select a.id from payment_attempts a join payments y on y.trade_id = a.trade_id
         where a.state = 'open' and a.created_at <= $1 and (a.checked_at is null or a.checked_at <= $1)
           or a.state in ('open', 'review') and y.state <> 'processing' and (a.checked_at is null or a.checked_at <= $2)
         order by a.checked_at nulls first, a.created_at limit $3",
        since.to_sqlx(),
        lately.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}
