//! Who shows which work on their shelf, and which works stand together. The sample of shelves
//! is a temporary table, so what reads it cannot be checked when it is compiled.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::Result;

/// Tries to be the only one that counts, until [`release`]; false when somebody else does.
pub(in crate::recommendations) async fn try_alone(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_lock(hashtextextended('also owned', 0)) as "alone!""#
    )
    .fetch_one(conn)
    .await?)
}

/// Lets others count.
pub(in crate::recommendations) async fn release(conn: &mut PgConnection) -> Result<()> {
    sqlx::query_scalar!("select pg_advisory_unlock(hashtextextended('also owned', 0))")
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// Makes room for the sample of shelves, and in this transaction gives its one pass over all
/// copies the time that no request has.
pub(in crate::recommendations) async fn create_sample(conn: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql(
        "set local statement_timeout = '60s';
         create temporary table shelf_sample (owner_id bigint, work_id bigint, readers int)",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down who shows which work: at most `books` of each reader, newest listing first, and
/// `readers` of each work, always the same ones; nothing of works with fewer than `least`.
pub(in crate::recommendations) async fn fill_sample(
    conn: &mut PgConnection,
    books: i64,
    readers: i64,
    least: i64,
    now: Timestamp,
) -> Result<()> {
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
    .bind(books)
    .bind(readers)
    .bind(least)
    .bind(now.to_sqlx())
    .execute(&mut *conn)
    .await?;
    sqlx::raw_sql(
        "create index on shelf_sample (work_id, owner_id);
         create index on shelf_sample (owner_id, work_id);
         analyze shelf_sample",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Throws the sample away.
pub(in crate::recommendations) async fn drop_sample(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("drop table shelf_sample").execute(conn).await?;
    Ok(())
}

/// The works of the sample in order, and the pairs of works that each has a part in.
pub(in crate::recommendations) async fn pairs(conn: &mut PgConnection) -> Result<Vec<(i64, i64)>> {
    Ok(sqlx::query_as(
        "select s.work_id, sum(shelf.books)::bigint
         from shelf_sample s
         join (select owner_id, count(*) as books from shelf_sample group by owner_id) shelf using (owner_id)
         group by s.work_id order by s.work_id",
    )
    .fetch_all(conn)
    .await?)
}

/// What counts, and how much.
pub(in crate::recommendations) struct Rule {
    /// Fewer readers who own both say nothing.
    pub least: i64,
    /// Others that are kept for each work.
    pub kept: i64,
    /// Half of the score is held back while this many readers own both.
    pub shrinkage: f64,
}

/// Counts for the works after `after` up to `last`, and changes only what is different.
pub(in crate::recommendations) async fn count(
    conn: &mut PgConnection,
    after: i64,
    last: i64,
    rule: &Rule,
) -> Result<()> {
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
    .bind(rule.least)
    .bind(rule.kept)
    .bind(rule.shrinkage)
    .execute(conn)
    .await?;
    Ok(())
}
