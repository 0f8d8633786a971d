//! The queue: one row per reported subject.

use dogear_domain::ids::{DecisionId, UserId};
use dogear_domain::moderation::{ReportReason, SubjectKind, Verdict};
use jiff::{SignedDuration, Timestamp};

use super::repo::{self, queue::Part};
use super::subject::SubjectRef;
use crate::{Cx, Result};

/// Rows per page.
pub const PAGE: i64 = 50;
/// For how long a subject belongs to whoever opened it.
pub const CLAIM: SignedDuration = SignedDuration::from_mins(10);
/// What counts as today.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Reports times severity.
    #[default]
    Score,
    /// What waits longest.
    Age,
}

/// Which part of the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this kind; without it, all.
    pub kind: Option<SubjectKind>,
    /// Only what the moderator has claimed.
    pub mine: bool,
    /// Which come first.
    pub sort: Sort,
    /// From 1.
    pub page: u32,
}

/// A reported subject.
#[derive(Debug, Clone)]
pub struct Item {
    /// Of which kind it is.
    pub kind: SubjectKind,
    /// Its number among those of its kind.
    pub id: i64,
    /// What to call it: a title, a name, or its kind with a number.
    pub title: String,
    /// Handle of whom it is about.
    pub accused: Option<String>,
    /// The gravest reason given.
    pub reason: ReportReason,
    /// How many are open.
    pub reports: i64,
    /// The number of reports times the severity of the gravest: the larger, the sooner.
    pub score: i64,
    /// When the first open report was made.
    pub oldest: Timestamp,
    /// Handle of the moderator who has it now.
    pub claimed_by: Option<String>,
    /// The moderator who asks has it now.
    pub claimed_by_me: bool,
}

impl Item {
    /// What it is.
    pub const fn subject(&self) -> SubjectRef {
        SubjectRef {
            kind: self.kind,
            id: self.id,
        }
    }
}

/// Numbers for the list at the side.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// With open reports.
    pub copies: i64,
    /// With open reports.
    pub members: i64,
    /// With open reports.
    pub messages: i64,
    /// With open reports.
    pub trades: i64,
    /// With open reports.
    pub events: i64,
    /// With open reports.
    pub feedback: i64,
    /// With open reports.
    pub lists: i64,
    /// With open reports.
    pub reviews: i64,
    /// Subjects that the moderator has claimed.
    pub claimed: i64,
    /// The moderator's decisions in the last 24 hours.
    pub decided_today: i64,
    /// Corrections that wait.
    pub corrections: i64,
    /// When the oldest open report was made.
    pub oldest: Option<Timestamp>,
}

impl Counts {
    /// Open subjects of every kind.
    pub const fn open(&self) -> i64 {
        self.copies
            + self.members
            + self.messages
            + self.trades
            + self.events
            + self.feedback
            + self.lists
            + self.reviews
    }
}

/// A decision in a list.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Growing, the newest the largest.
    pub id: DecisionId,
    /// What it was about.
    pub subject_kind: SubjectKind,
    /// Its number among those of its kind.
    pub subject_id: i64,
    /// What to call it: a title, a name, or its kind with a number.
    pub title: String,
    /// Handle of whom it was about.
    pub accused: Option<String>,
    /// Handle of whoever decided.
    pub moderator: String,
    /// Of whoever decided.
    pub moderator_id: UserId,
    /// What was done.
    pub verdict: Verdict,
    /// What the accused was told; empty when nothing was done.
    pub message: String,
    /// For colleagues; may be empty.
    pub note: String,
    /// When it was decided.
    pub created_at: Timestamp,
    /// It was taken back.
    pub undone: bool,
}

/// Which decisions to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct DecisionFilter {
    /// Only about this kind; without it, all.
    pub kind: Option<SubjectKind>,
    /// Only the moderator's own of the last 24 hours.
    pub mine_today: bool,
    /// Only about this member.
    pub accused: Option<UserId>,
    /// Only about this subject.
    pub subject: Option<SubjectRef>,
    /// Older than this one.
    pub before: Option<DecisionId>,
}

/// Open subjects, 50 at a time.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins.
pub async fn list(cx: &Cx, filter: Filter) -> Result<Vec<Item>> {
    let me = cx.moderator()?.id;
    let part = Part {
        kind: filter.kind,
        mine: filter.mine,
        by_score: filter.sort == Sort::Score,
        me,
        stale: cx.now() - CLAIM,
        most: PAGE,
        offset: i64::from(filter.page.max(1) - 1) * PAGE,
    };
    repo::queue::list(cx.db(), &part).await
}

/// The first of [`list`] that no colleague has, other than `after`: what comes after a
/// decision or a skip. With `after` in the list, the one behind it.
///
/// # Errors
/// As [`list`].
pub async fn next(cx: &Cx, filter: Filter, after: SubjectRef) -> Result<Option<SubjectRef>> {
    let items = list(cx, Filter { page: 1, ..filter }).await?;
    let start = items
        .iter()
        .position(|item| item.subject() == after)
        .map_or(0, |position| position + 1);
    let (before, behind) = items.split_at(start);
    Ok(behind
        .iter()
        .chain(before)
        .filter(|item| item.claimed_by.is_none() || item.claimed_by_me)
        .map(Item::subject)
        .find(|subject| *subject != after))
}

/// The numbers at the side.
///
/// # Errors
/// As [`list`].
pub async fn counts(cx: &Cx) -> Result<Counts> {
    let me = cx.moderator()?.id;
    repo::queue::counts(cx.db(), me, cx.now() - CLAIM, cx.now() - DAY).await
}

/// Decisions, newest first, 50 at a time.
///
/// # Errors
/// As [`list`].
pub async fn decisions(cx: &Cx, filter: DecisionFilter) -> Result<Vec<Decision>> {
    let me = cx.moderator()?.id;
    repo::decisions::list(cx.db(), &filter, me, cx.now() - DAY, PAGE).await
}
