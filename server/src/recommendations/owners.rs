//! "Readers who own this also own": counted from public shelves, in batches.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection};

use crate::{Cx, Result, db};

/// Fewer readers who own both say nothing, and could be guessed at.
const LEAST_READERS: i64 = 3;
/// Others that are kept for each work.
const KEPT: i64 = 12;
/// Works of one reader that count, newest listing first: whoever lists a shop's stock tells
/// little about taste, and the work grows with the square of it.
const MOST_BOOKS: i64 = 200;
/// Readers of one work that count, always the same ones.
const MOST_READERS: i64 = 1_000;
/// Pairs of works counted in one statement. A single work has no more than
/// [`MOST_BOOKS`] × [`MOST_READERS`].
const BATCH: i64 = 200_000;
/// Half of the score is held back while this many readers own both.
const SHRINKAGE: f64 = 5.0;

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
pub async fn renew(cx: &Cx) -> Result<()> {
    // Closed when this is broken off, and with it go the lock and the temporary table.
    let mut db = db::awaited(cx.db()).await?;
    let alone: bool =
        sqlx::query_scalar("select pg_try_advisory_lock(hashtextextended('also owned', 0))")
            .fetch_one(&mut *db)
            .await?;
    if alone {
        sample(&mut db, cx.now()).await?;
        let mut after = 0;
        for last in batches(&mut db).await? {
            count(&mut db, after, last).await?;
            after = last;
        }
        sqlx::query("drop table shelf_sample")
            .execute(&mut *db)
            .await?;
        sqlx::query("select pg_advisory_unlock(hashtextextended('also owned', 0))")
            .execute(&mut *db)
            .await?;
    }
    db.done();
    Ok(())
}

/// Writes down who shows which work on their shelf, within the limits. Works that fewer
/// than three readers show are left out.
async fn sample(conn: &mut PgConnection, now: Timestamp) -> Result<()> {
    let mut tx = conn.begin().await?;
    // One pass over all copies, outside any request.
    sqlx::raw_sql(
        "set local statement_timeout = '60s';
         create temporary table shelf_sample (owner_id bigint, work_id bigint, readers int)",
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into shelf_sample (owner_id, work_id, readers)
         select owner_id, work_id, readers from (
             select owner_id, work_id,
                 least(count(*) over (partition by work_id), $2) as readers,
                 row_number() over (partition by work_id order by hashint8(owner_id), owner_id) as place
             from (
                 select c.owner_id, c.work_id,
                     row_number() over (partition by c.owner_id order by max(c.listed_at) desc, c.work_id) as place
                 from listed_copies($4) c
                 group by c.owner_id, c.work_id) shelves
             where place <= $1) works
         where readers >= $3 and place <= $2",
    )
    .bind(MOST_BOOKS)
    .bind(MOST_READERS)
    .bind(LEAST_READERS)
    .bind(now.to_sqlx())
    .execute(&mut *tx)
    .await?;
    sqlx::raw_sql(
        "create index on shelf_sample (work_id, owner_id);
         create index on shelf_sample (owner_id, work_id);
         analyze shelf_sample",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The last work of each batch, in order; the end of all numbers for the last batch, so that
/// works which are in nobody's sample any more are covered too.
async fn batches(conn: &mut PgConnection) -> Result<Vec<i64>> {
    let works: Vec<(i64, i64)> = sqlx::query_as(
        "select s.work_id, sum(shelf.books)::bigint
         from shelf_sample s
         join (select owner_id, count(*) as books from shelf_sample group by owner_id) shelf using (owner_id)
         group by s.work_id order by s.work_id",
    )
    .fetch_all(conn)
    .await?;
    Ok(ends(&works, BATCH))
}

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

/// Counts for the works after `after` up to `last`.
async fn count(conn: &mut PgConnection, after: i64, last: i64) -> Result<()> {
    sqlx::query(
        "with fresh as (
             select work_id, other_id, readers, score from (
                 select p.*, row_number() over (partition by work_id order by score desc, readers desc, other_id) as place
                 from (
                     select a.work_id, b.work_id as other_id, count(*)::int as readers,
                         (count(*) / sqrt(a.readers::float8 * b.readers) * count(*) / (count(*) + $5))::real as score
                     from shelf_sample a
                     join shelf_sample b on b.owner_id = a.owner_id and b.work_id <> a.work_id
                     where a.work_id > $1 and a.work_id <= $2
                     group by a.work_id, b.work_id, a.readers, b.readers
                     having count(*) >= $3) p) ranked
             where place <= $4),
         gone as (
             delete from also_owned n where n.work_id > $1 and n.work_id <= $2
                 and not exists (select from fresh f where f.work_id = n.work_id and f.other_id = n.other_id))
         insert into also_owned (work_id, other_id, readers, score)
         select work_id, other_id, readers, score from fresh f
         where exists (select from works w where w.id = f.work_id)
             and exists (select from works w where w.id = f.other_id)
         order by work_id, other_id
         on conflict (work_id, other_id) do update set readers = excluded.readers, score = excluded.score
             where (also_owned.readers, also_owned.score) is distinct from (excluded.readers, excluded.score)",
    )
    .bind(after)
    .bind(last)
    .bind(LEAST_READERS)
    .bind(KEPT)
    .bind(SHRINKAGE)
    .execute(conn)
    .await?;
    Ok(())
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
