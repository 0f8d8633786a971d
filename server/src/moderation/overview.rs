//! The site in numbers.

use jiff::civil::Date;

use super::repo::numbers as repo;
use crate::{Cx, Result};

/// Weeks in the charts, the running one included.
pub const WEEKS: i32 = 12;

/// Standing numbers.
#[derive(Debug, Clone, Default)]
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
    cx.moderator()?;
    let now = cx.now();
    let totals = repo::totals(cx.db(), now).await?;
    let weeks = repo::weeks(cx.db(), now, WEEKS).await?;
    Ok((totals, weeks))
}
