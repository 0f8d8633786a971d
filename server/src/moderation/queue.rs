//! The queue: one row per reported subject.

use dogear_domain::ids::{DecisionId, UserId};
use dogear_domain::moderation::{ReportReason, SubjectKind, Verdict};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::subject::SubjectRef;
use crate::db::MaybeTimestamp;
use crate::{Cx, Result};

/// Rows per page.
pub const PAGE: i64 = 50;
/// For how long a subject belongs to whoever opened it.
pub const CLAIM: SignedDuration = SignedDuration::from_mins(10);

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
    pub kind: Option<SubjectKind>,
    /// Only what the moderator has claimed.
    pub mine: bool,
    pub sort: Sort,
    /// From 1.
    pub page: u32,
}

/// A reported subject.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Item {
    #[sqlx(rename = "subject_kind")]
    pub kind: SubjectKind,
    #[sqlx(rename = "subject_id")]
    pub id: i64,
    pub title: String,
    /// Handle of whom it is about.
    pub accused: Option<String>,
    /// The gravest reason given.
    pub reason: ReportReason,
    pub reports: i64,
    pub score: i64,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub oldest: Timestamp,
    /// Handle of the moderator who has it now.
    pub claimed_by: Option<String>,
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
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct Counts {
    pub copies: i64,
    pub members: i64,
    pub messages: i64,
    pub trades: i64,
    /// Subjects that the moderator has claimed.
    pub claimed: i64,
    /// The moderator's decisions in the last 24 hours.
    pub decided_today: i64,
    /// Corrections that wait.
    pub corrections: i64,
    /// When the oldest open report was made.
    #[sqlx(try_from = "MaybeTimestamp")]
    pub oldest: Option<Timestamp>,
}

impl Counts {
    /// Open subjects of every kind.
    pub const fn open(&self) -> i64 {
        self.copies + self.members + self.messages + self.trades
    }
}

/// A decision in a list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Decision {
    pub id: DecisionId,
    pub subject_kind: SubjectKind,
    pub subject_id: i64,
    pub title: String,
    /// Handle of whom it was about.
    pub accused: Option<String>,
    pub moderator: String,
    pub moderator_id: UserId,
    pub verdict: Verdict,
    pub message: String,
    pub note: String,
    #[sqlx(try_from = "jiff_sqlx::Timestamp")]
    pub created_at: Timestamp,
    pub undone: bool,
}

/// Which decisions to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct DecisionFilter {
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
    Ok(sqlx::query_as(
        "select g.subject_kind, g.subject_id, g.reason, g.reports, g.score, g.oldest,
             coalesce(w.title, case g.subject_kind when 'member' then a.display_name
                 when 'message' then 'Message in trade ' || m.trade_id
                 else 'Trade ' || g.subject_id end, '') as title,
             a.handle as accused, k.handle as claimed_by, coalesce(g.claimed_by = $2, false) as claimed_by_me
         from (
             select subject_kind, subject_id, count(*) as reports,
                 count(*) * max(severity) as score, min(created_at) as oldest,
                 (array_agg(reason order by severity desc, id))[1] as reason,
                 (array_agg(accused_id order by id))[1] as accused_id,
                 max(claimed_by) filter (where claimed_at > $3) as claimed_by
             from reports where state = 'open' and ($1::text is null or subject_kind = $1)
             group by subject_kind, subject_id
         ) g
         left join copies c on g.subject_kind = 'copy' and c.id = g.subject_id
         left join works w on w.id = c.work_id
         left join trade_messages m on g.subject_kind = 'message' and m.id = g.subject_id
         left join users a on a.id = g.accused_id
         left join users k on k.id = g.claimed_by
         where not $4 or g.claimed_by = $2
         order by case when $5 then g.score end desc nulls last, g.oldest, g.subject_kind, g.subject_id
         limit $6 offset $7",
    )
    .bind(filter.kind.map(SubjectKind::as_str))
    .bind(me)
    .bind((cx.now() - CLAIM).to_sqlx())
    .bind(filter.mine)
    .bind(filter.sort == Sort::Score)
    .bind(PAGE)
    .bind(i64::from(filter.page.max(1) - 1) * PAGE)
    .fetch_all(cx.db())
    .await?)
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
    Ok(sqlx::query_as(
        "select count(distinct subject_id) filter (where subject_kind = 'copy') as copies,
             count(distinct subject_id) filter (where subject_kind = 'member') as members,
             count(distinct subject_id) filter (where subject_kind = 'message') as messages,
             count(distinct subject_id) filter (where subject_kind = 'trade') as trades,
             count(distinct (subject_kind, subject_id))
                 filter (where claimed_by = $1 and claimed_at > $2) as claimed,
             min(created_at) as oldest,
             (select count(*) from moderation_decisions
              where moderator_id = $1 and created_at > $3 and undone_at is null) as decided_today,
             (select count(*) from corrections where state = 'open') as corrections
         from reports where state = 'open'",
    )
    .bind(me)
    .bind((cx.now() - CLAIM).to_sqlx())
    .bind((cx.now() - SignedDuration::from_hours(24)).to_sqlx())
    .fetch_one(cx.db())
    .await?)
}

/// Decisions, newest first, 50 at a time.
///
/// # Errors
/// As [`list`].
pub async fn decisions(cx: &Cx, filter: DecisionFilter) -> Result<Vec<Decision>> {
    let me = cx.moderator()?.id;
    Ok(sqlx::query_as(
        "select d.id, d.subject_kind, d.subject_id, d.verdict, d.message, d.note, d.created_at,
             d.undone_at is not null as undone, m.handle as moderator, m.id as moderator_id, a.handle as accused,
             coalesce(w.title, case d.subject_kind when 'member' then a.display_name
                 when 'message' then 'Message ' || d.subject_id else 'Trade ' || d.subject_id end, '') as title
         from moderation_decisions d
         join users m on m.id = d.moderator_id
         left join users a on a.id = d.accused_id
         left join copies c on d.subject_kind = 'copy' and c.id = d.subject_id
         left join works w on w.id = c.work_id
         where ($1::text is null or d.subject_kind = $1)
             and (not $2 or (d.moderator_id = $3 and d.created_at > $4 and d.undone_at is null))
             and ($5::bigint is null or d.accused_id = $5)
             and ($6::bigint is null or (d.subject_kind = $7 and d.subject_id = $6))
             and ($8::bigint is null or d.id < $8)
         order by d.id desc limit $9",
    )
    .bind(filter.kind.map(SubjectKind::as_str))
    .bind(filter.mine_today)
    .bind(me)
    .bind((cx.now() - SignedDuration::from_hours(24)).to_sqlx())
    .bind(filter.accused)
    .bind(filter.subject.map(|subject| subject.id))
    .bind(filter.subject.map(|subject| subject.kind.as_str()))
    .bind(filter.before)
    .bind(PAGE)
    .fetch_all(cx.db())
    .await?)
}
