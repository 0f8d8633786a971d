//! What goes back of payments online, what the payment service tells, and the list of the desk.

use dogear_domain::ids::TradeId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use crate::Result;

/// Wants all of a paid attempt given back, once; gives the refund when it is new.
pub(in crate::trades) async fn want_all(
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

/// Wants so much of the attempt by which a trade was paid given back, besides what was wanted before;
/// nothing for what was paid by hand. The caller has locked the trade.
///
/// # Errors
/// A violation of `refunds_attempt` when somebody else wants something of it at once.
pub(in crate::trades) async fn want_part(
    conn: &mut PgConnection,
    id: Uuid,
    trade: TradeId,
    minor: i32,
    now: Timestamp,
) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "insert into refunds (id, attempt_id, number, amount_minor, currency, created_at)
         select $1, a.id, 1 + (select count(*) from refunds r where r.attempt_id = a.id), $3, a.paid_currency, $4
         from payment_attempts a where a.trade_id = $2 and a.state = 'paid' returning id",
        id,
        trade.0,
        i64::from(minor),
        now.to_sqlx()
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
    /// With everything else that goes back of the same payment.
    pub total: i64,
    pub state: String,
}

/// A refund.
pub(in crate::trades) async fn refund(
    db: impl PgExecutor<'_>,
    id: Uuid,
) -> Result<Option<RefundRow>> {
    Ok(sqlx::query_as!(
        RefundRow,
        r#"select a.trade_id as "trade_id!: TradeId", a.account_ref as account, a.payment_ref as "payment!",
           r.amount_minor as minor, r.state,
           (select sum(o.amount_minor) from refunds o where o.attempt_id = a.id)::bigint as "total!"
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

/// How the refunds of an attempt stand: what has failed first, then what is not there yet.
pub(in crate::trades) async fn refund_of(
    db: impl PgExecutor<'_>,
    attempt: Uuid,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select state from refunds where attempt_id = $1
             order by state = 'failed' desc, state = 'wanted' desc limit 1",
        attempt
    )
    .fetch_optional(db)
    .await?)
}

/// What is still to be given back of an attempt.
pub(in crate::trades) async fn open_refunds(
    db: impl PgExecutor<'_>,
    attempt: Uuid,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from refunds where attempt_id = $1 and state <> 'done' order by number",
        attempt
    )
    .fetch_all(db)
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
        r#"select e.ref as reference, a.id as "attempt?",
           exists (select from payment_accounts c where c.provider = e.provider and c.ref = e.ref) as "is_account!"
         from payment_events e
           left join payment_attempts a on a.provider = e.provider and (a.ref = e.ref or a.payment_ref = e.ref)
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
    pub back: Option<i64>,
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
           a.created_at, r.state as "refund?", r.problem as "problem?", r.back as "back?"
         from payment_attempts a left join lateral (
           select state, problem, (select sum(s.amount_minor) from refunds s where s.attempt_id = a.id)::bigint as back
           from refunds o where o.attempt_id = a.id
           order by o.state = 'failed' desc, o.state = 'wanted' desc limit 1) r on true
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
