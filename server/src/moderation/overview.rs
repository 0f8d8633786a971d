//! The site in numbers.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use crate::{Cx, Result};

/// Weeks in the charts, the running one included.
pub const WEEKS: i32 = 12;

/// Standing numbers.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct Totals {
    pub members: i64,
    /// Registered in the last 7 days.
    pub new_members: i64,
    pub suspended: i64,
    pub copies: i64,
    pub listed: i64,
    pub hidden: i64,
    /// Proposed and not answered.
    pub proposed: i64,
    /// Agreed and on their way.
    pub running: i64,
    pub disputed: i64,
    pub completed: i64,
    /// Subjects with open reports.
    pub open_cases: i64,
    pub mails_failed: i64,
}

/// One week, from Monday (UTC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    pub starts: Date,
    /// Copies that their owners put on offer for the first time.
    pub listings: i64,
    pub proposals: i64,
    pub agreements: i64,
    pub completions: i64,
}

/// Totals and the last twelve weeks, oldest first.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn overview(cx: &Cx) -> Result<(Totals, Vec<Week>)> {
    #[derive(sqlx::FromRow)]
    struct Row {
        starts: jiff_sqlx::Date,
        listings: i64,
        proposals: i64,
        agreements: i64,
        completions: i64,
    }
    cx.moderator()?;
    let now = cx.now();
    let totals = sqlx::query_as(
        "select u.members, u.new_members, u.suspended, c.*, t.*,
             (select count(distinct (subject_kind, subject_id)) from reports where state = 'open') as open_cases,
             (select count(*) from mails where state = 'failed') as mails_failed
         from (select count(*) filter (where status <> 'deleted') as members,
                 count(*) filter (where created_at > $1::timestamptz - interval '7 days') as new_members,
                 count(*) filter (where standing(u, $1) = 'suspended') as suspended from users u) u,
             (select count(*) filter (where state <> 'deleted') as copies,
                 count(*) filter (where is_listed(c)) as listed,
                 count(*) filter (where hidden_at is not null) as hidden from copies c) c,
             (select count(*) filter (where state = 'proposed') as proposed,
                 count(*) filter (where state = 'agreed') as running,
                 count(*) filter (where state = 'disputed') as disputed,
                 count(*) filter (where state = 'completed') as completed from trades) t",
    )
    .bind(now.to_sqlx())
    .fetch_one(cx.db())
    .await?;
    let rows: Vec<Row> = sqlx::query_as(
        "select w.starts::date as starts,
             (select count(*) from copy_listings
                 where listed_at >= w.starts and listed_at < w.starts + interval '7 days') as listings,
             (select count(*) from trades where state <> 'draft'
                 and created_at >= w.starts and created_at < w.starts + interval '7 days') as proposals,
             (select count(*) from trades
                 where agreed_at >= w.starts and agreed_at < w.starts + interval '7 days') as agreements,
             (select count(*) from trades where state = 'completed'
                 and closed_at >= w.starts and closed_at < w.starts + interval '7 days') as completions
         from generate_series(date_trunc('week', $1::timestamptz) - ($2 - 1) * interval '7 days',
             date_trunc('week', $1::timestamptz), interval '7 days') as w (starts)
         order by w.starts",
    )
    .bind(now.to_sqlx())
    .bind(WEEKS)
    .fetch_all(cx.db())
    .await?;
    let weeks = rows
        .into_iter()
        .map(|row| Week {
            starts: row.starts.to_jiff(),
            listings: row.listings,
            proposals: row.proposals,
            agreements: row.agreements,
            completions: row.completions,
        })
        .collect();
    Ok((totals, weeks))
}
