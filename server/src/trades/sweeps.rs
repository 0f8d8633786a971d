//! What the clock does to trades, each minute. Every step is a transaction of its
//! own that looks again under the lock, so that running twice changes nothing.

use dogear_domain::ids::{LegId, TradeId};
use dogear_domain::trades::{Action, TradeState};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::consequences::by_the_site;
use super::event::{self, EventData, EventKind, NewEvent, Notice};
use crate::jobs::schedule::{Schedule, When};
use crate::{Cx, Error, Result};

/// Trades per kind and run; the rest is a minute away.
const BATCH: i64 = 500;

/// The schedules of this feature.
pub fn schedules() -> [Schedule; 1] {
    [Schedule {
        name: "deadlines of trades",
        when: When::Every(SignedDuration::from_mins(1)),
        run: |cx| async move { sweep(&cx).await }.boxed(),
    }]
}

/// Reminds, expires, presumes lost: whatever is due by the site's clock.
///
/// # Errors
/// The first failure, after everything else that is due was tried.
pub(super) async fn sweep(cx: &Cx) -> Result<()> {
    let policy = super::policy(cx.db()).await?;
    let now = cx.now();
    pause_for_holidays(cx, now).await?;
    let mut failure = None;
    let days = |days: u16| SignedDuration::from_hours(24 * i64::from(days));
    let mut note = |outcome: Result<()>| {
        if let Err(error) = outcome {
            tracing::warn!(%error, "a deadline was not acted upon; it will be tried again");
            failure.get_or_insert(error);
        }
    };

    let expired: Vec<TradeId> = sqlx::query_scalar(
        "select id from trades where state = 'proposed' and reply_due <= $1 order by reply_due limit $2",
    )
    .bind(now.to_sqlx())
    .bind(BATCH)
    .fetch_all(cx.db())
    .await?;
    for trade in expired {
        note(step(cx, trade, &Action::Expire).await);
    }

    let lead = days(policy.reply_days.saturating_sub(policy.reply_reminder_days));
    let silent: Vec<TradeId> = sqlx::query_scalar(
        "select id from trades
         where state = 'proposed' and reminded_at is null and reply_due <= $1 and reply_due > $2
         order by reply_due limit $3",
    )
    .bind((now + lead).to_sqlx())
    .bind(now.to_sqlx())
    .bind(BATCH)
    .fetch_all(cx.db())
    .await?;
    for trade in silent {
        note(remind_to_reply(cx, trade, now).await);
    }

    let lead = days(policy.send_days.saturating_sub(policy.send_reminder_days));
    for notice in [Notice::SendReminder, Notice::Overdue] {
        for (leg, trade) in pending_legs(cx, now, lead, notice).await? {
            note(remind(cx, trade, leg, notice, now).await);
        }
    }

    let late: Vec<(LegId, TradeId)> = sqlx::query_as(
        "select l.id, l.trade_id from trade_legs l join trades t on t.id = l.trade_id
         where t.state = 'agreed' and l.reminded_at is null
           and (l.state = 'sent' and l.sent_at <= $1 or l.state = 'handed_over' and l.sent_at <= $2)
         order by l.id limit $3",
    )
    .bind((now - days(policy.post_reminder_days)).to_sqlx())
    .bind((now - days(policy.meet_reminder_days)).to_sqlx())
    .bind(BATCH)
    .fetch_all(cx.db())
    .await?;
    for (leg, trade) in late {
        note(remind(cx, trade, leg, Notice::ArrivalReminder, now).await);
    }

    let lost: Vec<(LegId, TradeId)> = sqlx::query_as(
        "select l.id, l.trade_id from trade_legs l join trades t on t.id = l.trade_id
         where t.state = 'agreed' and l.state = 'sent' and l.receive_due <= $1
         order by l.receive_due limit $2",
    )
    .bind(now.to_sqlx())
    .bind(BATCH)
    .fetch_all(cx.db())
    .await?;
    for (leg, trade) in lost {
        note(step(cx, trade, &Action::MarkLost { leg }).await);
    }
    cx.services.wake_relay.notify_one();
    failure.map_or(Ok(()), Err)
}

