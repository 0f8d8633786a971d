//! The site in numbers.

use jiff::civil::Date;

use super::repo::numbers as repo;
use crate::{Cx, Result};

/// Weeks in the charts, the running one included.
pub const WEEKS: i32 = 12;

/// Standing numbers.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// All who are not gone.
    pub members: i64,
    /// Registered in the last 7 days.
    pub new_members: i64,
    /// Whose suspension lasts.
    pub suspended: i64,
    /// All that owners have not deleted.
    pub copies: i64,
    /// Copies on offer now.
    pub listed: i64,
    /// Copies that moderators took out of sight.
    pub hidden: i64,
    /// Proposed and not answered.
    pub proposed: i64,
    /// Agreed and on their way.
    pub running: i64,
    /// Held by a problem.
    pub disputed: i64,
    /// All there ever were.
    pub completed: i64,
    /// Subjects with open reports.
    pub open_cases: i64,
    /// Given up, until somebody sends them again.
    pub mails_failed: i64,
}

/// One week, from Monday (UTC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// The Monday.
    pub starts: Date,
    /// Copies that their owners put on offer for the first time.
    pub listings: i64,
    /// Trades proposed in it, whatever became of them.
    pub proposals: i64,
    /// Trades agreed in it, whatever became of them.
    pub agreements: i64,
    /// Trades completed in it.
    pub completions: i64,
}

/// Totals and the last twelve weeks, oldest first.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn overview(cx: &Cx) -> Result<(Totals, Vec<Week>)> {
    cx.moderator()?;
    let now = cx.now();
    let totals = repo::totals(cx.db(), now).await?;
    let weeks = repo::weeks(cx.db(), now, WEEKS).await?;
    Ok((totals, weeks))
}
