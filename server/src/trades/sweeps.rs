//! What the clock does to trades, each minute. Every step is a transaction of its
//! own that looks again under the lock, so that running twice changes nothing.

use dogear_domain::ids::{LegId, TradeId};
use dogear_domain::trades::{Action, Actor, LegState, Policy, TradeState};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::consequences::by_the_site;
use super::event::{self, EventData, EventKind, NewEvent, Notice};
use super::loan_sweeps;
use super::repo::{deadlines, locks};
use super::save::CommandDetails;
use super::step::{Command, Scope, Step, execute_in};
use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Error, Result};

/// Trades per kind and run; the rest is a minute away.
const BATCH: i64 = 500;

/// The schedules of this feature.
pub fn schedules() -> Vec<Schedule> {
    let deadlines = Schedule {
        name: "deadlines of trades",
        when: Interval::Every(SignedDuration::from_mins(1)),
        run: |cx| async move { sweep(&cx).await }.boxed(),
    };
    std::iter::once(deadlines)
        .chain(super::online::schedules())
        .collect()
}

/// Reminds, expires, presumes lost: whatever is due by the site's clock.
///
/// # Errors
/// The first failure, after everything else that is due was tried.
pub(super) async fn sweep(cx: &Cx) -> Result<()> {
    let policy = super::policy(cx.db()).await?;
    let now = cx.now();
    pause_for_holidays(cx, &policy, now).await?;
    let mut failure = None;
    let mut note = |outcome: Result<()>| {
        if let Err(error) = outcome {
            tracing::warn!(%error, "a deadline was not acted upon; it will be tried again");
            failure.get_or_insert(error);
        }
    };

    let expired = deadlines::expired(cx.db(), now, BATCH).await?;
    for trade in expired {
        note(step(cx, trade, &Action::Expire).await);
    }

    let unpaid = deadlines::unpaid(cx.db(), now, BATCH).await?;
    for trade in unpaid {
        note(end(cx, trade, Action::Unpaid).await);
    }

    let due = policy.overdue_since(now);
    for trade in deadlines::not_given_back(cx.db(), due, BATCH).await? {
        note(end(cx, trade, Action::DropReturn).await);
    }

    let until = policy.remind_replies_due_by(now);
    let silent = deadlines::silent(cx.db(), now, until, BATCH).await?;
    for trade in silent {
        note(remind_to_reply(cx, trade, now).await);
    }

    let until = policy.remind_sending_due_by(now);
    for notice in [Notice::SendReminder, Notice::Overdue] {
        let overdue = notice == Notice::Overdue;
        for leg in deadlines::pending(cx.db(), now, until, overdue, BATCH).await? {
            note(remind(cx, leg.trade_id, leg.id, notice, now).await);
        }
    }

    let posted_by = policy.remind_of_sent_by(now);
    let met_by = policy.remind_of_met_by(now);
    let late = deadlines::late(cx.db(), posted_by, met_by, BATCH).await?;
    for late in late {
        note(remind(cx, late.trade_id, late.id, Notice::ArrivalReminder, now).await);
    }

    note(loan_sweeps::sweep(cx).await);

    let lost = deadlines::lost(cx.db(), now, BATCH).await?;
    for lost in lost {
        let leg = lost.id;
        note(step(cx, lost.trade_id, &Action::MarkLost { leg }).await);
    }
    failure.map_or(Ok(()), Err)
}

/// Moves reply deadlines behind the holidays of those who are asked.
async fn pause_for_holidays(cx: &Cx, policy: &Policy, now: Timestamp) -> Result<()> {
    let (trades, dues): (Vec<i64>, Vec<_>) = deadlines::on_holiday(cx.db(), now)
        .await?
        .into_iter()
        .filter_map(|waiting| {
            let due = policy.reply_due(waiting.back.to_jiff());
            (waiting.reply_due.to_jiff() < due).then(|| (waiting.trade_id.0, due.to_sqlx()))
        })
        .unzip();
    if trades.is_empty() {
        return Ok(());
    }
    deadlines::put_off(cx.db(), &trades, &dues, now).await
}

/// A step by the site, unless the trade has moved on meanwhile.
pub(super) async fn step(cx: &Cx, trade: TradeId, action: &Action) -> Result<()> {
    let mut tx = cx.begin().await?;
    locks::lock(&mut tx, trade).await?;
    match by_the_site(&mut tx, cx, trade, action).await {
        Ok(_) => tx.commit().await,
        Err(Error::Conflict(_)) => Ok(tx.rollback().await?),
        Err(error) => Err(error),
    }
}

/// Ends a sale that nobody has paid for, or a return of what nobody has sent, unless somebody has
/// meanwhile. Its copies are locked first, as in every step that frees some.
async fn end(cx: &Cx, trade: TradeId, action: Action) -> Result<()> {
    let step = Step {
        trade,
        actor: Actor::System,
        command: Command::Do(action),
        scope: Scope::Copies,
        details: CommandDetails::default(),
    };
    let mut tx = cx.begin().await?;
    match execute_in(&mut tx, cx, &step).await {
        Ok(_) => tx.commit().await,
        Err(Error::Conflict(_)) => Ok(tx.rollback().await?),
        Err(error) => Err(error),
    }
}

async fn remind_to_reply(cx: &Cx, trade: TradeId, now: Timestamp) -> Result<()> {
    let mut tx = cx.begin().await?;
    if let Some(revision) = deadlines::note_reply_reminder(&mut tx, trade, now).await? {
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
    tx.commit().await
}

/// Reminds of a leg, once.
async fn remind(cx: &Cx, trade: TradeId, leg: LegId, notice: Notice, now: Timestamp) -> Result<()> {
    let mut tx = cx.begin().await?;
    let Some(revision) = locks::lock_agreed(&mut tx, trade).await? else {
        return Ok(tx.rollback().await?);
    };
    let states: &[LegState] = if notice == Notice::ArrivalReminder {
        &[LegState::Sent, LegState::HandedOver]
    } else {
        &[LegState::Pending]
    };
    let states: Vec<String> = states.iter().map(ToString::to_string).collect();
    let overdue = notice == Notice::Overdue;
    if deadlines::note_leg_reminder(&mut tx, leg, now, overdue, &states).await? {
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
    tx.commit().await
}

pub(super) async fn record(
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
