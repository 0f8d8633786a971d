//! What the clock does to books that are lent outside the site.

use dogear_domain::ids::OutsideLoanId;
use dogear_domain::lending::NAME_DAYS;
use futures::FutureExt;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use super::lent::{day_in_words, day_of};
use super::repo::lent as rows;
use super::waits;
use crate::jobs::schedule::{Interval, Schedule};
use crate::mail::templates;
use crate::notifications::{self, Facts, Kind, sentence};
use crate::{Cx, Result};

/// Loans of which owners are told in one run; the rest is an hour away.
const BATCH: i64 = 500;
/// Nobody is told earlier in the day, by their own clock.
const NOT_BEFORE: SignedDuration = SignedDuration::from_hours(8);

/// What the site does with loans by itself.
pub(crate) fn schedules() -> [Schedule; 3] {
    [
        Schedule {
            name: "lent books that are due",
            when: Interval::Every(SignedDuration::from_hours(1)),
            run: |cx| async move { tell_overdue(&cx).await }.boxed(),
        },
        Schedule {
            name: "books that are back",
            when: Interval::Every(SignedDuration::from_mins(5)),
            run: |cx| async move { waits::tell_waiting(&cx).await }.boxed(),
        },
        Schedule {
            name: "forget who had lent books",
            when: Interval::Daily {
                hour: 4,
                minute: 40,
            },
            run: |cx| async move { forget_borrowers(&cx).await.map(drop) }.boxed(),
        },
    ]
}

/// Tells the owners of books whose day has passed, once for each loan, in the morning after that
/// day by their own clock.
///
/// # Errors
/// The first failure, after everything else that is due was tried.
pub(super) async fn tell_overdue(cx: &Cx) -> Result<()> {
    let now = cx.now();
    // Somewhere it is tomorrow already.
    let until = now.to_zoned(TimeZone::UTC).date();
    let mut failure = None;
    for row in rows::untold(cx.db(), until, BATCH).await? {
        let Some(due_on) = row.due_on.map(jiff_sqlx::Date::to_jiff) else {
            continue;
        };
        let morning = day_of(now - NOT_BEFORE, &row.time_zone);
        if morning <= due_on {
            continue;
        }
        if let Err(error) = tell(cx, row.id, due_on, morning).await {
            tracing::warn!(%error, "somebody was not told of an overdue loan; it will be tried again");
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(()), Err)
}

/// Neither the line in the inbox nor the mail says who has the book: the name is kept sealed, and
/// these are not.
async fn tell(cx: &Cx, loan: OutsideLoanId, due_on: Date, today: Date) -> Result<()> {
    let mut tx = cx.begin().await?;
    let Some(told) = rows::note_told(&mut tx, loan, due_on, cx.now()).await? else {
        return Ok(());
    };
    let kind = Kind::OutsideLoanDue;
    let facts = Facts {
        what: told.title,
        until: day_in_words(due_on, today),
        path: dogear_urls::copy_lent(told.copy_id),
        ..Facts::default()
    };
    let (heading, path) = sentence(kind, &facts);
    let letter = templates::notice(
        &cx.services.settings,
        &format!("{} was due back", facts.what),
        &heading,
        &["Say on its page that it is back, or give it more time. Who has it stands there too."],
        &path,
    );
    let key = format!("outside-loan-due:{loan}");
    notifications::notify(cx, &mut tx, told.owner_id, kind, &facts, &key, Some(letter)).await?;
    tx.commit().await
}

/// Erases the names of those whose loans ended [`NAME_DAYS`] ago; how many.
///
/// # Errors
/// Those of the database.
pub(super) async fn forget_borrowers(cx: &Cx) -> Result<u64> {
    let today = cx.now().to_zoned(TimeZone::UTC).date();
    rows::erase_borrowers(cx.db(), today.saturating_sub(NAME_DAYS.days())).await
}
