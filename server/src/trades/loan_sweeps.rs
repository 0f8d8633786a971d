//! What the clock does to books that are lent: reminders in the morning where their borrowers live,
//! and the end of questions that nobody answered.

use dogear_domain::ids::TradeId;
use dogear_domain::trades::{Action, OVERDUE_DAYS, TradeState};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::event::Notice;
use super::repo::loans::{self as repo, OutRow};
use super::repo::locks;
use super::sweeps;
use crate::{Cx, Result};

/// Loans per kind and run; the rest is a minute away.
const BATCH: i64 = 500;
/// Nobody is reminded earlier in the day, by the borrower's clock.
const NOT_BEFORE: SignedDuration = SignedDuration::from_hours(8);

/// Ends unanswered questions, and tells of days that come near or have passed. Every step is a
/// transaction of its own that looks again under the lock.
///
/// # Errors
/// The first failure, after everything else that is due was tried.
pub(super) async fn sweep(cx: &Cx) -> Result<()> {
    let now = cx.now();
    let mut failure = None;
    let mut note = |outcome: Result<()>| {
        if let Err(error) = outcome {
            tracing::warn!(%error, "a day of a loan was not acted upon; it will be tried again");
            failure.get_or_insert(error);
        }
    };
    for trade in repo::unanswered(cx.db(), now, BATCH).await? {
        note(sweeps::step(cx, trade, &Action::RefuseRenewal).await);
    }
    // Where the borrower lives it may be a day later than here.
    let soon = i32::from(super::policy(cx.db()).await?.due_reminder_days);
    let until = now + SignedDuration::from_hours(24 * (i64::from(soon) + 2));
    let all_told = i16::try_from(OVERDUE_DAYS.len()).unwrap_or(i16::MAX);
    for row in repo::due(cx.db(), until, all_told, BATCH).await? {
        note(remind(cx, &row, soon, now).await);
    }
    failure.map_or(Ok(()), Err)
}

/// How many of the reminders that a book is overdue are due by a morning: the book was due on
/// `due_on`.
fn stages(due_on: Date, morning: Date) -> i16 {
    let passed = OVERDUE_DAYS
        .iter()
        .filter(|&&days| morning > due_on.saturating_add(days.days()));
    i16::try_from(passed.count()).unwrap_or(i16::MAX)
}

async fn remind(cx: &Cx, row: &OutRow, soon: i32, now: Timestamp) -> Result<()> {
    let zone = TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC);
    let due = row.due.to_jiff();
    let due_on = due.to_zoned(zone.clone()).date();
    let morning = (now - NOT_BEFORE).to_zoned(zone).date();
    let told = stages(due_on, morning);
    let soon = morning >= due_on.saturating_sub(soon.days());
    let notice = if told > row.told {
        Notice::LoanOverdue
    } else if soon && told == 0 && !row.reminded {
        Notice::LoanDueSoon
    } else {
        return Ok(());
    };
    let mut tx = cx.begin().await?;
    let Some(revision) = locks::lock_agreed(&mut tx, row.trade_id).await? else {
        return Ok(tx.rollback().await?);
    };
    let noted = match notice {
        Notice::LoanOverdue => repo::note_overdue(&mut tx, row.leg, due, told, now).await?,
        _ => repo::note_reminded(&mut tx, row.leg, due, now).await?,
    };
    if noted {
        let (trade, leg): (TradeId, _) = (row.trade_id, Some(row.leg));
        let state = TradeState::Agreed;
        sweeps::record(&mut tx, trade, state, revision, leg, notice, now).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::stages;

    #[test]
    fn an_overdue_book_is_told_of_four_times() {
        let due = date(2027, 3, 3);
        let told = |day: i8| stages(due, date(2027, 3, day));
        assert_eq!(told(3), 0);
        assert_eq!(told(4), 1);
        assert_eq!(told(6), 1);
        assert_eq!(told(7), 2);
        assert_eq!(told(14), 3);
        assert_eq!(told(28), 4);
    }
}
