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
pub(in crate::trades) async fn forget_account(
    db: impl PgExecutor<'_>,
    user: UserId,
) -> Result<()> {
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
    sqlx::query!("select id from payment_attempts where id = $1 for no key update", id)
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

/// Wants a paid attempt given back, once; gives the refund when it is new.
pub(in crate::trades) async fn want_refund(
    conn: &mut PgConnection,
    id: Uuid,
    attempt: Uuid,
    now: Timestamp,
) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "insert into refunds (id, attempt_id, amount_minor, currency, created_at)
         select $1, a.id, a.paid_minor, a.paid_currency, $3 from payment_attempts a
         where a.id = $2 and a.state in ('paid', 'returned')
         on conflict on constraint refunds_attempt do nothing returning id",
        id,
        attempt,
        now.to_sqlx()
    )
    .fetch_optional(conn)
    .await?)
}

/// The attempt by which a trade was paid.
pub(in crate::trades) async fn paid_by(
    conn: &mut PgConnection,
    trade: TradeId,
) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from payment_attempts where trade_id = $1 and state = 'paid'",
        trade.0
    )
    .fetch_optional(conn)
    .await?)
}

/// What is to be given back.
pub(in crate::trades) struct RefundRow {
    pub trade_id: TradeId,
    pub account: String,
    pub payment: String,
    pub minor: i64,
    pub state: String,
}

/// A refund.
pub(in crate::trades) async fn refund(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<RefundRow>> {
    Ok(sqlx::query_as!(
        RefundRow,
        r#"select a.trade_id as "trade_id!: TradeId", a.account_ref as account, a.payment_ref as "payment!",
           r.amount_minor as minor, r.state
         from refunds r join payment_attempts a on a.id = r.attempt_id where r.id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?)
}

/// Notes how far a refund is; `false` when that was known. `problem`: a short code, or nothing.
pub(in crate::trades) async fn set_refund(
    conn: &mut PgConnection,
    id: Uuid,
    state: &str,
    problem: &str,
    now: Timestamp,
) -> Result<bool> {
    let noted = sqlx::query!(
        "update refunds set state = $2, problem = $3, checked_at = $4::timestamptz,
           done_at = case when $2 = 'done' then $4::timestamptz end
         where id = $1 and state <> 'done' and state <> $2",
        id,
        state,
        problem,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Notes that the service was asked for a refund.
pub(in crate::trades) async fn refund_checked(
    db: impl PgExecutor<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update refunds set checked_at = $2 where id = $1",
        id,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Refunds that are wanted since before `since`, and were not asked for since then.
pub(in crate::trades) async fn refunds_to_check(
    db: &PgPool,
    since: Timestamp,
    most: i64,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from refunds
         where state = 'wanted' and coalesce(checked_at, created_at) <= $1 order by created_at limit $2",
        since.to_sqlx(),
        most
    )
    .fetch_all(db)
    .await?)
}

/// How the refund of an attempt stands.
pub(in crate::trades) async fn refund_of(
    db: impl PgExecutor<'_>,
    attempt: Uuid,
) -> Result<Option<String>> {
    Ok(
        sqlx::query_scalar!("select state from refunds where attempt_id = $1", attempt)
            .fetch_optional(db)
            .await?,
    )
}

/// What is still to be given back of an attempt.
pub(in crate::trades) async fn refund_id(
    db: impl PgExecutor<'_>,
    attempt: Uuid,
) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from refunds where attempt_id = $1 and state <> 'done'",
        attempt
    )
    .fetch_optional(db)
    .await?)
}

/// Keeps that the service has told something; `false` when it had told it before.
pub(in crate::trades) async fn keep_event(
    conn: &mut PgConnection,
    provider: &str,
    (event, kind, reference): (&str, &str, &str),
    now: Timestamp,
) -> Result<bool> {
    let kept = sqlx::query!(
        "insert into payment_events (provider, event, kind, ref, received_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint payment_events_pkey do nothing",
        provider,
        event,
        kind,
        reference,
        now.to_sqlx()
    )
    .execute(conn)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// What something is that the service has told of.
pub(in crate::trades) struct Subject {
    /// What it calls that.
    pub reference: String,
    pub attempt: Option<Uuid>,
    pub refund: Option<Uuid>,
    pub is_account: bool,
}

/// What an event is about.
pub(in crate::trades) async fn subject(
    db: impl PgExecutor<'_>,
    provider: &str,
    event: &str,
) -> Result<Option<Subject>> {
    Ok(sqlx::query_as!(
        Subject,
        r#"select e.ref as reference, a.id as "attempt?", r.id as "refund?",
           exists (select from payment_accounts c where c.provider = e.provider and c.ref = e.ref) as "is_account!"
         from payment_events e
           left join payment_attempts a on a.provider = e.provider and (a.ref = e.ref or a.payment_ref = e.ref)
           left join refunds r on r.attempt_id = a.id and r.state <> 'done'
         where e.provider = $1 and e.event = $2 limit 1"#,
        provider,
        event
    )
    .fetch_optional(db)
    .await?)
}

/// Notes whether an event was about something of ours.
pub(in crate::trades) async fn looked_at(
    conn: &mut PgConnection,
    provider: &str,
    event: &str,
    known: bool,
) -> Result<()> {
    sqlx::query!(
        "update payment_events set known = $3 where provider = $1 and event = $2",
        provider,
        event,
        known
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets at most so many events that came before `then`; tells how many.
pub(in crate::trades) async fn forget_events(
    db: &PgPool,
    then: Timestamp,
    most: i64,
) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from payment_events where (provider, event) in (
           select provider, event from payment_events where received_at < $1 limit $2)",
        then.to_sqlx(),
        most
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}

/// One line of the desk's list.
pub(in crate::trades) struct DeskRow {
    pub id: Uuid,
    pub trade_id: TradeId,
    pub minor: i32,
    pub currency: dogear_domain::money::Currency,
    pub state: String,
    pub paid_minor: Option<i64>,
    pub paid_currency: Option<String>,
    pub created_at: jiff_sqlx::Timestamp,
    pub refund: Option<String>,
    pub problem: Option<String>,
}

/// Attempts for the desk: what needs it first, then the newest; a page from `offset` on.
pub(in crate::trades) async fn desk(
    db: &PgPool,
    state: Option<&str>,
    offset: i64,
    most: i64,
) -> Result<Vec<DeskRow>> {
    Ok(sqlx::query_as!(
        DeskRow,
        r#"select a.id, a.trade_id as "trade_id!: TradeId", a.amount_minor::int as "minor!",
           a.currency as "currency!: dogear_domain::money::Currency", a.state, a.paid_minor, a.paid_currency,
           a.created_at, r.state as "refund?", r.problem as "problem?"
         from payment_attempts a left join refunds r on r.attempt_id = a.id
         where $1::text is null or a.state = $1
         order by (a.state = 'review' or r.state is not distinct from 'failed') desc, a.created_at desc, a.id
         offset $2 limit $3"#,
        state,
        offset,
        most
    )
    .fetch_all(db)
    .await?)
}

/// Messages of the service that were about nothing of ours.
pub(in crate::trades) async fn unknown_events(db: &PgPool) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from payment_events where known is false"#
    )
    .fetch_one(db)
    .await?)
}
