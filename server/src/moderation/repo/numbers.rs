//! The site in numbers.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::Result;
use crate::moderation::overview::{Totals, Week};

/// Standing numbers.
pub(in crate::moderation) async fn totals(db: &PgPool, now: Timestamp) -> Result<Totals> {
    Ok(sqlx::query_as!(
        Totals,
        r#"select u.members as "members!", u.new_members as "new_members!", u.suspended as "suspended!",
             c.copies as "copies!", c.listed as "listed!", c.hidden as "hidden!",
             t.proposed as "proposed!", t.running as "running!", t.disputed as "disputed!",
             t.completed as "completed!",
             (select count(distinct (subject_kind, subject_id)) from reports where state = 'open')
                 as "open_cases!",
             (select count(*) from mails where state = 'failed') as "mails_failed!"
         from (select count(*) filter (where status <> 'deleted') as members,
                 count(*) filter (where created_at > $1::timestamptz - interval '7 days') as new_members,
                 count(*) filter (where standing(u, $1) = 'suspended') as suspended from users u) u,
             (select count(*) filter (where state <> 'deleted') as copies,
                 count(*) filter (where is_listed(c)) as listed,
                 count(*) filter (where hidden_at is not null) as hidden from copies c) c,
             (select count(*) filter (where state = 'proposed') as proposed,
                 count(*) filter (where state = 'agreed') as running,
                 count(*) filter (where state = 'disputed') as disputed,
                 count(*) filter (where state = 'completed') as completed from trades) t"#,
        now.to_sqlx()
    )
    .fetch_one(db)
    .await?)
}

/// The last weeks, the running one included, oldest first.
pub(in crate::moderation) async fn weeks(
    db: &PgPool,
    now: Timestamp,
    weeks: i32,
) -> Result<Vec<Week>> {
    let rows = sqlx::query!(
        r#"select w.starts::date as "starts!: jiff_sqlx::Date",
             (select count(*) from copy_listings
                 where listed_at >= w.starts and listed_at < w.starts + interval '7 days') as "listings!",
             (select count(*) from trades where state <> 'draft'
                 and created_at >= w.starts and created_at < w.starts + interval '7 days') as "proposals!",
             (select count(*) from trades
                 where agreed_at >= w.starts and agreed_at < w.starts + interval '7 days') as "agreements!",
             (select count(*) from trades where state = 'completed'
                 and closed_at >= w.starts and closed_at < w.starts + interval '7 days') as "completions!"
         from generate_series(date_trunc('week', $1::timestamptz) - ($2::int - 1) * interval '7 days',
             date_trunc('week', $1::timestamptz), interval '7 days') as w (starts)
         order by w.starts"#,
        now.to_sqlx(),
        weeks
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Week {
            starts: row.starts.to_jiff(),
            listings: row.listings,
            proposals: row.proposals,
            agreements: row.agreements,
            completions: row.completions,
        })
        .collect())
}
