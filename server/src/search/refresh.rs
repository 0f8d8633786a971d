//! Keeps `work_search` and `search_words` in step with the catalogue.

use dogear_domain::fields::{title_key, without_article};
use dogear_domain::ids::{UserId, WorkId};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use sqlx::postgres::PgConnection;

use super::repo::rows::{self, Sources};
use crate::jobs::schedule::{Interval, Schedule};
use crate::{Cx, Result};

/// Works per statement when everything is recomputed: well within the statement's time limit.
const BATCH: i64 = 1000;
/// Whoever came back within this time is looked at again, also after an outage.
const BACK_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// Trades begun within this time are looked at, also after an outage.
const ASKED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// Recomputes the search rows of `works` from the works, their editions, copies
/// and owners as this transaction sees them, at the moment `now`. Call it last in every transaction
/// that changes works, editions, copies, holds, or the standing of an owner: it
/// locks the works until the commit, so that two changes of one work cannot
/// each miss the other.
///
/// # Errors
/// When the database does not answer in time.
pub async fn refresh(conn: &mut PgConnection, works: &[WorkId], now: Timestamp) -> Result<()> {
    if works.is_empty() {
        return Ok(());
    }
    let mut sources = Sources::default();
    for work in rows::lock_works(conn, works).await? {
        let names = format!("{} {}", work.title, work.author_line);
        sources.ids.push(work.id.0);
        sources
            .sort_keys
            .push(without_article(&work.title_key).to_owned());
        sources.latin.push(latin(&names));
    }
    rows::write(conn, &sources, now).await?;
    rows::add_words(conn, &sources).await
}

/// Has other changes of these works wait until the end of the transaction, for one that will
/// refresh them in several steps: so that it locks them in one order.
///
/// # Errors
/// As [`refresh`].
pub(crate) async fn lock(conn: &mut PgConnection, works: &[WorkId]) -> Result<()> {
    rows::lock_works(conn, works).await?;
    Ok(())
}

/// A text of another script in Latin letters; empty when it is written in them.
fn latin(text: &str) -> String {
    let others = |symbol: char| symbol.is_alphabetic() && symbol as u32 > 0x24f;
    if text.chars().any(others) {
        title_key(&deunicode::deunicode(text))
    } else {
        String::new()
    }
}

/// As [`refresh`], for every work of which `owner` has a listed copy: when they
/// are suspended or restored, go away or come back, move to another town.
///
/// # Errors
/// As [`refresh`].
pub async fn refresh_owner(conn: &mut PgConnection, owner: UserId, now: Timestamp) -> Result<()> {
    let works = rows::listed_works(conn, &[owner]).await?;
    refresh(conn, &works, now).await
}

/// Raised whenever rows are made otherwise than before.
const VERSION: i32 = 5;

/// What search does by the clock.
pub fn schedules() -> [Schedule; 4] {
    let renew = Schedule {
        name: "make search rows of an older version anew",
        when: Interval::Every(SignedDuration::from_hours(1)),
        run: |cx| async move { renew(&cx).await }.boxed(),
    };
    let returned = Schedule {
        name: "show the shelves of readers who are back",
        when: Interval::Every(SignedDuration::from_mins(10)),
        run: |cx| {
            async move {
                let mut tx = cx.begin().await?;
                refresh_returned(&mut tx, cx.now()).await?;
                tx.commit().await?;
                Ok(())
            }
            .boxed()
        },
    };
    let asked = Schedule {
        name: "count who asks for books",
        when: Interval::Every(SignedDuration::from_hours(1)),
        run: |cx| {
            async move {
                let mut tx = cx.begin().await?;
                refresh_asked(&mut tx, cx.now()).await?;
                tx.commit().await?;
                Ok(())
            }
            .boxed()
        },
    };
    [renew, returned, asked, super::saved::schedule()]
}

/// Recomputes every row, unless this version has done so.
async fn renew(cx: &Cx) -> Result<()> {
    let mut conn = cx.db().acquire().await?;
    if rows::is_version(&mut conn, VERSION).await? {
        return Ok(());
    }
    refresh_all(&mut conn, cx.now()).await?;
    rows::set_version(&mut conn, VERSION).await
}

/// As [`refresh`], for the works of readers whose holiday ended lately.
///
/// # Errors
/// As [`refresh`].
async fn refresh_returned(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    let back = rows::back_since(conn, now - BACK_WITHIN, now).await?;
    let works = rows::listed_works(conn, &back).await?;
    refresh(conn, &works, now).await
}

/// As [`refresh`], for the works that somebody asked for in a trade begun lately and
/// that do not count them yet. A proposal holds nothing and so refreshes nothing itself.
///
/// # Errors
/// As [`refresh`].
async fn refresh_asked(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    let moved = now - SignedDuration::from_hours(2);
    let works = rows::asked_for(conn, now - ASKED_WITHIN, moved).await?;
    refresh(conn, &works, now).await
}

/// Has the planner look at what was loaded just now. Without this it takes the tables for
/// empty and reads them whole for every work.
///
/// # Errors
/// Those of the database.
pub(crate) async fn count_rows(conn: &mut PgConnection) -> Result<()> {
    rows::analyze(conn).await
}

/// Recomputes every row, in batches, and drops the words nobody uses any more:
/// after a bulk load. Outside a transaction each batch stands for itself.
///
/// # Errors
/// As [`refresh`].
pub async fn refresh_all(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    count_rows(conn).await?;
    rows::delete_words(conn).await?;
    let mut after = 0_i64;
    loop {
        let works = rows::works_after(conn, after, BATCH).await?;
        let Some(last) = works.last() else { break };
        after = last.0;
        refresh(conn, &works, now).await?;
    }
    Ok(())
}
