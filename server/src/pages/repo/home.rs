//! The front page.

use dogear_domain::grade::Grade;
use dogear_domain::variety::OF_ONE_OWNER;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::pages::{Asked, Listed};
use crate::search::{WorkLine, work_line};

/// Works with the newest copies, few of one owner: among the last 400, so that a long list of one
/// reader leaves room for others.
pub(in crate::pages) async fn newest(db: &PgPool) -> Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"select n.work_id, n.title, n.author_line, n.slug, n.language, n.copies,
             n.best_grade as "best_grade: Grade", coalesce(n.handle, '') as "owner!"
         from (
           select s.*, u.handle, row_number() over
             (partition by u.id order by s.newest_at desc, s.work_id desc) as of_owner
           from (select * from work_search
               where copies > 0
               order by newest_at desc, work_id desc limit 400) s
           left join lateral listed_last(s.work_id, s.newest_at) c on true
           left join users u on u.id = c.owner_id) n
         where n.of_owner <= $1 or n.handle is null
         order by n.newest_at desc, n.work_id desc limit 48"#,
        OF_ONE_OWNER as i64
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            owner: row.owner.clone(),
            work: work_line!(row),
        })
        .collect())
}

/// Works with the most copies.
pub(in crate::pages) async fn plenty(db: &PgPool) -> Result<Vec<WorkLine>> {
    Ok(sqlx::query_as!(
        WorkLine,
        r#"select work_id as id, title, author_line, slug, language, copies, best_grade as "best_grade: Grade"
         from work_search where copies > 0 order by copies desc, work_id desc limit 7"#
    )
    .fetch_all(db)
    .await?)
}

/// Works that were asked for in the most trades of the last 90 days.
pub(in crate::pages) async fn asked(db: &PgPool, now: Timestamp) -> Result<Vec<Asked>> {
    let rows = sqlx::query!(
        r#"select count(distinct t.id) as "trades!", s.work_id, s.title, s.author_line, s.slug, s.language,
             s.copies, s.best_grade as "best_grade: Grade"
         from trades t
         join trade_items i on i.trade_id = t.id and i.revision = t.revision and i.to_user = t.opened_by
         join copies c on c.id = i.copy_id
         join work_search s on s.work_id = c.work_id
         where t.created_at > $1::timestamptz - interval '90 days' and t.state <> 'draft'
         group by s.work_id order by 1 desc, s.work_id limit 7"#,
        now.to_sqlx()
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Asked {
            trades: row.trades,
            work: work_line!(row),
        })
        .collect())
}

/// How many copies can be asked for, and how many were listed in the last seven days.
pub(in crate::pages) async fn totals(db: &PgPool, now: Timestamp) -> Result<(i64, i64)> {
    let totals = sqlx::query!(
        r#"select coalesce((select sum(copies) from work_search where copies > 0), 0)::bigint as "copies!",
             (select count(*) from offered_copies($1) where listed_at > $1 - interval '7 days') as "this_week!""#,
        now.to_sqlx()
    )
    .fetch_one(db)
    .await?;
    Ok((totals.copies, totals.this_week))
}

/// Works with the newest copies in a town, as [`newest`].
pub(in crate::pages) async fn near(db: &PgPool, city: &str) -> Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"select n.work_id, n.title, n.author_line, n.slug, n.language, n.copies,
             n.best_grade as "best_grade: Grade", coalesce(n.handle, '') as "owner!"
         from (
           select s.*, u.handle, row_number() over
             (partition by u.id order by s.newest_at desc, s.work_id desc) as of_owner
           from (select * from work_search
               where copies > 0 and places @> array[folded($2)] and folded($2) <> ''
               order by newest_at desc, work_id desc limit 400) s
           left join lateral listed_last(s.work_id, s.newest_at) c on true
           left join users u on u.id = c.owner_id) n
         where n.of_owner <= $1 or n.handle is null
         order by n.newest_at desc, n.work_id desc limit 48"#,
        OF_ONE_OWNER as i64,
        city
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            owner: row.owner.clone(),
            work: work_line!(row),
        })
        .collect())
}
