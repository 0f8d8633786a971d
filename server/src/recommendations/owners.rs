//! "Readers who own this also own": counted from public shelves, in batches.

use jiff::Timestamp;
use sqlx::{Connection, PgConnection};

use super::repo::shelves::{self, Rule};
use crate::{Cx, Result, db};

/// Fewer readers who own both say nothing, and could be guessed at.
const LEAST_READERS: i64 = 3;
/// Works of one reader that count, newest listing first: whoever lists a shop's stock tells
/// little about taste, and the work grows with the square of it.
const MOST_BOOKS: i64 = 200;
/// Readers of one work that count, always the same ones.
const MOST_READERS: i64 = 1_000;
/// Pairs of works counted in one statement. A single work has no more than
/// [`MOST_BOOKS`] × [`MOST_READERS`].
const BATCH: i64 = 200_000;
/// How what is counted becomes rows.
const RULE: Rule = Rule {
    least: LEAST_READERS,
    kept: 12,
    shrinkage: 5.0,
};

/// Counts anew which works stand on the same shelves, and keeps the best of them for each
/// work. Changes only what is different. Runs in one place at a time: a second run beside
/// the first does nothing.
///
/// The score of works *a* and *b* with *n* readers in common is
/// *n* / √(readers of *a* · readers of *b*) · *n* / (*n* + 5): the cosine between the two
/// columns of the table of readers and books (Sarwar et al., "Item-based collaborative
/// filtering recommendation algorithms", WWW 2001), so that what everybody owns does not
/// stand beside everything, shrunk towards nothing where few readers bear it out (Bell and
/// Koren, "Scalable collaborative filtering with jointly derived neighborhood
/// interpolation weights", ICDM 2007).
///
/// # Errors
/// Those of the database. The batches done until then stay.
pub async fn rebuild_co_owned(cx: &Cx) -> Result<()> {
    // Closed when this is broken off, and with it go the lock and the temporary table.
    let mut db = db::cancel_on_drop(cx.db()).await?;
    if shelves::try_alone(&mut db).await? {
        sample(&mut db, cx.now()).await?;
        let mut after = 0;
        for last in ends(&shelves::pairs(&mut db).await?, BATCH) {
            shelves::count(&mut db, after, last, &RULE).await?;
            after = last;
        }
        shelves::drop_sample(&mut db).await?;
        shelves::release(&mut db).await?;
    }
    db.done();
    Ok(())
}

/// Writes down who shows which work on their shelf, within the limits. Works that fewer
/// than three readers show are left out.
async fn sample(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    let mut tx = conn.begin().await?;
    shelves::create_sample(&mut tx).await?;
    shelves::fill_sample(&mut tx, MOST_BOOKS, MOST_READERS, LEAST_READERS, now).await?;
    tx.commit().await?;
    Ok(())
}

/// The last work of each batch, in order; the end of all numbers for the last batch, so that
/// works which are in nobody's sample any more are covered too.
fn ends(works: &[(i64, i64)], most: i64) -> Vec<i64> {
    let mut ends = Vec::new();
    let (mut pairs, mut before) = (0, None);
    for &(work, its) in works {
        if let Some(before) = before
            && pairs + its > most
        {
            ends.push(before);
            pairs = 0;
        }
        pairs += its;
        before = Some(work);
    }
    ends.push(i64::MAX);
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_no_more_than_they_may_and_leave_nothing_out() {
        let works = [(3, 40), (5, 70), (9, 200), (10, 10), (11, 90)];
        assert_eq!(ends(&works, 100), [3, 5, 9, i64::MAX]);
        assert_eq!(ends(&works, 1_000), [i64::MAX]);
        assert_eq!(ends(&[], 100), [i64::MAX]);
    }
}