/// Moves reply deadlines behind the holidays of those who are asked.
async fn pause_for_holidays(cx: &Cx, now: Timestamp) -> Result<()> {
    let policy = super::policy(cx.db()).await?;
    sqlx::query(
        "update trades t set reply_due = greatest(t.reply_due, asked.back + make_interval(days => $2)),
           reminded_at = null, updated_at = $1
         from (select p.trade_id, max(u.away_until) as back
               from trades o join trade_parties p on p.trade_id = o.id join users u on u.id = p.user_id
               where o.state = 'proposed' and u.away_until > $1
                 and p.accepted_revision is distinct from o.revision
               group by p.trade_id) asked
         where t.id = asked.trade_id and t.state = 'proposed'
           and t.reply_due < asked.back + make_interval(days => $2)",
    )
    .bind(now.to_sqlx())
    .bind(i32::from(policy.reply_days))
    .execute(cx.db())
    .await?;
    Ok(())
}

/// Legs that are still with their givers: those due within `lead` whose giver has not
/// been reminded, or those overdue of which nobody has been told.
async fn pending_legs(
    cx: &Cx,
    now: Timestamp,
    lead: SignedDuration,
    notice: Notice,
) -> Result<Vec<(LegId, TradeId)>> {
    Ok(sqlx::query_as(
        "select l.id, l.trade_id from trade_legs l join trades t on t.id = l.trade_id
         where t.state = 'agreed' and l.state = 'pending'
           and case when $4 then l.send_due <= $1 and l.overdue_told_at is null
                    else l.send_due > $1 and l.send_due <= $2 and l.reminded_at is null end
         order by l.send_due limit $3",
    )
    .bind(now.to_sqlx())
    .bind((now + lead).to_sqlx())
    .bind(BATCH)
    .bind(notice == Notice::Overdue)
    .fetch_all(cx.db())
    .await?)
}

/// A step by the site, unless the trade has moved on meanwhile.
async fn step(cx: &Cx, trade: TradeId, action: &Action) -> Result<()> {
    let mut tx = cx.begin().await?;
    sqlx::query("select id from trades where id = $1 for no key update")
        .bind(trade)
        .execute(&mut *tx)
        .await?;
    match by_the_site(&mut tx, cx, trade, action).await {
        Ok(_) => Ok(tx.commit().await?),
        Err(Error::Conflict(_)) => Ok(tx.rollback().await?),
        Err(error) => Err(error),
    }
}

async fn remind_to_reply(cx: &Cx, trade: TradeId, now: Timestamp) -> Result<()> {
    let mut tx = cx.begin().await?;
    let row: Option<(i32,)> = sqlx::query_as(
        "update trades set reminded_at = $2
         where id = $1 and state = 'proposed' and reminded_at is null returning revision",
    )
    .bind(trade)
    .bind(now.to_sqlx())
    .fetch_optional(&mut *tx)
    .await?;
    if let Some((revision,)) = row {
        record(
            &mut tx,
            trade,
            TradeState::Proposed,
            revision,
            None,
            Notice::ReplyReminder,
            now,
        )
        .await?;
    }
    Ok(tx.commit().await?)
}

/// Reminds of a leg, once.
async fn remind(cx: &Cx, trade: TradeId, leg: LegId, notice: Notice, now: Timestamp) -> Result<()> {
    let mut tx = cx.begin().await?;
    let revision: Option<i32> = sqlx::query_scalar(
        "select revision from trades where id = $1 and state = 'agreed' for no key update",
    )
    .bind(trade)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(revision) = revision else {
        return Ok(tx.rollback().await?);
    };
    let told = sqlx::query(
        "update trade_legs set
           reminded_at = case when $3 then reminded_at else $2 end,
           overdue_told_at = case when $3 then $2 else overdue_told_at end
         where id = $1 and state = any ($4)
           and case when $3 then overdue_told_at else reminded_at end is null",
    )
    .bind(leg)
    .bind(now.to_sqlx())
    .bind(notice == Notice::Overdue)
    .bind(if notice == Notice::ArrivalReminder {
        &["sent", "handed_over"][..]
    } else {
        &["pending"][..]
    })
    .execute(&mut *tx)
    .await?;
    if told.rows_affected() == 1 {
        record(
            &mut tx,
            trade,
            TradeState::Agreed,
            revision,
            Some(leg),
            notice,
            now,
        )
        .await?;
    }
    Ok(tx.commit().await?)
}

async fn record(
    conn: &mut PgConnection,
    trade: TradeId,
    state: TradeState,
    revision: i32,
    leg: Option<LegId>,
    notice: Notice,
    now: Timestamp,
) -> Result<()> {
    event::append(
        conn,
        &NewEvent {
            trade,
            actor: None,
            kind: EventKind::Notice(notice),
            from: Some(state),
            to: state,
            revision,
            leg,
            data: &EventData::default(),
            at: now,
        },
    )
    .await?;
    Ok(())
}
